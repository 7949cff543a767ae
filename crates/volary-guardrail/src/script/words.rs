//! From the words of a shell to those of the tree.

use std::sync::Arc;

use volary_document::shell::{self, Part};

use super::lower::Lowerer;
use super::places::Places;
use super::tree::{Piece, Word};
use crate::recognise::{Invocation, Reading};

impl Lowerer<'_> {
    /// A command with what is known of its variables.
    pub(super) fn invocation(&self, command: &shell::Command, places: &Places) -> Invocation {
        let at = |range| places.span(range);
        let variable = |name: &str| self.variable(name);
        let reading = Reading { at: &at, variable: &variable };
        if self.scope.arguments.is_none() || !command.arguments.iter().any(is_all) {
            return Invocation::from_shell(command, &reading);
        }
        // `"$@"` where the arguments of the call are known.
        let mut command = command.clone();
        let count = self.scope.arguments.as_ref().map_or(0, |arguments| arguments.len());
        let spread = |word: shell::Word| -> Vec<shell::Word> {
            if !is_all(&word) {
                return vec![word];
            }
            let one = |at: usize| shell::Word {
                parts: vec![Part::Variable { name: at.to_string(), quoted: true }],
                range: word.range.clone(),
                ..shell::Word::default()
            };
            (1..=count).map(one).collect()
        };
        command.arguments = command.arguments.into_iter().flat_map(spread).collect();
        Invocation::from_shell(&command, &reading)
    }
}

/// `$@` or `$*`
fn is_all(word: &shell::Word) -> bool {
    matches!(word.parts.as_slice(), [Part::Variable { name, .. }] if matches!(name.as_str(), "@" | "*"))
}

/// A word; `output` finds the substitution with a text.
pub(super) fn word(word: &shell::Word, output: &dyn Fn(&str) -> Option<usize>) -> Word {
    let mut pieces = Vec::new();
    for part in &word.parts {
        match part {
            Part::Literal(text) => pieces.push(Piece::Text(text.as_str().into())),
            Part::Variable { name, .. } => pieces.push(Piece::Variable(name.as_str().into())),
            Part::Substitution(written) => match output(written) {
                Some(at) => pieces.push(Piece::Output(at)),
                None => pieces.push(Piece::Computed(names(written))),
            },
            Part::Expansion(written) => pieces.push(expansion(written, output)),
        }
    }
    Word { pieces }
}

/// `${NAME:-word}` and other expansions.
fn expansion(written: &str, output: &dyn Fn(&str) -> Option<usize>) -> Piece {
    let inner = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    for (operator, colon) in [(":-", true), (":=", true), ("-", false)] {
        let Some((name, default)) = inner.split_once(operator) else { continue };
        let _ = colon;
        let plain = default.trim_matches(['"', '\'']);
        if is_name(name) && !plain.contains(['$', '`']) {
            return Piece::Default(name.into(), plain.into());
        }
    }
    // `${NAME:?message}` is the variable, or the end.
    if let Some((name, _)) = inner.split_once(":?").or_else(|| inner.split_once('?'))
        && (is_name(name) || !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Piece::Variable(name.into());
    }
    // `${PIPESTATUS[0]}` and elements of other arrays stand for themselves.
    if let Some((name, _)) = inner.split_once('[')
        && is_name(name)
        && inner.ends_with(']')
    {
        return if name == "PIPESTATUS" { Piece::Variable(inner.into()) } else { Piece::Computed(vec![name.into()]) };
    }
    let _ = output;
    Piece::Computed(names(written))
}

pub(super) fn is_name(text: &str) -> bool {
    let fine = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    fine && !text.is_empty() && !text.as_bytes()[0].is_ascii_digit()
}

/// The names in an expression: everything that may be a variable.
pub(super) fn names(text: &str) -> Vec<Arc<str>> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut names: Vec<Arc<str>> =
        text.split(|c| !word(c)).filter(|name| is_name(name)).take(50).map(Arc::from).collect();
    if text.contains("$?") {
        names.push("?".into());
    }
    names.sort();
    names.dedup();
    names
}
