//! Events and references of a pipeline's runs.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_pipeline::{Event, Expr, ExprKind, Filter, Pipeline, PipelineKind, Platform, Trigger};

use super::refs::{self, Named};
use super::results::NoResults;
use super::world::World;
use super::{Run, atoms, filter};
use crate::tri::Tri;

/// Most references of one kind of start.
const REFERENCES: usize = 24;

/// The classes before anything is chosen.
pub(super) struct Bases<'a> {
    pipeline: &'a Pipeline,
    world: Arc<World>,
    named: &'a Named,
    runs: Vec<Run>,
}

impl<'a> Bases<'a> {
    /// The classes of a pipeline before anything is chosen.
    pub(super) fn new(pipeline: &'a Pipeline, world: Arc<World>, named: &'a Named) -> Self {
        Self { pipeline, world, named, runs: Vec::new() }
    }

    /// All of them, in the order of the triggers.
    pub(super) fn all(mut self) -> Vec<Run> {
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
            let own = refs::of_filter(filter, self.pipeline.platform);
            let combined = self.named.combined(&own, false);
            names.extend(own.into_iter().chain(combined));
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
            names.extend(self.named.combined(&names, true));
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
