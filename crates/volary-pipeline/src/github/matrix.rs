//! `strategy`: the legs of a job.

use std::sync::Arc;

use volary_model::{Entry, Reason, ReasonKind, Value};

use super::scope::Scope;
use crate::model::{ExprKind, Leg, Setting, Strategy, scalar_text};
use crate::reader::{Reader, entry, whole};

/// The strategy of a job.
pub(super) fn strategy(reader: &mut Reader<'_>, found: &Entry, scope: &Scope) -> Strategy {
    let mut setting = |key: &str| {
        entry(&found.value, key).map(|entry| Setting::of(scope.fill(reader.text(&entry.value)), entry.key_span))
    };
    let mut strategy = Strategy {
        dimensions: Vec::new(),
        legs: None,
        unknown: None,
        fail_fast: setting("fail-fast"),
        max_parallel: setting("max-parallel"),
        at: whole(found),
    };
    let Some(matrix) = entry(&found.value, "matrix") else { return strategy };
    match evaluated(reader, &matrix.value, scope) {
        Ok(value) => fill(reader, &value, scope, &mut strategy),
        Err(reason) => strategy.unknown = Some(reason),
    }
    strategy
}

/// The value, with an expression that is the whole of it put in.
fn evaluated(reader: &mut Reader<'_>, value: &Value, scope: &Scope) -> Result<Value, Reason> {
    if value.as_text().is_none_or(|text| !text.contains("${{")) {
        return Ok(value.clone());
    }
    let text = reader.text(value);
    let hole = text.holes().next().filter(|_| text.pieces.len() == 1);
    match hole.and_then(|hole| hole.expression.as_deref()).map(|expr| scope.reduce(expr)) {
        Some(expr) => match expr.kind {
            ExprKind::Literal(value) => Ok(value),
            _ => Err(super::scope::reason(&expr)),
        },
        None => Ok(scope.fill(text).value()),
    }
}

fn fill(reader: &mut Reader<'_>, matrix: &Value, scope: &Scope, strategy: &mut Strategy) {
    let Some(map) = matrix.as_map() else {
        strategy.unknown = Some(Reason::new(ReasonKind::WrongType, "matrix"));
        return;
    };
    let mut include = Vec::new();
    let mut exclude = Vec::new();
    for dimension in map.entries() {
        let list = match evaluated(reader, &dimension.value, scope) {
            Ok(value) => value.as_list().map(<[Value]>::to_vec),
            Err(reason) => {
                strategy.unknown = Some(reason);
                None
            }
        };
        let mut values = Vec::new();
        for value in list.unwrap_or_default() {
            match evaluated(reader, &value, scope) {
                Ok(value) => values.push(value),
                Err(reason) => strategy.unknown = Some(reason),
            }
        }
        match &*dimension.key {
            "include" => include = values,
            "exclude" => exclude = values,
            _ => strategy.dimensions.push((dimension.key.clone(), values)),
        }
    }
    if strategy.unknown.is_none() {
        strategy.legs = legs(&strategy.dimensions, &include, &exclude, reader.limits.matrix_legs);
        if strategy.legs.is_none() {
            strategy.unknown = Some(Reason::new(ReasonKind::Limit, "more legs of a matrix than are written out"));
        }
    }
}

type Pairs = Vec<(Arc<str>, Value)>;

/// The combinations, less what is excluded, with what is included; `None` where they are too many.
fn legs(dimensions: &[(Arc<str>, Vec<Value>)], include: &[Value], exclude: &[Value], most: usize) -> Option<Vec<Leg>> {
    let mut combinations: Vec<Pairs> = if dimensions.is_empty() { Vec::new() } else { vec![Vec::new()] };
    for (name, values) in dimensions {
        if combinations.len().saturating_mul(values.len()) > most.saturating_mul(16) {
            return None;
        }
        let with = |leg: &Pairs| {
            let extended = |value: &Value| leg.iter().cloned().chain([(name.clone(), value.clone())]).collect();
            values.iter().map(extended).collect::<Vec<Pairs>>()
        };
        combinations = combinations.iter().flat_map(with).collect();
    }
    combinations.retain(|leg| !exclude.iter().any(|rule| agrees(leg, rule, false)));
    let mut added = Vec::new();
    let originals = combinations.clone();
    for rule in include {
        let Some(map) = rule.as_map() else { continue };
        let mut used = false;
        for (leg, original) in combinations.iter_mut().zip(&originals) {
            // An included entry extends every combination whose own values it does not change.
            if agrees(original, rule, true) {
                used = true;
                for entry in map.entries() {
                    match leg.iter_mut().find(|(name, _)| *name == entry.key) {
                        Some((_, value)) => *value = entry.value.clone(),
                        None => leg.push((entry.key.clone(), entry.value.clone())),
                    }
                }
            }
        }
        if !used {
            added.push(map.entries().iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect::<Pairs>());
        }
    }
    combinations.extend(added);
    (combinations.len() <= most).then(|| combinations.into_iter().map(|values| Leg { name: None, values }).collect())
}

/// Whether a combination has the values of a rule. Of an inclusion, keys that it does not have do not count.
fn agrees(leg: &[(Arc<str>, Value)], rule: &Value, inclusion: bool) -> bool {
    let Some(map) = rule.as_map() else { return false };
    map.entries().iter().all(|entry| match leg.iter().find(|(name, _)| *name == entry.key) {
        Some((_, value)) => scalar_text(value).is_some() && scalar_text(value) == scalar_text(&entry.value),
        None => inclusion,
    })
}
