//! The facets `k8s.pod` and `k8s.container`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Role, Span, Subject, SubjectId, Value};

use super::{arguments, component, kinds, resource, security};
use crate::entries::{entry, entry_span, extended, field, path, present, text_at};
use crate::image::image;

/// The lists of containers in a pod's spec.
const LISTS: &[(&str, &str)] =
    &[("containers", "regular"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral")];

/// What a resource says about the pods that it makes.
pub(super) struct Template {
    /// The spec, a map or unknown.
    pub(super) spec: Value,
    /// The place of the spec's key.
    pub(super) header: Span,
    /// The whole template.
    pub(super) extent: Span,
    pub(super) metadata: Option<Value>,
    /// The kind of the workload as manifests write it.
    pub(super) kind: Arc<str>,
    api_version: Option<Value>,
    /// The name of the workload as its metadata says.
    name: Option<Value>,
}

impl Template {
    /// The template of a resource, if it makes pods.
    pub(super) fn of(subject: &Subject) -> Option<Self> {
        let value = &subject.values;
        let text = |key| field(value, key).and_then(Value::as_text);
        let (plain, _) = subject.kind.split_once('.').unwrap_or((&subject.kind, ""));
        let group = kinds::group(text("apiVersion").unwrap_or_default());
        let template = match kinds::template_path(group, plain) {
            // Without a template there is still a pod to judge: one that says nothing.
            Some(keys) => path(value, keys).unwrap_or(value),
            None if kinds::is_own(group) => return None,
            None => kinds::CUSTOM_TEMPLATES
                .iter()
                .filter_map(|keys| path(value, keys))
                .find(|template| security::has_containers(template))
                // Or the resource is itself written like a pod (Knative `Revision`).
                .or_else(|| Some(value).filter(|value| security::has_images(value)))?,
        };
        let written = present(template, "spec").filter(|entry| security::is_spec(&entry.value));
        let place = template.origin.span().unwrap_or(subject.extent);
        let header = written.and_then(entry_span).unwrap_or(subject.header);
        let nothing = || Value::map(Vec::new(), Origin::at(subject.header, Role::Block));
        Some(Self {
            spec: written.map_or_else(nothing, |entry| entry.value.clone()),
            header,
            extent: place.to(header),
            metadata: field(template, "metadata").filter(|metadata| metadata.as_map().is_some()).cloned(),
            kind: plain.into(),
            api_version: field(value, "apiVersion").cloned(),
            name: path(value, &["metadata", "name"]).cloned(),
        })
    }
}

/// Adds the pod of a resource and its containers, and ties them together.
pub(super) fn add(subjects: &mut Vec<Subject>, owner: SubjectId, template: &Template) {
    let Some(resource) = subjects.get(owner.0 as usize).cloned() else { return };
    let pod_id = SubjectId(subjects.len() as u32);
    let labels = template.metadata.as_ref().and_then(|metadata| field(metadata, "labels")).map(resource::labels);
    let pod = Subject {
        kind: "k8s.pod".into(),
        address: format!("{}/pod", resource.address).into(),
        definition: format!("{}/pod", resource.definition).into(),
        header: template.header,
        extent: template.extent,
        values: pod_values(template, &resource),
        labels: labels.unwrap_or_default(),
        owner: Some(owner),
        links: BTreeMap::new(),
        ..resource
    };
    subjects.push(pod.clone());
    let mut containers = Vec::new();
    let mut taken = BTreeSet::new();
    for (key, kind) in LISTS {
        let Some(list) = field(&template.spec, key) else { continue };
        match &list.data {
            Data::List(values) => {
                for (index, container) in values.iter().enumerate() {
                    if container.as_map().is_some() || container.as_unknown().is_some() {
                        let id = SubjectId(subjects.len() as u32);
                        containers.push(id);
                        let mut subject = container_subject(container, index, kind, template, &pod, pod_id);
                        if !taken.insert(subject.address.clone()) {
                            // Two containers of one name: refused by the cluster, told apart here.
                            subject.address = format!("{}#{index}", subject.address).into();
                            subject.definition = format!("{}#{index}", subject.definition).into();
                        }
                        let component = component::of_container(&subject, id);
                        subjects.push(subject);
                        subjects.extend(component);
                    }
                }
            }
            Data::Unknown(_) => {
                containers.push(SubjectId(subjects.len() as u32));
                subjects.push(container_subject(list, 0, kind, template, &pod, pod_id));
            }
            _ => {}
        }
    }
    let mut link = |id: SubjectId, name: &str, to: Vec<SubjectId>| {
        if let Some(subject) = subjects.get_mut(id.0 as usize)
            && !to.is_empty()
        {
            subject.links.insert(name.into(), to);
        }
    };
    link(owner, "k8s.pod", vec![pod_id]);
    link(owner, "k8s.container", containers.clone());
    link(pod_id, "k8s.container", containers.clone());
    link(pod_id, "containers", containers);
}

fn pod_values(template: &Template, resource: &Subject) -> Value {
    if template.spec.as_unknown().is_some() {
        return template.spec.clone();
    }
    let place = resource.header;
    let mut workload = vec![entry("kind", text_at(template.kind.clone(), place))];
    let name = template.name.clone().unwrap_or_else(|| text_at(resource.name.clone(), place));
    workload.push(entry("name", name));
    workload.extend(resource.namespace.clone().map(|namespace| entry("namespace", text_at(namespace, place))));
    workload.extend(template.api_version.clone().map(|version| entry("apiVersion", version)));
    let mut more = vec![entry("workload", Value::map(workload, Origin::at(place, Role::Block)))];
    more.extend(template.metadata.clone().map(|metadata| entry("metadata", metadata)));
    extended(&template.spec, &["workload", "metadata"], more)
}

fn container_subject(
    container: &Value,
    index: usize,
    kind: &str,
    template: &Template,
    pod: &Subject,
    pod_id: SubjectId,
) -> Subject {
    let extent = container.origin.span().unwrap_or(template.header);
    // Through an alias the container is used here and its name is written elsewhere.
    let name_entry = present(container, "name").filter(|_| container.origin.from.is_none());
    let header = name_entry.and_then(entry_span).unwrap_or(extent);
    let name = field(container, "name").and_then(Value::as_text).filter(|name| !name.is_empty());
    let (key, name): (String, Arc<str>) = match name {
        Some(name) => (name.to_owned(), name.into()),
        None => (index.to_string(), "(unnamed)".into()),
    };
    let list = if kind == "regular" { "container" } else { kind };
    let address = |base: &str| -> Arc<str> {
        let base = base.strip_suffix("/pod").unwrap_or(base);
        format!("{base}/{list}/{key}").into()
    };
    Subject {
        kind: "k8s.container".into(),
        name,
        address: address(&pod.address),
        definition: address(&pod.definition),
        header,
        extent,
        values: container_values(container, kind, template, header),
        links: BTreeMap::from([("pod".into(), vec![pod_id])]),
        ..pod.clone()
    }
}

fn container_values(container: &Value, kind: &str, template: &Template, header: Span) -> Value {
    if container.as_unknown().is_some() {
        return container.clone();
    }
    let always = field(container, "restartPolicy").and_then(Value::as_text) == Some("Always");
    let kind = if kind == "init" && always { "sidecar" } else { kind };
    let mut more = vec![entry("type", text_at(kind, header))];
    more.extend(present(container, "image").and_then(|written| {
        let value = image(&written.value)?;
        Some(Entry { key: "image".into(), key_span: written.key_span, value })
    }));
    more.extend(arguments::fields(container, header));
    let effective = security::effective(container, &template.spec, template.metadata.as_ref(), header);
    more.push(entry("effective", effective));
    let replaced = ["type", "image", "program", "arguments", "options", "flags", "effective"];
    extended(container, &replaced, more)
}
