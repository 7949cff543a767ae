use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::PolicyInfo;

use crate::{Baseline, CodeOwners, Config, Exceptions};

/// Everything that was decided about findings before this run.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// `.volary/config.yaml`.
    pub config: Config,
    /// `.volary/exceptions/*.yaml`.
    pub exceptions: Exceptions,
    /// `.volary/baseline.jsonl`.
    pub baseline: Baseline,
    /// CODEOWNERS, where there is one.
    pub owners: Option<CodeOwners>,
    /// What the run looked at.
    pub scope: Scope,
}

/// What a run looked at: only there can it tell that a record covers nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The files and folders that were checked, relative to the root; empty for everything.
    pub targets: Vec<Arc<str>>,
    /// The policies of the tier that was asked for, by id and alias; `None` for all.
    pub policies: Option<BTreeSet<Arc<str>>>,
    /// All policies that there are, by id and alias; `None` when that is not known.
    pub known: Option<BTreeSet<Arc<str>>>,
}

impl Scope {
    /// The names under which records know these policies.
    pub fn names<'a>(policies: impl IntoIterator<Item = &'a PolicyInfo>) -> BTreeSet<Arc<str>> {
        policies.into_iter().flat_map(|policy| std::iter::once(&policy.id).chain(&policy.aliases)).cloned().collect()
    }

    /// Whether a path was looked at.
    pub fn has_path(&self, path: &str) -> bool {
        self.targets.is_empty()
            || self.targets.iter().any(|target| {
                let target = target.trim_end_matches('/');
                matches!(target, "" | ".")
                    || path.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    }

    /// Whether a folder's content could have been looked at, wholly or in part.
    pub fn touches(&self, folder: &str) -> bool {
        self.has_path(folder)
            || self.targets.iter().any(|target| {
                target.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
            })
    }

    /// Whether a policy was judged.
    pub fn has_policy(&self, id: &str) -> bool {
        self.policies.as_ref().is_none_or(|policies| policies.contains(id))
    }

    /// Whether there is such a policy at all.
    pub fn knows(&self, id: &str) -> bool {
        self.known.as_ref().is_none_or(|known| known.contains(id)) || (self.policies.is_some() && self.has_policy(id))
    }
}
