//! A check of plans that shares nothing with the search for them.

use std::fmt;

use super::ids::{FactId, Id, RuleId};
use super::scope::Scope;
use super::set::IdSet;
use super::system::System;

/// Why a plan is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFault {
    /// A step is no rule of the system.
    Unknown(RuleId),
    /// A step is there twice.
    Repeated(RuleId),
    /// A step is blocked by a control, left out, or starts from what is not there.
    Blocked(RuleId),
    /// A step needs a fact that no step before it leads to.
    Missing(RuleId, FactId),
    /// The steps can be taken and do not lead to the target.
    Elsewhere,
}

impl fmt::Display for PlanFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(rule) => write!(out, "step {} is not a rule of the system", rule.0),
            Self::Repeated(rule) => write!(out, "step {} is in the plan twice", rule.0),
            Self::Blocked(rule) => write!(out, "step {} is blocked", rule.0),
            Self::Missing(rule, fact) => write!(out, "step {} needs fact {}, which is not there yet", rule.0, fact.0),
            Self::Elsewhere => write!(out, "the steps do not lead to the target"),
        }
    }
}

impl std::error::Error for PlanFault {}

/// Takes the steps one after another and looks at each; the cost of all of them. O(n) for n body facts of the steps.
pub fn check_plan(system: &System, scope: &Scope<'_>, target: FactId, steps: &[RuleId]) -> Result<u64, PlanFault> {
    let mut had: IdSet<FactId> = IdSet::new(system.facts());
    let mut taken: IdSet<RuleId> = IdSet::new(system.rules());
    let mut cost = 0_u64;
    for rule in steps.iter().copied() {
        if rule.index() >= system.rules() {
            return Err(PlanFault::Unknown(rule));
        }
        if !taken.insert(rule) {
            return Err(PlanFault::Repeated(rule));
        }
        if !scope.allows(system, rule) {
            return Err(PlanFault::Blocked(rule));
        }
        if let Some(fact) = system.body(rule).find(|fact| !had.contains(*fact)) {
            return Err(PlanFault::Missing(rule, fact));
        }
        had.insert(system.head(rule));
        cost = cost.saturating_add(u64::from(system.cost(rule)));
    }
    if had.contains(target) { Ok(cost) } else { Err(PlanFault::Elsewhere) }
}
