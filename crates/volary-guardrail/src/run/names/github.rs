//! Contexts of GitHub Actions.

use std::sync::Arc;

use volary_model::{Data, Map, Value};
use volary_pipeline::{Event, Platform};

use super::super::Run;
use super::super::canonical;
use super::super::truth::{Ask, text, value};
use super::{constant, null, parameter, reference, short_reference, texts, truth};

/// What a name stands for.
pub(super) fn lookup(ask: &Ask<'_>, parts: &[Arc<str>]) -> Option<Value> {
    let lower: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["github", rest @ ..] => github(ask, rest),
        ["inputs", name] => input(ask, name, false),
        ["needs", _, "result"] | ["steps", _, "outcome" | "conclusion"] | ["job", "status"] => {
            texts(ask.results.result(parts))
        }
        ["matrix" | "runner" | "strategy", ..] | ["env", _] => {
            ask.variable(&canonical::name(parts, Platform::GitHub)).or_else(|| {
                let name = parts.get(1).filter(|_| words[0] == "env")?;
                ask.variable(&name.to_lowercase())
            })
        }
        ["secrets", "github_token"] => Some(text("token")),
        _ => None,
    }
}

/// An input. `github.event.inputs` has texts, `inputs` has what is declared.
fn input(ask: &Ask<'_>, name: &str, as_text: bool) -> Option<Value> {
    let run = ask.run;
    if !matches!(run.event, Event::Manual | Event::Call) {
        return Some(null());
    }
    let found = parameter(ask, name)?;
    Some(if as_text && !found.is_null() { text(canonical::scalar(&found)?) } else { found })
}

/// The name of the event.
pub(super) fn event_name(run: &Run) -> Option<Arc<str>> {
    if run.event == Event::Call {
        return None;
    }
    if let Some(name) = run.trigger.and_then(|trigger| run.world.triggers.get(trigger)) {
        return Some(name.clone());
    }
    let name = match run.event {
        Event::Push => "push",
        Event::PullRequest => "pull_request",
        Event::Privileged => "pull_request_target",
        Event::Release => "release",
        Event::Schedule => "schedule",
        Event::Manual => "workflow_dispatch",
        Event::Upstream => "workflow_run",
        Event::Api => "repository_dispatch",
        Event::Call | Event::Other => return None,
    };
    Some(name.into())
}

/// Whether the event carries a pull request.
fn has_pull_request(run: &Run) -> bool {
    event_name(run).is_some_and(|name| name.starts_with("pull_request"))
}

/// Kinds of activity that started the run; none where any is possible.
fn types(run: &Run) -> &[Arc<str>] {
    run.trigger.and_then(|trigger| run.world.types.get(trigger)).map_or(&[], Vec::as_slice)
}

/// A pull request that is still open when the run starts has not been merged.
fn never_closed(run: &Run) -> bool {
    !types(run).is_empty() && types(run).iter().all(|kind| &**kind != "closed")
}

