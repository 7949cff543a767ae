//! What a step's script does: the commands that run, those of called scripts and targets included, and whether a finding
//! reaches the exit code.
//!
//! [`analyse`] reads a script once; [`Analysed::execute`] then runs it abstractly as often as the proof asks, each time
//! in another scenario. Every language is lowered to one tree, in which functions, called scripts, targets of makefiles and
//! scripts of packages stand where they are called.

mod batch;
mod calls;
mod execute;
mod facts;
mod limits;
mod lower;
mod makefile;
mod packages;
mod places;
mod posix;
mod powershell;
mod programs;
mod simple;
mod tasks;
mod test;
mod tree;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Span, Value};
use volary_pipeline::{Platform, Sources};

use crate::recognise::{Recognised, Recognisers, Surroundings};
use crate::tri::Tri;

pub use facts::{FlowFact, FlowKind};
pub use limits::Limits;

/// A script as it was read.
#[derive(Clone, Debug)]
pub struct Analysed {
    /// The commands in order of execution, those of the scripts and targets that are called included. A command of a
    /// function stands once for each of its calls, one of a loop over a short list once for each item.
    pub commands: Vec<Command>,
    /// Conditions that the files do not decide and that guard a command with a role or an early end.
    pub conditions: Vec<Condition>,
    /// Something was too deep or too long to be read.
    pub cut: bool,
    tree: tree::Tree,
}

/// Identifies a command within its script: an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(pub u32);

/// A command.
#[derive(Clone, Debug)]
pub struct Command {
    /// Where it is written: in the pipeline, or in the file that was called.
    pub at: Span,
    /// What led there, outermost first, each with the place of the call: `make publish`, `scripts/build.sh`.
    pub through: Vec<(Arc<str>, Span)>,
    /// As it is written, on one line, shortened.
    pub written: Arc<str>,
    /// The name of the program.
    pub name: Option<Arc<str>>,
    /// The folder it runs in, relative to the root of the repository (`""`), as far as it is known.
    pub folder: Option<Arc<str>>,
    /// What it does.
    pub roles: Vec<Recognised>,
    /// It runs something of the repository, or of another one, that could not be read: why.
    pub opaque: Option<Arc<str>>,
}

/// A condition that the files do not decide. Conditions of equal text are one.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Where it stands first.
    pub at: Span,
    /// As it is written.
    pub written: Arc<str>,
    /// The variables that it reads, sorted.
    pub names: Vec<Arc<str>>,
}

/// A script and what lies around it.
pub struct Input<'a> {
    /// The script.
    pub script: &'a volary_pipeline::Script,
    /// The script that ran before in the same shell: GitLab's `before_script`. What it leaves (the folder, options,
    /// variables, functions, an early end) counts; its commands are not among those of this script.
    pub prelude: Option<&'a volary_pipeline::Script>,
    /// The name by which other steps refer to the step: GitHub's `id`, Azure's `name`.
    pub step: Option<Arc<str>>,
    /// The folder it starts in, relative to the root of the repository, where it is known.
    pub folder: Option<Arc<str>>,
    /// What tools do.
    pub recognisers: &'a Recognisers,
    /// The files of the repository.
    pub sources: &'a dyn Sources,
    /// The environment and the configuration of tools.
    pub surroundings: &'a dyn Surroundings,
    /// The value of a variable of the step, its job or the pipeline, where it is known.
    pub variable: &'a dyn Fn(&str) -> Option<Value>,
    /// Whose pipeline it is.
    pub platform: Platform,
}

/// Reads a script.
pub fn analyse(input: &Input<'_>) -> Analysed {
    lower::analyse(input, &Limits::default())
}

/// What earlier steps of the job left behind that depends on findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taint {
    /// Files: reports, and what was made of them.
    pub files: BTreeSet<Arc<str>>,
    /// Variables: `NAME` of the environment, `steps.ID.outputs.NAME` of GitHub, `NAME` and `STEP.NAME` of Azure.
    pub variables: BTreeSet<Arc<str>>,
}

/// What is the case in one abstract execution.
pub struct Scenario<'a> {
    /// These commands find something. Their exit code follows from what they do on findings; their output, their report
    /// files and their exit code depend on findings then.
    pub finding: &'a [CommandId],
    /// The truth of a condition, by its index in [`Analysed::conditions`]; none: both ways.
    pub choices: &'a dyn Fn(usize) -> Option<bool>,
    /// The value of a variable in this run, where it is known: by its name, or what a platform's expression says
    /// (`parameters.environment`, `github.ref`).
    pub value: &'a dyn Fn(&str) -> Option<Arc<str>>,
}

/// How a script ended.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Whether each command ran, by its [`CommandId`].
    pub ran: Vec<Tri>,
    /// What the platform takes as the exit code.
    pub status: Status,
    /// Why a finding does not reach the exit code, or what makes it reach it.
    pub why: Vec<FlowFact>,
    /// Variables that later steps see, with their value where it is known. Named as in [`Taint::variables`].
    pub variables: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Success.
    Zero,
    /// Failure.
    NonZero,
    /// It is not known.
    Unknown,
}

impl Analysed {
    /// Runs the script abstractly. What depends on findings afterwards is added to `taint`.
    pub fn execute(&self, scenario: &Scenario<'_>, taint: &mut Taint) -> Execution {
        execute::execute(self, scenario, taint)
    }

    /// The command with this id.
    pub fn command(&self, id: CommandId) -> Option<&Command> {
        self.commands.get(id.0 as usize)
    }

    /// The ids of all commands.
    pub fn ids(&self) -> impl Iterator<Item = CommandId> + use<> {
        (0..self.commands.len() as u32).map(CommandId)
    }
}
