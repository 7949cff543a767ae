//! The verdict about one thing that ships and one control.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Link, Verdict};
use volary_pipeline::{Event, JobKind, Platform, UsesKind};

use super::across::{self, Elsewhere};
use super::case::{Case, steps_around};
use super::cover::{Answer, Cover, Tally, Way, cover, siblings};
use super::fact::Broken;
use super::hidden::{Unread, unread};
use super::links;
use super::words::short;
use crate::controls::Controls;
use crate::plan::{Act, ActId};
use crate::recognise::{ArtifactKind, EffectKind};
use crate::run::{ChoiceKind, Run};
use crate::subject::{Identity, looks_at};

/// A control that looks at what ships.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The index of its pipeline.
    pub pipeline: usize,
    /// The control.
    pub act: ActId,
    /// What it is worth alone.
    pub verdict: Verdict,
    /// Why it does not hold.
    pub broken: Option<Broken>,
    /// The run in which it does not.
    pub run: Option<Arc<str>>,
    /// What it looks at, where that is something else.
    pub looks_at: Option<Arc<str>>,
}

/// The verdict about one thing that ships and one control.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The thing that ships.
    pub effect: ActId,
    /// The control.
    pub control: Arc<str>,
    /// Whether it is demanded.
    pub required: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// The link and fact that decide.
    pub broken: Option<Broken>,
    /// The run that decides.
    pub run: Option<Arc<str>>,
    /// What has to be true.
    pub assumptions: BTreeSet<Arc<str>>,
    /// What is not read and may change it.
    pub unread: Vec<Unread>,
    /// Gates of the platform that would stop what is found.
    pub gates: Vec<Arc<str>>,
    /// The controls that look at it, best first.
    pub candidates: Vec<Candidate>,
    /// Controls of this kind that look at something else.
    pub near: Vec<Candidate>,
    /// Only runs that somebody starts by hand are not covered.
    pub only_manual: bool,
    /// The same run takes away again what it ships.
    pub ephemeral: bool,
    /// It goes to production or to the public: yes, no, or not told.
    pub production: Option<bool>,
}

/// Everything that a decision may draw on.
pub struct World<'w, 'a> {
    /// Cases of all pipelines of the repository, by index.
    pub elsewhere: &'w [Elsewhere<'w, 'a>],
    /// The index of this pipeline.
    pub own: usize,
    /// The controls.
    pub controls: &'w Controls,
    /// What `.volary/platform.yaml` says of an assumption.
    pub answer: &'w dyn Fn(&str) -> Option<bool>,
    /// Whether a path is in the repository.
    pub exists: &'w dyn Fn(&str) -> bool,
}

impl World<'_, '_> {
    fn is_folder(&self, path: &str) -> bool {
        !path.is_empty() && (self.exists)(path)
    }
}

