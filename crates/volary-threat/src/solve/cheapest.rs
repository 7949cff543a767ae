//! What every fact costs at least, by a way of adding up that lets the cheapest be found exactly.
//!
//! Knuth, "A generalization of Dijkstra's algorithm", Information Processing Letters 6 (1977). Both ways of adding up are
//! superior functions: no value is below that of something it was made from. O(B + (F + R) log R).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::ids::{FactId, Id, RuleId};
use super::scope::Scope;
use super::system::System;

/// How the values of a body are put together; the cost of the rule comes on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compose {
    /// Their sum. A step that several branches share is counted for each, so this is never below the true cost.
    Sum,
    /// The greatest of them: the dearest single chain. Never above the true cost.
    Max,
}

/// No rule, no place.
const NONE: u32 = u32::MAX;

/// The greatest value; what would cost more says this.
pub const DEAREST: u64 = u64::MAX - 1;

/// The least value of every fact, with the rule that gives it.
#[derive(Clone, Debug)]
pub struct Cheapest {
    values: Vec<u64>,
    chosen: Vec<u32>,
    places: Vec<u32>,
    order: Vec<FactId>,
    pub(super) work: u64,
}

impl Cheapest {
    /// The value of a fact; none when it cannot be reached.
    pub fn value(&self, fact: FactId) -> Option<u64> {
        self.chosen(fact).map(|_| self.values[fact.index()])
    }

    /// The rule that gives a fact its value; among several of the same value the first by what they say.
    pub fn chosen(&self, fact: FactId) -> Option<RuleId> {
        (self.places[fact.index()] != NONE).then(|| RuleId(self.chosen[fact.index()]))
    }

    /// The facts that can be reached, cheapest first, each after everything its chosen rule needs.
    pub fn order(&self) -> &[FactId] {
        &self.order
    }

    /// The distinct chosen rules that lead to `target`, each after the rules for what it needs; none when it cannot be
    /// reached. O(n log n) for n body facts of these rules.
    pub fn derivation(&self, system: &System, target: FactId) -> Option<Vec<RuleId>> {
        self.chosen(target)?;
        let mut seen = HashSet::from([target]);
        let mut open = vec![target];
        let mut steps = vec![];
        while let Some(rule) = open.pop().and_then(|fact| self.chosen(fact)) {
            steps.push(rule);
            open.extend(system.body(rule).filter(|fact| seen.insert(*fact)));
        }
        steps.sort_unstable_by_key(|rule| self.places[system.head(*rule).index()]);
        Some(steps)
    }
}

/// The cheapest way to every fact.
pub fn cheapest(system: &System, scope: &Scope<'_>, compose: Compose) -> Cheapest {
    cheapest_by(system, scope, compose, |rule| u64::from(system.cost(rule)))
}

/// The same with other costs than those of the system.
pub(super) fn cheapest_by(
    system: &System,
    scope: &Scope<'_>,
    compose: Compose,
    cost: impl Fn(RuleId) -> u64,
) -> Cheapest {
    let facts = system.facts();
    let mut run = Run {
        system,
        found: Cheapest {
            values: vec![u64::MAX; facts],
            chosen: vec![NONE; facts],
            places: vec![NONE; facts],
            order: vec![],
            work: (facts + system.rules()) as u64,
        },
        heap: BinaryHeap::new(),
    };
    scope.base_rules(system, |rule| run.offer(rule, cost(rule).min(DEAREST)));
    let mut missing: Vec<u32> = (0..system.rules() as u32).map(|rule| system.body_len(RuleId(rule))).collect();
    let mut gathered = vec![0_u64; system.rules()];
    while let Some(Reverse((value, fact))) = run.heap.pop() {
        let at = fact.index();
        if run.found.places[at] != NONE {
            continue;
        }
        run.found.places[at] = run.found.order.len() as u32;
        run.found.order.push(fact);
        for rule in system.rules_using(fact) {
            run.found.work += 1;
            let gathered = &mut gathered[rule.index()];
            *gathered = match compose {
                Compose::Sum => gathered.saturating_add(value),
                Compose::Max => (*gathered).max(value),
            };
            missing[rule.index()] -= 1;
            if missing[rule.index()] == 0 && scope.allows(system, rule) {
                run.offer(rule, gathered.saturating_add(cost(rule)).min(DEAREST));
            }
        }
    }
    run.found
}

struct Run<'a> {
    system: &'a System,
    found: Cheapest,
    heap: BinaryHeap<Reverse<(u64, FactId)>>,
}

impl Run<'_> {
    /// A rule whose body is settled offers its head a value.
    fn offer(&mut self, rule: RuleId, value: u64) {
        let fact = self.system.head(rule);
        let at = fact.index();
        let Cheapest { values, chosen, places, .. } = &mut self.found;
        if places[at] != NONE || value > values[at] {
            return;
        }
        if value < values[at] {
            values[at] = value;
            chosen[at] = rule.0;
            self.heap.push(Reverse((value, fact)));
        } else if self.system.rank(rule) < self.system.rank(RuleId(chosen[at])) {
            chosen[at] = rule.0;
        }
    }
}
