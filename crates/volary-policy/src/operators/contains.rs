//! `contains`: the text has this text in it.

use volary_model::{TextPart, Value};

use super::text::{Needle, decided};
use super::{Answer, Spec, Takes, fits};

pub(crate) const SPEC: Spec = Spec {
    name: "contains",
    takes: Takes::Text,
    argument: "a text",
    meaning: "The text has this text in it. For elements of a list use `has`.",
    examples: &[
        ("{contains: b}", "\"abc\"", "true"),
        ("{contains: B}", "\"abc\"", "false"),
        ("{contains: B, case: ignore}", "\"abc\"", "true"),
        ("{contains: b}", "\"\"", "false"),
        ("{contains: b}", "absent", "false"),
        ("{contains: b}", "[]", "wrong type"),
        ("{contains: b}", "[\"b\"]", "wrong type"),
        ("{contains: b}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(needle: &Needle, value: &Value) -> Answer {
    needle.ask(
        value,
        |text, needle| text.contains(needle),
        |unknown, fold| {
            let known = |part: &TextPart| matches!(part, TextPart::Known(text) if fold(text).contains(&*needle.text));
            decided(unknown, fits::parts(unknown).iter().any(known), true)
        },
    )
}
