//! Under which circumstances a system is asked.

use super::ids::{FactId, RuleId};
use super::set::{IdSet, Present};
use super::system::System;

/// What is there and what is left out when a system is asked.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    present: &'a Present,
    base: Option<&'a IdSet<FactId>>,
    without_rules: Option<&'a IdSet<RuleId>>,
}

impl<'a> Scope<'a> {
    /// Everything, with these controls in place.
    pub fn new(present: &'a Present) -> Self {
        Self { present, base: None, without_rules: None }
    }

    /// Only these facts may hold without a reason: rules without a body count for no other head.
    #[must_use]
    pub fn only_base(self, base: &'a IdSet<FactId>) -> Self {
        Self { base: Some(base), ..self }
    }

    /// These rules are taken away.
    #[must_use]
    pub fn without_rules(self, rules: &'a IdSet<RuleId>) -> Self {
        Self { without_rules: Some(rules), ..self }
    }

    /// The controls that are there.
    pub fn present(&self) -> &'a Present {
        self.present
    }

    /// Whether a rule may be used at all (its body is another matter).
    pub fn allows(&self, system: &System, rule: RuleId) -> bool {
        system.guards(rule).all(|control| !self.present.contains(control))
            && self.without_rules.is_none_or(|rules| !rules.contains(rule))
            && self.base.is_none_or(|base| !system.is_base(rule) || base.contains(system.head(rule)))
    }

    /// The rules without a body that count here.
    pub(super) fn base_rules(&self, system: &System, mut each: impl FnMut(RuleId)) {
        match self.base {
            Some(base) => {
                for fact in base.iter().take_while(|fact| (fact.0 as usize) < system.facts()) {
                    // An empty body sorts before every other.
                    for rule in system.rules_for(fact).take_while(|rule| system.is_base(*rule)) {
                        if self.allows(system, rule) {
                            each(rule);
                        }
                    }
                }
            }
            None => {
                for rule in system.base_rules().filter(|rule| self.allows(system, *rule)) {
                    each(rule);
                }
            }
        }
    }
}
