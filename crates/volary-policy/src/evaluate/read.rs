//! Following paths through values and from subject to subject.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Reason, ReasonKind, Role, Subject, SubjectId, Type, Unknown, Value};

use super::Scope;
use crate::path::{Meta, Path, Root, Step};

/// What lies at a path.
#[derive(Clone, Debug)]
pub(crate) enum Found<'x> {
    /// A value of the unit; it may be null.
    Value(&'x Value),
    /// A value that nobody wrote.
    Made(Value),
    /// Nothing.
    Absent,
}

impl Found<'_> {
    #[inline]
    pub(crate) fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Made(value) => Some(value),
            Self::Absent => None,
        }
    }
}

/// What a path came past.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// The place of the nearest enclosing block, object or list.
    pub(crate) enclosing: Option<Origin>,
    /// A value on the way is sensitive.
    pub(crate) sensitive: bool,
}

impl<'s> Scope<'s> {
    /// Where a path starts.
    pub(crate) fn root(&self, root: &Root) -> &Scope<'s> {
        match root {
            Root::Here => self,
            Root::Subject => self.outermost(),
            Root::Named(name) => {
                let mut scope = self;
                while scope.name != Some(&**name) {
                    match scope.parent {
                        Some(parent) => scope = parent,
                        None => break,
                    }
                }
                scope
            }
        }
    }

    /// What lies at a path.
    #[inline]
    pub(crate) fn read(&self, path: &Path) -> Found<'_> {
        self.follow(path, None)
    }

    /// What lies at a path, and what it came past.
    pub(crate) fn read_traced(&self, path: &Path) -> (Found<'_>, Trail) {
        let mut trail = Trail::default();
        let found = self.follow(path, Some(&mut trail));
        (found, trail)
    }

    fn follow(&self, path: &Path, mut trail: Option<&mut Trail>) -> Found<'_> {
        let start = self.root(&path.root);
        let mut subject = start.subject;
        let mut found = Found::Value(start.value);
        if let Some(trail) = trail.as_deref_mut() {
            trail.enclosing = Some(self.place_of(start));
            trail.sensitive |= start.value.is_sensitive();
        }
        for (position, step) in path.steps.iter().enumerate() {
            // A subject was placed at its header when it was reached.
            let from_value = position > 0 && matches!(path.steps[position - 1], Step::Name(..));
            if let (Some(trail), true) = (trail.as_deref_mut(), from_value) {
                trail.pass(&found);
            }
            found = match step {
                Step::Name(name, index) => match found {
                    Found::Value(value) => step_into(value, name, *index),
                    Found::Made(value) => owned(step_into(&value, name, *index)),
                    Found::Absent => break,
                },
                Step::Meta(meta) => match self.meta(subject, meta) {
                    Reached::Subject(id, value) => {
                        subject = id;
                        Found::Value(value)
                    }
                    Reached::Value(value) => Found::Made(value),
                    Reached::Nothing => return Found::Absent,
                },
                // The compiler lets `*` stand only where lists are gone through.
                Step::All => return Found::Absent,
            };
            if let (Some(trail), Step::Meta(_)) = (trail.as_deref_mut(), step) {
                trail.enclosing = Some(self.place_of_subject(subject));
            }
        }
        if let (Found::Absent, true) = (&found, self.prepared.is_turned(subject)) {
            found = self.not_described(start, subject, path);
        }
        if let (Some(trail), Some(value)) = (trail, found.value()) {
            trail.sensitive |= value.is_sensitive();
        }
        found
    }

    /// What is absent from a subject that is written in other words than those of its kind: not known, unless the
    /// catalogue has it.
    fn not_described(&self, start: &Scope<'_>, subject: SubjectId, path: &Path) -> Found<'_> {
        let whole = self.prepared.unit().subject(subject).filter(|whole| std::ptr::eq(&whole.values, start.value));
        let Some((whole, kind)) = whole.and_then(|whole| Some((whole, self.prepared.kind(&whole.kind)?))) else {
            return Found::Absent;
        };
        let mut shape = Some(kind.shape());
        for step in &path.steps {
            let (Step::Name(name, index), Some(known)) = (step, &shape) else { return Found::Absent };
            shape = match known.step(name, *index) {
                Ok(next) => next,
                Err(_) => {
                    let reason = Reason::new(ReasonKind::NotMapped, name.clone());
                    return Found::Made(Value::unknown(reason, Origin::at(whole.header, Role::Block)));
                }
            };
        }
        Found::Absent
    }

    /// The place of a scope's value: an element's own, a subject's header.
    pub(crate) fn place_of(&self, scope: &Scope<'_>) -> Origin {
        let whole = self
            .prepared
            .unit()
            .subject(scope.subject)
            .is_some_and(|subject| std::ptr::eq(&subject.values, scope.value));
        if whole { self.place_of_subject(scope.subject) } else { scope.value.origin.clone() }
    }

    /// The header of a subject.
    pub(crate) fn place_of_subject(&self, subject: SubjectId) -> Origin {
        match self.prepared.unit().subject(subject) {
            Some(subject) => Origin::at(subject.header, Role::Block),
            None => self.value.origin.clone(),
        }
    }

    /// What `$` gives of a subject.
    fn meta(&self, id: SubjectId, meta: &Meta) -> Reached<'_> {
        let unit = self.prepared.unit();
        let Some(subject) = unit.subject(id) else {
            // Of what nobody can see this is not known either.
            return Reached::Value(match &self.value.data {
                Data::Unknown(unknown) => Value::unknown(unknown.reason.clone(), self.value.origin.clone()),
                _ => Value::unknown(Reason::new(ReasonKind::Outside, meta.as_str()), self.value.origin.clone()),
            });
        };
        let text = |text: &Arc<str>| Reached::Value(Value::text(text.clone(), Origin::at(subject.header, Role::Block)));
        match meta {
            Meta::Name => text(&subject.name),
            Meta::Address => text(&subject.address),
            Meta::Kind => text(&subject.kind),
            Meta::Provider => text(&subject.provider),
            Meta::Namespace => subject.namespace.as_ref().map_or(Reached::Nothing, text),
            Meta::Folder => text(&subject.folder),
            Meta::Path => text(&unit.name),
            Meta::Labels => Reached::Value(labels(subject)),
            Meta::Owner => match subject.owner.and_then(|owner| Some((owner, unit.subject(owner)?))) {
                Some((owner, subject)) => Reached::Subject(owner, &subject.values),
                None => Reached::Nothing,
            },
            Meta::Link(name) => match subject.links.get(name).map_or(&[][..], |ids| ids) {
                [] => Reached::Nothing,
                [one] => unit.subject(*one).map_or(Reached::Nothing, |subject| Reached::Subject(*one, &subject.values)),
                several => {
                    let values =
                        several.iter().filter_map(|id| unit.subject(*id)).map(|subject| subject.values.clone());
                    Reached::Value(Value::list(values.collect(), Origin::at(subject.header, Role::Block)))
                }
            },
        }
    }
}

