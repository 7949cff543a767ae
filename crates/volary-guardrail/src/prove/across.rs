//! Controls of other pipelines of the repository, and those of the same one that run in pull requests.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::Link;
use volary_pipeline::{Event, JobId, Platform, Trigger};

use super::case::Case;
use super::cover::{Answer, Cover, Tally, Way};
use super::decide::{Candidate, World, depth};
use super::fact::Broken;
use super::guard::Guard;
use crate::execute::{Outcomes, Scenario};
use crate::plan::{ActId, Plan};
use crate::recognise::{ArtifactKind, Covers};
use crate::run::Run;
use crate::subject::{Identity, Paths};
use crate::tri::Tri;

/// What other pipelines are told of a pipeline.
pub struct Elsewhere<'w, 'a> {
    /// What it does.
    pub plan: &'w Plan<'a>,
    /// Its controls.
    pub guards: Vec<Guard>,
    /// Something in it ships.
    pub ships: bool,
}

/// A control that may guard what ships from here, from another pipeline or from pull requests.
pub(super) struct Foreign<'w> {
    pub(super) pipeline: usize,
    pub(super) guard: &'w Guard,
    /// This pipeline starts when that one has ended.
    pub(super) upstream: bool,
    /// A job of this pipeline that starts that one and takes its result.
    pub(super) child_of: Option<JobId>,
}

/// The controls of pull requests, and of other pipelines, that look at what ships.
pub(super) fn candidates<'w>(
    case: &Case<'_>,
    world: &World<'w, '_>,
    effect: ActId,
    wanted: &[Arc<str>],
) -> Vec<Foreign<'w>> {
    let act = case.plan.act(effect);
    let Some(ships) = act.effect() else { return Vec::new() };
    // The image of a pull request is another image.
    if ships.kind == ArtifactKind::Image {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, other) in world.elsewhere.iter().enumerate() {
        let upstream = index != world.own && follows(case, other.plan);
        let child_of = child(case, other.plan);
        for guard in &other.guards {
            let scan = other.plan.act(guard.act);
            let Some(control) = scan.control() else { continue };
            if !wanted.contains(&control.id) || matches!(control.covers, Covers::Image) {
                continue;
            }
            // A control of the same pipeline is looked at there, unless only pull requests run it.
            let in_pulls = guard.targets.iter().any(|target| target.cover != Cover::No || target.broken.is_some());
            if index == world.own && !in_pulls {
                continue;
            }
            match Paths::of(scan).identity(&Paths::of(act), world.exists) {
                Identity::Same | Identity::Name(_) => {}
                _ => continue,
            }
            found.push(Foreign { pipeline: index, guard, upstream, child_of });
        }
    }
    found
}

/// The job that starts another pipeline of this repository and waits for its result.
fn child(case: &Case<'_>, other: &Plan<'_>) -> Option<JobId> {
    let starts = |job: &volary_pipeline::Job| match &job.kind {
        volary_pipeline::JobKind::Start(start) => {
            let reads = start.uses.iter().any(|uses| uses.found == volary_pipeline::Found::Read(other.pipeline.file));
            reads && start.waits == Some(true)
        }
        _ => false,
    };
    case.pipeline().jobs().find(|(_, job)| starts(job)).map(|(id, _)| id)
}

/// Whether a pipeline is started by the end of another one.
fn follows(case: &Case<'_>, other: &Plan<'_>) -> bool {
    let names: Vec<String> =
        [other.pipeline.name.as_ref().and_then(|name| name.known()), Some(other.pipeline.path.to_string())]
            .into_iter()
            .flatten()
            .collect();
    let named = |trigger: &Trigger| {
        trigger.event == Event::Upstream
            && trigger.upstream.iter().any(|value| {
                value.as_text().is_some_and(|text| names.iter().any(|name| name.eq_ignore_ascii_case(text)))
            })
    };
    case.pipeline().triggers.iter().any(named)
}

/// Whether a control of pull requests, or of a pipeline before this one, covers a run.
pub(super) fn cover(
    case: &Case<'_>,
    world: &World<'_, '_>,
    effect: ActId,
    foreign: &Foreign<'_>,
    run: usize,
) -> Answer {
    let model = &case.runs[run];
    if foreign.upstream && model.event == Event::Upstream {
        let answer = upstream(case, effect, foreign, run);
        if answer.cover != Cover::No {
            return answer;
        }
    }
    if let Some(job) = foreign.child_of {
        let normal = case.trace(run, Scenario::Normal);
        if normal.jobs[job.0 as usize].may(Outcomes::SUCCESS)
            && case.trace(run, Scenario::JobFails(job)).ran[effect.0] == Tri::No
        {
            return Answer { cover: foreign.guard.own, way: Way::Fine, assumptions: BTreeSet::new() };
        }
    }
    let Some(branch) = branch_of(case, world, model) else { return Answer::no(Way::NotRun) };
    let Some(target) = foreign.guard.of_branch(&branch) else { return Answer::no(Way::NotRun) };
    if target.cover == Cover::No {
        return Answer::no(Way::Finding);
    }
    let mut assumptions: BTreeSet<Arc<str>> = target.assumptions.clone();
    assumptions.insert(format!("required-check({branch}, {})", foreign.guard.check).into());
    assumptions.insert(format!("no-direct-push({branch})").into());
    if model.tag.is_some() {
        assumptions.insert(format!("tags-from({branch})").into());
    }
    if is_free(case, model) {
        // Any branch can be started by hand; only an environment that takes protected branches keeps them out.
        match environment(case, effect) {
            Some(name) => {
                assumptions.insert(format!("deploy-branches({name})").into());
            }
            None => return Answer::no(Way::OtherCommit),
        }
    }
    if other_commit(case, effect, model) {
        return Answer::no(Way::OtherCommit);
    }
    Answer { cover: target.cover, way: Way::Fine, assumptions }
}

