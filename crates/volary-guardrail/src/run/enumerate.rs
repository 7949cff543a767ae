//! The classes of runs of a pipeline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{
    Activation, Comparison, Event, Expr, ExprKind, Filter, Pipeline, PipelineKind, Platform, Trigger, Variable,
};

use super::choices::{Dimension, Files, dimensions, settled};
use super::refs::{self, Named};
use super::results::NoResults;
use super::world::{self, World};
use super::{LIMIT, Relevant, Run, Runs, activity, atoms, canonical, filter};
use crate::tri::Tri;

/// Most references of one kind of start.
const REFERENCES: usize = 24;

/// The classes of runs of a pipeline that what is relevant tells apart.
///
/// Those that are as usual (default branch, defaults of parameters) come first. A class whose choices assume something of
/// the platform ([`super::ChoiceKind::Assumed`]) says so: the class with the other answer is among them too, but for
/// secrets and plugins, which are taken to be there.
pub fn runs(pipeline: &Pipeline, relevant: &Relevant<'_>) -> Runs {
    let activations: Vec<&Activation> =
        std::iter::once(&pipeline.activation).chain(relevant.activations.iter().copied()).collect();
    let mut exprs: Vec<&Expr> = activations.iter().flat_map(|activation| atoms::expressions(activation)).collect();
    exprs.extend(relevant.conditions.iter().copied());
    let asked = with_variables(pipeline, &exprs);
    let named = Named::of(&asked, &activations, pipeline.platform);
    let default = refs::default_branch(pipeline, &named.branches);
    let mut world = World::of(pipeline, default);
    world.constants = constants(&asked, pipeline.platform);
    world.declared = declared(pipeline);
    world.shown = named.shown.clone();
    for trigger in &pipeline.triggers {
        for filter in [&trigger.branches, &trigger.tags] {
            world.shown.extend(refs::patterns_of_filter(filter, pipeline.platform));
        }
    }
    world.shown.remove(&world.default_branch);
    let bases = Bases { pipeline, world: Arc::new(world), named: &named, runs: Vec::new() }.all();
    let files: Vec<Files<'_>> = activations
        .iter()
        .flat_map(|activation| atoms::files(activation).into_iter().map(|(word, paths)| (word, paths, *activation)))
        .collect();
    let mut cut = named.cut;
    let mut classes: Vec<(Run, Vec<Dimension>)> = Vec::new();
    for base in bases {
        if activity(&pipeline.activation, pipeline.platform, &base, &NoResults).runs == Tri::No {
            continue;
        }
        if classes.len() >= LIMIT {
            cut = true;
            break;
        }
        let mut base = base;
        base.parameters.extend(settled(&base, relevant));
        let (dimensions, left_out) = dimensions(&base, &exprs, relevant, &files);
        cut |= left_out;
        classes.push((base, dimensions));
    }
    let mut found = Runs { runs: Vec::new(), cut };
    let most = classes.iter().map(|(_, dimensions)| dimensions.len()).max().unwrap_or(0);
    'all: for unusual in 0..=most {
        for (base, dimensions) in &classes {
            let mut picks = Picks::new(dimensions, unusual);
            while let Some(picked) = picks.next() {
                let run = chosen(base, dimensions, &picked);
                if activity(&pipeline.activation, pipeline.platform, &run, &NoResults).runs == Tri::No {
                    continue;
                }
                if found.runs.len() >= LIMIT {
                    found.cut = true;
                    break 'all;
                }
                found.runs.push(run);
            }
        }
    }
    found
}

/// A class with its choices.
fn chosen(base: &Run, dimensions: &[Dimension], picked: &[usize]) -> Run {
    let mut run = base.clone();
    for (dimension, pick) in dimensions.iter().zip(picked) {
        let Some(alternative) = dimension.alternatives.get(*pick) else { continue };
        let usual = dimension.alternatives.first();
        for (name, value) in &alternative.parameters {
            run.parameters.insert(name.clone(), value.clone());
            if *pick > 0 {
                run.unusual.insert(name.clone());
            }
        }
        for (key, choice) in &alternative.choices {
            let same = usual.is_some_and(|usual| {
                usual.choices.iter().any(|(one, other)| one == key && other.truth == choice.truth)
            });
            run.choices.insert(key.clone(), choice.clone());
            if !same {
                run.unusual.insert(key.clone());
            }
        }
    }
    run
}

/// All ways to pick one alternative of each dimension with a given number of unusual ones, in order.
struct Picks<'d> {
    dimensions: &'d [Dimension],
    unusual: usize,
    /// The dimensions that are unusual, ascending, and which alternative each has.
    at: Option<Vec<(usize, usize)>>,
}

