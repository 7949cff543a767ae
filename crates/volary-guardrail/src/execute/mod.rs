//! Abstract execution of a pipeline in one run: as planned, with a control that finds something, with a cancelled job.
//!
//! Results are sets of what is possible, so that what the files do not decide stays undecided. How results travel from
//! steps to jobs and stages is each platform's own (GitHub: contexts and `needs`; Azure: conditions and dependencies;
//! GitLab: stages, `needs`, `allow_failure`; Jenkins: a result only worsens), as their documentation has it.

mod job;
mod memo;
mod order;
mod outcomes;
mod results;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_pipeline::{JobId, JobKind, Pipeline, Platform, Setting, StageId, When};

use crate::plan::{ActId, Plan};
use crate::recognise::Role;
use crate::run::{Activity, Run, activity, job_activity, truth};
use crate::script::FlowFact;
use crate::tri::Tri;
use memo::Memo;
pub use order::{Order, Point};
pub use outcomes::{Before, Outcomes};
use results::{Asker, Seen};

/// What is different from a run in which everything succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// Nothing: every step succeeds.
    Normal,
    /// This control finds something.
    Finding(ActId),
    /// This job is cancelled.
    Cancelled(JobId),
    /// This job fails: the pipeline that it starts did.
    JobFails(JobId),
    /// The pipeline that starts this one ended so that it was not successful.
    UpstreamFailed,
}

/// What happens in an execution.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Whether each act runs.
    pub ran: Vec<Tri>,
    /// What may have become of each job.
    pub jobs: Vec<Outcomes>,
    /// The same before the job's own tolerance.
    pub raw: Vec<Outcomes>,
    /// What may have become of each stage.
    pub stages: Vec<Outcomes>,
    /// Whether the run as a whole fails.
    pub failed: Tri,
    /// What happened to the exit code of the control that finds something, in its script.
    pub flow: Vec<FlowFact>,
    /// Whether the step of that control failed, before any tolerance.
    pub step_failed: Tri,
    /// A later gate read what it found and failed.
    pub gated: Vec<ActId>,
    /// A later script read what it found and failed: where.
    pub home_made: Vec<volary_model::Span>,
}

/// One pipeline, ready to be executed.
pub struct Machine<'a> {
    /// What it does.
    pub plan: &'a Plan<'a>,
    /// Who waits for whom.
    pub order: Order,
    /// How scripts ended.
    scripts: Memo,
}

/// The state of an execution.
struct State<'m, 'a> {
    machine: &'m Machine<'a>,
    run: &'m Run,
    scenario: Scenario,
    trace: Trace,
    /// Whether each stage starts.
    starts: Vec<Tri>,
    /// Stages that compile-time conditions leave out of the run.
    left_out: BTreeSet<StageId>,
    /// What is known of everything before a point and of the point itself.
    after: BTreeMap<Point, Before>,
    taint: crate::script::Taint,
    /// The tool and server of what was found, once it was.
    found: Option<(Arc<str>, Option<Arc<str>>, JobId)>,
    /// Jenkins: something has failed so far.
    failed: Tri,
    /// Jenkins: what has become of the result of the build although the steps went on.
    build: results::Build,
    /// What a step gave back instead of failing is a failure.
    returned: Tri,
    seen: Seen,
}

impl<'a> Machine<'a> {
    /// A pipeline, ready to be executed.
    pub fn new(plan: &'a Plan<'a>) -> Self {
        Self { plan, order: Order::new(plan.pipeline), scripts: Memo::default() }
    }

    /// Whether a setting is true in a run.
    pub fn truth(&self, run: &Run, setting: &Setting) -> Tri {
        self.state(run, Scenario::Normal).truth_of(Some(setting))
    }

    /// What happens in a run that was not executed because there was too much to execute: nobody knows.
    pub fn unknown(&self) -> Trace {
        self.blank(Tri::Unknown, Outcomes::SUCCESS.or(Outcomes::FAILED).or(Outcomes::SKIPPED))
    }

