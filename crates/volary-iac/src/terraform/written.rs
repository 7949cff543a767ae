//! Where the texts that templates make are written.

use std::sync::Arc;

use volary_model::{Origin, Span, TextAt, TextPiece, Value};

/// So many stretches of one text are kept: a loop in a template may make very many.
const PIECES: usize = 20_000;

/// The places of a text while a template makes it.
#[derive(Default)]
pub(super) struct Written {
    /// The tables of all literal stretches are of one file.
    file: Option<volary_model::FileId>,
    pieces: Vec<TextPiece>,
    put_in: Vec<(u32, Arc<Origin>)>,
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

    /// A value was put in behind so many bytes of literal text, in a template that is written at `span`.
    pub(super) fn put_in(&mut self, before: usize, value: &Value, span: Span) {
        let (Some(_), Ok(before)) = (self.file, u32::try_from(before)) else { return };
        if self.put_in.len() >= PIECES {
            return;
        }
        let inner = value.origin.span().is_some_and(|at| span.contains(&at));
        let from = if inner { value.origin.from.clone() } else { Some(Arc::new(value.origin.clone())) };
        self.put_in.extend(from.map(|from| (before, from)));
    }

    /// The table of a text with so many bytes of literal text.
    pub(super) fn finish(self, length: usize) -> Option<TextAt> {
        Some(TextAt::new(self.file?, length, self.pieces)?.with_put_in(self.put_in))
    }
}
