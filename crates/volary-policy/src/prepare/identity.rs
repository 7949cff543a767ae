//! Whether a value names a resource by what identifies it.

use std::collections::HashMap;

use volary_model::{Subject, SubjectId, Unit, Value};

use crate::catalogue::Kind;
use crate::evaluate::compare::Comparison;
use crate::truth::Truth;

/// Whether `value`, written in `referrer`, is the identity of `target`: it equals the last identity attribute, and what
/// both say of the others agrees.
pub(super) fn names(
    comparison: Comparison<'_>,
    value: &Value,
    referrer: &Subject,
    target: &Subject,
    kind: &Kind,
) -> Truth {
    let Some((last, others)) = kind.identity.split_last() else { return Truth::False };
    let Some(identity) = target.values.get(last) else { return Truth::False };
    let mut truth = comparison.equal(value, identity);
    for other in others {
        if truth.is_false() {
            break;
        }
        if let (Some(a), Some(b)) = (referrer.values.get(other), target.values.get(other)) {
            truth = truth.and(comparison.equal(a, b));
        }
    }
    truth
}

/// Targets by what identifies them, so that a known text is not compared with every one.
pub(super) struct ByIdentity<'u> {
    known: HashMap<&'u str, Vec<SubjectId>>,
    /// Those whose identity is no known text.
    others: Vec<SubjectId>,
}

impl<'u> ByIdentity<'u> {
    pub(super) fn of(unit: &'u Unit, targets: &[SubjectId], kind: &Kind) -> Self {
        let mut this = Self { known: HashMap::new(), others: Vec::new() };
        let Some(last) = kind.identity.last() else { return this };
        for id in targets {
            let identity = unit.subject(*id).and_then(|subject| subject.values.get(last));
            if let Some(value) = identity.filter(|value| !value.is_null()) {
                match value.as_text() {
                    Some(text) => this.known.entry(text).or_default().push(*id),
                    None => this.others.push(*id),
                }
            }
        }
        this
    }

    /// The targets that a value may name.
    pub(super) fn candidates<'c>(&'c self, value: &Value, all: &'c [SubjectId]) -> impl Iterator<Item = &'c SubjectId> {
        let (some, others) = match value.as_text() {
            Some(text) => (self.known.get(text).map_or(&[][..], |ids| ids), &self.others[..]),
            None => (all, &[][..]),
        };
        some.iter().chain(others)
    }
}
