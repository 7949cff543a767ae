//! `when` of a stage.

use std::sync::Arc;

use volary_model::{Origin, Role, Value};

use super::syntax::{Call, Expression};
use super::{Builder, calls};
use crate::model::{Comparison, Condition, Expr, ExprKind};

impl Builder<'_, '_> {
    /// The condition of a stage: everything in `when` has to hold.
    pub(super) fn when(&mut self, call: &Call) -> Condition {
        let at = self.source.span(&call.range);
        let mut all = self.conditions(call, 0);
        let expr = if all.len() == 1 { all.remove(0) } else { Expr::new(ExprKind::And(all), at) };
        let text = crate::reader::folded(self.source.slice(&call.range));
        Condition { text: text.into(), at, key: Some(self.source.span(&call.name_range)), expr }
    }

    fn conditions(&mut self, call: &Call, depth: usize) -> Vec<Expr> {
        let mut list = Vec::new();
        for inner in call.block.iter().flat_map(calls) {
            if matches!(inner.name.as_str(), "beforeAgent" | "beforeInput" | "beforeOptions") {
                continue;
            }
            list.push(self.one(inner, depth));
        }
        list
    }

    fn one(&mut self, call: &Call, depth: usize) -> Expr {
        let at = self.source.span(&call.range);
        if depth > 30 {
            let reason = volary_model::Reason::new(volary_model::ReasonKind::Limit, "conditions nested too deep");
            return Expr::new(ExprKind::Unknown(reason), at);
        }
        let kind = match call.name.as_str() {
            "allOf" => ExprKind::And(self.conditions(call, depth + 1)),
            "anyOf" => ExprKind::Or(self.conditions(call, depth + 1)),
            "not" => {
                let mut inner = self.conditions(call, depth + 1);
                let inner = if inner.len() == 1 { inner.remove(0) } else { Expr::new(ExprKind::And(inner), at) };
                ExprKind::Not(Box::new(inner))
            }
            "expression" => return self.expression(call),
            "environment" => {
                let (Some(name), Some(value)) = (call.named("name"), call.named("value")) else {
                    return self.call_expr(call);
                };
                let key: Arc<str> = self.source.text(self.reader, name).canonical().into();
                let left = Expr::new(ExprKind::Name(vec!["env".into(), key]), self.source.span(&name.range));
                ExprKind::Compare(Comparison::Equal, Box::new(left), Box::new(self.literal(value)))
            }
            "equals" => {
                let (Some(expected), Some(actual)) = (call.named("expected"), call.named("actual")) else {
                    return self.call_expr(call);
                };
                let (left, right) = (self.value(actual), self.value(expected));
                ExprKind::Compare(Comparison::Equal, Box::new(left), Box::new(right))
            }
            _ => return self.call_expr(call),
        };
        Expr::new(kind, at)
    }

    /// `branch 'main'`, `tag 'v*'`, `changeset 'src/**'`: a function with its arguments; a named one other than `pattern`
    /// follows as name and value.
    fn call_expr(&mut self, call: &Call) -> Expr {
        let at = self.source.span(&call.range);
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            match &argument.name {
                Some((name, range)) if name != "pattern" => {
                    let origin = Origin::at(self.source.span(range), Role::Attribute);
                    let name = Value::text(name.as_str(), origin);
                    arguments.push(Expr::new(ExprKind::Literal(name), self.source.span(range)));
                }
                _ => {}
            }
            arguments.push(self.literal(&argument.value));
        }
        Expr::new(ExprKind::Call(call.name.to_ascii_lowercase().into(), arguments), at)
    }

    fn literal(&mut self, value: &Expression) -> Expr {
        let at = self.source.span(&value.range);
        let text = self.source.text(self.reader, value);
        match text.holes().next() {
            Some(hole) => match hole.expression.as_deref().filter(|_| text.pieces.len() == 1) {
                Some(expr) => expr.clone(),
                None => Expr::new(ExprKind::Unknown(hole.reason.clone()), at),
            },
            None => Expr::new(ExprKind::Literal(text.value()), at),
        }
    }

    fn value(&mut self, value: &Expression) -> Expr {
        self.groovy(&value.range)
    }

    /// `expression { ... }`: what the last statement says.
    fn expression(&mut self, call: &Call) -> Expr {
        let at = self.source.span(&call.range);
        let Some(block) = &call.block else { return self.call_expr(call) };
        let inner = block.range.start + 1..block.range.end.saturating_sub(1).max(block.range.start + 1);
        let [statement] = block.statements.as_slice() else {
            // A condition without `return` is no statement of its own to the reader of steps.
            let whole = self.groovy(&inner);
            if !matches!(whole.kind, ExprKind::Unknown(_)) {
                return whole;
            }
            let about = crate::reader::folded(self.source.slice(&inner));
            let reason = volary_model::Reason::new(volary_model::ReasonKind::NotEvaluated, about);
            return Expr::new(ExprKind::Unknown(reason), at);
        };
        let mut range = statement.range.clone();
        if let super::syntax::StatementKind::Leave { value: Some(value), .. } = &statement.kind {
            range = value.range.start..range.end;
        }
        self.groovy(&range)
    }

    /// A condition of Groovy with what names stand for; what the grammar does not have is not known.
    pub(super) fn groovy(&mut self, range: &std::ops::Range<usize>) -> Expr {
        self.source.condition(self.reader, range)
    }
}
