//! Expressions, words and conditions of PowerShell.

use std::ops::Range;
use std::sync::Arc;

use volary_document::shell::{self, Part};
use volary_model::Value;

use super::super::test;
use super::super::tree::{Act, Kind, NodeId, Piece, Simple, Word};
use super::super::words::word;
use super::Reader;
use super::lexer::TokenKind;
use crate::recognise::Words;

type Tokens = Range<usize>;

/// Words, and what runs inside of them with its text.
#[derive(Default)]
pub(super) struct Built {
    pub(super) words: Vec<shell::Word>,
    pub(super) inner: Vec<(Arc<str>, NodeId)>,
}

impl Built {
    pub(super) fn word(&self, one: &shell::Word) -> Word {
        word(one, &|text| self.inner.iter().position(|(known, _)| **known == *text))
    }

    pub(super) fn before(&self) -> Vec<NodeId> {
        self.inner.iter().map(|(_, node)| *node).collect()
    }
}

/// The name of a variable: those of the environment as they are written, others in lower case.
pub(super) fn variable_name(text: &str) -> String {
    let bare = text.trim_start_matches(['$', '@']).trim_start_matches('{').trim_end_matches('}');
    let lower = bare.to_ascii_lowercase();
    if let Some(name) = lower.strip_prefix("env:") {
        return bare.get(bare.len() - name.len()..).unwrap_or(bare).to_owned();
    }
    let scoped =
        ["global:", "script:", "local:", "private:", "using:"].iter().find_map(|scope| lower.strip_prefix(scope));
    match scoped.unwrap_or(&lower) {
        "?" => "PS?".to_owned(),
        "lastexitcode" => "LASTEXITCODE".to_owned(),
        "psscriptroot" => "PSScriptRoot".to_owned(),
        "pwd" => "PWD".to_owned(),
        // What the platform puts in is told by its exact name.
        name if name.starts_with("__") => bare.to_owned(),
        name => name.to_owned(),
    }
}

fn variable_part(text: &str) -> Part {
    let name = variable_name(text);
    match name.as_str() {
        "true" | "false" => Part::Literal(name),
        "null" => Part::Literal(String::new()),
        _ if text.starts_with('@') => Part::Expansion(format!("${{{name}[@]}}")),
        _ => Part::Variable { name, quoted: true },
    }
}

