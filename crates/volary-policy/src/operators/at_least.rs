//! `at_least`: the number is this one or larger.

use volary_model::{Data, Number, Value};

use super::{Answer, Spec, Takes, WrongType};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "at_least",
    takes: Takes::Number,
    argument: "a number",
    meaning: "The number is this one or larger. A text counts as the number that it spells.",
    examples: &[
        ("{at_least: 30}", "30", "true"),
        ("{at_least: 30}", "29.5", "false"),
        ("{at_least: 30}", "\"30\"", "true"),
        ("{at_least: 30}", "absent", "false"),
        ("{at_least: 30}", "\"\"", "wrong type"),
        ("{at_least: 30}", "\"many\"", "wrong type"),
        ("{at_least: 30}", "[]", "wrong type"),
        ("{at_least: 30}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(limit: Number, value: &Value) -> Answer {
    compare(value, |number| number >= limit)
}

/// Asks about the number of a value.
pub(super) fn compare(value: &Value, ask: impl Fn(Number) -> bool) -> Answer {
    match &value.data {
        Data::Number(number) => Ok(Truth::from(ask(*number))),
        Data::Text(text) => Number::parse(text.trim()).map(|number| Truth::from(ask(number))).ok_or(WrongType),
        Data::Unknown(_) => Ok(Truth::Unknown),
        _ => Err(WrongType),
    }
}
