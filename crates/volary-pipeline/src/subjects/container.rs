//! `pipeline.container`: every container that a file names, whatever it is for.

use std::collections::BTreeMap;

use volary_model::{Span, SubjectId, Value};

use super::expression::Scope;
use super::taint::Names;
use super::value::{entry, list_at, text_at};
use super::{Builder, Draft, uses};
use crate::{Container, ExprKind, Job, Piece, PipelineKind, Platform, Text};

/// What a container is for and whose it is.
pub(super) struct Role<'a> {
    /// `job`, `service`, `step`, `resource` or `action`.
    pub(super) name: &'static str,
    /// The address of its owner.
    pub(super) address: &'a str,
    pub(super) owner: SubjectId,
    pub(super) job: Option<SubjectId>,
    pub(super) workflow: SubjectId,
    /// The images that a matrix chooses among.
    pub(super) choices: Vec<Value>,
}

/// Most images of a matrix that are described.
const MAX_CHOICES: usize = 100;

/// The images that a matrix puts in the place of an image, at the place of the image.
fn choices(job: &Job, image: &Text) -> Vec<Value> {
    let [Piece::Hole(hole)] = image.pieces.as_slice() else { return Vec::new() };
    let Some(ExprKind::Name(parts)) = hole.expression.as_deref().map(|expr| &expr.kind) else { return Vec::new() };
    let [context, name] = parts.as_slice() else { return Vec::new() };
    if !context.eq_ignore_ascii_case("matrix") {
        return Vec::new();
    }
    let values = Scope::of_job(job).matrix(name).unwrap_or_default();
    let named = values.iter().filter_map(Value::as_text).filter(|text| !text.is_empty() && !text.contains("${{"));
    named.take(MAX_CHOICES).map(|text| uses::image_of(text, image)).collect()
}

impl Builder<'_> {
    /// The containers of a job. That of a job of Jenkins is its agent.
    pub(super) fn containers(&mut self, job: &Job, address: &str, subject: SubjectId, workflow: SubjectId) {
        let own = job.container.as_ref().or(job.runner.as_ref().and_then(|runner| runner.container.as_ref()));
        let all = own.map(|found| ("job", found)).into_iter().chain(job.services.iter().map(|one| ("service", one)));
        for (name, found) in all {
            let choices = choices(job, &found.image);
            let role = Role { name, address, owner: subject, job: Some(subject), workflow, choices };
            self.container_subject(found, &role);
        }
    }

    /// The image that an action of GitHub is.
    pub(super) fn action_image(&mut self, workflow: SubjectId) {
        if self.pipeline.kind != PipelineKind::Action {
            return;
        }
        let Some(image) = self.pipeline.written.get("runs").and_then(|runs| runs.get("image")) else { return };
        let Some(name) = image.as_text().and_then(|text| text.strip_prefix("docker://")) else { return };
        let Some(at) = image.origin.span() else { return };
        let container = Container {
            image: Text::literal(name, image.origin.clone()),
            alias: None,
            options: None,
            credentials: None,
            variables: Vec::new(),
            at,
        };
        let choices = Vec::new();
        let role = Role { name: "action", address: "workflow", owner: workflow, job: None, workflow, choices };
        self.container_subject(&container, &role);
    }

    /// A container, where it is written in this file and was not met before.
    pub(super) fn container_subject(&mut self, container: &Container, role: &Role<'_>) {
        let own = container.at.file == self.file() && !self.is_alias(container);
        if !own || !self.first_told("container", container.at, "") {
            return;
        }
        // Of a map the image is what is looked for.
        let at: Span = container.image.span().filter(|at| at.file == container.at.file).unwrap_or(container.at);
        let header = self.first_line(at);
        let mut fields = match self.container(container).data {
            volary_model::Data::Map(map) => map.entries().to_vec(),
            _ => Vec::new(),
        };
        fields.push(entry("role", text_at(role.name, header)));
        fields.push(entry("choices", list_at(role.choices.clone(), header)));
        let shown: String = container.image.canonical().chars().take(100).collect();
        let mut links = BTreeMap::from([("workflow".into(), vec![role.workflow])]);
        links.extend(role.job.map(|job| ("job".into(), vec![job])));
        let subject = self.add(Draft {
            kind: "pipeline.container",
            name: shown.as_str().into(),
            address: format!("{}/container {shown}", role.address),
            header,
            extent: container.at,
            fields,
            owner: Some(role.owner),
            links,
        });
        self.link(role.owner, "pipeline.container", subject);
        self.link(role.owner, "containers", subject);
    }

    /// Whether what stands there may be the name of a container that Azure finds among the resources of whoever includes or
    /// extends this file; `host` is none at all.
    fn is_alias(&self, container: &Container) -> bool {
        let Some(name) = container.image.known().filter(|_| self.platform() == Platform::Azure) else { return false };
        // `image:` says that it is one; so does a resource, whose own place is that of its keys.
        let written = self.text.get(container.at.start as usize..container.at.end as usize).unwrap_or_default();
        if written.contains("image:") {
            return false;
        }
        let elsewhere = self.pipeline.kind == PipelineKind::Template || !self.pipeline.hidden.is_empty();
        name == "host" || (elsewhere && !name.contains([':', '/', '@']))
    }
}
