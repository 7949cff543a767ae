//! Template expressions: `${{ if }}`, `${{ each }}`, `${{ insert }}` and values.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Role, Span, Value};

use super::node::{Item, Node, NodeData, Pair, joined};
use super::scope::{Scope, azure_text, name};
use crate::expression::{Grammar, truthy};
use crate::model::{Expr, ExprKind, Guard, Piece, Text};
use crate::reader::{Reader, folded, reason_of, span};

/// Expands YAML of one file.
pub(super) struct Expander<'r, 's> {
    pub(super) reader: &'r mut Reader<'s>,
    /// Nodes that may still be made.
    pub(super) budget: &'r mut usize,
}

/// Most stretches of one text.
const MOST_PIECES: usize = 50_000;

/// A key that is an instruction.
enum Directive {
    If(Expr),
    ElseIf(Expr),
    Else,
    Each(Arc<str>, Expr),
    Insert,
}

/// What became of a chain of `if`, `elseif` and `else` so far.
#[derive(Default)]
struct Chain {
    /// A branch was taken for certain.
    done: bool,
    /// The conditions of branches that could not be decided: those that follow need them to be false.
    open: Vec<Guard>,
}

impl Expander<'_, '_> {
    /// The node of a value.
    pub(super) fn node(&mut self, value: &Value, scope: &Scope) -> Node {
        if !self.spend(span(value)) {
            return Node::null(value.origin.clone());
        }
        match &value.data {
            Data::List(list) => {
                let mut items = Vec::with_capacity(list.len());
                self.list(list, scope, &no_guards(), &mut items);
                Node { data: NodeData::List(Arc::new(items)), origin: value.origin.clone() }
            }
            Data::Map(map) => {
                let mut pairs = Vec::with_capacity(map.len());
                let mut replaced = None;
                self.map(map.entries(), scope, &no_guards(), &mut pairs, &mut replaced);
                // `${{ if }}` over a scalar or list is the value itself.
                if let (Some(node), true) = (replaced, pairs.is_empty()) {
                    return node;
                }
                Node { data: NodeData::Map(Arc::new(pairs)), origin: value.origin.clone() }
            }
            _ => self.scalar(value, scope),
        }
    }

    fn spend(&mut self, at: Span) -> bool {
        if *self.budget > 0 {
            *self.budget -= 1;
            return true;
        }
        self.reader.limit(
            at,
            "template expressions that make more values than are read",
            "What lies behind this place is not judged; loop over less.",
        );
        false
    }

    fn list(&mut self, list: &[Value], scope: &Scope, guards: &Arc<[Guard]>, into: &mut Vec<Item>) {
        let mut chain = Chain::default();
        for value in list {
            if *self.budget == 0 {
                self.spend(span(value));
                return;
            }
            if let Some(entries) = self.directives(value) {
                for entry in entries {
                    let Some(directive) = self.directive(entry) else { continue };
                    self.list_directive(directive, entry, scope, guards, &mut chain, into);
                }
                continue;
            }
            chain = Chain::default();
            let node = self.node(value, scope);
            // `- ${{ parameters.steps }}` puts the elements of a list in.
            let is_expression = value.as_text().is_some_and(|text| text.trim_start().starts_with("${{"));
            if is_expression && node.is_list() {
                for item in node.items() {
                    if !self.spend(span(value)) {
                        return;
                    }
                    into.push(Item { node: item.node.clone(), guards: joined(guards, &item.guards) });
                }
            } else {
                into.push(Item { node, guards: guards.clone() });
            }
        }
    }

