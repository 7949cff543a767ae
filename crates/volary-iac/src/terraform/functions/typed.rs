//! Conversions between types, and sensitivity.

use std::sync::Arc;

use volary_model::{Data, Entry, Type, Unknown, Value};

use super::args::{self, Answer, Args, Outcome, Stop};
use super::{convert, sets};

/// The argument with other content: a conversion still refers to what its argument is.
fn converted(value: &Value, data: Data) -> Outcome {
    Ok(Answer::Part(Value { data, ..value.clone() }))
}

/// What is known of an unknown once it has another type.
fn retyped(value: &Value, unknown: &Unknown, ty: Type) -> Outcome {
    let mut result = Unknown { ty, ..unknown.clone() };
    let was_text = unknown.ty == Type::Text;
    if result.ty == Type::Text {
        result.not_empty |= matches!(unknown.ty, Type::Number | Type::Bool);
        if !was_text {
            result.text = Vec::new();
            result.at_most = None;
        }
    } else {
        result.text = Vec::new();
    }
    let value = value.clone().with_note(|note| note.holds = note.holds.take().map(|holds| held(&holds)));
    converted(&value, Data::Unknown(Arc::new(result)))
}

/// What a list or map holds once it has one type.
fn held(holds: &Value) -> Value {
    let data = match &holds.data {
        Data::List(list) => Data::List(Arc::new(convert::perhaps_texts(&**list))),
        Data::Map(map) => {
            let values = convert::perhaps_texts(map.entries().iter().map(|entry| &entry.value));
            let entries = map.entries().iter().zip(values).map(|(entry, value)| Entry { value, ..entry.clone() });
            Data::Map(Arc::new(entries.collect()))
        }
        data => data.clone(),
    };
    Value { data, ..holds.clone() }
}

fn scalar(args: &Args<'_>, ty: Type, known: impl Fn(&Value) -> Result<Data, Stop>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::Null => Ok(Answer::Part(value.clone())),
        Data::Unknown(unknown) if unknown.ty == ty => Ok(Answer::Part(value.clone())),
        Data::Unknown(unknown) => retyped(value, unknown, ty),
        _ => match known(value) {
            Ok(data) => converted(value, data),
            Err(Stop::Error(about)) => Stop::error(format!("the argument {about}")),
            Err(stop) => Err(stop),
        },
    }
}

pub(super) fn tobool(args: &Args<'_>) -> Outcome {
    scalar(args, Type::Bool, |value| convert::to_bool(value).map(Data::Bool))
}

pub(super) fn tonumber(args: &Args<'_>) -> Outcome {
    scalar(args, Type::Number, |value| convert::to_number(value).map(Data::Number))
}

pub(super) fn tostring(args: &Args<'_>) -> Outcome {
    scalar(args, Type::Text, |value| convert::to_text(value).map(Data::Text))
}

pub(super) fn tolist(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::Null => Ok(Answer::Part(value.clone())),
        Data::Unknown(unknown) if matches!(unknown.ty, Type::List(_)) => retyped(value, unknown, unknown.ty.clone()),
        Data::Unknown(unknown) => retyped(value, unknown, Type::List(Box::new(Type::Any))),
        Data::List(list) => converted(value, Data::List(Arc::new(convert::unified(&**list)?))),
        _ => Stop::error("the argument is no list"),
    }
}

pub(super) fn toset(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::List(list) => match sets::set(args, list)? {
            Answer::Arranged(data) => converted(value, data),
            other => Ok(other),
        },
        _ => tolist(args),
    }
}

pub(super) fn tomap(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::Null => Ok(Answer::Part(value.clone())),
        Data::Unknown(unknown) if matches!(unknown.ty, Type::Map(_)) => retyped(value, unknown, unknown.ty.clone()),
        Data::Unknown(unknown) => retyped(value, unknown, Type::Map(Box::new(Type::Any))),
        Data::Map(map) => {
            let values = convert::unified(map.entries().iter().map(|entry| &entry.value))?;
            let entries = map.entries().iter().zip(values).map(|(entry, value)| Entry { value, ..entry.clone() });
            converted(value, Data::Map(Arc::new(entries.collect())))
        }
        _ => Stop::error("the argument is no map"),
    }
}

pub(super) fn sensitive(args: &Args<'_>) -> Outcome {
    Ok(Answer::Whole(args.at(0)?.clone().with_note(|note| note.sensitive = true)))
}

pub(super) fn nonsensitive(args: &Args<'_>) -> Outcome {
    Ok(Answer::Whole(args.at(0)?.clone().with_note(|note| note.sensitive = false)))
}

pub(super) fn issensitive(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match value.as_unknown() {
        _ if value.is_sensitive() => args::truth(true),
        // The provider may mark it.
        Some(unknown) => Err(Stop::Unknown(unknown.reason.clone())),
        None => args::truth(false),
    }
}

/// A value that is not known may be ephemeral, which becomes null.
pub(super) fn ephemeralasnull(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    match &value.data {
        Data::Unknown(unknown) => {
            let unknown = Unknown { not_null: false, ..(**unknown).clone() };
            converted(value, Data::Unknown(Arc::new(unknown)))
        }
        _ => Ok(Answer::Part(value.clone())),
    }
}
