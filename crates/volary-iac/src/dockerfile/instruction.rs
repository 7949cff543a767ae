//! The facet `dockerfile.instruction`.

use volary_document::dockerfile::{Instruction, Word};
use volary_model::{Entry, Origin, Role, Span, Value};

use super::variables::Scope;
use crate::entries::{bool_at, entry, number_at, text_at};

/// `NAME=value` pairs of `ARG`, `ENV` and `LABEL` with their places; an `ARG` may have no value.
pub(super) fn pairs(instruction: &Instruction, scope: &Scope, escape: char) -> Vec<(String, Option<Value>, Span)> {
    let plain = |text: &str, span: Span| {
        let value = scope.resolve_text(text, span, escape);
        value.as_text().map_or_else(|| text.to_owned(), str::to_owned)
    };
    let words = &instruction.words;
    let old_form =
        matches!(&*instruction.name, "ENV" | "LABEL") && words.first().is_some_and(|word| !word.text.contains('='));
    if old_form {
        // `ENV NAME all that follows`
        let [name, first, .., last] = words.as_slice() else {
            let [name, value] = words.as_slice() else { return Vec::new() };
            return vec![(plain(&name.text, name.span), Some(scope.resolve(value, escape)), instruction.span)];
        };
        let joined = words[1..].iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ");
        let word = Word { text: joined.into(), span: first.span.to(last.span) };
        return vec![(plain(&name.text, name.span), Some(scope.resolve(&word, escape)), instruction.span)];
    }
    let pairs = words.iter().filter_map(|word| match word.text.split_once('=') {
        Some((name, value)) => {
            let value = scope.resolve(&Word { text: value.into(), span: word.span }, escape);
            Some((plain(name, word.span), Some(value), word.span))
        }
        None if &*instruction.name == "ARG" => Some((plain(&word.text, word.span), None, word.span)),
        None => None,
    });
    pairs.collect()
}

/// The words of an instruction: of a JSON list its elements, else words with quotes removed and variables resolved.
pub(super) fn resolved_words(instruction: &Instruction, scope: &Scope, escape: char) -> Vec<Value> {
    match &instruction.exec {
        // Variables in the list of `COPY`, `ADD` and `VOLUME` are resolved, quotes are text by now.
        Some(words) if matches!(&*instruction.name, "ADD" | "COPY" | "VOLUME") => {
            words.iter().map(|word| scope.resolve(word, escape)).collect()
        }
        Some(words) => words.iter().map(|word| text_at(word.text.clone(), word.span)).collect(),
        None => instruction.words.iter().map(|word| scope.resolve(word, escape)).collect(),
    }
}

/// What `CMD` and `ENTRYPOINT` say.
pub(super) fn form(instruction: &Instruction) -> Value {
    let span = instruction.span;
    let form = if instruction.exec.is_some() { "exec" } else { "shell" };
    let words = instruction.exec.as_ref().unwrap_or(&instruction.words);
    let words: Vec<Value> = words.iter().map(|word| text_at(word.text.clone(), word.span)).collect();
    let fields = vec![
        entry("form", text_at(form, span)),
        entry("text", text_at(joined(&instruction.text), span)),
        entry("words", Value::list(words, Origin::at(span, Role::Block))),
    ];
    Value::map(fields, Origin::at(span, Role::Attribute))
}

/// A text over several lines on one, blanks folded.
pub(super) fn joined(text: &str) -> String {
    text.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fields of an instruction.
pub(super) fn values(
    instruction: &Instruction,
    index: usize,
    stage: Option<usize>,
    scope: &Scope,
    user: Option<&Value>,
    escape: char,
) -> Value {
    let span = instruction.span;
    let place = || Origin::at(span, Role::Block);
    let mut fields = vec![
        entry("name", text_at(instruction.name.clone(), instruction.name_span)),
        entry("index", number_at(index, span)),
        entry("onbuild", bool_at(instruction.onbuild, span)),
    ];
    fields.extend(stage.map(|stage| entry("stage_index", number_at(stage, span))));
    let flags = instruction.flags.iter().map(|flag| {
        let value = scope.resolve_text(flag.value.as_deref().unwrap_or(""), flag.span, escape);
        Entry { key: flag.name.clone(), key_span: Some(flag.span), value }
    });
    fields.push(entry("flags", Value::map(flags.collect(), place())));
    // The shell resolves what it is given; words are only split here.
    let is_script =
        matches!(&*instruction.name, "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK") && instruction.exec.is_none();
    let arguments: Vec<Value> = if is_script {
        instruction.words.iter().map(|word| text_at(word.text.clone(), word.span)).collect()
    } else {
        resolved_words(instruction, scope, escape)
    };
    if matches!(&*instruction.name, "ADD" | "COPY")
        && let [sources @ .., destination] = arguments.as_slice()
    {
        fields.push(entry("sources", Value::list(sources.to_vec(), place())));
        fields.push(entry("destination", destination.clone()));
    }
    if matches!(&*instruction.name, "ARG" | "ENV" | "LABEL") {
        let variables = pairs(instruction, scope, escape);
        let variables = variables.into_iter().filter_map(|(name, value, _)| Some(entry(name, value?)));
        fields.push(entry("variables", Value::map(variables.collect(), place())));
    }
    fields.push(entry("arguments", Value::list(arguments, place())));
    fields.push(entry("form", text_at(if instruction.exec.is_some() { "exec" } else { "shell" }, span)));
    fields.push(entry("text", text_at(joined(&instruction.text), span)));
    fields.extend(user.map(|user| entry("user", user.clone())));
    Value::map(fields, Origin::at(span, Role::Block))
}
