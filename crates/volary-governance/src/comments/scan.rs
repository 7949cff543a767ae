//! Finding comments in a text.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use volary_model::{Problem, SourceFile};

use super::directive::{Directive, Reach, parse};
use super::layout::{Layout, Style};
use super::{Comment, Tool};
use crate::problem::problem;

const NEEDLES: &[&str] = &[
    "volary:ignore",
    "checkov:skip",
    "bridgecrew:skip",
    "checkov.io/skip",
    "tfsec:ignore",
    "trivy:ignore",
    "kics-scan",
    "nosec",
    "gitleaks:allow",
    "trufflehog:ignore",
    "ggignore",
    "pragma: allowlist",
    "pragma: whitelist",
];

static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(false).build(NEEDLES).ok());

/// What opens a comment or, in a block comment, a line of it.
const MARKS: &[&str] = &["<!--", "//", "/*", "--", "#", "*", ";", "{{-", "{{"];

/// The most comments of one file that count; people write a handful.
const MOST: usize = 2000;

/// How far back an open block comment is looked for.
const BACK: usize = 4096;

/// The comments of a file that accept findings, by line, and what is wrong with those that are meant for us.
pub fn scan(path: &str, text: &str) -> (Vec<Comment>, Vec<Problem>) {
    let mut comments = Vec::new();
    let mut problems = Vec::new();
    let Some(finder) = &*FINDER else { return (comments, problems) };
    let mut hits = finder.find_iter(text).peekable();
    if hits.peek().is_none() {
        return (comments, problems);
    }
    let style = Style::of(path);
    let file = SourceFile::new(path, text);
    let mut layout = None;
    // The end of the last directive, so that several may share a comment.
    let mut after: Option<(u32, usize)> = None;
    for hit in hits {
        let needle = NEEDLES[hit.pattern().as_usize()];
        let start = hit.start();
        let line = file.line_column(start as u32).line;
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let before = &text[line_start..start];
        let place = match needle {
            // An annotation is data, not a comment.
            "checkov.io/skip" => Some(Place { alone: false }),
            _ if after.is_some_and(|(known, _)| known == line) => {
                Some(Place { alone: is_alone(&before[..after.map_or(0, |(_, mark)| mark)]) })
            }
            _ => comment(text, start, before, style),
        };
        let Some(place) = place else { continue };
        let parsed = parse(needle, text[hit.end()..line_end].trim_end_matches('\r'));
        let Some(parsed) = parsed else { continue };
        if after.is_none_or(|(known, _)| known != line) {
            after = Some((line, code_end(before).unwrap_or(0)));
        }
        if comments.len() + problems.len() >= MOST {
            let message = format!("more than {MOST} comments that accept findings; those from here on cover nothing");
            problems.push(problem(path, Some(line), message, "Use an exception below .volary/exceptions instead."));
            break;
        }
        match parsed {
            Ok(directive) => {
                let layout = layout.get_or_insert_with(|| Layout::new(text, style));
                let (first, last) = reach(&directive, line, place.alone, &file, layout);
                if first > last {
                    continue;
                }
                comments.push(Comment {
                    tool: directive.tool,
                    line,
                    first,
                    last,
                    until: directive.until,
                    reason: directive.reason,
                    checks: directive.checks,
                });
            }
            Err((message, help)) => problems.push(problem(path, Some(line), message, help)),
        }
    }
    (comments, problems)
}

/// How a comment lies on its line.
struct Place {
    /// Nothing but the comment is on the line.
    alone: bool,
}

/// Whether the text in front makes this a comment.
fn comment(text: &str, start: usize, before: &str, style: Style) -> Option<Place> {
    if let Some(end) = code_end(before) {
        if style == Style::Prose && !before.trim_end().ends_with("<!--") {
            return None;
        }
        return Some(Place { alone: is_alone(&before[..end]) });
    }
    // Inside a block comment of several lines.
    let mut from = start.saturating_sub(BACK);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let back = &text[from..start];
    let inside = [("/*", "*/"), ("<!--", "-->")]
        .iter()
        .any(|(open, close)| back.rfind(open).is_some_and(|open| back.rfind(close).is_none_or(|close| close < open)));
    (inside && is_alone(before)).then_some(Place { alone: true })
}

/// Where the code in front of the comment marks ends; `None` where there is no mark.
fn code_end(before: &str) -> Option<usize> {
    let mut rest = before.trim_end();
    let mut found = false;
    while let Some(shorter) = MARKS.iter().find_map(|mark| rest.strip_suffix(mark)) {
        rest = shorter.trim_end();
        found = true;
    }
    found.then_some(rest.len())
}

fn is_alone(code: &str) -> bool {
    code.trim().is_empty()
}

/// The lines that a directive covers; an empty range where it covers none.
fn reach(directive: &Directive, line: u32, alone: bool, file: &SourceFile, layout: &Layout) -> (u32, u32) {
    let next = || next_code(file, line);
    match directive.reach {
        Reach::Line => (line, line),
        Reach::NextLine => next().map_or((1, 0), |next| (next, next)),
        Reach::NextBlock => next().map_or((1, 0), |next| (next, layout.end(next))),
        Reach::Block if alone => next().map_or((line, line), |next| (next, layout.end(next))),
        Reach::Block => (line, layout.end(line)),
        Reach::Enclosing => layout.enclosing(line).unwrap_or_else(|| match next() {
            // Other text: its own line and the next, as scanners of plain text take it.
            Some(next) if alone && directive.tool == Tool::Checkov && !layout.has_definitions() => (line, next),
            _ if layout.has_definitions() => (1, 0),
            _ => (line, line),
        }),
        Reach::File => {
            let above = (1..line).all(|number| is_comment(file.line(number)));
            if above && alone { (1, u32::MAX) } else { (1, 0) }
        }
    }
}

/// The first line below that is no comment; a blank line breaks the tie.
fn next_code(file: &SourceFile, line: u32) -> Option<u32> {
    (line + 1..=file.line_count())
        .find(|number| !is_comment_line(file.line(*number)))
        .filter(|number| !file.line(*number).trim().is_empty())
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || is_comment_line(line) || line.trim() == "---"
}

fn is_comment_line(line: &str) -> bool {
    let line = line.trim_start();
    let starts = ["#", "//", "/*", "*/", "-->", "<!--"].iter().any(|mark| line.starts_with(mark));
    starts || line.starts_with("* ") || (line.starts_with("--") && !line.starts_with("---"))
}
