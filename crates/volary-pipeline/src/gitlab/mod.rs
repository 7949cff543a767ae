//! GitLab CI: includes, the merge of their keys, `extends`, `!reference`, `default`.

mod include;
mod inputs;
mod job;
mod merge;
mod rules;
mod templates;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Call, FileId, Value};

use crate::Document;
use crate::model::{Event, Guard, Needs, Pipeline, PipelineKind, Stage, StageId, Text, Trigger, Variable};
use crate::reader::{Reader, as_list, entry, span};
use text::Texts;

/// Keys at the top that are no jobs.
const KEYWORDS: [&str; 12] = [
    "image",
    "services",
    "stages",
    "types",
    "before_script",
    "after_script",
    "variables",
    "cache",
    "include",
    "workflow",
    "default",
    "spec",
];

/// What is known of a file that was included.
#[derive(Clone, Debug)]
struct Included {
    through: Arc<[Call]>,
    guards: Vec<Guard>,
}

/// The state of reading one pipeline.
pub(super) struct Builder<'r, 's> {
    pub(super) reader: &'r mut Reader<'s>,
    pub(super) pipeline: Pipeline,
    /// By file: how it came into the pipeline.
    files: BTreeMap<FileId, Included>,
    /// How the jobs of GitLab's own templates came into it, by their names: they have no file here.
    shipped: BTreeMap<Arc<str>, Included>,
    /// Something could not be included, so that names may be defined there.
    pub(super) open: bool,
    /// Entries that merges and references may still make.
    budget: usize,
}

/// Reads a configuration.
pub(crate) fn read(reader: &mut Reader<'_>, document: &Arc<Document>) -> Pipeline {
    let mut pipeline = reader.empty(document);
    // GitLab starts with the file at the root of the repository; others are there to be included.
    let root = matches!(&*document.path, ".gitlab-ci.yml" | ".gitlab-ci.yaml");
    pipeline.kind = if root { PipelineKind::Pipeline } else { PipelineKind::Template };
    let documents = reader.yaml(document, Dialect::Yaml11).to_vec();
    let budget = reader.limits.expansion;
    let mut builder =
        Builder { reader, pipeline, budget, files: BTreeMap::new(), shipped: BTreeMap::new(), open: !root };
    builder.root(&documents);
    builder.pipeline
}

impl Builder<'_, '_> {
    fn root(&mut self, documents: &[Value]) {
        let (spec, body) = inputs::split(documents);
        let Some(body) = body else { return };
        if body.as_map().is_none() {
            if !body.is_null() {
                let help = "A configuration is a map of jobs and keywords.";
                self.reader.issue(span(body), "this is no map", help);
            }
            return;
        }
        if let Some(spec) = spec {
            self.pipeline.parameters = inputs::declared(spec);
        }
        let none = Included { through: Arc::new([]), guards: Vec::new() };
        let merged = self.with_includes(body, None, &none);
        self.pipeline.written = merged.clone();
        let resolved = self.resolved(&merged);
        let Some(map) = resolved.as_map() else { return };
        let mut texts = Texts::default();
        if let Some(variables) = entry(&resolved, "variables") {
            self.pipeline.variables = self.variables(&variables.value, &texts);
            texts.add(&self.pipeline.variables);
        }
        if let Some(workflow) = entry(&resolved, "workflow") {
            self.pipeline.activation = self.activation(&workflow.value, &texts);
            self.pipeline.name = entry(&workflow.value, "name").map(|name| self.text(&name.value, &texts));
        }
        self.triggers();
        self.stages(&resolved);
        let texts = texts.inner();
        let defaults = job::Defaults::of(&resolved);
        for entry in map.entries() {
            if KEYWORDS.contains(&&*entry.key) || entry.key.starts_with('.') {
                continue;
            }
            if map.entry(&entry.key).is_some_and(|last| !std::ptr::eq(last, entry)) {
                continue;
            }
            if self.reader.node(span(&entry.value)).is_err() {
                break;
            }
            self.job(entry, &defaults, &texts);
        }
        self.resolve_needs();
    }

