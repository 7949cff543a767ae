//! The other repositories that the pipelines of a tree draw on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Files, SourceUse, SourceUses, Span};
use volary_pipeline::{Found, HiddenPlace, Host, JobKind, Pipeline, Uses};
use volary_source::Tree;

use super::GuardrailSettings;
use super::contracts::versions;
use super::shelf::Shelves;
use super::side::Side;
use crate::check::in_pool;
use crate::progress::{Phase, Progress};
use crate::records::Records;

/// The repositories that the pipelines of a tree draw on, with those that the given ones draw on in turn.
pub fn source_uses(tree: &dyn Tree, settings: &GuardrailSettings, progress: &dyn Progress) -> SourceUses {
    in_pool(settings.settings.threads, || run(tree, settings, progress))
}

fn run(tree: &dyn Tree, settings: &GuardrailSettings, progress: &dyn Progress) -> SourceUses {
    progress.begin(Phase::List, 0);
    let (records, mut problems) = Records::read(tree, &settings.settings);
    let entries = records.select(tree.list().files, &mut BTreeMap::new());
    let mut shelves = Shelves::new();
    let own = shelves.add(tree, "", "", &entries);
    shelves.add_sources(&settings.sources);
    progress.begin(Phase::Read, entries.len());
    let side = Side::read(&shelves, own);
    problems.extend(side.problems(&shelves).into_iter().filter(|problem| problem.fails));
    let files = shelves.files();
    let mut found = Met::default();
    for pipeline in side.pipelines() {
        let hidden: Vec<&Uses> = pipeline
            .hidden
            .iter()
            .filter(|hidden| hidden.place != HiddenPlace::Variables)
            .map(|hidden| &hidden.uses)
            .collect();
        for uses in all(pipeline) {
            found.add(uses, false, &shelves, own, &files);
        }
        for uses in hidden {
            found.add(uses, true, &shelves, own, &files);
        }
    }
    problems.sort();
    problems.dedup();
    SourceUses { versions: versions(&settings.settings), uses: found.uses.into_values().collect(), problems }
}

/// Everything that a pipeline uses.
fn all(pipeline: &Pipeline) -> impl Iterator<Item = &Uses> {
    let jobs = pipeline.jobs.iter().flat_map(|job| {
        let kind: Vec<&Uses> = match &job.kind {
            JobKind::Call(uses) => vec![uses],
            JobKind::Start(start) => start.uses.iter().collect(),
            _ => Vec::new(),
        };
        kind.into_iter().chain(job.steps.iter().filter_map(|step| step.uses()))
    });
    pipeline.uses.iter().chain(jobs)
}

/// What was met so far. A place counts once, although what is hidden is among the uses too and templates are read often.
#[derive(Default)]
struct Met {
    uses: BTreeMap<(Arc<str>, Option<Arc<str>>), SourceUse>,
    places: BTreeSet<Span>,
}

impl Met {
    fn add(&mut self, uses: &Uses, hidden: bool, shelves: &Shelves<'_>, own: usize, files: &Files) {
        let Some(repository) = &uses.repository else { return };
        let Some(location) = files.locate(uses.at) else { return };
        let reference = repository.reference.clone().filter(|reference| !reference.is_empty());
        let computed = reference.is_none() && uses.reference.as_ref().is_some_and(|text| text.known().is_none());
        let key = (repository.name.clone(), reference.clone());
        let entry = self.uses.entry(key).or_insert_with(|| SourceUse {
            name: repository.name.clone(),
            host: host(repository.host).into(),
            reference,
            computed,
            files: Vec::new(),
            location: location.clone(),
            uses: 0,
            read: false,
            hidden: false,
            from: shelves.named(own, repository),
        });
        entry.uses += usize::from(self.places.insert(uses.at));
        entry.computed |= computed;
        entry.read |= matches!(uses.found, Found::Read(_) | Found::Program(_));
        entry.hidden |= hidden;
        if (&location.path, location.span.start) < (&entry.location.path, entry.location.span.start) {
            entry.location = location;
        }
        if let Err(at) = entry.files.binary_search(&uses.path) {
            entry.files.insert(at, uses.path.clone());
        }
    }
}

fn host(host: Host) -> &'static str {
    match host {
        Host::GitHub => "github",
        Host::AzureRepos => "azure",
        Host::GitLab => "gitlab",
        Host::Bitbucket => "bitbucket",
        Host::GitLabTemplates => "platform",
        Host::Url => "address",
        Host::Named => "settings",
    }
}