impl Reader<'_, '_> {
    /// The words of a command or expression.
    pub(super) fn words(&mut self, tokens: &Tokens) -> Built {
        let mut built = Built::default();
        let mut at = tokens.start;
        let mut glued = false;
        while at < tokens.end {
            let Some(token) = self.tokens.get(at).cloned() else { break };
            let start_new = (token.spaced && !glued) || built.words.is_empty();
            glued = false;
            if token.kind == TokenKind::End {
                at += 1;
                continue;
            }
            if token.kind == TokenKind::Comma {
                if let Some(last) = built.words.last_mut() {
                    last.parts.push(Part::Literal(",".to_owned()));
                }
                glued = true;
                at += 1;
                continue;
            }
            if start_new {
                built.words.push(shell::Word { range: token.range.clone(), ..shell::Word::default() });
            }
            let mut parts = Vec::new();
            let mut quoted = false;
            let mut next = at + 1;
            match token.kind {
                TokenKind::Word => {
                    let text = self.text(at).replace('`', "");
                    let previous =
                        built.words.last().is_some_and(|word| matches!(word.parts.last(), Some(Part::Variable { .. })));
                    if previous && !start_new && text.starts_with(['.', '[', ':']) {
                        // A member of a variable is no text behind it.
                        if let Some(word) = built.words.last_mut()
                            && let Some(Part::Variable { name, .. }) = word.parts.pop()
                        {
                            // A path goes on behind a variable: `$PSScriptRoot\x`, `$name.json`.
                            let is_path = text.contains(['\\', '/']);
                            if is_path {
                                word.parts.push(Part::Variable { name, quoted: true });
                                parts.push(Part::Literal(text));
                            } else {
                                parts.push(Part::Expansion(format!("${{{name}{text}}}")));
                            }
                        }
                    } else {
                        parts.push(Part::Literal(text));
                    }
                }
                TokenKind::Literal => {
                    quoted = true;
                    parts.push(Part::Literal(unquoted(self.text(at))));
                }
                TokenKind::Text => {
                    quoted = true;
                    let text = self.text(at).to_owned();
                    parts = self.interpolated(&text, token.range.start, &mut built);
                }
                TokenKind::Variable => parts.push(variable_part(self.text(at))),
                TokenKind::OpenParen | TokenKind::OpenSub => {
                    let close = self.partners[at].min(tokens.end);
                    next = (close + 1).min(tokens.end);
                    let inside = at + 1..close;
                    let source: Arc<str> = self.source(&(at..next)).into();
                    let node = self.block(inside);
                    if !built.inner.iter().any(|(known, _)| *known == source) {
                        built.inner.push((source.clone(), node));
                    }
                    parts.push(Part::Substitution(source.to_string()));
                }
                TokenKind::OpenBrace => {
                    let close = self.partners[at].min(tokens.end);
                    next = (close + 1).min(tokens.end);
                    parts.push(Part::Expansion("{ }".to_owned()));
                }
                TokenKind::Redirect | TokenKind::Merge | TokenKind::Assign => {
                    parts.push(Part::Literal(self.text(at).to_owned()));
                }
                _ => {}
            }
            if let Some(last) = built.words.last_mut() {
                last.parts.extend(parts);
                last.quoted |= quoted;
                last.range.end = self.tokens.get(next - 1).map_or(last.range.end, |token| token.range.end);
            }
            at = next.max(at + 1);
        }
        built
    }

    /// The pieces of a text in double quotes that starts at this byte of the script.
    fn interpolated(&mut self, source: &str, start: usize, built: &mut Built) -> Vec<Part> {
        let here = source.starts_with("@\"");
        let (from, cut) = if here { (2, 2) } else { (1, 1) };
        let inner_end = if source.len() >= from + cut && source.ends_with(if here { "\"@" } else { "\"" }) {
            source.len() - cut
        } else {
            source.len()
        };
        let mut parts = Vec::new();
        let mut text = String::new();
        let bytes = source.as_bytes();
        let mut at = from;
        while at < inner_end {
            let Some(c) = source[at..].chars().next() else { break };
            match c {
                '`' => {
                    let escaped = source[at + 1..].chars().next();
                    if let Some(escaped) = escaped {
                        text.push(match escaped {
                            'n' => '\n',
                            't' => '\t',
                            other => other,
                        });
                        at += escaped.len_utf8();
                    }
                    at += 1;
                }
                '$' if bytes.get(at + 1) == Some(&b'(') => {
                    let end = closing(bytes, at + 1).min(inner_end);
                    let range = start + at + 2..start + end.saturating_sub(1).max(at + 2);
                    let whole: Arc<str> = source[at..end].into();
                    parts.push(Part::Literal(std::mem::take(&mut text)));
                    parts.push(Part::Substitution(whole.to_string()));
                    if !built.inner.iter().any(|(known, _)| *known == whole) {
                        let unit = self.unit.clone();
                        let node = self.lowerer.powershell_part(&unit, range);
                        built.inner.push((whole, node));
                    }
                    at = end;
                }
                '$' => {
                    let rest = &source[at + 1..inner_end];
                    let end = if let Some(braced) = rest.strip_prefix('{') {
                        braced.find('}').map(|end| end + 2)
                    } else {
                        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                        let mut end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                        if rest[end..].starts_with(':') && rest[end + 1..].starts_with(word) {
                            end = rest[end + 1..].find(|c| !word(c)).map_or(rest.len(), |more| end + 1 + more);
                        }
                        (end > 0).then_some(end)
                    };
                    match end {
                        Some(end) => {
                            parts.push(Part::Literal(std::mem::take(&mut text)));
                            parts.push(variable_part(&source[at..at + 1 + end]));
                            at += 1 + end;
                        }
                        None => {
                            text.push('$');
                            at += 1;
                        }
                    }
                }
                c => {
                    text.push(c);
                    at += c.len_utf8();
                }
            }
        }
        parts.push(Part::Literal(text));
        parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        parts
    }