impl<'d> Picks<'d> {
    fn new(dimensions: &'d [Dimension], unusual: usize) -> Self {
        let mut picks = Self { dimensions, unusual, at: None };
        picks.at = picks.filled(Vec::new(), 0);
        picks
    }

    /// The first continuation of a start.
    fn filled(&self, mut start: Vec<(usize, usize)>, mut from: usize) -> Option<Vec<(usize, usize)>> {
        while start.len() < self.unusual {
            let next = (from..self.dimensions.len()).find(|index| self.dimensions[*index].alternatives.len() > 1)?;
            start.push((next, 1));
            from = next + 1;
        }
        Some(start)
    }

    fn next(&mut self) -> Option<Vec<usize>> {
        let at = self.at.take()?;
        let mut picked = vec![0; self.dimensions.len()];
        for (dimension, alternative) in &at {
            picked[*dimension] = *alternative;
        }
        let mut start = at;
        while let Some((dimension, alternative)) = start.pop() {
            if alternative + 1 < self.dimensions[dimension].alternatives.len() {
                let mut next = start.clone();
                next.push((dimension, alternative + 1));
                self.at = self.filled(next, dimension + 1);
            }
            if self.at.is_none() {
                // The next dimension that can be unusual instead of this one.
                let other =
                    (dimension + 1..self.dimensions.len()).find(|index| self.dimensions[*index].alternatives.len() > 1);
                if let Some(other) = other {
                    let mut next = start.clone();
                    next.push((other, 1));
                    self.at = self.filled(next, other + 1);
                }
            }
            if self.at.is_some() {
                break;
            }
        }
        Some(picked)
    }
}

/// The expressions and those of the variables that they name.
fn with_variables<'a>(pipeline: &'a Pipeline, exprs: &[&'a Expr]) -> Vec<&'a Expr> {
    let mut all = exprs.to_vec();
    let mut from = 0;
    for _ in 0..4 {
        let names: BTreeSet<String> = all[from..]
            .iter()
            .flat_map(|expr| expr.walk())
            .filter_map(|part| match &part.kind {
                ExprKind::Name(parts) => parts.last().map(|last| last.to_lowercase()),
                _ => None,
            })
            .collect();
        from = all.len();
        for variable in variables(pipeline) {
            if variable.name.known().is_some_and(|name| names.contains(&name.to_lowercase())) {
                all.extend(world::expression(variable));
            }
        }
        if from == all.len() || all.len() > 2_000 {
            break;
        }
    }
    all
}

fn variables(pipeline: &Pipeline) -> impl Iterator<Item = &Variable> {
    let stages = pipeline.stages.iter().flat_map(|stage| &stage.variables);
    let jobs = pipeline.jobs.iter().flat_map(|job| &job.variables);
    pipeline.variables.iter().chain(stages).chain(jobs)
}

/// Names of variables that are declared anywhere, as they are looked up.
fn declared(pipeline: &Pipeline) -> BTreeSet<String> {
    let names = variables(pipeline).filter_map(|variable| variable.name.known());
    names.map(|name| canonical::name(&[name], pipeline.platform)).collect()
}

/// Names that are the same in all runs of a repository, with what conditions compare them with.
fn constants(exprs: &[&Expr], platform: Platform) -> BTreeMap<String, Arc<str>> {
    let mut found: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for part in exprs.iter().flat_map(|expr| expr.walk()) {
        let ExprKind::Compare(Comparison::Equal | Comparison::NotEqual, left, right) = &part.kind else { continue };
        for (name, value) in [(left, right), (right, left)] {
            let (ExprKind::Name(parts), Some(text)) = (&name.kind, value.literal().and_then(Value::as_text)) else {
                continue;
            };
            found.entry(canonical::name(parts, platform)).or_insert_with(|| Arc::from(text));
        }
    }
    found
}

/// The classes before anything is chosen.
struct Bases<'a> {
    pipeline: &'a Pipeline,
    world: Arc<World>,
    named: &'a Named,
    runs: Vec<Run>,
}

