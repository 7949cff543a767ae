//! Azure Pipelines: every form of the root, templates, compile-time expressions, deployment jobs.

mod build;
mod condition;
mod expand;
mod job;
mod macros;
mod node;
mod resources;
mod scope;
mod script;
mod stage;
mod step;
mod template;
mod trigger;
mod variables;

use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Entry, Value};

use crate::Document;
use crate::model::{Pipeline, PipelineKind};
use crate::reader::{Reader, entry, span};
use build::Builder;
use node::{Context, Node, NodeData};
use template::Home;

/// Reads a root pipeline or a template.
pub(crate) fn read(reader: &mut Reader<'_>, document: &Arc<Document>) -> Pipeline {
    let mut pipeline = reader.empty(document);
    let Some(root) = reader.yaml(document, Dialect::Yaml12).first().cloned() else { return pipeline };
    if root.as_map().is_none() {
        if !root.is_null() {
            let help = "A pipeline has `stages`, `jobs`, `steps` or `extends` at its top.";
            reader.issue(span(&root), "a pipeline is a map", help);
        }
        return pipeline;
    }
    pipeline.kind = kind(&document.path, &root);
    pipeline.written = root.clone();
    let home = Home { repository: None, path: document.path.clone() };
    let context = Context { guards: Arc::new([]), through: Arc::new([]), depth: 0, home: Arc::new(home) };
    let mut builder = Builder::new(reader, pipeline);
    builder.root(&root, &context);
    builder.finish()
}

/// A root has something that only a root has. A file with parameters and nothing of the kind is a template.
fn kind(path: &str, root: &Value) -> PipelineKind {
    let has = |key: &str| entry(root, key).is_some();
    let roots = ["trigger", "pr", "schedules", "resources", "name", "pool", "extends"];
    let body = ["stages", "jobs", "steps"].iter().any(|key| has(key));
    if roots.iter().any(|key| has(key)) {
        return PipelineKind::Pipeline;
    }
    let template = path.to_ascii_lowercase().contains("template");
    if !body || has("parameters") || template { PipelineKind::Template } else { PipelineKind::Pipeline }
}

impl Builder<'_, '_> {
    fn root(&mut self, root: &Value, context: &Context) {
        let declared = self.parameters(root);
        self.pipeline.parameters = declared.iter().map(|(parameter, _)| parameter.clone()).collect();
        let scope = scope::Scope::open(&declared);
        let body = self.body(root, &scope, context);
        self.pipeline.name = body.get("name").and_then(Node::text).cloned();
        self.triggers(&body);
        self.content(&body, context);
        self.macros();
    }

    /// What a root or template holds, expanded: variables first, for expressions can see them.
    pub(super) fn body(&mut self, root: &Value, scope: &scope::Scope, context: &Context) -> Node {
        let entries = root.as_map().map(|map| map.entries()).unwrap_or_default();
        let of = |keys: &[&str], inside: bool| -> Value {
            let chosen: Vec<Entry> =
                entries.iter().filter(|entry| keys.contains(&&*entry.key) == inside).cloned().collect();
            Value::map(chosen, root.origin.clone())
        };
        let mut scope = scope.clone();
        scope.variables = Arc::new(self.statics.clone());
        let first = self.expand(&of(&["resources", "variables"], true), &scope);
        self.resources(&first);
        if let Some(variables) = first.pair("variables").cloned() {
            let variables = self.variables(&variables.node, &context.under(&variables.guards));
            self.add_statics(&variables);
            self.pipeline.variables.extend(variables);
        }
        scope.variables = Arc::new(self.statics.clone());
        let rest = self.expand(&of(&["resources", "variables", "parameters"], false), &scope);
        if let Some(resources) = rest.pair("resources") {
            let node = Node { data: NodeData::Map(Arc::new(vec![resources.clone()])), origin: rest.origin.clone() };
            self.resources(&node);
        }
        for pair in rest.pairs().iter().filter(|pair| &*pair.key == "variables") {
            let variables = self.variables(&pair.node, &context.under(&pair.guards));
            self.add_statics(&variables);
            self.pipeline.variables.extend(variables);
        }
        rest
    }

    /// Stages, jobs, steps, or what is extended.
    pub(super) fn content(&mut self, body: &Node, context: &Context) {
        let mut found = false;
        if self.pool.is_none() {
            self.pool = body.pair("pool").and_then(|pair| self.runner(pair));
        }
        for pair in body.pairs() {
            let context = context.under(&pair.guards);
            found |= match &*pair.key {
                "extends" => {
                    self.extends(&pair.node, &context);
                    true
                }
                "stages" => {
                    self.stages(&pair.node, &context);
                    true
                }
                "jobs" => {
                    let stage = self.implied_stage(pair);
                    self.jobs(&pair.node, stage, &context);
                    true
                }
                "steps" => {
                    let stage = self.implied_stage(pair);
                    self.implied_job(body, pair, stage, &context);
                    true
                }
                _ => false,
            };
        }
        if !found && self.pipeline.kind == PipelineKind::Pipeline && context.depth == 0 {
            let help = "Azure refuses the pipeline; say what it does.";
            self.reader.issue(body.span(), "the pipeline has none of `stages`, `jobs`, `steps` and `extends`", help);
        }
    }
}
