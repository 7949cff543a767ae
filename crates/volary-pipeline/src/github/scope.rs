//! What names in GitHub's expressions stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Call, Data, Origin, Role, Value};

use crate::expression::{Known, reduce};
use crate::limits::Budget;
use crate::model::{
    Condition, Expr, ExprKind, Parameter, Platform, Repository, SecretKind, SecretUse, Text, Variable, VariableKind,
    scalar_text,
};
use crate::reader::reason_of;

/// An input: what the caller passes, or what is usual when nobody chooses.
#[derive(Clone, Debug)]
enum Argument {
    Given(Text),
    Usual(Option<Value>),
}

/// The names that can be followed at one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// By name in lower case.
    inputs: Arc<BTreeMap<String, Argument>>,
    budget: Budget,
    /// Outermost first.
    env: Vec<Arc<BTreeMap<Arc<str>, Text>>>,
    /// Scripts of the job write variables, so that what is declared is only usual.
    pub(super) env_changes: bool,
    /// The repository that paths and local actions are looked up in.
    pub(super) repository: Option<Arc<Repository>>,
    /// The calls so far, outermost first.
    pub(super) through: Arc<[Call]>,
}

impl Scope {
    /// The scope of a file that something outside starts: its inputs are open.
    pub(super) fn open(parameters: &[Parameter]) -> Self {
        let mut inputs = BTreeMap::new();
        for parameter in parameters {
            let usual = parameter.default.clone();
            inputs.entry(parameter.name.to_lowercase()).or_insert(Argument::Usual(usual));
        }
        Self { inputs: Arc::new(inputs), through: Arc::new([]), ..Self::default() }
    }

    /// The scope of a file that is called: its inputs are what the caller passes, else their defaults.
    pub(super) fn called(parameters: &[Parameter], given: &[(Arc<str>, Text)], parent: &Self, call: Call) -> Self {
        let mut through = parent.through.to_vec();
        through.push(call);
        let mut inputs = BTreeMap::new();
        let mut scope = Self {
            repository: parent.repository.clone(),
            through: through.into(),
            env: parent.env.clone(),
            budget: parent.budget.clone(),
            env_changes: parent.env_changes,
            ..Self::default()
        };
        for parameter in parameters {
            let default = parameter.default.clone().unwrap_or_else(|| {
                // What is not given and has no default is empty.
                Value::new(Data::Null, Origin::at(parameter.at, Role::VariableDefault))
            });
            let origin = Origin::through(parameter.at, Role::VariableDefault, &default.origin);
            let mut text = Text::literal(scalar_text(&default).unwrap_or_default(), origin);
            text.data = default.as_text().is_none().then_some(default);
            inputs.insert(parameter.name.to_lowercase(), Argument::Given(text));
        }
        for (name, text) in given {
            inputs.insert(name.to_lowercase(), Argument::Given(text.clone()));
        }
        scope.inputs = Arc::new(inputs);
        scope
    }

    /// A scope without names on the same way of calls: variables do not reach into a called workflow.
    pub(super) fn bare(&self) -> Self {
        Self { through: self.through.clone(), budget: self.budget.clone(), ..Self::default() }
    }

    /// Adds variables; inner ones hide outer ones.
    pub(super) fn add(&mut self, variables: &[Variable]) {
        let plain = variables.iter().filter(|variable| variable.kind == VariableKind::Plain);
        let named = plain.filter_map(|variable| Some((variable.name.known()?.into(), variable.value.clone())));
        let frame: BTreeMap<Arc<str>, Text> = named.collect();
        if !frame.is_empty() {
            self.env.push(Arc::new(frame));
        }
    }

    fn input(&self, parts: &[Arc<str>]) -> Option<&Argument> {
        let lower = |index: usize| parts.get(index).map(|part| part.to_lowercase());
        let name = match (lower(0)?.as_str(), parts.len()) {
            ("inputs", 2) => lower(1)?,
            ("github", 4) if lower(1)? == "event" && lower(2)? == "inputs" => lower(3)?,
            _ => return None,
        };
        self.inputs.get(&name)
    }

    fn variable(&self, parts: &[Arc<str>]) -> Option<&Text> {
        match parts {
            [context, name] if context.eq_ignore_ascii_case("env") => {
                self.env.iter().rev().find_map(|frame| frame.get(name)).filter(|text| text.is_short())
            }
            _ => None,
        }
    }

