//! `format` and `formatlist`.

use std::sync::Arc;

use volary_model::{Data, Number, Reason, Type, Unknown, Value};

use super::args::{self, Answer, Args, Outcome, Stop, arranged};
use super::stretch::Stretches;
use super::{convert, json};

/// One `%` sequence.
#[derive(Default, Clone, Debug)]
struct Verb {
    verb: char,
    minus: bool,
    plus: bool,
    zero: bool,
    space: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// Which value, counted from 0.
    index: usize,
}

enum Piece {
    Literal(String),
    Verb(Verb),
}

/// Widths and precisions beyond are no configuration.
const WIDEST: usize = 4096;

fn parse(format: &str) -> Result<Vec<Piece>, Stop> {
    let mut pieces = Vec::new();
    let mut next = 0;
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        if at > 0 {
            pieces.push(Piece::Literal(rest[..at].to_owned()));
        }
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            pieces.push(Piece::Literal("%".to_owned()));
            rest = after;
            continue;
        }
        let mut verb = Verb::default();
        loop {
            match rest.as_bytes().first() {
                Some(b'-') => verb.minus = true,
                Some(b'+') => verb.plus = true,
                Some(b'0') => verb.zero = true,
                Some(b' ') => verb.space = true,
                Some(b'#') => verb.sharp = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        verb.width = digits(&mut rest)?;
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            verb.precision = Some(digits(&mut rest)?.unwrap_or(0));
        }
        verb.index = next;
        if let Some(after) = rest.strip_prefix('[') {
            rest = after;
            let Some(number) = digits(&mut rest)?.filter(|number| *number > 0) else {
                return Stop::error("a value index in the format is no number");
            };
            let Some(after) = rest.strip_prefix(']') else {
                return Stop::error("a value index in the format is not closed");
            };
            rest = after;
            verb.index = number - 1;
        }
        let Some(letter) = rest.chars().next() else { return Stop::error("the format ends within a sequence") };
        if !"vtbdoxXeEfgGsq".contains(letter) {
            return Stop::error(format!("%{letter} is no known format sequence"));
        }
        rest = &rest[letter.len_utf8()..];
        verb.verb = letter;
        next = verb.index + 1;
        pieces.push(Piece::Verb(verb));
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

fn digits(rest: &mut &str) -> Result<Option<usize>, Stop> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at(count);
    *rest = after;
    if number.is_empty() {
        return Ok(None);
    }
    match number.parse() {
        Ok(number) if number <= WIDEST => Ok(Some(number)),
        _ => Err(Stop::limit("a width in a format is too large")),
    }
}

/// Fills up to the width.
fn pad(text: String, verb: &Verb, zeros: bool) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return text;
    }
    if verb.minus {
        return text + &" ".repeat(missing);
    }
    if zeros && verb.zero {
        let sign = usize::from(text.starts_with(['-', '+', ' ']));
        return format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]);
    }
    " ".repeat(missing) + &text
}

fn signed(text: String, verb: &Verb) -> String {
    match text.starts_with('-') {
        false if verb.plus => format!("+{text}"),
        false if verb.space => format!(" {text}"),
        _ => text,
    }
}

/// An exponent as Go writes it: a sign and at least two digits.
fn exponent(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text.to_owned() };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// `%g`: the shorter of `%e` and `%f`.
fn general(number: f64, precision: Option<usize>) -> String {
    let scientific = match precision {
        Some(precision) => format!("{:.*e}", precision.max(1) - 1, number),
        None => format!("{number:e}"),
    };
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i64 = power.parse().unwrap_or(0);
    // Without a precision Go decides as if it were 6: a million is written `1e+06`.
    let most = precision.map_or(6, |precision| precision.max(1)) as i64;
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if power < -4 || power >= most {
        return exponent(&format!("{}e{power}", trimmed(mantissa)));
    }
    match precision {
        Some(precision) => {
            let places = (precision.max(1) as i64 - 1 - power).max(0);
            trimmed(&format!("{number:.*}", places as usize))
        }
        None => format!("{number}"),
    }
}

fn whole(number: Number, verb: &Verb) -> Result<String, Stop> {
    let Some(number) = number.as_i64() else { return Stop::error("a whole number is wanted by the format") };
    let (negative, size) = (number < 0, number.unsigned_abs());
    let digits = match verb.verb {
        'b' => format!("{size:b}"),
        'o' => format!("{size:o}"),
        'x' => format!("{size:x}"),
        'X' => format!("{size:X}"),
        _ => size.to_string(),
    };
    let digits = match verb.precision {
        Some(precision) => format!("{digits:0>precision$}"),
        None => digits,
    };
    let prefix = match verb.verb {
        'o' if verb.sharp => "0",
        'x' if verb.sharp => "0x",
        'X' if verb.sharp => "0X",
        _ => "",
    };
    Ok(format!("{}{prefix}{digits}", if negative { "-" } else { "" }))
}

fn quoted(text: &str) -> String {
    json::quoted(text)
}

