//! A control in both revisions: what its findings stopped and stop no longer.

use std::sync::Arc;

use volary_model::{Link, Severity, Span};
use volary_pipeline::{Event, Job, Platform, Setting};

use super::Side;
use super::conditions::{self, added};
use super::draft::{Drafts, WeakeningDraft};
use super::narrow;
use super::pairs::Pair;
use super::reach::{self, Lost};
use super::scans::Scan;
use crate::prove::{self, Broken, Cover, Guard};
use crate::recognise::Outcome;

/// Compares the force of a control.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, drafts: &mut Drafts) {
    let draft = own(base, head, pair)
        .or_else(|| pulls(base, head, pair))
        .or_else(|| runs(base, head, pair))
        .or_else(|| narrow::compare(head, pair));
    if let Some(draft) = draft {
        drafts.add(dressed(base, head, pair, draft));
    }
}

/// A draft with what all drafts about a control say.
pub(super) fn dressed(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, draft: WeakeningDraft) -> WeakeningDraft {
    let severity =
        severity(base, &pair.base).min(if draft.severity == Severity::Low { Severity::Low } else { Severity::High });
    let key = if draft.key.is_empty() { pair.head.key().into() } else { draft.key };
    WeakeningDraft {
        before: draft.before.or_else(|| Some(pair.base.act.written.clone())),
        after: draft.after.or_else(|| Some(pair.head.act.written.clone())),
        control: Some(pair.head.control.clone()),
        tool: Some(pair.head.tool().clone()),
        pipeline: Some(pair.head.plan(head).pipeline.path.clone()),
        severity,
        key,
        ..draft
    }
}

/// How bad it is when a control of the base loses its force.
pub(super) fn severity(base: &Side<'_>, scan: &Scan<'_>) -> Severity {
    let guards = |decision: &prove::Decision| {
        decision.required
            && decision.verdict != volary_model::Verdict::ReportOnly
            && decision.candidates.iter().any(|one| one.pipeline == scan.pipeline && one.act == scan.id)
    };
    if base.pipelines.iter().any(|proved| proved.decisions.iter().any(guards)) {
        return Severity::High;
    }
    if scan.guard.is_some_and(stops) || scan.is_gate() { Severity::Medium } else { Severity::Low }
}

/// Whether findings stop anything at all.
pub(super) fn stops(guard: &Guard) -> bool {
    guard.own == Cover::Yes || guard.targets.iter().any(|target| target.cover == Cover::Yes)
}

/// What findings do not stop any more, as the end of a sentence.
pub(super) fn consequence(base: &Side<'_>, scan: &Scan<'_>) -> String {
    for proved in &base.pipelines {
        for decision in proved.decisions {
            let looks = decision.candidates.iter().any(|one| one.pipeline == scan.pipeline && one.act == scan.id);
            if looks && decision.verdict.holds() {
                let what = prove::what(proved.plan.act(decision.effect));
                return format!("its findings no longer stop {what}");
            }
        }
    }
    match scan.guard {
        Some(guard) if guard.targets.iter().any(|target| target.cover == Cover::Yes) => {
            "its findings no longer stop pull requests".to_owned()
        }
        _ => "its findings no longer stop the pipeline".to_owned(),
    }
}

/// Findings stopped the control's own job and do not any more.
fn own(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (was, is) = (pair.base.guard?, pair.head.guard?);
    if was.own != Cover::Yes || is.own == Cover::Yes {
        return None;
    }
    if !reach::runs_at_all(head, &pair.head) {
        return Some(not_running(base, head, pair, None));
    }
    let broken = is.broken.as_ref()?;
    Some(by_link(base, head, pair, broken))
}

