//! How keys of several files and of `extends` become one: maps are merged, everything else is replaced.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Map, Reason, ReasonKind, Value};

use super::{Builder, KEYWORDS};
use crate::reader::{as_list, entry, span};

/// How many levels of `extends` GitLab follows.
const EXTENDS_DEPTH: usize = 11;
/// How deep references may be nested; GitLab follows ten.
const REFERENCE_DEPTH: usize = 10;

/// `over` merged over `base`. Keys keep the place of `base`, values that of whoever wins. `budget` bounds the entries
/// that are made.
pub(super) fn deep(base: &Value, over: &Value, budget: &mut usize) -> Value {
    let (Some(below), Some(above)) = (base.as_map(), over.as_map()) else { return over.clone() };
    if *budget == 0 {
        return over.clone();
    }
    *budget = budget.saturating_sub(below.len() + above.len());
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    let mut entries: Vec<Entry> = Vec::with_capacity(below.len() + above.len());
    for entry in below.entries().iter().chain(above.entries()) {
        match at.get(&*entry.key) {
            Some(index) => {
                let old = &entries[*index];
                let value = deep(&old.value, &entry.value, budget);
                entries[*index] = Entry { key: entry.key.clone(), key_span: entry.key_span, value };
            }
            None => {
                at.insert(&entry.key, entries.len());
                entries.push(entry.clone());
            }
        }
    }
    Value { data: Data::Map(Arc::new(Map::new(entries))), origin: over.origin.clone(), note: over.note.clone() }
}

impl Builder<'_, '_> {
    /// The configuration with every `extends` and `!reference` followed.
    pub(super) fn resolved(&mut self, root: &Value) -> Value {
        let Some(map) = root.as_map() else { return root.clone() };
        let mut done: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let mut entries = Vec::with_capacity(map.len());
        for entry in map.entries() {
            let value = if KEYWORDS.contains(&&*entry.key) {
                entry.value.clone()
            } else {
                self.extended(root, entry, &mut done, 0)
            };
            entries.push(Entry { value, ..entry.clone() });
        }
        let extended = Value { data: Data::Map(Arc::new(Map::new(entries))), ..root.clone() };
        // References see the jobs as they are extended.
        let Some(map) = extended.as_map() else { return extended };
        let mut entries = Vec::with_capacity(map.len());
        for entry in map.entries() {
            // Hidden jobs stand only for those who use them.
            let value = if entry.key.starts_with('.') {
                entry.value.clone()
            } else {
                self.referenced(&extended, &entry.value, 0)
            };
            entries.push(Entry { value, ..entry.clone() });
        }
        Value { data: Data::Map(Arc::new(Map::new(entries))), ..extended.clone() }
    }

    fn extended(&mut self, root: &Value, found: &Entry, done: &mut BTreeMap<Arc<str>, Value>, depth: usize) -> Value {
        if let Some(value) = done.get(&found.key) {
            return value.clone();
        }
        let Some(extends) = entry(&found.value, "extends") else { return found.value.clone() };
        if depth >= EXTENDS_DEPTH {
            let message = format!("`extends` of `{}` goes deeper than {EXTENDS_DEPTH} levels", found.key);
            let help = "GitLab refuses the configuration; a job that extends itself never ends.";
            self.reader.issue(span(&extends.value), message, help);
            return found.value.clone();
        }
        let mut merged = Value::map(Vec::new(), found.value.origin.clone());
        let names: Vec<Value> = as_list(&extends.value).into_iter().cloned().collect();
        let mut missing = Vec::new();
        for name in &names {
            let Some(text) = name.as_text() else { continue };
            match entry(root, text) {
                Some(base) => {
                    let base = base.clone();
                    let base = self.extended(root, &base, done, depth + 1);
                    merged = deep(&merged, &base, &mut self.budget);
                }
                None => {
                    missing.push(text.to_owned());
                    if !self.open {
                        self.reader.issue(
                            span(name),
                            format!("no job of this configuration is named `{text}`"),
                            "GitLab refuses the configuration; correct the name in `extends`.",
                        );
                    }
                }
            }
        }
        let mut value = deep(&merged, &found.value, &mut self.budget);
        if let Some(name) = missing.first() {
            // Keys of a job that nobody saw are not known.
            let reason = Reason::new(ReasonKind::MissingSource, name.as_str());
            value = value.with_note(|note| note.holds = Some(Value::unknown(reason, extends.value.origin.clone())));
        }
        done.insert(found.key.clone(), value.clone());
        value
    }

    fn referenced(&mut self, root: &Value, value: &Value, depth: usize) -> Value {
        if self.budget == 0 {
            let limit = "merges and references that make more values than are read";
            let reason = self.reader.limit(span(value), limit, "What lies behind is not known; define less at a time.");
            return Value::unknown(reason, value.origin.clone());
        }
        self.budget -= 1;
        if value.tag() == Some("reference") {
            return self.reference(root, value, depth);
        }
        let data = match &value.data {
            Data::List(list) => {
                let mut items = Vec::with_capacity(list.len());
                for item in list.iter() {
                    items.push(self.referenced(root, item, depth));
                }
                Data::List(Arc::new(items))
            }
            Data::Map(map) => {
                let mut entries = Vec::with_capacity(map.len());
                for entry in map.entries() {
                    let value = self.referenced(root, &entry.value, depth);
                    entries.push(Entry { value, ..entry.clone() });
                }
                Data::Map(Arc::new(Map::new(entries)))
            }
            _ => return value.clone(),
        };
        Value { data, ..value.clone() }
    }

    fn reference(&mut self, root: &Value, value: &Value, depth: usize) -> Value {
        let path: Vec<&str> = value.as_list().unwrap_or_default().iter().filter_map(Value::as_text).collect();
        let shown = path.join(", ");
        let unknown = |kind| Value::unknown(Reason::new(kind, shown.as_str()), value.origin.clone());
        if depth >= REFERENCE_DEPTH {
            let message = format!("the reference to `{shown}` goes deeper than {REFERENCE_DEPTH} levels");
            let help = "GitLab refuses the configuration; a reference to itself never ends.";
            self.reader.issue(span(value), message, help);
            return unknown(ReasonKind::Limit);
        }
        let mut found = Some(root.clone());
        for part in &path {
            found = found.and_then(|value| value.get(part).cloned());
        }
        match found {
            Some(found) => self.referenced(root, &found, depth + 1).used_at(span(value), volary_model::Role::Inherited),
            None => {
                if !self.open {
                    let message = format!("nothing is defined at `{shown}`");
                    self.reader.issue(span(value), message, "GitLab refuses the configuration; correct the reference.");
                    return unknown(ReasonKind::Unreadable);
                }
                unknown(ReasonKind::MissingSource)
            }
        }
    }
}
