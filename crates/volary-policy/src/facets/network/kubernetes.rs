//! Network policies of Kubernetes, as manifests and as Terraform resources.
//!
//! <https://kubernetes.io/docs/concepts/services-networking/network-policies/>

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Origin, Reason, Type, Value};

use super::super::values::{Lists, blocks, known_text, made, read, read_any, spelled, unknown_like, whole, with_data};
use super::{Rule, fields, ranges};
use crate::facets::source::Source;

/// The ways of a policy: direction, name in `policyTypes`, name of the rules, name of the other side.
const WAYS: [(&str, &str, &str, &str); 2] =
    [("ingress", "Ingress", "ingress", "from"), ("egress", "Egress", "egress", "to")];

pub(super) fn read_rules(source: &Source<'_>, rules: &mut Vec<Rule>) {
    if !matches!(&*source.subject.kind, "NetworkPolicy" | "kubernetes_network_policy" | "kubernetes_network_policy_v1")
    {
        return;
    }
    let Some(spec) = read(source.values(), "spec") else { return };
    for (direction, name, list, peers) in WAYS {
        let found = blocks(&spec, list);
        if found.is_empty() && isolates(&spec, name) {
            rules.push(nothing_passes(source, &spec, direction));
        }
        for block in found {
            for (protocol, ports) in ports(&block.value) {
                let place = block.value.origin.clone();
                let other = other_side(&block.value, peers, &place);
                let own = Value::list(Vec::new(), place.clone());
                let (sources, destinations) = if direction == "ingress" { (other, own) } else { (own, other) };
                rules.push(Rule {
                    block: Some(list),
                    source: Some(block.value.clone()),
                    conditional: block.conditional.clone(),
                    protocol: Some(protocol),
                    ports,
                    sources,
                    destinations,
                    ..rule(source, direction, "allow", &place)
                });
            }
        }
    }
}

/// Whether a policy without rules in a direction keeps everything away in it. Without `policyTypes` it does so for what
/// comes in.
fn isolates(spec: &Value, name: &str) -> bool {
    match read_any(spec, &["policyTypes", "policy_types"]) {
        Some(types) => types.as_list().is_some_and(|types| types.iter().any(|ty| ty.as_text() == Some(name))),
        None => name == "Ingress",
    }
}

fn nothing_passes(source: &Source<'_>, spec: &Value, direction: &'static str) -> Rule {
    let place =
        read_any(spec, &["policyTypes", "policy_types"]).map_or_else(|| spec.origin.clone(), |types| types.origin);
    let everything = Value::list(vec![made("*", &place)], place.clone());
    let own = Value::list(Vec::new(), place.clone());
    let (sources, destinations) = if direction == "ingress" { (everything, own) } else { (own, everything) };
    Rule {
        block: Some(direction),
        source: Some(Value::map(Vec::new(), place.clone())),
        protocol: Some(made("any", &place)),
        ports: Value::list(vec![made(fields::ALL_PORTS, &place)], place.clone()),
        sources,
        destinations,
        ..rule(source, direction, "deny", &place)
    }
}

fn rule(source: &Source<'_>, direction: &str, access: &str, place: &Origin) -> Rule {
    let nothing = Value::list(Vec::new(), place.clone());
    Rule {
        layer: "network-policy",
        definer: source.id,
        owner: source.id,
        block: None,
        source: None,
        conditional: None,
        direction: Some(made(direction, place)),
        access: Some(made(access, place)),
        protocol: None,
        ports: nothing.clone(),
        sources: nothing.clone(),
        destinations: nothing,
        priority: None,
        name: None,
        description: None,
        set: None,
        disabled: None,
    }
}

/// Protocols with their ports; any where none is written.
fn ports(rule: &Value) -> Vec<(Value, Value)> {
    let place = rule.origin.clone();
    let found = blocks(rule, "ports");
    if found.is_empty() {
        return vec![(made("any", &place), Value::list(vec![made(fields::ALL_PORTS, &place)], place.clone()))];
    }
    let mut by_protocol: BTreeMap<Arc<str>, (Value, Lists)> = BTreeMap::new();
    for block in found {
        let protocol = read(&block.value, "protocol").map_or_else(
            || made("tcp", &block.value.origin),
            |protocol| spelled(&protocol, &|text| text.to_ascii_lowercase().into()),
        );
        let key = known_text(&protocol).unwrap_or_else(|| "?".into());
        let (_, ports) = by_protocol.entry(key).or_insert_with(|| (protocol, Lists::default()));
        match block.conditional {
            Some(_) => ports.open(&unknown_like(&block.value, Type::List(Box::new(Type::Text)))),
            None => ports.push(port(&block.value)),
        }
    }
    by_protocol.into_values().map(|(protocol, ports)| (protocol, ports.finish(&place))).collect()
}

fn port(entry: &Value) -> Value {
    let Some(first) = read(entry, "port") else { return made(fields::ALL_PORTS, &entry.origin) };
    let last = read_any(entry, &["endPort", "end_port"]);
    match (whole(&first), last.as_ref().map(whole)) {
        (Some(first_port), Some(Some(last))) if last != first_port => {
            with_data(&first, Data::Text(format!("{first_port}-{last}").into()))
        }
        (Some(first_port), None | Some(Some(_))) => with_data(&first, Data::Text(first_port.to_string().into())),
        // A port by its name, or one that is not known: the number is the pod's.
        _ if first.as_unknown().is_some() => unknown_like(&first, Type::Text),
        _ => {
            let reason = Reason::new(volary_model::ReasonKind::Outside, "the number of a named port");
            unknown_like(&Value::unknown(reason, first.origin.clone()), Type::Text)
        }
    }
}

/// Who is on the other side: ranges, or what selects pods; everybody where nothing is written.
fn other_side(rule: &Value, name: &str, place: &Origin) -> Value {
    let mut peers = Lists::default();
    for block in blocks(rule, name) {
        if block.conditional.is_some() {
            peers.open(&unknown_like(&block.value, Type::List(Box::new(Type::Text))));
            continue;
        }
        let range = read_any(&block.value, &["ipBlock", "ip_block"]);
        match range {
            Some(range) => peers.one(read(&range, "cidr"), &ranges::plain),
            None => {
                let has = |names: &[&str]| read_any(&block.value, names).is_some();
                let namespaces = has(&["namespaceSelector", "namespace_selector"]);
                let pods = has(&["podSelector", "pod_selector"]);
                let text = match (namespaces, pods) {
                    (true, true) => "selector:namespaces-and-pods",
                    (true, false) => "selector:namespaces",
                    _ => "selector:pods",
                };
                match block.value.as_unknown() {
                    Some(_) => peers.push(unknown_like(&block.value, Type::Text)),
                    None => peers.push(made(text, &block.value.origin)),
                }
            }
        }
    }
    if peers.is_empty() {
        peers.push(made("*", place));
    }
    peers.finish(place)
}
