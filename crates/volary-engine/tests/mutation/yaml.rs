//! Edits of YAML at the places of its nodes.

use std::ops::Range;

use volary_document::yaml::{self, Dialect};
use volary_model::{Data, Entry, FileId, Value};

use crate::files::{Edit, hang, line_end, line_start, next_line};

/// A YAML text with its nodes.
pub(crate) struct Yaml<'t> {
    pub(crate) text: &'t str,
    pub(crate) documents: Vec<Value>,
}

/// The bytes of a node.
pub(crate) fn range(value: &Value) -> Range<usize> {
    value.origin.span().map_or(0..0, |span| span.start as usize..span.end as usize)
}

/// The key's bytes.
pub(crate) fn key(entry: &Entry) -> Range<usize> {
    entry.key_span.map_or(0..0, |span| span.start as usize..span.end as usize)
}

impl<'t> Yaml<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, documents: yaml::parse(FileId(0), text, Dialect::Yaml12).0 }
    }

    /// Maps and lists around a byte, outermost first.
    pub(crate) fn around(&self, at: usize) -> Vec<&Value> {
        let mut found = Vec::new();
        let mut next = self.documents.iter().find(|value| holds(value, at));
        while let Some(value) = next {
            next = children(value).find(|child| holds(child, at));
            found.push(value);
        }
        found
    }

    /// The map that has a key at a byte.
    pub(crate) fn map_of_key(&self, at: usize) -> Option<&Value> {
        self.around(at).into_iter().rev().find(|value| entries(value).iter().any(|entry| key(entry).contains(&at)))
    }

    /// The entry whose key is at a byte.
    pub(crate) fn entry_at(&self, at: usize) -> Option<(&Value, &Entry)> {
        let map = self.map_of_key(at)?;
        Some((map, entries(map).iter().find(|entry| key(entry).contains(&at))?))
    }

    /// The list that has an item which is or holds the byte, innermost, and the index of the item.
    pub(crate) fn item_at(&self, at: usize) -> Option<(&Value, usize)> {
        self.around(at).into_iter().rev().find_map(|value| {
            let index = items(value).iter().position(|item| holds(item, at))?;
            Some((value, index))
        })
    }

    /// The scalar that a byte is in.
    pub(crate) fn scalar_at(&self, at: usize) -> Option<&Value> {
        self.around(at).pop().filter(|value| !is_container(value))
    }

    /// The root map of the last document.
    pub(crate) fn root(&self) -> Option<&Value> {
        self.documents.last()
    }

    /// The value below keys.
    pub(crate) fn get(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self.root()?, |value, key| get(value, key))
    }

    /// One past the last byte of what a node writes, comments behind it not included.
    pub(crate) fn end(&self, value: &Value) -> usize {
        let whole = range(value);
        if is_flow(self.text, value) {
            return whole.end;
        }
        if let Some(last) = written(value).last() {
            return if range(&last.value).is_empty() { key(last).end + 1 } else { self.end(&last.value) };
        }
        if let Some(last) = items(value).last() {
            return self.end(last);
        }
        let end = whole.end.min(self.text.len());
        whole.start + self.text[whole.start..end].trim_end().len()
    }

    /// Adds a key (several lines are allowed) at the end of a map.
    pub(crate) fn add(&self, map: &Value, line: &str) -> Option<Edit> {
        if is_flow(self.text, map) {
            let close = range(map).end.checked_sub(1)?;
            let empty = entries(map).is_empty();
            return (!line.contains('\n'))
                .then(|| Edit::insert(close, if empty { line.to_owned() } else { format!(", {line}") }));
        }
        let first = written(map).next()?;
        let column = self.column(key(first).start);
        let end = line_end(self.text, self.end(map));
        Some(Edit::insert(end, format!("\n{column}{}", hang(line, &column))))
    }

    /// Adds a key before the first one of a block map.
    pub(crate) fn add_first(&self, map: &Value, line: &str) -> Option<Edit> {
        let first = key(written(map).next()?);
        if is_flow(self.text, map) {
            return None;
        }
        let column = self.column(first.start);
        Some(Edit::insert(first.start, format!("{}\n{column}", hang(line, &column))))
    }

    /// Gives a key a value, whether it is there or not.
    pub(crate) fn set(&self, map: &Value, name: &str, value: &str) -> Option<Edit> {
        match entry(map, name) {
            Some(found) => self.replace(found, value),
            None => self.add(map, &format!("{name}: {value}")),
        }
    }

    /// Replaces the value of an entry by one of a single line.
    pub(crate) fn replace(&self, entry: &Entry, value: &str) -> Option<Edit> {
        let after = self.text[key(entry).end..].find(':')? + key(entry).end + 1;
        let end = if range(&entry.value).is_empty() { after } else { self.end(&entry.value) };
        Some(Edit::new(after..end.max(after), format!(" {value}")))
    }

    /// Removes an entry.
    pub(crate) fn remove(&self, map: &Value, name: &str) -> Option<Edit> {
        let all: Vec<&Entry> = written(map).collect();
        let index = all.iter().position(|entry| &*entry.key == name)?;
        if all.len() < 2 {
            return None;
        }
        let start = key(all[index]).start;
        if is_flow(self.text, map) {
            return Some(match all.get(index + 1) {
                Some(next) => Edit::new(start..key(next).start, ""),
                None => Edit::new(self.end(&all[index - 1].value)..self.end(&all[index].value), ""),
            });
        }
        let begins = self.text[line_start(self.text, start)..start].trim().is_empty();
        if !begins {
            return Some(Edit::new(start..key(all.get(index + 1)?).start, ""));
        }
        Some(Edit::new(line_start(self.text, start)..self.after_entry(all[index]), ""))
    }

    /// The start of the line behind an entry.
    pub(crate) fn after_entry(&self, entry: &Entry) -> usize {
        let end = if range(&entry.value).is_empty() { key(entry).end } else { self.end(&entry.value) };
        next_line(self.text, end)
    }

    /// The lines of an item of a block list.
    pub(crate) fn item_lines(&self, list: &Value, index: usize) -> Option<Range<usize>> {
        if is_flow(self.text, list) {
            return None;
        }
        let item = items(list).get(index)?;
        let dash = self.text[..range(item).start].rfind('-')?;
        Some(line_start(self.text, dash)..next_line(self.text, self.end(item)))
    }

    /// Removes an item of a list that has others.
    pub(crate) fn remove_item(&self, list: &Value, index: usize) -> Option<Edit> {
        let all = items(list);
        if all.len() < 2 {
            return None;
        }
        if is_flow(self.text, list) {
            return Some(match all.get(index + 1) {
                Some(next) => Edit::new(range(&all[index]).start..range(next).start, ""),
                None => Edit::new(self.end(&all[index - 1])..self.end(&all[index]), ""),
            });
        }
        let lines = self.item_lines(list, index)?;
        // A list that starts on the line of its key or of another dash is left alone.
        let dash = self.text[lines.clone()].trim_start().starts_with('-');
        dash.then(|| Edit::new(lines, ""))
    }

    /// The blanks that put a line under a byte's column.
    pub(crate) fn column(&self, at: usize) -> String {
        " ".repeat(at - line_start(self.text, at))
    }
}

