//! Where the characters of a text are written.

use std::sync::Arc;

use crate::{FileId, Origin, Span};

/// Where the characters of a text are written: of a heredoc, a block scalar or a file that stands in its file as it is,
/// apart from an indentation that was removed or something that was put in. So whoever reads a document out of the text
/// knows the places of its parts. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextAt {
    file: FileId,
    length: u32,
    pieces: Arc<[TextPiece]>,
    /// In the order of the text.
    put_in: Option<Arc<[PutIn]>>,
}

/// The byte of a text at which something was put in, and where that came from.
type PutIn = (u32, Arc<Origin>);

/// A stretch of a text that stands in the file byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPiece {
    /// Its first byte in the text. Of a text that is not known, bytes of its literal stretches are counted and holes are not.
    pub offset: u32,
    /// Its first byte in the file.
    pub start: u32,
    /// The number of its bytes.
    pub length: u32,
}

/// The place of a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPlace {
    /// The place.
    pub span: Span,
    /// All of it is written there; otherwise some of it was put in (`${...}`).
    pub verbatim: bool,
}

impl TextAt {
    /// A table for a text of `length` bytes (of one that is not known: those of its literal stretches). `None` where it has
    /// no piece, or pieces that are not in the order of the text or not within it.
    pub fn new(file: FileId, length: usize, pieces: Vec<TextPiece>) -> Option<Self> {
        let length = u32::try_from(length).ok()?;
        let mut end = 0;
        for piece in &pieces {
            if piece.offset < end {
                return None;
            }
            end = piece.offset.checked_add(piece.length)?;
            piece.start.checked_add(piece.length)?;
        }
        (!pieces.is_empty() && end <= length).then(|| Self { file, length, pieces: pieces.into(), put_in: None })
    }

    /// A text that stands in the file as a whole, from byte `start` on.
    pub fn whole(file: FileId, start: usize, length: usize) -> Option<Self> {
        let piece = TextPiece { offset: 0, start: u32::try_from(start).ok()?, length: u32::try_from(length).ok()? };
        Self::new(file, length, vec![piece])
    }

    /// The same with what was put in: the byte at which it stands (or stood, of what is not known), and where it came from.
    #[must_use]
    pub fn with_put_in(mut self, mut put_in: Vec<(u32, Arc<Origin>)>) -> Self {
        put_in.sort_by_key(|(offset, _)| *offset);
        self.put_in = if put_in.is_empty() { None } else { Some(put_in.into()) };
        self
    }

    /// Where the first thing came from that was put in between two bytes.
    pub fn put_in(&self, start: usize, end: usize) -> Option<&Arc<Origin>> {
        let all = self.put_in.as_deref()?;
        let first = all.partition_point(|(offset, _)| (*offset as usize) < start);
        let inside = all[first..].iter().take_while(|(offset, _)| (*offset as usize) < end);
        // What stands at the start may stand before it.
        let mut at_start = None;
        for (offset, origin) in inside {
            if *offset as usize > start {
                return Some(origin);
            }
            at_start = Some(origin);
        }
        at_start
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The bytes of the text. Another number of them says that the text was changed and the table is not about it.
    pub fn length(&self) -> usize {
        self.length as usize
    }

    /// The pieces in the order of the text.
    pub fn pieces(&self) -> &[TextPiece] {
        &self.pieces
    }

    /// The place of the bytes from `start` up to, not including, `end`. What was put in between two pieces has the place
    /// between them. `None` for something that was put in before the first piece or behind the last one.
    pub fn place(&self, start: usize, end: usize) -> Option<TextPlace> {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        if end > self.length || start > end {
            return None;
        }
        let first = self.pieces.partition_point(|piece| piece.end() <= start);
        let (from, starts) = match (self.pieces.get(first), first.checked_sub(1)) {
            (Some(piece), _) if piece.offset <= start => (piece.start + (start - piece.offset), true),
            (_, Some(before)) => (self.pieces[before].file_end(), false),
            _ => return None,
        };
        if start == end {
            return starts.then(|| self.placed(from, from, true));
        }
        // The piece that holds the last byte.
        let last = self.pieces.partition_point(|piece| piece.end() < end);
        let (to, ends) = match self.pieces.get(last)? {
            piece if piece.offset < end => (piece.start + (end - piece.offset), true),
            piece => (piece.start, false),
        };
        if to < from {
            return None;
        }
        let touching = |pair: &[TextPiece]| pair[0].end() == pair[1].offset;
        let verbatim = starts && ends && self.pieces.get(first..=last)?.windows(2).all(touching);
        Some(self.placed(from, to, verbatim))
    }

    fn placed(&self, from: u32, to: u32, verbatim: bool) -> TextPlace {
        TextPlace { span: Span { file: self.file, start: from, end: to }, verbatim }
    }
}

impl TextPiece {
    fn end(&self) -> u32 {
        self.offset + self.length
    }

