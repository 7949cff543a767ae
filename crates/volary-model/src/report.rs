//! The result of a run: what every output format is made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Finding, NotJudged, Outcome, PolicyInfo, Problem, Severity, Undecided};

/// Which versions gave the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The binary.
    pub binary: Arc<str>,
    /// The policy pack.
    pub pack: Arc<str>,
    /// Digest of the pack and of the user's policies.
    pub pack_digest: Arc<str>,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were read.
    pub files: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Units that were evaluated.
    pub units: u64,
    /// Resources in them (facets not counted).
    pub resources: u64,
    /// Judgements by outcome.
    pub judgements: BTreeMap<Outcome, u64>,
}

/// The result of a run. Every list is sorted, so the same input gives the same report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Versions of binary and pack.
    pub versions: Versions,
    /// What was checked, as the user named it.
    pub targets: Vec<Arc<str>>,
    /// The base revision, when only what a change introduces is reported.
    pub since: Option<Arc<str>>,
    /// All findings: open, baselined and accepted. Sorted by severity (worst first), path, line, policy.
    pub findings: Vec<Finding>,
    /// What could not be decided, sorted by path, line, policy.
    pub undecided: Vec<Undecided>,
    /// What went wrong, sorted.
    pub problems: Vec<Problem>,
    /// What was not judged, sorted by reason.
    pub not_judged: Vec<NotJudged>,
    /// What was looked at.
    pub counts: Counts,
    /// The policies that judged at least one subject, sorted by id.
    pub policies: Vec<Arc<PolicyInfo>>,
    /// The severity from which a blocking finding fails the run.
    pub fail_on: Severity,
    /// Whether undecided judgements fail the run.
    pub fail_on_undecided: bool,
}

impl Report {
    /// The open findings.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.status == crate::Status::Open)
    }

    /// Whether an open finding fails the run.
    pub fn is_failure(&self) -> bool {
        self.open().any(|finding| finding.level == crate::Level::Block && finding.severity >= self.fail_on)
            || (self.fail_on_undecided && !self.undecided.is_empty())
    }

    /// The exit code: 1 when a blocking finding reaches the asked severity, whatever else; else 2 when something that
    /// should have been judged could not be; else 0.
    pub fn exit_code(&self) -> u8 {
        if self.is_failure() {
            1
        } else if self.problems.iter().any(|problem| problem.fails) {
            2
        } else {
            0
        }
    }
}
