//! `longer_than`: the text has more characters than this.

use volary_model::{Data, TextPart, Value};

use super::scalar::text_of;
use super::text::decided;
use super::{Answer, Spec, Takes, fits};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "longer_than",
    takes: Takes::Text,
    argument: "a number of characters",
    meaning: "The text has more characters than this. For lists use `count`.",
    examples: &[
        ("{longer_than: 2}", "\"abc\"", "true"),
        ("{longer_than: 3}", "\"abc\"", "false"),
        ("{longer_than: 0}", "\"\"", "false"),
        ("{longer_than: 0}", "absent", "false"),
        ("{longer_than: 0}", "[]", "wrong type"),
        ("{longer_than: 0}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(length: u64, value: &Value) -> Answer {
    if let Data::Unknown(unknown) = &value.data {
        let count = |part: &TextPart| match part {
            TextPart::Known(text) => text.chars().count() as u64,
            TextPart::Hole => 0,
        };
        let known: u64 = fits::parts(unknown).iter().map(count).sum();
        let is_text = unknown.ty == volary_model::Type::Text;
        let least = if is_text && unknown.not_empty { known.max(1) } else { known };
        return Ok(decided(unknown, least > length, true));
    }
    Ok(Truth::from(text_of(value)?.chars().count() as u64 > length))
}
