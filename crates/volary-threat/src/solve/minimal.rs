//! The distinct minimal attacks on a target: minimal sets of base facts from which it can be reached.
//!
//! Best first over a partition of the search space, after Lawler ("A procedure for computing the k best solutions to
//! discrete optimization problems", Management Science 18, 1972). No minimal support contains another, so every one but
//! `{s1, .., sm}` misses some `si`; the parts are those that miss `si` and have all of `s1 .. si-1`. There can be
//! exponentially many supports, and the search can meet empty parts in between: hence a count and a work limit.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::cheapest::{Compose, cheapest};
use super::cone::Cone;
use super::ids::{FactId, RuleId};
use super::plan::{Bracket, Plan, plans};
use super::reach::Chain;
use super::scope::Scope;
use super::set::{IdSet, Present};
use super::system::System;

/// One minimal attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinimalPath {
    /// The base facts it starts from, ascending: without any of them the target cannot be reached from the others.
    pub base: Vec<FactId>,
    /// The steps from them, and between which bounds the cost of the cheapest steps from them lies.
    pub bracket: Bracket,
}

/// Whether all minimal attacks are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All.
    All,
    /// There are more than were asked for.
    CutAtCount,
    /// The work limit ended the search; there may be more.
    CutAtWork,
}

/// Minimal attacks on a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinimalPaths {
    /// The attacks, by the cost of their plans.
    pub paths: Vec<MinimalPath>,
    /// Whether these are all.
    pub extent: Extent,
    /// How much work it took: body facts that were looked at.
    pub work: u64,
}

/// At most `count` minimal attacks on a target, the cheap ones first as far as the bracket of their cost allows to know.
///
/// The first is found whatever the limit. Each further one costs O(m · B) for supports of m facts, plus what the parts
/// without a support cost.
pub fn minimal_paths(system: &System, scope: &Scope<'_>, target: FactId, count: usize, limit: u64) -> MinimalPaths {
    let cone = Cone::new(system, scope, &[target]);
    let mut result = MinimalPaths { paths: vec![], extent: Extent::All, work: cone.work };
    let Some(goal) = cone.inner(target) else { return result };
    let mut search = Search::new(&cone, goal);
    let mut seen = BTreeSet::new();
    let mut queue = BinaryHeap::new();
    queue.extend(search.solve(vec![], vec![]).map(Reverse));
    while let Some(Reverse(part)) = queue.pop() {
        if seen.insert(part.support.clone()) {
            if result.paths.len() == count {
                result.extent = Extent::CutAtCount;
                break;
            }
            result.paths.push(search.path(&part.support, target));
        }
        let mut has = part.has.clone();
        for fact in part.support.iter().copied().filter(|fact| !part.has.contains(fact)) {
            if result.work + search.work() > limit {
                result.extent = Extent::CutAtWork;
                break;
            }
            let mut misses = part.misses.clone();
            misses.push(fact);
            queue.extend(search.solve(has.clone(), misses).map(Reverse));
            has.push(fact);
        }
        if result.extent == Extent::CutAtWork {
            // What waits was found already.
            for Reverse(part) in std::mem::take(&mut queue).into_sorted_vec().into_iter().rev() {
                if result.paths.len() < count && seen.insert(part.support.clone()) {
                    result.paths.push(search.path(&part.support, target));
                }
            }
            break;
        }
    }
    result.work += search.work();
    result.paths.sort_by(|left, right| {
        let key = |path: &MinimalPath| (path.bracket.plan.cost, path.bracket.lower, path.base.len());
        key(left).cmp(&key(right)).then_with(|| left.base.cmp(&right.base))
    });
    result
}

/// The supports that have some facts and miss others, with one support that misses them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    cost: u64,
    support: Vec<FactId>,
    has: Vec<FactId>,
    misses: Vec<FactId>,
}

