//! One pipeline under proof: its acts, its runs, and the executions that were already made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use volary_pipeline::{Activation, JobId, Pipeline, Platform, Setting, Step, StepId};

use crate::execute::{Machine, Order, Point, Scenario, Trace};
use crate::plan::{Act, ActId, Plan};
use crate::recognise::{EffectKind, Role};
use crate::run::{ChoiceKind, Relevant, Run, Runs, runs};
use crate::subject::Subjects;
use crate::tri::Tri;

/// A pipeline under proof.
pub struct Case<'a> {
    /// What it does.
    pub plan: &'a Plan<'a>,
    /// How it is executed.
    pub machine: Arc<Machine<'a>>,
    /// What its acts look at and ship.
    pub subjects: Arc<Subjects<'a>>,
    /// Jobs that call others.
    calls: Arc<BTreeSet<JobId>>,
    /// The runs that are told apart.
    pub runs: Vec<Run>,
    /// There are more runs than could be looked at.
    pub cut: bool,
    /// There are so many that each question is better asked with the runs that matter for it.
    pub wide: bool,
    traces: Mutex<BTreeMap<(usize, Scenario), Arc<Trace>>>,
    /// The points that matter; none: all.
    scope: Option<Arc<BTreeSet<Point>>>,
    /// How much was executed, in steps and points.
    work: Arc<AtomicUsize>,
}

impl<'a> Case<'a> {
    /// A pipeline with the runs that conditions around its acts tell apart.
    pub fn new(plan: &'a Plan<'a>) -> Self {
        let machine = Arc::new(Machine::new(plan));
        let subjects = Arc::new(Subjects::new(plan, &machine.order));
        let calls = Arc::new(plan.pipeline.jobs.iter().filter_map(|job| job.within).collect());
        let interesting: Vec<ActId> = plan.acts().filter(|(_, act)| matters(act)).map(|(id, _)| id).collect();
        let Runs { runs, cut } = enumerate(plan, &machine.order, &interesting);
        let wide = runs.len() > WIDE;
        let work = Arc::new(AtomicUsize::new(0));
        Self { plan, machine, subjects, calls, runs, cut, wide, traces: Mutex::default(), scope: None, work }
    }

    /// The same pipeline with only the runs that some acts tell apart, for pipelines that have too many.
    #[must_use]
    pub fn narrowed(&self, acts: &[ActId]) -> Self {
        let mut scope: BTreeSet<Point> = BTreeSet::new();
        for act in acts {
            let job = self.plan.act(*act).job;
            for point in [Point::Job(job), Point::CallEnd(job)] {
                scope.insert(point);
                scope.extend(self.machine.order.closure(point).iter().copied());
            }
        }
        let Runs { runs, cut } = enumerate(self.plan, &self.machine.order, acts);
        Self {
            plan: self.plan,
            machine: self.machine.clone(),
            subjects: self.subjects.clone(),
            calls: self.calls.clone(),
            runs,
            cut,
            wide: false,
            traces: Mutex::default(),
            scope: Some(Arc::new(scope)),
            work: self.work.clone(),
        }
    }

    /// What the runs that some acts tell apart assume of the platform's settings.
    pub fn assumed_by(&self, acts: &[ActId]) -> BTreeSet<Arc<str>> {
        let runs = enumerate(self.plan, &self.machine.order, acts).runs;
        runs.iter().flat_map(Run::assumptions).collect()
    }

    /// The pipeline.
    pub fn pipeline(&self) -> &'a Pipeline {
        self.plan.pipeline
    }

    /// What happens in a run.
    pub fn trace(&self, run: usize, scenario: Scenario) -> Arc<Trace> {
        let known = self.traces.lock().ok().and_then(|traces| traces.get(&(run, scenario)).cloned());
        if let Some(known) = known {
            return known;
        }
        let cost = match &self.scope {
            Some(scope) => scope.len(),
            None => self.machine.order.points.len() + self.plan.acts.len(),
        };
        let done = self.work.fetch_add(cost + 10, Ordering::Relaxed);
        let trace = if done > MAX_WORK {
            self.machine.unknown()
        } else {
            self.machine.execute(&self.runs[run], scenario, self.scope.as_deref())
        };
        let trace = Arc::new(trace);
        if let Ok(mut traces) = self.traces.lock() {
            traces.insert((run, scenario), trace.clone());
        }
        trace
    }

    /// Whether more was asked than is executed for one pipeline.
    pub fn is_exhausted(&self) -> bool {
        self.work.load(Ordering::Relaxed) > MAX_WORK
    }

    /// Whether something ships in any run at all.
    pub fn ships_at_all(&self, act: ActId) -> bool {
        (0..self.runs.len()).any(|run| self.trace(run, Scenario::Normal).ran[act.0] != Tri::No)
    }

    /// The runs in which something ships when everything succeeds.
    pub fn runs_of(&self, act: ActId) -> Vec<usize> {
        (0..self.runs.len()).filter(|run| self.trace(*run, Scenario::Normal).ran[act.0] != Tri::No).collect()
    }

    /// What ships, in order. What is only taken away, and what is on the way to something that ships, is left out.
    pub fn effects(&self) -> Vec<ActId> {
        self.plan
            .acts()
            .filter(|(_, act)| act.effect().is_some_and(|effect| effect.effect != EffectKind::Destroy))
            .map(|(id, _)| id)
            .filter(|id| !self.subjects.is_staging(*id, &self.machine.order))
            .collect()
    }

    /// Whether a program of this name is a known tool, whatever it does here.
    pub fn recognises(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| self.plan.recognisers.has_program(name))
    }

    /// The steps around an act: its own and the blocks that hold it, innermost first.
    pub fn steps(&self, act: ActId) -> Vec<&'a Step> {
        steps_around(self.plan, act)
    }

    /// Whether one job waits for another, directly or through others; the same job does.
    pub fn waits(&self, job: JobId, other: JobId) -> bool {
        if job == other {
            return true;
        }
        let end = if self.calls.contains(&other) { Point::CallEnd(other) } else { Point::Job(other) };
        self.machine.order.waits(Point::Job(job), end)
    }
}