enum Reached<'x> {
    Subject(SubjectId, &'x Value),
    Value(Value),
    Nothing,
}

impl Trail {
    /// Goes on from a value: it encloses what comes next.
    fn pass(&mut self, found: &Found<'_>) {
        let Some(mut value) = found.value() else { return };
        while let Data::List(list) = &value.data
            && let [one] = list.as_slice()
        {
            value = one;
        }
        self.sensitive |= value.is_sensitive();
        if !value.is_null() {
            self.enclosing = Some(value.origin.clone());
        }
    }
}

fn labels(subject: &Subject) -> Value {
    let origin = Origin::at(subject.header, Role::Block);
    let entry = |(key, value): (&Arc<str>, &Arc<str>)| Entry {
        key: key.clone(),
        key_span: None,
        value: Value::text(value.clone(), origin.clone()),
    };
    Value::map(subject.labels.iter().map(entry).collect(), origin.clone())
}

/// An attribute of a value. A block that stands once is gone through.
pub(crate) fn step_into<'x>(mut value: &'x Value, name: &str, index: Option<u32>) -> Found<'x> {
    // A list of one list of one ... ends after as many turns as the value is deep.
    loop {
        if let Some(decoded) = value.decoded() {
            value = decoded;
            continue;
        }
        return match &value.data {
            Data::Map(map) => match map.get(name) {
                Some(value) => Found::Value(value),
                None if index == Some(0) => Found::Value(value),
                None => Found::Absent,
            },
            Data::List(list) => match (index, list.as_slice()) {
                (Some(index), list) => list.get(index as usize).map_or(Found::Absent, Found::Value),
                (None, []) => Found::Absent,
                (None, [one]) => {
                    value = one;
                    continue;
                }
                (None, _) => Found::Made(wrong_type(value, name)),
            },
            Data::Null => Found::Absent,
            Data::Unknown(unknown) => of_unknown(value, unknown, name, index),
            Data::Text(_) | Data::Bool(_) | Data::Number(_) => Found::Made(wrong_type(value, name)),
        };
    }
}

/// What is known of an attribute of an unknown value.
fn of_unknown<'x>(value: &'x Value, unknown: &Unknown, name: &str, index: Option<u32>) -> Found<'x> {
    if unknown.at_most == Some(0) && matches!(unknown.ty, Type::List(_) | Type::Map(_)) {
        return Found::Absent;
    }
    let held = value.holds().and_then(|held| held.get(name));
    if let Some(held) = held {
        return Found::Value(held);
    }
    let mut inner = Unknown::new(unknown.reason.clone());
    match &unknown.ty {
        Type::Map(element) => inner.ty = (**element).clone(),
        Type::List(element) if index.is_some() => inner.ty = (**element).clone(),
        Type::Object(attributes) => {
            if let Some((_, ty, _)) = attributes.iter().find(|(attribute, ..)| **attribute == *name) {
                inner.ty = ty.clone();
            }
        }
        _ => {}
    }
    Found::Made(Value::new(Data::Unknown(Arc::new(inner)), value.origin.clone()))
}

/// A value in whose place another type was expected: unknown, so that it never decides anything.
pub(crate) fn wrong_type(value: &Value, about: &str) -> Value {
    Value::unknown(Reason::new(ReasonKind::WrongType, about), value.origin.clone())
}

fn owned<'x>(found: Found<'_>) -> Found<'x> {
    match found {
        Found::Value(value) => Found::Made(value.clone()),
        Found::Made(value) => Found::Made(value),
        Found::Absent => Found::Absent,
    }
}
