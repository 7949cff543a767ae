//! `in`: the value is one of these.

use volary_model::Value;

use super::{Answer, Scalar, Spec, Takes, WrongType};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "in",
    takes: Takes::Scalar,
    argument: "a list of values",
    meaning: "The value is one of these.",
    examples: &[
        ("{in: [a, b]}", "\"b\"", "true"),
        ("{in: [a, b]}", "\"c\"", "false"),
        ("{in: [A, B], case: ignore}", "\"b\"", "true"),
        ("{in: [1, 2]}", "2", "true"),
        ("{in: []}", "\"a\"", "false"),
        ("{in: [a]}", "absent", "false"),
        ("{in: [a]}", "\"\"", "false"),
        ("{in: [a]}", "[]", "wrong type"),
        ("{in: [a]}", "unknown", "unknown"),
    ],
};

/// The values to compare with.
#[derive(Debug)]
pub(crate) struct In {
    pub(crate) scalars: Vec<Scalar>,
}

impl In {
    #[inline]
    pub(crate) fn test(&self, value: &Value) -> Answer {
        one_of(&self.scalars, value)
    }
}

/// Whether the value is one of several.
pub(super) fn one_of(scalars: &[Scalar], value: &Value) -> Answer {
    let mut answer = Ok(Truth::False);
    for scalar in scalars {
        match scalar.equals(value) {
            Ok(Truth::True) => return Ok(Truth::True),
            Ok(Truth::False) => {}
            Ok(Truth::Unknown) if answer != Err(WrongType) => answer = Ok(Truth::Unknown),
            Ok(Truth::Unknown) => {}
            Err(WrongType) => answer = Err(WrongType),
        }
    }
    answer
}
