//! The resources of the azapi provider as objects of Resource Manager.

use std::sync::Arc;

use volary_model::{Data, Entry, Gap, Reason, ReasonKind, Subject, Value};

use super::{Id, Object};
use crate::prepare::{decode, tree};

/// Objects nested deeper are not merged piece by piece.
const MAX_DEPTH: usize = 64;

/// Whether resources of a kind are objects of Resource Manager.
pub(crate) fn is_azapi(kind: &str) -> bool {
    matches!(kind, "azapi_resource" | "azapi_update_resource")
}

/// The object that a resource describes; `None` where it describes none, or its type is not known.
pub(super) fn object(subject: &Subject) -> Option<Object> {
    if !is_azapi(&subject.kind) {
        return None;
    }
    let values = &subject.values;
    let written = |name: &str| values.get(name).filter(|value| !value.is_null());
    let ty = resource_type(written("type")?)?;
    let mut value = match written("body") {
        Some(body) => body_object(body),
        None => Value::map(Vec::new(), volary_model::Origin::at(subject.header, volary_model::Role::Block)),
    };
    if let Some(secret) = written("sensitive_body") {
        value = merged(&value, &body_object(secret), 0);
    }
    let mut outer: Vec<Entry> = Vec::new();
    for name in ["name", "location", "tags"] {
        if let Some(value) = written(name) {
            outer.push(entry(name, value.clone()));
        }
    }
    if let Some(identity) = written("identity") {
        outer.push(entry("identity", identity_object(identity)));
    }
    let value = with_outer(value, outer);
    let id = match (written("parent_id"), written("resource_id")) {
        (_, Some(own)) => Some(Id::Own(own.clone())),
        (Some(parent), None) => Some(Id::Parent(parent.clone())),
        (None, None) => None,
    };
    Some(Object { ty, value, id, updates: &*subject.kind == "azapi_update_resource" })
}

/// A resource whose type is not known: it may be of any kind.
pub(super) fn hidden(subject: &Subject) -> Option<Gap> {
    let ty = subject.values.get("type").filter(|_| &*subject.kind == "azapi_resource")?;
    let unknown = ty.as_unknown().filter(|_| resource_type(ty).is_none())?;
    Some(Gap { reason: unknown.reason.clone(), span: subject.header, address: subject.address.clone() })
}

/// `Microsoft.Storage/storageAccounts` of `Microsoft.Storage/storageAccounts@2023-05-01`. The version need not be known.
fn resource_type(value: &Value) -> Option<Arc<str>> {
    let text = match value.as_text() {
        Some(text) => text,
        None => value.as_unknown()?.prefix().split_once('@').map(|(ty, _)| ty)?,
    };
    let ty = text.split('@').next().unwrap_or(text).trim();
    ty.contains('/').then(|| ty.into())
}

/// The body: an object, or a text that holds one as JSON.
fn body_object(body: &Value) -> Value {
    if let Some(decoded) = body.decoded() {
        return decoded.clone();
    }
    match &body.data {
        Data::Map(_) | Data::Unknown(_) => match decode::json(body) {
            Some(decoded) => decoded,
            None => body.clone(),
        },
        Data::Text(_) => decode::json(body)
            .unwrap_or_else(|| Value::unknown(Reason::new(ReasonKind::Unreadable, "body"), body.origin.clone())),
        _ => Value::unknown(Reason::new(ReasonKind::WrongType, "body"), body.origin.clone()),
    }
}

/// The block `identity` as the object of that name.
fn identity_object(block: &Value) -> Value {
    let block = match block.as_list() {
        Some([one]) => one,
        _ => block,
    };
    let Some(entries) = tree::entries(block) else { return block.clone() };
    let entries = entries.into_iter().map(|entry| match &*entry.key {
        "identity_ids" => Entry { key: "userAssignedIdentities".into(), ..entry },
        _ => entry,
    });
    tree::with_entries(block, entries.collect())
}

/// The object with what the resource says beside its body.
fn with_outer(object: Value, outer: Vec<Entry>) -> Value {
    let held = match &object.data {
        Data::Unknown(_) => object.holds().and_then(tree::entries).unwrap_or_default(),
        _ => tree::entries(&object).unwrap_or_default(),
    };
    let mut entries = held;
    for new in outer {
        tree::set(&mut entries, &new.key, new.value);
    }
    match &object.data {
        Data::Unknown(_) => {
            let held = Value::map(entries, object.origin.clone());
            object.with_note(|note| note.holds = Some(held))
        }
        _ => tree::with_entries(&object, entries),
    }
}

/// One object over another, key by key.
pub(super) fn merged(base: &Value, over: &Value, depth: usize) -> Value {
    let (Some(mut entries), Some(new)) = (tree::entries(base), over.as_map()) else { return over.clone() };
    if depth >= MAX_DEPTH {
        return over.clone();
    }
    for entry in new.entries().iter().filter(|entry| !entry.value.is_null()) {
        match entries.iter_mut().rev().find(|known| known.key == entry.key) {
            Some(known) => known.value = merged(&known.value, &entry.value, depth + 1),
            None => entries.push(entry.clone()),
        }
    }
    tree::with_entries(base, entries)
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}
