//! `jsonencode` and `jsondecode`.

use std::fmt::Write as _;

use volary_model::{Data, Number, Origin, Type, Unknown, Value};

use super::CallLimits;
use super::args::{Answer, Args, Outcome, Stop};
use super::compare::sorted;
use super::stretch::Stretches;

/// A text as a JSON string without its quotes, escaped as Go does it.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            '\u{8}' => result.push_str("\\b"),
            '\u{c}' => result.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(result, "\\u{:04x}", u32::from(c));
            }
            _ => result.push(c),
        }
    }
    result
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

struct Writer {
    out: Stretches,
    limits: CallLimits,
    nodes: u32,
    /// Two spaces for each level and keys in their own order, else everything in one line and keys sorted.
    pretty: bool,
}

impl Writer {
    fn line(&mut self, depth: u32) {
        if self.pretty {
            self.out.push("\n");
            for _ in 0..depth {
                self.out.push("  ");
            }
        }
    }

    fn write(&mut self, value: &Value, depth: u32) -> Result<(), Stop> {
        self.nodes = self.nodes.checked_sub(1).ok_or_else(|| Stop::limit("a value is too large"))?;
        if depth > self.limits.depth {
            return Err(Stop::limit("a value is nested too deeply"));
        }
        if self.out.size() > self.limits.text {
            return Err(Stop::limit("a text is too long"));
        }
        match &value.data {
            Data::Null => self.out.push("null"),
            Data::Bool(truth) => self.out.push(if *truth { "true" } else { "false" }),
            Data::Number(number) => self.out.push(&number.to_string()),
            Data::Text(text) => self.out.push(&quoted(text)),
            Data::List(list) => {
                self.out.push("[");
                for (index, value) in list.iter().enumerate() {
                    self.out.push(if index > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.write(value, depth + 1)?;
                }
                if !list.is_empty() {
                    self.line(depth);
                }
                self.out.push("]");
            }
            Data::Map(map) => {
                let entries: Vec<(&str, &Value)> = if self.pretty {
                    map.entries().iter().map(|entry| (&*entry.key, &entry.value)).collect()
                } else {
                    sorted(map)
                };
                self.out.push("{");
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.out.push(if index > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.out.push(&quoted(key));
                    self.out.push(if self.pretty { ": " } else { ":" });
                    self.write(value, depth + 1)?;
                }
                if !map.is_empty() {
                    self.line(depth);
                }
                self.out.push("}");
            }
            Data::Unknown(unknown) => self.unknown(value, unknown)?,
        }
        Ok(())
    }

    fn unknown(&mut self, value: &Value, unknown: &Unknown) -> Result<(), Stop> {
        // Null is written without the marks of its type.
        let (start, end) = match unknown.ty {
            _ if !unknown.not_null => ("", ""),
            Type::Text => ("\"", "\""),
            Type::List(_) => ("[", "]"),
            Type::Map(_) | Type::Object(_) => ("{", "}"),
            _ => ("", ""),
        };
        self.out.push(start);
        if start == "\"" {
            self.out.append(&Stretches::of(value)?.map(true, escaped));
        } else {
            self.out.push_hole(&unknown.reason, start.is_empty() || unknown.not_empty);
        }
        self.out.push(end);
        Ok(())
    }
}

/// The JSON text of a value, with holes where it is not known.
pub(super) fn encode(args: &Args<'_>, value: &Value) -> Result<Stretches, Stop> {
    let limits = args.context.limits;
    let mut writer = Writer { out: Stretches::new(), limits, nodes: limits.nodes, pretty: false };
    writer.write(value, 0)?;
    Ok(writer.out)
}

/// The JSON text of a value over several lines, keys in their own order; `None` beyond the limits.
pub(crate) fn encode_pretty(value: &Value, limits: CallLimits, pretty: bool) -> Option<Stretches> {
    let mut writer = Writer { out: Stretches::new(), limits, nodes: limits.nodes, pretty };
    writer.write(value, 0).ok()?;
    Some(writer.out)
}

pub(super) fn jsonencode(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    let data = encode(args, value)?.into_data();
    Ok(Answer::Encoded(data, value.clone()))
}

pub(super) fn jsondecode(args: &Args<'_>) -> Outcome {
    if let Some(decoded) = args.at(0)?.decoded() {
        return Ok(Answer::Part(decoded.clone()));
    }
    let text = args.text(0)?;
    match serde_json::from_str(&text) {
        Ok(value) => Ok(Answer::Made(from_json(value, &args.origin()).data)),
        Err(error) => Stop::error(format!("the text is no JSON: {error}")),
    }
}

/// A value from JSON; the depth was bounded when it was read.
pub(crate) fn from_json(value: serde_json::Value, origin: &Origin) -> Value {
    use serde_json::Value as Json;
    match value {
        Json::Null => Value::new(Data::Null, origin.clone()),
        Json::Bool(truth) => Value::new(Data::Bool(truth), origin.clone()),
        Json::Number(number) => {
            let number = Number::parse(&number.to_string()).unwrap_or(Number::Int(0));
            Value::new(Data::Number(number), origin.clone())
        }
        Json::String(text) => Value::text(text, origin.clone()),
        Json::Array(list) => {
            Value::list(list.into_iter().map(|value| from_json(value, origin)).collect(), origin.clone())
        }
        Json::Object(map) => {
            let mut entries: Vec<volary_model::Entry> = map
                .into_iter()
                .map(|(key, value)| volary_model::Entry {
                    key: key.into(),
                    key_span: None,
                    value: from_json(value, origin),
                })
                .collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            Value::map(entries, origin.clone())
        }
    }
}
