//! Evaluating conditions: the truth first, without allocation; who decided only when somebody asks.

pub(crate) mod compare;
pub(crate) mod decide;
pub(crate) mod elements;
pub(crate) mod read;
pub(crate) mod show;

use volary_model::{SubjectId, Value};

use crate::condition::{Condition, Quantified};
use crate::operators;
use crate::prepare::Prepared;
use crate::truth::Truth;

use elements::{Element, Presence};

/// Where conditions are evaluated: the value that paths start from, and what encloses it.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub(crate) prepared: &'s Prepared,
    /// The nearest enclosing resource.
    pub(crate) subject: SubjectId,
    /// Where paths start.
    pub(crate) value: &'s Value,
    /// What conditions call it.
    pub(crate) name: Option<&'s str>,
    pub(crate) parent: Option<&'s Scope<'s>>,
    /// The path of the value; empty for the subject. Only where somebody asked who decided.
    pub(crate) label: Option<&'s Label>,
}

/// A related subject that nobody can see: everything about it is unknown.
pub(crate) const UNSEEN: SubjectId = SubjectId(u32::MAX);

/// The path of a value inside its subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Label {
    /// For people: `ingress.0`, `rule['ssh']`.
    pub(crate) shown: String,
    /// For fingerprints: without positions.
    pub(crate) stable: String,
}

impl<'s> Scope<'s> {
    /// The scope of a subject. `None` where the unit has no such subject.
    pub(crate) fn of(prepared: &'s Prepared, subject: SubjectId) -> Option<Self> {
        let value = &prepared.unit().subject(subject)?.values;
        Some(Self { prepared, subject, value, name: None, parent: None, label: None })
    }

    /// The clock of the run, in seconds since 1970.
    pub(crate) fn clock(&self) -> Option<i64> {
        self.prepared.clock()
    }

    /// The outermost scope: the subject that is judged.
    pub(crate) fn outermost(&self) -> &Scope<'s> {
        let mut scope = self;
        while let Some(parent) = scope.parent {
            scope = parent;
        }
        scope
    }

    /// The scope of an element.
    pub(crate) fn inside<'x>(&'x self, element: &'x Element<'x>, name: Option<&'x str>) -> Scope<'x> {
        Scope {
            prepared: self.prepared,
            subject: element.subject.unwrap_or(self.subject),
            value: element.value,
            name,
            parent: Some(self),
            label: element.label.as_ref(),
        }
    }

    /// The truth of a condition.
    pub(crate) fn truth(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::Test(path, tests) => {
                let found = self.read(path);
                operators::all(tests, found.value(), self).unwrap_or(Truth::Unknown)
            }
            Condition::All(conditions) => {
                let mut truth = Truth::True;
                for condition in conditions {
                    truth = truth.and(self.truth(condition));
                    if truth.is_false() {
                        break;
                    }
                }
                truth
            }
            Condition::Any(conditions) => {
                let mut truth = Truth::False;
                for condition in conditions {
                    truth = truth.or(self.truth(condition));
                    if truth.is_true() {
                        break;
                    }
                }
                truth
            }
            Condition::Not(condition) => !self.truth(condition),
            Condition::Each(quantified) => {
                let mut truth = Truth::True;
                self.elements(&quantified.list, &[], false, &mut |element| {
                    truth = truth.and(self.requirement(quantified, &element));
                    !truth.is_false()
                });
                truth
            }
            Condition::Some(quantified) => {
                let mut truth = Truth::False;
                self.elements(&quantified.list, &[], false, &mut |element| {
                    truth = truth.or(self.satisfied(quantified, &element));
                    !truth.is_true()
                });
                truth
            }
            Condition::Count(quantified, at_least, at_most) => {
                let (least, most) = self.count(quantified);
                let enough = at_least
                    .map_or(Truth::True, |limit| between(least >= limit, most.is_some_and(|most| most < limit)));
                let few =
                    at_most.map_or(Truth::True, |limit| between(most.is_some_and(|most| most <= limit), least > limit));
                enough.and(few)
            }
        }
    }

    /// Whether an element meets `require` where it satisfies `where`; what an element that may not be there adds.
    pub(crate) fn requirement(&self, quantified: &Quantified, element: &Element<'_>) -> Truth {
        let scope = self.inside(element, quantified.name.as_deref());
        let applies = quantified.filter.as_ref().map_or(Truth::True, |filter| scope.truth(filter));
        let truth = if applies.is_false() {
            Truth::True
        } else {
            (!applies).or(quantified.require.as_ref().map_or(Truth::True, |require| scope.truth(require)))
        };
        match element.presence {
            Presence::Certain | Presence::Unseen { at_least_one: true, .. } => truth,
            Presence::Maybe | Presence::Unseen { .. } => truth.at_least_unknown(),
        }
    }

    /// Whether an element satisfies `where`; one that may not be there satisfies nothing for certain.
    pub(crate) fn satisfied(&self, quantified: &Quantified, element: &Element<'_>) -> Truth {
        let scope = self.inside(element, quantified.name.as_deref());
        let truth = quantified.filter.as_ref().map_or(Truth::True, |filter| scope.truth(filter));
        match element.presence {
            Presence::Certain | Presence::Unseen { at_least_one: true, .. } => truth,
            Presence::Maybe | Presence::Unseen { .. } => truth.at_most_unknown(),
        }
    }

    /// How many elements satisfy `where`: at least, and at most where that is known.
    fn count(&self, quantified: &Quantified) -> (u64, Option<u64>) {
        let (mut least, mut most) = (0_u64, Some(0_u64));
        self.elements(&quantified.list, &[], false, &mut |element| {
            let truth = self.satisfied(quantified, &element);
            least += u64::from(truth.is_true());
            if !truth.is_false() {
                let more = match element.presence {
                    Presence::Certain | Presence::Maybe => Some(1),
                    Presence::Unseen { at_most, .. } => at_most.map(u64::from),
                };
                most = most.zip(more).map(|(most, more)| most + more);
            }
            true
        });
        (least, most)
    }
}

fn between(certain: bool, impossible: bool) -> Truth {
    match (certain, impossible) {
        (true, _) => Truth::True,
        (_, true) => Truth::False,
        _ => Truth::Unknown,
    }
}
