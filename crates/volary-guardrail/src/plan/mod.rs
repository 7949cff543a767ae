//! What a pipeline does, act by act: every step, command and use with the roles that were recognised in it.

mod hidden;
mod surroundings;

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Entry, Map, Origin, Role as Place, Span, Value};
use volary_pipeline::{Action, Job, JobId, JobKind, Phase, Pipeline, Platform, Sources, Step, StepId};

use crate::recognise::{self, Outcome, Recognised, Recognisers, Reference, Role};
use crate::script::{self, Analysed, CommandId};
pub use surroundings::Around;

/// Identifies an act within its plan: an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActId(pub usize);

/// One thing that a step or job does.
#[derive(Clone, Debug)]
pub struct Act {
    /// The job.
    pub job: JobId,
    /// The step; `None` of a job that is a use as a whole.
    pub step: Option<StepId>,
    /// The command of the step's script.
    pub command: Option<CommandId>,
    /// What was recognised.
    pub recognised: Recognised,
    /// Where it is written.
    pub at: Span,
    /// Where it stands in the pipeline's own file: itself, or the call that leads to it.
    pub here: Span,
    /// Templates and scripts that lead to it, outermost first.
    pub through: Vec<(Arc<str>, Span)>,
    /// As it is written, on one line.
    pub written: Arc<str>,
    /// The folder that it runs in, relative to the repository; `None` where that is not known.
    pub folder: Option<Arc<str>>,
}

/// Something that runs and could not be read.
#[derive(Clone, Debug)]
pub struct Opaque {
    /// The job.
    pub job: JobId,
    /// The step.
    pub step: StepId,
    /// The command.
    pub command: Option<CommandId>,
    /// Where it is written.
    pub at: Span,
    /// Where it stands in the pipeline's own file.
    pub here: Span,
    /// As it is written.
    pub written: Arc<str>,
    /// The name of the step that it belongs to; empty where it has none.
    pub step_name: Arc<str>,
    /// Why it could not be read.
    pub reason: Arc<str>,
    /// It may hold any number of steps: a template, an action of the organisation, a task runner.
    pub container: bool,
}

/// A pipeline with everything that it does.
pub struct Plan<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// What tools do.
    pub recognisers: &'a Recognisers,
    /// The acts in order.
    pub acts: Vec<Act>,
    /// The scripts, by job and step.
    scripts: Vec<Vec<Option<Analysed>>>,
    /// The acts of a step are a range; of a job as a whole the one behind its steps.
    ranges: Vec<Vec<(usize, usize)>>,
    /// What could not be read.
    pub opaque: Vec<Opaque>,
    /// Scripts that may ask what became of others.
    asking: BTreeSet<(JobId, StepId)>,
    /// From here on acts are of what could not be read.
    first_hidden: usize,
    hidden_acts: Vec<Act>,
}

impl<'a> Plan<'a> {
    /// Recognises what the steps of a pipeline do.
    pub fn new(pipeline: &'a Pipeline, recognisers: &'a Recognisers, sources: &dyn Sources) -> Self {
        let mut plan = Self {
            pipeline,
            recognisers,
            acts: Vec::new(),
            scripts: Vec::new(),
            ranges: Vec::new(),
            opaque: Vec::new(),
            asking: BTreeSet::new(),
            first_hidden: usize::MAX,
            hidden_acts: Vec::new(),
        };
        for (id, job) in pipeline.jobs() {
            plan.job(id, job, recognisers, sources);
        }
        plan.add_hidden();
        plan.first_hidden = plan.acts.len();
        let hidden = std::mem::take(&mut plan.hidden_acts);
        plan.acts.extend(hidden);
        plan
    }

    /// The script of a step, where it has one that was read.
    pub fn script(&self, job: JobId, step: StepId) -> Option<&Analysed> {
        self.scripts.get(job.0 as usize)?.get(step.0 as usize)?.as_ref()
    }

    /// Whether a script may ask what became of others.
    pub fn asks_results(&self, job: JobId, step: StepId) -> bool {
        self.asking.contains(&(job, step))
    }

