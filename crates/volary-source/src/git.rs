use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::objs::tree::EntryKind;
use gix::{ObjectId, Repository, ThreadSafeRepository};
use rayon::prelude::*;
use volary_model::{Problem, ProblemKind};

use crate::path::{clean, escape, escape_bytes, join};
use crate::problem::{LeftOut, outside, problem, too_large};
use crate::walk::{INSTALLED, LINK_BROKEN, LINK_FOLDER, LINK_OUT, is_installed};
use crate::{FileEntry, Limits, Listing, Tree, repository_root};

const SUBMODULE: &str = "submodules (repositories of their own)";
/// The most links that are followed for one path, as Linux does.
const MOST_LINKS: usize = 40;

/// The tree of a revision, read from git's own store: the checkout is neither read nor touched.
///
/// Everything that is tracked is listed, whatever the ignore rules say. Symbolic links are followed inside the tree as on
/// disk. Contents are as git keeps them: filters that change them at checkout (line ends, LFS) are not applied.
pub struct GitTree {
    repository: ThreadSafeRepository,
    entries: BTreeMap<Arc<str>, Kept>,
    folders: BTreeSet<Arc<str>>,
    targets: HashSet<String>,
    problems: Vec<Problem>,
    limits: Limits,
}

/// What git keeps under a path.
enum Kept {
    File(ObjectId),
    /// A symbolic link and where it leads, as a shown path.
    Link(String),
    Submodule,
}

/// Where a path leads.
enum Found<'a> {
    File(&'a Arc<str>, ObjectId),
    Folder(String),
    Outside,
    Nowhere,
}

/// A problem with the repository as a whole.
pub(crate) fn failed(message: impl Into<Arc<str>>, help: &str) -> Problem {
    problem("", ProblemKind::Unreadable, message, help)
}

/// Opens the repository that `path` lies in, without the settings of the user or the machine.
pub(crate) fn open(path: &Path) -> Result<Repository, Problem> {
    let root = repository_root(path).unwrap_or_else(|| path.to_owned());
    gix::open_opts(&root, gix::open::Options::isolated()).map_err(|error| {
        let message = format!("`{}` is not a git repository that can be read: {error}", escape(root.as_os_str()));
        failed(message, "`--since` needs a clone with its `.git` folder.")
    })
}

/// The commit that a revision names.
pub(crate) fn commit(repository: &Repository, revision: &str) -> Result<ObjectId, Problem> {
    let unknown = || {
        let help = if repository.is_shallow().unwrap_or(false) {
            "Only a part of the history was fetched. Fetch the revision, for example with `git fetch origin main` or \
             `fetch-depth: 0`."
        } else {
            "Name a branch, tag or commit that this clone has, for example `origin/main`."
        };
        failed(format!("git does not know the revision `{revision}`"), help)
    };
    let id = repository.rev_parse_single(revision).map_err(|_| unknown())?;
    let object = id.object().map_err(|_| unknown())?;
    let commit = object.peel_to_commit().map_err(|_| unknown())?;
    Ok(commit.id)
}

