//! Tokens of PowerShell.

use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
    /// White space stands before it.
    pub(super) spaced: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The end of a statement.
    End,
    Pipe,
    AndAnd,
    OrOr,
    /// `&`
    Call,
    /// `{`, `@{`
    OpenBrace,
    CloseBrace,
    /// `(`
    OpenParen,
    /// `$(` and `@(`
    OpenSub,
    CloseParen,
    Comma,
    /// `=`, `+=` and the like.
    Assign,
    /// `$name`, `$env:NAME`, `${name}`, `@name`
    Variable,
    /// A text in single quotes, without expansions.
    Literal,
    /// A text in double quotes.
    Text,
    /// `>`, `>>`, `2>`, `*>`
    Redirect,
    /// `2>&1` and the like.
    Merge,
    /// Everything else: names, numbers, options, operators.
    Word,
}

/// Most tokens that are read.
const MAX_TOKENS: usize = 100_000;

/// The tokens of a text, and whether there were too many.
pub(super) fn tokens(text: &str) -> (Vec<Token>, bool) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, spaced: true, tokens: Vec::new() };
    while lexer.at < lexer.bytes.len() {
        if lexer.tokens.len() >= MAX_TOKENS {
            return (lexer.tokens, true);
        }
        lexer.next();
    }
    (lexer.tokens, false)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    spaced: bool,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, by: usize) -> u8 {
        self.bytes.get(self.at + by).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: TokenKind, end: usize) {
        let end = end.min(self.bytes.len());
        self.tokens.push(Token { kind, range: self.at..end, spaced: self.spaced });
        self.spaced = false;
        self.at = end;
    }

    fn next(&mut self) {
        let byte = self.peek(0);
        match byte {
            b' ' | b'\t' | b'\r' => {
                self.at += 1;
                self.spaced = true;
            }
            // A backtick joins lines.
            b'`' if matches!(self.peek(1), b'\n' | b'\r') => {
                self.at += if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 };
                self.spaced = true;
            }
            b'\n' | b';' => {
                self.push(TokenKind::End, self.at + 1);
                self.spaced = true;
            }
            b'<' if self.peek(1) == b'#' => {
                let end = self.text[self.at..].find("#>").map_or(self.bytes.len(), |end| self.at + end + 2);
                self.at = end;
                self.spaced = true;
            }
            b'#' if self.spaced || self.after_bracket() => {
                self.at = self.line_end(self.at);
                self.spaced = true;
            }
            b'|' if self.peek(1) == b'|' => self.push(TokenKind::OrOr, self.at + 2),
            b'|' => self.push(TokenKind::Pipe, self.at + 1),
            b'&' if self.peek(1) == b'&' => self.push(TokenKind::AndAnd, self.at + 2),
            b'&' => self.push(TokenKind::Call, self.at + 1),
            b'{' => self.push(TokenKind::OpenBrace, self.at + 1),
            b'@' if self.peek(1) == b'{' => self.push(TokenKind::OpenBrace, self.at + 2),
            b'}' => self.push(TokenKind::CloseBrace, self.at + 1),
            b'(' => self.push(TokenKind::OpenParen, self.at + 1),
            b'$' | b'@' if self.peek(1) == b'(' => self.push(TokenKind::OpenSub, self.at + 2),
            b')' => self.push(TokenKind::CloseParen, self.at + 1),
            b',' => self.push(TokenKind::Comma, self.at + 1),
            b'@' if matches!(self.peek(1), b'\'' | b'"') => self.here(),
            b'\'' => self.single(),
            b'"' => {
                let end = double_end(self.bytes, self.at);
                self.push(TokenKind::Text, end);
            }
            b'$' => self.variable(),
            b'@' if self.peek(1).is_ascii_alphabetic() => self.variable(),
            b'=' if self.peek(1) != b'=' => self.push(TokenKind::Assign, self.at + 1),
            b'+' | b'-' | b'*' | b'/' | b'%' if self.peek(1) == b'=' => self.push(TokenKind::Assign, self.at + 2),
            b'>' => self.redirect(0),
            b'1'..=b'6' | b'*' if self.spaced && self.peek(1) == b'>' => self.redirect(1),
            _ => self.word(),
        }
    }

    fn after_bracket(&self) -> bool {
        self.tokens.last().is_none_or(|token| {
            matches!(
                token.kind,
                TokenKind::OpenBrace
                    | TokenKind::CloseBrace
                    | TokenKind::OpenParen
                    | TokenKind::CloseParen
                    | TokenKind::End
            )
        })
    }

    fn line_end(&self, from: usize) -> usize {
        memchr_newline(self.bytes, from)
    }

    fn redirect(&mut self, digits: usize) {
        let mut end = self.at + digits + 1;
        if self.bytes.get(end) == Some(&b'&') {
            self.push(TokenKind::Merge, end + 2);
            return;
        }
        if self.bytes.get(end) == Some(&b'>') {
            end += 1;
        }
        self.push(TokenKind::Redirect, end);
    }

    fn single(&mut self) {
        let mut end = self.at + 1;
        while end < self.bytes.len() {
            if self.bytes[end] == b'\'' {
                if self.bytes.get(end + 1) == Some(&b'\'') {
                    end += 2;
                    continue;
                }
                break;
            }
            end += 1;
        }
        self.push(TokenKind::Literal, end + 1);
    }

    /// A here-string ends at a line that starts with its mark.
    fn here(&mut self) {
        let quote = self.peek(1);
        let kind = if quote == b'"' { TokenKind::Text } else { TokenKind::Literal };
        let mark = if quote == b'"' { "\n\"@" } else { "\n'@" };
        let end = self.text[self.at..].find(mark).map_or(self.bytes.len(), |end| self.at + end + 3);
        self.push(kind, end);
    }

    fn variable(&mut self) {
        let mut end = self.at + 1;
        if self.bytes.get(end) == Some(&b'{') {
            let close = self.text[end..].find('}').map_or(self.bytes.len(), |at| end + at + 1);
            self.push(TokenKind::Variable, close);
            return;
        }
        if matches!(self.bytes.get(end), Some(b'?' | b'$' | b'^')) {
            self.push(TokenKind::Variable, end + 1);
            return;
        }
        while self.bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            || self.bytes.get(end) == Some(&b':')
                && self.bytes.get(end + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        {
            end += 1;
        }
        self.push(if end == self.at + 1 { TokenKind::Word } else { TokenKind::Variable }, end);
    }

    fn word(&mut self) {
        let mut end = self.at;
        while let Some(byte) = self.bytes.get(end) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'{' | b'}' | b'(' | b')' | b',' | b'\'' | b'"'
                | b'>' => break,
                b'$' if end > self.at => break,
                b'`' => end += 2,
                // `$x=1` and `name=value` differ: the first is an assignment, which starts behind a variable.
                b'=' if end == self.at => break,
                _ => end += 1,
            }
        }
        let mut end = end.max(self.at + 1).min(self.bytes.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.push(TokenKind::Word, end);
    }
}

fn memchr_newline(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| from + at)
}

/// The end of a text in double quotes, with the expressions in it.
fn double_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start + 1;
    let mut depth = 0usize;
    while end < bytes.len() {
        match bytes[end] {
            b'`' => end += 1,
            b'$' if bytes.get(end + 1) == Some(&b'(') => {
                depth += 1;
                end += 1;
            }
            b'(' if depth > 0 => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b'"' if depth == 0 => {
                if bytes.get(end + 1) == Some(&b'"') {
                    end += 1;
                } else {
                    return end + 1;
                }
            }
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}