    /// The expression with everything put in that is known.
    pub(super) fn reduce(&self, expr: &Expr) -> Expr {
        reduce(expr, Platform::GitHub, &|parts| {
            let text = match self.input(parts) {
                Some(Argument::Given(text)) => text,
                Some(Argument::Usual(_)) => return Known::No,
                None => match self.variable(parts) {
                    Some(text) if !self.env_changes => text,
                    _ => return Known::No,
                },
            };
            if text.holes().next().is_none() {
                return Known::Value(text.value());
            }
            match (text.pieces.len(), text.holes().next().and_then(|hole| hole.expression.as_deref())) {
                (1, Some(expr)) => Known::Expr(expr.clone()),
                _ => Known::No,
            }
        })
    }

    /// The condition with everything put in that is known.
    pub(super) fn condition(&self, condition: Condition) -> Condition {
        Condition { expr: self.reduce(&condition.expr), ..condition }
    }

    /// The text with everything put in that is known.
    pub(super) fn fill(&self, text: Text) -> Text {
        if text.holes().next().is_none() {
            return text;
        }
        let filled = text.filled(|hole| {
            let expr = hole.expression.as_deref()?;
            let reduced = self.reduce(expr);
            if let ExprKind::Literal(value) = &reduced.kind {
                // Lists and maps cannot stand in a text; alone they are the value.
                let mut filled = Text::literal(scalar_text(value).unwrap_or_default(), value.origin.clone());
                if scalar_text(value).is_none() && text.pieces.len() > 1 {
                    return None;
                }
                filled.data = value.as_text().is_none().then(|| value.clone());
                return Some(filled).filter(|text| self.budget.take(text));
            }
            let ExprKind::Name(parts) = &expr.kind else { return None };
            match self.input(parts) {
                Some(Argument::Given(text)) => Some(text.clone()).filter(|text| self.budget.take(text)),
                _ => None,
            }
        });
        self.with_usual(filled)
    }

    /// Notes the default of an open input, or the declared value of a variable that scripts may change.
    fn with_usual(&self, mut text: Text) -> Text {
        for piece in &mut text.pieces {
            let crate::model::Piece::Hole(hole) = piece else { continue };
            let Some(expr) = hole.expression.as_deref() else { continue };
            let ExprKind::Name(parts) = &expr.kind else { continue };
            if let Some(Argument::Usual(usual)) = self.input(parts) {
                hole.usually.clone_from(usual);
            } else if let Some(declared) = self.variable(parts) {
                match declared.known() {
                    Some(_) => hole.usually = Some(declared.value()),
                    None => {
                        if let Some(inner) = declared.holes().next() {
                            hole.reason = inner.reason.clone();
                        }
                    }
                }
            }
        }
        text
    }
}

/// The secrets in a text, and the token of the run.
pub(super) fn secrets(text: &Text, into: Option<Arc<str>>, found: &mut Vec<SecretUse>) {
    for hole in text.holes() {
        let Some(expr) = hole.expression.as_deref() else { continue };
        let known = found.len();
        for part in expr.walk() {
            let (name, kind) = match &part.kind {
                ExprKind::Name(parts) if parts.len() == 1 && parts[0].eq_ignore_ascii_case("secrets") => {
                    (Arc::<str>::from(""), SecretKind::All)
                }
                ExprKind::Name(parts) if parts[0].eq_ignore_ascii_case("secrets") => {
                    let token = parts[1].eq_ignore_ascii_case("GITHUB_TOKEN");
                    (parts[1].clone(), if token { SecretKind::Token } else { SecretKind::Named })
                }
                ExprKind::Name(parts)
                    if parts.len() == 2
                        && parts[0].eq_ignore_ascii_case("github")
                        && parts[1].eq_ignore_ascii_case("token") =>
                {
                    ("GITHUB_TOKEN".into(), SecretKind::Token)
                }
                _ => continue,
            };
            let name = Text::literal(name, Origin::at(part.at, Role::Attribute));
            found.push(SecretUse { name, kind, at: part.at, into: into.clone() });
        }
        // Whether the reason was found through a variable or not, a hole that hands on a secret is one.
        if found.len() == known && hole.reason.kind == volary_model::ReasonKind::Secret {
            let name = Text::literal(hole.reason.about.clone(), Origin::at(hole.at, Role::Attribute));
            found.push(SecretUse { name, kind: SecretKind::Named, at: hole.at, into: into.clone() });
        }
    }
}

/// The reason of a hole whose expression was reduced.
pub(super) fn reason(expr: &Expr) -> volary_model::Reason {
    reason_of(expr, &"an expression".into())
}
