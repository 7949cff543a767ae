//! Merging resources that only configure another one into it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Place, Reason, ReasonKind, Role, Subject, SubjectId, Unit, Unknown, Value};

use super::identity::{self, ByIdentity};
use super::references::{References, is_data};
use super::tree;
use crate::catalogue::{Catalogue, Kind, PartOf};
use crate::evaluate::compare::Comparison;
use crate::evaluate::read::{Found, step_into};
use crate::path::{Path, Step};

/// Beyond so many comparisons of values with identities the rest is not known.
const MAX_COMPARISONS: usize = 2_000_000;

/// What is merged into one subject at one place.
#[derive(Default)]
struct Merge {
    /// Parts that are certainly there, in the order of the unit.
    certain: Vec<SubjectId>,
    /// Why there may be a part that is not known.
    maybe: Option<Reason>,
}

/// Merges every part of the unit into what it configures.
pub(super) fn merge(
    unit: &mut Unit,
    catalogue: &Catalogue,
    references: &References,
    kinds: &HashMap<Arc<str>, Arc<Kind>>,
) {
    let mut by_kind: BTreeMap<Arc<str>, Vec<SubjectId>> = BTreeMap::new();
    for (id, subject) in unit.iter() {
        by_kind.entry(subject.kind.clone()).or_default().push(id);
    }
    let mut changes: BTreeMap<SubjectId, Value> = BTreeMap::new();
    for (target_kind, targets) in &by_kind {
        for part_kind in catalogue.parts.get(target_kind).map_or(&[][..], |kinds| kinds) {
            let Some(part) = catalogue.kind(part_kind).and_then(|kind| kind.part_of.as_ref()) else { continue };
            let merges =
                find(unit, part_kind, part, targets, by_kind.get(part_kind), references, kinds.get(target_kind));
            for (target, merge) in merges {
                let Some(subject) = unit.subject(target) else { continue };
                let base = changes.get(&target).unwrap_or(&subject.values);
                if let Some(values) = apply(unit, base, subject, part, &merge) {
                    changes.insert(target, values);
                }
            }
        }
    }
    for (id, values) in changes {
        if let Some(subject) = unit.subjects.get_mut(id.0 as usize) {
            subject.values = values;
        }
    }
}

/// Which parts belong to which targets.
fn find(
    unit: &Unit,
    part_kind: &Arc<str>,
    part: &PartOf,
    targets: &[SubjectId],
    parts: Option<&Vec<SubjectId>>,
    references: &References,
    kind: Option<&Arc<Kind>>,
) -> BTreeMap<SubjectId, Merge> {
    let mut merges: BTreeMap<SubjectId, Merge> = BTreeMap::new();
    let by_identity = kind.map(|kind| ByIdentity::of(unit, targets, kind));
    let mut work = MAX_COMPARISONS;
    let mut unread: Option<Reason> = None;
    for part_id in parts.map_or(&[][..], |parts| parts) {
        let Some(subject) = unit.subject(*part_id) else { continue };
        let Some(value) = read(&subject.values, &part.by) else { continue };
        let found = references.targets(unit, value);
        let mut referred = false;
        for (target, certain) in &found.ids {
            // Targets stand in the order of the unit.
            if targets.binary_search(target).is_err() {
                continue;
            }
            referred = true;
            let merge = merges.entry(*target).or_default();
            match (&subject.conditional, certain) {
                (None, true) => merge.certain.push(*part_id),
                (Some(reason), _) => merge.maybe = merge.maybe.take().or_else(|| Some(reason.clone())),
                (None, false) => merge.maybe = merge.maybe.take().or_else(|| Some(instance_reason(subject))),
            }
        }
        if referred {
            continue;
        }
        let (Some(kind), Some(by_identity)) = (kind, &by_identity) else { continue };
        let target_kind = targets.first().and_then(|target| unit.subject(*target)).map(|target| &target.kind);
        let elsewhere =
            target_kind.is_some_and(|kind_of| references.is_undeclared(unit, value, kind_of, &kind.identity));
        if is_data(value) || elsewhere {
            continue;
        }
        let unresolved = kind.identity.is_empty() && value.as_unknown().is_some();
        for target in by_identity.candidates(value, targets) {
            if work == 0 {
                unread.get_or_insert_with(|| Reason::new(ReasonKind::Limit, format!("comparing every {part_kind}")));
                break;
            }
            work -= 1;
            let Some(target_subject) = unit.subject(*target) else { continue };
            let truth = identity::names(Comparison::default(), value, subject, target_subject, kind);
            if truth.is_false() && !unresolved {
                continue;
            }
            let merge = merges.entry(*target).or_default();
            match &subject.conditional {
                None if truth.is_true() => merge.certain.push(*part_id),
                Some(reason) if truth.is_true() => merge.maybe = merge.maybe.take().or_else(|| Some(reason.clone())),
                _ => {
                    merge.maybe = merge.maybe.take().or_else(|| {
                        let reason = value.as_unknown().map(|unknown| unknown.reason.clone());
                        reason
                            .or_else(|| unknown_identity(target_subject, kind))
                            .or_else(|| Some(instance_reason(subject)))
                    });
                }
            }
        }
    }
    // A module that is not here may hold the part.
    let hidden = super::gap_for(unit, std::slice::from_ref(part_kind)).map(|gap| gap.reason.clone());
    if let Some(reason) = hidden.or(unread) {
        for target in targets {
            let merge = merges.entry(*target).or_default();
            if merge.certain.is_empty() && merge.maybe.is_none() {
                merge.maybe = Some(reason.clone());
            }
        }
    }
    merges
}

