//! The first link between a finding and the stop that is broken: what decides, and what would mend it.

use std::sync::Arc;

use volary_model::{Link, Span};
use volary_pipeline::{Activation, Expr, Job, JobId, Platform, Status};

use super::case::{Case, steps_around};
use super::cover::Way;
use super::fact::{Broken, setting};
use super::words::short;
use crate::execute::{Outcomes, Point, Scenario, Trace};
use crate::plan::{Act, ActId};
use crate::recognise::{Fact, Findings, FloorLevel, Outcome, Role};
use crate::run::{Results, activity};
use crate::script::FlowKind;
use crate::tri::Tri;

/// Why a control does not stop an effect in a run.
pub(super) fn broken(case: &Case<'_>, effect: ActId, control: ActId, run: usize, way: Way) -> Broken {
    match way {
        Way::NotRun => not_run(case, control, run),
        Way::Cancelled => cancelled(case, effect, control, run),
        _ => {
            let trace = case.trace(run, Scenario::Finding(control));
            own(case, control, run, &trace).unwrap_or_else(|| propagation(case, effect, control, &trace))
        }
    }
}

/// Why a control does not even stop its own job, in a run in which it runs; nothing where it does.
pub(super) fn own(case: &Case<'_>, control: ActId, run: usize, trace: &Trace) -> Option<Broken> {
    let act = case.plan.act(control);
    let job_id = act.job;
    let job = case.pipeline().job(job_id)?;
    let gated = !trace.gated.is_empty() || !trace.home_made.is_empty();
    if trace.step_failed != Tri::Yes && !gated {
        if let Some(broken) = by_gate(case, act, job_id) {
            return Some(broken);
        }
        if let Some(broken) = by_flow(trace) {
            return Some(broken);
        }
        if act.outcome() != Outcome::Stops {
            return Some(by_findings(case, act, job));
        }
    }
    // From here on the step fails; what tolerates that?
    let from = trace.gated.last().copied().filter(|_| trace.step_failed != Tri::Yes).unwrap_or(control);
    for step in steps_around(case.plan, from) {
        if let Some(tolerates) = &step.continue_on_error
            && holds(case, run, tolerates) == Tri::Yes
        {
            let (name, text) = match case.pipeline().platform {
                Platform::GitHub => ("continue-on-error", "the step continues on error"),
                Platform::Azure => ("continueOnError", "the step continues on error"),
                _ => ("", "its failure is caught"),
            };
            let (written, at) = setting(tolerates, name);
            let written = if name.is_empty() { "".into() } else { written };
            let origin = tolerates.value.origin.source().span().or(at);
            let edit = if name.is_empty() {
                "Let the failure pass: take the step out of the block that catches it".to_owned()
            } else {
                format!("Delete `{written}`")
            };
            return Some(Broken::new(Link::Tolerance, text, written, origin, edit));
        }
    }
    let failed = trace.jobs[job_id.0 as usize].may(Outcomes::FAILED);
    let raw = trace.raw[job_id.0 as usize].may(Outcomes::FAILED);
    if raw && !failed {
        return Some(job_tolerance(case, job, run));
    }
    let mut outer = job.within;
    while let Some(id) = outer {
        let around = case.pipeline().job(id)?;
        if trace.raw[id.0 as usize].may(Outcomes::FAILED) && !trace.jobs[id.0 as usize].may(Outcomes::FAILED) {
            return Some(job_tolerance(case, around, run));
        }
        outer = around.within;
    }
    None
}

fn holds(case: &Case<'_>, run: usize, tolerates: &volary_pipeline::Setting) -> Tri {
    case.machine.truth(&case.runs[run], tolerates)
}

