//! Functions on lists.

use std::sync::Arc;

use volary_model::{Data, Number, Reason, Type, Unknown, Value};

use super::args::{self, Answer, Args, Outcome, Stop, arranged};
use super::compare::{Budget, equal, sorted};
use super::known::either;
use super::sets::{self, Unique};
use super::{convert, text};

/// What an unknown list certainly holds.
pub(super) fn held(value: &Value) -> &[Value] {
    value.holds().and_then(Value::as_list).unwrap_or_default()
}

/// Whether a list has an element equal to a value.
pub(super) fn member(list: &[Value], wanted: &Value, budget: &mut Budget) -> Option<bool> {
    let mut open = false;
    for value in list {
        match equal(value, wanted, budget) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    (!open).then_some(false)
}

/// A value that is one of these.
pub(super) fn one_of(values: &[&Value], reason: Reason) -> Outcome {
    Ok(Answer::Made(Data::Unknown(Arc::new(either(values, reason)))))
}

fn element_of(ty: &Type, reason: &Reason) -> Unknown {
    let mut unknown = Unknown::new(reason.clone());
    if let Type::List(inner) | Type::Map(inner) = ty {
        unknown.ty = (**inner).clone();
    }
    unknown
}

fn unknown_element(list: &Unknown) -> Outcome {
    Ok(Answer::Made(Data::Unknown(Arc::new(element_of(&list.ty, &list.reason)))))
}

pub(super) fn alltrue(args: &Args<'_>) -> Outcome {
    quantified(args, false)
}

pub(super) fn anytrue(args: &Args<'_>) -> Outcome {
    quantified(args, true)
}

/// True where one element is `decisive`, for any; false where one is, for all. Null counts as false.
fn quantified(args: &Args<'_>, decisive: bool) -> Outcome {
    let (list, mut open) = match args.list(0) {
        Ok(list) => (list, None),
        Err(Stop::Unknown(reason)) => (held(args.at(0)?), Some(reason)),
        Err(error) => return Err(error),
    };
    let mut decided = false;
    // To the end: an element that is no truth value is an error wherever it stands.
    for value in list {
        match convert::to_bool(value) {
            Ok(truth) => decided |= truth == decisive,
            Err(_) if value.is_null() => decided |= !decisive,
            Err(Stop::Unknown(reason)) => open = open.or(Some(reason)),
            Err(error) => return Err(error),
        }
    }
    match open {
        _ if decided => args::truth(decisive),
        Some(reason) => Err(Stop::Unknown(reason)),
        None => args::truth(!decisive),
    }
}

pub(super) fn chunklist(args: &Args<'_>) -> Outcome {
    let list = args.list(0)?;
    let size = args.integer(1)?;
    let Ok(size) = usize::try_from(size) else { return Stop::error("the size is negative") };
    let size = if size == 0 { list.len().max(1) } else { size };
    arranged(list.chunks(size).map(|chunk| args.fresh(Data::List(Arc::new(chunk.to_vec())))).collect())
}

pub(super) fn coalesce(args: &Args<'_>) -> Outcome {
    let mut candidates: Vec<Value> = Vec::new();
    for value in convert::unified(args.values)? {
        let certain = match &value.data {
            Data::Null => continue,
            Data::Text(text) if text.is_empty() => continue,
            Data::Unknown(unknown) => {
                let never_empty = !matches!(unknown.ty, Type::Text | Type::Any) || unknown.not_empty;
                unknown.not_null && never_empty
            }
            _ => true,
        };
        if certain && candidates.is_empty() {
            return Ok(Answer::Part(value));
        }
        candidates.push(value);
        if certain {
            break;
        }
    }
    if candidates.is_empty() {
        return Stop::error("all arguments are null or empty");
    }
    let candidates: Vec<&Value> = candidates.iter().collect();
    let mut result = either(&candidates, args::first_reason(candidates.iter().copied()));
    result.not_null = true;
    result.not_empty |= result.ty == Type::Text;
    Ok(Answer::Made(Data::Unknown(Arc::new(result))))
}

pub(super) fn coalescelist(args: &Args<'_>) -> Outcome {
    for index in 0..args.len() {
        let value = args.at(index)?;
        match &value.data {
            Data::Null => {}
            Data::List(list) if list.is_empty() => {}
            Data::List(_) => return Ok(Answer::Part(value.clone())),
            Data::Unknown(unknown) if unknown.not_null && unknown.not_empty => {
                return Ok(Answer::Part(value.clone()));
            }
            Data::Unknown(unknown) if unknown.at_most == Some(0) => {}
            Data::Unknown(unknown) => {
                let mut result = Unknown::new(unknown.reason.clone());
                result.ty = Type::List(Box::new(Type::Any));
                result.not_null = true;
                result.not_empty = true;
                return Ok(Answer::Made(Data::Unknown(Arc::new(result))));
            }
            _ => return Stop::error("an argument is no list"),
        }
    }
    Stop::error("all lists are empty")
}

pub(super) fn compact(args: &Args<'_>) -> Outcome {
    let (list, mut open, most) = match args.list(0) {
        Ok(list) => (list, None, Some(list.len())),
        Err(Stop::Unknown(reason)) => {
            let most = args.at(0)?.as_unknown().and_then(|unknown| unknown.at_most).map(|most| most as usize);
            (held(args.at(0)?), Some(reason), most)
        }
        Err(error) => return Err(error),
    };
    let mut kept = Vec::with_capacity(list.len());
    for value in list {
        let value = convert::as_element(value);
        match &value.data {
            Data::Text(text) if !text.is_empty() => kept.push(value),
            Data::Null | Data::Text(_) => {}
            Data::Unknown(unknown) if unknown.not_null && unknown.not_empty => kept.push(value),
            Data::Unknown(unknown) => open = open.or_else(|| Some(unknown.reason.clone())),
            _ => return Stop::error("an element is no text"),
        }
    }
    match open {
        Some(reason) => Ok(args.open_list(kept, reason, most)),
        None => arranged(kept),
    }
}

pub(super) fn concat(args: &Args<'_>) -> Outcome {
    let mut all: Vec<Value> = Vec::new();
    let mut open = None;
    let mut most = Some(0_usize);
    let mut not_empty = false;
    for index in 0..args.len() {
        match args.list(index) {
            Ok(list) => {
                args.within(all.len().saturating_add(list.len()))?;
                all.extend_from_slice(list);
                most = most.map(|most| most + list.len());
            }
            Err(Stop::Unknown(reason)) => {
                let value = args.at(index)?;
                let unknown = value.as_unknown();
                let size = unknown.and_then(|unknown| unknown.at_most);
                most = most.and_then(|most| Some(most.saturating_add(size? as usize)));
                not_empty |= unknown.is_some_and(|unknown| unknown.not_empty);
                args.within(all.len().saturating_add(held(value).len()))?;
                all.extend_from_slice(held(value));
                open = open.or(Some(reason));
            }
            Err(error) => return Err(error),
        }
    }
    match open {
        None => arranged(all),
        Some(reason) => Ok(match args.open_list(all, reason, most) {
            Answer::Open(mut unknown, holds) => {
                unknown.not_empty |= not_empty;
                Answer::Open(unknown, holds)
            }
            other => other,
        }),
    }
}

pub(super) fn contains(args: &Args<'_>) -> Outcome {
    let wanted = args.at(1)?;
    let mut budget = Budget::new(args.context);
    match args.list(0) {
        Ok(list) => match member(list, wanted, &mut budget) {
            Some(truth) => args::truth(truth),
            None => Err(Stop::Unknown(args::first_reason(list.iter().chain([wanted])))),
        },
        Err(Stop::Unknown(reason)) => match member(held(args.at(0)?), wanted, &mut budget) {
            Some(true) => args::truth(true),
            _ => Err(Stop::Unknown(reason)),
        },
        Err(error) => Err(error),
    }
}

pub(super) fn distinct(args: &Args<'_>) -> Outcome {
    let list = args.list(0)?;
    let values = convert::unified(list)?;
    match sets::unique(args, &values) {
        Unique::Exact(values) => arranged(values),
        Unique::Open(reason) => {
            let most = values.len();
            Ok(args.open_list(values, reason, Some(most)))
        }
    }
}

pub(super) fn element(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    if let Data::Unknown(unknown) = &value.data {
        return unknown_element(unknown);
    }
    let list = args.list(0)?;
    if list.is_empty() {
        return Stop::error("the list is empty");
    }
    match args.integer(1) {
        Ok(index) => {
            let index = index.rem_euclid(list.len() as i64) as usize;
            Ok(Answer::Part(list[index].clone()))
        }
        Err(Stop::Unknown(reason)) => one_of(&list.iter().collect::<Vec<_>>(), reason),
        Err(error) => Err(error),
    }
}

pub(super) fn flatten(args: &Args<'_>) -> Outcome {
    let list = args.list(0)?;
    let mut flat = Vec::new();
    let mut open = None;
    // The lists begun, innermost last, each with its next element.
    let mut begun: Vec<std::slice::Iter<'_, Value>> = vec![list.iter()];
    let mut nodes = args.context.limits.nodes;
    while let Some(inner) = begun.last_mut() {
        let Some(value) = inner.next() else {
            begun.pop();
            continue;
        };
        nodes = nodes.checked_sub(1).ok_or_else(|| Stop::limit("a list is too large"))?;
        match &value.data {
            Data::List(list) => {
                if begun.len() > args.context.limits.depth as usize {
                    return Err(Stop::limit("a list is nested too deeply"));
                }
                begun.push(list.iter());
            }
            Data::Unknown(unknown) if matches!(unknown.ty, Type::Any | Type::List(_)) => {
                open.get_or_insert_with(|| unknown.reason.clone());
                begun.push(held(value).iter());
            }
            _ => {
                flat.push(value.clone());
                args.within(flat.len())?;
            }
        }
    }
    match open {
        Some(reason) => Ok(args.open_list(flat, reason, None)),
        None => arranged(flat),
    }
}

pub(super) fn index(args: &Args<'_>) -> Outcome {
    let (list, wanted) = (args.list(0)?, args.at(1)?);
    let mut budget = Budget::new(args.context);
    for (index, value) in list.iter().enumerate() {
        match equal(value, wanted, &mut budget) {
            Some(true) => return args::number(Number::Int(index as i64)),
            Some(false) => {}
            None => return Err(Stop::Unknown(args::first_reason([value, wanted]))),
        }
    }
    Stop::error("the value is not in the list")
}

pub(super) fn length(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::List(list) => args::number(Number::Int(list.len() as i64)),
        Data::Map(map) => args::number(Number::Int(sorted(map).len() as i64)),
        Data::Text(_) => args::number(text::length_of(value)?),
        Data::Unknown(unknown) if unknown.at_most == Some(0) && !matches!(unknown.ty, Type::Any | Type::Text) => {
            args::number(Number::Int(0))
        }
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
        _ => Stop::error("the argument has no length"),
    }
}

