//! One revision of a repository: its pipelines, what they do, and what is proved of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use volary_document::Issue;
use volary_guardrail::friction::{self, GateDraft};
use volary_guardrail::plan::Plan;
use volary_guardrail::prove::{self, Case, Decision, Drafts, Elsewhere, World};
use volary_guardrail::recognise::Recognisers;
use volary_guardrail::weaken::{self, WeakeningDraft};
use volary_model::{FileId, Files, Problem, ProblemKind, SourceFile};
use volary_pipeline::{Document, Found, Limits, Pipeline, PipelineKind, Platform};

use super::demands;
use super::shelf::{Seen, Shelves};
use crate::guard::guarded;
use crate::load::problem_of;

/// A pipeline that was read, and what is wrong with its own file.
pub(crate) struct Read {
    pub(crate) pipeline: Pipeline,
    issues: Vec<Issue>,
}

/// One revision of a repository.
pub(crate) struct Side {
    pub(crate) shelf: usize,
    /// The pipelines that something or somebody starts, and the templates that nothing here uses.
    roots: Vec<Read>,
    failed: Vec<Problem>,
}

/// What is proved of a revision, compared with another one.
pub(crate) struct Assembled {
    pub(crate) drafts: Vec<Drafts>,
    pub(crate) gates: Vec<(Arc<str>, GateDraft)>,
    pub(crate) kinds_before: Option<BTreeSet<Arc<str>>>,
    pub(crate) weakenings: Vec<WeakeningDraft>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) uses: Vec<volary_pipeline::Uses>,
}

impl Side {
    /// Reads the pipelines of a repository.
    pub(crate) fn read(shelves: &Shelves<'_>, shelf: usize) -> Self {
        let paths = shelves.paths(shelf);
        let read: Vec<Result<Option<Read>, Problem>> = paths
            .par_iter()
            .filter(|path| may_be(path))
            .map(|path| guarded(path, "reading this pipeline", || one(shelves, shelf, path)))
            .collect();
        let mut found = Vec::new();
        let mut failed = Vec::new();
        for one in read {
            match one {
                Ok(one) => found.extend(one),
                Err(problem) => failed.push(problem),
            }
        }
        let used: BTreeSet<FileId> = found.iter().flat_map(|read| used(&read.pipeline)).collect();
        let is_root = |read: &Read| match read.pipeline.kind {
            PipelineKind::Action => false,
            PipelineKind::Template => !used.contains(&read.pipeline.file),
            // What GitLab includes is no pipeline of its own, whatever it is named.
            PipelineKind::Pipeline => read.pipeline.platform != Platform::GitLab || !used.contains(&read.pipeline.file),
        };
        let roots = found.into_iter().filter(is_root).collect();
        Self { shelf, roots, failed }
    }

    /// Keeps some of the pipelines.
    pub(crate) fn keep(&mut self, wanted: impl Fn(&Pipeline) -> bool) {
        self.roots.retain(|read| wanted(&read.pipeline));
    }

    /// The pipelines.
    pub(crate) fn pipelines(&self) -> Vec<&Pipeline> {
        self.roots.iter().map(|read| &read.pipeline).collect()
    }

    /// What is wrong with the files of pipelines; nothing that keeps the rest from being judged.
    pub(crate) fn problems(&self, shelves: &Shelves<'_>) -> Vec<Problem> {
        let mut problems = self.failed.clone();
        // What is surely a pipeline and cannot be read is told; other files are a check's business.
        let surely = |path: &&Arc<str>| {
            path.contains(".github/workflows/")
                || path.contains(".gitlab-ci")
                || path.contains("azure-pipelines")
                || path.ends_with("Jenkinsfile")
        };
        for path in shelves.paths(self.shelf).iter().filter(|path| may_be(path)).filter(surely) {
            match shelves.document(self.shelf, path) {
                None => problems.extend(shelves.unreadable(self.shelf, path)),
                Some(document) => problems.extend(broken(&document)),
            }
        }
        for read in &self.roots {
            let path = &read.pipeline.path;
            let Some(document) = shelves.document(self.shelf, path) else { continue };
            let source = SourceFile::new(path.clone(), document.text.clone());
            let own = read.issues.iter().filter(|issue| issue.span.file == read.pipeline.file);
            problems.extend(
                own.map(|issue| Problem { fails: issue.kind == ProblemKind::Limit, ..problem_of(&source, issue) }),
            );
        }
        problems
    }
}

/// Whether a file of this name may be a pipeline.
pub(super) fn may_be(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    lower.ends_with(".yml") || lower.ends_with(".yaml") || lower.contains("jenkinsfile")
}

/// Keys without which a YAML file is no pipeline.
const KEYS: &[&str] =
    &["jobs:", "stages:", "steps:", "script:", "extends:", "runs:", "include:", "on:", "trigger:", "variables:"];

