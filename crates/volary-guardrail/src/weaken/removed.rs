//! Controls that are gone, and what stands in their place.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Severity, Span};
use volary_pipeline::{Action, Job, JobKind, StepId, UsesKind};

use super::Side;
use super::draft::{Drafts, WeakeningDraft};
use super::force::{consequence, severity, stops};
use super::pairs::Pairs;
use super::reach;
use super::scans::Scan;
use super::verdicts::family;
use crate::plan::Plan;
use crate::recognise::Role;

/// Tells of controls of the base that the head does not have.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pairs: &Pairs<'_, '_>, drafts: &mut Drafts) {
    for scan in &pairs.gone {
        // What never ran is no loss; a gate is told of with the scan whose findings it reads.
        if !reach::runs_at_all(base, scan) {
            continue;
        }
        if scan.is_gate() && has_scan(base, scan) {
            continue;
        }
        let at_head = pairs.pipelines.get(&scan.pipeline).copied();
        if is_replaced(base, pairs, scan, at_head) || went_with_its_thing(base, head, pairs, scan, at_head) {
            continue;
        }
        let Some(draft) = gone(base, head, scan, at_head) else { continue };
        let pipeline = match at_head {
            Some(index) => head.pipelines[index].plan.pipeline.path.clone(),
            None => scan.path.clone(),
        };
        drafts.add(WeakeningDraft {
            before: Some(scan.act.written.clone()),
            control: Some(scan.control.clone()),
            tool: Some(scan.tool().clone()),
            pipeline: Some(pipeline),
            key: scan.key().into(),
            severity: severity(base, scan).min(draft.severity),
            ..draft
        });
    }
}

/// Whether the scan that a gate reads is in the same pipeline.
fn has_scan(base: &Side<'_>, gate: &Scan<'_>) -> bool {
    let Role::Breaker(breaker) = gate.act.role() else { return false };
    let acts = &gate.plan(base).acts;
    acts.iter().any(|act| {
        act.control().is_some_and(|control| {
            breaker.joins.is_empty()
                || breaker.joins.iter().any(|name| {
                    **name == *"all"
                        || *name == act.recognised.tool.id
                        || Some(name) == control.findings.server.as_ref()
                })
        })
    })
}

/// Whether another control of the head does what this one did: a new tool, or one that looked at the same already.
fn is_replaced(base: &Side<'_>, pairs: &Pairs<'_, '_>, scan: &Scan<'_>, at_head: Option<usize>) -> bool {
    let was_stopping = scan.guard.is_some_and(stops);
    pairs.head.iter().any(|(other, known)| {
        if other.control != scan.control || scan.is_gate() {
            return false;
        }
        if was_stopping && !other.guard.is_some_and(stops) {
            return false;
        }
        let here = at_head == Some(other.pipeline);
        if *known {
            here && covers(other, scan)
        } else {
            here || ships_nothing(base, scan) && runs_for_pulls(scan, other)
        }
    })
}

/// Whether a control looks at everything that another one looked at.
fn covers(other: &Scan<'_>, scan: &Scan<'_>) -> bool {
    let whole = |target: &Arc<str>| matches!(&**target, "." | "./" | "");
    !scan.targets.is_empty()
        && scan.targets.iter().all(|target| other.targets.contains(target) || other.targets.iter().any(whole))
}

fn ships_nothing(base: &Side<'_>, scan: &Scan<'_>) -> bool {
    scan.proved(base).case.is_none_or(|case| case.effects().is_empty())
}

/// Whether a control in another pipeline is there for pull requests, where this one was.
fn runs_for_pulls(scan: &Scan<'_>, other: &Scan<'_>) -> bool {
    let pulls = |scan: &Scan<'_>| scan.guard.is_some_and(|guard| !guard.targets.is_empty());
    !pulls(scan) || pulls(other)
}

