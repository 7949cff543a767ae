//! The terminal: one calm screen, or with details every finding with its code.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use volary_model::{Finding, Severity};

use crate::escape::visible;
use crate::frame::{self, Depth};
use crate::group::{Group, by_policy};
use crate::words::{self, count, place};
use crate::{Context, Options};

/// Lines of the first screen.
const SCREEN: usize = 20;
/// So many findings may be shown with their code when the screen has room for them.
const FEW: usize = 3;
/// So many places of one policy are shown with their code; the others are listed.
const FRAMES: usize = 10;
/// So many places are listed below a reason why something could not be decided.
const UNDECIDED_PLACES: usize = 10;

/// Writes the report for people.
pub(crate) fn render(context: Context<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let groups = by_policy(words::shown(report), |finding| words::fails(report, finding));
    if options.details {
        return details(context, &groups, options, out);
    }
    let paint = Paint { colour: options.colour, width: options.width };
    let mut tail: Vec<String> = words::remarks(report).iter().map(|line| paint.line(line)).collect();
    if let Some(next) = next(&groups, report) {
        tail.push(paint.line(&next));
    }
    tail.push(paint.line(&words::versions(report)));

    let mut lines = vec![paint.strong(&words::headline(report))];
    // The headline, two empty lines, and what follows the findings.
    let room = SCREEN.saturating_sub(lines.len() + tail.len() + 2);
    if !groups.is_empty() {
        lines.push(String::new());
        lines.extend(few(context, &groups, options, room).unwrap_or_else(|| screen(&groups, &paint, room)));
    }
    lines.push(String::new());
    lines.extend(tail);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// The findings with their code, where they are few and fit.
fn few(context: Context<'_>, groups: &[Group<'_>], options: &Options, room: usize) -> Option<Vec<String>> {
    let findings: Vec<&Finding> = groups.iter().flat_map(|group| &group.findings).copied().collect();
    if findings.len() > FEW {
        return None;
    }
    [Depth::Alone, Depth::Short].into_iter().find_map(|depth| {
        let frames: Vec<String> =
            findings.iter().map(|finding| frame::render(context, finding, depth, options)).collect();
        let lines: Vec<String> = frames.join("\n").lines().map(str::to_owned).collect();
        (lines.len() <= room).then_some(lines)
    })
}

