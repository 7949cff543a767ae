//! Made systems to measure with: the same for the same numbers, on every machine.

use super::ids::{ControlId, FactId};
use super::set::{IdSet, Present};
use super::system::{System, SystemBuilder};

/// A made system with what is asked of it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The system.
    pub system: System,
    /// The controls that are there.
    pub present: Present,
    /// The controls that are missing.
    pub missing: Vec<ControlId>,
    /// What an attacker would be after.
    pub targets: Vec<FactId>,
}

/// Numbers that look random: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `end`, which is not 0.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(end)) as u32
    }
}

/// An AND/OR graph of `nodes` nodes with about `edges` edges, of which some lead back: a node for an AND has one rule that
/// needs all its parents, a node for an OR a rule for every parent. One node in 50 is a base fact. The last node needs some of
/// the last hundred nodes that can be reached.
pub fn and_or(seed: u64, nodes: u32, edges: u32) -> Made {
    let nodes = nodes.max(4);
    let mut numbers = Numbers::new(seed);
    let mut builder = SystemBuilder::new(nodes, 0);
    let mut had: IdSet<FactId> = IdSet::new(nodes as usize);
    let more = edges.saturating_sub(nodes);
    for node in 0..nodes - 1 {
        let cost = 1 << numbers.below(5);
        if node < 4 || numbers.below(50) == 0 {
            builder.rule(FactId(node), &[], &[], cost);
            had.insert(FactId(node));
            continue;
        }
        let mut parents = vec![];
        let extra = u32::from(numbers.below(nodes) < more) + u32::from(numbers.below(8) == 0);
        for _ in 0..=extra {
            let back = numbers.below(10) == 0;
            let near = 1 + numbers.below(node.min(60));
            parents.push(FactId(if back { numbers.below(nodes - 1) } else { node - near }));
        }
        let reached = if numbers.below(16) < 7 && parents.len() > 1 {
            builder.rule(FactId(node), &parents, &[], cost);
            parents.iter().all(|parent| had.contains(*parent))
        } else {
            for parent in &parents {
                builder.rule(FactId(node), &[*parent], &[], cost);
            }
            parents.iter().any(|parent| had.contains(*parent))
        };
        if reached {
            had.insert(FactId(node));
        }
    }
    let goal = FactId(nodes - 1);
    let late: Vec<FactId> = (0..nodes - 1).rev().map(FactId).filter(|node| had.contains(*node)).take(100).collect();
    let body: Vec<FactId> = late.iter().copied().step_by(25).collect();
    builder.rule(goal, &body, &[], 1);
    Made { system: builder.build(), present: Present::new(0), missing: vec![], targets: vec![goal] }
}

const FACTS: u32 = 20;
const CONTROLS: u32 = 7;

/// A delivery of this many repositories: three pipelines each, pools of runners that ten repositories share, an artifact, two
/// environments of which one needs an approval as well, and the data behind it. With `off`, controls anchored in a repository
/// can be switched off by whoever can write there: a rule more for each guard.
pub fn delivery(seed: u64, repositories: u32, off: bool) -> Made {
    let mut numbers = Numbers::new(seed);
    let pools = repositories.div_ceil(10);
    // The start, an account with its second factor, then the repositories, then the pools.
    let (start, account) = (FactId(0), FactId(1));
    let of = |repository: u32, at: u32| FactId(2 + repository * FACTS + at);
    let pool = |at: u32| FactId(2 + repositories * FACTS + at);
    let facts = 2 + repositories * FACTS + pools;
    let control = |repository: u32, at: u32| ControlId(2 + repository * CONTROLS + at);
    let mut builder = SystemBuilder::new(facts, 2 + repositories * CONTROLS);
    builder.rule(start, &[], &[], 0);
    builder.rule(account, &[start], &[ControlId(0)], 4);
    let mut targets = vec![];
    for repository in 0..repositories {
        let fact = |at| of(repository, at);
        let [write, settings, secret, artifact, test, approval, production, data] = [0, 1, 2, 3, 4, 5, 6, 7].map(fact);
        let shared = pool(repository / 10);
        let mut guarded = |head, body: &[FactId], guards: &[u32], cost| {
            let guards: Vec<ControlId> = guards.iter().map(|guard| control(repository, *guard)).collect();
            builder.rule(head, body, &guards, cost);
            // The scan and the pinning are files of the repository; the review rule is one of its settings.
            for (guard, place) in [(0, 16), (3, 17)] {
                if off && guards.contains(&control(repository, guard)) {
                    let mut body = body.to_vec();
                    body.push(fact(place));
                    builder.rule(head, &body, &[], cost);
                }
            }
        };
        // What was seen in the files: where pipelines are defined, and that the repository takes part at all.
        guarded(fact(18), &[], &[], 0);
        guarded(fact(19), &[], &[], 0);
        guarded(write, &[account, fact(18)], &[0], 2);
        guarded(settings, &[write], &[1], 8);
        for pipeline in 0..3 {
            let (definition, run) = (fact(8 + 2 * pipeline), fact(9 + 2 * pipeline));
            guarded(definition, &[write, fact(19)], &[2], 1);
            guarded(definition, &[settings], &[], 1);
            guarded(run, &[definition], &[], 1);
            guarded(shared, &[run], &[4], 4);
            guarded(run, &[shared], &[5], 2);
            guarded(secret, &[run], &[3], 1);
        }
        guarded(artifact, &[fact(9)], &[3], 2);
        guarded(artifact, &[fact(14), secret], &[], 2);
        guarded(fact(14), &[secret], &[4], 2);
        guarded(test, &[artifact], &[], 1);
        guarded(test, &[fact(11)], &[5], 2);
        guarded(approval, &[settings], &[], 2);
        guarded(approval, &[fact(15)], &[6], 4);
        guarded(fact(15), &[write, secret], &[], 2);
        guarded(production, &[artifact, approval], &[], 2);
        guarded(production, &[secret, fact(13)], &[6], 4);
        guarded(data, &[production], &[], 1);
        let upstream = numbers.below(repositories);
        builder.rule(artifact, &[of(upstream, 3)], &[control(repository, 3)], 2);
        builder.rule(write, &[of(upstream, 2)], &[ControlId(1)], 4);
        if off {
            builder.rule(fact(16), &[settings], &[], 1);
            builder.rule(fact(17), &[write], &[control(repository, 0)], 1);
        }
        targets.push(data);
    }
    let mut present = Present::new(0);
    let mut missing = vec![];
    for at in 0..2 + repositories * CONTROLS {
        if at >= 2 && numbers.below(5) == 0 {
            present.insert(ControlId(at));
        } else {
            missing.push(ControlId(at));
        }
    }
    Made { system: builder.build(), present, missing, targets }
}
