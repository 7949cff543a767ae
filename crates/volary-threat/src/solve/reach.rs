//! What can be reached: forward chaining with a counter for each rule.
//!
//! Dowling and Gallier, "Linear-time algorithms for testing the satisfiability of propositional Horn formulae", Journal of
//! Logic Programming 3 (1984). O(F + R + B) for F facts, R rules and B body facts in all; asked again with the same
//! [`Chain`], only in what is reached.

use std::collections::HashSet;

use super::ids::{FactId, Id, RuleId};
use super::scope::Scope;
use super::set::IdSet;
use super::system::System;

/// What can be reached.
#[derive(Clone, Debug)]
pub struct Reached {
    facts: IdSet<FactId>,
    steps: Vec<RuleId>,
}

impl Reached {
    /// Whether a fact can be reached.
    pub fn contains(&self, fact: FactId) -> bool {
        self.facts.contains(fact)
    }

    /// The facts that can be reached.
    pub fn facts(&self) -> &IdSet<FactId> {
        &self.facts
    }

    /// One rule for every fact that is reached, each after the rules for what it needs.
    pub fn steps(&self) -> &[RuleId] {
        &self.steps
    }
}

/// Everything that can be reached in this scope.
pub fn reach(system: &System, scope: &Scope<'_>) -> Reached {
    let mut chain = Chain::new(system);
    chain.run(system, scope, None);
    Reached { facts: chain.reached, steps: chain.steps }
}

/// Everything that can still be reached when these facts can no longer be had: no rule leads to them.
pub fn reach_without(system: &System, scope: &Scope<'_>, gone: &IdSet<FactId>) -> Reached {
    let mut chain = Chain::new(system);
    chain.run_without(system, scope, Some(gone), None);
    Reached { facts: chain.reached, steps: chain.steps }
}

/// The memory of a forward chaining, to be used for many of them on one system.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    missing: Vec<u32>,
    pub(super) reached: IdSet<FactId>,
    pub(super) steps: Vec<RuleId>,
    /// How many body facts were looked at in all runs.
    pub(super) work: u64,
}

impl Chain {
    pub(super) fn new(system: &System) -> Self {
        let missing = (0..system.rules() as u32).map(|rule| system.body_len(RuleId(rule))).collect();
        Self { missing, reached: IdSet::new(system.facts()), steps: vec![], work: 0 }
    }

    /// Whether `target` is reached (the run stops there), or false without one.
    pub(super) fn run(&mut self, system: &System, scope: &Scope<'_>, target: Option<FactId>) -> bool {
        self.run_without(system, scope, None, target)
    }

    pub(super) fn run_without(
        &mut self,
        system: &System,
        scope: &Scope<'_>,
        gone: Option<&IdSet<FactId>>,
        target: Option<FactId>,
    ) -> bool {
        self.reset(system);
        let Self { missing, reached, steps, work } = self;
        let is_gone = |fact| gone.is_some_and(|gone| gone.contains(fact));
        scope.base_rules(system, |rule| {
            let head = system.head(rule);
            *work += 1;
            if !is_gone(head) && reached.insert(head) {
                steps.push(rule);
            }
        });
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            at += 1;
            let fact = system.head(*step);
            if Some(fact) == target {
                return true;
            }
            for rule in system.rules_using(fact) {
                *work += 1;
                let missing = &mut missing[rule.index()];
                *missing -= 1;
                if *missing == 0 {
                    let head = system.head(rule);
                    if !reached.contains(head) && !is_gone(head) && scope.allows(system, rule) {
                        reached.insert(head);
                        steps.push(rule);
                    }
                }
            }
        }
        false
    }

    /// The steps of the last run that lead to a fact it reached, each after those for what it needs.
    pub(super) fn derivation(&mut self, system: &System, target: FactId) -> Vec<RuleId> {
        let mut needed = HashSet::from([target]);
        let mut steps = vec![];
        for rule in self.steps.iter().rev().copied() {
            if needed.contains(&system.head(rule)) {
                needed.extend(system.body(rule));
                self.work += 1;
                steps.push(rule);
            }
        }
        steps.reverse();
        steps
    }

    /// As new, at the cost of what the last run reached.
    fn reset(&mut self, system: &System) {
        for step in self.steps.drain(..) {
            let fact = system.head(step);
            self.reached.remove(fact);
            for rule in system.rules_using(fact) {
                self.missing[rule.index()] = system.body_len(rule);
            }
        }
    }
}
