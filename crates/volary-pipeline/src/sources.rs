//! Where templates, actions and includes are looked up.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Document, Repository};

/// The answer of a look-up.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// The file.
    Found(Arc<Document>),
    /// The repository is there and has no such file.
    NoSuchFile,
    /// The repository is not among the sources.
    NoSource,
}

/// The trees that pipelines may draw on. The caller decides which there are; nothing is fetched.
pub trait Sources: Sync {
    /// A file of a repository by its path there; `None` is the pipeline's own.
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup;

    /// All paths of a repository, sorted, for includes with wildcards. None where it is not among the sources.
    fn paths(&self, repository: Option<&Repository>) -> Vec<Arc<str>>;

    /// The names of the other repositories, sorted: libraries that a server loads without being told are among them.
    fn names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
}

/// Sources in memory: the pipeline's own tree and others by name.
#[derive(Debug, Default)]
pub struct MemorySources {
    own: BTreeMap<Arc<str>, Arc<Document>>,
    others: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Arc<Document>>>,
}

impl MemorySources {
    /// Adds a file of the pipeline's own tree.
    pub fn add(&mut self, document: Arc<Document>) {
        self.own.insert(document.path.clone(), document);
    }

    /// Adds a file of another repository. The name is compared without regard to case.
    pub fn add_to(&mut self, repository: &str, document: Arc<Document>) {
        let name = repository.to_ascii_lowercase();
        self.others.entry(name.into()).or_default().insert(document.path.clone(), document);
    }

    fn tree(&self, repository: Option<&Repository>) -> Option<&BTreeMap<Arc<str>, Arc<Document>>> {
        match repository {
            None => Some(&self.own),
            Some(repository) => self.others.get(repository.name.to_ascii_lowercase().as_str()),
        }
    }
}

impl Sources for MemorySources {
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup {
        match self.tree(repository) {
            None => Lookup::NoSource,
            Some(tree) => tree.get(path).map_or(Lookup::NoSuchFile, |document| Lookup::Found(document.clone())),
        }
    }

    fn paths(&self, repository: Option<&Repository>) -> Vec<Arc<str>> {
        self.tree(repository).map(|tree| tree.keys().cloned().collect()).unwrap_or_default()
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.others.keys().cloned().collect()
    }
}
