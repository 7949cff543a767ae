//! `jsonencode` and `jsondecode`.

use std::fmt::Write as _;

use volary_model::{Data, Number, Origin, Type, Unknown, Value};

use super::args::{Answer, Args, Outcome, Stop};
use super::compare::sorted;
use super::stretch::Stretches;
use super::{Call, CallLimits};

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
    /// Two spaces for each level, else everything in one line.
    indent: bool,
    /// Keys in their own order, else sorted.
    in_order: bool,
}

impl Writer {
    fn line(&mut self, depth: u32) {
        if self.indent {
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
                let entries: Vec<(&str, &Value)> = if self.in_order {
                    map.entries().iter().map(|entry| (&*entry.key, &entry.value)).collect()
                } else {
                    sorted(map)
                };
                self.out.push("{");
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.out.push(if index > 0 { "," } else { "" });
                    self.line(depth + 1);
                    self.out.push(&quoted(key));
                    self.out.push(if self.indent { ": " } else { ":" });
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
    let mut writer = Writer { out: Stretches::new(), limits, nodes: limits.nodes, indent: false, in_order: false };
    writer.write(value, 0)?;
    Ok(writer.out)
}

/// The JSON text of a document that a data source makes of its arguments: several lines or one, keys in their own
/// order. Where a part is not known, only the braces around the whole are.
pub(crate) fn encoded(arguments: &[Value], document: Value, pretty: bool, context: &Call<'_>) -> Value {
    let limits = context.limits;
    let args = Args::new("", arguments, context);
    let mut writer = Writer { out: Stretches::new(), limits, nodes: limits.nodes, indent: pretty, in_order: true };
    let text = match writer.write(&document, 0) {
        Ok(()) if writer.out.known().is_some() && writer.out.size() <= limits.text => writer.out,
        result => {
            let reason = match result {
                Err(Stop::Unknown(reason)) => reason,
                _ => writer.out.why(),
            };
            let mut braces = Stretches::literal("{");
            braces.push_hole(&reason, true);
            braces.push("}");
            braces
        }
    };
    args.encoded(text.into_data(), document)
}

/// A JSON text as a value; `None` where it is no JSON.
pub(crate) fn decode(text: &str, origin: &Origin) -> Option<Value> {
    serde_json::from_str(text).ok().map(|value| from_json(value, origin))
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
fn from_json(value: serde_json::Value, origin: &Origin) -> Value {
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
