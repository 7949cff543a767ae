//! `pipeline.expression`: everything that a platform puts into texts, and its conditions.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Reason, ReasonKind, SubjectId, Value};

use super::taint::{self, Names, Taint};
use super::value::{bool_at, entry, list_at, map_at, text_at};
use super::{Builder, Draft, interpolation};
use crate::expression::{Grammar, parse};
use crate::{
    Comparison, Condition, Expr, ExprKind, Hole, Job, Known, Limits, Parameter, Piece, Platform, Step, Syntax, Text,
    Variable,
};

/// Actions that run one of their inputs as code: name and input. Facts from the documentation of each action.
const CODE_INPUTS: [(&str, &str); 21] = [
    ("actions/github-script", "script"),
    ("azure/cli", "inlinescript"),
    ("azure/powershell", "inlinescript"),
    ("addnab/docker-run-action", "options"),
    ("addnab/docker-run-action", "run"),
    ("amadevus/pwsh-script", "script"),
    ("appleboy/ssh-action", "script"),
    ("cardinalby/js-eval-action", "expression"),
    ("coactions/setup-xvfb", "run"),
    ("gabrielbb/xvfb-action", "run"),
    ("google-github-actions/ssh-compute", "command"),
    ("jannekem/run-python-script-action", "script"),
    ("mikefarah/yq", "cmd"),
    ("nick-fields/retry", "command"),
    ("nick-invision/retry", "command"),
    ("reactivecircus/android-emulator-runner", "script"),
    ("sergeysova/jq-action", "cmd"),
    ("tibdex/backport", "body_template"),
    ("tibdex/backport", "head_template"),
    ("tibdex/backport", "title_template"),
    ("wandalen/wretry.action", "command"),
];

/// Inputs that hold the script or the arguments of a task that runs one.
const SCRIPT_INPUTS: [&str; 6] = ["script", "inlinescript", "inline", "arguments", "scriptarguments", "args"];

/// Tasks of Azure that run one of their inputs on another machine or in another program.
const CODE_TASK_INPUTS: [(&str, &str); 6] = [
    ("ssh", "inline"),
    ("ssh", "commands"),
    ("ssh", "args"),
    ("azurefilecopy", "additionalargumentsforblobcopy"),
    ("powershellontargetmachines", "inlinescript"),
    ("powershellontargetmachines", "scriptarguments"),
];

/// Most arguments of one call that are described, and most calls and comparisons of one expression.
const MAX_PARTS: usize = 50;

/// What is around an expression.
struct Around<'a> {
    address: &'a str,
    owner: SubjectId,
    job: Option<SubjectId>,
    workflow: SubjectId,
    scope: Scope<'a>,
}

/// Where an expression stands.
struct Spot {
    within: &'static str,
    input: Option<Arc<str>>,
    code: bool,
}

/// The names of a file.
pub(super) struct Scope<'a> {
    parameters: &'a [Parameter],
    variables: Vec<&'a Variable>,
    job: Option<&'a Job>,
}

impl<'a> Scope<'a> {
    /// The names of a job.
    pub(super) fn of_job(job: &'a Job) -> Self {
        Self { parameters: &[], variables: Vec::new(), job: Some(job) }
    }
}

impl Names for Scope<'_> {
    fn variable(&self, name: &str) -> Option<Vec<Arc<Expr>>> {
        let is_named = |text: &Text| match text.pieces.as_slice() {
            [Piece::Known(known)] => known.text.eq_ignore_ascii_case(name),
            _ => text.is(name),
        };
        let variable = self.variables.iter().rev().find(|one| is_named(&one.name))?;
        Some(variable.value.holes().filter_map(|hole| hole.expression.clone()).collect())
    }

    fn input(&self, name: &str) -> Option<Arc<str>> {
        let found = self.parameters.iter().find(|one| one.name.eq_ignore_ascii_case(name))?;
        Some(found.ty.to_lowercase().into())
    }

    fn matrix(&self, name: &str) -> Option<Vec<Value>> {
        let matrix = self.job?.written.get("strategy")?.get("matrix")?.as_map()?;
        let mut values = Vec::new();
        for dimension in matrix.entries() {
            let included = matches!(&*dimension.key, "include" | "exclude");
            if &*dimension.key == "exclude" || !(included || dimension.key.eq_ignore_ascii_case(name)) {
                continue;
            }
            // A list that is computed may hold anything.
            for value in dimension.value.as_list()? {
                match value.as_map().filter(|_| included) {
                    Some(leg) => {
                        let own = leg.entries().iter().filter(|entry| entry.key.eq_ignore_ascii_case(name));
                        values.extend(own.map(|entry| entry.value.clone()));
                    }
                    None => values.push(value.clone()),
                }
            }
        }
        Some(values)
    }
}

