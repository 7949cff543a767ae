//! What the proof of guardrails says: verdicts about what ships, weakenings, assumptions, manual gates.

use std::sync::Arc;

use crate::{Level, Location, NotJudged, Problem, Severity, Status, Versions};

/// Whether a required control would have stopped what ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// A finding stops it in every run.
    Blocking,
    /// The same, given facts that only the platform or a person knows.
    BlockingIf,
    /// The files hide what would decide.
    Unverifiable,
    /// A finding stops it in some runs and not in others.
    Bypassable,
    /// A control looks at it, and its findings stop nothing.
    ReportOnly,
    /// Nothing looks at it.
    Absent,
}

impl Verdict {
    /// Every verdict, best first.
    pub const ALL: [Self; 6] =
        [Self::Blocking, Self::BlockingIf, Self::Unverifiable, Self::Bypassable, Self::ReportOnly, Self::Absent];

    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            Self::BlockingIf => "blocking if",
            Self::Unverifiable => "unverifiable",
            Self::Bypassable => "bypassable",
            Self::ReportOnly => "report-only",
            Self::Absent => "absent",
        }
    }

    /// Whether a finding is certain, or under assumptions certain, to stop it.
    pub fn holds(self) -> bool {
        matches!(self, Self::Blocking | Self::BlockingIf)
    }
}

/// The link of the chain from a finding to the stop that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Link {
    /// What starts the pipeline of the control.
    Trigger,
    /// A condition of the control.
    Condition,
    /// It is switched off, optional, or hidden.
    Execution,
    /// It looks at something else.
    Scope,
    /// What it looks for.
    Detection,
    /// What its command returns on findings.
    ExitCode,
    /// Its failure is tolerated.
    Tolerance,
    /// What ships does not wait for it.
    Propagation,
    /// A setting of the platform.
    PlatformGate,
}

impl Link {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Condition => "condition",
            Self::Execution => "execution",
            Self::Scope => "scope",
            Self::Detection => "detection",
            Self::ExitCode => "exit-code",
            Self::Tolerance => "tolerance",
            Self::Propagation => "propagation",
            Self::PlatformGate => "platform-gate",
        }
    }
}

/// A fact of the files, said to a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The sentence part: `the step continues on error`.
    pub text: Arc<str>,
    /// As it is written: `continue-on-error: true`.
    pub written: Arc<str>,
    /// Where.
    pub location: Option<Location>,
}

/// The smallest change that would make the control stop what ships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallestEdit {
    /// What to do, a sentence without its full stop.
    pub text: Arc<str>,
    /// Where.
    pub location: Option<Location>,
}

/// A control that was considered for a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The id of the tool.
    pub tool: Arc<str>,
    /// The name of the tool: `Trivy`.
    pub name: Arc<str>,
    /// The control that it is: `dependency-scan`.
    pub control: Arc<str>,
    /// Where it is.
    pub location: Location,
    /// The pipeline that it stands in, where that is another one.
    pub pipeline: Option<Arc<str>>,
    /// What it is worth alone.
    pub verdict: Verdict,
    /// The link that decides, where it does not hold.
    pub link: Option<Link>,
    /// The fact that decides.
    pub fact: Option<Fact>,
    /// What it leaves out: a least severity, findings without a fix, paths.
    pub narrowed: Vec<Fact>,
}

/// The answer for one thing that ships and one control that is required of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardrailVerdict {
    /// Identity across runs, 32 hexadecimal digits.
    pub fingerprint: Arc<str>,
    /// The file of the pipeline that ships.
    pub pipeline: Arc<str>,
    /// Where in that file: the step that ships, or the call of the template that holds it.
    pub line: u32,
    /// Where the command, action or task that ships is written.
    pub location: Location,
    /// The templates and scripts that lead from the pipeline to it, outermost first.
    pub through: Vec<(Arc<str>, Location)>,
    /// The kind of thing: `image`.
    pub kind: Arc<str>,
    /// What happens: `push`.
    pub effect: Arc<str>,
    /// The thing in a sentence: ``the image `app:$SHA` ``.
    pub what: Arc<str>,
    /// The control: `image-scan`.
    pub control: Arc<str>,
    /// Its name in a sentence: `image scan`.
    pub control_name: Arc<str>,
    /// Whether the organisation demands it; else it is only told in detail.
    pub required: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// The link that decides; `None` where it holds or nothing is there.
    pub link: Option<Link>,
    /// The fact that decides.
    pub fact: Option<Fact>,
    /// The run that decides, in words: `a manual run of any branch`.
    pub run: Option<Arc<str>>,
    /// The smallest edit.
    pub edit: Option<SmallestEdit>,
    /// What has to be true, as indices into [`Guardrails::assumptions`].
    pub assumptions: Vec<usize>,
    /// What could change the verdict and is not seen: unread sources, gates of the platform.
    pub unless: Vec<Arc<str>>,
    /// The controls that look at it, best first.
    pub candidates: Vec<Candidate>,
    /// Controls of this kind that look at something else, with what they look at.
    pub near: Vec<Candidate>,
    /// What the control leaves out although it holds.
    pub narrowed: Vec<Fact>,
    /// The verdict as a sentence for a developer.
    pub message: Arc<str>,
    /// Why it matters.
    pub why: Arc<str>,
    /// The same run removes again what it ships.
    pub ephemeral: bool,
    /// It goes to production or to the public, as far as names tell.
    pub production: bool,
    /// Further places that the same fact decides, the pipelines of callers among them.
    pub also: Vec<(Arc<str>, Location)>,
    /// How bad it is.
    pub severity: Severity,
    /// What it does to a run.
    pub level: Level,
    /// Owners per CODEOWNERS of the file where the edit would be made.
    pub owners: Vec<Arc<str>>,
    /// What became of it.
    pub status: Status,
}

