//! Relations between subjects: by references, by identity, by label selectors and names. Every relation is an index that
//! is made once per unit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use volary_model::{Origin, Reason, ReasonKind, Role, Subject, SubjectId, Value};

use super::references::is_data;
use super::{Prepared, identity, selector};
use crate::catalogue::{KindOf, Link};
use crate::condition::{List, Relation, Tie};
use crate::evaluate::compare::Comparison;
use crate::evaluate::elements::Presence;
use crate::evaluate::read::Found;
use crate::evaluate::{Scope, UNSEEN};
use crate::path::{Path, Root};
use crate::truth::Truth;

/// What an index is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IndexKey {
    kind: Arc<str>,
    /// The path, or the name of the relation.
    by: Arc<str>,
    named: bool,
}

/// Which subjects of a kind are tied to which others.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Target to the subjects that are tied to it, and whether that is certain.
    ties: HashMap<SubjectId, Vec<(SubjectId, bool)>>,
    /// Subject to its targets.
    outwards: HashMap<SubjectId, Vec<(SubjectId, bool)>>,
    /// Subjects with a value that no reference leads from: compared with the identity of whoever asks. Those whose value
    /// is not known.
    open: Vec<(SubjectId, Value)>,
    /// Those whose value is a known text.
    literal: BTreeMap<Arc<str>, Vec<(SubjectId, Value)>>,
    /// There are more ties, or open values, than are looked at one by one.
    incomplete: bool,
}

/// So many open values are compared one by one with whoever asks.
const MAX_OPEN: usize = 300;
/// So many resources are compared with a value that may name any of them.
const MAX_COMPARED: usize = 2_000;
/// So many ties are kept for one relation.
const MAX_TIES: usize = 2_000_000;

impl Prepared {
    /// Calls `f` with every subject of a relation and whether it certainly is one; stops where it says no.
    pub(crate) fn related(&self, scope: &Scope<'_>, relation: &Relation, f: &mut dyn FnMut(SubjectId, bool) -> bool) {
        for kind in &relation.kinds {
            let go_on = match &relation.tie {
                Tie::InUnit => self.of_kind(kind).iter().all(|id| f(*id, true)),
                Tie::By(path) => self.tied_by(kind, path, scope.subject, f),
                Tie::To(path) => self.tied_to(kind, path, scope, f),
                Tie::Named { relation, outwards } => self.named(kind, relation, *outwards, scope.subject, f),
            };
            if !go_on {
                return;
            }
        }
    }

    /// Why there may be subjects of the relation that nobody can see, and where.
    pub(crate) fn unseen(&self, scope: &Scope<'_>, relation: &Relation) -> Option<(Reason, Origin)> {
        if let Tie::To(path) = &relation.tie {
            return self.leads_outside(&relation.kinds, path, scope);
        }
        if scope.subject == UNSEEN && !matches!(relation.tie, Tie::InUnit) {
            let reason = scope.value.as_unknown().map(|unknown| unknown.reason.clone());
            let reason = reason.unwrap_or_else(|| Reason::new(ReasonKind::Outside, relation.kinds.join(", ")));
            return Some((reason, scope.value.origin.clone()));
        }
        let incomplete = relation.kinds.iter().any(|kind| match &relation.tie {
            Tie::By(path) => !self.of_kind(kind).is_empty() && self.index_of(kind, path).incomplete,
            Tie::Named { relation, outwards } => {
                self.named_index(kind, relation, *outwards, scope.subject).is_some_and(|index| index.incomplete)
            }
            _ => false,
        });
        if incomplete {
            let reason = Reason::new(ReasonKind::Limit, format!("relations to {}", relation.kinds.join(" and ")));
            return Some((reason, scope.place_of(scope)));
        }
        let gap = super::gap_for(&self.unit, &relation.kinds)?;
        Some((gap.reason.clone(), Origin::at(gap.span, Role::Block)))
    }

    fn tied_by(
        &self,
        kind: &Arc<str>,
        path: &Path,
        target: SubjectId,
        f: &mut dyn FnMut(SubjectId, bool) -> bool,
    ) -> bool {
        if self.of_kind(kind).is_empty() {
            return true;
        }
        let index = self.index_of(kind, path);
        let ties = index.ties.get(&target).map_or(&[][..], |ties| ties);
        if !ties.iter().all(|(id, certain)| f(*id, *certain)) {
            return false;
        }
        let Some(subject) = self.unit.subject(target) else { return true };
        let mut compare = |(id, value): &(SubjectId, Value)| {
            if ties.iter().any(|(tied, _)| tied == id) {
                return true;
            }
            let truth = self.is_identity(value, *id, subject);
            truth.is_false() || f(*id, truth.is_true())
        };
        if !index.open.iter().all(&mut compare) {
            return false;
        }
        if index.literal.is_empty() {
            return true;
        }
        // A literal names a resource by its identity or not at all.
        let identity = self.kind(&subject.kind).and_then(|kind| subject.values.get(kind.identity.last()?));
        match identity.map(|identity| (identity, identity.as_text())) {
            None => true,
            Some((_, Some(text))) => index.literal.get(text).into_iter().flatten().all(compare),
            Some(_) => index.literal.values().flatten().all(compare),
        }
    }

