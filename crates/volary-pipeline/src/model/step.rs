//! Steps: what a job does, one after the other.

use std::sync::{Arc, OnceLock};

use volary_document::shell;
use volary_model::{Call, Reason, Span, Value};

use super::{Activation, Connection, Container, ScriptText, SecretUse, Shell, Text, Uses, Variable};

/// Identifies a step within its job: an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub u32);

/// When in the life of a job a step runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Before the job's own steps: GitLab's `before_script`, hooks.
    Before,
    /// The job's own steps.
    Main,
    /// Azure deployment: `preDeploy`.
    PreDeploy,
    /// Azure deployment: `deploy`.
    Deploy,
    /// Azure deployment: `routeTraffic`.
    RouteTraffic,
    /// Azure deployment: `postRouteTraffic`.
    PostRouteTraffic,
    /// Azure deployment: `on.success`.
    OnSuccess,
    /// Azure deployment: `on.failure`.
    OnFailure,
    /// After the job, its result cannot be changed any more: GitLab's `after_script`.
    After,
    /// Jenkins: `post`, with its condition (`always`, `failure`, ...).
    Post(Arc<str>),
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The step that it is part of: the call of a composite action, a block such as Jenkins' `catchError`. It runs only
    /// when that one does, and its failure is that one's.
    pub within: Option<StepId>,
    /// When in the life of the job.
    pub phase: Phase,
    /// The name that others refer to it by: GitHub's `id`, Azure's `name`, Jenkins' variable for what it gives.
    pub id: Option<Text>,
    /// The name that people see.
    pub name: Option<Text>,
    /// The whole step.
    pub at: Span,
    /// The key that makes it a step: `run`, `uses`, `task`, `script`, the name of a Jenkins step.
    pub key: Span,
    /// What it does.
    pub action: Action,
    /// Its inputs: `with`, `inputs`, the arguments of a Jenkins step.
    pub inputs: Vec<Input>,
    /// Its environment.
    pub variables: Vec<Variable>,
    /// When it runs.
    pub activation: Activation,
    /// `continueOnError`, `continue-on-error`; of Jenkins' `catchError` and `warnError` true.
    pub continue_on_error: Option<Setting>,
    /// Azure's `enabled`.
    pub enabled: Option<Setting>,
    /// Minutes, or GitLab's and Jenkins' own notation.
    pub timeout: Option<Setting>,
    /// How often it is tried again.
    pub retry: Option<Setting>,
    /// GitHub: the next step does not wait for it.
    pub background: Option<Setting>,
    /// Where it runs.
    pub working_directory: Option<Text>,
    /// The container that it runs in, where it is another than the job's.
    pub container: Option<Container>,
    /// It fetches sources.
    pub checkout: Option<Checkout>,
    /// It hands files on, or takes them.
    pub artifact: Option<Artifact>,
    /// Service connections that it uses.
    pub connections: Vec<Connection>,
    /// Secrets that it is given.
    pub secrets: Vec<SecretUse>,
    /// The templates through which it came, outermost first.
    pub through: Arc<[Call]>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Runs a script.
    Script(Box<Script>),
    /// Runs an action, a task or a step of the platform. The steps of a composite action that could be read follow it.
    Uses(Uses),
    /// Runs the steps within it: `catchError`, `withCredentials`, `dir`, a `try`, GitHub's `parallel`. Of GitHub's `wait`,
    /// `wait-all` and `cancel` there are none; what they name is an input.
    Block(Arc<str>),
    /// A template or include that could not be read: any number of steps may stand here.
    Hidden(Uses, Reason),
}

/// A key with a value that one step or job has.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where the key is written.
    pub key: Option<Span>,
    /// The value: known, or unknown with its reason.
    pub value: Value,
    /// The value as a text with its holes.
    pub text: Text,
}

impl Setting {
    /// Its truth, where it is known. Texts count as Azure and GitHub read them.
    pub fn truth(&self) -> Option<bool> {
        crate::expression::truth(&self.value)
    }

    /// Where the value is written.
    pub fn at(&self) -> Option<Span> {
        self.value.origin.span()
    }
}

