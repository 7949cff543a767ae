//! Trees as texts, and edits of them.

use std::collections::BTreeMap;
use std::ops::Range;

/// Paths and texts. What lies below `sources/` belongs to other repositories.
pub(crate) type Files = BTreeMap<String, String>;

/// A replacement of some bytes of a text.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Edit {
    pub(crate) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// The text with edits applied; `None` where two of them overlap.
pub(crate) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = String::new();
    let mut at = 0;
    for edit in edits {
        if edit.range.start < at {
            return None;
        }
        out.push_str(text.get(at..edit.range.start)?);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// A change: the tree before and after. Both hold the sources too.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) base: Files,
    pub(crate) head: Files,
}

impl Change {
    /// A change of one file.
    pub(crate) fn of(base: &Files, path: &str, edits: Vec<Edit>) -> Option<Self> {
        Self { base: base.clone(), head: base.clone() }.and(path, edits)
    }

    /// No change yet.
    pub(crate) fn none(base: &Files) -> Self {
        Self { base: base.clone(), head: base.clone() }
    }

    /// A further edit of a file that was not edited yet. Files of other repositories are not edited.
    pub(crate) fn and(mut self, path: &str, edits: Vec<Edit>) -> Option<Self> {
        if path.starts_with("sources/") || edits.is_empty() {
            return None;
        }
        let text = self.head.get(path)?;
        let new = apply(text, edits)?;
        if new == *text {
            return None;
        }
        self.head.insert(path.to_owned(), new);
        Some(self)
    }

    /// The same, with a file in the head.
    pub(crate) fn with(mut self, path: &str, text: impl Into<String>) -> Self {
        self.head.insert(path.to_owned(), text.into());
        self
    }

    /// The same, with a file in both.
    pub(crate) fn with_both(mut self, path: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        self.base.insert(path.to_owned(), text.clone());
        self.head.insert(path.to_owned(), text);
        self
    }
}

/// The first byte of the line that holds a byte.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the line that holds a byte, its newline not included.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline)
}

/// The start of the line behind.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    (line_end(text, at) + 1).min(text.len())
}

/// The blanks at the start of the line that holds a byte.
pub(crate) fn indent_at(text: &str, at: usize) -> &str {
    let start = line_start(text, at);
    let line = &text[start..line_end(text, at)];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// The bytes of a line, from 1, its newline not included.
pub(crate) fn line_range(text: &str, line: usize) -> Option<Range<usize>> {
    let start = match line {
        0 => return None,
        1 => 0,
        _ => text.match_indices('\n').nth(line - 2)?.0 + 1,
    };
    Some(start..line_end(text, start))
}

/// The text with every line but the first moved right.
pub(crate) fn hang(text: &str, indent: &str) -> String {
    text.lines()
        .enumerate()
        .map(|(n, line)| if n == 0 || line.is_empty() { line.to_owned() } else { format!("{indent}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same for a text that more of its last line follows, also where that line is empty.
pub(crate) fn hang_before(text: &str, indent: &str) -> String {
    text.replace('\n', &format!("\n{indent}"))
}
