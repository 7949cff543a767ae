//! Heredocs: where they end and how far their lines are indented.

use super::cursor::{Cursor, Failure, Read};

/// A heredoc whose end was found.
pub(super) struct Heredoc {
    /// The first byte of its content.
    pub(super) start: usize,
    /// One past the last byte of its content.
    pub(super) end: usize,
    /// The byte after its end marker.
    pub(super) after: usize,
    /// How many blanks are removed from the start of every line.
    pub(super) indent: usize,
}

impl Cursor<'_> {
    /// The byte after the heredoc that starts at `<<`, if it is one and ends.
    pub(super) fn heredoc_end(&mut self, at: usize) -> Option<usize> {
        let before = self.at;
        self.at = at;
        let found = self.heredoc().ok().flatten();
        self.at = before;
        found.map(|heredoc| heredoc.after)
    }

    /// The heredoc that starts at the current position; the position stays. `None` where `<<` starts none.
    pub(super) fn heredoc(&mut self) -> Read<Option<Heredoc>> {
        let opening = self.at;
        let mut at = opening + 2;
        let flush = self.bytes.get(at) == Some(&b'-');
        if flush {
            at += 1;
        }
        self.at = at;
        let marker = self.identifier();
        at = self.at;
        self.at = opening;
        let Some(marker) = marker else { return Ok(None) };
        if self.bytes.get(at) == Some(&b'\r') {
            at += 1;
        }
        if at >= self.end || self.bytes[at] != b'\n' {
            return Ok(None);
        }
        // Whoever looks for ends that are not there has looked often enough.
        self.reread(1)?;
        let start = at + 1;
        let mut line = start;
        let mut indent = usize::MAX;
        while line < self.end {
            let next = self.next_line(line);
            let content = &self.bytes[line..next];
            let blanks = content.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let words = content[blanks..].trim_ascii_end();
            if words == marker.as_bytes() {
                let indent = if flush && indent != usize::MAX { indent } else { 0 };
                return Ok(Some(Heredoc { start, end: line, after: line + blanks + marker.len(), indent }));
            }
            if !words.is_empty() {
                indent = indent.min(blanks);
            }
            line = next;
        }
        self.reread(self.end - start)?;
        Err(Failure::new(opening, format!("the heredoc has no end: no line holds only `{marker}`")))
    }
}
