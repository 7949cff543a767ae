//! Reading the YAML of the catalogue: known keys, each once; scalars as they are written; problems with lines.

use std::sync::Arc;

use volary_document::yaml;
use volary_model::{Data, Entry, FileId, Problem, ProblemKind, SourceFile, Span, Value};

/// A file of the catalogue.
#[derive(Clone, Debug)]
pub struct CatalogueText {
    /// The path, for problems.
    pub path: Arc<str>,
    /// The text.
    pub text: Arc<str>,
}

/// One file while it is read.
pub(crate) struct Reader {
    path: Arc<str>,
    file: SourceFile,
    pub(crate) problems: Vec<Problem>,
}

/// The span of a value that was read from a file.
pub(crate) fn span(value: &Value) -> Span {
    value.origin.span().unwrap_or(Span::new(FileId(0), 0, 0))
}

impl Reader {
    pub(crate) fn new(text: &CatalogueText) -> Self {
        let file = SourceFile::new(text.path.clone(), text.text.clone());
        Self { path: text.path.clone(), file, problems: Vec::new() }
    }

    pub(crate) fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The only document of the file.
    pub(crate) fn document(&mut self) -> Option<Value> {
        let text = self.file.text().clone();
        let (mut documents, issues) = yaml::parse(FileId(0), &text, yaml::Dialect::Yaml12);
        for issue in issues {
            self.problem(issue.span, issue.message, &issue.help);
        }
        documents.retain(|document| !document.is_null());
        match documents.len() {
            1 => documents.pop(),
            _ => {
                self.problem(Span::new(FileId(0), 0, 0), "the file must hold one document", "");
                None
            }
        }
    }

    pub(crate) fn line(&self, value: &Value) -> u32 {
        self.file.line_column(span(value).start).line
    }

    pub(crate) fn problem(&mut self, span: Span, message: impl Into<Arc<str>>, help: &str) {
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

    /// The entries of a map whose keys are known and stand once each.
    pub(crate) fn entries<'v>(&mut self, value: &'v Value, what: &str, known: &[&str]) -> &'v [Entry] {
        let Data::Map(map) = &value.data else {
            self.problem(span(value), format!("{what} must be a map"), "Write `key: value` pairs.");
            return &[];
        };
        for (at, entry) in map.entries().iter().enumerate() {
            let place = entry.key_span.unwrap_or(span(value));
            if !known.is_empty() && !known.contains(&&*entry.key) {
                let help = format!("It may hold: {}.", known.join(", "));
                self.problem(place, format!("{what} has no key `{}`", entry.key), &help);
            }
            if map.entries()[..at].iter().any(|earlier| earlier.key == entry.key) {
                self.problem(place, format!("`{}` stands twice", entry.key), "Keep one of them.");
            }
        }
        map.entries()
    }

    /// A scalar as it is written: `1.20` and `true` stay so.
    pub(crate) fn text(&mut self, value: &Value, what: &str) -> Arc<str> {
        let place = span(value);
        match &value.data {
            Data::Text(text) => text.clone(),
            Data::Bool(_) | Data::Number(_) => {
                let raw = self.file.text().get(place.start as usize..place.end as usize).unwrap_or_default();
                raw.trim().into()
            }
            _ => {
                self.problem(place, format!("{what} must be a single value"), "");
                "".into()
            }
        }
    }

    /// A list of scalars; a single one counts as a list of one.
    pub(crate) fn texts(&mut self, value: &Value, what: &str) -> Vec<Arc<str>> {
        match &value.data {
            Data::List(list) => list.iter().map(|element| self.text(element, what)).collect(),
            _ => vec![self.text(value, what)],
        }
    }

    /// The elements of a list; a single value counts as a list of one.
    pub(crate) fn list<'v>(&mut self, value: &'v Value) -> Vec<&'v Value> {
        match &value.data {
            Data::List(list) => list.iter().collect(),
            _ => vec![value],
        }
    }

    /// `true` or `false`.
    pub(crate) fn truth(&mut self, value: &Value, what: &str) -> bool {
        value.as_bool().unwrap_or_else(|| {
            self.problem(span(value), format!("{what} must be `true` or `false`"), "");
            false
        })
    }
}