/// Whether what the control looked at is gone with it: nothing of it ships any more, or its folder is not there.
fn went_with_its_thing(
    base: &Side<'_>,
    head: &Side<'_>,
    pairs: &Pairs<'_, '_>,
    scan: &Scan<'_>,
    at_head: Option<usize>,
) -> bool {
    let ships = scan.proved(base).case.map(|case| case.effects().len()).unwrap_or_default();
    if at_head.is_none() && ships > 0 {
        return true;
    }
    // A folder that is not there any more needs no look at it.
    let folder = scan.act.folder.as_deref().unwrap_or_default();
    let is_gone = |target: &Arc<str>| {
        let Some(path) = volary_model::join_path(folder, target) else { return false };
        let there = |side: &Side<'_>| {
            path.is_empty()
                || side.paths.iter().any(|known| {
                    known.strip_prefix(&*path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        };
        there(base) && !there(head)
    };
    if !scan.targets.is_empty() && scan.targets.iter().all(is_gone) {
        return true;
    }
    // What it looked at does not ship any more.
    let mut looked = false;
    let mut still = false;
    for (index, proved) in base.pipelines.iter().enumerate() {
        for decision in proved.decisions {
            if !family(base, &decision.control).contains(&scan.control)
                || !decision.candidates.iter().any(|one| one.pipeline == scan.pipeline && one.act == scan.id)
            {
                continue;
            }
            looked = true;
            let Some(now) = pairs.pipelines.get(&index) else { continue };
            let kind = proved.plan.act(decision.effect).effect().map(|effect| effect.kind);
            let after = &head.pipelines[*now];
            still |= after.decisions.iter().any(|one| {
                one.control == decision.control && after.plan.act(one.effect).effect().map(|effect| effect.kind) == kind
            });
        }
    }
    looked && !still
}

fn gone(base: &Side<'_>, head: &Side<'_>, scan: &Scan<'_>, at_head: Option<usize>) -> Option<WeakeningDraft> {
    let name = scan.name();
    let consequence = if scan.guard.is_some_and(stops) || scan.is_gate() {
        consequence(base, scan)
    } else {
        "it no longer looks at anything".to_owned()
    };
    let Some(index) = at_head else {
        let path = &scan.path;
        let mut draft = WeakeningDraft::new(
            "W6",
            scan.plan(base).pipeline.at,
            format!("The pipeline `{path}`, which ran {name}, is gone: {consequence}"),
            "Restore the pipeline, or run the scan in another one",
        );
        draft.removed = true;
        draft.severity = Severity::High;
        return Some(draft);
    };
    if let Some((written, at)) = impostor(base, head, scan, index) {
        let mut draft = WeakeningDraft::new(
            "W12",
            at,
            format!("`{written}` stands where {name} ran: whether it looks for the same, and stops, cannot be seen"),
            format!("Use {name} itself, pinned to a commit or digest"),
        );
        draft.after = Some(written);
        draft.severity = Severity::High;
        return Some(draft);
    }
    let what = if scan.act.command.is_some() { "command" } else { "step" };
    let mut draft = WeakeningDraft::new(
        "W6",
        scan.act.at,
        format!("The {what} that ran {name} was removed: {consequence}"),
        format!("Restore the {what}, or replace it by another scan that stops"),
    );
    draft.removed = true;
    draft.severity = Severity::High;
    Some(draft)
}

/// Something of another owner, or of the tree, that has the name of what ran before.
fn impostor(base: &Side<'_>, head: &Side<'_>, scan: &Scan<'_>, index: usize) -> Option<(Arc<str>, Span)> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let tool = scan.tool().to_ascii_lowercase();
    names.insert(tool.clone());
    if let Some(uses) = scan.step(base).and_then(|step| step.uses()) {
        let last = uses.name.rsplit(['/', '.']).next().unwrap_or(&uses.name);
        names.insert(last.to_ascii_lowercase());
    }
    let known: BTreeSet<String> = {
        let plan = scan.plan(base);
        let steps = plan.pipeline.jobs.iter().flat_map(|job| &job.steps);
        let uses = steps.filter_map(|step| step.uses()).map(|uses| uses.written.canonical());
        let opaque = plan.opaque.iter().map(|opaque| opaque.written.to_string());
        let calls = plan.pipeline.uses.iter().map(|uses| uses.written.canonical());
        uses.chain(opaque).chain(calls).map(|text| plain(&text)).collect()
    };
    let fits = |written: &str| {
        let text = plain(written);
        !known.contains(&text)
            && words(&text)
                .any(|word| names.iter().any(|name| word == name || (name.len() > 3 && word.contains(&**name))))
    };
    let plan = head.pipelines[index].plan;
    for job in &plan.pipeline.jobs {
        if let JobKind::Call(uses) = &job.kind
            && (fits(&uses.written.canonical()) || is_called_instead(base, scan, job))
        {
            return Some((uses.written.canonical().into(), uses.at));
        }
        for step in &job.steps {
            let Action::Uses(uses) = &step.action else { continue };
            if matches!(uses.kind, UsesKind::Action | UsesKind::Task | UsesKind::Step)
                && fits(&uses.written.canonical())
            {
                return Some((uses.written.canonical().into(), step.key));
            }
        }
    }
    if let Some(found) = foreign_image(plan, &fits) {
        return Some(found);
    }
    let opaque = plan
        .opaque
        .iter()
        .find(|opaque| fits(opaque.written.split_whitespace().take(8).collect::<Vec<_>>().join(" ").as_str()));
    opaque
        .filter(|opaque| !is_install(&opaque.written))
        .map(|opaque| (super::force::short(&opaque.written).into(), opaque.at))
}

/// Whether a job calls something else than the job of the same name did, whose scan is gone.
fn is_called_instead(base: &Side<'_>, scan: &Scan<'_>, job: &Job) -> bool {
    let plan = scan.plan(base);
    let mut id = Some(scan.act.job);
    for _ in 0..20 {
        let Some(was) = id.and_then(|id| plan.pipeline.job(id)) else { return false };
        if let (JobKind::Call(old), JobKind::Call(new)) = (&was.kind, &job.kind)
            && was.name.canonical() == job.name.canonical()
        {
            return plain(&old.written.canonical()) != plain(&new.written.canonical());
        }
        id = was.within;
    }
    false
}

/// A container of somebody else that is started where the tool's own one was.
fn foreign_image(plan: &Plan<'_>, fits: &dyn Fn(&str) -> bool) -> Option<(Arc<str>, Span)> {
    for (id, job) in plan.pipeline.jobs() {
        for step in 0..job.steps.len() {
            let Some(script) = plan.script(id, StepId(step as u32)) else { continue };
            for command in script.commands.iter().filter(|command| command.roles.is_empty()) {
                let mut words = command.written.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
                let starts = words.next().is_some_and(|word| matches!(word, "docker" | "podman" | "nerdctl"))
                    && words.next() == Some("run");
                if starts
                    && words.any(|word| {
                        !word.starts_with(['-', '/', '$']) && word.contains('/') && !word.contains(":/") && fits(word)
                    })
                {
                    return Some((super::force::short(&command.written).into(), command.at));
                }
            }
        }
    }
    None
}

/// Whether a command only brings something along or says something.
fn is_install(written: &str) -> bool {
    let first = written.split_whitespace().next().unwrap_or_default();
    matches!(
        first,
        "echo"
            | "printf"
            | "apt-get"
            | "apt"
            | "brew"
            | "pip"
            | "pip3"
            | "npm"
            | "curl"
            | "wget"
            | "mkdir"
            | "cat"
            | "rm"
            | "cp"
            | "mv"
    )
}

/// A use without its version.
fn plain(text: &str) -> String {
    text.split('@').next().unwrap_or(text).trim().to_ascii_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['/', '.', ' ', ':', '@', '='])
}
