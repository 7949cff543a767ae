//! Attributes of a kind, read from where the catalogue says that objects of Resource Manager hold them.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Reason, ReasonKind, Role, SubjectId, Type, Unknown, Value};

use super::{Object, Objects, parents};
use crate::catalogue::{Arm, ArmCondition, ArmPath, ArmPlace, ArmStep, Attribute, Attributes, Block, Kind};
use crate::evaluate::read::{Found, step_into, wrong_type};
use crate::prepare::tree;

/// Reads one object.
pub(super) struct Reader<'o> {
    objects: &'o Objects<'o>,
    object: &'o Object,
    /// Where what is not written is shown.
    header: Origin,
    /// Only what is written: nothing is said of the rest.
    partial: bool,
}

/// The values of an object as attributes of its kind: all of them, those that nothing is known of as unknown.
pub(super) fn values(objects: &Objects<'_>, id: SubjectId, object: &Object, kind: &Kind) -> Value {
    read(objects, id, object, &kind.attributes, false)
}

/// The attributes that an object writes.
pub(super) fn written(objects: &Objects<'_>, id: SubjectId, object: &Object, kind: &Kind) -> Value {
    read(objects, id, object, &kind.attributes, true)
}

fn read(objects: &Objects<'_>, id: SubjectId, object: &Object, attributes: &Attributes, partial: bool) -> Value {
    let header = match objects.unit.subject(id) {
        Some(subject) => Origin::at(subject.header, Role::Block),
        None => object.value.origin.clone(),
    };
    let reader = Reader { objects, object, header: header.clone(), partial };
    Value::map(reader.attributes(attributes, &object.value, &header), header)
}

/// Whether a condition on an object certainly holds.
pub(super) fn holds(condition: &ArmCondition, object: &Value) -> bool {
    let found = follow(object, &condition.path.steps);
    let (present, text) = match &found {
        None => (false, ""),
        Some(value) => match &value.data {
            Data::Unknown(unknown) if !unknown.not_null => return false,
            Data::Text(text) => (true, &**text),
            _ => (true, ""),
        },
    };
    let unknown = found.as_ref().is_some_and(|value| value.as_unknown().is_some());
    condition.words.iter().all(|(word, wanted)| match &**word {
        "present" => present == *wanted,
        _ if unknown => false,
        word => text.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)) == *wanted,
    })
}

