//! Rego policies of Conftest's and Gatekeeper's conventions, run on `regorus`.
//!
//! What users bring, not what the built-in pack is written in: Rego has no value for "not known". So a finding counts only
//! where it is made both with the unknown values left out and with a text in their place that nobody writes; where nothing is
//! found in a document that holds unknown values, the rule is undecided.

mod input;
mod lexer;
mod load;
mod module;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use regorus::{Engine, Value as Rego};
use volary_model::{Decider, Judgement, Origin, Outcome, PolicyInfo, Reason, SubjectId, Unit, Value};

pub use input::{Document, documents};
pub use module::RegoKind;

use input::Unknowns;

/// Statements, loop turns and calls that one rule may take on one document.
const MAX_WORK: NonZeroU32 = NonZeroU32::new(20_000_000).unwrap();
/// A message is cut behind so many characters.
const MAX_MESSAGE: usize = 1_000;
/// One rule reports no more than this on one document.
const MAX_REPORTS: usize = 1_000;

/// A rule that reports, with what is known of it.
#[derive(Clone, Debug)]
pub struct RegoRule {
    /// What findings say of it; the id is `rego.PACKAGE.RULE`.
    pub info: Arc<PolicyInfo>,
    /// Which of the three it is.
    pub kind: RegoKind,
    /// Its path for the interpreter.
    path: String,
    /// It takes what Gatekeeper reviews.
    reviews: bool,
}

/// What a rule says about a document.
#[derive(Clone, Debug)]
pub struct RegoResult {
    /// The rule.
    pub rule: Arc<RegoRule>,
    /// One `Fail` for each report, else one other.
    pub outcome: Outcome,
    /// The rule's message; why it is undecided or failed.
    pub message: Arc<str>,
    /// The path that the rule gives: keys from the document's root.
    pub path: Option<Vec<Arc<str>>>,
}

/// Rego policies that are ready to judge.
pub struct RegoPolicies {
    engine: Engine,
    rules: Vec<Arc<RegoRule>>,
}

impl std::fmt::Debug for RegoPolicies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegoPolicies").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// A message with the path that came with it.
type Report = (String, Option<Vec<Arc<str>>>);

impl RegoPolicies {
    /// The rules, by package and name.
    pub fn rules(&self) -> &[Arc<RegoRule>] {
        &self.rules
    }

    /// Judges a document by every rule that concerns it. Needs a big stack: rules may call each other deeply.
    pub fn judge(&self, document: &Document) -> Vec<RegoResult> {
        let known = document.value.is_known();
        let rules = self.rules.iter().filter(|rule| document.is_manifest || !rule.reviews);
        rules.flat_map(|rule| self.judge_by(rule, document, known)).collect()
    }

    /// Judges a unit as it was read, before it is prepared: the rule's face and its judgement, in the order of documents.
    /// A finding points at what its path names, else at the document.
    pub fn judge_unit(&self, unit: &Unit) -> Vec<(Arc<PolicyInfo>, Judgement)> {
        let mut judged = Vec::new();
        if self.rules.is_empty() {
            return judged;
        }
        for document in documents(unit) {
            for result in self.judge(&document) {
                judged.push((result.rule.info.clone(), judgement(&result, &document, unit)));
            }
        }
        judged
    }

    fn judge_by(&self, rule: &Arc<RegoRule>, document: &Document, known: bool) -> Vec<RegoResult> {
        let result =
            |outcome, message: String, path| RegoResult { rule: rule.clone(), outcome, message: message.into(), path };
        let first = match self.reports(rule, document, Unknowns::Absent) {
            Ok(reports) => reports,
            Err(message) => return vec![result(Outcome::Error, message, None)],
        };
        let mut doubtful = false;
        let reports = if known {
            first
        } else {
            match self.reports(rule, document, Unknowns::Marked) {
                Ok(second) => {
                    doubtful = first != second;
                    first.intersection(&second).cloned().collect()
                }
                // A function does not take the text that stands for what is not known.
                Err(_) => {
                    doubtful = true;
                    BTreeSet::new()
                }
            }
        };
        if reports.is_empty() {
            let (outcome, message) = match (known, doubtful) {
                (true, _) => (Outcome::Pass, String::new()),
                (false, false) => (Outcome::Undecided, "the document holds values that are not known".to_owned()),
                (false, true) => (Outcome::Undecided, "depends on values that are not known".to_owned()),
            };
            return vec![result(outcome, message, None)];
        }
        reports.into_iter().take(MAX_REPORTS).map(|(message, path)| result(Outcome::Fail, message, path)).collect()
    }

