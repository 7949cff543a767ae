use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use volary_model::{Problem, ProblemKind};

use crate::path::{escape, inside, join};
use crate::problem::{outside, problem, too_large, unreadable};
use crate::tree::START;
use crate::walk::{Target, walk};
use crate::{FileEntry, Limits, Listing, Tree};

/// A working folder on disk.
///
/// Lists what lies below its targets, reads anything below its root, and never leaves the root: not by `..`, not by an
/// absolute path, not by a link. Links to files inside the root are files like others, with [`FileEntry::link`] set; folders
/// behind links are not walked a second time, but their files can be read by the path through the link.
#[derive(Debug)]
pub struct DiskTree {
    root: PathBuf,
    targets: Vec<Target>,
    limits: Limits,
    /// Folders that the walk reached without links: what lies in them cannot lead out of the root by its parents.
    walked: OnceLock<HashSet<String>>,
}

impl DiskTree {
    /// The tree at `root`. Targets are files or folders below it, absolute or relative to it; none means the whole tree.
    ///
    /// # Errors
    /// When the root is no readable folder, or a target is absent or lies outside the root.
    pub fn open(root: &Path, targets: &[PathBuf], limits: Limits) -> Result<Self, Problem> {
        let shown = || escape(root.as_os_str());
        let canonical = fs::canonicalize(root).map_err(|error| unreadable(shown(), "the folder", &error))?;
        if !canonical.is_dir() {
            return Err(problem(shown(), ProblemKind::Unreadable, "this is not a folder", ""));
        }
        let mut found = targets.iter().map(|target| locate(&canonical, target)).collect::<Result<Vec<_>, _>>()?;
        if found.is_empty() {
            found.push(Target { path: PathBuf::new(), is_file: false });
        }
        found.sort_unstable();
        found.dedup();
        Ok(Self { root: canonical, targets: found, limits, walked: OnceLock::new() })
    }

    /// The root, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file that a path stands for: itself, or, through links, one inside the root.
    fn resolve(&self, path: &str) -> Result<PathBuf, Problem> {
        let relative = inside(path).ok_or_else(|| outside(path))?;
        let direct = self.root.join(&relative);
        let (parent, _) = path.rsplit_once('/').unwrap_or(("", path));
        let safe_parent = self.walked.get().is_some_and(|walked| walked.contains(parent));
        if safe_parent && fs::symlink_metadata(&direct).is_ok_and(|metadata| metadata.is_file()) {
            return Ok(direct);
        }
        let real = fs::canonicalize(&direct).map_err(|error| unreadable(path, "the file", &error))?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(outside(path)) }
    }

    fn open_file(&self, path: &str) -> Result<(File, u64), Problem> {
        let real = self.resolve(path)?;
        let special =
            || problem(path, ProblemKind::Unreadable, "this is not a regular file", "Only regular files are judged.");
        // Looked at before it is opened, because opening a device can have effects, and again after, because it may
        // have been replaced in between.
        let before = fs::symlink_metadata(&real).map_err(|error| unreadable(path, "the file", &error))?;
        if !before.is_file() {
            return Err(special());
        }
        let file = open_plain(&real).map_err(|error| unreadable(path, "the file", &error))?;
        let after = file.metadata().map_err(|error| unreadable(path, "the file", &error))?;
        if after.is_file() { Ok((file, after.len())) } else { Err(special()) }
    }
}

/// A target as a path relative to the root. A file keeps its own name even where it is a link: it is judged in its folder.
fn locate(root: &Path, target: &Path) -> Result<Target, Problem> {
    let shown = escape(target.as_os_str());
    let absolute = root.join(target);
    let error = |error: io::Error| unreadable(shown.as_str(), "the path", &error);
    let metadata = fs::metadata(&absolute).map_err(error)?;
    let real = match (metadata.is_dir(), absolute.parent(), absolute.file_name()) {
        (false, Some(parent), Some(name)) => fs::canonicalize(parent).map_err(error)?.join(name),
        _ => fs::canonicalize(&absolute).map_err(error)?,
    };
    match real.strip_prefix(root) {
        Ok(path) => Ok(Target { path: path.to_owned(), is_file: !metadata.is_dir() }),
        Err(_) => Err(outside(shown)),
    }
}

/// Opens a file without waiting on a pipe and without following a link in its last part.
fn open_plain(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_CLOEXEC);
    }
    options.open(path)
}

/// The bytes of a regular file, or `None` when there are more than `limit`.
pub(crate) fn read_limited(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = open_plain(path)?;
    let size = file.metadata()?.len();
    read_rest(file, Vec::new(), size, limit)
}

/// Reads the rest of a file after `start`. A file may hold more than it says, so the limit is kept while reading too.
fn read_rest(file: File, mut start: Vec<u8>, size: u64, limit: u64) -> io::Result<Option<Vec<u8>>> {
    if size > limit {
        return Ok(None);
    }
    let missing = size.saturating_sub(start.len() as u64);
    start.reserve_exact(usize::try_from(missing).unwrap_or(0) + 1);
    let most = limit.saturating_add(1).saturating_sub(start.len() as u64);
    file.take(most).read_to_end(&mut start)?;
    Ok((start.len() as u64 <= limit).then_some(start))
}

impl Tree for DiskTree {
    fn list(&self) -> Listing {
        let result = walk(&self.root, &self.targets, self.limits);
        let _ = self.walked.set(result.folders.into_iter().collect());
        result.listing
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let (file, size) = self.open_file(path)?;
        match read_rest(file, Vec::new(), size, self.limits.file_bytes) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(too_large(path, self.limits.file_bytes)),
            Err(error) => Err(unreadable(path, "the file", &error)),
        }
    }

    fn read_if(&self, path: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>, Problem> {
        let (mut file, size) = self.open_file(path)?;
        let failed = |error: io::Error| unreadable(path, "the file", &error);
        let mut start = Vec::with_capacity(usize::try_from(size).unwrap_or(START).min(START) + 1);
        Read::by_ref(&mut file).take(START as u64).read_to_end(&mut start).map_err(failed)?;
        if !wanted(&start) {
            return Ok(None);
        }
        match read_rest(file, start, size, self.limits.file_bytes).map_err(failed)? {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(too_large(path, self.limits.file_bytes)),
        }
    }

    fn exists(&self, path: &str) -> bool {
        let Some(relative) = inside(path) else { return false };
        fs::canonicalize(self.root.join(relative)).is_ok_and(|real| real.starts_with(&self.root))
    }

    fn folder(&self, path: &str) -> Vec<FileEntry> {
        let Some(relative) = inside(path) else { return Vec::new() };
        let Ok(real) = fs::canonicalize(self.root.join(&relative)) else { return Vec::new() };
        if !real.starts_with(&self.root) {
            return Vec::new();
        }
        let folder = escape(relative.as_os_str());
        let entries = fs::read_dir(&real).into_iter().flatten().flatten();
        let mut files: Vec<FileEntry> = entries
            .filter_map(|entry| {
                let shown = join(&folder, &escape(&entry.file_name()));
                let kind = entry.file_type().ok()?;
                if kind.is_file() {
                    return Some(FileEntry::new(shown, entry.metadata().ok()?.len()));
                }
                let target = fs::canonicalize(entry.path()).ok().filter(|_| kind.is_symlink())?;
                let inside = target.strip_prefix(&self.root).ok()?;
                let metadata = fs::metadata(&target).ok().filter(fs::Metadata::is_file)?;
                let link = Some(escape(inside.as_os_str()).into());
                Some(FileEntry { path: shown.into(), size: metadata.len(), link })
            })
            .collect();
        files.sort_unstable();
        files
    }
}
