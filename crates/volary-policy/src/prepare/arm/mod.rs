//! Objects of Azure Resource Manager as the kinds that policies judge: `azapi_resource` becomes the `azurerm_...` that it
//! stands for, `azapi_update_resource` changes what it updates.

mod azapi;
mod mapping;
mod parents;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Gap, SubjectId, Unit, Value};

use super::references::References;
use crate::catalogue::{ArmCondition, Catalogue, Kind};

pub(crate) use azapi::is_azapi;

/// An object of Resource Manager as a subject writes it.
struct Object {
    /// The resource type, without its version.
    ty: Arc<str>,
    /// Name, location, properties and so on, as Resource Manager gets them.
    value: Value,
    /// The id of what encloses it, or its own.
    id: Option<Id>,
    /// It only changes an object that is there.
    updates: bool,
}

/// Where an object lies.
enum Id {
    /// The id of the resource right above.
    Parent(Value),
    /// The object's own id.
    Own(Value),
}

/// The objects of a unit.
struct Objects<'u> {
    unit: &'u Unit,
    catalogue: &'u Catalogue,
    references: References,
    objects: BTreeMap<SubjectId, Object>,
    /// Objects that are made here, by lower-case type and name; only where something is updated.
    named: BTreeMap<(String, Arc<str>), Vec<SubjectId>>,
}

impl Objects<'_> {
    /// The resource type of a subject, whichever provider makes it.
    fn type_of(&self, id: SubjectId) -> Option<&str> {
        match self.objects.get(&id) {
            Some(object) => Some(&object.ty),
            None => {
                let kind = self.catalogue.kind(&self.unit.subject(id)?.kind)?;
                Some(&kind.arm.as_ref()?.name)
            }
        }
    }

    /// The kind that an object is of: the first whose conditions certainly hold.
    fn kind_of(&self, object: &Object) -> Option<(&Arc<str>, &Arc<Kind>)> {
        let names = self.catalogue.arm_types.get(&object.ty.to_ascii_lowercase())?;
        let kinds = names.iter().filter_map(|name| Some((name, self.catalogue.kind(name)?)));
        let holds = |condition: &ArmCondition| mapping::holds(condition, &object.value);
        kinds.into_iter().find(|(_, kind)| kind.arm.as_ref().is_some_and(|arm| arm.conditions.iter().all(holds)))
    }
}

/// Turns the objects of a unit into the kinds that they stand for. What the catalogue has no kind for stays as it is.
/// Gives the subjects that were turned: of these an attribute that the catalogue does not have is not known.
pub(super) fn translate(unit: &mut Unit, catalogue: &Catalogue) -> BTreeSet<SubjectId> {
    if catalogue.arm_types.is_empty() || !unit.subjects.iter().any(|subject| is_azapi(&subject.kind)) {
        return BTreeSet::new();
    }
    let hidden: Vec<Gap> = unit.subjects.iter().filter_map(azapi::hidden).collect();
    unit.gaps.extend(hidden);
    let objects: BTreeMap<SubjectId, Object> =
        unit.iter().filter_map(|(id, subject)| Some((id, azapi::object(subject)?))).collect();
    let references = References::of(unit);
    let named = named(&objects);
    let objects = Objects { unit, catalogue, references, objects, named };
    let mut turned: BTreeMap<SubjectId, (Arc<str>, Value)> = BTreeMap::new();
    let mut updates = Vec::new();
    for (id, object) in &objects.objects {
        if object.updates {
            updates.push(*id);
        }
        let Some((name, kind)) = objects.kind_of(object) else { continue };
        // What a part sets by itself is there with its resource, and can only be updated.
        if !object.updates || kind.part_of.is_some() {
            turned.insert(*id, (name.clone(), mapping::values(&objects, *id, object, kind)));
        }
    }
    let mut changed: BTreeMap<SubjectId, Value> = BTreeMap::new();
    for id in updates {
        for (target, certain) in update::targets(&objects, id) {
            let current = match (turned.get_mut(&target), unit_values(objects.unit, target)) {
                (Some((_, values)), _) => values,
                (None, Some(values)) => changed.entry(target).or_insert_with(|| values.clone()),
                (None, None) => continue,
            };
            update::apply(&objects, id, target, certain, current);
        }
    }
    for (id, values) in changed {
        if let Some(subject) = unit.subjects.get_mut(id.0 as usize) {
            subject.values = values;
        }
    }
    let ids = turned.keys().copied().collect();
    for (id, (kind, values)) in turned {
        if let Some(subject) = unit.subjects.get_mut(id.0 as usize) {
            subject.kind = kind;
            subject.values = values;
            subject.provider = "azurerm".into();
            // Defaults of Resource Manager do not change with the provider.
            subject.provider_version = None;
        }
    }
    ids
}

fn named(objects: &BTreeMap<SubjectId, Object>) -> BTreeMap<(String, Arc<str>), Vec<SubjectId>> {
    let mut named: BTreeMap<(String, Arc<str>), Vec<SubjectId>> = BTreeMap::new();
    if objects.values().any(|object| object.updates) {
        for (id, object) in objects.iter().filter(|(_, object)| !object.updates) {
            if let Some(name) = object.value.get("name").and_then(Value::as_text) {
                named.entry((object.ty.to_ascii_lowercase(), name.into())).or_default().push(*id);
            }
        }
    }
    named
}

fn unit_values(unit: &Unit, id: SubjectId) -> Option<&Value> {
    unit.subject(id).map(|subject| &subject.values)
}
