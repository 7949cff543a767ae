//! What templates guarantee to those who use them: the answer of `volary guardrails --contract`.

use std::sync::Arc;

use crate::{Fact, Location, NotJudged, Problem, Verdict, Versions};

/// The templates of a repository.
#[derive(Clone, Debug)]
pub struct Contracts {
    /// Versions of binary and pack.
    pub versions: Versions,
    /// What was looked at, as the user named it.
    pub targets: Vec<Arc<str>>,
    /// The templates, by path.
    pub contracts: Vec<Contract>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// What was not read.
    pub not_judged: Vec<NotJudged>,
}

impl Contracts {
    /// The exit code: 2 where something that should have been read could not be.
    pub fn exit_code(&self) -> u8 {
        if self.problems.iter().any(|problem| problem.fails) { 2 } else { 0 }
    }
}

/// What one template guarantees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Its file.
    pub path: Arc<str>,
    /// The platform: `github`, `azure`, `gitlab` or `jenkins`.
    pub platform: Arc<str>,
    /// BLAKE3 of what it and everything that it draws in from its repository say, layout and comments left out.
    pub digest: Arc<str>,
    /// Its parameters, in order.
    pub parameters: Vec<ContractParameter>,
    /// The controls in it.
    pub controls: Vec<ContractControl>,
    /// What it ships, one entry for each control that is demanded of that.
    pub effects: Vec<ContractEffect>,
    /// Where those who use it may put something of their own.
    pub slots: Vec<ContractSlot>,
    /// What it gives back, by name.
    pub outputs: Vec<Arc<str>>,
    /// What it draws in and could not be read.
    pub unread: Vec<Arc<str>>,
    /// It has more parameters or values than are looked at.
    pub cut: bool,
    /// Owners per CODEOWNERS of its repository.
    pub owners: Vec<Arc<str>>,
}

impl Contract {
    /// Whether everything that it ships is guarded when nobody says otherwise; false where it ships nothing.
    pub fn holds(&self) -> bool {
        !self.effects.is_empty() && self.effects.iter().all(|effect| effect.verdict.holds())
    }
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractParameter {
    /// The name.
    pub name: Arc<str>,
    /// The type as it is written; empty where none is.
    pub ty: Arc<str>,
    /// What it is when nobody says otherwise, where that is a single value.
    pub default: Option<Arc<str>>,
    /// It has to be given.
    pub required: bool,
    /// The values that are allowed; empty: all.
    pub values: Vec<Arc<str>>,
    /// It decides whether a control stops anything.
    pub decides: bool,
    /// Where it is written.
    pub location: Option<Location>,
}

/// A control of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractControl {
    /// The control: `image-scan`.
    pub control: Arc<str>,
    /// Its name in a sentence.
    pub control_name: Arc<str>,
    /// The id of the tool.
    pub tool: Arc<str>,
    /// The name of the tool.
    pub name: Arc<str>,
    /// Where it is written.
    pub location: Option<Location>,
    /// What its findings do when nobody says otherwise: `stops`, `reports`, `depends`, `runs`, `absent`.
    pub standing: Arc<str>,
    /// Why they do not stop its job.
    pub fact: Option<Fact>,
    /// The parameters that change that.
    pub unless: Vec<ContractChange>,
    /// The standing over parameters: ``stops unless `soft` is `true` (reports)``.
    pub formula: Arc<str>,
}

/// Something that a template ships, and a control that is demanded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEffect {
    /// The kind: `image`.
    pub kind: Arc<str>,
    /// What happens: `push`.
    pub effect: Arc<str>,
    /// The thing in a sentence.
    pub what: Arc<str>,
    /// Where it is written.
    pub location: Option<Location>,
    /// The control.
    pub control: Arc<str>,
    /// Its name in a sentence.
    pub control_name: Arc<str>,
    /// The verdict when nobody says otherwise.
    pub verdict: Verdict,
    /// Why it is not blocking.
    pub fact: Option<Fact>,
    /// What has to be true, as sentence parts.
    pub assumptions: Vec<Arc<str>>,
    /// The parameters that change the verdict.
    pub unless: Vec<ContractChange>,
    /// The verdict over parameters.
    pub formula: Arc<str>,
}

/// What is different for a value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractChange {
    /// The parameter.
    pub parameter: Arc<str>,
    /// Its value; nothing: one that is known at run time only.
    pub value: Option<Arc<str>>,
    /// The standing or verdict then.
    pub to: Arc<str>,
    /// Why.
    pub fact: Option<Fact>,
}

/// A place where those who use a template may put something of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractSlot {
    /// The parameter.
    pub parameter: Arc<str>,
    /// What goes there: `steps`, `jobs`, `stages`, `command`.
    pub holds: Arc<str>,
    /// The controls that have always run before, as indices into [`Contract::controls`].
    pub after: Vec<usize>,
    /// What ships behind it, as indices into [`Contract::effects`].
    pub before: Vec<usize>,
}