    /// Whether a script may read something that depends on findings: it names it, or calls code that may.
    pub fn reads(&self, job: JobId, step: StepId, taint: &script::Taint) -> bool {
        if taint.files.is_empty() && taint.variables.is_empty() {
            return false;
        }
        let Some(analysed) = self.script(job, step) else { return false };
        if analysed.cut
            || analysed.commands.iter().any(|command| !command.through.is_empty() || command.opaque.is_some())
        {
            return true;
        }
        let model = self.pipeline.job(job).and_then(|job| job.steps.get(step.0 as usize));
        let Some(script) = model.and_then(Step::script) else { return true };
        let last = |text: &str| text.rsplit(['/', '.', '\\']).next().unwrap_or(text).to_owned();
        let file = |text: &Arc<str>| text.rsplit(['/', '\\']).next().unwrap_or(text).to_owned();
        let mut words = taint.files.iter().map(file).chain(taint.variables.iter().map(|name| last(name)));
        words.any(|word| word.contains(['$', '*']) || script.text.pieces.iter().any(|piece| mentions(piece, &word)))
            || model.is_some_and(|step| {
                step.variables.iter().any(|variable| {
                    let text = variable.value.canonical();
                    taint.variables.iter().any(|name| text.contains(&last(name)))
                        || taint.files.iter().any(|name| text.contains(&file(name)))
                })
            })
    }

    /// Whether an act stands for something that could not be read.
    pub fn is_hidden(&self, id: ActId) -> bool {
        id.0 >= self.first_hidden
    }

    /// The acts that stand for what could not be read, of a job.
    pub fn hidden_of(&self, job: JobId) -> impl Iterator<Item = ActId> {
        let hidden = self.acts.iter().enumerate().skip(self.first_hidden);
        hidden.filter(move |(_, act)| act.job == job).map(|(index, _)| ActId(index))
    }

    /// The acts of a step.
    pub fn of_step(&self, job: JobId, step: StepId) -> impl Iterator<Item = (ActId, &Act)> {
        let range = self.ranges.get(job.0 as usize).and_then(|steps| steps.get(step.0 as usize));
        let (from, to) = range.copied().unwrap_or((0, 0));
        (from..to).map(|index| (ActId(index), &self.acts[index]))
    }

    /// The acts of a job that is a use as a whole.
    pub fn of_job(&self, job: JobId) -> impl Iterator<Item = (ActId, &Act)> {
        let range = self.ranges.get(job.0 as usize).and_then(|steps| steps.last());
        let (from, to) = range.copied().unwrap_or((0, 0));
        (from..to).map(|index| (ActId(index), &self.acts[index]))
    }

    /// An act.
    pub fn act(&self, id: ActId) -> &Act {
        &self.acts[id.0]
    }

    /// The acts with their ids.
    pub fn acts(&self) -> impl Iterator<Item = (ActId, &Act)> {
        self.acts.iter().enumerate().map(|(index, act)| (ActId(index), act))
    }

    fn job(&mut self, id: JobId, job: &'a Job, recognisers: &Recognisers, sources: &dyn Sources) {
        let mut scripts = Vec::with_capacity(job.steps.len());
        let mut ranges = Vec::with_capacity(job.steps.len() + 1);
        for (index, step) in job.steps.iter().enumerate() {
            let from = self.acts.len();
            let around = Around::new(self.pipeline, job, Some(step), sources);
            scripts.push(self.step(id, StepId(index as u32), job, step, recognisers, &around, sources));
            ranges.push((from, self.acts.len()));
        }
        let from = self.acts.len();
        self.whole(id, job, recognisers, sources);
        ranges.push((from, self.acts.len()));
        self.scripts.push(scripts);
        self.ranges.push(ranges);
    }

