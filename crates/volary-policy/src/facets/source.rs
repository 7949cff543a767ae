//! A resource that facets are read from, and the resources that it names.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use volary_model::{Data, Origin, Role, Subject, SubjectId, Unit, Value};

use crate::prepare::References;

/// Resources by kind and name, made when a resource first names one without a reference.
pub(super) type Names<'u> = OnceCell<BTreeMap<(&'u str, &'u str), Vec<SubjectId>>>;

/// What facets are read from.
pub(super) struct Source<'u> {
    pub(super) unit: &'u Unit,
    pub(super) references: &'u References,
    pub(super) names: &'u Names<'u>,
    pub(super) id: SubjectId,
    pub(super) subject: &'u Subject,
}

impl<'u> Source<'u> {
    /// The place of the resource.
    pub(super) fn place(&self) -> Origin {
        Origin::at(self.subject.header, Role::Block)
    }

    pub(super) fn values(&self) -> &'u Value {
        &self.subject.values
    }

    /// The one resource that a value refers to, whatever its kind.
    pub(super) fn target(&self, value: &Value) -> Option<SubjectId> {
        let targets = self.references.targets(self.unit, value);
        let mut ids = targets.ids.keys().copied().filter(|id| !self.is_data(*id) && *id != self.id);
        let first = ids.next()?;
        ids.next().is_none().then_some(first)
    }

    fn is_data(&self, id: SubjectId) -> bool {
        self.unit.subject(id).is_some_and(|subject| subject.kind.starts_with("data."))
    }

    /// The one resource of these kinds that a value names: by reference, else by its name.
    pub(super) fn named(&self, value: Option<&Value>, kinds: &[&str]) -> Option<SubjectId> {
        let ids = self.all_named(value?, kinds);
        (ids.len() == 1).then(|| ids.first().copied()).flatten()
    }

    /// The resources of these kinds that a value, or the elements of a list, name.
    pub(super) fn all_named(&self, value: &Value, kinds: &[&str]) -> BTreeSet<SubjectId> {
        let targets = self.references.targets(self.unit, value);
        let of_kind = |id: &SubjectId| self.unit.subject(*id).is_some_and(|subject| kinds.contains(&&*subject.kind));
        let mut ids: BTreeSet<SubjectId> = targets.ids.keys().copied().filter(of_kind).collect();
        let elements = match &value.data {
            Data::List(list) => list.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for element in elements.iter().filter(|element| element.references().is_empty()) {
            let Some(text) = element.as_text() else { continue };
            let names = self.names.get_or_init(|| by_name(self.unit));
            ids.extend(kinds.iter().filter_map(|kind| names.get(&(*kind, text))).flatten());
        }
        ids
    }
}

fn by_name(unit: &Unit) -> BTreeMap<(&str, &str), Vec<SubjectId>> {
    let mut names: BTreeMap<(&str, &str), Vec<SubjectId>> = BTreeMap::new();
    for (id, subject) in unit.iter().filter(|(_, subject)| subject.owner.is_none()) {
        for attribute in ["name", "bucket"] {
            if let Some(name) = subject.values.get(attribute).and_then(Value::as_text) {
                names.entry((&subject.kind, name)).or_default().push(id);
            }
        }
    }
    names
}