    /// What a rule reports.
    fn reports(&self, rule: &RegoRule, document: &Document, unknowns: Unknowns) -> Result<BTreeSet<Report>, String> {
        let object = input::converted(&document.value, unknowns).unwrap_or(Rego::Null);
        let input = if rule.reviews { input::review(&document.value, object) } else { object };
        // The interpreter panics on some arguments of some functions.
        let answer = catch_unwind(AssertUnwindSafe(|| {
            let mut engine = self.engine.clone();
            engine.set_input(input);
            engine.eval_rule(rule.path.clone()).map_err(|error| load::plain(&error.to_string()))
        }));
        let value = answer.map_err(|_| "the interpreter failed on this rule".to_owned())??;
        let mut reports = BTreeSet::new();
        match &value {
            Rego::Set(set) => reports.extend(set.iter().map(|element| report(element, &rule.path))),
            Rego::Array(list) => reports.extend(list.iter().map(|element| report(element, &rule.path))),
            Rego::Object(map) => reports.extend(map.iter().map(|(key, value)| {
                let element = if matches!(value, Rego::Bool(_)) { key } else { value };
                report(element, &rule.path)
            })),
            Rego::Undefined | Rego::Null | Rego::Bool(false) => {}
            other => reports.extend([report(other, &rule.path)]),
        }
        Ok(reports)
    }
}

/// An engine that refuses what it cannot answer for, and stops after so much work.
fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    // No time at all is allowed, but the clock is looked at only after so much work: a limit on work, not on time.
    engine.set_execution_timer_config(regorus::utils::limits::ExecutionTimerConfig {
        limit: Duration::ZERO,
        check_interval: MAX_WORK,
    });
    engine
}

/// The message of an element: a text, or an object with `msg`, and where there is one its `path`.
fn report(element: &Rego, rule: &str) -> Report {
    let field = |value: &Rego, key: &str| match value {
        Rego::Object(map) => map.get(&Rego::from(key)).cloned(),
        _ => None,
    };
    let message = match element {
        Rego::String(text) => text.to_string(),
        Rego::Bool(_) => rule.rsplit('.').next().unwrap_or(rule).to_owned(),
        Rego::Object(_) => match field(element, "msg").or_else(|| field(element, "message")) {
            Some(Rego::String(text)) => text.to_string(),
            Some(other) => other.to_string(),
            None => element.to_string(),
        },
        other => other.to_string(),
    };
    let details = ["details", "metadata"].into_iter().find_map(|key| field(&field(element, key)?, "path"));
    let path = field(element, "path").or(details).and_then(|path| keys(&path));
    (message.chars().take(MAX_MESSAGE).collect(), path)
}

/// A path as a list of keys, or as a text with dots.
fn keys(path: &Rego) -> Option<Vec<Arc<str>>> {
    let keys: Vec<Arc<str>> = match path {
        Rego::String(text) => {
            let text = text.strip_prefix("input.").unwrap_or(text).replace('[', ".").replace(']', "");
            text.split(['.', '/']).filter(|key| !key.is_empty()).map(Arc::from).collect()
        }
        Rego::Array(list) => list
            .iter()
            .map(|key| match key {
                Rego::String(text) => text.to_string().into(),
                other => other.to_string().into(),
            })
            .collect(),
        _ => return None,
    };
    (!keys.is_empty() && keys.len() <= 100).then_some(keys)
}

fn judgement(result: &RegoResult, document: &Document, unit: &Unit) -> Judgement {
    let mut subject = document.subject;
    let mut place: Option<Origin> = None;
    let mut shown = String::new();
    if let Some(path) = &result.path {
        let part = document.parts.iter().find(|(keys, _)| path.starts_with(keys));
        if let Some((_, id)) = part {
            subject = *id;
        }
        let skipped = part.map_or(0, |(keys, _)| keys.len());
        shown = path[skipped..].join(".");
        place = at(&document.value, path);
    }
    // Reports without a path are told apart by what they say.
    let key =
        if shown.is_empty() && result.outcome == Outcome::Fail { result.message.replace('\n', " ") } else { shown };
    let header = |id: SubjectId| unit.subject(id).map(|subject| Origin::at(subject.header, volary_model::Role::Block));
    let reason = (result.outcome == Outcome::Undecided).then(|| first_reason(&document.value)).flatten();
    let decider = place.or_else(|| header(subject)).map(|origin| Decider {
        path: key.as_str().into(),
        shown: "".into(),
        origin,
        reason,
    });
    Judgement {
        subject,
        outcome: result.outcome,
        path: key.into(),
        deciders: if result.outcome == Outcome::Pass { Vec::new() } else { decider.into_iter().collect() },
        message: result.message.clone(),
    }
}

/// The place of what a path names, or of the last thing on the way that is there.
fn at(document: &Value, path: &[Arc<str>]) -> Option<Origin> {
    let mut value = document;
    let mut place = None;
    for key in path {
        let next = match &value.data {
            volary_model::Data::Map(map) => map.get(key),
            volary_model::Data::List(list) => key.parse::<usize>().ok().and_then(|index| list.get(index)),
            _ => None,
        };
        let Some(next) = next else { break };
        value = next;
        place = Some(value.origin.clone());
    }
    place
}

fn first_reason(document: &Value) -> Option<Reason> {
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match &value.data {
            volary_model::Data::Unknown(unknown) => return Some(unknown.reason.clone()),
            volary_model::Data::List(list) => open.extend(list.iter().rev()),
            volary_model::Data::Map(map) => open.extend(map.entries().iter().rev().map(|entry| &entry.value)),
            _ => {}
        }
    }
    None
}