impl Reader<'_> {
    /// The attributes of a block, read from the object that stands for it. The depth of the catalogue bounds the recursion.
    fn attributes(&self, attributes: &Attributes, here: &Value, place: &Origin) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(attributes.len());
        for (name, attribute) in attributes {
            let value = match &attribute.arm {
                Some(arm) => match self.find(arm, here) {
                    Some(value) => Some(self.converted(&value, attribute, arm)),
                    None => self.absent(name, attribute, arm, place),
                },
                None => self.unmapped(name, place),
            };
            if let Some(value) = value {
                entries.push(Entry { key: name.clone(), key_span: None, value });
            }
        }
        entries
    }

    fn find(&self, arm: &Arm, here: &Value) -> Option<Value> {
        match arm.place.as_ref()? {
            ArmPlace::Path(path) => follow(if path.rooted { &self.object.value } else { here }, &path.steps),
            ArmPlace::Parent { ty, name } => parents::parent(self.objects, self.object, ty, *name),
        }
        .filter(|value| !value.is_null())
        .and_then(|value| switched(value, &arm.switches))
    }

    fn unmapped(&self, name: &Arc<str>, place: &Origin) -> Option<Value> {
        if self.partial {
            return None;
        }
        let unknown = Unknown::new(Reason::new(ReasonKind::NotMapped, name.clone()));
        Some(tree::placed(Data::Unknown(Arc::new(unknown)), place, Role::DocumentedDefault))
    }

    /// What holds where nothing is written.
    fn absent(&self, name: &Arc<str>, attribute: &Attribute, arm: &Arm, place: &Origin) -> Option<Value> {
        if self.partial {
            return None;
        }
        let data = match &arm.default {
            Some(Some(default)) => return Some(self.default(default, place)),
            Some(None) => Data::Null,
            None if attribute.computed || !attribute.defaults.is_empty() => {
                let about = match &arm.place {
                    Some(ArmPlace::Path(ArmPath { text, .. })) => text.trim_start_matches('/').into(),
                    _ => name.clone(),
                };
                let mut unknown = Unknown::new(Reason::new(ReasonKind::ProviderChooses, about));
                unknown.ty = attribute.ty.clone();
                Data::Unknown(Arc::new(unknown))
            }
            None => Data::Null,
        };
        Some(tree::placed(data, place, Role::DocumentedDefault))
    }

    /// A default with the place of what encloses it; lists of single values are all that there is.
    fn default(&self, value: &Value, place: &Origin) -> Value {
        let data = match &value.data {
            Data::List(list) => {
                let element = |element: &Value| tree::placed(element.data.clone(), place, Role::DocumentedDefault);
                Data::List(Arc::new(list.iter().map(element).collect()))
            }
            other => other.clone(),
        };
        tree::placed(data, place, Role::DocumentedDefault)
    }

    fn converted(&self, value: &Value, attribute: &Attribute, arm: &Arm) -> Value {
        let value = value.decoded().unwrap_or(value);
        if attribute.attributes.is_empty() {
            return leaf(value, attribute, arm);
        }
        let several = attribute.block == Block::Many || matches!(attribute.ty, Type::List(_));
        match &value.data {
            Data::List(list) if several => {
                let elements = list.iter().map(|element| self.block(element, attribute)).collect();
                Value { data: Data::List(Arc::new(elements)), ..value.clone() }
            }
            Data::Unknown(_) if several => {
                let held = value.holds().and_then(Value::as_list).map(|held| {
                    let elements = held.iter().map(|element| self.block(element, attribute)).collect();
                    Value::list(elements, value.origin.clone())
                });
                value.clone().with_note(|note| note.holds = held)
            }
            // A single object where azurerm has a list of blocks.
            Data::Map(_) if several => Value::list(vec![self.block(value, attribute)], value.origin.clone()),
            _ if several => wrong_type(value, "list"),
            _ => self.block(value, attribute),
        }
    }

    fn block(&self, value: &Value, attribute: &Attribute) -> Value {
        let value = value.decoded().unwrap_or(value);
        match &value.data {
            // An object stands for a block: what is written in it comes before it as the place of a finding.
            Data::Map(_) => {
                let origin = Origin { role: Role::Block, ..value.origin.clone() };
                let entries = self.attributes(&attribute.attributes, value, &origin);
                Value { origin, ..tree::with_entries(value, entries) }
            }
            // What it certainly holds, it holds under other names.
            Data::Unknown(_) => {
                let held = value.holds().map(|held| {
                    let part = Reader { partial: true, header: self.header.clone(), ..*self };
                    Value::map(part.attributes(&attribute.attributes, held, &self.header), value.origin.clone())
                });
                value.clone().with_note(|note| note.holds = held)
            }
            Data::Null => value.clone(),
            _ => wrong_type(value, "object"),
        }
    }
}

/// An object that counts only while one of its switches is on.
fn switched(value: Value, switches: &[ArmPath]) -> Option<Value> {
    if switches.is_empty() {
        return Some(value);
    }
    let mut open: Option<Reason> = None;
    for switch in switches {
        match follow(&value, &switch.steps) {
            Some(on) if on.as_bool() == Some(true) || on.as_text() == Some("true") => return Some(value),
            Some(on) => open = open.or_else(|| on.as_unknown().map(|unknown| unknown.reason.clone())),
            None => {}
        }
    }
    open.map(|reason| Value::unknown(reason, value.origin))
}

/// What lies at a path; `None` where certainly nothing does.
fn follow(value: &Value, steps: &[ArmStep]) -> Option<Value> {
    let value = value.decoded().unwrap_or(value);
    let Some((step, rest)) = steps.split_first() else {
        return (!value.is_null()).then(|| value.clone());
    };
    match (step, &value.data) {
        (_, Data::Null) => None,
        (ArmStep::Name(name), Data::Map(map)) => {
            // Resource Manager does not tell names apart by case.
            let exact = map.get(name);
            let found = exact.or_else(|| {
                let same = |entry: &&Entry| entry.key.eq_ignore_ascii_case(name);
                map.entries().iter().rev().find(same).map(|entry| &entry.value)
            });
            follow(found?, rest)
        }
        (ArmStep::Name(name), Data::Unknown(_)) => into_unknown(value, name, None, rest),
        (ArmStep::Index(index), Data::List(list)) => follow(list.get(*index)?, rest),
        (ArmStep::Index(index), Data::Unknown(_)) => into_unknown(value, &index.to_string(), Some(*index as u32), rest),
        (ArmStep::All, Data::List(list)) => {
            let elements = list.iter().filter_map(|element| follow(element, rest)).collect();
            Some(Value { data: Data::List(Arc::new(elements)), ..value.clone() })
        }
        (ArmStep::All, Data::Unknown(unknown)) => {
            let held = value.holds().and_then(Value::as_list).map(|held| {
                let elements = held.iter().filter_map(|element| follow(element, rest)).collect();
                Value::list(elements, value.origin.clone())
            });
            let mut list = unknown_like(unknown, Type::List(Box::new(Type::Any)));
            (list.not_empty, list.at_most) = (unknown.not_empty, unknown.at_most);
            let value = Value { data: Data::Unknown(Arc::new(list)), ..value.clone() };
            Some(value.with_note(|note| note.holds = held))
        }
        _ => Some(wrong_type(value, "object")),
    }
}

