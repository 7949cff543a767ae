//! Other repositories that pipelines draw on: the answer of `volary sources list`.

use std::sync::Arc;

use crate::{Location, Problem, Versions};

/// The repositories that the pipelines of a tree draw on.
#[derive(Clone, Debug)]
pub struct SourceUses {
    /// Versions of binary and pack.
    pub versions: Versions,
    /// One entry for each repository and reference, by name.
    pub uses: Vec<SourceUse>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// A repository at a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceUse {
    /// The name: `owner/name`, `project/name`, a library.
    pub name: Arc<str>,
    /// Where it lies: `github`, `azure`, `gitlab`, `bitbucket`, `platform`, `address` or `settings`.
    pub host: Arc<str>,
    /// The branch, tag or commit; nothing: the default branch.
    pub reference: Option<Arc<str>>,
    /// The reference is known at run time only.
    pub computed: bool,
    /// The files of it that are used, sorted; an empty path is the whole.
    pub files: Vec<Arc<str>>,
    /// Where it is first used.
    pub location: Location,
    /// How many uses there are.
    pub uses: usize,
    /// It was read.
    pub read: bool,
    /// It holds steps, jobs or stages that are not seen: a template, an include, a workflow, a library. Else it is a
    /// program of its own, which is known by its name or not at all.
    pub hidden: bool,
    /// Where it was read from, as the user said it.
    pub from: Option<Arc<str>>,
}
