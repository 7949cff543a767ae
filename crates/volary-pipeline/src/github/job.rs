//! Jobs of workflows.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Value};

use super::scope::{Scope, secrets};
use super::step::{self, Defaults};
use super::{call, matrix, variables};
use crate::expression::Grammar;
use crate::model::{
    Activation, Condition, Container, Environment, Expr, ExprKind, Input, Job, JobId, JobKind, Need, Needs,
    Permissions, Pipeline, Runner, SecretKind, SecretUse, Setting, Text,
};
use crate::reader::{Reader, as_list, entry, key_text, span, whole};

/// Reads `jobs` and adds them to the pipeline.
pub(super) fn jobs(
    reader: &mut Reader<'_>,
    root: &Value,
    within: Option<JobId>,
    scope: &Scope,
    pipeline: &mut Pipeline,
) {
    let Some(found) = entry(root, "jobs") else {
        reader.issue(span(root), "the workflow has no `jobs`", "A workflow without jobs does nothing.");
        return;
    };
    let Some(map) = found.value.as_map() else {
        reader.issue(whole(found), "`jobs` is no map of jobs", "Write one key for each job.");
        return;
    };
    let defaults = Defaults::default().with(root);
    let mut names: BTreeMap<Arc<str>, JobId> = BTreeMap::new();
    let first = pipeline.jobs.len();
    for entry in map.entries() {
        if reader.node(whole(entry)).is_err() {
            break;
        }
        let Some(job) = job(reader, entry, within, &defaults, scope) else { continue };
        let id = JobId(pipeline.jobs.len() as u32);
        names.insert(entry.key.clone(), id);
        pipeline.jobs.push(job);
        if matches!(pipeline.jobs[id.0 as usize].kind, JobKind::Call(_)) {
            call::workflow(reader, id, scope, pipeline);
        }
    }
    for index in first..pipeline.jobs.len() {
        if pipeline.jobs[index].within != within {
            continue;
        }
        let Needs::Named(needs) = &mut pipeline.jobs[index].needs else { continue };
        for need in needs {
            let name = need.name.known().unwrap_or_default();
            match names.get(name.as_str()) {
                Some(id) => need.targets.push(id.0),
                None => reader.issue(
                    need.at,
                    format!("no job of this workflow is named `{name}`"),
                    "GitHub refuses the workflow; correct the name.",
                ),
            }
        }
    }
}

fn job(
    reader: &mut Reader<'_>,
    found: &Entry,
    within: Option<JobId>,
    defaults: &Defaults,
    outer: &Scope,
) -> Option<Job> {
    let value = &found.value;
    let header = found.key_span.unwrap_or_else(|| span(value));
    if value.as_map().is_none() {
        reader.issue(whole(found), format!("the job `{}` is no map", found.key), "Write its keys below it.");
        return None;
    }
    let mut job = Job::new(key_text(found), JobKind::Plain, whole(found), header, value.clone());
    job.within = within;
    job.through = outer.through.clone();
    let mut scope = outer.clone();
    scope.env_changes = outer.env_changes || writes_variables(value);
    job.needs = needs(reader, value);
    let scope = &mut scope;
    if let Some(env) = entry(value, "env") {
        job.variables = variables(reader, &env.value, scope);
    }
    let text =
        |reader: &mut Reader<'_>, key: &str| entry(value, key).map(|entry| scope.fill(reader.text(&entry.value)));
    let setting = |reader: &mut Reader<'_>, key: &str| {
        entry(value, key).map(|entry| Setting::of(scope.fill(reader.text(&entry.value)), entry.key_span))
    };
    job.display = text(reader, "name");
    job.activation = activation(reader, value, scope);
    job.continue_on_error = setting(reader, "continue-on-error");
    job.timeout = setting(reader, "timeout-minutes");
    job.permissions = entry(value, "permissions").map(Permissions::of);
    job.concurrency = entry(value, "concurrency").map(|entry| entry.value.clone());
    job.runner = entry(value, "runs-on").map(|entry| runner(reader, entry, scope));
    job.environment = entry(value, "environment").map(|entry| environment(reader, entry, scope));
    job.strategy = entry(value, "strategy").map(|entry| matrix::strategy(reader, entry, scope));
    job.container = entry(value, "container").map(|entry| container(reader, entry, scope));
    if let Some(map) = value.get("services").and_then(Value::as_map) {
        for service in map.entries() {
            let mut found = container(reader, service, scope);
            found.alias = Some(key_text(service));
            job.services.push(found);
        }
    }
    if let Some(outputs) = entry(value, "outputs") {
        job.outputs = super::outputs_of(reader, &outputs.value, scope);
    }
    for variable in &job.variables {
        secrets(&variable.value, variable.name.known().map(Into::into), &mut job.secrets);
    }
    // Conditions of a job cannot see the job's own variables; everything behind here can.
    scope.add(&job.variables);
    if let Some(uses) = entry(value, "uses") {
        job.inputs = inputs(reader, value, "with", scope);
        job_secrets(reader, value, scope, &mut job.secrets);
        let uses = call::reference(reader, &uses.value, true, scope);
        job.kind = JobKind::Call(Box::new(uses));
    } else if let Some(steps) = entry(value, "steps") {
        job.steps = step::steps(reader, steps, None, &defaults.with(value).for_job(&job), scope);
    } else {
        reader.issue(
            header,
            format!("the job `{}` has neither `steps` nor `uses`", found.key),
            "GitHub refuses the workflow; say what the job does.",
        );
    }
    Some(job)
}

