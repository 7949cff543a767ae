//! Network security groups of Azure.
//!
//! <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_group>,
//! <https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview>

use std::sync::Arc;

use volary_model::{Data, TextPart, Type, Unknown, Value};

use super::super::values::{Lists, as_is, blocks, known_text, read, spelled, with_data};
use super::{Rule, Set, fields};
use crate::facets::source::Source;

pub(super) fn read_rules(source: &Source<'_>, rules: &mut Vec<Rule>) {
    match &*source.subject.kind {
        "azurerm_network_security_group" => {
            for block in blocks(source.values(), "security_rule") {
                let rule = rule(source, &block.value);
                rules.push(Rule {
                    set: Some(Set::Of(source.id)),
                    block: Some("security_rule"),
                    source: Some(block.value),
                    conditional: block.conditional,
                    ..rule
                });
            }
        }
        "azurerm_network_security_rule" => {
            let name = read(source.values(), "network_security_group_name");
            let owner = source.named(name.as_ref(), &["azurerm_network_security_group"]);
            let set = match owner {
                Some(owner) => Some(Set::Of(owner)),
                None => name.as_ref().and_then(Value::as_text).map(|text| Set::Named(text.into())),
            };
            let rule = rule(source, source.values());
            rules.push(Rule { owner: owner.unwrap_or(source.id), set, ..rule });
        }
        _ => {}
    }
}

fn rule(source: &Source<'_>, values: &Value) -> Rule {
    let place = if std::ptr::eq(values, source.values()) { source.place() } else { values.origin.clone() };
    let protocol = read(values, "protocol").map(|protocol| fields::protocol(&protocol));
    let mut ports = Lists::of_several();
    ports.one(read(values, "destination_port_range"), &fields::ranges);
    ports.list(read(values, "destination_port_ranges"), &fields::ranges);
    let ports = of_protocol(&ports.finish(&place), protocol.as_ref());
    let side = |side: &str| {
        let mut addresses = Lists::default();
        addresses.one(read(values, &format!("{side}_address_prefix")), &prefix);
        addresses.list(read(values, &format!("{side}_address_prefixes")), &prefix);
        addresses.list(read(values, &format!("{side}_application_security_group_ids")), &group);
        addresses.finish(&place)
    };
    let lower =
        |name: &str| read(values, name).map(|value| spelled(&value, &|text| text.trim().to_ascii_lowercase().into()));
    let direction = read(values, "direction").map(|direction| {
        spelled(&direction, &|text| match text.trim().to_ascii_lowercase().as_str() {
            "inbound" => "ingress".into(),
            "outbound" => "egress".into(),
            other => other.into(),
        })
    });
    Rule {
        layer: "security-group",
        definer: source.id,
        owner: source.id,
        block: None,
        source: None,
        conditional: None,
        direction,
        access: lower("access"),
        protocol,
        ports,
        sources: side("source"),
        destinations: side("destination"),
        priority: read(values, "priority"),
        name: read(values, "name"),
        description: read(values, "description"),
        set: None,
        disabled: None,
    }
}

/// The ports of a protocol. Azure asks for ports of every protocol, and `*` of those that have none: then it means no port,
/// and where the protocol is not known it may.
fn of_protocol(ports: &Value, protocol: Option<&Value>) -> Value {
    let Some(protocol) = protocol else { return ports.clone() };
    let known = known_text(protocol);
    if known.as_deref().is_some_and(fields::has_ports) {
        return ports.clone();
    }
    let elements = ports.as_list().or_else(|| ports.holds().and_then(Value::as_list)).unwrap_or_default();
    let mut found = Lists::default();
    for port in elements {
        match (known_text(port).as_deref(), &known) {
            (Some(fields::ALL_PORTS), Some(_)) => {}
            (Some(fields::ALL_PORTS), None) => found.maybe(protocol),
            (None, _) => found.maybe(port),
            _ => found.push(port.clone()),
        }
    }
    found.open(ports);
    found.finish(&ports.origin)
}

/// An address prefix. The CIS benchmark lists the forms that stand for every address: `*`, `0.0.0.0`, `x/0`, `/0`,
/// `internet`, `any`; those that read as an address or as none are brought to the form that says so.
fn prefix(value: Value) -> Vec<Value> {
    let Data::Text(text) = &value.data else { return as_is(value) };
    let trimmed = text.trim();
    let everything = trimmed == "0.0.0.0" || trimmed == "::" || trimmed.ends_with("/0");
    if everything {
        let all = if trimmed.contains(':') { "::/0" } else { "0.0.0.0/0" };
        return vec![with_data(&value, Data::Text(all.into()))];
    }
    super::ranges::plain(value)
}

/// The id of an application security group, known or not.
fn group(value: Value) -> Vec<Value> {
    let Some(unknown) = value.as_unknown().filter(|unknown| unknown.text.is_empty()) else { return as_is(value) };
    let text = vec![TextPart::Known("/subscriptions/".into()), TextPart::Hole];
    let unknown = Unknown { ty: Type::Text, text, at_most: None, ..unknown.clone() };
    vec![with_data(&value, Data::Unknown(Arc::new(unknown)))]
}
