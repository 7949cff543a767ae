//! Variables and contexts of Azure Pipelines.

use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::Event;

use super::super::Run;
use super::super::truth::{Ask, text};
use super::{constant, null, parameter, reference, short_reference, texts};

/// What a name stands for.
pub(super) fn lookup(ask: &Ask<'_>, parts: &[Arc<str>]) -> Option<Value> {
    let (first, rest) = parts.split_first()?;
    match first.to_lowercase().as_str() {
        "variables" => variable(ask, &rest.join(".").to_lowercase()),
        "parameters" => match rest {
            [name] => parameter(ask, name),
            _ => None,
        },
        "dependencies" | "stagedependencies" if rest.last().is_some_and(|last| last.eq_ignore_ascii_case("result")) => {
            texts(ask.results.result(parts))
        }
        _ => None,
    }
}

fn variable(ask: &Ask<'_>, name: &str) -> Option<Value> {
    let run = ask.run;
    if run.event == Event::Call && run.branch.is_none() && run.tag.is_none() {
        return ask.variable(name);
    }
    let pull_request = run.event == Event::PullRequest;
    let only_of_pull_request = |found: Option<Value>| if pull_request { found } else { Some(null()) };
    match name {
        "build.sourcebranch" if pull_request => Some(text("refs/pull/1/merge")),
        "build.sourcebranch" => texts(reference(run)),
        "build.sourcebranchname" if pull_request => Some(text("merge")),
        "build.sourcebranchname" => {
            texts(short_reference(run).map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()))
        }
        "build.reason" => texts(reason(run)),
        "system.pullrequest.targetbranch" | "system.pullrequest.targetbranchname" => {
            only_of_pull_request(texts(run.target.as_ref()))
        }
        "system.pullrequest.sourcebranch" => only_of_pull_request(texts(run.branch.as_ref())),
        "system.pullrequest.pullrequestid" | "system.pullrequest.pullrequestnumber" => {
            only_of_pull_request(Some(text("1")))
        }
        "system.pullrequest.isfork" if !pull_request => Some(text("False")),
        "agent.jobstatus" => texts(ask.results.result(&["agent".into(), "jobstatus".into()])),
        "tf_build" => Some(text("True")),
        "build.repository.name"
        | "build.repository.uri"
        | "build.repository.provider"
        | "system.teamproject"
        | "system.collectionuri"
        | "system.teamfoundationcollectionuri"
        | "build.definitionname"
        | "system.hosttype" => constant(&run.world, &format!("variables.{name}")),
        _ => ask.variable(name),
    }
}

/// Why the run started.
fn reason(run: &Run) -> Option<&'static str> {
    Some(match run.event {
        Event::Push => "IndividualCI",
        Event::PullRequest => "PullRequest",
        Event::Schedule => "Schedule",
        Event::Upstream => "ResourceTrigger",
        Event::Manual => "Manual",
        _ => return None,
    })
}