    fn index_of(&self, kind: &Arc<str>, path: &Path) -> Arc<Index> {
        let key = IndexKey { kind: kind.clone(), by: path.text.clone(), named: false };
        self.index(key, || self.index_by(kind, path))
    }

    /// Whether an open value names a subject.
    fn is_identity(&self, value: &Value, referrer: SubjectId, target: &Subject) -> Truth {
        let kind = self.kind(&target.kind);
        let identity = kind.map_or(&[][..], |kind| &kind.identity);
        if self.references().is_undeclared(&self.unit, value, &target.kind, identity) {
            return Truth::False;
        }
        match (kind.filter(|kind| !kind.identity.is_empty()), self.unit.subject(referrer)) {
            (Some(kind), Some(referrer)) => {
                let comparison = Comparison { ignore_case: false, prepared: Some(self) };
                identity::names(comparison, value, referrer, target, kind)
            }
            // A literal id is that of something that is there already.
            _ => Truth::unknown_if(value.as_unknown().is_some()),
        }
    }

    fn index(&self, key: IndexKey, make: impl FnOnce() -> Index) -> Arc<Index> {
        if let Ok(indexes) = self.indexes.read()
            && let Some(index) = indexes.get(&key)
        {
            return index.clone();
        }
        let index = Arc::new(make());
        match self.indexes.write() {
            Ok(mut indexes) => indexes.entry(key).or_insert(index).clone(),
            Err(_) => index,
        }
    }

    fn index_by(&self, kind: &Arc<str>, path: &Path) -> Index {
        let mut index = Index::default();
        for id in self.of_kind(kind) {
            let Some(scope) = Scope::of(self, *id) else { continue };
            let mut found: Vec<(SubjectId, bool)> = Vec::new();
            self.each_value(&scope, path, &mut |value, presence| {
                let targets = self.references().targets(&self.unit, value);
                for (target, certain) in &targets.ids {
                    found.push((*target, *certain && presence == Presence::Certain));
                }
                let resolved = targets.ids.keys().any(|target| target != id);
                if !value.is_null() && !resolved && !is_data(value) {
                    if let Some(text) = value.as_text() {
                        index.literal.entry(text.into()).or_default().push((*id, value.clone()));
                    } else if index.open.len() < MAX_OPEN {
                        index.open.push((*id, value.clone()));
                    } else {
                        index.incomplete = true;
                    }
                }
            });
            found.sort_unstable_by_key(|(target, certain)| (*target, !*certain));
            found.dedup_by_key(|(target, _)| *target);
            for (target, certain) in found {
                index.ties.entry(target).or_default().push((*id, certain));
            }
        }
        index
    }

    fn each_value(&self, scope: &Scope<'_>, path: &Path, f: &mut dyn FnMut(&Value, Presence)) {
        scope.elements(&List::Path(path.clone()), &[], false, &mut |element| {
            f(element.value, element.presence);
            true
        });
    }

    fn tied_to(
        &self,
        kind: &Arc<str>,
        path: &Path,
        scope: &Scope<'_>,
        f: &mut dyn FnMut(SubjectId, bool) -> bool,
    ) -> bool {
        let mut found: Vec<(SubjectId, bool)> = Vec::new();
        self.each_value(scope, path, &mut |value, presence| {
            self.targets_of_kind(value, kind, scope.subject, &mut |id, certain| {
                found.push((id, certain && presence == Presence::Certain));
            });
        });
        found.sort_unstable_by_key(|(target, certain)| (*target, !*certain));
        found.dedup_by_key(|(target, _)| *target);
        found.into_iter().all(|(id, certain)| f(id, certain))
    }

    /// The subjects of a kind that a value means: by reference, else by identity.
    fn targets_of_kind(&self, value: &Value, kind: &Arc<str>, from: SubjectId, f: &mut dyn FnMut(SubjectId, bool)) {
        let targets = self.references().targets(&self.unit, value);
        let mut referred = false;
        for (id, certain) in &targets.ids {
            if self.unit.subject(*id).is_some_and(|subject| subject.kind == *kind) {
                referred = true;
                f(*id, *certain);
            }
        }
        if referred || value.is_null() || is_data(value) {
            return;
        }
        // Too many to compare one by one stay unseen.
        for id in self.of_kind(kind).iter().take(MAX_COMPARED) {
            let Some(subject) = self.unit.subject(*id) else { continue };
            match self.is_identity(value, from, subject) {
                Truth::True => f(*id, true),
                // Of an unknown value that could be any of them nothing is listed: the relation leads outside.
                Truth::Unknown | Truth::False => {}
            }
        }
    }

