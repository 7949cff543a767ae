//! What names of Groovy stand for, as far as it is written: texts, maps, lists, closures. Operators that choose one of
//! several values are followed where what they ask is known.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use volary_model::{Data, Origin, Role, Value};

use super::library::Context;
use super::syntax::{Argument, Block, Expression, ExpressionKind};
use super::text::Source;
use crate::expression::{Grammar, Known, reduce};
use crate::model::{Expr, ExprKind, Platform, Text};
use crate::reader::Reader;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// A text, a number, a truth.
    Text(Text),
    /// A map; an open one may have further keys.
    Map { entries: Rc<BTreeMap<String, Bound>>, open: bool, depth: usize },
    /// A list.
    List(Rc<Vec<Bound>>, usize),
    /// Statements that run where they are called, and what their names stand for.
    Closure(Rc<Closure>),
    /// An object of a class.
    Object(Arc<str>),
    /// Nothing.
    Null,
    /// Something that is not followed.
    Unknown,
}

/// A closure and where it was written.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) block: Block,
    pub(super) context: Context,
}

/// Names and what they stand for.
pub(super) type Names = Rc<BTreeMap<String, Bound>>;

/// How deep values are followed into each other.
const DEPTH: usize = 12;

/// Most items of a loop that are written out.
pub(super) const MOST_ITEMS: usize = 16;

/// Methods that leave a text what it is, as far as pipelines are concerned.
const SAME: [&str; 4] = [".toString", ".trim", ".stripIndent", ".toBoolean"];

/// How deep maps and lists may hold each other, and how long lists may be.
const NESTING: usize = 20;
const LENGTH: usize = 500;

impl Bound {
    /// A map. What is nested too deep is not followed.
    pub(super) fn map(entries: BTreeMap<String, Self>, open: bool) -> Self {
        let depth = 1 + entries.values().map(Self::depth).max().unwrap_or(0);
        if depth > NESTING { Self::Unknown } else { Self::Map { entries: Rc::new(entries), open, depth } }
    }

    /// A list. What is nested too deep or too long is not followed.
    pub(super) fn list(items: Vec<Self>) -> Self {
        let depth = 1 + items.iter().map(Self::depth).max().unwrap_or(0);
        if depth > NESTING || items.len() > LENGTH { Self::Unknown } else { Self::List(Rc::new(items), depth) }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Map { depth, .. } | Self::List(_, depth) => *depth,
            _ => 0,
        }
    }

    pub(super) fn truth(truth: bool, origin: Origin) -> Self {
        let value = Value::new(Data::Bool(truth), origin.clone());
        Self::Text(Text {
            pieces: Text::literal(if truth { "true" } else { "false" }, origin.clone()).pieces,
            origin,
            data: Some(value),
        })
    }

    /// Whether Groovy takes it as true, where that is known.
    pub(super) fn truthy(&self) -> Option<bool> {
        match self {
            Self::Text(text) => match &text.data {
                Some(value) => crate::expression::truthy(value),
                None => {
                    let certain = text
                        .pieces
                        .iter()
                        .any(|piece| matches!(piece, crate::model::Piece::Known(known) if !known.text.is_empty()));
                    let empty = text
                        .pieces
                        .iter()
                        .all(|piece| matches!(piece, crate::model::Piece::Known(known) if known.text.is_empty()));
                    if certain { Some(true) } else { empty.then_some(false) }
                }
            },
            Self::Map { entries, open, .. } => {
                if entries.is_empty() && *open {
                    None
                } else {
                    Some(!entries.is_empty())
                }
            }
            Self::List(list, _) => Some(!list.is_empty()),
            Self::Closure(_) | Self::Object(_) => Some(true),
            Self::Null => Some(false),
            Self::Unknown => None,
        }
    }

    /// Whether both are the same in one run.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.canonical() == b.canonical() && a.data.is_some() == b.data.is_some(),
            (Self::Null, Self::Null) | (Self::Unknown, Self::Unknown) => true,
            (Self::Map { entries: a, .. }, Self::Map { entries: b, .. }) => Rc::ptr_eq(a, b),
            (Self::List(a, _), Self::List(b, _)) => Rc::ptr_eq(a, b),
            (Self::Closure(a), Self::Closure(b)) => Rc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => a == b,
            _ => false,
        }
    }

    /// As conditions see it.
    fn known(&self, origin: &Origin) -> Known {
        let text = |text: &Text| {
            let value = text.value();
            if value.is_known() {
                return Known::Value(value);
            }
            match text.pieces.as_slice() {
                [crate::model::Piece::Hole(hole)] => {
                    hole.expression.as_ref().map_or(Known::No, |expr| Known::Expr(Expr::clone(expr)))
                }
                _ => Known::No,
            }
        };
        match self {
            Self::Text(found) => text(found),
            Self::Null => Known::Value(Value::new(Data::Null, origin.clone())),
            Self::Unknown => Known::No,
            _ => self.truthy().map_or(Known::No, |truth| Known::Value(Value::new(Data::Bool(truth), origin.clone()))),
        }
    }
}

