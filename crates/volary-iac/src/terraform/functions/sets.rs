//! Functions on sets. A set is held as a list without duplicates, sorted where its elements are scalars.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Data, Number, Reason, Type, Unknown, Value};

use super::args::{self, Answer, Args, Outcome, Stop, arranged};
use super::collection::{held, member};
use super::compare::{Budget, order};
use super::convert;

/// The elements of a list, each once.
pub(super) enum Unique {
    /// All of them.
    Exact(Vec<Value>),
    /// Whether some are equal depends on something that is not known.
    Open(Reason),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Scalar<'v> {
    Null,
    Bool(bool),
    Number(Number),
    Text(&'v str),
}

fn scalar(value: &Value) -> Option<Scalar<'_>> {
    match &value.data {
        Data::Null => Some(Scalar::Null),
        Data::Bool(truth) => Some(Scalar::Bool(*truth)),
        Data::Number(number) => Some(Scalar::Number(*number)),
        Data::Text(text) => Some(Scalar::Text(text)),
        _ => None,
    }
}

/// Each element once, at its first place.
pub(super) fn unique(args: &Args<'_>, values: &[Value]) -> Unique {
    let mut seen = BTreeSet::new();
    let mut others: Vec<Value> = Vec::new();
    let mut kept: Vec<Value> = Vec::new();
    let mut budget = Budget::new(args.context);
    let unknown = values.iter().any(|value| value.as_unknown().is_some());
    for value in values {
        if let Some(scalar) = scalar(value) {
            if !seen.insert(scalar) {
                continue;
            }
            if unknown && member(&others, value, &mut budget).is_none() {
                return Unique::Open(args::first_reason(values));
            }
        } else {
            // Scalars and collections are never equal; an unknown may equal anything.
            let before = if value.as_unknown().is_some() { &kept } else { &others };
            match member(before, value, &mut budget) {
                Some(true) => continue,
                Some(false) => others.push(value.clone()),
                None => return Unique::Open(args::first_reason(values)),
            }
        }
        kept.push(value.clone());
    }
    Unique::Exact(kept)
}

/// A set of these elements.
pub(super) fn set(args: &Args<'_>, values: &[Value]) -> Outcome {
    let values = convert::unified(values)?;
    args.within(values.len())?;
    match unique(args, &values) {
        Unique::Exact(mut exact) => {
            // Where an unknown element stands in the order cannot be said.
            if exact.len() > 1 && exact.iter().any(|value| value.as_unknown().is_some()) {
                let most = exact.len();
                let reason = args::first_reason(&exact);
                return Ok(args.open_list(exact, reason, Some(most)));
            }
            exact.sort_by(order);
            arranged(exact)
        }
        Unique::Open(reason) => {
            let most = values.len();
            Ok(args.open_list(values, reason, Some(most)))
        }
    }
}

pub(super) fn setunion(args: &Args<'_>) -> Outcome {
    let mut all = Vec::new();
    let mut open = None;
    let mut most = Some(0_usize);
    for index in 0..args.len() {
        match args.list(index) {
            Ok(list) => {
                all.extend_from_slice(list);
                most = most.map(|most| most + list.len());
            }
            Err(Stop::Unknown(reason)) => {
                let value = args.at(index)?;
                all.extend_from_slice(held(value));
                let size = value.as_unknown().and_then(|unknown| unknown.at_most);
                most = most.and_then(|most| Some(most.saturating_add(size? as usize)));
                open = open.or(Some(reason));
            }
            Err(error) => return Err(error),
        }
        args.within(all.len())?;
    }
    match open {
        Some(reason) => Ok(args.open_list(convert::perhaps_texts(&all), reason, most)),
        None => set(args, &all),
    }
}

/// The lists of the arguments with elements of one type.
fn lists(args: &Args<'_>) -> Result<Vec<Vec<Value>>, Stop> {
    let lists: Vec<&[Value]> = (0..args.len()).map(|index| args.list(index)).collect::<Result<_, _>>()?;
    let mut all = convert::unified(lists.iter().copied().flatten())?.into_iter();
    Ok(lists.into_iter().map(|list| all.by_ref().take(list.len()).collect()).collect())
}