fn one(shelves: &Shelves<'_>, shelf: usize, path: &Arc<str>) -> Option<Read> {
    let document = shelves.document(shelf, path)?;
    let is_yaml = is_yaml(path);
    if is_yaml && !KEYS.iter().any(|key| document.text.contains(key)) {
        return None;
    }
    let platform = platform(&document, is_yaml)?;
    let sources = Seen::new(shelves, shelf, path);
    let (pipeline, issues) = volary_pipeline::read(&document, platform, &sources, &Limits::default());
    Some(Read { pipeline, issues })
}

/// What is wrong with the YAML of a file in which no pipeline can be made out.
fn broken(document: &Document) -> Vec<Problem> {
    let is_yaml = is_yaml(&document.path);
    if !is_yaml || platform(document, is_yaml).is_some() {
        return Vec::new();
    }
    let source = SourceFile::new(document.path.clone(), document.text.clone());
    let (_, issues) = document.yaml(crate::pipelines::dialect(&document.path));
    issues.iter().map(|issue| problem_of(&source, issue)).collect()
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

/// The pipeline, template or action that a file holds.
pub(super) fn pipeline(shelves: &Shelves<'_>, shelf: usize, path: &Arc<str>) -> Option<Pipeline> {
    one(shelves, shelf, path).map(|read| read.pipeline)
}

fn platform(document: &Document, is_yaml: bool) -> Option<Platform> {
    if !is_yaml {
        return volary_pipeline::is_pipeline(&document.path, &[]);
    }
    let dialect = crate::pipelines::dialect(&document.path);
    volary_pipeline::is_pipeline(&document.path, document.yaml(dialect).0)
}

/// The files that a pipeline is made of beside its own.
pub(super) fn used(pipeline: &Pipeline) -> Vec<FileId> {
    let file = |uses: &volary_pipeline::Uses| match uses.found {
        Found::Read(file) | Found::Program(file) => Some(file),
        _ => None,
    };
    let mut files: Vec<FileId> = pipeline.uses.iter().filter_map(file).collect();
    for job in &pipeline.jobs {
        if let volary_pipeline::JobKind::Call(uses) = &job.kind {
            files.extend(file(uses));
        }
        if let volary_pipeline::JobKind::Start(start) = &job.kind {
            files.extend(start.uses.iter().filter_map(file));
        }
        files.extend(job.steps.iter().filter_map(|step| step.uses()).filter_map(file));
    }
    files.retain(|file| *file != pipeline.file);
    files
}

/// Proves a revision and compares it with a base.
pub(crate) fn prove(
    shelves: &Shelves<'_>,
    head: &Side,
    base: Option<&Side>,
    answer: &(dyn Fn(&str) -> Option<bool> + Sync),
) -> (Assembled, Files) {
    let demands = demands();
    let (plans, mut problems) = plans(shelves, head);
    let (cases, all) = cases(&plans, &mut problems);
    let decisions = decide(shelves, head.shelf, &cases, &all, answer, &mut problems);
    let gates = plans.iter().map(|plan| {
        let path = &plan.pipeline.path;
        let found = guarded(path, "looking for the people that it waits for", || friction::gates(plan, &demands))?;
        Ok(found.into_iter().map(|gate| (path.clone(), gate)).collect::<Vec<_>>())
    });
    let (gates, failed) = split(gates.collect());
    problems.extend(failed);
    let gates: Vec<(Arc<str>, GateDraft)> = gates.into_iter().flatten().collect();
    let text_after = |path: &str| shelves.document(head.shelf, path);
    let after = told(shelves, head, &plans, &cases, &all, &decisions, &text_after);
    let nowhere = Arc::from("");
    let (before, compared) = match base {
        None => (None, guarded(&nowhere, "looking at the guardrails", || weaken::state(&after))),
        Some(base) => {
            let (plans_before, _) = self::plans(shelves, base);
            let mut ignored = Vec::new();
            let (cases_before, all_before) = self::cases(&plans_before, &mut ignored);
            let decided = decide(shelves, base.shelf, &cases_before, &all_before, answer, &mut ignored);
            let text_before = |path: &str| shelves.document(base.shelf, path);
            let before = told(shelves, base, &plans_before, &cases_before, &all_before, &decided, &text_before);
            let compared = guarded(&nowhere, "comparing the guardrails", || {
                let mut found = weaken::compare(&before, &after);
                found.extend(weaken::state(&after));
                found
            });
            (Some(kinds(&cases_before)), compared)
        }
    };
    let weakenings = compared.unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let files = shelves.files();
    let told: Vec<Result<Drafts, Problem>> = cases
        .par_iter()
        .enumerate()
        .filter_map(|(own, case)| {
            let case = case.as_ref()?;
            let exists = |path: &str| is_there(shelves, head.shelf, path);
            let world = World { elsewhere: &all, own, controls: demands.controls, answer, exists: &exists };
            Some(guarded(&case.pipeline().path, "telling of this pipeline", || {
                prove::answer(case, &world, &demands, &decisions[own], &files)
            }))
        })
        .collect();
    let (drafts, failed) = split(told);
    problems.extend(failed);
    let uses = plans.iter().flat_map(|plan| plan.pipeline.uses.iter().cloned()).collect();
    (Assembled { drafts, gates, kinds_before: before, weakenings, problems, uses }, files)
}

/// A revision as the comparison sees it.
fn told<'s>(
    shelves: &'s Shelves<'_>,
    side: &'s Side,
    plans: &'s [Plan<'s>],
    cases: &'s [Option<Case<'s>>],
    all: &'s [Elsewhere<'s, 's>],
    decisions: &'s [Vec<Decision>],
    text: &'s dyn Fn(&str) -> Option<Arc<Document>>,
) -> weaken::Side<'s> {
    let pipelines = plans.iter().enumerate().map(|(index, plan)| weaken::Proved {
        plan,
        case: cases[index].as_ref(),
        guards: &all[index].guards,
        decisions: &decisions[index],
    });
    weaken::Side {
        pipelines: pipelines.collect(),
        recognisers: Recognisers::built_in(),
        controls: demands().controls,
        paths: shelves.paths(side.shelf),
        text,
    }
}

