//! Equality and order of values that may not be known.

use std::cmp::Ordering;

use volary_model::{Data, Map, Value};

use super::Call;
use super::known::admits;

/// Work left for comparing.
pub(super) struct Budget {
    nodes: u32,
    depth: u32,
}

impl Budget {
    pub(super) fn new(context: &Call<'_>) -> Self {
        Self { nodes: context.limits.nodes, depth: context.limits.depth }
    }
}

/// Whether two values are equal; `None` where unknown parts, or the limits, leave it open. Values of different types are
/// different, as in Terraform.
pub(super) fn equal(a: &Value, b: &Value, budget: &mut Budget) -> Option<bool> {
    budget.nodes = budget.nodes.checked_sub(1)?;
    match (&a.data, &b.data) {
        (Data::Unknown(a), Data::Unknown(b)) => {
            let (a_start, b_start) = (a.prefix().as_bytes(), b.prefix().as_bytes());
            let (a_end, b_end) = (a.suffix().as_bytes(), b.suffix().as_bytes());
            let texts = a.not_null && b.not_null && a.ty == volary_model::Type::Text && a.ty == b.ty;
            let differ = a_start.iter().zip(b_start).any(|(a, b)| a != b)
                || a_end.iter().rev().zip(b_end.iter().rev()).any(|(a, b)| a != b);
            (texts && differ).then_some(false)
        }
        (Data::Unknown(unknown), _) => (!admits(unknown, b)).then_some(false),
        (_, Data::Unknown(unknown)) => (!admits(unknown, a)).then_some(false),
        (Data::Null, Data::Null) => Some(true),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::Text(a), Data::Text(b)) => Some(a == b),
        (Data::List(a), Data::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            budget.depth = budget.depth.checked_sub(1)?;
            let result = every(a.iter().zip(b.iter()), budget);
            budget.depth += 1;
            result
        }
        (Data::Map(a), Data::Map(b)) => {
            let (a, b) = (sorted(a), sorted(b));
            if a.len() != b.len() || a.iter().zip(&b).any(|((a, _), (b, _))| a != b) {
                return Some(false);
            }
            budget.depth = budget.depth.checked_sub(1)?;
            let result = every(a.iter().map(|(_, value)| *value).zip(b.iter().map(|(_, value)| *value)), budget);
            budget.depth += 1;
            result
        }
        _ => Some(false),
    }
}

fn every<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>, budget: &mut Budget) -> Option<bool> {
    let mut open = false;
    for (a, b) in pairs {
        match equal(a, b, budget) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => open = true,
        }
    }
    (!open).then_some(true)
}

/// The keys and values of a map sorted by key, each key once with its last value: the order in which Terraform goes
/// through maps.
pub(super) fn sorted(map: &Map) -> Vec<(&str, &Value)> {
    let mut all: Vec<(&str, &Value)> = map.entries().iter().map(|entry| (&*entry.key, &entry.value)).collect();
    all.sort_by(|a, b| a.0.cmp(b.0));
    let mut unique: Vec<(&str, &Value)> = Vec::with_capacity(all.len());
    for (key, value) in all {
        match unique.last_mut() {
            Some(last) if last.0 == key => *last = (key, value),
            _ => unique.push((key, value)),
        }
    }
    unique
}

/// The order of scalars in sets.
pub(super) fn order(a: &Value, b: &Value) -> Ordering {
    match (&a.data, &b.data) {
        (Data::Text(a), Data::Text(b)) => a.cmp(b),
        (Data::Number(a), Data::Number(b)) => a.cmp(b),
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
