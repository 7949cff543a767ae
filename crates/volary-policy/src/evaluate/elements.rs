//! Going through lists, blocks, map entries and related subjects, including those that nobody can see.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Reason, SubjectId, Type, Unknown, Value};

use super::read::{Found, step_into, wrong_type};
use super::{Label, Scope, UNSEEN};
use crate::condition::List;
use crate::path::{Meta, Path, Step, push_key, push_step};

/// Whether an element is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is.
    Certain,
    /// It is not known.
    Maybe,
    /// It stands for any number of elements that cannot be seen.
    Unseen {
        /// There certainly is one.
        at_least_one: bool,
        /// No more than so many.
        at_most: Option<u32>,
    },
}

/// An element of what is gone through.
#[derive(Debug)]
pub(crate) struct Element<'x> {
    pub(crate) value: &'x Value,
    /// The related subject, where it is one.
    pub(crate) subject: Option<SubjectId>,
    pub(crate) presence: Presence,
    pub(crate) label: Option<Label>,
}

/// Calls `f` with every element of a list; a single value or block counts as a list of one. Stops where `f` says no.
pub(crate) fn for_each(value: &Value, f: &mut dyn FnMut(&Value, Presence) -> bool) -> bool {
    match &value.data {
        Data::Null => true,
        Data::List(list) => list.iter().all(|element| f(element, Presence::Certain)),
        Data::Unknown(unknown) => unknown_elements(value, unknown, f),
        _ => f(value, Presence::Certain),
    }
}

fn unknown_elements(value: &Value, unknown: &Unknown, f: &mut dyn FnMut(&Value, Presence) -> bool) -> bool {
    let mut held = 0;
    if let Some(Data::List(list)) = value.holds().map(|held| &held.data) {
        held = list.len();
        if !list.iter().all(|element| f(element, Presence::Certain)) {
            return false;
        }
    }
    match &unknown.ty {
        Type::Bool | Type::Number | Type::Text | Type::Object(_) | Type::Map(_) => {
            let presence = if unknown.not_null { Presence::Certain } else { Presence::Maybe };
            f(value, presence)
        }
        Type::List(_) | Type::Any => {
            let at_most = match unknown.ty {
                Type::List(_) => unknown.at_most.map(|most| most.saturating_sub(held as u32)),
                _ => None,
            };
            if at_most == Some(0) {
                return true;
            }
            let mut element = Unknown::new(unknown.reason.clone());
            if let Type::List(ty) = &unknown.ty {
                element.ty = (**ty).clone();
            }
            let at_least_one = held == 0 && unknown.not_null && unknown.not_empty;
            let element = Value::new(Data::Unknown(Arc::new(element)), value.origin.clone());
            f(&element, Presence::Unseen { at_least_one, at_most })
        }
    }
}