impl Source {
    /// What a name with dots stands for; nothing where it is none of the file's.
    pub(super) fn named(&self, path: &str) -> Option<Bound> {
        let path = path.strip_prefix("this.").unwrap_or(path);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'?') || byte >= 0x80;
        if !path.bytes().all(plain) {
            return None;
        }
        if let Some(found) = self.names.get(path.strip_prefix("env.").unwrap_or(path)) {
            return Some(found.clone());
        }
        let mut parts = path.split('.').map(|part| part.trim_end_matches('?'));
        let mut found = self.names.get(parts.next()?)?;
        for part in parts {
            found = match found {
                Bound::Map { entries, open, .. } => match entries.get(part) {
                    Some(value) => value,
                    None if *open => return Some(Bound::Unknown),
                    None => return Some(Bound::Null),
                },
                Bound::Null => return Some(Bound::Null),
                _ => return None,
            };
        }
        Some(found.clone())
    }

    /// The value of an expression. Closures are none of what a source knows.
    pub(super) fn value(&self, reader: &mut Reader<'_>, expression: &Expression, depth: usize) -> Bound {
        if depth > DEPTH {
            return Bound::Unknown;
        }
        let value = |reader: &mut Reader<'_>, inner: &Expression| self.value(reader, inner, depth + 1);
        match &expression.kind {
            ExpressionKind::Text(_) | ExpressionKind::Bool(_) | ExpressionKind::Number => {
                Bound::Text(self.text_at(reader, expression, depth + 1))
            }
            ExpressionKind::Name(name) if name == "null" => Bound::Null,
            ExpressionKind::Name(name) => match self.named(name) {
                Some(Bound::Unknown) | None => Bound::Text(self.hole(reader, expression)),
                Some(found) => found,
            },
            ExpressionKind::List(list) => Bound::list(list.iter().map(|inner| value(reader, inner)).collect()),
            ExpressionKind::Map(arguments) => map_of(arguments, &mut |inner| value(reader, inner)),
            ExpressionKind::Elvis(first, second) => {
                let first = value(reader, first);
                match first.truthy() {
                    Some(true) => first,
                    Some(false) => value(reader, second),
                    None => Bound::Text(self.hole(reader, expression)),
                }
            }
            ExpressionKind::Choice(condition, yes, no) => {
                let asked = self.condition(reader, condition);
                let answer = asked.literal().and_then(crate::expression::truthy);
                let (yes, no) = match answer {
                    Some(true) => return value(reader, yes),
                    Some(false) => return value(reader, no),
                    None => (value(reader, yes), value(reader, no)),
                };
                if yes.is(&no) { yes } else { Bound::Text(self.hole(reader, expression)) }
            }
            ExpressionKind::Sum(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else { return Bound::Unknown };
                let mut sum = value(reader, first);
                for part in parts {
                    sum = added(sum, value(reader, part));
                }
                match sum {
                    Bound::Unknown => Bound::Text(self.hole(reader, expression)),
                    sum => sum,
                }
            }
            ExpressionKind::Call(call) => {
                let found = self.method(reader, &call.name, &call.arguments, depth);
                found.unwrap_or_else(|| Bound::Text(self.hole(reader, expression)))
            }
            ExpressionKind::Closure(_) => Bound::Unknown,
            ExpressionKind::Other => {
                let origin = Origin::at(self.span(&expression.range), Role::Attribute);
                if let Some(class) = self.made(expression) {
                    return Bound::Object(class);
                }
                match self.condition(reader, &expression.range).literal().map(|value| &value.data) {
                    Some(Data::Bool(truth)) => Bound::truth(*truth, origin),
                    _ => Bound::Text(self.hole(reader, expression)),
                }
            }
        }
    }

    /// `new Name(...)`
    fn made(&self, expression: &Expression) -> Option<Arc<str>> {
        let rest = self.slice(&expression.range).strip_prefix("new ")?.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len());
        (end > 0).then(|| rest[..end].into())
    }

    /// What a method gives: of maps, lists and texts that are known.
    fn method(&self, reader: &mut Reader<'_>, name: &str, arguments: &[Argument], depth: usize) -> Option<Bound> {
        let name = SAME.iter().fold(name, |name, suffix| name.strip_suffix(suffix).unwrap_or(name));
        let (holder, method) = match name.rsplit_once('.') {
            Some(split) => split,
            None => return self.named(name),
        };
        let found = self.named(holder);
        let first = arguments.iter().find(|argument| argument.name.is_none()).map(|argument| &argument.value);
        match (method, found) {
            ("get" | "getOrDefault", Some(Bound::Map { entries, open, .. })) => {
                let Bound::Text(key) = self.value(reader, first?, depth + 1) else { return None };
                match (entries.get(&key.known()?), arguments.get(1)) {
                    (Some(found), _) => Some(found.clone()),
                    (None, _) if open => None,
                    (None, Some(default)) => Some(self.value(reader, &default.value, depth + 1)),
                    (None, None) => Some(Bound::Null),
                }
            }
            ("containsKey", Some(Bound::Map { entries, open: false, .. })) => {
                let Bound::Text(key) = self.value(reader, first?, depth + 1) else { return None };
                let origin = key.origin.clone();
                Some(Bound::truth(entries.contains_key(&key.known()?), origin))
            }
            ("join", Some(Bound::List(list, _))) => {
                let separator = match first {
                    Some(first) => match self.value(reader, first, depth + 1) {
                        Bound::Text(text) => text.known()?,
                        _ => return None,
                    },
                    None => String::new(),
                };
                let mut texts = Vec::new();
                for item in list.iter() {
                    let Bound::Text(text) = item else { return None };
                    texts.push(text.known()?);
                }
                let origin = match list.first() {
                    Some(Bound::Text(text)) => text.origin.clone(),
                    _ => return None,
                };
                Some(Bound::Text(Text::literal(texts.join(&separator), origin)))
            }
            // `.trim()` of a name that is one: everything was taken off already.
            _ => self.named(name),
        }
    }

    /// A condition with everything put in that names stand for.
    pub(super) fn condition(&self, reader: &Reader<'_>, range: &std::ops::Range<usize>) -> Expr {
        let text = self.slice(range);
        let place = |part: std::ops::Range<usize>| self.span(&(range.start + part.start..range.start + part.end));
        // Groovy is a whole language: what is more than a condition is no mistake.
        let expr = crate::expression::parse(text, Grammar::Groovy, reader.limits, &place).expr;
        if self.names.is_empty() {
            return expr;
        }
        let origin = Origin::at(self.span(range), Role::Attribute);
        let expr = self.truths(expr, &origin);
        reduce(&expr, Platform::Jenkins, &|parts| {
            // What the environment holds is asked by its name.
            if parts.first().is_some_and(|first| matches!(&**first, "env" | "params" | "currentBuild")) {
                return Known::No;
            }
            self.named(&parts.join(".")).map_or(Known::No, |found| found.known(&origin))
        })
    }
}