    /// Some tokens as one value.
    pub(super) fn value(&mut self, tokens: &Tokens) -> (Word, Vec<NodeId>) {
        if !self.is_expression(tokens) {
            let mut at = tokens.start;
            let node = self.chain(&mut at, tokens.end);
            return (Word { pieces: vec![Piece::Output(0)] }, vec![node]);
        }
        let built = self.words(tokens);
        let before = built.before();
        let mut words = built.words.iter();
        let mut value = words.next().map(|one| built.word(one)).unwrap_or_default();
        // An expression of several words is computed from all of them.
        let more: Vec<Word> = words.map(|one| built.word(one)).collect();
        if !more.is_empty() {
            value.pieces.extend(more.into_iter().flat_map(|word| word.pieces));
            value.pieces.push(Piece::Computed(Vec::new()));
        }
        (value, before)
    }

    /// Whether some tokens are an expression, not a command or several of them.
    pub(super) fn is_expression(&self, tokens: &Tokens) -> bool {
        let mut at = tokens.start;
        let first = match self.kind(at) {
            Some(TokenKind::Word) => {
                let text = self.text(at);
                text.starts_with(['[', '-', '!', '+']) || text.starts_with(|c: char| c.is_ascii_digit())
            }
            Some(TokenKind::Call) => false,
            Some(_) => true,
            None => true,
        };
        if !first {
            return false;
        }
        while at < tokens.end {
            if matches!(self.kind(at), Some(TokenKind::Pipe | TokenKind::AndAnd | TokenKind::OrOr)) {
                return false;
            }
            at = self.partners[at].min(tokens.end - 1) + 1;
        }
        true
    }

    /// The value of a simple expression, where it is known at this point.
    pub(super) fn known(&mut self, tokens: &Tokens) -> Option<Value> {
        let plain = (tokens.start..tokens.end).all(|at| {
            matches!(
                self.kind(at),
                Some(TokenKind::Literal | TokenKind::Text | TokenKind::Variable | TokenKind::Word | TokenKind::End)
            )
        });
        if !plain || !self.is_expression(tokens) {
            return None;
        }
        let mut built = self.words(tokens);
        if built.words.len() != 1 {
            return None;
        }
        let command = shell::Command { arguments: vec![built.words.remove(0)], ..shell::Command::default() };
        self.lowerer.invocation(&command, &self.unit.places).words.pop().map(|argument| argument.value)
    }

    /// The items of a literal list: `'a', 'b'`, `@('a', 'b')`.
    pub(super) fn items(&mut self, tokens: &Tokens) -> Option<Vec<Value>> {
        let mut tokens = tokens.clone();
        if self.kind(tokens.start) == Some(TokenKind::OpenSub) && self.partners[tokens.start] + 1 == tokens.end {
            tokens = tokens.start + 1..tokens.end - 1;
        }
        let mut items = Vec::new();
        for at in tokens.clone() {
            match self.kind(at) {
                Some(TokenKind::Comma | TokenKind::End) => {}
                Some(TokenKind::Literal | TokenKind::Text) => items.push(self.known(&(at..at + 1))?),
                _ => return None,
            }
        }
        (!items.is_empty() && items.iter().all(Value::is_known)).then_some(items)
    }

    /// What stands in the parentheses of an `if`.
    pub(super) fn condition(&mut self, tokens: &Tokens) -> NodeId {
        let mut built = Built::default();
        let mut words = Vec::new();
        self.operands(tokens, &mut words, &mut built, 0);
        let test = test::powershell(&words);
        let before = built.before();
        self.add(Kind::Simple(Simple { act: Act::Test(test), before, ..Simple::default() }), tokens)
    }