pub(super) fn list(args: &Args<'_>) -> Outcome {
    arranged(convert::unified(args.values)?)
}

pub(super) fn one(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::List(list) => match list.as_slice() {
            [] => Ok(Answer::Made(Data::Null)),
            [value] => Ok(Answer::Part(value.clone())),
            _ => Stop::error("the list has more than one element"),
        },
        Data::Unknown(unknown) if unknown.at_most == Some(0) => Ok(Answer::Made(Data::Null)),
        Data::Unknown(unknown) => match held(value) {
            // Whatever else there could be would be an error.
            [value, ..] => Ok(Answer::Part(value.clone())),
            [] => unknown_element(unknown),
        },
        _ => {
            args.list(0)?;
            Stop::error("the argument is no list")
        }
    }
}

pub(super) fn range(args: &Args<'_>) -> Outcome {
    let (start, end) = match args.len() {
        1 => (Number::Int(0), args.number(0)?),
        _ => (args.number(0)?, args.number(1)?),
    };
    let step = match args.len() {
        3 => args.number(2)?,
        _ if end < start => Number::Int(-1),
        _ => Number::Int(1),
    };
    let (start, end, step) = (start.as_f64(), end.as_f64(), step.as_f64());
    if step == 0.0 || (step > 0.0 && end < start) || (step < 0.0 && end > start) {
        return Stop::error("the step does not lead to the end");
    }
    let mut values = Vec::new();
    loop {
        let next = step.mul_add(values.len() as f64, start);
        if if step > 0.0 { next >= end } else { next <= end } {
            return arranged(values);
        }
        // Terraform's own limit.
        if values.len() >= 1024 {
            return Stop::error("a range has at most 1024 elements");
        }
        values.push(args.fresh(Data::Number(Number::from_f64(next))));
    }
}

