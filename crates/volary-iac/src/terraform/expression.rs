//! Evaluating expressions.

use std::sync::Arc;

use volary_document::hcl::{BinaryOp, Expr, ExprKind, Item, Part, UnaryOp};
use volary_model::{Data, Entry, Note, Origin, Reason, ReasonKind, Role, Span, Type, Unknown, Value};

use super::evaluator::Evaluator;
use super::functions::{CallError, Stretches, either};
use super::operators;
use super::references::{partial, referring};
use super::scope::{Frame, Scope};
use super::written::Written;

/// Bytes of a text that a template makes.
const TEXT: usize = 1 << 20;

/// A value, or the error with which Terraform stops here whatever the unknowns turn out to be.
pub(super) type Eval = Result<Value, CallError>;

impl<'m> Evaluator<'m> {
    /// Evaluates an expression. The origin of what is made here is the expression; of what is handed on, its source.
    pub(super) fn eval(&mut self, expr: &'m Expr, scope: Scope<'_>) -> Eval {
        if !self.enter() {
            return Ok(self.over_limit(expr.span, scope.role));
        }
        let value = self.eval_kind(expr, scope);
        self.leave();
        value
    }

    fn eval_kind(&mut self, expr: &'m Expr, scope: Scope<'_>) -> Eval {
        let at = |data: Data| Ok(Value::new(data, Origin::at(expr.span, scope.role)));
        match &expr.kind {
            ExprKind::Null => at(Data::Null),
            ExprKind::Bool(truth) => at(Data::Bool(*truth)),
            ExprKind::Number(number) => at(Data::Number(*number)),
            ExprKind::Text(text) => at(Data::Text(text.clone())),
            ExprKind::Document(document) => {
                let value = Value::text(document.text.clone(), Origin::at(expr.span, scope.role));
                Ok(value.with_note(|note| note.text_at = Some(document.at.clone())))
            }
            ExprKind::Template(parts) => self.template(parts, expr.span, scope),
            ExprKind::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(self.eval(item, scope)?);
                }
                at(Data::List(Arc::new(list)))
            }
            ExprKind::Object(items) => self.object(items, expr.span, scope),
            ExprKind::Name(name) => match scope.named(name) {
                Some(value) => Ok(value.clone().used_at(expr.span, scope.role)),
                None => Err(CallError::new(&**name)),
            },
            ExprKind::Traversal(traversal) => self.traversal(traversal, expr.span, scope),
            ExprKind::Call(call) => self.call(call, expr.span, scope),
            ExprKind::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.conditional(condition, then, otherwise, expr.span, scope)
            }
            ExprKind::Binary(operator, operands) => self.binary(*operator, operands, expr.span, scope),
            ExprKind::Unary(operator, operand) => {
                let operand = self.eval(operand, scope)?;
                let data = match operator {
                    UnaryOp::Negate => operators::negate(&operand)?,
                    UnaryOp::Not => match operators::truth(&operand)? {
                        Ok(truth) => Data::Bool(!truth),
                        Err(reason) => operators::unknown(reason, Type::Bool),
                    },
                };
                Ok(made(data, [&operand], expr.span, scope.role))
            }
            ExprKind::For(content) => self.for_expression(content, expr.span, scope),
            ExprKind::Unreadable => {
                let reason = Reason::new(ReasonKind::Unreadable, "the expression");
                Ok(Value::unknown(reason, Origin::at(expr.span, scope.role)))
            }
        }
    }

    fn object(&mut self, items: &'m [Item], span: Span, scope: Scope<'_>) -> Eval {
        let mut entries = Vec::with_capacity(items.len());
        let mut open = None;
        for item in items {
            let key = self.key(&item.key, scope)?;
            let value = self.eval(&item.value, scope)?;
            match key {
                Ok(key) => entries.push(Entry { key, key_span: Some(item.key.span), value }),
                Err(reason) => open = Some(reason),
            }
        }
        Ok(map_or_open(entries, open, Some(items.len()), Origin::at(span, scope.role)))
    }

    /// The key of an object, or why it is not known.
    fn key(&mut self, expr: &'m Expr, scope: Scope<'_>) -> Result<Result<Arc<str>, Reason>, CallError> {
        if let ExprKind::Text(text) = &expr.kind {
            return Ok(Ok(text.clone()));
        }
        let value = self.eval(expr, scope)?;
        key_text(&value)
    }

    fn conditional(
        &mut self,
        condition: &'m Expr,
        then: &'m Expr,
        otherwise: &'m Expr,
        span: Span,
        scope: Scope<'_>,
    ) -> Eval {
        let test = self.eval(condition, scope)?;
        match operators::truth(&test)? {
            Ok(truth) => {
                let value = self.eval(if truth { then } else { otherwise }, scope)?;
                // What decided is where the condition came from, unless the branch itself hands something on.
                let origin = if value.origin.from.is_some() || value.origin.span().is_some_and(|at| !span.contains(&at))
                {
                    handed_on(span, scope.role, &value.origin)
                } else {
                    handed_on(span, scope.role, &test.origin)
                };
                let sensitive = test.is_sensitive();
                Ok(referring(Value { origin, ..value }, Vec::new(), sensitive))
            }
            Err(reason) => {
                self.doubts += 1;
                let (then, otherwise) = (self.eval(then, scope), self.eval(otherwise, scope));
                let values: Vec<&Value> =
                    [&then, &otherwise].into_iter().filter_map(|value| value.as_ref().ok()).collect();
                if let [then, otherwise] = values.as_slice() {
                    let mut work = 1_000;
                    if operators::equal(then, otherwise, &mut work) == Some(true) {
                        return Ok((*then).clone());
                    }
                }
                let unknown = Data::Unknown(Arc::new(either(&values, reason)));
                let (mut references, sensitive) = partial(values.iter().copied());
                let (of_test, test_sensitive) = partial([&test]);
                references.extend(of_test);
                let value = Value::new(unknown, handed_on(span, scope.role, &test.origin));
                Ok(referring(value, references, sensitive || test_sensitive))
            }
        }
    }

    fn binary(&mut self, operator: BinaryOp, operands: &'m [Expr; 2], span: Span, scope: Scope<'_>) -> Eval {
        let [left, right] = operands;
        let left = self.eval(left, scope)?;
        if !matches!(operator, BinaryOp::And | BinaryOp::Or) {
            let right = self.eval(right, scope)?;
            let data = operators::binary(operator, &left, &right)?;
            // Arithmetic on what is not known may fail.
            self.doubts += u32::from(matches!(data, Data::Unknown(_)));
            return Ok(made(data, [&left, &right], span, scope.role));
        }
        let decides = operator == BinaryOp::Or;
        let left_truth = operators::truth(&left)?;
        if left_truth == Ok(decides) {
            return Ok(made(Data::Bool(decides), [&left], span, scope.role));
        }
        let right = match (self.eval(right, scope), &left_truth) {
            (Ok(right), _) => right,
            (Err(error), Ok(_)) => return Err(error),
            // The left side may turn out to decide, and then nobody looks at the right one.
            (Err(_), Err(reason)) => {
                self.doubts += 1;
                return Ok(made(operators::unknown(reason.clone(), Type::Bool), [&left], span, scope.role));
            }
        };
        let data = match (left_truth, operators::truth(&right)?) {
            (_, Ok(truth)) if truth == decides => Data::Bool(decides),
            (Ok(_), Ok(truth)) => Data::Bool(truth),
            (Err(reason), _) | (Ok(_), Err(reason)) => operators::unknown(reason, Type::Bool),
        };
        Ok(made(data, [&left, &right], span, scope.role))
    }

    /// A template. A single interpolation is the value itself.
    pub(super) fn template(&mut self, parts: &'m [Part], span: Span, scope: Scope<'_>) -> Eval {
        if let [Part::Interpolation(expr)] = parts {
            return Ok(self.eval(expr, scope)?.used_at(span, scope.role));
        }
        let mut text = Made::default();
        let mut used = Vec::new();
        self.parts(parts, span, scope, &mut text, &mut used)?;
        let Made { text, written } = text;
        let length = text.size();
        let mut value = made(text.into_data(), used.iter(), span, scope.role);
        if let Some(at) = written.finish(length) {
            value = value.with_note(|note| note.text_at = Some(at));
        }
        // Values that are only a part of the text do not show in its chain unless they come from elsewhere.
        if used.iter().all(|value| value.origin.from.is_none()) {
            value.origin = Origin::at(span, scope.role);
        }
        Ok(value)
    }

    fn parts(
        &mut self,
        parts: &'m [Part],
        span: Span,
        scope: Scope<'_>,
        made: &mut Made,
        used: &mut Vec<Value>,
    ) -> Result<(), CallError> {
        for part in parts {
            let text = &mut made.text;
            if !self.charge(1) || text.size() > TEXT {
                text.push_hole(&Reason::new(ReasonKind::Limit, "a text is too long"), false);
                return Ok(());
            }
            match part {
                Part::Text(literal, at) => {
                    let before = text.size();
                    text.push(literal);
                    // A text with too many stretches takes in no more.
                    if let Some(at) = at.as_ref().filter(|_| text.size() == before + literal.len()) {
                        made.written.add(before, at);
                    }
                }
                Part::Interpolation(expr) => {
                    let value = self.eval(expr, scope)?;
                    let stretch = Stretches::of_value(&value)
                        .ok_or_else(|| CallError::new("null, a list or a map in the middle of a text"))?;
                    self.charge(stretch.size() / 64);
                    self.doubts += u32::from(value.as_unknown().is_some_and(|unknown| !unknown.not_null));
                    made.written.put_in(text.size(), &value, span);
                    text.append(&stretch);
                    used.push(value);
                }
                Part::If(condition, then, otherwise) => {
                    let test = self.eval(condition, scope)?;
                    match operators::truth(&test)? {
                        Ok(truth) => self.parts(if truth { then } else { otherwise }, span, scope, made, used)?,
                        Err(reason) => text.push_hole(&reason, false),
                    }
                    used.push(test);
                }
                Part::For(key_name, value_name, collection, content) => {
                    let collection = self.eval(collection, scope)?;
                    match elements(&collection)? {
                        Ok(elements) => {
                            for (key, value) in elements {
                                if made.text.size() > TEXT {
                                    break;
                                }
                                let outer = Frame { name: value_name, value: &value, outer: scope.frame };
                                let named = Frame {
                                    name: key_name.as_deref().unwrap_or_default(),
                                    value: &key,
                                    outer: Some(&outer),
                                };
                                let frame = if key_name.is_some() { &named } else { &outer };
                                self.parts(content, span, scope.within(frame), made, used)?;
                            }
                        }
                        Err(reason) => text.push_hole(&reason, false),
                    }
                    used.push(collection);
                }
            }
            used.truncate(64);
        }
        Ok(())
    }
}

