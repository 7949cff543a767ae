use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use volary_model::{Problem, ProblemKind};

use crate::path::clean;
use crate::problem::{outside, problem};
use crate::{FileEntry, Listing, Tree};

/// A tree in memory. Every file is judged; paths are as [`crate::escape`] shows them.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
}

impl MemoryTree {
    /// A tree of these files. Paths that lead out of the root are left out; of equal paths the last one stays.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files = files
            .into_iter()
            .filter_map(|(path, bytes)| Some((Arc::from(clean(&path)?.as_ref()), Arc::from(bytes))))
            .filter(|(path, _): &(Arc<str>, Arc<[u8]>)| !path.is_empty())
            .collect();
        Self { files }
    }

    /// A tree of texts, for tests.
    pub fn of_texts<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::new(files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())))
    }

    /// The files below a folder; all for `""`.
    fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a Arc<str>, &'a str, u64)> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let length = start.len();
        self.files
            .range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(&start))
            .map(move |(path, bytes)| (path, &path[length..], bytes.len() as u64))
    }
}

impl Tree for MemoryTree {
    fn list(&self) -> Listing {
        let files = self.files.iter().map(|(path, bytes)| FileEntry::new(path.clone(), bytes.len() as u64)).collect();
        Listing { files, ..Listing::default() }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let clean = clean(path).ok_or_else(|| outside(path))?;
        self.files
            .get(clean.as_ref())
            .map(|bytes| bytes.to_vec())
            .ok_or_else(|| problem(path, ProblemKind::Unreadable, "the file is not there", ""))
    }

    fn exists(&self, path: &str) -> bool {
        clean(path).is_some_and(|path| self.files.contains_key(path.as_ref()) || self.below(&path).next().is_some())
    }

    fn folder(&self, path: &str) -> Vec<FileEntry> {
        let Some(folder) = clean(path) else { return Vec::new() };
        self.below(&folder)
            .filter(|(_, rest, _)| !rest.contains('/'))
            .map(|(path, _, size)| FileEntry::new(path.clone(), size))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_path_and_folder() {
        let tree = MemoryTree::of_texts([
            ("b/x.tf", "x"),
            ("b/c/y.tf", "yy"),
            ("b.tf", ""),
            ("../out", "never"),
            ("", "never"),
        ]);
        let paths: Vec<_> = tree.list().files.iter().map(|file| file.path.to_string()).collect();
        assert_eq!(paths, ["b.tf", "b/c/y.tf", "b/x.tf"]);
        assert_eq!(tree.read("b/./x.tf").unwrap(), b"x");
        assert_eq!(tree.read("b").unwrap_err().kind, ProblemKind::Unreadable);
        assert!(tree.read("../out").is_err());
        assert!(tree.exists("b/c") && tree.exists("b/c/y.tf") && !tree.exists("b/c/y") && tree.exists(""));
        assert_eq!(tree.folder("b").iter().map(|file| &*file.path).collect::<Vec<_>>(), ["b/x.tf"]);
        assert_eq!(tree.folder("").iter().map(|file| &*file.path).collect::<Vec<_>>(), ["b.tf"]);
        assert!(tree.folder("nowhere").is_empty());
    }
}
