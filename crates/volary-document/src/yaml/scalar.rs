//! What a plain scalar means.

use std::sync::Arc;

use volary_model::{Data, Number};

use super::Dialect;

/// The value of a plain scalar without a tag.
pub(super) fn resolve(text: &str, dialect: Dialect) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        _ => {}
    }
    if dialect == Dialect::Yaml11 {
        match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Data::Bool(true),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Data::Bool(false),
            _ => {}
        }
    }
    number(text, dialect).map_or_else(|| Data::Text(text.into()), Data::Number)
}

/// The value of a scalar with a tag of the core schema (`str`, `int`, ...).
pub(super) fn tagged(text: &str, tag: &str, dialect: Dialect) -> Data {
    let resolved = match tag {
        "null" => Some(Data::Null),
        "bool" => Some(resolve(text, dialect)).filter(|data| matches!(data, Data::Bool(_))),
        "int" | "float" => number(text, dialect).map(Data::Number),
        _ => None,
    };
    resolved.unwrap_or_else(|| Data::Text(Arc::from(text)))
}

fn number(text: &str, dialect: Dialect) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) || text.len() > 64 {
        return None;
    }
    let (negative, digits) = match first {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let cleaned;
    let digits = if dialect == Dialect::Yaml11 && digits.contains('_') {
        cleaned = digits.replace('_', "");
        cleaned.as_str()
    } else {
        digits
    };
    if let Some(number) = radix(digits, dialect) {
        return Some(if negative { Number::Int(-number) } else { Number::Int(number) });
    }
    if !is_decimal(digits) {
        return None;
    }
    // Rust's float parser takes `.5` and `5.`, as YAML does.
    let plain = if negative { format!("-{digits}") } else { digits.to_owned() };
    Number::parse(&plain)
}

fn radix(digits: &str, dialect: Dialect) -> Option<i64> {
    let parse = |rest: &str, radix: u32| {
        let plain = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { i64::from_str_radix(rest, radix).ok() } else { None }
    };
    let rest = digits.strip_prefix('0')?;
    match rest.as_bytes().first()? {
        b'x' | b'X' => parse(&rest[1..], 16),
        b'o' | b'O' => parse(&rest[1..], 8),
        b'b' | b'B' if dialect == Dialect::Yaml11 => parse(&rest[1..], 2),
        b'0'..=b'7' if dialect == Dialect::Yaml11 => parse(rest, 8),
        _ => None,
    }
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, either with an exponent.
fn is_decimal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut at = whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole == 0 && fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return false;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, dialect: Dialect) -> String {
        match resolve(text, dialect) {
            Data::Null => "null".into(),
            Data::Bool(truth) => format!("bool {truth}"),
            Data::Number(number) => format!("number {number}"),
            Data::Text(text) => format!("text {text}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn scalars_follow_their_dialect() {
        let table = [
            ("yes", "bool true", "text yes"),
            ("off", "bool false", "text off"),
            ("y", "bool true", "text y"),
            ("true", "bool true", "bool true"),
            ("tRue", "text tRue", "text tRue"),
            ("0644", "number 420", "number 644"),
            ("0o644", "number 420", "number 420"),
            ("08", "number 8", "number 8"),
            ("0x1F", "number 31", "number 31"),
            ("0b11", "number 3", "text 0b11"),
            ("1_000", "number 1000", "text 1_000"),
            ("-12", "number -12", "number -12"),
            ("+12", "number 12", "number 12"),
            ("1.5", "number 1.5", "number 1.5"),
            (".5", "number 0.5", "number 0.5"),
            ("5.", "number 5", "number 5"),
            ("1e3", "number 1000", "number 1000"),
            ("1.2.3", "text 1.2.3", "text 1.2.3"),
            ("22:22", "text 22:22", "text 22:22"),
            ("-", "text -", "text -"),
            (".", "text .", "text ."),
            ("e3", "text e3", "text e3"),
            ("0x", "text 0x", "text 0x"),
            ("2024-01-01", "text 2024-01-01", "text 2024-01-01"),
            ("~", "null", "null"),
            ("", "null", "null"),
            (".inf", "text .inf", "text .inf"),
            ("100m", "text 100m", "text 100m"),
        ];
        for (text, yaml11, yaml12) in table {
            assert_eq!(shown(text, Dialect::Yaml11), yaml11, "{text} as YAML 1.1");
            assert_eq!(shown(text, Dialect::Yaml12), yaml12, "{text} as YAML 1.2");
        }
    }
}