/// Findings turned a check of pull requests red and do not any more.
fn pulls(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (was, is) = (pair.base.guard?, pair.head.guard?);
    for target in was.targets.iter().filter(|target| target.cover == Cover::Yes) {
        let now = if target.any { is.targets.iter().find(|one| one.any) } else { is.of_branch(&target.branch) };
        let now = now.or_else(|| is.of_branch(&target.branch));
        match now {
            Some(now) if now.cover == Cover::Yes => {}
            Some(now) => {
                let broken = now.broken.as_ref();
                if broken.is_none_or(|broken| matches!(broken.link, Link::Condition | Link::Execution | Link::Trigger))
                {
                    return Some(not_running(base, head, pair, Some(now.run.clone())));
                }
                return broken.map(|broken| by_link(base, head, pair, broken));
            }
            None => {}
        }
    }
    None
}

/// It ran in every run of a kind and does not any more.
fn runs(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    match reach::lost(base, head, &pair.base, &pair.head)? {
        Lost::Event(event) => lost_event(base, head, pair, event),
        Lost::Run(run) => Some(not_running(base, head, pair, Some(run))),
        Lost::Stop(run) => Some(tolerated(base, head, pair, &run)),
    }
}

/// The pipeline is not started by something any more.
fn lost_event(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, event: Event) -> Option<WeakeningDraft> {
    let ships = pair.base.proved(base).case.is_some_and(|case| !case.effects().is_empty());
    // What ships in the same runs does not ship there any more either.
    if ships && event != Event::PullRequest {
        return None;
    }
    let what = match event {
        Event::PullRequest | Event::Privileged => "pull requests",
        Event::Push => "pushes",
        Event::Release => "tags and releases",
        Event::Schedule => "a schedule",
        _ => return None,
    };
    let pipeline = pair.head.plan(head).pipeline;
    let at = pipeline.triggers.first().map_or(pipeline.at, |trigger| trigger.key.unwrap_or(trigger.at));
    let message = format!(
        "{what} no longer start{} the pipeline that runs {}",
        if event == Event::Schedule { "s" } else { "" },
        pair.head.name()
    );
    let mut draft = WeakeningDraft::new("W7", at, prove::capital(&message), format!("Let {what} start it again"));
    draft.key = format!("event {what}").into();
    if event == Event::Schedule {
        draft.severity = Severity::Low;
    }
    Some(draft)
}

/// It does not run where it ran.
fn not_running(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, run: Option<Arc<str>>) -> WeakeningDraft {
    let name = pair.head.name();
    let effect = match &run {
        Some(run) => format!("{name} no longer always runs in {run}"),
        None => format!("{name} no longer runs"),
    };
    if let Some(setting) = switched_off(head, &pair.head) {
        let (written, at) = prove::setting(setting, "enabled");
        let at = at.unwrap_or(pair.head.act.at);
        let mut draft = WeakeningDraft::new(
            "W4",
            at,
            format!("`{written}` switches {name} off: {effect}"),
            format!("Delete `{written}`"),
        );
        draft.after = Some(written);
        return draft;
    }
    let (before, after) = (conditions::around(base, &pair.base), conditions::around(head, &pair.head));
    if let Some(new) = added(&before, &after) {
        let class = if new.changes || !new.inner { "W7" } else { "W4" };
        let shown = short(&new.text);
        let mut draft = WeakeningDraft::new(
            class,
            new.at,
            format!("The condition `{shown}` is new: {effect}"),
            format!("Delete the condition, or write it so that {name} runs wherever it ran"),
        );
        draft.after = Some(new.text.clone());
        return draft;
    }
    if before.len() > after.len()
        && let Some(lost) = added(&after, &before)
    {
        let shown = short(&lost.text);
        let mut draft = WeakeningDraft::new(
            "W4",
            pair.head.act.at,
            format!("The condition `{shown}` is gone: {effect}"),
            format!("Restore `{shown}`"),
        );
        draft.before = Some(lost.text.clone());
        return draft;
    }
    let at = pair.head.act.at;
    WeakeningDraft::new("W4", at, effect, format!("Let {name} run wherever it ran"))
}

