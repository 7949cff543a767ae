//! Lower bounds of hitting sets by Lagrangian relaxation, in whole numbers.
//!
//! Each list pays a price; a variable is worth taking when the lists it hits pay more than it weighs. Whatever the prices, what
//! they add up to, less what is won so, is a lower bound, and at the best prices it is that of the linear program (Beasley,
//! "A Lagrangian heuristic for set-covering problems", Naval Research Logistics 37, 1990). Prices are multiples of 1 / 1024,
//! so a bound is exact whatever the prices were.

use super::hitting::{greedy, weigh};

const SCALE: i128 = 1024;

/// What prices tell.
pub(super) struct Bound {
    /// No hitting set weighs less.
    pub(super) lower: u64,
    /// A hitting set.
    pub(super) chosen: Vec<u32>,
    /// Variables that no hitting set lighter than asked for contains, ascending.
    pub(super) out: Vec<u32>,
    /// Variables that every hitting set lighter than asked for contains, ascending.
    pub(super) forced: Vec<u32>,
}

/// Bounds the hitting sets of these lists, with what can be said of those that weigh less than `below`. Ends with fewer rounds
/// when the work reaches its limit.
pub(super) fn bound(
    clauses: &[Vec<u32>],
    weights: &[u64],
    below: u64,
    rounds: usize,
    work: &mut u64,
    limit: u64,
) -> Bound {
    let mut variables: Vec<u32> = clauses.iter().flatten().copied().collect();
    variables.sort_unstable();
    variables.dedup();
    let place = |variable: &u32| variables.partition_point(|other| other < variable);
    let lists: Vec<Vec<usize>> = clauses.iter().map(|clause| clause.iter().map(place).collect()).collect();
    let scaled: Vec<i128> = variables.iter().map(|variable| i128::from(weights[*variable as usize]) * SCALE).collect();
    let entries: u64 = lists.iter().map(|list| list.len() as u64).sum();
    *work += 2 * entries;

    let mut prices = first_prices(&lists, &scaled);
    let mut best_value = i128::MIN;
    let mut best_left = scaled.clone();
    let mut chosen: Option<(u64, Vec<u32>)> = None;
    let mut upper = below;
    let (mut halvings, mut idle) = (0, 0);
    for round in 0..rounds {
        *work += 2 * entries;
        let mut left = scaled.clone();
        for (list, price) in lists.iter().zip(&prices) {
            list.iter().for_each(|at| left[*at] -= price);
        }
        let value = prices.iter().sum::<i128>() + left.iter().filter(|left| **left < 0).sum::<i128>();
        if value > best_value {
            (best_value, idle) = (value, 0);
            best_left.clone_from(&left);
        } else {
            idle += 1;
        }
        if round % 32 == 0 || round + 1 == rounds {
            *work += 4 * entries;
            let found = rounded(clauses, weights, &variables, &left);
            let weight = weigh(&found, weights);
            if chosen.as_ref().is_none_or(|(least, _)| weight < *least) {
                upper = upper.min(weight);
                chosen = Some((weight, found));
            }
        }
        if up(best_value) >= upper || *work >= limit {
            break;
        }
        if idle >= 8 {
            (halvings, idle) = (halvings + 1, 0);
            if halvings > 8 {
                break;
            }
        }
        let slopes: Vec<i128> =
            lists.iter().map(|list| 1 - list.iter().filter(|at| left[**at] < 0).count() as i128).collect();
        let length: i128 = slopes.iter().map(|slope| slope * slope).sum();
        if length == 0 {
            break;
        }
        // The way to go is as long as the gap, a part of it later on.
        let gap = (i128::from(upper) * SCALE - value).max(SCALE);
        for (price, slope) in prices.iter_mut().zip(&slopes) {
            *price = (*price + (((slope * gap) / length) >> halvings)).max(0);
        }
    }
    let chosen = chosen.map_or_else(|| greedy(clauses, weights), |(_, chosen)| chosen);
    let below = below.min(weigh(&chosen, weights));
    let over = |more: i128| up(best_value + more) >= below;
    let sided = |wanted: &dyn Fn(i128) -> bool| {
        let hits = variables.iter().zip(&best_left).filter(|(_, left)| wanted(**left));
        hits.map(|(variable, _)| *variable).collect::<Vec<u32>>()
    };
    Bound {
        lower: up(best_value),
        out: sided(&|left| left > 0 && over(left)),
        forced: sided(&|left| left < 0 && over(-left)),
        chosen,
    }
}

/// The next whole number: weights are whole, so a hitting set is never between two.
fn up(value: i128) -> u64 {
    u64::try_from((value + SCALE - 1).div_euclid(SCALE).max(0)).unwrap_or(u64::MAX)
}

/// Every list pays what is left of the lightest of its variables: no variable is worth taking yet.
fn first_prices(lists: &[Vec<usize>], scaled: &[i128]) -> Vec<i128> {
    let mut left = scaled.to_vec();
    let mut hits = vec![0_usize; scaled.len()];
    lists.iter().flatten().for_each(|at| hits[*at] += 1);
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.sort_by_key(|at| lists[*at].iter().map(|at| hits[*at]).sum::<usize>());
    let mut prices = vec![0; lists.len()];
    for list in order {
        prices[list] = lists[list].iter().map(|at| left[*at]).min().unwrap_or(0);
        lists[list].iter().for_each(|at| left[*at] -= prices[list]);
    }
    prices
}

/// A hitting set by greed, at the weights the prices leave.
fn rounded(clauses: &[Vec<u32>], weights: &[u64], variables: &[u32], left: &[i128]) -> Vec<u32> {
    let mut priced = vec![0; weights.len()];
    for (variable, left) in variables.iter().zip(left) {
        priced[*variable as usize] = u64::try_from((*left).max(0)).unwrap_or(u64::MAX);
    }
    greedy(clauses, &priced)
}