impl Builder<'_> {
    pub(super) fn job_expressions(&mut self, job: &Job, name: &str, subject: SubjectId, workflow: SubjectId) {
        let pipeline = self.pipeline;
        let variables = pipeline.variables.iter().chain(&job.variables).collect();
        let scope = Scope { parameters: &pipeline.parameters, variables, job: Some(job) };
        let address = format!("job {name}");
        let around = Around { address: &address, owner: subject, job: Some(subject), workflow, scope };
        if let Some(condition) = &job.activation.condition {
            self.condition(condition, &around);
        }
        if pipeline.platform != Platform::GitHub {
            return;
        }
        self.inputs("with", job.inputs.iter().map(|one| (&one.name, &one.text)), None, &around);
        self.environment(&job.variables, &around);
        let containers = job.container.iter().chain(&job.services).map(|one| &one.image);
        let labels = job.runner.iter().flat_map(|runner| &runner.labels);
        for (within, texts) in [
            ("name", job.display.iter().collect::<Vec<_>>()),
            ("runs-on", labels.collect()),
            ("container", containers.collect()),
            ("environment", job.environment.iter().map(|found| &found.name).collect()),
            ("outputs", job.outputs.iter().map(|one| &one.text).collect()),
        ] {
            for text in texts {
                self.text(text, Spot { within, input: None, code: false }, &around);
            }
        }
    }

    pub(super) fn step_expressions(
        &mut self,
        step: &Step,
        of: &Job,
        address: &str,
        subject: SubjectId,
        job: Option<SubjectId>,
        workflow: SubjectId,
    ) {
        let pipeline = self.pipeline;
        let variables = pipeline.variables.iter().chain(&of.variables).chain(&step.variables).collect();
        let scope = Scope { parameters: &pipeline.parameters, variables, job: Some(of) };
        let around = Around { address, owner: subject, job, workflow, scope };
        if let Some(condition) = &step.activation.condition {
            self.condition(condition, &around);
        }
        if pipeline.platform != Platform::GitHub {
            return;
        }
        if let Some(script) = step.script().filter(|script| script.via.is_none()) {
            self.text(&script.text, Spot { within: "run", input: None, code: true }, &around);
        }
        let action = step.uses().map(|uses| uses.name.to_lowercase());
        self.inputs("with", step.inputs.iter().map(|one| (&one.name, &one.text)), action.as_deref(), &around);
        self.environment(&step.variables, &around);
        for text in step.name.iter().chain(&step.working_directory) {
            self.text(text, Spot { within: "name", input: None, code: false }, &around);
        }
    }

    fn inputs<'t>(
        &mut self,
        within: &'static str,
        inputs: impl Iterator<Item = (&'t Arc<str>, &'t Text)>,
        action: Option<&str>,
        around: &Around<'_>,
    ) {
        for (name, text) in inputs {
            let lower = name.to_lowercase();
            let code = action.is_some_and(|action| CODE_INPUTS.contains(&(action, lower.as_str())));
            self.text(text, Spot { within, input: Some(lower.into()), code }, around);
        }
    }

    fn environment(&mut self, variables: &[Variable], around: &Around<'_>) {
        for variable in variables {
            let name = variable.name.canonical();
            self.text(&variable.value, Spot { within: "env", input: Some(name.into()), code: false }, around);
        }
    }

    fn text(&mut self, text: &Text, spot: Spot, around: &Around<'_>) {
        for piece in &text.pieces {
            match piece {
                Piece::Hole(hole) if hole.at.file == self.file() => self.hole(hole, &spot, around),
                Piece::Known(known) if known.at.file == self.file() => self.replaced(known, &spot, around),
                _ => {}
            }
        }
    }

    /// Brackets whose value is known: an expression only where nothing but literals stands in it, which somebody wrote to
    /// hide what it says, or by mistake. The others are variables and inputs that were followed.
    fn replaced(&mut self, known: &Known, spot: &Spot, around: &Around<'_>) {
        let at = known.at;
        let written = self.text.get(at.start as usize..at.end as usize).unwrap_or_default();
        let Some(inner) = written.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) else { return };
        let expr = parse(inner, Grammar::Functions, &Limits::default(), &|_| at).expr;
        let literal = expr.literal().is_some_and(|value| !matches!(value.data, Data::Null));
        let constant = literal || is_constant(&expr);
        if !constant && !is_unsound(&expr) {
            return;
        }
        let mut fields = self.described(&expr, around);
        if constant {
            fields.retain(|field| &*field.key != "constant");
            fields.push(entry("constant", bool_at(true, at)));
        }
        fields.push(entry("unsound_choice", bool_at(is_unsound(&expr), at)));
        fields.push(entry("text", text_at(inner.trim(), at)));
        fields.push(entry("in", text_at(spot.within, at)));
        fields.push(entry("code", bool_at(spot.code, at)));
        self.expression(inner.trim(), fields, at, around);
    }

    fn hole(&mut self, hole: &Hole, spot: &Spot, around: &Around<'_>) {
        let Some(expr) = hole.expression.as_deref() else { return };
        let mut fields = self.described(expr, around);
        // What the reader made of it is shorter than what is written.
        let unsound = hole.text.contains("&&") && hole.text.contains("||") && {
            let limits = Limits::default();
            is_unsound(&parse(&hole.text, Grammar::Functions, &limits, &|_| hole.at).expr)
        };
        fields.push(entry("unsound_choice", bool_at(unsound, hole.at)));
        fields.push(entry("text", text_at(hole.text.clone(), hole.at)));
        fields.push(entry("in", text_at(spot.within, hole.at)));
        fields.extend(spot.input.as_ref().map(|name| entry("input", text_at(name.clone(), hole.at))));
        fields.push(entry("code", bool_at(spot.code, hole.at)));
        self.expression(&hole.text, fields, hole.at, around);
    }

    fn condition(&mut self, condition: &Condition, around: &Around<'_>) {
        if condition.at.file != self.file() || !self.first_told("condition", condition.at, "") {
            return;
        }
        let mut fields = self.described(&condition.expr, around);
        fields.push(entry("text", text_at(condition.text.clone(), condition.at)));
        fields.push(entry("in", text_at("if", condition.at)));
        fields.push(entry("code", bool_at(false, condition.at)));
        let at = condition.key.unwrap_or(condition.at);
        fields.push(entry("mixed", bool_at(self.is_mixed(condition), at)));
        self.expression(&condition.text, fields, condition.at, around);
    }

    /// Whether text stands beside the brackets of a condition: it is then a text that is never empty, and so always true.
    fn is_mixed(&self, condition: &Condition) -> bool {
        if self.pipeline.platform != Platform::GitHub || !condition.text.contains("${{") {
            return false;
        }
        let text = condition.text.as_ref();
        let whole = text.starts_with("${{") && text.find("}}").is_some_and(|end| end + 2 == text.len());
        !whole || matches!(&condition.expr.kind, ExprKind::Call(name, _) if &**name == "concat")
    }

    /// What an expression takes its value from and what it compares.
    fn described(&self, expr: &Expr, around: &Around<'_>) -> Vec<Entry> {
        let at = expr.at;
        let mut worst = Taint::None;
        let mut contexts = Vec::new();
        for parts in taint::sources(expr).into_iter().take(MAX_PARTS) {
            if self.platform() == Platform::GitHub {
                worst = worst.max(taint::of(&parts, &around.scope));
            }
            contexts.push(text_at(parts.join("."), at));
        }
        let mut comparisons = Vec::new();
        let mut calls = Vec::new();
        let mut constant = None;
        for part in expr.walk() {
            if constant.is_none() && is_constant(part) {
                constant = Some(part.at);
            }
            match &part.kind {
                ExprKind::Compare(how, left, right) if comparisons.len() < MAX_PARTS => {
                    comparisons.extend(comparison(*how, left, right, part));
                }
                ExprKind::Call(name, arguments) if calls.len() < MAX_PARTS => calls.push(call(name, arguments, part)),
                _ => {}
            }
        }
        vec![
            entry("taint", text_at(worst.as_str(), at)),
            entry("constant", bool_at(constant.is_some(), constant.unwrap_or(at))),
            entry("contexts", list_at(contexts, at)),
            entry("comparisons", list_at(comparisons, at)),
            entry("calls", list_at(calls, at)),
        ]
    }

    /// What Azure, GitLab and Jenkins put into the script of a step, its inputs and its environment.
    pub(super) fn interpolations(
        &mut self,
        step: &Step,
        address: &str,
        subject: SubjectId,
        job: Option<SubjectId>,
        workflow: SubjectId,
        names: &interpolation::Around<'_>,
    ) {
        let scope = Scope { parameters: &self.pipeline.parameters, variables: Vec::new(), job: None };
        let around = Around { address, owner: subject, job, workflow, scope };
        let mut texts: Vec<(&Text, Spot)> = Vec::new();
        let mut code: Vec<&str> = Vec::new();
        if let Some(script) = step.script() {
            texts.push((&script.text, Spot { within: "run", input: None, code: true }));
            // Arguments of a task are put behind the name of the script as they are.
            texts.extend(script.arguments.iter().map(|text| (text, Spot { within: "run", input: None, code: true })));
            code.extend(SCRIPT_INPUTS);
        }
        let task = step.uses().map(|uses| uses.name.to_lowercase()).unwrap_or_default();
        let task = task.rsplit('.').next().unwrap_or_default();
        for input in step.inputs.iter().filter(|_| self.platform() == Platform::Azure) {
            let lower = input.name.to_lowercase();
            if !code.contains(&lower.as_str()) {
                let code = CODE_TASK_INPUTS.contains(&(task, lower.as_str()));
                texts.push((&input.text, Spot { within: "with", input: Some(lower.into()), code }));
            }
        }
        for variable in &step.variables {
            let input = Some(variable.name.canonical().into());
            texts.push((&variable.value, Spot { within: "env", input, code: false }));
        }
        for (text, spot) in texts {
            for piece in &text.pieces {
                match piece {
                    // GitLab's variables are those of the shell, which reads their values once.
                    Piece::Hole(hole) if self.platform() == Platform::GitLab && hole.syntax != Syntax::Input => {}
                    Piece::Hole(hole) => self.interpolation(hole, text, &spot, step, &around, names),
                    Piece::Known(known) if self.platform() == Platform::Azure && known.from.is_some() => {
                        for hole in macros(known) {
                            self.interpolation(&hole, text, &spot, step, &around, names);
                        }
                    }
                    Piece::Known(_) => {}
                }
            }
        }
    }

    fn interpolation(
        &mut self,
        hole: &Hole,
        text: &Text,
        spot: &Spot,
        step: &Step,
        around: &Around<'_>,
        names: &interpolation::Around<'_>,
    ) {
        // What a variable of the file brings is told where it is used.
        let inside = hole.at.file == step.at.file && step.at.start <= hole.at.start && hole.at.end <= step.at.end;
        let at = if inside { hole.at } else { text.span().filter(|at| at.file == step.at.file).unwrap_or(step.key) };
        if !self.first_told(if spot.code { "code" } else { "text" }, at, &hole.text) {
            return;
        }
        let found = names.hole(hole);
        let contexts = found.contexts.into_iter().take(MAX_PARTS).map(|name| text_at(name, at)).collect();
        let calls = found.functions.into_iter().map(|name| map_at(vec![entry("function", text_at(name, at))], at));
        let mut fields = vec![
            entry("taint", text_at(found.taint.as_str(), at)),
            entry("secret", bool_at(found.secret, at)),
            entry("contexts", list_at(contexts, at)),
            entry("calls", list_at(calls.take(MAX_PARTS).collect(), at)),
            entry("text", text_at(hole.written(), at)),
            entry("in", text_at(spot.within, at)),
            entry("code", bool_at(spot.code, at)),
        ];
        fields.extend(spot.input.as_ref().map(|name| entry("input", text_at(name.clone(), at))));
        self.expression(&hole.text, fields, at, around);
    }

    fn expression(&mut self, text: &str, fields: Vec<Entry>, at: volary_model::Span, around: &Around<'_>) {
        let shown: String = text.chars().take(60).collect();
        let mut links = BTreeMap::from([("workflow".into(), vec![around.workflow])]);
        links.extend(around.job.map(|job| ("job".into(), vec![job])));
        let subject = self.add(Draft {
            kind: "pipeline.expression",
            name: shown.as_str().into(),
            address: format!("{}/{shown}", around.address),
            header: self.first_line(at),
            extent: at,
            fields,
            owner: Some(around.owner),
            links,
        });
        if Some(around.owner) != around.job {
            self.link(subject, "step", around.owner);
        }
        self.link(around.owner, "pipeline.expression", subject);
        self.link(around.owner, "expressions", subject);
    }
}