pub(crate) fn is_container(value: &Value) -> bool {
    matches!(value.data, Data::Map(_) | Data::List(_))
}

/// Whether a node is written between brackets.
pub(crate) fn is_flow(text: &str, value: &Value) -> bool {
    is_container(value) && text[range(value).start..].starts_with(['{', '['])
}

fn holds(value: &Value, at: usize) -> bool {
    range(value).contains(&at)
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match &value.data {
        Data::Map(map) => Box::new(map.entries().iter().map(|entry| &entry.value)),
        Data::List(list) => Box::new(list.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

pub(crate) fn entries(value: &Value) -> &[Entry] {
    match &value.data {
        Data::Map(map) => map.entries(),
        _ => &[],
    }
}

/// The entries that are written in the map itself.
pub(crate) fn written(value: &Value) -> impl Iterator<Item = &Entry> {
    let whole = range(value);
    entries(value).iter().filter(move |entry| entry.key_span.is_some() && whole.contains(&key(entry).start))
}

pub(crate) fn items(value: &Value) -> &[Value] {
    match &value.data {
        Data::List(list) => list,
        _ => &[],
    }
}

pub(crate) fn entry<'v>(value: &'v Value, name: &str) -> Option<&'v Entry> {
    written(value).filter(|entry| &*entry.key == name).last()
}

pub(crate) fn get<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    entries(value).iter().rev().find(|entry| &*entry.key == name).map(|entry| &entry.value)
}

/// A scalar as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match &value.data {
        Data::Text(text) => Some(text.to_string()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
