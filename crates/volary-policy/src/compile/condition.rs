//! Conditions: forms and tests.

use volary_model::{Data, Entry, Value};

use super::policy::Compiler;
use super::scope::Place;
use crate::condition::{Condition, Quantified};
use crate::path::Path;
use crate::source::{key_span, span};

/// Conditions nest no deeper.
const MAX_DEPTH: usize = 24;

/// The keys of `each`, `some` and `count`.
const QUANTIFIED_KEYS: [&str; 7] = ["in", "where", "require", "as", "key", "at_least", "at_most"];
const RELATED_KEYS: [&str; 5] = ["kind", "by", "to", "where", "as"];

impl<'c> Compiler<'_, 'c> {
    /// A condition: a map of tests and forms that all hold.
    pub(super) fn condition(&mut self, value: &Value, place: &Place<'c>, depth: usize) -> Option<Condition> {
        if depth > MAX_DEPTH {
            self.source.problem(
                span(value),
                format!("conditions are nested deeper than {MAX_DEPTH}"),
                "Split the policy, or say it with a facet.",
            );
            return None;
        }
        if matches!(value.data, Data::List(_)) {
            self.source.problem(span(value), "a condition is a map, not a list", "Use `all: [...]` or `any: [...]`.");
            return None;
        }
        let entries = self.source.entries(value, "a condition")?;
        if entries.is_empty() {
            self.source.problem(span(value), "the condition is empty", "Write at least one test, as in `path: value`.");
            return None;
        }
        let mut conditions = Vec::with_capacity(entries.len());
        let mut fine = true;
        for entry in entries {
            match self.entry(entry, place, depth) {
                Some(condition) => conditions.push(condition),
                None => fine = false,
            }
        }
        fine.then(|| Condition::all(conditions))
    }

    fn entry(&mut self, entry: &Entry, place: &Place<'c>, depth: usize) -> Option<Condition> {
        let value = &entry.value;
        match &*entry.key {
            "all" => Some(Condition::All(self.conditions(entry, place, depth)?)),
            "any" => Some(Condition::Any(self.conditions(entry, place, depth)?)),
            "not" => Some(Condition::Not(Box::new(self.condition(value, place, depth + 1)?))),
            "each" => {
                let (quantified, ..) = self.quantified(entry, place, depth)?;
                if quantified.require.is_none() {
                    self.source.problem(key_span(entry), "`each` needs `require`", "For \"at least one\" use `some`.");
                    return None;
                }
                Some(Condition::Each(Box::new(quantified)))
            }
            "some" => {
                let (quantified, ..) = self.quantified(entry, place, depth)?;
                self.no_requirement(entry, &quantified, "some")?;
                Some(Condition::Some(Box::new(quantified)))
            }
            "count" => {
                let (quantified, at_least, at_most) = self.quantified(entry, place, depth)?;
                self.no_requirement(entry, &quantified, "count")?;
                if at_least.is_none() && at_most.is_none() {
                    self.source.problem(key_span(entry), "`count` needs `at_least` or `at_most`", "");
                    return None;
                }
                Some(Condition::Count(Box::new(quantified), at_least, at_most))
            }
            "related" => self.related(entry, place, depth),
            _ => self.tests_at(entry, place),
        }
    }

    fn no_requirement(&mut self, entry: &Entry, quantified: &Quantified, form: &str) -> Option<()> {
        if quantified.require.is_some() {
            self.source.problem(
                key_span(entry),
                format!("`{form}` has no `require`"),
                "Put the condition under `where`.",
            );
            return None;
        }
        Some(())
    }

    fn conditions(&mut self, entry: &Entry, place: &Place<'c>, depth: usize) -> Option<Vec<Condition>> {
        let Data::List(list) = &entry.value.data else {
            let help = format!("Write `{}: [...]` with one condition per element.", entry.key);
            self.source.problem(span(&entry.value), format!("`{}` takes a list of conditions", entry.key), help);
            return None;
        };
        if list.is_empty() {
            self.source.problem(span(&entry.value), format!("`{}` is empty", entry.key), "");
            return None;
        }
        let conditions: Vec<Option<Condition>> =
            list.iter().map(|element| self.condition(element, place, depth + 1)).collect();
        conditions.into_iter().collect()
    }

    fn quantified(
        &mut self,
        entry: &Entry,
        place: &Place<'c>,
        depth: usize,
    ) -> Option<(Quantified, Option<u64>, Option<u64>)> {
        let what = format!("`{}`", entry.key);
        let limits = &*entry.key == "count";
        let known: &[&str] = if limits { &QUANTIFIED_KEYS } else { &QUANTIFIED_KEYS[..5] };
        let entries = self.source.known_entries(&entry.value, &what, known)?;
        let find = |key: &str| entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value);
        let Some(list) = find("in") else {
            self.source.problem(key_span(entry), format!("{what} needs `in`"), "Name the list, as in `in: ingress`.");
            return None;
        };
        let (list, mut frame) = self.list(list, place)?;
        frame.name = self.name(find("as"))?;
        let key = self.key(find("key"), &frame)?;
        let inner = place.inside(frame);
        let name = inner.here.name.clone();
        let filter = self.optional(find("where"), &inner, depth)?;
        let require = self.optional(find("require"), &inner, depth)?;
        let at_least = self.limit(find("at_least"))?;
        let at_most = self.limit(find("at_most"))?;
        Some((Quantified { list, name, key, filter, require }, at_least, at_most))
    }

    fn related(&mut self, entry: &Entry, place: &Place<'c>, depth: usize) -> Option<Condition> {
        let entries = self.source.known_entries(&entry.value, "`related`", &RELATED_KEYS)?;
        let find = |key: &str| entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value);
        let (list, mut frame) = self.relation(&entry.value, find("kind"), find("by"), find("to"), place)?;
        frame.name = self.name(find("as"))?;
        let inner = place.inside(frame);
        let name = inner.here.name.clone();
        let filter = self.optional(find("where"), &inner, depth)?;
        Some(Condition::Some(Box::new(Quantified { list, name, key: Vec::new(), filter, require: None })))
    }

    /// An absent condition is `Some(None)`.
    fn optional(&mut self, value: Option<&Value>, place: &Place<'c>, depth: usize) -> Option<Option<Condition>> {
        value.map_or(Some(None), |value| self.condition(value, place, depth + 1).map(Some))
    }

    fn name(&mut self, value: Option<&Value>) -> Option<Option<std::sync::Arc<str>>> {
        let Some(value) = value else { return Some(None) };
        let name = self.source.text(value, "`as`")?;
        let plain =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !plain || name.bytes().all(|byte| byte.is_ascii_digit()) {
            self.source.problem(span(value), format!("`{name}` is no name"), "Use letters, digits, `_` and `-`.");
            return None;
        }
        self.names.insert(name.clone());
        Some(Some(name))
    }

    fn limit(&mut self, value: Option<&Value>) -> Option<Option<u64>> {
        let Some(value) = value else { return Some(None) };
        let written = self.value(value, "the limit")?;
        match written.text.parse() {
            Ok(number) => Some(Some(number)),
            Err(_) => {
                self.source.problem(span(value), format!("`{}` is no whole number", written.text), "");
                None
            }
        }
    }

    /// What names an element: as the policy says, else as the catalogue says.
    fn key(&mut self, value: Option<&Value>, frame: &super::scope::Frame<'c>) -> Option<Vec<Path>> {
        let texts = match value {
            Some(value) => self.source.texts(value, "`key`")?,
            None => frame
                .shapes
                .iter()
                .flatten()
                .find(|shape| !shape.key.is_empty())
                .map_or(Vec::new(), |shape| shape.key.to_vec()),
        };
        let mut paths = Vec::with_capacity(texts.len());
        for text in texts {
            match Path::parse(&text, &|_| false) {
                Ok(path) => paths.push(path),
                Err(message) => {
                    let at = value.map_or_else(|| self.whole, span);
                    self.source.problem(at, message, "");
                    return None;
                }
            }
        }
        Some(paths)
    }
}