    /// The entries of a list's element that is nothing but instructions over lists.
    fn directives<'v>(&self, value: &'v Value) -> Option<&'v [Entry]> {
        let map = value.as_map()?;
        let entries = map.entries();
        if entries.is_empty() || !entries.iter().all(|entry| is_directive(&entry.key)) {
            return None;
        }
        Some(entries)
    }

    fn list_directive(
        &mut self,
        directive: Directive,
        entry: &Entry,
        scope: &Scope,
        guards: &Arc<[Guard]>,
        chain: &mut Chain,
        into: &mut Vec<Item>,
    ) {
        match directive {
            Directive::Each(variable, expr) => {
                *chain = Chain::default();
                for (scope, more) in self.rounds(&variable, &expr, scope) {
                    self.list_value(&entry.value, &scope, &joined(guards, &more), into);
                }
            }
            Directive::Insert => self.list_value(&entry.value, scope, guards, into),
            condition => {
                if let Some(more) = self.branch(condition, entry, scope, chain) {
                    self.list_value(&entry.value, scope, &joined(guards, &more), into);
                }
            }
        }
    }

    /// What stands below an instruction in a list: elements, or one element.
    fn list_value(&mut self, value: &Value, scope: &Scope, guards: &Arc<[Guard]>, into: &mut Vec<Item>) {
        match &value.data {
            Data::List(list) => self.list(list, scope, guards, into),
            Data::Null => {}
            _ => {
                if let Some(entries) = self.directives(value) {
                    let mut chain = Chain::default();
                    for entry in entries {
                        let Some(directive) = self.directive(entry) else { continue };
                        self.list_directive(directive, entry, scope, guards, &mut chain, into);
                    }
                    return;
                }
                let node = self.node(value, scope);
                if node.is_list() {
                    let items = node.items().iter();
                    into.extend(
                        items.map(|item| Item { node: item.node.clone(), guards: joined(guards, &item.guards) }),
                    );
                } else if !node.is_null() {
                    into.push(Item { node, guards: guards.clone() });
                }
            }
        }
    }

    fn map(
        &mut self,
        entries: &[Entry],
        scope: &Scope,
        guards: &Arc<[Guard]>,
        into: &mut Vec<Pair>,
        replaced: &mut Option<Node>,
    ) {
        let mut chain = Chain::default();
        for entry in entries {
            if *self.budget == 0 {
                self.spend(span(&entry.value));
                return;
            }
            let key_at = entry.key_span.unwrap_or_else(|| span(&entry.value));
            if is_directive(&entry.key) {
                let Some(directive) = self.directive(entry) else { continue };
                match directive {
                    Directive::Each(variable, expr) => {
                        chain = Chain::default();
                        for (scope, more) in self.rounds(&variable, &expr, scope) {
                            self.map_value(&entry.value, &scope, &joined(guards, &more), into, replaced);
                        }
                    }
                    Directive::Insert => self.map_value(&entry.value, scope, guards, into, replaced),
                    condition => {
                        if let Some(more) = self.branch(condition, entry, scope, &mut chain) {
                            self.map_value(&entry.value, scope, &joined(guards, &more), into, replaced);
                        }
                    }
                }
                continue;
            }
            chain = Chain::default();
            let key = if entry.key.contains("${{") {
                let value = Value::text(entry.key.clone(), Origin::at(key_at, Role::Attribute));
                self.text(&value, scope).canonical().into()
            } else {
                entry.key.clone()
            };
            let node = self.node(&entry.value, scope);
            into.push(Pair { key, key_at, node, guards: guards.clone() });
        }
    }

    /// What stands below an instruction in a map.
    fn map_value(
        &mut self,
        value: &Value,
        scope: &Scope,
        guards: &Arc<[Guard]>,
        into: &mut Vec<Pair>,
        replaced: &mut Option<Node>,
    ) {
        if let Data::Map(map) = &value.data {
            return self.map(map.entries(), scope, guards, into, replaced);
        }
        let mut node = self.node(value, scope);
        if node.is_map() {
            for pair in node.pairs() {
                into.push(Pair { guards: joined(guards, &pair.guards), ..pair.clone() });
            }
        } else if !node.is_null() {
            if let NodeData::List(items) = &node.data {
                let mut items: Vec<Item> = items
                    .iter()
                    .map(|item| Item { node: item.node.clone(), guards: joined(guards, &item.guards) })
                    .collect();
                // Branches over lists add up: at most one of them is there.
                if let Some(before) = replaced.as_ref().filter(|before| before.is_list()) {
                    items.splice(0..0, before.items().iter().cloned());
                }
                node = Node { data: NodeData::List(Arc::new(items)), origin: node.origin.clone() };
            }
            *replaced = Some(node);
        }
    }

    /// The conditions under which a branch is there; `None` where it certainly is not.
    fn branch(&mut self, directive: Directive, entry: &Entry, scope: &Scope, chain: &mut Chain) -> Option<Vec<Guard>> {
        let expr = match directive {
            Directive::If(expr) => {
                *chain = Chain::default();
                Some(expr)
            }
            Directive::ElseIf(expr) => Some(expr),
            _ => None,
        };
        if chain.done {
            return None;
        }
        let mut guards = chain.open.clone();
        for guard in &mut guards {
            guard.expected = false;
        }
        let Some(expr) = expr else {
            chain.done = true;
            return Some(guards);
        };
        let reduced = scope.reduce(&expr, false);
        match reduced.literal().and_then(truthy) {
            Some(true) => chain.done = true,
            Some(false) => return None,
            None => {
                let at = entry.key_span.unwrap_or_else(|| span(&entry.value));
                let guard =
                    Guard { text: folded(inner(&entry.key)).into(), at, expr: Arc::new(reduced), expected: true };
                chain.open.push(guard.clone());
                guards.push(guard);
            }
        }
        Some(guards)
    }

    /// The rounds of a loop: each with its scope, under the condition that what is looped over was not chosen otherwise.
    fn rounds(&mut self, variable: &Arc<str>, expr: &Expr, scope: &Scope) -> Vec<(Scope, Vec<Guard>)> {
        let (node, usual) = match name(expr).and_then(|parts| scope.node(parts)) {
            Some(found) => found,
            None => match scope.reduce(expr, false).literal() {
                Some(value) => (Node::of(value), false),
                None => match scope.reduce(expr, true).literal() {
                    Some(value) => (Node::of(value), true),
                    None => return Vec::new(),
                },
            },
        };
        let guard = usual.then(|| Guard {
            text: expr.name().unwrap_or_else(|| "the list of a loop".to_owned()).into(),
            at: expr.at,
            expr: Arc::new(expr.clone()),
            expected: true,
        });
        let with = |node: Node, guards: &[Guard]| {
            (scope.with_loop(variable, node), guard.iter().chain(guards).cloned().collect::<Vec<_>>())
        };
        match &node.data {
            NodeData::List(items) => items.iter().map(|item| with(item.node.clone(), &item.guards)).collect(),
            NodeData::Map(pairs) => pairs
                .iter()
                .map(|pair| {
                    let origin = Origin::at(pair.key_at, Role::Attribute);
                    let text = Node::scalar(Text::literal(pair.key.clone(), origin.clone()));
                    let of = |key: &str, node: Node| Pair {
                        key: key.into(),
                        key_at: pair.key_at,
                        node,
                        guards: Arc::new([]),
                    };
                    let both = vec![of("key", text), of("value", pair.node.clone())];
                    with(Node { data: NodeData::Map(Arc::new(both)), origin }, &pair.guards)
                })
                .collect(),
            NodeData::Scalar(_) => Vec::new(),
        }
    }

    fn scalar(&mut self, value: &Value, scope: &Scope) -> Node {
        let mut text = self.reader.text(value);
        // To Azure every scalar is a text; only parameters with a type are truths and numbers.
        text.data = text.data.filter(|data| !matches!(data.data, Data::Bool(_) | Data::Number(_)));
        if let [Piece::Hole(hole)] = text.pieces.as_slice() {
            // An expression that is the whole value may be anything.
            if let Some((node, false)) = hole.expression.as_deref().and_then(name).and_then(|parts| scope.node(parts)) {
                return seen_at(node, span(value));
            }
            if let Some(expr) = hole.expression.as_deref() {
                let reduced = scope.reduce(expr, false);
                if let ExprKind::Literal(found) = &reduced.kind {
                    return Node::of(&found.clone().used_at(span(value), Role::Attribute));
                }
            }
        }
        Node::scalar(self.fill(text, scope))
    }

    /// A text with everything put in that is known.
    fn text(&mut self, value: &Value, scope: &Scope) -> Text {
        let text = self.reader.text(value);
        self.fill(text, scope)
    }

    fn fill(&mut self, text: Text, scope: &Scope) -> Text {
        if text.holes().next().is_none() {
            return text;
        }
        let mut made = 0;
        let mut filled = text.filled(|hole| {
            if made > MOST_PIECES {
                return None;
            }
            let expr = hole.expression.as_deref()?;
            if let Some((node, false)) = name(expr).and_then(|parts| scope.node(parts)) {
                let text = node.text().map(capital);
                made += text.as_ref().map_or(0, |text| text.pieces.len());
                return text;
            }
            let reduced = scope.reduce(expr, false);
            let value = reduced.literal()?;
            Some(Text::literal(azure_text(value)?, value.origin.clone()))
        });
        *self.budget = self.budget.saturating_sub(made);
        if filled.pieces.iter().map(length).sum::<usize>() > self.reader.limits.text {
            let at = text.span().unwrap_or(Span::new(volary_model::FileId(0), 0, 0));
            self.reader.limit(at, "a text longer than is read", "What it holds is not judged.");
            return Text { pieces: Vec::new(), ..text };
        }
        for piece in &mut filled.pieces {
            let Piece::Hole(hole) = piece else { continue };
            let Some(expr) = hole.expression.as_deref() else { continue };
            if hole.usually.is_none() {
                hole.usually = scope.reduce(expr, true).literal().cloned();
            }
            let reduced = scope.reduce(expr, false);
            hole.reason = reason_of(&reduced, &hole.text);
        }
        filled
    }

    fn directive(&mut self, entry: &Entry) -> Option<Directive> {
        let text = inner(&entry.key);
        let word = text.split_whitespace().next().unwrap_or_default();
        // `if(eq(a, b))` and `if not(a)` are both written.
        let word = word.split('(').next().unwrap_or_default();
        let rest = text.get(word.len()..).unwrap_or_default();
        let at = entry.key_span.unwrap_or_else(|| span(&entry.value));
        let mut parse = |text: &str| self.reader.parse(text, Grammar::Functions, &|_| at);
        match word {
            "if" => Some(Directive::If(parse(rest))),
            "elseif" => Some(Directive::ElseIf(parse(rest))),
            "else" => Some(Directive::Else),
            "insert" => Some(Directive::Insert),
            "each" => match rest.trim().split_once(char::is_whitespace) {
                Some((variable, list)) if list.trim_start().starts_with("in ") => {
                    let list = list.trim_start().strip_prefix("in ").unwrap_or_default();
                    Some(Directive::Each(variable.into(), parse(list)))
                }
                _ => {
                    let help = "Write `${{ each NAME in LIST }}:`.";
                    self.reader.issue(at, "`each` needs a name and a list", help);
                    None
                }
            },
            _ => None,
        }
    }
}

