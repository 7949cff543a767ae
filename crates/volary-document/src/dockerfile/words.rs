//! Words of an instruction, and the variables in them.

use std::sync::Arc;

use volary_model::{FileId, Span};

use super::Word;

/// A word with its range in the text it was split from.
pub(super) struct RawWord {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The length of leading whitespace, continuations included.
pub(super) fn blank(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(b'\\') if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            _ => return at,
        }
    }
}

/// The length of a word without regard to quotes; a continuation does not end it.
pub(super) fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => break,
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// Splits at whitespace outside of quotes. Quotes and escapes stay.
pub(super) fn split(text: &str, escape: u8) -> Vec<RawWord> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = blank(text);
    while at < bytes.len() {
        let start = at;
        let mut quote = None;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b'\\' && bytes.get(at + 1) == Some(&b'\n') {
                at += 2;
                continue;
            }
            match quote {
                Some(open) => {
                    if byte == escape && open == b'"' && at + 1 < bytes.len() {
                        at += 1;
                    } else if byte == open {
                        quote = None;
                    }
                }
                None if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') => break,
                None if byte == escape && at + 1 < bytes.len() => at += 1,
                None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                None => {}
            }
            at += 1;
        }
        // An escaped character of several bytes may end beyond `at`.
        while !text.is_char_boundary(at) {
            at += 1;
        }
        words.push(RawWord { text: text[start..at].replace("\\\n", ""), start, end: at });
        at += blank(&text[at..]);
    }
    words
}

/// The elements where the text is a JSON list of strings; of a `HEALTHCHECK` the list behind `CMD`.
pub(super) fn json_list(file: FileId, name: &str, text: &str, offset: usize) -> Option<Vec<Word>> {
    let mut skipped = 0;
    if name == "HEALTHCHECK" {
        let command = text.get(..3).filter(|word| word.eq_ignore_ascii_case("CMD"))?;
        skipped = command.len() + blank(&text[command.len()..]);
    }
    let list = &text[skipped..];
    if !list.starts_with('[') {
        return None;
    }
    let list = list.replace("\\\n", "  ");
    let (value, issues) = crate::json::parse(file, &list);
    if !issues.is_empty() {
        return None;
    }
    let shift = offset + skipped;
    value?
        .as_list()?
        .iter()
        .map(|element| {
            let span = element.origin.span()?;
            let span = Span::new(file, shift + span.start as usize, shift + span.end as usize);
            element.as_text().map(|text| Word { text: Arc::from(text), span })
        })
        .collect()
}

/// The marker of a heredoc.
pub(super) struct Marker {
    pub(super) name: String,
    pub(super) expand: bool,
    pub(super) strip_tabs: bool,
}

/// Reads `3<<-"EOF"`.
pub(super) fn heredoc_marker(word: &str) -> Option<Marker> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (strip_tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let name: String = rest.chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect();
    let expand = name.len() == rest.len();
    let plain = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    plain.then_some(Marker { name, expand, strip_tabs })
}

/// A stretch of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text, quotes and escapes removed.
    Text(String),
    /// A variable: `$NAME`, `${NAME}`, `${NAME:-word}`.
    Variable {
        /// The name.
        name: String,
        /// What is done when it is set or not, with the word as it is written.
        modifier: Option<(Modifier, String)>,
        /// As it is written.
        written: String,
    },
}

/// What is done to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// `:-` or `-`: the word where the variable is not set (`colon`: or empty).
    Default {
        /// Empty counts as not set.
        colon: bool,
    },
    /// `:+` or `+`: the word where the variable is set, else nothing.
    Alternative {
        /// Empty counts as not set.
        colon: bool,
    },
    /// `:?` or `?`: an error where it is not set.
    Required,
    /// A replacement or a removal of a pattern.
    Other,
}

/// The pieces of a word, quotes and escapes removed. In single quotes nothing is a variable.
pub fn pieces(word: &str, escape: char) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut quote = None;
    let mut rest = word;
    while let Some(character) = rest.chars().next() {
        let length = character.len_utf8();
        match character {
            '\'' if quote != Some('"') => {
                quote = if quote.is_none() { Some('\'') } else { None };
                rest = &rest[length..];
            }
            '"' if quote != Some('\'') => {
                quote = if quote.is_none() { Some('"') } else { None };
                rest = &rest[length..];
            }
            c if c == escape && quote != Some('\'') => {
                let Some(next) = rest[length..].chars().next() else {
                    literal.push(c);
                    break;
                };
                if quote == Some('"') && !matches!(next, '"' | '$') && next != escape {
                    literal.push(c);
                }
                literal.push(next);
                rest = &rest[length + next.len_utf8()..];
            }
            '$' if quote != Some('\'') => match variable(rest) {
                Some((piece, used)) => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    pieces.push(piece);
                    rest = &rest[used..];
                }
                None => {
                    literal.push('$');
                    rest = &rest[1..];
                }
            },
            c => {
                literal.push(c);
                rest = &rest[length..];
            }
        }
    }
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    pieces
}

fn name_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b) if b.is_ascii_alphabetic() || *b == b'_' => {
            bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
        }
        Some(b) if b.is_ascii_digit() || matches!(b, b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
        _ => 0,
    }
}

/// The variable at the start of a text that begins with `$`, and how long it is.
fn variable(text: &str) -> Option<(Piece, usize)> {
    let rest = &text[1..];
    let Some(inner) = rest.strip_prefix('{') else {
        let length = name_length(rest);
        let written = text[..1 + length].to_owned();
        let name = rest[..length].to_owned();
        return (length > 0).then_some((Piece::Variable { name, modifier: None, written }, 1 + length));
    };
    let mut depth = 1usize;
    let mut close = None;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            close = Some(at);
            break;
        }
    }
    let close = close?;
    let body = &inner[..close];
    let length = name_length(body);
    if length == 0 {
        return None;
    }
    let (name, tail) = body.split_at(length);
    let colon = tail.starts_with(':');
    let operation = tail.trim_start_matches(':');
    let modifier = match operation.chars().next() {
        None => None,
        Some('-') => Some((Modifier::Default { colon }, operation[1..].to_owned())),
        Some('+') => Some((Modifier::Alternative { colon }, operation[1..].to_owned())),
        Some('?') => Some((Modifier::Required, operation[1..].to_owned())),
        Some(_) => Some((Modifier::Other, operation.to_owned())),
    };
    let used = 2 + close + 1;
    let written = text[..used].to_owned();
    Some((Piece::Variable { name: name.to_owned(), modifier, written }, used))
}