fn into_unknown(value: &Value, name: &str, index: Option<u32>, rest: &[ArmStep]) -> Option<Value> {
    match step_into(value, name, index) {
        Found::Value(found) => follow(found, rest),
        Found::Made(found) => follow(&found, rest),
        Found::Absent => None,
    }
}

/// A value that is no block.
fn leaf(value: &Value, attribute: &Attribute, arm: &Arm) -> Value {
    let changes = arm.keys || arm.split || arm.inverted || !arm.values.is_empty();
    if !changes {
        return value.clone();
    }
    let is_list = matches!(attribute.ty, Type::List(_));
    let data = match &value.data {
        Data::Unknown(unknown) => Data::Unknown(Arc::new(unknown_like(unknown, attribute.ty.clone()))),
        Data::Map(map) if arm.keys => {
            let key = |entry: &Entry| {
                let origin =
                    entry.key_span.map_or_else(|| value.origin.clone(), |span| Origin::at(span, Role::Attribute));
                Value::text(entry.key.clone(), origin)
            };
            Data::List(Arc::new(map.entries().iter().map(key).collect()))
        }
        Data::Text(text) if arm.split => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            let element = |part: &str| translated(&Value::text(part, value.origin.clone()), attribute, arm);
            Data::List(Arc::new(parts.map(element).collect()))
        }
        Data::List(list) if is_list => {
            Data::List(Arc::new(list.iter().map(|element| translated(element, attribute, arm)).collect()))
        }
        _ => return translated(value, attribute, arm),
    };
    // What held for the value as it is written need not hold for what became of it.
    Value { data, ..value.clone() }.with_note(|note| note.holds = None)
}

/// A single value in the words of the kind.
fn translated(value: &Value, attribute: &Attribute, arm: &Arm) -> Value {
    let element = match &attribute.ty {
        Type::List(element) => element,
        ty => ty,
    };
    let written: Option<Arc<str>> = match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Bool(truth) => Some(truth.to_string().into()),
        Data::Number(number) => Some(number.to_string().into()),
        _ => None,
    };
    let data = match &value.data {
        Data::Unknown(unknown) => Data::Unknown(Arc::new(unknown_like(unknown, element.clone()))),
        _ if !arm.values.is_empty() => {
            let known = written.as_deref().and_then(|written| {
                arm.values.iter().find(|(from, _)| from.eq_ignore_ascii_case(written)).map(|(_, to)| to.data.clone())
            });
            match (known, &value.data) {
                (Some(known), _) => known,
                (None, Data::Text(_)) if *element == Type::Text => value.data.clone(),
                (None, _) => {
                    let reason = Reason::new(ReasonKind::NotMapped, written.unwrap_or_else(|| "value".into()));
                    Data::Unknown(Arc::new(Unknown { ty: element.clone(), ..Unknown::new(reason) }))
                }
            }
        }
        Data::Bool(truth) if arm.inverted => Data::Bool(!truth),
        Data::Text(text) if arm.inverted && &**text == "true" => Data::Bool(false),
        Data::Text(text) if arm.inverted && &**text == "false" => Data::Bool(true),
        other => other.clone(),
    };
    Value { data, ..value.clone() }
}

/// An unknown for the same reason.
fn unknown_like(unknown: &Unknown, ty: Type) -> Unknown {
    Unknown { ty, not_null: unknown.not_null, ..Unknown::new(unknown.reason.clone()) }
}
