//! `condition` of stages, jobs and steps.

use std::sync::Arc;

use volary_model::{Origin, Reason, ReasonKind, Role, Value};

use super::build::{Builder, text_of};
use super::node::{Context, Node};
use crate::expression::Grammar;
use crate::model::{Activation, Condition, Expr, ExprKind, Hole, Piece, Text};

/// How a hole stands in the text that is parsed: a name that nothing else has.
const MARK: &str = "hole__";

impl Builder<'_, '_> {
    /// When something runs: the conditions it is read under, and its own.
    pub(super) fn activation(&mut self, node: &Node, context: &Context) -> Activation {
        let mut activation = Activation { guards: context.guards.to_vec(), ..Activation::default() };
        if let Some(pair) = node.pair("condition")
            && let Some(text) = text_of(pair)
        {
            activation.condition = Some(self.condition(&text, Some(pair.key_at)));
        }
        activation
    }

    fn condition(&mut self, text: &Text, key: Option<volary_model::Span>) -> Condition {
        let at = text.span().unwrap_or(self.pipeline.at);
        let shown: Arc<str> = text.canonical().trim().into();
        if shown.is_empty() {
            let origin = text.origin.clone();
            let nothing = Value::new(volary_model::Data::Null, origin);
            return Condition { text: shown, at, key, expr: Expr::new(ExprKind::Literal(nothing), at) };
        }
        // Conditions that template expressions put together are parsed as they are put together.
        let mut source = String::new();
        let mut places = Vec::new();
        let mut holes: Vec<&Hole> = Vec::new();
        for piece in &text.pieces {
            let start = source.len();
            match piece {
                Piece::Known(known) => {
                    source.push_str(&known.text);
                    places.push((start..source.len(), known.at, known.exact));
                }
                Piece::Hole(hole) => {
                    source.push_str(&format!("{MARK}{}", holes.len()));
                    holes.push(hole);
                    places.push((start..source.len(), hole.at, false));
                }
            }
        }
        // `condition: $[ ... ]` is the expression in the brackets.
        let trimmed = source.trim();
        let inner = trimmed.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(trimmed);
        let offset = source.find(inner).unwrap_or(0);
        let place = |range: std::ops::Range<usize>| {
            let (start, end) = (range.start + offset, range.end + offset);
            let of = |byte: usize| places.iter().find(|(range, ..)| range.start <= byte && byte < range.end);
            let Some((range, span, exact)) = of(start).or(places.last()) else { return at };
            if *exact && end <= range.end {
                let from = span.start + (start - range.start) as u32;
                return volary_model::Span { start: from, end: from + (end - start) as u32, ..*span };
            }
            match of(end.saturating_sub(1)) {
                Some((_, last, _)) => span.to(*last),
                None => *span,
            }
        };
        let expr = self.reader.parse(inner, Grammar::Functions, &place);
        let followed: Vec<(volary_model::Span, &Origin)> = text
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Known(known) => known.from.as_deref().map(|from| (known.at, from)),
                Piece::Hole(_) => None,
            })
            .collect();
        let expr = restored(expr, &holes, &followed);
        Condition { text: shown, at, key, expr }
    }
}

/// The expression with its holes put back as what they are, and literals that were followed with where they come from.
/// The parser bounds the depth.
fn restored(expr: Expr, holes: &[&Hole], followed: &[(volary_model::Span, &Origin)]) -> Expr {
    let at = expr.at;
    let again = |expr: Expr| restored(expr, holes, followed);
    let all = |list: Vec<Expr>| list.into_iter().map(again).collect::<Vec<_>>();
    let kind = match expr.kind {
        ExprKind::Name(parts) => match hole(&parts[0], holes) {
            Some(hole) if parts.len() == 1 => return of_hole(hole),
            _ => ExprKind::Name(parts),
        },
        ExprKind::Literal(value) => {
            if let Some(text) = value.as_text().filter(|text| text.contains(MARK)) {
                if let Some(hole) = hole(text, holes) {
                    return of_hole(hole);
                }
                let found = holes.iter().find(|_| true);
                let reason = found
                    .map_or_else(|| Reason::new(ReasonKind::NotEvaluated, text.to_owned()), |hole| hole.reason.clone());
                return Expr::new(ExprKind::Unknown(reason), at);
            }
            match followed.iter().find(|(place, _)| *place == at || place.contains(&at)) {
                Some((_, origin)) => {
                    let origin = Origin::through(at, Role::ModuleArgument, origin);
                    ExprKind::Literal(Value { origin, ..value })
                }
                None => ExprKind::Literal(value),
            }
        }
        ExprKind::Index(a, b) => ExprKind::Index(Box::new(again(*a)), Box::new(again(*b))),
        ExprKind::Compare(comparison, a, b) => ExprKind::Compare(comparison, Box::new(again(*a)), Box::new(again(*b))),
        ExprKind::Not(a) => ExprKind::Not(Box::new(again(*a))),
        ExprKind::And(list) => ExprKind::And(all(list)),
        ExprKind::Or(list) => ExprKind::Or(all(list)),
        ExprKind::Call(name, list) => ExprKind::Call(name, all(list)),
        ExprKind::Status(status, list) => ExprKind::Status(status, all(list)),
        other => other,
    };
    Expr::new(kind, at)
}

fn hole<'h>(name: &str, holes: &[&'h Hole]) -> Option<&'h Hole> {
    let index: usize = name.strip_prefix(MARK)?.parse().ok()?;
    holes.get(index).copied()
}

fn of_hole(hole: &Hole) -> Expr {
    match hole.expression.as_deref() {
        Some(expr) => Expr::new(expr.kind.clone(), hole.at),
        None => Expr::new(ExprKind::Unknown(hole.reason.clone()), hole.at),
    }
}