fn unknown_identity(target: &Subject, kind: &Kind) -> Option<Reason> {
    kind.identity.iter().find_map(|name| Some(target.values.get(name)?.as_unknown()?.reason.clone()))
}

fn instance_reason(subject: &Subject) -> Reason {
    Reason::new(ReasonKind::InstanceKey, subject.definition.clone())
}

fn read<'v>(value: &'v Value, path: &Path) -> Option<&'v Value> {
    let mut value = value;
    for step in &path.steps {
        let Step::Name(name, index) = step else { return None };
        match step_into(value, name, *index) {
            Found::Value(next) => value = next,
            _ => return None,
        }
    }
    (!value.is_null()).then_some(value)
}

/// The values of the target with the parts merged in; `None` where nothing changes.
fn apply(unit: &Unit, base: &Value, target: &Subject, part: &PartOf, merge: &Merge) -> Option<Value> {
    let by = part.by.steps.first();
    let mut pieces: Vec<Value> = Vec::new();
    for id in &merge.certain {
        let Some(subject) = unit.subject(*id) else { continue };
        let entries = subject.values.as_map()?.entries().iter();
        let kept = entries.filter(|entry| !matches!(by, Some(Step::Name(name, _)) if *name == entry.key)).cloned();
        let origin = Origin { place: Place::Text(subject.header), role: Role::Part, from: None };
        pieces.push(Value::map(kept.collect(), origin));
    }
    set_at(base, &part.at, &mut |inline| {
        if pieces.is_empty() {
            // What is written inline is what there is.
            if inline.is_some_and(|inline| !inline.is_null()) {
                return None;
            }
            let reason = merge.maybe.clone()?;
            let origin = Origin::at(target.header, Role::Part);
            return Some(Value::new(Data::Unknown(Arc::new(Unknown::new(reason))), origin));
        }
        Some(if part.many { as_list(inline, &pieces) } else { as_one(inline, &pieces) })
    })
}

/// Inline elements and parts as one list.
fn as_list(inline: Option<&Value>, pieces: &[Value]) -> Value {
    let mut elements: Vec<Value> = match inline.map(|inline| &inline.data) {
        Some(Data::List(list)) => list.to_vec(),
        Some(Data::Map(_)) => inline.cloned().into_iter().collect(),
        _ => Vec::new(),
    };
    elements.extend(pieces.iter().cloned());
    let origin = match inline.filter(|inline| !inline.is_null()) {
        Some(inline) => inline.origin.clone(),
        None => pieces[0].origin.clone(),
    };
    Value::list(elements, origin)
}

/// Inline attributes and those of the parts as one block; what a part writes wins.
fn as_one(inline: Option<&Value>, pieces: &[Value]) -> Value {
    let mut inline = inline;
    while let Some(Data::List(list)) = inline.map(|inline| &inline.data) {
        inline = list.last();
    }
    let mut merged = pieces[0].clone();
    let mut entries: Vec<Entry> = inline.and_then(tree::entries).unwrap_or_default();
    for piece in pieces {
        for entry in piece.as_map().map_or(&[][..], |map| map.entries()) {
            if entry.value.is_null() {
                continue;
            }
            match entries.iter_mut().find(|known| known.key == entry.key) {
                // A default that is known already does not undo what is written.
                Some(known) if entry.value.origin.role == Role::DocumentedDefault && !known.value.is_null() => {}
                Some(known) => *known = entry.clone(),
                None => entries.push(entry.clone()),
            }
        }
    }
    merged = tree::with_entries(&merged, entries);
    merged
}

/// Changes what stands at a place, making the blocks that lead there.
fn set_at(base: &Value, at: &[Arc<str>], change: &mut dyn FnMut(Option<&Value>) -> Option<Value>) -> Option<Value> {
    let Some((step, rest)) = at.split_first() else {
        // At the top: the part's attributes become the resource's own.
        let merged = change(Some(&Value::map(Vec::new(), base.origin.clone())))?;
        let mut entries = tree::entries(base)?;
        for entry in merged.as_map()?.entries() {
            match tree::find(&mut entries, &entry.key) {
                Some(known) => *known = entry.clone(),
                None => entries.push(entry.clone()),
            }
        }
        return Some(tree::with_entries(base, entries));
    };
    let base = match &base.data {
        Data::List(list) if list.len() == 1 => &list[0],
        _ => base,
    };
    let inner = base.get(step);
    let new = if rest.is_empty() {
        change(inner)?
    } else {
        let empty = Value::map(Vec::new(), base.origin.clone());
        set_at(inner.filter(|inner| !inner.is_null()).unwrap_or(&empty), rest, change)?
    };
    let mut entries = tree::entries(base)?;
    tree::set(&mut entries, step, new);
    Some(tree::with_entries(base, entries))
}
