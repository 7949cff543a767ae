//! Templates: texts with interpolations and directives, in quotes or as heredocs.

use std::sync::Arc;

use volary_model::{Span, may_be_document};

use super::ast::{Document, Expr, ExprKind, Part};
use super::cursor::{Cursor, Failure, Read};
use super::literal::Literal;

/// How the text of a template is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// In quotes, with backslash escapes.
    Quoted,
    /// As lines of which so many leading blanks are removed; also a text without quotes (indent 0).
    Lines { indent: usize },
}

/// What follows a stretch of literal text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    End,
    Interpolation,
    Directive,
}

/// What ended a list of parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    End,
    Else,
    EndIf,
    EndFor,
}

impl Stop {
    fn text(self) -> &'static str {
        match self {
            Self::End => "the end of the text",
            Self::Else => "`%{else}`",
            Self::EndIf => "`%{endif}`",
            Self::EndFor => "`%{endfor}`",
        }
    }
}

impl Cursor<'_> {
    /// A text in quotes; the position is at the first quote.
    pub(super) fn quoted(&mut self) -> Read<Expr> {
        let start = self.at;
        // Most texts have nothing to resolve.
        let plain = self.bytes[start + 1..self.end]
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n'))
            .map(|length| start + 1 + length)
            .filter(|at| self.bytes[*at] == b'"');
        if let Some(end) = plain {
            self.at = end + 1;
            let text = Arc::from(&self.text[start + 1..end]);
            return Ok(Expr { span: self.since(start), kind: ExprKind::Text(text) });
        }
        self.at += 1;
        let (parts, _) = self.parts(Style::Quoted, &[Stop::End])?;
        self.at += 1;
        Ok(text_or_template(self.since(start), parts))
    }

    /// A heredoc, where one starts here.
    pub(super) fn heredoc_expression(&mut self) -> Read<Option<Expr>> {
        let opening = self.at;
        let Some(heredoc) = self.heredoc()? else { return Ok(None) };
        let outer = std::mem::replace(&mut self.end, heredoc.end);
        let lines_in = self.lines_in;
        if !may_be_document(&self.text[heredoc.start..heredoc.end]) {
            self.lines_in = None;
        }
        self.at = heredoc.start;
        let parts = self.parts(Style::Lines { indent: heredoc.indent }, &[Stop::End]);
        self.end = outer;
        self.lines_in = lines_in;
        let (parts, _) = parts?;
        self.at = heredoc.after;
        Ok(Some(text_or_template(self.since(opening), parts)))
    }

    /// The whole text as a template without quotes.
    pub(super) fn bare_template(&mut self) -> Read<Expr> {
        let start = self.at;
        let (parts, _) = self.parts(Style::Lines { indent: 0 }, &[Stop::End])?;
        Ok(text_or_template(self.since(start), parts))
    }

    fn parts(&mut self, style: Style, stops: &[Stop]) -> Read<(Vec<Part>, Stop)> {
        self.deeper()?;
        let mut parts = Vec::new();
        let mut literal = Literal::new(self.lines_in.filter(|_| style != Style::Quoted));
        loop {
            let next = self.literal(style, &mut literal)?;
            let start = self.at;
            if next != Next::End {
                self.at += 2;
                if self.eat("~") {
                    literal.trim_end(|text| kept_before(text, style));
                }
            }
            if !literal.is_empty() {
                let (text, at) = literal.take();
                parts.push(Part::Text(text, at));
            }
            let stop = match next {
                Next::End => Some(Stop::End),
                Next::Interpolation => {
                    let expr = self.expression(true)?;
                    self.close(start)?;
                    parts.push(Part::Interpolation(expr));
                    None
                }
                Next::Directive => self.directive(style, start, &mut parts)?,
            };
            if let Some(stop) = stop {
                if !stops.contains(&stop) {
                    let expected: Vec<&str> = stops.iter().map(|stop| stop.text()).collect();
                    let message = format!("expected {}, found {}", expected.join(" or "), stop.text());
                    return Err(Failure::new(start, message));
                }
                self.depth -= 1;
                return Ok((parts, stop));
            }
        }
    }

    /// `}` or `~}` of an interpolation or directive that starts at `opening`.
    fn close(&mut self, opening: usize) -> Read<()> {
        self.blanks(true);
        self.trim = self.eat("~");
        if self.eat("}") {
            return Ok(());
        }
        if self.peek().is_none() {
            return Err(Failure::new(opening, "the interpolation has no end: `}` is missing"));
        }
        Err(Failure::new(self.at, "expected `}` at the end of the interpolation"))
    }

    /// What stands behind `%{`. Returns a stop where it ends the surrounding parts.
    fn directive(&mut self, style: Style, start: usize, parts: &mut Vec<Part>) -> Read<Option<Stop>> {
        self.blanks(true);
        let word = self.identifier().unwrap_or_default();
        match word {
            "if" => {
                let condition = self.expression(true)?;
                self.close(start)?;
                let (then, stop) = self.parts(style, &[Stop::Else, Stop::EndIf])?;
                let otherwise = if stop == Stop::Else { self.parts(style, &[Stop::EndIf])?.0 } else { Vec::new() };
                parts.push(Part::If(Box::new(condition), then.into(), otherwise.into()));
                Ok(None)
            }
            "for" => {
                let (key, value) = self.for_names()?;
                let collection = self.expression(true)?;
                self.close(start)?;
                let (content, _) = self.parts(style, &[Stop::EndFor])?;
                parts.push(Part::For(key, value, Box::new(collection), content.into()));
                Ok(None)
            }
            "else" | "endif" | "endfor" => {
                self.close(start)?;
                Ok(Some(match word {
                    "else" => Stop::Else,
                    "endif" => Stop::EndIf,
                    _ => Stop::EndFor,
                }))
            }
            _ => Err(Failure::new(start, "expected `if`, `for`, `else`, `endif` or `endfor` behind `%{`")),
        }
    }

    /// Literal text up to an interpolation, directive or the end, with its escapes resolved.
    fn literal(&mut self, style: Style, into: &mut Literal) -> Read<Next> {
        let mut from = self.at;
        let mut line_start = matches!(style, Style::Lines { .. }) && from > 0 && self.bytes[from - 1] == b'\n';
        let trim = std::mem::take(&mut self.trim);
        let next = loop {
            if line_start {
                line_start = false;
                if let Style::Lines { indent } = style {
                    let blanks =
                        self.bytes[self.at..self.end].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                    into.push(from, &self.text[from..self.at]);
                    self.at += blanks.min(indent);
                    from = self.at;
                }
            }
            let Some(byte) = self.peek() else {
                if style == Style::Quoted {
                    return Err(Failure::new(self.at, "the text has no end: `\"` is missing"));
                }
                into.push(from, &self.text[from..self.at]);
                break Next::End;
            };
            match byte {
                b'$' | b'%' if self.peek_at(1) == Some(byte) && self.peek_at(2) == Some(b'{') => {
                    // `$${` stands for `${`.
                    into.push(from, &self.text[from..=self.at]);
                    self.at += 2;
                    from = self.at;
                    self.at += 1;
                }
                b'$' | b'%' if self.peek_at(1) == Some(b'{') => {
                    into.push(from, &self.text[from..self.at]);
                    break if byte == b'$' { Next::Interpolation } else { Next::Directive };
                }
                b'"' if style == Style::Quoted => {
                    into.push(from, &self.text[from..self.at]);
                    break Next::End;
                }
                b'\n' if style == Style::Quoted => {
                    return Err(Failure::new(self.at, "the text has no end on its line: `\"` is missing"));
                }
                b'\n' => {
                    self.at += 1;
                    line_start = true;
                }
                b'\\' if style == Style::Quoted => {
                    into.push(from, &self.text[from..self.at]);
                    let letter = self.escape()?;
                    into.push_made(letter);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        };
        if trim {
            into.trim_start(|text| kept_behind(text, style));
        }
        Ok(next)
    }

    /// The character that an escape stands for; the position is at the backslash.
    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        let digits = match self.peek_at(1) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            other => {
                let letter = match other {
                    Some(b'n') => '\n',
                    Some(b'r') => '\r',
                    Some(b't') => '\t',
                    Some(b'"') => '"',
                    Some(b'\\') => '\\',
                    _ => return Err(Failure::new(start, "a backslash that starts no escape; write `\\\\` for one")),
                };
                self.at += 2;
                return Ok(letter);
            }
        };
        let from = start + 2;
        let code = self.text.get(from..from + digits).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()));
        let letter = code.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        let Some(letter) = letter else {
            return Err(Failure::new(start, format!("expected {digits} hexadecimal digits of a character")));
        };
        self.at = from + digits;
        Ok(letter)
    }
}

/// How much of a text stays behind `~}`: of a heredoc blanks go up to the end of the line, which is one token there.
fn kept_behind(text: &str, style: Style) -> usize {
    match style {
        Style::Quoted => text.trim_start().len(),
        Style::Lines { .. } => {
            let rest = text.trim_start_matches([' ', '\t', '\r']);
            rest.strip_prefix('\n').unwrap_or(rest).len()
        }
    }
}

/// How much of a text stays before `${~`.
fn kept_before(text: &str, style: Style) -> usize {
    match style {
        Style::Quoted => text.trim_end().len(),
        Style::Lines { .. } => text.trim_end_matches([' ', '\t']).len(),
    }
}

/// A template without interpolations is a text.
fn text_or_template(span: Span, mut parts: Vec<Part>) -> Expr {
    let kind = match parts.as_mut_slice() {
        [] => ExprKind::Text(Arc::from("")),
        [Part::Text(text, None)] => ExprKind::Text(text.clone()),
        [Part::Text(text, Some(at))] => ExprKind::Document(Box::new(Document { text: text.clone(), at: at.clone() })),
        _ => ExprKind::Template(parts.into()),
    };
    Expr { span, kind }
}
