//! The security context that applies to a container: its own over the pod's over the documented default.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Role, Span, Value};

use crate::entries::{entry, entry_span, field, path, present};

/// Fields that only a container has, with their documented defaults
/// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context-1>).
const OWN: &[(&str, Option<Fallback>)] = &[
    ("privileged", Some(Fallback::Bool(false))),
    ("allowPrivilegeEscalation", Some(Fallback::Bool(true))),
    ("readOnlyRootFilesystem", Some(Fallback::Bool(false))),
    ("procMount", Some(Fallback::Text("Default"))),
];

/// Fields that the container takes from the pod where it has none of its own.
const SHARED: &[(&str, Option<Fallback>)] = &[
    ("runAsNonRoot", Some(Fallback::Bool(false))),
    ("runAsUser", None),
    ("runAsGroup", None),
    ("seLinuxOptions", None),
    ("seccompProfile", None),
    ("appArmorProfile", None),
];

/// Fields of the pod that concern each of its containers.
const HOST: &[(&str, bool)] = &[("hostNetwork", false), ("hostPID", false), ("hostIPC", false), ("hostUsers", true)];

#[derive(Clone, Copy)]
enum Fallback {
    Bool(bool),
    Text(&'static str),
}

/// The field `effective` of a container. `header` is the place of the container's name.
pub(super) fn effective(container: &Value, spec: &Value, metadata: Option<&Value>, header: Span) -> Value {
    let own = field(container, "securityContext");
    let shared = field(spec, "securityContext");
    let place = present(container, "securityContext").and_then(entry_span).unwrap_or(header);
    if let Some(unknown) = own.filter(|value| value.as_unknown().is_some()) {
        return unknown.clone();
    }
    let default = |default: Fallback| {
        let data = match default {
            Fallback::Bool(truth) => Data::Bool(truth),
            Fallback::Text(text) => Data::Text(text.into()),
        };
        Value::new(data, Origin::at(place, Role::DocumentedDefault))
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |key: &'static str, value: Option<Value>| entries.extend(value.map(|value| entry(key, value)));
    for (key, fallback) in OWN {
        let written = own.and_then(|own| field(own, key)).cloned();
        add(key, written.or_else(|| fallback.map(default)));
    }
    let annotations = metadata.and_then(|metadata| field(metadata, "annotations"));
    let name = field(container, "name").and_then(Value::as_text).unwrap_or_default();
    for (key, fallback) in SHARED {
        let written = own.and_then(|own| field(own, key)).cloned();
        let inherited = || shared.and_then(|shared| inherited(shared, key));
        let annotated = || annotations.and_then(|annotations| annotated(annotations, key, name));
        add(key, written.or_else(inherited).or_else(annotated).or_else(|| fallback.map(default)));
    }
    add("windowsOptions", windows(own, shared));
    let capabilities = own.and_then(|own| field(own, "capabilities"));
    add("capabilities", Some(effective_capabilities(capabilities, place)));
    for (key, fallback) in HOST {
        add(key, Some(field(spec, key).cloned().unwrap_or_else(|| default(Fallback::Bool(*fallback)))));
    }
    Value::map(entries, Origin::at(place, Role::Block))
}

/// A field of the pod's context; all of it is unknown where the context is.
fn inherited(shared: &Value, key: &str) -> Option<Value> {
    if shared.as_unknown().is_some() { Some(shared.clone()) } else { field(shared, key).cloned() }
}

/// Options of Windows are merged one by one.
fn windows(own: Option<&Value>, shared: Option<&Value>) -> Option<Value> {
    let own = own.and_then(|own| field(own, "windowsOptions"));
    let shared = shared.and_then(|shared| field(shared, "windowsOptions"));
    match (own, shared) {
        (Some(own), Some(shared)) => {
            let (Data::Map(mine), Data::Map(theirs)) = (&own.data, &shared.data) else { return Some(own.clone()) };
            let mut entries = theirs.entries().to_vec();
            entries.extend(mine.entries().iter().filter(|entry| !entry.value.is_null()).cloned());
            Some(Value::map(entries, own.origin.clone()))
        }
        (own, shared) => own.or(shared).cloned(),
    }
}

/// The annotations that came before the fields `seccompProfile` and `appArmorProfile`.
fn annotated(annotations: &Value, key: &str, container: &str) -> Option<Value> {
    let found = match key {
        "seccompProfile" => {
            let own = format!("container.seccomp.security.alpha.kubernetes.io/{container}");
            field(annotations, &own).or_else(|| field(annotations, "seccomp.security.alpha.kubernetes.io/pod"))
        }
        "appArmorProfile" => field(annotations, &format!("container.apparmor.security.beta.kubernetes.io/{container}")),
        _ => None,
    }?;
    let text = found.as_text()?;
    let (kind, profile) = match text {
        "runtime/default" | "docker/default" => ("RuntimeDefault", None),
        "unconfined" => ("Unconfined", None),
        other => match other.strip_prefix("localhost/") {
            Some(profile) => ("Localhost", Some(profile)),
            None => return None,
        },
    };
    let text = |text: &str| Value::text(text, found.origin.clone());
    let mut entries = vec![entry("type", text(kind))];
    entries.extend(profile.map(|profile| entry("localhostProfile", text(profile))));
    Some(Value::map(entries, found.origin.clone()))
}

/// Capabilities by the names that the kernel gives them, without `CAP_`, upper case.
fn effective_capabilities(capabilities: Option<&Value>, place: Span) -> Value {
    if let Some(unknown) = capabilities.filter(|value| value.as_unknown().is_some()) {
        return unknown.clone();
    }
    let list = |key: &str| match capabilities.and_then(|capabilities| field(capabilities, key)) {
        Some(value) => match &value.data {
            Data::List(list) => {
                let names = list.iter().filter(|name| !name.is_null()).map(normal_name).collect();
                Value { data: Data::List(Arc::new(names)), ..value.clone() }
            }
            _ => value.clone(),
        },
        None => {
            let place = capabilities.and_then(|value| value.origin.span()).unwrap_or(place);
            Value::list(Vec::new(), Origin::at(place, Role::DocumentedDefault))
        }
    };
    let place = capabilities.and_then(|value| value.origin.span()).unwrap_or(place);
    Value::map(vec![entry("add", list("add")), entry("drop", list("drop"))], Origin::at(place, Role::Block))
}

fn normal_name(value: &Value) -> Value {
    let Some(text) = value.as_text() else { return value.clone() };
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
    Value { data: Data::Text(name.into()), ..value.clone() }
}

/// Whether a pod's spec can be read as one: it is a map, or not known.
pub(super) fn is_spec(value: &Value) -> bool {
    value.as_map().is_some() || value.as_unknown().is_some()
}

/// Whether a value is a template with containers.
pub(super) fn has_containers(template: &Value) -> bool {
    path(template, &["spec", "containers"]).is_some_and(|containers| containers.as_list().is_some())
}

/// Whether a value is a template with containers that all say what they run. Lists called `containers` that only change
/// the containers of others do not.
pub(super) fn has_images(template: &Value) -> bool {
    let containers = path(template, &["spec", "containers"]).and_then(Value::as_list).unwrap_or_default();
    !containers.is_empty() && containers.iter().all(|container| field(container, "image").is_some())
}
