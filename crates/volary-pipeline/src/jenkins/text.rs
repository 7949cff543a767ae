//! Texts of Groovy: escapes, and what double quotes put in.

use std::ops::Range;
use std::sync::Arc;

use volary_model::{Data, FileId, Number, Origin, Reason, ReasonKind, Role, Span, Value};

use super::syntax::{Expression, ExpressionKind, Operand, expression_in};
use super::values::{Bound, Names};
use crate::expression::Grammar;
use crate::limits::Budget;
use crate::model::{Hole, Known, Parameter, Piece, Syntax, Text};
use crate::reader::{Reader, folded};

/// A file of Groovy and what its names stand for.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) file: FileId,
    pub(super) text: Arc<str>,
    /// Variables and what they stand for at this point.
    pub(super) names: Names,
    pub(super) parameters: Vec<Parameter>,
    pub(super) budget: Budget,
}

impl Source {
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// An expression as a text; what is no text is one hole.
    pub(super) fn text(&self, reader: &mut Reader<'_>, expression: &Expression) -> Text {
        self.text_at(reader, expression, 0)
    }

    pub(super) fn text_at(&self, reader: &mut Reader<'_>, expression: &Expression, depth: usize) -> Text {
        let origin = Origin::at(self.span(&expression.range), Role::Attribute);
        let mut text = Text { pieces: Vec::new(), origin: origin.clone(), data: None };
        match &expression.kind {
            ExpressionKind::Text(operands) => {
                for operand in operands {
                    match operand {
                        Operand::Quoted { template, quotes, range } => {
                            self.quoted(reader, (*template, *quotes), range, &mut text.pieces, depth);
                        }
                        Operand::Other(range) => {
                            let pieces = self.put(reader, range.clone(), range.clone(), depth);
                            text.pieces.extend(pieces);
                        }
                    }
                }
            }
            ExpressionKind::Bool(_) | ExpressionKind::Number => {
                let written = self.slice(&expression.range);
                text = Text::literal(written, origin.clone());
                let data = match &expression.kind {
                    ExpressionKind::Bool(truth) => Data::Bool(*truth),
                    _ => Number::parse(written).map_or_else(|| Data::Text(written.into()), Data::Number),
                };
                text.data = Some(Value::new(data, origin));
            }
            // What is written out as a whole is known as it is written.
            ExpressionKind::List(_) | ExpressionKind::Map(_) if is_literal(expression) => {
                text = Text::literal(folded(self.slice(&expression.range)), origin);
            }
            ExpressionKind::List(_) | ExpressionKind::Map(_) | ExpressionKind::Closure(_) => {
                text = self.hole(reader, expression);
            }
            _ => match self.value(reader, expression, depth) {
                // What is put in keeps its kind: a truth, a number.
                Bound::Text(found) => {
                    let range = &expression.range;
                    let one = self.hole(reader, expression);
                    let whole = found.holes().any(|hole| hole.at == self.span(range));
                    text = if whole { found } else { Text { origin, ..one.filled(|_| Some(found.clone())) } };
                }
                _ => text = self.hole(reader, expression),
            },
        }
        text
    }

    /// An expression as one hole.
    pub(super) fn hole(&self, reader: &mut Reader<'_>, expression: &Expression) -> Text {
        let origin = Origin::at(self.span(&expression.range), Role::Attribute);
        let hole = self.open(reader, &expression.range, &expression.range);
        Text { pieces: vec![Piece::Hole(hole)], origin, data: None }
    }

