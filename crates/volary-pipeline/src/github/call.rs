//! Calls of reusable workflows and actions.

use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Call, Reason, ReasonKind, Value};

use super::scope::Scope;
use super::step::{self, Defaults, given};
use super::{job, parameter, trigger, variables};
use crate::Document;
use crate::model::{Found, Host, JobId, JobKind, Pipeline, Repository, Step, StepId, Text, Uses, UsesKind};
use crate::reader::{Reader, entry, span};

/// `uses`, taken apart: `owner/name/path@ref`, `./path`, `docker://image`.
pub(super) fn reference(reader: &mut Reader<'_>, value: &Value, workflow: bool, scope: &Scope) -> Uses {
    let written = scope.fill(reader.text(value));
    let text = written.known().unwrap_or_default();
    let at = span(value);
    let mut uses = Uses {
        kind: if workflow { UsesKind::Workflow } else { UsesKind::Action },
        written: written.clone(),
        name: text.as_str().into(),
        reference: None,
        repository: scope.repository.clone(),
        path: Arc::from(""),
        at,
        found: Found::External,
    };
    if let Some(image) = text.strip_prefix("docker://") {
        uses.kind = UsesKind::Image;
        uses.repository = None;
        let (name, version) = image_version(image);
        uses.name = name.into();
        uses.reference = version.map(|version| part(&written, text.len() - version.len(), text.len()));
    } else if let Some(path) = text.strip_prefix("./") {
        uses.path = path.trim_end_matches('/').into();
    } else if written.known().is_none() {
        let reason = written.holes().next().map(|hole| hole.reason.clone());
        uses.found = Found::Missing(reason.unwrap_or_else(|| Reason::new(ReasonKind::RunTime, "uses")));
    } else {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (text.as_str(), None),
        };
        uses.reference = version.map(|version| part(&written, text.len() - version.len(), text.len()));
        uses.name = name.into();
        let mut parts = name.splitn(3, '/');
        let (owner, repository, path) = (parts.next(), parts.next(), parts.next());
        match (owner, repository) {
            (Some(owner), Some(repository)) if !owner.is_empty() && !repository.is_empty() => {
                uses.path = path.unwrap_or_default().trim_end_matches('/').into();
                uses.repository = Some(Arc::new(Repository {
                    host: Host::GitHub,
                    name: format!("{owner}/{repository}").into(),
                    reference: version.map(Into::into),
                    alias: None,
                }));
            }
            _ => reader.issue(
                at,
                format!("`{text}` names no action or workflow"),
                "Write `owner/name@ref`, `./path` or `docker://image`.",
            ),
        }
    }
    uses
}

/// Image and tag or digest.
fn image_version(image: &str) -> (&str, Option<&str>) {
    if let Some((name, digest)) = image.split_once('@') {
        return (name, Some(digest));
    }
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (image, None),
    }
}

/// A part of a text without holes.
fn part(text: &Text, start: usize, end: usize) -> Text {
    Text { pieces: Text::slice(&text.pieces, start, end), origin: text.origin.clone(), data: None }
}

/// Adds the jobs of the reusable workflow that a job calls.
pub(super) fn workflow(reader: &mut Reader<'_>, id: JobId, scope: &Scope, pipeline: &mut Pipeline) {
    let caller = &pipeline.jobs[id.0 as usize];
    let JobKind::Call(uses) = &caller.kind else { return };
    let mut uses = (**uses).clone();
    let inputs = given(&caller.inputs);
    let found = if uses.is_missing() { None } else { Some(workflow_document(reader, &uses, scope)) };
    match found {
        Some(Ok(document)) => {
            uses.found = Found::Read(document.file);
            let documents = reader.yaml(&document, Dialect::Yaml12);
            if let Some(root) = documents.first().filter(|root| root.as_map().is_some()) {
                let parameters = root.get("on").map(trigger::parameters).unwrap_or_default();
                let parameters: Vec<_> = parameters.into_iter().filter(|one| &*one.of == "workflow_call").collect();
                undeclared(reader, &inputs, &parameters, &uses);
                let call = Call { name: format!("workflow `{}`", uses.written.canonical()).into(), span: uses.at };
                let mut inner = Scope::called(&parameters, &inputs, &scope.bare(), call);
                inner.repository.clone_from(&uses.repository);
                if let Some(env) = entry(root, "env") {
                    let env = variables(reader, &env.value, &inner);
                    inner.add(&env);
                    pipeline.jobs[id.0 as usize].variables.extend(env);
                }
                job::jobs(reader, root, Some(id), &inner, pipeline);
            }
        }
        Some(Err(reason)) => uses.found = Found::Missing(reason),
        None => {}
    }
    pipeline.uses.push(uses.clone());
    pipeline.jobs[id.0 as usize].kind = JobKind::Call(Box::new(uses));
}