/// Whether a choice (`c && a || b`) always gives its second value, because the first one counts as false.
fn is_unsound(expr: &Expr) -> bool {
    expr.walk().into_iter().any(|part| {
        let ExprKind::Or(list) = &part.kind else { return false };
        list[..list.len().saturating_sub(1)].iter().any(|choice| match &choice.kind {
            ExprKind::And(parts) => parts.last().and_then(Expr::literal).is_some_and(|value| match &value.data {
                Data::Text(text) => text.is_empty(),
                Data::Null => true,
                _ => false,
            }),
            _ => false,
        })
    })
}

/// What the text of a variable of the file brings along that only the agent knows: `$(Build.SourceBranchName)`.
fn macros(known: &Known) -> Vec<Hole> {
    let mut found = Vec::new();
    for (start, _) in known.text.match_indices("$(").take(MAX_PARTS) {
        let rest = &known.text[start + 2..];
        let Some(name) = rest.find(')').map(|end| &rest[..end]) else { break };
        if name.is_empty()
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
        {
            continue;
        }
        found.push(Hole {
            syntax: Syntax::Macro,
            text: name.into(),
            expression: None,
            at: known.at,
            reason: Reason::new(ReasonKind::RunTime, name),
            usually: None,
        });
    }
    found
}

/// Operators and functions that give the same in every run.
fn is_constant(expr: &Expr) -> bool {
    let computes = match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Compare(..) => true,
        // A list is only made this way.
        ExprKind::Call(name, _) => {
            matches!(&**name, "format" | "startswith" | "endswith" | "contains" | "join" | "tojson")
        }
        _ => false,
    };
    computes
        && expr.walk().into_iter().all(|part| {
            !matches!(&part.kind, ExprKind::Name(_) | ExprKind::Wildcard | ExprKind::Status(..) | ExprKind::Unknown(_))
                && !matches!(&part.kind, ExprKind::Call(name, _) if &**name == "hashfiles")
        })
}

