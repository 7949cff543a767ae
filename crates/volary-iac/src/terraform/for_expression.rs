//! `for` expressions.

use std::sync::Arc;

use volary_document::hcl::For;
use volary_model::{Data, Entry, Note, Origin, Reason, Span, Type, Unknown, Value};

use super::evaluator::Evaluator;
use super::expression::{Eval, elements, handed_on, key_text, map_or_open};
use super::functions::CallError;
use super::operators;
use super::references::{partial, referring};
use super::scope::{Frame, Scope};

/// Entries of a map or elements of a list that a `for` makes at most.
const MOST: usize = 100_000;

/// One turn of a `for`.
struct Turn {
    key: Option<Result<Arc<str>, Reason>>,
    key_origin: Option<Origin>,
    value: Value,
}

impl<'m> Evaluator<'m> {
    pub(super) fn for_expression(&mut self, content: &'m For, span: Span, scope: Scope<'_>) -> Eval {
        let collection = self.eval(&content.collection, scope)?;
        let origin = handed_on(span, scope.role, &collection.origin);
        let turns = match elements(&collection)? {
            Ok(turns) => turns,
            Err(reason) => return Ok(self.for_unknown(content, &collection, reason, origin, scope)),
        };
        let count = turns.len();
        // Why it is not known which turns there are, or under which key.
        let mut open = None;
        let mut certain = Vec::new();
        for (key, value) in turns {
            if !self.charge(1) || certain.len() >= MOST {
                return Ok(self.over_limit(span, scope.role));
            }
            let (kept, turn) = self.turn(content, &key, &value, scope)?;
            match kept {
                Ok(false) => {}
                Ok(true) => match &turn {
                    Some(Turn { key: Some(Err(reason)), .. }) => open = Some(reason.clone()),
                    _ => certain.extend(turn),
                },
                Err(reason) => open = Some(reason),
            }
        }
        let sensitive = collection.is_sensitive();
        let result = if content.key.is_some() {
            let mut entries: Vec<Entry> = Vec::with_capacity(certain.len());
            let mut groups: std::collections::HashMap<Arc<str>, usize> = std::collections::HashMap::new();
            for turn in certain {
                let Some(Ok(key)) = turn.key else { continue };
                let key_span = turn.key_origin.and_then(|origin| origin.span());
                if !content.group {
                    entries.push(Entry { key, key_span, value: turn.value });
                    continue;
                }
                match groups.get(&key) {
                    Some(at) => {
                        if let Data::List(list) = &mut entries[*at].value.data {
                            Arc::make_mut(list).push(turn.value);
                        }
                    }
                    None => {
                        groups.insert(key.clone(), entries.len());
                        let value = Value::list(vec![turn.value], origin.clone());
                        entries.push(Entry { key, key_span, value });
                    }
                }
            }
            // Under grouping a turn that is left open may belong to any list.
            let entries = if content.group && open.is_some() { Vec::new() } else { entries };
            map_or_open(entries, open, Some(count), origin)
        } else {
            let list: Vec<Value> = certain.into_iter().map(|turn| turn.value).collect();
            list_or_open(list, open, Some(count), origin)
        };
        Ok(referring(result, Vec::new(), sensitive))
    }

    /// One turn: whether it is kept, and what it gives.
    #[allow(clippy::type_complexity)]
    fn turn(
        &mut self,
        content: &'m For,
        key: &Value,
        value: &Value,
        scope: Scope<'_>,
    ) -> Result<(Result<bool, Reason>, Option<Turn>), CallError> {
        let outer = Frame { name: &content.value_name, value, outer: scope.frame };
        let named = Frame { name: content.key_name.as_deref().unwrap_or_default(), value: key, outer: Some(&outer) };
        let inner = scope.within(if content.key_name.is_some() { &named } else { &outer });
        let kept = match &content.condition {
            Some(condition) => {
                let test = self.eval(condition, inner)?;
                operators::truth(&test)?
            }
            None => Ok(true),
        };
        if kept != Ok(true) {
            self.doubts += u32::from(kept.is_err());
            return Ok((kept, None));
        }
        let mut key = None;
        let mut key_origin = None;
        if let Some(expr) = &content.key {
            let value = self.eval(expr, inner)?;
            key = Some(key_text(&value)?);
            key_origin = Some(value.origin);
        }
        let value = self.eval(&content.value, inner)?;
        Ok((Ok(true), Some(Turn { key, key_origin, value })))
    }

    /// A `for` over something unknown: what it refers to is still of interest.
    fn for_unknown(
        &mut self,
        content: &'m For,
        collection: &Value,
        reason: Reason,
        origin: Origin,
        scope: Scope<'_>,
    ) -> Value {
        self.doubts += 1;
        let of = collection.as_unknown();
        let mut element = Unknown::new(reason.clone());
        if let Some(Type::List(inner) | Type::Map(inner)) = of.map(|of| &of.ty) {
            element.ty = (**inner).clone();
        }
        let value = Value { data: Data::Unknown(Arc::new(element)), ..collection.clone() };
        let value = value.with_note(|note| note.holds = None);
        let key = Value::unknown(reason.clone(), collection.origin.clone());
        let references = match self.turn(content, &key, &value, scope) {
            Ok((_, Some(turn))) => partial([&turn.value]).0,
            _ => partial([collection]).0,
        };
        let every = content.condition.is_none() && content.key.is_none();
        let mut unknown = Unknown::new(reason);
        unknown.not_null = true;
        unknown.not_empty = every && of.is_some_and(|of| of.not_empty);
        unknown.at_most = of.and_then(|of| of.at_most);
        let any = Box::new(Type::Any);
        unknown.ty = if content.key.is_some() { Type::Map(any) } else { Type::List(any) };
        let result = Value::new(Data::Unknown(Arc::new(unknown)), origin);
        referring(result, references, collection.is_sensitive())
    }
}

/// A list, or an unknown one of which some elements are certain.
pub(super) fn list_or_open(list: Vec<Value>, open: Option<Reason>, at_most: Option<usize>, origin: Origin) -> Value {
    let Some(reason) = open else { return Value::list(list, origin) };
    let mut unknown = Unknown::new(reason);
    unknown.ty = Type::List(Box::new(Type::Any));
    unknown.not_null = true;
    unknown.not_empty = !list.is_empty();
    unknown.at_most = at_most.and_then(|most| u32::try_from(most).ok());
    let holds = Value::list(list, origin.clone());
    let note = Note { holds: Some(holds), ..Note::default() };
    Value { data: Data::Unknown(Arc::new(unknown)), origin, note: Some(Arc::new(note)) }
}