impl GitTree {
    /// The tree of `revision` in the repository that `repository` lies in. Paths are relative to `repository`, also where
    /// that is a folder inside the repository, so they are those of a [`crate::DiskTree`] with the same root. Targets are
    /// files or folders below it, absolute or relative to it; one that the revision does not have holds nothing.
    ///
    /// # Errors
    /// When there is no repository, the revision is not known or its tree cannot be read.
    pub fn open(repository: &Path, revision: &str, targets: &[PathBuf], limits: Limits) -> Result<Self, Problem> {
        let base = std::fs::canonicalize(repository).unwrap_or_else(|_| repository.to_owned());
        let store = open(&base)?;
        let commit = commit(&store, revision)?;
        let no_tree = || failed(format!("the tree of `{revision}` cannot be read from this clone"), PARTIAL);
        let mut root =
            store.find_commit(commit).ok().and_then(|commit| commit.tree_id().ok()).ok_or_else(no_tree)?.detach();
        let prefix = repository_root(&base).and_then(|top| base.strip_prefix(top).ok().map(Path::to_owned));
        for part in prefix.iter().flat_map(|prefix| prefix.components()) {
            let tree = store.find_tree(root).map_err(|_| no_tree())?;
            let name = part.as_os_str().as_encoded_bytes();
            let below = tree.iter().flatten().find(|entry| entry.filename() == name && entry.mode().is_tree());
            match below.map(|entry| entry.object_id()) {
                Some(id) => root = id,
                None => root = ObjectId::empty_tree(store.object_hash()),
            }
        }
        let mut tree = Self {
            repository: store.clone().into_sync(),
            entries: BTreeMap::new(),
            folders: BTreeSet::from(["".into()]),
            targets: targets.iter().map(|target| locate(&base, target)).collect::<Result<_, _>>()?,
            problems: Vec::new(),
            limits,
        };
        if tree.targets.is_empty() {
            tree.targets.insert(String::new());
        }
        tree.load(&store, root);
        Ok(tree)
    }

    /// Reads all trees below `root`.
    fn load(&mut self, store: &Repository, root: ObjectId) {
        let mut open: Vec<(String, ObjectId, usize)> = vec![(String::new(), root, 0)];
        while let Some((folder, id, depth)) = open.pop() {
            if id.is_empty_tree() {
                continue;
            }
            let Ok(tree) = store.find_tree(id) else {
                self.problems.push(problem(
                    folder,
                    ProblemKind::Unreadable,
                    "the folder is not in this clone",
                    PARTIAL,
                ));
                continue;
            };
            for entry in tree.iter() {
                let Ok(entry) = entry else {
                    let message = "the folder is damaged in git's store";
                    self.problems.push(problem(folder.as_str(), ProblemKind::Unreadable, message, "Run `git fsck`."));
                    break;
                };
                let path = join(&folder, &escape_bytes(entry.filename()));
                let kept = match entry.mode().kind() {
                    EntryKind::Tree if depth < self.limits.depth => {
                        self.folders.insert(path.as_str().into());
                        open.push((path, entry.object_id(), depth + 1));
                        continue;
                    }
                    EntryKind::Tree => {
                        let message = format!("the folder is nested more than {} deep", self.limits.depth);
                        self.problems.push(problem(path, ProblemKind::Limit, message, ""));
                        continue;
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable => Kept::File(entry.object_id()),
                    EntryKind::Commit => Kept::Submodule,
                    EntryKind::Link => {
                        // A target longer than any path leads nowhere.
                        let size = store.find_header(entry.object_id()).map_or(u64::MAX, |header| header.size());
                        let blob = (size <= 4096).then(|| store.find_blob(entry.object_id()).ok()).flatten();
                        Kept::Link(blob.map(|blob| escape_bytes(&blob.data)).unwrap_or_default())
                    }
                };
                self.entries.insert(path.into(), kept);
                if self.entries.len() > self.limits.files {
                    let message = format!("the revision holds more than {} files; none was judged", self.limits.files);
                    self.problems.push(problem("", ProblemKind::Limit, message, "Check its parts one by one."));
                    self.entries.clear();
                    return;
                }
            }
        }
        self.problems.sort_unstable();
    }

    /// Follows a path through links, as the file system would.
    fn find(&self, path: &str) -> Found<'_> {
        if path.starts_with('/') {
            return Found::Outside;
        }
        let mut open: Vec<String> = parts(path);
        let mut here = String::new();
        let mut links = 0;
        while let Some(part) = open.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." if here.is_empty() => return Found::Outside,
                ".." => {
                    here.truncate(here.rfind('/').unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let next = join(&here, &part);
            match self.entries.get_key_value(next.as_str()) {
                Some((path, Kept::File(id))) => {
                    let last = open.iter().all(|part| part.is_empty());
                    return if last { Found::File(path, *id) } else { Found::Nowhere };
                }
                Some((_, Kept::Link(target))) => {
                    links += 1;
                    if links > MOST_LINKS || target.is_empty() {
                        return Found::Nowhere;
                    }
                    if target.starts_with('/') {
                        return Found::Outside;
                    }
                    open.extend(parts(target));
                }
                Some((_, Kept::Submodule)) => return Found::Nowhere,
                None if self.folders.contains(next.as_str()) => here = next,
                None => return Found::Nowhere,
            }
        }
        Found::Folder(here)
    }

    /// Whether a path lies below a target, and where the part below the target starts.
    fn below_target(&self, path: &str) -> Option<usize> {
        if self.targets.contains(path) {
            return Some(path.len());
        }
        let folders = path.rmatch_indices('/').map(|(at, _)| at);
        folders.chain([0]).find(|at| self.targets.contains(&path[..*at])).map(|at| if at == 0 { 0 } else { at + 1 })
    }

    /// Whether the file at `path` certainly holds `bytes`.
    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        let Found::File(_, id) = self.find(path) else { return false };
        gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|other| other == id)
    }

    fn size(&self, store: &Repository, id: ObjectId) -> Option<u64> {
        store.find_header(id).ok().map(|header| header.size())
    }
}

