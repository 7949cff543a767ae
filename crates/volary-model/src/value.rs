//! Values with their origins.

use std::sync::Arc;

use crate::{Number, Origin, Place, Reason, Role, Span, TextAt, Unknown};

/// A value of a document, a resource or a facet. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value itself.
    pub data: Data,
    /// Where it comes from.
    pub origin: Origin,
    /// What else is known: references, sensitivity, tag.
    pub note: Option<Arc<Note>>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Absent, in the sense of Terraform and Kubernetes.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Arc<str>),
    /// A list, set or tuple; blocks of one type are a list as in Terraform's plan.
    List(Arc<Vec<Value>>),
    /// A map or object.
    Map(Arc<Map>),
    /// Not known, with what is known of it.
    Unknown(Arc<Unknown>),
}

/// What few values carry.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// The resources that the expression refers to, in order; on a known value too (`aws_s3_bucket.b.bucket`).
    pub references: Vec<Reference>,
    /// Must never be shown.
    pub sensitive: bool,
    /// The YAML tag of the node, without its `!`, where it is not a standard one (`Ref`, `reference`).
    pub tag: Option<Arc<str>>,
    /// Of a text that is JSON or YAML and was made from values here (`jsonencode`, a policy document): those values, with
    /// their own origins. Present whether the text is known or not, so that paths can read on into either.
    pub decoded: Option<Value>,
    /// Of an unknown list or map: what it certainly holds. A list: each of these is an element, at positions that are not
    /// known (of a set, two of them may be the same one); there may be others. A map: these entries are in it, and there
    /// may be others.
    pub holds: Option<Value>,
    /// Of a text, known or partly known, that may hold a document: where its characters are written.
    pub text_at: Option<TextAt>,
}

impl Note {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.references.is_empty()
            && !self.sensitive
            && self.tag.is_none()
            && self.decoded.is_none()
            && self.holds.is_none()
            && self.text_at.is_none()
    }
}

/// A reference to a resource of the unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The address of the instance (`module.a.aws_s3_bucket.b[0]`) or, when its key is not known, of the definition
    /// (`module.a.aws_s3_bucket.b`), which stands for all of its instances.
    pub address: Arc<str>,
    /// The attribute that is read (`id`, `identity.0.principal_id`); empty for the whole resource.
    pub attribute: Arc<str>,
    /// The value *is* the attribute (`aws_s3_bucket.b.id`), not a text or collection that contains it.
    pub whole: bool,
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key is written; `None` where the entry was computed.
    pub key_span: Option<Span>,
    /// The value.
    pub value: Value,
}

/// A map in the order of its document. Where a key stands twice, lookups give the last, as most readers do; both stay
/// in [`Map::entries`].
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<Entry>,
    /// Indices into `entries` sorted by key, for maps too large to search one by one.
    order: Vec<u32>,
}

/// Below this many entries a search one by one is faster than a binary search.
const LINEAR: usize = 12;

impl Map {
    /// A map with these entries in this order.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        // Values of a whole repository are in memory together; what lists took in advance would be a third of it.
        entries.shrink_to_fit();
        let mut order = Vec::new();
        if entries.len() > LINEAR {
            order = (0..entries.len() as u32).collect();
            order.sort_by(|a, b| entries[*a as usize].key.cmp(&entries[*b as usize].key).then(a.cmp(b)));
        }
        Self { entries, order }
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        if self.order.is_empty() {
            return self.entries.iter().rev().find(|entry| &*entry.key == key);
        }
        let after = self.order.partition_point(|index| &*self.entries[*index as usize].key <= key);
        let entry = &self.entries[*self.order.get(after.checked_sub(1)?)? as usize];
        (&*entry.key == key).then_some(entry)
    }

    /// All entries in the order of the document.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries, for building another map.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}

impl FromIterator<Entry> for Map {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self::new(entries.into_iter().collect())
    }
}

impl Value {
    /// A value with an origin and nothing else.
    pub fn new(data: Data, origin: Origin) -> Self {
        Self { data, origin, note: None }
    }

