//! `starts_with`: the text starts with this text.

use volary_model::Value;

use super::text::{Needle, decided};
use super::{Answer, Spec, Takes, fits};

pub(crate) const SPEC: Spec = Spec {
    name: "starts_with",
    takes: Takes::Text,
    argument: "a text",
    meaning: "The text starts with this text.",
    examples: &[
        ("{starts_with: ab}", "\"abc\"", "true"),
        ("{starts_with: bc}", "\"abc\"", "false"),
        ("{starts_with: AB, case: ignore}", "\"abc\"", "true"),
        ("{starts_with: ab}", "\"\"", "false"),
        ("{starts_with: ab}", "absent", "false"),
        ("{starts_with: ab}", "[]", "wrong type"),
        ("{starts_with: ab}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(needle: &Needle, value: &Value) -> Answer {
    needle.ask(
        value,
        |text, needle| text.starts_with(needle),
        |unknown, fold| {
            let prefix = fold(fits::prefix(unknown));
            decided(unknown, prefix.starts_with(&*needle.text), fits::starts_agree(&prefix, &needle.text))
        },
    )
}
