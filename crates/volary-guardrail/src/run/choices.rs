//! What may be otherwise in runs of one kind: parameters, and parts of conditions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Data, Value};
use volary_pipeline::{Comparison, Event, Expr, ExprKind, Parameter, Platform, truthy};

use super::canonical::{self, scalar};
use super::kinds::kind;
use super::names::{chooses, gitlab_overridable};
use super::pattern::{self, regex_text};
use super::results::NoResults;
use super::truth::{Ask, text, value};
use super::world::is_truth;
use super::{Choice, ChoiceKind, Relevant, Run, activity, atoms};
use crate::tri::Tri;

/// Most values of one name that are told apart.
const VALUES: usize = 12;

/// One thing that may be otherwise.
#[derive(Clone, Debug, Default)]
pub(super) struct Dimension {
    /// The usual one first.
    pub(super) alternatives: Vec<Alternative>,
}

/// One way it may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative {
    pub(super) parameters: Vec<(Arc<str>, Arc<str>)>,
    pub(super) choices: Vec<(Arc<str>, Choice)>,
}

/// What may be otherwise in runs of this kind, and whether values were left out.
pub(super) fn dimensions(
    base: &Run,
    exprs: &[&Expr],
    relevant: &Relevant<'_>,
    files: &[Files<'_>],
) -> (Vec<Dimension>, bool) {
    let platform = base.platform();
    let mut ask = Ask::new(platform, base, &NoResults);
    ask.open = true;
    let open = atoms::open(&ask, exprs);
    let mut cut = false;
    // Questions by the one name in them that is open; the others stand alone.
    let mut subjects: Vec<(String, Vec<Arc<str>>, Vec<Atom<'_>>)> = Vec::new();
    let mut alone: Vec<Atom<'_>> = Vec::new();
    for (key, expr) in open {
        let names = open_names(base, expr);
        let atom = Atom { key, expr };
        // One parameter may have several names.
        match names.as_slice() {
            [(name, parts)] => match subjects.iter_mut().find(|(known, ..)| known == name) {
                Some((_, _, atoms)) => atoms.push(atom),
                None => subjects.push((name.clone(), parts.clone(), vec![atom])),
            },
            _ => alone.push(atom),
        }
    }
    for name in &relevant.parameters {
        let parts = parameter_parts(platform, name);
        let key = subject(base, &parts);
        if !subjects.iter().any(|(known, ..)| *known == key) {
            subjects.push((key, parts, Vec::new()));
        }
    }
    let mut found = Vec::new();
    for (key, parts, atoms) in &subjects {
        let dimension = match parameter(base, parts) {
            Some(Chosen { name, declared, default }) => {
                let dimension = by_parameter(&name, declared, default, atoms, &mut cut);
                alone.extend(atoms.iter().filter(|atom| !is_decided(base, atom, &dimension)).cloned());
                dimension
            }
            None if atoms.is_empty() => continue,
            None => match by_value(base, key, parts, atoms, &mut cut) {
                Some(dimension) => dimension,
                None => {
                    alone.extend(atoms.iter().cloned());
                    continue;
                }
            },
        };
        found.push(dimension);
    }
    for atom in alone {
        let Some(kind) = kind(base, atom.expr) else { continue };
        // A label or a person's word is the exception.
        let usual = !(kind == ChoiceKind::Free && matches!(atom.expr.kind, ExprKind::Call(..)));
        found.push(both(&atom.key, &kind, usual));
    }
    for (word, paths, activation) in files {
        let key = activity::files_key(word, paths);
        let asked = *word != "changes" || activity::compares(base);
        let known = found.iter().any(|dimension| {
            dimension.alternatives.iter().any(|alternative| alternative.choices.iter().any(|(one, _)| **one == *key))
        });
        if asked && !known && ask.activity(activation).runs == Tri::Unknown {
            let kind = if *word == "changes" { ChoiceKind::Free } else { ChoiceKind::Hidden };
            found.push(both(&key.into(), &kind, true));
        }
    }
    for (key, kind) in &relevant.script_conditions {
        found.push(both(key, kind, true));
    }
    (found, cut)
}

/// A question about files, and whose it is.
pub(super) type Files<'a> = (&'static str, &'a Vec<volary_pipeline::Text>, &'a volary_pipeline::Activation);

#[derive(Clone, Debug)]
struct Atom<'e> {
    key: Arc<str>,
    expr: &'e Expr,
}

/// Both answers; of what is assumed to be there only yes.
fn both(key: &Arc<str>, kind: &ChoiceKind, usual: bool) -> Dimension {
    let settled = matches!(kind, ChoiceKind::Assumed(about) if !about.starts_with("variable("));
    let answers: &[bool] = if settled { &[true] } else { &[usual, !usual] };
    let alternative = |truth: &bool| {
        let kind = match kind {
            ChoiceKind::Assumed(about) if !truth => ChoiceKind::Assumed(about.replacen('=', "!=", 1).into()),
            kind => kind.clone(),
        };
        Alternative { parameters: Vec::new(), choices: vec![(key.clone(), Choice { truth: *truth, kind })] }
    };
    Dimension { alternatives: answers.iter().map(alternative).collect() }
}

