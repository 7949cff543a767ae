//! Security groups and network ACLs of AWS.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group>,
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_acl>

use std::sync::Arc;

use volary_model::{Data, Reason, ReasonKind, TextPart, Type, Unknown, Value};

use super::super::values::{self, Lists, as_is, blocks, made, read_any, spelled, truth, unknown_like, wrong_type};
use super::{Rule, Set, fields, ranges};
use crate::facets::source::Source;

const GROUPS: [&str; 2] = ["aws_security_group", "aws_default_security_group"];
const ACLS: [&str; 2] = ["aws_network_acl", "aws_default_network_acl"];

pub(super) fn read_rules(source: &Source<'_>, rules: &mut Vec<Rule>) {
    match &*source.subject.kind {
        "aws_security_group" | "aws_default_security_group" => {
            for direction in ["ingress", "egress"] {
                group_blocks(source, direction, rules);
            }
        }
        "aws_security_group_rule" => {
            let direction = read_direction(source);
            rules.push(group_rule(source, source.values(), direction));
        }
        "aws_vpc_security_group_ingress_rule" => {
            rules.push(group_rule(source, source.values(), made("ingress", &source.place())))
        }
        "aws_vpc_security_group_egress_rule" => {
            rules.push(group_rule(source, source.values(), made("egress", &source.place())))
        }
        "aws_network_acl" | "aws_default_network_acl" => {
            for direction in ["ingress", "egress"] {
                acl_blocks(source, direction, rules);
            }
        }
        "aws_network_acl_rule" => rules.push(separate_acl_rule(source)),
        "aws_db_security_group" | "aws_redshift_security_group" => database_group(source, rules),
        _ => {}
    }
}

fn read_direction(source: &Source<'_>) -> Value {
    match values::read(source.values(), "type") {
        Some(direction) => spelled(&direction, &|text| text.trim().to_ascii_lowercase().into()),
        None => wrong_type(source.values()),
    }
}

fn group_blocks(source: &Source<'_>, direction: &'static str, rules: &mut Vec<Rule>) {
    for block in blocks(source.values(), direction) {
        let way = made(direction, &block.value.origin);
        let rule = group_rule(source, &block.value, way);
        rules.push(Rule {
            owner: source.id,
            block: Some(direction),
            source: Some(block.value),
            conditional: block.conditional,
            ..rule
        });
    }
}

/// A rule of a security group, inline or separate.
fn group_rule(source: &Source<'_>, values: &Value, direction: Value) -> Rule {
    let place = if std::ptr::eq(values, source.values()) { source.place() } else { values.origin.clone() };
    let protocol = read_any(values, &["protocol", "ip_protocol"]).map(|protocol| fields::protocol(&protocol));
    let peers = peers(values, &place);
    // The other side is the members of the group.
    let members = Value::list(Vec::new(), place.clone());
    let (sources, destinations) = match direction.as_text() {
        Some("ingress") => (peers, members),
        Some("egress") => (members, peers),
        _ => (values::unknown_list(&direction), values::unknown_list(&direction)),
    };
    let owner = read_any(values, &["security_group_id"]);
    Rule {
        layer: "security-group",
        definer: source.id,
        owner: source.named(owner.as_ref(), &GROUPS).unwrap_or(source.id),
        block: None,
        source: None,
        conditional: None,
        direction: Some(direction),
        access: Some(made("allow", &place)),
        ports: fields::first_to_last(
            protocol.as_ref(),
            values::read(values, "from_port"),
            values::read(values, "to_port"),
            &place,
        ),
        protocol,
        sources,
        destinations,
        priority: None,
        name: None,
        description: values::read(values, "description"),
        set: None,
        disabled: None,
    }
}

/// Who is on the other side of a security group's rule.
fn peers(values: &Value, place: &volary_model::Origin) -> Value {
    let mut peers = Lists::default();
    peers.list(values::read(values, "cidr_blocks"), &ranges::plain);
    peers.one(values::read(values, "cidr_ipv4"), &ranges::plain);
    peers.list(values::read(values, "ipv6_cidr_blocks"), &ranges::plain);
    peers.one(values::read(values, "cidr_ipv6"), &ranges::plain);
    let group = |value: Value| vec![starting(&value, "sg-")];
    let prefixes = |value: Value| vec![starting(&value, "pl-")];
    peers.list(values::read(values, "security_groups"), &group);
    peers.one(values::read(values, "source_security_group_id"), &group);
    peers.one(values::read(values, "referenced_security_group_id"), &group);
    peers.list(values::read(values, "prefix_list_ids"), &prefixes);
    peers.one(values::read(values, "prefix_list_id"), &prefixes);
    if let Some(own) = values::read(values, "self") {
        match truth(&own) {
            Some(true) => peers.push(made("self", &own.origin)),
            Some(false) => {}
            // With or without itself: a reference to the group, which is no address.
            None => peers.one(Some(nullable(&own, "self")), &as_is),
        }
    }
    peers.finish(place)
}