    /// A job that is a use by name: a reusable workflow that could not be read, a job of a template that GitLab ships.
    fn whole(&mut self, id: JobId, job: &'a Job, recognisers: &Recognisers, sources: &dyn Sources) {
        let around = Around::new(self.pipeline, job, None, sources);
        let (found, written, at): (Vec<Recognised>, Arc<str>, Span) = match &job.kind {
            JobKind::Call(uses) if uses.is_missing() => {
                let inputs: Map = job
                    .inputs
                    .iter()
                    .map(|input| Entry {
                        key: input.name.clone(),
                        key_span: input.key,
                        value: recognise::value(&input.text),
                    })
                    .collect();
                (recognisers.uses(uses, &inputs, &around), Arc::from(uses.written.canonical()), uses.at)
            }
            JobKind::Plain if self.pipeline.platform == Platform::GitLab && is_shipped(job) => {
                let name = job.name.canonical();
                let empty = Map::default();
                let origin = Origin::at(job.header, Place::Attribute);
                let reference = Reference {
                    platform: recognise::Platform::GitlabJob,
                    name: &name,
                    version: None,
                    inputs: &empty,
                    open: false,
                    origin,
                };
                (recognisers.reference(&reference, &around), Arc::from(name.as_str()), job.header)
            }
            _ => return,
        };
        let (here, through) = self.way(at, &job.through, &[]);
        for recognised in found {
            self.acts.push(Act {
                job: id,
                step: None,
                command: None,
                recognised,
                at,
                here,
                through: through.clone(),
                written: written.clone(),
                folder: Some("".into()),
            });
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn step(
        &mut self,
        job: JobId,
        id: StepId,
        of: &Job,
        step: &Step,
        recognisers: &Recognisers,
        around: &Around<'_>,
        sources: &dyn Sources,
    ) -> Option<Analysed> {
        let step_name: Arc<str> = step.name.as_ref().map(|name| name.canonical()).unwrap_or_default().into();
        match &step.action {
            Action::Script(script) => {
                // What a condition asks decides too whether a script without any role fails.
                let conditional = step.activation.condition.as_ref().is_some_and(|condition| {
                    condition.expr.asks_status() || ASKING.iter().any(|word| condition.text.contains(word))
                });
                if conditional || ASKING.iter().any(|word| script.text.pieces.iter().any(|piece| mentions(piece, word)))
                {
                    self.asking.insert((job, id));
                }
                let folder = folder(step, of);
                let analysed = script::analyse(&script::Input {
                    script,
                    prelude: prelude(self.pipeline.platform, of, id),
                    step: step.id.as_ref().and_then(|id| id.known()).map(Into::into),
                    folder: folder.clone(),
                    recognisers,
                    sources,
                    surroundings: around,
                    variable: &|name| around.value(name),
                    platform: self.pipeline.platform,
                });
                for (index, command) in analysed.commands.iter().enumerate() {
                    let command_id = CommandId(index as u32);
                    let (here, through) = self.way(command.at, &step.through, &command.through);
                    for recognised in &command.roles {
                        self.acts.push(Act {
                            job,
                            step: Some(id),
                            command: Some(command_id),
                            recognised: recognised.clone(),
                            at: command.at,
                            here,
                            through: through.clone(),
                            written: command.written.clone(),
                            folder: command.folder.clone(),
                        });
                    }
                    if let Some(reason) = &command.opaque {
                        self.opaque.push(Opaque {
                            job,
                            step: id,
                            command: Some(command_id),
                            at: command.at,
                            here,
                            written: command.written.clone(),
                            step_name: step_name.clone(),
                            reason: reason.clone(),
                            container: false,
                        });
                    }
                }
                Some(analysed)
            }
            Action::Uses(uses) => {
                let (here, through) = self.way(step.key, &step.through, &[]);
                let written: Arc<str> = uses.written.canonical().into();
                let mut filled = step.clone();
                for input in &mut filled.inputs {
                    input.text = around.filled(&input.text, 0);
                }
                let found = recognisers.step(&filled, around);
                if found.is_empty() && uses.is_missing() {
                    self.opaque.push(Opaque {
                        job,
                        step: id,
                        command: None,
                        at: step.key,
                        here,
                        written: written.clone(),
                        step_name: step_name.clone(),
                        reason: "it is not here".into(),
                        container: true,
                    });
                } else if found.is_empty() && matches!(uses.found, volary_pipeline::Found::External) {
                    self.opaque.push(Opaque {
                        job,
                        step: id,
                        command: None,
                        at: step.key,
                        here,
                        written: written.clone(),
                        step_name,
                        reason: "it is a program of somebody else".into(),
                        container: false,
                    });
                }
                for recognised in found {
                    self.acts.push(Act {
                        job,
                        step: Some(id),
                        command: None,
                        recognised,
                        at: step.key,
                        here,
                        through: through.clone(),
                        written: written.clone(),
                        folder: folder(step, of),
                    });
                }
                None
            }
            Action::Hidden(uses, _) => {
                let (here, _) = self.way(step.key, &step.through, &[]);
                self.opaque.push(Opaque {
                    job,
                    step: id,
                    command: None,
                    at: step.key,
                    here,
                    written: uses.written.canonical().into(),
                    step_name,
                    reason: "it is not here".into(),
                    container: true,
                });
                None
            }
            Action::Block(_) => None,
        }
    }

    /// Where something stands in the pipeline's own file, and what leads from there to it.
    fn way(
        &self,
        at: Span,
        templates: &[volary_model::Call],
        scripts: &[(Arc<str>, Span)],
    ) -> (Span, Vec<(Arc<str>, Span)>) {
        let mut through: Vec<(Arc<str>, Span)> = templates.iter().map(|call| (call.name.clone(), call.span)).collect();
        through.extend(scripts.iter().cloned());
        let own = |span: &Span| span.file == self.pipeline.file;
        let here =
            if own(&at) { at } else { through.iter().map(|(_, span)| *span).rfind(own).unwrap_or(self.pipeline.at) };
        // The last call that stands in the own file is where it is seen from; what comes before it is the file itself.
        (here, through)
    }
}

/// The script that runs before a step in the same shell: GitLab joins `before_script` and `script`.
fn prelude(platform: Platform, job: &Job, step: StepId) -> Option<&volary_pipeline::Script> {
    let index = step.0 as usize;
    let before = job.steps.get(index.checked_sub(1)?)?;
    let joined = platform == Platform::GitLab
        && before.phase == Phase::Before
        && job.steps.get(index).is_some_and(|step| step.phase == Phase::Main);
    before.script().filter(|_| joined)
}

/// Words without which a script asks nobody what became of others.
const ASKING: &[&str] =
    &["needs", "steps", "ependencies", "JobStatus", "JOBSTATUS", "currentBuild", "JOB_STATUS", "result", "outcome"];

fn mentions(piece: &volary_pipeline::Piece, word: &str) -> bool {
    match piece {
        volary_pipeline::Piece::Known(known) => known.text.contains(word),
        volary_pipeline::Piece::Hole(hole) => hole.text.contains(word),
    }
}

/// Whether a job is one of those that GitLab's own templates bring along, with the script that it has there.
fn is_shipped(job: &Job) -> bool {
    job.steps.iter().any(|step| {
        step.script().is_some_and(|script| script.text.known().is_some_and(|text| text.trim() == "/analyzer run"))
    })
}

/// The folder that a step starts in.
fn folder(step: &Step, job: &Job) -> Option<Arc<str>> {
    let Some(text) = &step.working_directory else {
        // Blocks around it (`dir` of Jenkins) say where it is.
        let outer = step.within.and_then(|outer| job.steps.get(outer.0 as usize));
        return outer.map_or(Some("".into()), |outer| folder(outer, job));
    };
    let text = text.usually()?;
    let text =
        text.trim_start_matches("$(System.DefaultWorkingDirectory)").trim_start_matches("$(Build.SourcesDirectory)");
    let relative = !text.starts_with(['/', '$']);
    let text = text.trim_start_matches("./").trim_matches('/');
    let text = if text == "." { "" } else { text };
    // A `dir` in a `dir` goes on from there.
    let outer = step.within.and_then(|outer| job.steps.get(outer.0 as usize)).filter(|outer| {
        relative && matches!(outer.action, Action::Block(_)) && matches!(step.action, Action::Block(_))
    });
    match outer.map(|outer| folder(outer, job)) {
        None => Some(text.into()),
        Some(None) => None,
        Some(Some(outer)) if outer.is_empty() => Some(text.into()),
        Some(Some(outer)) if text.is_empty() => Some(outer),
        Some(Some(outer)) if text.split('/').any(|part| part == "..") => {
            let mut parts: Vec<&str> = outer.split('/').collect();
            for part in text.split('/') {
                match part {
                    ".." => {
                        parts.pop()?;
                    }
                    part => parts.push(part),
                }
            }
            Some(parts.join("/").into())
        }
        Some(Some(outer)) => Some(format!("{outer}/{text}").into()),
    }
}

impl Act {
    /// What it does.
    pub fn role(&self) -> &Role {
        &self.recognised.role
    }

    /// The control, where it is one.
    pub fn control(&self) -> Option<&recognise::Control> {
        match self.role() {
            Role::Control(control) => Some(control),
            _ => None,
        }
    }

    /// What ships, where it ships.
    pub fn effect(&self) -> Option<&recognise::Effect> {
        match self.role() {
            Role::Effect(effect) => Some(effect),
            _ => None,
        }
    }

    /// What its own command or step does on findings.
    pub fn outcome(&self) -> Outcome {
        match self.role() {
            Role::Control(control) => control.findings.outcome,
            Role::Breaker(breaker) => breaker.findings.outcome,
            _ => Outcome::Nothing,
        }
    }

    /// Values as they are written, for comparisons and for people.
    pub fn texts(values: &[Value]) -> Vec<Arc<str>> {
        values.iter().map(recognise::written).collect()
    }
}
