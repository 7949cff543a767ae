//! `has_all`: each of these is an element.

use volary_model::Value;

use super::{Answer, Scalar, Spec, Takes, WrongType};
use crate::evaluate::elements::{Presence, for_each};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "has_all",
    takes: Takes::List,
    argument: "a list of values",
    meaning: "Each of these is an element of the list. A single value counts as a list of one.",
    examples: &[
        ("{has_all: [a, b]}", "[\"b\", \"c\", \"a\"]", "true"),
        ("{has_all: [a, b]}", "[\"a\"]", "false"),
        ("{has_all: [A], case: ignore}", "[\"a\"]", "true"),
        ("{has_all: [a]}", "\"a\"", "true"),
        ("{has_all: [a]}", "[]", "false"),
        ("{has_all: [a]}", "absent", "false"),
        ("{has_all: [a]}", "\"\"", "false"),
        ("{has_all: [a]}", "[[]]", "wrong type"),
        ("{has_all: [a]}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(wanted: &[Scalar], value: &Value) -> Answer {
    let mut answer = Ok(Truth::True);
    for scalar in wanted {
        match has(scalar, value) {
            Ok(Truth::False) => return Ok(Truth::False),
            Ok(Truth::True) => {}
            Ok(Truth::Unknown) if answer == Ok(Truth::True) => answer = Ok(Truth::Unknown),
            Ok(Truth::Unknown) => {}
            Err(WrongType) => answer = Err(WrongType),
        }
    }
    answer
}

fn has(scalar: &Scalar, value: &Value) -> Answer {
    let mut answer = Ok(Truth::False);
    for_each(value, &mut |element, presence| {
        match (scalar.equals(element), presence) {
            (Ok(Truth::True), Presence::Certain) => {
                answer = Ok(Truth::True);
                return false;
            }
            (Ok(Truth::False), _) => {}
            (Ok(_), _) if answer == Ok(Truth::False) => answer = Ok(Truth::Unknown),
            (Ok(_), _) => {}
            (Err(WrongType), _) => answer = Err(WrongType),
        }
        true
    });
    answer
}