    /// A trace that says the same of everything.
    fn blank(&self, all: Tri, outcomes: Outcomes) -> Trace {
        let pipeline = self.plan.pipeline;
        Trace {
            ran: vec![all; self.plan.acts.len()],
            jobs: vec![outcomes; pipeline.jobs.len()],
            raw: vec![outcomes; pipeline.jobs.len()],
            stages: vec![outcomes; pipeline.stages.len()],
            failed: all,
            flow: Vec::new(),
            step_failed: all,
            gated: Vec::new(),
            home_made: Vec::new(),
        }
    }

    fn state<'m>(&'m self, run: &'m Run, scenario: Scenario) -> State<'m, 'a> {
        let pipeline = self.plan.pipeline;
        State {
            machine: self,
            run,
            scenario,
            trace: self.blank(Tri::No, Outcomes::NONE),
            starts: vec![Tri::Yes; pipeline.stages.len()],
            left_out: BTreeSet::new(),
            after: BTreeMap::new(),
            taint: crate::script::Taint::default(),
            found: None,
            failed: Tri::No,
            build: results::Build::default(),
            returned: Tri::No,
            seen: Seen::default(),
        }
    }

    /// Executes one run. Of the points only those in `scope` are looked at, where there is one.
    pub fn execute(&self, run: &Run, scenario: Scenario, scope: Option<&BTreeSet<Point>>) -> Trace {
        let pipeline = self.plan.pipeline;
        let mut state = self.state(run, scenario);
        let whole = state.activity_of(&pipeline.activation, Asker::Pipeline, Before::default());
        if whole.runs == Tri::No {
            return state.trace;
        }
        // A file in which jobs wait for each other is refused; what is in it is told all the same.
        let points = self.order.points.iter().chain(&self.order.circular);
        for point in points.filter(|point| scope.is_none_or(|scope| scope.contains(point))) {
            state.point(*point, whole.runs);
        }
        state.trace.failed = state.trace.failed.or(state.failed);
        state.trace
    }
}

