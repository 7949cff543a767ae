//! Finding comments in a text.

use std::cell::{Cell, OnceCell};
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

/// The most places that are looked at in one file: words like `nosec` can stand anywhere in data.
const MOST_HITS: usize = 20_000;

/// The longest comment that is read, in bytes.
const LONGEST: usize = 4096;

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
    let lines = Lines::new(path, text);
    let mut layout = None;
    // The line that was reached, counted from 1, and where it starts.
    let (mut line, mut line_start, mut seen) = (1u32, 0usize, 0usize);
    // Where the code in front of the last directive's comment ends: several may share a comment.
    let mut shared: Option<(u32, usize)> = None;
    for (number, hit) in hits.enumerate() {
        let needle = NEEDLES[hit.pattern().as_usize()];
        let start = hit.start();
        let from = seen;
        for newline in memchr::memchr_iter(b'\n', &text.as_bytes()[from..start]) {
            line += 1;
            line_start = from + newline + 1;
        }
        seen = start;
        if comments.len() + problems.len() >= MOST || number >= MOST_HITS {
            let message = format!("more than {MOST} comments that accept findings; those from here on cover nothing");
            problems.push(problem(path, Some(line), message, "Use an exception below .volary/exceptions instead."));
            break;
        }
        let before = &text[line_start..start];
        let code = match shared.filter(|(known, _)| *known == line) {
            // An annotation is data, not a comment.
            _ if needle == "checkov.io/skip" => Some(before.len()),
            Some((_, end)) => Some(end),
            None => comment(text, start, before, style),
        };
        let Some(code) = code else { continue };
        let Some(parsed) = parse(needle, rest_of_line(&text[hit.end()..])) else { continue };
        shared = Some((line, code));
        match parsed {
            Ok(directive) => {
                let layout = layout.get_or_insert_with(|| Layout::new(text, style));
                let alone = text[line_start..line_start + code].trim().is_empty();
                let (first, last) = reach(&directive, line, alone, &lines, layout);
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

/// The rest of a line, as far as a comment that people write could reach.
fn rest_of_line(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let rest = &text[..end];
    rest.split('\n').next().unwrap_or(rest).trim_end_matches('\r')
}

/// Where the code in front of the comment ends, counted from the start of the line; `None` where this is no comment.
fn comment(text: &str, start: usize, before: &str, style: Style) -> Option<usize> {
    if let Some(end) = code_end(before) {
        let is_comment = style != Style::Prose || before.trim_end().ends_with("<!--");
        return is_comment.then_some(end);
    }
    if !before.trim().is_empty() {
        return None;
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
    inside.then_some(0)
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

/// The lines that a directive covers; an empty range where it covers none.
fn reach(directive: &Directive, line: u32, alone: bool, lines: &Lines, layout: &Layout) -> (u32, u32) {
    let next = || lines.next_code(line);
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
        Reach::File if alone && line < lines.first_code() => (1, u32::MAX),
        Reach::File => (1, 0),
    }
}

/// The lines of a text, asked for from the top down.
struct Lines {
    file: SourceFile,
    /// A stretch of comments and the first line behind it, so that a long stretch is walked once.
    stretch: Cell<(u32, u32)>,
    first_code: OnceCell<u32>,
}

impl Lines {
    fn new(path: &str, text: &str) -> Self {
        Self { file: SourceFile::new(path, text), stretch: Cell::new((0, 0)), first_code: OnceCell::new() }
    }

    /// The first line below that is no comment; `None` where that line is blank, because then it stands for itself.
    fn next_code(&self, line: u32) -> Option<u32> {
        let (from, known) = self.stretch.get();
        let next = if (from..known).contains(&line) {
            known
        } else {
            let is_code = |number: &u32| !is_comment_line(self.file.line(*number));
            (line + 1..=self.file.line_count()).find(is_code).unwrap_or(self.file.line_count() + 1)
        };
        self.stretch.set((line, next));
        (!self.file.line(next).trim().is_empty()).then_some(next)
    }

    /// The first line with anything but comments.
    fn first_code(&self) -> u32 {
        *self.first_code.get_or_init(|| {
            let is_code = |number: &u32| !is_comment(self.file.line(*number));
            (1..=self.file.line_count()).find(is_code).unwrap_or(u32::MAX)
        })
    }
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || is_comment_line(line) || line.trim() == "---"
}

fn is_comment_line(line: &str) -> bool {
    let line = line.trim_start();
    let starts = ["#", "//", "/*", "*/", "-->", "<!--"].iter().any(|mark| line.starts_with(mark));
    starts || line.starts_with("* ") || (line.starts_with("--") && !line.starts_with("---"))
}
