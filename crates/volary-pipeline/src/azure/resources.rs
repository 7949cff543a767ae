//! `resources`: repositories, pipelines, containers, packages, webhooks.

use std::sync::Arc;

use super::build::{Builder, text, whole, written};
use super::node::{Node, Pair};
use crate::model::{
    Connection, Container, Event, Filter, Host, Repository, Resource, ResourceKind, Text, Trigger, Variable,
    VariableKind,
};

impl Builder<'_, '_> {
    /// Reads `resources` of a root or template.
    pub(super) fn resources(&mut self, body: &Node) {
        let Some(found) = body.get("resources") else { return };
        let kinds = [
            ("repositories", "repository", ResourceKind::Repository),
            ("pipelines", "pipeline", ResourceKind::Pipeline),
            ("containers", "container", ResourceKind::Container),
            ("packages", "package", ResourceKind::Package),
            ("webhooks", "webhook", ResourceKind::Webhook),
            ("builds", "build", ResourceKind::Build),
        ];
        for (list, key, kind) in kinds {
            for item in found.get(list).map(Node::items).unwrap_or_default() {
                let Some(alias) = text(&item.node, key) else { continue };
                self.resource(&item.node, alias, kind);
            }
        }
    }

    fn resource(&mut self, node: &Node, alias: Text, kind: ResourceKind) {
        let at = node.span();
        let name = alias.canonical();
        let connection = ["endpoint", "connection", "azureSubscription"].into_iter().find_map(|input| {
            let name = text(node, input)?;
            let at = name.span().unwrap_or(at);
            Some(Connection { name, input: input.into(), at })
        });
        let mut resource = Resource {
            kind,
            alias,
            at,
            repository: None,
            container: None,
            source: text(node, "source").or_else(|| text(node, "name")),
            reference: text(node, "ref").or_else(|| text(node, "branch")).or_else(|| text(node, "version")),
            connection,
            trigger: None,
            written: written(node),
        };
        match kind {
            ResourceKind::Repository => {
                let host = match node.known("type").map(|ty| ty.to_lowercase()).as_deref() {
                    Some("github" | "githubenterprise") => Host::GitHub,
                    Some("bitbucket") => Host::Bitbucket,
                    _ => Host::AzureRepos,
                };
                let repository = Arc::new(Repository {
                    host,
                    name: text(node, "name").map_or_else(|| name.clone(), |name| name.canonical()).into(),
                    reference: text(node, "ref").map(|reference| reference.canonical().into()),
                    alias: Some(name.as_str().into()),
                });
                self.aliases.insert(name.to_lowercase(), repository.clone());
                resource.repository = Some(repository);
            }
            ResourceKind::Container => {
                resource.container = Some(self.container(node));
                self.containers.insert(name.to_lowercase(), resource.clone());
            }
            _ => {}
        }
        if let Some(pair) = node.pair("trigger") {
            resource.trigger = Some(upstream(pair, kind, &resource));
        }
        self.pipeline.resources.push(resource);
    }

    /// A container by its keys.
    pub(super) fn container(&mut self, node: &Node) -> Container {
        let credentials = text(node, "endpoint").map(|text| text.value());
        let variables = node.get("env").map(Node::pairs).unwrap_or_default().iter();
        let variable = |pair: &Pair| {
            let origin = volary_model::Origin::at(pair.key_at, volary_model::Role::Attribute);
            Some(Variable {
                name: Text::literal(pair.key.clone(), origin),
                at: pair.key_at,
                kind: VariableKind::Plain,
                value: super::build::text_of(pair)?,
                readonly: None,
                guards: pair.guards.to_vec(),
                through: Arc::new([]),
            })
        };
        Container {
            image: text(node, "image").unwrap_or_else(|| Text::literal("", node.origin.clone())),
            alias: None,
            options: text(node, "options"),
            credentials,
            variables: variables.filter_map(variable).collect(),
            at: node.span(),
        }
    }

    /// `container` of a job or step: an image, the name of a resource, or a map.
    pub(super) fn container_of(&mut self, pair: &Pair) -> Option<Container> {
        if pair.node.is_map() {
            return Some(self.container(&pair.node));
        }
        let name = super::build::text_of(pair)?;
        if let Some(resource) = name.known().and_then(|name| self.containers.get(&name.to_lowercase())) {
            return resource.container.clone().map(|container| Container { alias: Some(name), ..container });
        }
        Some(Container {
            image: name,
            alias: None,
            options: None,
            credentials: None,
            variables: Vec::new(),
            at: whole(pair),
        })
    }
}

/// The trigger of a resource.
fn upstream(pair: &Pair, kind: ResourceKind, resource: &Resource) -> Trigger {
    let event = match kind {
        ResourceKind::Pipeline | ResourceKind::Build => Event::Upstream,
        ResourceKind::Repository => Event::Push,
        _ => Event::Api,
    };
    let value = written(&pair.node);
    let mut trigger = Trigger::new(event, format!("resources.{}", name(kind)), whole(pair), value);
    trigger.key = Some(pair.key_at);
    trigger.disabled = pair.node.text().is_some_and(|text| text.is("none") || text.is("false"));
    trigger.upstream = resource.source.iter().map(Text::value).collect();
    trigger.branches = super::trigger::filter(&pair.node, "branches");
    trigger.tags = super::trigger::filter(&pair.node, "tags");
    if trigger.branches.is_open() && pair.node.is_list() {
        let list = pair.node.items().iter().filter_map(|item| item.node.text()).map(Text::value).collect();
        trigger.branches = Filter { include: Some(list), exclude: Vec::new() };
    }
    trigger
}

fn name(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Repository => "repositories",
        ResourceKind::Pipeline => "pipelines",
        ResourceKind::Container => "containers",
        ResourceKind::Package => "packages",
        ResourceKind::Webhook => "webhooks",
        ResourceKind::Build => "builds",
    }
}
