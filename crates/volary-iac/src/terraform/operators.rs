//! Operators on values that may not be known.

use std::cmp::Ordering;
use std::sync::Arc;

use volary_document::hcl::BinaryOp;
use volary_model::{Data, Number, Reason, ReasonKind, Type, Unknown, Value};

use super::functions::{CallError, admits};

/// A truth value, or why it is not known.
pub(super) fn truth(value: &Value) -> Result<Result<bool, Reason>, CallError> {
    match &value.data {
        Data::Bool(truth) => Ok(Ok(*truth)),
        Data::Text(text) if matches!(&**text, "true" | "1") => Ok(Ok(true)),
        Data::Text(text) if matches!(&**text, "false" | "0") => Ok(Ok(false)),
        Data::Unknown(unknown) => Ok(Err(unknown.reason.clone())),
        Data::Null => Err(CallError::new("a condition that is null")),
        _ => Err(CallError::new("a condition that is neither true nor false")),
    }
}

/// A number, or why it is not known.
fn number(value: &Value) -> Result<Result<Number, Reason>, CallError> {
    match &value.data {
        Data::Number(number) => Ok(Ok(*number)),
        Data::Text(text) => {
            Number::parse(text).map(Ok).ok_or_else(|| CallError::new("arithmetic on a text that is no number"))
        }
        Data::Unknown(unknown) => Ok(Err(unknown.reason.clone())),
        Data::Null => Err(CallError::new("arithmetic on null")),
        _ => Err(CallError::new("arithmetic on something that is no number")),
    }
}

/// An unknown of a type that is certainly not null.
pub(super) fn unknown(reason: Reason, ty: Type) -> Data {
    let mut unknown = Unknown::new(reason);
    unknown.ty = ty;
    unknown.not_null = true;
    Data::Unknown(Arc::new(unknown))
}

/// A binary operator on evaluated operands, all but `&&` and `||`.
pub(super) fn binary(operator: BinaryOp, left: &Value, right: &Value) -> Result<Data, CallError> {
    match operator {
        BinaryOp::Equal | BinaryOp::NotEqual => {
            let mut work = 20_000;
            Ok(match equal(left, right, &mut work) {
                Some(same) => Data::Bool(same == (operator == BinaryOp::Equal)),
                None => {
                    let reason = first_reason(left).or_else(|| first_reason(right));
                    unknown(reason.unwrap_or_else(|| Reason::new(ReasonKind::Limit, "a comparison")), Type::Bool)
                }
            })
        }
        BinaryOp::Or | BinaryOp::And => Err(CallError::new("a logical operator")),
        _ => {
            let comparison = matches!(
                operator,
                BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual
            );
            let ty = if comparison { Type::Bool } else { Type::Number };
            match (number(left)?, number(right)?) {
                (Ok(left), Ok(right)) => arithmetic(operator, left, right),
                (Err(reason), _) | (_, Err(reason)) => Ok(unknown(reason, ty)),
            }
        }
    }
}

fn arithmetic(operator: BinaryOp, left: Number, right: Number) -> Result<Data, CallError> {
    let order = left.cmp(&right);
    let whole = left.as_i64().zip(right.as_i64());
    let exact = |operation: fn(i64, i64) -> Option<i64>, rough: fn(f64, f64) -> f64| {
        let result = whole.and_then(|(a, b)| operation(a, b)).map(Number::Int);
        result.unwrap_or_else(|| Number::from_f64(rough(left.as_f64(), right.as_f64())))
    };
    let result = match operator {
        BinaryOp::Less => return Ok(Data::Bool(order == Ordering::Less)),
        BinaryOp::LessOrEqual => return Ok(Data::Bool(order != Ordering::Greater)),
        BinaryOp::Greater => return Ok(Data::Bool(order == Ordering::Greater)),
        BinaryOp::GreaterOrEqual => return Ok(Data::Bool(order != Ordering::Less)),
        BinaryOp::Add => exact(i64::checked_add, |a, b| a + b),
        BinaryOp::Subtract => exact(i64::checked_sub, |a, b| a - b),
        BinaryOp::Multiply => exact(i64::checked_mul, |a, b| a * b),
        _ if right.as_f64() == 0.0 => return Err(CallError::new("a division by zero")),
        BinaryOp::Divide => {
            exact(|a, b| if a.checked_rem(b) == Some(0) { a.checked_div(b) } else { None }, |a, b| a / b)
        }
        BinaryOp::Remainder => exact(i64::checked_rem, |a, b| a % b),
        _ => return Err(CallError::new("an operator")),
    };
    if result.as_f64().is_finite() {
        Ok(Data::Number(result))
    } else {
        Err(CallError::new("a number that is too large"))
    }
}

