//! Which subjects a value refers to: directly, or through attributes that are references themselves.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use volary_model::{Data, SubjectId, Unit, Value};

use super::addresses::{kind_of, may_hold, without_keys, without_last_key};
use crate::evaluate::read::{Found, step_into};

/// The addresses of a unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct References {
    /// Address of an instance, of its definition in its module, and of the definition with no key at all.
    ids: HashMap<Arc<str>, Vec<SubjectId>>,
}

/// A reference is followed through so many attributes.
const MAX_HOPS: usize = 8;
/// A collection with more values than this is not searched to the end.
const MAX_VALUES: usize = 100_000;

/// The subjects that a value refers to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets {
    /// Subject, and whether it certainly is the one that is meant. Ordered.
    pub(crate) ids: BTreeMap<SubjectId, bool>,
    /// A reference led out of what was read.
    pub(crate) outside: bool,
}

impl References {
    pub(crate) fn of(unit: &Unit) -> Self {
        let mut ids: HashMap<Arc<str>, Vec<SubjectId>> = HashMap::with_capacity(unit.subjects.len());
        for (id, subject) in unit.iter() {
            // Facets are reached through ties, not by address.
            if subject.owner.is_some() {
                continue;
            }
            let address = &subject.address;
            ids.entry(address.clone()).or_default().push(id);
            let definition = without_last_key(address);
            if definition.len() < address.len() {
                ids.entry(definition.into()).or_default().push(id);
            }
            if let Some(bare) = without_keys(address).filter(|bare| bare != definition) {
                ids.entry(bare.into()).or_default().push(id);
            }
        }
        Self { ids }
    }

    /// The subjects that an address stands for: an instance, or all instances of a definition. An instance of something
    /// whose instances are not known is that something.
    pub(crate) fn resolve(&self, address: &str) -> &[SubjectId] {
        if let Some(ids) = self.ids.get(address) {
            return ids;
        }
        let definition = without_last_key(address);
        if let Some(ids) = self.ids.get(definition) {
            return ids;
        }
        without_keys(address).and_then(|bare| self.ids.get(bare.as_str())).map_or(&[], |ids| ids)
    }

    /// Whether a value certainly is a resource of this kind that is none of the unit's: it is the identity of one with
    /// another address, which nothing that was not read can hold.
    pub(crate) fn is_undeclared(&self, unit: &Unit, value: &Value, kind: &str, identity: &[Arc<str>]) -> bool {
        let [reference] = value.references() else { return false };
        let identifies = |attribute: &str| {
            matches!(attribute, "" | "id" | "arn") || identity.last().is_some_and(|last| **last == *attribute)
        };
        reference.whole
            && value.as_unknown().is_some()
            && identifies(&reference.attribute)
            && kind_of(&reference.address).is_some_and(|of| of == kind)
            && self.resolve(&reference.address).is_empty()
            && !unit.gaps.iter().any(|gap| may_hold(&gap.address, &reference.address))
    }

    /// The subjects that a value refers to, in a list or map every one of them.
    pub(crate) fn targets(&self, unit: &Unit, value: &Value) -> Targets {
        let mut targets = Targets::default();
        let mut open = vec![(value, 0, true)];
        let mut seen = 0;
        while let Some((value, hops, certain)) = open.pop() {
            seen += 1;
            if seen > MAX_VALUES {
                targets.outside = true;
                break;
            }
            // A collection has the references of all of its elements; the elements say the same one by one.
            match &value.data {
                Data::List(list) if !list.is_empty() => {
                    open.extend(list.iter().map(|element| (element, hops, certain)));
                    continue;
                }
                Data::Map(map) if !map.is_empty() => {
                    open.extend(map.entries().iter().map(|entry| (&entry.value, hops, certain)));
                    continue;
                }
                _ => {}
            }
            let references = value.references();
            for reference in references {
                let ids = self.resolve(&reference.address);
                // An address without a key that stands for several: it is not known which one is meant.
                let certain = certain && ids.len() == 1;
                targets.outside |= ids.is_empty();
                for id in ids {
                    let known = targets.ids.entry(*id).or_insert(false);
                    *known |= certain;
                    if hops < MAX_HOPS
                        && let Some(next) = attribute(unit, *id, &reference.attribute)
                    {
                        open.push((next, hops + 1, certain));
                    }
                }
            }
        }
        targets
    }
}

/// The value of an attribute that a reference reads.
fn attribute<'u>(unit: &'u Unit, id: SubjectId, path: &str) -> Option<&'u Value> {
    let mut value = &unit.subject(id)?.values;
    if path.is_empty() {
        return None;
    }
    for step in path.split('.') {
        match step_into(value, step, step.parse().ok()) {
            Found::Value(next) => value = next,
            _ => return None,
        }
    }
    Some(value)
}

/// The value is read from a data source: what lies outside of the configuration.
pub(super) fn is_data(value: &Value) -> bool {
    let references = value.references();
    !references.is_empty() && references.iter().all(|reference| reference.address.split('.').any(|step| step == "data"))
}
