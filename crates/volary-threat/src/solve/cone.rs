//! The part of a system that matters for some targets.

use super::ids::{ControlId, FactId, Id, RuleId};
use super::reach::Chain;
use super::scope::Scope;
use super::set::{IdSet, Present};
use super::system::{System, SystemBuilder};

/// The rules that can be used in a scope and lead, in the end, to one of the targets; numbered anew. Controls keep their
/// numbers. Within it every rule of the scope can fire, so only what is taken away later has to be looked at.
#[derive(Clone, Debug)]
pub(super) struct Cone {
    pub(super) system: System,
    facts: Vec<FactId>,
    rules: Vec<RuleId>,
    new: Vec<u32>,
    pub(super) work: u64,
}

impl Cone {
    /// The cone of those targets that can be reached. O(F + R + B), and R log R for renumbering.
    pub(super) fn new(system: &System, scope: &Scope<'_>, targets: &[FactId]) -> Self {
        let mut chain = Chain::new(system);
        chain.run(system, scope, None);
        let mut needed: IdSet<FactId> = IdSet::new(system.facts());
        let mut open: Vec<FactId> = vec![];
        for target in targets {
            if chain.reached.contains(*target) && needed.insert(*target) {
                open.push(*target);
            }
        }
        let mut rules = vec![];
        let mut work = chain.work;
        while let Some(fact) = open.pop() {
            for rule in system.rules_for(fact) {
                work += 1;
                // A rule that needs what it leads to is never the first to lead there.
                if scope.allows(system, rule)
                    && system.body(rule).all(|needs| needs != fact && chain.reached.contains(needs))
                {
                    rules.push(rule);
                    open.extend(system.body(rule).filter(|needs| needed.insert(*needs)));
                }
            }
        }
        rules.sort_unstable_by_key(|rule| system.rank(*rule));
        let facts: Vec<FactId> = needed.iter().collect();
        let mut new = vec![u32::MAX; system.facts()];
        for (at, fact) in facts.iter().enumerate() {
            new[fact.index()] = at as u32;
        }
        let mut builder = SystemBuilder::new(facts.len() as u32, system.controls() as u32);
        let mut body = vec![];
        for rule in &rules {
            body.clear();
            body.extend(system.body(*rule).map(|fact| FactId(new[fact.index()])));
            let guards: Vec<ControlId> = system.guards(*rule).collect();
            builder.rule(FactId(new[system.head(*rule).index()]), &body, &guards, system.cost(*rule));
        }
        Self { system: builder.build(), facts, rules, new, work }
    }

    /// The number of a fact here; none when it plays no part.
    pub(super) fn inner(&self, fact: FactId) -> Option<FactId> {
        self.new.get(fact.index()).copied().filter(|at| *at != u32::MAX).map(FactId)
    }

    /// The number of a fact in the whole system.
    pub(super) fn fact(&self, inner: FactId) -> FactId {
        self.facts[inner.index()]
    }

    /// The number of a rule in the whole system.
    pub(super) fn rule(&self, inner: RuleId) -> RuleId {
        self.rules[inner.index()]
    }

    /// The controls that guard a rule here.
    pub(super) fn controls(&self) -> Present {
        (0..self.system.rules() as u32).flat_map(|rule| self.system.guards(RuleId(rule))).collect()
    }
}