/// Decides one control for one thing that ships; nothing where it never ships.
pub fn decide(
    case: &Case<'_>,
    world: &World<'_, '_>,
    effect: ActId,
    control: &Arc<str>,
    required: bool,
) -> Option<Decision> {
    let wanted = wanted(world, control);
    let mut own: Vec<(ActId, Identity)> = Vec::new();
    let mut near: Vec<Candidate> = Vec::new();
    for (id, act) in case.plan.acts() {
        let Some(scan) = act.control() else { continue };
        if !wanted.contains(&scan.id) {
            near.extend(relative(case, world, effect, id, act, control));
            continue;
        }
        match case.subjects.identity(id, effect, world.exists) {
            Identity::Other(_) => near.push(other(world.own, id, act)),
            identity => match left_out(case, world, effect, act) {
                Some(broken) => near.push(Candidate { broken: Some(broken), ..other(world.own, id, act) }),
                None => own.push((id, identity)),
            },
        }
    }
    let foreign = across::candidates(case, world, effect, &wanted);
    let unlooked = own.is_empty() && foreign.is_empty();
    // Where nothing looks at it, one run in which it ships says all.
    let runs = if unlooked { Vec::new() } else { case.runs_of(effect) };
    let ships = if unlooked { case.ships_at_all(effect) } else { !runs.is_empty() };
    if !ships {
        return None;
    }

    let mut table: Vec<Vec<Answer>> = Vec::new();
    for (id, identity) in &own {
        table.push(runs.iter().map(|run| cover(case, effect, *id, identity, *run)).collect());
    }
    let foreign_table: Vec<Vec<Answer>> = foreign
        .iter()
        .map(|one| runs.iter().map(|run| across::cover(case, world, effect, one, *run)).collect())
        .collect();
    settle(case, &runs, &mut table);
    let (own_guards, all): (usize, Vec<Vec<Answer>>) = (table.len(), table.into_iter().chain(foreign_table).collect());
    let answers: Vec<Vec<Answer>> =
        all.into_iter().map(|row| row.into_iter().map(|one| answered(one, world)).collect()).collect();

    let best: Vec<Answer> = (0..runs.len())
        .map(|run| {
            let column = answers.iter().map(|row| &row[run]);
            let best = column.max_by_key(|answer| (answer.cover, std::cmp::Reverse(answer.assumptions.len())));
            best.cloned().unwrap_or_else(|| Answer::no(Way::NotRun))
        })
        .collect();

    let mut candidates: Vec<(Candidate, (usize, usize, u8))> = Vec::new();
    for (index, row) in answers.iter().enumerate() {
        let ranked = if index < own_guards {
            rank_own(case, world.own, effect, own[index].0, &runs, row)
        } else {
            across::rank(case, world, effect, &foreign[index - own_guards], &runs, row)
        };
        candidates.push(ranked);
    }
    candidates
        .sort_by_key(|(candidate, rank)| (std::cmp::Reverse(*rank), candidate.pipeline != world.own, candidate.act));
    let mut assumptions: BTreeSet<Arc<str>> =
        best.iter().filter(|answer| answer.cover == Cover::Yes).flat_map(|answer| answer.assumptions.clone()).collect();
    let unread = unread(case, effect);
    let mut verdict = if !answers.is_empty() {
        Tally::of(&best).verdict()
    } else if unread.is_empty() {
        Verdict::Absent
    } else {
        Verdict::Unverifiable
    };
    // There are more runs than were looked at: that is never a pass.
    if (case.cut || case.is_exhausted()) && verdict == Verdict::Blocking {
        verdict = Verdict::Unverifiable;
    }
    // What ships is not seen, so nobody knows whether it is what was looked at.
    let hidden = case.plan.is_hidden(effect);
    if hidden && (required || verdict != Verdict::Absent) {
        verdict = Verdict::Unverifiable;
    }
    if verdict.holds() || verdict == Verdict::Bypassable {
        assumptions.extend(chosen(case, &own, &runs, &candidates));
    }
    if verdict == Verdict::Blocking {
        assumptions.extend(extends(case));
        assumptions.retain(|key| (world.answer)(key) != Some(true));
        if !assumptions.is_empty() {
            verdict = Verdict::BlockingIf;
        }
    } else if verdict != Verdict::Bypassable {
        assumptions.clear();
    }

    let (mut broken, mut run) = explain(&candidates, verdict, &unread, &near);
    if hidden && (broken.is_none() || candidates.is_empty()) {
        let act = case.plan.act(effect);
        let text = format!("what `{}` does cannot be seen", short(&act.written, 60));
        let edit = "Give the repository that holds it with --source, or put the step that ships here";
        broken = Some(Broken::new(Link::Execution, text, act.written.clone(), Some(act.at), edit));
        run = None;
    }
    let uncovered: Vec<&Run> = runs
        .iter()
        .zip(&best)
        .filter(|(_, answer)| answer.cover == Cover::No)
        .map(|(run, _)| &case.runs[*run])
        .collect();
    let gates = gates(case, world, &candidates);
    Some(Decision {
        effect,
        control: control.clone(),
        required,
        verdict,
        broken,
        run,
        assumptions,
        unread,
        gates,
        only_manual: verdict == Verdict::Bypassable && uncovered.iter().all(|run| run.event == Event::Manual),
        candidates: candidates.into_iter().map(|(candidate, _)| candidate).collect(),
        near,
        ephemeral: is_ephemeral(case, effect),
        production: production(case, effect),
    })
}

/// A list of paths that a control leaves out holds everything that ships.
fn left_out(case: &Case<'_>, world: &World<'_, '_>, effect: ActId, act: &Act) -> Option<Broken> {
    let control = act.control()?;
    let shipped = case.subjects.shipped(effect, world.exists);
    let facts = control.findings.narrowed_by.iter();
    let mut lists =
        facts.filter(|fact| ["skip", "exclude", "ignore-path"].iter().any(|word| fact.setting.contains(word)));
    let fact = lists.find(|fact| {
        let text = crate::recognise::written(&fact.value);
        let paths: Vec<&str> = text
            .split([',', ' ', '\n'])
            .map(str::trim)
            .filter(|path| path.contains(['/', '.']) || world.is_folder(path))
            .collect();
        !paths.is_empty() && shipped.all_below(&paths)
    })?;
    let name = &act.recognised.tool.name;
    Some(Broken::new(
        Link::Detection,
        format!("`{}` makes {name} leave out exactly what ships", fact.written),
        fact.written.clone(),
        fact.span().or(Some(act.at)),
        format!("Delete `{}`", fact.written),
    ))
}

