//! Why a finding reaches the exit code, or does not.

use std::sync::Arc;

use volary_model::Span;

/// A fact of the control flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowFact {
    /// What it is.
    pub kind: FlowKind,
    /// Where it is written.
    pub at: Span,
    /// As it is written.
    pub written: Arc<str>,
    /// In a sentence: "`|| true` swallows the exit code of `trivy`".
    pub text: Arc<str>,
}

/// What a fact of the control flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FlowKind {
    /// The exit code is taken by `|| true`, an `if` without failing branch, `!`.
    Swallowed,
    /// A later command decides: the shell does not end at a failing one.
    NoErrexit,
    /// The last command of a pipe decides.
    NoPipefail,
    /// The result is set whatever was found: `exit 0`.
    ForcedResult,
    /// It runs in the background, and nobody asks how it ended.
    Background,
    /// It runs inside of a word, where exit codes are lost: `export X=$(...)`, `echo $(...)`.
    Substitution,
    /// The step returns the exit code instead of failing (`returnStatus`).
    ReturnStatus,
    /// The script tests what was found and fails: a home-made gate.
    Gate,
    /// A program that could not be read is given what was found, and its exit code decides.
    Program,
}

impl FlowKind {
    /// Whether it makes a finding reach the exit code.
    pub fn helps(self) -> bool {
        matches!(self, Self::Gate | Self::Program)
    }

    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Swallowed => "swallowed",
            Self::NoErrexit => "no-errexit",
            Self::NoPipefail => "no-pipefail",
            Self::ForcedResult => "forced-result",
            Self::Background => "background",
            Self::Substitution => "substitution",
            Self::ReturnStatus => "return-status",
            Self::Gate => "gate",
            Self::Program => "program",
        }
    }
}