impl Source {
    /// A condition in which names that are asked for nothing but their truth are answered.
    fn truths(&self, expr: Expr, origin: &Origin) -> Expr {
        let all = |list: Vec<Expr>| list.into_iter().map(|part| self.truths(part, origin)).collect();
        let kind = match expr.kind {
            ExprKind::Not(inner) => ExprKind::Not(Box::new(self.truths(*inner, origin))),
            ExprKind::And(list) => ExprKind::And(all(list)),
            ExprKind::Or(list) => ExprKind::Or(all(list)),
            ExprKind::Name(parts) => {
                let outside = parts.first().is_some_and(|first| matches!(&**first, "env" | "params" | "currentBuild"));
                let found = if outside { None } else { self.named(&parts.join(".")) };
                // Texts that are known as a whole keep where they come from.
                let partly = found.filter(|found| match found {
                    Bound::Text(text) => text.known().is_none() && text.pieces.len() > 1,
                    _ => false,
                });
                match partly.and_then(|found| found.truthy()) {
                    Some(truth) => ExprKind::Literal(Value::new(Data::Bool(truth), origin.clone())),
                    None => ExprKind::Name(parts),
                }
            }
            kind => kind,
        };
        Expr::new(kind, expr.at)
    }
}

/// A map that is written; keys in brackets are computed.
pub(super) fn map_of(arguments: &[Argument], value: &mut dyn FnMut(&Expression) -> Bound) -> Bound {
    let mut entries = BTreeMap::new();
    let mut open = false;
    for argument in arguments {
        match &argument.name {
            Some((name, _)) => {
                entries.insert(name.clone(), value(&argument.value));
            }
            None => open = true,
        }
    }
    Bound::map(entries, open)
}

/// Two maps or lists together.
fn added(first: Bound, second: Bound) -> Bound {
    match (first, second) {
        (Bound::Map { entries, open, .. }, Bound::Map { entries: more, open: also, .. }) => {
            // What is not known may be any of the keys.
            let mut sum = if also { BTreeMap::new() } else { BTreeMap::clone(&entries) };
            sum.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
            Bound::map(sum, open || also)
        }
        (Bound::Map { .. }, Bound::Text(_) | Bound::Unknown) => Bound::map(BTreeMap::new(), true),
        (map @ Bound::Map { .. }, Bound::Null) => map,
        (Bound::Text(_) | Bound::Unknown, Bound::Map { entries, .. }) => Bound::map(BTreeMap::clone(&entries), true),
        (Bound::List(list, _), Bound::List(more, _)) => Bound::list(list.iter().chain(more.iter()).cloned().collect()),
        _ => Bound::Unknown,
    }
}
