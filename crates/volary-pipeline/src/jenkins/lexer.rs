//! Words of Groovy, as far as pipelines need them.

use std::ops::Range;

/// A word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name.
    Name,
    /// A number.
    Number,
    /// A text in single quotes: nothing is put in. The number is the length of its quotes.
    Plain(u8),
    /// A text in double quotes, or between slashes.
    Template(u8),
    /// An operator or bracket, by its first character.
    Sign(u8),
    /// The end of a line.
    Line,
}

/// A word and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// The words of a text. Comments are left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let rest = &bytes[at..];
        let kind = match byte {
            b'\n' => {
                at += 1;
                Kind::Line
            }
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'\\' if rest.starts_with(b"\\\n") || rest.starts_with(b"\\\r\n") => {
                at += if rest.starts_with(b"\\\n") { 2 } else { 3 };
                continue;
            }
            b'/' if rest.starts_with(b"//") => {
                at += memchr(b'\n', rest).unwrap_or(rest.len());
                continue;
            }
            b'#' if rest.starts_with(b"#!") && at == 0 => {
                at += memchr(b'\n', rest).unwrap_or(rest.len());
                continue;
            }
            b'/' if rest.starts_with(b"/*") => {
                at += find(rest, b"*/", 2).map_or(rest.len(), |end| end + 2);
                continue;
            }
            b'\'' | b'"' => {
                let triple = rest.len() > 2 && rest[1] == byte && rest[2] == byte;
                let quotes = if triple { 3 } else { 1 };
                at += quoted(rest, byte, quotes);
                if byte == b'\'' { Kind::Plain(quotes as u8) } else { Kind::Template(quotes as u8) }
            }
            b'$' if rest.starts_with(b"$/") => {
                at += find(rest, b"/$", 2).map_or(rest.len(), |end| end + 2);
                Kind::Template(2)
            }
            b'/' if starts_pattern(&tokens, text) => match pattern(rest) {
                Some(length) => {
                    at += length;
                    Kind::Template(1)
                }
                None => {
                    at += 1;
                    Kind::Sign(byte)
                }
            },
            _ if is_name(byte) => {
                at += rest.iter().take_while(|byte| is_name(**byte) || byte.is_ascii_digit()).count();
                Kind::Name
            }
            _ if byte.is_ascii_digit() => {
                at += rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count();
                // `1..3` is a range, `1.day` a call.
                Kind::Number
            }
            _ => {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                Kind::Sign(byte)
            }
        };
        tokens.push(Token { kind, range: start..at });
    }
    tokens
}

fn memchr(byte: u8, text: &[u8]) -> Option<usize> {
    text.iter().position(|other| *other == byte)
}

fn find(text: &[u8], part: &[u8], from: usize) -> Option<usize> {
    text.get(from..)?.windows(part.len()).position(|window| window == part).map(|at| at + from)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The length of a quoted text with its quotes; one that is not closed ends with its line, or with the file where it has
/// three quotes.
fn quoted(text: &[u8], quote: u8, quotes: usize) -> usize {
    let mut at = quotes;
    // Brackets of what is put in may hold quotes.
    let mut depth = 0usize;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'$' if quote == b'"' && text.get(at + 1) == Some(&b'{') => {
                depth += 1;
                at += 1;
            }
            b'{' if depth > 0 => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'\n' if quotes == 1 => return at,
            byte if byte == quote && depth == 0 && (quotes == 1 || text[at..].starts_with(&[quote; 3])) => {
                return (at + quotes).min(text.len());
            }
            byte if byte == quote && quotes == 1 && depth > 0 && closes(&text[at + 1..]) => {
                // The bracket was none of Groovy's: the text ends here.
                return at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Whether no bracket closes before the line ends.
fn closes(rest: &[u8]) -> bool {
    !rest.iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == b'}')
}

/// Whether a slash begins a pattern: where a value can stand.
fn starts_pattern(tokens: &[Token], text: &str) -> bool {
    match tokens.last() {
        None => true,
        Some(token) => match token.kind {
            Kind::Sign(sign) => matches!(sign, b'(' | b',' | b'=' | b'~' | b'[' | b':' | b'!' | b'|' | b'&'),
            Kind::Name => &text[token.range.clone()] == "return",
            _ => false,
        },
    }
}

/// The length of a pattern that ends on its line.
fn pattern(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'\n' => return None,
            b'/' if at > 1 => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}
