//! Stages and jobs.

use std::sync::Arc;

use volary_model::{Call, Reason, Span, Value};

use super::{Artifact, Condition, Guard, Permissions, SecretUse, Setting, Step, Text, Uses, Variable};

/// Identifies a stage within its pipeline: an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StageId(pub u32);

/// Identifies a job within its pipeline: an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u32);

/// What has to end before.
#[derive(Clone, Debug)]
pub enum Needs {
    /// Nothing.
    Nothing {
        /// Where that is written (`dependsOn: []`); `None` where it is the platform's default.
        at: Option<Span>,
    },
    /// Nothing is written and the platform takes what stands before: Azure the previous stage, GitLab all jobs of
    /// earlier stages, Jenkins the sibling before it.
    Before,
    /// These.
    Named(Vec<Need>),
}

impl Needs {
    /// The needs that are written.
    pub fn named(&self) -> &[Need] {
        match self {
            Self::Named(needs) => needs,
            _ => &[],
        }
    }
}

/// One thing that has to end before.
#[derive(Clone, Debug)]
pub struct Need {
    /// The name as it is written.
    pub name: Text,
    /// The job or stage with this name; several when a matrix or template makes them; none when there is none.
    pub targets: Vec<u32>,
    /// Where it is written.
    pub at: Span,
    /// It may be missing from the run.
    pub optional: bool,
    /// Its artifacts are fetched.
    pub artifacts: bool,
    /// It belongs to another pipeline or project.
    pub foreign: bool,
}

/// When something runs.
#[derive(Clone, Debug, Default)]
pub struct Activation {
    /// Compile-time conditions that could not be decided, outermost first.
    pub guards: Vec<Guard>,
    /// `if`, `condition`, Jenkins' `when`.
    pub condition: Option<Condition>,
    /// GitLab's `rules`: the first that matches decides; an empty list never matches.
    pub rules: Option<Rules>,
    /// GitLab's `only`.
    pub only: Option<RefFilter>,
    /// GitLab's `except`.
    pub except: Option<RefFilter>,
    /// GitLab's `when` of the job.
    pub when: Option<(When, Span)>,
}

/// GitLab's rules.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Where they are written.
    pub at: Span,
    /// In order.
    pub rules: Vec<Rule>,
}

/// One of GitLab's rules: it matches when everything in it does.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it is written.
    pub at: Span,
    /// `if`
    pub condition: Option<Condition>,
    /// `changes`
    pub changes: Option<Vec<Text>>,
    /// `exists`
    pub exists: Option<Vec<Text>>,
    /// What happens; `None`: as the job says.
    pub when: Option<(When, Span)>,
    /// `allow_failure`
    pub allow_failure: Option<Setting>,
    /// Variables it sets.
    pub variables: Vec<Variable>,
    /// `needs` that replace the job's.
    pub needs: Option<Needs>,
}

/// GitLab's `only` and `except`: branches, tags, keywords.
#[derive(Clone, Debug)]
pub struct RefFilter {
    /// Where it is written.
    pub at: Span,
    /// Names, patterns between slashes, keywords (`branches`, `tags`, `merge_requests`, `schedules`, ...); one matches.
    pub refs: Option<Vec<Text>>,
    /// Conditions on variables; one holds.
    pub variables: Vec<Condition>,
    /// Paths; one has changed.
    pub changes: Option<Vec<Text>>,
    /// It asks for a Kubernetes cluster.
    pub kubernetes: bool,
}