    /// Whether this one may refer to something that is not among the subjects.
    fn leads_outside(&self, kinds: &[Arc<str>], path: &Path, scope: &Scope<'_>) -> Option<(Reason, Origin)> {
        let mut outside = None;
        self.each_value(scope, path, &mut |value, presence| {
            if outside.is_some() || value.is_null() {
                return;
            }
            let mut found = false;
            for kind in kinds {
                self.targets_of_kind(value, kind, scope.subject, &mut |_, certain| found |= certain);
            }
            if !found || presence != Presence::Certain {
                let reason = match value.as_unknown() {
                    Some(unknown) => unknown.reason.clone(),
                    None => Reason::new(ReasonKind::Outside, crate::evaluate::show::show(Some(value), false)),
                };
                outside = Some((reason, value.origin.clone()));
            }
        });
        outside
    }

    /// Whether a value refers to a subject of a kind.
    pub(crate) fn refers_to(&self, value: &Value, kind: &str, from: SubjectId) -> Truth {
        let targets = self.references().targets(&self.unit, value);
        let mut truth = Truth::False;
        for id in targets.ids.keys() {
            if self.unit.subject(*id).is_some_and(|subject| *subject.kind == *kind) {
                truth = Truth::True;
            }
        }
        // The address of something that cannot be seen still says what it is.
        let addressed =
            |address: &str| address.split('.').any(|step| step == kind) || address.starts_with(&format!("{kind}."));
        if truth.is_true() || value.references().iter().any(|reference| addressed(&reference.address)) {
            return Truth::True;
        }
        let kind: Arc<str> = kind.into();
        self.targets_of_kind(value, &kind, from, &mut |_, certain| truth = truth.or(Truth::from(certain)));
        if truth.is_true() {
            return truth;
        }
        Truth::unknown_if(value.as_unknown().is_some() && (value.references().is_empty() || targets.outside))
    }

    fn named(
        &self,
        kind: &Arc<str>,
        relation: &Arc<str>,
        outwards: bool,
        subject: SubjectId,
        f: &mut dyn FnMut(SubjectId, bool) -> bool,
    ) -> bool {
        if &**relation == "same_namespace" {
            let Some(this) = self.unit.subject(subject) else { return true };
            let same = |id: &SubjectId| self.unit.subject(*id).is_some_and(|other| other.namespace == this.namespace);
            return self.of_kind(kind).iter().filter(|id| **id != subject && same(id)).all(|id| f(*id, true));
        }
        let Some(index) = self.named_index(kind, relation, outwards, subject) else { return true };
        let ties = if outwards { &index.outwards } else { &index.ties };
        let is_kind = |id: SubjectId| self.unit.subject(id).is_some_and(|other| other.kind == *kind);
        ties.get(&subject)
            .map_or(&[][..], |ties| ties)
            .iter()
            .filter(|(id, _)| is_kind(*id))
            .all(|(id, certain)| f(*id, *certain))
    }

    /// The index of a named relation of the catalogue; `None` where it is none.
    fn named_index(
        &self,
        kind: &Arc<str>,
        relation: &Arc<str>,
        outwards: bool,
        subject: SubjectId,
    ) -> Option<Arc<Index>> {
        // Outwards the relation is described with the kind of this one, else with that of the other one.
        let described = if outwards { self.unit.subject(subject)?.kind.clone() } else { kind.clone() };
        if !self.kind(&described)?.relations.contains_key(relation) {
            return None;
        }
        let key = IndexKey { kind: described.clone(), by: relation.clone(), named: true };
        Some(self.index(key, || self.index_named(&described, relation)))
    }