fn job_tolerance(case: &Case<'_>, job: &Job, run: usize) -> Broken {
    let name = job_name(job);
    let active = activity(&job.activation, case.pipeline().platform, &case.runs[run], &crate::run::NoResults);
    if active.manual {
        let at = active.decided.as_ref().map(|(at, _)| *at).or(Some(job.header));
        return Broken::new(
            Link::Execution,
            format!("`{name}` waits for somebody to start it, and nothing waits for it"),
            "when: manual",
            at,
            "Delete `when: manual`",
        );
    }
    if let Some((true, at)) = &active.tolerates {
        return Broken::new(
            Link::Tolerance,
            format!("`{name}` is allowed to fail"),
            "allow_failure: true",
            at.or(Some(job.header)),
            "Delete `allow_failure: true`",
        );
    }
    if let Some(codes) = job.tolerated_exit_codes.as_ref().or(active.tolerated_exit_codes)
        && job.continue_on_error.as_ref().is_none_or(|setting| setting.truth() != Some(true))
    {
        let (written, at) = setting(codes, "exit_codes");
        return Broken::new(
            Link::Tolerance,
            format!("`{name}` tolerates the very exit code that findings have"),
            written,
            at.or(Some(job.header)),
            "Delete `allow_failure` with its `exit_codes`",
        );
    }
    let key = match case.pipeline().platform {
        Platform::GitHub => "continue-on-error",
        Platform::Azure => "continueOnError",
        _ => "allow_failure",
    };
    let (written, at) = match &job.continue_on_error {
        Some(tolerates) => setting(tolerates, key),
        None => (key.into(), Some(job.header)),
    };
    let at = job.continue_on_error.as_ref().and_then(|tolerates| tolerates.value.origin.source().span()).or(at);
    Broken::new(
        Link::Tolerance,
        format!("`{name}` is allowed to fail"),
        written.clone(),
        at,
        format!("Delete `{written}`"),
    )
}

/// A gate reads what was found and lets it pass.
fn by_gate(case: &Case<'_>, act: &Act, job: JobId) -> Option<Broken> {
    let control = act.control()?;
    if control.findings.outcome == Outcome::Stops {
        return None;
    }
    let server = control.findings.server.as_ref();
    let gate = case.plan.acts().find(|(_, other)| {
        let Role::Breaker(breaker) = other.role() else { return false };
        let named = breaker.joins.iter().any(|name| *name == act.recognised.tool.id || Some(name) == server);
        named && (other.job == job || server.is_some()) && breaker.findings.outcome != Outcome::Stops
    });
    let (_, gate) = gate?;
    let Role::Breaker(breaker) = gate.role() else { return None };
    Some(soft(&breaker.findings, gate, &gate.recognised.tool.name))
}

/// The script loses the exit code.
fn by_flow(trace: &Trace) -> Option<Broken> {
    let lost = trace.flow.iter().rev().find(|fact| !fact.kind.helps())?;
    let (link, edit) = match lost.kind {
        FlowKind::NoPipefail => (Link::ExitCode, "Set `-o pipefail`, or do not pipe the output".to_owned()),
        FlowKind::NoErrexit => {
            (Link::ExitCode, "Set `-e` at the start of the script, or make the scan its last command".to_owned())
        }
        FlowKind::ForcedResult => (Link::ExitCode, format!("Delete `{}`", lost.written)),
        _ => (Link::ExitCode, format!("Delete `{}`", lost.written)),
    };
    Some(Broken::new(link, lost.text.clone(), lost.written.clone(), Some(lost.at), edit))
}

/// The tool itself does not fail on findings.
fn by_findings(case: &Case<'_>, act: &Act, job: &Job) -> Broken {
    let Some(control) = act.control() else {
        return Broken::new(Link::ExitCode, "it does not fail on findings", "", Some(act.at), "Use a scan that fails");
    };
    let native = case.pipeline().platform == Platform::GitLab && act.recognised.tool.id.starts_with("gitlab-");
    let allowed = job.continue_on_error.as_ref().and_then(|setting| setting.truth()) == Some(true);
    if native && allowed {
        let name = job_name(job);
        let at = job.continue_on_error.as_ref().and_then(|tolerates| tolerates.key.or(tolerates.at()));
        return Broken::new(
            Link::Tolerance,
            format!("`{name}` of GitLab's template is allowed to fail, and never fails on findings"),
            "allow_failure: true",
            at.or(Some(act.at)),
            "Use a scanner that fails on findings, in a job without `allow_failure`",
        );
    }
    soft(&control.findings, act, &act.recognised.tool.name)
}