/// A text that a template makes.
#[derive(Default)]
struct Made {
    text: Stretches,
    written: Written,
}

/// The elements of a collection with their keys as `for` goes through them, or why they are not known.
pub(super) fn elements(collection: &Value) -> Result<Result<Vec<(Value, Value)>, Reason>, CallError> {
    Ok(match &collection.data {
        Data::List(list) => Ok(list
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let index = Data::Number(volary_model::Number::Int(index as i64));
                (Value::new(index, value.origin.clone()), value.clone())
            })
            .collect()),
        Data::Map(map) => {
            let mut sorted: Vec<&Entry> = map
                .entries()
                .iter()
                .filter(|entry| map.entry(&entry.key).is_some_and(|last| std::ptr::eq(last, *entry)))
                .collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(sorted
                .into_iter()
                .map(|entry| {
                    let origin = match (entry.key_span, &entry.value.origin) {
                        (Some(span), origin) => Origin::at(span, origin.role),
                        (None, origin) => origin.clone(),
                    };
                    (Value::text(entry.key.clone(), origin), entry.value.clone())
                })
                .collect())
        }
        Data::Unknown(unknown) => Err(unknown.reason.clone()),
        Data::Null => return Err(CallError::new("null where a collection is iterated")),
        _ => return Err(CallError::new("a value that is no collection is iterated")),
    })
}

