//! Least hitting sets: from every list choose at least one variable, at the least weight in all.
//!
//! Branch and bound on whole numbers: nothing depends on rounding, on the machine or on time. NP-hard; a work limit turns the
//! answer into a hitting set with a lower bound.

use std::collections::BTreeMap;

use super::lagrange::bound;
use super::reduce::{Reduced, reduce};

/// A hitting set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hitting {
    /// The variables that hit every list, ascending.
    pub chosen: Vec<u32>,
    /// No hitting set weighs less.
    pub lower_bound: u64,
    /// How much work it took.
    pub work: u64,
}

/// A way to find least hitting sets.
pub trait HittingSolver {
    /// A hitting set of lists that are not empty, whose items are below the number of weights, with a lower bound of the
    /// least weight. `limit` bounds the work, in a measure of its own near one step on one entry of a list.
    fn solve(&self, clauses: &[Vec<u32>], weights: &[u64], limit: u64) -> Hitting;
}

/// Reductions, independent parts, and branch and bound with bounds from Lagrangian relaxation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

impl HittingSolver for Exact {
    fn solve(&self, clauses: &[Vec<u32>], weights: &[u64], limit: u64) -> Hitting {
        let mut result = Hitting::default();
        let mut sorted: Vec<Vec<u32>> = clauses.to_vec();
        for clause in &mut sorted {
            clause.sort_unstable();
            clause.dedup();
        }
        let reduced = reduce(sorted, weights, &mut result.work, limit);
        result.lower_bound = weigh(&reduced.forced, weights);
        result.chosen = reduced.forced;
        for part in parts(reduced.clauses) {
            let solved = branch_and_bound(part, weights, limit.saturating_sub(result.work));
            result.chosen.extend(solved.chosen);
            result.lower_bound = result.lower_bound.saturating_add(solved.lower_bound);
            result.work += solved.work;
        }
        result.chosen.sort_unstable();
        result
    }
}

/// What some variables weigh.
pub(super) fn weigh(chosen: &[u32], weights: &[u64]) -> u64 {
    chosen.iter().fold(0, |sum: u64, variable| sum.saturating_add(weights[*variable as usize]))
}

/// A hitting set by taking again and again what hits most for its weight, without what turns out not to be needed.
pub(super) fn greedy(clauses: &[Vec<u32>], weights: &[u64]) -> Vec<u32> {
    let mut hits: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, clause) in clauses.iter().enumerate() {
        for variable in clause {
            hits.entry(*variable).or_default().push(at);
        }
    }
    let mut open: BTreeMap<u32, u64> = hits.iter().map(|(variable, own)| (*variable, own.len() as u64)).collect();
    let mut times = vec![0_u32; clauses.len()];
    let mut chosen = vec![];
    let better = |left: (u32, u64), right: (u32, u64)| {
        let value = |of: u64, other: u32| u128::from(of) * u128::from(weights[other as usize]);
        value(left.1, right.0) > value(right.1, left.0)
    };
    loop {
        let mut best: Option<(u32, u64)> = None;
        for (variable, count) in open.iter().filter(|(_, count)| **count > 0) {
            if best.is_none_or(|best| better((*variable, *count), best)) {
                best = Some((*variable, *count));
            }
        }
        let Some((variable, _)) = best else { break };
        chosen.push(variable);
        for at in &hits[&variable] {
            if times[*at] == 0 {
                for other in &clauses[*at] {
                    open.entry(*other).and_modify(|count| *count -= 1);
                }
            }
            times[*at] += 1;
        }
    }
    let mut tried = chosen.clone();
    tried.sort_by_key(|variable| (std::cmp::Reverse(weights[*variable as usize]), *variable));
    for variable in tried {
        if hits[&variable].iter().all(|at| times[*at] > 1) {
            hits[&variable].iter().for_each(|at| times[*at] -= 1);
            chosen.retain(|other| *other != variable);
        }
    }
    chosen
}