/// A list of which nothing is known but how long it is at most.
fn at_most(reason: Reason, most: Option<usize>) -> Outcome {
    let mut unknown = Unknown::new(reason);
    unknown.ty = Type::List(Box::new(Type::Any));
    unknown.not_null = true;
    unknown.at_most = most.and_then(|most| u32::try_from(most).ok());
    Ok(Answer::Made(Data::Unknown(Arc::new(unknown))))
}

/// The answer for elements that are certainly in a set, and others that may be.
fn decided(args: &Args<'_>, certain: Vec<Value>, open: Option<Reason>, most: usize) -> Outcome {
    match open {
        None => set(args, &certain),
        Some(reason) if certain.is_empty() => at_most(reason, Some(most)),
        Some(reason) => Ok(args.open_list(certain, reason, Some(most))),
    }
}

pub(super) fn setintersection(args: &Args<'_>) -> Outcome {
    let lengths = (0..args.len()).filter_map(|index| args.list(index).ok().map(<[Value]>::len));
    let shortest = lengths.min();
    let lists = match lists(args) {
        Ok(lists) => lists,
        Err(Stop::Unknown(_)) if shortest == Some(0) => return arranged(Vec::new()),
        Err(Stop::Unknown(reason)) => return at_most(reason, shortest),
        Err(error) => return Err(error),
    };
    let Some((first, others)) = lists.split_first() else { return Stop::error("there are no sets") };
    let mut budget = Budget::new(args.context);
    let mut certain = Vec::new();
    let mut open = None;
    for value in first {
        let mut all = Some(true);
        for list in others {
            match member(list, value, &mut budget) {
                Some(true) => {}
                Some(false) => {
                    all = Some(false);
                    break;
                }
                None => all = None,
            }
        }
        match all {
            Some(true) => certain.push(value.clone()),
            Some(false) => {}
            None => open = open.or_else(|| Some(args::first_reason(lists.iter().flatten()))),
        }
    }
    decided(args, certain, open, shortest.unwrap_or(0))
}

pub(super) fn setsubtract(args: &Args<'_>) -> Outcome {
    let first = args.list(0)?;
    let lists = match lists(args) {
        Ok(lists) => lists,
        Err(Stop::Unknown(_)) if first.is_empty() => return arranged(Vec::new()),
        Err(Stop::Unknown(reason)) => return at_most(reason, Some(first.len())),
        Err(error) => return Err(error),
    };
    let (Some(first), Some(second)) = (lists.first(), lists.get(1)) else { return Stop::error("a set is missing") };
    let mut budget = Budget::new(args.context);
    let mut certain = Vec::new();
    let mut open = None;
    for value in first {
        match member(second, value, &mut budget) {
            Some(false) => certain.push(value.clone()),
            Some(true) => {}
            None => open = open.or_else(|| Some(args::first_reason(lists.iter().flatten()))),
        }
    }
    decided(args, certain, open, first.len())
}

/// Every combination of one element of each list, the last list going fastest.
pub(super) fn setproduct(args: &Args<'_>) -> Outcome {
    let mut lists: Vec<&[Value]> = Vec::new();
    let mut open = None;
    for index in 0..args.len() {
        match args.list(index) {
            Ok([]) => return arranged(Vec::new()),
            Ok(list) => lists.push(list),
            Err(Stop::Unknown(reason)) => open = open.or(Some(reason)),
            Err(error) => return Err(error),
        }
    }
    if let Some(reason) = open {
        return at_most(reason, None);
    }
    let count = lists.iter().try_fold(1_usize, |count, list| count.checked_mul(list.len()));
    args.within(count.and_then(|count| count.checked_mul(lists.len())).unwrap_or(usize::MAX))?;
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for list in lists {
        let row = |row: &Vec<Value>| -> Vec<Vec<Value>> {
            list.iter().map(|value| row.iter().chain([value]).cloned().collect()).collect()
        };
        rows = rows.iter().flat_map(row).collect();
    }
    arranged(rows.into_iter().map(|row| args.fresh(Data::List(Arc::new(row)))).collect())
}
