//! `abs`, `ceil`, `floor`, `log`, `max`, `min`, `parseint`, `pow`, `signum`, `sum`.

use volary_model::Number;

use super::args::{self, Args, Outcome, Stop};
use super::convert;

/// A number from a computation; what is no number is an error.
fn computed(result: f64) -> Outcome {
    if result.is_finite() { args::number(Number::from_f64(result)) } else { Stop::error("the result is no number") }
}

pub(super) fn abs(args: &Args<'_>) -> Outcome {
    match args.number(0)? {
        Number::Int(number) if number != i64::MIN => args::number(Number::Int(number.abs())),
        number => computed(number.as_f64().abs()),
    }
}

pub(super) fn ceil(args: &Args<'_>) -> Outcome {
    match args.number(0)? {
        number @ Number::Int(_) => args::number(number),
        number => computed(number.as_f64().ceil()),
    }
}

pub(super) fn floor(args: &Args<'_>) -> Outcome {
    match args.number(0)? {
        number @ Number::Int(_) => args::number(number),
        number => computed(number.as_f64().floor()),
    }
}

pub(super) fn log(args: &Args<'_>) -> Outcome {
    computed(args.number(0)?.as_f64().ln() / args.number(1)?.as_f64().ln())
}

pub(super) fn max(args: &Args<'_>) -> Outcome {
    extreme(args, Ord::max)
}

pub(super) fn min(args: &Args<'_>) -> Outcome {
    extreme(args, Ord::min)
}

fn extreme(args: &Args<'_>, choose: fn(Number, Number) -> Number) -> Outcome {
    let mut result = args.number(0)?;
    for index in 1..args.len() {
        result = choose(result, args.number(index)?);
    }
    args::number(result)
}

pub(super) fn parseint(args: &Args<'_>) -> Outcome {
    let base = args.integer(1)?;
    if !(2..=62).contains(&base) {
        return Stop::error("the base is not between 2 and 62");
    }
    let text = args.text(0)?;
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let wrong = || Stop::error(format!("{text:?} is not a whole number in base {base}"));
    if digits.is_empty() {
        return wrong();
    }
    let mut exact: Option<i64> = Some(0);
    let mut rounded = 0.0_f64;
    for digit in digits {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            // Upper case letters are other digits only in bases that need them.
            b'A'..=b'Z' if base <= 36 => digit - b'A' + 10,
            b'A'..=b'Z' => digit - b'A' + 36,
            _ => return wrong(),
        };
        let value = i64::from(value);
        if value >= base {
            return wrong();
        }
        exact = exact.and_then(|number| number.checked_mul(base)?.checked_add(value));
        rounded = rounded * base as f64 + value as f64;
    }
    match exact {
        Some(number) => args::number(Number::Int(if negative { -number } else { number })),
        None => computed(if negative { -rounded } else { rounded }),
    }
}

pub(super) fn pow(args: &Args<'_>) -> Outcome {
    let (base, exponent) = (args.number(0)?, args.number(1)?);
    if let (Some(base), Some(exponent)) = (base.as_i64(), exponent.as_i64())
        && let Some(exact) = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent))
    {
        return args::number(Number::Int(exact));
    }
    computed(base.as_f64().powf(exponent.as_f64()))
}

pub(super) fn signum(args: &Args<'_>) -> Outcome {
    let number = args.integer(0)?;
    args::number(Number::Int(number.signum()))
}

pub(super) fn sum(args: &Args<'_>) -> Outcome {
    let list = args.list(0)?;
    if list.is_empty() {
        return Stop::error("the list is empty");
    }
    let mut exact: Option<i64> = Some(0);
    let mut rounded = 0.0;
    for value in list {
        let number = convert::to_number(value)?;
        exact = match (exact, number) {
            (Some(sum), Number::Int(number)) => sum.checked_add(number),
            _ => None,
        };
        rounded += number.as_f64();
    }
    match exact {
        Some(sum) => args::number(Number::Int(sum)),
        None => computed(rounded),
    }
}
