//! The places of what a policy document says.

use std::sync::Arc;

use volary_model::{Data, Entry, Map, Origin, Role, Span, Value};

/// Documents nested deeper keep the places that they have.
const MAX_DEPTH: usize = 32;

/// A part of a document as it is used by an attribute: what is written there keeps its place, what comes from elsewhere
/// (a data source, a variable) is used at the attribute, and the place where it is written lies behind that.
pub(super) fn used_at(value: &Value, attribute: &Value) -> Value {
    match attribute.origin.span() {
        Some(span) => moved(value, span, 0),
        None => value.clone(),
    }
}

/// A value as it is used by something with a header, with the place where it is written behind that.
pub(super) fn used_by(value: &Value, header: Span) -> Value {
    moved(value, header, 0)
}

fn moved(value: &Value, attribute: Span, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return value.clone();
    }
    let data = match &value.data {
        Data::List(list) => {
            Data::List(Arc::new(list.iter().map(|element| moved(element, attribute, depth + 1)).collect()))
        }
        Data::Map(map) => {
            let entries = map.entries().iter();
            let entries =
                entries.map(|entry| Entry { value: moved(&entry.value, attribute, depth + 1), ..entry.clone() });
            Data::Map(Arc::new(entries.collect::<Map>()))
        }
        other => other.clone(),
    };
    let origin = match value.origin.span() {
        Some(span) if attribute.contains(&span) => value.origin.clone(),
        _ => Origin::through(attribute, Role::Attribute, &value.origin),
    };
    let mut note = value.note.clone();
    if let Some(held) = value.holds().map(|held| moved(held, attribute, depth + 1)) {
        note = note.map(|note| {
            let mut note = (*note).clone();
            note.holds = Some(held);
            Arc::new(note)
        });
    }
    Value { data, origin, note }
}
