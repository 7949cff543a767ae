//! Reading arguments and making results.

use std::sync::Arc;

use volary_model::{
    Data, Entry, Map, Note, Number, Origin, Reason, ReasonKind, Reference, Role, Span, TextAt, TextPart, Unknown, Value,
};

use super::stretch::Stretches;
use super::table::Function;
use super::{Call, CallError, convert};

/// Why a function stops before it has an answer.
#[derive(Debug)]
pub(super) enum Stop {
    /// It fails, whatever is unknown.
    Error(String),
    /// The answer depends on something that is not known.
    Unknown(Reason),
}

impl Stop {
    pub(super) fn error<T>(about: impl Into<String>) -> Result<T, Self> {
        Err(Self::Error(about.into()))
    }

    pub(super) fn limit(about: &str) -> Self {
        Self::Unknown(Reason::new(ReasonKind::Limit, about))
    }

    pub(super) fn not_evaluated(about: &str) -> Self {
        Self::Unknown(Reason::new(ReasonKind::NotEvaluated, about))
    }
}

/// What a function gives.
pub(super) enum Answer {
    /// Something made from the content of the arguments: it refers to what they refer to.
    Made(Data),
    /// A JSON or YAML text with the values that it says.
    Encoded(Data, Value),
    /// A text that stands in a file of the tree, where its characters are written there.
    Written(Data, TextAt),
    /// A list or map of the arguments' own elements, which keep their own notes.
    Arranged(Data),
    /// A list or map that is not known, and what it certainly holds.
    Open(Unknown, Value),
    /// An argument or an element of one.
    Part(Value),
    /// A value that needs nothing added.
    Whole(Value),
}

pub(super) type Outcome = Result<Answer, Stop>;

/// The arguments of one call.
pub(super) struct Args<'a> {
    pub(super) name: &'a str,
    pub(super) values: &'a [Value],
    pub(super) context: &'a Call<'a>,
}

/// So many values are visited when references and sensitivity are collected; so many references are kept.
const VISITED: usize = 20_000;
const REFERENCES: usize = 64;

impl<'a> Args<'a> {
    pub(super) fn new(name: &'a str, values: &'a [Value], context: &'a Call<'a>) -> Self {
        Self { name, values, context }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// An argument; functions ask only for those that the table demands, or test `len` before.
    pub(super) fn at(&self, index: usize) -> Result<&'a Value, Stop> {
        self.values.get(index).ok_or_else(|| Stop::Error(format!("argument {} is missing", index + 1)))
    }

    fn named<T>(&self, index: usize, result: Result<T, Stop>) -> Result<T, Stop> {
        result.map_err(|stop| match stop {
            Stop::Error(about) => Stop::Error(format!("argument {} {about}", index + 1)),
            other => other,
        })
    }

    /// A text with its holes; scalars are converted.
    pub(super) fn stretches(&self, index: usize) -> Result<Stretches, Stop> {
        self.named(index, Stretches::of(self.at(index)?))
    }

    /// A known text.
    pub(super) fn text(&self, index: usize) -> Result<Arc<str>, Stop> {
        self.named(index, convert::to_text(self.at(index)?))
    }

    /// A known number.
    pub(super) fn number(&self, index: usize) -> Result<Number, Stop> {
        self.named(index, convert::to_number(self.at(index)?))
    }

    /// A known whole number.
    pub(super) fn integer(&self, index: usize) -> Result<i64, Stop> {
        let number = self.number(index)?;
        number.as_i64().ok_or_else(|| Stop::Error(format!("argument {} is not a whole number", index + 1)))
    }

