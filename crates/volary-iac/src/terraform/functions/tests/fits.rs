//! Whether a value is one that a partly known value can turn out to be.

use volary_model::{Data, TextPart, Type, Unknown, Value};

/// Says what contradicts, or nothing. Scalars that Terraform converts into one another are the same here: a list of
/// numbers becomes one of texts when an unknown element turns out to be a text.
pub(crate) fn fits(full: &Value, partial: &Value) -> Result<(), String> {
    if full.is_sensitive() && !partial.is_sensitive() {
        return Err("sensitivity was lost".to_owned());
    }
    if let Some(decoded) = partial.decoded() {
        let full = full.decoded().ok_or("the full text has no values behind it")?;
        fits(full, decoded).map_err(|about| format!("decoded: {about}"))?;
    }
    match (&full.data, &partial.data) {
        (_, Data::Unknown(unknown)) => {
            for reference in full.references() {
                let same = |other: &volary_model::Reference| other.address == reference.address;
                if !partial.references().iter().any(same) {
                    return Err(format!("the reference to {} was lost", reference.address));
                }
            }
            admitted(full, unknown)?;
            match partial.holds() {
                Some(holds) => held(full, holds),
                None => Ok(()),
            }
        }
        (Data::Null, Data::Null) => Ok(()),
        (Data::List(full), Data::List(partial)) => {
            if full.len() != partial.len() {
                return Err(format!("{} elements are not {}", partial.len(), full.len()));
            }
            full.iter().zip(partial.iter()).try_for_each(|(full, partial)| fits(full, partial))
        }
        (Data::Map(full), Data::Map(partial)) => {
            for entry in full.entries() {
                let partial = partial.get(&entry.key).ok_or(format!("the key {} is missing", entry.key))?;
                let full = full.get(&entry.key).unwrap_or(&entry.value);
                fits(full, partial).map_err(|about| format!("{}: {about}", entry.key))?;
            }
            match partial.entries().iter().find(|entry| full.get(&entry.key).is_none()) {
                Some(entry) => Err(format!("the key {} is not there", entry.key)),
                None => Ok(()),
            }
        }
        (full, partial) => match (scalar(full), scalar(partial)) {
            (Some(a), Some(b)) if a == b => Ok(()),
            _ => Err(format!("{partial:?} is not {full:?}")),
        },
    }
}

fn scalar(data: &Data) -> Option<String> {
    match data {
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        Data::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

fn held(full: &Value, holds: &Value) -> Result<(), String> {
    match (&full.data, &holds.data) {
        (Data::List(full), Data::List(holds)) => {
            // Of equal elements one may be sensitive and another not; a set keeps one of them.
            let shown: Vec<Value> = full.iter().map(|value| Value { note: None, ..value.clone() }).collect();
            let missing = holds.iter().find(|wanted| !shown.iter().any(|value| fits(value, wanted).is_ok()));
            missing.map_or(Ok(()), |missing| Err(format!("{missing:?} is not among the elements")))
        }
        (Data::Map(full), Data::Map(holds)) => holds.entries().iter().try_for_each(|entry| {
            let value = full.get(&entry.key).ok_or(format!("the key {} is not there", entry.key))?;
            fits(value, &entry.value).map_err(|about| format!("{}: {about}", entry.key))
        }),
        (Data::Null, _) => Ok(()),
        _ => Err("what it holds is of another kind".to_owned()),
    }
}

fn typed(value: &Value, ty: &Type) -> bool {
    match (&value.data, ty) {
        (_, Type::Any) | (Data::Null, _) => true,
        (Data::Bool(_), Type::Bool) | (Data::Number(_), Type::Number) | (Data::Text(_), Type::Text) => true,
        (Data::List(list), Type::List(inner)) => list.iter().all(|value| typed(value, inner)),
        (Data::Map(map), Type::Map(inner)) => map.entries().iter().all(|entry| typed(&entry.value, inner)),
        (Data::Map(_), Type::Object(_)) => true,
        _ => false,
    }
}

fn admitted(value: &Value, unknown: &Unknown) -> Result<(), String> {
    if value.is_null() {
        return if unknown.not_null { Err("it is null".to_owned()) } else { Ok(()) };
    }
    if !typed(value, &unknown.ty) {
        return Err(format!("{value:?} is no {:?}", unknown.ty));
    }
    let size = match &value.data {
        Data::Text(text) => text.len(),
        Data::List(list) => list.len(),
        Data::Map(map) => map.entries().iter().filter(|entry| map.get(&entry.key).is_some()).count(),
        _ => return Ok(()),
    };
    if unknown.not_empty && size == 0 {
        return Err("it is empty".to_owned());
    }
    if let Data::Text(text) = &value.data {
        // By trying every place for every hole, unlike the code under test.
        if !unknown.text.is_empty() && !matches(&unknown.text, text) {
            return Err(format!("{text:?} is not made of {:?}", unknown.text));
        }
        return Ok(());
    }
    match unknown.at_most {
        Some(most) if size > most as usize => Err(format!("{size} elements are more than {most}")),
        _ => Ok(()),
    }
}

fn matches(parts: &[TextPart], text: &str) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((TextPart::Known(known), rest)) => text.strip_prefix(&**known).is_some_and(|text| matches(rest, text)),
        Some((TextPart::Hole, rest)) => {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }
    }
}
