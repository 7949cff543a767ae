//! The files of a repository and of those that it draws on, read when they are asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use volary_model::{FileId, Files, Problem, ProblemKind, SourceFile, folder_of, join_path};
use volary_pipeline::{Document, Lookup, Repository, Sources};
use volary_source::{FileEntry, Tree};

/// Files beyond this many bytes are not read as pipelines, templates or scripts.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// Another repository, under the name by which pipelines refer to it.
#[derive(Clone)]
pub struct SourceTree {
    /// The name: `owner/name`, an alias, or the last part of the name; with `@` and a reference behind it, it serves that
    /// reference alone.
    pub name: Arc<str>,
    /// Its files.
    pub tree: Arc<dyn Tree>,
    /// What stands before its paths in reports.
    pub shown: Arc<str>,
}

/// One repository.
pub(crate) struct Shelf<'t> {
    tree: &'t dyn Tree,
    name: Arc<str>,
    shown: Arc<str>,
    paths: Vec<Arc<str>>,
    documents: Vec<OnceLock<Option<Arc<Document>>>>,
    first: u32,
}

/// Files that no listing has, in the order in which they were asked for.
#[derive(Default)]
struct Extra {
    known: BTreeMap<(usize, Arc<str>), Option<Arc<Document>>>,
    files: Vec<Arc<SourceFile>>,
}

/// The repository under proof and all others that are given.
pub(crate) struct Shelves<'t> {
    shelves: Vec<Shelf<'t>>,
    listed: u32,
    extra: Mutex<Extra>,
}

impl<'t> Shelves<'t> {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { shelves: Vec::new(), listed: 0, extra: Mutex::default() }
    }

    /// Adds a repository: its number.
    pub(crate) fn add(&mut self, tree: &'t dyn Tree, name: &str, shown: &str, entries: &[FileEntry]) -> usize {
        let paths: Vec<Arc<str>> = entries.iter().map(|entry| entry.path.clone()).collect();
        let documents = paths.iter().map(|_| OnceLock::new()).collect();
        let first = self.listed;
        self.listed += paths.len() as u32;
        self.shelves.push(Shelf { tree, name: name.into(), shown: shown.into(), paths, documents, first });
        self.shelves.len() - 1
    }

    /// Adds other repositories.
    pub(crate) fn add_sources(&mut self, sources: &'t [SourceTree]) {
        for source in sources {
            let listing = source.tree.list();
            self.add(&*source.tree, &source.name, &source.shown, &listing.files);
        }
    }

    /// Why a file of a repository could not be read, where it could not.
    pub(crate) fn unreadable(&self, shelf: usize, path: &str) -> Option<Problem> {
        if self.document(shelf, path).is_some() {
            return None;
        }
        let own = &self.shelves[shelf];
        let problem = |message: &str, help: &str| Problem {
            path: own.shown_path(path),
            line: None,
            column: None,
            kind: ProblemKind::Unreadable,
            message: message.into(),
            help: help.into(),
            fails: true,
        };
        match own.tree.read(path) {
            Err(problem) => Some(problem),
            Ok(bytes) if bytes.len() as u64 > MAX_BYTES => Some(problem(
                "the file is larger than 2 MiB and was not read as a pipeline",
                "Split it into templates.",
            )),
            Ok(_) => Some(problem("the file is no text in UTF-8 or UTF-16", "Save it as UTF-8.")),
        }
    }

    /// The listed paths of a repository.
    pub(crate) fn paths(&self, shelf: usize) -> &[Arc<str>] {
        &self.shelves[shelf].paths
    }

    /// A file of a repository.
    pub(crate) fn document(&self, shelf: usize, path: &str) -> Option<Arc<Document>> {
        let own = &self.shelves[shelf];
        if let Ok(at) = own.paths.binary_search_by(|known| (**known).cmp(path)) {
            let id = FileId(own.first + at as u32);
            return own.documents[at].get_or_init(|| read(own, path, id)).clone();
        }
        let mut extra = self.extra.lock().ok()?;
        let key = (shelf, Arc::from(path));
        if let Some(known) = extra.known.get(&key) {
            return known.clone();
        }
        let id = FileId(self.listed + extra.files.len() as u32);
        let document = if own.tree.exists(path) { read(own, path, id) } else { None };
        if let Some(document) = &document {
            extra.files.push(Arc::new(SourceFile::new(own.shown_path(path), document.text.clone())));
        }
        extra.known.insert(key, document.clone());
        document
    }

    /// All files, by their ids.
    pub(crate) fn files(&self) -> Files {
        let mut files: Vec<Arc<SourceFile>> = Vec::with_capacity(self.listed as usize);
        for shelf in &self.shelves {
            for (path, document) in shelf.paths.iter().zip(&shelf.documents) {
                let text = document.get().and_then(Option::as_ref).map(|document| document.text.clone());
                files.push(Arc::new(SourceFile::new(shelf.shown_path(path), text.unwrap_or_default())));
            }
        }
        if let Ok(extra) = self.extra.lock() {
            files.extend(extra.files.iter().cloned());
        }
        Files::new(files)
    }

    /// The name under which the repository that a pipeline names is given, where it is.
    pub(crate) fn named(&self, own: usize, repository: &Repository) -> Option<Arc<str>> {
        self.find(own, repository).map(|shelf| self.shelves[shelf].name.clone())
    }

    /// The path of a file in its own repository.
    pub(crate) fn path(&self, file: FileId) -> Option<Arc<str>> {
        let after = self.shelves.partition_point(|shelf| shelf.first <= file.0);
        // Repositories without files begin where the next one does.
        let shelf = self.shelves[..after].iter().rev().find(|shelf| !shelf.paths.is_empty())?;
        shelf.paths.get((file.0 - shelf.first) as usize).cloned()
    }

    /// The repository that a pipeline names, among the others.
    fn find(&self, own: usize, repository: &Repository) -> Option<usize> {
        let wanted = repository.name.to_ascii_lowercase();
        let alias = repository.alias.as_ref().map(|alias| alias.to_ascii_lowercase());
        let names = |test: &dyn Fn(&str) -> bool| {
            self.shelves.iter().enumerate().position(|(index, shelf)| {
                index != own && !shelf.name.is_empty() && test(&shelf.name.to_ascii_lowercase())
            })
        };
        // A source of a name with a reference serves that reference alone.
        let pinned =
            repository.reference.as_ref().map(|reference| format!("{wanted}@{reference}").to_ascii_lowercase());
        let last = wanted.trim_end_matches(".git").rsplit('/').next().unwrap_or(&wanted).to_owned();
        names(&|name| Some(name) == pinned.as_deref())
            .or_else(|| names(&|name| name == wanted))
            .or_else(|| names(&|name| alias.as_deref() == Some(name)))
            .or_else(|| names(&|name| wanted.ends_with(&format!("/{name}"))))
            .or_else(|| names(&|name| name == last || name.rsplit(['/', '\\']).next() == Some(&*last)))
            .or_else(|| names(&|name| name.rsplit_once("__").is_some_and(|(_, tail)| tail == last)))
    }
}

