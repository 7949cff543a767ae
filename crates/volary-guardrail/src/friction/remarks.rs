//! What is wrong with a gate, as far as files tell.

use volary_pipeline::{Action, Direction, Event, JobId, Platform, Step, StepId};

use super::around::Around;
use super::inventory::{Gate, GateKind, Place};
use super::names::{not_production, shipping};
use super::people;
use crate::plan::Plan;
use crate::prove::PlacedFact;
use crate::recognise::{ChangeKind, Role};

/// What is wrong with a gate; the worst first.
pub(super) fn remarks(plan: &Plan<'_>, gates: &[Gate], index: usize, around: &Around) -> Vec<PlacedFact> {
    let gate = &gates[index];
    let mut found = Vec::new();
    found.extend(timeout(gate));
    found.extend(after(plan, gate, index, around));
    found.extend(who(plan, gate));
    found.extend(requester(plan, gate));
    found.extend(in_a_row(gates, index, around));
    found.extend(review(plan, gate));
    found.extend(stage(plan, gate, index, around));
    found.extend(evidence(plan, gate, index, around));
    found
}

fn fact(text: impl Into<std::sync::Arc<str>>, gate: &Gate, edit: &str) -> PlacedFact {
    PlacedFact { text: text.into(), written: "".into(), at: Some(gate.at), edit: edit.into() }
}

/// It goes on by itself when nobody answers.
fn timeout(gate: &Gate) -> Option<PlacedFact> {
    let found = gate.approval.as_ref()?.softened_by.iter().find(|fact| &*fact.setting == "on-timeout")?;
    Some(PlacedFact {
        text: "it goes on by itself when nobody answers in time".into(),
        written: found.written.clone(),
        at: found.span().or(Some(gate.at)),
        edit: "Set `onTimeout: reject`".into(),
    })
}

/// What it could stop has happened already.
fn after(plan: &Plan<'_>, gate: &Gate, index: usize, around: &Around) -> Option<PlacedFact> {
    let last = around.shipped(index).last()?;
    // A job that somebody starts when it is needed (to take something back, say) asks nothing.
    if !around.behind(index).is_empty() || gate.kind == GateKind::ManualJob || gate.kind == GateKind::Environment {
        return None;
    }
    let act = plan.act(*last);
    Some(PlacedFact {
        text: format!("{} has happened before it, and nothing ships behind it", shipping(act)).into(),
        written: act.written.clone(),
        at: Some(act.at),
        edit: "Ask before it, or not at all".into(),
    })
}

/// One person only, or nearly everybody.
fn who(plan: &Plan<'_>, gate: &Gate) -> Option<PlacedFact> {
    let people = people::people(plan, gate)?;
    let told = |text: String, edit: String| {
        Some(PlacedFact {
            text: text.into(),
            written: people.written.clone(),
            at: people.at.or(Some(gate.at)),
            edit: edit.into(),
        })
    };
    if people.anybody {
        let edit = format!("Name a group that may answer (`{}`)", people.input);
        return told("anybody who may start runs can answer, whoever started this one included".into(), edit);
    }
    if let Some(all) = people.named.iter().find(|name| people::is_everybody(name)) {
        return told(format!("`{all}` is nearly everybody"), "Name those who can judge it".into());
    }
    match people.named.as_slice() {
        [one] if people::is_person(one) => {
            told(format!("it waits for one person, `{one}`"), "Name a group, so that a holiday stops nothing".into())
        }
        [one] if !people::is_group(one) => told(
            format!("it waits for `{one}` alone, unless that is a group"),
            "Name a group, so that a holiday stops nothing".into(),
        ),
        _ => None,
    }
}

/// Whoever started the run may approve it.
fn requester(plan: &Plan<'_>, gate: &Gate) -> Option<PlacedFact> {
    const TEXT: &str = "whoever started the run may approve it";
    let Place::Step(job, step) = gate.place else { return None };
    // Said already: anybody may.
    if people::people(plan, gate).is_some_and(|people| people.anybody) {
        return None;
    }
    let step = plan.pipeline.job(job)?.steps.get(step.0 as usize)?;
    if gate.kind == GateKind::Task {
        let found = gate.approval.as_ref()?.softened_by.iter().find(|fact| &*fact.setting == "own-runs")?;
        let written =
            if step.input("allowApproversToApproveTheirOwnRuns").is_some() { found.written.clone() } else { "".into() };
        let at = found.span().or(Some(gate.at));
        return Some(PlacedFact {
            text: TEXT.into(),
            written,
            at,
            edit: "Set `allowApproversToApproveTheirOwnRuns: false`".into(),
        });
    }
    let uses = step.uses()?;
    if gate.kind == GateKind::Action && uses.name.to_ascii_lowercase().contains("trstringer/manual-approval") {
        let excluded = step.input("exclude-workflow-initiator-as-approver");
        if excluded.is_none_or(|input| input.text.is("false")) {
            return Some(fact(TEXT, gate, "Set `exclude-workflow-initiator-as-approver: true`"));
        }
    }
    None
}

