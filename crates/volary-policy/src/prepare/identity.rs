//! Whether a value names a resource by what identifies it.

use volary_model::{Subject, Value};

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
