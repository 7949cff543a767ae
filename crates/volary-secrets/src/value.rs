//! Reads the literal at a place: quoted or plain.

use std::ops::Range;

use crate::lines;
use crate::syntax::Syntax;

/// The longest value that is read.
pub(crate) const LONGEST: usize = 2048;

/// A literal value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// The value without its quotes.
    pub(crate) span: Range<usize>,
    /// One past its closing quote.
    pub(crate) close: usize,
    /// How sure it is that this is a literal that somebody meant as a value.
    pub(crate) form: Form,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Between quotes.
    Quoted,
    /// As the syntax of the file writes values.
    Plain,
    /// The default of a parameter: whatever it reads like, it is the value that is used.
    Default,
    /// Without quotes where the syntax of the file would have them: a command in a string, a heredoc, prose.
    Loose,
}

/// An opening or closing quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) mark: u8,
    /// With its backslash (a string inside a string) or tripled.
    pub(crate) len: usize,
}

/// The quote at a place.
pub(crate) fn quote(text: &[u8], at: usize) -> Option<Quote> {
    match text.get(at)? {
        mark @ (b'"' | b'\'' | b'`') => Some(Quote { mark: *mark, len: 1 }),
        b'\\' => match text.get(at + 1)? {
            mark @ (b'"' | b'\'') => Some(Quote { mark: *mark, len: 2 }),
            _ => None,
        },
        _ => None,
    }
}

/// The quoted literal at a place, when nothing is done with it in an expression: `"a" + b` is none.
pub(crate) fn quoted(text: &[u8], mut at: usize) -> Option<Literal> {
    // String prefixes of several languages: r"", b'', f"", u"", @"", $"", N''.
    let prefix =
        text.get(at..(at + 3).min(text.len()))?.iter().take_while(|byte| b"rRbBfFuU@$NL".contains(byte)).count();
    if prefix > 0 && prefix < 3 && quote(text, at + prefix).is_some_and(|quote| quote.len == 1) {
        at += prefix;
    }
    let mut open = quote(text, at)?;
    if open.len == 1 && text.get(at + 1) == Some(&open.mark) && text.get(at + 2) == Some(&open.mark) {
        open.len = 3;
    }
    let start = at + open.len;
    let limit = (start + LONGEST).min(text.len());
    let mut end = start;
    loop {
        match text.get(end) {
            _ if end >= limit => return None,
            None => return None,
            Some(b'\n') if open.len != 3 => return None,
            Some(b'\\') if open.len == 2 && text.get(end + 1) == Some(&open.mark) => break,
            Some(b'\\') if open.len == 2 && matches!(text.get(end + 1), Some(b'n' | b'"')) => return None,
            // An unescaped quote ends the outer string: the inner one never closed.
            Some(b'"') if open.len == 2 => return None,
            Some(b'\\') => end += 2,
            // '' inside '...' of YAML and SQL
            Some(byte)
                if *byte == open.mark && open.mark == b'\'' && open.len == 1 && text.get(end + 1) == Some(&b'\'') =>
            {
                end += 2
            }
            Some(byte) if *byte == open.mark && (open.len != 3 || text.get(end + 2) == Some(&open.mark)) => break,
            Some(_) => end += 1,
        }
    }
    let close = end + open.len;
    ends_expression(text, close).then_some(Literal { span: start..end, close, form: Form::Quoted })
}

/// Whether nothing that works on the literal follows it.
fn ends_expression(text: &[u8], close: usize) -> bool {
    let next = lines::skip_blanks(text, close);
    match text.get(next) {
        None
        | Some(
            b',' | b';' | b')' | b'}' | b']' | b'\n' | b'\r' | b'#' | b'"' | b'\'' | b'`' | b'>' | b'<' | b'|' | b'&'
            | b'\\' | b'/' | b':',
        ) => true,
        Some(b'.') => [&b".encode("[..], b".getBytes(", b".toCharArray(", b".to_string(", b".into(", b".to_owned("]
            .iter()
            .any(|method| text[next..].starts_with(method)),
        Some(byte) => {
            next > close
                && byte.is_ascii_alphabetic()
                && !text[next..].starts_with(b"if ")
                && !text[next..].starts_with(b"in ")
        }
    }
}

