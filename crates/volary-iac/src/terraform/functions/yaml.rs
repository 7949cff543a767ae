//! `yamlencode` and `yamldecode`.

use volary_document::yaml::{Dialect, parse};
use volary_model::{Data, Entry, Origin, Value};

use super::args::{Answer, Args, Outcome, Stop};
use super::compare::sorted;
use super::stretch::Stretches;

fn quoted(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 2);
    result.push('"');
    for c in text.chars() {
        match c {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            c if c.is_control() => result.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => result.push(c),
        }
    }
    result.push('"');
    result
}

struct Writer<'a> {
    args: &'a Args<'a>,
    out: Stretches,
    nodes: u32,
}

impl Writer<'_> {
    fn indent(&mut self, indent: usize) {
        self.out.push(&" ".repeat(indent));
    }

    /// Writes a value whose first line is begun already; ends with the end of a line.
    fn write(&mut self, value: &Value, indent: usize) -> Result<(), Stop> {
        let limits = self.args.context.limits;
        self.nodes = self.nodes.checked_sub(1).ok_or_else(|| Stop::limit("a value is too large"))?;
        if indent / 2 > limits.depth as usize {
            return Err(Stop::limit("a value is nested too deeply"));
        }
        if self.out.size() > limits.text {
            return Err(Stop::limit("a text is too long"));
        }
        match &value.data {
            Data::List(list) if !list.is_empty() => {
                for (index, value) in list.iter().enumerate() {
                    if index > 0 {
                        self.indent(indent);
                    }
                    self.out.push("- ");
                    self.write(value, indent + 2)?;
                }
            }
            Data::Map(map) if !map.is_empty() => {
                for (index, (key, value)) in sorted(map).into_iter().enumerate() {
                    if index > 0 {
                        self.indent(indent);
                    }
                    self.out.push(&quoted(key));
                    match &value.data {
                        Data::Unknown(unknown) => {
                            // A collection starts on a line of its own, a scalar on this one.
                            self.out.push(":");
                            self.out.push_hole(&unknown.reason, true);
                            self.out.push("\n");
                        }
                        Data::List(list) if !list.is_empty() => {
                            self.out.push(":\n");
                            self.indent(indent);
                            self.write(value, indent)?;
                        }
                        Data::Map(map) if !map.is_empty() => {
                            self.out.push(":\n");
                            self.indent(indent + 2);
                            self.write(value, indent + 2)?;
                        }
                        _ => {
                            self.out.push(": ");
                            self.write(value, indent + 2)?;
                        }
                    }
                }
            }
            _ => self.scalar(value, indent),
        }
        Ok(())
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match &value.data {
            Data::Null => self.out.push("null"),
            Data::Bool(truth) => self.out.push(if *truth { "true" } else { "false" }),
            Data::Number(number) => self.out.push(&number.to_string()),
            Data::Text(text) if text.contains('\n') && !text.starts_with([' ', '\n']) && !text.contains('\r') => {
                self.literal(text, indent);
                return;
            }
            Data::Text(text) => self.out.push(&quoted(text)),
            Data::List(_) => self.out.push("[]"),
            Data::Map(_) => self.out.push("{}"),
            Data::Unknown(unknown) => self.out.push_hole(&unknown.reason, true),
        }
        self.out.push("\n");
    }

    /// A text of several lines.
    fn literal(&mut self, text: &str, indent: usize) {
        let lines = text.trim_end_matches('\n');
        let ends = text.len() - lines.len();
        self.out.push(match ends {
            0 => "|-\n",
            1 => "|\n",
            _ => "|+\n",
        });
        for line in lines.split('\n') {
            if !line.is_empty() {
                self.indent(indent.max(2));
                self.out.push(line);
            }
            self.out.push("\n");
        }
        for _ in 1..ends {
            self.out.push("\n");
        }
    }
}

pub(super) fn yamlencode(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    let mut writer = Writer { args, out: Stretches::new(), nodes: args.context.limits.nodes };
    writer.write(value, 0)?;
    Ok(Answer::Encoded(writer.out.into_data(), value.clone()))
}

pub(super) fn yamldecode(args: &Args<'_>) -> Outcome {
    if let Some(decoded) = args.at(0)?.decoded() {
        return Ok(Answer::Part(decoded.clone()));
    }
    let text = args.text(0)?;
    let (documents, issues) = parse(args.context.span.file, &text, Dialect::Yaml12);
    if let Some(issue) = issues.first() {
        return Stop::error(format!("the text is no YAML: {}", issue.message));
    }
    match documents.as_slice() {
        [] => Ok(Answer::Made(Data::Null)),
        [document] => {
            let mut nodes = args.context.limits.nodes;
            Ok(Answer::Made(placed(document, &args.origin(), args.context.limits.depth, &mut nodes)?.data))
        }
        _ => Stop::error("the text holds more than one YAML document"),
    }
}

/// The value with the place of the call: the text is made by an expression, its own places are of no file.
fn placed(value: &Value, origin: &Origin, depth: u32, nodes: &mut u32) -> Result<Value, Stop> {
    let too_large = || Stop::limit("a YAML text holds too much");
    let depth = depth.checked_sub(1).ok_or_else(too_large)?;
    *nodes = nodes.checked_sub(1).ok_or_else(too_large)?;
    if value.tag().is_some() {
        return Stop::error("the YAML text has a tag that is not known");
    }
    Ok(match &value.data {
        Data::List(list) => {
            let list: Result<Vec<Value>, Stop> = list.iter().map(|value| placed(value, origin, depth, nodes)).collect();
            Value::list(list?, origin.clone())
        }
        Data::Map(map) => {
            let mut entries = Vec::with_capacity(map.len());
            for (key, value) in sorted(map) {
                entries.push(Entry { key: key.into(), key_span: None, value: placed(value, origin, depth, nodes)? });
            }
            Value::map(entries, origin.clone())
        }
        data => Value::new(data.clone(), origin.clone()),
    })
}
