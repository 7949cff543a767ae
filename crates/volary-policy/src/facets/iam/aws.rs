//! What may be done in AWS.

use std::collections::BTreeSet;

use volary_model::{Origin, Role, SubjectId, Type, Value};

use super::super::values::{blocks, known_text, made, read, read_any, unknown_like};
use super::Statement;
use super::document::{self, Use, nothing, of_type, one, principal, written_conditions};
use super::sources::DOCUMENTS;
use crate::facets::source::Source;

/// The data source of a document.
const DOCUMENT: &str = "data.aws_iam_policy_document";

pub(super) fn read_statements(source: &Source<'_>, used: &mut BTreeSet<SubjectId>, out: &mut Vec<Statement>) {
    let kind = &*source.subject.kind;
    if kind == DOCUMENT {
        for name in ["source_json", "override_json", "source_policy_documents", "override_policy_documents"] {
            used.extend(
                read(source.values(), name).map(|text| source.all_named(&text, &[DOCUMENT])).into_iter().flatten(),
            );
        }
        return;
    }
    let first = DOCUMENTS.partition_point(|document| document.kind < kind);
    for document in DOCUMENTS[first..].iter().take_while(|document| document.kind == kind) {
        let Some(text) = read(source.values(), document.attribute) else { continue };
        used.extend(source.all_named(&text, &[DOCUMENT]));
        let named = (!document.of.is_empty()).then(|| read(source.values(), document.of)).flatten();
        let usage = Use {
            policy_kind: document.policy_kind,
            definer: source.id,
            owner: source.named(named.as_ref(), document.owners).unwrap_or(source.id),
            part: document.attribute,
        };
        document::statements(&text, usage, None, out);
    }
    match kind {
        "aws_iam_role" => inline_policies(source, used, out),
        "aws_lambda_permission" => {
            lambda_permission(source, "function_name", &["aws_lambda_function", "aws_lambda_alias"], out)
        }
        "aws_lambda_layer_version_permission" => {
            lambda_permission(source, "layer_name", &["aws_lambda_layer_version"], out);
        }
        _ => {}
    }
}

/// A document that no resource here uses: the policy of something outside, or of a kind whose policies are not known.
pub(super) fn unused_document(source: &Source<'_>, out: &mut Vec<Statement>) {
    if &*source.subject.kind != DOCUMENT {
        return;
    }
    let Some(text) = read(source.values(), "json") else { return };
    let whole = Value { origin: Origin::at(source.subject.extent, Role::Block), ..text };
    let before = out.len();
    let usage = Use { policy_kind: "identity", definer: source.id, owner: source.id, part: "statement" };
    document::statements(&whole, usage, None, out);
    for statement in &mut out[before..] {
        // Only what is attached to a resource says who may.
        let says_who = [&statement.principals, &statement.not_principals]
            .iter()
            .any(|list| !list.as_list().is_some_and(<[Value]>::is_empty));
        if says_who {
            let actions = statement.actions.as_list().unwrap_or_default();
            let assumes = |action: &Value| action.as_text().is_some_and(|text| text.starts_with("sts:AssumeRole"));
            statement.policy_kind = if actions.iter().any(assumes) { "trust" } else { "resource" };
        }
    }
}

fn inline_policies(source: &Source<'_>, used: &mut BTreeSet<SubjectId>, out: &mut Vec<Statement>) {
    for block in blocks(source.values(), "inline_policy") {
        // An empty block takes all inline policies away.
        let Some(text) = read(&block.value, "policy") else { continue };
        used.extend(source.all_named(&text, &[DOCUMENT]));
        let usage = Use { policy_kind: "identity", definer: source.id, owner: source.id, part: "inline_policy" };
        document::statements(&text, usage, block.conditional.as_ref(), out);
    }
}

/// A permission that is written as attributes.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
fn lambda_permission(source: &Source<'_>, target: &str, kinds: &[&str], out: &mut Vec<Statement>) {
    let values = source.values();
    let place = source.place();
    let list = |name: &str| read(values, name).map_or_else(|| nothing(&place), one);
    let target_value = read(values, target);
    let principals = match read(values, "principal") {
        Some(value) => {
            let starts_as_arn = value.as_unknown().is_some_and(|unknown| unknown.prefix().starts_with("arn:"));
            match known_text(&value).as_deref() {
                Some("*") => one(principal("*", value)),
                Some(text) if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") => {
                    one(principal("Service", value))
                }
                None if !starts_as_arn => one(of_type(unknown_like(&value, Type::Text), value)),
                _ => one(principal("AWS", value)),
            }
        }
        None => nothing(&place),
    };
    let tests = [
        ("ArnLike", "aws:SourceArn", "source_arn"),
        ("StringEquals", "aws:SourceAccount", "source_account"),
        ("StringEquals", "aws:PrincipalOrgID", "principal_org_id"),
        ("StringEquals", "aws:PrincipalOrgID", "organization_id"),
        ("StringEquals", "lambda:EventSourceToken", "event_source_token"),
        ("StringEquals", "lambda:FunctionUrlAuthType", "function_url_auth_type"),
    ];
    out.push(Statement {
        document: None,
        policy_kind: "resource",
        definer: source.id,
        owner: source.named(target_value.as_ref(), kinds).unwrap_or(source.id),
        part: "permission",
        whole: true,
        source: Value::map(Vec::new(), place.clone()),
        conditional: None,
        name: read_any(values, &["statement_id"]),
        effect: Some(made("allow", &place)),
        actions: list("action"),
        not_actions: nothing(&place),
        resources: target_value.map_or_else(|| nothing(&place), one),
        not_resources: nothing(&place),
        principals,
        not_principals: nothing(&place),
        conditions: written_conditions(values, &tests, &place),
    });
}
