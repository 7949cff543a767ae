//! What was wrong with a document.

use volary_model::{FileId, ProblemKind, Span};

/// Something that was wrong with a text. The rest of the text is read all the same, as far as that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where.
    pub span: Span,
    /// The class: `Syntax` or `Limit`.
    pub kind: ProblemKind,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it; empty where nothing helps.
    pub help: String,
}

impl Issue {
    /// A syntax error at a byte offset.
    pub(crate) fn syntax(file: FileId, start: usize, end: usize, message: impl Into<String>, help: &str) -> Self {
        Self {
            span: Span::new(file, start, end),
            kind: ProblemKind::Syntax,
            message: message.into(),
            help: help.to_owned(),
        }
    }

    /// A limit that was reached at a byte offset.
    pub(crate) fn limit(file: FileId, start: usize, end: usize, message: impl Into<String>, help: &str) -> Self {
        Self { kind: ProblemKind::Limit, ..Self::syntax(file, start, end, message, help) }
    }
}