/// The controls of the pipeline that may look at what ships.
pub(super) fn looking(case: &Case<'_>, world: &World<'_, '_>, effect: ActId, control: &Arc<str>) -> Vec<ActId> {
    let wanted = wanted(world, control);
    let acts = case.plan.acts().filter(|(_, act)| act.control().is_some_and(|scan| wanted.contains(&scan.id)));
    acts.map(|(id, _)| id)
        .filter(|id| !matches!(case.subjects.identity(*id, effect, world.exists), Identity::Other(_)))
        .collect()
}

/// The controls that are one, or enough for one.
fn wanted(world: &World<'_, '_>, control: &Arc<str>) -> Vec<Arc<str>> {
    match world.controls.get(control) {
        Some(found) if !found.any_of.is_empty() => found.any_of.clone(),
        _ => vec![control.clone()],
    }
}

/// Runs that differ only in what scripts or settings decide stand for each other: a run that is not covered because a
/// script may say so is undecided; one that is not covered because of a setting is assumed away.
fn settle(case: &Case<'_>, runs: &[usize], table: &mut [Vec<Answer>]) {
    for row in table {
        let before = row.clone();
        for (at, run) in runs.iter().enumerate() {
            if before[at].cover != Cover::No {
                continue;
            }
            for (sibling, kind) in siblings(&case.runs, *run) {
                let Some(other) = runs.iter().position(|known| *known == sibling) else { continue };
                if before[other].cover != Cover::Yes {
                    continue;
                }
                match kind {
                    ChoiceKind::Hidden => row[at] = Answer::undecided(),
                    // Whoever starts a pipeline of GitLab can give it a variable that is usually not set.
                    ChoiceKind::Assumed(key)
                        if case.pipeline().platform == Platform::GitLab && key.ends_with(" is not set)") => {}
                    ChoiceKind::Assumed(key) => {
                        row[at] = before[other].clone();
                        row[at].assumptions.insert(key.clone());
                    }
                    ChoiceKind::Free => {}
                }
            }
        }
    }
}

/// Assumptions of the runs that the conditions of the best candidate rest on.
fn chosen(
    case: &Case<'_>,
    own: &[(ActId, Identity)],
    runs: &[usize],
    candidates: &[(Candidate, (usize, usize, u8))],
) -> BTreeSet<Arc<str>> {
    let best = candidates.first().map(|(best, _)| best.act).filter(|act| own.iter().any(|(id, _)| id == act));
    let all: BTreeSet<Arc<str>> = runs.iter().flat_map(|run| case.runs[*run].assumptions()).collect();
    let Some(best) = best.filter(|_| !all.is_empty()) else { return BTreeSet::new() };
    // Only what decides about the control itself.
    let keys = case.assumed_by(&[best]);
    all.into_iter()
        .filter(|key| keys.contains(key) && !key.ends_with(" has another value)") && !key.ends_with(" is not set)"))
        .collect()
}

/// An assumption that was answered with no does not hold.
fn answered(answer: Answer, world: &World<'_, '_>) -> Answer {
    if answer.cover == Cover::Yes && answer.assumptions.iter().any(|key| (world.answer)(key) == Some(false)) {
        return Answer::no(Way::OtherCommit);
    }
    answer
}

