//! A file of a pipeline, parsed when it is needed.

use std::sync::{Arc, OnceLock};

use volary_document::{Issue, yaml};
use volary_model::{FileId, Value};

/// A file: its text, and its YAML as each platform reads it. Parsed once, however many pipelines include it.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its path in its repository.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    yaml11: OnceLock<(Vec<Value>, Vec<Issue>)>,
    yaml12: OnceLock<(Vec<Value>, Vec<Issue>)>,
}

impl Document {
    /// A file with its decoded text.
    pub fn new(file: FileId, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { file, path: path.into(), text: text.into(), yaml11: OnceLock::new(), yaml12: OnceLock::new() }
    }

    /// A file whose YAML was already parsed in this dialect.
    pub fn parsed(
        file: FileId,
        path: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        dialect: yaml::Dialect,
        documents: Vec<Value>,
        issues: Vec<Issue>,
    ) -> Self {
        let document = Self::new(file, path, text);
        let cell = match dialect {
            yaml::Dialect::Yaml11 => &document.yaml11,
            yaml::Dialect::Yaml12 => &document.yaml12,
        };
        let _ = cell.set((documents, issues));
        document
    }

    /// Its YAML documents and what is wrong with them.
    pub fn yaml(&self, dialect: yaml::Dialect) -> (&[Value], &[Issue]) {
        let cell = match dialect {
            yaml::Dialect::Yaml11 => &self.yaml11,
            yaml::Dialect::Yaml12 => &self.yaml12,
        };
        let (values, issues) = cell.get_or_init(|| yaml::parse(self.file, &self.text, dialect));
        (values, issues)
    }
}