impl<'m, 'a> State<'m, 'a> {
    fn pipeline(&self) -> &'a Pipeline {
        self.machine.plan.pipeline
    }

    fn platform(&self) -> Platform {
        self.pipeline().platform
    }

    /// Jenkins: stages behind one that made the build unstable are skipped.
    fn skips_after_unstable(&self) -> bool {
        let options = self.pipeline().written.get("options");
        options.is_some_and(|options| options.get("skipStagesAfterUnstable").is_some())
    }

    fn activity_of<'x>(
        &self,
        activation: &'x volary_pipeline::Activation,
        asker: Asker,
        before: Before,
    ) -> Activity<'x> {
        let view = self.seen.view(self.pipeline(), &self.trace, asker, before, (self.scenario, self.build));
        activity(activation, self.platform(), self.run, &view)
    }

    /// Whether a setting is true in this run.
    fn truth_of(&self, setting: Option<&Setting>) -> Tri {
        let Some(setting) = setting else { return Tri::No };
        if let Some(known) = setting.truth() {
            return Tri::from(known);
        }
        let mut holes = setting.text.holes();
        let Some(hole) = holes.next() else { return Tri::No };
        let name = hole.text.trim();
        for prefix in ["parameters.", "inputs.", "github.event.inputs.", "params."] {
            if let Some(value) = name.strip_prefix(prefix).and_then(|name| self.run.parameters.get(name)) {
                return Tri::from(value.eq_ignore_ascii_case("true"));
            }
        }
        if let Some(expr) = &hole.expression {
            let view = self.seen.view(
                self.pipeline(),
                &self.trace,
                Asker::Pipeline,
                Before::default(),
                (self.scenario, self.build),
            );
            let answer = truth(expr, self.platform(), self.run, &view);
            if answer != Tri::Unknown {
                return answer;
            }
        }
        match hole.usually.as_ref().and_then(|value| {
            value.as_text().map(str::to_owned).or_else(|| match &value.data {
                volary_model::Data::Bool(truth) => Some(truth.to_string()),
                _ => None,
            })
        }) {
            Some(text) => Tri::from(text.eq_ignore_ascii_case("true")),
            None => Tri::Unknown,
        }
    }

    /// What is known of everything before a point.
    fn before(&self, point: Point, only_jobs: bool) -> Before {
        let mut before = Before::default();
        for other in self.machine.order.before(point) {
            let is_start = matches!(other, Point::StageStart(_));
            if is_start && only_jobs {
                continue;
            }
            if let Some(known) = self.after.get(other) {
                before.merge(known);
            }
            match other {
                Point::Job(id) | Point::CallEnd(id) => {
                    let is_call = matches!(other, Point::Job(_))
                        && matches!(point, Point::Job(inner) if self.pipeline().job(inner).is_some_and(|job| job.within == Some(*id)));
                    if !is_call {
                        before.add(self.trace.jobs[id.0 as usize]);
                    }
                }
                Point::StageEnd(id) => before.add(self.trace.stages[id.0 as usize]),
                Point::StageStart(_) => {}
            }
        }
        before
    }

    fn point(&mut self, point: Point, whole: Tri) {
        match point {
            Point::StageStart(id) => self.stage_start(id, whole),
            Point::Job(id) => self.job_point(id, whole),
            Point::CallEnd(id) => self.call_end(id),
            Point::StageEnd(id) => self.stage_end(id),
        }
    }

    fn stage_start(&mut self, id: StageId, whole: Tri) {
        let point = Point::StageStart(id);
        let before = self.before(point, false);
        self.after.insert(point, before);
        let Some(stage) = self.pipeline().stage(id) else { return };
        let parent = stage.within.map_or(whole, |parent| self.starts[parent.0 as usize]);
        let active = self.activity_of(&stage.activation, Asker::Stage(id), before);
        let runs = match self.platform() {
            Platform::Azure if stage.activation.condition.is_none() => active.runs.and(before.ok),
            // Whoever aborts, aborts the run.
            Platform::Jenkins => {
                let unstable = if self.skips_after_unstable() { self.build.unstable } else { Tri::No };
                active.runs.and(before.failed.not()).and(before.cancelled.not()).and(unstable.not())
            }
            _ => active.runs,
        };
        self.starts[id.0 as usize] = runs.and(parent);
        if active.runs == Tri::No && !stage.activation.guards.is_empty() && stage.activation.condition.is_none() {
            self.left_out.insert(id);
        }
    }

    fn stage_end(&mut self, id: StageId) {
        let point = Point::StageEnd(id);
        let started = self.starts[id.0 as usize];
        let pipeline = self.pipeline();
        let mut before = Before::default();
        if let Some(known) = self.after.get(&Point::StageStart(id)) {
            before = *known;
        }
        let mut outcomes = Outcomes::NONE;
        let mut parts: Vec<Outcomes> = pipeline.jobs_of(id).map(|(job, _)| self.trace.jobs[job.0 as usize]).collect();
        parts.extend(
            pipeline
                .stages()
                .filter(|(_, stage)| stage.within == Some(id))
                .map(|(inner, _)| self.trace.stages[inner.0 as usize]),
        );
        if self.platform() == Platform::GitLab {
            // Jobs wait for the jobs of earlier stages, not for the stage.
            let mut all = before;
            for part in &parts {
                all.add(*part);
            }
            self.after.insert(point, all);
            self.trace.stages[id.0 as usize] = Outcomes::SUCCESS;
            return;
        }
        if started != Tri::Yes {
            outcomes = outcomes.or(self.skipped(id, before));
        }
        if started != Tri::No {
            outcomes = outcomes.or(worst(&parts));
        }
        self.trace.stages[id.0 as usize] = outcomes;
        self.after.insert(point, before);
    }

    /// What a stage is that does not start: of Jenkins as if it were not there, unless something failed before.
    fn skipped(&self, id: StageId, before: Before) -> Outcomes {
        if self.left_out.contains(&id) {
            return Outcomes::MISSING;
        }
        if self.platform() != Platform::Jenkins {
            return Outcomes::SKIPPED;
        }
        match before.failed {
            Tri::No => Outcomes::MISSING,
            Tri::Yes => Outcomes::SKIPPED,
            Tri::Unknown => Outcomes::MISSING.or(Outcomes::SKIPPED),
        }
    }

    fn call_end(&mut self, id: JobId) {
        let own = self.trace.jobs[id.0 as usize];
        let before = self.after.get(&Point::Job(id)).copied().unwrap_or_default();
        let inner: Vec<Outcomes> = self
            .pipeline()
            .jobs()
            .filter(|(_, job)| job.within == Some(id))
            .map(|(job, _)| self.trace.jobs[job.0 as usize])
            .collect();
        let mut outcomes = Outcomes::NONE;
        if own.may(Outcomes::SUCCESS) {
            outcomes = outcomes.or(worst_call(&inner));
        }
        for other in [Outcomes::SKIPPED, Outcomes::CANCELLED, Outcomes::MISSING] {
            if own.may(other) {
                outcomes = outcomes.or(other);
            }
        }
        if inner.is_empty() {
            outcomes = own;
        }
        let raw = outcomes;
        let outcomes = self.tolerated_by(id, outcomes, None, None, &[]);
        self.trace.raw[id.0 as usize] = raw;
        self.trace.jobs[id.0 as usize] = outcomes;
        self.after.insert(Point::CallEnd(id), before);
    }

    fn job_point(&mut self, id: JobId, whole: Tri) {
        let point = Point::Job(id);
        let pipeline = self.pipeline();
        let Some(job) = pipeline.job(id) else { return };
        let before = self.before(point, true);
        self.after.insert(point, before);
        let platform = self.platform();
        let view = self.seen.view(pipeline, &self.trace, Asker::Job(id), before, (self.scenario, self.build));
        let active = job_activity(job, platform, self.run, &view);
        let mut part = whole;
        if let Some(stage) = job.stage.filter(|_| platform != Platform::GitLab) {
            part = part.and(self.starts[stage.0 as usize]);
        }
        if let Some(call) = job.within {
            part = part.and(self.trace.jobs[call.0 as usize].is(Outcomes::SUCCESS));
        }
        let asks = job.activation.condition.as_ref().is_some_and(|condition| condition.expr.asks_status());
        let waits = match platform {
            Platform::GitHub if asks => Tri::Yes,
            Platform::GitHub => before.ok,
            Platform::Azure if job.activation.condition.is_some() => Tri::Yes,
            Platform::Azure => before.ok,
            Platform::GitLab => match active.when {
                Some(When::Always) => Tri::Yes,
                Some(When::OnFailure) => before.failed,
                _ => before.ok,
            },
            Platform::Jenkins => Tri::Yes,
        };
        let is_post = matches!(job.kind, JobKind::Post);
        let part = if is_post && job.stage.is_none() { whole } else { part };
        let runs = part.and(active.runs).and(waits);
        let cancelled = self.scenario == Scenario::Cancelled(id);
        let mut outcomes = Outcomes::NONE;
        if runs != Tri::Yes {
            let left_out = platform == Platform::GitLab && active.runs != Tri::Yes;
            let skipped = if left_out {
                Outcomes::MISSING
            } else if platform == Platform::Jenkins {
                job.stage.map_or(Outcomes::SKIPPED, |stage| self.skipped(stage, before))
            } else if platform == Platform::Azure && !job.activation.guards.is_empty() && active.runs == Tri::No {
                Outcomes::MISSING
            } else {
                Outcomes::SKIPPED
            };
            outcomes = outcomes.or(skipped);
        }
        let mut codes = Vec::new();
        if runs != Tri::No {
            if cancelled {
                outcomes = outcomes.or(Outcomes::CANCELLED);
            } else {
                let (own, exit_codes) = self.steps(id, job, runs);
                outcomes = outcomes.or(own);
                codes = exit_codes;
            }
        }
        if self.scenario == Scenario::JobFails(id) && runs != Tri::No {
            outcomes = without(outcomes, Outcomes::SUCCESS).or(Outcomes::FAILED);
        }
        self.trace.raw[id.0 as usize] = outcomes;
        let tolerated = active.tolerates.as_ref().map(|(truth, _)| Tri::from(*truth));
        let own = job.continue_on_error.as_ref().and_then(Setting::truth);
        // Nobody waits for an optional manual job.
        let tolerated = if active.manual && !active.waits(own) { Some(Tri::Yes) } else { tolerated };
        let codes_of_rule = active.tolerated_exit_codes.cloned();
        let outcomes = self.tolerated_by(id, outcomes, tolerated, codes_of_rule.as_ref(), &codes);
        self.trace.jobs[id.0 as usize] = outcomes;
        if platform == Platform::Jenkins {
            self.failed = self.failed.or(outcomes.is(Outcomes::FAILED));
        }
        self.trace.failed = self.trace.failed.or(outcomes.is(Outcomes::FAILED));
    }

    /// What a job's result is to others after its own tolerance.
    fn tolerated_by(
        &self,
        id: JobId,
        outcomes: Outcomes,
        rule: Option<Tri>,
        listed: Option<&Setting>,
        codes: &[u32],
    ) -> Outcomes {
        if !outcomes.may(Outcomes::FAILED) {
            return outcomes;
        }
        let Some(job) = self.pipeline().job(id) else { return outcomes };
        let mut tolerated = rule.unwrap_or_else(|| self.truth_of(job.continue_on_error.as_ref()));
        if let Some(setting) = listed.or(job.tolerated_exit_codes.as_ref()) {
            tolerated = tolerated.or(tolerates_codes(setting, codes));
        }
        let rest = without(outcomes, Outcomes::FAILED);
        match tolerated {
            Tri::No => outcomes,
            Tri::Yes => rest.or(Outcomes::ISSUES),
            Tri::Unknown => outcomes.or(Outcomes::ISSUES),
        }
    }
}

