//! Type constraints of variables: reading them, and converting values to them.

use std::sync::Arc;

use volary_document::hcl::{Call, Expr, ExprKind};
use volary_model::{Data, Entry, Map, Number, Origin, Reason, ReasonKind, Role, Type, Unknown, Value};

use super::references::{computed, extended, of_resource};

/// A type constraint.
#[derive(Debug)]
pub(super) enum Constraint<'m> {
    /// `any`, or something that is not a type.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    Text,
    /// `list(T)`
    List(Box<Constraint<'m>>),
    /// `set(T)`
    Set(Box<Constraint<'m>>),
    /// `map(T)`
    Map(Box<Constraint<'m>>),
    /// `tuple([T, ...])`
    Tuple(Vec<Constraint<'m>>),
    /// `object({...})`
    Object(Vec<Field<'m>>),
}

/// An attribute of an object type.
#[derive(Debug)]
pub(super) struct Field<'m> {
    name: &'m Arc<str>,
    constraint: Constraint<'m>,
    optional: bool,
    default: Option<&'m Expr>,
}

impl<'m> Constraint<'m> {
    /// Reads a type. Recursion is bounded by the depth of the parser.
    pub(super) fn read(expr: &'m Expr) -> Self {
        match &expr.kind {
            // Before Terraform 0.12 types were texts.
            ExprKind::Name(name) | ExprKind::Text(name) => match &**name {
                "bool" => Self::Bool,
                "number" => Self::Number,
                "string" => Self::Text,
                "list" => Self::List(Box::new(Self::Any)),
                "set" => Self::Set(Box::new(Self::Any)),
                "map" => Self::Map(Box::new(Self::Any)),
                _ => Self::Any,
            },
            ExprKind::Call(call) => Self::constructed(call),
            _ => Self::Any,
        }
    }

    fn constructed(call: &'m Call) -> Self {
        let inner = || call.arguments.first().map_or(Self::Any, Self::read);
        match &*call.name {
            "list" => Self::List(Box::new(inner())),
            "set" => Self::Set(Box::new(inner())),
            "map" => Self::Map(Box::new(inner())),
            "optional" => inner(),
            "tuple" => match call.arguments.first().map(|argument| &argument.kind) {
                Some(ExprKind::List(items)) => Self::Tuple(items.iter().map(Self::read).collect()),
                _ => Self::Any,
            },
            "object" => match call.arguments.first().map(|argument| &argument.kind) {
                Some(ExprKind::Object(items)) => Self::Object(
                    items
                        .iter()
                        .filter_map(|item| match &item.key.kind {
                            ExprKind::Text(name) => Some(Field::read(name, &item.value)),
                            _ => None,
                        })
                        .collect(),
                ),
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }

    /// The type as values know it.
    pub(super) fn model(&self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::Text => Type::Text,
            Self::List(inner) | Self::Set(inner) => Type::List(Box::new(inner.model())),
            Self::Map(inner) => Type::Map(Box::new(inner.model())),
            Self::Tuple(_) => Type::List(Box::new(Type::Any)),
            Self::Object(fields) => Type::Object(
                fields.iter().map(|field| (field.name.clone(), field.constraint.model(), field.optional)).collect(),
            ),
        }
    }

    /// Converts a value. `default` evaluates the default of an optional attribute. Recursion is bounded by the depth of
    /// the type.
    pub(super) fn convert(&self, value: Value, default: &mut dyn FnMut(&'m Expr) -> Value) -> Value {
        if let Data::Unknown(unknown) = &value.data {
            return typed(unknown.clone(), self, value);
        }
        if value.is_null() {
            return value;
        }
        match self {
            Self::Any => value,
            Self::Bool => to_bool(value),
            Self::Number => to_number(value),
            Self::Text => to_text(value),
            Self::List(inner) => to_list(value, inner, default),
            Self::Set(inner) => to_set(value, inner, default),
            Self::Map(inner) => to_map(value, inner, default),
            Self::Tuple(inner) => match &value.data {
                Data::List(list) if list.len() == inner.len() => {
                    let pairs = inner.iter().zip(list.iter());
                    let list = pairs.map(|(ty, value)| ty.convert(value.clone(), default)).collect();
                    Value { data: Data::List(Arc::new(list)), ..value }
                }
                Data::List(_) => wrong(value, "a list of another length"),
                _ => wrong(value, "not a list"),
            },
            Self::Object(fields) => to_object(value, fields, default),
        }
    }
}

impl<'m> Field<'m> {
    fn read(name: &'m Arc<str>, ty: &'m Expr) -> Self {
        let constraint = Constraint::read(ty);
        match &ty.kind {
            ExprKind::Call(call) if &*call.name == "optional" => {
                Self { name, constraint, optional: true, default: call.arguments.get(1) }
            }
            _ => Self { name, constraint, optional: false, default: None },
        }
    }
}

/// An unknown with the type that it will have.
fn typed(unknown: Arc<Unknown>, constraint: &Constraint<'_>, value: Value) -> Value {
    let ty = constraint.model();
    if ty == Type::Any || unknown.ty == ty {
        return value;
    }
    let mut unknown = (*unknown).clone();
    let scalar = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::Text);
    if scalar(&unknown.ty) != scalar(&ty) && unknown.ty != Type::Any {
        unknown.text = Vec::new();
    }
    if ty != Type::Text {
        unknown.text = Vec::new();
    }
    if matches!(ty, Type::Object(_)) || scalar(&ty) {
        unknown.at_most = None;
    }
    unknown.ty = ty;
    let mut value = value;
    value.data = Data::Unknown(Arc::new(unknown));
    // What it certainly held may have been converted as well.
    if value.holds().is_some() && !matches!(constraint, Constraint::List(_) | Constraint::Map(_)) {
        value = value.with_note(|note| note.holds = None);
    }
    value
}

fn wrong(value: Value, about: &str) -> Value {
    Value { data: Data::Unknown(Arc::new(Unknown::new(Reason::new(ReasonKind::WrongType, about)))), ..value }
}

fn to_bool(value: Value) -> Value {
    let truth = match &value.data {
        Data::Bool(_) => return value,
        Data::Text(text) => match &**text {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => return wrong(value, "not a truth value"),
        },
        _ => return wrong(value, "not a truth value"),
    };
    Value { data: Data::Bool(truth), ..value }
}

fn to_number(value: Value) -> Value {
    match &value.data {
        Data::Number(_) => value,
        Data::Text(text) => match Number::parse(text) {
            Some(number) => Value { data: Data::Number(number), ..value },
            None => wrong(value, "not a number"),
        },
        _ => wrong(value, "not a number"),
    }
}

fn to_text(value: Value) -> Value {
    let text: Arc<str> = match &value.data {
        Data::Text(_) => return value,
        Data::Bool(truth) => truth.to_string().into(),
        Data::Number(number) => number.to_string().into(),
        _ => return wrong(value, "not a text"),
    };
    Value { data: Data::Text(text), ..value }
}

fn to_list<'m>(value: Value, inner: &Constraint<'m>, default: &mut dyn FnMut(&'m Expr) -> Value) -> Value {
    match &value.data {
        Data::List(_) if matches!(inner, Constraint::Any) => value,
        Data::List(list) => {
            let list = list.iter().map(|value| inner.convert(value.clone(), default)).collect();
            Value { data: Data::List(Arc::new(list)), ..value }
        }
        _ => wrong(value, "not a list"),
    }
}

/// Sets have no duplicates, and an order of their own for texts and numbers.
fn to_set<'m>(value: Value, inner: &Constraint<'m>, default: &mut dyn FnMut(&'m Expr) -> Value) -> Value {
    let value = to_list(value, inner, default);
    let Data::List(list) = &value.data else { return value };
    let texts: Option<Vec<&str>> = list.iter().map(Value::as_text).collect();
    let Some(texts) = texts else { return value };
    if texts.windows(2).all(|pair| pair[0] < pair[1]) {
        return value;
    }
    let mut list: Vec<Value> = (**list).clone();
    list.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
    list.dedup_by(|a, b| a.as_text() == b.as_text());
    Value { data: Data::List(Arc::new(list)), ..value }
}

fn to_map<'m>(value: Value, inner: &Constraint<'m>, default: &mut dyn FnMut(&'m Expr) -> Value) -> Value {
    match &value.data {
        Data::Map(_) if matches!(inner, Constraint::Any) => value,
        Data::Map(map) => {
            let entries = map
                .entries()
                .iter()
                .map(|entry| Entry { value: inner.convert(entry.value.clone(), default), ..entry.clone() });
            Value { data: Data::Map(Arc::new(entries.collect::<Map>())), ..value }
        }
        _ => wrong(value, "not a map"),
    }
}

fn to_object<'m>(value: Value, fields: &[Field<'m>], default: &mut dyn FnMut(&'m Expr) -> Value) -> Value {
    let Data::Map(map) = &value.data else { return wrong(value, "not an object") };
    let mut entries = Vec::with_capacity(fields.len());
    for field in fields {
        let known = map.entry(field.name);
        let written =
            known.map(|entry| entry.value.clone()).filter(|value| !(value.is_null() && field.default.is_some()));
        let inner = match (written, field.default) {
            (Some(value), _) => value,
            (None, Some(expr)) => default(expr),
            (None, None) if of_resource(&value) => computed(extended(&value, field.name), value.origin.clone()),
            (None, None) if field.optional => Value::new(Data::Null, absent(&value.origin)),
            (None, None) => return wrong(value, &format!("an object without `{}`", field.name)),
        };
        let converted = field.constraint.convert(inner, default);
        entries.push(Entry {
            key: field.name.clone(),
            key_span: known.and_then(|entry| entry.key_span),
            value: converted,
        });
    }
    Value { data: Data::Map(Arc::new(Map::new(entries))), ..value }
}

/// The origin of an optional attribute that is not written: the object around it.
fn absent(object: &Origin) -> Origin {
    Origin { role: Role::Block, ..object.clone() }
}