    /// The pieces of a text in quotes.
    fn quoted(
        &self,
        reader: &mut Reader<'_>,
        (template, quotes): (bool, u8),
        range: &Range<usize>,
        pieces: &mut Vec<Piece>,
        depth: usize,
    ) {
        let raw = self.slice(range);
        let open = usize::from(quotes);
        let quote = raw.as_bytes().first().copied().unwrap_or_default();
        let closed = raw.len() >= open * 2 && raw.as_bytes().last() == Some(&if quote == b'$' { b'$' } else { quote });
        let end = if closed { raw.len() - open } else { raw.len() };
        let bytes = raw.as_bytes();
        let mut at = open.min(end);
        let mut from = at;
        let known = |from: usize, to: usize, pieces: &mut Vec<Piece>| {
            if from < to {
                let at = self.span(&(range.start + from..range.start + to));
                pieces.push(Piece::Known(Known { text: raw[from..to].into(), at, exact: true, from: None }));
            }
        };
        while at < end {
            match bytes[at] {
                // Between slashes a backslash is itself.
                b'\\' if quote == b'\'' || quote == b'"' => {
                    known(from, at, pieces);
                    let (taken, made) = escape(&raw[at..end]);
                    if !made.is_empty() {
                        let place = self.span(&(range.start + at..range.start + at + taken));
                        pieces.push(Piece::Known(Known { text: made.into(), at: place, exact: false, from: None }));
                    }
                    at += taken;
                    from = at;
                }
                b'$' if template && bytes.get(at + 1) == Some(&b'{') => {
                    let close = closing(&bytes[..end], at + 1);
                    known(from, at, pieces);
                    let inner = range.start + at + 2..range.start + close;
                    let whole = range.start + at..range.start + (close + 1).min(end);
                    pieces.extend(self.put(reader, inner, whole, depth));
                    at = (close + 1).min(end);
                    from = at;
                }
                b'$' if template && bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') => {
                    let mut length = 1;
                    while bytes.get(at + length).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
                    {
                        length += 1;
                    }
                    while bytes[at + length - 1] == b'.' {
                        length -= 1;
                    }
                    let stop = (at + length).min(end);
                    known(from, at, pieces);
                    pieces.extend(self.put(
                        reader,
                        range.start + at + 1..range.start + stop,
                        range.start + at..range.start + stop,
                        depth,
                    ));
                    at = stop;
                    from = at;
                }
                _ => at += 1,
            }
        }
        known(from, end, pieces);
    }

    /// What an expression puts in: the text behind a name that is known, else a hole.
    fn put(&self, reader: &mut Reader<'_>, inner: Range<usize>, whole: Range<usize>, depth: usize) -> Vec<Piece> {
        let hole = self.open(reader, &inner, &whole);
        let at = hole.at;
        let found = match self.named(&hole.text) {
            Some(found) => found,
            // Operators and methods.
            None if hole.expression.is_none() && depth < 4 && !self.budget.is_spent() => {
                match expression_in(&self.text, inner.clone()) {
                    Some(expression) => self.value(reader, &expression, depth + 1),
                    None => Bound::Unknown,
                }
            }
            None => Bound::Unknown,
        };
        let found = match found {
            Bound::Text(text) => Some(text),
            Bound::Null => Some(Text::literal("null", Origin::at(at, Role::Attribute))),
            _ => None,
        };
        let one = Text { pieces: vec![Piece::Hole(hole)], origin: Origin::at(at, Role::Attribute), data: None };
        let fits = |text: &&Text| text.is_short() && text.length() < 10_000 && self.budget.take(text);
        one.filled(|_| found.as_ref().filter(fits).cloned()).pieces
    }

    /// The hole of an expression.
    fn open(&self, reader: &mut Reader<'_>, inner: &Range<usize>, whole: &Range<usize>) -> Hole {
        let written: Arc<str> = folded(self.slice(inner)).into();
        let at = self.span(whole);
        let name = written.strip_prefix("env.").unwrap_or(&written);
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let parameter = written
            .strip_prefix("params.")
            .or(is_name.then_some(name))
            .and_then(|name| self.parameters.iter().find(|parameter| &*parameter.name == name));
        let simple = written.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        let expression = simple.then(|| {
            let base = inner.start;
            let place = |part: Range<usize>| self.span(&(base + part.start..base + part.end));
            Arc::new(reader.parse(self.slice(inner), Grammar::Groovy, &place))
        });
        let reason = match parameter {
            Some(_) => Reason::new(ReasonKind::ChosenAtStart, written.clone()),
            None => Reason::new(ReasonKind::RunTime, written.clone()),
        };
        let usually = parameter.and_then(|parameter| parameter.default.clone());
        Hole { syntax: Syntax::Interpolation, text: written, expression, at, reason, usually }
    }
}

/// Whether nothing in a list or map is put in. Brackets are nested at most sixty levels deep.
fn is_literal(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Text(operands) => {
            matches!(operands.as_slice(), [Operand::Quoted { template: false, .. }])
        }
        ExpressionKind::Bool(_) | ExpressionKind::Number => true,
        ExpressionKind::List(list) => list.iter().all(is_literal),
        ExpressionKind::Map(entries) => entries.iter().all(|entry| is_literal(&entry.value)),
        _ => false,
    }
}

/// The bracket that closes one; the end where none does.
fn closing(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

/// The length of an escape and what it stands for.
fn escape(text: &str) -> (usize, String) {
    let Some(next) = text[1..].chars().next() else { return (1, "\\".to_owned()) };
    let made = match next {
        'n' => "\n".to_owned(),
        't' => "\t".to_owned(),
        'r' => "\r".to_owned(),
        'b' | 'f' => String::new(),
        '\n' => String::new(),
        'u' => {
            let code = text.get(2..6).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
            return match code {
                Some(code) => (6, code.to_string()),
                None => (2, "u".to_owned()),
            };
        }
        other => other.to_string(),
    };
    (1 + next.len_utf8(), made)
}