/// Whether exit codes are among those that a job tolerates.
fn tolerates_codes(setting: &Setting, codes: &[u32]) -> Tri {
    let listed: Vec<&volary_model::Value> = match setting.value.as_list() {
        Some(list) => list.iter().collect(),
        None => vec![&setting.value],
    };
    if codes.is_empty() {
        return Tri::Unknown;
    }
    let is_listed = |code: &u32| {
        listed.iter().any(|value| match &value.data {
            volary_model::Data::Number(number) => (number.as_f64() - f64::from(*code)).abs() < 0.5,
            volary_model::Data::Text(text) => text.trim().parse::<u32>().is_ok_and(|number| number == *code),
            _ => false,
        })
    };
    if codes.iter().all(is_listed) {
        Tri::Yes
    } else if codes.iter().any(is_listed) {
        Tri::Unknown
    } else {
        Tri::No
    }
}

fn without(outcomes: Outcomes, gone: Outcomes) -> Outcomes {
    let mut rest = Outcomes::NONE;
    for one in [
        Outcomes::SUCCESS,
        Outcomes::ISSUES,
        Outcomes::FAILED,
        Outcomes::CANCELLED,
        Outcomes::SKIPPED,
        Outcomes::MISSING,
    ] {
        if outcomes.may(one) && one != gone {
            rest = rest.or(one);
        }
    }
    rest
}