/// Whether scripts of a job set variables for later steps.
fn writes_variables(job: &Value) -> bool {
    let steps = job.get("steps").and_then(Value::as_list).unwrap_or_default();
    let writes = |text: &str| text.contains("GITHUB_ENV") || text.contains("::set-env");
    steps.iter().filter_map(|step| step.get("run")).filter_map(Value::as_text).any(writes)
}

fn needs(reader: &mut Reader<'_>, job: &Value) -> Needs {
    let Some(found) = entry(job, "needs") else { return Needs::Nothing { at: None } };
    let list = as_list(&found.value);
    if list.is_empty() {
        return Needs::Nothing { at: Some(whole(found)) };
    }
    let need = |value: &Value| Need {
        name: reader.plain(value),
        targets: Vec::new(),
        at: span(value),
        optional: false,
        artifacts: false,
        foreign: false,
    };
    Needs::Named(list.into_iter().map(need).collect())
}

/// `if` of a job or step.
pub(super) fn activation(reader: &mut Reader<'_>, value: &Value, scope: &Scope) -> Activation {
    let condition = entry(value, "if").map(|entry| scope.condition(condition(reader, entry)));
    Activation { condition, ..Activation::default() }
}

fn condition(reader: &mut Reader<'_>, entry: &Entry) -> Condition {
    let written = entry.value.as_text().is_some_and(|text| text.contains("${{"));
    if !written {
        return reader.condition(&entry.value, entry.key_span, Grammar::Functions);
    }
    let text = reader.text(&entry.value);
    let at = span(&entry.value);
    let shown: Arc<str> = text.canonical().trim().into();
    let expr = match text.pieces.as_slice() {
        [crate::model::Piece::Hole(hole)] => hole.expression.as_deref().cloned(),
        _ => None,
    };
    // Anything beside the brackets, a line end too, makes it a text; and a text that is not empty is true.
    let expr = expr.unwrap_or_else(|| {
        let parts = text.pieces.iter().map(|piece| match piece {
            crate::model::Piece::Known(known) => {
                let origin = volary_model::Origin::at(known.at, volary_model::Role::Attribute);
                Expr::new(ExprKind::Literal(Value::text(known.text.clone(), origin)), known.at)
            }
            crate::model::Piece::Hole(hole) => match hole.expression.as_deref() {
                Some(expr) => expr.clone(),
                None => Expr::new(ExprKind::Unknown(hole.reason.clone()), hole.at),
            },
        });
        Expr::new(ExprKind::Call("concat".into(), parts.collect()), at)
    });
    Condition { text: shown, at, key: entry.key_span, expr }
}

