//! What went wrong, and what was not judged.

use std::sync::Arc;

/// Classes of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A file or folder could not be read: permissions, special file, vanished.
    Unreadable,
    /// A file of a supported format has a syntax error.
    Syntax,
    /// A limit on size, depth, expansions or work was reached.
    Limit,
    /// A policy or the catalogue is wrong, or evaluating it failed.
    Policy,
    /// An exception, baseline or configuration file is wrong, expired or covers nothing.
    Governance,
    /// The report could not be written.
    Output,
    /// Volary itself failed; please report it.
    Internal,
}

impl ProblemKind {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Syntax => "syntax",
            Self::Limit => "limit",
            Self::Policy => "policy",
            Self::Governance => "governance",
            Self::Output => "output",
            Self::Internal => "internal",
        }
    }
}

/// Something that went wrong. Problems never stop the rest and never disappear from the report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path; empty where it concerns the run as a whole.
    pub path: Arc<str>,
    /// Line from 1, where there is one.
    pub line: Option<u32>,
    /// Column from 1, where there is one.
    pub column: Option<u32>,
    /// The class.
    pub kind: ProblemKind,
    /// What is wrong.
    pub message: Arc<str>,
    /// What to do about it; empty where nothing helps.
    pub help: Arc<str>,
    /// Whether the run ends with exit code 2 because of it (a file of a supported format that could not be read, a
    /// policy that failed, a report not written, wrong arguments).
    pub fails: bool,
}

/// Something that was deliberately not judged: a format not yet supported, a file that is ignored, a link out of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotJudged {
    /// Why, as a phrase in front of a number of files: `Helm chart templates (format not yet supported)`.
    pub reason: Arc<str>,
    /// The paths, sorted.
    pub paths: Vec<Arc<str>>,
}