const PARTIAL: &str =
    "The clone is shallow, partial or damaged. Fetch the missing objects, for example with `git fetch --refetch`.";

/// The parts of a path, last first.
fn parts(path: &str) -> Vec<String> {
    path.split('/').rev().map(str::to_owned).collect()
}

/// A target as a path relative to `base`. The file system is asked only for what lies above the last part, because the
/// revision may have what the checkout has not.
fn locate(base: &Path, target: &Path) -> Result<String, Problem> {
    let shown = escape(target.as_os_str());
    if target.is_relative() {
        return clean(&shown).map(std::borrow::Cow::into_owned).ok_or_else(|| outside(shown.as_str()));
    }
    let real = target
        .parent()
        .and_then(|parent| std::fs::canonicalize(parent).ok())
        .and_then(|parent| target.file_name().map(|name| parent.join(name)))
        .unwrap_or_else(|| target.to_owned());
    let relative =
        [target, &real].iter().find_map(|path| path.strip_prefix(base).ok().map(|path| escape(path.as_os_str())));
    relative.as_deref().and_then(clean).map(std::borrow::Cow::into_owned).ok_or_else(|| outside(shown.as_str()))
}

impl Tree for GitTree {
    fn list(&self) -> Listing {
        let mut left_out = LeftOut::default();
        let mut files: Vec<(Arc<str>, Option<Arc<str>>, ObjectId)> = Vec::new();
        for (path, kept) in &self.entries {
            let Some(start) = self.below_target(path) else { continue };
            if let Some(end) = installed(path, start) {
                left_out.add(INSTALLED, path[..end].into());
                continue;
            }
            match kept {
                Kept::File(id) => files.push((path.clone(), None, *id)),
                Kept::Submodule => left_out.add(SUBMODULE, path.clone()),
                Kept::Link(_) => match self.find(path) {
                    Found::File(real, id) => files.push((path.clone(), Some(real.clone()), id)),
                    Found::Folder(real) if self.below_target(&real).is_some() => {}
                    Found::Folder(_) => left_out.add(LINK_FOLDER, path.clone()),
                    Found::Outside => left_out.add(LINK_OUT, path.clone()),
                    Found::Nowhere => left_out.add(LINK_BROKEN, path.clone()),
                },
            }
        }
        let sized: Vec<Result<FileEntry, Problem>> = files
            .into_par_iter()
            .map_init(
                || self.repository.to_thread_local(),
                |store, (path, link, id)| match self.size(store, id) {
                    Some(size) => Ok(FileEntry { path, size, link }),
                    None => Err(problem(path, ProblemKind::Unreadable, "the file is not in this clone", PARTIAL)),
                },
            )
            .collect();
        let mut listing =
            Listing { problems: self.problems.clone(), not_judged: left_out.into_sorted(), ..Listing::default() };
        for entry in sized {
            match entry {
                Ok(file) => listing.files.push(file),
                Err(problem) => listing.problems.push(problem),
            }
        }
        listing.problems.sort_unstable();
        listing
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let id = match self.find(path) {
            Found::File(_, id) => id,
            Found::Outside => return Err(outside(path)),
            Found::Folder(_) => return Err(problem(path, ProblemKind::Unreadable, "this is not a regular file", "")),
            Found::Nowhere => return Err(problem(path, ProblemKind::Unreadable, "the file is not there", "")),
        };
        let store = self.repository.to_thread_local();
        let missing = || problem(path, ProblemKind::Unreadable, "the file is not in this clone", PARTIAL);
        if self.size(&store, id).ok_or_else(missing)? > self.limits.file_bytes {
            return Err(too_large(path, self.limits.file_bytes));
        }
        let mut blob = store.find_blob(id).map_err(|_| missing())?;
        Ok(std::mem::take(&mut blob.data))
    }