/// Lists grouped so that no variable is in two groups; small groups first.
fn parts(clauses: Vec<Vec<u32>>) -> Vec<Vec<Vec<u32>>> {
    let mut root: BTreeMap<u32, u32> = BTreeMap::new();
    fn find(root: &mut BTreeMap<u32, u32>, variable: u32) -> u32 {
        let mut at = variable;
        while let Some(next) = root.get(&at).copied().filter(|next| *next != at) {
            at = next;
        }
        let mut walk = variable;
        while walk != at {
            walk = root.insert(walk, at).unwrap_or(at);
        }
        at
    }
    for clause in &clauses {
        for variable in clause {
            root.entry(*variable).or_insert(*variable);
            let (left, right) = (find(&mut root, clause[0]), find(&mut root, *variable));
            root.insert(left.max(right), left.min(right));
        }
    }
    let mut groups: BTreeMap<u32, Vec<Vec<u32>>> = BTreeMap::new();
    for clause in clauses {
        groups.entry(find(&mut root, clause[0])).or_default().push(clause);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(Vec::len);
    groups
}

/// What is left to decide after some variables were chosen or left out.
struct Node {
    chosen: Vec<u32>,
    bound: u64,
    clauses: Vec<Vec<u32>>,
}

/// Rounds of better prices for a whole part, and for what is left of it in the search.
const ROUNDS: [usize; 2] = [400, 60];

fn branch_and_bound(clauses: Vec<Vec<u32>>, weights: &[u64], limit: u64) -> Hitting {
    let mut best = greedy(&clauses, weights);
    let mut least = weigh(&best, weights);
    let mut work = clauses.iter().map(|clause| clause.len() as u64).sum();
    let mut rounds = ROUNDS[0];
    let mut open = vec![Node { chosen: vec![], bound: 0, clauses }];
    while let Some(mut node) = open.pop() {
        if node.bound >= least {
            continue;
        }
        // The first node is always looked at, so that there is a bound.
        if work >= limit && rounds != ROUNDS[0] {
            open.push(node);
            break;
        }
        let own = weigh(&node.chosen, weights);
        let found = bound(&node.clauses, weights, least.saturating_sub(own), rounds, &mut work, limit);
        rounds = ROUNDS[1];
        node.bound = node.bound.max(own.saturating_add(found.lower));
        let weight = own.saturating_add(weigh(&found.chosen, weights));
        if weight < least {
            least = weight;
            best = [node.chosen.clone(), found.chosen].concat();
        }
        if node.bound >= least {
            continue;
        }
        let settled = !found.out.is_empty() || !found.forced.is_empty();
        let fixed = |variable: &u32| found.forced.binary_search(variable).is_ok();
        let mut clauses = node.clauses;
        clauses.retain(|clause| !clause.iter().any(fixed));
        node.chosen.extend(&found.forced);
        for clause in &mut clauses {
            clause.retain(|variable| found.out.binary_search(variable).is_err());
        }
        if settled {
            open.extend(child(node.chosen, clauses, node.bound, weights, limit, &mut work));
        } else if let Some(variable) = busiest(&clauses, weights) {
            let without =
                clauses.iter().map(|clause| clause.iter().copied().filter(|other| *other != variable).collect());
            let without: Vec<Vec<u32>> = without.collect();
            clauses.retain(|clause| !clause.contains(&variable));
            open.extend(child(node.chosen.clone(), without, node.bound, weights, limit, &mut work));
            node.chosen.push(variable);
            open.extend(child(node.chosen, clauses, node.bound, weights, limit, &mut work));
        }
    }
    let lower_bound = open.iter().map(|node| node.bound).fold(least, u64::min);
    Hitting { chosen: best, lower_bound, work }
}

/// What is left after a decision, reduced; none when some list can no longer be hit.
fn child(
    mut chosen: Vec<u32>,
    clauses: Vec<Vec<u32>>,
    bound: u64,
    weights: &[u64],
    limit: u64,
    work: &mut u64,
) -> Option<Node> {
    *work += clauses.iter().map(|clause| clause.len() as u64).sum::<u64>();
    if clauses.iter().any(Vec::is_empty) {
        return None;
    }
    let Reduced { forced, clauses } = reduce(clauses, weights, work, limit);
    chosen.extend(forced);
    Some(Node { chosen, bound, clauses })
}

/// The variable that hits most lists; of several the lightest, then the first.
fn busiest(clauses: &[Vec<u32>], weights: &[u64]) -> Option<u32> {
    let mut hits: BTreeMap<u32, u32> = BTreeMap::new();
    for variable in clauses.iter().flatten() {
        *hits.entry(*variable).or_default() += 1;
    }
    let key = |(variable, hits): &(u32, u32)| (*hits, std::cmp::Reverse((weights[*variable as usize], *variable)));
    hits.into_iter().max_by_key(key).map(|(variable, _)| variable)
}