/// `-value`
pub(super) fn negate(value: &Value) -> Result<Data, CallError> {
    Ok(match number(value)? {
        Ok(Number::Int(number)) => {
            Data::Number(number.checked_neg().map_or(Number::Float(-(number as f64)), Number::Int))
        }
        Ok(Number::Float(number)) => Data::Number(Number::Float(-number)),
        Err(reason) => unknown(reason, Type::Number),
    })
}

/// Whether two values are equal; `None` where unknown parts, or the limit of work, leave it open. Values of different
/// types are different.
pub(super) fn equal(left: &Value, right: &Value, work: &mut u32) -> Option<bool> {
    *work = work.checked_sub(1)?;
    match (&left.data, &right.data) {
        (Data::Unknown(left), Data::Unknown(right)) => {
            let texts = left.not_null && right.not_null && left.ty == Type::Text && right.ty == Type::Text;
            let differ = |a: &str, b: &str| a.bytes().zip(b.bytes()).any(|(a, b)| a != b);
            let differ_back = |a: &str, b: &str| a.bytes().rev().zip(b.bytes().rev()).any(|(a, b)| a != b);
            (texts && (differ(left.prefix(), right.prefix()) || differ_back(left.suffix(), right.suffix())))
                .then_some(false)
        }
        (Data::Unknown(unknown), _) => (!admits(unknown, right)).then_some(false),
        (_, Data::Unknown(unknown)) => (!admits(unknown, left)).then_some(false),
        (Data::Null, Data::Null) => Some(true),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::Text(a), Data::Text(b)) => Some(a == b),
        (Data::List(a), Data::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            every(a.iter().zip(b.iter()).map(|(a, b)| (a, Some(b))), work)
        }
        (Data::Map(a), Data::Map(b)) => {
            let counts = |map: &volary_model::Map| map.entries().iter().filter(|e| unique(map, e)).count();
            if counts(a) != counts(b) {
                return Some(false);
            }
            every(a.entries().iter().filter(|e| unique(a, e)).map(|entry| (&entry.value, b.get(&entry.key))), work)
        }
        _ => Some(false),
    }
}

/// Whether an entry is the one that lookups of its key give.
fn unique(map: &volary_model::Map, entry: &volary_model::Entry) -> bool {
    map.entry(&entry.key).is_some_and(|found| std::ptr::eq(found, entry))
}

fn every<'v>(pairs: impl Iterator<Item = (&'v Value, Option<&'v Value>)>, work: &mut u32) -> Option<bool> {
    let mut open = false;
    for (left, right) in pairs {
        match right.map(|right| equal(left, right, work)) {
            None | Some(Some(false)) => return Some(false),
            Some(Some(true)) => {}
            Some(None) => open = true,
        }
    }
    (!open).then_some(true)
}

/// Why a value, or the first unknown in it, is not known.
pub(super) fn first_reason(value: &Value) -> Option<Reason> {
    let mut open = vec![value];
    let mut visited = 0;
    while let Some(value) = open.pop() {
        visited += 1;
        if visited > 10_000 {
            return None;
        }
        match &value.data {
            Data::Unknown(unknown) => return Some(unknown.reason.clone()),
            Data::List(list) => open.extend(list.iter().rev()),
            Data::Map(map) => open.extend(map.entries().iter().rev().map(|entry| &entry.value)),
            _ => {}
        }
    }
    None
}
