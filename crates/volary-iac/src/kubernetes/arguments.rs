//! What a container runs, with which options.

use std::sync::Arc;

use volary_document::shell::{self, Word};
use volary_model::{Data, Entry, Origin, Role, Span, Value};

use crate::entries::{entry, entry_span, field, present, scalar_text};

/// The fields `program`, `arguments`, `options` and `flags` of a container.
pub(super) fn fields(container: &Value, header: Span) -> Vec<Entry> {
    let mut values: Vec<Value> = Vec::new();
    let mut unknown: Option<Value> = None;
    for key in ["command", "args"] {
        let Some(value) = field(container, key) else { continue };
        match &value.data {
            Data::List(list) => values.extend(list.iter().filter(|value| !value.is_null()).cloned()),
            Data::Unknown(_) => unknown = Some(value.clone()),
            _ => values.push(value.clone()),
        }
    }
    let place = present(container, "command").or_else(|| present(container, "args")).and_then(entry_span);
    let place = Origin::at(place.unwrap_or(header), Role::Block);
    if let Some(unknown) = unknown {
        // Which words there are is not known, so neither is what follows from them.
        return ["program", "arguments", "options", "flags"].map(|key| entry(key, unknown.clone())).to_vec();
    }
    let line = effective(&values);
    let mut fields = Vec::new();
    let mut arguments = line.as_slice();
    if let Some((first, rest)) = line.split_first() {
        let starts_with_option = first.as_text().is_some_and(|text| text.starts_with('-'));
        if !starts_with_option {
            let program = match &first.data {
                Data::Text(text) => Value::text(text.rsplit('/').next().unwrap_or(text), first.origin.clone()),
                _ => first.clone(),
            };
            fields.push(entry("program", program));
            arguments = rest;
        }
    }
    fields.push(entry("arguments", Value::list(arguments.to_vec(), place.clone())));
    fields.push(entry("options", Value::list(options(arguments), place.clone())));
    fields.push(entry("flags", Value::map(flags(arguments), place)));
    fields
}

/// The words of what really runs: without `env` and the like, and of `sh -c '...'` the words of the inner command. Each
/// word keeps the place of the element that it came from.
fn effective(values: &[Value]) -> Vec<Value> {
    let words: Vec<Word> = values
        .iter()
        .enumerate()
        .map(|(index, value)| Word::literal_at(&scalar_text(value).unwrap_or_default(), index..index + 1))
        .collect();
    let effective = shell::effective(&words);
    let Some(inner) = &effective.inner else {
        return effective.words.iter().filter_map(|word| values.get(word.range.start).cloned()).collect();
    };
    let Some(origin) = values.get(inner.range.start).map(|value| &value.origin) else { return values.to_vec() };
    let script = shell::parse(&inner.text);
    let commands: Vec<Vec<Word>> = script
        .commands()
        .filter(|(id, _)| script.ancestors(*id).all(|id| script.node(id).role != shell::Role::Word))
        .filter_map(|(_, command)| {
            let name = command.name.clone()?;
            Some(std::iter::once(name).chain(command.arguments.iter().cloned()).collect())
        })
        .collect();
    // What replaces the shell is what the container runs; without it, what is started last.
    let main = commands
        .iter()
        .find(|words| words[0].literal().as_deref() == Some("exec") && words.len() > 1)
        .or_else(|| commands.last());
    let Some(main) = main else { return values.to_vec() };
    let texts = shell::effective(main).words;
    texts.iter().map(|word| Value::text(word.text(), origin.clone())).collect()
}

/// Arguments that start with a dash; of `--a=b` also `--a`.
fn options(arguments: &[Value]) -> Vec<Value> {
    let mut options = Vec::new();
    for argument in arguments {
        let Some(text) = argument.as_text() else { continue };
        if text == "--" {
            break;
        }
        if !text.starts_with('-') || text.len() < 2 {
            continue;
        }
        options.push(argument.clone());
        if let Some((name, _)) = text.split_once('=') {
            options.push(Value::text(name, argument.origin.clone()));
        }
    }
    options
}

/// Options with their values.
fn flags(arguments: &[Value]) -> Vec<Entry> {
    let mut flags: Vec<Entry> = Vec::new();
    let mut rest = arguments.iter().peekable();
    while let Some(argument) = rest.next() {
        let Some(text) = argument.as_text() else { continue };
        if text == "--" {
            break;
        }
        if !text.starts_with('-') || text.len() < 2 {
            continue;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Value::text(value, argument.origin.clone())),
            None => {
                let next = rest.peek().filter(|next| !next.as_text().is_some_and(|text| text.starts_with('-')));
                match next {
                    Some(next) => (text, (*next).clone()),
                    None => (text, Value::text("", argument.origin.clone())),
                }
            }
        };
        let key: Arc<str> = name.into();
        flags.push(Entry { key, key_span: argument.origin.span(), value });
    }
    flags
}
