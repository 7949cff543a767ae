//! The tokens of a Rego module, as far as they tell what must be refused before it is parsed.

use std::ops::Range;

/// A stretch of a module that means something on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A dotted name: `deny_root`, `input.review`, `data.lib.f`; steps with brackets are left out.
    Name(Range<usize>),
    /// A text in quotes.
    Text(Range<usize>),
    /// Any other character.
    Sign(u8),
}

/// A token with its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    /// Line from 1.
    pub(super) line: u32,
    /// Nothing but space stands before it on its line.
    pub(super) first: bool,
    /// A space or line end stands before it.
    pub(super) spaced: bool,
}

/// The tokens of a module. Comments are left out; a text that does not end, ends with the module.
pub(super) fn tokens(text: &str) -> Vec<Placed> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let (mut at, mut line, mut first, mut spaced) = (0, 1_u32, true, true);
    while let Some(byte) = bytes.get(at).copied() {
        let start = at;
        match byte {
            b'\n' => {
                (at, line, first, spaced) = (at + 1, line + 1, true, true);
                continue;
            }
            b' ' | b'\t' | b'\r' => {
                (at, spaced) = (at + 1, true);
                continue;
            }
            b'#' => {
                at = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
                continue;
            }
            _ => {}
        }
        let begins = line;
        let token = match byte {
            b'"' => {
                at = quoted(bytes, at);
                Token::Text(start..at)
            }
            b'`' => {
                at =
                    bytes[at + 1..].iter().position(|byte| *byte == b'`').map_or(bytes.len(), |length| at + length + 2);
                line += bytes[start..at].iter().filter(|byte| **byte == b'\n').count() as u32;
                Token::Text(start..at)
            }
            _ if is_name(byte) && !byte.is_ascii_digit() => {
                at = name(bytes, at);
                Token::Name(start..at)
            }
            _ => {
                at += 1;
                Token::Sign(byte)
            }
        };
        tokens.push(Placed { token, line: begins, first, spaced });
        (first, spaced) = (false, false);
    }
    tokens
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The end of a dotted name.
fn name(bytes: &[u8], mut at: usize) -> usize {
    loop {
        while bytes.get(at).is_some_and(|byte| is_name(*byte)) {
            at += 1;
        }
        let goes_on = bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(|byte| is_name(*byte));
        if !goes_on {
            return at;
        }
        at += 1;
    }
}

/// The end of a text in double quotes, which ends with its line at the latest.
fn quoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            b'\n' => return at,
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_hide_what_is_in_them() {
        let text = "a.b # c.d(\n\"e \\\" f\" `g\nh` i[0].j";
        let shown: Vec<String> = tokens(text)
            .iter()
            .map(|placed| match &placed.token {
                Token::Name(range) | Token::Text(range) => format!("{}@{}", &text[range.clone()], placed.line),
                Token::Sign(byte) => char::from(*byte).to_string(),
            })
            .collect();
        assert_eq!(shown, ["a.b@1", "\"e \\\" f\"@2", "`g\nh`@2", "i@3", "[", "0", "]", ".", "j@3"]);
        for broken in ["\"", "\"\\", "`", "\"a\nb", "é\"é"] {
            tokens(broken);
        }
    }
}