fn workflow_document(reader: &mut Reader<'_>, uses: &Uses, scope: &Scope) -> Result<Arc<Document>, Reason> {
    reader.follow(uses.at, scope.through.len())?;
    let document = reader.look_up(uses.repository.as_deref(), &uses.path);
    if let (Err(reason), None) = (&document, &uses.repository) {
        let message = format!("the workflow `{}` is not in this repository", uses.path);
        reader.issue(uses.at, message, "GitHub refuses the run; correct the path.");
        return Err(reason.clone());
    }
    document
}

fn undeclared(
    reader: &mut Reader<'_>,
    given: &[(Arc<str>, Text)],
    parameters: &[crate::model::Parameter],
    uses: &Uses,
) {
    for (name, text) in given {
        if parameter(parameters, name).is_none() {
            let at = text.span().unwrap_or(uses.at);
            reader.issue(
                at,
                format!("the workflow `{}` has no input `{name}`", uses.path),
                "GitHub refuses the run; correct the name or declare the input.",
            );
        }
    }
}

/// Adds the steps of the composite action that a step calls.
pub(super) fn action(reader: &mut Reader<'_>, id: StepId, defaults: &Defaults, scope: &Scope, steps: &mut Vec<Step>) {
    let caller = &steps[id.0 as usize];
    let Some(uses) = caller.uses().filter(|uses| uses.kind == UsesKind::Action && !uses.is_missing()) else { return };
    let mut uses = uses.clone();
    let inputs = given(&caller.inputs);
    let own = uses.repository.is_none();
    match action_document(reader, &uses, scope) {
        Some(Ok(document)) => {
            let documents = reader.yaml(&document, Dialect::Yaml12);
            let root = documents.first();
            let runs = root.and_then(|root| root.get("runs"));
            match runs.and_then(|runs| entry(runs, "steps")) {
                Some(inner) => {
                    uses.found = Found::Read(document.file);
                    let parameters = root.and_then(|root| root.get("inputs")).map(|value| trigger::inputs(value, ""));
                    let call = Call { name: format!("action `{}`", uses.written.canonical()).into(), span: uses.at };
                    let mut called = Scope::called(&parameters.unwrap_or_default(), &inputs, scope, call);
                    called.repository.clone_from(&uses.repository);
                    step::add(reader, inner, Some(id), &defaults.inside(), &called, steps);
                }
                None => uses.found = Found::Program(document.file),
            }
        }
        Some(Err(reason)) => {
            if own {
                let message = format!("there is no action at `{}`", uses.path);
                reader.issue(uses.at, message, "GitHub stops the run here unless an earlier step makes it.");
            }
            uses.found = Found::Missing(reason);
        }
        None => {}
    }
    if let crate::model::Action::Uses(old) = &mut steps[id.0 as usize].action {
        *old = uses;
    }
}

/// The definition of an action: `None` where it is one of a repository that is not among the sources, which is a program
/// for all that is known.
fn action_document(reader: &mut Reader<'_>, uses: &Uses, scope: &Scope) -> Option<Result<Arc<Document>, Reason>> {
    let repository = uses.repository.as_deref();
    let prefix = if uses.path.is_empty() { String::new() } else { format!("{}/", uses.path) };
    let mut missing = None;
    for name in ["action.yml", "action.yaml"] {
        match reader.look_up(repository, &format!("{prefix}{name}")) {
            Ok(document) => return Some(reader.follow(uses.at, scope.through.len()).map(|()| document)),
            Err(reason) => missing = missing.or(Some(reason)),
        }
    }
    let reason = missing?;
    if reason.kind == ReasonKind::MissingSource {
        return None;
    }
    // A Dockerfile alone is an action too.
    match reader.look_up(repository, &format!("{prefix}Dockerfile")) {
        Ok(document) => Some(Ok(document)),
        Err(_) => Some(Err(reason)),
    }
}
