//! One finding with its code, its reason and its repair.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use volary_model::{Edit, Finding, Location, Severity};

use crate::escape::visible;
use crate::mask::Masks;
use crate::snippet::{self, Line};
use crate::story::{self, Step};
use crate::text::{fold, summary};
use crate::words::place;
use crate::{Context, Options};

/// How much a frame tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// A finding that stands alone on a screen with little room: the repair in short.
    Short,
    /// A finding that stands alone: reason and repair.
    Alone,
    /// One of several of a policy: reason and repair were told before.
    Member,
}

/// Code wider than this is cut where the terminal's width is not known.
const CODE_WIDTH: usize = 140;

/// Stand for the places of the two pieces of code until the frame is drawn. The renderer would derive line and column
/// from the text that it is given, which is cut, masked and escaped; these are the true ones. Never in other text:
/// [`visible`] escapes them.
const PLACES: [&str; 2] = ["\u{e000}", "\u{e001}"];

/// A finding as text, ending with a line break.
pub(crate) fn render(context: Context<'_>, finding: &Finding, depth: Depth, options: &Options) -> String {
    let width = if options.width == 0 { CODE_WIDTH } else { options.width.max(40) };
    let steps = story::steps(finding, context.files);
    let severity = finding.severity.as_str();
    let id = visible(&finding.policy.id);
    let (id, beside) = if depth == Depth::Member { (None, 0) } else { (Some(&id), id.len() + 2) };
    let message = fold(&finding.message, width.saturating_sub(severity.len() + beside + 2)).join("\n");
    let mut title = level(finding.severity).with_name(severity).primary_title(message);
    if let Some(id) = id {
        title = title.id(&**id);
    }

    // What the line numbers and bars of a frame take.
    let code_width = width.saturating_sub(12);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let mut places = Vec::new();
    match code(context, &finding.location, code_width, depth != Depth::Short) {
        Some(code) => {
            let label = written_elsewhere(finding, &steps).map(|value| format!("is {value}"));
            elements.push(code.snippet(AnnotationKind::Primary, label.as_deref(), PLACES[0]).into());
            places.push(place_text(&finding.location));
        }
        None => elements.push(Origin::path(place_text(&finding.location)).into()),
    }
    let source = steps.first().filter(|step| step.location.span != finding.location.span);
    if let Some((step, code)) = source.and_then(|step| Some((step, code(context, &step.location, code_width, false)?)))
    {
        elements.push(code.snippet(AnnotationKind::Context, Some(&step.what), PLACES[1]).into());
        places.push(place_text(&step.location));
    }
    for (name, text) in notes(context, finding, &steps, depth, options) {
        let text = fold(&text, width.saturating_sub(name.len() + 9)).join("\n");
        elements.push(Level::NOTE.with_name(name).message(text).into());
    }
    let renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    // Lines are cut already, around the place of interest; labels may stand beside them.
    let drawn = renderer.decor_style(DecorStyle::Ascii).term_width(width * 4).render(&[title.elements(elements)]);
    with_places(drawn, &places)
}

fn place_text(location: &Location) -> String {
    format!("{}:{}:{}", visible(&location.path), location.start.line, location.start.column)
}

/// Puts the true places in, in place of the marks and of what the renderer made of the text.
fn with_places(drawn: String, places: &[String]) -> String {
    let mut out = drawn;
    for (mark, place) in PLACES.iter().zip(places) {
        let Some(start) = out.find(mark) else { continue };
        let rest = &out[start + mark.len()..];
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
        out.replace_range(start..start + mark.len() + length, place);
    }
    out.push('\n');
    out
}

/// What is told below the code.
fn notes(
    context: Context<'_>,
    finding: &Finding,
    steps: &[Step],
    depth: Depth,
    options: &Options,
) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    if let Some(sentence) = story::sentence(steps) {
        notes.push(("from", sentence));
    }
    if let Some(instances) = story::instances(finding).filter(|_| depth != Depth::Short) {
        notes.push(("in", instances));
    }
    match depth {
        Depth::Alone => {
            notes.push(("why", finding.policy.why.to_string()));
            notes.push(("fix", finding.policy.fix.text.to_string()));
        }
        Depth::Short => notes.push(("fix", summary(&finding.policy.fix.text))),
        Depth::Member => {}
    }
    if let Some(edit) = finding.edit.as_ref().and_then(|edit| edit_text(context, edit)) {
        notes.push(("edit", edit));
    }
    if !finding.owners.is_empty() {
        notes.push(("owner", finding.owners.join(", ")));
    }
    if options.details {
        notes.push(("accept", format!("volary exceptions request {}", finding.fingerprint)));
    }
    notes.retain(|(_, text)| !text.trim().is_empty());
    notes
}

/// An edit of one line in words.
fn edit_text(context: Context<'_>, edit: &Edit) -> Option<String> {
    let location = &edit.location;
    let new = edit.text.trim();
    if new.contains('\n') || new.len() > 200 || location.start.line != location.end.line {
        return None;
    }
    let at = place(location);
    if location.span.start == location.span.end {
        return (!new.is_empty()).then(|| format!("add `{new}` at {at}"));
    }
    let file = context.files.get(location.span.file).filter(|file| *file.path() == location.path)?;
    let span = location.span.start..location.span.end;
    let line = snippet::line(file, location.span.file, location.start.line, span, context.masks, CODE_WIDTH);
    let old = line.text.get(line.focus).unwrap_or_default().trim();
    match new {
        "" => Some(format!("remove `{old}` at {at}")),
        _ => Some(format!("write `{new}` in place of `{old}` at {at}")),
    }
}

/// The value that decided, where the code at the place of the finding does not show it itself.
fn written_elsewhere<'a>(finding: &'a Finding, steps: &[Step]) -> Option<&'a str> {
    let decider = finding.deciders.first()?;
    (!steps.is_empty() && decider.origin.from.is_some() && decider.shown.len() < 60).then_some(&*decider.shown)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low | Severity::Info => Level::INFO,
    }
}

/// A few lines of code with a marked place.
struct Code {
    text: String,
    first: u32,
    focus: std::ops::Range<usize>,
}

impl Code {
    fn snippet<'a>(self, kind: AnnotationKind, label: Option<&str>, path: &'a str) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(self.text)
            .line_start(self.first as usize)
            .path(path)
            .fold(false)
            .annotation(kind.span(self.focus).label(label.map(|label| visible(label).into_owned())))
    }
}

/// The line of a place, with the line before and after it where they belong to the same block.
fn code(context: Context<'_>, location: &Location, width: usize, around: bool) -> Option<Code> {
    let id = location.span.file;
    let file = context.files.get(id)?;
    if file.path() != &location.path || location.start.line > file.line_count() {
        return None;
    }
    let number = location.start.line;
    let span = location.span.start..location.span.end;
    let line = |number, focus, masks: &Masks| snippet::line(file, id, number, focus, masks, width);
    let main = line(number, span, context.masks);
    let beside = |number: u32| -> Option<Line> {
        let inside = number >= 1 && number <= file.line_count() && around;
        let line = inside.then(|| line(number, 0..0, context.masks))?;
        (!line.text.trim().is_empty()).then_some(line)
    };
    let before = beside(number - 1);
    let after = beside(number + 1);
    let mut text = String::new();
    let first = number - u32::from(before.is_some());
    if let Some(before) = before {
        text.push_str(&before.text);
        text.push('\n');
    }
    let focus = text.len() + main.focus.start..text.len() + main.focus.end;
    text.push_str(&main.text);
    if let Some(after) = after {
        text.push('\n');
        text.push_str(&after.text);
    }
    Some(Code { text, first, focus })
}
