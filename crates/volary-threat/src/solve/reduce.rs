//! What can be said of a hitting set without a search.

use std::collections::BTreeMap;

/// The lists still to be hit, and which variables were settled.
#[derive(Clone, Debug, Default)]
pub(super) struct Reduced {
    /// Variables that are in some least hitting set, found since.
    pub(super) forced: Vec<u32>,
    /// Lists of variables, one of each has to be chosen; ascending, none within another.
    pub(super) clauses: Vec<Vec<u32>>,
}

/// Applies to the end, or until the work is used up, in turn: a list that contains another goes; the only variable of a list
/// is chosen; a variable goes when another hits the same lists and more and costs no more. Each keeps at least one least
/// solution. O(n²) steps for n entries at worst, near linear for lists that have little in common.
pub(super) fn reduce(mut clauses: Vec<Vec<u32>>, weights: &[u64], work: &mut u64, limit: u64) -> Reduced {
    let mut forced = vec![];
    loop {
        clauses = without_supersets(clauses, work, limit);
        let units: Vec<u32> = clauses.iter().filter(|clause| clause.len() == 1).map(|clause| clause[0]).collect();
        if !units.is_empty() {
            // They are sorted, as lists of one are by what they hold. Lists with one of them are hit.
            clauses.retain(|clause| clause.iter().all(|variable| units.binary_search(variable).is_err()));
            forced.extend(units);
        }
        let dropped = dominated(&clauses, weights, work, limit);
        if dropped.is_empty() {
            return Reduced { forced, clauses };
        }
        for clause in &mut clauses {
            clause.retain(|variable| dropped.binary_search(variable).is_err());
        }
    }
}

/// Whether every item of the first list is in the second; both ascending.
fn within(small: &[u32], great: &[u32], work: &mut u64) -> bool {
    let mut rest = great.iter();
    small.len() <= great.len()
        && small.iter().all(|item| {
            rest.by_ref().inspect(|_| *work += 1).find(|other| *other >= item).is_some_and(|other| other == item)
        })
}

fn without_supersets(mut clauses: Vec<Vec<u32>>, work: &mut u64, limit: u64) -> Vec<Vec<u32>> {
    clauses.sort_unstable_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
    clauses.dedup();
    let mut by_first: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut kept: Vec<Vec<u32>> = vec![];
    for clause in clauses {
        let covered = *work < limit
            && clause.iter().any(|variable| {
                by_first.get(variable).is_some_and(|others| others.iter().any(|at| within(&kept[*at], &clause, work)))
            });
        if !covered {
            by_first.entry(clause.first().copied().unwrap_or(u32::MAX)).or_default().push(kept.len());
            kept.push(clause);
        }
    }
    kept
}

/// Variables that another one can replace, ascending.
fn dominated(clauses: &[Vec<u32>], weights: &[u64], work: &mut u64, limit: u64) -> Vec<u32> {
    let mut hits: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, clause) in clauses.iter().enumerate() {
        for variable in clause {
            hits.entry(*variable).or_default().push(at as u32);
        }
    }
    let mut dropped = vec![];
    for (variable, own) in &hits {
        if *work >= limit {
            break;
        }
        let weight = |variable: u32| weights[variable as usize];
        // Of two that can replace each other the first stays; whatever replaces a dropped one replaces what that did.
        let replaced = clauses[own[0] as usize].iter().filter(|other| *other != variable).any(|other| {
            let theirs = &hits[other];
            weight(*other) <= weight(*variable)
                && (theirs.len() > own.len() || weight(*other) < weight(*variable) || other < variable)
                && within(own, theirs, work)
        });
        if replaced {
            dropped.push(*variable);
        }
    }
    dropped
}
