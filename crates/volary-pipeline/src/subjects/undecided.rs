//! Inputs that an expression decides, and what it is in a run for a tag: a cache that is off in releases does no harm.

use volary_model::{Span, Value};

use super::Builder;
use super::value::{entry, list_at, map_at, text_at};
use crate::{Comparison, Event, Expr, ExprKind, Input};

/// Most inputs of one step that are described.
const MAX_INPUTS: usize = 50;

/// What starts a run for a tag.
#[derive(Clone, Copy)]
struct Start {
    push: bool,
    release: bool,
}

impl Builder<'_> {
    /// The list `undecided_inputs`: `name` and `on_tag`, which is `true`, `false` or `open`.
    pub(super) fn undecided_inputs(&self, inputs: &[Input], header: Span) -> Value {
        let has = |test: fn(&crate::Trigger) -> bool| self.pipeline.triggers.iter().any(test);
        let start = Start {
            push: has(|one| one.event == Event::Push && one.tags.include.is_some()),
            release: has(|one| one.event == Event::Release),
        };
        let mut found = Vec::new();
        for input in inputs.iter().take(MAX_INPUTS) {
            let Some(hole) = input.text.holes().next() else { continue };
            let at = input.key.unwrap_or(hole.at);
            let truth = match (&hole.expression, input.text.pieces.len()) {
                (Some(expr), 1) => on_tag(expr, start),
                _ => None,
            };
            let truth = truth.map_or("open", |truth| if truth { "true" } else { "false" });
            let fields =
                vec![entry("name", text_at(input.name.to_lowercase(), at)), entry("on_tag", text_at(truth, at))];
            found.push(map_at(fields, at));
        }
        list_at(found, header)
    }
}

/// The truth of an expression in a run for a tag. Nesting is bounded where expressions are read.
fn on_tag(expr: &Expr, start: Start) -> Option<bool> {
    match &expr.kind {
        ExprKind::Literal(value) => crate::expression::truth(value),
        ExprKind::Not(inner) => on_tag(inner, start).map(|truth| !truth),
        ExprKind::And(list) => all(list, start),
        ExprKind::Or(list) => {
            let parts: Vec<Option<bool>> = list.iter().map(|expr| on_tag(expr, start)).collect();
            if parts.contains(&Some(true)) {
                return Some(true);
            }
            parts.iter().all(|part| *part == Some(false)).then_some(false)
        }
        ExprKind::Call(name, arguments) if &**name == "startswith" => {
            let [subject, prefix] = arguments.as_slice() else { return None };
            let prefix = prefix.literal()?.as_text()?;
            match subject.name()?.to_lowercase().as_str() {
                "github.ref" if prefix.starts_with("refs/tags/") || "refs/tags/".starts_with(prefix) => {
                    (prefix.len() <= "refs/tags/".len()).then_some(true)
                }
                "github.ref" => Some(false),
                _ => None,
            }
        }
        ExprKind::Compare(how @ (Comparison::Equal | Comparison::NotEqual), left, right) => {
            let (name, value) = match (left.name(), right.literal(), left.literal(), right.name()) {
                (Some(name), Some(value), ..) | (_, _, Some(value), Some(name)) => (name, value.as_text()?),
                _ => return None,
            };
            let equal = match name.to_lowercase().as_str() {
                "github.ref_type" => value.eq_ignore_ascii_case("tag"),
                "github.ref" if value.starts_with("refs/heads/") => false,
                "github.event_name" => match (value, start.push, start.release) {
                    ("push", true, false) | ("release", false, true) => true,
                    ("push" | "release", true, true) => return None,
                    _ => false,
                },
                _ => return None,
            };
            Some(equal == (*how == Comparison::Equal))
        }
        _ => None,
    }
}

fn all(list: &[Expr], start: Start) -> Option<bool> {
    let parts: Vec<Option<bool>> = list.iter().map(|expr| on_tag(expr, start)).collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    parts.iter().all(|part| *part == Some(true)).then_some(true)
}
