//! Whether a rule has an effect, or one of higher priority denies everything that it allows.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Origin, Reason, ReasonKind, Role, Type, Unknown, Value};

use super::super::values::{known_text, truth, whole};
use super::{Rule, Set, fields, ranges};
use crate::truth::Truth;

/// Rules of one unit are compared so often; the rest is not known.
const MAX_COMPARISONS: usize = 2_000_000;

/// For each rule whether it has an effect.
pub(super) fn of(rules: &[Rule]) -> Vec<Value> {
    let mut denials: BTreeMap<&Set, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        if let Some(set) = &rule.set
            && !rule.access.as_ref().is_none_or(|access| says(access, "allow").is_true())
        {
            denials.entry(set).or_default().push(rule);
        }
    }
    let mut work = 0;
    rules
        .iter()
        .map(|rule| {
            let place = place(rule);
            let (shadowed, reason) = match &rule.set {
                Some(set) if rule.access.as_ref().is_some_and(|access| !says(access, "allow").is_false()) => {
                    shadowed(rule, denials.get(set).map_or(&[][..], |denials| denials), &mut work)
                }
                _ => (Truth::False, None),
            };
            match (disabled(rule), shadowed) {
                (Some((Truth::True, value)), _) => Value::new(Data::Bool(false), value.origin.clone()),
                (_, Truth::True) => Value::new(Data::Bool(false), place),
                (Some((Truth::Unknown, value)), _) => {
                    unknown(value.as_unknown().map(|unknown| unknown.reason.clone()), value.origin.clone())
                }
                (_, Truth::Unknown) => unknown(reason, place),
                _ => Value::new(Data::Bool(true), place),
            }
        })
        .collect()
}

fn unknown(reason: Option<Reason>, origin: Origin) -> Value {
    let reason = reason.unwrap_or_else(|| Reason::new(ReasonKind::NotEvaluated, "the rules around it"));
    let unknown = Unknown { ty: Type::Bool, not_null: true, ..Unknown::new(reason) };
    Value::new(Data::Unknown(Arc::new(unknown)), origin)
}

/// The place of a rule as a whole.
fn place(rule: &Rule) -> Origin {
    let origin =
        rule.source.as_ref().map(|source| &source.origin).or(rule.access.as_ref().map(|access| &access.origin));
    let origin = origin.or(rule.direction.as_ref().map(|direction| &direction.origin)).unwrap_or(&rule.ports.origin);
    Origin { role: Role::Block, ..origin.clone() }
}

fn disabled(rule: &Rule) -> Option<(Truth, &Value)> {
    let value = rule.disabled.as_ref()?;
    Some((truth(value).map_or(Truth::Unknown, Truth::from), value))
}

fn says(value: &Value, word: &str) -> Truth {
    known_text(value).map_or(Truth::Unknown, |text| Truth::from(&*text == word))
}

/// Whether a rule before it denies all that this one allows, and why that is not known.
fn shadowed(rule: &Rule, denials: &[&Rule], work: &mut usize) -> (Truth, Option<Reason>) {
    let mut shadowed = Truth::False;
    let mut reason = None;
    for denial in denials {
        if std::ptr::eq(*denial, rule) {
            continue;
        }
        *work += 1;
        if *work > MAX_COMPARISONS {
            return (Truth::Unknown, Some(Reason::new(ReasonKind::Limit, "comparing rules with each other")));
        }
        let truth = denies(denial, rule);
        if truth == Truth::Unknown && reason.is_none() {
            reason = first_reason(denial).or_else(|| first_reason(rule));
        }
        shadowed = shadowed.or(truth);
        if shadowed.is_true() {
            break;
        }
    }
    (shadowed, reason)
}

/// Whether `denial` denies all that `rule` allows.
fn denies(denial: &Rule, rule: &Rule) -> Truth {
    let mut answer = before(denial, rule);
    let checks: [&dyn Fn() -> Truth; 6] = [
        &|| denial.access.as_ref().map_or(Truth::Unknown, |access| says(access, "deny")),
        &|| same(denial.direction.as_ref(), rule.direction.as_ref()),
        &|| any_or_same(denial.protocol.as_ref(), rule.protocol.as_ref()),
        &|| all_covered(&rule.ports, &denial.ports, &ports_covered),
        &|| all_covered(&rule.sources, &denial.sources, &ranges::covered),
        &|| all_covered(&rule.destinations, &denial.destinations, &ranges::covered),
    ];
    for check in checks {
        if answer.is_false() {
            break;
        }
        answer = answer.and(check());
    }
    // A denial that may not exist, or may be switched off, denies nothing for certain.
    let uncertain = denial.conditional.is_some() || disabled(denial).is_some_and(|(truth, _)| !truth.is_false());
    if uncertain { answer.at_most_unknown() } else { answer }
}

/// Whether a rule is looked at before another one. Of equal priority the denial counts where a provider allows that.
fn before(denial: &Rule, rule: &Rule) -> Truth {
    let priority = |rule: &Rule| rule.priority.as_ref().map(whole);
    match (priority(denial), priority(rule)) {
        (Some(Some(a)), Some(Some(b))) => Truth::from(a < b || a == b && denial.layer == "firewall"),
        (None, _) | (_, None) => Truth::False,
        _ => Truth::Unknown,
    }
}

fn same(a: Option<&Value>, b: Option<&Value>) -> Truth {
    match (a.map(known_text), b.map(known_text)) {
        (Some(Some(a)), Some(Some(b))) => Truth::from(a == b),
        (None, _) | (_, None) => Truth::False,
        _ => Truth::Unknown,
    }
}

fn any_or_same(denial: Option<&Value>, rule: Option<&Value>) -> Truth {
    match denial.map(known_text) {
        Some(Some(text)) if &*text == "any" => Truth::True,
        _ => same(denial, rule),
    }
}

fn ports_covered(inner: &str, outer: &str) -> bool {
    match (fields::bounds(inner), fields::bounds(outer)) {
        (Some(inner), Some(outer)) => outer.0 <= inner.0 && inner.1 <= outer.1,
        _ => inner == outer,
    }
}

/// Whether every element of `inner` is covered by one of `outer`. Two empty lists mean the same: all that there is.
fn all_covered(inner: &Value, outer: &Value, covers: &dyn Fn(&str, &str) -> bool) -> Truth {
    let (Some(inner_list), Some(outer_list)) = (inner.as_list(), outer.as_list()) else { return Truth::Unknown };
    if inner_list.is_empty() || outer_list.is_empty() {
        return Truth::from(outer_list.is_empty());
    }
    let mut all = Truth::True;
    for element in inner_list {
        let text = known_text(element);
        let mut covered = Truth::False;
        for wide in outer_list {
            covered = covered.or(match (&text, known_text(wide)) {
                (Some(text), Some(wide)) => Truth::from(covers(text, &wide)),
                (None, Some(wide)) if covers("?", &wide) => Truth::True,
                _ => Truth::Unknown,
            });
            if covered.is_true() {
                break;
            }
        }
        all = all.and(covered);
        if all.is_false() {
            break;
        }
    }
    all
}

fn first_reason(rule: &Rule) -> Option<Reason> {
    let optional = [&rule.access, &rule.direction, &rule.protocol, &rule.priority, &rule.disabled];
    let values = optional.into_iter().flatten().chain([&rule.ports, &rule.sources, &rule.destinations]);
    let mut elements = values.flat_map(|value| std::iter::once(value).chain(value.as_list().unwrap_or_default()));
    elements
        .find_map(|value| value.as_unknown().map(|unknown| unknown.reason.clone()))
        .or_else(|| rule.conditional.clone())
}
