//! Reading the YAML of policies and catalogues: keys once and known, scalars as they are written, problems with lines.

use std::sync::Arc;

use volary_document::yaml;
use volary_model::{Data, Entry, FileId, Problem, ProblemKind, SourceFile, Span, Value};

use crate::suggest;

/// A file of a pack: its path (inside the pack, or as the user named it) and its text.
#[derive(Clone, Debug)]
pub struct PackText {
    /// The path, for problems and for [`volary_model::PolicyInfo::source`].
    pub path: Arc<str>,
    /// The text.
    pub text: Arc<str>,
}

/// A scalar as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) text: Arc<str>,
    /// Not quoted and no block: `yes` may mean a truth value, `$x` a parameter.
    pub(crate) plain: bool,
}

/// One file while it is read.
pub(crate) struct Source {
    path: Arc<str>,
    file: SourceFile,
    pub(crate) problems: Vec<Problem>,
}

const FILE: FileId = FileId(0);

impl Source {
    pub(crate) fn new(pack: &PackText) -> Self {
        Self {
            path: pack.path.clone(),
            file: SourceFile::new(pack.path.clone(), pack.text.clone()),
            problems: Vec::new(),
        }
    }

    pub(crate) fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The documents of the file; a file with a syntax error gives its problems and what could be read before it.
    pub(crate) fn documents(&mut self) -> Vec<Value> {
        let text = self.file.text().clone();
        let (documents, issues) = yaml::parse(FILE, &text, yaml::Dialect::Yaml12);
        for issue in issues {
            self.problem(issue.span, issue.message, issue.help);
        }
        documents.into_iter().filter(|document| !document.is_null()).collect()
    }

    pub(crate) fn line(&self, span: Span) -> u32 {
        self.file.line_column(span.start).line
    }

    pub(crate) fn problem(&mut self, span: Span, message: impl Into<Arc<str>>, help: impl Into<Arc<str>>) {
        let at = self.file.line_column(span.start);
        self.problems.push(Problem {
            path: self.path.clone(),
            line: Some(at.line),
            column: Some(at.column),
            kind: ProblemKind::Policy,
            message: message.into(),
            help: help.into(),
            fails: true,
        });
    }

    /// The entries of a map whose keys all stand once; a problem and `None` where it is no map.
    pub(crate) fn entries<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v [Entry]> {
        let Data::Map(map) = &value.data else {
            self.problem(span(value), format!("{what} must be a map"), "Write `key: value` pairs.");
            return None;
        };
        let mut keys: Vec<&str> = map.entries().iter().map(|entry| &*entry.key).collect();
        keys.sort_unstable();
        let repeated: Vec<&str> = keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        for key in &repeated {
            let place = map.entries().iter().rfind(|entry| &*entry.key == *key).map_or(span(value), key_span);
            self.problem(place, format!("`{key}` stands twice"), "Keep one of them, or combine tests with `all`.");
        }
        repeated.is_empty().then(|| map.entries())
    }

    /// Like [`Source::entries`], and every key is one of `known`.
    pub(crate) fn known_entries<'v>(&mut self, value: &'v Value, what: &str, known: &[&str]) -> Option<&'v [Entry]> {
        let entries = self.entries(value, what)?;
        let mut fine = true;
        for entry in entries {
            if !known.contains(&&*entry.key) {
                let help = suggest::help(&entry.key, known.iter().copied());
                self.problem(key_span(entry), format!("{what} has no key `{}`", entry.key), help);
                fine = false;
            }
        }
        fine.then_some(entries)
    }

    /// A scalar as written; a problem where it is something else.
    pub(crate) fn scalar(&mut self, value: &Value, what: &str) -> Option<Written> {
        let written = self.written(value);
        if written.is_none() {
            self.problem(span(value), format!("{what} must be a single value"), "");
        }
        written
    }

    /// A scalar as written, where it is one.
    pub(crate) fn written(&self, value: &Value) -> Option<Written> {
        let span = span(value);
        let raw = self.file.text().get(span.start as usize..span.end as usize).unwrap_or_default().trim();
        match &value.data {
            Data::Text(text) => Some(Written { text: text.clone(), plain: raw == &**text }),
            Data::Bool(_) | Data::Number(_) => Some(Written { text: raw.into(), plain: true }),
            _ => None,
        }
    }

    /// A text, whatever YAML makes of it (`1.20` stays as it is written).
    pub(crate) fn text(&mut self, value: &Value, what: &str) -> Option<Arc<str>> {
        self.scalar(value, what).map(|written| written.text)
    }

    /// `true` or `false`.
    pub(crate) fn truth(&mut self, value: &Value, what: &str) -> Option<bool> {
        let truth = value.as_bool();
        if truth.is_none() {
            self.problem(span(value), format!("{what} must be `true` or `false`"), "");
        }
        truth
    }

    /// A list of texts; a single text counts as a list of one.
    pub(crate) fn texts(&mut self, value: &Value, what: &str) -> Option<Vec<Arc<str>>> {
        match &value.data {
            Data::List(list) => list.iter().map(|element| self.text(element, what)).collect(),
            _ => Some(vec![self.text(value, what)?]),
        }
    }

    /// One word of a scale.
    pub(crate) fn word<T: std::str::FromStr<Err = String>>(&mut self, value: &Value, what: &str) -> Option<T> {
        let text = self.text(value, what)?;
        match text.parse() {
            Ok(word) => Some(word),
            Err(message) => {
                self.problem(span(value), format!("{what}: {message}"), "");
                None
            }
        }
    }
}

/// The span of a value that was parsed from a file.
pub(crate) fn span(value: &Value) -> Span {
    value.origin.span().unwrap_or(Span::new(FILE, 0, 0))
}

/// Where an entry is written.
pub(crate) fn key_span(entry: &Entry) -> Span {
    entry.key_span.unwrap_or_else(|| span(&entry.value))
}
