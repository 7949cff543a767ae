//! Values as the catalogue describes them: names of today, defaults, what is sensitive.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Reason, ReasonKind, Role, Subject, Unknown, Value};

use super::tree;
use crate::catalogue::{Attribute, Attributes, Block, Earlier};
use crate::version::{Range, Version};

/// Gives attributes that are written under an earlier name the name of today. Where both are written, the one of today
/// counts.
pub(super) fn rename(subject: &mut Subject, attributes: &Attributes) {
    let root = subject.values.clone();
    if let Some(values) = renamed(&subject.values, attributes, &root) {
        subject.values = values;
    }
}

/// The list with the elements that `change` changes, where it changes any.
fn elements(value: &Value, list: &[Value], change: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let changed: Vec<Option<Value>> = list.iter().map(change).collect();
    if changed.iter().all(Option::is_none) {
        return None;
    }
    let elements = list.iter().zip(changed).map(|(old, new)| new.unwrap_or_else(|| old.clone())).collect();
    Some(Value { data: Data::List(Arc::new(elements)), ..value.clone() })
}

/// The value with today's names, where any is needed. The depth of the catalogue bounds the recursion.
fn renamed(value: &Value, attributes: &Attributes, root: &Value) -> Option<Value> {
    match &value.data {
        Data::Map(_) => {}
        Data::List(list) => return elements(value, list, |element| renamed(element, attributes, root)),
        _ => return None,
    }
    let mut changed: Option<Vec<Entry>> = None;
    for (name, attribute) in attributes.iter().filter(|(_, attribute)| attribute.active) {
        let current = value.get(name).filter(|value| !value.is_null());
        if let Some(current) = current {
            if let Some(new) = renamed(current, &attribute.attributes, root) {
                tree::set(changed.get_or_insert_with(|| tree::entries(value).unwrap_or_default()), name, new);
            }
            continue;
        }
        let earlier = attribute.was.iter().find_map(|earlier| {
            let base = if earlier.rooted { root } else { value };
            old_value(base, earlier).map(|value| (earlier, value))
        });
        if let Some((earlier, old)) = earlier {
            let entries = changed.get_or_insert_with(|| tree::entries(value).unwrap_or_default());
            if let ([old_name], false) = (earlier.steps.as_slice(), earlier.rooted) {
                entries.retain(|entry| entry.key != *old_name);
            }
            let old = if earlier.inverted { inverted(old) } else { old };
            let new = renamed(&old, &attribute.attributes, root).unwrap_or(old);
            tree::set(entries, name, new);
        } else if attribute.block == Block::Once
            && attribute
                .attributes
                .values()
                .any(|inner| inner.was.iter().any(|earlier| earlier.rooted && old_value(root, earlier).is_some()))
        {
            // What is in a block today was written at the top before there was a block.
            let empty = Value::map(Vec::new(), value.origin.clone());
            if let Some(block) = renamed(&empty, &attribute.attributes, root) {
                tree::set(changed.get_or_insert_with(|| tree::entries(value).unwrap_or_default()), name, block);
            }
        }
    }
    changed.map(|entries| tree::with_entries(value, entries))
}

fn old_value(base: &Value, earlier: &Earlier) -> Option<Value> {
    use crate::evaluate::read::{Found, step_into};
    let mut value = base;
    for step in &earlier.steps {
        match step_into(value, step, None) {
            Found::Value(next) => value = next,
            _ => return None,
        }
    }
    (!value.is_null()).then(|| value.clone())
}

/// `disable_x = true` as `x_enabled = false`.
fn inverted(mut value: Value) -> Value {
    value.data = match value.data {
        Data::Bool(truth) => Data::Bool(!truth),
        Data::Text(text) if &*text == "true" => Data::Bool(false),
        Data::Text(text) if &*text == "false" => Data::Bool(true),
        other => other,
    };
    value
}

/// Fills in documented defaults and marks what is sensitive.
pub(super) fn fill(subject: &mut Subject, attributes: &Attributes) {
    let version = subject.provider_version.as_deref().and_then(Range::parse).and_then(|range| range.newest());
    let header = Origin::at(subject.header, Role::Block);
    if let Some(values) = filled(&subject.values, attributes, &header, version.as_ref()) {
        subject.values = values;
    }
}

