//! A second check with the name of one that guards: whoever waits for the name is content with either.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Severity, Span};
use volary_pipeline::{Event, Job, JobId, Pipeline, PipelineKind, Platform};

use super::Side;
use super::draft::{Drafts, WeakeningDraft};
use crate::prove::Cover;

/// Names that jobs without any relation share in many repositories.
const COMMON: &[&str] =
    &["build", "test", "tests", "lint", "ci", "check", "checks", "deploy", "release", "publish", "main", "run", "docs"];

/// A job that shows the name of a check that guards.
struct Shadow {
    name: Arc<str>,
    at: Span,
    pipeline: Arc<str>,
    guard: Arc<str>,
    tool: Arc<str>,
    control: Arc<str>,
    idle: bool,
}

/// Where a check that guards is: pipeline and job, its tool and control.
type Guarded = (usize, JobId, Arc<str>, Arc<str>);

/// Checks that the head doubles and the base does not.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, drafts: &mut Drafts) {
    let known: BTreeSet<(Arc<str>, Arc<str>)> =
        shadows(base).into_iter().map(|shadow| (shadow.name, shadow.pipeline)).collect();
    for shadow in shadows(head) {
        if known.contains(&(shadow.name.clone(), shadow.pipeline.clone())) || (is_common(&shadow.name) && !shadow.idle)
        {
            continue;
        }
        drafts.add(draft(shadow, true));
    }
}

/// Checks that are doubled in one revision.
pub(super) fn state(head: &Side<'_>, drafts: &mut Drafts) {
    for shadow in shadows(head).into_iter().filter(|shadow| !is_common(&shadow.name)) {
        drafts.add(draft(shadow, false));
    }
}

fn is_common(name: &str) -> bool {
    COMMON.contains(&name.to_ascii_lowercase().as_str())
}

fn draft(shadow: Shadow, change: bool) -> WeakeningDraft {
    let message = format!(
        "This job shows the check `{}` as well, and no scan runs in it: a rule that waits for `{}` of `{}` is content with this one",
        shadow.name, shadow.name, shadow.guard
    );
    let mut draft = WeakeningDraft::new("W13", shadow.at, message, "Give the job another name");
    draft.control = Some(shadow.control);
    draft.tool = Some(shadow.tool);
    draft.pipeline = Some(shadow.pipeline);
    draft.severity = if change { Severity::High } else { Severity::Low };
    draft.change = change;
    draft.key = shadow.name;
    draft
}

fn shadows(side: &Side<'_>) -> Vec<Shadow> {
    let mut guarded: BTreeMap<Arc<str>, Guarded> = BTreeMap::new();
    for (index, proved) in side.pipelines.iter().enumerate() {
        if proved.plan.pipeline.platform != Platform::GitHub {
            continue;
        }
        for guard in proved.guards {
            let act = proved.plan.act(guard.act);
            let pulls = guard.targets.iter().any(|target| target.cover == Cover::Yes);
            let Some(control) = act.control().filter(|_| pulls && guard.own == Cover::Yes) else { continue };
            let found = (index, act.job, act.recognised.tool.id.clone(), control.id.clone());
            guarded.entry(guard.check.clone()).or_insert(found);
        }
    }
    let mut found = Vec::new();
    if guarded.is_empty() {
        return found;
    }
    for (index, proved) in side.pipelines.iter().enumerate() {
        let pipeline = proved.plan.pipeline;
        if pipeline.platform != Platform::GitHub || pipeline.kind != PipelineKind::Pipeline || !shows(pipeline) {
            continue;
        }
        let controlled: BTreeSet<JobId> =
            proved.plan.acts.iter().filter(|act| act.control().is_some()).map(|act| act.job).collect();
        for (id, job) in pipeline.jobs() {
            let Some(name) = check(pipeline, job) else { continue };
            let Some((at, guard, tool, control)) = guarded.get(&*name) else { continue };
            let is_guard = *at == index && *guard == id;
            let inner = pipeline.jobs().any(|(other, job)| job.within == Some(id) && controlled.contains(&other));
            if is_guard || controlled.contains(&id) || inner {
                continue;
            }
            let works = proved.plan.acts.iter().any(|act| act.job == id)
                || job.steps.iter().any(|step| step.uses().is_some() && step.checkout.is_none());
            found.push(Shadow {
                name: name.into(),
                at: job.display.as_ref().and_then(|text| text.span()).unwrap_or(job.header),
                pipeline: pipeline.path.clone(),
                guard: side.pipelines[*at].plan.pipeline.path.clone(),
                tool: tool.clone(),
                control: control.clone(),
                idle: !works,
            });
        }
    }
    found
}

/// Whether a pipeline shows checks at pull requests or commits of them.
fn shows(pipeline: &Pipeline) -> bool {
    pipeline.triggers.iter().any(|trigger| {
        !trigger.disabled && matches!(trigger.event, Event::PullRequest | Event::Privileged | Event::Push)
    })
}

/// The name of a job's check, where it is known.
fn check(pipeline: &Pipeline, job: &Job) -> Option<String> {
    let mut names = Vec::new();
    let mut at = Some(job);
    while let Some(job) = at {
        names.push(job.display.as_ref().map_or_else(|| job.name.usually(), |name| name.usually())?);
        at = job.within.and_then(|id| pipeline.job(id));
        if names.len() > 20 {
            return None;
        }
    }
    names.reverse();
    Some(names.join(" / "))
}