/// The names in an expression that the run does not know, each once, with their parts.
fn open_names(base: &Run, expr: &Expr) -> Vec<(String, Vec<Arc<str>>)> {
    let mut ask = Ask::new(base.platform(), base, &NoResults);
    ask.open = true;
    let mut found: Vec<(String, Vec<Arc<str>>)> = Vec::new();
    for part in expr.walk() {
        let ExprKind::Name(parts) = &part.kind else { continue };
        let key = subject(base, parts);
        if ask.name(parts).is_none() && !found.iter().any(|(known, _)| *known == key) {
            found.push((key, parts.clone()));
        }
    }
    found
}

struct Chosen<'b> {
    name: Arc<str>,
    declared: Option<&'b Parameter>,
    default: Option<String>,
}

/// The parameter, or variable that whoever starts the run may give, behind a name.
fn parameter<'b>(base: &'b Run, parts: &[Arc<str>]) -> Option<Chosen<'b>> {
    let world = &base.world;
    let platform = base.platform();
    let lower: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let last = parts.last()?;
    if platform == Platform::GitLab && parts.len() == 1 {
        let variable = world.variables.get(&**last)?;
        let default = variable.value.known().or_else(|| variable.value.usually());
        return gitlab_overridable(base.event).then(|| Chosen { name: last.clone(), declared: None, default });
    }
    let named = matches!(
        (platform, lower.as_slice()),
        (Platform::GitHub | Platform::GitLab, ["inputs", _])
            | (Platform::GitHub, ["github", "event", "inputs", _])
            | (Platform::Azure, ["parameters", _])
            | (Platform::Jenkins, ["params" | "env", _] | [_])
    );
    let hook = platform == Platform::GitHub && base.event == Event::Api;
    if !named || hook || !chooses(base.event) {
        return None;
    }
    let declared = world.parameter(last, base.event == Event::Call)?;
    let default = declared.default.as_ref().filter(|value| !value.is_null()).and_then(scalar);
    Some(Chosen { name: declared.name.clone(), declared: Some(declared), default })
}

fn parameter_parts(platform: Platform, name: &Arc<str>) -> Vec<Arc<str>> {
    match platform {
        Platform::GitHub => vec!["inputs".into(), name.clone()],
        Platform::Azure => vec!["parameters".into(), name.clone()],
        Platform::Jenkins => vec!["params".into(), name.clone()],
        Platform::GitLab => vec![name.clone()],
    }
}

/// What a name is about: names of one parameter are about the same.
fn subject(base: &Run, parts: &[Arc<str>]) -> String {
    match parameter(base, parts) {
        Some(chosen) => format!("parameter {}", chosen.name),
        None => canonical::name(parts, base.platform()),
    }
}

/// Parameters that texts read in a run for which nobody chooses them: their defaults.
pub(super) fn settled(base: &Run, relevant: &Relevant<'_>) -> Vec<(Arc<str>, Arc<str>)> {
    let mut found = Vec::new();
    for name in &relevant.parameters {
        let Some(declared) = base.world.parameter(name, false) else { continue };
        if parameter(base, &parameter_parts(base.platform(), name)).is_some() {
            continue;
        }
        let default = declared.default.as_ref().and_then(scalar);
        // Events other than a person's start have no inputs on GitHub, whatever their defaults are.
        let value = if base.platform() == Platform::GitHub { Some(String::new()) } else { default };
        found.extend(value.map(|value| (declared.name.clone(), Arc::from(value))));
    }
    found
}

