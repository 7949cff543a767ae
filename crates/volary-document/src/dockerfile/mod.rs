//! Dockerfiles as BuildKit reads them: instructions with flags, words, heredocs and spans.

mod lines;
mod words;

use std::sync::Arc;

use volary_model::{FileId, Span};

use crate::Issue;
use lines::{LogicalLine, Reader};

pub use words::{Modifier, Piece, pieces};

/// A Dockerfile.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// The file.
    pub file: FileId,
    /// The whole text.
    pub span: Span,
    /// The escape character: a backslash unless the `escape` directive says a backtick.
    pub escape: char,
    /// The parser directives (`# syntax=...`) in order.
    pub directives: Vec<Directive>,
    /// The instructions in order.
    pub instructions: Vec<Instruction>,
}

/// A parser directive: `# syntax=docker/dockerfile:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The name, lower case.
    pub name: Arc<str>,
    /// The value.
    pub value: Arc<str>,
    /// The line.
    pub span: Span,
}

/// An instruction. `ONBUILD X` is `X` with `onbuild` set.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// The name, upper case.
    pub name: Arc<str>,
    /// Where the name is written.
    pub name_span: Span,
    /// From the name to the end of the last line, heredocs included.
    pub span: Span,
    /// Runs when another image is built on this one.
    pub onbuild: bool,
    /// The flags (`--from=build`) in order.
    pub flags: Vec<Flag>,
    /// What follows the flags, byte for byte as long as the source it came from, so that offsets in it are offsets
    /// from the start of `text_span`: comment lines are blanked, a continuation is a backslash before a newline
    /// whatever the escape character is. Heredocs are not in it.
    pub text: Arc<str>,
    /// Where `text` is written.
    pub text_span: Span,
    /// The elements of a JSON list, where the instruction takes one and it is one.
    pub exec: Option<Vec<Word>>,
    /// The words of `text`, quotes and escapes kept.
    pub words: Vec<Word>,
    /// The heredocs in the order of their markers.
    pub heredocs: Vec<Heredoc>,
}

/// A flag of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The name without dashes.
    pub name: Arc<str>,
    /// What follows the `=`; `None` where there is none.
    pub value: Option<Arc<str>>,
    /// The whole flag.
    pub span: Span,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is written, continuations removed; of a JSON list the text of the element.
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
}

/// A heredoc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The marker (`EOF`).
    pub name: Arc<str>,
    /// Variables in it are expanded: its marker is not quoted.
    pub expand: bool,
    /// Leading tabs are stripped (`<<-`).
    pub strip_tabs: bool,
    /// The text between the markers as it is written.
    pub text: Arc<str>,
    /// Where the text is.
    pub span: Span,
}

const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Most issues that are reported of one file.
const MAX_ISSUES: usize = 50;

/// Parses a Dockerfile. A line that is no instruction is an issue and costs only itself. What is wrong with the meaning
/// of a file (no `FROM`, two stages of one name) is no concern of this parser.
pub fn parse(file: FileId, text: &str) -> (Dockerfile, Vec<Issue>) {
    let mut issues = Vec::new();
    let mut reader = Reader::new(text);
    let (directives, escape) = directives(file, &mut reader);
    reader.set_escape(escape);
    let mut instructions = Vec::new();
    while let Some(line) = reader.next_line() {
        match instruction(file, text, escape, line, &mut reader) {
            Ok((instruction, issue)) => {
                instructions.push(instruction);
                issues.extend(issue);
            }
            Err(issue) => issues.push(issue),
        }
    }
    issues.truncate(MAX_ISSUES);
    let span = Span::new(file, 0, text.len());
    (Dockerfile { file, span, escape: escape as char, directives, instructions }, issues)
}

/// Directives are comments of the form `# name=value` before everything else; an unknown name ends them.
fn directives(file: FileId, reader: &mut Reader<'_>) -> (Vec<Directive>, u8) {
    let mut directives: Vec<Directive> = Vec::new();
    let mut escape = b'\\';
    while let Some((start, line)) = reader.peek_raw() {
        let Some((name, value)) = line.trim().strip_prefix('#').and_then(|comment| comment.split_once('=')) else {
            break;
        };
        let name = name.trim().to_ascii_lowercase();
        if !matches!(name.as_str(), "syntax" | "escape" | "check") || directives.iter().any(|d| *d.name == *name) {
            break;
        }
        let value = value.trim();
        if name == "escape" && value == "`" {
            escape = b'`';
        }
        let span = Span::new(file, start, start + line.trim_end().len());
        directives.push(Directive { name: name.into(), value: value.into(), span });
        reader.skip_raw();
    }
    (directives, escape)
}

