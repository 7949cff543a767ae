//! Who decided: the values behind the truth of a condition, and which elements fail on their own.

use std::sync::Arc;

use volary_model::{Data, Decider, Origin, Reason, ReasonKind, Value};

use super::elements::{Element, Presence, for_each};
use super::show::show;
use super::{Label, Scope};
use crate::condition::{Condition, List, Quantified, Tie};
use crate::operators::{self, Test, WrongType};
use crate::path::{Path, push_key, push_step};
use crate::truth::Truth;

/// No more deciders are collected for one judgement: what follows says nothing new.
const MAX_DECIDERS: usize = 16;

/// A decider with its path for fingerprints.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) decider: Decider,
    pub(crate) stable: String,
}

/// A failure: of the subject as a whole, or of an element on its own.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The path of the element; empty of the subject.
    pub(crate) label: Label,
    pub(crate) decided: Vec<Decided>,
    pub(crate) message: Arc<str>,
}

impl Scope<'_> {
    /// Splits a failure at the elements that fail on their own: reached through `all` and `each` while something must
    /// hold, through `any` and `some` while something must not. `failing` is the truth that makes the policy fail.
    pub(crate) fn failures(
        &self,
        condition: &Condition,
        failing: Truth,
        message: &dyn Fn(&Scope<'_>) -> Arc<str>,
        out: &mut Vec<Failure>,
        own: &mut Vec<Decided>,
    ) {
        match (condition, failing) {
            (Condition::All(conditions), Truth::False) | (Condition::Any(conditions), Truth::True) => {
                for condition in conditions {
                    if self.truth(condition) == failing {
                        self.failures(condition, failing, message, out, own);
                    }
                }
            }
            (Condition::Not(condition), _) => self.failures(condition, !failing, message, out, own),
            (Condition::Each(quantified), Truth::False) | (Condition::Some(quantified), Truth::True) => {
                let before = out.len();
                self.elements(&quantified.list, &quantified.key, true, &mut |element| {
                    let truth = match failing {
                        Truth::False => self.requirement(quantified, &element),
                        _ => self.satisfied(quantified, &element),
                    };
                    if truth == failing && element.presence == Presence::Certain {
                        self.element_failures(quantified, failing, &element, message, out);
                    }
                    true
                });
                // What cannot be seen failed: there is no element to point at.
                if out.len() == before {
                    self.decided(condition, own);
                }
            }
            _ => self.decided(condition, own),
        }
    }

    fn element_failures(
        &self,
        quantified: &Quantified,
        failing: Truth,
        element: &Element<'_>,
        message: &dyn Fn(&Scope<'_>) -> Arc<str>,
        out: &mut Vec<Failure>,
    ) {
        let scope = self.inside(element, quantified.name.as_deref());
        let inner = if failing.is_false() { &quantified.require } else { &quantified.filter };
        let mut own = Vec::new();
        let before = out.len();
        match inner {
            Some(inner) => scope.failures(inner, failing, message, out, &mut own),
            None => own.push(scope.decided_value(element)),
        }
        if !own.is_empty() || out.len() == before {
            let label = element.label.clone().unwrap_or_default();
            out.push(Failure { label, decided: own, message: message(&scope) });
        }
    }

    /// Adds the values that gave a condition its truth.
    pub(crate) fn decided(&self, condition: &Condition, out: &mut Vec<Decided>) {
        if out.len() >= MAX_DECIDERS {
            return;
        }
        match condition {
            Condition::Test(path, tests) => self.decided_test(path, tests, out),
            Condition::All(conditions) | Condition::Any(conditions) => {
                let truth = self.truth(condition);
                for condition in conditions {
                    if self.truth(condition) == truth {
                        self.decided(condition, out);
                    }
                }
            }
            Condition::Not(condition) => self.decided(condition, out),
            Condition::Each(quantified) => self.decided_each(condition, quantified, out),
            Condition::Some(quantified) => self.decided_some(condition, quantified, out),
            Condition::Count(quantified, ..) => {
                let truth = self.truth(condition);
                out.push(self.decided_list(&quantified.list));
                self.elements(&quantified.list, &quantified.key, true, &mut |element| {
                    let counts = self.satisfied(quantified, &element);
                    let wanted = if truth == Truth::Unknown { Truth::Unknown } else { Truth::True };
                    if counts == wanted {
                        let scope = self.inside(&element, quantified.name.as_deref());
                        match &quantified.filter {
                            Some(filter) => scope.decided(filter, out),
                            None => out.push(scope.decided_value(&element)),
                        }
                    }
                    out.len() < MAX_DECIDERS
                });
            }
        }
    }

    fn decided_each(&self, condition: &Condition, quantified: &Quantified, out: &mut Vec<Decided>) {
        let truth = self.truth(condition);
        let before = out.len();
        self.elements(&quantified.list, &quantified.key, true, &mut |element| {
            if self.requirement(quantified, &element) == truth {
                let scope = self.inside(&element, quantified.name.as_deref());
                let require = quantified.require.as_ref().filter(|require| scope.truth(require) == truth);
                let filter = quantified.filter.as_ref().filter(|filter| scope.truth(filter) == !truth);
                if let Some(require) = require {
                    scope.decided(require, out);
                }
                if let Some(filter) = filter
                    && (require.is_none() || truth == Truth::Unknown)
                {
                    scope.decided(filter, out);
                }
                if require.is_none() && filter.is_none() {
                    out.push(scope.decided_value(&element));
                }
            }
            out.len() < MAX_DECIDERS
        });
        if out.len() == before {
            out.push(self.decided_list(&quantified.list));
        }
    }

    fn decided_some(&self, condition: &Condition, quantified: &Quantified, out: &mut Vec<Decided>) {
        let truth = self.truth(condition);
        let before = out.len();
        if truth.is_false() {
            out.push(self.decided_list(&quantified.list));
        }
        self.elements(&quantified.list, &quantified.key, true, &mut |element| {
            if self.satisfied(quantified, &element) == truth {
                let scope = self.inside(&element, quantified.name.as_deref());
                match quantified.filter.as_ref().filter(|filter| scope.truth(filter) == truth) {
                    Some(filter) => scope.decided(filter, out),
                    None => out.push(scope.decided_value(&element)),
                }
            }
            out.len() < MAX_DECIDERS
        });
        if out.len() == before {
            out.push(self.decided_list(&quantified.list));
        }
    }

    /// A test: the value at its path, or the elements of it that decided.
    fn decided_test(&self, path: &Path, tests: &[Test], out: &mut Vec<Decided>) {
        let (found, trail) = self.read_traced(path);
        let value = found.value();
        let answer = operators::all(tests, value, self);
        let label = self.label_of(path);
        let masked = trail.sensitive || tests.iter().any(is_secret);
        if let Some(value) = value.filter(|value| matches!(value.data, Data::List(_) | Data::Unknown(_))) {
            let before = out.len();
            self.decided_elements(value, tests, answer.unwrap_or(Truth::Unknown), &label, masked, out);
            if out.len() > before {
                return;
            }
        }
        let origin = match value {
            Some(value) if !value.is_null() => value.origin.clone(),
            _ => trail.enclosing.unwrap_or_else(|| self.place_of(self)),
        };
        out.push(decided(label, value, masked, origin, answer));
        // The other side of a comparison decided as well where it is not known.
        for test in tests {
            if let Test::SameAs(same) = test
                && answer == Ok(Truth::Unknown)
            {
                let (found, trail) = self.read_traced(&same.path);
                if let Some(other) = found.value().filter(|other| other.as_unknown().is_some()) {
                    let label = self.label_of(&same.path);
                    out.push(decided(label, Some(other), masked || trail.sensitive, other.origin.clone(), answer));
                }
            }
        }
    }

    /// The elements that decided a test on a list.
    fn decided_elements(
        &self,
        value: &Value,
        tests: &[Test],
        truth: Truth,
        label: &Label,
        masked: bool,
        out: &mut Vec<Decided>,
    ) {
        let deciding = |test: &&Test| test.test(Some(value), self).unwrap_or(Truth::Unknown) == truth;
        for test in tests.iter().filter(deciding) {
            let inner = match (test, truth) {
                (Test::Has(inner), Truth::True | Truth::Unknown)
                | (Test::Only(inner), Truth::False | Truth::Unknown) => inner,
                _ => continue,
            };
            let mut index = 0;
            for_each(value, &mut |element, presence| {
                let answer = operators::all(inner, Some(element), self);
                if answer.unwrap_or(Truth::Unknown) == truth && !matches!(presence, Presence::Unseen { .. }) {
                    let mut label = label.clone();
                    if matches!(value.data, Data::List(_)) {
                        push_key(&mut label.shown, &index.to_string());
                    }
                    let masked = masked || element.is_sensitive() || inner.iter().any(is_secret);
                    out.push(decided(label, Some(element), masked, element.origin.clone(), answer));
                }
                index += 1;
                out.len() < MAX_DECIDERS
            });
        }
    }

    /// An element as a whole.
    pub(crate) fn decided_value(&self, element: &Element<'_>) -> Decided {
        let label = element.label.clone().unwrap_or_default();
        let origin = self.place_of(self);
        decided(label, Some(element.value), element.value.is_sensitive(), origin, Ok(Truth::True))
    }

    /// A list as a whole.
    fn decided_list(&self, list: &List) -> Decided {
        match list {
            List::Path(path) => {
                let first =
                    path.steps.iter().position(|step| *step == crate::path::Step::All).unwrap_or(path.steps.len());
                let head =
                    Path { root: path.root.clone(), steps: path.steps[..first].to_vec(), text: path.text.clone() };
                let (found, trail) = self.read_traced(&head);
                let value = found.value();
                let origin = match value {
                    Some(value) if !value.is_null() && !head.steps.is_empty() => value.origin.clone(),
                    _ => trail.enclosing.unwrap_or_else(|| self.place_of(self)),
                };
                decided(self.label_of(&head), value, trail.sensitive, origin, Ok(Truth::True))
            }
            List::Related(relation) => {
                let kinds = relation.kinds.join(" or ");
                let shown = match &relation.tie {
                    Tie::By(path) => format!("{kinds} by {path}"),
                    Tie::To(path) => format!("{kinds} at {path}"),
                    Tie::Named { relation, outwards } => {
                        if *outwards {
                            format!("{kinds} that this {relation}")
                        } else {
                            format!("{kinds} that {relation} this")
                        }
                    }
                    Tie::InUnit => kinds,
                };
                let mut count = 0_usize;
                self.prepared.related(self, relation, &mut |_, _| {
                    count += 1;
                    true
                });
                let unseen = self.prepared.unseen(self, relation);
                let reason = unseen.as_ref().map(|(reason, _)| reason.clone());
                let text: Arc<str> = match (&reason, count) {
                    (Some(reason), _) => format!("unknown: {reason}").into(),
                    (None, 0) => "none".into(),
                    (None, count) => count.to_string().into(),
                };
                let origin = self.place_of_subject(self.subject);
                let decider = Decider { path: shown.as_str().into(), shown: text, origin, reason };
                Decided { decider, stable: shown }
            }
        }
    }

    /// The path of what a path reads, seen from the subject.
    pub(crate) fn label_of(&self, path: &Path) -> Label {
        let mut label = self.root(&path.root).label.cloned().unwrap_or_default();
        for step in &path.steps {
            push_step(&mut label.shown, step);
            push_step(&mut label.stable, step);
        }
        label
    }
}

fn is_secret(test: &Test) -> bool {
    matches!(test, Test::SecretLike)
}

fn decided(label: Label, value: Option<&Value>, masked: bool, origin: Origin, answer: operators::Answer) -> Decided {
    let shown = show(value, masked);
    let reason = match (answer, value.and_then(Value::as_unknown)) {
        (_, Some(unknown)) => Some(unknown.reason.clone()),
        (Err(WrongType), None) => Some(Reason::new(ReasonKind::WrongType, label.shown.as_str())),
        (Ok(Truth::Unknown), None) => {
            inner_reason(value).or_else(|| Some(Reason::new(ReasonKind::NotEvaluated, label.shown.as_str())))
        }
        _ => None,
    };
    let decider = Decider { path: label.shown.into(), shown, origin, reason };
    Decided { decider, stable: label.stable }
}

/// The reason of the first unknown element of a list.
fn inner_reason(value: Option<&Value>) -> Option<Reason> {
    let list = value?.as_list()?;
    list.iter().find_map(|element| Some(element.as_unknown()?.reason.clone()))
}
