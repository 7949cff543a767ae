//! Values of fields.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Data, Entry, Number, Origin, Reason, ReasonKind, Role, Span, Value};

use crate::{Setting, Text, Variable};

/// Most variables of one step.
const MAX_EFFECTIVE: usize = 200;

pub(super) fn entry(key: impl Into<Arc<str>>, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

pub(super) fn text_at(text: impl Into<Arc<str>>, span: Span) -> Value {
    Value::text(text, Origin::at(span, Role::Attribute))
}

pub(super) fn bool_at(truth: bool, span: Span) -> Value {
    Value::at(Data::Bool(truth), span)
}

pub(super) fn number_at(number: usize, span: Span) -> Value {
    Value::at(Data::Number(Number::Int(i64::try_from(number).unwrap_or(i64::MAX))), span)
}

pub(super) fn list_at(values: Vec<Value>, span: Span) -> Value {
    Value::list(values, Origin::at(span, Role::Block))
}

pub(super) fn map_at(entries: Vec<Entry>, span: Span) -> Value {
    Value::map(entries, Origin::at(span, Role::Block))
}

/// A text as the platform hands it on: numbers and truths are texts too; unknown where something is put in.
pub(super) fn string(text: &Text) -> Value {
    if let Some(Value { data: Data::List(_) | Data::Map(_), .. }) = &text.data {
        return text.value();
    }
    match text.known() {
        Some(known) => Value::text(known, text.origin.clone()),
        None => Text { data: None, ..text.clone() }.value(),
    }
}

/// A text with what is put in as it is written.
pub(super) fn written(text: &Text) -> Value {
    Value::text(text.canonical(), text.origin.clone())
}

/// A truth: known, unknown, or another value that is none.
pub(super) fn setting(setting: &Setting) -> Value {
    match setting.truth() {
        Some(truth) => Value::new(Data::Bool(truth), setting.value.origin.clone()),
        None => Text { data: None, ..setting.text.clone() }.value(),
    }
}

/// Variables as a map; where a name stands twice the last one counts.
pub(super) fn variables<'v>(variables: impl IntoIterator<Item = &'v Variable>) -> Vec<Entry> {
    let all: Vec<&Variable> = variables.into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut entries: Vec<Entry> = Vec::new();
    for variable in all.into_iter().rev() {
        let Some(name) = variable.name.known().filter(|name| !name.is_empty()) else { continue };
        if !seen.insert(name.clone()) {
            continue;
        }
        let mut value = string(&variable.value);
        // The line that sets it is the line of its name.
        if let Some(span) = value.origin.span().filter(|span| span.file == variable.at.file) {
            value.origin = Origin { place: variable.at.to(span).into(), ..value.origin };
        }
        entries.push(Entry { key: name.into(), key_span: Some(variable.at), value });
    }
    entries.reverse();
    entries
}

/// The variables that a step sees. Every step has its own copy, so that beyond a number nobody writes they are not known.
pub(super) fn effective<'v>(found: impl IntoIterator<Item = &'v Variable>, at: Span) -> Value {
    let all: Vec<&Variable> = found.into_iter().collect();
    if all.len() > MAX_EFFECTIVE {
        let reason = Reason::new(ReasonKind::Limit, "more variables of one step than are put together");
        return Value::unknown(reason, Origin::at(at, Role::Block));
    }
    map_at(variables(all), at)
}