impl<'s> Scope<'s> {
    /// Calls `f` with every element; stops where it says no. `labelled` says whether somebody asks for the paths.
    pub(crate) fn elements(&self, list: &List, key: &[Path], labelled: bool, f: &mut dyn FnMut(Element<'_>) -> bool) {
        match list {
            List::Path(path) => self.elements_at(path, key, labelled, f),
            List::Related(relation) => {
                self.prepared
                    .related(self, relation, &mut |id, certain| self.subject_element(id, certain, labelled, f));
                if let Some((reason, origin)) = self.prepared.unseen(self, relation) {
                    self.unseen(reason, origin, labelled, f);
                }
            }
        }
    }

    fn subject_element(
        &self,
        id: SubjectId,
        certain: bool,
        labelled: bool,
        f: &mut dyn FnMut(Element<'_>) -> bool,
    ) -> bool {
        let Some(subject) = self.prepared.unit().subject(id) else { return true };
        let certain = certain && subject.conditional.is_none();
        let label =
            labelled.then(|| Label { shown: subject.address.to_string(), stable: subject.definition.to_string() });
        let presence = if certain { Presence::Certain } else { Presence::Maybe };
        f(Element { value: &subject.values, subject: Some(id), presence, label })
    }

    /// Related subjects that nobody can see.
    fn unseen(&self, reason: Reason, origin: Origin, labelled: bool, f: &mut dyn FnMut(Element<'_>) -> bool) {
        let mut unknown = Unknown::new(reason);
        unknown.ty = Type::Object(Vec::new());
        unknown.not_null = true;
        let value = Value::new(Data::Unknown(Arc::new(unknown)), origin);
        let label = labelled.then(|| Label { shown: "a resource that cannot be seen".into(), stable: String::new() });
        f(Element {
            value: &value,
            subject: Some(UNSEEN),
            presence: Presence::Unseen { at_least_one: false, at_most: None },
            label,
        });
    }

    fn elements_at(&self, path: &Path, key: &[Path], labelled: bool, f: &mut dyn FnMut(Element<'_>) -> bool) {
        // Ties to other subjects give subjects, so that `$` and relations go on from there.
        if let Some(ids) = self.linked(path) {
            for id in ids {
                if !self.subject_element(id, true, labelled, f) {
                    return;
                }
            }
            return;
        }
        let label = labelled.then(|| {
            let mut label = self.root(&path.root).label.cloned().unwrap_or_default();
            if !path.is_plural() {
                for step in &path.steps {
                    label.push(step);
                }
            }
            label
        });
        let mut walk = Walk { key, f };
        if !path.is_plural() {
            match self.read(path) {
                Found::Absent => {}
                Found::Value(value) => drop(walk.each(value, label.as_ref())),
                Found::Made(value) => drop(walk.each(&value, label.as_ref())),
            }
            return;
        }
        // What stands before the first `*` may go over ties; what stands behind it is inside the values.
        let first = path.steps.iter().position(|step| *step == Step::All).unwrap_or(0);
        let head = Path { root: path.root.clone(), steps: path.steps[..first].to_vec(), text: path.text.clone() };
        let mut label = label;
        if let Some(label) = &mut label {
            for step in &head.steps {
                label.push(step);
            }
        }
        match self.read(&head) {
            Found::Absent => {}
            Found::Value(value) => drop(walk.steps(value, &path.steps[first..], label, Presence::Certain)),
            Found::Made(value) => drop(walk.steps(&value, &path.steps[first..], label, Presence::Certain)),
        }
    }

    /// The subjects that a path of ties ends at.
    fn linked(&self, path: &Path) -> Option<Vec<SubjectId>> {
        if !matches!(path.steps.last(), Some(Step::Meta(Meta::Link(_) | Meta::Owner))) {
            return None;
        }
        let mut ids = vec![self.root(&path.root).subject];
        if ids[0] == UNSEEN {
            return None;
        }
        let unit = self.prepared.unit();
        for step in &path.steps {
            let Step::Meta(meta) = step else { return None };
            ids = match meta {
                Meta::Link(name) => {
                    let next =
                        ids.iter().filter_map(|id| unit.subject(*id)).filter_map(|subject| subject.links.get(name));
                    next.flatten().copied().collect()
                }
                Meta::Owner => ids.iter().filter_map(|id| unit.subject(*id)?.owner).collect(),
                _ => return None,
            };
        }
        Some(ids)
    }
}

impl Label {
    fn push(&mut self, step: &Step) {
        push_step(&mut self.shown, step);
        push_step(&mut self.stable, step);
    }

    /// The label of an element: its key, else its position for people and nothing for fingerprints.
    fn element(&self, key: Option<&str>, index: usize) -> Self {
        match key {
            Some(key) => {
                let suffix = format!("['{key}']");
                Self { shown: format!("{}{suffix}", self.shown), stable: format!("{}{suffix}", self.stable) }
            }
            None => {
                let mut shown = self.shown.clone();
                push_key(&mut shown, &index.to_string());
                Self { shown, stable: self.stable.clone() }
            }
        }
    }
}

struct Walk<'w> {
    key: &'w [Path],
    f: &'w mut dyn FnMut(Element<'_>) -> bool,
}

impl Walk<'_> {
    /// The elements of a value.
    fn each(&mut self, value: &Value, label: Option<&Label>) -> bool {
        self.each_with(value, label, Presence::Certain)
    }

    fn each_with(&mut self, value: &Value, label: Option<&Label>, outer: Presence) -> bool {
        // A text that holds a list is that list.
        let value = value.decoded().unwrap_or(value);
        let single = !matches!(value.data, Data::List(_));
        let mut index = 0;
        let key = self.key;
        for_each(value, &mut |element, presence| {
            let label = label.map(|label| match key_of(element, key) {
                // A block that stands once needs no name.
                _ if single => label.clone(),
                key => label.element(key.as_deref(), index),
            });
            index += 1;
            (self.f)(Element { value: element, subject: None, presence: within(outer, presence), label })
        })
    }

    fn steps(&mut self, value: &Value, steps: &[Step], label: Option<Label>, outer: Presence) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            return self.each_with(value, label.as_ref(), outer);
        };
        match step {
            Step::Name(name, index) => {
                let label = label.map(|mut label| {
                    label.push(step);
                    label
                });
                match step_into(value, name, *index) {
                    Found::Absent => true,
                    Found::Value(value) => self.steps(value, rest, label, outer),
                    Found::Made(value) => self.steps(&value, rest, label, outer),
                }
            }
            Step::All => self.all(value, rest, label, outer),
            // The compiler refuses ties behind a `*`.
            Step::Meta(_) => true,
        }
    }

    /// `*`: the elements of a list, the entries of a map.
    fn all(&mut self, value: &Value, rest: &[Step], label: Option<Label>, outer: Presence) -> bool {
        let value = value.decoded().unwrap_or(value);
        match &value.data {
            Data::Null => true,
            Data::Map(map) => map.entries().iter().all(|entry| {
                // Of a key that stands twice the last counts.
                if map.entry(&entry.key).is_some_and(|last| !std::ptr::eq(last, entry)) {
                    return true;
                }
                let label = label.as_ref().map(|label| label.element(Some(&entry.key), 0));
                let pair = pair(entry, value);
                if rest.is_empty() {
                    return (self.f)(Element { value: &pair, subject: None, presence: outer, label });
                }
                self.steps(&pair, rest, label, outer)
            }),
            Data::List(list) => {
                let key = self.key;
                list.iter().enumerate().all(|(index, element)| {
                    let label = label.as_ref().map(|label| label.element(key_of(element, key).as_deref(), index));
                    self.inner(element, rest, label, outer)
                })
            }
            Data::Unknown(unknown) => {
                let mut held = Vec::new();
                unknown_elements(value, unknown, &mut |element, presence| {
                    held.push((element.clone(), presence));
                    true
                });
                held.into_iter().all(|(element, presence)| {
                    let presence = match (presence, &unknown.ty) {
                        // The entries of an unknown map.
                        (Presence::Certain | Presence::Maybe, Type::Map(_) | Type::Object(_)) => {
                            Presence::Unseen { at_least_one: false, at_most: None }
                        }
                        (presence, _) => presence,
                    };
                    self.inner(&element, rest, label.clone(), within(outer, presence))
                })
            }
            _ => {
                let wrong = wrong_type(value, "*");
                (self.f)(Element {
                    value: &wrong,
                    subject: None,
                    presence: Presence::Unseen { at_least_one: false, at_most: None },
                    label,
                })
            }
        }
    }

    fn inner(&mut self, element: &Value, rest: &[Step], label: Option<Label>, presence: Presence) -> bool {
        if rest.is_empty() {
            return (self.f)(Element { value: element, subject: None, presence, label });
        }
        self.steps(element, rest, label, presence)
    }
}