/// This pipeline starts when the other one has ended: does it ship when that one failed?
fn upstream(case: &Case<'_>, effect: ActId, foreign: &Foreign<'_>, run: usize) -> Answer {
    let trace = case.trace(run, Scenario::UpstreamFailed);
    let waits = match trace.ran[effect.0] {
        Tri::No => true,
        // Azure starts a pipeline only after the one that it names has succeeded.
        _ => case.pipeline().platform == Platform::Azure,
    };
    if !waits {
        return Answer::no(Way::Finding);
    }
    if !takes_that_commit(case, effect) {
        return Answer::no(Way::OtherCommit);
    }
    Answer { cover: foreign.guard.own, way: Way::Fine, assumptions: BTreeSet::new() }
}

/// Whether what ships is the commit, or the artifact, of the run before.
fn takes_that_commit(case: &Case<'_>, effect: ActId) -> bool {
    if case.pipeline().platform != Platform::GitHub {
        return true;
    }
    // Where nothing is fetched, what ships comes from the other run.
    let jobs = case.pipeline().jobs().filter(|(id, _)| case.waits(case.plan.act(effect).job, *id));
    for (_, job) in jobs {
        for step in &job.steps {
            let Some(checkout) = step.checkout.as_ref().filter(|checkout| checkout.repository.is_none()) else {
                continue;
            };
            let that = checkout.reference.as_ref().is_some_and(|reference| {
                let text = reference.canonical();
                text.contains("workflow_run.head_sha") || text.contains("workflow_run.head_commit")
            });
            if !that {
                return false;
            }
        }
    }
    true
}

/// The branch whose content a run ships.
fn branch_of(case: &Case<'_>, world: &World<'_, '_>, run: &Run) -> Option<Arc<str>> {
    if run.event == Event::PullRequest {
        return None;
    }
    if run.tag.is_some() || run.branch.is_none() || is_free(case, run) {
        let guarded = world.elsewhere.iter().flat_map(|other| &other.guards).flat_map(|guard| &guard.targets);
        let default = run.default_branch();
        let mut branches: Vec<&Arc<str>> = guarded.filter(|target| !target.any).map(|target| &target.branch).collect();
        branches.sort();
        let named = branches.iter().find(|branch| &****branch == default).or_else(|| branches.first());
        return Some(named.map_or_else(|| default.into(), |branch| (*branch).clone()));
    }
    run.branch.clone()
}

/// A person may start this run on any branch.
fn is_free(case: &Case<'_>, run: &Run) -> bool {
    run.any_branch
        && (run.event == Event::Manual || super::decide::by_hand(case.pipeline().platform) && run.event == Event::Api)
}

/// The environment that what ships goes to.
fn environment(case: &Case<'_>, effect: ActId) -> Option<String> {
    let act = case.plan.act(effect);
    let job = case.pipeline().job(act.job)?;
    if let Some(environment) = &job.environment {
        return Some(environment.name.usually().unwrap_or_else(|| environment.name.canonical()));
    }
    if case.pipeline().platform == Platform::Azure {
        let step = act.step.and_then(|step| job.steps.get(step.0 as usize))?;
        return step.connections.first().map(|connection| connection.name.canonical());
    }
    None
}

/// Whether the job that ships fetches a commit that somebody types in.
pub(super) fn other_commit(case: &Case<'_>, effect: ActId, run: &Run) -> bool {
    if !matches!(run.event, Event::Manual | Event::Api) {
        return false;
    }
    typed_checkout(case, effect).is_some()
}

pub(super) fn typed_checkout(case: &Case<'_>, effect: ActId) -> Option<volary_model::Span> {
    let job = case.plan.act(effect).job;
    for (_, job) in case.pipeline().jobs().filter(|(id, _)| case.waits(job, *id)) {
        for step in &job.steps {
            let Some(checkout) = step.checkout.as_ref().filter(|checkout| checkout.repository.is_none()) else {
                continue;
            };
            let Some(reference) = &checkout.reference else { continue };
            let typed = reference.holes().any(|hole| {
                ["inputs.", "parameters.", "params.", "client_payload"].iter().any(|word| hole.text.contains(word))
                    || hole.text.contains("outputs.")
            });
            if typed {
                return Some(step.at);
            }
        }
    }
    None
}

