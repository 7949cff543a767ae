//! Protocols and ports in one spelling.

use std::sync::Arc;

use volary_model::{Data, Type, Value};

use super::super::values::{Lists, known_text, made, spelled, unknown_like, unknown_list, whole, with_data};

/// Every port.
pub(super) const ALL_PORTS: &str = "0-65535";

/// A protocol by the name that all providers share, else by its number.
pub(super) fn protocol(value: &Value) -> Value {
    spelled(value, &|text| protocol_name(text))
}

/// Names of IANA's protocol numbers that rules use.
fn protocol_name(text: &str) -> Arc<str> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "-1" | "all" | "*" | "any" | "asterisk" => "any".into(),
        "1" => "icmp".into(),
        "6" => "tcp".into(),
        "17" => "udp".into(),
        "50" => "esp".into(),
        "51" => "ah".into(),
        "58" => "icmpv6".into(),
        "132" => "sctp".into(),
        _ => text.into(),
    }
}

/// Whether a protocol, as [`protocol`] gives it, has ports.
pub(super) fn has_ports(protocol: &str) -> bool {
    matches!(protocol, "tcp" | "udp" | "sctp" | "any")
}

/// The ports of a rule that states their first and last one, as AWS has it: without meaning where the protocol is any, or
/// none that has ports.
pub(super) fn first_to_last(
    protocol: Option<&Value>,
    first: Option<Value>,
    last: Option<Value>,
    place: &volary_model::Origin,
) -> Value {
    let all = |value: &Value| Value::list(vec![made(ALL_PORTS, &value.origin)], value.origin.clone());
    let none = |value: &Value| Value::list(Vec::new(), value.origin.clone());
    if let Some(protocol) = protocol {
        match known_text(protocol).as_deref() {
            Some("any") => return all(protocol),
            Some(name) if !has_ports(name) => return none(protocol),
            Some(_) => {}
            None => return unknown_list(protocol),
        }
    }
    // Where both may be null there may be no port at all.
    let perhaps = |port: &Option<Value>| {
        port.as_ref().is_none_or(|port| port.as_unknown().is_some_and(|unknown| !unknown.not_null))
    };
    let perhaps_none = perhaps(&first) && perhaps(&last);
    let (first, last) = match (first, last) {
        (None, None) => return Value::list(Vec::new(), place.clone()),
        (Some(first), None) => (first.clone(), first),
        (None, Some(last)) => (last.clone(), last),
        (Some(first), Some(last)) => (first, last),
    };
    let port = match (whole(&first), whole(&last)) {
        (Some(-1), Some(_)) | (Some(_), Some(-1)) => with_data(&first, Data::Text(ALL_PORTS.into())),
        (Some(a), Some(b)) if a == b => with_data(&first, Data::Text(a.to_string().into())),
        (Some(a), Some(b)) => with_data(&first, Data::Text(format!("{a}-{b}").into())),
        (None, _) => unknown_like(&first, Type::Text),
        (_, None) => unknown_like(&last, Type::Text),
    };
    if perhaps_none {
        let mut ports = Lists::default();
        ports.maybe(&port);
        return ports.finish(place);
    }
    let origin = port.origin.clone();
    Value::list(vec![port], origin)
}

/// The ranges that a text of ports lists: `22`, `1000-2000`, `22, 80-90`, `*`.
pub(super) fn ranges(value: Value) -> Vec<Value> {
    let Some(text) = known_text(&value) else {
        return vec![match &value.data {
            Data::Unknown(_) => spelled(&value, &|text| text.into()),
            _ => value,
        }];
    };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| with_data(&value, Data::Text(range(part)))).collect()
}

fn range(text: &str) -> Arc<str> {
    if matches!(text, "*" | "-1") || text.eq_ignore_ascii_case("any") || text.eq_ignore_ascii_case("all") {
        return ALL_PORTS.into();
    }
    match text.split_once('-') {
        Some((first, last)) if first.trim() == last.trim() => first.trim().into(),
        Some((first, last)) => format!("{}-{}", first.trim(), last.trim()).into(),
        None => text.into(),
    }
}

/// First and last port of a range as these functions spell it.
pub(super) fn bounds(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

/// What tells a rule from others of the same resource that have no name.
pub(super) fn shown(value: &Value) -> String {
    match &value.data {
        Data::List(list) => list.iter().map(shown).collect::<Vec<_>>().join(","),
        Data::Unknown(_) => "?".to_owned(),
        _ => known_text(value).map_or_else(|| "?".to_owned(), |text| text.to_string()),
    }
}