/// A fact that only the platform or a person knows, on which verdicts rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// `required-check(main, build)`.
    pub key: Arc<str>,
    /// As a sentence part: `the check build is required on main`.
    pub text: Arc<str>,
    /// How to find out.
    pub answer: Arc<str>,
    /// How many verdicts need it.
    pub verdicts: usize,
    /// What `.volary/platform.yaml` says: true, false, or nothing.
    pub answered: Option<bool>,
}

/// Something in another repository that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadSource {
    /// The repository or library, as it is named.
    pub name: Arc<str>,
    /// The files of it that are used.
    pub files: Vec<Arc<str>>,
    /// Why it was not read.
    pub reason: Arc<str>,
    /// The command that would resolve it.
    pub command: Arc<str>,
    /// Where it is first used.
    pub location: Location,
    /// How many uses there are.
    pub uses: usize,
    /// How many verdicts are unverifiable because of it.
    pub verdicts: usize,
    /// How many verdicts name it as something that may be better than shown.
    pub unless: usize,
}

/// A reference to a source that others can move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutableSource {
    /// The repository.
    pub name: Arc<str>,
    /// The branch or tag; empty: the default branch.
    pub reference: Arc<str>,
    /// Where it is written.
    pub location: Location,
    /// How many verdicts rest on what it holds.
    pub verdicts: usize,
}

/// A scan that was recognised, whether anything ships or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The pipeline.
    pub pipeline: Arc<str>,
    /// Line in the pipeline's file.
    pub line: u32,
    /// Where it is written.
    pub location: Location,
    /// The id of the tool.
    pub tool: Arc<str>,
    /// The name of the tool.
    pub name: Arc<str>,
    /// The control.
    pub control: Arc<str>,
    /// What its findings do to its own job: `stops`, `reports`, `depends`.
    pub outcome: Arc<str>,
    /// What decides that.
    pub fact: Option<Fact>,
    /// The link that the fact breaks.
    pub link: Option<Link>,
    /// What it looks at, as written.
    pub target: Vec<Arc<str>>,
    /// What it leaves out.
    pub narrowed: Vec<Fact>,
    /// The job, as it is named.
    pub job: Arc<str>,
}

/// A guardrail that was taken force from, or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakening {
    /// Identity across runs, 32 hexadecimal digits.
    pub fingerprint: Arc<str>,
    /// `W1` to `W15`; not shown to people.
    pub class: Arc<str>,
    /// What happened, one sentence without a full stop.
    pub message: Arc<str>,
    /// What to do.
    pub fix: Arc<str>,
    /// Where it is now; of something removed where it was, in the base.
    pub location: Location,
    /// It is gone: the location is one of the base.
    pub removed: bool,
    /// How it was before, where there is a base.
    pub before: Option<Arc<str>>,
    /// How it is now.
    pub after: Option<Arc<str>>,
    /// The control that is weakened.
    pub control: Option<Arc<str>>,
    /// The tool.
    pub tool: Option<Arc<str>>,
    /// The pipeline that it stands in.
    pub pipeline: Option<Arc<str>>,
    /// It is a change since the base, and no state that was there before.
    pub change: bool,
    /// How bad it is.
    pub severity: Severity,
    /// What it does to a run.
    pub level: Level,
    /// Owners per CODEOWNERS.
    pub owners: Vec<Arc<str>>,
    /// What became of it.
    pub status: Status,
}

