//! What is known of a pipeline in every run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;
use volary_model::{Data, Value};
use volary_pipeline::{ExprKind, Parameter, Pipeline, Platform, Trigger, Variable, VariableKind};

use super::canonical;
use super::pattern;

/// Compiled patterns that are kept; more are compiled again.
const PATTERNS: usize = 500;

/// What is known of a pipeline in every run.
#[derive(Debug)]
pub(super) struct World {
    pub(super) platform: Platform,
    pub(super) default_branch: Arc<str>,
    /// By the name as it is looked up; of one that calls and persons give differently, both.
    pub(super) parameters: BTreeMap<String, Vec<Parameter>>,
    /// By the name as it is looked up.
    pub(super) variables: BTreeMap<String, Variable>,
    /// Names of variables that are declared anywhere, as they are looked up.
    pub(super) declared: BTreeSet<String>,
    /// Groups that hold variables of unknown names, in order.
    pub(super) groups: Vec<Arc<str>>,
    /// GitLab's `workflow: rules` are written.
    pub(super) workflow_rules: bool,
    /// GitLab: names of variables that rules of the pipeline set in some runs.
    pub(super) by_rules: BTreeSet<String>,
    /// Jenkins: variables that hold what a step gave.
    pub(super) given: BTreeSet<Arc<str>>,
    /// The names of the triggers.
    pub(super) triggers: Vec<Arc<str>>,
    /// What follows a trigger or says when, for sentences.
    pub(super) details: Vec<Arc<str>>,
    /// Kinds of activity by trigger; empty where any is possible.
    pub(super) types: Vec<Vec<Arc<str>>>,
    /// The value that conditions compare a name with that is the same in every run (`github.repository`).
    pub(super) constants: BTreeMap<String, Arc<str>>,
    /// The pattern that a witness stands for, as it is written.
    pub(super) shown: BTreeMap<Arc<str>, Arc<str>>,
    patterns: Mutex<BTreeMap<String, Option<Regex>>>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            platform: Platform::GitHub,
            default_branch: "main".into(),
            parameters: BTreeMap::new(),
            variables: BTreeMap::new(),
            declared: BTreeSet::new(),
            groups: Vec::new(),
            workflow_rules: false,
            by_rules: BTreeSet::new(),
            given: BTreeSet::new(),
            triggers: Vec::new(),
            details: Vec::new(),
            types: Vec::new(),
            constants: BTreeMap::new(),
            shown: BTreeMap::new(),
            patterns: Mutex::new(BTreeMap::new()),
        }
    }
}

impl World {
    /// A platform without any pipeline.
    pub(super) fn default_of(platform: Platform) -> Self {
        Self { platform, ..Self::default() }
    }

    pub(super) fn of(pipeline: &Pipeline, default_branch: Arc<str>) -> Self {
        let platform = pipeline.platform;
        let key = |name: &str| canonical::name(&[name], platform);
        let mut parameters: BTreeMap<String, Vec<Parameter>> = BTreeMap::new();
        for parameter in &pipeline.parameters {
            parameters.entry(key(&parameter.name)).or_default().push(parameter.clone());
        }
        let mut variables = BTreeMap::new();
        let mut groups = Vec::new();
        for variable in &pipeline.variables {
            let Some(name) = variable.name.known() else { continue };
            match variable.kind {
                VariableKind::Plain => drop(variables.insert(key(&name), variable.clone())),
                VariableKind::Group => groups.push(name.into()),
                VariableKind::Hidden | VariableKind::Secret => {}
            }
        }
        let detail = |trigger: &Trigger| {
            let texts = trigger.upstream.iter().chain(&trigger.crons);
            texts.filter_map(Value::as_text).next().map_or_else(|| "".into(), Arc::from)
        };
        let rules = pipeline.activation.rules.iter().flat_map(|rules| &rules.rules);
        let by_rules = rules.flat_map(|rule| &rule.variables).filter_map(|variable| variable.name.known()).collect();
        let steps = pipeline.jobs.iter().filter(|_| platform == Platform::Jenkins).flat_map(|job| &job.steps);
        let given = steps.filter_map(|step| step.id.as_ref()?.known()).map(Arc::from).collect();
        Self {
            platform,
            default_branch,
            by_rules,
            given,
            parameters,
            variables,
            groups,
            workflow_rules: pipeline.activation.rules.is_some(),
            triggers: pipeline.triggers.iter().map(|trigger| trigger.name.clone()).collect(),
            details: pipeline.triggers.iter().map(detail).collect(),
            types: pipeline.triggers.iter().map(types).collect(),
            ..Self::default()
        }
    }

