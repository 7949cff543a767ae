//! Controls in pull requests: what they guard is the branch that the changes go to.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_pipeline::{Event, Pipeline, PipelineKind, Platform};

use super::case::{Case, check_name};
use super::cover::Cover;
use super::fact::Broken;
use super::links;
use crate::execute::{Outcomes, Scenario};
use crate::plan::ActId;
use crate::run::ChoiceKind;
use crate::tri::Tri;

/// A control, and what its findings do to its own job and to pull requests.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The control.
    pub act: ActId,
    /// Whether findings stop its own job.
    pub own: Cover,
    /// Why they do not.
    pub broken: Option<Broken>,
    /// The branches whose pull requests run it.
    pub targets: Vec<Target>,
    /// The check that turns red.
    pub check: Arc<str>,
}

/// A branch whose pull requests run a control.
#[derive(Clone, Debug)]
pub struct Target {
    /// The branch.
    pub branch: Arc<str>,
    /// Any branch.
    pub any: bool,
    /// Whether findings turn the check red in every pull request.
    pub cover: Cover,
    /// The pull request in which they do not.
    pub run: Arc<str>,
    /// Why they do not.
    pub broken: Option<Broken>,
    /// What has to be true.
    pub assumptions: BTreeSet<Arc<str>>,
}

/// All controls of a pipeline.
pub fn guards(case: &Case<'_>) -> Vec<Guard> {
    let acts = case.plan.acts().filter(|(_, act)| act.control().is_some());
    acts.map(|(id, _)| if case.wide { guard(&case.narrowed(&[id]), id) } else { guard(case, id) }).collect()
}

fn guard(case: &Case<'_>, control: ActId) -> Guard {
    let act = case.plan.act(control);
    let mut own = Cover::No;
    let mut why: Option<Broken> = None;
    let mut targets: Vec<Target> = Vec::new();
    let mut first = true;
    let validates = is_validation(case);
    for run in 0..case.runs.len() {
        let normal = case.trace(run, Scenario::Normal);
        let ran = normal.ran[control.0];
        let model = &case.runs[run];
        let is_pull = (model.event == Event::PullRequest && counts(case.pipeline()))
            || (validates && model.event == Event::Manual);
        if ran == Tri::No && !is_pull {
            continue;
        }
        let finding = case.trace(run, Scenario::Finding(control));
        if ran != Tri::No {
            let broken = links::own(case, control, run, &finding);
            let cover = match (&broken, finding.raw[act.job.0 as usize]) {
                (Some(_), outcomes) if undecided(outcomes, &finding) => Cover::Undecided,
                (Some(_), _) => Cover::No,
                (None, outcomes) if outcomes.only(Outcomes::FAILED) => Cover::Yes,
                (None, _) => Cover::Undecided,
            };
            if first || cover > own {
                own = cover;
                why = broken;
                first = false;
            }
        }
        if !is_pull {
            continue;
        }
        let branch = match model.target.clone() {
            Some(branch) => branch,
            None if validates => model.default_branch().into(),
            None => continue,
        };
        let fails = match case.pipeline().platform {
            // A required check is one job's; what is skipped counts as passed.
            Platform::GitHub => finding.jobs[outermost(case.pipeline(), act.job).0 as usize].is(Outcomes::FAILED),
            _ => finding.failed,
        };
        let (cover, broken) = match (ran, fails) {
            (Tri::No, _) => (Cover::No, Some(links::broken(case, control, control, run, super::cover::Way::NotRun))),
            (Tri::Yes, Tri::Yes) => (Cover::Yes, None),
            (_, Tri::No) => (Cover::No, links::own(case, control, run, &finding)),
            _ => (Cover::Undecided, links::own(case, control, run, &finding)),
        };
        // What only scripts decide is not known, what settings decide is assumed.
        let hidden = model.choices.values().any(|choice| choice.kind == ChoiceKind::Hidden);
        let cover = if cover == Cover::No && ran == Tri::No && hidden { Cover::Undecided } else { cover };
        let target = Target {
            branch: branch.clone(),
            any: model.any_branch || validates,
            cover,
            run: model.describe().into(),
            broken,
            assumptions: model.assumptions(),
        };
        match targets.iter_mut().find(|known| known.branch == branch && known.any == target.any) {
            Some(known) if target.cover < known.cover => *known = target,
            Some(known) => known.assumptions.extend(target.assumptions),
            None => targets.push(target),
        }
    }
    targets.retain(|target| target.cover != Cover::No || target.broken.is_some());
    Guard { act: control, own, broken: why, targets, check: check_name(case.pipeline(), act.job) }
}

fn undecided(outcomes: Outcomes, trace: &crate::execute::Trace) -> bool {
    outcomes.may(Outcomes::FAILED) && !outcomes.only(Outcomes::FAILED) && trace.step_failed == Tri::Unknown
}

/// Whether a pipeline of Azure is there to be named by a branch rule: nothing starts it but that rule, or a person, and
/// nothing ships from it. Azure Repos knows pull requests by such rules only.
fn is_validation(case: &Case<'_>) -> bool {
    let pipeline = case.pipeline();
    let push = |trigger: &volary_pipeline::Trigger| {
        matches!(trigger.event, Event::Push | Event::Schedule | Event::Upstream | Event::PullRequest)
            && !trigger.disabled
            && !(trigger.implied && trigger.event == Event::PullRequest)
    };
    pipeline.platform == Platform::Azure
        && counts(pipeline)
        && !pipeline.triggers.iter().any(push)
        && case.effects().is_empty()
}

/// Whether a pipeline is one that pull requests wait for.
fn counts(pipeline: &Pipeline) -> bool {
    pipeline.kind == PipelineKind::Pipeline
}

/// The job that has the check: the outermost call.
fn outermost(pipeline: &Pipeline, job: volary_pipeline::JobId) -> volary_pipeline::JobId {
    let mut id = job;
    for _ in 0..20 {
        match pipeline.job(id).and_then(|job| job.within) {
            Some(outer) => id = outer,
            None => break,
        }
    }
    id
}

impl Guard {
    /// What pull requests to a branch are worth, where they run this control at all.
    pub fn of_branch(&self, branch: &str) -> Option<&Target> {
        self.targets
            .iter()
            .find(|target| !target.any && *target.branch == *branch)
            .or_else(|| self.targets.iter().find(|target| target.any))
    }
}
