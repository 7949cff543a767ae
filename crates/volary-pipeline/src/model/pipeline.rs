//! A pipeline and what belongs to it as a whole.

use std::fmt;
use std::sync::Arc;

use volary_model::{Call, FileId, Reason, Span, Value};

use super::{Activation, Container, Job, JobId, Needs, Setting, Stage, StageId, Text, Trigger, Uses};

/// A platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// GitHub Actions.
    GitHub,
    /// Azure Pipelines.
    Azure,
    /// GitLab CI.
    GitLab,
    /// Jenkins.
    Jenkins,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GitHub => "GitHub Actions",
            Self::Azure => "Azure Pipelines",
            Self::GitLab => "GitLab CI",
            Self::Jenkins => "Jenkins",
        })
    }
}

/// What a file is to its platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PipelineKind {
    /// Something starts it.
    Pipeline,
    /// Others call or include it: a reusable workflow without other triggers, a template, an included file. It is read
    /// with its parameters open.
    Template,
    /// A composite action: one job that holds its steps.
    Action,
}

/// A pipeline, with everything that it includes and that could be read.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The platform.
    pub platform: Platform,
    /// What the file is.
    pub kind: PipelineKind,
    /// Its file.
    pub file: FileId,
    /// Its path.
    pub path: Arc<str>,
    /// The whole document.
    pub at: Span,
    /// Its name, where it has one.
    pub name: Option<Text>,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// Parameters and inputs.
    pub parameters: Vec<Parameter>,
    /// Variables of all its jobs.
    pub variables: Vec<Variable>,
    /// Permissions of its token.
    pub permissions: Option<Permissions>,
    /// Runs exclude each other.
    pub concurrency: Option<Value>,
    /// Repositories, pipelines, containers, packages and webhooks that it declares.
    pub resources: Vec<Resource>,
    /// GitLab's `workflow: rules`, Azure's guards around everything.
    pub activation: Activation,
    /// The stages in order. A [`StageId`] is an index.
    pub stages: Vec<Stage>,
    /// The jobs in order. A [`JobId`] is an index. A job that calls a workflow stands before the jobs of that workflow.
    pub jobs: Vec<Job>,
    /// Everything that lies elsewhere and is used, in the order in which it was met, read or not: actions and tasks of
    /// steps are in the steps only.
    pub uses: Vec<Uses>,
    /// The same, apart: what could not be read and may hold stages, jobs or steps.
    pub hidden: Vec<Hidden>,
    /// Secrets that are used outside of jobs.
    pub secrets: Vec<SecretUse>,
    /// Outputs of a reusable workflow or action.
    pub outputs: Vec<super::Input>,
    /// The whole document as it is written, for keys that have no field here. Of Jenkins: `options`, by their names.
    pub written: Value,
}

/// Something that could not be read and may hold stages, jobs or steps that nobody saw.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// What.
    pub uses: Uses,
    /// Why.
    pub reason: Reason,
    /// Where it could put them.
    pub place: HiddenPlace,
}

/// Where something that could not be read may put stages, jobs or steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HiddenPlace {
    /// Anywhere: a template that the pipeline extends, a GitLab include, a Jenkins library.
    Anywhere,
    /// Where this stage stands.
    Stage(StageId),
    /// Where this job stands.
    Job(JobId),
    /// Where this step of the job stands.
    Step(JobId, super::StepId),
    /// Nowhere: it holds variables only.
    Variables,
}

/// A parameter or input.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: Arc<str>,
    /// Where the name is written.
    pub at: Span,
    /// The type as it is written; empty where none is.
    pub ty: Arc<str>,
    /// The default.
    pub default: Option<Value>,
    /// It must be given.
    pub required: bool,
    /// The values that are allowed; empty: all.
    pub values: Vec<Value>,
    /// Which triggers give it: `workflow_dispatch`, `workflow_call`; empty where there is no difference.
    pub of: Arc<str>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name; of a group its name.
    pub name: Text,
    /// Where the name is written.
    pub at: Span,
    /// What it is.
    pub kind: VariableKind,
    /// The value; of a group unknown.
    pub value: Text,
    /// It cannot be changed while the pipeline runs.
    pub readonly: Option<Setting>,
    /// Compile-time conditions that could not be decided, outermost first.
    pub guards: Vec<super::Guard>,
    /// The templates through which it came, outermost first.
    pub through: Arc<[Call]>,
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VariableKind {
    /// A name and a value.
    Plain,
    /// A group of the platform: many variables with values that no file knows.
    Group,
    /// Variables of a template that could not be read.
    Hidden,
    /// A secret under a name: Jenkins' `credentials()`, GitLab's `secrets`.
    Secret,
}