/// The step or block that is switched off around a control.
fn switched_off<'h>(head: &Side<'h>, scan: &Scan<'h>) -> Option<&'h Setting> {
    let job = scan.job(head)?;
    let mut at = scan.act.step;
    for _ in 0..60 {
        let step = job.steps.get(at?.0 as usize)?;
        if let Some(enabled) = &step.enabled
            && enabled.truth() == Some(false)
        {
            return Some(enabled);
        }
        at = step.within;
    }
    None
}

/// Its failure is tolerated in some runs.
fn tolerated(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, run: &str) -> WeakeningDraft {
    let (name, consequence) = (pair.head.name(), consequence(base, &pair.base));
    let known: Vec<String> = tolerances(base, &pair.base).iter().map(|(setting, _)| setting.text.canonical()).collect();
    for (setting, what) in tolerances(head, &pair.head) {
        if setting.truth() == Some(false) || known.contains(&setting.text.canonical()) && setting.truth().is_none() {
            continue;
        }
        let (written, at) = prove::setting(setting, key(pair.head.plan(head).pipeline.platform));
        let mut draft = WeakeningDraft::new(
            "W1",
            at.unwrap_or(pair.head.act.at),
            format!("`{written}` was added to the {what} that runs {name}: in {run} {consequence}"),
            format!("Delete `{written}`"),
        );
        draft.after = Some(written);
        return draft;
    }
    if let Some(broken) =
        pair.head.guard.and_then(|guard| guard.targets.iter().find_map(|target| target.broken.as_ref()))
    {
        return by_link(base, head, pair, broken);
    }
    WeakeningDraft::new(
        if ignores(base, head, pair) { "W3" } else { "W2" },
        pair.head.act.at,
        format!("The exit code of {name} is lost in {run}: {consequence}"),
        format!("Let the step fail when {name} does"),
    )
}

fn key(platform: Platform) -> &'static str {
    match platform {
        Platform::GitHub => "continue-on-error",
        Platform::Azure => "continueOnError",
        Platform::GitLab | Platform::Jenkins => "allow_failure",
    }
}

/// Settings that tolerate a failure of a control's step or job, with what they stand at.
fn tolerances<'s>(side: &Side<'s>, scan: &Scan<'s>) -> Vec<(&'s Setting, &'static str)> {
    let mut found = Vec::new();
    let pipeline = scan.plan(side).pipeline;
    let mut id = Some(scan.act.job);
    let mut jobs: Vec<&'s Job> = Vec::new();
    while let Some(job) = id.and_then(|id| pipeline.job(id)) {
        jobs.push(job);
        id = job.within;
        if jobs.len() > 20 {
            break;
        }
    }
    if let Some(job) = jobs.first() {
        let mut at = scan.act.step;
        for _ in 0..60 {
            let Some(step) = at.and_then(|id| job.steps.get(id.0 as usize)) else { break };
            found.extend(step.continue_on_error.iter().map(|setting| (setting, "step")));
            at = step.within;
        }
    }
    for job in jobs {
        found.extend(job.continue_on_error.iter().chain(&job.tolerated_exit_codes).map(|setting| (setting, "job")));
        let rules = job.activation.rules.iter().flat_map(|rules| &rules.rules);
        found.extend(rules.filter_map(|rule| rule.allow_failure.as_ref()).map(|setting| (setting, "job")));
    }
    found
}

/// The weakening that a broken link is.
pub(super) fn by_link(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, broken: &Broken) -> WeakeningDraft {
    let (name, consequence) = (pair.head.name(), consequence(base, &pair.base));
    let fact = &broken.fact;
    let at = fact.at.unwrap_or(pair.head.act.at);
    let class = class(base, head, pair, broken);
    if class == "W6" && broken.link == Link::ExitCode {
        return gate_gone(base, pair, at, &consequence);
    }
    let message = if class == "W1" && !fact.written.is_empty() && !fact.written.contains('\n') {
        let step = fact.text.contains("step");
        let what = if step { "step" } else { "job" };
        format!("`{}` was added to the {what} that runs {name}: {consequence}", short(&fact.written))
    } else if class == "W4" || class == "W7" {
        fact.text.to_string()
    } else {
        format!("{}: {consequence}", prove::capital(&fact.text))
    };
    let fix = if fact.edit.is_empty() { Arc::from("Undo the change") } else { fact.edit.clone() };
    let mut draft = WeakeningDraft::new(class, at, prove::capital(&message), fix);
    draft.after = Some(if fact.written.is_empty() { pair.head.act.written.clone() } else { fact.written.clone() });
    draft
}

