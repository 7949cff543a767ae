//! Texts with holes: literal stretches around what is not known.

use std::sync::Arc;

use volary_model::{Data, Reason, ReasonKind, TextPart, Type, Unknown, Value};

use super::args::Stop;
use super::convert;

/// So many stretches are kept apart; beyond, the rest is one hole.
const PARTS: usize = 512;

/// A text of literal stretches and holes, being built or taken apart. Two literal stretches or two holes never follow
/// one another, and no literal stretch is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stretches {
    /// Literal text, or `None` for a hole.
    parts: Vec<Option<String>>,
    /// It has at least one character, also where no literal stretch shows it.
    not_empty: bool,
    /// Why the first hole is not known.
    reason: Option<Reason>,
}

impl Stretches {
    /// The empty text.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A literal text.
    pub(crate) fn literal(text: &str) -> Self {
        let mut stretches = Self::new();
        stretches.push(text);
        stretches
    }

    /// A text of which nothing is known.
    pub(crate) fn unknown(reason: &Reason, not_empty: bool) -> Self {
        let mut stretches = Self::new();
        stretches.push_hole(reason, not_empty);
        stretches
    }

    /// The text that a value becomes where a text is wanted. Null, lists and maps become none.
    pub(super) fn of(value: &Value) -> Result<Self, Stop> {
        match &value.data {
            Data::Unknown(unknown) => {
                let scalar = matches!(unknown.ty, Type::Number | Type::Bool);
                if unknown.ty != Type::Text || unknown.text.is_empty() {
                    return Ok(Self::unknown(&unknown.reason, unknown.not_empty || scalar));
                }
                let mut stretches = Self::new();
                for part in &unknown.text {
                    match part {
                        TextPart::Known(text) => stretches.push(text),
                        TextPart::Hole => stretches.push_hole(&unknown.reason, false),
                    }
                }
                stretches.not_empty |= unknown.not_empty;
                Ok(stretches)
            }
            _ => Ok(Self::literal(&convert::to_text(value)?)),
        }
    }

    /// As [`Stretches::of`] for templates: `None` where the value is null, a list or a map.
    pub(crate) fn of_value(value: &Value) -> Option<Self> {
        Self::of(value).ok()
    }

    /// Adds literal text.
    pub(crate) fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.not_empty = true;
        let full = self.parts.len() >= PARTS;
        match self.parts.last_mut() {
            Some(Some(last)) => last.push_str(text),
            // The hole at the end takes it in.
            _ if full => {}
            _ => self.parts.push(Some(text.to_owned())),
        }
    }

    /// Adds a stretch of which nothing is known, or only that it has a character.
    pub(crate) fn push_hole(&mut self, reason: &Reason, not_empty: bool) {
        self.not_empty |= not_empty;
        self.reason.get_or_insert_with(|| reason.clone());
        if !matches!(self.parts.last(), Some(None)) {
            self.parts.push(None);
        }
    }

    /// Adds another text.
    pub(crate) fn append(&mut self, other: &Self) {
        let unknown = Reason::new(ReasonKind::NotEvaluated, "a part of a text");
        let reason = other.reason.as_ref().unwrap_or(&unknown);
        for part in &other.parts {
            match part {
                Some(text) => self.push(text),
                None => self.push_hole(reason, false),
            }
        }
        self.not_empty |= other.not_empty;
    }

    /// The bytes of all literal stretches, for limits.
    pub(crate) fn size(&self) -> usize {
        self.parts.iter().flatten().map(String::len).sum()
    }

    /// The whole text, where it has no hole.
    pub(crate) fn known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Some(text)] => Some(text),
            _ => None,
        }
    }

    /// The whole text, or why it is not known.
    pub(super) fn whole(&self) -> Result<&str, Stop> {
        self.known().ok_or_else(|| Stop::Unknown(self.why()))
    }

    /// Why the first hole is not known.
    pub(crate) fn why(&self) -> Reason {
        self.reason.clone().unwrap_or_else(|| Reason::new(ReasonKind::NotEvaluated, "a part of a text"))
    }

    /// The literal text at the start.
    pub(super) fn prefix(&self) -> &str {
        self.parts.first().and_then(Option::as_deref).unwrap_or_default()
    }

    /// The literal text at the end.
    pub(super) fn suffix(&self) -> &str {
        self.parts.last().and_then(Option::as_deref).unwrap_or_default()
    }

    /// The literal stretches.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flatten().map(String::as_str)
    }

    /// The stretches in order, `None` for a hole.
    pub(super) fn parts(&self) -> impl DoubleEndedIterator<Item = Option<&str>> {
        self.parts.iter().map(Option::as_deref)
    }

    /// Says that it certainly has a character, though no literal stretch may show it.
    pub(super) fn set_not_empty(&mut self) {
        self.not_empty = true;
    }

    /// Whether it certainly has a character.
    pub(super) fn not_empty(&self) -> bool {
        self.not_empty
    }

    /// The text with every literal stretch changed by a function that works character by character, so that what a hole
    /// holds does not matter. `keeps` says that a text with characters keeps at least one.
    pub(super) fn map(&self, keeps: bool, mut change: impl FnMut(&str) -> String) -> Self {
        let mut result = Self { reason: self.reason.clone(), ..Self::new() };
        for part in &self.parts {
            match part {
                Some(text) => result.push(&change(text)),
                None => result.push_hole(&self.why(), false),
            }
        }
        result.not_empty |= keeps && self.not_empty;
        result
    }

    /// The value: a text, or an unknown that is a text for certain.
    pub(crate) fn into_data(self) -> Data {
        if let Some(text) = self.known() {
            return Data::Text(text.into());
        }
        let mut unknown = Unknown::new(self.why());
        unknown.ty = Type::Text;
        unknown.not_null = true;
        unknown.not_empty = self.not_empty;
        if self.parts.len() > 1 {
            let part = |part: Option<String>| part.map_or(TextPart::Hole, |text| TextPart::Known(text.into()));
            unknown.text = self.parts.into_iter().map(part).collect();
        }
        Data::Unknown(Arc::new(unknown))
    }
}
