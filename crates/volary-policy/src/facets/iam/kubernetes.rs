//! Roles and their bindings of Kubernetes, as manifests and as Terraform resources.
//!
//! <https://kubernetes.io/docs/reference/access-authn-authz/rbac/>

use volary_model::{Data, Value};

use super::super::values::{
    Block, Lists, as_is, blocks, known_text, labelled, made, read, read_any, unknown_list, with_data,
};
use super::Statement;
use super::document::{nothing, one, principal};
use crate::facets::source::Source;

pub(super) fn read_statements(source: &Source<'_>, out: &mut Vec<Statement>) {
    let kind = &*source.subject.kind;
    let kind = kind.strip_suffix("_v1").unwrap_or(kind);
    match kind {
        "Role" | "kubernetes_role" => role(source, false, out),
        "ClusterRole" | "kubernetes_cluster_role" => role(source, true, out),
        "RoleBinding" | "kubernetes_role_binding" => binding(source, false, out),
        "ClusterRoleBinding" | "kubernetes_cluster_role_binding" => binding(source, true, out),
        _ => {}
    }
}

fn role(source: &Source<'_>, cluster: bool, out: &mut Vec<Statement>) {
    for name in ["rules", "rule"] {
        for block in blocks(source.values(), name) {
            out.push(rule(source, cluster, block));
        }
    }
}

fn rule(source: &Source<'_>, cluster: bool, block: Block) -> Statement {
    let place = block.value.origin.clone();
    let list = |names: &[&str]| {
        let mut list = Lists::default();
        list.list(read_any(&block.value, names), &as_is);
        list
    };
    let groups = list(&["apiGroups", "api_groups"]).finish(&place);
    let mut resources = Lists::default();
    let plain = list(&["resources"]).finish(&place);
    match (groups.as_list(), plain.as_list()) {
        (Some(groups), Some(plain)) => {
            for (group, resource) in groups.iter().flat_map(|group| plain.iter().map(move |resource| (group, resource)))
            {
                resources.push(in_group(group, resource));
            }
        }
        (None, _) => resources.open(&groups),
        (_, None) => resources.open(&plain),
    }
    resources.list(read_any(&block.value, &["nonResourceURLs", "non_resource_urls"]), &as_is);
    let mut conditions = Vec::new();
    if let Some(names) = read_any(&block.value, &["resourceNames", "resource_names"]) {
        conditions.push(super::document::condition("resourceNames", "name", &names));
    }
    let namespace = (!cluster).then(|| source.subject.namespace.clone()).flatten();
    conditions.extend(
        namespace.map(|namespace| super::document::condition("namespace", "namespace", &made(namespace, &place))),
    );
    Statement {
        document: None,
        policy_kind: "role",
        definer: source.id,
        owner: source.id,
        part: "rules",
        whole: false,
        conditional: block.conditional,
        name: None,
        effect: Some(made("allow", &place)),
        actions: list(&["verbs"]).finish(&place),
        not_actions: nothing(&place),
        resources: resources.finish(&place),
        not_resources: nothing(&place),
        principals: nothing(&place),
        not_principals: nothing(&place),
        conditions: Value::list(conditions, place.clone()),
        source: block.value,
    }
}

/// `apps/deployments`, `/secrets` of the core group.
fn in_group(group: &Value, resource: &Value) -> Value {
    match (known_text(group), known_text(resource)) {
        (Some(group), Some(name)) => with_data(resource, Data::Text(format!("{group}/{name}").into())),
        (None, _) => unknown_element(group),
        _ => unknown_element(resource),
    }
}

fn unknown_element(value: &Value) -> Value {
    super::super::values::unknown_like(value, volary_model::Type::Text)
}

fn binding(source: &Source<'_>, cluster: bool, out: &mut Vec<Statement>) {
    let values = source.values();
    let place = source.place();
    let reference = read_any(values, &["roleRef", "role_ref"]);
    let role = reference.as_ref().and_then(|reference| read(reference, "name"));
    let mut principals = Lists::default();
    for name in ["subjects", "subject"] {
        for block in blocks(values, name) {
            match block.conditional {
                Some(_) => principals.open(&unknown_list(&block.value)),
                None => principals.push(subject(source, &block.value)),
            }
        }
    }
    let resources = match (&source.subject.namespace, cluster) {
        (Some(namespace), false) => one(made(namespace.clone(), &place)),
        (None, false) => nothing(&place),
        (_, true) => one(made("*", &place)),
    };
    out.push(Statement {
        document: None,
        policy_kind: "resource",
        definer: source.id,
        owner: source.id,
        part: "binding",
        whole: true,
        source: Value::map(Vec::new(), place.clone()),
        conditional: None,
        name: None,
        effect: Some(made("allow", &place)),
        actions: role.map_or_else(|| nothing(&place), |role| one(labelled(&role, "role:"))),
        not_actions: nothing(&place),
        resources,
        not_resources: nothing(&place),
        principals: principals.finish_objects(&place),
        not_principals: nothing(&place),
        conditions: nothing(&place),
    });
}

/// A user, a group, or a service account as `NAMESPACE/NAME`.
fn subject(source: &Source<'_>, value: &Value) -> Value {
    let ty = read(value, "kind");
    let known = ty.as_ref().and_then(known_text);
    let name = read(value, "name").unwrap_or_else(|| unknown_element(value));
    let name = match (known.as_deref(), known_text(&name)) {
        (Some("ServiceAccount"), Some(text)) => {
            let namespace = read(value, "namespace").and_then(|namespace| known_text(&namespace));
            let namespace = namespace.or_else(|| source.subject.namespace.clone()).unwrap_or_else(|| "default".into());
            with_data(&name, Data::Text(format!("{namespace}/{text}").into()))
        }
        _ => name,
    };
    principal(known.as_deref().unwrap_or("?"), name)
}