    /// A value written at `span`.
    pub fn at(data: Data, span: Span) -> Self {
        Self::new(data, Origin::at(span, Role::Attribute))
    }

    /// A text.
    pub fn text(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        Self::new(Data::Text(text.into()), origin)
    }

    /// A list.
    pub fn list(mut values: Vec<Value>, origin: Origin) -> Self {
        values.shrink_to_fit();
        Self::new(Data::List(Arc::new(values)), origin)
    }

    /// A map.
    pub fn map(entries: Vec<Entry>, origin: Origin) -> Self {
        Self::new(Data::Map(Arc::new(Map::new(entries))), origin)
    }

    /// A value of which only the reason is known why it is not known.
    pub fn unknown(reason: Reason, origin: Origin) -> Self {
        Self::new(Data::Unknown(Arc::new(Unknown::new(reason))), origin)
    }

    /// The same value, used at another place.
    #[must_use]
    pub fn used_at(mut self, span: Span, role: Role) -> Self {
        if self.origin.place != Place::Text(span) {
            self.origin = Origin::through(span, role, &self.origin);
        }
        self
    }

    /// The same value with its note changed.
    #[must_use]
    pub fn with_note(mut self, change: impl FnOnce(&mut Note)) -> Self {
        let mut note = self.note.as_deref().cloned().unwrap_or_default();
        change(&mut note);
        self.note = if note.is_empty() { None } else { Some(Arc::new(note)) };
        self
    }

    /// The resources that the value refers to.
    pub fn references(&self) -> &[Reference] {
        self.note.as_deref().map_or(&[], |note| &note.references)
    }

    /// Whether the value must never be shown.
    pub fn is_sensitive(&self) -> bool {
        self.note.as_deref().is_some_and(|note| note.sensitive)
    }

    /// The YAML tag, where it is not a standard one.
    pub fn tag(&self) -> Option<&str> {
        self.note.as_deref().and_then(|note| note.tag.as_deref())
    }

    /// The values behind a JSON or YAML text that was made from values.
    pub fn decoded(&self) -> Option<&Value> {
        self.note.as_deref().and_then(|note| note.decoded.as_ref())
    }

    /// What an unknown list or map certainly holds.
    pub fn holds(&self) -> Option<&Value> {
        self.note.as_deref().and_then(|note| note.holds.as_ref())
    }

    /// Where the characters of a text are written, where that is known.
    pub fn text_at(&self) -> Option<&TextAt> {
        self.note.as_deref().and_then(|note| note.text_at.as_ref())
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data {
            Data::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<Number> {
        match self.data {
            Data::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements, where it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// The map, where it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// What is known of it, where it is not known.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        match &self.data {
            Data::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The value of a key, where it is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map().and_then(|map| map.get(key))
    }

    /// Whether the value and everything in it is known. Iterative: values may be nested deeply.
    pub fn is_known(&self) -> bool {
        let mut open = vec![self];
        while let Some(value) = open.pop() {
            match &value.data {
                Data::Unknown(_) => return false,
                Data::List(list) => open.extend(list.iter()),
                Data::Map(map) => open.extend(map.entries().iter().map(|entry| &entry.value)),
                _ => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn entry(key: &str, number: i64) -> Entry {
        let span = Span::new(FileId(0), 0, 0);
        Entry { key: key.into(), key_span: None, value: Value::at(Data::Number(Number::Int(number)), span) }
    }

    #[test]
    fn the_last_of_duplicate_keys_wins_in_small_and_large_maps() {
        for size in [2, 40] {
            let mut entries: Vec<Entry> = (0..size).map(|n| entry(&format!("k{n}"), n)).collect();
            entries.push(entry("k1", 99));
            let map = Map::new(entries);
            assert_eq!(map.get("k1").and_then(Value::as_number), Some(Number::Int(99)));
            assert_eq!(map.get("k0").and_then(Value::as_number), Some(Number::Int(0)));
            assert!(map.get("absent").is_none());
            assert!(map.get("").is_none());
        }
    }
}
