//! What the templates of a repository guarantee to those who use them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use volary_guardrail::contract::{self, Change, Template};
use volary_guardrail::prove::{self, PlacedFact};
use volary_guardrail::recognise::Recognisers;
use volary_model::{
    Contract, ContractChange, ContractControl, ContractEffect, ContractParameter, ContractSlot, Contracts, Fact,
    FileId, Files, NotJudged, Problem, Span, Versions,
};
use volary_pipeline::{Event, Limits, Pipeline, PipelineKind, Platform};
use volary_source::Tree;

use super::GuardrailSettings;
use super::demands;
use super::shelf::{Seen, Shelves};
use super::side::{self, may_be, used};
use crate::check::in_pool;
use crate::guard::guarded;
use crate::progress::{Phase, Progress};
use crate::records::Records;
use crate::settings::Settings;

/// What the templates guarantee, and the files that its places lie in.
#[derive(Debug)]
pub struct Contracted {
    /// The answer.
    pub answer: Contracts,
    /// The files.
    pub files: Files,
}

/// What the templates of a tree guarantee: templates of Azure Pipelines, reusable workflows and composite actions of GitHub,
/// templates and components of GitLab, steps of Jenkins libraries.
pub fn contracts(tree: &dyn Tree, settings: &GuardrailSettings, progress: &dyn Progress) -> Contracted {
    in_pool(settings.settings.threads, || run(tree, settings, progress))
}

fn run(tree: &dyn Tree, settings: &GuardrailSettings, progress: &dyn Progress) -> Contracted {
    progress.begin(Phase::List, 0);
    let listing = tree.list();
    let mut problems = listing.problems;
    let mut not_judged: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    for one in listing.not_judged {
        not_judged.entry(one.reason).or_default().extend(one.paths);
    }
    let (records, more) = Records::read(tree, &settings.settings);
    problems.extend(more);
    let entries = records.select(listing.files, &mut not_judged);
    let mut shelves = Shelves::new();
    let own = shelves.add(tree, "", "", &entries);
    shelves.add_sources(&settings.sources);
    progress.begin(Phase::Evaluate, entries.len());
    let named: BTreeSet<&str> = settings.settings.scope.iter().map(|path| &**path).collect();
    let (found, more) = of_shelf(&shelves, own, None, &named);
    problems.extend(more);
    problems.sort();
    problems.dedup();
    let files = shelves.files();
    let contracts = found.iter().map(|one| told(one, &files, &records)).collect();
    let answer = Contracts {
        versions: versions(&settings.settings),
        targets: settings.settings.targets.clone(),
        contracts,
        problems,
        not_judged: not_judged
            .into_iter()
            .map(|(reason, mut paths)| {
                paths.sort();
                paths.dedup();
                NotJudged { reason, paths }
            })
            .collect(),
    };
    Contracted { answer, files }
}

/// The versions that gave an answer.
pub(crate) fn versions(settings: &Settings) -> Versions {
    Versions { binary: settings.binary.clone(), pack: env!("CARGO_PKG_VERSION").into(), pack_digest: "".into() }
}

/// The word for a platform that options and JSON use.
pub(crate) fn platform_id(platform: Platform) -> &'static str {
    match platform {
        Platform::GitHub => "github",
        Platform::Azure => "azure",
        Platform::GitLab => "gitlab",
        Platform::Jenkins => "jenkins",
    }
}

/// The contracts of a repository, of one platform where one is given, by path. What is `named` counts as a template although
/// nothing else says that it is one.
pub(crate) fn of_shelf(
    shelves: &Shelves<'_>,
    shelf: usize,
    platform: Option<Platform>,
    named: &BTreeSet<&str>,
) -> (Vec<contract::Contract>, Vec<Problem>) {
    let paths = shelves.paths(shelf);
    let read: Vec<Result<Option<Pipeline>, Problem>> = paths
        .par_iter()
        .filter(|path| may_be(path))
        .map(|path| guarded(path, "reading this pipeline", || side::pipeline(shelves, shelf, path)))
        .collect();
    let (mut pipelines, mut problems) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(pipeline) => pipelines.extend(pipeline),
            Err(problem) => problems.push(problem),
        }
    }
    let drawn_in: BTreeSet<FileId> = pipelines.iter().flat_map(used).collect();
    let mut templates: Vec<(Arc<str>, Platform)> = pipelines
        .iter()
        .filter(|pipeline| is_template(pipeline, &drawn_in) || named.contains(&*pipeline.path))
        .map(|pipeline| (pipeline.path.clone(), pipeline.platform))
        .collect();
    templates.extend(paths.iter().filter(|path| is_step(path)).map(|path| (path.clone(), Platform::Jenkins)));
    templates.retain(|(_, of)| platform.is_none_or(|wanted| *of == wanted));
    templates.sort_by(|one, other| one.0.cmp(&other.0));
    let results: Vec<Result<Option<contract::Contract>, Problem>> = templates
        .par_iter()
        .map(|(path, platform)| guarded(path, "reading this template", || one(shelves, shelf, path, *platform)))
        .collect();
    let mut found = Vec::new();
    for result in results {
        match result {
            Ok(contract) => found.extend(contract),
            Err(problem) => problems.push(problem),
        }
    }
    (found, problems)
}

