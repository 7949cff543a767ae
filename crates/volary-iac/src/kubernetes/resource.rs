//! Documents to subjects.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Span, Subject, Value};

use super::kinds::{self, Scopes};
use crate::entries::{entry_span, field, path, present, scalar_text};

/// Most objects that nested lists may hold in one another.
const MAX_LIST_DEPTH: usize = 8;

/// What a folder says about every object in it.
pub(super) struct Context<'c> {
    pub(super) folder: &'c Arc<str>,
    pub(super) scopes: &'c Scopes,
    /// The namespace of a kustomization.
    pub(super) namespace: Option<&'c Arc<str>>,
}

/// An object with what the list around it says.
pub(super) struct Object<'v> {
    pub(super) value: &'v Value,
    kind: &'v str,
    api_version: &'v str,
}

/// The objects of a file, those in lists included.
pub(super) fn objects(documents: &[Value]) -> Vec<Object<'_>> {
    let mut objects = Vec::new();
    // Open values with the kind and version of the list around them, the next one last.
    let mut open: Vec<(&Value, &str, &str, usize)> = documents.iter().rev().map(|value| (value, "", "", 0)).collect();
    while let Some((value, list_kind, list_version, depth)) = open.pop() {
        let text = |key: &str| field(value, key).and_then(Value::as_text).filter(|text| !text.is_empty());
        let Some(kind) = text("kind").or(Some(list_kind).filter(|kind| !kind.is_empty())) else { continue };
        let api_version = text("apiVersion").unwrap_or(list_version);
        let items = field(value, "items").and_then(Value::as_list);
        match (kind.strip_suffix("List"), items) {
            (Some(inner), Some(items)) if depth < MAX_LIST_DEPTH => {
                open.extend(items.iter().rev().map(|item| (item, inner, api_version, depth + 1)));
            }
            _ if value.as_map().is_some() => objects.push(Object { value, kind, api_version }),
            _ => {}
        }
    }
    objects
}

/// The subject of an object.
pub(super) fn subject(object: &Object<'_>, context: &Context<'_>) -> Option<Subject> {
    let value = object.value;
    let group = kinds::group(object.api_version);
    let kind = kinds::name(group, object.kind);
    let extent = value.origin.span()?;
    let metadata = field(value, "metadata");
    let text = |key: &str| metadata.and_then(|metadata| field(metadata, key)).and_then(scalar_text);
    let name = text("name").or_else(|| text("generateName").map(|prefix| format!("{prefix}*").into()));
    let name: Arc<str> = name.unwrap_or_else(|| "(unnamed)".into());
    let written = text("namespace").filter(|namespace| !namespace.is_empty());
    let namespace = match written {
        Some(namespace) => Some(namespace),
        None if !context.scopes.is_namespaced(group, object.kind) => None,
        None => Some(context.namespace.cloned().unwrap_or_else(|| "default".into())),
    };
    let address: Arc<str> = match &namespace {
        Some(namespace) => format!("{kind}/{namespace}/{name}").into(),
        None => format!("{kind}/{name}").into(),
    };
    Some(Subject {
        kind,
        provider: "kubernetes".into(),
        name,
        address: address.clone(),
        definition: address,
        folder: context.folder.clone(),
        header: header(value, extent),
        extent,
        calls: Vec::new().into(),
        values: value.clone(),
        conditional: None,
        provider_version: None,
        labels: path(value, &["metadata", "labels"]).map(labels).unwrap_or_default(),
        namespace,
        owner: None,
        links: BTreeMap::new(),
    })
}

/// Where people look for an object: its name, else its kind, else its first line.
fn header(value: &Value, extent: Span) -> Span {
    let metadata = field(value, "metadata");
    let name = metadata.and_then(|metadata| present(metadata, "name").or_else(|| present(metadata, "generateName")));
    name.or_else(|| present(value, "kind")).and_then(entry_span).unwrap_or(extent)
}

/// Labels as text.
pub(super) fn labels(value: &Value) -> BTreeMap<Arc<str>, Arc<str>> {
    let Data::Map(map) = &value.data else { return BTreeMap::new() };
    map.entries().iter().filter_map(|entry| Some((entry.key.clone(), scalar_text(&entry.value)?))).collect()
}