/// What takes the force out of a scan or gate.
fn soft(findings: &Findings, act: &Act, name: &str) -> Broken {
    let never = findings.floor.as_ref().is_some_and(|floor| floor.level == Some(FloorLevel::Never));
    if never && let Some(floor) = &findings.floor {
        let written = crate::recognise::written(&floor.value);
        let at = floor.value.origin.source().span().or(Some(act.at));
        return Broken::new(
            Link::Detection,
            format!("{name} only stops at a score of {written}, which does not exist"),
            written,
            at,
            "Lower the score to 7 or less",
        );
    }
    if let Some(fact) = findings.softened_by.first() {
        let at = place(fact, act);
        let text = if fact.written.starts_with("no ") {
            format!("{name} is not told to stop on findings")
        } else {
            format!("`{}` makes {name} report only", fact.written)
        };
        return Broken::new(Link::ExitCode, text, fact.written.clone(), at, format!("Delete `{}`", fact.written));
    }
    if findings.outcome == Outcome::Depends {
        if let Some(fact) = findings.depends_on.first() {
            let at = place(fact, act);
            return Broken::new(
                Link::ExitCode,
                format!("whether {name} stops on findings depends on `{}`", fact.written),
                fact.written.clone(),
                at,
                "Write the value into the step",
            );
        }
        return Broken::new(
            Link::ExitCode,
            format!("whether {name} stops on findings is decided elsewhere"),
            "",
            Some(act.at),
            "Use an option that makes it fail on findings",
        );
    }
    match findings.would_stop.first() {
        Some(wanted) => {
            let edit = format!("Add `{wanted}`");
            Broken::new(Link::ExitCode, format!("{name} reports what it finds and succeeds"), "", Some(act.at), edit)
        }
        None => Broken::new(
            Link::ExitCode,
            format!("{name} reports what it finds and never fails"),
            "",
            Some(act.at),
            "Add a step that fails on what it reports, or use a scan that fails on findings",
        ),
    }
}

fn place(fact: &Fact, act: &Act) -> Option<Span> {
    fact.value.origin.source().span().or_else(|| fact.span()).or(Some(act.at))
}

/// Nobody answers what ran before.
struct Fine;

impl Results for Fine {
    fn status(&self, status: Status, _: &[Expr]) -> Tri {
        match status {
            Status::Success | Status::Always | Status::Finished => Tri::Yes,
            Status::Failure | Status::Cancelled => Tri::No,
        }
    }

    fn result(&self, _: &[Arc<str>]) -> Option<Arc<str>> {
        None
    }
}

