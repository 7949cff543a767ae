//! Loops over items: written out where the items are known and few.

use std::rc::Rc;

use super::Builder;
use super::syntax::{Block, Call, Expression, ExpressionKind};
use super::values::{Bound, MOST_ITEMS};
use crate::model::{JobId, Phase, Step, StepId};

/// Methods that run a closure for every item.
const EACH: [&str; 5] = ["each", "collect", "collectEntries", "eachWithIndex", "every"];

impl Builder<'_, '_> {
    /// Steps that run any number of times: names that they change are not known, before and behind.
    pub(super) fn perhaps(&mut self, block: &Block, phase: &Phase, within: Option<StepId>, job: JobId) {
        let outer = self.source.names.clone();
        self.steps(block, phase, within, job);
        let after = self.source.names.clone();
        self.join_names(vec![outer, after]);
    }

    /// The body of a loop, once for each item.
    pub(super) fn each(
        &mut self,
        names: &[String],
        items: &Bound,
        body: &Block,
        phase: &Phase,
        within: Option<StepId>,
        job: JobId,
    ) {
        let items: Vec<Vec<Bound>> = match items {
            Bound::List(list, _) => list.iter().map(|item| vec![item.clone()]).collect(),
            Bound::Map { entries, open: false, .. } => {
                let pair = |(key, value): (&String, &Bound)| {
                    let origin = volary_model::Origin::at(self.source.span(&body.range), volary_model::Role::Block);
                    vec![Bound::Text(crate::model::Text::literal(key.as_str(), origin)), value.clone()]
                };
                entries.iter().map(pair).collect()
            }
            _ => Vec::new(),
        };
        let outer = self.source.names.clone();
        if items.is_empty() || items.len() > MOST_ITEMS {
            for name in names {
                self.bind(name, Bound::Unknown);
            }
            self.perhaps(body, phase, within, job);
        }
        for values in items.into_iter().take(MOST_ITEMS + 1) {
            for (name, value) in names.iter().zip(values) {
                self.bind(name, value);
            }
            self.steps(body, phase, within, job);
        }
        // The names of the items are the loop's own.
        let restored = names.iter().map(|name| (name, outer.get(name).cloned()));
        let all = Rc::make_mut(&mut self.source.names);
        for (name, value) in restored {
            match value {
                Some(value) => all.insert(name.clone(), value),
                None => all.remove(name),
            };
        }
    }

    /// `items.each { item -> ... }` and the like; whether it is one.
    pub(super) fn looped(&mut self, call: &Call, phase: &Phase, within: Option<StepId>, job: JobId) -> bool {
        let (holder, method) = call.name.rsplit_once('.').unwrap_or(("", &call.name));
        let Some(block) = call.block.as_ref().filter(|_| EACH.contains(&method)) else { return false };
        let items = match &call.receiver {
            Some(receiver) => self.evaluate(&receiver.clone()),
            None if holder.is_empty() => return false,
            None => self.source.named(holder).unwrap_or(Bound::Unknown),
        };
        let at = self.source.span(&call.range);
        let key = self.source.span(&call.name_range);
        let id = self.add(Step::new(crate::model::Action::Block("loop".into()), at, key), phase, within, job);
        let alone = ["it".to_owned()];
        let names = if block.parameters.is_empty() { &alone[..] } else { &block.parameters };
        self.each(names, &items, block, phase, Some(id), job);
        true
    }

    /// A list or map that a closure gives: the closures in it run later, all of them.
    pub(super) fn collected(&mut self, value: &Expression, phase: &Phase, within: Option<StepId>, job: JobId) {
        let closures: Vec<&Block> = match &value.kind {
            ExpressionKind::Map(arguments) => arguments.iter().filter_map(|one| closure(&one.value)).collect(),
            ExpressionKind::List(list) => list.iter().filter_map(closure).collect(),
            _ => return,
        };
        for block in closures {
            self.steps(block, phase, within, job);
        }
    }

    /// The closures that a map holds, which run beside each other.
    pub(super) fn closures_of(&mut self, value: &Bound, phase: &Phase, within: StepId, job: JobId) {
        let Bound::Map { entries, .. } = value else { return };
        for value in entries.values() {
            if let Bound::Closure(closure) = value {
                self.closure_steps(closure, Vec::new(), phase, Some(within), job);
            }
        }
    }
}

fn closure(expression: &Expression) -> Option<&Block> {
    match &expression.kind {
        ExpressionKind::Closure(block) => Some(block),
        _ => None,
    }
}
