//! `has`: some element passes.

use volary_model::Value;

use super::{Answer, Spec, Takes, Test, WrongType, all};
use crate::evaluate::Scope;
use crate::evaluate::elements::{Presence, for_each};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "has",
    takes: Takes::List,
    argument: "a test",
    meaning: "At least one element of the list passes the test. A single value counts as a list of one.",
    examples: &[
        ("{has: a}", "[\"a\", \"b\"]", "true"),
        ("{has: {port: 22}}", "[80, \"20-25\"]", "true"),
        ("{has: a}", "[\"b\"]", "false"),
        ("{has: a}", "\"a\"", "true"),
        ("{has: a}", "[]", "false"),
        ("{has: a}", "absent", "false"),
        ("{has: a}", "\"\"", "false"),
        ("{has: a}", "[[]]", "wrong type"),
        ("{has: a}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(tests: &[Test], value: &Value, scope: &Scope<'_>) -> Answer {
    let mut answer = Ok(Truth::False);
    for_each(value, &mut |element, presence| {
        let truth = match all(tests, Some(element), scope) {
            Ok(truth) => truth,
            Err(WrongType) => {
                if !matches!(answer, Ok(Truth::True)) {
                    answer = Err(WrongType);
                }
                return true;
            }
        };
        match (truth, presence) {
            (Truth::True, Presence::Certain | Presence::Unseen { at_least_one: true, .. }) => {
                answer = Ok(Truth::True);
                return false;
            }
            (Truth::False, _) => {}
            _ if answer == Ok(Truth::False) => answer = Ok(Truth::Unknown),
            _ => {}
        }
        true
    });
    answer
}
