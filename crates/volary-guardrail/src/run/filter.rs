//! Whether a trigger starts its pipeline.

use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{Event, Filter, Pipeline, Platform, Trigger};

use super::results::NoResults;
use super::world::World;
use super::{Run, activity};
use crate::tri::Tri;

/// Whether a trigger starts its pipeline on something that happens to a branch, a tag, or a pull request with this target.
/// Paths are not looked at: whether files changed is a choice.
pub fn starts(
    pipeline: &Pipeline,
    trigger: &Trigger,
    event: Event,
    branch: Option<&str>,
    tag: Option<&str>,
    target: Option<&str>,
) -> Tri {
    let filters = lets_through(&World::default_of(pipeline.platform), trigger, event, branch, tag, target);
    if filters == Tri::No || pipeline.platform != Platform::GitLab {
        return filters;
    }
    let index = pipeline.triggers.iter().position(|one| std::ptr::eq(one, trigger));
    let default = super::refs::default_branch(pipeline, &[]);
    let mut run = Run::of(event, index, Arc::new(World::of(pipeline, default)));
    run.branch = branch.map(Arc::from);
    run.tag = tag.map(Arc::from);
    run.target = target.map(Arc::from);
    let mut answer = filters.and(activity(&pipeline.activation, pipeline.platform, &run, &NoResults).runs);
    if event == Event::PullRequest {
        let jobs = pipeline.jobs.iter();
        let any =
            jobs.fold(Tri::No, |any, job| any.or(super::job_activity(job, pipeline.platform, &run, &NoResults).runs));
        answer = answer.and(any);
    }
    answer
}

/// Whether the filters of a trigger let something through.
pub(super) fn lets_through(
    world: &World,
    trigger: &Trigger,
    event: Event,
    branch: Option<&str>,
    tag: Option<&str>,
    target: Option<&str>,
) -> Tri {
    if trigger.disabled || trigger.event != event {
        return Tri::No;
    }
    match (world.platform, event) {
        (Platform::GitHub, Event::Push) => pushed_on_github(world, trigger, branch, tag),
        (Platform::GitHub, Event::PullRequest | Event::Privileged) => named(world, &trigger.branches, target),
        (Platform::GitHub, Event::Upstream) => named(world, &trigger.branches, branch),
        (Platform::Azure, Event::Push) => match tag {
            Some(tag) => tagged_on_azure(world, trigger, tag),
            None => named(world, &trigger.branches, branch),
        },
        // Nothing is written: it depends on where the repository lies.
        (Platform::Azure, Event::PullRequest) if trigger.implied => Tri::Unknown,
        (Platform::Azure, Event::PullRequest) => named(world, &trigger.branches, target),
        (Platform::Azure, Event::Schedule | Event::Upstream) => named(world, &trigger.branches, branch),
        (Platform::Jenkins, Event::PullRequest) if trigger.implied => Tri::Unknown,
        _ => Tri::Yes,
    }
}

/// A filter of branches alone does not let tags through, and the other way round.
fn pushed_on_github(world: &World, trigger: &Trigger, branch: Option<&str>, tag: Option<&str>) -> Tri {
    let (own, other, name) = if tag.is_some() {
        (&trigger.tags, &trigger.branches, tag)
    } else {
        (&trigger.branches, &trigger.tags, branch)
    };
    if own.is_open() && !other.is_open() {
        return Tri::No;
    }
    named(world, own, name)
}

/// Tags start a pipeline only where they are named, as tags or as references.
fn tagged_on_azure(world: &World, trigger: &Trigger, tag: &str) -> Tri {
    if !trigger.tags.is_open() {
        return passes(world, &trigger.tags, tag);
    }
    let full = format!("refs/tags/{tag}");
    let included = trigger.branches.include.iter().flatten().filter_map(Value::as_text);
    let included =
        included.filter(|pattern| pattern.starts_with("refs/tags/")).any(|pattern| world.fits(pattern, &full));
    Tri::from(included)
}

fn named(world: &World, filter: &Filter, name: Option<&str>) -> Tri {
    match name {
        Some(name) => passes(world, filter, name),
        None if filter.is_open() => Tri::Yes,
        None => Tri::Unknown,
    }
}

/// Whether a filter lets a name through.
pub(super) fn passes(world: &World, filter: &Filter, name: &str) -> Tri {
    let fits = |value: &Value| match value.as_text() {
        Some(pattern) => Tri::from(world.fits(plain(pattern), name)),
        None => super::canonical::scalar(value).map(|text| text == name).into(),
    };
    let included = match &filter.include {
        None => Tri::Yes,
        Some(patterns) if world.platform == Platform::GitHub => patterns.iter().fold(Tri::No, |so, pattern| {
            match pattern.as_text().and_then(|text| text.strip_prefix('!')) {
                Some(excluded) if world.fits(excluded, name) => Tri::No,
                Some(_) => so,
                None => so.or(fits(pattern)),
            }
        }),
        Some(patterns) => patterns.iter().fold(Tri::No, |so, pattern| so.or(fits(pattern))),
    };
    included.and(filter.exclude.iter().fold(Tri::No, |so, pattern| so.or(fits(pattern))).not())
}

/// A pattern of a filter without the prefix that Azure allows.
pub(super) fn plain(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix("refs/heads/").unwrap_or(pattern);
    pattern.strip_prefix("refs/tags/").unwrap_or(pattern)
}
