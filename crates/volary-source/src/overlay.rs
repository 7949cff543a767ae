use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use volary_model::Problem;

use crate::path::clean;
use crate::tree::START;
use crate::{FileEntry, Listing, Tree};

/// Another tree with some files replaced: an editor's buffers over the files on disk.
///
/// A buffer of a file that the other tree lists takes its place; one of a file that does not exist yet is listed too; one of
/// a file that exists but is ignored stays ignored.
pub struct OverlayTree<T> {
    base: T,
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
}

impl<T: Tree> OverlayTree<T> {
    /// `base` with these files replaced or added. Paths that lead out of the root are left out.
    pub fn new(base: T, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files = files
            .into_iter()
            .filter_map(|(path, bytes)| Some((Arc::from(clean(&path)?.as_ref()), Arc::from(bytes))))
            .collect();
        Self { base, files }
    }

    fn replaced(&self, path: &str) -> Option<(&Arc<str>, &Arc<[u8]>)> {
        self.files.get_key_value(clean(path)?.as_ref())
    }

    /// `files` with the buffers of `buffers` laid over.
    fn merge<'a>(
        &self,
        files: Vec<FileEntry>,
        buffers: impl Iterator<Item = (&'a Arc<str>, &'a Arc<[u8]>)>,
    ) -> Vec<FileEntry> {
        let mut files: BTreeMap<Arc<str>, FileEntry> =
            files.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        for (path, bytes) in buffers {
            files.insert(path.clone(), FileEntry::new(path.clone(), bytes.len() as u64));
        }
        files.into_values().collect()
    }
}

impl<T: Tree> Tree for OverlayTree<T> {
    fn list(&self) -> Listing {
        let mut listing = self.base.list();
        let listed = |path: &Arc<str>| listing.files.binary_search_by(|entry| entry.path.cmp(path)).is_ok();
        let buffers: Vec<_> = self.files.iter().filter(|(path, _)| listed(path) || !self.base.exists(path)).collect();
        listing.problems.retain(|problem| !buffers.iter().any(|(path, _)| **path == problem.path));
        let files = std::mem::take(&mut listing.files);
        listing.files = self.merge(files, buffers.into_iter());
        listing
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        match self.replaced(path) {
            Some((_, bytes)) => Ok(bytes.to_vec()),
            None => self.base.read(path),
        }
    }

    fn exists(&self, path: &str) -> bool {
        let Some(path) = clean(path) else { return false };
        let below = format!("{path}/");
        self.files.contains_key(path.as_ref())
            || self
                .files
                .range::<str, _>((Bound::Included(below.as_str()), Bound::Unbounded))
                .next()
                .is_some_and(|(file, _)| file.starts_with(&below))
            || self.base.exists(&path)
    }

    fn folder(&self, path: &str) -> Vec<FileEntry> {
        let Some(folder) = clean(path) else { return Vec::new() };
        let here = self.files.iter().filter(|(path, _)| match path.rsplit_once('/') {
            Some((parent, _)) => parent == folder,
            None => folder.is_empty(),
        });
        self.merge(self.base.folder(&folder), here)
    }

    fn read_if(&self, path: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>, Problem> {
        match self.replaced(path) {
            Some((_, bytes)) => Ok(wanted(&bytes[..bytes.len().min(START)]).then(|| bytes.to_vec())),
            None => self.base.read_if(path, wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryTree;

    #[test]
    fn buffers_replace_and_add_files() {
        let base = MemoryTree::of_texts([("a.tf", "old"), ("m/b.tf", "kept")]);
        let tree = OverlayTree::new(base, [("a.tf".into(), b"newer".to_vec()), ("m/c.tf".into(), Vec::new())]);
        let files: Vec<_> = tree.list().files.iter().map(|file| (file.path.to_string(), file.size)).collect();
        assert_eq!(files, [("a.tf".into(), 5), ("m/b.tf".into(), 4), ("m/c.tf".into(), 0)]);
        assert_eq!(tree.read("./a.tf").unwrap(), b"newer");
        assert_eq!(tree.read("m/b.tf").unwrap(), b"kept");
        assert_eq!(tree.folder("m").len(), 2);
        assert!(tree.exists("m/c.tf") && tree.exists("m") && !tree.exists("x"));
        assert_eq!(tree.read_if("a.tf", &|start| start == b"old").unwrap(), None);
    }
}
