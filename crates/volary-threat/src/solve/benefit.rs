//! What every missing control would save by itself, exactly, for many controls at once.
//!
//! The value of a fact is a mask of 512 bits: bit k says whether it could still be reached if control k were there. AND over a
//! body, OR over rules, one least fixpoint for 512 controls. It starts from one derivation of every fact: a control that
//! guards no step of it cannot take the fact away, so only what was derived through a guarded step is looked at again.
//! O(controls / 512 · B) mask operations when every fact changes once; 512 times that at worst, as much as asking one by one.

use std::collections::VecDeque;

use super::cone::Cone;
use super::ids::{ControlId, FactId, Id, RuleId};
use super::reach::Chain;
use super::scope::Scope;
use super::set::{IdSet, Present};
use super::system::System;

const WORDS: usize = 8;
const BLOCK: usize = WORDS * 64;
const ALL: Mask = [u64::MAX; WORDS];

type Mask = [u64; WORDS];

/// What each control would save by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Benefits {
    saved: Vec<(ControlId, FactId)>,
}

impl Benefits {
    /// The targets that one control saves by itself, ascending.
    pub fn of(&self, control: ControlId) -> impl ExactSizeIterator<Item = FactId> + '_ {
        let from = self.saved.partition_point(|(other, _)| *other < control);
        let to = self.saved.partition_point(|(other, _)| *other <= control);
        self.saved[from..to].iter().map(|(_, target)| *target)
    }

    /// The controls that save anything, with what they save, by control.
    pub fn iter(&self) -> impl Iterator<Item = (ControlId, impl ExactSizeIterator<Item = FactId> + '_)> + '_ {
        self.saved.chunk_by(|left, right| left.0 == right.0).map(|saved| (saved[0].0, saved.iter().map(|pair| pair.1)))
    }

    /// The controls that save anything with how much they save, the most first, then by control.
    pub fn ranking(&self) -> Vec<(ControlId, usize)> {
        let mut ranking: Vec<_> = self.iter().map(|(control, saved)| (control, saved.len())).collect();
        ranking.sort_by_key(|(control, saved)| (std::cmp::Reverse(*saved), *control));
        ranking
    }
}

/// For every control that is not there: the targets that can be reached and no longer could if it were.
pub fn benefit(system: &System, scope: &Scope<'_>, targets: &[FactId], controls: &[ControlId]) -> Benefits {
    let cone = Cone::new(system, scope, targets);
    let mut goals: Vec<FactId> = targets.iter().filter_map(|target| cone.inner(*target)).collect();
    goals.sort_unstable();
    goals.dedup();
    let asked: IdSet<ControlId> = controls.iter().copied().collect();
    let mut what_if = WhatIf::new(&cone.system);
    let candidates = what_if.candidates(&goals, &asked);
    let mut saved = vec![];
    for block in candidates.chunks(BLOCK) {
        what_if.run(block);
        for goal in &goals {
            for (word, bits) in what_if.alive[goal.index()].iter().enumerate() {
                let mut lost = !bits;
                while lost != 0 {
                    let at = word * 64 + lost.trailing_zeros() as usize;
                    lost &= lost - 1;
                    saved.push((block[at], cone.fact(*goal)));
                }
            }
        }
    }
    saved.sort_unstable();
    Benefits { saved }
}

struct WhatIf<'a> {
    system: &'a System,
    /// The rules of one derivation, by what they lead to, and in which order.
    chosen: Vec<RuleId>,
    place: Vec<u32>,
    /// What holds under each control of the block; all bits are set beyond the block.
    alive: Vec<Mask>,
    touched: Vec<FactId>,
    is_touched: IdSet<FactId>,
    /// The bit of each control of the block.
    bits: Vec<u16>,
}

const NO_BIT: u16 = u16::MAX;

impl<'a> WhatIf<'a> {
    /// In a cone everything can be reached, so every fact has a rule.
    fn new(system: &'a System) -> Self {
        let nothing = Present::new(0);
        let mut chain = Chain::new(system);
        chain.run(system, &Scope::new(&nothing), None);
        let mut chosen = vec![RuleId(0); system.facts()];
        let mut place = vec![0; system.facts()];
        for (at, rule) in chain.steps.iter().enumerate() {
            let fact = system.head(*rule).index();
            chosen[fact] = *rule;
            place[fact] = at as u32;
        }
        Self {
            system,
            chosen,
            place,
            alive: vec![ALL; system.facts()],
            touched: vec![],
            is_touched: IdSet::new(system.facts()),
            bits: vec![NO_BIT; system.controls()],
        }
    }