/// A comparison of a name with a literal: `name`, `operator`, `value`.
fn comparison(how: Comparison, left: &Expr, right: &Expr, whole: &Expr) -> Option<Value> {
    let (name, literal) = match (left.name(), right.literal(), left.literal(), right.name()) {
        (Some(name), Some(literal), ..) => (name, literal),
        (_, _, Some(literal), Some(name)) => (name, literal),
        _ => return None,
    };
    let operator = match how {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Matches => "=~",
        Comparison::MatchesNot => "!~",
    };
    let fields = vec![
        entry("name", text_at(name.to_lowercase(), whole.at)),
        entry("operator", text_at(operator, whole.at)),
        entry("value", text_at(scalar(literal)?, whole.at)),
    ];
    Some(map_at(fields, whole.at))
}

/// A call: `function`, and of its first two arguments what is literal and what is a name.
fn call(name: &Arc<str>, arguments: &[Expr], whole: &Expr) -> Value {
    let mut fields = vec![entry("function", text_at(name.clone(), whole.at))];
    for (argument, [literal, named]) in
        arguments.iter().zip([["first_literal", "first_name"], ["second_literal", "second_name"]])
    {
        fields.extend(argument.literal().and_then(scalar).map(|text| entry(literal, text_at(text, argument.at))));
        fields.extend(argument.name().map(|name| entry(named, text_at(name.to_lowercase(), argument.at))));
    }
    map_at(fields, whole.at)
}

fn scalar(value: &Value) -> Option<String> {
    match &value.data {
        Data::Text(text) => Some(text.to_string()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