/// The text of a key, or why it is not known.
pub(super) fn key_text(value: &Value) -> Result<Result<Arc<str>, Reason>, CallError> {
    Ok(match &value.data {
        Data::Text(text) => Ok(text.clone()),
        Data::Number(number) => Ok(number.to_string().into()),
        Data::Bool(truth) => Ok(truth.to_string().into()),
        Data::Unknown(unknown) => Err(unknown.reason.clone()),
        _ => return Err(CallError::new("a key that is no text")),
    })
}

/// A map, or an unknown one of which some entries are certain.
pub(super) fn map_or_open(entries: Vec<Entry>, open: Option<Reason>, at_most: Option<usize>, origin: Origin) -> Value {
    let Some(reason) = open else { return Value::map(entries, origin) };
    let mut unknown = Unknown::new(reason);
    unknown.ty = Type::Map(Box::new(Type::Any));
    unknown.not_null = true;
    unknown.not_empty = !entries.is_empty();
    unknown.at_most = at_most.and_then(|most| u32::try_from(most).ok());
    let holds = Value::map(entries, origin.clone());
    let note = Note { holds: Some(holds), ..Note::default() };
    Value { data: Data::Unknown(Arc::new(unknown)), origin, note: Some(Arc::new(note)) }
}

/// Something made from other values: it refers to what they refer to.
pub(super) fn made<'v>(data: Data, from: impl IntoIterator<Item = &'v Value> + Clone, span: Span, role: Role) -> Value {
    let mut origin = None;
    for value in from.clone() {
        let inner = value.origin.span().is_some_and(|at| span.contains(&at));
        let handed = if inner { value.origin.from.clone() } else { Some(Arc::new(value.origin.clone())) };
        if let Some(handed) = handed {
            origin = Some(Origin::through(span, role, &handed));
            break;
        }
    }
    let (references, sensitive) = partial(from);
    let value = Value::new(data, origin.unwrap_or_else(|| Origin::at(span, role)));
    referring(value, references, sensitive)
}

/// The origin of a value that was handed on from `origin` to `span`, without the step inside of `span`.
pub(super) fn handed_on(span: Span, role: Role, origin: &Origin) -> Origin {
    let inner = origin.span().is_some_and(|at| span.contains(&at));
    match (&origin.from, inner) {
        (_, false) => Origin::through(span, role, origin),
        (Some(from), true) => Origin::through(span, role, from),
        (None, true) => Origin::at(span, role),
    }
}
