//! Physical lines to logical ones: comments, continuations, heredocs.

/// A logical line: the text of one instruction.
pub(super) struct LogicalLine {
    /// The offset of its first byte.
    pub(super) start: usize,
    /// As long as the source it came from. Comment and empty lines inside are blanked, a continuation is `\` and a
    /// newline.
    pub(super) text: String,
}

pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    escape: u8,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, escape: b'\\' }
    }

    pub(super) fn set_escape(&mut self, escape: u8) {
        self.escape = escape;
    }

    /// The offset of the next line.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The next physical line with its offset, with its end.
    pub(super) fn peek_raw(&self) -> Option<(usize, &'t str)> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |newline| newline + 1);
        Some((self.at, &rest[..length]))
    }

    pub(super) fn skip_raw(&mut self) {
        if let Some((start, line)) = self.peek_raw() {
            self.at = start + line.len();
        }
    }

    /// The next logical line that is neither empty nor a comment.
    pub(super) fn next_line(&mut self) -> Option<LogicalLine> {
        let (mut start, mut first);
        loop {
            (start, first) = self.peek_raw()?;
            self.skip_raw();
            let trimmed = first.trim_start();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                break;
            }
        }
        let indentation = first.len() - first.trim_start().len();
        let mut line = LogicalLine { start: start + indentation, text: String::new() };
        let mut open = self.append(&mut line.text, &first[indentation..]);
        while open {
            let Some((_, next)) = self.peek_raw() else { break };
            self.skip_raw();
            let trimmed = next.trim_start();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                line.text.extend(std::iter::repeat_n(' ', next.len()));
            } else {
                open = self.append(&mut line.text, next);
            }
        }
        Some(line)
    }

    /// Appends a physical line and says whether it continues on the next one.
    fn append(&self, text: &mut String, line: &str) -> bool {
        let content = line.trim_end_matches(['\n', '\r']);
        let bare = content.trim_end_matches([' ', '\t']);
        let escaped = bare.as_bytes();
        let continues =
            escaped.last() == Some(&self.escape) && (escaped.len() < 2 || escaped[escaped.len() - 2] != self.escape);
        if !continues || !line.ends_with('\n') {
            text.push_str(content);
            text.extend(std::iter::repeat_n(' ', line.len() - content.len()));
            return continues;
        }
        let bare = &bare[..bare.len() - 1];
        text.push_str(bare);
        text.extend(std::iter::repeat_n(' ', line.len() - bare.len() - 2));
        text.push_str("\\\n");
        true
    }

    /// Reads a heredoc: the range of its text and whether its end was found.
    pub(super) fn heredoc(&mut self, name: &str, strip_tabs: bool) -> ((usize, usize), bool) {
        let start = self.at;
        while let Some((at, line)) = self.peek_raw() {
            self.skip_raw();
            let line = line.trim_end_matches(['\n', '\r']);
            let line = if strip_tabs { line.trim_start_matches('\t') } else { line };
            if line == name {
                return ((start, at), true);
            }
        }
        ((start, self.at), false)
    }
}
