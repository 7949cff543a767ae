//! `ends_with`: the text ends with this text.

use volary_model::Value;

use super::text::{Needle, decided};
use super::{Answer, Spec, Takes, fits};

pub(crate) const SPEC: Spec = Spec {
    name: "ends_with",
    takes: Takes::Text,
    argument: "a text",
    meaning: "The text ends with this text.",
    examples: &[
        ("{ends_with: bc}", "\"abc\"", "true"),
        ("{ends_with: ab}", "\"abc\"", "false"),
        ("{ends_with: BC, case: ignore}", "\"abc\"", "true"),
        ("{ends_with: bc}", "\"\"", "false"),
        ("{ends_with: bc}", "absent", "false"),
        ("{ends_with: bc}", "[]", "wrong type"),
        ("{ends_with: bc}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(needle: &Needle, value: &Value) -> Answer {
    needle.ask(
        value,
        |text, needle| text.ends_with(needle),
        |unknown, fold| {
            let suffix = fold(fits::suffix(unknown));
            decided(unknown, suffix.ends_with(&*needle.text), fits::ends_agree(&suffix, &needle.text))
        },
    )
}
