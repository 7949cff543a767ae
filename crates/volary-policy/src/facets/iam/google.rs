//! Bindings of roles to members in Google Cloud, and roles of one's own.
//!
//! <https://cloud.google.com/iam/docs/principals-overview>, <https://cloud.google.com/iam/docs/allow-policies>

use volary_model::{Data, Origin, Reason, ReasonKind, Value};

use super::super::values::{Lists, as_is, blocks, known_text, labelled, made, read, read_any, spelled};
use super::document::{condition, nothing, of_type, one, perhaps, principal, unknown_objects};
use super::{Statement, places};
use crate::facets::source::Source;

/// Attributes that say what a binding is of, the narrowest first.
const RESOURCES: [&str; 44] = [
    "bucket",
    "crypto_key_id",
    "key_ring_id",
    "secret_id",
    "service_account_id",
    "topic",
    "subscription",
    "schema",
    "table_id",
    "table",
    "dataset_id",
    "database",
    "instance_name",
    "instance_id",
    "instance",
    "cloud_function",
    "function",
    "service",
    "service_name",
    "job",
    "repository",
    "cluster",
    "queue",
    "subnetwork",
    "disk",
    "image",
    "snapshot",
    "backend_service",
    "registry",
    "entry_group",
    "tag_template",
    "managed_zone",
    "source_id",
    "source",
    "api",
    "gateway",
    "membership_id",
    "billing_account_id",
    "name",
    "parent",
    "folder",
    "org_id",
    "project",
    "project_id",
];

pub(super) fn read_statements(source: &Source<'_>, out: &mut Vec<Statement>) {
    let kind = &*source.subject.kind;
    if kind.ends_with("_iam_binding") || kind.ends_with("_iam_member") {
        out.push(binding(source, source.values(), true, None));
    } else if kind.ends_with("_iam_policy") && !kind.starts_with("data.") {
        policy(source, out);
    } else if kind.ends_with("_iam_custom_role") {
        custom_role(source, out);
    }
}

/// The resource that a binding is of.
fn resource(source: &Source<'_>) -> Option<Value> {
    read_any(source.values(), &RESOURCES)
}

fn binding(source: &Source<'_>, values: &Value, whole: bool, conditional: Option<Reason>) -> Statement {
    let place = if whole { source.place() } else { values.origin.clone() };
    let resource = resource(source);
    let owner = resource.as_ref().and_then(|resource| source.target(resource)).unwrap_or(source.id);
    let mut members = Lists::default();
    members.one(read(values, "member"), &|member| vec![principal_of(member)]);
    members.list(read(values, "members"), &|member| vec![principal_of(member)]);
    let mut conditions = Lists::default();
    for block in blocks(values, "condition") {
        if block.conditional.is_some() {
            conditions.open(&block.value);
            continue;
        }
        let title = read(&block.value, "title").and_then(|title| known_text(&title)).unwrap_or_else(|| "".into());
        match read(&block.value, "expression") {
            Some(expression) => conditions.push(condition("expression", &title, &expression)),
            None => conditions.open(&unknown_objects(&block.value)),
        }
    }
    Statement {
        document: None,
        policy_kind: "resource",
        definer: source.id,
        owner,
        part: "policy_data",
        whole,
        source: values.clone(),
        conditional,
        name: None,
        effect: Some(made("allow", &place)),
        actions: read(values, "role").map_or_else(|| nothing(&place), |role| one(labelled(&role, "role:"))),
        not_actions: nothing(&place),
        resources: perhaps(resource, &place),
        not_resources: nothing(&place),
        principals: members.finish_objects(&place),
        not_principals: nothing(&place),
        conditions: conditions.finish_objects(&place),
    }
}

/// A policy that replaces all bindings: JSON text, mostly of `google_iam_policy`.
fn policy(source: &Source<'_>, out: &mut Vec<Statement>) {
    let Some(text) = read(source.values(), "policy_data") else { return };
    match text.decoded().filter(|decoded| decoded.as_map().is_some()) {
        Some(decoded) => {
            for block in blocks(decoded, "bindings") {
                let used = places::used_at(&block.value, &text);
                out.push(binding(source, &used, false, block.conditional));
            }
        }
        None => {
            let unknown = match text.as_unknown() {
                Some(_) => text,
                None => Value::unknown(Reason::new(ReasonKind::Unreadable, "the policy"), text.origin.clone()),
            };
            out.push(binding(source, &unknown, false, None));
        }
    }
}

fn custom_role(source: &Source<'_>, out: &mut Vec<Statement>) {
    let place: Origin = source.place();
    let mut actions = Lists::default();
    actions.list(read(source.values(), "permissions"), &as_is);
    out.push(Statement {
        document: None,
        policy_kind: "role",
        definer: source.id,
        owner: source.id,
        part: "permissions",
        whole: true,
        source: source.values().clone(),
        conditional: None,
        name: read(source.values(), "role_id"),
        effect: Some(made("allow", &place)),
        actions: actions.finish(&place),
        not_actions: nothing(&place),
        resources: read_any(source.values(), &["project", "org_id"]).map_or_else(|| nothing(&place), one),
        not_resources: nothing(&place),
        principals: nothing(&place),
        not_principals: nothing(&place),
        conditions: nothing(&place),
    });
}

/// `user:somebody@example.com`, `allUsers`: the type stands before the first colon, the value is the member as written.
fn principal_of(member: Value) -> Value {
    let known = match &member.data {
        Data::Text(text) => Some(text.split_once(':').map_or(&**text, |(ty, _)| ty)),
        Data::Unknown(unknown) => unknown.prefix().split_once(':').map(|(ty, _)| ty),
        _ => None,
    };
    match known {
        Some(ty) => {
            let ty = ty.to_owned();
            principal(&ty, member)
        }
        None => of_type(spelled(&member, &|text| text.into()), member),
    }
}
