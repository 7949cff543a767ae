//! What all attacks on a target share.
//!
//! A fact is a landmark when the target cannot be reached without it. That is the greatest fixpoint of
//! `LM(f) = {f} ∪ ⋂ over rules of ⋃ LM(body)` (Keyder, Richter, Helmert, "Sound and complete landmarks for and/or graphs",
//! ECAI 2010), found here by taking away in turn what one attack has: O(n · B) for an attack of n steps, with memory O(F + R).

use std::collections::BTreeSet;

use super::cone::Cone;
use super::ids::{FactId, RuleId};
use super::plan::plan;
use super::reach::Chain;
use super::scope::Scope;
use super::set::{IdSet, Present};
use super::system::System;

/// What all attacks on a target share, each list in an order in which it can be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landmarks {
    /// The facts without which the target cannot be reached; the last is the target.
    pub facts: Vec<FactId>,
    /// The facts that must hold without a reason: those every attack starts from.
    pub base: Vec<FactId>,
    /// The rules without which the target cannot be reached.
    pub steps: Vec<RuleId>,
}

/// What all attacks on a target share; none when it cannot be reached.
pub fn landmarks(system: &System, scope: &Scope<'_>, target: FactId) -> Option<Landmarks> {
    let cone = Cone::new(system, scope, &[target]);
    let goal = cone.inner(target)?;
    let system = &cone.system;
    let nothing = Present::new(0);
    let scope = Scope::new(&nothing);
    let steps = plan(system, &scope, goal)?.plan.steps;
    let mut chain = Chain::new(system);

    // Another attack found on the way rules out everything it does without.
    let mut facts: BTreeSet<FactId> = steps.iter().map(|rule| system.head(*rule)).collect();
    for rule in &steps {
        let fact = system.head(*rule);
        if fact != goal && facts.contains(&fact) {
            let gone = IdSet::from_iter([fact]);
            if chain.run_without(system, &scope, Some(&gone), Some(goal)) {
                let other: BTreeSet<FactId> =
                    chain.derivation(system, goal).into_iter().map(|rule| system.head(rule)).collect();
                facts.retain(|fact| other.contains(fact));
            }
        }
    }
    let mut rules: BTreeSet<RuleId> =
        steps.iter().copied().filter(|rule| facts.contains(&system.head(*rule))).collect();
    for rule in &steps {
        if rules.contains(rule) {
            let gone = IdSet::from_iter([*rule]);
            if chain.run(system, &scope.without_rules(&gone), Some(goal)) {
                let other: BTreeSet<RuleId> = chain.derivation(system, goal).into_iter().collect();
                rules.retain(|rule| other.contains(rule));
            }
        }
    }
    let mut all: IdSet<FactId> = system.base_rules().map(|rule| system.head(rule)).collect();
    let mut base = vec![];
    for rule in steps.iter().filter(|rule| system.is_base(**rule)) {
        let fact = system.head(*rule);
        if facts.contains(&fact) {
            all.remove(fact);
            if !chain.run(system, &scope.only_base(&all), Some(goal)) {
                base.push(cone.fact(fact));
            }
            all.insert(fact);
        }
    }
    let shared = steps.iter().map(|rule| system.head(*rule)).filter(|fact| facts.contains(fact));
    Some(Landmarks {
        facts: shared.map(|fact| cone.fact(fact)).collect(),
        base,
        steps: steps.iter().filter(|rule| rules.contains(rule)).map(|rule| cone.rule(*rule)).collect(),
    })
}
