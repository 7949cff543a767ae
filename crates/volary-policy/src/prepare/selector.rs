//! Label selectors of Kubernetes.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Value};

use crate::operators::Scalar;
use crate::truth::Truth;

/// Whether a selector chooses something with these labels. An empty selector chooses everything, an absent one nothing.
pub(super) fn selects(selector: &Value, labels: &BTreeMap<Arc<str>, Arc<str>>) -> Truth {
    let map = match &selector.data {
        Data::Map(map) => map,
        Data::Unknown(_) => return Truth::Unknown,
        _ => return Truth::False,
    };
    let structured = map.get("matchLabels").is_some() || map.get("matchExpressions").is_some();
    if !structured {
        return matches_labels(selector, labels);
    }
    let mut truth = map.get("matchLabels").map_or(Truth::True, |wanted| matches_labels(wanted, labels));
    match map.get("matchExpressions").map(|list| &list.data) {
        None | Some(Data::Null) => {}
        Some(Data::List(list)) => {
            for expression in list.iter() {
                truth = truth.and(matches_expression(expression, labels));
            }
        }
        Some(_) => truth = truth.and(Truth::Unknown),
    }
    truth
}

/// A label that everything has that the selector chooses.
pub(super) fn a_label(selector: &Value) -> Option<(&str, &str)> {
    let map = selector.as_map()?;
    let structured = map.get("matchLabels").is_some() || map.get("matchExpressions").is_some();
    let labels = if structured { map.get("matchLabels")?.as_map()? } else { map };
    labels.entries().iter().find_map(|entry| Some((&*entry.key, labels.get(&entry.key)?.as_text()?)))
}

fn matches_labels(wanted: &Value, labels: &BTreeMap<Arc<str>, Arc<str>>) -> Truth {
    let map = match &wanted.data {
        Data::Map(map) => map,
        Data::Null => return Truth::True,
        _ => return Truth::Unknown,
    };
    let mut truth = Truth::True;
    for entry in map.entries() {
        truth = truth.and(match labels.get(&entry.key) {
            None => Truth::False,
            Some(label) => equals(&entry.value, label),
        });
    }
    truth
}

fn matches_expression(expression: &Value, labels: &BTreeMap<Arc<str>, Arc<str>>) -> Truth {
    let text = |key: &str| expression.get(key).and_then(Value::as_text);
    let (Some(key), Some(operator)) = (text("key"), text("operator")) else { return Truth::Unknown };
    let label = labels.get(key);
    let one_of = || {
        let Some(list) = expression.get("values").and_then(Value::as_list) else { return Truth::Unknown };
        let Some(label) = label else { return Truth::False };
        list.iter().fold(Truth::False, |truth, value| truth.or(equals(value, label)))
    };
    match operator {
        "In" => one_of(),
        "NotIn" => !one_of(),
        "Exists" => Truth::from(label.is_some()),
        "DoesNotExist" => Truth::from(label.is_none()),
        _ => Truth::Unknown,
    }
}

fn equals(value: &Value, label: &Arc<str>) -> Truth {
    Scalar::new(label.clone(), volary_model::Type::Text, false).equals(value).unwrap_or(Truth::Unknown)
}