/// What a stage is whose parts ended so. Parts that were skipped or are not there do not count, unless all are.
fn worst(parts: &[Outcomes]) -> Outcomes {
    combine(parts, false)
}

/// What a call is whose jobs ended so.
fn worst_call(parts: &[Outcomes]) -> Outcomes {
    combine(parts, true)
}

fn combine(parts: &[Outcomes], call: bool) -> Outcomes {
    let any = |one: Outcomes| parts.iter().any(|part| part.may(one));
    let sure = |one: Outcomes| parts.iter().any(|part| part.only(one));
    let mut all = Outcomes::NONE;
    for (one, worse) in [
        (Outcomes::FAILED, &[][..]),
        (Outcomes::CANCELLED, &[Outcomes::FAILED][..]),
        (Outcomes::ISSUES, &[Outcomes::FAILED, Outcomes::CANCELLED][..]),
    ] {
        if any(one) && !worse.iter().any(|worse| sure(*worse)) {
            all = all.or(one);
        }
    }
    let bad = Outcomes::FAILED.or(Outcomes::CANCELLED).or(Outcomes::ISSUES);
    if parts.iter().all(|part| !part.only(bad)) {
        let lives = parts.is_empty() || any(Outcomes::SUCCESS);
        if lives {
            all = all.or(Outcomes::SUCCESS);
        }
        let none = !parts.is_empty() && parts.iter().all(|part| part.may(Outcomes::SKIPPED.or(Outcomes::MISSING)));
        if none {
            let skipped = call || any(Outcomes::SKIPPED);
            all = all.or(if skipped { Outcomes::SKIPPED } else { Outcomes::MISSING });
        }
    }
    if all == Outcomes::NONE { Outcomes::SUCCESS } else { all }
}

/// Whether a role is a control, gate or other thing whose findings matter.
pub(crate) fn is_breaker(role: &Role) -> bool {
    matches!(role, Role::Breaker(_))
}