/// Points that are executed for one pipeline, over all questions; beyond that nothing is known any more.
const MAX_WORK: usize = 400_000;

/// From so many runs on each question is asked with its own.
const WIDE: usize = 16;

/// Whether an act can decide anything.
fn matters(act: &Act) -> bool {
    matches!(act.role(), Role::Control(_) | Role::Effect(_) | Role::Breaker(_) | Role::Unclear(_))
}

pub(crate) fn steps_around<'a>(plan: &Plan<'a>, act: ActId) -> Vec<&'a Step> {
    let act = plan.act(act);
    let Some(job) = plan.pipeline.job(act.job) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = act.step;
    while let Some(step) = at.and_then(|id: StepId| job.steps.get(id.0 as usize)) {
        found.push(step);
        at = step.within;
        if found.len() > 60 {
            break;
        }
    }
    found
}

/// The runs that the conditions around some acts, and around everything that they wait for, tell apart.
fn enumerate(plan: &Plan<'_>, order: &Order, acts: &[ActId]) -> Runs {
    let pipeline = plan.pipeline;
    let mut relevant = Relevant::default();
    relevant.activations.push(&pipeline.activation);
    let mut jobs: BTreeSet<JobId> = acts.iter().map(|act| plan.act(*act).job).collect();
    let mut stages = BTreeSet::new();
    let mut open: Vec<Point> = jobs.iter().map(|job| Point::Job(*job)).collect();
    let mut seen: BTreeSet<Point> = open.iter().copied().collect();
    while let Some(point) = open.pop() {
        match point {
            Point::Job(id) | Point::CallEnd(id) => {
                jobs.insert(id);
            }
            Point::StageStart(id) | Point::StageEnd(id) => {
                stages.insert(id);
            }
        }
        for next in order.before(point) {
            // A job of GitLab that is not in the run holds nobody up that does not name it.
            let by_stage = pipeline.platform == Platform::GitLab && matches!(next, Point::StageEnd(_));
            if !by_stage && seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    for id in &stages {
        if let Some(stage) = pipeline.stage(*id) {
            relevant.activations.push(&stage.activation);
        }
    }
    for id in &jobs {
        if let Some(job) = pipeline.job(*id) {
            relevant.activations.push(&job.activation);
            parameters_of(job.continue_on_error.as_ref(), &mut relevant);
        }
    }
    let mut steps: Vec<(JobId, StepId)> = Vec::new();
    for act in acts {
        let act_model = plan.act(*act);
        for step in steps_around(plan, *act) {
            relevant.activations.push(&step.activation);
            parameters_of(step.continue_on_error.as_ref(), &mut relevant);
            parameters_of(step.enabled.as_ref(), &mut relevant);
        }
        if let Some(step) = act_model.step {
            steps.push((act_model.job, step));
        }
    }
    steps.sort_unstable();
    steps.dedup();
    for (job, step) in steps {
        let Some(script) = plan.script(job, step) else { continue };
        for condition in &script.conditions {
            relevant.script_conditions.push((condition.written.clone(), decided_by(pipeline, condition)));
        }
    }
    dedup(&mut relevant.activations);
    relevant.script_conditions.sort();
    relevant.script_conditions.dedup_by(|a, b| a.0 == b.0);
    runs(pipeline, &relevant)
}

/// Who decides a condition in a script: a person, where it asks a parameter; else the script.
fn decided_by(pipeline: &Pipeline, condition: &crate::script::Condition) -> ChoiceKind {
    let is_parameter = |name: &Arc<str>| {
        let plain = name.trim_start_matches("__");
        pipeline.parameters.iter().any(|parameter| {
            plain.eq_ignore_ascii_case(&parameter.name)
                || plain.to_ascii_lowercase().ends_with(&format!("__{}", parameter.name.to_ascii_lowercase()))
        })
    };
    if condition.names.iter().any(is_parameter) { ChoiceKind::Free } else { ChoiceKind::Hidden }
}

fn dedup(activations: &mut Vec<&Activation>) {
    let mut seen: BTreeSet<*const Activation> = BTreeSet::new();
    activations.retain(|one| seen.insert(std::ptr::from_ref(*one)));
}

/// The parameters that a setting reads.
fn parameters_of(setting: Option<&Setting>, relevant: &mut Relevant<'_>) {
    let Some(setting) = setting else { return };
    for hole in setting.text.holes() {
        for prefix in ["parameters.", "inputs.", "github.event.inputs.", "params."] {
            if let Some(name) = hole.text.trim().strip_prefix(prefix) {
                relevant.parameters.insert(name.into());
            }
        }
    }
}

/// The name of the check or pipeline that a job's failure turns red, as a branch rule names it.
pub(crate) fn check_name(pipeline: &Pipeline, job: JobId) -> Arc<str> {
    match pipeline.platform {
        Platform::GitHub => {
            let mut id = job;
            let mut names: Vec<String> = Vec::new();
            while let Some(job) = pipeline.job(id) {
                let shown = job.display.as_ref().and_then(|name| name.usually()).or_else(|| job.name.usually());
                names.push(shown.unwrap_or_else(|| job.name.canonical()));
                match job.within {
                    Some(outer) if names.len() < 20 => id = outer,
                    _ => break,
                }
            }
            names.reverse();
            names.join(" / ").into()
        }
        Platform::GitLab => "merge request pipeline".into(),
        _ => pipeline.path.clone(),
    }
}