    /// A name as it is looked up.
    pub(super) fn key(&self, name: &str) -> String {
        canonical::name(&[name], self.platform)
    }

    /// Whether a regular expression matches; `None` where it is none.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let mut patterns = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = patterns.get(pattern) {
            return found.as_ref().map(|regex| regex.is_match(text));
        }
        let regex = pattern::compiled(pattern);
        let answer = regex.as_ref().map(|regex| regex.is_match(text));
        if patterns.len() < PATTERNS {
            patterns.insert(pattern.to_owned(), regex);
        }
        answer
    }

    /// Whether a platform's glob matches.
    pub(super) fn fits(&self, glob: &str, text: &str) -> bool {
        if !glob.contains(['*', '?', '+', '[', '\\']) {
            return glob == text;
        }
        self.matches(&pattern::glob(glob, self.platform), text).unwrap_or(false)
    }

    /// The parameter of a name, as a kind of start gives it.
    pub(super) fn parameter(&self, name: &str, by_call: bool) -> Option<&Parameter> {
        let found = self.parameters.get(&self.key(name))?;
        let of = if by_call { "workflow_call" } else { "workflow_dispatch" };
        found.iter().find(|parameter| &*parameter.of == of).or_else(|| found.iter().find(|one| one.of.is_empty()))
    }
}

/// Kinds of activity that start a trigger. GitHub's pull requests have three unless others are written.
fn types(trigger: &Trigger) -> Vec<Arc<str>> {
    if trigger.types.is_empty() && matches!(&*trigger.name, "pull_request" | "pull_request_target") {
        return ["opened", "synchronize", "reopened"].map(Arc::from).to_vec();
    }
    let known: Option<Vec<Arc<str>>> = trigger.types.iter().map(|value| value.as_text().map(Arc::from)).collect();
    known.unwrap_or_default()
}

/// Whether a parameter is a truth.
pub(super) fn is_truth(parameter: &Parameter) -> bool {
    parameter.ty.eq_ignore_ascii_case("boolean")
        || parameter.ty.eq_ignore_ascii_case("booleanParam")
        || (parameter.ty.is_empty() && parameter.default.as_ref().is_some_and(|value| value.as_bool().is_some()))
}

/// The value of a parameter from its text, of the type that it has.
pub(super) fn typed(parameter: &Parameter, text: &str) -> Data {
    if is_truth(parameter) {
        return Data::Bool(text.eq_ignore_ascii_case("true"));
    }
    if parameter.ty.eq_ignore_ascii_case("number")
        && let Some(number) = volary_model::Number::parse(text)
    {
        return Data::Number(number);
    }
    Data::Text(text.into())
}

/// The expression that is the whole value of a variable.
pub(super) fn expression(variable: &Variable) -> Option<&volary_pipeline::Expr> {
    match variable.value.pieces.as_slice() {
        [volary_pipeline::Piece::Hole(hole)] => hole.expression.as_deref().filter(|expr| !is_itself(expr, variable)),
        _ => None,
    }
}

fn is_itself(expr: &volary_pipeline::Expr, variable: &Variable) -> bool {
    match &expr.kind {
        ExprKind::Name(parts) => {
            parts.last().is_some_and(|last| variable.name.known().is_some_and(|name| name.eq_ignore_ascii_case(last)))
        }
        _ => false,
    }
}
