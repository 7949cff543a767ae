//! Where the parts of a document are written that was read out of a text.

use std::sync::Arc;

use volary_model::{Data, Origin, Place, Role, Span, TextAt, Unknown, Value};

/// What stands in the place of a hole while the text is parsed: a character that Unicode reserves for private use.
pub(super) const HOLE: char = '\u{F8FF}';

/// The places of the parts of one text.
pub(super) struct Places<'v> {
    /// Where the text comes from: the place of every part of which no better one is known.
    origin: &'v Origin,
    at: Option<&'v TextAt>,
    /// Where the marks of holes stand in the parsed text: they have no bytes in the table.
    marks: Vec<usize>,
}

impl<'v> Places<'v> {
    /// Of the value that holds the text; `text` is what is parsed of it, marks included.
    pub(super) fn of(value: &'v Value, text: &str, unknown: Option<&Unknown>) -> Self {
        let marks: Vec<usize> = match unknown {
            Some(_) => text.match_indices(HOLE).map(|(at, _)| at).collect(),
            None => Vec::new(),
        };
        // The whole of a text that must not be shown is one place, so that nothing of it is shown beside a part. A text of
        // another length was changed since.
        let length = text.len() - marks.len() * HOLE.len_utf8();
        let at = value.text_at().filter(|at| !value.is_sensitive() && at.length() == length);
        Self { origin: &value.origin, at, marks }
    }

    /// The origin of a parsed part; `filled` where something is put into it that is not known.
    pub(super) fn origin(&self, part: &Value, filled: bool) -> Origin {
        self.exact(part, filled).unwrap_or_else(|| self.origin.clone())
    }

    fn exact(&self, part: &Value, filled: bool) -> Option<Origin> {
        let at = self.at?;
        let span = part.origin.span()?;
        let (start, end) = (self.without_marks(span.start), self.without_marks(span.end));
        let place = at.place(start, end)?;
        // A list or map has the parts that are put in for elements of its own.
        let single = !matches!(part.data, Data::List(_) | Data::Map(_));
        let put_in = at.put_in(start, end).filter(|_| single && (filled || !place.verbatim));
        Some(written_at(self.origin, place.span, put_in.cloned()))
    }

    /// An offset in the parsed text as one of literal text alone.
    fn without_marks(&self, offset: u32) -> usize {
        let offset = offset as usize;
        offset - self.marks.partition_point(|mark| *mark < offset) * HOLE.len_utf8()
    }
}

/// The origin of a part that is written at `exact`, of a text with the origin `text`: the part takes the place of the text
/// in the chain. Behind it lies what was put into it, where that came from elsewhere.
fn written_at(text: &Origin, exact: Span, put_in: Option<Arc<Origin>>) -> Origin {
    let steps: Vec<&Origin> = text.steps().collect();
    let holds = |step: &&Origin| step.span().is_some_and(|span| span.contains(&exact));
    let (before, part) = match steps.iter().position(holds) {
        Some(index) => (&steps[..index], Origin { place: Place::Text(exact), role: steps[index].role, from: put_in }),
        None => (steps.as_slice(), Origin { from: put_in, ..Origin::at(exact, Role::Attribute) }),
    };
    before.iter().rev().fold(part, |behind, step| Origin {
        place: step.place.clone(),
        role: step.role,
        from: Some(Arc::new(behind)),
    })
}