    /// A list whose elements may be unknown.
    pub(super) fn list(&self, index: usize) -> Result<&'a [Value], Stop> {
        self.named(index, convert::as_list(self.at(index)?))
    }

    /// A map whose values may be unknown.
    pub(super) fn map(&self, index: usize) -> Result<&'a Map, Stop> {
        self.named(index, convert::as_map(self.at(index)?))
    }

    /// The origin of something made by this call: the call, and behind it where the first argument that was handed on
    /// came from. The argument's own place inside of the call says nothing more than the call does.
    pub(super) fn origin(&self) -> Origin {
        let span = self.context.span;
        let from = self.values.iter().find_map(|value| match value.origin.span() {
            Some(place) if span.contains(&place) => value.origin.from.clone(),
            _ => Some(Arc::new(value.origin.clone())),
        });
        match from {
            Some(from) => Origin::through(span, Role::Attribute, &from),
            None => Origin::at(span, Role::Attribute),
        }
    }

    /// References and sensitivity of everything in the arguments (`deep`) or of the arguments alone.
    fn marks(&self, deep: bool) -> Note {
        marks(self.values, deep)
    }

    /// A part of the result that is made of some values only.
    pub(super) fn made_of<'v>(&self, values: impl IntoIterator<Item = &'v Value>, data: Data) -> Value {
        self.with_note(data, marks(values, true))
    }

    fn with_note(&self, data: Data, note: Note) -> Value {
        let note = if note.is_empty() { None } else { Some(Arc::new(note)) };
        Value { data, origin: self.origin(), note }
    }

    /// A JSON or YAML text and what it says.
    pub(super) fn encoded(&self, data: Data, decoded: Value) -> Value {
        self.with_note(data, Note { decoded: Some(decoded), ..self.marks(true) })
    }

    /// A text that stands in a file: behind the call lies the file.
    fn written(&self, data: Data, at: TextAt) -> Value {
        let pieces = at.pieces();
        let start = pieces.iter().map(|piece| piece.start).min().unwrap_or_default();
        let end = pieces.iter().map(|piece| piece.start + piece.length).max().unwrap_or_default();
        let text = Origin::at(Span { file: at.file(), start, end }, Role::Attribute);
        let value = self.with_note(data, Note { text_at: Some(at), ..self.marks(true) });
        Value { origin: Origin::through(self.context.span, Role::Attribute, &text), ..value }
    }

    /// An unknown value made from everything in the arguments.
    pub(super) fn unknown(&self, unknown: Unknown) -> Value {
        self.with_note(Data::Unknown(Arc::new(unknown)), self.marks(true))
    }

    fn too_large(&self, data: &Data) -> Option<&'static str> {
        let limits = self.context.limits;
        match data {
            Data::Text(text) if text.len() > limits.text => Some("a text is too long"),
            Data::List(list) if list.len() > limits.elements => Some("a list is too long"),
            Data::Map(map) if map.len() > limits.elements => Some("a map is too large"),
            Data::Unknown(unknown) => {
                let bytes = unknown.text.iter().map(|part| match part {
                    TextPart::Known(text) => text.len(),
                    TextPart::Hole => 1,
                });
                (bytes.sum::<usize>() > limits.text).then_some("a text is too long")
            }
            _ => None,
        }
    }

    /// The answer with its origin and notes, within the limits.
    pub(super) fn finish(&self, answer: Answer, function: &Function) -> Result<Value, CallError> {
        let data = match &answer {
            Answer::Made(data) | Answer::Encoded(data, _) | Answer::Written(data, _) | Answer::Arranged(data) => {
                Some(data)
            }
            _ => None,
        };
        if let Some(about) = data.and_then(|data| self.too_large(data)) {
            let reason = Reason::new(ReasonKind::Limit, format!("{}: {about}", self.name));
            return Ok(self.unknown(function.unknown(reason)));
        }
        Ok(match answer {
            Answer::Made(data) => {
                let note = self.marks(true);
                let data = if note.is_empty() { data } else { spread(data, &note, self.context.limits.depth) };
                self.with_note(data, note)
            }
            Answer::Encoded(data, decoded) => self.encoded(data, decoded),
            Answer::Written(data, at) => self.written(data, at),
            Answer::Arranged(data) => self.with_note(data, self.marks(false)),
            Answer::Open(unknown, holds) => {
                let data = Data::Unknown(Arc::new(unknown));
                self.with_note(data, Note { holds: Some(holds), ..self.marks(true) })
            }
            Answer::Part(value) => {
                let sensitive = self.values.iter().any(Value::is_sensitive) && !value.is_sensitive();
                if sensitive { value.with_note(|note| note.sensitive = true) } else { value }
            }
            Answer::Whole(value) => value,
        })
    }

    /// A list made here of values that are not the arguments' own.
    pub(super) fn fresh(&self, data: Data) -> Value {
        Value::new(data, self.origin())
    }

    /// An entry made here.
    pub(super) fn entry(&self, key: impl Into<Arc<str>>, value: Value) -> Entry {
        Entry { key: key.into(), key_span: None, value }
    }

    /// A list or map of which some elements are certain. `at_most` bounds the number of elements.
    pub(super) fn open_list(&self, certain: Vec<Value>, reason: Reason, at_most: Option<usize>) -> Answer {
        let mut unknown = Unknown::new(reason);
        unknown.ty = volary_model::Type::List(Box::new(volary_model::Type::Any));
        unknown.not_null = true;
        unknown.not_empty = !certain.is_empty();
        unknown.at_most = at_most.and_then(|most| u32::try_from(most).ok());
        let limit = self.context.limits.elements;
        let certain = certain.into_iter().take(limit).collect();
        let holds = Value::list(certain, self.origin());
        Answer::Open(unknown, holds)
    }

    /// Stops where so many elements are too many.
    pub(super) fn within(&self, elements: usize) -> Result<(), Stop> {
        if elements > self.context.limits.elements { Err(Stop::limit("a list is too long")) } else { Ok(()) }
    }
}

