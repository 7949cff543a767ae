//! Walking a tree on disk, in parallel, with a result that does not depend on the order of the walk.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use volary_model::{Problem, ProblemKind};

use crate::ignore_rules::Rules;
use crate::path::{escape, join};
use crate::problem::{LeftOut, problem, unreadable};
use crate::{FileEntry, Limits, Listing};

const IGNORED: &str = "paths ignored by .gitignore";
pub(crate) const INSTALLED: &str = "folders of installed packages, modules and providers";
pub(crate) const LINK_OUT: &str = "links that lead out of the tree";
pub(crate) const LINK_BROKEN: &str = "links that lead nowhere";
pub(crate) const LINK_FOLDER: &str = "links to folders that are not checked themselves";
const SPECIAL: &str = "pipes, sockets and devices";

/// What a version control system keeps for itself: never walked, not worth a word.
const METADATA: &[&str] = &[".git", ".hg", ".svn", ".jj", ".bzr"];
/// What tools download or copy: other people's files. Modules in `.terraform` are read when a call names them.
const DOWNLOADED: &[&str] = &["node_modules", ".terraform", ".terragrunt-cache"];

/// Where a walk starts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// Relative to the root; empty for the root itself.
    pub(crate) path: PathBuf,
    /// A single file, listed whatever the ignore rules say.
    pub(crate) is_file: bool,
}

/// The result of a walk.
pub(crate) struct Walked {
    pub(crate) listing: Listing,
    /// The folders that were entered: real ones, reached without links. Shown paths, sorted.
    pub(crate) folders: Vec<String>,
}

/// What one or more folders hold.
#[derive(Default)]
struct Part {
    files: Vec<FileEntry>,
    folders: Vec<String>,
    problems: Vec<Problem>,
    left_out: Vec<(&'static str, Arc<str>)>,
    /// Links to folders inside the tree: the link and where it leads.
    folder_links: Vec<(Arc<str>, String)>,
}

struct Walk<'a> {
    root: &'a Path,
    limits: Limits,
    count: AtomicUsize,
    parts: Mutex<Vec<Part>>,
}

/// A folder to enter.
struct Folder {
    path: PathBuf,
    shown: String,
    depth: usize,
    rules: Rules,
}

/// Lists what lies below the targets. `root` is canonical.
pub(crate) fn walk(root: &Path, targets: &[Target], limits: Limits) -> Walked {
    let walk = Walk { root, limits, count: AtomicUsize::new(0), parts: Mutex::default() };
    let mut part = Part::default();
    let mut starts = Vec::new();
    for target in targets {
        if target.is_file {
            walk.single_file(&target.path, &mut part);
        } else {
            starts.push(walk.start(&target.path, &mut part.problems));
        }
    }
    walk.finish(part);
    rayon::scope(|scope| {
        for folder in starts {
            scope.spawn(|scope| walk.enter(folder, scope));
        }
    });
    walk.collect()
}

impl<'a> Walk<'a> {
    /// A target's folder with the rules of the folders above it.
    fn start(&self, path: &Path, problems: &mut Vec<Problem>) -> Folder {
        let mut rules = Rules::default();
        let mut above = PathBuf::new();
        for component in path.components() {
            if above.as_os_str().is_empty() || !self.root.join(&above).join(".git").exists() {
                rules = rules.enter(self.root, &above, problems);
            } else {
                rules = Rules::default().enter(self.root, &above, problems);
            }
            above.push(component);
        }
        Folder { path: path.to_owned(), shown: escape(path.as_os_str()), depth: path.components().count(), rules }
    }

    fn single_file(&self, path: &Path, part: &mut Part) {
        let shown: Arc<str> = escape(path.as_os_str()).into();
        match fs::symlink_metadata(self.root.join(path)) {
            Ok(metadata) => self.entry(path, shown, metadata.file_type(), part),
            Err(error) => part.problems.push(unreadable(shown, "the file", &error)),
        }
    }

    fn enter<'scope>(&'scope self, folder: Folder, scope: &rayon::Scope<'scope>)
    where
        'a: 'scope,
    {
        if self.count.load(Ordering::Relaxed) > self.limits.files.saturating_mul(4) {
            return;
        }
        let mut part = Part::default();
        self.read_folder(folder, &mut part, &mut |next| scope.spawn(|scope| self.enter(next, scope)));
        self.finish(part);
    }

