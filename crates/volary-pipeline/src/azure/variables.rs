//! `variables` of pipelines, stages and jobs.

use std::sync::Arc;

use volary_model::{Reason, ReasonKind};

use super::build::{Builder, setting, text, text_of};
use super::node::{Context, Node, Pair, joined};
use crate::expression::Grammar;
use crate::model::{HiddenPlace, Hole, Piece, Syntax, Text, UsesKind, Variable, VariableKind};
use crate::reader::{folded, hole_text, reason_of};

impl Builder<'_, '_> {
    /// Variables in either form, those of templates included.
    pub(super) fn variables(&mut self, node: &Node, context: &Context) -> Vec<Variable> {
        let mut variables = Vec::new();
        self.add_variables(node, context, &mut variables);
        variables
    }

    fn add_variables(&mut self, node: &Node, context: &Context, into: &mut Vec<Variable>) {
        for pair in node.pairs() {
            let Some(value) = text_of(&Pair { guards: Arc::new([]), ..pair.clone() }) else { continue };
            let name =
                Text::literal(pair.key.clone(), volary_model::Origin::at(pair.key_at, volary_model::Role::Attribute));
            let value = self.runtime(value);
            let guards = joined(&context.guards, &pair.guards);
            into.push(self.variable(name, pair.key_at, VariableKind::Plain, value, &guards, context));
        }
        for item in node.items() {
            let inner = context.under(&item.guards);
            let guards = inner.guards.clone();
            let node = &item.node;
            if node.pair("template").is_some() {
                self.variable_template(node, &inner, into);
            } else if let Some(group) = text(node, "group") {
                let at = group.span().unwrap_or_else(|| node.span());
                let about = format!("the variables of the group {}", group.canonical());
                let value = hole_text(
                    &volary_model::Value::at(volary_model::Data::Null, at),
                    Reason::new(ReasonKind::PlatformVariable, about),
                );
                into.push(self.variable(group, at, VariableKind::Group, value, &guards, context));
            } else if let Some(name) = text(node, "name") {
                let at = name.span().unwrap_or_else(|| node.span());
                let value = text(node, "value").unwrap_or_else(|| Text::literal("", node.origin.clone()));
                let value = self.runtime(value);
                let mut variable = self.variable(name, at, VariableKind::Plain, value, &guards, context);
                variable.readonly = setting(node, "readonly");
                into.push(variable);
            } else {
                // `- ${{ if }}:` over a map gives entries.
                self.add_variables(node, &inner, into);
            }
        }
    }

    fn variable(
        &self,
        name: Text,
        at: volary_model::Span,
        kind: VariableKind,
        value: Text,
        guards: &[crate::model::Guard],
        context: &Context,
    ) -> Variable {
        Variable { name, at, kind, value, readonly: None, guards: guards.to_vec(), through: context.through.clone() }
    }

    fn variable_template(&mut self, node: &Node, context: &Context, into: &mut Vec<Variable>) {
        match self.open(node, UsesKind::Template, context) {
            Ok(opened) => {
                for pair in opened.body.pairs().iter().filter(|pair| &*pair.key == "variables") {
                    let context = opened.context.under(&pair.guards);
                    self.add_variables(&pair.node, &context, into);
                    let known = into.clone();
                    self.add_statics(&known);
                }
            }
            Err(missing) => {
                let (uses, reason) = *missing;
                self.hidden(&uses, &reason, HiddenPlace::Variables);
                let value = hole_text(&volary_model::Value::at(volary_model::Data::Null, uses.at), reason);
                let guards = context.guards.clone();
                into.push(self.variable(uses.written.clone(), uses.at, VariableKind::Hidden, value, &guards, context));
            }
        }
    }

    /// `$[ ... ]`, which is a whole value.
    pub(super) fn runtime(&mut self, text: Text) -> Text {
        let canonical = text.canonical();
        let trimmed = canonical.trim();
        let Some(inner) = trimmed.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')) else { return text };
        let at = text.span().unwrap_or(self.pipeline.at);
        let shown: Arc<str> = folded(inner).into();
        // What template expressions left open cannot be parsed as a part of this one.
        let expr = if text.holes().next().is_some() {
            None
        } else {
            Some(self.reader.parse(inner, Grammar::Functions, &|_| at))
        };
        let reason = match &expr {
            Some(expr) => reason_of(expr, &shown),
            None => Reason::new(ReasonKind::RunTime, shown.clone()),
        };
        let hole =
            Hole { syntax: Syntax::Runtime, text: shown, expression: expr.map(Arc::new), at, reason, usually: None };
        Text { pieces: vec![Piece::Hole(hole)], origin: text.origin, data: None }
    }
}
