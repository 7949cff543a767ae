//! `equals`: the value is this one. A scalar in the place of a test means the same.

use volary_model::Value;

use super::{Answer, Scalar, Spec, Takes};

pub(crate) const SPEC: Spec = Spec {
    name: "equals",
    takes: Takes::Scalar,
    argument: "a value",
    meaning: "The value is this one. `path: value` is short for it.",
    examples: &[
        ("{equals: true}", "true", "true"),
        ("{equals: true}", "\"true\"", "true"),
        ("{equals: 1.20}", "\"1.20\"", "true"),
        ("{equals: on}", "\"on\"", "true"),
        ("{equals: 22}", "22", "true"),
        ("{equals: TLS1_2}", "\"tls1_2\"", "false"),
        ("{equals: TLS1_2, case: ignore}", "\"tls1_2\"", "true"),
        ("{equals: \"\"}", "\"\"", "true"),
        ("{equals: a}", "absent", "false"),
        ("{equals: a}", "\"\"", "false"),
        ("{equals: a}", "[]", "wrong type"),
        ("{equals: a}", "{}", "wrong type"),
        ("{equals: a}", "unknown", "unknown"),
    ],
};

/// The value to compare with.
#[derive(Debug)]
pub(crate) struct Equals {
    pub(crate) scalar: Scalar,
}

impl Equals {
    #[inline]
    pub(crate) fn test(&self, value: &Value) -> Answer {
        self.scalar.equals(value)
    }
}
