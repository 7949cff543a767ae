//! Changing values that are shared.

use std::sync::Arc;

use volary_model::{Data, Entry, Map, Origin, Value};

/// The entries of a map, for changing; `None` where the value is no map.
pub(super) fn entries(value: &Value) -> Option<Vec<Entry>> {
    value.as_map().map(|map| map.entries().to_vec())
}

/// The same value with other entries.
pub(super) fn with_entries(value: &Value, entries: Vec<Entry>) -> Value {
    Value { data: Data::Map(Arc::new(Map::new(entries))), origin: value.origin.clone(), note: value.note.clone() }
}

/// The last entry with a key whose value is not null.
pub(super) fn find<'e>(entries: &'e mut [Entry], key: &str) -> Option<&'e mut Entry> {
    entries.iter_mut().rev().find(|entry| &*entry.key == key && !entry.value.is_null())
}

/// Sets a key, in the place of what stood there.
pub(super) fn set(entries: &mut Vec<Entry>, key: &Arc<str>, value: Value) {
    match entries.iter_mut().rev().find(|entry| entry.key == *key) {
        Some(entry) => entry.value = value,
        None => entries.push(Entry { key: key.clone(), key_span: None, value }),
    }
}

/// A value with an origin behind which nothing lies: it is not written.
pub(super) fn placed(data: Data, origin: &Origin, role: volary_model::Role) -> Value {
    Value::new(data, Origin { place: origin.place.clone(), role, from: None })
}
