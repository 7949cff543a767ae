//! What the names of the platforms stand for in a run.

mod azure;
mod github;
mod gitlab;
pub(super) mod jenkins;
mod script;

use std::sync::Arc;

use volary_model::{Data, Value};
use volary_pipeline::{Event, Platform};

use super::Run;
use super::canonical::{self, scalar};
use super::truth::{Ask, text, value};
use super::world::World;
use super::world::typed;
pub(super) use gitlab::overridable as gitlab_overridable;

/// What a name stands for in a run; `None` where the run does not know.
pub(super) fn lookup(ask: &Ask<'_>, parts: &[Arc<str>]) -> Option<Value> {
    match ask.platform {
        Platform::GitHub => github::lookup(ask, parts),
        Platform::Azure => azure::lookup(ask, parts),
        Platform::GitLab => gitlab::lookup(ask, parts),
        Platform::Jenkins => jenkins::lookup(ask, parts),
    }
}

/// Whether somebody chooses parameters for this kind of run.
pub(super) fn chooses(event: Event) -> bool {
    matches!(event, Event::Manual | Event::Call | Event::Api)
}

/// The prefix that a name's value may have or not.
pub(super) fn loose_prefix(parts: &[Arc<str>], platform: Platform) -> Option<&'static str> {
    let key = canonical::name(parts, platform);
    match (platform, key.as_str()) {
        (
            Platform::Azure,
            "variables.system.pullrequest.targetbranch" | "variables.system.pullrequest.sourcebranch",
        ) => Some("refs/heads/"),
        (Platform::Jenkins, "env.GIT_BRANCH" | "GIT_BRANCH") => Some("origin/"),
        _ => None,
    }
}

/// The full reference of a run: `refs/heads/main`.
fn reference(run: &Run) -> Option<String> {
    match (&run.tag, &run.branch) {
        (Some(tag), _) => Some(format!("refs/tags/{tag}")),
        (None, Some(branch)) => Some(format!("refs/heads/{branch}")),
        (None, None) => None,
    }
}

/// The branch or tag.
fn short_reference(run: &Run) -> Option<&Arc<str>> {
    run.tag.as_ref().or(run.branch.as_ref())
}

/// A parameter: what this run chose, or the default where nobody chooses.
fn parameter(ask: &Ask<'_>, name: &str) -> Option<Value> {
    let (run, world) = (ask.run, &ask.run.world);
    let declared = world.parameter(name, run.event == Event::Call)?;
    if let Some(chosen) = run.parameters.get(&declared.name) {
        return Some(value(typed(declared, chosen)));
    }
    if chooses(run.event) {
        return None;
    }
    let Some(default) = &declared.default else { return Some(value(Data::Null)) };
    Some(match scalar(default) {
        Some(text) if !default.is_null() => value(typed(declared, &text)),
        _ => default.clone(),
    })
    .filter(|value| value.as_unknown().is_none())
}

/// The value that is the same in all runs, where conditions tell it.
fn constant(world: &World, key: &str) -> Option<Value> {
    world.constants.get(key).map(|value| text(value.clone()))
}

fn texts<S: AsRef<str>>(found: Option<S>) -> Option<Value> {
    found.map(|found| text(found.as_ref()))
}

fn null() -> Value {
    value(Data::Null)
}

fn truth(is: bool) -> Value {
    value(Data::Bool(is))
}
