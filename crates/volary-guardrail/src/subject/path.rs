//! Folders and files: whether what was scanned holds what ships.

use std::sync::Arc;

use super::Identity;
use crate::plan::Act;
use crate::recognise::{self, ArtifactKind, Role};

/// The places of the repository that an act is about.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Paths from the root of the repository, `""` for the root; `None` for one that is not known.
    paths: Vec<Option<Arc<str>>>,
    /// The folder that the act runs in.
    folder: Option<Arc<str>>,
    /// What is shipped is made by a build and lies nowhere in the repository.
    built: bool,
    /// The paths as they are written.
    written: Vec<Arc<str>>,
}

impl Paths {
    /// The places of an act.
    pub fn of(act: &Act) -> Self {
        let (values, built) = match act.role() {
            Role::Control(control) => (&control.target, false),
            Role::Effect(effect) => {
                let built = matches!(
                    effect.kind,
                    ArtifactKind::App
                        | ArtifactKind::Package
                        | ArtifactKind::Binary
                        | ArtifactKind::Site
                        | ArtifactKind::Image
                );
                (&effect.reference, built)
            }
            Role::Change(change) => (if change.from.is_empty() { &change.reference } else { &change.from }, false),
            _ => return Self { paths: Vec::new(), folder: act.folder.clone(), built: true, written: Vec::new() },
        };
        let written = Act::texts(values);
        // A plan is made of the folder that it is made in.
        let values = match act.role() {
            Role::Change(change) if change.change == recognise::ChangeKind::Plan && change.from.is_empty() => {
                &Vec::new()
            }
            _ => values,
        };
        let folder = act.folder.clone();
        let paths = values
            .iter()
            .map(|value| {
                let text = value.as_text().map(Arc::<str>::from).or_else(|| {
                    // A text that starts at the root of the working copy, whatever the platform calls that.
                    let written = recognise::written(value);
                    strip_root(&written).map(Arc::from)
                })?;
                join(folder.as_deref()?, strip_root(&text).unwrap_or(&text))
            })
            .collect();
        Self { paths, folder, built, written }
    }

    /// Several of them as one.
    pub fn all(many: Vec<Self>) -> Self {
        let mut paths = Vec::new();
        let mut written = Vec::new();
        for one in many {
            if one.paths.is_empty() {
                paths.push(one.folder);
            } else {
                paths.extend(one.paths);
            }
            written.extend(one.written);
        }
        Self { paths, folder: None, built: false, written }
    }

    /// Whether what is named lies in the repository.
    pub fn is_there(&self, exists: &dyn Fn(&str) -> bool) -> bool {
        let there = |path: &Option<Arc<str>>| path.as_ref().is_some_and(|path| exists(path));
        if self.built {
            return true;
        }
        self.paths.iter().all(there)
    }

    /// Whether everything that is named is known and lies below one of some paths.
    pub fn all_below(&self, paths: &[&str]) -> bool {
        let below = |path: &Option<Arc<str>>| {
            path.as_ref().is_some_and(|path| {
                !path.is_empty()
                    && paths.iter().any(|other| {
                        folder_covers(other.trim_start_matches("./").trim_start_matches("**/"), path)
                            && *other != "."
                            && *other != "*"
                    })
            })
        };
        !self.built && !self.paths.is_empty() && self.paths.iter().all(below)
    }

    /// The same, where nobody knows what it was made from.
    pub fn without_place(mut self) -> Self {
        self.built = true;
        self
    }

    /// Whether these, which were scanned, hold the others, which ship.
    pub fn identity(&self, ships: &Self, exists: &dyn Fn(&str) -> bool) -> Identity {
        // Nothing is named: what is in the folder it runs in.
        let scanned: Vec<Option<Arc<str>>> =
            if self.paths.is_empty() { vec![self.folder.clone()] } else { self.paths.clone() };
        if scanned.iter().flatten().any(|path| path.is_empty()) {
            return Identity::Same;
        }
        let shipped: Vec<Option<Arc<str>>> = if ships.paths.is_empty() || ships.built {
            vec![ships.folder.clone().filter(|folder| !folder.is_empty())]
        } else {
            ships.paths.clone()
        };
        // What is not there before the run was made by it, of what ships.
        if scanned.iter().flatten().any(|path| is_made(path, exists)) {
            return Identity::Same;
        }
        // The very file that a step made, which lies nowhere in the repository.
        if ships.written.iter().any(|ship| !ship.is_empty() && self.written.contains(ship)) {
            return Identity::Same;
        }
        let covered = |ship: &Arc<str>| scanned.iter().flatten().any(|scan| folder_covers(scan, ship));
        if shipped.iter().all(|ship| ship.as_ref().is_some_and(covered)) {
            return Identity::Same;
        }
        if scanned.iter().any(Option::is_none) {
            // The scan names a folder that only the run knows; so does what ships.
            return if ships.built { Identity::Same } else { Identity::Hidden("what is scanned is not known".into()) };
        }
        if shipped.iter().any(Option::is_none) {
            // A package or application is built from somewhere in the repository: a scan of a part of it is what there is.
            return if ships.built { Identity::Same } else { Identity::Hidden("what ships is not known".into()) };
        }
        let list: Vec<&str> = scanned.iter().flatten().map(|path| &**path).collect();
        let apart = |ship: &Arc<str>| {
            scanned.iter().flatten().all(|scan| !folder_covers(scan, ship) && !folder_covers(ship, scan))
        };
        if shipped.iter().flatten().all(apart) || !ships.built {
            return Identity::Other(format!("`{}`", list.join("`, `")).into());
        }
        Identity::Same
    }
}

