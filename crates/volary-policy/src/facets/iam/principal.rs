//! `iam.principal`: what a role, user or group may do by all of its policies together.

use std::collections::{BTreeMap, BTreeSet};

use volary_model::{Map, Origin, Reason, ReasonKind, Role, SubjectId, Unit, Value};

use super::super::make::{Facet, Maker, link};
use super::super::values::{Lists, as_is, known_text, made, read};
use super::places;
use crate::facets::source::{Names, Source};
use crate::prepare::References;

const KIND: &str = "iam.principal";
const IDENTITIES: [&str; 3] = ["aws_iam_role", "aws_iam_user", "aws_iam_group"];

/// In one unit so many actions and resources are put together; what is beyond is not known.
const MAX_ELEMENTS: usize = 500_000;

/// What is attached to an identity.
#[derive(Default)]
pub(super) struct Attached {
    /// Policies of the unit.
    policies: BTreeSet<SubjectId>,
    /// What names the policies, also those outside.
    named: Vec<Value>,
}

/// Attributes that attach policies: kind, attributes that name identities, attribute that names policies.
const ATTACHMENTS: &[(&str, &[&str], &str)] = &[
    ("aws_iam_role_policy_attachment", &["role"], "policy_arn"),
    ("aws_iam_user_policy_attachment", &["user"], "policy_arn"),
    ("aws_iam_group_policy_attachment", &["group"], "policy_arn"),
    ("aws_iam_policy_attachment", &["roles", "users", "groups"], "policy_arn"),
    ("aws_iam_role_policy_attachments_exclusive", &["role_name"], "policy_arns"),
];

/// What is attached to the identities of a unit.
pub(super) fn attached<'u>(
    unit: &'u Unit,
    references: &'u References,
    names: &'u Names<'u>,
) -> BTreeMap<SubjectId, Attached> {
    let mut attached: BTreeMap<SubjectId, Attached> = BTreeMap::new();
    for (id, subject) in
        unit.iter().filter(|(_, subject)| subject.owner.is_none() && subject.kind.starts_with("aws_iam_"))
    {
        let source = Source { unit, references, names, id, subject };
        let own = (&*subject.kind == "aws_iam_role").then_some((BTreeSet::from([id]), "managed_policy_arns"));
        let other = ATTACHMENTS.iter().find(|(kind, ..)| *kind == &*subject.kind).map(|(_, identities, policies)| {
            let named = identities.iter().filter_map(|name| read(&subject.values, name));
            (named.flat_map(|value| source.all_named(&value, &IDENTITIES)).collect(), *policies)
        });
        let Some((identities, policies)) = own.or(other) else { continue };
        let Some(arns) = read(&subject.values, policies) else { continue };
        let policies = source.all_named(&arns, &["aws_iam_policy"]);
        for identity in identities {
            let attached = attached.entry(identity).or_default();
            attached.policies.extend(policies.iter().copied());
            attached.named.push(arns.clone());
        }
    }
    attached
}

/// Adds the principals. The statements are there already.
pub(super) fn add(unit: &mut Unit, attached: &BTreeMap<SubjectId, Attached>, maker: &mut Maker) {
    let mut statements: BTreeMap<SubjectId, BTreeSet<SubjectId>> = BTreeMap::new();
    for (id, subject) in unit.iter().filter(|(_, subject)| &*subject.kind == super::KIND) {
        let Some(owner) = subject.owner else { continue };
        let is_identity = unit.subject(owner).is_some_and(|owner| IDENTITIES.contains(&&*owner.kind));
        let grants = subject.values.get("policy_kind").and_then(Value::as_text) == Some("identity");
        if is_identity && grants {
            statements.entry(owner).or_default().insert(id);
        }
    }
    for (identity, attached) in attached {
        let own = statements.entry(*identity).or_default();
        for policy in &attached.policies {
            own.extend(unit.subject(*policy).and_then(|policy| policy.links.get(super::KIND)).into_iter().flatten());
        }
    }
    let mut work = 0;
    for (identity, statements) in statements {
        let Some(facet) = principal(unit, identity, &statements, attached.get(&identity), &mut work) else { continue };
        if let Some(id) = maker.add(unit, facet) {
            statements.iter().for_each(|statement| link(unit, id, "statements", *statement));
        }
    }
}

/// How much a statement holds.
fn size(statement: &Value) -> usize {
    let entries = statement.as_map().map_or(&[][..], Map::entries);
    entries.iter().map(|entry| entry.value.as_list().map_or(1, |list| list.len() + 1)).sum()
}

/// The principal, with everything at its own place and the places of its statements behind that.
fn principal(
    unit: &Unit,
    identity: SubjectId,
    statements: &BTreeSet<SubjectId>,
    attached: Option<&Attached>,
    work: &mut usize,
) -> Option<Facet> {
    let subject = unit.subject(identity)?;
    let place = Origin::at(subject.header, Role::Block);
    let mut actions = Lists::default();
    let mut resources = Lists::default();
    let mut list = Lists::default();
    for statement in statements.iter().filter_map(|id| unit.subject(*id)) {
        // It may not exist, and the identity may all the same.
        if let (Some(reason), None) = (&statement.conditional, &subject.conditional) {
            let maybe = Value::unknown(reason.clone(), place.clone());
            [&mut actions, &mut resources, &mut list].into_iter().for_each(|list| list.open(&maybe));
            continue;
        }
        let statement = places::used_by(&statement.values, subject.header);
        *work += size(&statement);
        if *work > MAX_ELEMENTS {
            let beyond = Value::unknown(Reason::new(ReasonKind::Limit, "statements of principals"), place.clone());
            [&mut actions, &mut resources, &mut list].into_iter().for_each(|list| list.open(&beyond));
            break;
        }
        let denies = statement.get("effect").and_then(known_text).is_some_and(|effect| &*effect == "deny");
        if !denies {
            actions.list(statement.get("actions").cloned(), &as_is);
            resources.list(statement.get("resources").cloned(), &as_is);
        }
        list.push(statement);
    }
    let mut policies = Lists::default();
    for named in attached.into_iter().flat_map(|attached| &attached.named) {
        policies.list(Some(named.clone()), &as_is);
    }
    let name = subject.values.get("name").filter(|name| !name.is_null()).cloned();
    let mut values = vec![
        ("actions", actions.finish(&place)),
        ("resources", resources.finish(&place)),
        ("statements", list.finish_objects(&place)),
        ("policies", policies.finish(&place)),
    ];
    values.push(("name", name.unwrap_or_else(|| made(subject.name.clone(), &place))));
    Some(Facet {
        kind: KIND,
        definer: identity,
        owner: identity,
        part: None,
        source: None,
        name: None,
        conditional: None,
        values,
    })
}