fn rank_own(
    case: &Case<'_>,
    pipeline: usize,
    effect: ActId,
    control: ActId,
    runs: &[usize],
    row: &[Answer],
) -> (Candidate, (usize, usize, u8)) {
    let tally = Tally::of(row);
    let Tally { yes, open, .. } = tally;
    let mut broken = None;
    let mut run = None;
    // Of the runs that are not covered the one that gets furthest explains most.
    let mut furthest: Option<(u8, usize)> = None;
    for (at, answer) in row.iter().enumerate() {
        if answer.cover != Cover::No {
            continue;
        }
        let found = links::broken(case, effect, control, runs[at], answer.way);
        let depth = depth(found.link);
        if furthest.is_none_or(|(known, _)| if yes > 0 { false } else { depth > known }) {
            furthest = Some((depth, at));
            run = Some(case.runs[runs[at]].describe().into());
            broken = Some(found);
        }
    }
    if broken.is_none() && open > 0 {
        let at = row.iter().position(|answer| answer.cover == Cover::Undecided).unwrap_or(0);
        run = Some(Arc::from(case.runs[runs[at]].describe()));
        broken = Some(undecided(case, effect, control, runs[at]));
    }
    let verdict = tally.verdict();
    let depth = broken.as_ref().map_or(9, |broken| depth(broken.link));
    (Candidate { pipeline, act: control, verdict, broken, run, looks_at: None }, (yes, open, depth))
}

/// Why a run is not decided.
fn undecided(case: &Case<'_>, effect: ActId, control: ActId, run: usize) -> Broken {
    let trace = case.trace(run, crate::execute::Scenario::Finding(control));
    if let Some(broken) = links::own(case, control, run, &trace) {
        return broken;
    }
    if let Identity::Hidden(reason) = case.subjects.identity(control, effect, &|_| true) {
        let act = case.plan.act(control);
        return Broken::new(
            Link::Scope,
            reason,
            act.written.clone(),
            Some(act.at),
            "Name what is scanned as what ships is named",
        );
    }
    let act = case.plan.act(control);
    Broken::new(
        Link::Execution,
        format!("whether {} runs is decided by something that is not read", act.recognised.tool.name),
        act.written.clone(),
        Some(act.at),
        "Let it run in any case",
    )
}

/// How far along the chain a link is.
pub(super) fn depth(link: Link) -> u8 {
    match link {
        Link::Trigger => 1,
        Link::Condition => 2,
        Link::Execution => 3,
        Link::Scope => 4,
        Link::Detection => 5,
        Link::ExitCode => 6,
        Link::Tolerance => 7,
        Link::Propagation => 8,
        Link::PlatformGate => 9,
    }
}

fn explain(
    candidates: &[(Candidate, (usize, usize, u8))],
    verdict: Verdict,
    unread: &[Unread],
    near: &[Candidate],
) -> (Option<Broken>, Option<Arc<str>>) {
    if verdict.holds() {
        return (None, None);
    }
    if let Some((best, _)) = candidates.iter().find(|(candidate, _)| candidate.broken.is_some()) {
        return (best.broken.clone(), best.run.clone());
    }
    if verdict == Verdict::Unverifiable
        && let Some(first) = unread.first()
    {
        let text = format!("what happens in {} cannot be seen", first.name);
        let edit = if first.source.is_empty() {
            "Put what it runs into the repository, or name the scan in a step of its own".to_owned()
        } else {
            format!("Run again with --source {}=PATH", first.source)
        };
        return (Some(Broken::new(Link::Execution, text, "", Some(first.at), edit)), None);
    }
    if verdict == Verdict::Absent
        && let Some(first) = near.iter().find(|near| near.broken.is_some())
    {
        return (first.broken.clone(), None);
    }
    (None, None)
}

fn other(pipeline: usize, id: ActId, act: &Act) -> Candidate {
    let what = looks_at(act);
    let text = format!("{} looks at {what}", act.recognised.tool.name);
    let broken = Broken::new(Link::Scope, text, act.written.clone(), Some(act.at), "Let it look at what ships");
    Candidate { pipeline, act: id, verdict: Verdict::Absent, broken: Some(broken), run: None, looks_at: Some(what) }
}

/// A control of another kind that is so close that one may take it for the one that is missing: the right tool on the right
/// path with options that make it look for something else.
fn relative(
    case: &Case<'_>,
    world: &World<'_, '_>,
    effect: ActId,
    id: ActId,
    act: &Act,
    control: &Arc<str>,
) -> Option<Candidate> {
    let scan = act.control()?;
    let could = control.as_ref() == "iac-scan" && &*scan.id == "dependency-scan" && act.recognised.tool.can(control);
    if !could || case.subjects.identity(id, effect, world.exists) != Identity::Same {
        return None;
    }
    let name = &act.recognised.tool.name;
    let text =
        format!("{name} looks for vulnerable packages and not for mistakes in what is applied, as it is called here");
    let broken =
        Broken::new(Link::Detection, text, act.written.clone(), Some(act.at), "Let it look for misconfiguration");
    Some(Candidate {
        pipeline: world.own,
        act: id,
        verdict: Verdict::Absent,
        broken: Some(broken),
        run: None,
        looks_at: Some(looks_at(act)),
    })
}

