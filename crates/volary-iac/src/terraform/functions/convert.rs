//! Terraform's conversions between types.

use std::sync::Arc;

use volary_model::{Data, Map, Number, Type, Unknown, Value};

use super::args::Stop;
use super::known::type_of;

/// The known text that a value becomes.
pub(super) fn to_text(value: &Value) -> Result<Arc<str>, Stop> {
    match &value.data {
        Data::Text(text) => Ok(text.clone()),
        Data::Number(number) => Ok(number.to_string().into()),
        Data::Bool(truth) => Ok(truth.to_string().into()),
        Data::Null => Stop::error("is null"),
        Data::List(_) | Data::Map(_) => Stop::error("is no text"),
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
    }
}

/// The known number that a value becomes.
pub(super) fn to_number(value: &Value) -> Result<Number, Stop> {
    match &value.data {
        Data::Number(number) => Ok(*number),
        Data::Text(text) => match Number::parse(text) {
            Some(number) => Ok(number),
            None => Stop::error("is no number"),
        },
        Data::Null => Stop::error("is null"),
        Data::Bool(_) | Data::List(_) | Data::Map(_) => Stop::error("is no number"),
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
    }
}

/// The known truth value that a value becomes.
pub(super) fn to_bool(value: &Value) -> Result<bool, Stop> {
    match &value.data {
        Data::Bool(truth) => Ok(*truth),
        Data::Text(text) => match &**text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Stop::error("is neither true nor false"),
        },
        Data::Null => Stop::error("is null"),
        Data::Number(_) | Data::List(_) | Data::Map(_) => Stop::error("is neither true nor false"),
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
    }
}

/// The elements of a list.
pub(super) fn as_list(value: &Value) -> Result<&[Value], Stop> {
    match &value.data {
        Data::List(list) => Ok(list),
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
        Data::Null => Stop::error("is null"),
        _ => Stop::error("is no list"),
    }
}

/// A map.
pub(super) fn as_map(value: &Value) -> Result<&Map, Stop> {
    match &value.data {
        Data::Map(map) => Ok(map),
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
        Data::Null => Stop::error("is null"),
        _ => Stop::error("is no map"),
    }
}

/// Whether elements of these types become texts where they stand in one list: Terraform's lists hold one type, and a text
/// among numbers and truth values makes all of them texts.
pub(super) fn become_texts<'v>(values: impl IntoIterator<Item = &'v Value>) -> bool {
    let mut text = false;
    for value in values {
        match &value.data {
            Data::Text(_) => text = true,
            Data::Number(_) | Data::Bool(_) | Data::Null => {}
            Data::Unknown(unknown) => match unknown.ty {
                Type::Text => text = true,
                Type::Any | Type::Number | Type::Bool => {}
                _ => return false,
            },
            Data::List(_) | Data::Map(_) => return false,
        }
    }
    text
}

/// The value as an element of a list of texts: numbers and truth values become texts, the rest stays.
pub(super) fn as_element(value: &Value) -> Value {
    match &value.data {
        Data::Number(_) | Data::Bool(_) => match to_text(value) {
            Ok(text) => Value { data: Data::Text(text), ..value.clone() },
            Err(_) => value.clone(),
        },
        Data::Unknown(unknown) if matches!(unknown.ty, Type::Number | Type::Bool) => {
            let mut unknown = (**unknown).clone();
            unknown.ty = Type::Text;
            unknown.not_empty = true;
            Value { data: Data::Unknown(Arc::new(unknown)), ..value.clone() }
        }
        _ => value.clone(),
    }
}

/// The value as an element of a list that may turn out to be one of texts.
fn as_perhaps_text(value: &Value) -> Value {
    match &value.data {
        Data::Unknown(unknown) if matches!(unknown.ty, Type::Number | Type::Bool) => {
            let unknown = Unknown { ty: Type::Any, not_empty: true, ..(**unknown).clone() };
            Value { data: Data::Unknown(Arc::new(unknown)), ..value.clone() }
        }
        _ => value.clone(),
    }
}

/// Some elements of a list of one type whose other elements are not known.
pub(super) fn perhaps_texts<'v>(values: impl IntoIterator<Item = &'v Value> + Clone) -> Vec<Value> {
    let change = if become_texts(values.clone()) { as_element } else { as_perhaps_text };
    values.into_iter().map(change).collect()
}

/// Elements of one type, as in Terraform's lists, sets and maps. Known numbers and truth values stay what they are where
/// an unknown element leaves open whether all become texts: what reads them takes either form.
/// Scalars, lists and maps together have no type in common.
pub(super) fn unified<'v>(values: impl IntoIterator<Item = &'v Value> + Clone) -> Result<Vec<Value>, Stop> {
    let mut kind = None;
    for value in values.clone() {
        let this = match type_of(value) {
            Type::Any => continue,
            Type::Bool | Type::Number | Type::Text => Type::Text,
            other => other,
        };
        if *kind.get_or_insert_with(|| this.clone()) != this {
            return Stop::error("the elements have no type in common");
        }
    }
    let of_any_type = |value: &Value| value.as_unknown().is_some_and(|unknown| unknown.ty == Type::Any);
    let change = if become_texts(values.clone()) {
        as_element
    } else if values.clone().into_iter().any(of_any_type) {
        as_perhaps_text
    } else {
        Value::clone
    };
    Ok(values.into_iter().map(change).collect())
}
