//! Whether a control would have stopped something in one run.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::Verdict;
use volary_pipeline::{Direction, Platform};

use super::case::Case;
use crate::execute::{Scenario, Trace};
use crate::plan::{Act, ActId};
use crate::recognise::ArtifactKind;
use crate::run::{ChoiceKind, Run};
use crate::script::FlowKind;
use crate::subject::Identity;
use crate::tri::Tri;

/// Whether a run is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// It is not.
    No,
    /// The files do not decide it.
    Undecided,
    /// It is.
    Yes,
}

/// Why a run is not covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It is covered, or not decided.
    Fine,
    /// The control does not run.
    NotRun,
    /// It ships although the control finds something.
    Finding,
    /// It ships although the job of the control is cancelled.
    Cancelled,
    /// It ships something that this control never looked at, a reference that somebody types in.
    OtherCommit,
}

/// The answer for a control and a run.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Whether it is covered.
    pub(super) cover: Cover,
    /// Why it is not.
    pub(super) way: Way,
    /// What has to be true for that.
    pub(super) assumptions: BTreeSet<Arc<str>>,
}

/// How many runs are covered, undecided, and not covered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    pub(super) yes: usize,
    pub(super) open: usize,
    pub(super) no: usize,
}

impl Tally {
    pub(super) fn of(answers: &[Answer]) -> Self {
        let count = |wanted: Cover| answers.iter().filter(|answer| answer.cover == wanted).count();
        Self { yes: count(Cover::Yes), open: count(Cover::Undecided), no: count(Cover::No) }
    }

    /// The verdict that follows, before anything is assumed.
    pub(super) fn verdict(self) -> Verdict {
        if self.no == 0 && self.open == 0 {
            Verdict::Blocking
        } else if self.no == 0 {
            Verdict::Unverifiable
        } else if self.yes + self.open > 0 {
            Verdict::Bypassable
        } else {
            Verdict::ReportOnly
        }
    }
}

impl Answer {
    pub(crate) fn no(way: Way) -> Self {
        Self { cover: Cover::No, way, assumptions: BTreeSet::new() }
    }

    pub(crate) fn undecided() -> Self {
        Self { cover: Cover::Undecided, way: Way::Fine, assumptions: BTreeSet::new() }
    }
}

/// Whether a control of the same pipeline stops an effect in a run.
pub(super) fn cover(case: &Case<'_>, effect: ActId, control: ActId, identity: &Identity, run: usize) -> Answer {
    let normal = case.trace(run, Scenario::Normal);
    let ran = normal.ran[control.0];
    if ran == Tri::No {
        return Answer::no(Way::NotRun);
    }
    let finding = case.trace(run, Scenario::Finding(control));
    let ships = finding.ran[effect.0];
    let sure = normal.ran[effect.0] == Tri::Yes;
    if ships == Tri::Yes || (ships == Tri::Unknown && !sure && same_doubt(case, effect, control, run)) {
        return Answer::no(Way::Finding);
    }
    let gates = gates(&finding);
    // What a program of the repository makes of the findings is assumed to be what its place in the script says.
    let ships = if ships == Tri::Unknown && !gates.is_empty() { Tri::No } else { ships };
    let mut cover = if ships == Tri::No && ran == Tri::Yes { Cover::Yes } else { Cover::Undecided };
    // Where what ships runs only when the control ran too, it does not matter that neither is certain.
    if ships == Tri::No && ran == Tri::Unknown && !sure {
        cover = Cover::Yes;
    }
    let (own, other) = (case.plan.act(control).job, case.plan.act(effect).job);
    if own != other {
        let cancelled = case.trace(run, Scenario::Cancelled(own));
        match cancelled.ran[effect.0] {
            Tri::Yes => return Answer::no(Way::Cancelled),
            Tri::Unknown if sure => cover = cover.min(Cover::Undecided),
            _ => {}
        }
    }
    let mut assumptions = BTreeSet::new();
    match identity {
        Identity::Same => {}
        Identity::Name(name) => {
            assumptions.insert(format!("tag-immutable({name})").into());
        }
        Identity::Hidden(_) => cover = cover.min(Cover::Undecided),
        Identity::Other(_) => return Answer::no(Way::OtherCommit),
    }
    if cover == Cover::Yes {
        assumptions.extend(stages(case, effect, control));
        assumptions.extend(gates);
    }
    Answer { cover, way: Way::Fine, assumptions }
}

