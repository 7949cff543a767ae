//! What was recognised.

use std::sync::Arc;

use volary_model::{Span, Value};

use super::tool::{ArtifactKind, ChangeKind, Covers, EffectKind, Tool};

/// One thing that a step does.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The tool.
    pub tool: Arc<Tool>,
    /// What it does.
    pub role: Role,
    /// What is not known and decides whether it does that at all; none: it certainly does.
    pub doubts: Vec<Fact>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Role {
    /// It looks for something.
    Control(Control),
    /// It ships.
    Effect(Effect),
    /// It makes or changes what may ship later.
    Change(Change),
    /// It stops because of what others found.
    Breaker(Breaker),
    /// It hands findings or artifacts to the platform.
    Upload(Upload),
    /// It waits for a person.
    Approval(Approval),
    /// It runs a script with the credentials of a connection.
    Script(Script),
    /// The tool is there, but what it does is not known: its sub-command is not.
    Unclear(Unclear),
}

/// A look for something.
#[derive(Clone, Debug)]
pub struct Control {
    /// The id of the control.
    pub id: Arc<str>,
    /// What kind of thing is looked at.
    pub covers: Covers,
    /// What is looked at; none: the file does not say.
    pub target: Vec<Value>,
    /// What happens on findings.
    pub findings: Findings,
}

/// Something ships.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What happens.
    pub effect: EffectKind,
    /// The kind of what ships.
    pub kind: ArtifactKind,
    /// What ships: image references, folders, files, packages; none: the file does not say.
    pub reference: Vec<Value>,
    /// What it is copied, retagged or taken from.
    pub from: Vec<Value>,
    /// Where it goes.
    pub to: Vec<Value>,
}

/// Something is made or changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happens.
    pub change: ChangeKind,
    /// The kind of artifact.
    pub kind: ArtifactKind,
    /// The names that mean something else from here on.
    pub reference: Vec<Value>,
    /// What it is made from.
    pub from: Vec<Value>,
}

/// A gate on the findings of others.
#[derive(Clone, Debug)]
pub struct Breaker {
    /// The tools, or the servers, whose findings it reads; none: all of them.
    pub joins: Vec<Arc<str>>,
    /// What happens on findings.
    pub findings: Findings,
}

/// Findings or artifacts are handed over.
#[derive(Clone, Debug)]
pub struct Upload {
    /// What: `sarif`, ...
    pub what: Arc<str>,
    /// The files.
    pub reference: Vec<Value>,
}

/// A person is waited for.
#[derive(Clone, Debug)]
pub struct Approval {
    /// What takes the force out of it.
    pub softened_by: Vec<Fact>,
}

/// A script with credentials.
#[derive(Clone, Debug)]
pub struct Script {
    /// The shell: `bash`, `pwsh`, `powershell`, `cmd`, or the value of an input.
    pub shell: Arc<str>,
    /// The script, or the file that holds it.
    pub text: Vec<Value>,
    /// Whose credentials it has: `azure`, `aws`, ...
    pub credential: Arc<str>,
    /// The connection or identity.
    pub to: Vec<Value>,
}

/// A tool whose sub-command is not known.
#[derive(Clone, Debug)]
pub struct Unclear {
    /// The controls that it may be.
    pub controls: Vec<Arc<str>>,
    /// The effects that it may have.
    pub effects: Vec<(EffectKind, ArtifactKind)>,
    /// The word that is not known.
    pub word: Value,
}

/// What happens on findings.
#[derive(Clone, Debug)]
pub struct Findings {
    /// In short.
    pub outcome: Outcome,
    /// What it depends on.
    pub depends_on: Vec<Fact>,
    /// What takes the force out of it.
    pub softened_by: Vec<Fact>,
    /// What gives it force.
    pub hardened_by: Vec<Fact>,
    /// What it leaves out.
    pub narrowed_by: Vec<Fact>,
    /// The least severity that counts, where one is set.
    pub floor: Option<Floor>,
    /// What would have to be added, one of these: `--exit-code 1`.
    pub would_stop: Vec<Arc<str>>,
    /// The files that findings are written to.
    pub report: Vec<Value>,
    /// A gate elsewhere that would stop what it finds.
    pub gate: Option<Arc<str>>,
    /// The server that findings go to, as breakers name it.
    pub server: Option<Arc<str>>,
    /// The exit code of findings, where it is known.
    pub exit_code: Option<u32>,
    /// Folders and files, or patterns of them, that it does not look at.
    pub leaves_out: Vec<Value>,
    /// What findings make of the result of the build although the step itself goes on.
    pub marks: Option<Mark>,
}

/// A result of the build that a step sets without failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Later stages run, except where the pipeline skips them after an unstable one.
    Unstable,
    /// Later stages run; what asks for the result sees a failure.
    Failed,
}

/// Whether findings stop the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its exit code is not zero.
    Stops,
    /// It goes on.
    Reports,
    /// Something decides that is not known here.
    Depends,
    /// It has no findings (a bill of materials, a signature): it fails only when it does not work.
    Nothing,
}

impl Outcome {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::Reports => "reports",
            Self::Depends => "depends",
            Self::Nothing => "nothing",
        }
    }
}

/// A least severity.
#[derive(Clone, Debug)]
pub struct Floor {
    /// The severity; `None` where it is not known.
    pub level: Option<FloorLevel>,
    /// As it is written.
    pub value: Value,
}

/// Severities, from everything to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FloorLevel {
    /// Everything counts.
    Any,
    /// Low and worse.
    Low,
    /// Medium and worse.
    Medium,
    /// High and worse.
    High,
    /// Critical only.
    Critical,
    /// Nothing counts: a CVSS score above 10.
    Never,
}

/// A fact with its place.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The setting, or what else it is about.
    pub setting: Arc<str>,
    /// As it is written: `--soft-fail`, `exit-code: 0`, `TRIVY_EXIT_CODE=0`.
    pub written: Arc<str>,
    /// The value, with its origin.
    pub value: Value,
}

impl Fact {
    /// Where it is written.
    pub fn span(&self) -> Option<Span> {
        self.value.origin.span()
    }
}
