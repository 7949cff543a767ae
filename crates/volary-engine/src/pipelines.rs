//! Pipelines of a tree.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;
use volary_document::yaml::{self, Dialect};
use volary_document::{Issue, decode};
use volary_model::{FileId, Problem, ProblemKind, Unit, Value, join_path};
use volary_pipeline::{Document, Limits, Lookup, Platform, Repository, Sources};
use volary_source::Tree;

use crate::guard::guarded;
use crate::load::{LoadedFile, MAX_FILE_BYTES, Parsed, problem_of};

/// The dialect of YAML that a file is read in: the parsers of GitHub and Azure know that of YAML 1.2 only. What else is
/// one of theirs is seen when it has been read.
pub(crate) fn dialect(path: &str) -> Dialect {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let github = lower.starts_with(".github/workflows/") || lower.contains("/.github/workflows/");
    let azure = lower.contains("azure-pipelines") || lower.contains(".azuredevops/");
    if github || azure || matches!(name, "action.yml" | "action.yaml") { Dialect::Yaml12 } else { Dialect::Yaml11 }
}

/// A YAML file as a pipeline, where it is one; what is wrong with its YAML, read as its platform does.
pub(crate) fn recognised(
    id: FileId,
    path: &Arc<str>,
    text: &str,
    documents: &[Value],
) -> Option<(Document, Platform, Option<Vec<Issue>>)> {
    let platform = volary_pipeline::is_pipeline(path, documents)?;
    let read = dialect(path);
    let wanted = match platform {
        Platform::GitHub | Platform::Jenkins => read,
        Platform::Azure => Dialect::Yaml12,
        Platform::GitLab => Dialect::Yaml11,
    };
    // What is wrong with the YAML is told where the file is loaded, and so not again where it is read as a pipeline.
    if wanted == read {
        let document = Document::parsed(id, path.clone(), text, read, documents.to_vec(), Vec::new());
        return Some((document, platform, None));
    }
    let (documents, issues) = yaml::parse(id, text, wanted);
    let document = Document::parsed(id, path.clone(), text, wanted, documents, Vec::new());
    Some((document, platform, Some(issues)))
}

/// Whether a file without YAML is a pipeline by its name.
pub(crate) fn is_jenkinsfile(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let prose = [".md", ".txt", ".adoc", ".rst", ".html"].iter().any(|ending| lower.ends_with(ending));
    !prose && volary_pipeline::is_pipeline(path, &[]) == Some(Platform::Jenkins)
}

/// The units of all pipelines that were read, in the order of their files, and what is wrong with them.
pub(crate) fn units(tree: &dyn Tree, files: &[LoadedFile]) -> (Vec<Unit>, Vec<Problem>) {
    let own = Own::new(tree, files);
    let results: Vec<Result<(Unit, Vec<Problem>), Problem>> = files
        .par_iter()
        .filter_map(|file| match &file.parsed {
            Parsed::Pipeline(document, platform) => Some((file, document, *platform)),
            _ => None,
        })
        .map(|(file, document, platform)| {
            guarded(file.source.path(), "reading this pipeline", || one(&own, file, document, platform))
        })
        .collect();
    let mut units = Vec::new();
    let mut problems = Vec::new();
    for result in results {
        match result {
            Ok((unit, more)) => {
                units.push(unit);
                problems.extend(more);
            }
            Err(problem) => problems.push(problem),
        }
    }
    (units, problems)
}

fn one(own: &Own<'_>, file: &LoadedFile, document: &Arc<Document>, platform: Platform) -> (Unit, Vec<Problem>) {
    let path = file.source.path();
    let (pipeline, issues) = match platform {
        Platform::GitHub => {
            let root = path.find(".github/").map_or("", |at| &path[..at]);
            volary_pipeline::read(document, platform, &OnlyThere { tree: own.tree, root }, &Limits::default())
        }
        Platform::GitLab => gitlab(own, path, document),
        Platform::Azure | Platform::Jenkins => {
            volary_pipeline::read(document, platform, &Repositories { own, path }, &Limits::default())
        }
    };
    let problems = issues
        .iter()
        .filter(|issue| issue.span.file == document.file)
        // What the platform would refuse is worth a word and nothing that keeps the rest from being judged.
        .map(|issue| Problem { fails: issue.kind == ProblemKind::Limit, ..problem_of(&file.source, issue) })
        .collect();
    (volary_pipeline::unit(&pipeline, file.source.text()), problems)
}

