//! Where the characters of a decoded scalar are written.

use volary_model::Span;

use crate::model::Segment;

/// The places of a scalar's text in its source: indentation, quotes, escapes and folded line ends are left out. `at` is
/// the span of the scalar, `source` the text that the span covers.
pub(crate) fn segments(decoded: &str, at: Span, source: &str) -> Vec<Segment> {
    if decoded.is_empty() {
        return Vec::new();
    }
    let whole = |start: usize, from: usize, exact: bool, length: usize| Segment {
        start,
        end: start + length,
        at: Span { start: at.start + from as u32, end: at.start + (from + length) as u32, ..at },
        exact,
    };
    if decoded == source {
        return vec![whole(0, 0, true, decoded.len())];
    }
    let quote = match (source.bytes().next(), source.bytes().last()) {
        (Some(b'"'), Some(b'"')) if source.len() > 1 => Some(b'"'),
        (Some(b'\''), Some(b'\'')) if source.len() > 1 => Some(b'\''),
        _ => None,
    };
    let (inner, base) = match quote {
        Some(_) => (&source[1..source.len() - 1], 1),
        None => (source, 0),
    };
    if decoded == inner {
        return vec![whole(0, base, true, decoded.len())];
    }
    Aligner { decoded: decoded.as_bytes(), source: inner.as_bytes(), base, at, quote, segments: Vec::new() }.run()
}

struct Aligner<'t> {
    decoded: &'t [u8],
    source: &'t [u8],
    base: usize,
    at: Span,
    quote: Option<u8>,
    segments: Vec<Segment>,
}

impl Aligner<'_> {
    fn run(mut self) -> Vec<Segment> {
        let (mut from, mut to) = (0, 0);
        while to < self.decoded.len() {
            let Some(byte) = self.source.get(from).copied() else {
                // A final newline that the source ends before.
                self.push(to, self.decoded.len() - to, from.min(self.source.len()), 0, false);
                break;
            };
            if self.quote == Some(b'"') && byte == b'\\' {
                let (taken, made) = self.escape(from);
                if made > 0 {
                    self.push(to, made.min(self.decoded.len() - to), from, taken, false);
                }
                (from, to) = (from + taken, to + made);
                continue;
            }
            if byte == self.decoded[to] {
                self.push(to, 1, from, 1, true);
                // The second of two quotes that stand for one.
                let doubled = self.quote == Some(b'\'') && byte == b'\'' && self.source.get(from + 1) == Some(&b'\'');
                (from, to) = (from + 1 + usize::from(doubled), to + 1);
            } else if self.decoded[to] == b' ' && matches!(byte, b'\n' | b'\r') {
                let blank = self.source[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                self.push(to, 1, from, blank, false);
                (from, to) = (from + blank, to + 1);
            } else if byte.is_ascii_whitespace() {
                from += 1;
            } else {
                // Nothing that YAML does: the rest stands for the rest.
                self.push(to, self.decoded.len() - to, from, self.source.len() - from, false);
                break;
            }
        }
        self.segments
    }

    /// The length of an escape in the source, and of what it stands for.
    fn escape(&self, from: usize) -> (usize, usize) {
        let digits = |count: usize| {
            let text = self.source.get(from + 2..from + 2 + count).and_then(|hex| std::str::from_utf8(hex).ok());
            let code = text.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
            (2 + count, code.map_or(1, char::len_utf8))
        };
        match self.source.get(from + 1) {
            None => (1, 0),
            Some(b'\n' | b'\r') => {
                let blank = self.source[from + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                (1 + blank, 0)
            }
            Some(b'x') => digits(2),
            Some(b'u') => digits(4),
            Some(b'U') => digits(8),
            Some(b'N' | b'_') => (2, 2),
            Some(b'L' | b'P') => (2, 3),
            Some(_) => (2, 1),
        }
    }

    fn push(&mut self, start: usize, length: usize, from: usize, taken: usize, exact: bool) {
        let position = self.at.start + (self.base + from) as u32;
        if let Some(last) = self.segments.last_mut()
            && exact
            && last.exact
            && last.end == start
            && last.at.end == position
        {
            last.end += length;
            last.at.end += taken as u32;
            return;
        }
        let at = Span { start: position, end: position + taken as u32, ..self.at };
        self.segments.push(Segment { start, end: start + length, at, exact });
    }
}

#[cfg(test)]
mod tests {
    use volary_document::yaml::{self, Dialect};
    use volary_model::FileId;

    use super::*;

    /// Every word of the decoded text is found at its place in the source.
    #[test]
    fn words_are_where_they_are_written() {
        for source in [
            "a: one two\n",
            "a: \"one \\\"two\\\" \\x41three \\u00e9four\"\n",
            "a: 'it''s one'\n",
            "a: |\n  one two\n    three\n\n  four\n",
            "a: >-\n  one two\n  three\n\n  four\n    five\n",
            "a: one\n  two three\n  four\n",
            "a: \"one\n  two \\\n  three\"\n",
            "a: |\r\n  one two\r\n  three\r\n",
            "a: |\n  é one\n  two\n",
        ] {
            let (documents, issues) = yaml::parse(FileId(0), source, Dialect::Yaml12);
            assert!(issues.is_empty(), "{source}");
            let value = documents[0].get("a").unwrap();
            let span = value.origin.span().unwrap();
            let decoded = value.as_text().unwrap();
            let segments = segments(decoded, span, &source[span.start as usize..span.end as usize]);
            let covered: usize = segments.iter().map(|segment| segment.end - segment.start).sum();
            assert_eq!(covered, decoded.len(), "{source:?} {segments:?}");
            for segment in segments.iter().filter(|segment| segment.exact) {
                let written = &source.as_bytes()[segment.at.start as usize..segment.at.end as usize];
                assert_eq!(written, &decoded.as_bytes()[segment.start..segment.end], "{source}");
            }
            let word = decoded.rfind(|c: char| c.is_ascii_alphabetic()).unwrap();
            let segment = segments.iter().find(|segment| segment.start <= word && word < segment.end).unwrap();
            assert!(segment.exact, "{source:?} {segments:?}");
        }
    }
}