/// What ships is as uncertain with a finding as without, so that the finding makes no difference.
fn same_doubt(case: &Case<'_>, effect: ActId, control: ActId, run: usize) -> bool {
    let finding = case.trace(run, Scenario::Finding(control));
    let normal = case.trace(run, Scenario::Normal);
    finding.step_failed == Tri::No && finding.gated.is_empty() && finding.ran[effect.0] == normal.ran[effect.0]
}

/// Home-made gates that a program decides which is not read.
fn gates(finding: &Trace) -> Vec<Arc<str>> {
    let program = finding.flow.iter().filter(|fact| fact.kind == FlowKind::Program);
    program
        .map(|fact| {
            let is_file = |word: &&str| word.contains('.') && !word.starts_with('-');
            let file = fact.written.split_whitespace().find(is_file).unwrap_or(&fact.written);
            format!("home-made-gate({})", file.trim_start_matches("./")).into()
        })
        .collect()
}

/// Azure: whoever starts a run by hand may leave stages out.
fn stages(case: &Case<'_>, effect: ActId, control: ActId) -> Option<Arc<str>> {
    let pipeline = case.pipeline();
    if pipeline.platform != Platform::Azure {
        return None;
    }
    let (from, to) = (case.plan.act(control), case.plan.act(effect));
    let (stage, other) = (pipeline.job(from.job)?.stage?, pipeline.job(to.job)?.stage?);
    if stage == other {
        return None;
    }
    let skippable = pipeline.stage(stage)?.skippable.as_ref().and_then(|setting| setting.truth());
    if skippable == Some(false) {
        return None;
    }
    // Without that stage there is nothing to ship.
    let kind = to.effect().map(|effect| effect.kind);
    let publishes = pipeline.jobs_of(stage).any(|(_, job)| {
        let steps = job.steps.iter().filter_map(|step| step.artifact.as_ref());
        steps.chain(&job.artifacts).any(|artifact| artifact.direction == Direction::Publish)
    });
    let takes = pipeline.job(to.job).is_some_and(|job| {
        let steps = job.steps.iter().filter_map(|step| step.artifact.as_ref());
        let downloads = steps
            .chain(&job.artifacts)
            .any(|artifact| artifact.direction == Direction::Download && artifact.from.is_none());
        downloads || matches!(job.kind, volary_pipeline::JobKind::Deployment(_))
    });
    let checks_out = pipeline.job(to.job).is_some_and(|job| {
        let explicit = job.steps.iter().any(|step| step.checkout.as_ref().is_some_and(|checkout| !checkout.nothing));
        let refused = job.steps.iter().any(|step| step.checkout.as_ref().is_some_and(|checkout| checkout.nothing));
        explicit || (!refused && !matches!(job.kind, volary_pipeline::JobKind::Deployment(_)))
    });
    let made_there = match kind {
        Some(ArtifactKind::App | ArtifactKind::Package | ArtifactKind::Binary | ArtifactKind::Site) => {
            publishes && takes
        }
        Some(ArtifactKind::Image) => case.subjects.made_in_stage(effect, stage),
        _ => {
            let planned = to.effect().is_some_and(|effect| {
                Act::texts(&effect.reference).iter().any(|text| text.contains("Workspace)/") || text.contains("plan"))
            });
            publishes && takes && (planned || !checks_out)
        }
    };
    if made_there {
        return None;
    }
    Some(format!("stages-not-deselected({})", pipeline.path).into())
}

/// A run like another one but for what settings of the platform, or scripts, decided: which, and whose choice it was.
pub(crate) fn siblings(runs: &[Run], run: usize) -> Vec<(usize, &ChoiceKind)> {
    let Some(own) = runs.get(run) else { return Vec::new() };
    let mut found = Vec::new();
    for (index, other) in runs.iter().enumerate() {
        let same = index != run
            && own.event == other.event
            && own.trigger == other.trigger
            && own.branch == other.branch
            && own.tag == other.tag
            && own.target == other.target
            && own.parameters == other.parameters
            && own.choices.len() == other.choices.len();
        if !same {
            continue;
        }
        let mut different = own.choices.iter().filter(|(key, choice)| other.choices.get(*key) != Some(choice));
        let (Some((key, choice)), None) = (different.next(), different.next()) else { continue };
        if let Some(theirs) = other.choices.get(key) {
            let kind = if matches!(choice.kind, ChoiceKind::Free) { &choice.kind } else { &theirs.kind };
            found.push((index, kind));
        }
    }
    found
}
