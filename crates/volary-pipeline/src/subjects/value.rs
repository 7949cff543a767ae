//! Values of fields.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Data, Entry, Number, Origin, Reason, ReasonKind, Role, Span, Type, Unknown, Value};

use crate::{Platform, Setting, Text, Variable, VariableKind};

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

/// A list that is pointed at by its first element.
pub(super) fn list_of(values: Vec<Value>, header: Span) -> Value {
    let at = values.first().and_then(|value| value.origin.span()).unwrap_or(header);
    list_at(values, at)
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

/// The names of groups of variables.
pub(super) fn groups<'v>(variables: impl IntoIterator<Item = &'v Variable>) -> Vec<Value> {
    let groups = variables.into_iter().filter(|variable| variable.kind == VariableKind::Group);
    groups.map(|group| text_at(group.name.canonical(), group.at)).collect()
}

/// The names of variables that hold a secret, and of those that hold the token of the run.
pub(super) fn secret_names<'v>(variables: impl IntoIterator<Item = &'v Variable>, header: Span) -> [Entry; 2] {
    let mut secrets = Vec::new();
    let mut tokens = Vec::new();
    for variable in variables {
        let name = || text_at(variable.name.canonical(), variable.at);
        match variable.kind {
            VariableKind::Secret => secrets.push(name()),
            VariableKind::Plain if variable.value.holes().any(|hole| is_token(&hole.text)) => tokens.push(name()),
            _ => {}
        }
    }
    [entry("secret_env", list_of(secrets, header)), entry("token_variables", list_of(tokens, header))]
}

fn is_token(name: &str) -> bool {
    name.eq_ignore_ascii_case("System.AccessToken")
}

/// Variables as a map; where a name stands twice the last one counts. Names of Azure, which does not distinguish case, are in
/// lower case.
pub(super) fn variables<'v>(variables: impl IntoIterator<Item = &'v Variable>, platform: Platform) -> Vec<Entry> {
    let all: Vec<&Variable> = variables.into_iter().filter(|variable| variable.kind == VariableKind::Plain).collect();
    let mut seen = BTreeSet::new();
    let mut entries: Vec<Entry> = Vec::new();
    for variable in all.into_iter().rev() {
        let Some(mut name) = variable.name.known().filter(|name| !name.is_empty()) else { continue };
        if platform == Platform::Azure {
            name.make_ascii_lowercase();
        }
        if !seen.insert(name.clone()) {
            continue;
        }
        let mut value = string(&variable.value);
        // Whatever a run puts in, the variable is there.
        if let Data::Unknown(unknown) = &value.data {
            let unknown = Unknown { ty: Type::Text, not_null: true, ..Unknown::clone(unknown) };
            value.data = Data::Unknown(Arc::new(unknown));
        }
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
pub(super) fn effective<'v>(found: impl IntoIterator<Item = &'v Variable>, at: Span, platform: Platform) -> Value {
    let all: Vec<&Variable> = found.into_iter().collect();
    if all.len() > MAX_EFFECTIVE {
        let reason = Reason::new(ReasonKind::Limit, "more variables of one step than are put together");
        return Value::unknown(reason, Origin::at(at, Role::Block));
    }
    map_at(variables(all, platform), at)
}
