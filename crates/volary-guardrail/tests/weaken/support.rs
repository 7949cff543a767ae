//! Two small trees, proved and compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_guardrail::controls::Controls;
use volary_guardrail::plan::Plan;
use volary_guardrail::prove::{self, Case, Demands, Elsewhere, World};
use volary_guardrail::recognise::Recognisers;
use volary_guardrail::requirements::Requirements;
use volary_guardrail::weaken::{self, Proved, Side, WeakeningDraft};
use volary_model::{FileId, Files, SourceFile};
use volary_pipeline::{Document, Limits, MemorySources, Pipeline, PipelineKind, Platform};

/// A tree: paths with texts.
pub type Tree = BTreeMap<String, String>;

struct Read {
    documents: BTreeMap<Arc<str>, Arc<Document>>,
    paths: Vec<Arc<str>>,
    sources: MemorySources,
    pipelines: Vec<Pipeline>,
}

fn read(tree: &Tree, files: &mut Files) -> Read {
    let mut sources = MemorySources::default();
    let mut documents: BTreeMap<Arc<str>, Arc<Document>> = BTreeMap::new();
    for (path, text) in tree {
        let id: FileId = files.add(SourceFile::new(path.as_str(), text.as_str()));
        let document = Arc::new(Document::new(id, path.as_str(), text.as_str()));
        sources.add(document.clone());
        documents.insert(Arc::from(path.as_str()), document);
    }
    let mut pipelines = Vec::new();
    for (path, document) in &documents {
        let is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
        let is_jenkins = path.rsplit('/').next().is_some_and(|name| name.contains("Jenkinsfile"));
        if !is_yaml && !is_jenkins {
            continue;
        }
        let dialect = if path.contains(".github/") { Dialect::Yaml12 } else { Dialect::Yaml11 };
        let values = if is_yaml { document.yaml(dialect).0.to_vec() } else { Vec::new() };
        if let Some(platform) = volary_pipeline::is_pipeline(path, &values) {
            pipelines.push(volary_pipeline::read(document, platform, &sources, &Limits::default()).0);
        }
    }
    // What others include or call is part of those.
    let used = |pipeline: &Pipeline| -> Vec<FileId> {
        let file = |uses: &volary_pipeline::Uses| match uses.found {
            volary_pipeline::Found::Read(file) | volary_pipeline::Found::Program(file) => Some(file),
            _ => None,
        };
        pipeline.uses.iter().filter_map(file).filter(|file| *file != pipeline.file).collect()
    };
    let all: Vec<FileId> = pipelines.iter().flat_map(used).collect();
    pipelines.retain(|pipeline| match pipeline.kind {
        PipelineKind::Action => false,
        PipelineKind::Template => !all.contains(&pipeline.file),
        PipelineKind::Pipeline => pipeline.platform != Platform::GitLab || !all.contains(&pipeline.file),
    });
    Read { paths: documents.keys().cloned().collect(), documents, sources, pipelines }
}

/// A weakening with its place.
pub struct Found {
    pub class: String,
    pub message: String,
    pub place: String,
    pub draft: WeakeningDraft,
}

fn with_side<T>(read: &Read, then: impl FnOnce(&Side<'_>) -> T) -> T {
    let demands = Demands { controls: Controls::built_in(), requirements: Requirements::built_in() };
    let recognisers = Recognisers::built_in();
    let plans: Vec<Plan<'_>> =
        read.pipelines.iter().map(|pipeline| Plan::new(pipeline, recognisers, &read.sources)).collect();
    let cases: Vec<Case<'_>> = plans.iter().map(Case::new).collect();
    let all: Vec<Elsewhere<'_, '_>> =
        plans.iter().zip(&cases).map(|(plan, case)| prove::elsewhere(plan, case)).collect();
    let exists = |path: &str| prove::is_there(&read.sources, path);
    let decisions: Vec<Vec<prove::Decision>> = (0..cases.len())
        .map(|own| {
            // Verdicts about more runs than are looked at take long without optimisation, and say little.
            if cases[own].cut {
                return Vec::new();
            }
            let world = World { elsewhere: &all, own, controls: demands.controls, answer: &|_| None, exists: &exists };
            prove::decisions(&cases[own], &world, &demands)
        })
        .collect();
    let pipelines = (0..cases.len())
        .map(|own| Proved {
            plan: &plans[own],
            case: Some(&cases[own]),
            guards: &all[own].guards,
            decisions: &decisions[own],
        })
        .collect();
    let text = |path: &str| read.documents.get(path).cloned();
    let side = Side { pipelines, recognisers, controls: demands.controls, paths: &read.paths, text: &text };
    then(&side)
}

/// What a head weakens.
pub fn compare(base: &Tree, head: &Tree) -> Vec<Found> {
    let mut files = Files::new(Vec::new());
    let (before, after) = (read(base, &mut files), read(head, &mut files));
    let drafts = with_side(&before, |base| with_side(&after, |head| weaken::compare(base, head)));
    told(drafts, &files)
}

fn told(drafts: Vec<WeakeningDraft>, files: &Files) -> Vec<Found> {
    let place = |draft: &WeakeningDraft| {
        let found = files.locate(draft.at).expect("a place in a file");
        format!("{}:{}", found.path, found.start.line)
    };
    drafts
        .into_iter()
        .map(|draft| Found {
            class: draft.class.to_owned(),
            message: draft.message.to_string(),
            place: place(&draft),
            draft,
        })
        .collect()
}
