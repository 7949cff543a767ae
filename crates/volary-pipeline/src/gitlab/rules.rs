//! `rules`, `only`, `except`, `when`.

use volary_model::{Data, Value};

use super::Builder;
use super::text::Texts;
use crate::expression::Grammar;
use crate::model::{Activation, RefFilter, Rule, Rules, Setting, Text, When};
use crate::reader::{as_list, entry, span};

impl Builder<'_, '_> {
    /// When a job, or the whole pipeline, runs.
    pub(super) fn activation(&mut self, value: &Value, texts: &Texts) -> Activation {
        let mut activation = Activation::default();
        if let Some(found) = entry(value, "rules").filter(|found| !found.value.is_null()) {
            let mut rules = Vec::new();
            self.rules(&found.value, texts, 0, &mut rules);
            activation.rules = Some(Rules { at: span(&found.value), rules });
        }
        activation.only = entry(value, "only").and_then(|found| self.filter(&found.value, texts));
        activation.except = entry(value, "except").and_then(|found| self.filter(&found.value, texts));
        activation.when = entry(value, "when").map(|found| (when(&found.value), span(&found.value)));
        activation
    }

    fn rules(&mut self, value: &Value, texts: &Texts, depth: usize, into: &mut Vec<Rule>) {
        for rule in as_list(value) {
            // References bring whole lists along.
            if rule.as_list().is_some() && depth < 10 {
                self.rules(rule, texts, depth + 1, into);
                continue;
            }
            let found = self.rule(rule, texts);
            into.push(found);
        }
    }

    fn rule(&mut self, rule: &Value, texts: &Texts) -> Rule {
        let condition = entry(rule, "if");
        Rule {
            at: span(rule),
            condition: match (&rule.data, condition) {
                (_, Some(found)) => Some(self.reader.condition(&found.value, found.key_span, Grammar::Variables)),
                // A rule that could not be resolved: nothing is known of it.
                (Data::Unknown(_), None) => Some(self.reader.condition(rule, None, Grammar::Variables)),
                _ => None,
            },
            changes: entry(rule, "changes").map(|found| self.paths(&found.value, texts)),
            exists: entry(rule, "exists").map(|found| self.paths(&found.value, texts)),
            when: match &rule.data {
                Data::Unknown(_) => Some((When::Unknown, span(rule))),
                _ => entry(rule, "when").map(|found| (when(&found.value), span(&found.value))),
            },
            allow_failure: entry(rule, "allow_failure")
                .map(|found| Setting::of(self.text(&found.value, texts), found.key_span)),
            variables: entry(rule, "variables").map(|found| self.variables(&found.value, texts)).unwrap_or_default(),
            needs: entry(rule, "needs").map(|found| self.needs(found, texts)),
        }
    }

    /// Paths: a list, or a map with `paths`.
    fn paths(&mut self, value: &Value, texts: &Texts) -> Vec<Text> {
        let list = value.get("paths").unwrap_or(value);
        let list: Vec<Value> = as_list(list).into_iter().cloned().collect();
        list.iter().map(|path| self.text(path, texts)).collect()
    }

    fn filter(&mut self, value: &Value, texts: &Texts) -> Option<RefFilter> {
        let mut filter =
            RefFilter { at: span(value), refs: None, variables: Vec::new(), changes: None, kubernetes: false };
        if value.is_null() {
            return None;
        }
        let Some(map) = value.as_map() else {
            filter.refs = Some(as_list(value).into_iter().map(|value| self.reader.plain(value)).collect());
            return Some(filter);
        };
        if let Some(refs) = map.get("refs") {
            filter.refs = Some(as_list(refs).into_iter().map(|value| self.reader.plain(value)).collect());
        }
        if let Some(found) = map.entry("variables") {
            for expression in as_list(&found.value) {
                filter.variables.push(self.reader.condition(expression, found.key_span, Grammar::Variables));
            }
        }
        filter.changes = map.get("changes").map(|value| self.paths(value, texts));
        filter.kubernetes = map.get("kubernetes").is_some();
        Some(filter)
    }
}

/// `when`.
pub(super) fn when(value: &Value) -> When {
    match value.as_text() {
        Some("on_success") => When::OnSuccess,
        Some("on_failure") => When::OnFailure,
        Some("always") => When::Always,
        Some("never") => When::Never,
        Some("manual") => When::Manual,
        Some("delayed") => When::Delayed,
        _ => When::Unknown,
    }
}
