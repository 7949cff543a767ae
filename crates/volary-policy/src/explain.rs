//! Why a judgement came out as it did: the condition tree with the truth and the value of every part.

use std::sync::Arc;

use volary_model::{Judgement, Origin, Outcome, SubjectId};

use crate::condition::{Condition, List, Quantified, Tie};
use crate::evaluate::Scope;
use crate::evaluate::show::show;
use crate::judge::{judge, outcome};
use crate::operators::shown_tests;
use crate::policy::Policy;
use crate::prepare::Prepared;
use crate::truth::Truth;

/// The explanation of a policy's answer about a subject.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer.
    pub outcome: Outcome,
    /// The judgements with the values that decided.
    pub judgements: Vec<Judgement>,
    /// When the policy applies, where it says so.
    pub when: Option<Step>,
    /// What it demands.
    pub demand: Step,
}

/// A part of a condition with its truth here.
#[derive(Clone, Debug)]
pub struct Step {
    /// The part in words: `min_tls_version in [TLS1_2, TLS1_3]`, `every one of`, `each of ingress`.
    pub text: Arc<str>,
    /// Its truth.
    pub truth: Truth,
    /// Of a test: the value as users may see it.
    pub shown: Option<Arc<str>>,
    /// Of a test: where the value comes from.
    pub origin: Option<Origin>,
    /// Its parts.
    pub parts: Vec<Step>,
}

/// No more elements of a list are told one by one.
const MAX_ELEMENTS: usize = 20;

/// Explains a policy's answer about a subject. `None` where the unit has no such subject.
pub fn explain(policy: &Policy, prepared: &Prepared, subject: SubjectId) -> Option<Explanation> {
    let scope = Scope::of(prepared, subject)?;
    let when = policy.when.as_ref().map(|when| step(&scope, when, policy));
    let (condition, failing) = policy.demand.parts();
    let mut demand = step(&scope, condition, policy);
    if failing.is_true() {
        demand =
            Step { text: "must not hold".into(), truth: !demand.truth, shown: None, origin: None, parts: vec![demand] };
    }
    let judgements = judge(policy, prepared, subject);
    let outcome = judgements.first().map_or_else(|| outcome(policy, prepared, subject), |judgement| judgement.outcome);
    Some(Explanation { outcome, judgements, when, demand })
}

impl Policy {
    /// What the policy asks, in lines that are indented by how deep they lie: for documentation.
    pub fn conditions_in_words(&self) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        if let Some(when) = &self.when {
            lines.push((0, "applies when".to_owned()));
            describe(when, 1, &mut lines);
        }
        let (condition, failing) = self.demand.parts();
        lines.push((0, if failing.is_true() { "must not hold" } else { "must hold" }.to_owned()));
        describe(condition, 1, &mut lines);
        lines
    }
}

fn describe(condition: &Condition, depth: usize, lines: &mut Vec<(usize, String)>) {
    lines.push((depth, words(condition)));
    match condition {
        Condition::Test(..) => {}
        Condition::All(conditions) | Condition::Any(conditions) => {
            for condition in conditions {
                describe(condition, depth + 1, lines);
            }
        }
        Condition::Not(condition) => describe(condition, depth + 1, lines),
        Condition::Each(quantified) | Condition::Some(quantified) | Condition::Count(quantified, ..) => {
            if let Some(filter) = &quantified.filter {
                lines.push((depth + 1, "where".to_owned()));
                describe(filter, depth + 2, lines);
            }
            if let Some(require) = &quantified.require {
                lines.push((depth + 1, "must hold".to_owned()));
                describe(require, depth + 2, lines);
            }
        }
    }
}

fn words(condition: &Condition) -> String {
    match condition {
        Condition::Test(path, tests) => format!("{path}: {}", shown_tests(tests)),
        Condition::All(_) => "all of".to_owned(),
        Condition::Any(_) => "any of".to_owned(),
        Condition::Not(_) => "not".to_owned(),
        Condition::Each(quantified) => format!("each of {}", list_words(quantified)),
        Condition::Some(quantified) => format!("at least one of {}", list_words(quantified)),
        Condition::Count(quantified, at_least, at_most) => {
            let limits = match (at_least, at_most) {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                (Some(least), None) => format!("at least {least}"),
                (None, Some(most)) => format!("at most {most}"),
                (None, None) => "any number".to_owned(),
            };
            format!("{limits} of {}", list_words(quantified))
        }
    }
}

fn list_words(quantified: &Quantified) -> String {
    match &quantified.list {
        List::Path(path) => path.to_string(),
        List::Related(relation) => {
            let kinds = relation.kinds.join(" or ");
            match &relation.tie {
                Tie::By(path) => format!("{kinds} that refer here by {path}"),
                Tie::To(path) => format!("{kinds} that {path} refers to"),
                Tie::Named { relation, outwards: false } => format!("{kinds} that {relation} this"),
                Tie::Named { relation, outwards: true } => format!("{kinds} that this {relation}"),
                Tie::InUnit => format!("{kinds} in the same configuration"),
            }
        }
    }
}

fn step(scope: &Scope<'_>, condition: &Condition, policy: &Policy) -> Step {
    let truth = scope.truth(condition);
    let mut step_of = Step { text: words(condition).into(), truth, shown: None, origin: None, parts: Vec::new() };
    match condition {
        Condition::Test(path, _) => {
            let (found, trail) = scope.read_traced(path);
            let masked = trail.sensitive || policy.masked.iter().any(|masked| masked.steps == path.steps);
            step_of.shown = Some(show(found.value(), masked));
            step_of.origin = match found.value().filter(|value| !value.is_null()) {
                Some(value) => Some(value.origin.clone()),
                None => trail.enclosing,
            };
            let label = scope.label_of(path).shown;
            step_of.text = words(condition).replacen(&*path.text, &label, 1).into();
        }
        Condition::All(conditions) | Condition::Any(conditions) => {
            step_of.parts = conditions.iter().map(|condition| step(scope, condition, policy)).collect();
        }
        Condition::Not(condition) => step_of.parts = vec![step(scope, condition, policy)],
        Condition::Each(quantified) | Condition::Some(quantified) | Condition::Count(quantified, ..) => {
            scope.elements(&quantified.list, &quantified.key, true, &mut |element| {
                let inner = scope.inside(&element, quantified.name.as_deref());
                let mut parts = Vec::new();
                for condition in quantified.filter.iter().chain(&quantified.require) {
                    parts.push(step(&inner, condition, policy));
                }
                let truth = match &quantified.require {
                    Some(_) => scope.requirement(quantified, &element),
                    None => scope.satisfied(quantified, &element),
                };
                let text = element.label.as_ref().map_or("", |label| &label.shown).into();
                step_of.parts.push(Step {
                    text,
                    truth,
                    shown: None,
                    origin: Some(element.value.origin.clone()),
                    parts,
                });
                step_of.parts.len() < MAX_ELEMENTS
            });
        }
    }
    step_of
}