fn no_guards() -> Arc<[Guard]> {
    Arc::new([])
}

fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Known(known) => known.text.len(),
        Piece::Hole(hole) => hole.text.len(),
    }
}

/// A truth inside of a text begins with a capital letter.
fn capital(text: &Text) -> Text {
    match text.data.as_ref().and_then(Value::as_bool) {
        Some(truth) => Text::literal(if truth { "True" } else { "False" }, text.origin.clone()),
        None => text.clone(),
    }
}

/// The same node as the place sees it that uses it.
fn seen_at(node: Node, at: Span) -> Node {
    match &node.data {
        NodeData::Scalar(text) => {
            let origin = Origin::through(at, Role::ModuleArgument, &node.origin);
            let mut text = Text { origin: origin.clone(), ..(**text).clone() };
            text.data = text.data.map(|value| value.used_at(at, Role::ModuleArgument));
            for piece in &mut text.pieces {
                if let Piece::Known(known) = piece
                    && known.from.is_none()
                    && !known.exact
                {
                    known.from = Some(Arc::new(node.origin.clone()));
                }
            }
            Node { data: NodeData::Scalar(Arc::new(text)), origin }
        }
        // The elements of lists and maps keep their own places.
        _ => node,
    }
}

/// What stands between the brackets of a key.
fn inner(key: &str) -> &str {
    let key = key.trim();
    key.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(key).trim()
}

/// Whether a key is an instruction rather than a name that is computed.
fn is_directive(key: &str) -> bool {
    let trimmed = key.trim();
    if !trimmed.starts_with("${{") || !trimmed.ends_with("}}") {
        return false;
    }
    let word = inner(trimmed).split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    matches!(word, "if" | "elseif" | "else" | "each" | "insert")
}