/// GitLab's `when`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum When {
    /// Everything before succeeded.
    OnSuccess,
    /// Something before failed.
    OnFailure,
    /// Always.
    Always,
    /// Never.
    Never,
    /// A person starts it.
    Manual,
    /// After a while.
    Delayed,
    /// Not known here.
    Unknown,
}

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name; empty for the one that a pipeline without stages has.
    pub name: Text,
    /// The name that people see.
    pub display: Option<Text>,
    /// The whole stage; of GitLab the name in `stages`.
    pub at: Span,
    /// The name, or the key that makes it a stage.
    pub header: Span,
    /// Nothing is written: the platform makes it.
    pub implied: bool,
    /// Jenkins: the stage that it is nested in.
    pub within: Option<StageId>,
    /// Jenkins: it runs beside its siblings.
    pub parallel: bool,
    /// What has to end before.
    pub needs: Needs,
    /// When it runs.
    pub activation: Activation,
    /// Variables.
    pub variables: Vec<Variable>,
    /// A person starts it: Azure's `trigger: manual`, Jenkins' `input`.
    pub manual: Option<Setting>,
    /// Azure's `isSkippable`.
    pub skippable: Option<Setting>,
    /// Where its jobs run, where it says so.
    pub runner: Option<Runner>,
    /// The templates through which it came, outermost first.
    pub through: Arc<[Call]>,
    /// It could not be read: any number of stages and jobs may stand here.
    pub hidden: Option<Reason>,
}

impl Stage {
    /// A stage of which nothing is written but its name: it runs after those before it.
    pub(crate) fn new(name: Text, at: Span, header: Span) -> Self {
        Self {
            name,
            display: None,
            at,
            header,
            implied: false,
            within: None,
            parallel: false,
            needs: Needs::Before,
            activation: Activation::default(),
            variables: Vec::new(),
            manual: None,
            skippable: None,
            runner: None,
            through: Arc::new([]),
            hidden: None,
        }
    }
}

/// What a job is.
#[derive(Clone, Debug)]
pub enum JobKind {
    /// Steps on a machine.
    Plain,
    /// Azure's deployment job, with the strategy (`runOnce`, `rolling`, `canary`; empty when none is written).
    Deployment(Arc<str>),
    /// A call of a reusable workflow: its jobs, where it could be read, are those whose `within` is this one.
    Call(Box<Uses>),
    /// The start of another pipeline: GitLab's `trigger`.
    Start(Box<Start>),
    /// A template of jobs that could not be read: any number of jobs may stand here.
    Hidden(Box<Uses>, Reason),
    /// Jenkins' `post` of the pipeline or of a stage with nested stages.
    Post,
}

/// The start of another pipeline.
#[derive(Clone, Debug)]
pub struct Start {
    /// What is started; a child's includes or a project.
    pub uses: Vec<Uses>,
    /// It waits for it and takes its result.
    pub waits: Option<bool>,
    /// Where that is written.
    pub waits_at: Option<Span>,
    /// `forward` and the rest.
    pub written: Value,
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its stage.
    pub stage: Option<StageId>,
    /// The job that calls the workflow it stands in.
    pub within: Option<JobId>,
    /// Its name: the key, or Azure's `job`.
    pub name: Text,
    /// The name that people see; of GitHub the name of the check.
    pub display: Option<Text>,
    /// The whole job.
    pub at: Span,
    /// The key or name.
    pub header: Span,
    /// What it is.
    pub kind: JobKind,
    /// What has to end before.
    pub needs: Needs,
    /// When it runs.
    pub activation: Activation,
    /// Where it runs.
    pub runner: Option<Runner>,
    /// The container of its steps.
    pub container: Option<Container>,
    /// Containers beside it.
    pub services: Vec<Container>,
    /// The environment.
    pub environment: Option<Environment>,
    /// Permissions of its token; `None`: the pipeline's.
    pub permissions: Option<Permissions>,
    /// Matrix or parallel legs.
    pub strategy: Option<Strategy>,
    /// Variables, inherited ones not included.
    pub variables: Vec<Variable>,
    /// `continue-on-error`, `continueOnError`, `allow_failure` as truth.
    pub continue_on_error: Option<Setting>,
    /// GitLab: the exit codes that are tolerated.
    pub tolerated_exit_codes: Option<Setting>,
    /// Minutes or the platform's notation.
    pub timeout: Option<Setting>,
    /// How often it is tried again.
    pub retry: Option<Setting>,
    /// `concurrency`, `resource_group`, `lockBehavior`.
    pub concurrency: Option<Value>,
    /// Inputs of a call.
    pub inputs: Vec<super::Input>,
    /// Secrets that it hands to what it calls, or uses itself outside of steps.
    pub secrets: Vec<SecretUse>,
    /// The steps in order. A [`super::StepId`] is an index.
    pub steps: Vec<Step>,
    /// Files that it hands on and takes.
    pub artifacts: Vec<Artifact>,
    /// Outputs.
    pub outputs: Vec<super::Input>,
    /// The templates through which it came, outermost first.
    pub through: Arc<[Call]>,
    /// The whole definition as it is in force, for keys that have no field here.
    pub written: Value,
}

