//! What names in template expressions stand for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Origin, Role, Value};

use super::node::{Node, NodeData, Pair};
use crate::expression::{Known, reduce};
use crate::model::{Expr, ExprKind, Parameter, Platform, Text, scalar_text};

/// What a parameter is.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// What the caller passes, or the default of a template that is called without it.
    Given(Node),
    /// Chosen when the pipeline starts; with its default.
    Open(Option<Node>),
}

/// The names that can be followed at one place of a template.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// By name in lower case; the name as it is written beside it.
    pub(super) parameters: Arc<BTreeMap<String, (Arc<str>, Bound)>>,
    /// Names of `each`, innermost last.
    pub(super) loops: Vec<(Arc<str>, Node)>,
    /// Variables that are known when the pipeline is put together, by name in lower case.
    pub(super) variables: Arc<BTreeMap<String, Text>>,
}

/// Most nodes of a value that an expression looks at.
const VALUE_BUDGET: usize = 20_000;

impl Scope {
    /// The scope of a file that nothing calls: its parameters are open.
    pub(super) fn open(parameters: &[(Parameter, Option<Node>)]) -> Self {
        let of = |(parameter, default): &(Parameter, Option<Node>)| {
            (parameter.name.to_lowercase(), (parameter.name.clone(), Bound::Open(default.clone())))
        };
        Self { parameters: Arc::new(parameters.iter().map(of).collect()), ..Self::default() }
    }

    /// The scope with one more name.
    pub(super) fn with_loop(&self, name: &Arc<str>, node: Node) -> Self {
        let mut scope = self.clone();
        scope.loops.push((name.clone(), node));
        scope
    }

    /// The node behind a name, and whether it is what is usual only.
    pub(super) fn node(&self, parts: &[Arc<str>]) -> Option<(Node, bool)> {
        let (first, rest) = parts.split_first()?;
        if let Some((_, node)) = self.loops.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(first)) {
            return into(node, rest).map(|node| (node, false));
        }
        if first.eq_ignore_ascii_case("parameters") {
            let Some((name, rest)) = rest.split_first() else { return Some(self.all()) };
            return match &self.parameters.get(&name.to_lowercase())?.1 {
                Bound::Given(node) => into(node, rest).map(|node| (node, false)),
                Bound::Open(default) => into(default.as_ref()?, rest).map(|node| (node, true)),
            };
        }
        if first.eq_ignore_ascii_case("variables") && rest.len() == 1 {
            let text = self.variables.get(&rest[0].to_lowercase())?;
            return Some((Node::scalar(text.clone()), false));
        }
        None
    }

    /// All parameters as a map, for `each` over them.
    fn all(&self) -> (Node, bool) {
        let mut usual = false;
        let mut pairs = Vec::new();
        for (name, bound) in self.parameters.values() {
            let node = match bound {
                Bound::Given(node) => node.clone(),
                Bound::Open(default) => {
                    usual = true;
                    match default {
                        Some(node) => node.clone(),
                        None => continue,
                    }
                }
            };
            pairs.push(Pair { key: name.clone(), key_at: node.span(), node, guards: Arc::new([]) });
        }
        let origin = pairs.first().map_or_else(
            || Origin::at(volary_model::Span::new(volary_model::FileId(0), 0, 0), Role::Block),
            |pair| pair.node.origin.clone(),
        );
        (Node { data: NodeData::Map(Arc::new(pairs)), origin }, usual)
    }

    /// The expression with everything put in that is known; with `usual` also with the defaults of what is chosen later.
    pub(super) fn reduce(&self, expr: &Expr, usual: bool) -> Expr {
        let budget = RefCell::new(VALUE_BUDGET);
        reduce(expr, Platform::Azure, &|parts| match self.node(parts) {
            Some((node, default)) if usual || !default => match node.text() {
                Some(text) if text.holes().next().is_some() => match (text.pieces.len(), text.holes().next()) {
                    (1, Some(hole)) => match (&hole.expression, &hole.usually) {
                        (_, Some(value)) if usual => Known::Value(value.clone()),
                        (Some(expr), _) => Known::Expr((**expr).clone()),
                        _ => Known::No,
                    },
                    _ => Known::No,
                },
                _ => Known::Value(node.value(&mut budget.borrow_mut())),
            },
            Some(_) => Known::No,
            // A name of `each` or a parameter without such a key is null; anything else is not ours.
            None if self.is_ours(parts) => Known::Value(Value::new(Data::Null, Origin::at(expr.at, Role::Attribute))),
            None => Known::No,
        })
    }

    fn is_ours(&self, parts: &[Arc<str>]) -> bool {
        let Some(first) = parts.first() else { return false };
        if self.loops.iter().any(|(name, _)| name.eq_ignore_ascii_case(first)) {
            return true;
        }
        let Some(name) = parts.get(1) else { return false };
        first.eq_ignore_ascii_case("parameters")
            && match self.parameters.get(&name.to_lowercase()) {
                Some((_, Bound::Given(_))) => true,
                // A parameter that is not declared is null.
                None => true,
                Some((_, Bound::Open(_))) => false,
            }
    }
}

/// An element by the rest of a name.
fn into(node: &Node, parts: &[Arc<str>]) -> Option<Node> {
    let mut node = node.clone();
    for part in parts {
        node = match &node.data {
            NodeData::Map(pairs) => {
                let found = pairs.iter().rev().find(|pair| pair.key.eq_ignore_ascii_case(part))?;
                found.node.clone()
            }
            NodeData::List(items) => items.get(part.parse::<usize>().ok()?)?.node.clone(),
            NodeData::Scalar(_) => return None,
        };
    }
    Some(node)
}

/// A scalar as Azure puts it into texts.
pub(super) fn azure_text(value: &Value) -> Option<String> {
    match &value.data {
        Data::Bool(truth) => Some(if *truth { "True" } else { "False" }.to_owned()),
        _ => scalar_text(value),
    }
}

/// Whether an expression is nothing but a name.
pub(super) fn name(expr: &Expr) -> Option<&[Arc<str>]> {
    match &expr.kind {
        ExprKind::Name(parts) => Some(parts),
        _ => None,
    }
}
