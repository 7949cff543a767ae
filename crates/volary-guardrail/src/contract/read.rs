//! One reading of a template through a caller.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use volary_model::{FileId, Span, Verdict};
use volary_pipeline::{Document, Found, HiddenPlace, Lookup, Pipeline, Repository, Sources, UsesKind, read};

use super::caller::{Arguments, LIBRARY, REPOSITORY, Shape, caller};
use super::{Control, Effect, Standing, Template};
use crate::plan::Plan;
use crate::prove::{self, Case, Cover, World, decisions, elsewhere};
use crate::recognise::Outcome;

/// What a control or an effect is told apart by, in the order of the files.
pub(super) type Key = (Span, Arc<str>, Arc<str>);

/// What is seen in one reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) controls: BTreeMap<Key, Control>,
    pub(super) effects: BTreeMap<Key, Effect>,
    pub(super) unread: Vec<Arc<str>>,
}

/// A template that is read again and again.
pub(super) struct Reading<'t> {
    pub(super) template: &'t Template<'t>,
    shape: Shape,
    sources: Remote<'t>,
}

impl<'t> Reading<'t> {
    pub(super) fn new(template: &'t Template<'t>, shape: Shape) -> Self {
        let sources = Remote { inner: template.sources, own: template.document, read: Mutex::default() };
        Self { template, shape, sources }
    }

    /// The files of the repository that were drawn in so far, by path.
    pub(super) fn files(&self) -> Vec<Arc<Document>> {
        self.sources.read.lock().map(|read| read.values().cloned().collect()).unwrap_or_default()
    }

    /// The names of what the template gives back.
    pub(super) fn outputs(&self) -> Vec<Arc<str>> {
        let (pipeline, _) =
            read(self.template.document, self.template.platform, self.template.sources, self.template.limits);
        pipeline.outputs.iter().map(|output| output.name.clone()).collect()
    }

    /// The caller with everything that it draws in.
    pub(super) fn pipeline(&self, arguments: &Arguments) -> Pipeline {
        let (path, text) = caller(&self.shape, &self.template.document.path, arguments);
        // No file of the tree has this number: what has a place in the caller has none in the template.
        let document = Arc::new(Document::new(FileId(u32::MAX), path, text));
        read(&document, self.template.platform, &self.sources, self.template.limits).0
    }

    /// What such a caller does.
    pub(super) fn plan<'p>(&'p self, pipeline: &'p Pipeline) -> Plan<'p> {
        Plan::new(pipeline, self.template.recognisers, &self.sources)
    }

    pub(super) fn read(&self, arguments: &Arguments) -> Seen {
        let pipeline = self.pipeline(arguments);
        let plan = self.plan(&pipeline);
        let case = Case::new(&plan);
        let all = [elsewhere(&plan, &case)];
        let mut seen = Seen::default();
        for guard in &all[0].guards {
            let act = plan.act(guard.act);
            let Some(control) = act.control() else { continue };
            let standing = match guard.own {
                _ if act.outcome() == Outcome::Nothing => Standing::Runs,
                Cover::Yes => Standing::Stops,
                Cover::No => Standing::Reports,
                Cover::Undecided => Standing::Depends,
            };
            let found = Control {
                control: control.id.clone(),
                tool: act.recognised.tool.id.clone(),
                name: act.recognised.tool.name.clone(),
                at: act.at,
                standing,
                fact: guard.broken.as_ref().map(|broken| broken.fact.clone()).filter(|_| standing < Standing::Runs),
                unless: Vec::new(),
            };
            let key = (act.at, found.control.clone(), found.tool.clone());
            match seen.controls.get(&key) {
                Some(known) if known.standing <= standing => {}
                _ => {
                    seen.controls.insert(key, found);
                }
            }
        }
        let exists = |_: &str| false;
        let world = World {
            elsewhere: &all,
            own: 0,
            controls: self.template.demands.controls,
            answer: &|_| None,
            exists: &exists,
        };
        for decision in decisions(&case, &world, self.template.demands).into_iter().filter(|decision| decision.required)
        {
            let act = plan.act(decision.effect);
            let Some(ships) = act.effect() else { continue };
            let named = |key: &Arc<str>| key.replace(&*pipeline.path, "the pipeline that uses it").into();
            let found = Effect {
                kind: ships.kind.as_str().into(),
                effect: ships.effect.as_str().into(),
                what: prove::what(act),
                at: act.at,
                control: decision.control.clone(),
                verdict: decision.verdict,
                fact: decision.broken.map(|broken| broken.fact).filter(|_| decision.verdict != Verdict::Blocking),
                assumptions: decision.assumptions.iter().map(named).collect(),
                unless: Vec::new(),
            };
            let key = (act.at, format!("{} {}", found.kind, found.effect).into(), found.control.clone());
            match seen.effects.get(&key) {
                Some(known) if known.verdict >= found.verdict => {}
                _ => {
                    seen.effects.insert(key, found);
                }
            }
        }
        let hidden = pipeline.hidden.iter().filter(|hidden| hidden.place != HiddenPlace::Variables);
        // A step of a library that is there as a program, and not as steps.
        let programs = pipeline.jobs.iter().flat_map(|job| &job.steps).filter_map(|step| step.uses());
        let programs =
            programs.filter(|uses| uses.kind == UsesKind::Library && matches!(uses.found, Found::Program(_)));
        for uses in hidden.map(|hidden| &hidden.uses).chain(programs) {
            let name: Arc<str> = uses.written.canonical().into();
            if !seen.unread.contains(&name) {
                seen.unread.push(name);
            }
        }
        seen
    }
}

/// The template's repository as another one, beside a repository that holds nothing.
struct Remote<'t> {
    inner: &'t dyn Sources,
    own: &'t Arc<Document>,
    read: Mutex<BTreeMap<Arc<str>, Arc<Document>>>,
}

impl Sources for Remote<'_> {
    fn read(&self, repository: Option<&Repository>, path: &str) -> Lookup {
        let Some(repository) = repository else { return Lookup::NoSuchFile };
        if !is_own(repository) {
            return self.inner.read(Some(repository), path);
        }
        let found = if path == &*self.own.path { Lookup::Found(self.own.clone()) } else { self.inner.read(None, path) };
        if let (Lookup::Found(document), Ok(mut read)) = (&found, self.read.lock()) {
            read.insert(path.into(), document.clone());
        }
        found
    }

    fn paths(&self, repository: Option<&Repository>) -> Vec<Arc<str>> {
        match repository {
            None => Vec::new(),
            Some(repository) if is_own(repository) => self.inner.paths(None),
            Some(repository) => self.inner.paths(Some(repository)),
        }
    }
}

fn is_own(repository: &Repository) -> bool {
    &*repository.name == REPOSITORY || &*repository.name == LIBRARY
}