    fn exists(&self, path: &str) -> bool {
        matches!(self.find(path), Found::File(..) | Found::Folder(_))
    }

    fn folder(&self, path: &str) -> Vec<FileEntry> {
        let Some(asked) = clean(path) else { return Vec::new() };
        let Found::Folder(real) = self.find(&asked) else { return Vec::new() };
        let start = if real.is_empty() { String::new() } else { format!("{real}/") };
        let store = self.repository.to_thread_local();
        self.entries
            .range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded))
            .take_while(|(path, _)| path.starts_with(&start))
            .filter(|(path, _)| !path[start.len()..].contains('/'))
            .filter_map(|(path, kept)| {
                let Found::File(file, id) = self.find(path) else { return None };
                let link = matches!(kept, Kept::Link(_)).then(|| file.clone());
                let size = self.size(&store, id)?;
                Some(FileEntry { path: join(&asked, &path[start.len()..]).into(), size, link })
            })
            .collect()
    }
}

/// The end of the first folder of installed packages in a path, looking from byte `start`.
fn installed(path: &str, start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(length) = path.get(at..).and_then(|rest| rest.find('/')) {
        if is_installed(&path[at..at + length]) {
            return Some(at + length);
        }
        at += length + 1;
    }
    None
}

/// The files that differ between a revision and another tree: changed, added and removed ones, sorted. Where contents
/// cannot be compared (unreadable, or changed by a filter at checkout) the file counts as changed.
pub fn changed_paths(base: &GitTree, head: &dyn Tree) -> Vec<Arc<str>> {
    let before: BTreeMap<Arc<str>, u64> = base.list().files.into_iter().map(|file| (file.path, file.size)).collect();
    let after: BTreeMap<Arc<str>, u64> = head.list().files.into_iter().map(|file| (file.path, file.size)).collect();
    let all: BTreeSet<&Arc<str>> = before.keys().chain(after.keys()).collect();
    let all: Vec<&Arc<str>> = all.into_iter().collect();
    all.into_par_iter()
        .filter(|path| {
            before.get(*path) != after.get(*path) || !head.read(path).is_ok_and(|bytes| base.holds(path, &bytes))
        })
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::installed;

    #[test]
    fn folders_of_installed_packages_are_found_below_the_target_only() {
        assert_eq!(installed("a/node_modules/b/c.js", 0), Some(14));
        assert_eq!(installed("a/node_modules/b/c.js", 15), None);
        assert_eq!(installed("node_modules", 0), None);
        assert_eq!(installed(".terraform/x", 0), Some(10));
    }
}