fn one(shelves: &Shelves<'_>, shelf: usize, path: &Arc<str>, platform: Platform) -> Option<contract::Contract> {
    let document = shelves.document(shelf, path)?;
    let sources = Seen::new(shelves, shelf, path);
    contract::contract(&Template {
        document: &document,
        platform,
        sources: &sources,
        recognisers: Recognisers::built_in(),
        demands: &demands(),
        limits: &Limits::default(),
    })
}

fn is_template(pipeline: &Pipeline, drawn_in: &BTreeSet<FileId>) -> bool {
    match pipeline.kind {
        // An action that is a program guarantees nothing that could be read.
        PipelineKind::Action => pipeline.jobs.iter().any(|job| !job.steps.is_empty()),
        PipelineKind::Template => true,
        PipelineKind::Pipeline => {
            let called = pipeline.triggers.iter().any(|trigger| trigger.event == Event::Call);
            called || (pipeline.platform != Platform::GitHub && drawn_in.contains(&pipeline.file))
        }
    }
}

/// A step of a Jenkins library.
fn is_step(path: &str) -> bool {
    path.strip_prefix("vars/").is_some_and(|name| name.ends_with(".groovy") && !name.contains('/'))
}

/// A contract with places and names.
fn told(found: &contract::Contract, files: &Files, records: &Records) -> Contract {
    let place = |at: Span| files.locate(at);
    let spoken = |text: &Arc<str>| -> Arc<str> { found.spoken(text).into() };
    let fact = |fact: &Option<PlacedFact>| {
        fact.as_ref().map(|fact| Fact {
            text: spoken(&fact.text),
            written: spoken(&fact.written),
            location: fact.at.and_then(place),
        })
    };
    let controls = demands().controls;
    let name = |id: &Arc<str>| controls.get(id).map_or_else(|| id.clone(), |control| control.name.clone());
    Contract {
        owners: records.owners(&found.path),
        platform: platform_id(found.platform).into(),
        parameters: found
            .parameters
            .iter()
            .map(|one| ContractParameter {
                name: one.name.clone(),
                ty: one.ty.clone(),
                default: one.default.clone(),
                required: one.required,
                values: one.values.clone(),
                decides: one.decides,
                location: one.at.and_then(place),
            })
            .collect(),
        controls: found
            .controls
            .iter()
            .map(|one| ContractControl {
                control: one.control.clone(),
                control_name: name(&one.control),
                tool: one.tool.clone(),
                name: one.name.clone(),
                location: place(one.at),
                standing: one.standing.as_str().into(),
                fact: fact(&one.fact),
                unless: one.unless.iter().map(|one| change(one, one.to.as_str(), &fact)).collect(),
                formula: one.formula().into(),
            })
            .collect(),
        effects: found
            .effects
            .iter()
            .map(|one| ContractEffect {
                kind: one.kind.clone(),
                effect: one.effect.clone(),
                what: spoken(&one.what),
                location: place(one.at),
                control: one.control.clone(),
                control_name: name(&one.control),
                verdict: one.verdict,
                fact: fact(&one.fact),
                assumptions: one.assumptions.iter().map(|key| spoken(&prove::assumption(key).0)).collect(),
                unless: one.unless.iter().map(|one| change(one, one.to.as_str(), &fact)).collect(),
                formula: one.formula().into(),
            })
            .collect(),
        slots: found
            .slots
            .iter()
            .map(|slot| ContractSlot {
                parameter: slot.parameter.clone(),
                holds: slot.holds.into(),
                after: slot.after.clone(),
                before: slot.before.clone(),
            })
            .collect(),
        path: found.path.clone(),
        digest: found.digest.clone(),
        outputs: found.outputs.clone(),
        unread: found.unread.iter().map(spoken).collect(),
        cut: found.cut,
    }
}

fn change<T>(change: &Change<T>, to: &str, fact: &dyn Fn(&Option<PlacedFact>) -> Option<Fact>) -> ContractChange {
    ContractChange {
        parameter: change.parameter.clone(),
        value: change.value.clone(),
        to: to.into(),
        fact: fact(&change.fact),
    }
}
