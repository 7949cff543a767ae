//! What words are worth.

use std::sync::Arc;

use super::super::tree::{Piece, Word};
use super::Run;
use super::state::{Mark, State, Value};

impl Run<'_> {
    /// The value of a variable.
    pub(super) fn variable(&self, name: &str, state: &State) -> Value {
        if name == "?" {
            if state.language == super::super::tree::Language::Cmd {
                return Value::of_exit(&state.program);
            }
            return Value::of_exit(&state.exit);
        }
        if name == "PS?" {
            // True of a success.
            let value = Value::of_exit(&state.program);
            return Value { zero: value.zero.map(|zero| !zero), text: None, ..value };
        }
        if name.eq_ignore_ascii_case("LASTEXITCODE") && !state.variables.contains_key(name) {
            return Value::of_exit(&state.program);
        }
        if let Some(index) = name.strip_prefix("PIPESTATUS[") {
            let index = index.trim_end_matches(']').parse::<usize>().unwrap_or(0);
            let exit = state.pipe.get(index).unwrap_or(&state.exit);
            return Value::of_exit(exit);
        }
        if let Some(value) = state.variables.get(name) {
            return value.clone();
        }
        if let (Some(arguments), Ok(number)) = (&state.arguments, name.parse::<usize>()) {
            return match number.checked_sub(1) {
                Some(at) => arguments.get(at).cloned().unwrap_or_else(|| Value::known("")),
                None => Value::unknown(Mark::None),
            };
        }
        if let (Some(arguments), "#") = (&state.arguments, name) {
            return Value::known(arguments.len().to_string());
        }
        if let (Some(arguments), "@" | "*") = (&state.arguments, name) {
            let mark = arguments.iter().map(|value| value.mark).max().unwrap_or_default();
            return Value::unknown(mark);
        }
        self.outer(name)
    }

    /// The value of a word; `outputs` are the marks of its command's substitutions.
    pub(super) fn word(&self, word: &Word, outputs: &[Value], state: &State) -> Value {
        if let [piece] = word.pieces.as_slice() {
            return self.piece(piece, outputs, state);
        }
        let mut text = Some(String::new());
        let mut mark = Mark::None;
        for piece in &word.pieces {
            let value = self.piece(piece, outputs, state);
            mark = mark.max(value.mark);
            text = match (text, value.text) {
                (Some(text), Some(more)) if text.len() + more.len() < 10_000 => Some(text + &more),
                _ => None,
            };
        }
        match text {
            Some(text) => Value { mark, ..Value::known(text) },
            None => Value::unknown(mark),
        }
    }

    fn piece(&self, piece: &Piece, outputs: &[Value], state: &State) -> Value {
        match piece {
            Piece::Text(text) => Value::known(text.clone()),
            Piece::Variable(name) => self.variable(name, state),
            Piece::Output(at) => outputs.get(*at).cloned().unwrap_or_default(),
            Piece::Default(name, default) => {
                let value = self.variable(name, state);
                let set = value.text.as_deref().is_some_and(|text| !text.is_empty());
                let known = state.variables.contains_key(name) || value.mark != Mark::None;
                match (&value.text, known) {
                    _ if set => value,
                    (Some(_), _) => Value { mark: value.mark, ..Value::known(default.clone()) },
                    (None, true) => value,
                    // Not set by anybody that is known: perhaps the default.
                    (None, false) => Value::unknown(Mark::None),
                }
            }
            Piece::Computed(names) => {
                let mark = names.iter().map(|name| self.variable(name, state).mark).max().unwrap_or_default();
                Value::unknown(mark)
            }
        }
    }

    /// What a file follows from.
    pub(super) fn file(&self, path: &str, state: &State) -> Mark {
        if state.files.is_empty() || path.is_empty() {
            return Mark::None;
        }
        let path = clean(path);
        if let Some(mark) = state.files.get(path) {
            return *mark;
        }
        let loose = |path: &str| path.starts_with('/') || path.contains(['$', '*', '?']);
        let mut found = Mark::None;
        for (known, mark) in state.files.iter() {
            let same_name = base(known) == base(path) && !base(path).is_empty();
            let bare = !known.contains('/') || !path.contains('/') || loose(known) || loose(path);
            let below = !path.is_empty() && known.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
            let pattern = path.contains('*') && fits(path, known);
            if same_name && bare || below || pattern {
                found = found.max(*mark);
            }
        }
        found
    }
}

/// The path as files are told by.
pub(super) fn clean(path: &str) -> &str {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    path.strip_prefix('@').unwrap_or(path)
}

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a text fits a pattern of `*` and `?`.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let (mut star, mut from) = (None, 0);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some(p);
                from = t;
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some(at) => {
                    p = at + 1;
                    from += 1;
                    t = from;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// How a file is named for the step after this one.
pub(super) fn file_name(value: &Value, word: &Word) -> Arc<str> {
    match &value.text {
        Some(text) => clean(text).into(),
        None => super::super::test::plain(word).into(),
    }
}
