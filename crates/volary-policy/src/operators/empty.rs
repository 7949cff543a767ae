//! `empty`: nothing is in it, or it is not there.

use volary_model::{Data, Type, Value};

use super::{Answer, Spec, Takes, fits};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "empty",
    takes: Takes::Anything,
    argument: "`true` or `false`",
    meaning: "`true`: the value is absent, `\"\"`, `[]` or `{}`. `false`: it is there and has something in it.",
    examples: &[
        ("{empty: true}", "absent", "true"),
        ("{empty: true}", "\"\"", "true"),
        ("{empty: true}", "[]", "true"),
        ("{empty: true}", "{}", "true"),
        ("{empty: true}", "[1]", "false"),
        ("{empty: true}", "false", "false"),
        ("{empty: false}", "\"a\"", "true"),
        ("{empty: false}", "0", "true"),
        ("{empty: false}", "absent", "false"),
        ("{empty: true}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(wanted: bool, value: &Value) -> Answer {
    let empty = match &value.data {
        Data::Null => Truth::True,
        Data::Text(text) => Truth::from(text.is_empty()),
        Data::List(list) => Truth::from(list.is_empty()),
        Data::Map(map) => Truth::from(map.is_empty()),
        Data::Bool(_) | Data::Number(_) => Truth::False,
        Data::Unknown(unknown) if fits::certainly_not_empty(unknown) || holds_something(value) => Truth::False,
        Data::Unknown(unknown) if unknown.at_most == Some(0) && matches!(unknown.ty, Type::List(_) | Type::Map(_)) => {
            Truth::True
        }
        Data::Unknown(_) => Truth::Unknown,
    };
    Ok(if wanted { empty } else { !empty })
}

/// A list or map of which some elements are certain.
fn holds_something(value: &Value) -> bool {
    value.holds().is_some_and(|held| match &held.data {
        Data::List(list) => !list.is_empty(),
        Data::Map(map) => !map.is_empty(),
        _ => false,
    })
}
