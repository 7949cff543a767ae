//! Reading HCL text byte by byte: positions, blanks, comments, names, and skipping over what cannot be read.

use std::sync::Arc;

use volary_model::{FileId, ProblemKind, Span};

use crate::Issue;

/// Why something could not be read. Small, because it travels through every level of the parser.
pub(super) struct Failure(Box<Details>);

struct Details {
    /// Where the user looks.
    at: usize,
    /// How far the text was read before it became clear.
    found: usize,
    kind: ProblemKind,
    message: String,
}

impl Failure {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self(Box::new(Details { at, found: at, kind: ProblemKind::Syntax, message: message.into() }))
    }

    pub(super) fn limit(at: usize, message: impl Into<String>) -> Self {
        Self(Box::new(Details { at, found: at, kind: ProblemKind::Limit, message: message.into() }))
    }

    /// The failure became clear only at `found`, behind the place that it names.
    pub(super) fn found_at(mut self, found: usize) -> Self {
        self.0.found = found;
        self
    }

    /// How far the text was read: going on makes sense only behind.
    pub(super) fn found(&self) -> usize {
        self.0.found
    }
}

pub(super) type Read<T> = Result<T, Failure>;

/// Slots of the table of names: names repeat a lot within a file, and one allocation each is enough.
const NAMES: usize = 1024;

/// A position in a text, with what is shared by all parts of the parser.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    /// The next byte to read.
    pub(super) at: usize,
    /// Reading stops here: the end of the text, or of the heredoc that is being read.
    pub(super) end: usize,
    pub(super) file: FileId,
    /// Set where the text was unescaped first, so that its offsets are not those of the file (strings of the JSON syntax).
    pub(super) all_at: Option<Span>,
    /// The file in which texts of several lines stand as they are read; `None` where nobody asks for their places.
    pub(super) lines_in: Option<FileId>,
    pub(super) depth: u32,
    /// The next literal text of a template loses its leading blanks: the interpolation before it ended with `~}`.
    pub(super) trim: bool,
    pub(super) issues: Vec<Issue>,
    /// Bytes that may still be read twice (looking for the end of a heredoc, skipping what is broken): keeps the work
    /// linear on hostile texts.
    pub(super) again: usize,
    names: Vec<Option<Arc<str>>>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            bytes: text.as_bytes(),
            at,
            end: text.len(),
            file,
            all_at: None,
            lines_in: None,
            depth: 0,
            trim: false,
            issues: Vec::new(),
            again: text.len() * 8 + 4096,
            names: Vec::new(),
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.all_at.unwrap_or_else(|| Span::new(self.file, start, end))
    }

    /// The span from `start` to the current position.
    pub(super) fn since(&self, start: usize) -> Span {
        self.span(start, self.at)
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        if self.at < self.end { Some(self.bytes[self.at]) } else { None }
    }

    #[inline]
    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { Some(self.bytes[at]) } else { None }
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.bytes[self.at.min(self.end)..self.end].starts_with(text.as_bytes())
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn report(&mut self, failure: &Failure) {
        let Details { at, kind, message, .. } = &*failure.0;
        let at = (*at).min(self.text.len());
        let width = self.text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        let help = match kind {
            ProblemKind::Limit => "Split the file or flatten the expression.",
            _ => "Correct the syntax; what is written here was not judged.",
        };
        let span = self.span(at, at + width);
        self.issues.push(Issue { span, kind: *kind, message: message.clone(), help: help.to_owned() });
    }

    /// Blanks and comments; newlines too where they mean nothing.
    pub(super) fn blanks(&mut self, newlines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' if newlines => self.at += 1,
                b'\r' if newlines || self.peek_at(1) == Some(b'\n') => {
                    if !newlines {
                        return;
                    }
                    self.at += 1;
                }
                b'#' => self.line_comment(),
                b'/' if self.peek_at(1) == Some(b'/') => self.line_comment(),
                b'/' if self.peek_at(1) == Some(b'*') => {
                    let rest = &self.bytes[self.at + 2..self.end];
                    self.at = memchr::memmem::find(rest, b"*/").map_or(self.end, |found| self.at + 2 + found + 2);
                }
                _ => return,
            }
        }
    }

    /// Up to, not over, the end of the line.
    fn line_comment(&mut self) {
        let rest = &self.bytes[self.at..self.end];
        self.at = memchr::memchr(b'\n', rest).map_or(self.end, |found| self.at + found);
    }

    /// Whether a line ends here.
    pub(super) fn at_line_end(&self) -> bool {
        match self.peek() {
            None | Some(b'\n') => true,
            Some(b'\r') => self.peek_at(1) == Some(b'\n'),
            _ => false,
        }
    }

    /// The identifier that starts here.
    pub(super) fn identifier(&mut self) -> Option<&'t str> {
        let start = self.at;
        match self.peek()? {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.at += 1,
            byte if byte >= 0x80 => {
                let letter = self.text[self.at..self.end].chars().next()?;
                if !letter.is_alphabetic() {
                    return None;
                }
                self.at += letter.len_utf8();
            }
            _ => return None,
        }
        while let Some(byte) = self.peek() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => self.at += 1,
                byte if byte >= 0x80 => match self.text[self.at..self.end].chars().next() {
                    Some(letter) if letter.is_alphanumeric() => self.at += letter.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
        Some(&self.text[start..self.at])
    }

    /// A name as a shared text.
    pub(super) fn shared(&mut self, name: &str) -> Arc<str> {
        if self.names.is_empty() {
            self.names.resize(NAMES, None);
        }
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let slot = &mut self.names[hash as usize % NAMES];
        match slot {
            Some(known) if **known == *name => known.clone(),
            _ => slot.insert(Arc::from(name)).clone(),
        }
    }

    /// One level deeper; fails where the nesting is beyond what any configuration needs.
    pub(super) fn deeper(&mut self) -> Read<()> {
        const DEPTH: u32 = 100;
        if self.depth >= DEPTH {
            return Err(Failure::limit(self.at, format!("nested more than {DEPTH} levels deep")));
        }
        self.depth += 1;
        Ok(())
    }

    /// Counts bytes that are read a second time.
    pub(super) fn reread(&mut self, bytes: usize) -> Read<()> {
        if self.again == 0 {
            return Err(Failure::limit(self.at, "too many broken parts in one file"));
        }
        self.again = self.again.saturating_sub(bytes);
        Ok(())
    }

    /// The byte after the line that `at` lies in.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let at = at.min(self.end);
        memchr::memchr(b'\n', &self.bytes[at..self.end]).map_or(self.end, |found| at + found + 1)
    }
}
