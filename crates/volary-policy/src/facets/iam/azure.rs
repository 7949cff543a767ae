//! Role definitions and assignments of Azure.
//!
//! <https://learn.microsoft.com/azure/role-based-access-control/role-definitions>

use volary_model::{Data, Type, Value};

use super::super::values::{
    Lists, as_is, blocks, known_text, labelled, made, read, read_any, spelled, unknown_like, with_data,
};
use super::Statement;
use super::document::{nothing, of_type, one, written_conditions};
use crate::facets::source::Source;

/// Ids of built-in roles that are named by id now and then.
/// <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>
const BUILT_IN: &[(&str, &str)] = &[
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
    ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"),
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator"),
];

pub(super) fn read_statements(source: &Source<'_>, out: &mut Vec<Statement>) {
    match &*source.subject.kind {
        "azurerm_role_definition" => definition(source, out),
        "azurerm_role_assignment" => assignment(source, out),
        _ => {}
    }
}

fn definition(source: &Source<'_>, out: &mut Vec<Statement>) {
    let place = source.place();
    let mut scopes = Lists::default();
    scopes.list(read(source.values(), "assignable_scopes"), &as_is);
    if scopes.is_empty() {
        // Without scopes the one that it is defined in.
        scopes.one(read(source.values(), "scope"), &as_is);
    }
    let scopes = scopes.finish(&place);
    for block in blocks(source.values(), "permissions") {
        let inner = block.value.origin.clone();
        let list = |names: [&str; 2]| {
            let mut list = Lists::default();
            names.into_iter().for_each(|name| list.list(read(&block.value, name), &as_is));
            list.finish(&inner)
        };
        out.push(Statement {
            document: None,
            policy_kind: "role",
            definer: source.id,
            owner: source.id,
            part: "permissions",
            whole: false,
            conditional: block.conditional.clone(),
            name: None,
            effect: Some(made("allow", &inner)),
            actions: list(["actions", "data_actions"]),
            not_actions: list(["not_actions", "not_data_actions"]),
            resources: scopes.clone(),
            not_resources: nothing(&inner),
            principals: nothing(&inner),
            not_principals: nothing(&inner),
            conditions: nothing(&inner),
            source: block.value,
        });
    }
}

fn assignment(source: &Source<'_>, out: &mut Vec<Statement>) {
    let values = source.values();
    let place = source.place();
    let scope = read(values, "scope");
    let owner = scope.as_ref().and_then(|scope| source.target(scope)).unwrap_or(source.id);
    let ty = read(values, "principal_type").unwrap_or_else(|| made("Azure", &place));
    let ty = spelled(&ty, &|text| text.into());
    out.push(Statement {
        document: None,
        policy_kind: "resource",
        definer: source.id,
        owner,
        part: "assignment",
        whole: true,
        source: Value::map(Vec::new(), place.clone()),
        conditional: None,
        name: None,
        effect: Some(made("allow", &place)),
        actions: role(source).map_or_else(|| nothing(&place), one),
        not_actions: nothing(&place),
        resources: scope.map_or_else(|| nothing(&place), one),
        not_resources: nothing(&place),
        principals: read(values, "principal_id").map_or_else(|| nothing(&place), |id| one(of_type(ty, id))),
        not_principals: nothing(&place),
        conditions: written_conditions(values, &[("condition", "", "condition")], &place),
    });
}

/// The role by its name, as far as that is known.
fn role(source: &Source<'_>) -> Option<Value> {
    if let Some(name) = read(source.values(), "role_definition_name") {
        return Some(labelled(&name, "role:"));
    }
    let id = read_any(source.values(), &["role_definition_id", "role_definition_resource_id"])?;
    let roles = ["azurerm_role_definition", "data.azurerm_role_definition"];
    let named = source.named(Some(&id), &roles).and_then(|role| read(&source.unit.subject(role)?.values, "name"));
    if let Some(name) = named.and_then(|name| known_text(&name)) {
        return Some(with_data(&id, Data::Text(format!("role:{name}").into())));
    }
    let known = match &id.data {
        Data::Text(text) => Some(text.to_string()),
        // The start is the subscription, the end says which role it is.
        Data::Unknown(unknown) => Some(unknown.suffix().to_owned()),
        _ => None,
    };
    let built_in = known.as_deref().and_then(|text| {
        let guid = text.rsplit('/').next()?;
        BUILT_IN.iter().find(|(id, _)| id.eq_ignore_ascii_case(guid))
    });
    Some(match (built_in, known) {
        (Some((_, name)), _) => with_data(&id, Data::Text(format!("role:{name}").into())),
        (None, _) if id.as_unknown().is_some() => labelled(&unknown_like(&id, Type::Text), "role:"),
        _ => labelled(&id, "role:"),
    })
}