impl Shelf<'_> {
    fn shown_path(&self, path: &str) -> Arc<str> {
        if self.shown.is_empty() { path.into() } else { format!("{}/{path}", self.shown).into() }
    }
}

fn read(shelf: &Shelf<'_>, path: &str, id: FileId) -> Option<Arc<Document>> {
    let bytes: Result<Vec<u8>, Problem> = shelf.tree.read(path);
    let bytes = bytes.ok().filter(|bytes| bytes.len() as u64 <= MAX_BYTES)?;
    let text = volary_document::decode(&bytes).ok()?;
    Some(Arc::new(Document::new(id, path, text)))
}

/// What a pipeline sees: the files of its repository, wherever that begins, and the other repositories by name.
pub(crate) struct Seen<'s, 't> {
    shelves: &'s Shelves<'t>,
    own: usize,
    /// The folders that paths may start from.
    roots: Vec<Arc<str>>,
}

impl<'s, 't> Seen<'s, 't> {
    /// What a pipeline of a repository sees.
    pub(crate) fn new(shelves: &'s Shelves<'t>, own: usize, pipeline: &str) -> Self {
        let mut roots: Vec<Arc<str>> = Vec::new();
        if let Some(at) = pipeline.find(".github/") {
            roots.push(pipeline[..at].trim_end_matches('/').into());
        }
        roots.push("".into());
        // A repository that lies in a folder of the tree, without being told to be one.
        let folder = folder_of(pipeline);
        for (at, _) in folder.match_indices('/') {
            roots.push(folder[..at].into());
        }
        if !folder.is_empty() {
            roots.push(folder.into());
        }
        roots.truncate(20);
        Self { shelves, own, roots }
    }
}

impl Sources for Seen<'_, '_> {
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup {
        let (shelf, roots): (usize, &[Arc<str>]) = match repository {
            None => (self.own, &self.roots),
            Some(repository) => match self.shelves.find(self.own, repository) {
                Some(found) => (found, &[]),
                None => return Lookup::NoSource,
            },
        };
        let path = path.trim_start_matches('/');
        let first = std::iter::once(Arc::<str>::from("")).filter(|_| roots.is_empty());
        for root in roots.iter().cloned().chain(first) {
            let Some(path) = join_path(&root, path) else { continue };
            if let Some(document) = self.shelves.document(shelf, &path) {
                return Lookup::Found(document);
            }
        }
        Lookup::NoSuchFile
    }

    fn paths(&self, repository: Option<&Repository>) -> Vec<Arc<str>> {
        let shelf = match repository {
            None => Some(self.own),
            Some(repository) => self.shelves.find(self.own, repository),
        };
        shelf.map(|shelf| self.shelves.paths(shelf).to_vec()).unwrap_or_default()
    }

    fn names(&self) -> Vec<Arc<str>> {
        let others = self.shelves.shelves.iter().enumerate().filter(|(index, _)| *index != self.own);
        let mut names: Vec<Arc<str>> =
            others.map(|(_, shelf)| Arc::from(&*shelf.name)).filter(|name: &Arc<str>| !name.is_empty()).collect();
        names.sort();
        names
    }
}