/// A configuration of GitLab, with jobs for what is only taken over by others.
fn gitlab(own: &Own<'_>, path: &Arc<str>, document: &Arc<Document>) -> (volary_pipeline::Pipeline, Vec<Issue>) {
    let (mut copy, parts) = volary_pipeline::with_parts(document);
    // Where several repositories lie in one tree, each has its own start.
    if let Some((folder, name)) = path.rsplit_once('/')
        && matches!(name, ".gitlab-ci.yml" | ".gitlab-ci.yaml")
        && !own.has_start_above(folder)
    {
        copy.path = name.into();
    }
    let sources = Repositories { own, path };
    let (mut pipeline, mut issues) =
        volary_pipeline::read(&Arc::new(copy), Platform::GitLab, &sources, &Limits::default());
    pipeline.path = path.clone();
    // What only others complete is not complete on its own.
    let partial = |issue: &Issue| {
        let at = issue.span;
        parts.iter().any(|part| part.file == at.file && part.start <= at.start && at.end <= part.end)
    };
    issues.retain(|issue| issue.kind == ProblemKind::Limit || !partial(issue));
    (pipeline, issues)
}

/// The repository of a workflow of GitHub. What it calls there is a unit of its own, so that here it only has to exist.
struct OnlyThere<'t> {
    tree: &'t dyn Tree,
    /// The folder that holds `.github`, with a slash behind it; empty for the root.
    root: &'t str,
}

impl Sources for OnlyThere<'_> {
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup {
        if repository.is_some() {
            return Lookup::NoSource;
        }
        let folder = self.root.trim_end_matches('/');
        match join_path(folder, path).filter(|path| self.tree.exists(path)) {
            Some(path) => Lookup::Found(Arc::new(Document::new(FileId(u32::MAX), path, ""))),
            None => Lookup::NoSuchFile,
        }
    }

    fn paths(&self, _: Option<&Repository>) -> Vec<Arc<str>> {
        Vec::new()
    }
}

/// The tree with what templates and includes of it were read.
struct Own<'t> {
    tree: &'t dyn Tree,
    files: HashMap<&'t str, (FileId, Option<&'t Arc<Document>>)>,
    paths: Vec<Arc<str>>,
    /// Files that are no pipelines by themselves.
    others: Mutex<BTreeMap<Arc<str>, Arc<Document>>>,
}

impl<'t> Own<'t> {
    fn new(tree: &'t dyn Tree, files: &'t [LoadedFile]) -> Self {
        // Only platforms whose templates are read need any of it.
        let wanted = files.iter().any(|file| match &file.parsed {
            Parsed::Pipeline(_, platform) => *platform != Platform::GitHub,
            _ => false,
        });
        let files = if wanted { files } else { &[] };
        let entries = files.iter().enumerate().map(|(index, file)| {
            let document = match &file.parsed {
                Parsed::Pipeline(document, _) => Some(document),
                _ => None,
            };
            (&**file.source.path(), (FileId(index as u32), document))
        });
        Self {
            tree,
            files: entries.collect(),
            paths: files.iter().map(|file| file.source.path().clone()).collect(),
            others: Mutex::default(),
        }
    }

    /// Whether a folder lies in a repository whose pipelines start further up.
    fn has_start_above(&self, folder: &str) -> bool {
        let above = std::iter::once("").chain(folder.match_indices('/').map(|(at, _)| &folder[..at]));
        let start = |folder: &str| join_path(folder, ".gitlab-ci.yml").is_some_and(|path| self.tree.exists(&path));
        folder.rsplit('/').next().is_some_and(|name| name.starts_with('.')) || above.into_iter().any(start)
    }

    fn document(&self, path: &str) -> Option<Arc<Document>> {
        let known = self.files.get(path);
        if let Some((_, Some(document))) = known {
            return Some((*document).clone());
        }
        if let Some(found) = self.others.lock().ok()?.get(path) {
            return Some(found.clone());
        }
        if !self.tree.exists(path) {
            return None;
        }
        let bytes = self.tree.read(path).ok().filter(|bytes| bytes.len() as u64 <= MAX_FILE_BYTES)?;
        let text = decode(&bytes).ok()?;
        let mut others = self.others.lock().ok()?;
        // Files that were not listed get numbers that no listed file has.
        let id = known.map_or_else(|| FileId(u32::MAX - others.len() as u32), |(id, _)| *id);
        let document = Arc::new(Document::new(id, path, text));
        Some(others.entry(path.into()).or_insert(document).clone())
    }
}

/// The repository that a pipeline lies in: the tree, or a folder of it where several repositories lie in one tree.
struct Repositories<'o, 't> {
    own: &'o Own<'t>,
    /// The file of the pipeline.
    path: &'o str,
}

impl Sources for Repositories<'_, '_> {
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup {
        if repository.is_some() {
            return Lookup::NoSource;
        }
        let folders = std::iter::once("").chain(self.path.match_indices('/').map(|(at, _)| &self.path[..at]));
        for folder in folders {
            if let Some(document) = join_path(folder, path).and_then(|path| self.own.document(&path)) {
                return Lookup::Found(document);
            }
        }
        Lookup::NoSuchFile
    }

    fn paths(&self, repository: Option<&Repository>) -> Vec<Arc<str>> {
        if repository.is_some() { Vec::new() } else { self.own.paths.clone() }
    }
}