/// Whether a folder or file holds another: itself, what lies in it, what a pattern of it matches.
pub fn folder_covers(scan: &str, ship: &str) -> bool {
    let scan = scan.trim_end_matches('/');
    let scan = scan.trim_end_matches("/**").trim_end_matches("/*");
    if scan.is_empty() || scan == "." || scan == "*" || scan == "**" || scan == ship {
        return true;
    }
    if ship.strip_prefix(scan).is_some_and(|rest| rest.starts_with('/')) {
        return true;
    }
    // `charts/*.yaml`, `infra/**/*.tf`: the folder in front of the pattern.
    match scan.find(['*', '?', '{']) {
        Some(at) => {
            let folder = scan[..at].rsplit_once('/').map_or("", |(folder, _)| folder);
            ship == folder || folder.is_empty() || ship.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        }
        // One file of the folder that ships is what ships where it is the main file of it.
        None => {
            let (folder, name) = scan.rsplit_once('/').unwrap_or(("", scan));
            folder == ship
                && (name.contains("plan") || matches!(name, "Chart.yaml" | "kustomization.yaml" | "main.bicep"))
        }
    }
}

/// Whether a path is of something that the run makes: it is not in the repository.
fn is_made(path: &str, exists: &dyn Fn(&str) -> bool) -> bool {
    let plain = !path.contains(['*', '?', '{', '$']);
    plain && (path == "-" || path.ends_with("/-") || path.starts_with('/') || !exists(path))
}

/// A path without the name that platforms have for the working copy.
fn strip_root(text: &str) -> Option<&str> {
    const ROOTS: &[&str] = &[
        "${{ github.workspace }}",
        "$GITHUB_WORKSPACE",
        "${GITHUB_WORKSPACE}",
        "$(System.DefaultWorkingDirectory)",
        "$(Build.SourcesDirectory)",
        "$(Build.Repository.LocalPath)",
        "${BUILD_SOURCESDIRECTORY}",
        "$(Pipeline.Workspace)/s",
        "$CI_PROJECT_DIR",
        "${CI_PROJECT_DIR}",
        "$WORKSPACE",
        "${WORKSPACE}",
        "${env.WORKSPACE}",
        "$PWD",
        "${PWD}",
        "$(pwd)",
    ];
    let root = ROOTS.iter().find(|root| text.starts_with(**root))?;
    let rest = text[root.len()..].trim_start_matches('/');
    (!rest.contains('$')).then_some(rest)
}

/// A path below a folder, `.` and `..` resolved.
fn join(folder: &str, path: &str) -> Option<Arc<str>> {
    let path = path.trim().trim_start_matches("file://").trim_end_matches('/');
    if path.contains("${") || path.contains("$(") {
        return None;
    }
    if path.starts_with('/') {
        return Some(path.into());
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_lies_in_it() {
        assert!(folder_covers("infra", "infra/main.bicep"));
        assert!(folder_covers("", "infra"));
        assert!(folder_covers("infra/**/*.tf", "infra/prod"));
        assert!(!folder_covers("infra", "infrastructure"));
        assert!(!folder_covers("infra/dev", "infra/prod"));
        assert!(!folder_covers("infra/dev", "infra"));
    }

    #[test]
    fn paths_are_joined() {
        assert_eq!(join("app", "../infra/./x").as_deref(), Some("infra/x"));
        assert_eq!(join("", "../x"), None);
        assert_eq!(strip_root("$(System.DefaultWorkingDirectory)/infra"), Some("infra"));
    }
}