struct Search<'a> {
    cone: &'a Cone,
    goal: FactId,
    base: IdSet<FactId>,
    nothing: Present,
    chain: Chain,
    work: u64,
}

impl<'a> Search<'a> {
    fn new(cone: &'a Cone, goal: FactId) -> Self {
        let system = &cone.system;
        let base = system.base_rules().map(|rule| system.head(rule)).collect();
        Self { cone, goal, base, nothing: Present::new(0), chain: Chain::new(system), work: 0 }
    }

    fn work(&self) -> u64 {
        self.work + self.chain.work
    }

    /// A support that misses these facts, unless none that has the others can.
    fn solve(&mut self, has: Vec<FactId>, misses: Vec<FactId>) -> Option<Part> {
        let system = &self.cone.system;
        let goal = Some(self.goal);
        let mut rest = self.base.clone();
        for fact in &misses {
            rest.remove(*fact);
        }
        self.chain.run(system, &Scope::new(&self.nothing).only_base(&rest), None);
        if !self.chain.reached.contains(self.goal) || !self.matters(&has, &rest) {
            return None;
        }
        let scope = Scope::new(&self.nothing);
        let found = cheapest(system, &scope.only_base(&rest), Compose::Sum);
        self.work += found.work;
        let plan = Plan::new(system, self.goal, found.derivation(system, self.goal)?);
        // The support shrinks to what the steps of the last way found start from; facts to have stay if they can.
        let mut support = plan.base(system);
        let price = |fact: FactId| -> u64 {
            system.rules_for(fact).filter(|rule| system.is_base(*rule)).map(|rule| u64::from(system.cost(rule))).sum()
        };
        let mut tried = support.clone();
        tried.sort_by_key(|fact| (has.contains(fact), Reverse(price(*fact)), *fact));
        for fact in tried {
            if !support.contains(&fact) {
                continue;
            }
            let fewer: IdSet<FactId> = support.iter().copied().filter(|other| *other != fact).collect();
            if self.chain.run(system, &scope.only_base(&fewer), goal) {
                let steps: Vec<RuleId> = self.chain.derivation(system, self.goal);
                support = Plan::new(system, self.goal, steps).base(system);
            }
        }
        Some(Part { cost: plan.cost, support, has, misses })
    }

    /// Whether each of these facts takes part in some way to the target, of those that the last run reached.
    fn matters(&mut self, has: &[FactId], rest: &IdSet<FactId>) -> bool {
        if has.is_empty() {
            return true;
        }
        let system = &self.cone.system;
        let scope = Scope::new(&self.nothing).only_base(rest);
        let mut needed: IdSet<FactId> = IdSet::new(system.facts());
        needed.insert(self.goal);
        let mut open = vec![self.goal];
        while let Some(fact) = open.pop() {
            for rule in system.rules_for(fact) {
                self.work += 1;
                if scope.allows(system, rule) && system.body(rule).all(|fact| self.chain.reached.contains(fact)) {
                    open.extend(system.body(rule).filter(|fact| needed.insert(*fact)));
                }
            }
        }
        has.iter().all(|fact| needed.contains(*fact))
    }

    /// The steps from a support, in the numbers of the whole system.
    fn path(&mut self, support: &[FactId], target: FactId) -> MinimalPath {
        let system = &self.cone.system;
        let base: IdSet<FactId> = support.iter().copied().collect();
        let found = plans(system, &Scope::new(&self.nothing).only_base(&base));
        self.work += found.work();
        let bracket = found
            .bracket(system, self.goal)
            .unwrap_or_else(|| Bracket { lower: 0, plan: Plan { target, steps: vec![], cost: 0 } });
        let steps = bracket.plan.steps.iter().map(|rule| self.cone.rule(*rule)).collect();
        MinimalPath {
            base: support.iter().map(|fact| self.cone.fact(*fact)).collect(),
            bracket: Bracket { lower: bracket.lower, plan: Plan { target, steps, cost: bracket.plan.cost } },
        }
    }
}
