//! What a failed judgement reports.

use std::sync::Arc;

use crate::{Decider, Level, Location, PolicyInfo, Reason, Severity};

/// One use of a definition that has the finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance {
    /// The unit.
    pub unit: Arc<str>,
    /// The address there.
    pub address: Arc<str>,
    /// The module calls that lead to it, outermost first: `module "net"` and its place.
    pub calls: Vec<(Arc<str>, Location)>,
    /// Where the value that decided was written, when that is another place than the finding's: last use first.
    pub chain: Vec<Location>,
    /// Why it is not known whether the instance exists.
    pub conditional: Option<Reason>,
}

/// What an edit does at its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// Set the attribute to a value, written as JSON.
    Set(Arc<str>),
    /// Remove the attribute.
    Remove,
    /// Insert a text as it is.
    Insert(Arc<str>),
}

/// A safe edit: replace the bytes at a place by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub location: Location,
    /// The new text.
    pub text: Arc<str>,
}

/// A recorded risk acceptance that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The id of the exception, or `comment` for one in the code.
    pub id: Arc<str>,
    /// Why it was accepted.
    pub reason: Arc<str>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// Until when, `YYYY-MM-DD`.
    pub until: Option<Arc<str>>,
    /// Where it is written.
    pub location: Option<Location>,
}

/// What became of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// To be dealt with.
    Open,
    /// Was there when the tool came.
    Baselined,
    /// Covered by an exception.
    Accepted(Acceptance),
}

/// What a failed judgement reports: one finding for one policy on one definition and path, with all its instances.
#[derive(Clone, Debug)]
pub struct Finding {
    /// 32 hexadecimal digits; the same wherever and whenever the same thing is found.
    pub fingerprint: Arc<str>,
    /// The policy.
    pub policy: Arc<PolicyInfo>,
    /// Severity: the policy's, unless the boundary or the context changed it.
    pub severity: Severity,
    /// What it does to the run.
    pub level: Level,
    /// What is wrong here, one sentence without a full stop.
    pub message: Arc<str>,
    /// The kind of the subject.
    pub kind: Arc<str>,
    /// The address of the definition in its folder.
    pub address: Arc<str>,
    /// The attribute path with element keys.
    pub path: Arc<str>,
    /// Where it is.
    pub location: Location,
    /// The definition it lies in.
    pub extent: Location,
    /// The values that decided in the first instance.
    pub deciders: Vec<Decider>,
    /// Every instance, sorted.
    pub instances: Vec<Instance>,
    /// A safe edit, if there is one.
    pub edit: Option<Edit>,
    /// Owners per CODEOWNERS; empty when nobody is named.
    pub owners: Vec<Arc<str>>,
    /// What became of it.
    pub status: Status,
    /// Digest of the definition's text, whitespace folded: changes when the block is edited.
    pub digest: Arc<str>,
}

/// A judgement that could not be decided, grouped like findings.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The policy.
    pub policy: Arc<PolicyInfo>,
    /// The kind of the subject.
    pub kind: Arc<str>,
    /// The address of the definition.
    pub address: Arc<str>,
    /// Where the unknown value is used.
    pub location: Location,
    /// Why it is not known.
    pub reasons: Vec<Reason>,
    /// How many instances of the definition are concerned.
    pub instances: u32,
}
