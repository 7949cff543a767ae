//! A compiled policy.

use std::sync::Arc;

use volary_model::{PolicyInfo, Tier};

use crate::condition::Condition;
use crate::message::Message;
use crate::path::Path;

/// A compiled policy: its face, and the conditions.
#[derive(Debug)]
pub struct Policy {
    /// What reports need to know of it.
    pub info: Arc<PolicyInfo>,
    pub(crate) when: Option<Condition>,
    pub(crate) relaxed: Option<Relaxed>,
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

    /// Whether the policy leaves some of its subjects to a later tier.
    pub fn has_relaxed(&self) -> bool {
        self.relaxed.is_some()
    }
}

/// Where the policy counts as one of a later tier: what it asks for is right, and it has good reasons not to be so.
#[derive(Debug)]
pub(crate) struct Relaxed {
    pub(crate) tier: Tier,
    pub(crate) when: Condition,
}

/// What the policy demands.
#[derive(Debug)]
pub(crate) enum Demand {
    /// It must hold.
    Require(Condition),
    /// It must not hold.
    Forbid(Condition),
}