/// The worst findings, two lines for each policy.
fn screen(groups: &[Group<'_>], paint: &Paint, room: usize) -> Vec<String> {
    let fits = if groups.len() * 2 <= room { groups.len() } else { room.saturating_sub(1) / 2 };
    let mut lines = Vec::new();
    for group in &groups[..fits.max(1).min(groups.len())] {
        lines.push(paint.title(group));
        let first = place(&group.first().location);
        let more = match group.findings.len() {
            1 => String::new(),
            number => format!("  and {}", count(number - 1, "more place", "more places")),
        };
        lines.push(paint.place(&first, &more));
    }
    let rest = &groups[fits.max(1).min(groups.len())..];
    if !rest.is_empty() {
        let places = rest.iter().map(|group| group.findings.len()).sum();
        let what = count(rest.len(), "more policy", "more policies");
        lines.push(paint.line(&format!("and {what} with {}", count(places, "place", "places"))));
    }
    lines
}

/// Where to look next.
fn next(groups: &[Group<'_>], report: &volary_model::Report) -> Option<String> {
    match groups.first() {
        Some(group) => Some(format!("Next: `volary check --details`, `volary explain {}`", group.policy.id)),
        None if report.undecided.is_empty() && report.problems.is_empty() => None,
        None => Some("Next: `volary check --details`".to_owned()),
    }
}

fn details(context: Context<'_>, groups: &[Group<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let paint = Paint { colour: options.colour, width: options.width };
    writeln!(out, "{}", paint.strong(&words::headline(report)))?;
    for group in groups {
        writeln!(out, "\n{}", paint.title(group))?;
        let policy = group.policy;
        let references: Vec<String> = policy.references.iter().map(ToString::to_string).collect();
        for (name, text) in
            [("why", policy.why.to_string()), ("fix", policy.fix.text.to_string()), ("see", references.join(" "))]
        {
            let width = if options.width == 0 { 100 } else { options.width.max(40) - 7 };
            for (index, line) in fold(&text, width).iter().enumerate() {
                writeln!(out, "  {:4} {line}", if index == 0 { name } else { "" })?;
            }
        }
        for finding in group.findings.iter().take(FRAMES) {
            write!(out, "\n{}", frame::render(context, finding, Depth::Member, options))?;
        }
        if let Some(rest) = group.findings.get(FRAMES..).filter(|rest| !rest.is_empty()) {
            writeln!(out, "\n  {}:", count(rest.len(), "more place", "more places"))?;
            for finding in rest {
                writeln!(out, "  {}  {}", visible(&place(&finding.location)), visible(&finding.message))?;
            }
        }
    }
    writeln!(out)?;
    not_open(report, out)?;
    writeln!(out, "{}", paint.line(&words::versions(report)))
}

/// Everything that is not an open finding, each with its places.
fn not_open(report: &volary_model::Report, out: &mut dyn Write) -> io::Result<()> {
    if let Some(line) = words::baselined(report) {
        writeln!(out, "{}", visible(&line))?;
    }
    if let Some(line) = words::accepted(report) {
        writeln!(out, "{}", visible(&line))?;
        for finding in &report.findings {
            let Some(acceptance) = words::acceptance(finding) else { continue };
            let text = format!("{}  {}; {}", place(&finding.location), finding.message, words::accepted_by(acceptance));
            writeln!(out, "  {}", visible(&text))?;
        }
    }
    if let Some(line) = words::audited(report) {
        writeln!(out, "{}", visible(&line))?;
    }
    if let Some(line) = words::undecided(report) {
        writeln!(out, "{}", visible(&line))?;
        for (reason, places) in words::reasons(report) {
            writeln!(out, "  {}:", visible(&reason))?;
            for index in places.iter().take(UNDECIDED_PLACES) {
                let undecided = &report.undecided[*index];
                let text = format!("{}  {}", place(&undecided.location), undecided.policy.title);
                writeln!(out, "    {}", visible(&text))?;
            }
            if places.len() > UNDECIDED_PLACES {
                writeln!(out, "    and {} more, all in the JSON report", places.len() - UNDECIDED_PLACES)?;
            }
        }
    }
    if !report.not_judged.is_empty() {
        writeln!(out, "Not judged:")?;
        for part in &report.not_judged {
            writeln!(out, "  {}", visible(&words::not_judged_part(part)))?;
        }
    }
    if !report.problems.is_empty() {
        writeln!(out, "{}:", if report.problems.len() == 1 { "Problem" } else { "Problems" })?;
        for problem in &report.problems {
            let help = if problem.help.is_empty() { String::new() } else { format!("; {}", problem.help) };
            writeln!(out, "  {}{}", visible(&words::problem(problem)), visible(&help))?;
        }
    }
    Ok(())
}

/// Colours and the width of the terminal.
struct Paint {
    colour: bool,
    width: usize,
}

impl Paint {
    fn styled(&self, text: &str, style: Style) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn line(&self, text: &str) -> String {
        fit(&visible(text), self.width)
    }

    fn strong(&self, text: &str) -> String {
        self.styled(&self.line(text), Style::new().bold())
    }

    /// `high      Storage account accepts old TLS versions  azure-storage-min-tls`
    fn title(&self, group: &Group<'_>) -> String {
        let severity = format!("{:<10}", group.severity);
        let id = visible(&group.policy.id);
        let room = self.width.saturating_sub(severity.len() + id.width() + 2);
        let title = visible(&group.policy.title);
        let title = if self.width == 0 { title.into_owned() } else { fit(&title, room.max(20)) };
        let dim = Style::new().dimmed();
        format!(
            "{}{}  {}",
            self.styled(&severity, severity_style(group.severity)),
            self.styled(&title, Style::new().bold()),
            self.styled(&id, dim),
        )
    }

    /// The place below a title. Of a path that is too long the end stays: it has the line.
    fn place(&self, place: &str, more: &str) -> String {
        let room = if self.width == 0 { 0 } else { self.width.saturating_sub(10 + more.len()).max(20) };
        format!("{:10}{}{more}", "", fit_end(&visible(place), room))
    }
}

pub(crate) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => AnsiColor::BrightRed.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low | Severity::Info => AnsiColor::BrightBlue.on_default(),
    }
}

/// The text in at most so many columns; 0 means that nothing is cut.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if width == 0 || text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|character| {
        used += character.width().unwrap_or(0);
        used <= width
    });
    kept.chain(['…']).collect()
}

/// The end of the text in at most so many columns; 0 means that nothing is cut.
pub(crate) fn fit_end(text: &str, width: usize) -> String {
    if width == 0 || text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |character: &char| {
        used += character.width().unwrap_or(0);
        used <= width
    };
    let kept: Vec<char> = text.chars().rev().take_while(fits).collect();
    std::iter::once('…').chain(kept.into_iter().rev()).collect()
}

/// The text, made visible and folded at white space into lines of at most so many columns; longer words stay whole.
pub(crate) fn fold(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    // Word by word, so that a word that starts with `::`, an order for GitHub, never starts a line.
    for word in text.split_whitespace().map(visible) {
        let columns = word.width();
        match lines.last_mut() {
            Some(line) if used + 1 + columns <= width => {
                line.push(' ');
                line.push_str(&word);
                used += 1 + columns;
            }
            _ => {
                lines.push(word.into_owned());
                used = columns;
            }
        }
    }
    lines
}

/// The first sentence of a text.
pub(crate) fn summary(text: &str) -> String {
    let mut text = words::one_line(text);
    if let Some(at) = text.find(". ") {
        text.truncate(at + 1);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_the_width() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit_end("abcdef", 4), "…def");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("abc", 0), "abc");
    }

    #[test]
    fn folding_keeps_words_and_hides_orders() {
        assert_eq!(fold("aaaa bbbb cccc dddd eeee ffff", 20), ["aaaa bbbb cccc dddd", "eeee ffff"]);
        assert_eq!(fold("aaaaaaaaaaaaaaaaaaa ::error::x", 20)[1], "\\u{3a}:error::x");
    }
}
