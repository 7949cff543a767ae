//! `pipeline.workflow`: the file as a whole.

use std::collections::BTreeMap;

use volary_model::{Entry, Span, SubjectId, Value};

use super::value::{bool_at, entry, list_at, map_at, number_at, string, text_at, variables};
use super::{Builder, Draft};
use crate::{Event, Permissions, PipelineKind, Trigger};

/// Events that people outside of the repository can cause.
fn is_public(trigger: &Trigger) -> bool {
    match trigger.event {
        Event::PullRequest => &*trigger.name != "merge_group",
        Event::Privileged => true,
        Event::Upstream => true,
        _ => false,
    }
}

/// Events that run with the repository's own rights though people outside can cause them.
fn is_privileged(trigger: &Trigger) -> bool {
    matches!(trigger.event, Event::Privileged | Event::Upstream)
}

/// A release or a tag, or a branch that is named as one.
fn is_release(trigger: &Trigger) -> bool {
    if trigger.event == Event::Release || &*trigger.name == "release" {
        return true;
    }
    if trigger.event != Event::Push {
        return false;
    }
    let tags = trigger.tags.include.as_ref().is_some_and(|tags| !tags.is_empty());
    let branch = trigger.branches.include.iter().flatten().filter_map(Value::as_text);
    tags || branch.into_iter().any(|name| name.to_lowercase().starts_with("release"))
}

impl Builder<'_> {
    pub(super) fn workflow(&mut self) -> SubjectId {
        let pipeline = self.pipeline;
        let start = Span { end: pipeline.at.start, ..pipeline.at };
        let header = match &pipeline.name {
            Some(name) => name.span().filter(|span| span.file == self.file()).unwrap_or(start),
            None => start,
        };
        let triggers: Vec<Value> = pipeline.triggers.iter().map(|one| self.trigger(one)).collect();
        let names = |list: Vec<&Trigger>| {
            let names = list.iter().map(|one| text_at(one.name.clone(), self.first_line(one.key.unwrap_or(one.at))));
            list_at(names.collect(), header)
        };
        let first = |test: fn(&Trigger) -> bool| pipeline.triggers.iter().find(|one| test(one));
        let truth = |test: fn(&Trigger) -> bool| match first(test) {
            Some(found) => bool_at(true, self.first_line(found.key.unwrap_or(found.at))),
            None => bool_at(false, header),
        };
        let kind = match pipeline.kind {
            PipelineKind::Pipeline => "workflow",
            PipelineKind::Template => "reusable",
            PipelineKind::Action => "action",
        };
        let mut fields = vec![
            entry("platform", text_at(platform(pipeline.platform), header)),
            entry("kind", text_at(kind, header)),
            entry("file", text_at(pipeline.path.rsplit('/').next().unwrap_or_default(), header)),
            entry("events", names(pipeline.triggers.iter().collect())),
            entry("triggers", list_at(triggers, header)),
            entry("public", truth(is_public)),
            entry("privileged", truth(is_privileged)),
            entry("releases", truth(is_release)),
            entry("callable", truth(|one| one.event == Event::Call)),
            entry("jobs", number_at(pipeline.jobs.iter().filter(|job| job.at.file == self.file()).count(), header)),
            entry("env", map_at(variables(&pipeline.variables), header)),
        ];
        fields.extend(pipeline.name.as_ref().map(|name| entry("name", string(name))));
        fields.extend(pipeline.permissions.as_ref().map(|found| entry("permissions", permissions(found, "own"))));
        fields.extend(pipeline.concurrency.as_ref().map(|value| entry("concurrency", value.clone())));
        let mut defaults = Vec::new();
        if let Some(run) = pipeline.written.get("defaults").and_then(|defaults| defaults.get("run")) {
            defaults.extend(run.get("shell").map(|shell| entry("shell", shell.clone())));
        }
        fields.push(entry("defaults", map_at(defaults, header)));
        let name = pipeline.path.rsplit('/').next().unwrap_or_default();
        self.add(Draft {
            kind: "pipeline.workflow",
            name: name.into(),
            address: "workflow".to_owned(),
            header,
            extent: pipeline.at,
            fields,
            owner: None,
            links: BTreeMap::new(),
        })
    }

    fn trigger(&self, trigger: &Trigger) -> Value {
        let at = self.first_line(trigger.key.unwrap_or(trigger.at));
        let filter = |values: Option<&Vec<Value>>| values.map(|values| list_at(values.clone(), at));
        let mut fields: Vec<Entry> = vec![
            entry("name", text_at(trigger.name.clone(), at)),
            entry("public", bool_at(is_public(trigger), at)),
            entry("privileged", bool_at(is_privileged(trigger), at)),
            entry("types", list_at(trigger.types.clone(), at)),
        ];
        fields.extend(filter(trigger.branches.include.as_ref()).map(|list| entry("branches", list)));
        fields.extend(filter(trigger.tags.include.as_ref()).map(|list| entry("tags", list)));
        map_at(fields, at)
    }
}

fn platform(platform: crate::Platform) -> &'static str {
    match platform {
        crate::Platform::GitHub => "github",
        crate::Platform::Azure => "azure",
        crate::Platform::GitLab => "gitlab",
        crate::Platform::Jenkins => "jenkins",
    }
}

/// Permissions as an object: `source`, `all`, `scopes`, `writes`.
pub(super) fn permissions(found: &Permissions, source: &str) -> Value {
    let at = found.key.map_or(found.at, |key| Span { end: key.end, ..key });
    let mut fields = vec![entry("source", text_at(source, at))];
    fields.extend(found.all.as_ref().map(|all| entry("all", text_at(all.clone(), found.at))));
    let scopes = found.scopes.iter().map(|(name, span, value)| Entry {
        key: name.clone(),
        key_span: Some(*span),
        value: value.clone(),
    });
    fields.push(entry("scopes", map_at(scopes.collect(), at)));
    let writes = found.scopes.iter().filter(|(_, _, value)| value.as_text() == Some("write"));
    let writes: Vec<Value> = writes.map(|(name, span, _)| text_at(name.clone(), *span)).collect();
    fields.push(entry("writes", list_at(writes, at)));
    map_at(fields, at)
}
