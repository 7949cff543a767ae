//! Expressions: text to tree, and as much of their answer as is known.

mod lexer;
mod parse;
mod reduce;

use std::sync::Arc;

use volary_model::{Data, Value};

use crate::model::{Expr, Platform};

pub(crate) use parse::{Grammar, parse};
pub(crate) use reduce::{Known, reduce};

/// The truth of a setting: `true` and `false`, also as texts; nothing else is one.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Bool(truth) => Some(*truth),
        Data::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Data::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The expression with every name put in that `lookup` knows, worked out as far as that goes by the platform's rules: a
/// literal where nothing is open.
pub fn evaluated(expr: &Expr, platform: Platform, lookup: &dyn Fn(&[Arc<str>]) -> Option<Value>) -> Expr {
    reduce(expr, platform, &|parts| lookup(parts).map_or(Known::No, Known::Value))
}

/// Whether a value counts as true in a condition: everything but `false`, 0, the empty text and null.
pub fn truthy(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Null => Some(false),
        Data::Bool(truth) => Some(*truth),
        Data::Number(number) => Some(number.as_f64() != 0.0),
        Data::Text(text) => Some(!text.is_empty()),
        Data::List(_) | Data::Map(_) => Some(true),
        Data::Unknown(_) => None,
    }
}
