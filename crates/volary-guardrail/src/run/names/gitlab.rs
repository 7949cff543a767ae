//! Predefined and other variables of GitLab CI.

use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::Event;

use super::super::Run;
use super::super::truth::{Ask, text};
use super::{chooses, constant, null, parameter, short_reference, texts};

/// What a name stands for. A variable that is not set is null.
pub(super) fn lookup(ask: &Ask<'_>, parts: &[Arc<str>]) -> Option<Value> {
    let [name] = parts else {
        return match parts {
            [inputs, name] if &**inputs == "inputs" => parameter(ask, name),
            _ => None,
        };
    };
    let run = ask.run;
    if let Some(found) = predefined(run, name) {
        return found;
    }
    if let Some(chosen) = run.parameters.get(name) {
        return Some(text(chosen.clone()));
    }
    if ask.open && overridable(run.event) && !run.local.contains_key(&**name) {
        return None;
    }
    if let Some(found) = ask.variable(name) {
        return Some(found);
    }
    // What rules of the pipeline set in other runs is not set in this one.
    if run.world.by_rules.contains(&**name) && !overridable(run.event) {
        return Some(null());
    }
    let fixed = ["CI_PROJECT_", "CI_SERVER_"].iter().any(|prefix| name.starts_with(prefix));
    if fixed { constant(&run.world, name) } else { None }
}

/// Whether whoever starts it may give variables other values.
pub(in super::super) fn overridable(event: Event) -> bool {
    chooses(event) || matches!(event, Event::Schedule | Event::Upstream)
}

/// How it was started.
pub(super) fn source(run: &Run) -> Option<Arc<str>> {
    if let Some(name) = run.trigger.and_then(|trigger| run.world.triggers.get(trigger)) {
        return Some(name.clone());
    }
    let name = match run.event {
        Event::Push => "push",
        Event::PullRequest => "merge_request_event",
        Event::Schedule => "schedule",
        Event::Manual => "web",
        Event::Api => "api",
        Event::Upstream => "pipeline",
        _ => return None,
    };
    Some(name.into())
}

/// A predefined variable: `None` where it is none, or depends on more than the run knows.
#[allow(clippy::option_option)]
fn predefined(run: &Run, name: &str) -> Option<Option<Value>> {
    let merge_request = run.event == Event::PullRequest;
    let called = run.event == Event::Call && run.branch.is_none() && run.tag.is_none();
    let of_merge_request = |found: Option<Value>| if merge_request { found } else { Some(null()) };
    let found = match name {
        "CI" | "GITLAB_CI" | "CI_SERVER" => Some(text("true")),
        "CI_DEFAULT_BRANCH" => Some(text(run.default_branch())),
        "CI_PIPELINE_SOURCE" if run.event != Event::Call => texts(source(run)),
        _ if called => return None,
        "CI_COMMIT_BRANCH" => match &run.branch {
            Some(branch) if !merge_request && run.tag.is_none() => Some(text(branch.clone())),
            _ => Some(null()),
        },
        "CI_COMMIT_TAG" => Some(run.tag.as_ref().map_or_else(null, |tag| text(tag.clone()))),
        "CI_COMMIT_REF_NAME" => texts(short_reference(run)),
        "CI_COMMIT_REF_SLUG" => texts(short_reference(run).map(|name| slug(name))),
        "CI_COMMIT_REF_PROTECTED" => match (merge_request, run.any_branch, run.branch.as_deref()) {
            (true, ..) | (_, true, _) => Some(text("false")),
            (_, _, Some(branch)) if branch == run.default_branch() => Some(text("true")),
            _ => return None,
        },
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME" => of_merge_request(texts(run.target.as_ref())),
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME" => of_merge_request(texts(run.branch.as_ref())),
        "CI_MERGE_REQUEST_ID" | "CI_MERGE_REQUEST_IID" => of_merge_request(Some(text("1"))),
        "CI_OPEN_MERGE_REQUESTS" if merge_request => Some(text("group/project!1")),
        "CI_OPEN_MERGE_REQUESTS" if run.event != Event::Push || run.tag.is_some() => Some(null()),
        _ if name.starts_with("CI_MERGE_REQUEST_") && !merge_request => Some(null()),
        _ if name.starts_with("CI_EXTERNAL_PULL_REQUEST_") => Some(null()),
        _ => return None,
    };
    Some(found)
}

fn slug(name: &str) -> String {
    let plain = |one: char| if one.is_ascii_alphanumeric() { one.to_ascii_lowercase() } else { '-' };
    let slug: String = name.chars().map(plain).take(63).collect();
    slug.trim_matches('-').to_owned()
}
