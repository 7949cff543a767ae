//! Words of expressions.

use std::ops::Range;

use super::Grammar;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name.
    Name(String),
    /// A variable with a dollar.
    Variable(String),
    /// A text in quotes.
    Text(String),
    /// A regular expression with its slashes and flags.
    Pattern(String),
    /// A number.
    Number(f64),
    /// A number with more than one dot: Azure's versions.
    Version(String),
    /// An operator or bracket.
    Sign(&'static str),
    /// Something that no expression has.
    Wrong(char),
}

const SIGNS: [&str; 21] =
    ["==~", "&&", "||", "==", "!=", "<=", ">=", "=~", "!~", "(", ")", "[", "]", ".", ",", "!", "<", ">", "*", "?", ":"];

/// The words of a text with their bytes.
pub(super) fn words(text: &str, grammar: Grammar) -> Vec<(Token, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let token = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'\'' | b'"' if byte == b'\'' || grammar != Grammar::Functions => {
                let (token, end) = quoted(text, at, grammar);
                at = end;
                token
            }
            b'$' if grammar == Grammar::Variables => {
                let braced = bytes.get(at + 1) == Some(&b'{');
                let from = at + 1 + usize::from(braced);
                let length = bytes[from.min(bytes.len())..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                at = from + length;
                let name = text.get(from..at).unwrap_or_default().to_owned();
                at = (at + usize::from(braced && bytes.get(at) == Some(&b'}'))).min(bytes.len());
                Token::Variable(name)
            }
            b'/' if grammar != Grammar::Functions => {
                let end = pattern_end(bytes, at);
                at = end;
                Token::Pattern(text.get(start..end).unwrap_or_default().to_owned())
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
                    .count();
                Token::Name(text[start..at].to_owned())
            }
            _ if starts_number(&bytes[at..], &words) => {
                let (token, length) = number(&text[at..]);
                at += length;
                token
            }
            _ => match SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
                Some(sign) => {
                    at += sign.len();
                    Token::Sign(sign)
                }
                None => {
                    let character = text[at..].chars().next().unwrap_or('\u{fffd}');
                    at += character.len_utf8();
                    Token::Wrong(character)
                }
            },
        };
        words.push((token, start..at));
    }
    words
}

fn quoted(text: &str, start: usize, grammar: Grammar) -> (Token, usize) {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let mut content = Vec::new();
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return (Token::Wrong(char::from(quote)), at),
            Some(b'\\') if grammar == Grammar::Groovy => {
                content.extend(bytes.get(at + 1));
                at += 2;
            }
            Some(byte) if *byte == quote => {
                if grammar == Grammar::Functions && bytes.get(at + 1) == Some(&quote) {
                    content.push(quote);
                    at += 2;
                    continue;
                }
                return (Token::Text(String::from_utf8_lossy(&content).into_owned()), at + 1);
            }
            Some(byte) => {
                content.push(*byte);
                at += 1;
            }
        }
    }
}

/// One past a regular expression and its flags; an escaped slash does not end it.
fn pattern_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'/' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at = (at + 1).min(bytes.len());
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count()
}

fn starts_number(bytes: &[u8], before: &[(Token, Range<usize>)]) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    match bytes[0] {
        b'+' | b'-' => digit(1) || (bytes.get(1) == Some(&b'.') && digit(2)),
        // Behind a name a dot is a way into it.
        b'.' => digit(1) && !matches!(before.last(), Some((Token::Name(_) | Token::Sign("]" | ")" | "*"), _))),
        byte => byte.is_ascii_digit(),
    }
}

fn number(text: &str) -> (Token, usize) {
    let length = text
        .bytes()
        .enumerate()
        .take_while(|(at, byte)| {
            byte.is_ascii_alphanumeric() || *byte == b'.' || (*at == 0 && matches!(byte, b'+' | b'-'))
        })
        .count();
    let text = &text[..length];
    let digits = text.trim_start_matches(['+', '-']);
    let radix =
        |prefix: &str, radix| digits.strip_prefix(prefix).and_then(|rest| i64::from_str_radix(rest, radix).ok());
    let number = radix("0x", 16).or_else(|| radix("0o", 8)).map(|number| number as f64);
    let token = match number.or_else(|| text.parse::<f64>().ok()) {
        Some(number) => Token::Number(number),
        None => Token::Version(text.to_owned()),
    };
    (token, length)
}