    /// What starts a pipeline of GitLab is not in the file but for `workflow: rules`.
    fn triggers(&mut self) {
        if self.pipeline.kind != PipelineKind::Pipeline {
            return;
        }
        let at = volary_model::Span { end: self.pipeline.at.start, ..self.pipeline.at };
        let events = [
            (Event::Push, "push"),
            (Event::PullRequest, "merge_request_event"),
            (Event::Schedule, "schedule"),
            (Event::Manual, "web"),
            (Event::Api, "api"),
            (Event::Upstream, "pipeline"),
        ];
        for (event, name) in events {
            let mut trigger = Trigger::new(event, name, at, Value::at(volary_model::Data::Null, at));
            trigger.implied = true;
            self.pipeline.triggers.push(trigger);
        }
    }

    fn stages(&mut self, root: &Value) {
        let written = entry(root, "stages").or_else(|| entry(root, "types"));
        let mut names: Vec<Text> = Vec::new();
        let implied =
            |name: &str, at| Text::literal(name, volary_model::Origin::at(at, volary_model::Role::DocumentedDefault));
        let at = volary_model::Span { end: self.pipeline.at.start, ..self.pipeline.at };
        match written {
            Some(entry) => {
                for value in as_list(&entry.value) {
                    names.push(self.reader.plain(value));
                }
            }
            None => names.extend(["build", "test", "deploy"].map(|name| implied(name, at))),
        }
        let has = |names: &[Text], name: &str| names.iter().any(|text| text.known().as_deref() == Some(name));
        if !has(&names, ".pre") {
            names.insert(0, implied(".pre", at));
        }
        if !has(&names, ".post") {
            names.push(implied(".post", at));
        }
        for name in names {
            let at = name.span().unwrap_or(at);
            self.pipeline.stages.push(Stage { implied: written.is_none(), ..Stage::new(name, at, at) });
        }
    }

    fn stage_named(&self, name: &str) -> Option<StageId> {
        self.pipeline.stages().find(|(_, stage)| stage.name.known().as_deref() == Some(name)).map(|(id, _)| id)
    }

    /// How a job came into the pipeline: by the file that its name stands in, or by the include of a template that has no
    /// file here.
    fn included(&self, name: &str, header: volary_model::Span) -> Option<&Included> {
        let shipped = self.shipped.get(name);
        let shipped = shipped.filter(|found| found.through.last().is_some_and(|call| call.span == header));
        shipped.or_else(|| self.files.get(&header.file))
    }

    /// `variables`: names with a value, or with a map that has `value`.
    fn variables(&mut self, value: &Value, texts: &Texts) -> Vec<Variable> {
        let Some(map) = value.as_map() else { return Vec::new() };
        let mut variables = Vec::new();
        for entry in map.entries() {
            let found = if entry.value.as_map().is_some() { entry.value.get("value") } else { Some(&entry.value) };
            let Some(found) = found else { continue };
            let raw = entry.value.get("expand").and_then(Value::as_bool) == Some(false);
            let text = if raw { self.reader.plain(found) } else { self.text(found, texts) };
            variables.push(Variable {
                name: crate::reader::key_text(entry),
                at: entry.key_span.unwrap_or_else(|| span(found)),
                kind: crate::model::VariableKind::Plain,
                value: text,
                readonly: None,
                guards: Vec::new(),
                through: Arc::new([]),
            });
        }
        variables
    }

    fn resolve_needs(&mut self) {
        let mut names: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (id, job) in self.pipeline.jobs() {
            names.entry(job.name.canonical()).or_default().push(id.0);
        }
        for job in &mut self.pipeline.jobs {
            let Needs::Named(needs) = &mut job.needs else { continue };
            for need in needs.iter_mut().filter(|need| !need.foreign) {
                let name = need.name.canonical();
                match names.get(&name) {
                    Some(found) => need.targets.clone_from(found),
                    None if need.optional || self.open || need.name.known().is_none() => {}
                    None => self.reader.issue(
                        need.at,
                        format!("no job of this pipeline is named `{name}`"),
                        "GitLab refuses the configuration; correct the name in `needs`.",
                    ),
                }
            }
        }
    }
}