fn class(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>, broken: &Broken) -> &'static str {
    match broken.link {
        Link::Tolerance => "W1",
        Link::Condition | Link::Execution => "W4",
        Link::Trigger => "W7",
        Link::Scope => "W5",
        Link::Detection => "W8",
        Link::Propagation => "W6",
        Link::PlatformGate => "W14",
        Link::ExitCode => {
            let outcome = |scan: &Scan<'_>| scan.findings().map(|findings| findings.outcome);
            if outcome(&pair.head) == Some(Outcome::Stops) {
                return if forced(&broken.fact.written) || ignores(base, head, pair) || only_unstable(base, head, pair) {
                    "W3"
                } else {
                    "W2"
                };
            }
            if outcome(&pair.base) == Some(Outcome::Stops) {
                return "W5";
            }
            // What was found was reported before as well: something else made it count.
            let gates = |side: &Side<'_>, scan: &Scan<'_>| {
                let acts = scan.plan(side).acts.iter();
                acts.filter(|act| matches!(act.role(), crate::recognise::Role::Breaker(_))).count()
            };
            if gates(head, &pair.head) < gates(base, &pair.base) {
                "W6"
            } else if !broken.fact.written.is_empty() && broken.fact.at.is_some() {
                if broken.fact.edit.starts_with("Set ") || broken.fact.text.contains("exit code") { "W2" } else { "W5" }
            } else {
                "W6"
            }
        }
    }
}

/// Whether a text sets a result whatever was found.
fn forced(written: &str) -> bool {
    let text = written.trim();
    text.starts_with("exit")
        || text.contains("task.complete")
        || text.contains("unstable")
        || text.contains("currentBuild.")
}

/// Whether the step was told not to mind exit codes.
fn ignores(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> bool {
    let told = |side: &Side<'_>, scan: &Scan<'_>| {
        let input = scan.step(side).and_then(|step| step.input("ignoreLASTEXITCODE"));
        input.is_some_and(|input| input.text.is("true") || input.value.as_bool() == Some(true))
    };
    told(head, &pair.head) && !told(base, &pair.base)
}

/// Jenkins: the build is called unstable where it failed.
fn only_unstable(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> bool {
    let count = |side: &Side<'_>, scan: &Scan<'_>| {
        let steps = scan.job(side).map(|job| job.steps.as_slice()).unwrap_or_default();
        steps.iter().filter(|step| step.uses().is_some_and(|uses| &*uses.name == "unstable")).count()
    };
    count(head, &pair.head) > count(base, &pair.base)
}

/// What read the findings and stopped is gone.
fn gate_gone(base: &Side<'_>, pair: &Pair<'_, '_>, at: Span, consequence: &str) -> WeakeningDraft {
    let name = pair.base.name();
    let plan = pair.base.plan(base);
    let gate = plan.acts.iter().find(|act| matches!(act.role(), crate::recognise::Role::Breaker(_)));
    let (message, place, removed) = match gate {
        Some(gate) => (
            format!("{}, which stopped on what {name} finds, was removed: {consequence}", gate.recognised.tool.name),
            gate.at,
            true,
        ),
        None => (format!("What stopped on what {name} finds was removed: {consequence}"), at, false),
    };
    let mut draft = WeakeningDraft::new("W6", place, message, "Restore what reads the findings and fails");
    draft.removed = removed;
    if let Some(gate) = gate {
        draft.before = Some(gate.written.clone());
    }
    draft
}

/// A text on one line, not too long.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 80 { line } else { format!("{}...", line.chars().take(77).collect::<String>()) }
}
