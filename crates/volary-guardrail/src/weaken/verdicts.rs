//! Verdicts that got worse, where no change of a control said so: what ships no longer waits, or is not looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Link, Severity, Verdict};

use super::Side;
use super::draft::{Drafts, WeakeningDraft};
use super::pairs::Pairs;
use crate::plan::Act;
use crate::prove::{self, Decision};

/// Compares the verdicts about what ships in both revisions.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pairs: &Pairs<'_, '_>, drafts: &mut Drafts) {
    for (old, new) in &pairs.pipelines {
        let (before, after) = (&base.pipelines[*old], &head.pipelines[*new]);
        let mut taken = vec![false; after.decisions.len()];
        for decision in before.decisions {
            let Some(at) = partner(base, head, (*old, decision), *new, &taken) else { continue };
            taken[at] = true;
            let now = &after.decisions[at];
            let path = &after.plan.pipeline.path;
            let controls: Vec<Arc<str>> = family(base, &decision.control);
            if drafts.tells(path, &controls) {
                continue;
            }
            if let Some(draft) = worse(head, decision, (*new, now)) {
                drafts.add(WeakeningDraft {
                    control: Some(decision.control.clone()),
                    pipeline: Some(path.clone()),
                    severity: if decision.required { draft.severity } else { draft.severity.min(Severity::Medium) },
                    ..draft
                });
            }
        }
    }
}

/// A control with those that are enough for it.
pub(super) fn family(side: &Side<'_>, control: &Arc<str>) -> Vec<Arc<str>> {
    let mut all = vec![control.clone()];
    all.extend(side.controls.get(control).into_iter().flat_map(|found| found.any_of.iter().cloned()));
    all
}

/// The decision of the head about the same thing.
fn partner(
    base: &Side<'_>,
    head: &Side<'_>,
    (pipeline, decision): (usize, &Decision),
    new: usize,
    taken: &[bool],
) -> Option<usize> {
    let was = base.pipelines[pipeline].plan.act(decision.effect);
    let after = &head.pipelines[new];
    let mut best: Option<(i32, usize)> = None;
    for (index, one) in after.decisions.iter().enumerate() {
        if taken[index] || one.control != decision.control {
            continue;
        }
        let is = after.plan.act(one.effect);
        let (Some(ships), Some(shipped)) = (is.effect(), was.effect()) else { continue };
        if ships.kind != shipped.kind || ships.effect != shipped.effect {
            continue;
        }
        let job = |side: &Side<'_>, pipeline: usize, act: &Act| {
            side.pipelines[pipeline].plan.pipeline.job(act.job).map(|job| job.name.canonical())
        };
        let mut score = 0;
        if Act::texts(&ships.reference) == Act::texts(&shipped.reference) {
            score += 4;
        }
        if was.written == is.written {
            score += 2;
        }
        if job(base, pipeline, was) == job(head, new, is) {
            score += 2;
        }
        if best.is_none_or(|(known, _)| score > known) {
            best = Some((score, index));
        }
    }
    best.map(|(_, index)| index)
}

/// What made a verdict worse.
fn worse(head: &Side<'_>, was: &Decision, (new, is): (usize, &Decision)) -> Option<WeakeningDraft> {
    if !was.verdict.holds() {
        return None;
    }
    let plan = head.pipelines[new].plan;
    let effect = plan.act(is.effect);
    let what = prove::what(effect);
    if is.verdict.holds() {
        return assumes_more(was, (new, is), effect, &what);
    }
    let name = head.controls.get(&is.control).map_or(&*is.control, |control| &*control.name);
    let (class, at, text, fix) = match &is.broken {
        Some(broken) => (
            class(broken.link),
            broken.fact.at.unwrap_or(effect.at),
            broken.fact.text.to_string(),
            broken.fact.edit.clone(),
        ),
        None => (
            "W6",
            effect.at,
            format!(
                "nothing looks at it before it {}",
                effect.effect().map_or("ships", |one| prove::happens(one.effect))
            ),
            Arc::from("Restore the scan"),
        ),
    };
    let end = match is.verdict {
        Verdict::Bypassable => match &is.run {
            Some(run) => format!("in {run} no {name} stops {what} any more"),
            None => format!("the {name} does not always stop {what} any more"),
        },
        Verdict::Unverifiable => format!("whether a {name} stops {what} cannot be seen any more"),
        _ => format!("no {name} stops {what} any more"),
    };
    let fix = if fix.is_empty() { Arc::from("Undo the change") } else { fix };
    let mut draft = WeakeningDraft::new(class, at, format!("{}: {end}", prove::capital(&text)), fix);
    draft.severity = Severity::High;
    draft.before = Some(was.verdict.as_str().into());
    draft.after = Some(is.verdict.as_str().into());
    draft.key = what;
    Some(draft)
}

/// Something has to be true now that nobody had to take for granted before.
fn assumes_more(
    was: &Decision,
    (new, is): (usize, &Decision),
    effect: &Act,
    what: &Arc<str>,
) -> Option<WeakeningDraft> {
    let count = |decision: &Decision| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for key in &decision.assumptions {
            *counts.entry(key.split('(').next().unwrap_or(key).to_owned()).or_insert(0) += 1;
        }
        counts
    };
    let (before, after) = (count(was), count(is));
    let grown = |kind: &str| after.get(kind).copied().unwrap_or(0) > before.get(kind).copied().unwrap_or(0);
    let table = [
        ("variable", "W4"),
        ("secret-present", "W4"),
        ("home-made-gate", "W2"),
        ("required-check", "W7"),
        ("no-direct-push", "W7"),
        ("tags-from", "W7"),
        ("deploy-branches", "W7"),
    ];
    let (kind, class) = table.into_iter().find(|(kind, _)| grown(kind))?;
    let key = is.assumptions.iter().find(|key| key.starts_with(kind) && !was.assumptions.contains(*key))?;
    let (text, _) = prove::assumption(key);
    let message = format!("{what} is now only stopped by findings if {text}");
    // The scan of the same run does not hold any more: what broke it is the change.
    let own = is.candidates.iter().find(|one| one.pipeline == new && !one.verdict.holds());
    let broken = own
        .and_then(|one| one.broken.as_ref())
        .filter(|_| matches!(kind, "required-check" | "no-direct-push" | "tags-from"));
    let mut draft = match broken {
        Some(broken) => WeakeningDraft::new(
            self::class(broken.link),
            broken.fact.at.unwrap_or(effect.at),
            format!("{}: {}", prove::capital(&broken.fact.text), message),
            broken.fact.edit.clone(),
        ),
        None => {
            WeakeningDraft::new(class, effect.at, prove::capital(&message), "Let the scan run and stop without that")
        }
    };
    draft.severity = if broken.is_some() { Severity::High } else { Severity::Medium };
    draft.key = key.clone();
    Some(draft)
}

fn class(link: Link) -> &'static str {
    match link {
        Link::Tolerance => "W1",
        Link::ExitCode => "W2",
        Link::Condition | Link::Execution => "W4",
        Link::Trigger => "W7",
        Link::Scope => "W5",
        Link::Detection => "W8",
        Link::Propagation => "W6",
        Link::PlatformGate => "W14",
    }
}
