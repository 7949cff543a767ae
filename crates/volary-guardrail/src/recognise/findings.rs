//! What a step does with what it finds.

use std::sync::Arc;

use volary_model::Value;

use super::condition::{Condition, Subject, Test};
use super::invocation::scalar;
use super::recognised::{Fact, Findings, Floor, FloorLevel, Mark, Outcome};
use super::settings::{Context, Truth};
use super::tool::{Behaviour, Does, ExitCode, Findings as Default, FloorForm, FloorRule};

/// The innermost behaviour that says something.
fn first<'t, T>(
    context: &Context<'t>,
    does: &'t Does,
    field: impl Fn(&'t Behaviour) -> Option<&'t T>,
) -> Option<&'t T> {
    let uses = || context.uses.and_then(|form| field(&form.behaviour));
    let form = || field(&context.form.behaviour);
    field(&does.behaviour).or_else(uses).or_else(form).or_else(|| field(&context.tool.behaviour))
}

/// What happens on findings.
pub(crate) fn findings<'t>(context: &Context<'t>, does: &'t Does) -> Findings {
    let list = |field: fn(&'t Behaviour) -> Option<&'t Vec<Condition>>| {
        first(context, does, field).map_or(&[][..], Vec::as_slice)
    };
    let stops_when = list(|behaviour| behaviour.stops_when.as_ref());
    let softened = sort(context, list(|behaviour| behaviour.softened_by.as_ref()));
    let hardened = sort(context, stops_when);
    let narrowed = sort(context, list(|behaviour| behaviour.narrowed_by.as_ref()));
    let default = first(context, does, |behaviour| behaviour.findings.as_ref()).copied();
    let default = default.unwrap_or(Default::Reports);
    let floor = first(context, does, |behaviour| behaviour.floor.as_ref()).and_then(|rules| floor(context, rules));
    let never = floor.as_ref().is_some_and(|floor| floor.level == Some(FloorLevel::Never));
    let wild: Vec<Fact> = context.wild().collect();
    let wild_words: Vec<Arc<str>> = wild.iter().map(|fact| fact.written.clone()).collect();

    let mut depends_on = Vec::new();
    let outcome = if default == Default::Nothing {
        Outcome::Nothing
    } else if !softened.yes.is_empty() || never {
        Outcome::Reports
    } else if default == Default::Stops || !hardened.yes.is_empty() {
        depends_on.extend(softened.unknown);
        Outcome::Stops
    } else if !hardened.unknown.is_empty() {
        depends_on.extend(hardened.unknown);
        depends_on.extend(softened.unknown);
        Outcome::Depends
    } else if default == Default::Depends {
        Outcome::Depends
    } else {
        Outcome::Reports
    };
    // A word that may be anything may be an option that softens.
    if outcome == Outcome::Stops {
        depends_on.extend(wild);
    }
    let outcome = if outcome == Outcome::Stops && !depends_on.is_empty() { Outcome::Depends } else { outcome };
    let would_stop = match outcome {
        Outcome::Reports | Outcome::Depends if softened.yes.is_empty() => {
            stops_when.iter().filter_map(|condition| hint(context, condition)).collect()
        }
        _ => Vec::new(),
    };
    let text = |field: fn(&'t Behaviour) -> Option<&'t Arc<str>>| first(context, does, field).cloned();
    let report = first(context, does, |behaviour| behaviour.report.as_ref());
    let mut softened_by = softened.yes;
    if let (true, Some(floor)) = (never, &floor) {
        softened_by.push(Fact {
            setting: "floor".into(),
            written: super::invocation::written(&floor.value),
            value: floor.value.clone(),
        });
    }
    // What is given with an unknown value may narrow; a word that may be anything is said once, not for every setting.
    let maybe = narrowed.unknown.into_iter().filter(|fact| !wild_words.contains(&fact.written));
    let mut seen: Vec<Fact> = Vec::new();
    for fact in depends_on {
        if !seen.iter().any(|known| known.written == fact.written && known.value.origin == fact.value.origin) {
            seen.push(fact);
        }
    }
    Findings {
        outcome,
        depends_on: seen,
        softened_by,
        hardened_by: hardened.yes,
        narrowed_by: narrowed.yes.into_iter().chain(maybe).collect(),
        floor,
        would_stop,
        report: report.map_or_else(Vec::new, |picks| context.picks(picks, None)),
        gate: text(|behaviour| behaviour.gate.as_ref()),
        server: text(|behaviour| behaviour.server.as_ref()),
        exit_code: first(context, does, |behaviour| behaviour.exit.as_ref()).and_then(|code| exit_code(context, code)),
        leaves_out: first(context, does, |behaviour| behaviour.leaves_out.as_ref())
            .map_or_else(Vec::new, |picks| context.picks(picks, None)),
        marks: mark(context, list),
    }
}

/// The exit code of findings.
fn exit_code(context: &Context<'_>, code: &ExitCode) -> Option<u32> {
    match code {
        ExitCode::Is(code) => Some(*code),
        ExitCode::Setting(name) => {
            let found = context.find(name);
            let value = found.values.last().filter(|_| found.doubt.is_none())?;
            scalar(value)?.trim().parse().ok().filter(|code| (1..256).contains(code))
        }
    }
}

/// What findings certainly make of the result of the build.
fn mark<'t>(
    context: &Context<'t>,
    list: impl Fn(fn(&'t Behaviour) -> Option<&'t Vec<Condition>>) -> &'t [Condition],
) -> Option<Mark> {
    let holds =
        |conditions: &[Condition]| conditions.iter().any(|condition| matches!(context.holds(condition), Truth::Yes(_)));
    if holds(list(|behaviour| behaviour.failed_when.as_ref())) {
        return Some(Mark::Failed);
    }
    holds(list(|behaviour| behaviour.unstable_when.as_ref())).then_some(Mark::Unstable)
}

/// Conditions that hold, and those that may.
pub(crate) struct Sorted {
    pub(crate) yes: Vec<Fact>,
    pub(crate) unknown: Vec<Fact>,
}

/// Which of some conditions hold.
pub(crate) fn sort(context: &Context<'_>, conditions: &[Condition]) -> Sorted {
    let mut sorted = Sorted { yes: Vec::new(), unknown: Vec::new() };
    for condition in conditions {
        match context.holds(condition) {
            Truth::No => {}
            Truth::Unknown(fact) => sorted.unknown.push(fact),
            Truth::Yes(Some(fact)) => sorted.yes.push(fact),
            // Nothing is written: the fact is that something is missing.
            Truth::Yes(None) => {
                let setting = condition.settings().next().cloned().unwrap_or_else(|| "argument".into());
                let value = Value::new(volary_model::Data::Null, context.origin.clone());
                sorted.yes.push(Fact { written: format!("no {setting}").into(), setting, value });
            }
        }
    }
    sorted
}

/// How a condition is brought about here: `--exit-code 1`, `exit-code: 1`.
fn hint(context: &Context<'_>, condition: &Condition) -> Option<Arc<str>> {
    let mut hints = Vec::new();
    for term in &condition.terms {
        let Subject::Setting(name) = &term.subject else { return None };
        let setting = context.setting(name)?;
        let wanted = match &term.test {
            Test::Is(values) | Test::Has(values) if !term.negated => values.first().cloned(),
            _ => None,
        };
        let value = setting.hard.clone().or(wanted);
        let input = setting.inputs.first().filter(|_| context.inputs.is_some());
        hints.push(match (input, setting.flags.first(), setting.options.first(), value) {
            (Some(input), _, _, value) => format!("{input}: {}", value.as_deref().unwrap_or("true")),
            (_, Some(flag), ..) => flag.to_string(),
            (_, _, Some(option), Some(value)) if option.starts_with("-D") => format!("{option}={value}"),
            (_, _, Some(option), Some(value)) => format!("{option} {value}"),
            (_, _, Some(option), None) => option.to_string(),
            _ => return None,
        });
    }
    Some(hints.join(" ").into())
}

/// The least severity that counts.
fn floor(context: &Context<'_>, rules: &[FloorRule]) -> Option<Floor> {
    rules.iter().find_map(|rule| {
        let found = context.find(&rule.setting);
        let value = found.values.last()?.clone();
        let level = match (scalar(&value), &found.doubt) {
            (Some(text), None) => level(&text, rule.form),
            _ => None,
        };
        Some(Floor { level, value })
    })
}

fn level(text: &str, form: FloorForm) -> Option<FloorLevel> {
    match form {
        FloorForm::Minimum => word(text),
        FloorForm::List => {
            text.split([',', ' ', '|']).filter(|piece| !piece.trim().is_empty()).map(word).min().flatten()
        }
        FloorForm::Cvss => {
            let score: f64 = text.trim().parse().ok()?;
            Some(match score {
                score if score > 10.0 => FloorLevel::Never,
                score if score >= 9.0 => FloorLevel::Critical,
                score if score >= 7.0 => FloorLevel::High,
                score if score >= 4.0 => FloorLevel::Medium,
                score if score > 0.0 => FloorLevel::Low,
                _ => FloorLevel::Any,
            })
        }
    }
}

fn word(text: &str) -> Option<FloorLevel> {
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "any" | "all" | "unknown" | "info" | "informational" | "note" | "none" | "negligible" | "undefined" => {
            FloorLevel::Any
        }
        "low" | "minor" | "style" | "1" => FloorLevel::Low,
        "medium" | "moderate" | "warning" | "warn" | "2" => FloorLevel::Medium,
        "high" | "error" | "major" | "danger" | "3" => FloorLevel::High,
        "critical" | "blocker" | "very_high" | "4" => FloorLevel::Critical,
        _ => return None,
    })
}