/// How certain an element of something uncertain is.
fn within(outer: Presence, inner: Presence) -> Presence {
    match (outer, inner) {
        (Presence::Certain, inner) => inner,
        (Presence::Maybe, Presence::Certain | Presence::Maybe) => Presence::Maybe,
        (Presence::Maybe, Presence::Unseen { at_most, .. }) => Presence::Unseen { at_least_one: false, at_most },
        // An element of each of any number of elements.
        (Presence::Unseen { .. }, _) => Presence::Unseen { at_least_one: false, at_most: None },
    }
}

/// An entry of a map as an element with `key` and `value`.
fn pair(entry: &Entry, map: &Value) -> Value {
    let origin = match entry.key_span {
        Some(span) => Origin::at(span, map.origin.role),
        None => entry.value.origin.clone(),
    };
    let key = Value::text(entry.key.clone(), origin.clone());
    let made = |name: &str, value: Value| Entry { key: name.into(), key_span: entry.key_span, value };
    Value::map(vec![made("key", key), made("value", entry.value.clone())], origin)
}

/// Names that things have nearly everywhere.
const USUAL_KEYS: [&str; 6] = ["name", "Sid", "sid", "key", "id", "Id"];

/// What names an element in fingerprints.
fn key_of(element: &Value, key: &[Path]) -> Option<String> {
    let text = |value: &Value| match &value.data {
        _ if value.is_sensitive() => None,
        Data::Text(text) if !text.is_empty() && text.len() <= 200 => Some(text.replace(['\n', '\r', '\''], " ")),
        Data::Number(number) => Some(number.to_string()),
        _ => None,
    };
    if key.is_empty() {
        element.as_map()?;
        return USUAL_KEYS.iter().find_map(|name| text(element.get(name)?));
    }
    let parts: Option<Vec<String>> = key
        .iter()
        .map(|path| {
            let mut value = element;
            for step in &path.steps {
                let Step::Name(name, index) = step else { return None };
                value = match step_into(value, name, *index) {
                    Found::Value(value) => value,
                    _ => return None,
                };
            }
            text(value)
        })
        .collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join(":"))
}
