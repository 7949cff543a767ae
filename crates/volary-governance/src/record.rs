//! Reading a record written in YAML: a map with known keys, each with its line.

use std::sync::Arc;

use jiff::civil::Date;
use volary_document::yaml::{self, Dialect};
use volary_model::{Data, Entry, FileId, Map, Problem, SourceFile, Span, Value};

use crate::problem::problem;

/// A text that is read as a record, and what is wrong with it so far.
pub(crate) struct Reader {
    file: SourceFile,
    pub(crate) problems: Vec<Problem>,
}

impl Reader {
    /// The map that the text holds. An empty text is an empty map; anything else than one map is a problem.
    pub(crate) fn open(path: &str, text: &str) -> (Self, Option<Map>) {
        let (mut reader, document) = Self::open_any(path, text);
        let map = match document {
            None if reader.problems.is_empty() => Some(Map::default()),
            None => None,
            Some(value) => match value.data {
                Data::Map(map) => Some(Arc::unwrap_or_clone(map)),
                _ => {
                    reader.report(value.origin.span(), "keys with values are expected here", "");
                    None
                }
            },
        };
        (reader, map)
    }

    /// The one document that the text holds; none where it is empty.
    pub(crate) fn open_any(path: &str, text: &str) -> (Self, Option<Value>) {
        let text = text.trim_start_matches('\u{FEFF}');
        let mut reader = Self { file: SourceFile::new(path, text), problems: Vec::new() };
        let (documents, issues) = yaml::parse(FileId(0), text, Dialect::Yaml12);
        for issue in &issues {
            reader.report(Some(issue.span), issue.message.as_str(), issue.help.as_str());
        }
        let mut documents = documents.into_iter().filter(|document| !document.is_null());
        let first = documents.next();
        if let Some(second) = documents.next() {
            reader.report(second.origin.span(), "the file holds a second document", "Keep one document in the file.");
        }
        (reader, first)
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, span: Option<Span>) -> Option<u32> {
        span.map(|span| self.file.line_column(span.start).line)
    }

    pub(crate) fn report(&mut self, span: Option<Span>, message: impl Into<Arc<str>>, help: impl Into<Arc<str>>) {
        let line = self.line(span);
        self.problems.push(problem(self.file.path(), line, message, help));
    }

    /// Reports the keys of a map that are not among `known`, and those that stand twice.
    pub(crate) fn only_known(&mut self, map: &Map, known: &[&str]) {
        let mut seen: Vec<&str> = Vec::new();
        for entry in map.entries() {
            let place = key_place(entry);
            if !known.contains(&&*entry.key) {
                let help = match nearest(&entry.key, known) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("Known keys: {}.", known.join(", ")),
                };
                self.report(place, format!("`{}` is not known", entry.key), help);
            } else if seen.contains(&&*entry.key) {
                self.report(place, format!("`{}` stands twice", entry.key), "The last one counts.");
            } else {
                seen.push(&entry.key);
            }
        }
    }

    /// The text of a key. A value that YAML reads as a number or truth value is no text.
    pub(crate) fn text(&mut self, map: &Map, key: &str) -> Option<Arc<str>> {
        let value = map.get(key)?;
        match &value.data {
            Data::Text(text) if !text.trim().is_empty() => return Some(text.trim().into()),
            Data::Text(_) | Data::Null => {
                self.report(value.origin.span(), format!("`{key}` is empty"), "");
            }
            _ => self.report(value.origin.span(), format!("`{key}` is not a text"), "Put it in quotes."),
        }
        None
    }

    /// The date of a key. Whatever is no date is a problem, never "no limit".
    pub(crate) fn date(&mut self, map: &Map, key: &str) -> Option<Date> {
        let text = self.text(map, key)?;
        let date = parse_date(&text);
        if date.is_none() {
            let span = map.get(key).and_then(|value| value.origin.span());
            self.report(span, format!("`{key}: {text}` is not a date"), "Write it as YYYY-MM-DD.");
        }
        date
    }

    /// One of the words of a scale.
    pub(crate) fn word<T: std::str::FromStr<Err = String>>(&mut self, map: &Map, key: &str) -> Option<T> {
        let text = self.text(map, key)?;
        match text.parse() {
            Ok(word) => Some(word),
            Err(message) => {
                let span = map.get(key).and_then(|value| value.origin.span());
                self.report(span, format!("`{key}`: {message}"), "");
                None
            }
        }
    }

    /// A truth value.
    pub(crate) fn truth(&mut self, map: &Map, key: &str) -> Option<bool> {
        let value = map.get(key)?;
        if value.as_bool().is_none() {
            self.report(value.origin.span(), format!("`{key}` is neither true nor false"), "");
        }
        value.as_bool()
    }

    /// A list of texts with their places; a single text stands for a list of one.
    pub(crate) fn texts(&mut self, map: &Map, key: &str) -> Vec<(Arc<str>, Option<Span>)> {
        let Some(value) = map.get(key) else { return Vec::new() };
        let values: &[Value] = match &value.data {
            Data::List(list) => list,
            Data::Text(_) => std::slice::from_ref(value),
            Data::Null => &[],
            _ => {
                self.report(value.origin.span(), format!("`{key}` is not a list"), "");
                &[]
            }
        };
        let mut texts = Vec::new();
        for value in values {
            match value.as_text() {
                Some(text) if !text.trim().is_empty() => texts.push((text.trim().into(), value.origin.span())),
                _ => self.report(value.origin.span(), format!("an entry of `{key}` is not a text"), ""),
            }
        }
        texts
    }

    /// A map with keys of the user's choice.
    pub(crate) fn entries<'a>(&mut self, map: &'a Map, key: &str) -> &'a [Entry] {
        match map.get(key).map(|value| (&value.data, value.origin.span())) {
            Some((Data::Map(map), _)) => map.entries(),
            Some((Data::Null, _)) | None => &[],
            Some((_, span)) => {
                self.report(span, format!("`{key}` does not hold keys with values"), "");
                &[]
            }
        }
    }
}

/// Where a key is written.
pub(crate) fn key_place(entry: &Entry) -> Option<Span> {
    entry.key_span.or_else(|| entry.value.origin.span())
}

/// A day written as `YYYY-MM-DD` and nothing else.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if shape { text.parse().ok() } else { None }
}

/// The known word that is one or two typing errors away.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > 40 {
        return None;
    }
    let folded = word.to_lowercase().replace('_', "-");
    known.iter().map(|one| (distance(&folded, one), *one)).filter(|(far, _)| *far <= 2).min().map(|(_, one)| one)
}

/// Edits between two short words.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[other.len()]
}
