//! Pipelines of a tree.

use std::sync::Arc;

use rayon::prelude::*;
use volary_document::yaml::Dialect;
use volary_model::{Problem, ProblemKind, Unit, Value, join_path};
use volary_pipeline::{Document, Limits, Lookup, Platform, Repository, Sources};
use volary_source::Tree;

use crate::guard::guarded;
use crate::load::{LoadedFile, Parsed, problem_of};

/// The dialect of YAML that a file is read in: GitHub's parser knows that of YAML 1.2 only.
pub(crate) fn dialect(path: &str) -> Dialect {
    let name = path.rsplit('/').next().unwrap_or(path);
    let github = path.starts_with(".github/workflows/") || path.contains("/.github/workflows/");
    if github || matches!(name, "action.yml" | "action.yaml") { Dialect::Yaml12 } else { Dialect::Yaml11 }
}

/// The platform of a pipeline that is judged by policies.
pub(crate) fn judged(path: &str, documents: &[Value]) -> Option<Platform> {
    volary_pipeline::is_pipeline(path, documents).filter(|platform| *platform == Platform::GitHub)
}

/// The units of all pipelines that were read, in the order of their files, and what is wrong with them.
pub(crate) fn units(tree: &dyn Tree, files: &[LoadedFile]) -> (Vec<Unit>, Vec<Problem>) {
    let results: Vec<Result<(Unit, Vec<Problem>), Problem>> = files
        .par_iter()
        .filter_map(|file| match &file.parsed {
            Parsed::Pipeline(document, platform) => Some((file, document, *platform)),
            _ => None,
        })
        .map(|(file, document, platform)| {
            guarded(file.source.path(), "reading this pipeline", || one(tree, file, document, platform))
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

fn one(tree: &dyn Tree, file: &LoadedFile, document: &Arc<Document>, platform: Platform) -> (Unit, Vec<Problem>) {
    let path: &str = file.source.path();
    let root = path.find(".github/").map_or("", |at| &path[..at]);
    let sources = Own { tree, root };
    let (pipeline, issues) = volary_pipeline::read(document, platform, &sources, &Limits::default());
    let problems = issues
        .iter()
        .filter(|issue| issue.span.file == document.file)
        // What the platform would refuse is worth a word and nothing that keeps the rest from being judged.
        .map(|issue| Problem { fails: issue.kind == ProblemKind::Limit, ..problem_of(&file.source, issue) })
        .collect();
    (volary_pipeline::unit(&pipeline, file.source.text()), problems)
}

/// The repository that a pipeline lies in. What it calls there is a unit of its own, so that here it only has to exist.
struct Own<'t> {
    tree: &'t dyn Tree,
    /// The folder that holds `.github`, with a slash behind it; empty for the root.
    root: &'t str,
}

impl Sources for Own<'_> {
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup {
        if repository.is_some() {
            return Lookup::NoSource;
        }
        let folder = self.root.trim_end_matches('/');
        match join_path(folder, path).filter(|path| self.tree.exists(path)) {
            Some(path) => Lookup::Found(Arc::new(Document::new(volary_model::FileId(u32::MAX), path, ""))),
            None => Lookup::NoSuchFile,
        }
    }

    fn paths(&self, _: Option<&Repository>) -> Vec<Arc<str>> {
        Vec::new()
    }
}