/// What the pipelines of a revision do.
fn plans<'s>(shelves: &Shelves<'_>, side: &'s Side) -> (Vec<Plan<'s>>, Vec<Problem>) {
    let results: Vec<Result<Plan<'s>, Problem>> = side
        .roots
        .par_iter()
        .map(|read| {
            let path = &read.pipeline.path;
            let sources = Seen::new(shelves, side.shelf, path);
            guarded(path, "reading what this pipeline does", || {
                Plan::new(&read.pipeline, Recognisers::built_in(), &sources)
            })
        })
        .collect();
    split(results)
}

fn split<T>(results: Vec<Result<T, Problem>>) -> (Vec<T>, Vec<Problem>) {
    let (mut good, mut problems) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => good.push(value),
            Err(problem) => problems.push(problem),
        }
    }
    (good, problems)
}

type Cases<'p> = Vec<Option<Case<'p>>>;

/// The pipelines with their runs, and what they tell each other.
fn cases<'p>(plans: &'p [Plan<'p>], problems: &mut Vec<Problem>) -> (Cases<'p>, Vec<Elsewhere<'p, 'p>>) {
    let results: Vec<Result<(Case<'p>, Elsewhere<'p, 'p>), Problem>> = plans
        .par_iter()
        .map(|plan| {
            guarded(&plan.pipeline.path, "executing this pipeline", || {
                let case = Case::new(plan);
                let told = prove::elsewhere(plan, &case);
                (case, told)
            })
        })
        .collect();
    let (mut cases, mut all) = (Vec::new(), Vec::new());
    for (result, plan) in results.into_iter().zip(plans) {
        match result {
            Ok((case, told)) => {
                cases.push(Some(case));
                all.push(told);
            }
            Err(problem) => {
                problems.push(problem);
                cases.push(None);
                all.push(Elsewhere { plan, guards: Vec::new(), ships: false });
            }
        }
    }
    (cases, all)
}

fn decide(
    shelves: &Shelves<'_>,
    shelf: usize,
    cases: &[Option<Case<'_>>],
    all: &[Elsewhere<'_, '_>],
    answer: &(dyn Fn(&str) -> Option<bool> + Sync),
    problems: &mut Vec<Problem>,
) -> Vec<Vec<Decision>> {
    let demands = demands();
    let results: Vec<Result<Vec<Decision>, Problem>> = cases
        .par_iter()
        .enumerate()
        .map(|(own, case)| {
            let Some(case) = case else { return Ok(Vec::new()) };
            let exists = |path: &str| is_there(shelves, shelf, path);
            let world = World { elsewhere: all, own, controls: demands.controls, answer, exists: &exists };
            guarded(&case.pipeline().path, "proving this pipeline", || prove::decisions(case, &world, &demands))
        })
        .collect();
    results
        .into_iter()
        .map(|result| {
            result.unwrap_or_else(|problem| {
                problems.push(problem);
                Vec::new()
            })
        })
        .collect()
}

/// The kinds of things that ship.
fn kinds(cases: &[Option<Case<'_>>]) -> BTreeSet<Arc<str>> {
    let cases = cases.iter().flatten();
    let acts = cases.flat_map(|case| {
        case.effects().into_iter().filter_map(|effect| case.plan.act(effect).effect().map(|effect| effect.kind))
    });
    acts.map(|kind| Arc::from(kind.as_str())).collect()
}

/// Whether a file or folder is in the repository.
fn is_there(shelves: &Shelves<'_>, shelf: usize, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return true;
    }
    let paths = shelves.paths(shelf);
    let at = paths.partition_point(|known| &**known < path);
    let below =
        |known: &Arc<str>| known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    paths[at..].iter().take_while(|known| known.starts_with(path)).any(below)
}
