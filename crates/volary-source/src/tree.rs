use std::sync::Arc;

use volary_model::{NotJudged, Problem};

/// How many bytes [`Tree::read_if`] shows before the rest is read.
pub(crate) const START: usize = 8 * 1024;

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEntry {
    /// Path relative to the root, `/` between parts, escaped as [`crate::escape`] says.
    pub path: Arc<str>,
    /// Size in bytes when it was listed.
    pub size: u64,
    /// Of a symbolic link: the path of the file inside the tree that it leads to, which is listed by itself as well
    /// unless it is ignored or lies outside the targets.
    pub link: Option<Arc<str>>,
}

impl FileEntry {
    /// A regular file.
    pub fn new(path: impl Into<Arc<str>>, size: u64) -> Self {
        Self { path: path.into(), size, link: None }
    }
}

/// What a tree holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files that are judged, sorted by the bytes of their paths.
    pub files: Vec<FileEntry>,
    /// What could not be listed, sorted.
    pub problems: Vec<Problem>,
    /// What was left out on purpose, sorted by reason, paths sorted. A folder that is left out is named once.
    pub not_judged: Vec<NotJudged>,
}

/// A tree of files behind one face, wherever it is kept.
pub trait Tree: Send + Sync {
    /// The regular files that are judged: those below the targets, ignore rules respected, `.git` never, dot folders such
    /// as `.github` walked, links to files inside the tree included, no link followed out of it.
    fn list(&self) -> Listing;

    /// The bytes of a file anywhere below the root, ignored ones too. Regular files only (also through links that stay
    /// inside the root), up to the size limit.
    ///
    /// # Errors
    /// A [`Problem`] with the path when the file is absent, unreadable, special, too large, or outside the root.
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem>;

    /// Whether a file or a folder is there.
    fn exists(&self, path: &str) -> bool;

    /// The regular files directly in a folder (`""` is the root), ignored ones too, sorted. Empty where there is no such
    /// folder.
    fn folder(&self, path: &str) -> Vec<FileEntry>;

    /// The bytes of a file whose first 8 KiB are `wanted`; `None` for any other, which is then not read further. Large
    /// binary files thus cost nothing, and are no [`Problem`] for their size.
    ///
    /// # Errors
    /// As [`Tree::read`].
    fn read_if(&self, path: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>, Problem> {
        let bytes = self.read(path)?;
        Ok(wanted(&bytes[..bytes.len().min(START)]).then_some(bytes))
    }
}

impl<T: Tree + ?Sized> Tree for Arc<T> {
    fn list(&self) -> Listing {
        (**self).list()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        (**self).read(path)
    }

    fn exists(&self, path: &str) -> bool {
        (**self).exists(path)
    }

    fn folder(&self, path: &str) -> Vec<FileEntry> {
        (**self).folder(path)
    }

    fn read_if(&self, path: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>, Problem> {
        (**self).read_if(path, wanted)
    }
}

impl<T: Tree + ?Sized> Tree for &T {
    fn list(&self) -> Listing {
        (**self).list()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        (**self).read(path)
    }

    fn exists(&self, path: &str) -> bool {
        (**self).exists(path)
    }

    fn folder(&self, path: &str) -> Vec<FileEntry> {
        (**self).folder(path)
    }

    fn read_if(&self, path: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>, Problem> {
        (**self).read_if(path, wanted)
    }
}