pub(super) fn text(text: impl Into<Arc<str>>) -> Outcome {
    Ok(Answer::Made(Data::Text(text.into())))
}

pub(super) fn truth(truth: bool) -> Outcome {
    Ok(Answer::Made(Data::Bool(truth)))
}

pub(super) fn number(number: Number) -> Outcome {
    Ok(Answer::Made(Data::Number(number)))
}

pub(super) fn arranged(values: Vec<Value>) -> Outcome {
    Ok(Answer::Arranged(Data::List(Arc::new(values))))
}

/// References and sensitivity of values, and of everything in them where `deep`.
fn marks<'v>(values: impl IntoIterator<Item = &'v Value>, deep: bool) -> Note {
    let mut note = Note::default();
    let mut open: Vec<&Value> = values.into_iter().collect();
    open.reverse();
    let mut visited = 0;
    while let Some(value) = open.pop() {
        visited += 1;
        if visited > VISITED {
            // Not looked at: shown to nobody.
            note.sensitive = true;
            break;
        }
        if let Some(found) = value.note.as_deref() {
            note.sensitive |= found.sensitive;
            for reference in &found.references {
                let reference = Reference { whole: false, ..reference.clone() };
                if note.references.len() < REFERENCES && !note.references.contains(&reference) {
                    note.references.push(reference);
                }
            }
            if deep && let Some(holds) = &found.holds {
                open.push(holds);
            }
        }
        match &value.data {
            Data::List(list) if deep => open.extend(list.iter().rev()),
            Data::Map(map) if deep => open.extend(map.entries().iter().rev().map(|entry| &entry.value)),
            _ => {}
        }
    }
    note
}

/// The parts of something made of the arguments refer to what the whole refers to, and are as sensitive.
fn spread(data: Data, note: &Note, depth: u32) -> Data {
    let Some(depth) = depth.checked_sub(1) else { return data };
    let mark = |value: &Value| {
        let value = Value { data: spread(value.data.clone(), note, depth), ..value.clone() };
        value.with_note(|own| {
            own.sensitive |= note.sensitive;
            own.references.extend_from_slice(&note.references);
        })
    };
    match data {
        Data::List(list) => Data::List(Arc::new(list.iter().map(mark).collect())),
        Data::Map(map) => {
            let entry = |entry: &Entry| Entry { value: mark(&entry.value), ..entry.clone() };
            Data::Map(Arc::new(map.entries().iter().map(entry).collect()))
        }
        other => other,
    }
}

/// The reason of the first of these values that is not known, looked for in the values alone, not inside of them.
pub(super) fn first_reason<'v>(values: impl IntoIterator<Item = &'v Value>) -> Reason {
    values
        .into_iter()
        .find_map(|value| value.as_unknown().map(|unknown| unknown.reason.clone()))
        .unwrap_or_else(|| Reason::new(ReasonKind::NotEvaluated, "a part that is not known"))
}
