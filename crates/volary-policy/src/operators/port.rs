//! `port`: the port, range or list of ports takes in this port.

use volary_model::{Data, Value};

use super::{Answer, Spec, Takes, WrongType};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "port",
    takes: Takes::Scalar,
    argument: "a port",
    meaning: "The port is this one, or this one lies inside the range (`20-25`), the list (`22,80`) or all (`*`).",
    examples: &[
        ("{port: 22}", "22", "true"),
        ("{port: 22}", "\"22\"", "true"),
        ("{port: 22}", "\"20-25\"", "true"),
        ("{port: 22}", "\"80, 22\"", "true"),
        ("{port: 22}", "\"*\"", "true"),
        ("{port: 22}", "\"22/tcp\"", "true"),
        ("{port: 22}", "\"220\"", "false"),
        ("{port: 22}", "\"23-65535\"", "false"),
        ("{port: 22}", "absent", "false"),
        ("{port: 22}", "\"\"", "false"),
        ("{port: 22}", "\"ssh\"", "wrong type"),
        ("{port: 22}", "[]", "wrong type"),
        ("{port: 22}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(port: u16, value: &Value) -> Answer {
    match &value.data {
        Data::Number(number) => Ok(Truth::from(number.as_i64() == Some(i64::from(port)))),
        Data::Text(text) => in_ranges(port, text),
        Data::Unknown(_) => Ok(Truth::Unknown),
        _ => Err(WrongType),
    }
}

fn in_ranges(port: u16, text: &str) -> Answer {
    let mut answer = Ok(Truth::False);
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let part = part.split('/').next().unwrap_or(part);
        if matches!(part, "*" | "any" | "Any" | "ANY" | "all" | "ALL") {
            return Ok(Truth::True);
        }
        let (first, last) = part.split_once(['-', ':']).unwrap_or((part, part));
        match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
            (Ok(first), Ok(last)) if (first..=last).contains(&u32::from(port)) => return Ok(Truth::True),
            (Ok(_), Ok(_)) => {}
            _ => answer = Err(WrongType),
        }
    }
    answer
}