/// A map of inputs.
pub(super) fn inputs(reader: &mut Reader<'_>, value: &Value, key: &str, scope: &Scope) -> Vec<Input> {
    let Some(map) = value.get(key).and_then(Value::as_map) else { return Vec::new() };
    let mut inputs = Vec::new();
    for entry in map.entries() {
        let text = scope.fill(reader.text(&entry.value));
        inputs.push(Input::of(entry.key.clone(), entry.key_span, text));
    }
    inputs
}

/// `secrets` of a call: `inherit`, or names.
fn job_secrets(reader: &mut Reader<'_>, value: &Value, scope: &Scope, found: &mut Vec<SecretUse>) {
    let Some(entry) = entry(value, "secrets") else { return };
    if entry.value.as_text() == Some("inherit") {
        let at = span(&entry.value);
        found.push(SecretUse {
            name: Text::literal("", entry.value.origin.clone()),
            kind: SecretKind::All,
            at,
            into: None,
        });
    }
    for input in inputs(reader, value, "secrets", scope) {
        secrets(&input.text, Some(input.name.clone()), found);
    }
}

/// The labels that GitHub's own machines have.
fn hosted(label: &str) -> bool {
    ["ubuntu-", "windows-", "macos-"].iter().any(|prefix| label.starts_with(prefix))
}

fn runner(reader: &mut Reader<'_>, found: &Entry, scope: &Scope) -> Runner {
    let (labels, group) = match found.value.as_map() {
        Some(map) => (map.get("labels"), map.get("group")),
        None => (Some(&found.value), None),
    };
    let labels: Vec<Text> =
        labels.map(as_list).unwrap_or_default().into_iter().map(|label| scope.fill(reader.text(label))).collect();
    let pool = group.map(|group| scope.fill(reader.text(group)));
    let known: Option<Vec<String>> = labels.iter().map(Text::known).collect();
    let own = known.as_ref().is_some_and(|labels| labels.iter().any(|label| label.eq_ignore_ascii_case("self-hosted")));
    let hosted = match known {
        _ if own => Some(false),
        Some(labels) if pool.is_none() && !labels.is_empty() => {
            // Labels of one's own are given to larger machines of GitHub and to self-hosted ones alike.
            labels.iter().all(|label| hosted(&label.to_lowercase())).then_some(true)
        }
        _ => None,
    };
    Runner { labels, pool, container: None, hosted, demands: Vec::new(), at: whole(found) }
}

fn environment(reader: &mut Reader<'_>, found: &Entry, scope: &Scope) -> Environment {
    let mut text = |value: &Value| scope.fill(reader.text(value));
    let (name, url) = match found.value.as_map() {
        Some(map) => (map.get("name").map(&mut text), map.get("url").map(&mut text)),
        None => (Some(text(&found.value)), None),
    };
    let name = name.unwrap_or_else(|| Text::literal("", found.value.origin.clone()));
    Environment { name, url, action: None, tier: None, at: whole(found), key: found.key_span }
}

/// A container: an image, or a map with one.
pub(super) fn container(reader: &mut Reader<'_>, found: &Entry, scope: &Scope) -> Container {
    let mut text = |value: &Value| scope.fill(reader.text(value));
    let (image, options, credentials, env) = match found.value.as_map() {
        Some(map) => {
            (map.get("image").map(&mut text), map.get("options").map(&mut text), map.get("credentials"), map.get("env"))
        }
        None if matches!(found.value.data, Data::Null) => (None, None, None, None),
        None => (Some(text(&found.value)), None, None, None),
    };
    Container {
        image: image.unwrap_or_else(|| Text::literal("", found.value.origin.clone())),
        alias: None,
        options,
        credentials: credentials.cloned(),
        variables: env.map_or(Vec::new(), |env| variables(reader, env, scope)),
        at: whole(found),
    }
}
