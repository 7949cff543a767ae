//! What could not be read, and whether it may hold a control for something that ships.

use std::sync::Arc;

use volary_model::Span;
use volary_pipeline::{HiddenPlace, JobId, Needs, Platform, UsesKind};

use super::case::Case;
use super::words::short;
use crate::execute::Point;
use crate::plan::{ActId, Opaque};

/// Something unread that may hold a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What it is: ``the template `x.yml` of `acme/templates` ``.
    pub name: Arc<str>,
    /// The repository or library it lies in; empty where it is the pipeline's own.
    pub source: Arc<str>,
    /// The file there.
    pub file: Arc<str>,
    /// Where it is used.
    pub at: Span,
    /// Any number of steps may be in it; else it is one command.
    pub container: bool,
}

/// Words that the name of something has that looks for weaknesses.
const WORDS: &[&str] = &[
    "scan",
    "audit",
    "vuln",
    "secur",
    "sast",
    "snyk",
    "trivy",
    "grype",
    "checkov",
    "tfsec",
    "semgrep",
    "sonar",
    "codeql",
    "owasp",
    "dependency-check",
    "dependency_check",
    "dependencycheck",
    "compliance",
    "veracode",
    "checkmarx",
    "fortify",
    "prisma",
    "twistlock",
    "blackduck",
    "whitesource",
    "mend",
    "kics",
    "terrascan",
    "conftest",
];

/// Words of what only prepares or tells.
const HARMLESS: &[&str] = &[
    "setup", "prepare", "install", "login", "publish", "upload", "report", "comment", "download", "cache", "notify",
    "summary",
];

/// Whether a name says that something looks for weaknesses.
pub(crate) fn is_control_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if HARMLESS.iter().any(|word| lower.contains(word)) {
        return false;
    }
    WORDS.iter().any(|word| lower.contains(word))
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "sca" | "dast" | "opa"))
}

/// What could not be read and may look at what an effect ships, before it ships.
pub(super) fn unread(case: &Case<'_>, effect: ActId) -> Vec<Unread> {
    let pipeline = case.pipeline();
    let act = case.plan.act(effect);
    // What is made and shipped in one job can only be looked at there.
    let closed = case.subjects.made_and_shipped_in_one_job(effect);
    let before = |job: JobId| job != act.job && !closed && case.waits(act.job, job);
    let mut found: Vec<Unread> = Vec::new();
    for hidden in &pipeline.hidden {
        let matters = match hidden.place {
            HiddenPlace::Variables => false,
            HiddenPlace::Anywhere => match (pipeline.platform, hidden.uses.kind) {
                (Platform::Jenkins, UsesKind::Library) => false,
                (Platform::GitLab, _) => !closed && !is_closed(case, act.job),
                _ => true,
            },
            HiddenPlace::Stage(stage) => {
                !closed && case.machine.order.waits(Point::Job(act.job), Point::StageStart(stage))
            }
            HiddenPlace::Job(job) => job == act.job || before(job),
            HiddenPlace::Step(job, step) => (job == act.job && act.step.is_some_and(|own| step < own)) || before(job),
        };
        if matters {
            let one = Unread {
                name: name(&hidden.uses),
                source: source(&hidden.uses),
                file: hidden.uses.path.clone(),
                at: hidden.uses.at,
                container: true,
            };
            if !found.iter().any(|known| known.name == one.name) {
                found.push(one);
            }
        }
    }
    for opaque in &case.plan.opaque {
        let here = opaque.job == act.job && comes_before(opaque, effect, case);
        if !(here || before(opaque.job)) || !(is_control_word(&opaque.written) || is_control_word(&opaque.step_name)) {
            continue;
        }
        let one = Unread {
            name: format!("`{}`", short(&opaque.written, 60)).into(),
            source: "".into(),
            file: "".into(),
            at: opaque.at,
            container: false,
        };
        if !found.iter().any(|known| known.at == one.at) {
            found.push(one);
        }
    }
    programs(case, effect, closed, &mut found);
    found
}

/// Programs that nobody knows, and whose name says that they look for weaknesses.
fn programs(case: &Case<'_>, effect: ActId, closed: bool, found: &mut Vec<Unread>) {
    let act = case.plan.act(effect);
    for (job, model) in case.pipeline().jobs() {
        let here = job == act.job;
        if !here && (closed || !case.waits(act.job, job)) {
            continue;
        }
        for step in 0..model.steps.len() {
            let step = volary_pipeline::StepId(step as u32);
            if here && act.step.is_some_and(|own| step > own) {
                break;
            }
            let Some(script) = case.plan.script(job, step) else { continue };
            for (index, command) in script.commands.iter().enumerate() {
                let behind = here && act.step == Some(step) && act.command.is_some_and(|own| index as u32 >= own.0);
                let named = command.name.as_ref().is_some_and(|name| is_control_word(name));
                if behind || !named || !command.roles.is_empty() || case.recognises(command.name.as_deref()) {
                    continue;
                }
                let name: Arc<str> = format!("`{}`", short(&command.written, 60)).into();
                if !found.iter().any(|known| known.at == command.at) {
                    found.push(Unread { name, source: "".into(), file: "".into(), at: command.at, container: false });
                }
            }
        }
    }
}

fn comes_before(opaque: &Opaque, effect: ActId, case: &Case<'_>) -> bool {
    let act = case.plan.act(effect);
    match act.step {
        Some(step) if opaque.step == step => opaque.command < act.command,
        Some(step) => opaque.step < step,
        None => true,
    }
}

/// Whether a job and everything that it waits for name all that they wait for, so that no job that is not here can come
/// before it.
fn is_closed(case: &Case<'_>, job: JobId) -> bool {
    let pipeline = case.pipeline();
    let mut open = vec![job];
    let mut seen = vec![job];
    while let Some(id) = open.pop() {
        let Some(job) = pipeline.job(id) else { return false };
        match &job.needs {
            Needs::Before => {
                if job.stage.is_none_or(|stage| stage.0 > 0) {
                    return false;
                }
            }
            Needs::Nothing { .. } => {}
            Needs::Named(needs) => {
                if needs.iter().any(|need| need.targets.is_empty() && !need.foreign) {
                    return false;
                }
                for target in needs.iter().flat_map(|need| &need.targets) {
                    let target = JobId(*target);
                    if !seen.contains(&target) {
                        seen.push(target);
                        open.push(target);
                    }
                }
            }
        }
    }
    true
}

/// What is used, in a sentence.
fn name(uses: &volary_pipeline::Uses) -> Arc<str> {
    let noun = match uses.kind {
        UsesKind::Action => "the action",
        UsesKind::Image => "the container",
        UsesKind::Workflow => "the workflow",
        UsesKind::Task => "the task",
        UsesKind::Template | UsesKind::Extends => "the template",
        UsesKind::Include => "the include",
        UsesKind::Component => "the component",
        UsesKind::Pipeline => "the pipeline",
        UsesKind::Library => "the library",
        UsesKind::Step => "the step",
    };
    let written = uses.written.canonical();
    let written = if written.is_empty() { uses.name.to_string() } else { written };
    format!("{noun} `{}`", short(&written, 60)).into()
}

/// The repository or library that something lies in.
pub(crate) fn source(uses: &volary_pipeline::Uses) -> Arc<str> {
    match &uses.repository {
        Some(repository) => repository.name.clone(),
        None => "".into(),
    }
}
