//! All pipelines of a repository, one after the other.

use volary_model::Files;
use volary_pipeline::{Lookup, Pipeline, Sources};

use super::answer::Drafts;
use super::{Case, Demands, Elsewhere, World, answer, decisions, elsewhere};
use crate::plan::Plan;
use crate::recognise::Recognisers;

/// A repository.
pub struct Repository<'r> {
    /// Its pipelines.
    pub pipelines: &'r [Pipeline],
    /// What tools do.
    pub recognisers: &'r Recognisers,
    /// Its files and those of others.
    pub sources: &'r dyn Sources,
    /// What is demanded.
    pub demands: &'r Demands<'r>,
    /// What `.volary/platform.yaml` says of an assumption.
    pub answer: &'r dyn Fn(&str) -> Option<bool>,
    /// The files that places lie in.
    pub files: &'r Files,
}

/// What is proved of every pipeline, in their order.
pub fn repository(repository: &Repository<'_>) -> Vec<Drafts> {
    let plans: Vec<Plan<'_>> = repository
        .pipelines
        .iter()
        .map(|pipeline| Plan::new(pipeline, repository.recognisers, repository.sources))
        .collect();
    let cases: Vec<Case<'_>> = plans.iter().map(Case::new).collect();
    let all: Vec<Elsewhere<'_, '_>> = plans.iter().zip(&cases).map(|(plan, case)| elsewhere(plan, case)).collect();
    let exists = |path: &str| is_there(repository.sources, path);
    cases
        .iter()
        .enumerate()
        .map(|(own, case)| {
            let world = World {
                elsewhere: &all,
                own,
                controls: repository.demands.controls,
                answer: repository.answer,
                exists: &exists,
            };
            let decisions = decisions(case, &world, repository.demands);
            answer(case, &world, repository.demands, &decisions, repository.files)
        })
        .collect()
}

/// Whether a file or folder is in the repository.
pub fn is_there(sources: &dyn Sources, path: &str) -> bool {
    if path.is_empty() || matches!(sources.read(None, path), Lookup::Found(_)) {
        return true;
    }
    let folder = format!("{}/", path.trim_end_matches('/'));
    sources.paths(None).iter().any(|known| known.starts_with(&folder))
}