    fn file_end(&self) -> u32 {
        self.start + self.length
    }
}

/// Whether a text may hold a document in JSON or YAML of which the parts have places of their own: it opens an object or
/// list, or has several lines of which the first one is the entry of a map or list.
pub fn may_be_document(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with(['{', '[']) {
        return true;
    }
    if !text.trim_end().contains('\n') {
        return false;
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().unwrap_or_default();
    let key = first.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t']));
    first.starts_with("---")
        || first.starts_with("- ")
        || key.is_some_and(|(key, _)| !key.is_empty() && !key.contains([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(offset: u32, start: u32, length: u32) -> TextPiece {
        TextPiece { offset, start, length }
    }

    fn place(at: &TextAt, start: usize, end: usize) -> Option<(u32, u32, bool)> {
        at.place(start, end).map(|place| (place.span.start, place.span.end, place.verbatim))
    }

    #[test]
    fn bytes_are_found_in_their_pieces() {
        // Two lines whose indentation of four blanks was removed.
        let at = TextAt::new(FileId(1), 10, vec![piece(0, 104, 5), piece(5, 113, 5)]).unwrap();
        assert_eq!(place(&at, 0, 5), Some((104, 109, true)));
        assert_eq!(place(&at, 1, 3), Some((105, 107, true)));
        assert_eq!(place(&at, 3, 7), Some((107, 115, true)));
        assert_eq!(place(&at, 5, 10), Some((113, 118, true)));
        assert_eq!(place(&at, 5, 5), Some((113, 113, true)));
        assert_eq!(place(&at, 9, 11), None);
        assert_eq!(place(&at, 3, 2), None);
    }

    #[test]
    fn what_was_put_in_lies_between_the_pieces() {
        // `ab${x}cd` with a value of three bytes in the place of `${x}`.
        let at = TextAt::new(FileId(0), 7, vec![piece(0, 10, 2), piece(5, 16, 2)]).unwrap();
        assert_eq!(place(&at, 0, 7), Some((10, 18, false)));
        assert_eq!(place(&at, 2, 5), Some((12, 16, false)));
        assert_eq!(place(&at, 3, 4), Some((12, 16, false)));
        assert_eq!(place(&at, 1, 3), Some((11, 16, false)));
        assert_eq!(place(&at, 5, 7), Some((16, 18, true)));
        assert_eq!(place(&at, 3, 3), None);
        // Nothing before the first piece, nothing behind the last one.
        let at = TextAt::new(FileId(0), 9, vec![piece(2, 10, 5)]).unwrap();
        assert_eq!(place(&at, 0, 4), None);
        assert_eq!(place(&at, 4, 9), None);
    }

    #[test]
    fn what_was_put_in_says_where_it_came_from() {
        let origin = |start| Arc::new(Origin::at(Span::new(FileId(1), start, start), crate::Role::Local));
        let at = TextAt::new(FileId(0), 9, vec![piece(0, 10, 9)]).unwrap();
        assert_eq!(at.put_in(0, 9), None);
        let at = at.with_put_in(vec![(6, origin(3)), (2, origin(1)), (4, origin(2))]);
        for (start, end, expected) in [(0, 9, 1), (2, 4, 1), (2, 5, 2), (3, 9, 2), (5, 7, 3)] {
            assert_eq!(at.put_in(start, end), Some(&origin(expected)), "{start} {end}");
        }
        assert_eq!(at.put_in(7, 9), None);
        assert_eq!(at.put_in(0, 2), None);
    }

    #[test]
    fn broken_tables_are_refused() {
        assert_eq!(TextAt::new(FileId(0), 5, Vec::new()), None);
        assert_eq!(TextAt::new(FileId(0), 5, vec![piece(0, 0, 6)]), None);
        assert_eq!(TextAt::new(FileId(0), 9, vec![piece(0, 0, 6), piece(5, 10, 2)]), None);
        assert_eq!(TextAt::new(FileId(0), 9, vec![piece(u32::MAX, 0, 6)]), None);
        assert_eq!(TextAt::new(FileId(0), 9, vec![piece(0, u32::MAX, 6)]), None);
    }

    #[test]
    fn documents_are_told_from_scripts_and_words() {
        assert!(may_be_document(" {\"a\": 1}"));
        assert!(may_be_document("[1]"));
        assert!(may_be_document("#cloud-config\npackages: []\n"));
        assert!(may_be_document("---\na: b\n"));
        assert!(may_be_document("- a\n- b\n"));
        assert!(!may_be_document("#!/bin/sh\n# x: y\necho a: b\nls\n"));
        assert!(!may_be_document("a: b\n"));
        assert!(!may_be_document("word\n"));
    }
}
