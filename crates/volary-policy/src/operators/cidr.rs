//! `cidr`: what an address range takes in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use volary_model::{Data, Unknown, Value};

use super::scalar::text_of;
use super::{Answer, Spec, Takes, fits};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "cidr",
    takes: Takes::Text,
    argument: "`public`, `private`, `any-address` or `{within: RANGE}`",
    meaning: "`any-address`: all of the Internet (`0.0.0.0/0`, `::/0`, `*`, `Internet`). `public`: at least one \
              address that the Internet routes. `private`: none. `within`: every address lies in the range. Anything \
              that is no address, such as a service tag, is none of these.",
    examples: &[
        ("{cidr: any-address}", "\"0.0.0.0/0\"", "true"),
        ("{cidr: any-address}", "\"::/0\"", "true"),
        ("{cidr: any-address}", "\"*\"", "true"),
        ("{cidr: any-address}", "\"Internet\"", "true"),
        ("{cidr: any-address}", "\"0.0.0.0/1\"", "false"),
        ("{cidr: public}", "\"8.8.8.8\"", "true"),
        ("{cidr: public}", "\"10.0.0.0/7\"", "true"),
        ("{cidr: public}", "\"10.0.0.0/8\"", "false"),
        ("{cidr: private}", "\"192.168.1.0/24\"", "true"),
        ("{cidr: private}", "\"fd00::/8\"", "true"),
        ("{cidr: private}", "\"0.0.0.0/0\"", "false"),
        ("{cidr: private}", "\"VirtualNetwork\"", "false"),
        ("{cidr: {within: 10.0.0.0/8}}", "\"10.1.0.0/16\"", "true"),
        ("{cidr: {within: 10.0.0.0/8}}", "\"10.0.0.0/7\"", "false"),
        ("{cidr: public}", "absent", "false"),
        ("{cidr: public}", "\"\"", "false"),
        ("{cidr: public}", "[]", "wrong type"),
        ("{cidr: public}", "unknown", "unknown"),
    ],
};

/// What is asked of an address range.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    Public,
    Private,
    Any,
    Within(IpNet),
}

impl Range {
    pub(crate) fn word(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "private" => Some(Self::Private),
            "any-address" => Some(Self::Any),
            _ => None,
        }
    }

    pub(crate) fn within(text: &str) -> Option<Self> {
        parse(text).map(Self::Within)
    }

    pub(crate) fn test(self, value: &Value) -> Answer {
        if let Data::Unknown(unknown) = &value.data {
            return Ok(Truth::unknown_if(may_be_range(unknown)));
        }
        let text = text_of(value)?;
        let text = text.trim();
        if is_everywhere(text) {
            return Ok(Truth::from(matches!(self, Self::Public | Self::Any)));
        }
        let Some(range) = parse(text) else { return Ok(Truth::False) };
        Ok(Truth::from(match self {
            Self::Any => range.prefix_len() == 0,
            Self::Public => !is_private(range),
            Self::Private => is_private(range),
            Self::Within(outer) => outer.contains(&range),
        }))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Private => f.write_str("private"),
            Self::Any => f.write_str("any-address"),
            Self::Within(range) => write!(f, "{{within: {range}}}"),
        }
    }
}

/// Names that clouds give to every address.
pub(crate) fn is_everywhere(text: &str) -> bool {
    text == "*" || text.eq_ignore_ascii_case("internet") || text.eq_ignore_ascii_case("any")
}

/// Whether an unknown text can be a range at all: `sg-...` and `/subscriptions/...` cannot, whatever follows.
pub(crate) fn may_be_range(unknown: &Unknown) -> bool {
    let prefix = fits::prefix(unknown).trim_start();
    let is_address = prefix.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'/' | b' '));
    let starts = |word: &str| word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    (is_address && !prefix.starts_with('/'))
        || ["*", "internet", "any"].iter().any(|word| starts(word))
        || prefix.trim_end() == "*"
}

/// A range, or a single address as a range of one.
pub(crate) fn parse(text: &str) -> Option<IpNet> {
    if let Ok(range) = text.parse::<IpNet>() {
        return Some(range.trunc());
    }
    text.parse::<IpAddr>().ok().map(IpNet::from)
}

/// Ranges that the Internet does not route (RFC 6890 and its successors).
fn is_private(range: IpNet) -> bool {
    const V4: [([u8; 4], u8); 13] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
    ];
    const V6: [([u16; 8], u8); 6] = [
        ([0, 0, 0, 0, 0, 0, 0, 0], 127),
        ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
        ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
        ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
        ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
        ([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
    ];
    match range {
        IpNet::V4(range) => V4.iter().any(|(address, length)| {
            Ipv4Net::new(Ipv4Addr::from(*address), *length).is_ok_and(|private| private.contains(&range))
        }),
        IpNet::V6(range) => {
            if let Some(inner) = range.network().to_ipv4_mapped()
                && range.prefix_len() >= 96
            {
                return Ipv4Net::new(inner, range.prefix_len() - 96).is_ok_and(|inner| is_private(IpNet::V4(inner)));
            }
            V6.iter().any(|(address, length)| {
                Ipv6Net::new(Ipv6Addr::from(*address), *length).is_ok_and(|private| private.contains(&range))
            })
        }
    }
}