    fn index_named(&self, kind: &Arc<str>, relation: &Arc<str>) -> Index {
        let mut index = Index::default();
        let Some(links) = self.kind(kind).and_then(|kind| kind.relations.get(relation)) else { return index };
        let mut by_name: HashMap<&str, Vec<SubjectId>> = HashMap::new();
        // What a Terraform resource stands for in a cluster belongs to it, but has a name of its own.
        let has_name = |subject: &Subject| subject.owner.is_none() || !subject.kind.contains('.');
        for (id, subject) in self.unit.iter().filter(|(_, subject)| has_name(subject)) {
            by_name.entry(&subject.name).or_default().push(id);
        }
        let by_label = self.by_label();
        let mut kept = 0;
        for from in self.of_kind(kind) {
            let Some(scope) = Scope::of(self, *from) else { continue };
            let mut ties: Vec<(SubjectId, Truth)> = Vec::new();
            for link in links {
                match link {
                    Link::Selector(path) => self.selected(&scope, path, &by_label, &mut ties),
                    Link::Name { elements, name, kind, namespace } => {
                        let here = Path { root: Root::Here, steps: Vec::new(), text: ".".into() };
                        let elements = List::Path(elements.clone().unwrap_or(here));
                        scope.elements(&elements, &[], false, &mut |element| {
                            let scope = scope.inside(&element, None);
                            self.by_name(&scope, &by_name, name, kind, namespace.as_ref(), &mut ties);
                            true
                        });
                    }
                }
            }
            ties.sort_unstable_by_key(|(id, truth)| (*id, !*truth));
            ties.dedup_by_key(|(id, _)| *id);
            kept += ties.len();
            if kept > MAX_TIES {
                index.incomplete = true;
                break;
            }
            for (to, truth) in ties.into_iter().filter(|(_, truth)| !truth.is_false()) {
                index.ties.entry(to).or_default().push((*from, truth.is_true()));
                index.outwards.entry(*from).or_default().push((to, truth.is_true()));
            }
        }
        index
    }

    /// Subjects by one of their labels.
    fn by_label(&self) -> HashMap<(&str, &str), Vec<SubjectId>> {
        let mut by_label: HashMap<(&str, &str), Vec<SubjectId>> = HashMap::new();
        for (id, subject) in self.unit.iter() {
            for (key, value) in &subject.labels {
                by_label.entry((&**key, &**value)).or_default().push(id);
            }
        }
        by_label
    }

    fn selected(
        &self,
        scope: &Scope<'_>,
        path: &Path,
        by_label: &HashMap<(&str, &str), Vec<SubjectId>>,
        ties: &mut Vec<(SubjectId, Truth)>,
    ) {
        let Some(this) = self.unit.subject(scope.subject) else { return };
        let found = scope.read(path);
        let Some(selector) = found.value().filter(|value| !value.is_null()) else { return };
        let mut add = |id: SubjectId| {
            let Some(subject) = self.unit.subject(id).filter(|_| id != scope.subject) else { return };
            if subject.namespace == this.namespace {
                let truth = selector::selects(selector, &subject.labels);
                if !truth.is_false() {
                    ties.push((id, truth));
                }
            }
        };
        // What it selects has every label that it asks for, so those with one of them are enough.
        match selector::a_label(selector) {
            Some(label) => by_label.get(&label).into_iter().flatten().for_each(|id| add(*id)),
            None => (0..self.unit.subjects.len() as u32).for_each(|id| add(SubjectId(id))),
        }
    }

    fn by_name(
        &self,
        scope: &Scope<'_>,
        by_name: &HashMap<&str, Vec<SubjectId>>,
        name: &Path,
        kind: &KindOf,
        namespace: Option<&Path>,
        ties: &mut Vec<(SubjectId, Truth)>,
    ) {
        let text = |path: &Path| match scope.read(path) {
            Found::Value(value) => value.as_text().map(Arc::<str>::from),
            Found::Made(value) => value.as_text().map(Arc::<str>::from),
            Found::Absent => None,
        };
        let name = match scope.read(name).value().filter(|value| !value.is_null()) {
            Some(value) if value.as_unknown().is_some() => None,
            Some(value) => match value.as_text() {
                Some(name) => Some(Arc::<str>::from(name)),
                None => return,
            },
            None => return,
        };
        let wanted = match kind {
            KindOf::Any => None,
            KindOf::Is(kind) => Some(kind.clone()),
            KindOf::At(path) => match text(path) {
                Some(kind) => Some(kind),
                None => return,
            },
        };
        let own = self.unit.subject(scope.subject).and_then(|subject| subject.namespace.clone());
        let namespace = namespace.and_then(text).or(own);
        // A name that is not known may be any.
        let everything: Vec<SubjectId>;
        let candidates = match (&name, &wanted) {
            (Some(name), _) => by_name.get(&**name).map_or(&[][..], |ids| ids),
            (None, Some(kind)) => self.of_kind(kind),
            (None, None) => {
                everything = by_name.values().flatten().copied().collect();
                &everything
            }
        };
        let truth = if name.is_some() { Truth::True } else { Truth::Unknown };
        for id in candidates {
            let Some(subject) = self.unit.subject(*id) else { continue };
            let same_kind = wanted.as_ref().is_none_or(|kind| subject.kind == *kind);
            // What has no namespace is seen from all.
            let same_namespace = subject.namespace.is_none() || subject.namespace == namespace;
            if same_kind && same_namespace && *id != scope.subject {
                ties.push((*id, truth));
            }
        }
    }
}

impl Scope<'_> {
    /// Whether a value refers to a subject of a kind.
    pub(crate) fn refers_to(&self, value: &Value, kind: &str) -> Truth {
        self.prepared.refers_to(value, kind, self.subject)
    }
}
