//! `at_most`: the number is this one or smaller.

use volary_model::{Number, Value};

use super::{Answer, Spec, Takes, at_least};

pub(crate) const SPEC: Spec = Spec {
    name: "at_most",
    takes: Takes::Number,
    argument: "a number",
    meaning: "The number is this one or smaller. A text counts as the number that it spells.",
    examples: &[
        ("{at_most: 90}", "90", "true"),
        ("{at_most: 90}", "91", "false"),
        ("{at_most: 90}", "\"12\"", "true"),
        ("{at_most: 90}", "absent", "false"),
        ("{at_most: 90}", "\"\"", "wrong type"),
        ("{at_most: 90}", "[]", "wrong type"),
        ("{at_most: 90}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(limit: Number, value: &Value) -> Answer {
    at_least::compare(value, |number| number <= limit)
}
