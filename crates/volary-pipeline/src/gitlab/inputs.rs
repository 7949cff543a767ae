//! `spec: inputs` and `$[[ inputs.x ]]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Map, Value};

use crate::model::{Parameter, scalar_text};
use crate::reader::{as_list, span};

/// The header with `spec` and the configuration behind it.
pub(super) fn split(documents: &[Value]) -> (Option<&Value>, Option<&Value>) {
    match documents {
        [spec, body, ..] if spec.get("spec").is_some() => (spec.get("spec"), Some(body)),
        [body, ..] => (None, Some(body)),
        [] => (None, None),
    }
}

/// The inputs that a file declares.
pub(super) fn declared(spec: &Value) -> Vec<Parameter> {
    let Some(map) = spec.get("inputs").and_then(Value::as_map) else { return Vec::new() };
    let parameter = |entry: &Entry| {
        let default = entry.value.get("default").cloned();
        Parameter {
            name: entry.key.clone(),
            at: entry.key_span.unwrap_or_else(|| span(&entry.value)),
            ty: entry.value.get("type").and_then(Value::as_text).unwrap_or("string").into(),
            required: default.is_none(),
            default,
            values: entry
                .value
                .get("options")
                .map_or(Vec::new(), |value| as_list(value).into_iter().cloned().collect()),
            of: Arc::from(""),
        }
    };
    map.entries().iter().map(parameter).collect()
}

/// The inputs of an included file: what is passed, else the defaults.
pub(super) fn bound(spec: Option<&Value>, given: Option<&Value>) -> BTreeMap<Arc<str>, Value> {
    let mut values = BTreeMap::new();
    for parameter in spec.map(declared).unwrap_or_default() {
        if let Some(default) = parameter.default {
            values.insert(parameter.name, default);
        }
    }
    for entry in given.and_then(Value::as_map).map(Map::entries).unwrap_or_default() {
        values.insert(entry.key.clone(), entry.value.clone());
    }
    values
}

/// The value with its inputs put in. Documents are nested at most 255 levels deep.
pub(super) fn interpolated(value: &Value, inputs: &BTreeMap<Arc<str>, Value>) -> Value {
    let data = match &value.data {
        Data::Text(text) if text.contains("$[[") => return text_with(value, text, inputs),
        Data::List(list) => Data::List(Arc::new(list.iter().map(|value| interpolated(value, inputs)).collect())),
        Data::Map(map) => {
            let entry = |entry: &Entry| Entry {
                key: if entry.key.contains("$[[") { filled(&entry.key, inputs).into() } else { entry.key.clone() },
                key_span: entry.key_span,
                value: interpolated(&entry.value, inputs),
            };
            Data::Map(Arc::new(map.entries().iter().map(entry).collect()))
        }
        _ => return value.clone(),
    };
    Value { data, ..value.clone() }
}

fn text_with(value: &Value, text: &str, inputs: &BTreeMap<Arc<str>, Value>) -> Value {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix("$[[").and_then(|rest| rest.strip_suffix("]]"));
    // An input that is the whole value keeps its type.
    if let Some(found) = inner.filter(|inner| !inner.contains("$[[")).and_then(|inner| look_up(inner, inputs)) {
        return found.clone().used_at(span(value), volary_model::Role::ModuleArgument);
    }
    Value { data: Data::Text(filled(text, inputs).into()), ..value.clone() }
}

fn look_up<'v>(inner: &str, inputs: &'v BTreeMap<Arc<str>, Value>) -> Option<&'v Value> {
    // Functions behind a pipe (`| expand_vars`) leave known texts as they are.
    let name = inner.split('|').next().unwrap_or_default().trim();
    inputs.get(name.strip_prefix("inputs.")?)
}

fn filled(text: &str, inputs: &BTreeMap<Arc<str>, Value>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("$[[") {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find("]]").map(|end| start + end + 2) else { break };
        match look_up(&rest[start + 3..end - 2], inputs).and_then(scalar_text) {
            Some(found) => out.push_str(&found),
            None => out.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}