    /// The controls that guard a step of the one derivation of a goal, those of neighbouring steps together.
    fn candidates(&self, goals: &[FactId], asked: &IdSet<ControlId>) -> Vec<ControlId> {
        let mut needed: IdSet<FactId> = goals.iter().copied().collect();
        let mut open = goals.to_vec();
        let mut rules = vec![];
        while let Some(fact) = open.pop() {
            let rule = self.chosen[fact.index()];
            rules.push(rule);
            open.extend(self.system.body(rule).filter(|fact| needed.insert(*fact)));
        }
        let mut seen = IdSet::new(self.system.controls());
        let mut candidates = vec![];
        for rule in rules {
            candidates.extend(self.system.guards(rule).filter(|guard| asked.contains(*guard) && seen.insert(*guard)));
        }
        candidates
    }

    /// The least fixpoint for one block of controls.
    fn run(&mut self, block: &[ControlId]) {
        for fact in self.touched.drain(..) {
            self.alive[fact.index()] = ALL;
            self.is_touched.remove(fact);
        }
        for (at, control) in block.iter().enumerate() {
            self.bits[control.index()] = at as u16;
        }
        self.touch(block);
        for at in 0..self.touched.len() {
            let fact = self.touched[at];
            self.alive[fact.index()] = self.by(self.chosen[fact.index()]);
        }
        self.settle();
        for control in block {
            self.bits[control.index()] = NO_BIT;
        }
    }

    /// Finds what the one derivation reaches through a step that the block guards, in the order of that derivation.
    fn touch(&mut self, block: &[ControlId]) {
        let Self { system, chosen, place, touched, is_touched, .. } = self;
        let is_chosen = |rule: &RuleId| chosen[system.head(*rule).index()] == *rule;
        let mut touch = |touched: &mut Vec<FactId>, rule: RuleId| {
            let fact = system.head(rule);
            if is_touched.insert(fact) {
                touched.push(fact);
            }
        };
        for control in block {
            system.rules_guarded_by(*control).filter(is_chosen).for_each(|rule| touch(touched, rule));
        }
        let mut at = 0;
        while let Some(fact) = touched.get(at).copied() {
            at += 1;
            system.rules_using(fact).filter(is_chosen).for_each(|rule| touch(touched, rule));
        }
        touched.sort_unstable_by_key(|fact| place[fact.index()]);
    }

    /// Lets the other rules add what they can, until nothing changes.
    fn settle(&mut self) {
        let mut waits = self.is_touched.clone();
        let mut queue = VecDeque::from(self.touched.clone());
        while let Some(fact) = queue.pop_front() {
            waits.remove(fact);
            let before = self.alive[fact.index()];
            let mut now = before;
            for rule in self.system.rules_for(fact) {
                if now == ALL {
                    break;
                }
                or(&mut now, &self.by(rule));
            }
            if now != before {
                self.alive[fact.index()] = now;
                for rule in self.system.rules_using(fact) {
                    let head = self.system.head(rule);
                    if self.alive[head.index()] != ALL && waits.insert(head) {
                        queue.push_back(head);
                    }
                }
            }
        }
    }

    /// Under which controls of the block a rule leads to its head, by what holds so far.
    fn by(&self, rule: RuleId) -> Mask {
        let mut mask = ALL;
        for guard in self.system.guards(rule) {
            let bit = self.bits[guard.index()];
            if bit != NO_BIT {
                mask[usize::from(bit / 64)] &= !(1 << (bit % 64));
            }
        }
        for fact in self.system.body(rule) {
            and(&mut mask, &self.alive[fact.index()]);
        }
        mask
    }
}

fn and(mask: &mut Mask, other: &Mask) {
    for (word, other) in mask.iter_mut().zip(other) {
        *word &= other;
    }
}

fn or(mask: &mut Mask, other: &Mask) {
    for (word, other) in mask.iter_mut().zip(other) {
        *word |= other;
    }
}
