//! A ground system of attack steps: `head ⇐ body, unless a guard is present`, as flat arrays.

use super::ids::{ControlId, FactId, Id, RuleId};

/// Lists of numbers, one after another in one array.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn with_capacity(lists: usize, items: usize) -> Self {
        let mut starts = Vec::with_capacity(lists + 1);
        starts.push(0);
        Self { starts, items: Vec::with_capacity(items) }
    }

    fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.items.extend(list);
        self.starts.push(self.items.len() as u32);
    }

    pub(super) fn get(&self, list: usize) -> &[u32] {
        &self.items[self.starts[list] as usize..self.starts[list + 1] as usize]
    }

    pub(super) fn size(&self, list: usize) -> u32 {
        self.starts[list + 1] - self.starts[list]
    }

    /// For every value below `values`, the lists it is in, ascending.
    fn inverted(&self, values: usize) -> Self {
        let mut starts = vec![0_u32; values + 1];
        for item in &self.items {
            starts[*item as usize + 1] += 1;
        }
        for at in 0..values {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut items = vec![0; self.items.len()];
        for list in 0..self.starts.len() - 1 {
            for item in self.get(list) {
                let place = &mut next[*item as usize];
                items[*place as usize] = list as u32;
                *place += 1;
            }
        }
        Self { starts, items }
    }
}

/// Collects the rules of a [`System`].
#[derive(Clone, Debug)]
pub struct SystemBuilder {
    facts: u32,
    controls: u32,
    heads: Vec<u32>,
    costs: Vec<u32>,
    bodies: Lists,
    guards: Lists,
    list: Vec<u32>,
}

impl SystemBuilder {
    /// A system of facts and controls with these numbers, without a rule yet.
    pub fn new(facts: u32, controls: u32) -> Self {
        let lists = || Lists::with_capacity(0, 0);
        Self { facts, controls, heads: vec![], costs: vec![], bodies: lists(), guards: lists(), list: vec![] }
    }

    /// Adds `head ⇐ body, unless one of guards is present`, at this cost. An empty body makes `head` a base fact.
    ///
    /// # Panics
    /// When a fact or control has a number the builder was not made for.
    pub fn rule(&mut self, head: FactId, body: &[FactId], guards: &[ControlId], cost: u32) -> RuleId {
        assert!(head.0 < self.facts && body.iter().all(|fact| fact.0 < self.facts), "a fact beyond the system");
        assert!(guards.iter().all(|control| control.0 < self.controls), "a control beyond the system");
        let id = RuleId(self.heads.len() as u32);
        self.heads.push(head.0);
        self.costs.push(cost);
        let list = &mut self.list;
        let mut add = |lists: &mut Lists, items: &mut dyn Iterator<Item = u32>| {
            list.clear();
            list.extend(items);
            list.sort_unstable();
            list.dedup();
            lists.push(list.iter().copied());
        };
        add(&mut self.bodies, &mut body.iter().map(|fact| fact.0));
        add(&mut self.guards, &mut guards.iter().map(|control| control.0));
        id
    }

    /// The system, ready to be asked. O(B + R log R) for rules with B body facts in all.
    pub fn build(self) -> System {
        let Self { facts, controls, heads, costs, bodies, guards, list: _ } = self;
        let mut heads_as_lists = Lists::with_capacity(heads.len(), heads.len());
        for head in &heads {
            heads_as_lists.push([*head]);
        }
        let mut by_head = heads_as_lists.inverted(facts as usize);
        for fact in 0..facts as usize {
            let (from, to) = (by_head.starts[fact] as usize, by_head.starts[fact + 1] as usize);
            by_head.items[from..to].sort_unstable_by(|left, right| {
                let key = |rule: u32| {
                    let at = rule as usize;
                    (bodies.get(at), guards.get(at), costs[at], rule)
                };
                key(*left).cmp(&key(*right))
            });
        }
        let mut rank = vec![0; heads.len()];
        for (at, rule) in by_head.items.iter().enumerate() {
            rank[*rule as usize] = at as u32;
        }
        let base = by_head.items.iter().copied().filter(|rule| bodies.size(*rule as usize) == 0).collect();
        let uses = bodies.inverted(facts as usize);
        let guarded = guards.inverted(controls as usize);
        System { facts, controls, heads, costs, bodies, guards, uses, by_head, guarded, rank, base }
    }
}

/// A ground system of attack steps. It only says which steps there are; what holds is asked with a scope.
#[derive(Clone, Debug)]
pub struct System {
    facts: u32,
    controls: u32,
    heads: Vec<u32>,
    costs: Vec<u32>,
    bodies: Lists,
    guards: Lists,
    uses: Lists,
    by_head: Lists,
    guarded: Lists,
    rank: Vec<u32>,
    base: Vec<u32>,
}

impl System {
    /// How many facts there are.
    pub fn facts(&self) -> usize {
        self.facts as usize
    }

    /// How many controls there are.
    pub fn controls(&self) -> usize {
        self.controls as usize
    }

    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.heads.len()
    }

    /// What a rule leads to.
    pub fn head(&self, rule: RuleId) -> FactId {
        FactId(self.heads[rule.index()])
    }

    /// What a rule costs.
    pub fn cost(&self, rule: RuleId) -> u32 {
        self.costs[rule.index()]
    }

    /// What a rule needs, ascending, each fact once.
    pub fn body(&self, rule: RuleId) -> impl ExactSizeIterator<Item = FactId> + '_ {
        self.bodies.get(rule.index()).iter().map(|fact| FactId(*fact))
    }

    /// The controls that block a rule, ascending, each once.
    pub fn guards(&self, rule: RuleId) -> impl ExactSizeIterator<Item = ControlId> + '_ {
        self.guards.get(rule.index()).iter().map(|control| ControlId(*control))
    }

    /// The rules that lead to a fact, ordered by what they say and not by when they were added.
    pub fn rules_for(&self, fact: FactId) -> impl ExactSizeIterator<Item = RuleId> + '_ {
        self.by_head.get(fact.index()).iter().map(|rule| RuleId(*rule))
    }

    /// The rules that need a fact.
    pub fn rules_using(&self, fact: FactId) -> impl ExactSizeIterator<Item = RuleId> + '_ {
        self.uses.get(fact.index()).iter().map(|rule| RuleId(*rule))
    }

    /// The rules that a control blocks.
    pub fn rules_guarded_by(&self, control: ControlId) -> impl ExactSizeIterator<Item = RuleId> + '_ {
        self.guarded.get(control.index()).iter().map(|rule| RuleId(*rule))
    }

    /// The rules without a body, by head.
    pub fn base_rules(&self) -> impl ExactSizeIterator<Item = RuleId> + '_ {
        self.base.iter().map(|rule| RuleId(*rule))
    }

    /// Whether a rule needs nothing.
    pub fn is_base(&self, rule: RuleId) -> bool {
        self.bodies.size(rule.index()) == 0
    }

    /// How many facts a rule needs.
    pub(super) fn body_len(&self, rule: RuleId) -> u32 {
        self.bodies.size(rule.index())
    }

    /// A place for a rule that does not depend on when it was added, unless another says exactly the same.
    pub(super) fn rank(&self, rule: RuleId) -> u32 {
        self.rank[rule.index()]
    }
}
