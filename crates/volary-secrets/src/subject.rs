//! Credentials as subjects that policies judge.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, FileId, Number, Origin, Role, Span, Subject, Unit, UnitKind, Value, folder_of};

use crate::Found;

/// A unit with one subject of kind `secret` per credential of a file; `None` where there is none. Values: `class`, `provider`,
/// `format`, `name`, `key_name`, `checksum`, `entropy`, `test_path`, `masked`. Every value has the place of the credential, so that
/// a finding points at it whichever value decided.
pub fn unit(file: FileId, path: &Arc<str>, found: &[Found]) -> Option<Unit> {
    if found.is_empty() {
        return None;
    }
    let folder: Arc<str> = folder_of(path).into();
    let name = path.rsplit('/').next().unwrap_or(path);
    // Text has no addresses of its own: file, format, nearest key and a counter identify a credential, never its line.
    let mut counters: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let subjects = found
        .iter()
        .map(|found| {
            let key = found.key_name.as_deref().unwrap_or_default();
            let counter = counters.entry((&found.format, key)).or_default();
            *counter += 1;
            let key = if key.is_empty() { String::new() } else { format!(" {key}") };
            let count = if *counter > 1 { format!(" ({counter})") } else { String::new() };
            let address: Arc<str> = format!("{name}: {}{key}{count}", found.format).into();
            subject(file, found, &folder, &address)
        })
        .collect();
    Some(Unit { kind: UnitKind::Text, name: path.clone(), subjects, gaps: Vec::new() })
}

fn subject(file: FileId, found: &Found, folder: &Arc<str>, address: &Arc<str>) -> Subject {
    let span = Span::new(file, found.start, found.end);
    let origin = Origin::at(span, Role::Attribute);
    let text = |key: &str, value: &str| entry(key, Value::text(value, origin.clone()));
    let mut entries = vec![
        text("class", found.class.as_str()),
        text("format", &found.format),
        text("name", &found.name),
        text("checksum", found.checksum.as_str()),
        entry(
            "entropy",
            Value::new(Data::Number(Number::from_f64((found.entropy * 100.0).round() / 100.0)), origin.clone()),
        ),
        entry("test_path", Value::new(Data::Bool(found.test_path), origin.clone())),
        text("masked", &found.masked),
    ];
    if let Some(provider) = &found.provider {
        entries.push(text("provider", provider));
    }
    if let Some(key) = &found.key_name {
        entries.push(text("key_name", key));
    }
    Subject {
        kind: "secret".into(),
        provider: "secrets".into(),
        name: found.key_name.clone().unwrap_or_else(|| found.format.clone()),
        address: address.clone(),
        definition: address.clone(),
        folder: folder.clone(),
        header: span,
        extent: span,
        calls: Vec::new().into(),
        values: Value::map(entries, origin),
        conditional: None,
        provider_version: None,
        labels: BTreeMap::new(),
        namespace: None,
        owner: None,
        links: BTreeMap::new(),
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}