fn by_parameter(
    name: &Arc<str>,
    declared: Option<&Parameter>,
    default: Option<String>,
    atoms: &[Atom<'_>],
    cut: &mut bool,
) -> Dimension {
    let mut values: Vec<String> = Vec::new();
    let mut add = |value: String| {
        if !values.contains(&value) {
            if values.len() >= VALUES {
                *cut = true;
            } else {
                values.push(value);
            }
        }
    };
    let truth = declared.is_some_and(is_truth);
    match (truth, declared.map(|declared| declared.values.as_slice()).unwrap_or_default()) {
        (true, _) => {
            let usual = default.is_some_and(|text| text.eq_ignore_ascii_case("true"));
            add(usual.to_string());
            add((!usual).to_string());
        }
        (false, []) => {
            add(default.unwrap_or_default());
            let literals: Vec<Value> = atoms.iter().flat_map(|atom| literals(atom.expr)).collect();
            for literal in literals.iter().filter_map(scalar) {
                add(literal);
            }
            add("other".to_owned());
        }
        (false, allowed) => {
            let allowed: Vec<String> = allowed.iter().filter_map(scalar).collect();
            if let Some(default) = default.filter(|default| allowed.contains(default)) {
                add(default);
            }
            for value in allowed {
                add(value);
            }
        }
    }
    let alternative =
        |value: &String| Alternative { parameters: vec![(name.clone(), value.as_str().into())], choices: Vec::new() };
    Dimension { alternatives: values.iter().map(alternative).collect() }
}

/// Whether the values of a parameter decide a question.
fn is_decided(base: &Run, atom: &Atom<'_>, dimension: &Dimension) -> bool {
    dimension.alternatives.iter().all(|alternative| {
        let mut run = base.clone();
        run.parameters.extend(alternative.parameters.iter().cloned());
        Ask::new(base.platform(), &run, &NoResults).truth(atom.expr) != Tri::Unknown
    })
}

/// Values of a name that answer the questions about it differently; `None` where values do not decide them.
fn by_value(base: &Run, key: &str, parts: &[Arc<str>], atoms: &[Atom<'_>], cut: &mut bool) -> Option<Dimension> {
    let platform = base.platform();
    let subject = Expr::new(ExprKind::Name(parts.to_vec()), atoms.first()?.expr.at);
    let kind = kind(base, &subject)?;
    let secret = matches!(&kind, ChoiceKind::Assumed(about) if !about.starts_with("variable("));
    let mut literals: Vec<Value> = atoms.iter().flat_map(|atom| literals(atom.expr)).collect();
    if literals.len() > VALUES {
        *cut = true;
        literals.truncate(VALUES);
    }
    let truths = !literals.is_empty() && literals.iter().all(|literal| literal.as_bool().is_some());
    let unset = match platform {
        Platform::GitLab | Platform::Jenkins => value(Data::Null),
        Platform::GitHub | Platform::Azure => text(""),
    };
    let mut candidates: Vec<Value> = Vec::new();
    if secret {
        candidates.push(text("set"));
    } else if truths {
        candidates.extend([value(Data::Bool(false)), value(Data::Bool(true))]);
    } else {
        let others = [unset, text("other")];
        match &kind {
            ChoiceKind::Free => candidates.extend(others.into_iter().rev().chain(literals)),
            ChoiceKind::Assumed(_) if platform == Platform::GitLab => {
                candidates.extend(others.into_iter().chain(literals))
            }
            ChoiceKind::Assumed(_) | ChoiceKind::Hidden => candidates.extend(literals.into_iter().chain(others)),
        }
    }
    let mut seen: BTreeSet<Vec<bool>> = BTreeSet::new();
    let mut alternatives = Vec::new();
    for candidate in &candidates {
        let mut ask = Ask::new(platform, base, &NoResults);
        ask.open = true;
        ask.given = Some((key, candidate));
        let mut answers = BTreeMap::new();
        for atom in atoms {
            match ask.truth(atom.expr) {
                Tri::Unknown => return None,
                answer => drop(answers.insert(atom.key.clone(), answer == Tri::Yes)),
            }
        }
        if !seen.insert(answers.values().copied().collect()) {
            continue;
        }
        let kind = with_value(&kind, candidate);
        let choices = atoms.iter().filter_map(|atom| {
            let (_, turned) = canonical::question(atom.expr, platform);
            let truth = *answers.get(&atom.key)? != turned;
            Some((atom.key.clone(), Choice { truth, kind: kind.clone() }))
        });
        alternatives.push(Alternative { parameters: Vec::new(), choices: choices.collect() });
    }
    Some(Dimension { alternatives })
}

/// What is assumed, with the value that this class has.
fn with_value(kind: &ChoiceKind, candidate: &Value) -> ChoiceKind {
    match kind {
        ChoiceKind::Assumed(about) => {
            let Some(inner) = about.strip_prefix("variable(").and_then(|inner| inner.strip_suffix(')')) else {
                return kind.clone();
            };
            let text = scalar(candidate).unwrap_or_default();
            let said = match text.as_str() {
                "" => format!("variable({inner} is not set)"),
                "other" => format!("variable({inner} has another value)"),
                text => format!("variable({inner}={text})"),
            };
            ChoiceKind::Assumed(said.into())
        }
        kind => kind.clone(),
    }
}

/// Values that a question tells apart.
fn literals(expr: &Expr) -> Vec<Value> {
    let mut found = Vec::new();
    for part in expr.walk() {
        match &part.kind {
            ExprKind::Compare(Comparison::Matches | Comparison::MatchesNot, _, right) => {
                let Some(pattern) = right.literal().and_then(Value::as_text) else { continue };
                let pattern = regex_text(pattern).unwrap_or_else(|| pattern.to_owned());
                found.extend(pattern::witnesses(&pattern).into_iter().map(text));
            }
            ExprKind::Compare(_, left, right) => {
                for literal in [left, right].into_iter().filter_map(|side| side.literal()) {
                    found.push(literal.clone());
                    if let Data::Number(number) = &literal.data {
                        let number = number.as_f64();
                        found.extend(
                            [number - 1.0, number + 1.0]
                                .map(|number| value(Data::Number(volary_model::Number::from_f64(number)))),
                        );
                    }
                }
            }
            ExprKind::Call(_, arguments) => found.extend(arguments.iter().filter_map(Expr::literal).cloned()),
            _ => {}
        }
    }
    found.retain(|literal| scalar(literal).is_some() && (truthy(literal).is_some()));
    found
}
