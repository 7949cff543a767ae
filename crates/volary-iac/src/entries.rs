//! Small helpers to read and make maps.

use std::sync::Arc;

use volary_model::{Data, Entry, Map, Number, Origin, Role, Span, Value};

/// The entry of a key whose value is not null: in configuration null is the same as absent.
pub(crate) fn present<'v>(value: &'v Value, key: &str) -> Option<&'v Entry> {
    value.as_map()?.entry(key).filter(|entry| !entry.value.is_null())
}

/// The value of a key, where it is there and not null.
pub(crate) fn field<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    present(value, key).map(|entry| &entry.value)
}

/// The value behind several keys.
pub(crate) fn path<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().try_fold(value, |value, key| field(value, key))
}

/// The text of a scalar; numbers and truth values as they are commonly written.
pub(crate) fn scalar_text(value: &Value) -> Option<Arc<str>> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Bool(truth) => Some(truth.to_string().into()),
        Data::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// Where an entry is written: from its key to the end of its value, so that its first line is the line of the key.
pub(crate) fn entry_span(entry: &Entry) -> Option<Span> {
    let value = entry.value.origin.span();
    match (entry.key_span, value) {
        (Some(key), Some(value)) if key.start <= value.start => Some(key.to(value)),
        (Some(key), _) => Some(key),
        (None, value) => value,
    }
}

/// An entry made here.
pub(crate) fn entry(key: impl Into<Arc<str>>, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

/// A text written at a place.
pub(crate) fn text_at(text: impl Into<Arc<str>>, span: Span) -> Value {
    Value::text(text, Origin::at(span, Role::Attribute))
}

/// A truth value written at a place.
pub(crate) fn bool_at(truth: bool, span: Span) -> Value {
    Value::at(Data::Bool(truth), span)
}

/// A whole number written at a place.
pub(crate) fn number_at(number: usize, span: Span) -> Value {
    Value::at(Data::Number(Number::Int(i64::try_from(number).unwrap_or(i64::MAX))), span)
}

/// A map with further entries, which win over those of the same key.
pub(crate) fn extended(value: &Value, replaced: &[&str], more: Vec<Entry>) -> Value {
    let mut entries: Vec<Entry> = value.as_map().map(Map::entries).unwrap_or_default().to_vec();
    entries.retain(|entry| !replaced.contains(&&*entry.key));
    entries.extend(more);
    Value { data: Data::Map(Arc::new(Map::new(entries))), origin: value.origin.clone(), note: value.note.clone() }
}