/// The text of an XML element, from behind its `>`.
pub(crate) fn element(text: &[u8], from: usize) -> Option<Literal> {
    let limit = (from + LONGEST).min(text.len());
    let end = from + memchr::memchr(b'<', &text[from..limit])?;
    let span = trim(text, from..end);
    (!text[span.clone()].contains(&b'\n') && text.get(end + 1) == Some(&b'/')).then_some(Literal {
        span,
        close: end,
        form: Form::Plain,
    })
}

/// The value of a parameter of a URL.
pub(crate) fn query(text: &[u8], from: usize) -> Literal {
    until(text, from, |byte| byte.is_ascii_whitespace() || b"&\"'`<>#;,)\\".contains(&byte), Form::Loose)
}

/// A word of a command line: to the next blank.
pub(crate) fn word(text: &[u8], from: usize, loose: bool) -> Option<Literal> {
    if quote(text, from).is_some() {
        return quoted(text, from);
    }
    if matches!(text.get(from), Some(b'-' | b'<' | b'[' | b'|' | b'\\' | b'&' | b'>' | b'=' | b'(')) {
        return None;
    }
    let form = if loose { Form::Loose } else { Form::Plain };
    Some(until(text, from, |byte| byte.is_ascii_whitespace() || b"\"'`;|&<>),]".contains(&byte), form))
}

/// To the end of the line, without the blanks there.
pub(crate) fn to_line_end(text: &[u8], from: usize) -> Option<Literal> {
    if quote(text, from).is_some() {
        return quoted(text, from);
    }
    let end = lines::end(text, from);
    let span = trim(text, from..end);
    Some(Literal { close: span.end, span, form: Form::Plain })
}

/// A value without quotes behind `=` (or `:` where `colon`), `adjacent` where no blank stands round the sign.
pub(crate) fn unquoted(text: &[u8], from: usize, syntax: Syntax, colon: bool, adjacent: bool) -> Option<Literal> {
    match (syntax, colon) {
        (Syntax::Yaml, true) => plain_scalar(text, from),
        (Syntax::Lines, _) => {
            let mut literal = to_line_end(text, from)?;
            literal.span = without_comment(text, literal.span);
            Some(literal)
        }
        (Syntax::Dockerfile | Syntax::Shell, false) if adjacent => word(text, from, false),
        (Syntax::Plain | Syntax::Prose, _) => word(text, from, true),
        (Syntax::Shell | Syntax::Dockerfile, _) => None,
        (_, false) if adjacent => word(text, from, true),
        _ => None,
    }
}

/// A plain scalar of YAML, or a block scalar of one line.
fn plain_scalar(text: &[u8], from: usize) -> Option<Literal> {
    match text.get(from)? {
        b'|' | b'>' => {
            let header = lines::end(text, from);
            if header - from > 4 {
                return None;
            }
            let next = memchr::memchr(b'\n', &text[header..])? + header + 1;
            let start = lines::skip_blanks(text, next);
            let span = trim(text, start..lines::end(text, start));
            (start > next).then_some(Literal { close: span.end, span, form: Form::Plain })
        }
        b'{' | b'[' | b'&' | b'*' | b'!' | b'@' | b'%' | b'#' | b'\n' | b'\r' => None,
        _ => {
            let line = lines::line(text, from);
            let mut span = trim(text, without_comment(text, from..line.end));
            // Inside `{a: b, c: d}` the value ends earlier.
            if text[line.start..from].contains(&b'{')
                && let Some(end) = text[span.clone()].iter().position(|byte| matches!(byte, b',' | b'}'))
            {
                span = trim(text, span.start..span.start + end);
            }
            Some(Literal { close: span.end, span, form: Form::Plain })
        }
    }
}

fn without_comment(text: &[u8], span: Range<usize>) -> Range<usize> {
    let end = text[span.clone()]
        .windows(2)
        .position(|pair| matches!(pair[0], b' ' | b'\t') && matches!(pair[1], b'#' | b';'));
    trim(text, span.start..end.map_or(span.end, |at| span.start + at))
}

/// The longest value without quotes that is read.
const LONGEST_PLAIN: usize = 512;

fn until(text: &[u8], from: usize, ends: impl Fn(u8) -> bool, form: Form) -> Literal {
    let limit = (from + LONGEST_PLAIN).min(text.len());
    let end = text[from.min(limit)..limit].iter().position(|byte| ends(*byte)).map_or(limit, |at| from + at);
    Literal { span: from..end, close: end, form }
}

fn trim(text: &[u8], span: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (span.start, span.end.max(span.start));
    while start < end && text[start].is_ascii_whitespace() {
        start += 1;
    }
    while end > start && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    start..end
}
