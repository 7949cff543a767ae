//! What a policy answers about a subject.

use std::sync::Arc;

use crate::{Origin, Reason, SubjectId};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The requirement holds.
    Pass,
    /// It does not.
    Fail,
    /// It depends on something that is not known. Never a pass.
    Undecided,
    /// The policy or the data is wrong (a value of the wrong type). Never a pass.
    Error,
    /// The policy does not concern the subject.
    NotApplicable,
}

/// A value that decided a judgement.
#[derive(Clone, Debug)]
pub struct Decider {
    /// The path of the value with the keys of elements: `ingress.0.cidr_blocks`, `rule['ssh'].source`.
    pub path: Arc<str>,
    /// The value as users may see it: masked where sensitive, `not set` where absent, cut where long.
    pub shown: Arc<str>,
    /// Where the value comes from; of an absent one, the nearest enclosing block.
    pub origin: Origin,
    /// Why it is not known, where it is not.
    pub reason: Option<Reason>,
}

/// The answer of one policy about one subject (or about one element of it: see `path`).
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The subject.
    pub subject: SubjectId,
    /// The answer.
    pub outcome: Outcome,
    /// For an element that fails on its own: its path with keys (part of the fingerprint). Else the path of the first
    /// value that decided, or empty.
    pub path: Arc<str>,
    /// What decided, in the order of the document. The first is the place of a finding.
    pub deciders: Vec<Decider>,
    /// The policy's message with its values filled in; of an error or undecided judgement, why.
    pub message: Arc<str>,
}
