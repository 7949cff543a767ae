//! `azapi_update_resource`: what it writes, in the resource that it updates.

use volary_model::{Data, Entry, Reason, ReasonKind, SubjectId, Value};

use super::{Id, Object, Objects, mapping, parents};
use crate::evaluate::compare;
use crate::prepare::tree;

/// Blocks nest no deeper.
const MAX_DEPTH: usize = 24;

/// The resources that an update is of, and whether certainly. Only those of the same type: an id that continues beyond a
/// reference names something inside.
pub(super) fn targets(objects: &Objects<'_>, id: SubjectId) -> Vec<(SubjectId, bool)> {
    let Some(object) = objects.objects.get(&id) else { return Vec::new() };
    let of_type = |target: &SubjectId| {
        *target != id && objects.type_of(*target).is_some_and(|ty| ty.eq_ignore_ascii_case(&object.ty))
    };
    match &object.id {
        Some(Id::Own(own)) => {
            let mut found: Vec<SubjectId> = Vec::new();
            for reference in own.references() {
                let ids = objects.references.resolve(&reference.address);
                found.extend(ids.iter().filter(|target| of_type(target)));
            }
            found.sort_unstable();
            found.dedup();
            let certain = found.len() == 1;
            found.into_iter().map(|target| (target, certain)).collect()
        }
        Some(Id::Parent(parent)) => {
            let Some(name) = object.value.get("name").and_then(Value::as_text) else { return Vec::new() };
            let named = objects.named.get(&(object.ty.to_ascii_lowercase(), name.into()));
            let same = |target: &&SubjectId| {
                objects.objects.get(*target).is_some_and(|other| has_parent(objects, other, parent))
            };
            let found: Vec<SubjectId> = named.map_or(&[][..], |ids| ids).iter().filter(same).copied().collect();
            let certain = found.len() == 1;
            found.into_iter().map(|target| (target, certain)).collect()
        }
        None => Vec::new(),
    }
}

/// The object lies where `parent` says.
fn has_parent(objects: &Objects<'_>, object: &Object, parent: &Value) -> bool {
    let Some(Id::Parent(own)) = &object.id else { return false };
    match (parents::single(objects, parent), parents::single(objects, own)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => compare::same(parent, own).is_true(),
        _ => false,
    }
}

/// Writes what an update says into the values of its target.
pub(super) fn apply(objects: &Objects<'_>, id: SubjectId, target: SubjectId, certain: bool, values: &mut Value) {
    let Some(object) = objects.objects.get(&id) else { return };
    let kind = match objects.objects.get(&target) {
        Some(target) => objects.kind_of(target).map(|(_, kind)| kind),
        None => objects.unit.subject(target).and_then(|subject| objects.catalogue.kind(&subject.kind)),
    };
    let (Some(kind), Some(subject)) = (kind, objects.unit.subject(id)) else { return };
    let maybe = match (&subject.conditional, certain) {
        (Some(reason), _) => Some(reason.clone()),
        (None, false) => Some(Reason::new(ReasonKind::InstanceKey, subject.definition.clone())),
        (None, true) => None,
    };
    let mut written = mapping::written(objects, id, object, kind);
    // Its name is how it finds the resource, not what it changes.
    if let Some(entries) = tree::entries(&written) {
        written = tree::with_entries(&written, entries.into_iter().filter(|entry| &*entry.key != "name").collect());
    }
    *values = over(values, &written, maybe.as_ref(), 0);
}

/// One value over another; unknown where it is not known whether it is written at all.
fn over(base: &Value, new: &Value, maybe: Option<&Reason>, depth: usize) -> Value {
    let inner = match base.as_list() {
        Some([one]) if new.as_map().is_some() => one,
        _ => base,
    };
    let absent = Value::map(Vec::new(), new.origin.clone());
    let inner = if inner.is_null() && maybe.is_none() && new.as_map().is_some() { &absent } else { inner };
    if let (Some(mut entries), Some(map)) = (tree::entries(inner), new.as_map())
        && depth < MAX_DEPTH
    {
        for Entry { key, value, .. } in map.entries() {
            let current = entries.iter().rev().find(|entry| entry.key == *key).map(|entry| entry.value.clone());
            let current = current.unwrap_or_else(|| Value::new(Data::Null, value.origin.clone()));
            tree::set(&mut entries, key, over(&current, value, maybe, depth + 1));
        }
        return tree::with_entries(inner, entries);
    }
    match maybe {
        Some(_) if compare::same(base, new).is_true() => base.clone(),
        Some(reason) => Value::unknown(reason.clone(), new.origin.clone()),
        None => new.clone(),
    }
}
