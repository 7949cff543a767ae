//! Where the texts that templates make are written.

use volary_model::{TextAt, TextPiece};

/// So many stretches of one text are kept: a loop in a template may make very many.
const PIECES: usize = 20_000;

/// The places of a text while a template makes it.
#[derive(Default)]
pub(super) struct Written {
    /// The tables of all literal stretches are of one file.
    file: Option<volary_model::FileId>,
    pieces: Vec<TextPiece>,
}

impl Written {
    /// A literal stretch was added behind `before` bytes of literal text.
    pub(super) fn add(&mut self, before: usize, at: &TextAt) {
        let file = *self.file.get_or_insert(at.file());
        if file != at.file() || self.pieces.len() + at.pieces().len() > PIECES {
            return;
        }
        let Ok(before) = u32::try_from(before) else { return };
        let moved = at.pieces().iter().map(|piece| TextPiece { offset: piece.offset.saturating_add(before), ..*piece });
        self.pieces.extend(moved);
    }

    /// The table of a text with so many bytes of literal text.
    pub(super) fn finish(self, length: usize) -> Option<TextAt> {
        TextAt::new(self.file?, length, self.pieces)
    }
}
