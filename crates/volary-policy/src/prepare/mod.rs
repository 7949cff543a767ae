//! Getting a unit ready to be judged: names as they are today, parts merged, defaults filled in, facets added, relations
//! resolved to subjects.

mod addresses;
mod arm;
mod decode;
mod identity;
mod parts;
mod places;
mod references;
mod relations;
mod selector;
mod shape;
mod tree;

use std::sync::{Arc, RwLock};

use std::collections::{BTreeSet, HashMap};

use volary_model::{Gap, Span, Subject, SubjectId, Unit, UnitKind, Value};

use crate::catalogue::Catalogue;
use crate::facets;

pub(crate) use references::References;

/// A unit that is ready to be judged. Cheap to share between threads.
#[derive(Debug)]
pub struct Prepared {
    unit: Unit,
    references: References,
    by_kind: HashMap<Arc<str>, Vec<SubjectId>>,
    /// Facts of the catalogue on the kinds of the unit.
    kinds: HashMap<Arc<str>, Arc<crate::catalogue::Kind>>,
    /// Relations that policies asked for, each resolved once.
    indexes: RwLock<HashMap<relations::IndexKey, Arc<relations::Index>>>,
    /// Subjects that are written in the words of Azure Resource Manager.
    turned: BTreeSet<SubjectId>,
    clock: Option<i64>,
}

impl Prepared {
    /// The unit with everything that was added to it.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Sets the clock of the run, in seconds since 1970, for policies that ask how old something is. Without it they stay
    /// undecided.
    #[must_use]
    pub fn at(mut self, clock: i64) -> Self {
        self.clock = Some(clock);
        self
    }

    pub(crate) fn clock(&self) -> Option<i64> {
        self.clock
    }

    pub(crate) fn references(&self) -> &References {
        &self.references
    }

    pub(crate) fn of_kind(&self, kind: &str) -> &[SubjectId] {
        self.by_kind.get(kind).map_or(&[], |ids| ids)
    }

    /// Whether nothing is known of attributes of a subject that the catalogue does not have, because it is written in other
    /// words than those of its kind.
    pub(crate) fn is_turned(&self, id: SubjectId) -> bool {
        self.turned.contains(&id)
    }

    /// How the form that a subject is written in calls an attribute of its kind, where that is another one.
    pub(crate) fn words(&self, id: SubjectId, path: &str) -> Option<String> {
        let subject = self.unit.subject(id).filter(|_| self.is_turned(id))?;
        self.kind(&subject.kind)?.arm_words(path)
    }

    pub(crate) fn kind(&self, kind: &str) -> Option<&crate::catalogue::Kind> {
        self.kinds.get(kind).map(|kind| &**kind)
    }

    /// Whether a place lies in the definition of a subject, or of a resource that configures it.
    pub(crate) fn is_inside(&self, subject: &Subject, place: Span) -> bool {
        let is_part = |kind: &crate::catalogue::Kind| {
            kind.part_of.as_ref().is_some_and(|part| part.kinds.contains(&subject.kind))
        };
        let of_part = |id: &SubjectId| self.unit.subject(*id).is_some_and(|part| part.extent.contains(&place));
        subject.extent.contains(&place)
            || self
                .by_kind
                .iter()
                .filter(|(name, _)| self.kind(name).is_some_and(is_part))
                .any(|(_, ids)| ids.iter().any(of_part))
    }

    /// Whether an address stands for one resource that is certainly there once.
    pub(crate) fn is_one(&self, address: &str) -> bool {
        match self.references.resolve(address) {
            [one] => self
                .unit
                .subject(*one)
                .is_some_and(|subject| subject.conditional.is_none() || !is_definition(subject, address)),
            _ => false,
        }
    }
}

/// The address names the definition, not an instance with its key.
fn is_definition(subject: &Subject, address: &str) -> bool {
    !address.ends_with(']') && *subject.address == *address
}

/// The first gap that may hide subjects of one of these kinds: of a definition whose instances were not all read only its
/// own kind, of a module or file any.
fn gap_for<'u>(unit: &'u Unit, kinds: &[Arc<str>]) -> Option<&'u Gap> {
    unit.gaps.iter().find(|gap| match addresses::kind_of(&gap.address) {
        // What the object of another provider stands for is not known before it is read.
        Some(kind) if arm::is_azapi(&kind) => true,
        Some(kind) => kinds.iter().any(|wanted| **wanted == *kind),
        None => true,
    })
}

/// Prepares a unit: earlier names of attributes become today's, resources that only configure another are merged into
/// it, documented defaults are filled in, facets are added. Nothing that was written is lost, and every value keeps its
/// origin.
pub fn prepare(mut unit: Unit, catalogue: &Catalogue) -> Prepared {
    let turned = arm::translate(&mut unit, catalogue);
    let mut kinds: HashMap<Arc<str>, Arc<crate::catalogue::Kind>> = HashMap::new();
    for subject in &mut unit.subjects {
        if let Some(kind) = catalogue.kind(&subject.kind) {
            if kind.active {
                shape::rename(subject, &kind.attributes);
            }
            kinds.entry(subject.kind.clone()).or_insert_with(|| kind.clone());
        }
    }
    decode::texts(&mut unit, catalogue);
    let references = References::of(&unit);
    parts::merge(&mut unit, catalogue, &references, &kinds);
    for subject in &mut unit.subjects {
        if let Some(kind) = kinds.get(&subject.kind).filter(|kind| kind.active) {
            shape::fill(subject, &kind.attributes);
        }
    }
    facets::add(&mut unit, &references);
    add_whole(&mut unit);
    for subject in &unit.subjects {
        if let Some(kind) = catalogue.kind(&subject.kind) {
            kinds.entry(subject.kind.clone()).or_insert_with(|| kind.clone());
        }
    }
    let references = References::of(&unit);
    let mut by_kind: HashMap<Arc<str>, Vec<SubjectId>> = HashMap::new();
    for (id, subject) in unit.iter() {
        by_kind.entry(subject.kind.clone()).or_default().push(id);
    }
    Prepared { unit, references, by_kind, kinds, indexes: RwLock::default(), turned, clock: None }
}

/// Adds the unit itself as a subject of kind `unit`, for policies on what a whole configuration must have. It points at
/// the first subject.
fn add_whole(unit: &mut Unit) {
    if !matches!(unit.kind, UnitKind::Terraform | UnitKind::Kubernetes) {
        return;
    }
    let Some(first) = unit.subjects.first() else { return };
    let origin = volary_model::Origin::at(first.header, volary_model::Role::Block);
    let whole = Subject {
        kind: "unit".into(),
        provider: match unit.kind {
            UnitKind::Kubernetes => "kubernetes".into(),
            _ => "terraform".into(),
        },
        name: unit.name.clone(),
        address: "unit".into(),
        definition: "unit".into(),
        folder: first.folder.clone(),
        header: first.header,
        extent: first.header,
        calls: first.calls.clone(),
        values: Value::map(Vec::new(), origin),
        conditional: None,
        provider_version: None,
        labels: Default::default(),
        namespace: None,
        // Not a resource of its own: counted with the facets.
        owner: Some(SubjectId(0)),
        links: Default::default(),
    };
    unit.subjects.push(whole);
}
