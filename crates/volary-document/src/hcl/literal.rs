//! Literal text while it is read, with the places of its characters.

use std::sync::Arc;

use volary_model::{FileId, TextAt, TextPiece};

/// A stretch of literal text that grows. Places are kept only where somebody asks for them.
pub(super) struct Literal {
    text: String,
    file: Option<FileId>,
    pieces: Vec<TextPiece>,
}

impl Literal {
    /// An empty one; `file` is where places are kept.
    pub(super) fn new(file: Option<FileId>) -> Self {
        Self { text: String::new(), file, pieces: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds text that stands in the file from byte `start` on.
    pub(super) fn push(&mut self, start: usize, text: &str) {
        if self.file.is_some() && !text.is_empty() {
            // Files of more than 4 GiB are not read.
            let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            let piece = TextPiece { offset: small(self.text.len()), start: small(start), length: small(text.len()) };
            match self.pieces.last_mut() {
                Some(last) if last.offset + last.length == piece.offset && last.start + last.length == piece.start => {
                    last.length += piece.length;
                }
                _ => self.pieces.push(piece),
            }
        }
        self.text.push_str(text);
    }

    /// Adds a character that is written in another way.
    pub(super) fn push_made(&mut self, letter: char) {
        self.text.push(letter);
    }

    /// Removes text from the start: all but what `keep` leaves of it.
    pub(super) fn trim_start(&mut self, keep: impl FnOnce(&str) -> usize) {
        let removed = self.text.len() - keep(&self.text).min(self.text.len());
        self.text.drain(..removed);
        let removed = u32::try_from(removed).unwrap_or(u32::MAX);
        self.pieces.retain_mut(|piece| {
            let lost = removed.saturating_sub(piece.offset).min(piece.length);
            piece.offset = (piece.offset + lost).saturating_sub(removed);
            piece.start += lost;
            piece.length -= lost;
            piece.length > 0
        });
    }

    /// Removes text from the end: all but so many bytes of it.
    pub(super) fn trim_end(&mut self, keep: impl FnOnce(&str) -> usize) {
        let kept = keep(&self.text);
        self.text.truncate(kept);
        let kept = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.pieces.retain_mut(|piece| {
            piece.length = piece.length.min(kept.saturating_sub(piece.offset));
            piece.length > 0
        });
    }

    /// The text with its places; this one is empty then.
    pub(super) fn take(&mut self) -> (Arc<str>, Option<TextAt>) {
        let pieces = std::mem::take(&mut self.pieces);
        let at = self.file.and_then(|file| TextAt::new(file, self.text.len(), pieces));
        let text = Arc::from(self.text.as_str());
        self.text.clear();
        (text, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_what_is_removed() {
        let mut literal = Literal::new(Some(FileId(0)));
        literal.push(10, "  ab");
        literal.push(14, "cd");
        literal.push_made('{');
        literal.push(23, "ef  ");
        literal.trim_start(|text| text.trim_start().len());
        literal.trim_end(|text| text.trim_end().len());
        let (text, at) = literal.take();
        assert_eq!(&*text, "abcd{ef");
        let pieces = [TextPiece { offset: 0, start: 12, length: 4 }, TextPiece { offset: 5, start: 23, length: 2 }];
        assert_eq!(at.unwrap().pieces(), pieces);
        assert!(literal.is_empty());
        literal.push(40, "   ");
        literal.trim_start(|_| 0);
        assert_eq!(literal.take().1, None);
    }
}