/// What keeps a control out of a run.
fn not_run(case: &Case<'_>, control: ActId, run: usize) -> Broken {
    let act = case.plan.act(control);
    let pipeline = case.pipeline();
    let name = &act.recognised.tool.name;
    let runs = &case.runs[run];
    let mut around: Vec<(&Activation, Span, &str)> = vec![(&pipeline.activation, pipeline.at, "pipeline")];
    let mut job_id = Some(act.job);
    let mut jobs: Vec<&Job> = Vec::new();
    while let Some(job) = job_id.and_then(|id| pipeline.job(id)) {
        jobs.push(job);
        job_id = job.within;
        if jobs.len() > 20 {
            break;
        }
    }
    if let Some(job) = jobs.last() {
        let mut stages = Vec::new();
        let mut stage = job.stage;
        while let Some(found) = stage.and_then(|id| pipeline.stage(id)) {
            stages.push((&found.activation, found.header, "stage"));
            stage = found.within;
            if stages.len() > 40 {
                break;
            }
        }
        around.extend(stages.into_iter().rev());
    }
    around.extend(jobs.iter().rev().map(|job| (&job.activation, job.header, "job")));
    let steps = steps_around(case.plan, control);
    around.extend(steps.iter().rev().map(|step| (&step.activation, step.at, "step")));
    for (activation, at, what) in around {
        let active = activity(activation, pipeline.platform, runs, &Fine);
        if active.runs == Tri::No {
            let (place, written) = match &active.decided {
                Some((place, text)) => (*place, text.clone()),
                None => match &activation.condition {
                    Some(condition) => (condition.at, condition.text.clone()),
                    None => (at, "".into()),
                },
            };
            let unchanged = runs.choices.iter().any(|(key, choice)| key.starts_with("changes") && !choice.truth);
            let by_change = written.contains("changes")
                || (pipeline.platform == Platform::GitLab && (unchanged || written.contains("CI_PIPELINE_SOURCE")));
            let link = if by_change { Link::Trigger } else { Link::Condition };
            let text: Arc<str> = if written.is_empty() {
                format!("the {what} of {name} is not part of {}", runs.describe()).into()
            } else {
                format!("`{}` keeps {name} out of {}", short(&written, 80), runs.describe()).into()
            };
            return Broken::new(link, text, written, Some(place), format!("Let {name} run there as well"));
        }
    }
    for step in &steps {
        if let Some(enabled) = &step.enabled
            && case.machine.truth(runs, enabled) == Tri::No
        {
            let (written, at) = setting(enabled, "enabled");
            return Broken::new(
                Link::Execution,
                format!("{name} is switched off"),
                written.clone(),
                at,
                format!("Delete `{written}`"),
            );
        }
    }
    Broken::new(
        Link::Condition,
        format!("{name} does not run in {}", runs.describe()),
        "",
        Some(act.at),
        format!("Let {name} run there as well"),
    )
}

