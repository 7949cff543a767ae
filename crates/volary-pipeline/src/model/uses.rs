//! What lies elsewhere: actions, tasks, templates, includes, libraries.

use std::sync::Arc;

use volary_model::{FileId, Reason, Span};

use super::Text;

/// A kind of thing that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UsesKind {
    /// A GitHub action (`owner/name@ref`, `./path`).
    Action,
    /// A container as a step (`docker://image`).
    Image,
    /// A reusable workflow.
    Workflow,
    /// An Azure task.
    Task,
    /// An Azure template that is inserted, of steps, jobs, stages or variables.
    Template,
    /// An Azure template that the pipeline extends.
    Extends,
    /// A GitLab include.
    Include,
    /// A GitLab component.
    Component,
    /// A pipeline that another one starts: GitLab's `trigger`, Jenkins' `build`.
    Pipeline,
    /// A Jenkins shared library.
    Library,
    /// A step of Jenkins or of one of its plugins or libraries.
    Step,
}

/// The kind of repository or server that something lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    /// github.com or the GitHub server that runs the pipeline.
    GitHub,
    /// Azure Repos.
    AzureRepos,
    /// The GitLab server that runs the pipeline.
    GitLab,
    /// Bitbucket.
    Bitbucket,
    /// The templates that GitLab itself ships.
    GitLabTemplates,
    /// An address.
    Url,
    /// A name that the platform's settings resolve: Jenkins libraries.
    Named,
}

/// A repository other than the pipeline's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repository {
    /// Where.
    pub host: Host,
    /// Its name: `owner/name`, `project/name`, an address.
    pub name: Arc<str>,
    /// The branch, tag or commit; `None`: the default branch.
    pub reference: Option<Arc<str>>,
    /// Azure: the alias that the pipeline gives it.
    pub alias: Option<Arc<str>>,
}

/// Something that is used and lies elsewhere.
#[derive(Clone, Debug)]
pub struct Uses {
    /// What it is.
    pub kind: UsesKind,
    /// As it is written.
    pub written: Text,
    /// Its name without version: `actions/checkout`, `snyk/actions/node`, `Docker`, `jobs/build.yml`, `sh`.
    pub name: Arc<str>,
    /// The branch, tag, commit or version that is asked for, as text with holes; `None` where none is written.
    pub reference: Option<Text>,
    /// The repository; `None` is the pipeline's own, or the platform's market place.
    pub repository: Option<Arc<Repository>>,
    /// The path in the repository; empty where it is the whole.
    pub path: Arc<str>,
    /// Where it is written.
    pub at: Span,
    /// Whether it was read.
    pub found: Found,
}

/// Whether something that is used was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Read from this file; its content stands in the pipeline.
    Read(FileId),
    /// Read, and it is no composition of steps: a program (a JavaScript or container action).
    Program(FileId),
    /// A program of the platform or its market place, which is not looked for.
    External,
    /// It could not be read: the reason says what is missing.
    Missing(Reason),
}

impl Uses {
    /// Whether it was looked for and is not there: what it does is hidden.
    pub fn is_missing(&self) -> bool {
        matches!(self.found, Found::Missing(_))
    }
}
