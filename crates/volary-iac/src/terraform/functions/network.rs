//! Address ranges.

use std::net::IpAddr;

use volary_model::{Data, Reason};

use super::args::{self, Answer, Args, Outcome, Stop};
use super::convert;
use super::stretch::Stretches;

/// A range of addresses: the bits of its first address, how many of them are fixed, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    first: u128,
    length: u32,
    bits: u32,
}

impl Range {
    fn parse(text: &str) -> Result<Self, Stop> {
        let wrong = || Stop::Error(format!("{text:?} is no address range in CIDR notation"));
        let (address, length) = text.split_once('/').ok_or_else(wrong)?;
        let plain = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length: u32 = length.parse().ok().filter(|_| plain).ok_or_else(wrong)?;
        let (address, bits) = bits(address).ok_or_else(wrong)?;
        if length > bits {
            return Err(wrong());
        }
        let range = Self { first: address, length, bits };
        Ok(Self { first: address & range.mask(), ..range })
    }

    /// The fixed bits.
    fn mask(&self) -> u128 {
        let host = self.bits - self.length;
        let all = if self.bits == 128 { u128::MAX } else { (1 << self.bits) - 1 };
        all & u128::MAX.checked_shl(host).unwrap_or(0)
    }

    fn address(&self, number: u128) -> IpAddr {
        if self.bits == 32 { IpAddr::from((number as u32).to_be_bytes()) } else { IpAddr::from(number.to_be_bytes()) }
    }

    fn text(&self) -> String {
        format!("{}/{}", self.address(self.first), self.length)
    }

    /// The `number`th range that is `more` bits narrower.
    fn subnet(&self, more: i64, number: i64) -> Result<Self, Stop> {
        let length =
            u32::try_from(i64::from(self.length).saturating_add(more)).ok().filter(|length| *length <= self.bits);
        let Some(length) = length.filter(|_| (0..=128).contains(&more)) else {
            return Stop::error("the address range has not so many bits");
        };
        let number = u128::try_from(number).unwrap_or(u128::MAX);
        if more < 127 && number >= 1 << more {
            return Stop::error("there is no subnet of this number");
        }
        let first = self.first | number.checked_shl(self.bits - length).unwrap_or(0);
        Ok(Self { first, length, bits: self.bits })
    }

    /// The text of addresses inside of this range as far as it is certain: whole numbers between dots.
    fn certain(&self) -> String {
        match self.address(self.first) {
            IpAddr::V4(address) => {
                let fixed =
                    address.octets().into_iter().take(self.length as usize / 8).map(|octet| format!("{octet}."));
                let text: String = fixed.collect();
                if self.length == 32 { text.trim_end_matches('.').to_owned() } else { text }
            }
            IpAddr::V6(_) => String::new(),
        }
    }
}

fn bits(address: &str) -> Option<(u128, u32)> {
    match address.parse().ok()? {
        IpAddr::V4(address) => Some((u32::from(address).into(), 32)),
        IpAddr::V6(address) => Some((address.into(), 128)),
    }
}

pub(super) fn cidrhost(args: &Args<'_>) -> Outcome {
    let range = Range::parse(&args.text(0)?)?;
    let number = match args.integer(1) {
        Ok(number) => number,
        Err(Stop::Unknown(reason)) => return inside(&range, &reason, ""),
        Err(error) => return Err(error),
    };
    let host = range.bits - range.length;
    let count = 1_u128.checked_shl(host);
    let distance = u128::from(number.unsigned_abs());
    let fits = count.is_none_or(|count| if number < 0 { distance <= count } else { distance < count });
    if !fits {
        return Stop::error("there is no host of this number");
    }
    let offset = if number < 0 { count.unwrap_or(0).wrapping_sub(distance) } else { distance };
    args::text(range.address(range.first | offset).to_string())
}

fn inside(range: &Range, reason: &Reason, end: &str) -> Outcome {
    let mut text = Stretches::literal(&range.certain());
    text.push_hole(reason, true);
    text.push(end);
    Ok(Answer::Made(text.into_data()))
}

