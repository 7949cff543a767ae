//! A compiled policy.

use std::sync::Arc;

use volary_model::PolicyInfo;

use crate::condition::Condition;
use crate::message::Message;
use crate::path::Path;

/// A compiled policy: its face, and the conditions.
#[derive(Debug)]
pub struct Policy {
    /// What reports need to know of it.
    pub info: Arc<PolicyInfo>,
    pub(crate) when: Option<Condition>,
    pub(crate) demand: Demand,
    pub(crate) message: Message,
    /// Paths whose values are never shown.
    pub(crate) masked: Vec<Path>,
    /// The path at which a finding is shown, where the author chose one.
    pub(crate) place: Option<Arc<str>>,
}

impl Policy {
    /// Whether the policy applies only under a condition.
    pub fn has_when(&self) -> bool {
        self.when.is_some()
    }
}

/// What the policy demands.
#[derive(Debug)]
pub(crate) enum Demand {
    /// It must hold.
    Require(Condition),
    /// It must not hold.
    Forbid(Condition),
}
