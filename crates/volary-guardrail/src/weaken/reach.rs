//! In which runs a control runs, and in which its findings stop anything: both revisions side by side.

use std::sync::Arc;

use volary_pipeline::{Event, JobId};

use super::Side;
use super::scans::Scan;
use crate::execute::{Outcomes, Scenario};
use crate::prove::Case;
use crate::run::Run;
use crate::tri::Tri;

/// What a control does in one run.
struct Seen {
    run: usize,
    ran: Tri,
    stops: Tri,
}

/// What is lost.
pub(super) enum Lost {
    /// Nothing of this kind starts the pipeline any more.
    Event(Event),
    /// It does not run any more, or not always, in runs like this one.
    Run(Arc<str>),
    /// It runs, and its findings stop nothing there any more.
    Stop(Arc<str>),
}

/// Events that a control in them is worth something for.
fn counts(event: Event) -> bool {
    matches!(event, Event::Push | Event::PullRequest | Event::Privileged | Event::Release | Event::Schedule)
}

/// What a control did in every run of a kind and does not in the head.
pub(super) fn lost(base: &Side<'_>, head: &Side<'_>, old: &Scan<'_>, new: &Scan<'_>) -> Option<Lost> {
    let (before, after) = (old.proved(base).case?, new.proved(head).case?);
    if before.cut || after.cut {
        return None;
    }
    let (was, is) = (seen(before, old), seen(after, new));
    let mut order: Vec<&Seen> = was.iter().filter(|one| counts(before.runs[one.run].event)).collect();
    order.sort_by_key(|one| rank(before.runs[one.run].event));
    // By hand only: what it was for everybody it has to stay.
    if order.is_empty() {
        order = was.iter().filter(|one| before.runs[one.run].event == Event::Manual).collect();
    }
    for one in order {
        let run = &before.runs[one.run];
        let alike: Vec<&Seen> = was.iter().filter(|other| is_alike(run, &before.runs[other.run])).collect();
        let always = alike.iter().all(|other| other.ran == Tri::Yes);
        if !always {
            continue;
        }
        let Some(now) = like(run, after, &is) else {
            if counts(run.event) && !after.runs.iter().any(|other| other.event == run.event) {
                return Some(Lost::Event(run.event));
            }
            continue;
        };
        if let Some(other) = now.iter().find(|other| other.ran != Tri::Yes) {
            return Some(Lost::Run(after.runs[other.run].describe().into()));
        }
        let stopped = alike.iter().all(|other| other.stops == Tri::Yes);
        if stopped && let Some(other) = now.iter().find(|other| other.stops != Tri::Yes) {
            return Some(Lost::Stop(after.runs[other.run].describe().into()));
        }
    }
    None
}

/// Pull requests first: what is lost there is what people see.
fn rank(event: Event) -> u8 {
    match event {
        Event::PullRequest | Event::Privileged => 0,
        Event::Push => 1,
        Event::Release => 2,
        _ => 3,
    }
}

/// Whether two runs are of the same kind.
fn is_alike(one: &Run, other: &Run) -> bool {
    one.event == other.event
        && one.tag.is_some() == other.tag.is_some()
        && one.any_branch == other.any_branch
        && (one.any_branch || (one.branch == other.branch && one.target == other.target))
}

/// The runs of the head that are of the kind of one of the base; `None` where there is none.
fn like<'i>(run: &Run, case: &Case<'_>, seen: &'i [Seen]) -> Option<Vec<&'i Seen>> {
    let of = |wanted: &dyn Fn(&Run) -> bool| -> Vec<&'i Seen> {
        seen.iter().filter(|one| wanted(&case.runs[one.run])).collect()
    };
    let exact = of(&|other| is_alike(run, other));
    if !exact.is_empty() {
        return Some(exact);
    }
    let any = of(&|other| run.event == other.event && run.tag.is_some() == other.tag.is_some() && other.any_branch);
    (!any.is_empty()).then_some(any)
}

fn seen(case: &Case<'_>, scan: &Scan<'_>) -> Vec<Seen> {
    (0..case.runs.len())
        .map(|run| {
            let ran = case.trace(run, Scenario::Normal).ran[scan.id.0];
            let stops = if ran == Tri::No || scan.is_gate() { Tri::No } else { stops(case, scan, run) };
            Seen { run, ran, stops }
        })
        .collect()
}

fn stops(case: &Case<'_>, scan: &Scan<'_>, run: usize) -> Tri {
    let trace = case.trace(run, Scenario::Finding(scan.id));
    let own = trace.jobs[outermost(case, scan.act.job).0 as usize].is(Outcomes::FAILED);
    let gates = trace.gated.iter().map(|gate| {
        let job = outermost(case, case.plan.act(*gate).job);
        trace.jobs[job.0 as usize].is(Outcomes::FAILED)
    });
    gates.fold(own, Tri::or)
}

fn outermost(case: &Case<'_>, job: JobId) -> JobId {
    let mut id = job;
    for _ in 0..20 {
        match case.pipeline().job(id).and_then(|job| job.within) {
            Some(outer) => id = outer,
            None => break,
        }
    }
    id
}

/// Whether a control runs in any run.
pub(super) fn runs_at_all(side: &Side<'_>, scan: &Scan<'_>) -> bool {
    let Some(case) = scan.proved(side).case else { return true };
    case.runs.is_empty() || (0..case.runs.len()).any(|run| case.trace(run, Scenario::Normal).ran[scan.id.0] != Tri::No)
}