/// Where something runs.
#[derive(Clone, Debug)]
pub struct Runner {
    /// Labels, tags, or the image of a hosted machine.
    pub labels: Vec<Text>,
    /// The pool or group.
    pub pool: Option<Text>,
    /// The container that the agent itself is (Jenkins' `agent { docker }`).
    pub container: Option<Container>,
    /// The platform's own machines, one for each job; `None` where the files do not say.
    pub hosted: Option<bool>,
    /// What the machine must have.
    pub demands: Vec<Text>,
    /// Where it is written.
    pub at: Span,
}

/// A container.
#[derive(Clone, Debug)]
pub struct Container {
    /// The image, or the name of a container resource that could not be resolved.
    pub image: Text,
    /// The name by which it is reached.
    pub alias: Option<Text>,
    /// Options of the engine.
    pub options: Option<Text>,
    /// The service connection or credentials that fetch it.
    pub credentials: Option<Value>,
    /// Its environment.
    pub variables: Vec<Variable>,
    /// Where it is written.
    pub at: Span,
}

/// An environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The name, with the resource behind a dot where Azure writes it so.
    pub name: Text,
    /// Its address.
    pub url: Option<Text>,
    /// GitLab's `action`: `start`, `stop`, `prepare`, `verify`, `access`.
    pub action: Option<Text>,
    /// GitLab's `deployment_tier`, Azure's `resourceType`.
    pub tier: Option<Text>,
    /// Where it is written.
    pub at: Span,
    /// Where its key is written.
    pub key: Option<Span>,
}

/// Several legs of one job.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Dimensions in order: the name and the values. Azure's named legs are one dimension each in `legs` only.
    pub dimensions: Vec<(Arc<str>, Vec<Value>)>,
    /// The legs, where all are known and there are at most [`crate::Limits::matrix_legs`].
    pub legs: Option<Vec<Leg>>,
    /// Why the legs are not known, where they are not.
    pub unknown: Option<Reason>,
    /// A failing leg cancels the others; `None`: the platform's default.
    pub fail_fast: Option<Setting>,
    /// So many at once.
    pub max_parallel: Option<Setting>,
    /// Where it is written.
    pub at: Span,
}

/// A leg of a matrix.
#[derive(Clone, Debug)]
pub struct Leg {
    /// Its name, where it has one.
    pub name: Option<Arc<str>>,
    /// Its values in order.
    pub values: Vec<(Arc<str>, Value)>,
}

impl Job {
    /// A job without any key.
    pub fn new(name: Text, kind: JobKind, at: Span, header: Span, written: Value) -> Self {
        Self {
            stage: None,
            within: None,
            name,
            display: None,
            at,
            header,
            kind,
            needs: Needs::Nothing { at: None },
            activation: Activation::default(),
            runner: None,
            container: None,
            services: Vec::new(),
            environment: None,
            permissions: None,
            strategy: None,
            variables: Vec::new(),
            continue_on_error: None,
            tolerated_exit_codes: None,
            timeout: None,
            retry: None,
            concurrency: None,
            inputs: Vec::new(),
            secrets: Vec::new(),
            steps: Vec::new(),
            artifacts: Vec::new(),
            outputs: Vec::new(),
            through: Arc::new([]),
            written,
        }
    }
}