/// A person was asked already, and nothing has shipped since.
fn in_a_row(gates: &[Gate], index: usize, around: &Around) -> Option<PlacedFact> {
    let earlier = &gates[around.asked_before(index)?];
    // Two that are both uncertain are none, as far as anybody knows.
    if !earlier.kind.is_certain() {
        return None;
    }
    Some(PlacedFact {
        text: "a person was asked before for the same, and nothing has shipped in between".into(),
        written: "".into(),
        at: Some(earlier.at),
        edit: "Keep one of the two".into(),
    })
}

/// It waits in runs of pull requests, which people review anyway.
fn review(plan: &Plan<'_>, gate: &Gate) -> Option<PlacedFact> {
    let mut events = plan.pipeline.triggers.iter().filter(|trigger| !trigger.disabled).map(|trigger| trigger.event);
    let only = plan.pipeline.platform == Platform::GitHub
        && events.clone().any(|event| event == Event::PullRequest)
        && events.all(|event| event == Event::PullRequest);
    (only && gate.kind.is_certain()).then(|| {
        fact(
            "it waits in runs of pull requests, which people review anyway",
            gate,
            "Let the review decide, and the checks of the pull request",
        )
    })
}

/// What waits behind it is not production.
fn stage(plan: &Plan<'_>, gate: &Gate, index: usize, around: &Around) -> Option<PlacedFact> {
    let name = not_production(plan, gate, around.behind(index))?;
    // Of a manual job a person says when, not whether: on a test machine that is a wish, no gate.
    let optional = gate.optional && around.behind(index).is_empty();
    (!optional).then(|| {
        fact(
            format!("`{name}` is not production"),
            gate,
            "Let checks decide here, and ask people before production only",
        )
    })
}

/// Nothing that runs before it makes anything that the person could look at.
fn evidence(plan: &Plan<'_>, gate: &Gate, index: usize, around: &Around) -> Option<PlacedFact> {
    // What has not been read may well scan, and so may the pipeline that starts this one.
    let foreign = plan.pipeline.triggers.iter().any(|trigger| !trigger.disabled && trigger.event == Event::Upstream)
        || plan.pipeline.resources.iter().any(|resource| resource.kind == volary_pipeline::ResourceKind::Pipeline);
    let hidden = foreign
        || plan.pipeline.hidden.iter().any(|hidden| hidden.place != volary_pipeline::HiddenPlace::Variables)
        || plan.opaque.iter().any(|opaque| around.step_is_before(index, opaque.job, Some(opaque.step)));
    if hidden || around.behind(index).is_empty() {
        return None;
    }
    let acts = plan.acts.iter().any(|act| {
        let tells = match act.role() {
            Role::Control(_) | Role::Breaker(_) | Role::Upload(_) | Role::Unclear(_) | Role::Script(_) => true,
            Role::Change(change) => change.change == ChangeKind::Plan,
            Role::Effect(_) | Role::Approval(_) => false,
        };
        tells && around.is_before(index, act)
    });
    let steps = || {
        plan.pipeline.jobs().any(|(id, job)| {
            let reports = around.step_is_before(index, id, None) && publishes(&job.artifacts);
            reports
                || job
                    .steps
                    .iter()
                    .enumerate()
                    .any(|(at, step)| shows(plan, index, around, id, StepId(at as u32), step))
        })
    };
    (!acts && !steps()).then(|| {
        let text = "nothing before it gives the person anything to look at: no scan, no plan, no test";
        fact(text, gate, "Run the checks before it, and attach their reports")
    })
}

fn publishes(artifacts: &[volary_pipeline::Artifact]) -> bool {
    artifacts.iter().any(|artifact| artifact.direction == Direction::Publish)
}

/// Whether a step before a gate shows something: a test, a file that is handed on, a report.
fn shows(plan: &Plan<'_>, gate: usize, around: &Around, job: JobId, id: StepId, step: &Step) -> bool {
    if !around.step_is_before(gate, job, Some(id)) {
        return false;
    }
    if step.artifact.as_ref().is_some_and(|artifact| artifact.direction == Direction::Publish) {
        return true;
    }
    match &step.action {
        Action::Uses(uses) => {
            let name = uses.name.to_ascii_lowercase();
            ["test", "junit", "report", "coverage", "publishhtml", "recordissues", "archiveartifacts"]
                .iter()
                .any(|word| name.contains(word))
                || step.inputs.iter().any(|input| input.text.canonical().split_whitespace().any(is_test))
        }
        Action::Script(_) => plan.script(job, id).is_some_and(|script| {
            script.commands.iter().any(|command| {
                let name = command.name.as_deref().unwrap_or_default();
                !matches!(name, "test" | "[" | "[[" | "echo" | "printf")
                    && (is_test(name) || command.written.split_whitespace().skip(1).any(is_test))
            })
        }),
        Action::Block(_) | Action::Hidden(..) => false,
    }
}

/// Whether a word of a command asks for tests: `test`, `test:ci`, `pytest`, `integrationTest`, `verify`.
fn is_test(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'']).to_ascii_lowercase();
    !word.starts_with('-')
        && !word.contains(['/', '.', '='])
        && (word.starts_with("test")
            || word.ends_with("test")
            || word.ends_with("tests")
            || matches!(word.as_str(), "verify" | "check" | "e2e" | "jest" | "vitest"))
}
