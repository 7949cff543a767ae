//! How governance says what is wrong with its files.

use std::sync::Arc;

use volary_model::{Problem, ProblemKind};

/// A problem with a record. It never fails a run by itself: what a wrong record does not cover stays open.
pub(crate) fn problem(
    path: &str,
    line: Option<u32>,
    message: impl Into<Arc<str>>,
    help: impl Into<Arc<str>>,
) -> Problem {
    Problem {
        path: path.into(),
        line,
        column: None,
        kind: ProblemKind::Governance,
        message: message.into(),
        help: help.into(),
        fails: false,
    }
}
