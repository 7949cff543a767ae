//! Whether the words of a command are the sub-command of a form.

use std::sync::Arc;

use volary_model::{TextPart, Unknown, Value};

use super::arguments::{Operand, Parsed, Wild};
use super::condition::fits;
use super::invocation::Argument;
use super::tool::Form;

/// How a form's sub-command fits.
pub(crate) enum Fit {
    /// So many operands are the sub-command, counted with what stands before them.
    Yes(usize),
    No,
    /// A word of it is not known.
    Maybe(Value),
}

/// Whether the sub-command of a form can be among the arguments at all.
pub(crate) fn reachable(form: &Form, arguments: &[Argument]) -> bool {
    if form.sub.is_empty() || form.anywhere {
        return true;
    }
    arguments.iter().any(|argument| match argument.value.as_text() {
        Some(text) => form.sub.iter().any(|sub| sub.first().is_some_and(|word| **word == *text)),
        None => true,
    })
}

/// Whether the operands begin with the sub-command of a form, or have it anywhere.
pub(crate) fn fit(form: &Form, parsed: &mut Parsed) -> Fit {
    if form.sub.is_empty() {
        return Fit::Yes(0);
    }
    if form.anywhere {
        let literal = |sub: &[Arc<str>]| {
            let sub = sub.first().map_or("", |word| &**word);
            parsed.operands.iter().any(|operand| operand.value.as_text().is_some_and(|text| fits(sub, text)))
        };
        if form.sub.iter().any(|sub| literal(sub)) {
            return Fit::Yes(0);
        }
        let may_be = |operand: &&Operand| form.sub.iter().any(|sub| may_fit(sub.first(), &operand.value));
        // Beside a goal that is written, what is not known is options.
        let written = parsed.operands.iter().any(|operand| operand.value.as_text().is_some());
        let open = parsed.operands.iter().filter(|_| !written).find(may_be);
        return open.map_or(Fit::No, |operand| Fit::Maybe(operand.value.clone()));
    }
    // Words before the sub-command of which nothing is known are options or nothing, if the sub-command follows.
    let open = parsed.operands.iter().take_while(|operand| operand.open).count();
    let begins = |sub: &[Arc<str>], skip: usize| {
        sub.iter().enumerate().all(|(at, word)| {
            parsed.operands.get(skip + at).is_some_and(|operand| operand.value.as_text() == Some(word))
        })
    };
    let longest = form.sub.iter().filter(|sub| begins(sub, open)).map(Vec::len).max();
    if let Some(length) = longest {
        for operand in parsed.operands.drain(..open) {
            parsed.wild.insert(0, Wild { value: operand.value, at: operand.at });
        }
        return Fit::Yes(length);
    }
    for sub in &form.sub {
        for (at, word) in sub.iter().enumerate() {
            match parsed.operands.get(at) {
                Some(operand) if operand.value.as_text() == Some(word) => {}
                Some(operand) if operand.value.as_unknown().is_some_and(|unknown| may_be_word(unknown, word)) => {
                    return Fit::Maybe(operand.value.clone());
                }
                _ => break,
            }
        }
    }
    // Any number of words stands where the sub-command should.
    match (parsed.operands.first(), parsed.wild.first()) {
        (None, Some(wild)) => Fit::Maybe(wild.value.clone()),
        _ => Fit::No,
    }
}

/// Whether a text that is partly known may be a word.
fn may_be_word(unknown: &Unknown, word: &str) -> bool {
    let piece = |part: &TextPart| match part {
        TextPart::Known(text) => text.to_string(),
        TextPart::Hole => "*".to_owned(),
    };
    unknown.text.is_empty() || fits(&unknown.text.iter().map(piece).collect::<String>(), word)
}

/// Whether a word that is not known may fit a pattern, going by how it begins and ends.
fn may_fit(pattern: Option<&Arc<str>>, value: &Value) -> bool {
    let (Some(pattern), Some(unknown)) = (pattern, value.as_unknown()) else { return false };
    let (first, last) = match (pattern.split_once('*'), pattern.rsplit_once('*')) {
        (Some((first, _)), Some((_, last))) => (first, last),
        _ => return pattern.starts_with(unknown.prefix()) && pattern.ends_with(unknown.suffix()),
    };
    let (prefix, suffix) = (unknown.prefix(), unknown.suffix());
    (first.starts_with(prefix) || prefix.starts_with(first)) && (last.ends_with(suffix) || suffix.ends_with(last))
}
