//! How trees say what went wrong.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use volary_model::{NotJudged, Problem, ProblemKind};

/// A problem that ends the run with exit code 2 when the file is of a supported format.
pub(crate) fn problem(
    path: impl Into<Arc<str>>,
    kind: ProblemKind,
    message: impl Into<Arc<str>>,
    help: impl Into<Arc<str>>,
) -> Problem {
    Problem {
        path: path.into(),
        line: None,
        column: None,
        kind,
        message: message.into(),
        help: help.into(),
        fails: true,
    }
}

/// What an error of the file system means to a user.
pub(crate) fn unreadable(path: impl Into<Arc<str>>, what: &str, error: &io::Error) -> Problem {
    let (message, help) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("{what} is not there"),
            "It was removed or renamed, perhaps while the run was going on. Run again when the tree is at rest.",
        ),
        io::ErrorKind::PermissionDenied => {
            (format!("{what} may not be read"), "Give the user that runs Volary permission to read it, or ignore it.")
        }
        io::ErrorKind::NotADirectory => (format!("{what} is not there: a part of its path is a file"), ""),
        _ => (format!("{what} could not be read: {}", without_code(error)), ""),
    };
    problem(path, ProblemKind::Unreadable, message, help)
}

/// The error's text without `(os error 5)`, whose number differs between systems.
pub(crate) fn without_code(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// A file above the limit.
pub(crate) fn too_large(path: impl Into<Arc<str>>, limit: u64) -> Problem {
    problem(
        path,
        ProblemKind::Limit,
        format!("the file is larger than {} MiB and was not judged", limit.div_ceil(1024 * 1024)),
        "Split it, or leave it out with `exclude` in .volary/config.yaml.",
    )
}

/// A path that leads out of the root.
pub(crate) fn outside(path: impl Into<Arc<str>>) -> Problem {
    problem(path, ProblemKind::Unreadable, "the path leads out of the folder that is checked", "")
}

/// Collects what is left out, by reason.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(BTreeMap<&'static str, Vec<Arc<str>>>);

impl LeftOut {
    pub(crate) fn add(&mut self, reason: &'static str, path: Arc<str>) {
        self.0.entry(reason).or_default().push(path);
    }

    pub(crate) fn into_sorted(self) -> Vec<NotJudged> {
        self.0
            .into_iter()
            .map(|(reason, mut paths)| {
                paths.sort_unstable();
                paths.dedup();
                NotJudged { reason: reason.into(), paths }
            })
            .collect()
    }
}