    /// A condition as a flat list of operands, operators and parentheses.
    fn operands(&mut self, tokens: &Tokens, words: &mut Vec<Word>, built: &mut Built, depth: usize) {
        let mut at = tokens.start;
        let mut from = at;
        while at < tokens.end {
            let text = self.text(at).to_ascii_lowercase();
            let is_operator = self.kind(at) == Some(TokenKind::Word) && OPERATORS.contains(&operator(&text));
            if is_operator {
                self.operand(&(from..at), words, built);
                words.push(Word::text(operator(&text)));
                at += 1;
                from = at;
                continue;
            }
            // Parentheses that hold a condition of their own.
            if at == from && self.kind(at) == Some(TokenKind::OpenParen) && depth < 20 {
                let close = self.partners[at].min(tokens.end);
                let inside = at + 1..close;
                let ends = close + 1 >= tokens.end
                    || self.kind(close + 1) == Some(TokenKind::Word)
                        && OPERATORS.contains(&operator(&self.text(close + 1).to_ascii_lowercase()));
                if ends && self.is_condition(&inside) {
                    words.push(Word::text("("));
                    self.operands(&inside, words, built, depth + 1);
                    words.push(Word::text(")"));
                    at = (close + 1).min(tokens.end);
                    from = at;
                    continue;
                }
            }
            at = self.partners[at].min(tokens.end - 1) + 1;
        }
        self.operand(&(from..tokens.end), words, built);
    }

    fn is_condition(&self, tokens: &Tokens) -> bool {
        if !self.is_expression(tokens) {
            return false;
        }
        let mut at = tokens.start;
        while at < tokens.end {
            if self.kind(at) == Some(TokenKind::Word)
                && OPERATORS.contains(&operator(&self.text(at).to_ascii_lowercase()))
            {
                return true;
            }
            at = self.partners[at].min(tokens.end - 1) + 1;
        }
        false
    }

    fn operand(&mut self, tokens: &Tokens, words: &mut Vec<Word>, built: &mut Built) {
        if tokens.is_empty() {
            return;
        }
        let (mut word, before) = self.value(tokens);
        let shift = built.inner.len();
        for piece in &mut word.pieces {
            if let Piece::Output(at) = piece {
                *at += shift;
            }
        }
        let key: Arc<str> = format!("{}:{}", tokens.start, shift).into();
        built.inner.extend(before.into_iter().map(|node| (key.clone(), node)));
        words.push(word);
    }

    /// Whether a word is one argument.
    pub(super) fn is_one(words: Words) -> bool {
        words != Words::Any
    }
}

const OPERATORS: &[&str] = &[
    "-eq",
    "-ne",
    "-gt",
    "-ge",
    "-lt",
    "-le",
    "-and",
    "-or",
    "-not",
    "!",
    "-like",
    "-notlike",
    "-match",
    "-notmatch",
    "-contains",
    "-notcontains",
    "-in",
    "-notin",
    "-is",
    "-isnot",
    "-xor",
];

/// `-ceq` and `-ieq` are `-eq`.
fn operator(text: &str) -> &str {
    for known in OPERATORS {
        let bare = known.trim_start_matches('-');
        let forms = text.strip_prefix("-c").or_else(|| text.strip_prefix("-i"));
        if forms == Some(bare) && bare.len() > 1 {
            return known;
        }
    }
    text
}

/// The content of a text in single quotes.
fn unquoted(text: &str) -> String {
    if let Some(here) = text.strip_prefix("@'") {
        return here.strip_suffix("'@").unwrap_or(here).trim_matches(['\r', '\n']).to_owned();
    }
    let inner = text.strip_prefix('\'').unwrap_or(text);
    inner.strip_suffix('\'').unwrap_or(inner).replace("''", "'")
}

/// One past the bracket that closes the one at `open`.
fn closing(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}
