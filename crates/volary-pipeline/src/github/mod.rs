//! GitHub Actions: workflows, reusable workflows and composite actions.

mod call;
mod job;
mod matrix;
mod scope;
mod step;
mod trigger;

use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Span, Value};

use crate::Document;
use crate::model::{
    HiddenPlace, Input, Job, JobKind, Parameter, Permissions, Pipeline, PipelineKind, Text, Variable, VariableKind,
};
use crate::reader::{Reader, entry, hide, span, whole};
use scope::Scope;

/// Reads a workflow or an action.
pub(crate) fn read(reader: &mut Reader<'_>, document: &Arc<Document>) -> Pipeline {
    let mut pipeline = reader.empty(document);
    let documents = reader.yaml(document, Dialect::Yaml12);
    let Some(root) = documents.first() else { return pipeline };
    if root.as_map().is_none() {
        if !root.is_null() {
            reader.issue(span(root), "a workflow is a map with `on` and `jobs`", "See the syntax of workflows.");
        }
        return pipeline;
    }
    pipeline.written = root.clone();
    pipeline.name = entry(root, "name").map(|entry| reader.text(&entry.value));
    if entry(root, "runs").is_some() && entry(root, "jobs").is_none() {
        action(reader, root, &mut pipeline);
    } else {
        workflow(reader, root, &mut pipeline);
    }
    uses_of_steps(&mut pipeline);
    pipeline
}

fn workflow(reader: &mut Reader<'_>, root: &Value, pipeline: &mut Pipeline) {
    match entry(root, "on") {
        Some(on) => {
            pipeline.triggers = trigger::triggers(reader, on);
            pipeline.parameters = trigger::parameters(&on.value);
        }
        None => reader.issue(
            Span { end: span(root).start, ..span(root) },
            "the workflow has no `on`: nothing starts it",
            "Say with `on:` what starts it.",
        ),
    }
    let only_called = !pipeline.triggers.is_empty()
        && pipeline.triggers.iter().all(|trigger| trigger.event == crate::model::Event::Call);
    if only_called {
        pipeline.kind = PipelineKind::Template;
    }
    pipeline.permissions = entry(root, "permissions").map(Permissions::of);
    pipeline.concurrency = entry(root, "concurrency").map(|entry| entry.value.clone());
    let mut scope = Scope::open(&pipeline.parameters);
    if let Some(env) = entry(root, "env") {
        pipeline.variables = variables(reader, &env.value, &scope);
        scope.add(&pipeline.variables);
    }
    for variable in &pipeline.variables {
        scope::secrets(&variable.value, variable.name.known().map(Into::into), &mut pipeline.secrets);
    }
    if let Some(outputs) = entry(root, "on").and_then(|on| on.value.get("workflow_call")?.get("outputs")) {
        pipeline.outputs = outputs_of(reader, outputs, &scope);
    }
    job::jobs(reader, root, None, &scope, pipeline);
}

/// A composite action is read as one job with its inputs open; other actions have no steps.
fn action(reader: &mut Reader<'_>, root: &Value, pipeline: &mut Pipeline) {
    pipeline.kind = PipelineKind::Action;
    if let Some(inputs) = entry(root, "inputs") {
        pipeline.parameters = trigger::inputs(&inputs.value, "");
    }
    let scope = Scope::open(&pipeline.parameters);
    if let Some(outputs) = entry(root, "outputs") {
        pipeline.outputs = outputs_of(reader, &outputs.value, &scope);
    }
    let Some(runs) = entry(root, "runs") else { return };
    let header = runs.key_span.unwrap_or_else(|| span(&runs.value));
    let name = pipeline.name.clone().unwrap_or_else(|| crate::reader::key_text(runs));
    let mut job = Job::new(name, JobKind::Plain, whole(runs), header, runs.value.clone());
    if let Some(steps) = entry(&runs.value, "steps") {
        let defaults = step::Defaults::default();
        job.steps = step::steps(reader, steps, None, &defaults, &scope);
    }
    pipeline.jobs.push(job);
}

/// `outputs`: a name with a text, or with a map that has `value`.
fn outputs_of(reader: &mut Reader<'_>, value: &Value, scope: &Scope) -> Vec<Input> {
    let Some(map) = value.as_map() else { return Vec::new() };
    let mut outputs = Vec::new();
    for output in map.entries() {
        let value = if output.value.as_map().is_some() { output.value.get("value") } else { Some(&output.value) };
        let Some(value) = value else { continue };
        let text = scope.fill(reader.text(value));
        outputs.push(Input::of(output.key.clone(), output.key_span, text));
    }
    outputs
}

/// `env`.
fn variables(reader: &mut Reader<'_>, value: &Value, scope: &Scope) -> Vec<Variable> {
    let Some(map) = value.as_map() else {
        // `env: ${{ fromJSON(...) }}`: any variable.
        if value.as_text().is_some() {
            let text = scope.fill(reader.text(value));
            let at = span(value);
            return vec![variable(Text::literal("", value.origin.clone()), at, VariableKind::Hidden, text)];
        }
        return Vec::new();
    };
    let mut variables = Vec::new();
    for entry in map.entries() {
        let text = scope.fill(reader.text(&entry.value));
        let at = entry.key_span.unwrap_or_else(|| span(&entry.value));
        variables.push(variable(crate::reader::key_text(entry), at, VariableKind::Plain, text));
    }
    variables
}

fn variable(name: Text, at: Span, kind: VariableKind, value: Text) -> Variable {
    Variable { name, at, kind, value, readonly: None, guards: Vec::new(), through: Arc::new([]) }
}

/// Parameters by their names, for callers.
fn parameter<'p>(parameters: &'p [Parameter], name: &str) -> Option<&'p Parameter> {
    parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))
}

/// What steps and jobs use and what could not be read of it.
fn uses_of_steps(pipeline: &mut Pipeline) {
    let mut missing = Vec::new();
    for (id, job) in pipeline.jobs() {
        match &job.kind {
            JobKind::Hidden(uses, _) => missing.push(((**uses).clone(), HiddenPlace::Job(id))),
            JobKind::Call(uses) if uses.is_missing() => missing.push(((**uses).clone(), HiddenPlace::Job(id))),
            _ => {}
        }
        for (index, step) in job.steps.iter().enumerate() {
            if let Some(uses) = step.uses().filter(|uses| uses.is_missing()) {
                let place = HiddenPlace::Step(id, crate::model::StepId(index as u32));
                missing.push((uses.clone(), place));
            }
        }
    }
    for (uses, place) in missing {
        hide(pipeline, &uses, place);
    }
}