pub(super) fn cidrnetmask(args: &Args<'_>) -> Outcome {
    let range = Range::parse(&args.text(0)?)?;
    if range.bits != 32 {
        return Stop::error("only IPv4 has netmasks");
    }
    args::text(range.address(range.mask()).to_string())
}

pub(super) fn cidrsubnet(args: &Args<'_>) -> Outcome {
    let more = match args.integer(1) {
        Ok(more) => more,
        Err(Stop::Unknown(reason)) => {
            let range = Range::parse(&args.text(0)?)?;
            return inside(&range, &reason, "");
        }
        Err(error) => return Err(error),
    };
    let range = Range::parse(&args.text(0)?)?;
    match args.integer(2) {
        Ok(number) => args::text(range.subnet(more, number)?.text()),
        Err(Stop::Unknown(reason)) => {
            let length = range.subnet(more, 0)?.length;
            inside(&range, &reason, &format!("/{length}"))
        }
        Err(error) => Err(error),
    }
}

/// Consecutive subnets, each aligned to its own size.
pub(super) fn cidrsubnets(args: &Args<'_>) -> Outcome {
    let base = args.text(0);
    let mut texts: Vec<Stretches> = Vec::new();
    let mut known: Option<(Range, Option<u128>)> = match base {
        Ok(base) => {
            let range = Range::parse(&base)?;
            Some((range, Some(range.first)))
        }
        Err(Stop::Unknown(_)) => None,
        Err(error) => return Err(error),
    };
    let mut why = args::first_reason(args.values);
    for index in 1..args.len() {
        let more = match args.integer(index) {
            Ok(more) => Some(more),
            Err(Stop::Unknown(reason)) => {
                why = reason;
                // Where the next one starts depends on how large this one is.
                known = known.map(|(range, _)| (range, None));
                None
            }
            Err(error) => return Err(error),
        };
        let (range, next, more) = match (&mut known, more) {
            (Some((range, next)), Some(more)) => (range, next, more),
            (Some((range, _)), None) => {
                let mut text = Stretches::literal(&range.certain());
                text.push_hole(&why, true);
                texts.push(text);
                continue;
            }
            (None, _) => {
                texts.push(Stretches::unknown(&why, true));
                continue;
            }
        };
        if more < 1 {
            return Stop::error("a subnet must be narrower than its range");
        }
        let length = range.subnet(more, 0)?.length;
        let Some(start) = *next else {
            let mut text = Stretches::literal(&range.certain());
            text.push_hole(&why, true);
            text.push(&format!("/{length}"));
            texts.push(text);
            continue;
        };
        let size = 1_u128.checked_shl(range.bits - length).unwrap_or(0);
        let rest = start & size.wrapping_sub(1);
        let first = if rest == 0 { Some(start) } else { (start - rest).checked_add(size) };
        let last = first.and_then(|first| first.checked_add(size.wrapping_sub(1)));
        let (Some(first), Some(last)) = (first, last) else { return Stop::error("there is no room for all subnets") };
        if first & range.mask() != range.first || last & range.mask() != range.first {
            return Stop::error("there is no room for all subnets");
        }
        texts.push(Stretches::literal(&Range { first, length, bits: range.bits }.text()));
        match last.checked_add(1) {
            Some(after) => *next = Some(after),
            None if index + 1 < args.len() => return Stop::error("there is no room for all subnets"),
            None => {}
        }
    }
    let values = texts.into_iter().map(|text| args.fresh(text.into_data()));
    Ok(Answer::Made(Data::List(std::sync::Arc::new(values.collect()))))
}

pub(super) fn cidrcontains(args: &Args<'_>) -> Outcome {
    let outer = Range::parse(&args.text(0)?)?;
    let text = convert::to_text(args.at(1)?)?;
    let inner = match bits(&text) {
        Some((address, bits)) => Range { first: address, length: bits, bits },
        None => Range::parse(&text)?,
    };
    if inner.bits != outer.bits {
        return Stop::error("the two are of different address families");
    }
    args::truth(inner.length >= outer.length && inner.first & outer.mask() == outer.first)
}
