//! What template expansion makes of YAML: texts with holes, and conditions that could not be decided.

use std::sync::Arc;

use volary_model::{Call, Data, Entry, Map, Origin, Span, Value};

use crate::model::{Expr, ExprKind, Guard, Text};

/// A node after expansion. Cheap to clone: parameters are put in many times.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) data: NodeData,
    pub(super) origin: Origin,
}

#[derive(Clone, Debug)]
pub(super) enum NodeData {
    Scalar(Arc<Text>),
    List(Arc<Vec<Item>>),
    Map(Arc<Vec<Pair>>),
}

/// An element of a list.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) node: Node,
    /// Conditions that could not be decided, outermost first.
    pub(super) guards: Arc<[Guard]>,
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) key: Arc<str>,
    pub(super) key_at: Span,
    pub(super) node: Node,
    pub(super) guards: Arc<[Guard]>,
}

/// The conditions and calls under which a list is read.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) guards: Arc<[Guard]>,
    pub(super) through: Arc<[Call]>,
    /// How deep templates are nested.
    pub(super) depth: usize,
    /// The file that templates are looked up from.
    pub(super) home: Arc<super::template::Home>,
}

impl Context {
    /// The same with more conditions.
    pub(super) fn under(&self, guards: &[Guard]) -> Self {
        Self { guards: joined(&self.guards, guards), ..self.clone() }
    }
}

/// Most conditions that are kept of one element.
const MOST_GUARDS: usize = 32;

/// Two lists of conditions one after the other.
pub(super) fn joined(outer: &Arc<[Guard]>, inner: &[Guard]) -> Arc<[Guard]> {
    if inner.is_empty() {
        return outer.clone();
    }
    if outer.len() + inner.len() <= MOST_GUARDS {
        return outer.iter().chain(inner).cloned().collect();
    }
    // Leaving conditions out would make it look more certain than it is: one that is not known stands for the rest.
    let mut kept: Vec<Guard> = outer.iter().chain(inner).take(MOST_GUARDS - 1).cloned().collect();
    if let Some(last) = kept.last().cloned() {
        let reason = volary_model::Reason::new(volary_model::ReasonKind::Limit, "conditions nested too deep");
        let expr = Arc::new(Expr::new(ExprKind::Unknown(reason), last.at));
        kept.push(Guard { text: "further conditions".into(), at: last.at, expr, expected: true });
    }
    kept.into()
}

impl Node {
    pub(super) fn scalar(text: Text) -> Self {
        Self { origin: text.origin.clone(), data: NodeData::Scalar(Arc::new(text)) }
    }

    pub(super) fn null(origin: Origin) -> Self {
        let data = Some(Value::new(Data::Null, origin.clone()));
        Self::scalar(Text { pieces: Vec::new(), origin, data })
    }

    pub(super) fn span(&self) -> Span {
        self.origin.span().unwrap_or(Span::new(volary_model::FileId(0), 0, 0))
    }

    pub(super) fn text(&self) -> Option<&Text> {
        match &self.data {
            NodeData::Scalar(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Item] {
        match &self.data {
            NodeData::List(list) => list,
            _ => &[],
        }
    }

    pub(super) fn pairs(&self) -> &[Pair] {
        match &self.data {
            NodeData::Map(map) => map,
            _ => &[],
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.data, NodeData::List(_))
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.data, NodeData::Map(_))
    }

    /// Whether nothing is written.
    pub(super) fn is_null(&self) -> bool {
        self.text().is_some_and(|text| text.data.as_ref().is_some_and(Value::is_null))
    }

    /// The entry of a key: one without open conditions first, else the first with them.
    pub(super) fn pair(&self, key: &str) -> Option<&Pair> {
        let mut with = self.pairs().iter().filter(|pair| &*pair.key == key);
        let first = with.next()?;
        if first.guards.is_empty() {
            return Some(first);
        }
        Some(with.find(|pair| pair.guards.is_empty()).unwrap_or(first))
    }

    /// The node of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.pair(key).map(|pair| &pair.node)
    }

    /// The known text of a key.
    pub(super) fn known(&self, key: &str) -> Option<String> {
        self.get(key)?.text()?.known()
    }

    /// As a value; what is not known is unknown. `budget` bounds the nodes that are made.
    pub(super) fn value(&self, budget: &mut usize) -> Value {
        if *budget == 0 {
            let reason = volary_model::Reason::new(volary_model::ReasonKind::Limit, "a value too large");
            return Value::unknown(reason, self.origin.clone());
        }
        *budget -= 1;
        match &self.data {
            NodeData::Scalar(text) => text.value(),
            NodeData::List(list) => {
                Value::list(list.iter().map(|item| item.node.value(budget)).collect(), self.origin.clone())
            }
            NodeData::Map(map) => {
                let entry = |pair: &Pair, budget: &mut usize| Entry {
                    key: pair.key.clone(),
                    key_span: Some(pair.key_at),
                    value: pair.node.value(budget),
                };
                let entries = map.iter().map(|pair| entry(pair, budget)).collect();
                Value::new(Data::Map(Arc::new(Map::new(entries))), self.origin.clone())
            }
        }
    }

    /// The node of a value.
    pub(super) fn of(value: &Value) -> Self {
        let data = match &value.data {
            Data::List(list) => NodeData::List(Arc::new(
                list.iter().map(|value| Item { node: Self::of(value), guards: Arc::new([]) }).collect(),
            )),
            Data::Map(map) => {
                let pair = |entry: &Entry| Pair {
                    key: entry.key.clone(),
                    key_at: entry.key_span.unwrap_or_else(|| crate::reader::span(&entry.value)),
                    node: Self::of(&entry.value),
                    guards: Arc::new([]),
                };
                NodeData::Map(Arc::new(map.entries().iter().map(pair).collect()))
            }
            Data::Unknown(unknown) => {
                return Self::scalar(crate::reader::hole_text(value, unknown.reason.clone()));
            }
            _ => {
                let mut text =
                    Text::literal(crate::model::scalar_text(value).unwrap_or_default(), value.origin.clone());
                text.data = crate::reader::data(value);
                return Self::scalar(text);
            }
        };
        Self { data, origin: value.origin.clone() }
    }
}
