//! Reading values for facets: attributes with what is known of them, texts brought to one form, lists put together.

use std::sync::Arc;

use volary_model::{Data, Entry, Note, Origin, Reason, ReasonKind, Reference, Role, TextPart, Type, Unknown, Value};

use crate::evaluate::elements::{Presence, for_each};
use crate::evaluate::read::{Found, step_into};

/// An attribute that is there and not null; unknown where the value around it is.
pub(super) fn read(value: &Value, name: &str) -> Option<Value> {
    match step_into(value, name, None) {
        Found::Value(found) => Some(found.clone()).filter(|found| !found.is_null()),
        Found::Made(found) => Some(found),
        Found::Absent => None,
    }
}

/// The first of several attributes that is there.
pub(super) fn read_any(value: &Value, names: &[&str]) -> Option<Value> {
    names.iter().find_map(|name| read(value, name))
}

/// A block of a list of blocks.
pub(super) struct Block {
    pub(super) value: Value,
    /// Set where it is not known whether there is such a block.
    pub(super) conditional: Option<Reason>,
}

/// The blocks of a kind. What cannot be seen is one block of which nothing is known.
pub(super) fn blocks(value: &Value, name: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let Some(list) = read(value, name) else { return found };
    for_each(&list, &mut |element, presence| {
        if element.is_null() {
            return true;
        }
        let certain = matches!(presence, Presence::Certain | Presence::Unseen { at_least_one: true, .. });
        let reason = || {
            element.as_unknown().map_or(Reason::new(ReasonKind::NotEvaluated, name), |unknown| unknown.reason.clone())
        };
        found.push(Block { value: element.clone(), conditional: (!certain).then(reason) });
        true
    });
    found
}

/// An entry of a facet.
pub(super) fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

/// A text that nobody wrote, at the place of what it follows from.
pub(super) fn made(text: impl Into<Arc<str>>, origin: &Origin) -> Value {
    Value::text(text, origin.clone())
}

/// What applies where nothing is written, at the place of what encloses it.
pub(super) fn default(text: &str, place: &Origin) -> Value {
    Value::text(text, documented(place))
}

/// The origin of a documented default.
pub(super) fn documented(place: &Origin) -> Origin {
    Origin { place: place.place.clone(), role: Role::DocumentedDefault, from: None }
}

/// The text of a single known value.
pub(super) fn known_text(value: &Value) -> Option<Arc<str>> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Number(number) => Some(number.to_string().into()),
        Data::Bool(truth) => Some(truth.to_string().into()),
        _ => None,
    }
}

