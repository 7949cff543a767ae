//! One finding with its code, its reason and its repair.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use volary_model::{Finding, Location, Severity};

use crate::escape::visible;
use crate::mask::Masks;
use crate::snippet::{self, Line};
use crate::story::{self, Step};
use crate::text::{fold, summary};
use crate::words::accepted_by;
use crate::{Context, Options};

/// How much a frame tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// A finding that stands alone on one screen: reason and repair in short.
    Short,
    /// A finding that stands alone: reason and repair.
    Alone,
    /// One of several of a policy: reason and repair were told before.
    Member,
}

/// Code wider than this is cut where the terminal's width is not known.
const CODE_WIDTH: usize = 140;

/// A finding as text, ending with a line break.
pub(crate) fn render(context: Context<'_>, finding: &Finding, depth: Depth, options: &Options) -> String {
    let width = if options.width == 0 { CODE_WIDTH } else { options.width.max(40) };
    let steps = story::steps(finding, context.files);
    let named = level(finding.severity).with_name(finding.severity.as_str());
    let mut title = named.primary_title(visible(&finding.message));
    if depth != Depth::Member {
        title = title.id(visible(&finding.policy.id));
    }
    let origin = Origin::path(visible(&finding.location.path))
        .line(finding.location.start.line as usize)
        .char_column(finding.location.start.column as usize);
    let mut group = title.element(origin);

    // What the line numbers and bars of a frame take.
    let code_width = width.saturating_sub(12);
    if let Some(code) = code(context, &finding.location, code_width, true) {
        let label = written_elsewhere(finding, &steps).map(|value| format!("is {value}"));
        group = group.element(code.snippet(AnnotationKind::Primary, label.map(|label| visible(&label).into_owned())));
    }
    if let Some(source) = steps.first().filter(|step| step.location.span != finding.location.span) {
        group = with_source(group, context, source, code_width);
    }
    for (name, text) in notes(finding, &steps, depth, options) {
        let text = fold(&visible(&text), width.saturating_sub(name.len() + 9)).join("\n");
        group = group.element(Level::NOTE.with_name(name).message(text));
    }
    let renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.decor_style(DecorStyle::Ascii).term_width(width).render(&[group]);
    text.push('\n');
    text
}

/// The place where the value is written, shown as the second piece of code.
fn with_source<'a>(group: Group<'a>, context: Context<'_>, step: &Step, width: usize) -> Group<'a> {
    let Some(code) = code(context, &step.location, width, false) else { return group };
    let origin = Origin::path(visible(&step.location.path).into_owned())
        .line(step.location.start.line as usize)
        .char_column(step.location.start.column as usize);
    group.element(origin).element(code.snippet(AnnotationKind::Context, Some(visible(&step.what).into_owned())))
}

/// What is told below the code.
fn notes(finding: &Finding, steps: &[Step], depth: Depth, options: &Options) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    if let Some(sentence) = story::sentence(steps) {
        notes.push(("from", sentence));
    }
    if let Some(instances) = story::instances(finding) {
        notes.push(("in", instances));
    }
    match depth {
        Depth::Alone => {
            notes.push(("why", finding.policy.why.to_string()));
            notes.push(("fix", finding.policy.fix.text.to_string()));
        }
        Depth::Short => notes.push(("fix", summary(&finding.policy.fix.text).to_owned())),
        Depth::Member => {}
    }
    if let Some(edit) = finding.edit.as_ref().filter(|edit| !edit.text.trim().is_empty()) {
        let text = edit.text.trim();
        if !text.contains('\n') && text.len() < 200 {
            notes.push(("edit", text.to_owned()));
        }
    }
    if !finding.owners.is_empty() {
        notes.push(("owner", finding.owners.join(", ")));
    }
    if let volary_model::Status::Accepted(acceptance) = &finding.status {
        notes.push(("accepted", accepted_by(acceptance)));
    }
    if options.details {
        notes.push(("accept", format!("volary exceptions request {}", finding.fingerprint)));
    }
    notes.retain(|(_, text)| !text.trim().is_empty());
    notes
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
    fn snippet<'a>(
        self,
        kind: AnnotationKind,
        label: Option<String>,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        Snippet::source(self.text)
            .line_start(self.first as usize)
            .fold(false)
            .annotation(kind.span(self.focus).label(label))
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