/// What ships does not wait for the control.
fn propagation(case: &Case<'_>, effect: ActId, control: ActId, trace: &Trace) -> Broken {
    let pipeline = case.pipeline();
    let (from, to) = (case.plan.act(control), case.plan.act(effect));
    let scan = &from.recognised.tool.name;
    if from.job == to.job {
        if effect < control {
            return Broken::new(
                Link::Propagation,
                format!("it has shipped before {scan} looks at it"),
                "",
                Some(from.at),
                format!("Move {scan} before the step that ships"),
            );
        }
        for step in steps_around(case.plan, effect) {
            if let Some(condition) = &step.activation.condition {
                return Broken::new(
                    Link::Propagation,
                    format!("`{}` lets the step run although {scan} failed", short(&condition.text, 80)),
                    condition.text.clone(),
                    Some(condition.at),
                    format!("Delete `{}`", short(&condition.text, 80)),
                );
            }
        }
        return Broken::new(
            Link::Propagation,
            format!("the step that ships runs although {scan} failed"),
            "",
            Some(to.at),
            format!("Let the step run only when {scan} succeeded"),
        );
    }
    let is_call = |id: JobId| pipeline.jobs().any(|(_, job)| job.within == Some(id));
    let start = if is_call(from.job) { Point::CallEnd(from.job) } else { Point::Job(from.job) };
    let Some(path) = case.machine.order.path(start, Point::Job(to.job)) else {
        let (Some(job), Some(other)) = (pipeline.job(to.job), pipeline.job(from.job)) else {
            return Broken::new(Link::Propagation, "nothing waits for it", "", Some(from.at), "Wait for it");
        };
        let (waits, scans) = (job_name(job), job_name(other));
        if case.machine.order.waits(start, Point::Job(to.job)) {
            return Broken::new(
                Link::Propagation,
                format!("`{scans}` comes after what ships"),
                "",
                Some(other.header),
                format!("Let `{waits}` wait for `{scans}`"),
            );
        }
        let at = needs_place(job).or(Some(job.header));
        return Broken::new(
            Link::Propagation,
            format!("`{waits}` does not wait for `{scans}`"),
            "",
            at,
            format!("Let `{waits}` wait for `{scans}`"),
        );
    };
    for point in path.iter().skip(1) {
        let (activation, name, at, outcomes) = match point {
            Point::Job(id) | Point::CallEnd(id) => match pipeline.job(*id) {
                Some(job) => (&job.activation, job_name(job), job.header, trace.jobs[id.0 as usize]),
                None => continue,
            },
            Point::StageStart(id) => match pipeline.stage(*id) {
                Some(stage) => (&stage.activation, stage.name.canonical(), stage.header, Outcomes::SUCCESS),
                None => continue,
            },
            Point::StageEnd(_) => continue,
        };
        if !outcomes.may(Outcomes::SUCCESS.or(Outcomes::ISSUES)) {
            continue;
        }
        if let Some(condition) = &activation.condition {
            return Broken::new(
                Link::Propagation,
                format!("`{}` lets `{name}` run although {scan} failed", short(&condition.text, 80)),
                condition.text.clone(),
                Some(condition.at),
                "Let it run only when everything before succeeded",
            );
        }
        if let Some((when, place)) = &activation.when
            && matches!(when, volary_pipeline::When::Always | volary_pipeline::When::OnFailure)
        {
            return Broken::new(
                Link::Propagation,
                format!("`when` lets `{name}` run although {scan} failed"),
                "when: always",
                Some(*place),
                "Delete `when: always`",
            );
        }
        if let Some(rules) = &activation.rules
            && let Some((_, place)) = rules
                .rules
                .iter()
                .find_map(|rule| rule.when.filter(|(when, _)| matches!(when, volary_pipeline::When::Always)))
        {
            return Broken::new(
                Link::Propagation,
                format!("`when: always` lets `{name}` run although {scan} failed"),
                "when: always",
                Some(place),
                "Delete `when: always`",
            );
        }
        if matches!(point, Point::Job(id) if *id == to.job) {
            return Broken::new(
                Link::Propagation,
                format!("`{name}` runs although {scan} failed"),
                "",
                Some(at),
                format!("Let `{name}` wait for `{scan}`"),
            );
        }
    }
    Broken::new(
        Link::Propagation,
        format!("what ships runs although {scan} failed"),
        "",
        Some(to.at),
        "Wait for the scan",
    )
}

/// What ships runs although the job of the control was cancelled.
fn cancelled(case: &Case<'_>, effect: ActId, control: ActId, run: usize) -> Broken {
    let pipeline = case.pipeline();
    let (from, to) = (case.plan.act(control), case.plan.act(effect));
    let trace = case.trace(run, Scenario::Cancelled(from.job));
    let mut broken = propagation(case, effect, control, &trace);
    let scans = pipeline.job(from.job).map(job_name).unwrap_or_default();
    let ships = pipeline.job(to.job).map(job_name).unwrap_or_default();
    broken.fact.text = if broken.fact.written.is_empty() {
        format!("`{ships}` runs even when `{scans}` is cancelled").into()
    } else {
        format!("`{}` lets `{ships}` run even when `{scans}` is cancelled", short(&broken.fact.written, 80)).into()
    };
    broken
}

/// Where the needs of a job are written.
fn needs_place(job: &Job) -> Option<Span> {
    match &job.needs {
        volary_pipeline::Needs::Named(needs) => needs.first().map(|need| need.at),
        volary_pipeline::Needs::Nothing { at } => *at,
        volary_pipeline::Needs::Before => None,
    }
}

/// A job as people call it.
pub(crate) fn job_name(job: &Job) -> String {
    let name = job.name.usually().unwrap_or_else(|| job.name.canonical());
    if !name.is_empty() {
        return name;
    }
    job.display.as_ref().map(|display| display.canonical()).unwrap_or_default()
}