/// A template that was not read stands around everything.
fn extends(case: &Case<'_>) -> Option<Arc<str>> {
    let found = case.pipeline().hidden.iter().find(|hidden| hidden.uses.kind == UsesKind::Extends)?;
    Some(format!("extends-unchanged({})", found.uses.written.canonical()).into())
}

/// Gates of the platform that would stop what report-only candidates find.
fn gates(case: &Case<'_>, world: &World<'_, '_>, candidates: &[(Candidate, (usize, usize, u8))]) -> Vec<Arc<str>> {
    let mut gates: Vec<Arc<str>> = Vec::new();
    for (candidate, _) in candidates {
        let plan = if candidate.pipeline == world.own { case.plan } else { world.elsewhere[candidate.pipeline].plan };
        let gate = plan.act(candidate.act).control().and_then(|control| control.findings.gate.clone());
        gates.extend(gate.filter(|_| !candidate.verdict.holds()));
    }
    gates.sort();
    gates.dedup();
    gates
}

/// Whether the same run takes away again what it ships, whatever happens.
fn is_ephemeral(case: &Case<'_>, effect: ActId) -> bool {
    let Some(ships) = case.plan.act(effect).effect() else { return false };
    if !matches!(ships.kind, ArtifactKind::Iac | ArtifactKind::App | ArtifactKind::Manifests | ArtifactKind::Chart) {
        return false;
    }
    case.plan.acts().any(|(id, act)| {
        let destroys = act.effect().is_some_and(|effect| effect.effect == EffectKind::Destroy);
        if !destroys {
            return false;
        }
        let asks = |condition: &Option<volary_pipeline::Condition>| {
            condition.as_ref().is_some_and(|condition| {
                condition.expr.walk().iter().any(|expr| {
                    matches!(expr.kind, volary_pipeline::ExprKind::Status(volary_pipeline::Status::Always, _))
                })
            })
        };
        let steps = steps_around(case.plan, id);
        let job = case.pipeline().job(act.job);
        let stage = job.and_then(|job| job.stage).and_then(|stage| case.pipeline().stage(stage));
        steps.iter().any(|step| {
            asks(&step.activation.condition)
                || matches!(&step.phase, volary_pipeline::Phase::Post(word) if matches!(&**word, "always" | "cleanup"))
        }) || job.is_some_and(|job| {
            asks(&job.activation.condition)
                || job.activation.when.is_some_and(|(when, _)| when == volary_pipeline::When::Always)
        }) || stage.is_some_and(|stage| asks(&stage.activation.condition))
    })
}

/// Whether what ships goes to production or to the public, as far as names tell.
fn production(case: &Case<'_>, effect: ActId) -> Option<bool> {
    let act = case.plan.act(effect);
    let ships = act.effect()?;
    if matches!(ships.kind, ArtifactKind::Package | ArtifactKind::Binary) {
        return Some(true);
    }
    let job = case.pipeline().job(act.job)?;
    let mut names: Vec<String> = vec![job.name.canonical()];
    names.extend(job.environment.as_ref().map(|environment| environment.name.canonical()));
    names.extend(job.display.as_ref().map(|display| display.canonical()));
    let stage = job.stage.and_then(|stage| case.pipeline().stage(stage));
    names.extend(stage.map(|stage| stage.name.canonical()));
    names.extend(Act::texts(&ships.to).iter().map(ToString::to_string));
    names.extend(Act::texts(&ships.reference).iter().map(ToString::to_string));
    if let JobKind::Deployment(_) = &job.kind {
        names.extend(stage.and_then(|stage| stage.display.as_ref()).map(|display| display.canonical()));
    }
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let words: Vec<&str> = lower
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    if words.iter().any(|word| word.starts_with("prod") || *word == "prd" || *word == "live" || *word == "public") {
        return Some(true);
    }
    let lower = [
        "dev",
        "test",
        "testing",
        "qa",
        "sandbox",
        "preview",
        "sit",
        "uat",
        "nonprod",
        "int",
        "demo",
        "e2e",
        "ephemeral",
    ];
    if words.iter().any(|word| lower.contains(word)) {
        return Some(false);
    }
    None
}

/// Whether a platform lets anybody start any branch by hand.
pub(super) fn by_hand(platform: Platform) -> bool {
    matches!(platform, Platform::Azure | Platform::Jenkins)
}
