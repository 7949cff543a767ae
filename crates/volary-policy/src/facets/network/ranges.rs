//! Ranges of addresses.

use std::net::Ipv4Addr;

use ipnet::IpNet;
use volary_model::{Data, Number, Type, Value};

use super::super::values::{as_is, known_text, unknown_like, with_data};
use crate::operators::cidr::{is_everywhere, may_be_range, parse};

/// A range as it is written, without the spaces around it.
pub(super) fn plain(value: Value) -> Vec<Value> {
    match &value.data {
        Data::Text(text) if text.trim().len() < text.len() => vec![with_data(&value, Data::Text(text.trim().into()))],
        _ => as_is(value),
    }
}

/// How many addresses the ranges of a list take in: names of services and references count nothing, overlaps twice.
pub(super) fn addresses(sources: &Value) -> Value {
    let Some(list) = sources.as_list() else { return unknown_like(sources, Type::Number) };
    let mut total = 0.0_f64;
    for element in list {
        match known_text(element) {
            Some(text) if is_everywhere(&text) => total += 2_f64.powi(32),
            Some(text) => {
                if let Some(range) = parse(&text) {
                    total += 2_f64.powi(i32::from(range.max_prefix_len() - range.prefix_len()));
                }
            }
            None if element.as_unknown().is_some_and(|unknown| !may_be_range(unknown)) => {}
            None => return unknown_like(element, Type::Number),
        }
    }
    Value::new(Data::Number(Number::from_f64(total)), sources.origin.clone())
}

/// The ranges that together are the addresses from `first` to `last`, at most 62.
pub(super) fn between(first: Ipv4Addr, last: Ipv4Addr) -> Vec<IpNet> {
    let (mut at, last) = (u64::from(u32::from(first)), u64::from(u32::from(last)));
    let mut ranges = Vec::new();
    while at <= last {
        // The largest block that starts here and does not reach beyond the end.
        let aligned = if at == 0 { 32 } else { at.trailing_zeros().min(32) };
        let fitting = (last - at + 1).ilog2();
        let bits = aligned.min(fitting);
        let Ok(range) = ipnet::Ipv4Net::new(Ipv4Addr::from(at as u32), 32 - bits as u8) else { break };
        ranges.push(IpNet::V4(range));
        at += 1 << bits;
    }
    ranges
}

/// Whether every range of `inner` lies within one of `outer`; both known texts. `None` where that is not known.
pub(super) fn covered(inner: &str, outer: &str) -> bool {
    if outer == inner || outer == "*" {
        return true;
    }
    match (parse(outer), parse(inner)) {
        (Some(outer), Some(inner)) => outer.contains(&inner),
        (Some(outer), None) => outer.prefix_len() == 0 && is_everywhere(inner) && inner != "*",
        (None, Some(_)) => is_everywhere(outer),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(first: &str, last: &str) -> Vec<String> {
        let ranges = between(first.parse().unwrap(), last.parse().unwrap());
        ranges.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_span_of_addresses_becomes_the_fewest_ranges() {
        assert_eq!(shown("0.0.0.0", "255.255.255.255"), ["0.0.0.0/0"]);
        assert_eq!(shown("10.0.0.4", "10.0.0.4"), ["10.0.0.4/32"]);
        assert_eq!(shown("10.0.0.1", "10.0.0.4"), ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32"]);
        assert_eq!(shown("0.0.0.1", "255.255.255.254").len(), 62);
        assert!(shown("10.0.0.2", "10.0.0.1").is_empty());
        assert_eq!(shown("128.0.0.0", "255.255.255.255"), ["128.0.0.0/1"]);
    }

    #[test]
    fn a_range_is_covered_by_wider_ones() {
        assert!(covered("10.0.0.0/24", "10.0.0.0/8"));
        assert!(covered("10.0.0.0/24", "*"));
        assert!(covered("Internet", "0.0.0.0/0"));
        assert!(covered("VirtualNetwork", "*"));
        assert!(!covered("*", "0.0.0.0/0"));
        assert!(!covered("VirtualNetwork", "0.0.0.0/0"));
        assert!(!covered("10.0.0.0/8", "10.0.0.0/24"));
    }
}
