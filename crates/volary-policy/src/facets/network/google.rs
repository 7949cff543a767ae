//! Firewall rules of Google's VPC networks.
//!
//! <https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_firewall>,
//! <https://cloud.google.com/firewall/docs/firewalls>

use volary_model::{Data, Number, Origin, Value};

use super::super::values::{
    Lists, blocks, default, documented, known_text, labelled, made, read, spelled, unknown_list,
};
use super::{Rule, Set, fields, ranges};
use crate::facets::source::Source;

/// Rules without a priority have this one.
const PRIORITY: i64 = 1000;

pub(super) fn read_rules(source: &Source<'_>, rules: &mut Vec<Rule>) {
    match &*source.subject.kind {
        "google_compute_firewall" => firewall(source, rules),
        "google_compute_firewall_policy_rule"
        | "google_compute_network_firewall_policy_rule"
        | "google_compute_region_network_firewall_policy_rule" => policy_rule(source, rules),
        _ => {}
    }
}

fn firewall(source: &Source<'_>, rules: &mut Vec<Rule>) {
    let values = source.values();
    let place = source.place();
    let network = read(values, "network");
    let set = match source.named(network.as_ref(), &["google_compute_network"]) {
        Some(owner) => Some(Set::Of(owner)),
        None => network.as_ref().and_then(Value::as_text).map(|text| Set::Named(text.into())),
    };
    let direction = direction(read(values, "direction"), &place);
    let sources = || {
        let mut sources = Lists::default();
        sources.list(read(values, "source_ranges"), &ranges::plain);
        sources.list(read(values, "source_tags"), &|tag| vec![labelled(&tag, "tag:")]);
        sources.list(read(values, "source_service_accounts"), &|account| vec![labelled(&account, "serviceAccount:")]);
        everything_when_empty(sources, &place)
    };
    let targets = || {
        let mut targets = Lists::default();
        targets.list(read(values, "target_tags"), &|tag| vec![labelled(&tag, "tag:")]);
        targets.list(read(values, "target_service_accounts"), &|account| vec![labelled(&account, "serviceAccount:")]);
        targets
    };
    let (sources, destinations) = match known_text(&direction).as_deref() {
        Some("egress") => {
            let mut destinations = Lists::default();
            destinations.list(read(values, "destination_ranges"), &ranges::plain);
            (targets().finish(&place), everything_when_empty(destinations, &place))
        }
        Some(_) => (sources(), targets().finish(&place)),
        None => (unknown_list(&direction), unknown_list(&direction)),
    };
    for access in ["allow", "deny"] {
        for block in blocks(values, access) {
            let inner = block.value.origin.clone();
            let protocol = read(&block.value, "protocol").map(|protocol| fields::protocol(&protocol));
            rules.push(Rule {
                layer: "firewall",
                definer: source.id,
                owner: source.id,
                block: Some(access),
                direction: Some(direction.clone()),
                access: Some(made(access, &inner)),
                ports: ports(protocol.as_ref(), read(&block.value, "ports"), &inner),
                protocol,
                sources: sources.clone(),
                destinations: destinations.clone(),
                priority: Some(priority(values, &place)),
                name: None,
                description: read(values, "description"),
                set: set.clone(),
                disabled: read(values, "disabled"),
                source: Some(block.value),
                conditional: block.conditional,
            });
        }
    }
}

/// A rule of a firewall policy: one for each protocol that it matches.
fn policy_rule(source: &Source<'_>, rules: &mut Vec<Rule>) {
    let values = source.values();
    let place = source.place();
    let direction = direction(read(values, "direction"), &place);
    let access = read(values, "action").map(|action| spelled(&action, &|text| text.trim().to_ascii_lowercase().into()));
    let set = read(values, "firewall_policy").as_ref().and_then(Value::as_text).map(|text| Set::Named(text.into()));
    for matching in blocks(values, "match") {
        let list = |name: &str| {
            let mut list = Lists::default();
            list.list(read(&matching.value, name), &ranges::plain);
            list
        };
        let (sources, destinations) = match known_text(&direction).as_deref() {
            Some("egress") => {
                (list("src_ip_ranges").finish(&place), everything_when_empty(list("dest_ip_ranges"), &place))
            }
            Some(_) => {
                let mut sources = list("src_ip_ranges");
                sources.list(read(&matching.value, "src_secure_tags"), &|tag| vec![labelled(&tag, "tag:")]);
                (everything_when_empty(sources, &place), list("dest_ip_ranges").finish(&place))
            }
            None => (unknown_list(&direction), unknown_list(&direction)),
        };
        for layer in blocks(&matching.value, "layer4_configs") {
            let inner = layer.value.origin.clone();
            let protocol = read(&layer.value, "ip_protocol").map(|protocol| fields::protocol(&protocol));
            rules.push(Rule {
                layer: "firewall",
                definer: source.id,
                owner: source.id,
                block: Some("layer4_configs"),
                direction: Some(direction.clone()),
                access: access.clone(),
                ports: ports(protocol.as_ref(), read(&layer.value, "ports"), &inner),
                protocol,
                sources: sources.clone(),
                destinations: destinations.clone(),
                priority: read(values, "priority"),
                name: read(values, "rule_name"),
                description: read(values, "description"),
                set: set.clone(),
                disabled: read(values, "disabled"),
                source: Some(layer.value),
                conditional: matching.conditional.clone().or(layer.conditional),
            });
        }
    }
}

fn direction(written: Option<Value>, place: &Origin) -> Value {
    match written {
        Some(direction) => spelled(&direction, &|text| text.trim().to_ascii_lowercase().into()),
        None => default("ingress", place),
    }
}

fn priority(values: &Value, place: &Origin) -> Value {
    read(values, "priority").unwrap_or_else(|| Value::new(Data::Number(Number::Int(PRIORITY)), documented(place)))
}

/// Without any source or destination a rule is for every address.
fn everything_when_empty(mut list: Lists, place: &Origin) -> Value {
    if list.is_empty() {
        list.push(default("0.0.0.0/0", place));
    }
    list.finish(place)
}

/// No ports mean all of them, where the protocol has ports.
fn ports(protocol: Option<&Value>, written: Option<Value>, place: &Origin) -> Value {
    let name = protocol.and_then(known_text);
    if name.as_deref().is_some_and(|name| !fields::has_ports(name)) {
        return Value::list(Vec::new(), place.clone());
    }
    let mut ports = Lists::of_several();
    ports.list(written, &fields::ranges);
    if ports.is_empty() {
        if name.is_none() {
            return protocol.map_or_else(|| Value::list(Vec::new(), place.clone()), unknown_list);
        }
        ports.push(default(fields::ALL_PORTS, place));
    }
    ports.finish(place)
}