fn filled(value: &Value, attributes: &Attributes, place: &Origin, version: Option<&Version>) -> Option<Value> {
    match &value.data {
        Data::Map(_) => {}
        Data::List(list) => {
            return elements(value, list, |element| filled(element, attributes, &element.origin, version));
        }
        _ => return None,
    }
    let mut changed: Option<Vec<Entry>> = None;
    for (name, attribute) in attributes.iter().filter(|(_, attribute)| attribute.active) {
        let current = value.get(name).filter(|value| !value.is_null());
        if attribute.block != Block::No
            && let Some(new) = current.and_then(block_that_may_not_be_there)
        {
            tree::set(changed.get_or_insert_with(|| tree::entries(value).unwrap_or_default()), name, new);
            continue;
        }
        let new = match current {
            Some(current) => present(current, attribute, version),
            None => absent(name, attribute, place, version),
        };
        if let Some(new) = new {
            tree::set(changed.get_or_insert_with(|| tree::entries(value).unwrap_or_default()), name, new);
        }
    }
    changed.map(|entries| tree::with_entries(value, entries))
}

/// A list of blocks is never null in Terraform, only empty; to a reader an empty one is no block at all.
fn block_that_may_not_be_there(value: &Value) -> Option<Value> {
    let data = match &value.data {
        Data::List(list) if list.is_empty() => Data::Null,
        Data::Unknown(unknown) if unknown.not_null && !unknown.not_empty && value.holds().is_none() => {
            Data::Unknown(Arc::new(Unknown { not_null: false, ..(**unknown).clone() }))
        }
        _ => return None,
    };
    Some(Value { data, ..value.clone() })
}

fn present(current: &Value, attribute: &Attribute, version: Option<&Version>) -> Option<Value> {
    let filled = match attribute.attributes.is_empty() {
        true => None,
        false => match (&current.data, &attribute.ty) {
            (Data::Map(map), volary_model::Type::Map(_)) => {
                // Of a map of objects each entry is one.
                let mut any = false;
                let entries = map
                    .entries()
                    .iter()
                    .map(|entry| {
                        let new = filled(&entry.value, &attribute.attributes, &entry.value.origin, version);
                        any |= new.is_some();
                        Entry { value: new.unwrap_or_else(|| entry.value.clone()), ..entry.clone() }
                    })
                    .collect();
                any.then(|| tree::with_entries(current, entries))
            }
            _ => filled(current, &attribute.attributes, &current.origin, version),
        },
    };
    if attribute.sensitive && !current.is_sensitive() {
        let value = filled.unwrap_or_else(|| current.clone());
        return Some(value.with_note(|note| note.sensitive = true));
    }
    filled
}

fn absent(name: &Arc<str>, attribute: &Attribute, place: &Origin, version: Option<&Version>) -> Option<Value> {
    if attribute.computed {
        let mut unknown = Unknown::new(Reason::new(ReasonKind::ProviderChooses, name.clone()));
        unknown.ty = attribute.ty.clone();
        return Some(tree::placed(Data::Unknown(Arc::new(unknown)), place, Role::DocumentedDefault));
    }
    let applies = |range: &Option<Range>| match (range, version) {
        (None, _) => true,
        (Some(range), Some(version)) => range.holds(version),
        (Some(_), None) => false,
    };
    let default = attribute.defaults.iter().find(|(range, _)| applies(range)).or_else(|| {
        // Nobody says which version: the newest, which is described last.
        if version.is_none() { attribute.defaults.last() } else { None }
    })?;
    if default.1.is_null() {
        return None;
    }
    Some(with_origin(&default.1, place, 0))
}

/// The default with the place of what encloses it.
fn with_origin(value: &Value, place: &Origin, depth: usize) -> Value {
    let data = match &value.data {
        _ if depth > 8 => value.data.clone(),
        Data::List(list) => {
            Data::List(Arc::new(list.iter().map(|element| with_origin(element, place, depth + 1)).collect()))
        }
        Data::Map(map) => {
            let entry = |entry: &Entry| Entry {
                key: entry.key.clone(),
                key_span: None,
                value: with_origin(&entry.value, place, depth + 1),
            };
            Data::Map(Arc::new(map.entries().iter().map(entry).collect()))
        }
        other => other.clone(),
    };
    tree::placed(data, place, Role::DocumentedDefault)
}
