//! What a pipeline takes from elsewhere as a whole: templates, includes, components, libraries, other pipelines; and the
//! resources that it declares.

use volary_model::{Entry, Origin, Reason, ReasonKind, Role, Span, Value};

use super::Builder;
use super::value::{bool_at, entry, list_at, map_at, string, text_at};
use crate::{Host, Platform, Resource, ResourceKind, Uses, UsesKind};

impl Builder<'_> {
    /// `includes`: each once, at the first place that names it.
    pub(super) fn includes(&mut self, header: Span) -> Value {
        let pipeline = self.pipeline;
        let mut list = Vec::new();
        if pipeline.platform != Platform::GitHub {
            for used in &pipeline.uses {
                let Some(kind) = kind_of(used) else { continue };
                if self.first_told("include", used.at, &used.written.canonical()) {
                    list.push(include(used, kind, self.text));
                }
            }
        }
        list_at(list, header)
    }

    /// `resources`: those that this file declares.
    pub(super) fn resources(&self, header: Span) -> Value {
        let own = self.pipeline.resources.iter().filter(|resource| resource.at.file == self.file());
        list_at(own.map(|resource| self.resource(resource)).collect(), header)
    }

    fn resource(&self, resource: &Resource) -> Value {
        let at = self.first_line(resource.at);
        let kind = match resource.kind {
            ResourceKind::Repository => "repository",
            ResourceKind::Pipeline => "pipeline",
            ResourceKind::Container => "container",
            ResourceKind::Package => "package",
            ResourceKind::Webhook => "webhook",
            ResourceKind::Build => "build",
        };
        let mut fields = vec![entry("kind", text_at(kind, at)), entry("name", string(&resource.alias))];
        fields.extend(resource.source.as_ref().map(|text| entry("source", string(text))));
        if let Some(repository) = &resource.repository {
            fields.push(entry("host", text_at(host(repository.host), at)));
            let used = self.pipeline.uses.iter().any(|used| {
                matches!(used.kind, UsesKind::Template | UsesKind::Extends)
                    && used.repository.as_ref().is_some_and(|one| one.alias == repository.alias)
            });
            fields.push(entry("holds_templates", bool_at(used, at)));
        }
        if matches!(resource.kind, ResourceKind::Repository) {
            let reference = resource.reference.as_ref();
            fields.extend(reference.map(|text| entry("ref", string(text))));
            match reference.map(crate::Text::known) {
                None => fields.push(entry("ref_kind", text_at("none", at))),
                Some(Some(known)) => {
                    let at = reference.and_then(crate::Text::span).unwrap_or(at);
                    fields.push(entry("ref_kind", text_at(ref_kind(&known), at)));
                }
                Some(None) => {}
            }
        }
        map_at(fields, at)
    }
}

fn kind_of(used: &Uses) -> Option<&'static str> {
    Some(match used.kind {
        UsesKind::Template => "template",
        UsesKind::Extends => "extends",
        UsesKind::Include => "include",
        UsesKind::Component => "component",
        // What `load` names is a file of the workspace.
        UsesKind::Library if used.repository.is_some() => "library",
        UsesKind::Pipeline => "pipeline",
        _ => return None,
    })
}

fn include(used: &Uses, kind: &str, text: &str) -> Value {
    let at = used.at;
    let mut fields: Vec<Entry> = vec![
        entry("kind", text_at(kind, at)),
        entry("name", text_at(used.name.clone(), at)),
        entry("text", super::value::written(&used.written)),
    ];
    let from = match used.repository.as_deref().map(|repository| repository.host) {
        None => "own",
        Some(Host::GitLabTemplates) => "platform",
        Some(Host::Url) => "address",
        Some(_) => "repository",
    };
    fields.push(entry("from", text_at(from, at)));
    if from == "address" {
        fields.push(entry("has_checksum", bool_at(has_checksum(text, at), at)));
    }
    if let Some(repository) = &used.repository {
        fields.push(entry("repository", text_at(repository.name.clone(), at)));
        fields.push(entry("host", text_at(host(repository.host), at)));
    }
    match &used.reference {
        None => fields.push(entry("ref_kind", text_at("none", at))),
        Some(text) => {
            fields.push(entry("ref", string(text)));
            match text.known() {
                // The commit of the run itself.
                Some(known) if matches!(known.as_str(), "$CI_COMMIT_SHA" | "${CI_COMMIT_SHA}") => {
                    fields.push(entry("ref_kind", text_at("sha", at)));
                }
                Some(known) if !known.contains('$') => fields.push(entry("ref_kind", text_at(ref_kind(&known), at))),
                _ => {
                    let reason = Reason::new(ReasonKind::PlatformVariable, text.canonical());
                    fields.push(entry("ref_kind", Value::unknown(reason, Origin::at(at, Role::Attribute))));
                }
            }
        }
    }
    map_at(fields, at)
}

/// Whether the element of a list that names an address has `integrity` beside it. The model does not keep the key.
fn has_checksum(text: &str, at: Span) -> bool {
    let (before, behind) = (text.get(..at.start as usize), text.get(at.end as usize..));
    let starts = |line: &str| line.trim_start().starts_with('-');
    let is_checksum = |line: &str| line.trim_start().trim_start_matches(['-', ' ']).starts_with("integrity:");
    let before = before.unwrap_or_default().lines().rev().take(4);
    let mut found = false;
    for line in before {
        found |= is_checksum(line);
        if starts(line) {
            break;
        }
    }
    let mut behind = behind.unwrap_or_default().lines();
    let same = behind.next().unwrap_or_default();
    found || same.contains("integrity:") || behind.take(4).take_while(|line| !starts(line)).any(is_checksum)
}

fn host(host: Host) -> &'static str {
    match host {
        Host::GitHub => "github",
        Host::AzureRepos => "azure",
        Host::GitLab => "gitlab",
        Host::Bitbucket => "bitbucket",
        Host::GitLabTemplates => "platform",
        Host::Url => "address",
        Host::Named => "settings",
    }
}

/// `sha`, `tag`, `version` (a part of one, such as `1` or `1.2`, which moves), `branch` or `none`.
fn ref_kind(reference: &str) -> &'static str {
    let reference = reference.trim();
    if let Some(tag) = reference.strip_prefix("refs/tags/") {
        return if tag.is_empty() { "none" } else { "tag" };
    }
    if reference.starts_with("refs/heads/") {
        return "branch";
    }
    if reference.is_empty() {
        return "none";
    }
    if matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return "sha";
    }
    let version = reference.trim_start_matches(['v', 'V']);
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version.chars().all(|one| one.is_ascii_alphanumeric() || ".-+_".contains(one));
    match (is_version, version.split('.').count()) {
        (true, 1 | 2) if version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => "version",
        (true, _) => "tag",
        (false, _) => "branch",
    }
}