fn github(ask: &Ask<'_>, words: &[&str]) -> Option<Value> {
    let run = ask.run;
    let merge_queue = event_name(run).is_some_and(|name| &*name == "merge_group");
    let own_reference = has_pull_request(run) && run.event == Event::PullRequest;
    match words {
        ["event_name"] => texts(event_name(run)),
        ["ref"] if merge_queue => Some(text(format!("refs/heads/gh-readonly-queue/{}/pr-1", run.target.as_deref()?))),
        ["ref"] if own_reference => Some(text("refs/pull/1/merge")),
        ["ref"] if run.event == Event::Privileged && run.target.is_some() => {
            Some(text(format!("refs/heads/{}", run.target.as_deref()?)))
        }
        ["ref"] => texts(reference(run)),
        ["ref_name"] if merge_queue => Some(text(format!("gh-readonly-queue/{}/pr-1", run.target.as_deref()?))),
        ["ref_name"] if own_reference => Some(text("1/merge")),
        ["ref_name"] if run.event == Event::Privileged && run.target.is_some() => texts(run.target.as_ref()),
        ["ref_name"] => texts(short_reference(run)),
        ["ref_type"] if run.event == Event::Call && run.branch.is_none() && run.tag.is_none() => None,
        ["ref_type"] => Some(text(if run.tag.is_some() { "tag" } else { "branch" })),
        ["ref_protected"] if run.any_branch && run.event != Event::PullRequest => Some(truth(false)),
        ["ref_protected"] if run.branch.as_deref() == Some(run.default_branch()) => Some(truth(true)),
        ["head_ref" | "base_ref"] if run.event == Event::Call => None,
        ["head_ref"] if has_pull_request(run) => texts(run.branch.as_ref()),
        ["base_ref"] if has_pull_request(run) => texts(run.target.as_ref()),
        ["head_ref" | "base_ref"] => Some(text("")),
        ["repository" | "repository_owner" | "repository_id" | "repository_owner_id" | "server_url" | "api_url"] => {
            constant(&run.world, &format!("github.{}", words[0]))
        }
        ["event"] => Some(value(Data::Map(Arc::new(Map::default())))),
        ["event", rest @ ..] if run.event != Event::Call => event(ask, rest),
        ["event", "inputs", name] => input(ask, name, true),
        _ => None,
    }
}

/// What the event carries; objects that it does not have are null.
fn event(ask: &Ask<'_>, words: &[&str]) -> Option<Value> {
    let run = ask.run;
    let name = event_name(run).unwrap_or_default();
    let pull_request = has_pull_request(run);
    let object = || Some(value(Data::Map(Arc::new(Map::default()))));
    match words {
        ["inputs", name] => input(ask, name, true),
        ["pull_request", ..] if !pull_request => Some(null()),
        ["pull_request"] => object(),
        ["pull_request", "merged"] if never_closed(run) => Some(truth(false)),
        ["pull_request", "base", "ref"] => texts(run.target.as_ref()),
        ["pull_request", "head", "ref"] => texts(run.branch.as_ref()),
        ["number"] => Some(if pull_request { value(Data::Number(volary_model::Number::Int(1))) } else { null() }),
        ["workflow_run", ..] if run.event != Event::Upstream => Some(null()),
        ["workflow_run"] => object(),
        ["workflow_run", "conclusion"] => {
            let path: Vec<Arc<str>> = ["github", "event", "workflow_run", "conclusion"].map(Arc::from).to_vec();
            texts(ask.results.result(&path))
        }
        ["workflow_run", "head_branch"] => texts(run.followed.as_ref()),
        ["release", ..] if run.event != Event::Release => Some(null()),
        ["release"] => object(),
        ["release", "tag_name"] => texts(run.tag.as_ref()),
        ["issue" | "comment", ..] if !(name.starts_with("issue") || name.contains("comment")) => Some(null()),
        ["discussion", ..] if !name.starts_with("discussion") => Some(null()),
        ["review", ..] if &*name != "pull_request_review" => Some(null()),
        ["client_payload", ..] if run.event != Event::Api => Some(null()),
        ["schedule"] if run.event != Event::Schedule => Some(null()),
        ["repository", "default_branch"] => Some(text(run.default_branch())),
        ["repository", "fork"] => Some(truth(false)),
        ["repository", ..] => constant(&run.world, &format!("github.event.{}", words.join("."))),
        ["ref"] if run.event == Event::Push => texts(reference(run)),
        ["deleted"] if run.event == Event::Push => Some(truth(false)),
        ["head_commit" | "commits" | "pusher" | "forced" | "created" | "deleted" | "before" | "after", ..]
            if run.event != Event::Push =>
        {
            Some(null())
        }
        ["action"] if types(run).len() == 1 => texts(types(run).first()),
        ["action"] if matches!(run.event, Event::Push | Event::Schedule | Event::Manual) => Some(null()),
        _ => None,
    }
}
