//! `not_in`: the value is none of these, or is not there.

use volary_model::Value;

use super::{Answer, Scalar, Spec, Takes, is_in};

pub(crate) const SPEC: Spec = Spec {
    name: "not_in",
    takes: Takes::Scalar,
    argument: "a list of values",
    meaning: "The value is none of these, or is absent.",
    examples: &[
        ("{not_in: [a, b]}", "\"c\"", "true"),
        ("{not_in: [a, b]}", "\"a\"", "false"),
        ("{not_in: [a]}", "absent", "true"),
        ("{not_in: [a]}", "\"\"", "true"),
        ("{not_in: [a]}", "[]", "wrong type"),
        ("{not_in: [a]}", "unknown", "unknown"),
    ],
};

/// The values to compare with.
#[derive(Debug)]
pub(crate) struct NotIn {
    pub(crate) scalars: Vec<Scalar>,
}

impl NotIn {
    #[inline]
    pub(crate) fn test(&self, value: &Value) -> Answer {
        is_in::one_of(&self.scalars, value).map(|truth| !truth)
    }
}
