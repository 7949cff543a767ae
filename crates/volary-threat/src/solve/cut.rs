//! The smallest set of controls that closes all attacks on some targets.
//!
//! An implicit hitting set: every attack needs steps, and of the controls that guard them one has to be there. Attacks that
//! avoid the controls chosen so far are collected, a least hitting set of them is chosen, until no attack is left (Moreno-
//! Centeno and Karp, "The implicit hitting set approach to solve combinatorial optimization problems", Operations Research
//! 61, 2013). The weight of each such set is a lower bound. NP-hard; rounds cost one run of the cheapest search each.

use std::collections::BTreeSet;

use super::cheapest::{Compose, cheapest_by};
use super::cone::Cone;
use super::hitting::{Exact, HittingSolver, greedy, weigh};
use super::ids::{ControlId, FactId, Id};
use super::plan::Plan;
use super::reach::Chain;
use super::scope::Scope;
use super::set::Present;
use super::system::System;

/// A set of controls that closes all attacks on the targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmallestSet {
    /// The controls, ascending. Without any of them some target could be reached.
    pub controls: Vec<ControlId>,
    /// What they weigh together.
    pub weight: u64,
    /// No set of the candidates that closes all attacks weighs less.
    pub lower_bound: u64,
    /// Whether the weight is the least: weight and lower bound are equal.
    pub proven: bool,
    /// How many attacks had to be told apart.
    pub attacks: usize,
    /// How much work it took: body facts and entries of lists that were looked at.
    pub work: u64,
}

/// Whether candidates can close all attacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// They can.
    Set(SmallestSet),
    /// They cannot: this attack is left when all of them are there.
    Open(Plan),
}

/// The set of candidates of least weight with which none of the targets can be reached. A candidate that is named twice has
/// its least weight. When `limit` is used up, a set that closes all attacks with the best lower bound so far.
pub fn smallest_set(
    system: &System,
    scope: &Scope<'_>,
    targets: &[FactId],
    candidates: &[(ControlId, u32)],
    limit: u64,
) -> Closing {
    smallest_set_by(&Exact, system, scope, targets, candidates, limit)
}

/// The same with a hitting-set solver of one's own.
pub fn smallest_set_by(
    solver: &dyn HittingSolver,
    system: &System,
    scope: &Scope<'_>,
    targets: &[FactId],
    candidates: &[(ControlId, u32)],
    limit: u64,
) -> Closing {
    let cone = Cone::new(system, scope, targets);
    let mut search = Search::new(&cone, targets, candidates);
    let everything: Present = search.candidates.iter().map(|(control, _)| *control).collect();
    if let Some(open) = search.open_goal(&everything) {
        let steps = search.chain.derivation(&cone.system, open);
        let steps = steps.into_iter().map(|rule| cone.rule(rule)).collect();
        return Closing::Open(Plan::new(system, cone.fact(open), steps));
    }
    let mut lower_bound = 0;
    let mut chosen: Vec<u32> = vec![];
    let mut closes = search.open_goal(&Present::new(0)).is_none();
    while !closes && search.work() <= limit {
        let before = search.attacks.len();
        search.collect(&chosen, limit);
        if search.attacks.len() == before {
            closes = true;
            break;
        }
        let lists: Vec<Vec<u32>> = search.attacks.iter().cloned().collect();
        let hitting = solver.solve(&lists, &search.weights, limit.saturating_sub(search.work()));
        search.work += hitting.work;
        lower_bound = lower_bound.max(hitting.lower_bound);
        chosen = hitting.chosen;
    }
    if !closes {
        chosen = search.close(chosen);
    }
    let mut weight = weigh(&chosen, &search.weights);
    if weight != lower_bound || chosen.iter().any(|variable| search.weights[*variable as usize] == 0) {
        chosen = search.needed(chosen);
        weight = weigh(&chosen, &search.weights);
    }
    Closing::Set(SmallestSet {
        controls: chosen.iter().map(|variable| search.candidates[*variable as usize].0).collect(),
        weight,
        lower_bound,
        proven: weight == lower_bound,
        attacks: search.attacks.len(),
        work: search.work() + cone.work,
    })
}

const NONE: u32 = u32::MAX;

struct Search<'a> {
    system: &'a System,
    goals: Vec<FactId>,
    /// The candidates that guard anything here, ascending, and the place of each control among them.
    candidates: Vec<(ControlId, u32)>,
    weights: Vec<u64>,
    places: Vec<u32>,
    /// For each attack, the candidates that guard its steps.
    attacks: BTreeSet<Vec<u32>>,
    chain: Chain,
    work: u64,
}