/// An identifier that AWS gives: of an unknown one the start is known all the same, so that it is no address.
fn starting(value: &Value, prefix: &str) -> Value {
    let Some(unknown) = value.as_unknown() else { return value.clone() };
    if !unknown.text.is_empty() {
        return value.clone();
    }
    let text = vec![TextPart::Known(prefix.into()), TextPart::Hole];
    let unknown = Unknown { ty: Type::Text, text, at_most: None, ..unknown.clone() };
    Value { data: Data::Unknown(Arc::new(unknown)), ..value.clone() }
}

/// A value that may be there, and is this text if it is.
fn nullable(value: &Value, text: &str) -> Value {
    let reason =
        value.as_unknown().map_or_else(|| Reason::new(ReasonKind::WrongType, text), |unknown| unknown.reason.clone());
    let unknown = Unknown { ty: Type::Text, text: vec![TextPart::Known(text.into())], ..Unknown::new(reason) };
    Value { data: Data::Unknown(Arc::new(unknown)), ..value.clone() }
}

fn acl_blocks(source: &Source<'_>, direction: &'static str, rules: &mut Vec<Rule>) {
    for block in blocks(source.values(), direction) {
        let way = made(direction, &block.value.origin);
        let priority = values::read(&block.value, "rule_no");
        let access = values::read(&block.value, "action");
        let rule = acl_rule(source, &block.value, Some(way), priority, access);
        rules.push(Rule {
            owner: source.id,
            set: Some(Set::Of(source.id)),
            block: Some(direction),
            source: Some(block.value),
            conditional: block.conditional,
            ..rule
        });
    }
}

fn separate_acl_rule(source: &Source<'_>) -> Rule {
    let values = source.values();
    let direction = match values::read(values, "egress") {
        None => values::default("ingress", &source.place()),
        Some(egress) => match truth(&egress) {
            Some(true) => made("egress", &egress.origin),
            Some(false) => made("ingress", &egress.origin),
            None => unknown_like(&egress, Type::Text),
        },
    };
    let acl = values::read(values, "network_acl_id");
    let rule = acl_rule(
        source,
        values,
        Some(direction),
        values::read(values, "rule_number"),
        values::read(values, "rule_action"),
    );
    let owner = source.named(acl.as_ref(), &ACLS);
    let set = match owner {
        Some(owner) => Some(Set::Of(owner)),
        None => acl.as_ref().and_then(Value::as_text).map(|text| Set::Named(text.into())),
    };
    Rule { owner: owner.unwrap_or(source.id), set, ..rule }
}

fn acl_rule(
    source: &Source<'_>,
    values: &Value,
    direction: Option<Value>,
    priority: Option<Value>,
    access: Option<Value>,
) -> Rule {
    let place = if std::ptr::eq(values, source.values()) { source.place() } else { values.origin.clone() };
    let protocol = values::read(values, "protocol").map(|protocol| fields::protocol(&protocol));
    let mut peers = Lists::default();
    peers.one(values::read(values, "cidr_block"), &ranges::plain);
    peers.one(values::read(values, "ipv6_cidr_block"), &ranges::plain);
    let peers = peers.finish(&place);
    // The other side is the subnets of the ACL.
    let own = Value::list(Vec::new(), place.clone());
    let (sources, destinations) = match direction.as_ref().and_then(Value::as_text) {
        Some("ingress") => (peers, own),
        Some("egress") => (own, peers),
        _ => (peers.clone(), peers),
    };
    Rule {
        layer: "network-acl",
        definer: source.id,
        owner: source.id,
        block: None,
        source: None,
        conditional: None,
        direction,
        access: access.map(|access| spelled(&access, &|text| text.trim().to_ascii_lowercase().into())),
        ports: fields::first_to_last(
            protocol.as_ref(),
            values::read(values, "from_port"),
            values::read(values, "to_port"),
            &place,
        ),
        protocol,
        sources,
        destinations,
        priority,
        name: None,
        description: None,
        set: None,
        disabled: None,
    }
}

/// Security groups of databases outside of a VPC: they open the port of the database, which only the database knows.
fn database_group(source: &Source<'_>, rules: &mut Vec<Rule>) {
    for block in blocks(source.values(), "ingress") {
        let place = block.value.origin.clone();
        let mut sources = Lists::default();
        sources.one(values::read(&block.value, "cidr"), &ranges::plain);
        let group = |value: Value| vec![starting(&value, "sg-")];
        sources.one(read_any(&block.value, &["security_group_id", "security_group_name"]), &group);
        let port = Value::unknown(Reason::new(ReasonKind::ProviderChooses, "the port of the database"), place.clone());
        rules.push(Rule {
            layer: "service-firewall",
            definer: source.id,
            owner: source.id,
            block: Some("ingress"),
            source: Some(block.value),
            conditional: block.conditional,
            direction: Some(made("ingress", &place)),
            access: Some(made("allow", &place)),
            protocol: Some(made("tcp", &place)),
            ports: Value::list(vec![port], place.clone()),
            sources: sources.finish(&place),
            destinations: Value::list(Vec::new(), place.clone()),
            priority: None,
            name: None,
            description: None,
            set: None,
            disabled: None,
        });
    }
}