/// Permissions of a pipeline's token.
#[derive(Clone, Debug)]
pub struct Permissions {
    /// Where they are written.
    pub at: Span,
    /// Where the key is written.
    pub key: Option<Span>,
    /// `read-all`, `write-all`; `None` where scopes are listed.
    pub all: Option<Arc<str>>,
    /// The scopes that are listed, with their access; what is not listed is none.
    pub scopes: Vec<(Arc<str>, Span, Value)>,
}

/// Kinds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A repository.
    Repository,
    /// Another pipeline.
    Pipeline,
    /// A container.
    Container,
    /// A package.
    Package,
    /// A webhook.
    Webhook,
    /// A build of another system.
    Build,
}

/// A resource that a pipeline declares.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// The name by which the pipeline refers to it.
    pub alias: Text,
    /// Where it is written.
    pub at: Span,
    /// The repository, where it is one.
    pub repository: Option<Arc<super::Repository>>,
    /// The container, where it is one.
    pub container: Option<Container>,
    /// The pipeline that it stands for, where it is one.
    pub source: Option<Text>,
    /// The branch, tag or version.
    pub reference: Option<Text>,
    /// The service connection that reads it.
    pub connection: Option<Connection>,
    /// A change of it starts the pipeline.
    pub trigger: Option<Trigger>,
    /// Everything that is written.
    pub written: Value,
}

/// A service connection, as one place names it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its name.
    pub name: Text,
    /// The input or key that names it.
    pub input: Arc<str>,
    /// Where it is named.
    pub at: Span,
}

/// A kind of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// A secret of the platform, by name.
    Named,
    /// All secrets that there are: `secrets: inherit`, `toJson(secrets)`.
    All,
    /// The token of the run.
    Token,
    /// A variable group, which may hold secrets.
    Group,
    /// A vault.
    Vault,
    /// A credential of Jenkins, by its id.
    Credential,
    /// An identity token that the platform issues.
    Identity,
}

/// A use of a secret.
#[derive(Clone, Debug)]
pub struct SecretUse {
    /// Its name or id; of all empty.
    pub name: Text,
    /// What it is.
    pub kind: SecretKind,
    /// Where it is used.
    pub at: Span,
    /// The environment variable or input through which it comes, where it does.
    pub into: Option<Arc<str>>,
}

impl Pipeline {
    /// The stage with this id.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.get(id.0 as usize)
    }

    /// The job with this id.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(id.0 as usize)
    }

    /// The jobs with their ids.
    pub fn jobs(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.jobs.iter().enumerate().map(|(index, job)| (JobId(index as u32), job))
    }

    /// The stages with their ids.
    pub fn stages(&self) -> impl Iterator<Item = (StageId, &Stage)> {
        self.stages.iter().enumerate().map(|(index, stage)| (StageId(index as u32), stage))
    }

    /// The jobs of a stage.
    pub fn jobs_of(&self, stage: StageId) -> impl Iterator<Item = (JobId, &Job)> {
        self.jobs().filter(move |(_, job)| job.stage == Some(stage))
    }

    /// The stages that have to end before a stage, platform defaults included: named ones, or the one before it (of
    /// Jenkins the sibling before it, or before the parallel stage around it).
    pub fn stages_before(&self, id: StageId) -> Vec<StageId> {
        let Some(stage) = self.stage(id) else { return Vec::new() };
        match &stage.needs {
            Needs::Nothing { .. } => Vec::new(),
            Needs::Named(needs) => needs.iter().flat_map(|need| need.targets.iter().map(|id| StageId(*id))).collect(),
            Needs::Before => self.sibling_before(id).into_iter().collect(),
        }
    }

    fn sibling_before(&self, id: StageId) -> Option<StageId> {
        let within = self.stage(id)?.within;
        (0..id.0).rev().map(StageId).find(|before| self.stage(*before).is_some_and(|stage| stage.within == within))
    }

    /// The jobs that have to end before a job, platform defaults included. Stages that have to end before (Azure,
    /// Jenkins) are asked for with [`Pipeline::stages_before`].
    pub fn jobs_before(&self, id: JobId) -> Vec<JobId> {
        let Some(job) = self.job(id) else { return Vec::new() };
        match &job.needs {
            Needs::Nothing { .. } => Vec::new(),
            Needs::Named(needs) => needs.iter().flat_map(|need| need.targets.iter().map(|id| JobId(*id))).collect(),
            Needs::Before => self.jobs().filter(|(_, other)| other.stage < job.stage).map(|(id, _)| id).collect(),
        }
    }
}
