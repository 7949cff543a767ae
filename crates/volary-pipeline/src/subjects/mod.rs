//! Pipelines as policies see them: the workflow, its stages, jobs, steps and expressions as subjects of one unit.
//!
//! Only what is written in the file itself becomes a subject: templates, includes, reusable workflows and actions of the
//! same tree are units of their own, so that a finding is told once, at the place where it can be mended.

mod commands;
mod container;
mod expression;
mod gitlab;
mod includes;
mod interpolation;
mod job;
mod outside;
mod script;
mod stage;
mod step;
mod taint;
mod twice;
mod undecided;
mod uses;
mod value;
mod workflow;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Entry, FileId, Gap, Origin, Role, Span, Subject, SubjectId, Unit, UnitKind, Value, folder_of};

pub use gitlab::with_parts;

use crate::{JobId, Pipeline, Platform};

/// The unit of a pipeline. `text` is the text of its file.
pub fn unit(pipeline: &Pipeline, text: &str) -> Unit {
    let inherited = pipeline.permissions.as_ref().map(|found| workflow::permissions(found, "inherited"));
    let mut builder = Builder {
        pipeline,
        text,
        subjects: Vec::new(),
        gaps: Vec::new(),
        addresses: BTreeMap::new(),
        told: BTreeSet::new(),
        inherited,
    };
    let workflow = builder.workflow();
    for container in pipeline.resources.iter().filter_map(|resource| resource.container.as_ref()) {
        let role = container::Role {
            name: "resource",
            address: "workflow",
            owner: workflow,
            job: None,
            workflow,
            choices: Vec::new(),
        };
        builder.container_subject(container, &role);
    }
    builder.action_image(workflow);
    builder.stages(workflow);
    for (id, job) in pipeline.jobs() {
        if job.at.file == pipeline.file {
            builder.job(id, job, workflow);
        } else if pipeline.platform != Platform::GitHub {
            builder.foreign_job(id, job, workflow);
        }
    }
    Unit { kind: UnitKind::Pipeline, name: pipeline.path.clone(), subjects: builder.subjects, gaps: builder.gaps }
}

/// The unit while it is made.
struct Builder<'p> {
    pipeline: &'p Pipeline,
    text: &'p str,
    subjects: Vec<Subject>,
    gaps: Vec<Gap>,
    /// How often an address was given so far.
    addresses: BTreeMap<String, usize>,
    /// Places that were described, each for one use: what a loop, a default or an anchor brings several times is told once.
    told: BTreeSet<(&'static str, u32, u32, Arc<str>)>,
    /// The permissions of the workflow as jobs without their own have them.
    inherited: Option<Value>,
}

/// What a subject is before it is one.
struct Draft {
    kind: &'static str,
    name: Arc<str>,
    address: String,
    header: Span,
    extent: Span,
    fields: Vec<Entry>,
    owner: Option<SubjectId>,
    links: BTreeMap<Arc<str>, Vec<SubjectId>>,
}

impl Builder<'_> {
    fn file(&self) -> FileId {
        self.pipeline.file
    }

    fn platform(&self) -> Platform {
        self.pipeline.platform
    }

    /// Whether something is written in this file and was not described for this use before. GitHub has nothing that is
    /// taken over from elsewhere.
    fn first_told(&mut self, what: &'static str, at: Span, text: &str) -> bool {
        if self.platform() == Platform::GitHub {
            return true;
        }
        at.file == self.file() && self.told.insert((what, at.start, at.end, text.into()))
    }

    /// The part of a place that lies on its first line: what is long is pointed at by its start.
    fn first_line(&self, span: Span) -> Span {
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let line = written.split('\n').next().unwrap_or_default().trim_end();
        Span { end: span.start + u32::try_from(line.len()).unwrap_or(0), ..span }
    }

    /// An address that nothing else in the folder has. Steps and expressions are known by what they are, not by where they
    /// stand, so that a finding stays the same when others are put before it; equals are counted.
    fn address(&mut self, parts: &str) -> String {
        let file = self.pipeline.path.rsplit('/').next().unwrap_or_default();
        let address = format!("{file}/{parts}");
        let count = self.addresses.entry(address.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { address } else { format!("{address} ({count})") }
    }

    fn add(&mut self, draft: Draft) -> SubjectId {
        let id = SubjectId(u32::try_from(self.subjects.len()).unwrap_or(u32::MAX));
        let folder = folder_of(&self.pipeline.path);
        let address: Arc<str> = self.address(&draft.address).into();
        let mut fields = draft.fields;
        fields.push(value::entry("platform", value::text_at(workflow::platform(self.platform()), draft.header)));
        self.subjects.push(Subject {
            kind: draft.kind.into(),
            provider: "pipeline".into(),
            name: draft.name,
            address: address.clone(),
            definition: address,
            folder: folder.into(),
            header: draft.header,
            extent: draft.extent,
            calls: Arc::new([]),
            values: Value::map(fields, Origin::at(draft.header, Role::Block)),
            conditional: None,
            provider_version: None,
            labels: BTreeMap::new(),
            namespace: None,
            owner: draft.owner,
            links: draft.links,
        });
        id
    }

    fn link(&mut self, from: SubjectId, name: &str, to: SubjectId) {
        if let Some(subject) = self.subjects.get_mut(from.0 as usize) {
            subject.links.entry(name.into()).or_default().push(to);
        }
    }

    /// The name of a job for addresses.
    fn job_name(&self, id: JobId) -> String {
        let name = self.pipeline.job(id).map(|job| job.name.canonical()).unwrap_or_default();
        let name = name.trim_start_matches(gitlab::PART);
        if name.is_empty() { format!("job {}", id.0 + 1) } else { name.to_owned() }
    }
}
