//! `on`: what starts a workflow, and with which inputs.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Role, Value};

use crate::model::{Event, Filter, Parameter, Trigger};
use crate::reader::{Reader, as_list, span, whole};

/// The triggers: a name, a list of names, or a map.
pub(super) fn triggers(reader: &mut Reader<'_>, on: &Entry) -> Vec<Trigger> {
    match &on.value.data {
        Data::Map(map) => map.entries().iter().map(|entry| with_filters(reader, entry)).collect(),
        Data::Text(_) | Data::List(_) => as_list(&on.value)
            .into_iter()
            .filter_map(|value| value.as_text().map(|name| (name, value)))
            .map(|(name, value)| {
                let mut trigger = Trigger::new(event(name), name, span(value), value.clone());
                trigger.key = Some(span(value));
                trigger
            })
            .collect(),
        _ => {
            reader.issue(whole(on), "`on` names no event", "Name the events that start the workflow.");
            Vec::new()
        }
    }
}

fn event(name: &str) -> Event {
    match name {
        "push" | "create" => Event::Push,
        "pull_request" | "pull_request_review" | "pull_request_review_comment" | "merge_group" => Event::PullRequest,
        "pull_request_target" | "issue_comment" | "issues" | "discussion" | "discussion_comment" | "fork" | "watch" => {
            Event::Privileged
        }
        "release" => Event::Release,
        "schedule" => Event::Schedule,
        "workflow_dispatch" => Event::Manual,
        "workflow_run" => Event::Upstream,
        "workflow_call" => Event::Call,
        "repository_dispatch"
        | "registry_package"
        | "deployment"
        | "deployment_status"
        | "check_run"
        | "check_suite"
        | "status" => Event::Api,
        _ => Event::Other,
    }
}

fn with_filters(reader: &mut Reader<'_>, entry: &Entry) -> Trigger {
    let mut trigger = Trigger::new(event(&entry.key), entry.key.clone(), whole(entry), entry.value.clone());
    trigger.key = entry.key_span;
    if trigger.event == Event::Schedule {
        let items = as_list(&entry.value).into_iter();
        trigger.crons = items.filter_map(|item| item.get("cron")).cloned().collect();
        return trigger;
    }
    let Some(map) = entry.value.as_map() else { return trigger };
    let list = |key: &str| map.get(key).map(|value| as_list(value).into_iter().cloned().collect::<Vec<Value>>());
    let filter = |key: &str, ignore: &str| Filter { include: list(key), exclude: list(ignore).unwrap_or_default() };
    trigger.types = list("types").unwrap_or_default();
    trigger.branches = filter("branches", "branches-ignore");
    trigger.tags = filter("tags", "tags-ignore");
    trigger.paths = filter("paths", "paths-ignore");
    trigger.upstream = list("workflows").unwrap_or_default();
    for (key, ignore) in [("branches", "branches-ignore"), ("tags", "tags-ignore"), ("paths", "paths-ignore")] {
        if let (Some(_), Some(second)) = (map.entry(key), map.entry(ignore)) {
            reader.issue(
                whole(second),
                format!("`{key}` and `{ignore}` stand side by side: GitHub refuses the workflow"),
                "Write one of them, with `!` before what does not count.",
            );
        }
    }
    trigger
}

/// The inputs of `workflow_dispatch` and `workflow_call`.
pub(super) fn parameters(on: &Value) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for of in ["workflow_dispatch", "workflow_call"] {
        if let Some(found) = on.get(of).and_then(|event| event.get("inputs")) {
            parameters.extend(inputs(found, of));
        }
    }
    parameters
}

/// A map of inputs.
pub(super) fn inputs(value: &Value, of: &str) -> Vec<Parameter> {
    let Some(map) = value.as_map() else { return Vec::new() };
    let parameter = |entry: &Entry| {
        let text = |key: &str| entry.value.get(key).and_then(Value::as_text).map(Arc::<str>::from);
        Parameter {
            name: entry.key.clone(),
            at: entry.key_span.unwrap_or_else(|| span(&entry.value)),
            ty: text("type").unwrap_or_default(),
            default: default(entry),
            required: entry.value.get("required").and_then(Value::as_bool).unwrap_or(false),
            values: entry
                .value
                .get("options")
                .map_or(Vec::new(), |value| as_list(value).into_iter().cloned().collect()),
            of: of.into(),
        }
    };
    map.entries().iter().map(parameter).collect()
}

/// The default that is written, or that the type has: a truth that nobody chose is false, a number 0.
fn default(entry: &Entry) -> Option<Value> {
    if let Some(default) = entry.value.get("default") {
        return Some(default.clone());
    }
    let data = match entry.value.get("type").and_then(Value::as_text) {
        Some("boolean") => Data::Bool(false),
        Some("choice") => return entry.value.get("options").and_then(|value| as_list(value).first().copied().cloned()),
        _ => return None,
    };
    Some(Value::new(data, Origin::at(whole(entry), Role::DocumentedDefault)))
}