/// A truth value; Terraform reads texts as such.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Bool(truth) => Some(*truth),
        Data::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Data::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A whole number; Terraform reads texts as such.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match &value.data {
        Data::Number(number) => number.as_i64(),
        Data::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A single value in another spelling, with its origin. Of an unknown value the spelling is not known.
pub(super) fn spelled(value: &Value, spell: &dyn Fn(&str) -> Arc<str>) -> Value {
    let data = match &value.data {
        Data::Unknown(unknown) => {
            let unknown = Unknown { ty: Type::Text, text: Vec::new(), at_most: None, ..(**unknown).clone() };
            Data::Unknown(Arc::new(unknown))
        }
        _ => match known_text(value) {
            Some(text) => Data::Text(spell(&text)),
            None => return wrong_type(value),
        },
    };
    Value { data, ..value.clone() }
}

/// A text with something before it that says what it is, so that it is never taken for something else (`tag:web`,
/// `role:roles/owner`); of an unknown one the start is known then.
pub(super) fn labelled(value: &Value, label: &str) -> Value {
    match &value.data {
        Data::Unknown(unknown) => {
            let mut text = vec![TextPart::Known(label.into())];
            match unknown.text.as_slice() {
                [] => text.push(TextPart::Hole),
                parts => text.extend(parts.iter().cloned()),
            }
            let known = Unknown { ty: Type::Text, not_empty: true, text, at_most: None, ..(**unknown).clone() };
            with_data(value, Data::Unknown(Arc::new(known)))
        }
        _ => match known_text(value) {
            Some(text) => with_data(value, Data::Text(format!("{label}{text}").into())),
            None => wrong_type(value),
        },
    }
}

/// The same value with other data.
pub(super) fn with_data(value: &Value, data: Data) -> Value {
    Value { data, ..value.clone() }
}

/// A value in whose place another type was expected.
pub(super) fn wrong_type(value: &Value) -> Value {
    Value::unknown(Reason::new(ReasonKind::WrongType, "a value"), value.origin.clone())
}

/// A value of which nothing is known, for the reason for which another one is not.
pub(super) fn unknown_like(value: &Value, ty: Type) -> Value {
    let reason = value
        .as_unknown()
        .map_or_else(|| Reason::new(ReasonKind::NotEvaluated, "a value"), |unknown| unknown.reason.clone());
    let unknown = Unknown { ty, not_null: true, ..Unknown::new(reason) };
    let note = value.note.as_deref().map(|note| Note { decoded: None, holds: None, tag: None, ..note.clone() });
    let note = note.filter(|note| !note.is_empty()).map(Arc::new);
    Value { data: Data::Unknown(Arc::new(unknown)), origin: value.origin.clone(), note }
}

/// A list of texts of which nothing is known, for the reason for which `value` is not.
pub(super) fn unknown_list(value: &Value) -> Value {
    unknown_like(value, Type::List(Box::new(Type::Text)))
}

/// One list out of several attributes, each a list or a single value. What is not known stays so, next to what is.
#[derive(Default)]
pub(super) struct Lists {
    elements: Vec<Value>,
    /// Why there may be more elements, and how many at most.
    open: Option<(Reason, Option<u32>)>,
    /// Of what is open.
    references: Vec<Reference>,
    sensitive: bool,
    origin: Option<Origin>,
    /// A single text may stand for several elements.
    several: bool,
}

/// What becomes of an element: none, itself, or several.
pub(super) type Spread<'f> = &'f dyn Fn(Value) -> Vec<Value>;

/// An element as it is.
pub(super) fn as_is(value: Value) -> Vec<Value> {
    vec![value]
}

impl Lists {
    /// A list whose elements may be written several in one text.
    pub(super) fn of_several() -> Self {
        Self { several: true, ..Self::default() }
    }

    /// Adds an attribute that holds a list.
    pub(super) fn list(&mut self, value: Option<Value>, spread: Spread<'_>) {
        let Some(value) = value else { return };
        if self.elements.is_empty() && self.open.is_none() {
            self.origin = Some(value.origin.clone());
        }
        for_each(&value, &mut |element, presence| {
            match presence {
                Presence::Certain => self.certain(element, spread),
                Presence::Maybe => self.maybe(element),
                Presence::Unseen { at_most, .. } => self.more(&value, at_most.filter(|_| !self.several)),
            }
            true
        });
    }

    /// Adds an attribute that holds a single value.
    pub(super) fn one(&mut self, value: Option<Value>, spread: Spread<'_>) {
        let Some(value) = value else { return };
        match value.as_unknown() {
            // It may be null, and then there is no element.
            Some(unknown) if self.several || !unknown.not_null => self.maybe(&value),
            _ => self.list(Some(value), spread),
        }
    }

    /// Adds an element that is not known, and may not be there.
    pub(super) fn maybe(&mut self, value: &Value) {
        self.origin.get_or_insert_with(|| value.origin.clone());
        self.more(value, (!self.several).then_some(1));
    }

    /// Adds an element that nobody wrote.
    pub(super) fn push(&mut self, value: Value) {
        self.origin.get_or_insert_with(|| value.origin.clone());
        self.elements.push(value);
    }

    /// Adds what is not known of a list, besides what it certainly holds.
    pub(super) fn open(&mut self, value: &Value) {
        if let Some(unknown) = value.as_unknown() {
            let held = value.holds().and_then(Value::as_list).map_or(0, <[Value]>::len) as u32;
            self.origin.get_or_insert_with(|| value.origin.clone());
            self.more(value, unknown.at_most.map(|most| most.saturating_sub(held)));
        }
    }

    /// Whether nothing was added, for certain.
    pub(super) fn is_empty(&self) -> bool {
        self.elements.is_empty() && self.open.is_none()
    }

    fn certain(&mut self, element: &Value, spread: Spread<'_>) {
        match &element.data {
            Data::Null => {}
            // `["${var.list}"]` of old versions, and lists of lists that Terraform flattens.
            Data::List(inner) => {
                for element in inner.iter().filter(|element| !element.is_null()) {
                    self.elements.extend(spread(element.clone()));
                }
            }
            Data::Map(_) => self.elements.push(wrong_type(element)),
            Data::Unknown(unknown) if matches!(unknown.ty, Type::List(_) | Type::Map(_) | Type::Object(_)) => {
                self.more(element, unknown.at_most.filter(|_| !self.several));
            }
            Data::Unknown(_) if self.several => self.more(element, None),
            _ => self.elements.extend(spread(element.clone())),
        }
    }

    fn more(&mut self, value: &Value, at_most: Option<u32>) {
        let reason = || {
            value
                .as_unknown()
                .map_or_else(|| Reason::new(ReasonKind::NotEvaluated, "a list"), |unknown| unknown.reason.clone())
        };
        self.open = Some(match self.open.take() {
            None => (reason(), at_most),
            Some((reason, before)) => (reason, before.zip(at_most).and_then(|(a, b)| a.checked_add(b))),
        });
        self.references.extend(value.references().iter().cloned());
        self.sensitive |= value.is_sensitive();
    }

    /// The list of texts; `place` is where it would be written when it is not.
    pub(super) fn finish(self, place: &Origin) -> Value {
        self.finish_as(place, Type::Text)
    }

    /// The list of objects.
    pub(super) fn finish_objects(self, place: &Origin) -> Value {
        self.finish_as(place, Type::Any)
    }

    fn finish_as(self, place: &Origin, element: Type) -> Value {
        let origin = self.origin.unwrap_or_else(|| documented(place));
        let Some((reason, at_most)) = self.open else { return Value::list(self.elements, origin) };
        let count = u32::try_from(self.elements.len()).unwrap_or(u32::MAX);
        let unknown = Unknown {
            ty: Type::List(Box::new(element)),
            not_null: true,
            not_empty: count > 0,
            at_most: at_most.and_then(|most| most.checked_add(count)),
            ..Unknown::new(reason)
        };
        let mut references = self.references;
        references.extend(self.elements.iter().flat_map(Value::references).cloned());
        let holds = (count > 0).then(|| Value::list(self.elements, origin.clone()));
        let note = Note { references, sensitive: self.sensitive, holds, ..Note::default() };
        let note = (!note.is_empty()).then(|| Arc::new(note));
        Value { data: Data::Unknown(Arc::new(unknown)), origin, note }
    }
}
