//! The parts of conditions that a run does not decide.

use std::sync::Arc;

use volary_pipeline::{Activation, Condition, Expr, ExprKind, RefFilter, Text};

use super::canonical::question;
use super::truth::Ask;
use crate::tri::Tri;

/// Nesting that is followed.
const DEPTH: usize = 150;

/// Every expression of an activation.
pub(super) fn expressions<'a>(activation: &'a Activation) -> Vec<&'a Expr> {
    let mut found: Vec<&'a Expr> = activation.guards.iter().map(|guard| &*guard.expr).collect();
    let filters = activation.only.iter().chain(&activation.except);
    let rules = activation.rules.iter().flat_map(|rules| &rules.rules);
    let conditions = activation.condition.iter().chain(rules.filter_map(|rule| rule.condition.as_ref()));
    let conditions = conditions.chain(filters.flat_map(|filter: &RefFilter| &filter.variables));
    found.extend(conditions.map(|condition: &Condition| &condition.expr));
    found
}

/// Questions about files of an activation: the word and the paths.
pub(super) fn files(activation: &Activation) -> Vec<(&'static str, &Vec<Text>)> {
    let mut found = Vec::new();
    for rule in activation.rules.iter().flat_map(|rules| &rules.rules) {
        found.extend(rule.changes.as_ref().map(|paths| ("changes", paths)));
        found.extend(rule.exists.as_ref().map(|paths| ("exists", paths)));
    }
    for filter in activation.only.iter().chain(&activation.except) {
        found.extend(filter.changes.as_ref().map(|paths| ("changes", paths)));
    }
    found
}

/// The parts that are not decided, each question once, in the order in which they are written.
pub(super) fn open<'e>(ask: &Ask<'_>, exprs: &[&'e Expr]) -> Vec<(Arc<str>, &'e Expr)> {
    let mut found: Vec<(Arc<str>, &'e Expr)> = Vec::new();
    for expr in exprs {
        collect(ask, expr, 0, &mut found);
    }
    found
}

fn collect<'e>(ask: &Ask<'_>, expr: &'e Expr, depth: usize, found: &mut Vec<(Arc<str>, &'e Expr)>) {
    // More than this many questions are beyond all classes.
    if depth > DEPTH || found.len() >= 500 || ask.truth(expr) != Tri::Unknown {
        return;
    }
    match &expr.kind {
        ExprKind::Not(inner) => collect(ask, inner, depth + 1, found),
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            for part in parts {
                collect(ask, part, depth + 1, found);
            }
        }
        ExprKind::Status(..) => {}
        _ => {
            let (key, _) = question(expr, ask.platform);
            if !found.iter().any(|(known, _)| **known == *key) {
                found.push((key.into(), expr));
            }
        }
    }
}