fn instruction(
    file: FileId,
    source: &str,
    escape: u8,
    line: LogicalLine,
    reader: &mut Reader<'_>,
) -> Result<(Instruction, Option<Issue>), Issue> {
    let text = &line.text;
    let at = |offset: usize| line.start + offset;
    let (mut name, mut name_range) = keyword(text, 0);
    let mut onbuild = false;
    if name == "ONBUILD" {
        let (inner, range) = keyword(text, name_range.1);
        if !inner.is_empty() && inner != "ONBUILD" {
            onbuild = true;
            (name, name_range) = (inner, range);
        }
    }
    if !INSTRUCTIONS.contains(&name.as_str()) {
        let written = text.get(name_range.0..name_range.1).unwrap_or_default();
        let shown: String = written.chars().take(40).collect();
        return Err(Issue::syntax(
            file,
            at(name_range.0),
            at(name_range.1),
            format!("`{shown}` is no Dockerfile instruction"),
            "A command over several lines needs a continuation character at the end of each line but the last.",
        ));
    }
    let (flags, body) = flags(file, &line, name_range.1);
    let end = body + text[body..].trim_end_matches([' ', '\t', '\r', '\n']).len();
    let body_text = &text[body..end];
    let offset = at(body);
    let takes_list =
        matches!(&*name, "ADD" | "CMD" | "COPY" | "ENTRYPOINT" | "HEALTHCHECK" | "RUN" | "SHELL" | "VOLUME");
    let exec = takes_list.then(|| words::json_list(file, &name, body_text, offset)).flatten();
    let words: Vec<Word> = words::split(body_text, escape)
        .into_iter()
        .map(|word| Word { text: word.text.into(), span: Span::new(file, offset + word.start, offset + word.end) })
        .collect();
    let mut last = at(end);
    let mut heredocs = Vec::new();
    let mut issue = None;
    if matches!(&*name, "ADD" | "COPY" | "RUN") && exec.is_none() {
        for word in &words {
            let Some(marker) = words::heredoc_marker(&word.text) else { continue };
            let (range, ended) = reader.heredoc(&marker.name, marker.strip_tabs);
            if !ended {
                issue.get_or_insert_with(|| {
                    Issue::syntax(
                        file,
                        word.span.start as usize,
                        word.span.end as usize,
                        format!("the heredoc `{}` has no end", marker.name),
                        "Write its marker alone on a line behind its text.",
                    )
                });
            }
            last = reader.position().max(last);
            heredocs.push(Heredoc {
                name: marker.name.into(),
                expand: marker.expand,
                strip_tabs: marker.strip_tabs,
                text: source[range.0..range.1].into(),
                span: Span::new(file, range.0, range.1),
            });
        }
        if !heredocs.is_empty() {
            last = last.min(line.start + source[line.start..last].trim_end().len());
        }
    }
    let instruction = Instruction {
        name: name.into(),
        name_span: Span::new(file, at(name_range.0), at(name_range.1)),
        span: Span::new(file, line.start, last),
        onbuild,
        flags,
        text: body_text.into(),
        text_span: Span::new(file, offset, at(end)),
        exec,
        words,
        heredocs,
    };
    Ok((instruction, issue))
}

/// The next run of characters that are no whitespace, upper case, and where it is. A continuation is whitespace here.
fn keyword(text: &str, from: usize) -> (String, (usize, usize)) {
    let start = from + words::blank(&text[from..]);
    let rest = &text[start..];
    let length = rest.find([' ', '\t', '\r', '\n']).unwrap_or(rest.len());
    let word = rest[..length].trim_end_matches('\\');
    (word.to_ascii_uppercase(), (start, start + word.len()))
}

/// Leading words that start with two dashes, and where the rest begins.
fn flags(file: FileId, line: &LogicalLine, from: usize) -> (Vec<Flag>, usize) {
    let mut flags = Vec::new();
    let mut at = from;
    loop {
        at += words::blank(&line.text[at..]);
        let rest = &line.text[at..];
        if !rest.starts_with("--") {
            return (flags, at);
        }
        let length = words::word_length(rest);
        let word = rest[2..length].replace("\\\n", "");
        if word.is_empty() {
            return (flags, at + length);
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.into())),
            None => (word.as_str(), None),
        };
        let span = Span::new(file, line.start + at, line.start + at + length);
        flags.push(Flag { name: name.into(), value, span });
        at += length;
    }
}

impl Instruction {
    /// The value of the last flag of this name; `Some("")` where it has none.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|flag| &*flag.name == name).map(|flag| flag.value.as_deref().unwrap_or(""))
    }
}

#[cfg(test)]
mod tests;
