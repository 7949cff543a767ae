use std::path::{Path, PathBuf};

use volary_model::Problem;

use crate::git;

/// The nearest folder, from `path` upwards, that holds `.git` (a folder, or the file of a worktree or submodule).
pub fn repository_root(path: &Path) -> Option<PathBuf> {
    let absolute = std::fs::canonicalize(path).ok()?;
    absolute.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// The newest commit that two revisions have in common, as a full hash: what a change started from.
///
/// # Errors
/// When a revision is not known, or the history that was fetched does not reach back to a common commit.
pub fn merge_base(repository: &Path, one: &str, other: &str) -> Result<String, Problem> {
    let repository = git::open(repository)?;
    let one = git::commit(&repository, one)?;
    let other = git::commit(&repository, other)?;
    match repository.merge_base(one, other) {
        Ok(Some(id)) => Ok(id.to_hex().to_string()),
        _ => Err(git::failed(
            "the revisions have no commit in common in the history that was fetched",
            "Fetch the whole history, for example with `git fetch --unshallow`.",
        )),
    }
}
