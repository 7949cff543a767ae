//! `pipeline.workflow`: the file as a whole.

use std::collections::BTreeMap;

use volary_model::{Entry, Span, SubjectId, Value};

use super::value::{
    bool_at, entry, groups, list_at, list_of, map_at, number_at, secret_names, string, text_at, variables,
};
use super::{Builder, Draft};
use crate::{Event, Parameter, Permissions, PipelineKind, Platform, Trigger, Variable};

/// Most inputs of one file that are described.
const MAX_INPUTS: usize = 200;

/// Events that people outside of the repository can cause. Azure builds pull requests of GitHub and Bitbucket only, so that what
/// it implies says nothing; requests from forks run in the fork on GitLab; what Jenkins builds is not in its files.
fn is_public(platform: Platform, trigger: &Trigger) -> bool {
    match platform {
        Platform::GitHub => {}
        Platform::Azure => return trigger.event == Event::PullRequest && !trigger.implied,
        Platform::GitLab | Platform::Jenkins => return false,
    }
    match trigger.event {
        Event::PullRequest => &*trigger.name != "merge_group",
        Event::Privileged => true,
        Event::Upstream => true,
        _ => false,
    }
}

/// Events that run with the repository's own rights though people outside can cause them.
fn is_privileged(platform: Platform, trigger: &Trigger) -> bool {
    platform == Platform::GitHub && matches!(trigger.event, Event::Privileged | Event::Upstream)
}

/// A release or a tag, or a branch that is named as one.
fn is_release(_: Platform, trigger: &Trigger) -> bool {
    if trigger.event == Event::Release || &*trigger.name == "release" {
        return true;
    }
    if trigger.event != Event::Push || trigger.implied {
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
        let enabled: Vec<&Trigger> = pipeline.triggers.iter().filter(|one| !one.disabled).collect();
        let triggers: Vec<Value> = enabled.iter().map(|one| self.trigger(one)).collect();
        let names = |list: Vec<&Trigger>| {
            let names = list.iter().map(|one| text_at(one.name.clone(), self.first_line(one.key.unwrap_or(one.at))));
            list_at(names.collect(), header)
        };
        let first =
            |test: fn(Platform, &Trigger) -> bool| enabled.iter().copied().find(|one| test(pipeline.platform, one));
        let truth = |test: fn(Platform, &Trigger) -> bool| match first(test) {
            Some(found) => bool_at(true, self.first_line(found.key.unwrap_or(found.at))),
            None => bool_at(false, header),
        };
        let own: Vec<&Variable> = pipeline.variables.iter().filter(|variable| self.is_own(variable.at)).collect();
        let kind = match pipeline.kind {
            PipelineKind::Pipeline => "workflow",
            PipelineKind::Template => "reusable",
            PipelineKind::Action => "action",
        };
        let mut fields = vec![
            entry("kind", text_at(kind, header)),
            entry("file", text_at(pipeline.path.rsplit('/').next().unwrap_or_default(), header)),
            entry("events", names(enabled.clone())),
            entry("triggers", list_at(triggers, header)),
            entry("public", truth(is_public)),
            entry("privileged", truth(is_privileged)),
            entry("releases", truth(is_release)),
            entry("callable", truth(|_, one| one.event == Event::Call)),
            entry("pull_requests", pull_requests(&enabled, header)),
            entry("jobs", number_at(pipeline.jobs.iter().filter(|job| job.at.file == self.file()).count(), header)),
            entry("env", map_at(variables(own.iter().copied(), pipeline.platform), header)),
            entry("releases_by", releases_by(&enabled, header)),
            entry("groups", list_of(groups(own.iter().copied()), header)),
            entry("inputs", self.declared_inputs(header)),
            entry("includes", self.includes(header)),
            entry("resources", self.resources(header)),
        ];
        fields.extend(secret_names(own.iter().copied(), header));
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

    /// The parameters and inputs that the file declares.
    fn declared_inputs(&self, header: Span) -> Value {
        let own = self.pipeline.parameters.iter().filter(|one| self.is_own(one.at)).take(MAX_INPUTS);
        let input = |one: &Parameter| {
            let at = self.first_line(one.at);
            let mut fields =
                vec![entry("name", text_at(one.name.clone(), at)), entry("type", text_at(one.ty.clone(), at))];
            fields.push(entry("given_by", text_at(one.of.clone(), at)));
            fields.push(entry("limited", bool_at(super::interpolation::is_closed(one), at)));
            map_at(fields, at)
        };
        list_at(own.map(input).collect(), header)
    }

    /// Whether something is written in this file.
    pub(super) fn is_own(&self, at: Span) -> bool {
        self.platform() == Platform::GitHub || at.file == self.file()
    }

    fn trigger(&self, trigger: &Trigger) -> Value {
        let at = self.first_line(trigger.key.unwrap_or(trigger.at));
        let filter = |values: Option<&Vec<Value>>| values.map(|values| list_at(values.clone(), at));
        let mut fields: Vec<Entry> = vec![
            entry("name", text_at(trigger.name.clone(), at)),
            entry("public", bool_at(is_public(self.platform(), trigger), at)),
            entry("privileged", bool_at(is_privileged(self.platform(), trigger), at)),
            entry("implied", bool_at(trigger.implied, at)),
            entry("types", list_at(trigger.types.clone(), at)),
        ];
        fields.extend(filter(trigger.branches.include.as_ref()).map(|list| entry("branches", list)));
        fields.extend(filter(trigger.tags.include.as_ref()).map(|list| entry("tags", list)));
        map_at(fields, at)
    }
}

/// What a release is to it: `tag`, `release`, `branch`.
fn releases_by(enabled: &[&Trigger], header: Span) -> Value {
    let mut list = Vec::new();
    for one in enabled.iter().filter(|one| is_release(Platform::GitHub, one)) {
        let at = one.key.unwrap_or(one.at);
        let tags = one.tags.include.as_ref().is_some_and(|tags| !tags.is_empty());
        if one.event == Event::Release || &*one.name == "release" {
            list.push(text_at("release", at));
        } else {
            list.extend(tags.then(|| text_at("tag", at)));
            let branches = one.branches.include.iter().flatten().filter_map(Value::as_text);
            let named = branches.into_iter().any(|name| name.to_lowercase().starts_with("release"));
            list.extend(named.then(|| text_at("branch", at)));
        }
    }
    list_at(list, header)
}

/// Whether requests start it: `written`, `implied` (the file says nothing and the platform does so where it can) or `no`.
fn pull_requests(enabled: &[&Trigger], header: Span) -> Value {
    let requests = enabled.iter().find(|one| matches!(one.event, Event::PullRequest | Event::Privileged));
    match requests {
        Some(one) if one.implied => text_at("implied", header),
        Some(one) => text_at("written", one.key.unwrap_or(one.at)),
        None => text_at("no", header),
    }
}

pub(super) fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::GitHub => "github",
        Platform::Azure => "azure",
        Platform::GitLab => "gitlab",
        Platform::Jenkins => "jenkins",
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