pub(super) fn reverse(args: &Args<'_>) -> Outcome {
    arranged(args.list(0)?.iter().rev().cloned().collect())
}

pub(super) fn slice(args: &Args<'_>) -> Outcome {
    let list = args.list(0)?;
    let bound = |index| -> Result<usize, Stop> {
        let at = args.integer(index)?;
        usize::try_from(at)
            .ok()
            .filter(|at| *at <= list.len())
            .ok_or_else(|| Stop::Error("an index is outside of the list".to_owned()))
    };
    let (start, end) = (bound(1)?, bound(2)?);
    match list.get(start..end) {
        Some(part) => arranged(part.to_vec()),
        None => Stop::error("the start lies after the end"),
    }
}

pub(super) fn sort(args: &Args<'_>) -> Outcome {
    let list = args.list(0)?;
    let mut texts = Vec::with_capacity(list.len());
    let mut open = None;
    for value in list {
        match convert::to_text(value) {
            Ok(text) => texts.push(Value { data: Data::Text(text), ..value.clone() }),
            Err(Stop::Unknown(reason)) => {
                open = open.or(Some(reason));
                texts.push(convert::as_element(value));
            }
            Err(Stop::Error(about)) => return Stop::error(format!("an element {about}")),
        }
    }
    match open {
        Some(reason) if list.len() > 1 => Ok(args.open_list(texts, reason, Some(list.len()))),
        _ => {
            texts.sort_by(super::compare::order);
            arranged(texts)
        }
    }
}
