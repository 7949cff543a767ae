//! Which tree is checked: the repository around the named paths, or the paths' common folder.

use std::env;
use std::path::{Component, Path, PathBuf};

use volary_source::repository_root;

/// The root that paths in reports are relative to, and the targets below it.
///
/// Inside a git repository the root is the repository's, so that a finding has the same path and fingerprint wherever the
/// command is started.
pub(crate) fn root_and_targets(paths: &[PathBuf]) -> Result<(PathBuf, Vec<PathBuf>), String> {
    let current = env::current_dir().map_err(|error| format!("the current folder cannot be read: {error}"))?;
    let named: Vec<PathBuf> = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
    let mut targets = Vec::new();
    for path in &named {
        let absolute = normalise(&current.join(path));
        if absolute.symlink_metadata().is_err() {
            return Err(format!("{} does not exist", path.display()));
        }
        targets.push(absolute);
    }
    let common = targets.iter().skip(1).fold(folder(&targets[0]), |common, target| shared(&common, &folder(target)));
    let root = repository_root(&common).unwrap_or(common);
    Ok((root, targets))
}

fn folder(path: &Path) -> PathBuf {
    if path.is_dir() { path.to_path_buf() } else { path.parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf) }
}

fn shared(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

/// Removes `.` and `..` without asking the file system, as the shell shows paths.
fn normalise(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_shared() {
        assert_eq!(normalise(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(shared(Path::new("/a/b"), Path::new("/a/c")), Path::new("/a"));
    }
}
