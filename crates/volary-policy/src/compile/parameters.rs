//! Parameters: values of a policy that an organisation may set, in the direction that tightens.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Number, Value};

use crate::source::{Source, Written, span};

/// The values that are set for one policy, by parameter name.
pub type PolicyParameters = BTreeMap<Arc<str>, Vec<Arc<str>>>;

/// Values for parameters, by policy id and parameter name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterValues {
    /// Policy id to parameter name to its value: one text for a single value, any number for a list.
    pub values: BTreeMap<Arc<str>, PolicyParameters>,
}

/// A declared parameter with its value.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) values: Vec<Written>,
    tightens: Option<Direction>,
}

/// Which values are stricter than the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Subset,
    Superset,
    Larger,
    Smaller,
}

/// Reads `parameters` and applies the values that were set.
pub(super) fn read(
    source: &mut Source,
    value: Option<&Value>,
    set: Option<&PolicyParameters>,
) -> Option<BTreeMap<Arc<str>, Parameter>> {
    let mut parameters = BTreeMap::new();
    let Some(value) = value else { return Some(parameters) };
    for entry in source.entries(value, "`parameters`")? {
        let (mut list, mut values, mut tightens) = (false, None, None);
        for entry in
            source.known_entries(&entry.value, "a parameter", &["type", "default", "tightens", "description"])?
        {
            match &*entry.key {
                "type" => {
                    list = match &*source.text(&entry.value, "`type`")? {
                        "list" => true,
                        "string" | "number" | "bool" => false,
                        other => {
                            source.problem(
                                span(&entry.value),
                                format!("`{other}` is no type of a parameter"),
                                "Types are list, string, number and bool.",
                            );
                            return None;
                        }
                    };
                }
                "default" => values = Some(default(source, &entry.value)?),
                "tightens" => {
                    tightens = Some(match &*source.text(&entry.value, "`tightens`")? {
                        "subset" => Direction::Subset,
                        "superset" => Direction::Superset,
                        "larger" => Direction::Larger,
                        "smaller" => Direction::Smaller,
                        other => {
                            source.problem(
                                span(&entry.value),
                                format!("`tightens: {other}` is no direction"),
                                "Directions are subset, superset, larger and smaller.",
                            );
                            return None;
                        }
                    });
                }
                _ => {}
            }
        }
        let Some(values) = values else {
            source.problem(span(&entry.value), format!("the parameter `{}` has no default", entry.key), "");
            return None;
        };
        if !list && values.len() != 1 {
            source.problem(
                span(&entry.value),
                format!("the default of the parameter `{}` is a list, its type is not", entry.key),
                "Write `type: list`.",
            );
            return None;
        }
        let mut parameter = Parameter { values, tightens };
        if let Some(new) = set.and_then(|set| set.get(&entry.key)) {
            parameter.set(source, &entry.key, new, span(&entry.value));
        }
        parameters.insert(entry.key.clone(), parameter);
    }
    for name in set.into_iter().flat_map(|set| set.keys()).filter(|name| !parameters.contains_key(*name)) {
        source.problem(
            span(value),
            format!("a value is set for the parameter `{name}`, which the policy does not have"),
            "",
        );
    }
    Some(parameters)
}

fn default(source: &mut Source, value: &Value) -> Option<Vec<Written>> {
    match value.as_list() {
        Some(list) => list.iter().map(|element| source.scalar(element, "the default")).collect(),
        None => Some(vec![source.scalar(value, "the default")?]),
    }
}

impl Parameter {
    /// Takes a value that is at least as strict as the default; reports one that is not.
    fn set(&mut self, source: &mut Source, name: &str, new: &[Arc<str>], at: volary_model::Span) {
        let has = |list: &[Written], text: &str| list.iter().any(|value| *value.text == *text);
        let number = |values: &[Arc<str>]| values.first().and_then(|text| Number::parse(text));
        let old: Vec<Arc<str>> = self.values.iter().map(|value| value.text.clone()).collect();
        let tighter = match self.tightens {
            Some(Direction::Subset) => new.iter().all(|text| has(&self.values, text)),
            Some(Direction::Superset) => old.iter().all(|text| new.contains(text)),
            Some(Direction::Larger) => number(new).zip(number(&old)).is_some_and(|(new, old)| new >= old),
            Some(Direction::Smaller) => number(new).zip(number(&old)).is_some_and(|(new, old)| new <= old),
            None => new == old,
        };
        if !tighter {
            source.problem(
                at,
                format!("the value set for the parameter `{name}` would loosen the policy"),
                "A boundary may only tighten a parameter; the default stays in effect.",
            );
            return;
        }
        self.values = new.iter().map(|text| Written { text: text.clone(), plain: true }).collect();
    }
}