impl Bases<'_> {
    fn all(mut self) -> Vec<Run> {
        let started = self.pipeline.kind == PipelineKind::Pipeline;
        let starts = |trigger: &Trigger| !trigger.disabled && trigger.event != Event::Call;
        if started {
            for (index, trigger) in self.pipeline.triggers.iter().enumerate() {
                if starts(trigger) {
                    self.trigger(index, trigger);
                }
            }
        }
        if !started || !self.pipeline.triggers.iter().any(starts) {
            self.called();
        }
        self.runs
    }

    fn trigger(&mut self, index: usize, trigger: &Trigger) {
        let platform = self.pipeline.platform;
        let open = Filter::default();
        match trigger.event {
            Event::Push => {
                for (branch, any) in self.branches(&trigger.branches, true) {
                    if self.through(trigger, Some(&branch), None, None) {
                        self.push(self.on_branch(trigger.event, index, branch, any));
                    }
                }
                // Jenkins builds tags only where the job is configured for it.
                let tags = platform != Platform::Jenkins || self.named.asks_tag;
                for (tag, any) in self.tags(&trigger.tags, &trigger.branches, true).into_iter().filter(|_| tags) {
                    if self.through(trigger, None, Some(&tag), None) {
                        self.push(self.on_tag(trigger.event, index, tag, any));
                    }
                }
            }
            Event::PullRequest if !self.has_pull_requests(trigger) => {}
            Event::PullRequest => self.pull_requests(index, trigger),
            Event::Privileged if &*trigger.name == "pull_request_target" => self.pull_requests(index, trigger),
            Event::Manual | Event::Api if platform == Platform::GitHub && trigger.event == Event::Api => {
                self.push(self.on_default(trigger.event, index));
            }
            Event::Manual | Event::Api => {
                if trigger.event == Event::Api && platform == Platform::GitLab && !self.named.asks_source {
                    return;
                }
                for (branch, any) in self.branches(&open, false) {
                    self.push(self.on_branch(trigger.event, index, branch, any));
                }
                if self.named.asks_tag {
                    for (tag, any) in self.tags(&open, &open, false) {
                        self.push(self.on_tag(trigger.event, index, tag, any));
                    }
                }
            }
            Event::Upstream if platform == Platform::GitHub => self.followed(index, trigger),
            Event::Upstream if platform == Platform::GitLab && !self.named.asks_source => {}
            Event::Upstream | Event::Schedule if platform == Platform::Azure => {
                for (branch, any) in self.branches(&trigger.branches, true) {
                    if self.through(trigger, Some(&branch), None, None) {
                        self.push(self.on_branch(trigger.event, index, branch, any));
                    }
                }
            }
            Event::Release => {
                for (tag, any) in self.tags(&open, &open, false) {
                    self.push(self.on_tag(trigger.event, index, tag, any));
                }
            }
            Event::Call => {}
            Event::Privileged | Event::Upstream | Event::Schedule | Event::Other => {
                self.push(self.on_default(trigger.event, index));
            }
        }
    }

    /// Whether a pipeline runs for pull requests: it says so, or something in it asks for them.
    fn has_pull_requests(&self, trigger: &Trigger) -> bool {
        match self.pipeline.platform {
            Platform::GitHub => true,
            Platform::Azure => !trigger.implied,
            Platform::GitLab => {
                let mut run = self.on_default(Event::PullRequest, 0);
                run.trigger = self.pipeline.triggers.iter().position(|one| std::ptr::eq(one, trigger));
                run.target = Some(self.world.default_branch.clone());
                run.branch = Some("topic".into());
                let jobs = self.pipeline.jobs.iter();
                jobs.fold(Tri::No, |any, job| any.or(super::job_activity(job, Platform::GitLab, &run, &NoResults).runs))
                    != Tri::No
            }
            Platform::Jenkins => {
                let stages = self.pipeline.stages.iter().map(|stage| &stage.activation);
                let jobs = self.pipeline.jobs.iter();
                let jobs = jobs.flat_map(|job| {
                    std::iter::once(&job.activation).chain(job.steps.iter().map(|step| &step.activation))
                });
                stages.chain(jobs).flat_map(atoms::expressions).flat_map(Expr::walk).any(|part| match &part.kind {
                    ExprKind::Call(name, _) => &**name == "changerequest",
                    ExprKind::Name(parts) => parts.last().is_some_and(|last| last.starts_with("CHANGE_")),
                    _ => false,
                })
            }
        }
    }

    fn pull_requests(&mut self, index: usize, trigger: &Trigger) {
        let mut heads: Vec<Arc<str>> = vec![self.named.other(false, &[], self.pipeline.platform)];
        heads.extend(self.named.heads.iter().cloned());
        for (target, any) in self.targets(trigger) {
            if !self.through(trigger, None, None, Some(&target)) {
                continue;
            }
            for head in &heads {
                let mut run = Run::of(trigger.event, Some(index), self.world.clone());
                run.branch = Some(head.clone());
                run.target = Some(target.clone());
                run.any_branch = any;
                self.push(run);
            }
        }
    }

    /// GitHub's `workflow_run` runs on the default branch, whatever branch the other ran on.
    fn followed(&mut self, index: usize, trigger: &Trigger) {
        let mut names = vec![(self.world.default_branch.clone(), false)];
        let found = refs::of_filter(&trigger.branches, Platform::GitHub);
        names.extend(found.into_iter().chain(self.named.followed.iter().cloned()).map(|name| (name, false)));
        names.push((self.named.other(false, &[&trigger.branches], Platform::GitHub), true));
        for (name, any) in names {
            if self.through(trigger, Some(&name), None, None) {
                let mut run = self.on_default(trigger.event, index);
                run.followed = Some(name);
                run.any_branch = any;
                self.push(run);
            }
        }
    }

    /// A pipeline that others call: on whatever reference they run, where something asks for it.
    fn called(&mut self) {
        let call = self.pipeline.triggers.iter().position(|trigger| trigger.event == Event::Call);
        if !self.named.asks_reference {
            let mut run = Run::of(Event::Call, call, self.world.clone());
            run.any_branch = true;
            self.push(run);
            return;
        }
        let open = Filter::default();
        for (branch, any) in self.branches(&open, false) {
            let mut run = self.on_branch(Event::Call, 0, branch, any);
            run.trigger = call;
            self.push(run);
        }
        if self.named.asks_tag {
            for (tag, any) in self.tags(&open, &open, false) {
                let mut run = self.on_tag(Event::Call, 0, tag, any);
                run.trigger = call;
                self.push(run);
            }
        }
    }

    fn through(&self, trigger: &Trigger, branch: Option<&str>, tag: Option<&str>, target: Option<&str>) -> bool {
        filter::lets_through(&self.world, trigger, trigger.event, branch, tag, target) != Tri::No
    }

    /// The default branch, those that the filter and conditions name, and one for all others.
    fn branches(&self, filter: &Filter, filtered: bool) -> Vec<(Arc<str>, bool)> {
        let mut names = vec![self.world.default_branch.clone()];
        if filtered {
            names.extend(refs::of_filter(filter, self.pipeline.platform));
        }
        names.extend(self.named.branches.iter().cloned());
        self.with_other(names, self.named.other(false, &[filter], self.pipeline.platform))
    }

    fn targets(&self, trigger: &Trigger) -> Vec<(Arc<str>, bool)> {
        let mut names = vec![self.world.default_branch.clone()];
        names.extend(refs::of_filter(&trigger.branches, self.pipeline.platform));
        names.extend(self.named.targets.iter().cloned());
        self.with_other(names, self.named.other(false, &[&trigger.branches], self.pipeline.platform))
    }

    fn tags(&self, filter: &Filter, branches: &Filter, filtered: bool) -> Vec<(Arc<str>, bool)> {
        let platform = self.pipeline.platform;
        let mut names = Vec::new();
        if filtered {
            names.extend(refs::of_filter(filter, platform));
            let written = branches.include.iter().flatten();
            let written = written.filter(|value| value.as_text().is_some_and(|text| text.starts_with("refs/tags/")));
            let written = Filter { include: Some(written.cloned().collect()), exclude: Vec::new() };
            names.extend(refs::of_filter(&written, platform));
        }
        names.extend(self.named.tags.iter().cloned());
        self.with_other(names, self.named.other(true, &[filter], platform))
    }

    fn with_other(&self, names: Vec<Arc<str>>, other: Arc<str>) -> Vec<(Arc<str>, bool)> {
        // Witnesses of one pattern, as a filter and a condition write it, are one.
        let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut names: Vec<(Arc<str>, bool)> =
            names.into_iter().filter(|name| seen.insert(self.shown(name))).map(|name| (name, false)).collect();
        names.truncate(REFERENCES);
        if !seen.contains(&other) {
            names.push((other, true));
        }
        names
    }

    fn shown(&self, name: &Arc<str>) -> Arc<str> {
        self.world.shown.get(name).unwrap_or(name).clone()
    }

    fn on_default(&self, event: Event, index: usize) -> Run {
        self.on_branch(event, index, self.world.default_branch.clone(), false)
    }

    fn on_branch(&self, event: Event, index: usize, branch: Arc<str>, any: bool) -> Run {
        let mut run = Run::of(event, Some(index), self.world.clone());
        run.branch = Some(branch);
        run.any_branch = any;
        run
    }

    fn on_tag(&self, event: Event, index: usize, tag: Arc<str>, any: bool) -> Run {
        let mut run = Run::of(event, Some(index), self.world.clone());
        run.tag = Some(tag);
        run.any_branch = any;
        run
    }

    /// Adds a class, unless one like it is there: triggers that platforms do not tell apart are one.
    fn push(&mut self, run: Run) {
        let named = matches!(self.pipeline.platform, Platform::GitHub | Platform::GitLab);
        let name = |run: &Run| run.trigger.and_then(|trigger| self.world.triggers.get(trigger)).cloned();
        let same = |other: &Run| {
            other.event == run.event
                && other.branch == run.branch
                && other.tag == run.tag
                && other.target == run.target
                && other.followed == run.followed
                && (!named || name(other) == name(&run))
        };
        if !self.runs.iter().any(same) {
            self.runs.push(run);
        }
    }
}
