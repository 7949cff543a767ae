//! A plan: the steps of an attack in an order in which they can be taken, and between which bounds its true cost lies.

use std::collections::{HashMap, HashSet};

use super::cheapest::{Cheapest, Compose, cheapest};
use super::ids::{FactId, RuleId};
use super::scope::Scope;
use super::system::System;

/// The steps of an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it is for.
    pub target: FactId,
    /// Distinct rules, each after those for what it needs; the last leads to the target.
    pub steps: Vec<RuleId>,
    /// What the steps cost, each counted once.
    pub cost: u64,
}

impl Plan {
    pub(super) fn new(system: &System, target: FactId, steps: Vec<RuleId>) -> Self {
        let cost = steps.iter().fold(0_u64, |sum, rule| sum.saturating_add(u64::from(system.cost(*rule))));
        Self { target, steps, cost }
    }

    /// The facts it starts from, ascending.
    pub fn base(&self, system: &System) -> Vec<FactId> {
        let mut base: Vec<FactId> =
            self.steps.iter().filter(|rule| system.is_base(**rule)).map(|rule| system.head(*rule)).collect();
        base.sort_unstable();
        base
    }
}

/// A plan and the bounds of what the cheapest attack costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// No attack costs less.
    pub lower: u64,
    /// An attack that costs no more than `plan.cost`, so the cheapest does not either.
    pub plan: Plan,
}

/// The values of both ways to add up, from which the plan to any target follows.
///
/// What an attack costs at least when shared steps count once is NP-hard to know (it is the delete relaxation of planning:
/// Bylander, "The computational complexity of propositional STRIPS planning", Artificial Intelligence 69, 1994). So the
/// answer is a bracket.
#[derive(Clone, Debug)]
pub struct Plans {
    sum: Cheapest,
    max: Cheapest,
}

/// Prepares plans to every fact: two runs of [`cheapest`].
pub fn plans(system: &System, scope: &Scope<'_>) -> Plans {
    Plans { sum: cheapest(system, scope, Compose::Sum), max: cheapest(system, scope, Compose::Max) }
}

impl Plans {
    /// The values where shared steps count for each branch.
    pub fn sum(&self) -> &Cheapest {
        &self.sum
    }

    /// The values of the dearest chain.
    pub fn max(&self) -> &Cheapest {
        &self.max
    }

    /// The better of both derivations of a target, and the bounds; none when it cannot be reached.
    pub fn bracket(&self, system: &System, target: FactId) -> Option<Bracket> {
        let lower = self.max.value(target)?;
        let by_sum = Plan::new(system, target, self.sum.derivation(system, target)?);
        let by_max = Plan::new(system, target, self.max.derivation(system, target)?);
        let plan = if (by_max.cost, by_max.steps.len()) < (by_sum.cost, by_sum.steps.len()) { by_max } else { by_sum };
        Some(Bracket { lower, plan })
    }

    pub(super) fn work(&self) -> u64 {
        self.sum.work + self.max.work
    }
}

/// The cheapest plan found to one target, with its bounds; none when it cannot be reached.
pub fn plan(system: &System, scope: &Scope<'_>, target: FactId) -> Option<Bracket> {
    plans(system, scope).bracket(system, target)
}

/// Steps without those that are not needed: taking away any of the rest leaves the target underivable by them.
///
/// The dearest are tried first. Steps may be in any order and lead to the same fact; none when they do not reach the
/// target. O(n · b) for n steps with b body facts.
pub fn irredundant(system: &System, target: FactId, steps: &[RuleId]) -> Option<Plan> {
    let mut kept = ordered(system, target, steps, &HashSet::new())?;
    let mut tried = kept.clone();
    tried.sort_unstable_by_key(|rule| (std::cmp::Reverse(system.cost(*rule)), system.rank(*rule)));
    let mut dropped = HashSet::new();
    for rule in tried {
        dropped.insert(rule);
        match ordered(system, target, &kept, &dropped) {
            Some(rest) => kept = rest,
            None => {
                dropped.remove(&rule);
            }
        }
    }
    Some(Plan::new(system, target, kept))
}

/// The steps in an order in which they can be taken, as far as the target, without those dropped and those that lead to
/// what was already had.
fn ordered(system: &System, target: FactId, steps: &[RuleId], dropped: &HashSet<RuleId>) -> Option<Vec<RuleId>> {
    let mut users: HashMap<FactId, Vec<usize>> = HashMap::new();
    let mut missing = vec![0; steps.len()];
    let mut ready = vec![];
    for (at, rule) in steps.iter().enumerate().filter(|(_, rule)| !dropped.contains(rule)) {
        missing[at] = system.body(*rule).len();
        if missing[at] == 0 {
            ready.push(at);
        }
        for fact in system.body(*rule) {
            users.entry(fact).or_default().push(at);
        }
    }
    let mut had = HashSet::new();
    let mut order = vec![];
    let mut next = 0;
    while let Some(at) = ready.get(next).copied() {
        next += 1;
        let head = system.head(steps[at]);
        if !had.insert(head) {
            continue;
        }
        order.push(steps[at]);
        if head == target {
            return Some(order);
        }
        for user in users.get(&head).into_iter().flatten() {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                ready.push(*user);
            }
        }
    }
    None
}
