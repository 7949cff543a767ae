//! `exists`: the attribute is there, even if empty.

use volary_model::{Data, Value};

use super::{Answer, Spec, Takes};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "exists",
    takes: Takes::Anything,
    argument: "`true` or `false`",
    meaning: "`true`: the attribute is there and not null, even if empty. `false`: it is not.",
    examples: &[
        ("{exists: true}", "\"a\"", "true"),
        ("{exists: true}", "\"\"", "true"),
        ("{exists: true}", "[]", "true"),
        ("{exists: true}", "absent", "false"),
        ("{exists: false}", "absent", "true"),
        ("{exists: false}", "{}", "false"),
        ("{exists: true}", "unknown", "unknown"),
        ("{exists: false}", "unknown", "unknown"),
    ],
};

#[inline]
pub(crate) fn test(wanted: bool, value: &Value) -> Answer {
    let exists = match &value.data {
        Data::Null => Truth::False,
        Data::Unknown(unknown) if !unknown.not_null => Truth::Unknown,
        _ => Truth::True,
    };
    Ok(if wanted { exists } else { !exists })
}