impl<'a> Search<'a> {
    fn new(cone: &'a Cone, targets: &[FactId], candidates: &[(ControlId, u32)]) -> Self {
        let system = &cone.system;
        let mut goals: Vec<FactId> = targets.iter().filter_map(|target| cone.inner(*target)).collect();
        goals.sort_unstable();
        goals.dedup();
        let guarding = cone.controls();
        let mut candidates: Vec<_> =
            candidates.iter().copied().filter(|(control, _)| guarding.contains(*control)).collect();
        candidates.sort_unstable();
        candidates.dedup_by_key(|(control, _)| *control);
        let weights = candidates.iter().map(|(_, weight)| u64::from(*weight)).collect();
        let mut places = vec![NONE; system.controls()];
        for (at, (control, _)) in candidates.iter().enumerate() {
            places[control.index()] = at as u32;
        }
        Self {
            system,
            goals,
            candidates,
            weights,
            places,
            attacks: BTreeSet::new(),
            chain: Chain::new(system),
            work: 0,
        }
    }

    fn work(&self) -> u64 {
        self.work + self.chain.work
    }

    fn present(&self, chosen: &[u32]) -> Present {
        chosen.iter().map(|variable| self.candidates[*variable as usize].0).collect()
    }

    /// A goal that can be reached with these controls.
    fn open_goal(&mut self, present: &Present) -> Option<FactId> {
        self.chain.run(self.system, &Scope::new(present), None);
        self.goals.iter().copied().find(|goal| self.chain.reached.contains(*goal))
    }

    /// One attack on every goal that is open with these controls: those that meet few candidates.
    fn attacks(&mut self, present: &Present) -> BTreeSet<Vec<u32>> {
        let system = self.system;
        let of = |rule| system.guards(rule).map(|guard| self.places[guard.index()]).filter(|place| *place != NONE);
        // A step by itself weighs a little, so that of attacks with as many candidates a short one is found.
        let found = cheapest_by(system, &Scope::new(present), Compose::Sum, |rule| 1 + 1024 * of(rule).count() as u64);
        let mut work = found.work;
        let mut attacks = BTreeSet::new();
        for goal in &self.goals {
            if let Some(steps) = found.derivation(system, *goal) {
                work += steps.iter().map(|rule| 1 + u64::from(system.body_len(*rule))).sum::<u64>();
                let guards: BTreeSet<u32> = steps.into_iter().flat_map(of).collect();
                attacks.insert(guards.into_iter().collect());
            }
        }
        self.work += work;
        attacks
    }

    /// Collects attacks that avoid the chosen controls and, as far as there are any, one another.
    fn collect(&mut self, chosen: &[u32], limit: u64) {
        let mut present = self.present(chosen);
        loop {
            let attacks = self.attacks(&present);
            for variable in attacks.iter().flatten() {
                present.insert(self.candidates[*variable as usize].0);
            }
            let last = attacks.is_empty() || self.work() > limit;
            self.attacks.extend(attacks);
            if last {
                return;
            }
        }
    }

    /// Adds controls, by greed, until all attacks are closed: as many rounds as there are candidates at most, and mostly a few.
    fn close(&mut self, mut chosen: Vec<u32>) -> Vec<u32> {
        loop {
            let attacks = self.attacks(&self.present(&chosen));
            if attacks.is_empty() {
                chosen.sort_unstable();
                return chosen;
            }
            let lists: Vec<Vec<u32>> = attacks.iter().cloned().collect();
            chosen.extend(greedy(&lists, &self.weights));
            self.attacks.extend(attacks);
        }
    }

    /// The controls without those that are not needed, the heaviest tried first.
    fn needed(&mut self, chosen: Vec<u32>) -> Vec<u32> {
        let mut present = self.present(&chosen);
        let mut tried = chosen.clone();
        tried.sort_by_key(|variable| (std::cmp::Reverse(self.weights[*variable as usize]), *variable));
        for variable in tried {
            let control = self.candidates[variable as usize].0;
            present.remove(control);
            if self.open_goal(&present).is_some() {
                present.insert(control);
            }
        }
        chosen.into_iter().filter(|variable| present.contains(self.candidates[*variable as usize].0)).collect()
    }
}
