//! What is demanded of a kind of thing before any code is written: the answer of `volary require`.

use std::sync::Arc;

use crate::{Problem, Versions};

/// What is demanded of a kind of thing that ships, for this repository.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Versions of binary and pack.
    pub versions: Versions,
    /// The kind: `image`.
    pub kind: Arc<str>,
    /// The kind in a sentence: `container image`.
    pub kind_name: Arc<str>,
    /// Why it matters, a sentence.
    pub why: Arc<str>,
    /// The platform: `github`, `azure`, `gitlab` or `jenkins`; nothing where nothing here tells.
    pub platform: Option<Arc<str>>,
    /// How many pipelines of the repository are of that platform; nothing where the user named it.
    pub pipelines: Option<usize>,
    /// What every one needs; empty where nothing is demanded.
    pub demanded: Vec<RequiredControl>,
    /// What a careful organisation adds.
    pub recommended: Vec<RequiredControl>,
    /// Templates that give what is demanded, those of other repositories first.
    pub templates: Vec<ApprovedTemplate>,
    /// A pipeline to copy.
    pub snippet: Option<PipelineSnippet>,
    /// Who owns the pipeline files, by file, per CODEOWNERS.
    pub owners: Vec<(Arc<str>, Vec<Arc<str>>)>,
    /// How to ask for an exception, a sentence.
    pub exception: Arc<str>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// A control that is demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredControl {
    /// The id: `image-scan`.
    pub id: Arc<str>,
    /// The name in a sentence.
    pub name: Arc<str>,
    /// What it does, a sentence.
    pub what: Arc<str>,
    /// The controls of which one is enough, by name; empty where it is just this one.
    pub one_of: Vec<Arc<str>>,
    /// The tools that count, by name.
    pub tools: Vec<Arc<str>>,
}

/// A template that gives what is demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedTemplate {
    /// The repository, as pipelines name it; empty: this one.
    pub source: Arc<str>,
    /// Its file.
    pub path: Arc<str>,
    /// It ships the thing too; else it only looks at it.
    pub ships: bool,
    /// What it gives, one sentence part a control.
    pub guarantees: Vec<Arc<str>>,
    /// The parameters that have to be given.
    pub parameters: Vec<Arc<str>>,
    /// How it is used, as it is written in a pipeline.
    pub call: Arc<str>,
    /// Its owners, per CODEOWNERS of its repository.
    pub owners: Vec<Arc<str>>,
}

/// A pipeline to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineSnippet {
    /// Where it goes.
    pub path: Arc<str>,
    /// How it does it, sentences.
    pub about: Arc<str>,
    /// What has to be changed in it.
    pub change: Vec<Arc<str>>,
    /// The pipeline.
    pub text: Arc<str>,
    /// What to know of its versions.
    pub pinned: Arc<str>,
}
