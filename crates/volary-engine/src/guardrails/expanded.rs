//! Pipelines as their platform expands them, in the place of their files.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{NotJudged, Problem, ProblemKind};
use volary_pipeline::PipelineKind;
use volary_source::{FileEntry, OverlayTree, Tree};

use super::shelf::Shelves;
use super::side::{self, Side, used};

/// What a platform expands a pipeline to: Azure DevOps' preview run, GitLab's merged YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// The file of the tree that it stands for, or the name that it is shown by.
    pub pipeline: Arc<str>,
    /// The file that it comes from, as the user named it.
    pub shown: Arc<str>,
    /// The YAML.
    pub text: Arc<str>,
    /// It stands for no file of the tree, and nothing else is judged.
    pub alone: bool,
}

/// The tree with expanded pipelines in the place of their files.
pub(crate) fn laid_over<'t>(tree: &'t dyn Tree, expanded: &[Expanded]) -> OverlayTree<&'t dyn Tree> {
    OverlayTree::new(tree, expanded.iter().map(|one| (one.pipeline.to_string(), one.text.as_bytes().to_vec())))
}

/// Leaves out what expanded pipelines stand for: the templates that only their own files use, and where they stand alone,
/// everything else. `before` are the files of the tree itself.
pub(crate) fn narrow(side: &mut Side, expanded: &[Expanded], shelves: &Shelves<'_>, before: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    for one in expanded {
        if !side.pipelines().iter().any(|pipeline| pipeline.path == one.pipeline) {
            problems.push(Problem {
                path: one.shown.clone(),
                line: None,
                column: None,
                kind: ProblemKind::Syntax,
                message: "this is no pipeline that Volary knows".into(),
                help: "Give the YAML that the platform expands the pipeline to, or its answer with `finalYaml` or `merged_yaml`."
                    .into(),
                fails: true,
            });
        }
    }
    let paths: BTreeSet<&str> = expanded.iter().map(|one| &*one.pipeline).collect();
    if expanded.iter().all(|one| one.alone) {
        side.keep(|pipeline| paths.contains(&*pipeline.path));
        return problems;
    }
    let drawn_in: BTreeSet<Arc<str>> = expanded
        .iter()
        .filter_map(|one| side::pipeline(shelves, before, &one.pipeline))
        .flat_map(|pipeline| used(&pipeline))
        .filter_map(|file| shelves.path(file))
        .collect();
    side.keep(|pipeline| {
        paths.contains(&*pipeline.path) || pipeline.kind == PipelineKind::Pipeline || !drawn_in.contains(&pipeline.path)
    });
    problems
}

/// What is said of places in expanded pipelines.
pub(crate) fn remarks(expanded: &[Expanded]) -> Vec<NotJudged> {
    let remark = |one: &Expanded| {
        let reason = if one.alone {
            format!("{} stands for the YAML in {}, and its lines are those", one.pipeline, one.shown)
        } else {
            format!("{} itself: {} stands for it, and lines are those of that YAML", one.pipeline, one.shown)
        };
        NotJudged { reason: reason.into(), paths: Vec::new() }
    };
    expanded.iter().filter(|one| one.pipeline != one.shown).map(remark).collect()
}

/// The files of the tree itself, where expanded pipelines stand for some of them.
pub(crate) fn replaced(entries: &[FileEntry], expanded: &[Expanded]) -> Vec<FileEntry> {
    if expanded.iter().all(|one| one.alone) { Vec::new() } else { entries.to_vec() }
}
