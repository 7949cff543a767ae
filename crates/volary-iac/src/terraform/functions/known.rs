//! Which values an unknown can still turn out to be.

use std::sync::Arc;

use volary_model::{Data, Reason, TextPart, Type, Unknown, Value};

/// Whether an unknown may turn out to be this value; `false` is certain. Scalars count as convertible into one another.
/// The value may itself hold unknowns, which are taken to be whatever is needed.
pub(crate) fn admits(unknown: &Unknown, value: &Value) -> bool {
    match &value.data {
        Data::Null => return !unknown.not_null,
        Data::Unknown(_) => return true,
        _ => {}
    }
    let size = match &value.data {
        Data::Text(text) => Some(text.len()),
        Data::List(list) => Some(list.len()),
        // Keys that stand twice count once.
        Data::Map(map) => Some(usize::from(!map.is_empty())),
        _ => None,
    };
    if unknown.not_empty && size == Some(0) || !has_type(&unknown.ty, value, 8) {
        return false;
    }
    match &value.data {
        Data::Text(text) => unknown.text.is_empty() || matches(&unknown.text, text),
        Data::List(list) => unknown.at_most.is_none_or(|most| list.len() <= most as usize),
        Data::Map(map) if unknown.at_most == Some(0) => map.is_empty(),
        _ => true,
    }
}

/// Whether a value can be of a type, looked at down to some depth.
fn has_type(ty: &Type, value: &Value, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    match (ty, &value.data) {
        (Type::Any, _) | (_, Data::Null | Data::Unknown(_)) => true,
        (Type::Bool | Type::Number | Type::Text, Data::Bool(_) | Data::Number(_) | Data::Text(_)) => true,
        (Type::List(inner), Data::List(list)) => list.iter().take(64).all(|value| has_type(inner, value, depth)),
        (Type::Map(inner), Data::Map(map)) => {
            map.entries().iter().take(64).all(|entry| has_type(inner, &entry.value, depth))
        }
        (Type::Object(_), Data::Map(_)) => true,
        _ => false,
    }
}

/// Whether a text is made of these stretches.
fn matches(parts: &[TextPart], text: &str) -> bool {
    let mut rest = text;
    let mut floating = false;
    let last = parts.len().saturating_sub(1);
    for (index, part) in parts.iter().enumerate() {
        match part {
            TextPart::Hole => floating = true,
            // The last stretch ends the text; taking the first occurrence of those before it leaves the most for it.
            TextPart::Known(known) if floating && index == last => return rest.ends_with(&**known),
            TextPart::Known(known) if floating => match rest.find(&**known) {
                Some(at) => {
                    rest = &rest[at + known.len()..];
                    floating = false;
                }
                None => return false,
            },
            TextPart::Known(known) => match rest.strip_prefix(&**known) {
                Some(after) => rest = after,
                None => return false,
            },
        }
    }
    floating || rest.is_empty()
}

/// What is known of a value that is one of these.
pub(crate) fn either(values: &[&Value], reason: Reason) -> Unknown {
    let mut result = Unknown::new(reason);
    let Some((first, others)) = values.split_first() else { return result };
    result.ty = type_of(first);
    if others.iter().any(|value| type_of(value) != result.ty) {
        result.ty = Type::Any;
    }
    result.not_null = values.iter().all(|value| match &value.data {
        Data::Null => false,
        Data::Unknown(unknown) => unknown.not_null,
        _ => true,
    });
    result.not_empty = values.iter().all(|value| match &value.data {
        Data::Text(text) => !text.is_empty(),
        Data::List(list) => !list.is_empty(),
        Data::Map(map) => !map.is_empty(),
        Data::Unknown(unknown) => unknown.not_empty,
        _ => true,
    });
    result.at_most = values
        .iter()
        .map(|value| match &value.data {
            Data::List(list) => u32::try_from(list.len()).ok(),
            Data::Map(map) => u32::try_from(map.len()).ok(),
            Data::Unknown(unknown) => unknown.at_most,
            _ => None,
        })
        .try_fold(0, |most, size| size.map(|size| most.max(size)));
    if result.ty == Type::Text {
        result.text = common(values);
    } else {
        result.at_most = result.at_most.filter(|_| !matches!(result.ty, Type::Number | Type::Bool));
    }
    result
}

/// The literal text at the start and end that texts share.
fn common(values: &[&Value]) -> Vec<TextPart> {
    let ends = |value: &Value, start: bool| -> Arc<str> {
        match &value.data {
            Data::Text(text) => text.clone(),
            Data::Unknown(unknown) if start => unknown.prefix().into(),
            Data::Unknown(unknown) => unknown.suffix().into(),
            _ => "".into(),
        }
    };
    // Null has no text, so it takes nothing from what the texts share.
    let texts: Vec<&&Value> = values.iter().filter(|value| !value.is_null()).collect();
    let Some((first, others)) = texts.split_first() else { return Vec::new() };
    let mut prefix = ends(first, true).to_string();
    let mut suffix = ends(first, false).to_string();
    for value in others {
        let start = ends(value, true);
        let same = prefix.chars().zip(start.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        prefix.truncate(same);
        let end = ends(value, false);
        let same: usize =
            suffix.chars().rev().zip(end.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        suffix.drain(..suffix.len() - same);
    }
    // The two may overlap in a short text ("a" starts and ends with "a"), so only one of them is kept then.
    let shortest = texts.iter().map(|value| value.as_text().map_or(usize::MAX, str::len)).min().unwrap_or(0);
    let mut parts = Vec::new();
    if !prefix.is_empty() {
        parts.push(TextPart::Known(prefix.as_str().into()));
    }
    let unknown_overlap = texts.iter().any(|value| {
        value
            .as_unknown()
            .is_some_and(|unknown| unknown.text.iter().filter(|part| **part == TextPart::Hole).count() == 0)
    });
    if !suffix.is_empty() && !unknown_overlap && (prefix.is_empty() || prefix.len() + suffix.len() <= shortest) {
        parts.push(TextPart::Hole);
        parts.push(TextPart::Known(suffix.as_str().into()));
    } else if !parts.is_empty() {
        parts.push(TextPart::Hole);
    }
    parts
}

/// The type of a value, without looking into collections; null fits every type and counts as any.
pub(super) fn type_of(value: &Value) -> Type {
    match &value.data {
        Data::Null => Type::Any,
        Data::Bool(_) => Type::Bool,
        Data::Number(_) => Type::Number,
        Data::Text(_) => Type::Text,
        Data::List(_) => Type::List(Box::new(Type::Any)),
        Data::Map(_) => Type::Map(Box::new(Type::Any)),
        Data::Unknown(unknown) => match &unknown.ty {
            Type::List(_) => Type::List(Box::new(Type::Any)),
            Type::Map(_) | Type::Object(_) => Type::Map(Box::new(Type::Any)),
            other => other.clone(),
        },
    }
}