/// One known value in the form that a verb asks for.
fn formatted(args: &Args<'_>, value: &Value, verb: &Verb) -> Result<String, Stop> {
    let context = |stop| match stop {
        Stop::Error(about) => Stop::Error(format!("the value for %{} {about}", verb.verb)),
        other => other,
    };
    let cut = |text: &str| match verb.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    Ok(match verb.verb {
        'v' => match (&value.data, verb.sharp) {
            (Data::Text(text), false) => pad(cut(text), verb, false),
            (Data::Number(number), false) => pad(general(number.as_f64(), verb.precision), verb, true),
            (Data::Bool(_), false) => pad(convert::to_text(value)?.to_string(), verb, true),
            _ => pad(json::encode(args, value)?.whole()?.to_owned(), verb, false),
        },
        't' => pad(convert::to_bool(value).map_err(context)?.to_string(), verb, false),
        's' => pad(cut(&convert::to_text(value).map_err(context)?), verb, false),
        'q' => pad(quoted(&cut(&convert::to_text(value).map_err(context)?)), verb, false),
        'b' | 'd' | 'o' | 'x' | 'X' if matches!(value.data, Data::Text(_)) && matches!(verb.verb, 'x' | 'X') => {
            let text = convert::to_text(value)?;
            let upper = verb.verb == 'X';
            let byte = |byte: u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
            pad(text.bytes().map(byte).collect(), verb, false)
        }
        'b' | 'd' | 'o' | 'x' | 'X' => {
            pad(signed(whole(convert::to_number(value).map_err(context)?, verb)?, verb), verb, true)
        }
        _ => {
            let number = convert::to_number(value).map_err(context)?.as_f64();
            let text = match verb.verb {
                'e' => exponent(&format!("{:.*e}", verb.precision.unwrap_or(6), number)),
                'E' => exponent(&format!("{:.*e}", verb.precision.unwrap_or(6), number)).to_uppercase(),
                'f' => format!("{:.*}", verb.precision.unwrap_or(6), number),
                'g' => general(number, verb.precision),
                _ => general(number, verb.precision).to_uppercase(),
            };
            pad(signed(text, verb), verb, true)
        }
    })
}

/// Adds a value to the result: whole, as its literal stretches, or as a hole.
fn add(args: &Args<'_>, result: &mut Stretches, value: &Value, verb: &Verb) -> Result<(), Stop> {
    match formatted(args, value, verb) {
        Ok(text) => result.push(&text),
        Err(Stop::Unknown(reason)) => {
            let plain = verb.width.is_none() && verb.precision.is_none() && !verb.sharp;
            let text = value.as_unknown().is_some_and(|unknown| unknown.ty == Type::Text && unknown.not_null);
            if plain && (verb.verb == 's' || (verb.verb == 'v' && text)) {
                result.append(&Stretches::of(value)?);
            } else {
                result.push_hole(&reason, !matches!(verb.verb, 's' | 'v' | 'x' | 'X'));
            }
        }
        Err(error) => return Err(error),
    }
    if result.size() > args.context.limits.text {
        return Err(Stop::limit("a text is too long"));
    }
    Ok(())
}

fn fill(args: &Args<'_>, pieces: &[Piece], values: &[&Value]) -> Result<Stretches, Stop> {
    let mut result = Stretches::new();
    let mut used = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => result.push(text),
            Piece::Verb(verb) => {
                let Some(value) = values.get(verb.index) else {
                    return Stop::error("there are fewer values than the format wants");
                };
                used = used.max(verb.index + 1);
                add(args, &mut result, value, verb)?;
            }
        }
    }
    if used < values.len() {
        return Stop::error("there are more values than the format wants");
    }
    Ok(result)
}

pub(super) fn format(args: &Args<'_>) -> Outcome {
    let format = args.stretches(0)?;
    let pieces = parse(format.whole()?)?;
    let values: Vec<&Value> = args.values[1..].iter().collect();
    Ok(Answer::Made(fill(args, &pieces, &values)?.into_data()))
}

/// `formatlist`: lists go along together, anything else stands for itself in every line.
pub(super) fn formatlist(args: &Args<'_>) -> Outcome {
    let format = args.stretches(0)?;
    let values = &args.values[1..];
    let mut length: Option<usize> = None;
    let mut open: Option<Reason> = None;
    for value in values {
        match &value.data {
            Data::List(list) => match length {
                Some(length) if length != list.len() => return Stop::error("the lists differ in length"),
                _ => length = Some(list.len()),
            },
            Data::Unknown(unknown) if !matches!(unknown.ty, Type::Text | Type::Number | Type::Bool) => {
                open.get_or_insert_with(|| unknown.reason.clone());
            }
            _ => {}
        }
    }
    let length = match (length, &open) {
        // Without lists there is one line.
        (None, None) => 1,
        (None, Some(reason)) => return Err(Stop::Unknown(reason.clone())),
        (Some(length), _) => length,
    };
    args.within(length)?;
    let pieces = match format.known() {
        Some(format) => Some(parse(format)?),
        None => None,
    };
    let is_open = |value: &Value| {
        let scalar = |ty: &Type| matches!(ty, Type::Text | Type::Number | Type::Bool);
        value.as_unknown().is_some_and(|unknown| !scalar(&unknown.ty))
    };
    // A list or a scalar: either way one unknown thing for each line.
    let hole =
        |value: &Value| args.made_of([value], Data::Unknown(Arc::new(Unknown::new(args::first_reason([value])))));
    let holes: Vec<Option<Value>> = values.iter().map(|value| is_open(value).then(|| hole(value))).collect();
    let mut result = Vec::with_capacity(length);
    for index in 0..length {
        let mut line: Vec<&Value> = Vec::with_capacity(values.len());
        for (value, hole) in values.iter().zip(&holes) {
            line.push(match (&value.data, hole) {
                (Data::List(list), _) => match list.get(index) {
                    Some(value) => value,
                    None => return Stop::error("the lists differ in length"),
                },
                (_, Some(hole)) => hole,
                _ => value,
            });
        }
        let text = match &pieces {
            Some(pieces) => fill(args, pieces, &line)?,
            None => Stretches::unknown(&format.why(), false),
        };
        result.push(args.made_of(args.values.iter().take(1).chain(line), text.into_data()));
    }
    arranged(result)
}
