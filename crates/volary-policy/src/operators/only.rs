//! `only`: every element passes.

use volary_model::Value;

use super::{Answer, Spec, Takes, Test, WrongType, all};
use crate::evaluate::Scope;
use crate::evaluate::elements::{Presence, for_each};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "only",
    takes: Takes::List,
    argument: "a test",
    meaning: "Every element of the list passes the test; true on an empty list, false on an absent one. A single value \
              counts as a list of one.",
    examples: &[
        ("{only: {in: [a, b]}}", "[\"a\", \"b\"]", "true"),
        ("{only: a}", "[\"a\", \"b\"]", "false"),
        ("{only: a}", "\"a\"", "true"),
        ("{only: a}", "[]", "true"),
        ("{only: a}", "absent", "false"),
        ("{only: a}", "\"\"", "false"),
        ("{only: a}", "[[]]", "wrong type"),
        ("{only: a}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(tests: &[Test], value: &Value, scope: &Scope<'_>) -> Answer {
    let mut answer = Ok(Truth::True);
    for_each(value, &mut |element, presence| {
        let truth = match all(tests, Some(element), scope) {
            Ok(truth) => truth,
            Err(WrongType) => {
                answer = Err(WrongType);
                return true;
            }
        };
        match (truth, presence) {
            (Truth::False, Presence::Certain | Presence::Unseen { at_least_one: true, .. }) => {
                answer = Ok(Truth::False);
                return false;
            }
            (Truth::True, _) => {}
            _ if answer == Ok(Truth::True) => answer = Ok(Truth::Unknown),
            _ => {}
        }
        true
    });
    answer
}
