//! Which gates there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Call, Span};
use volary_pipeline::{Environment, Job, JobId, Platform, StageId, Step, StepId, When};

use crate::plan::Plan;
use crate::recognise::{Approval, Role};

/// A gate.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub(super) kind: GateKind,
    pub(super) place: Place,
    pub(super) at: Span,
    pub(super) here: Span,
    pub(super) environment: Option<Arc<str>>,
    /// Later jobs go on without it.
    pub(super) optional: bool,
    /// What was recognised, where it is a step.
    pub(super) approval: Option<Approval>,
}

/// What kind of gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GateKind {
    Environment,
    ManualJob,
    ManualStage,
    Input,
    Task,
    Action,
    Change,
}

/// Where it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Before a stage starts.
    Stage(StageId),
    /// Before a job starts.
    Job(JobId),
    /// Where a step stands.
    Step(JobId, StepId),
}

impl GateKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::ManualJob => "manual job",
            Self::ManualStage => "manual stage",
            Self::Input => "input",
            Self::Task => "approval task",
            Self::Action => "approval action",
            Self::Change => "change request",
        }
    }

    /// Whether files tell that a person is waited for.
    pub(super) fn is_certain(self) -> bool {
        // A change request of a standard change goes through without anybody.
        !matches!(self, Self::Environment | Self::Change)
    }
}

/// Every gate: by stage, then by job with its steps.
pub(super) fn gates(plan: &Plan<'_>) -> Vec<Gate> {
    let pipeline = plan.pipeline;
    let mut found = Vec::new();
    for (id, stage) in pipeline.stages() {
        let Some(manual) = &stage.manual else { continue };
        let at = match (manual.key, manual.at()) {
            (Some(key), Some(value)) => key.to(value),
            (key, value) => key.or(value).unwrap_or(stage.header),
        };
        let kind = if pipeline.platform == Platform::Jenkins { GateKind::Input } else { GateKind::ManualStage };
        found.push(Gate {
            kind,
            place: Place::Stage(id),
            at,
            here: here(plan, at, &stage.through),
            environment: None,
            optional: false,
            approval: None,
        });
    }
    let mut seen: BTreeSet<(StageId, Arc<str>)> = BTreeSet::new();
    for (id, job) in pipeline.jobs() {
        let manual = manual(job);
        let environment = job.environment.as_ref().filter(|environment| starts(environment));
        let name: Option<Arc<str>> = environment
            .map(|environment| environment.name.canonical().into())
            .filter(|name: &Arc<str>| !name.is_empty());
        let at = match (&manual, environment) {
            (Some((at, _)), _) => Some((GateKind::ManualJob, *at)),
            (None, Some(environment)) if name.is_some() => Some((GateKind::Environment, environment.at)),
            _ => None,
        };
        // Azure asks once for a stage, whatever number of its jobs use the environment.
        let again = pipeline.platform == Platform::Azure
            && match (job.stage, &name) {
                (Some(stage), Some(name)) => !seen.insert((stage, name.clone())),
                _ => false,
            };
        if let Some((kind, at)) = at
            && !again
        {
            found.push(Gate {
                kind,
                place: Place::Job(id),
                at,
                here: here(plan, at, &job.through),
                environment: name,
                optional: manual.is_some_and(|(_, optional)| optional),
                approval: None,
            });
        }
        for (index, step) in job.steps.iter().enumerate() {
            let step_id = StepId(index as u32);
            found.extend(self::step(plan, id, step_id, step));
        }
    }
    found
}

fn step(plan: &Plan<'_>, job: JobId, id: StepId, step: &Step) -> Option<Gate> {
    if step.enabled.as_ref().and_then(volary_pipeline::Setting::truth) == Some(false) {
        return None;
    }
    let (act, approval) = plan.of_step(job, id).find_map(|(_, act)| match act.role() {
        Role::Approval(approval) => Some((act, approval)),
        _ => None,
    })?;
    let kind = match plan.pipeline.platform {
        _ if &*act.recognised.tool.id == "servicenow" => GateKind::Change,
        Platform::Jenkins => GateKind::Input,
        Platform::Azure => GateKind::Task,
        Platform::GitHub | Platform::GitLab => GateKind::Action,
    };
    Some(Gate {
        kind,
        place: Place::Step(job, id),
        at: act.at,
        here: act.here,
        environment: None,
        optional: false,
        approval: Some(approval.clone()),
    })
}

/// Where GitLab says that a person starts a job, and whether the others go on without it.
fn manual(job: &Job) -> Option<(Span, bool)> {
    let tolerated = job.continue_on_error.as_ref().map(|setting| setting.truth() != Some(false));
    let own = job.activation.when.filter(|(when, _)| *when == When::Manual).map(|(_, at)| at);
    let Some(rules) = &job.activation.rules else { return own.map(|at| (at, tolerated.unwrap_or(true))) };
    // A rule without `when` takes the job's. In rules nobody goes on without it unless it says so.
    rules.rules.iter().find_map(|rule| {
        let at = match rule.when {
            Some((When::Manual, at)) => Some(at),
            Some(_) => None,
            None => own,
        };
        let here = rule.allow_failure.as_ref().map(|setting| setting.truth() != Some(false));
        at.map(|at| (at, here.or(tolerated).unwrap_or(false)))
    })
}

/// Whether something is deployed to it: what stops, prepares or looks at an environment waits for nobody.
fn starts(environment: &Environment) -> bool {
    environment.action.as_ref().is_none_or(|action| action.is("start"))
}

/// Where something stands in the pipeline's own file.
fn here(plan: &Plan<'_>, at: Span, through: &[Call]) -> Span {
    let own = |span: &Span| span.file == plan.pipeline.file;
    if own(&at) {
        return at;
    }
    through.iter().map(|call| call.span).rfind(|span| own(span)).unwrap_or(plan.pipeline.at)
}