/// What a control elsewhere is worth, and why it is not worth more.
pub(super) fn rank(
    case: &Case<'_>,
    world: &World<'_, '_>,
    effect: ActId,
    foreign: &Foreign<'_>,
    runs: &[usize],
    row: &[Answer],
) -> (Candidate, (usize, usize, u8)) {
    let tally = Tally::of(row);
    let Tally { yes, open, no } = tally;
    let plan = world.elsewhere[foreign.pipeline].plan;
    let scan = plan.act(foreign.guard.act);
    let name = &scan.recognised.tool.name;
    let mut run = None;
    let broken = if no == 0 && open == 0 {
        None
    } else if no == 0 {
        foreign.guard.targets.iter().find_map(|target| target.broken.clone()).or_else(|| foreign.guard.broken.clone())
    } else {
        let at = row.iter().position(|answer| answer.cover == Cover::No).unwrap_or(0);
        let model = &case.runs[runs[at]];
        run = Some(Arc::from(model.describe()));
        Some(why(case, world, effect, foreign, model, &row[at], yes + open > 0, name))
    };
    let verdict = tally.verdict();
    let depth = broken.as_ref().map_or(9, |broken| depth(broken.link));
    let candidate =
        Candidate { pipeline: foreign.pipeline, act: foreign.guard.act, verdict, broken, run, looks_at: None };
    (candidate, (yes, open, depth))
}

#[allow(clippy::too_many_arguments)]
fn why(
    case: &Case<'_>,
    world: &World<'_, '_>,
    effect: ActId,
    foreign: &Foreign<'_>,
    run: &Run,
    answer: &Answer,
    some: bool,
    name: &str,
) -> Broken {
    if foreign.upstream && run.event == Event::Upstream {
        let act = case.plan.act(effect);
        let at =
            case.pipeline().triggers.iter().find(|trigger| trigger.event == Event::Upstream).map(|trigger| trigger.at);
        return match answer.way {
            Way::OtherCommit => Broken::new(
                Link::Propagation,
                format!("what ships is not the commit that {name} looked at"),
                "",
                Some(act.at),
                "Check out `${{ github.event.workflow_run.head_sha }}`",
            ),
            _ => foreign.guard.broken.clone().unwrap_or_else(|| {
                Broken::new(
                    Link::Propagation,
                    "it starts whether the pipeline before it succeeded or not".to_owned(),
                    "",
                    at,
                    "Add `if: github.event.workflow_run.conclusion == 'success'`",
                )
            }),
        };
    }
    if let Some(broken) = &foreign.guard.broken {
        return broken.clone();
    }
    if some && foreign.upstream {
        return Broken::new(
            Link::Propagation,
            format!("{} ships without waiting for the pipeline in which {name} runs", run.describe()),
            "",
            case.pipeline().triggers.get(run.trigger.unwrap_or(usize::MAX)).map(|trigger| trigger.at),
            "Let only runs ship that follow the other pipeline",
        );
    }
    if let Some(target) = branch_of(case, world, run).and_then(|branch| foreign.guard.of_branch(&branch)) {
        if target.cover == Cover::No
            && let Some(broken) = &target.broken
        {
            // What keeps it out of some pull requests, whatever the condition: the pull request is not looked at.
            let link = if matches!(broken.link, Link::Condition) { Link::Trigger } else { broken.link };
            return Broken { link, fact: broken.fact.clone() };
        }
        if let Some(at) = typed_checkout(case, effect).filter(|_| other_commit(case, effect, run)) {
            return Broken::new(
                Link::Trigger,
                format!(
                    "{} ships whatever reference is typed in, which {name} may never have looked at",
                    run.describe()
                ),
                "",
                Some(at),
                format!("Refuse references that are not on `{}`", target.branch),
            );
        }
        if target.cover != Cover::No {
            let at = case.pipeline().triggers.get(run.trigger.unwrap_or(usize::MAX)).map(|trigger| trigger.at);
            return Broken::new(
                Link::Trigger,
                format!("{} ships without {name}, which only pull requests run", run.describe()),
                "",
                at,
                format!("Let only `{}` ship", target.branch),
            );
        }
    }
    if foreign.pipeline == world.own {
        return Broken::new(
            Link::Trigger,
            format!("{name} does not run in {}", run.describe()),
            "",
            Some(world.elsewhere[foreign.pipeline].plan.act(foreign.guard.act).at),
            format!("Let {name} run there as well"),
        );
    }
    let plan = world.elsewhere[foreign.pipeline].plan;
    if some {
        return Broken::new(
            Link::Trigger,
            format!("{name} in {} does not look at {}", plan.pipeline.path, run.describe()),
            "",
            Some(plan.act(foreign.guard.act).at),
            format!("Let {name} run there as well"),
        );
    }
    Broken::new(
        Link::Propagation,
        format!("{name} runs in {}, and nothing that ships waits for it", plan.pipeline.path),
        "",
        Some(plan.act(foreign.guard.act).at),
        format!("Run {name} in this pipeline, in a job that what ships waits for"),
    )
}