/// An input of a step or call.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name as it is written. GitHub and Azure do not distinguish case.
    pub name: Arc<str>,
    /// Where the name is written.
    pub key: Option<Span>,
    /// The value, lists and maps too.
    pub value: Value,
    /// The value as a text with its holes; of lists and maps empty.
    pub text: Text,
}

/// A script.
#[derive(Clone, Debug)]
pub struct Script {
    /// The script with its holes. Of GitLab: the lines joined.
    pub text: Text,
    /// The shell.
    pub shell: Shell,
    /// The task or action that runs it, where it is not the platform itself: `AzureCLI@2`, `azure/cli`.
    pub via: Option<Box<Uses>>,
    /// Its arguments, where it is a file that is run (`filePath` with `arguments`).
    pub arguments: Option<Text>,
    /// The file that is run, where the script is one of the repository.
    pub file: Option<Text>,
    /// What the step does with the exit code, where it is not the platform's way: Jenkins' `returnStatus: true`.
    pub status_is_returned: Option<Setting>,
    parsed: OnceLock<Arc<(ScriptText, shell::Script)>>,
}

impl Script {
    /// A script that stands in the pipeline.
    pub fn new(text: Text, shell: Shell) -> Self {
        Self { text, shell, via: None, arguments: None, file: None, status_is_returned: None, parsed: OnceLock::new() }
    }

    /// The script with its holes as variables, and its commands as bash's grammar reads them. Parsed once, when asked.
    /// Of shells of another kind the grammar is wrong: ask [`super::ShellKind::is_posix`] first.
    pub fn parsed(&self) -> &(ScriptText, shell::Script) {
        self.parsed.get_or_init(|| {
            let text = self.text.as_script();
            let script = shell::parse(&text.text);
            Arc::new((text, script))
        })
    }
}

/// Fetching sources.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// The repository: none is the pipeline's own; Azure's alias, GitHub's `owner/name`, an address.
    pub repository: Option<Text>,
    /// The commit, branch or tag: none is what started the run.
    pub reference: Option<Text>,
    /// Where to.
    pub path: Option<Text>,
    /// The credential stays in the working copy. None: the platform's default.
    pub persist_credentials: Option<Setting>,
    /// Submodules.
    pub submodules: Option<Setting>,
    /// How many commits; 0 is all.
    pub depth: Option<Setting>,
    /// It says that nothing is fetched (`checkout: none`).
    pub nothing: bool,
}

/// Handing files from one job to others.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// Which way.
    pub direction: Direction,
    /// The name.
    pub name: Option<Text>,
    /// The files.
    pub paths: Vec<Text>,
    /// The pipeline or run that it is taken from, where it is another one.
    pub from: Option<Text>,
    /// Where it is written.
    pub at: Span,
}

/// Which way files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Out of the job.
    Publish,
    /// Into the job.
    Download,
    /// Into the job at its start and out at its end, across runs.
    Cache,
}

impl Step {
    /// A step of the main phase that does something and has no other key.
    pub fn new(action: Action, at: Span, key: Span) -> Self {
        Self {
            within: None,
            phase: Phase::Main,
            id: None,
            name: None,
            at,
            key,
            action,
            inputs: Vec::new(),
            variables: Vec::new(),
            activation: Activation::default(),
            continue_on_error: None,
            enabled: None,
            timeout: None,
            retry: None,
            background: None,
            working_directory: None,
            container: None,
            checkout: None,
            artifact: None,
            connections: Vec::new(),
            secrets: Vec::new(),
            through: Arc::new([]),
        }
    }

    /// The input with this name, without regard to case.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().rev().find(|input| input.name.eq_ignore_ascii_case(name))
    }

    /// The script, where it is one.
    pub fn script(&self) -> Option<&Script> {
        match &self.action {
            Action::Script(script) => Some(script),
            _ => None,
        }
    }

    /// What it uses, where it is an action, task or step of the platform; of a script the task that runs it.
    pub fn uses(&self) -> Option<&Uses> {
        match &self.action {
            Action::Uses(uses) => Some(uses),
            Action::Script(script) => script.via.as_deref(),
            Action::Block(_) | Action::Hidden(..) => None,
        }
    }
}
