//! Terraform's kubernetes provider: its blocks as manifests have them, and the same facets from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::yaml::{self, Dialect};
use volary_model::{Data, Entry, FileId, Map, Number, Origin, Subject, SubjectId, Unit, Value};

use super::pod::{self, Template};
use super::{kinds, resource};
use crate::entries::{field, scalar_text};

/// Deepest nesting of blocks that is read.
const MAX_DEPTH: usize = 40;

/// Blocks that may stand several times, with the name of the list in a manifest.
const LISTS: &[(&str, &str)] = &[
    ("container", "containers"),
    ("ephemeral_container", "ephemeralContainers"),
    ("init_container", "initContainers"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("host_aliases", "hostAliases"),
    ("http_header", "httpHeaders"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("items", "items"),
    ("match_expressions", "matchExpressions"),
    ("match_fields", "matchFields"),
    ("node_selector_term", "nodeSelectorTerms"),
    ("option", "options"),
    ("port", "ports"),
    ("preferred_during_scheduling_ignored_during_execution", "preferredDuringSchedulingIgnoredDuringExecution"),
    ("readiness_gate", "readinessGates"),
    ("sources", "sources"),
    ("sysctl", "sysctls"),
    ("toleration", "tolerations"),
    ("topology_spread_constraint", "topologySpreadConstraints"),
    ("volume", "volumes"),
    ("volume_claim_template", "volumeClaimTemplates"),
    ("volume_device", "volumeDevices"),
    ("volume_mount", "volumeMounts"),
];

/// Blocks that may stand several times where an attribute elsewhere has the same name.
const BLOCK_LISTS: &[(&str, &str)] = &[
    ("allowed_host_paths", "allowedHostPaths"),
    ("egress", "egress"),
    ("from", "from"),
    ("host_ports", "hostPorts"),
    ("image_pull_secret", "imagePullSecrets"),
    ("ingress", "ingress"),
    ("limit", "limits"),
    ("metric", "metrics"),
    ("path", "paths"),
    ("ports", "ports"),
    ("range", "ranges"),
    ("rule", "rules"),
    ("subject", "subjects"),
    ("tls", "tls"),
    ("to", "to"),
    ("webhook", "webhooks"),
];

/// Attributes whose keys are the author's own.
const FREE_MAPS: &[&str] = &[
    "annotations",
    "binary_data",
    "data",
    "hard",
    "labels",
    "limits",
    "match_labels",
    "node_selector",
    "options",
    "parameters",
    "requests",
    "selector",
    "volume_attributes",
];

/// Names that are not simply the camel case of Terraform's.
const NAMES: &[(&str, &str)] = &[
    ("cluster_ip", "clusterIP"),
    ("external_ips", "externalIPs"),
    ("host_ip", "hostIP"),
    ("host_ipc", "hostIPC"),
    ("host_pid", "hostPID"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("load_balancer_ip", "loadBalancerIP"),
    ("non_resource_urls", "nonResourceURLs"),
    ("target_cpu_utilization_percentage", "targetCPUUtilizationPercentage"),
];

/// Resources that are no objects of their own: they change parts of others.
const PARTIAL: &[&str] = &["Annotations", "ConfigMapV1Data", "Env", "Labels", "NodeTaint", "SecretV1Data"];

/// Attributes that Terraform holds as text and manifests as numbers.
const NUMBERS: &[&str] = &["fs_group", "run_as_group", "run_as_user"];

/// Adds what the resources of the kubernetes provider, `kubernetes_manifest` and `kubectl_manifest` stand for: the object
/// as a manifest has it (`Service`, `Role`), owned by the resource, and the facets `k8s.pod` and `k8s.container` of those that make pods. Gives these
/// resources the labels and the namespace of their metadata. To be called once for a unit.
pub fn facets_of_terraform(unit: &mut Unit) {
    for index in 0..unit.subjects.len() {
        let subject = &unit.subjects[index];
        if !subject.kind.starts_with("kubernetes_") && !subject.kind.starts_with("kubectl_") {
            continue;
        }
        let Some(object) = object(subject) else { continue };
        let metadata = field(&object.values, "metadata");
        let labels = metadata.and_then(|metadata| field(metadata, "labels")).map(resource::labels).unwrap_or_default();
        let namespace = metadata.and_then(|metadata| field(metadata, "namespace")).and_then(scalar_text);
        let api_version = field(&object.values, "apiVersion").and_then(Value::as_text).unwrap_or_default();
        let namespaced = kinds::Scopes::of(std::iter::empty()).is_namespaced(kinds::group(api_version), &object.kind);
        let name = metadata.and_then(|metadata| field(metadata, "name")).and_then(scalar_text);
        let template = Template::of(&object);
        let namespace = namespace.or_else(|| namespaced.then(|| "default".into()));
        let resource = &mut unit.subjects[index];
        resource.labels = labels.clone();
        resource.namespace = namespace.clone();
        if PARTIAL.contains(&&*object.kind) {
            continue;
        }
        let name = name.unwrap_or_else(|| object.name.clone());
        let owner = SubjectId(unit.subjects.len() as u32);
        unit.subjects.push(Subject {
            name,
            labels,
            namespace,
            owner: Some(SubjectId(index as u32)),
            links: BTreeMap::new(),
            ..object
        });
        if let Some(template) = template {
            pod::add(&mut unit.subjects, owner, &template);
        }
    }
}

/// A resource as the manifest that it stands for.
fn object(subject: &Subject) -> Option<Subject> {
    let plain = |values: Value, kind: Arc<str>| Subject { kind, values, ..subject.clone() };
    let manifest = |values: Value| {
        let kind = field(&values, "kind").and_then(Value::as_text)?;
        let version = field(&values, "apiVersion").and_then(Value::as_text).unwrap_or_default();
        let kind = kinds::name(kinds::group(version), kind);
        Some(plain(values, kind))
    };
    match &*subject.kind {
        "kubernetes_manifest" => manifest(field(&subject.values, "manifest")?.clone()),
        "kubectl_manifest" => {
            let body = field(&subject.values, "yaml_body")?;
            let (documents, _) = yaml::parse(FileId(u32::MAX), body.as_text()?, Dialect::Yaml11);
            manifest(placed(documents.first()?, &body.origin, 0))
        }
        kind => {
            let name = kind.strip_prefix("kubernetes_")?;
            let name = ["_v1", "_v2", "_v1beta1", "_v2beta2"]
                .iter()
                .find_map(|version| name.strip_suffix(version))
                .unwrap_or(name);
            let name = match name {
                "daemonset" => "DaemonSet".to_owned(),
                "default_service_account" => "ServiceAccount".to_owned(),
                other => {
                    let camel = camel(other);
                    let mut characters = camel.chars();
                    let first: String = characters.next().map(|first| first.to_ascii_uppercase()).into_iter().collect();
                    first + characters.as_str()
                }
            };
            Some(plain(manifest_of(&subject.values, 0), name.into()))
        }
    }
}

/// A value parsed from a text that is itself a value: everything in it is at the place of the text.
fn placed(value: &Value, origin: &Origin, depth: usize) -> Value {
    let data = match &value.data {
        _ if depth > 512 => Data::Null,
        Data::List(list) => Data::List(Arc::new(list.iter().map(|value| placed(value, origin, depth + 1)).collect())),
        Data::Map(map) => {
            let entries = map.entries().iter().map(|entry| Entry {
                key: entry.key.clone(),
                key_span: None,
                value: placed(&entry.value, origin, depth + 1),
            });
            Data::Map(Arc::new(entries.collect()))
        }
        other => other.clone(),
    };
    Value { data, origin: origin.clone(), note: value.note.clone() }
}

/// Blocks and attributes of a map with the names and shapes of a manifest.
fn manifest_of(value: &Value, depth: usize) -> Value {
    let Data::Map(map) = &value.data else { return value.clone() };
    if depth > MAX_DEPTH {
        return value.clone();
    }
    let entries = map.entries().iter().filter_map(|entry| {
        let (key, value) = converted(&entry.key, &entry.value, depth)?;
        Some(Entry { key, key_span: entry.key_span, value })
    });
    Value {
        data: Data::Map(Arc::new(Map::new(entries.collect()))),
        origin: value.origin.clone(),
        note: value.note.clone(),
    }
}

/// An entry as a manifest has it; nothing where a block that is allowed once is not there.
fn converted(key: &str, value: &Value, depth: usize) -> Option<(Arc<str>, Value)> {
    if let Some((_, name)) = LISTS.iter().find(|(block, _)| *block == key) {
        return Some(((*name).into(), elements(value, depth)));
    }
    let name = camel(key);
    if FREE_MAPS.contains(&key) {
        // `selector` is a block in some resources and a map of labels in others.
        return match &value.data {
            Data::List(_) => Some((name.into(), once(value, depth)?)),
            _ => Some((name.into(), value.clone())),
        };
    }
    let is_blocks = value.as_list().is_some_and(|list| list.iter().all(|element| element.as_map().is_some()));
    if is_blocks && let Some((_, name)) = BLOCK_LISTS.iter().find(|(block, _)| *block == key) {
        return Some(((*name).into(), elements(value, depth)));
    }
    if NUMBERS.contains(&key) && !is_blocks {
        let number = value.as_text().and_then(Number::parse);
        let data = number.map_or_else(|| value.data.clone(), Data::Number);
        return Some((name.into(), Value { data, origin: value.origin.clone(), note: value.note.clone() }));
    }
    // Of pods a list of terms, of nodes one object with a list of selectors.
    if key == "required_during_scheduling_ignored_during_execution" {
        let of_nodes =
            value.as_list().is_some_and(|list| list.iter().any(|term| field(term, "node_selector_term").is_some()));
        return Some((name.into(), if of_nodes { once(value, depth)? } else { elements(value, depth) }));
    }
    if is_blocks {
        return Some((name.into(), once(value, depth)?));
    }
    Some((name.into(), manifest_of(value, depth + 1)))
}

fn elements(value: &Value, depth: usize) -> Value {
    let Data::List(list) = &value.data else { return manifest_of(value, depth + 1) };
    let list = list.iter().map(|element| manifest_of(element, depth + 1)).collect();
    Value { data: Data::List(Arc::new(list)), origin: value.origin.clone(), note: value.note.clone() }
}

/// The one element of a list of blocks.
fn once(value: &Value, depth: usize) -> Option<Value> {
    value.as_list()?.first().map(|block| manifest_of(block, depth + 1))
}

fn camel(name: &str) -> String {
    if let Some((_, special)) = NAMES.iter().find(|(terraform, _)| *terraform == name) {
        return (*special).to_owned();
    }
    let mut parts = name.split('_').filter(|part| !part.is_empty());
    let mut camel = parts.next().unwrap_or(name).to_owned();
    for part in parts {
        let mut characters = part.chars();
        camel.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(characters.as_str());
    }
    camel
}
