//! Texts that hold JSON or YAML, read once so that paths go on inside them. A hole in such a text becomes an unknown
//! value where it stands inside a quoted text; elsewhere nothing is known of the whole.

use std::sync::Arc;

use volary_document::{json, yaml};
use volary_model::{Data, Entry, FileId, Note, TextPart, Type, Unit, Unknown, Value};

use super::places::{HOLE, Places};
use super::tree;
use crate::catalogue::{Attributes, Catalogue, TextForm};

/// Longer texts are not read.
const MAX_BYTES: usize = 1 << 20;
/// Values nested deeper are left as they are.
const MAX_DEPTH: usize = 100;

/// Reads the texts of a unit: those that the catalogue says hold JSON or YAML, and any that look like JSON objects.
pub(super) fn texts(unit: &mut Unit, catalogue: &Catalogue) {
    for subject in &mut unit.subjects {
        let attributes = catalogue.kind(&subject.kind).map(|kind| &kind.attributes);
        if let Some(values) = decoded(&subject.values, attributes, None, 0) {
            subject.values = values;
        }
    }
}

/// What a text that holds JSON says; `None` where it is none.
pub(super) fn json(value: &Value) -> Option<Value> {
    decoded(value, None, Some(TextForm::Json), 0)?.decoded().cloned()
}

/// The value with its texts read, where it has any.
fn decoded(value: &Value, attributes: Option<&Attributes>, form: Option<TextForm>, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH || value.decoded().is_some() {
        return None;
    }
    match &value.data {
        Data::Text(text) => {
            let form = form.or_else(|| looks_like_json(text).then_some(TextForm::Json))?;
            let inner = parse(text, form, value, None)?;
            Some(with_decoded(value, inner))
        }
        Data::Unknown(unknown) => {
            let first = unknown.prefix();
            let form = form.or_else(|| first.trim_start().starts_with(['{', '[']).then_some(TextForm::Json))?;
            let text = with_marks(&unknown.text)?;
            let inner = parse(&text, form, value, Some(unknown))?;
            Some(with_decoded(value, inner))
        }
        Data::List(list) => {
            let elements: Vec<Option<Value>> =
                list.iter().map(|element| decoded(element, attributes, form, depth + 1)).collect();
            if elements.iter().all(Option::is_none) {
                return None;
            }
            let elements = list.iter().zip(elements).map(|(old, new)| new.unwrap_or_else(|| old.clone())).collect();
            Some(Value { data: Data::List(Arc::new(elements)), ..value.clone() })
        }
        Data::Map(map) => {
            let mut any = false;
            let new: Vec<Option<Value>> = map
                .entries()
                .iter()
                .map(|entry| {
                    let attribute = attributes.and_then(|attributes| attributes.get(&entry.key));
                    let inner = attribute.map(|attribute| &attribute.attributes).filter(|inner| !inner.is_empty());
                    let new = decoded(&entry.value, inner, attribute.and_then(|attribute| attribute.text), depth + 1);
                    any |= new.is_some();
                    new
                })
                .collect();
            if !any {
                return None;
            }
            let entries = map.entries().iter().zip(new);
            let entries = entries
                .map(|(entry, new)| Entry { value: new.unwrap_or_else(|| entry.value.clone()), ..entry.clone() });
            Some(tree::with_entries(value, entries.collect()))
        }
        _ => None,
    }
}

fn with_decoded(value: &Value, inner: Value) -> Value {
    value.clone().with_note(|note| note.decoded = Some(inner))
}

fn looks_like_json(text: &str) -> bool {
    let text = text.trim();
    text.len() > 2 && text.starts_with('{') && text.ends_with('}') && !text.starts_with("{{")
}

/// The text with marks for its holes. `None` where nothing is known of it.
fn with_marks(parts: &[TextPart]) -> Option<String> {
    if parts.is_empty() {
        return None;
    }
    let mut text = String::new();
    for part in parts {
        match part {
            TextPart::Known(known) if known.contains(HOLE) => return None,
            TextPart::Known(known) => text.push_str(known),
            TextPart::Hole => text.push(HOLE),
        }
    }
    Some(text)
}

fn parse(text: &str, form: TextForm, value: &Value, unknown: Option<&Unknown>) -> Option<Value> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let parsed = match form {
        TextForm::Json => {
            let (parsed, issues) = json::parse(FileId(0), text);
            parsed.filter(|_| issues.is_empty())?
        }
        TextForm::Yaml => {
            let (mut documents, issues) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml11);
            if !issues.is_empty() || documents.len() != 1 {
                return None;
            }
            documents.remove(0)
        }
    };
    if !matches!(parsed.data, Data::Map(_) | Data::List(_)) {
        return None;
    }
    // A hole outside of a quoted text can be anything, also more structure.
    if let (Some(_), TextForm::Yaml) = (unknown, form) {
        return None;
    }
    let reading = Reading {
        note: value.is_sensitive().then(|| Arc::new(Note { sensitive: true, ..Note::default() })),
        places: Places::of(value, text, unknown),
        unknown,
    };
    reading.replaced(&parsed, 0)
}

/// What a document is read with.
struct Reading<'v> {
    note: Option<Arc<Note>>,
    places: Places<'v>,
    unknown: Option<&'v Unknown>,
}

impl Reading<'_> {
    /// The parsed value at its own place, its marks turned into unknown values.
    fn replaced(&self, value: &Value, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut filled = false;
        let data = match &value.data {
            Data::Text(text) if text.contains(HOLE) && self.unknown.is_some() => {
                filled = true;
                Data::Unknown(Arc::new(partly_known(text, self.unknown?)))
            }
            Data::List(list) => {
                let elements: Option<Vec<Value>> =
                    list.iter().map(|element| self.replaced(element, depth + 1)).collect();
                Data::List(Arc::new(elements?))
            }
            Data::Map(map) => {
                let entries: Option<Vec<Entry>> = map
                    .entries()
                    .iter()
                    .map(|entry| {
                        // A key that is not known could be any.
                        if self.unknown.is_some() && entry.key.contains(HOLE) {
                            return None;
                        }
                        let value = self.replaced(&entry.value, depth + 1)?;
                        Some(Entry { key: entry.key.clone(), key_span: None, value })
                    })
                    .collect();
                Data::Map(Arc::new(entries?.into_iter().collect()))
            }
            other => other.clone(),
        };
        let origin = self.places.origin(value, filled);
        Some(Value { data, origin, note: self.note.clone() })
    }
}

fn partly_known(text: &str, unknown: &Unknown) -> Unknown {
    let mut parts = Vec::new();
    for (index, known) in text.split(HOLE).enumerate() {
        if index > 0 {
            parts.push(TextPart::Hole);
        }
        if !known.is_empty() {
            parts.push(TextPart::Known(known.into()));
        }
    }
    let not_empty = parts.iter().any(|part| matches!(part, TextPart::Known(_)));
    Unknown { ty: Type::Text, not_null: true, not_empty, text: parts, ..Unknown::new(unknown.reason.clone()) }
}