    fn read_folder(&self, folder: Folder, part: &mut Part, spawn: &mut dyn FnMut(Folder)) {
        let entries = match fs::read_dir(self.root.join(&folder.path)).and_then(Iterator::collect::<io::Result<Vec<_>>>)
        {
            Ok(entries) => entries,
            Err(error) => {
                part.problems.push(unreadable(folder.shown, "the folder", &error));
                return;
            }
        };
        // A repository inside the tree has rules of its own, as in git.
        let is_repository = folder.depth > 0 && entries.iter().any(|entry| entry.file_name() == ".git");
        let above = if is_repository { Rules::default() } else { folder.rules };
        let rules = if entries.iter().any(|entry| entry.file_name() == ".gitignore") {
            above.enter(self.root, &folder.path, &mut part.problems)
        } else {
            above
        };
        for entry in entries {
            let name = entry.file_name();
            let path = folder.path.join(&name);
            let shown = join(&folder.shown, &escape(&name));
            let kind = match entry.file_type() {
                Ok(kind) => kind,
                Err(error) => {
                    part.problems.push(unreadable(shown, "the file", &error));
                    continue;
                }
            };
            if is_one_of(&name, METADATA) {
                continue;
            }
            if rules.ignore(&path, kind.is_dir()) {
                part.left_out.push((IGNORED, shown.into()));
            } else if !kind.is_dir() {
                self.entry(&path, shown.into(), kind, part);
            } else if is_one_of(&name, DOWNLOADED) {
                part.left_out.push((INSTALLED, shown.into()));
            } else if folder.depth >= self.limits.depth {
                let message = format!("the folder is nested more than {} deep and was not judged", self.limits.depth);
                part.problems.push(problem(shown, ProblemKind::Limit, message, ""));
            } else {
                spawn(Folder { path, shown, depth: folder.depth + 1, rules: rules.clone() });
            }
        }
        part.folders.push(folder.shown);
    }

    /// Anything but a folder.
    fn entry(&self, path: &Path, shown: Arc<str>, kind: FileType, part: &mut Part) {
        if kind.is_file() {
            match fs::symlink_metadata(self.root.join(path)) {
                Ok(metadata) => {
                    self.count.fetch_add(1, Ordering::Relaxed);
                    part.files.push(FileEntry::new(shown, metadata.len()));
                }
                Err(error) => part.problems.push(unreadable(shown, "the file", &error)),
            }
        } else if kind.is_symlink() {
            self.link(path, shown, part);
        } else {
            part.left_out.push((SPECIAL, shown));
        }
    }

    /// A link to a file of the tree is a file of its folder, as it is for the tools that read the folder. One to a folder
    /// is not entered: what it leads to is judged where it lies, once.
    fn link(&self, path: &Path, shown: Arc<str>, part: &mut Part) {
        let resolved =
            fs::canonicalize(self.root.join(path)).and_then(|real| fs::metadata(&real).map(|kind| (real, kind)));
        let (real, metadata) = match resolved {
            Ok(resolved) => resolved,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                part.problems.push(unreadable(shown, "what the link leads to", &error));
                return;
            }
            Err(_) => {
                part.left_out.push((LINK_BROKEN, shown));
                return;
            }
        };
        let inside = real
            .strip_prefix(self.root)
            .ok()
            .filter(|inside| !inside.components().any(|part| is_one_of(part.as_os_str(), METADATA)));
        match inside {
            None => part.left_out.push((LINK_OUT, shown)),
            Some(inside) if metadata.is_dir() => part.folder_links.push((shown, escape(inside.as_os_str()))),
            Some(inside) if metadata.is_file() => {
                self.count.fetch_add(1, Ordering::Relaxed);
                let link = Some(escape(inside.as_os_str()).into());
                part.files.push(FileEntry { path: shown, size: metadata.len(), link });
            }
            Some(_) => part.left_out.push((SPECIAL, shown)),
        }
    }

    fn finish(&self, part: Part) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
    }

    fn collect(self) -> Walked {
        let mut all = Part::default();
        for part in self.parts.into_inner().unwrap_or_else(PoisonError::into_inner) {
            all.files.extend(part.files);
            all.folders.extend(part.folders);
            all.problems.extend(part.problems);
            all.left_out.extend(part.left_out);
            all.folder_links.extend(part.folder_links);
        }
        all.files.sort_unstable();
        all.files.dedup_by(|a, b| a.path == b.path);
        all.folders.sort_unstable();
        all.folders.dedup();
        let mut left_out = LeftOut::default();
        for (link, real) in all.folder_links {
            if all.folders.binary_search(&real).is_err() {
                left_out.add(LINK_FOLDER, link);
            }
        }
        for (reason, path) in all.left_out {
            // What one target leaves out another may name.
            let named = all.files.binary_search_by(|file| file.path.cmp(&path)).is_ok()
                || all.folders.binary_search_by(|folder| (**folder).cmp(&*path)).is_ok();
            if !named {
                left_out.add(reason, path);
            }
        }
        if all.files.len() > self.limits.files {
            // Which files were reached before the walk was broken off would depend on the threads.
            let kept = if all.files.len() > self.limits.files.saturating_mul(4) { 0 } else { self.limits.files };
            let message = format!("the tree holds more than {} files; {kept} were judged", self.limits.files);
            all.problems.push(problem("", ProblemKind::Limit, message, "Check its parts one by one."));
            all.files.truncate(kept);
        }
        all.problems.sort_unstable();
        all.problems.dedup();
        let listing = Listing { files: all.files, problems: all.problems, not_judged: left_out.into_sorted() };
        Walked { listing, folders: all.folders }
    }
}

fn is_one_of(name: &OsStr, names: &[&str]) -> bool {
    names.iter().any(|other| name == OsStr::new(other))
}

/// Whether a folder of this name holds what tools downloaded.
pub(crate) fn is_installed(name: &str) -> bool {
    DOWNLOADED.contains(&name)
}
