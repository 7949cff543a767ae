//! `same_as`: the value is the one at another path.

use volary_model::Value;

use super::{Answer, Spec, Takes};
use crate::evaluate::Scope;
use crate::evaluate::compare::Comparison;
use crate::path::Path;
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "same_as",
    takes: Takes::Anything,
    argument: "a path",
    meaning: "The value equals the one at the other path; so do two references to the same attribute. False where \
              either is absent.",
    examples: &[
        ("{same_as: x}", "\"a\"", "true"),
        ("{same_as: x}", "\"\"", "true"),
        ("{same_as: x}", "[]", "true"),
        ("{same_as: x}", "absent", "false"),
        ("{same_as: x}", "unknown", "unknown"),
    ],
};

/// The other path.
#[derive(Debug)]
pub(crate) struct SameAs {
    pub(crate) path: Path,
    pub(crate) ignore_case: bool,
}

impl SameAs {
    pub(crate) fn test(&self, value: &Value, scope: &Scope<'_>) -> Answer {
        let other = scope.read(&self.path);
        match other.value() {
            Some(other) => {
                let comparison = Comparison { ignore_case: self.ignore_case, prepared: Some(scope.prepared) };
                Ok(comparison.equal(value, other))
            }
            None => Ok(Truth::False),
        }
    }
}
