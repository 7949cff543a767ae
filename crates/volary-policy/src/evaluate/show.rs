//! Values as users may see them.

use std::sync::Arc;

use volary_model::{Data, Role, TextPart, Value};

/// Longer texts are cut.
const MAX_CHARACTERS: usize = 80;
/// So many elements of a list or map are shown.
const MAX_ELEMENTS: usize = 5;

/// A value in one line: `not set` where absent, masked where sensitive, with its reason where unknown.
pub(crate) fn show(value: Option<&Value>, sensitive: bool) -> Arc<str> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return "not set".into() };
    if let Data::Unknown(unknown) = &value.data {
        return format!("unknown: {}", unknown.reason).into();
    }
    if sensitive || value.is_sensitive() {
        return "***".into();
    }
    let mut out = String::new();
    write(&mut out, value, 0);
    if value.origin.role == Role::DocumentedDefault {
        out.push_str(" (the default)");
    }
    out.into()
}

fn write(out: &mut String, value: &Value, depth: usize) {
    if value.is_sensitive() {
        out.push_str("***");
        return;
    }
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::Text(text) if text.is_empty() => out.push_str("\"\""),
        Data::Text(text) => write_text(out, text),
        Data::List(_) | Data::Map(_) if depth >= 2 => out.push('…'),
        Data::List(list) => {
            // On its own a list reads as words in a sentence: `22, 3389`.
            let (open, close) = if depth == 0 && !list.is_empty() { ("", "") } else { ("[", "]") };
            out.push_str(open);
            for (index, element) in list.iter().take(MAX_ELEMENTS).enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(out, element, depth + 1);
            }
            if list.len() > MAX_ELEMENTS {
                out.push_str(", …");
            }
            out.push_str(close);
        }
        Data::Map(map) => {
            out.push('{');
            for (index, entry) in map.entries().iter().take(MAX_ELEMENTS).enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_text(out, &entry.key);
                out.push_str(": ");
                write(out, &entry.value, depth + 1);
            }
            out.push_str(if map.len() > MAX_ELEMENTS { ", …}" } else { "}" });
        }
        Data::Unknown(unknown) => {
            if unknown.text.is_empty() {
                out.push_str("unknown");
            }
            for part in &unknown.text {
                match part {
                    TextPart::Known(text) => write_text(out, text),
                    TextPart::Hole => out.push('…'),
                }
            }
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    for (index, character) in text.chars().enumerate() {
        if index == MAX_CHARACTERS {
            out.push('…');
            return;
        }
        out.push(if character.is_control() { ' ' } else { character });
    }
}