/// A point at which a person is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualGate {
    /// The pipeline.
    pub pipeline: Arc<str>,
    /// Where.
    pub location: Location,
    /// What it is: `environment`, `manual job`, `input`, `approval task`.
    pub kind: Arc<str>,
    /// What waits behind it, in a sentence part.
    pub guards: Arc<str>,
    /// The environment, where it has a name.
    pub environment: Option<Arc<str>>,
    /// Whether it is certain that a person is waited for; an environment may have reviewers or not.
    pub certain: bool,
    /// What is wrong with it, sentences.
    pub remarks: Vec<Fact>,
    /// The automated evidence that could replace it, sentences.
    pub replace: Vec<Arc<str>>,
}

/// How a control stands with a kind of thing that ships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The kind.
    pub kind: Arc<str>,
    /// The kind in words.
    pub kind_name: Arc<str>,
    /// The control.
    pub control: Arc<str>,
    /// The control in words.
    pub control_name: Arc<str>,
    /// Whether it is demanded.
    pub required: bool,
    /// How many verdicts of each kind, in the order of [`Verdict::ALL`].
    pub verdicts: [usize; 6],
    /// The names of the tools that hold.
    pub tools: Vec<Arc<str>>,
    /// The pipelines with a gap, sorted.
    pub gaps: Vec<Arc<str>>,
    /// Nothing of this kind shipped in the base.
    pub new: bool,
}

/// A pipeline at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineView {
    /// Its file.
    pub path: Arc<str>,
    /// The platform.
    pub platform: Arc<str>,
    /// Its name, where it has one.
    pub name: Option<Arc<str>>,
    /// Things that ship.
    pub ships: usize,
    /// Required verdicts, as indices into [`Guardrails::verdicts`].
    pub verdicts: Vec<usize>,
    /// The worst required verdict.
    pub worst: Option<Verdict>,
    /// Its jobs in order, for a picture.
    pub jobs: Vec<JobView>,
    /// What the platform would refuse.
    pub refused: Option<Fact>,
}

/// A job in a picture of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView {
    /// Its name.
    pub name: Arc<str>,
    /// The stage that it stands in; empty where there are none.
    pub stage: Arc<str>,
    /// The jobs that it waits for, as indices.
    pub needs: Vec<usize>,
    /// Where it is.
    pub location: Location,
    /// What of it matters: scans, things that ship, gates, in order.
    pub steps: Vec<StepView>,
}

/// A step in a picture of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    /// `scan`, `ships`, `builds`, `gate`, `breaker`, `hidden`.
    pub role: Arc<str>,
    /// What to write on it.
    pub label: Arc<str>,
    /// Where it is.
    pub location: Location,
    /// Of a scan: whether its findings stop its job.
    pub stops: Option<bool>,
    /// Of something that ships: its worst required verdict.
    pub verdict: Option<Verdict>,
}

/// The answer of `volary guardrails`. Every list is sorted.
#[derive(Clone, Debug)]
pub struct Guardrails {
    /// Versions of binary and pack.
    pub versions: Versions,
    /// What was looked at, as the user named it.
    pub targets: Vec<Arc<str>>,
    /// The base revision.
    pub since: Option<Arc<str>>,
    /// Every pipeline that was read, by path.
    pub pipelines: Vec<PipelineView>,
    /// Every verdict, by pipeline, line, control.
    pub verdicts: Vec<GuardrailVerdict>,
    /// Assumptions, those of most verdicts first.
    pub assumptions: Vec<Assumption>,
    /// What could not be read, what most verdicts wait for first.
    pub unread: Vec<UnreadSource>,
    /// Sources at references that move.
    pub mutable: Vec<MutableSource>,
    /// Every scan that was recognised.
    pub scans: Vec<Scan>,
    /// Weakened guardrails.
    pub weakenings: Vec<Weakening>,
    /// Points at which people are waited for.
    pub gates: Vec<ManualGate>,
    /// Kinds against controls.
    pub coverage: Vec<Cell>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// What was not judged.
    pub not_judged: Vec<NotJudged>,
    /// The severity from which a blocking finding fails the run.
    pub fail_on: Severity,
}

impl Guardrails {
    /// Whether something fails the run: an open verdict or weakening at level `block` that reaches the asked severity.
    pub fn is_failure(&self) -> bool {
        let fails = |level: Level, severity: Severity, status: &Status| {
            level == Level::Block && severity >= self.fail_on && *status == Status::Open
        };
        self.verdicts.iter().any(|verdict| fails(verdict.level, verdict.severity, &verdict.status))
            || self.weakenings.iter().any(|one| fails(one.level, one.severity, &one.status))
    }

    /// The exit code, by the same rules as that of a check.
    pub fn exit_code(&self) -> u8 {
        if self.is_failure() {
            1
        } else if self.problems.iter().any(|problem| problem.fails) {
            2
        } else {
            0
        }
    }
}
