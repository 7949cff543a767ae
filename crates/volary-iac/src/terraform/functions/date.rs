//! `formatdate`, `timeadd`, `timecmp`.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time, Weekday};
use volary_model::Number;

use super::args::{self, Args, Outcome, Stop};

/// An instant as RFC 3339 writes it: local date and time, and the offset in minutes.
struct Stamp {
    local: DateTime,
    offset: i32,
}

fn parse(text: &str) -> Result<Stamp, Stop> {
    parsed(text).ok_or_else(|| Stop::Error(format!("{text:?} is no RFC 3339 timestamp")))
}

fn parsed(text: &str) -> Option<Stamp> {
    let digits = |from: usize, to: usize| -> Option<i32> {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !separators.iter().all(|(at, separator)| text.as_bytes().get(*at) == Some(separator)) {
        return None;
    }
    let mut at = 19;
    let mut nanoseconds = 0;
    if text.as_bytes().get(19) == Some(&b'.') {
        let count = text[20..].bytes().take_while(u8::is_ascii_digit).count();
        let fraction = &text[20..20 + count];
        let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        nanoseconds = nine.parse().ok().filter(|_| count > 0)?;
        at = 20 + count;
    }
    let offset = match text.get(at..)? {
        "Z" => 0,
        zone if zone.len() == 6 && zone.as_bytes()[3] == b':' => {
            let (hours, minutes) = (digits(at + 1, at + 3)?, digits(at + 4, at + 6)?);
            let size = hours * 60 + minutes;
            match zone.as_bytes()[0] {
                b'+' if hours < 24 && minutes < 60 => size,
                b'-' if hours < 24 && minutes < 60 => -size,
                _ => return None,
            }
        }
        _ => return None,
    };
    let small = |number: i32| i8::try_from(number).ok();
    let date = Date::new(i16::try_from(digits(0, 4)?).ok()?, small(digits(5, 7)?)?, small(digits(8, 10)?)?).ok()?;
    let time =
        Time::new(small(digits(11, 13)?)?, small(digits(14, 16)?)?, small(digits(17, 19)?)?, nanoseconds).ok()?;
    Some(Stamp { local: DateTime::from_parts(date, time), offset })
}

fn zone(offset: i32, colon: bool) -> String {
    let size = offset.abs();
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{}{:02}", size / 60, if colon { ":" } else { "" }, size % 60)
}

/// A duration as Go writes it: `-1h30m`, `1.5s`, `300ms`.
fn duration(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(SignedDuration::ZERO);
    }
    let mut total: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let count = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, after) = rest.split_at(count);
        let units = [("ns", 1_i128), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000)];
        let long = [("s", 1_000_000_000_i128), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];
        let (unit, size) = units.iter().chain(&long).find(|(unit, _)| after.starts_with(unit))?;
        rest = &after[unit.len()..];
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') || whole.len() > 18 {
            return None;
        }
        let digits: String = fraction.chars().take(18).collect();
        let parts: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        total = total.checked_add(whole.checked_mul(*size)?)?;
        total = total.checked_add(parts * size / 10_i128.pow(digits.len() as u32))?;
    }
    let total = if negative { -total } else { total };
    i64::try_from(total).ok().map(SignedDuration::from_nanos)
}

pub(super) fn timeadd(args: &Args<'_>) -> Outcome {
    let stamp = parse(&args.text(0)?)?;
    let text = args.text(1)?;
    let Some(duration) = duration(&text) else { return Stop::error(format!("{text:?} is no duration")) };
    let Ok(local) = stamp.local.checked_add(duration) else { return Stop::error("the result is out of range") };
    let offset = if stamp.offset == 0 { "Z".to_owned() } else { zone(stamp.offset, true) };
    let (date, time) = (local.date(), local.time());
    let year = date.year();
    if !(0..=9999).contains(&year) {
        return Stop::error("the result is out of range");
    }
    let (month, day) = (date.month(), date.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    args::text(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"))
}

pub(super) fn timecmp(args: &Args<'_>) -> Outcome {
    let instant = |stamp: &Stamp| stamp.local.checked_sub(SignedDuration::from_mins(stamp.offset.into()));
    let (a, b) = (parse(&args.text(0)?)?, parse(&args.text(1)?)?);
    match (instant(&a), instant(&b)) {
        (Ok(a), Ok(b)) => args::number(Number::Int(a.cmp(&b) as i64)),
        _ => Stop::error("a timestamp is out of range"),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

pub(super) fn formatdate(args: &Args<'_>) -> Outcome {
    let format = args.text(0)?;
    let stamp = parse(&args.text(1)?)?;
    let mut result = String::new();
    let mut rest = &*format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (literal, after) = quoted(&rest[1..])?;
            result.push_str(&literal);
            rest = after;
            continue;
        }
        let count = rest.chars().take_while(|c| *c == first).count();
        let length = count * first.len_utf8();
        if first.is_ascii_alphabetic() {
            result.push_str(&sequence(&rest[..length], &stamp)?);
        } else {
            result.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    args::text(result)
}

/// The literal text after an opening quote; a doubled quote is one.
fn quoted(text: &str) -> Result<(String, &str), Stop> {
    let mut literal = String::new();
    let mut rest = text;
    loop {
        let Some((part, after)) = rest.split_once('\'') else {
            return Stop::error("a literal in the format does not end");
        };
        literal.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                literal.push('\'');
                rest = after;
            }
            None => return Ok((literal, after)),
        }
    }
}

fn sequence(sequence: &str, stamp: &Stamp) -> Result<String, Stop> {
    let (date, time) = (stamp.local.date(), stamp.local.time());
    let month = MONTHS.get((date.month() as usize).wrapping_sub(1)).copied().unwrap_or_default();
    let twelve = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    Ok(match sequence {
        "YYYY" => format!("{:04}", date.year()),
        "YY" => format!("{:02}", date.year() % 100),
        "MMMM" => month.to_owned(),
        "MMM" => month[..3].to_owned(),
        "MM" => format!("{:02}", date.month()),
        "M" => date.month().to_string(),
        "DD" => format!("{:02}", date.day()),
        "D" => date.day().to_string(),
        "EEEE" => weekday(date.weekday()).to_owned(),
        "EEE" => weekday(date.weekday())[..3].to_owned(),
        "hh" => format!("{:02}", time.hour()),
        "h" => time.hour().to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => (if time.hour() < 12 { "AM" } else { "PM" }).to_owned(),
        "aa" => (if time.hour() < 12 { "am" } else { "pm" }).to_owned(),
        "mm" => format!("{:02}", time.minute()),
        "m" => time.minute().to_string(),
        "ss" => format!("{:02}", time.second()),
        "s" => time.second().to_string(),
        "Z" if stamp.offset == 0 => "Z".to_owned(),
        "ZZZ" if stamp.offset == 0 => "UTC".to_owned(),
        "Z" | "ZZZZZ" => zone(stamp.offset, true),
        "ZZZ" | "ZZZZ" => zone(stamp.offset, false),
        _ => return Stop::error(format!("{sequence} is no known date sequence")),
    })
}
