//! The state of building a pipeline from expanded nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Span, Value};

use super::expand::Expander;
use super::node::{Node, Pair};
use super::scope::Scope;
use crate::model::{
    Hidden, HiddenPlace, Hole, Needs, Piece, Pipeline, Repository, Resource, Runner, Setting, StageId, Syntax, Text,
    Variable, VariableKind,
};
use crate::reader::{Reader, reason_of};

pub(super) struct Builder<'r, 's> {
    pub(super) reader: &'r mut Reader<'s>,
    pub(super) pipeline: Pipeline,
    /// Nodes that expansion may still make.
    budget: usize,
    /// Repositories by alias in lower case.
    pub(super) aliases: BTreeMap<String, Arc<Repository>>,
    /// Containers by alias in lower case.
    pub(super) containers: BTreeMap<String, Resource>,
    /// Variables that template expressions can see, by name in lower case.
    pub(super) statics: BTreeMap<String, Text>,
    /// The pool of the pipeline.
    pub(super) pool: Option<Runner>,
}

impl<'r, 's> Builder<'r, 's> {
    pub(super) fn new(reader: &'r mut Reader<'s>, pipeline: Pipeline) -> Self {
        let budget = reader.limits.expansion;
        Self {
            reader,
            pipeline,
            budget,
            aliases: BTreeMap::new(),
            containers: BTreeMap::new(),
            statics: BTreeMap::new(),
            pool: None,
        }
    }

    /// The pipeline, with what could not be read collected and dependencies by name resolved.
    pub(super) fn finish(mut self) -> Pipeline {
        self.resolve_stages();
        self.resolve_jobs();
        self.collect_hidden();
        self.pipeline
    }

    pub(super) fn expand(&mut self, value: &Value, scope: &Scope) -> Node {
        Expander { reader: self.reader, budget: &mut self.budget }.node(value, scope)
    }

    /// Variables with one value that are known when the pipeline is put together.
    pub(super) fn add_statics(&mut self, variables: &[Variable]) {
        for variable in variables {
            let Some(name) = variable.name.known() else { continue };
            if variable.kind == VariableKind::Plain && variable.guards.is_empty() {
                self.statics.insert(name.to_lowercase(), variable.value.clone());
            } else if !variable.guards.is_empty() {
                self.statics.remove(&name.to_lowercase());
            }
        }
    }

    /// Whether an element of a list is none that Azure knows for a reason: nothing, an open expression, or a template's
    /// way to refuse its caller (`- 'message': error`), which counts only where it is certain.
    pub(super) fn refuses(&mut self, node: &Node, context: &super::node::Context) -> bool {
        if node.is_null() || node.text().is_some_and(|text| text.holes().next().is_some()) {
            return true;
        }
        let [pair] = node.pairs() else { return !context.guards.is_empty() && node.pairs().is_empty() };
        if pair.node.text().is_none_or(|text| !text.is("error")) {
            return false;
        }
        if context.guards.is_empty() && self.is_complete() {
            let message = format!("the template refuses what it is called with: {}", pair.key);
            self.reader.issue(pair.key_at, message, "Azure refuses the pipeline; pass what the template asks for.");
        }
        true
    }

    fn resolve_stages(&mut self) {
        let mut names: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (id, stage) in self.pipeline.stages() {
            names.entry(stage.name.canonical().to_lowercase()).or_default().push(id.0);
        }
        let anywhere = |hidden: &Hidden| hidden.place == HiddenPlace::Anywhere;
        let hidden = !self.is_complete()
            || self.pipeline.stages.iter().any(|stage| stage.hidden.is_some())
            || self.pipeline.hidden.iter().any(anywhere);
        for index in 0..self.pipeline.stages.len() {
            let Needs::Named(needs) = &mut self.pipeline.stages[index].needs else { continue };
            for need in needs {
                let name = need.name.canonical();
                match names.get(&name.to_lowercase()) {
                    Some(found) => need.targets = found.iter().copied().filter(|id| *id != index as u32).collect(),
                    None if hidden || need.name.known().is_none() => {}
                    None => self.reader.issue(
                        need.at,
                        format!("no stage of this pipeline is named `{name}`"),
                        "Azure refuses the pipeline; correct the name in `dependsOn`.",
                    ),
                }
            }
        }
    }

    fn resolve_jobs(&mut self) {
        let mut names: BTreeMap<(Option<StageId>, String), Vec<u32>> = BTreeMap::new();
        let mut open: std::collections::BTreeSet<Option<StageId>> = std::collections::BTreeSet::new();
        for (id, job) in self.pipeline.jobs() {
            names.entry((job.stage, job.name.canonical().to_lowercase())).or_default().push(id.0);
            if matches!(job.kind, crate::model::JobKind::Hidden(..)) {
                open.insert(job.stage);
            }
        }
        let whole = !self.is_complete();
        for index in 0..self.pipeline.jobs.len() {
            let stage = self.pipeline.jobs[index].stage;
            let Needs::Named(needs) = &mut self.pipeline.jobs[index].needs else { continue };
            for need in needs {
                let name = need.name.canonical();
                match names.get(&(stage, name.to_lowercase())) {
                    Some(found) => need.targets = found.iter().copied().filter(|id| *id != index as u32).collect(),
                    None if whole || open.contains(&stage) || need.name.known().is_none() => {}
                    None => self.reader.issue(
                        need.at,
                        format!("no job of this stage is named `{name}`"),
                        "Azure refuses the pipeline; correct the name in `dependsOn`.",
                    ),
                }
            }
        }
    }

    fn collect_hidden(&mut self) {
        let mut found = Vec::new();
        for (id, job) in self.pipeline.jobs() {
            if let crate::model::JobKind::Hidden(uses, reason) = &job.kind {
                let hidden = Hidden { uses: (**uses).clone(), reason: reason.clone(), place: HiddenPlace::Job(id) };
                found.push(hidden);
            }
            for (index, step) in job.steps.iter().enumerate() {
                if let crate::model::Action::Hidden(uses, reason) = &step.action {
                    let place = HiddenPlace::Step(id, crate::model::StepId(index as u32));
                    found.push(Hidden { uses: uses.clone(), reason: reason.clone(), place });
                }
            }
        }
        self.pipeline.hidden.extend(found);
    }
}

/// The text of an entry; under conditions that could not be decided it is not known.
pub(super) fn text_of(pair: &Pair) -> Option<Text> {
    let text = pair.node.text()?;
    let Some(guard) = pair.guards.first() else { return Some(text.clone()) };
    let hole = Hole {
        syntax: Syntax::Expression,
        text: guard.text.clone(),
        expression: Some(guard.expr.clone()),
        at: pair.node.span(),
        reason: reason_of(&guard.expr, &guard.text),
        usually: None,
    };
    Some(Text { pieces: vec![Piece::Hole(hole)], origin: text.origin.clone(), data: None })
}

/// The text of a key.
pub(super) fn text(node: &Node, key: &str) -> Option<Text> {
    text_of(node.pair(key)?).filter(|text| !is_null(text))
}

fn is_null(text: &Text) -> bool {
    text.data.as_ref().is_some_and(Value::is_null)
}

/// The setting of a key.
pub(super) fn setting(node: &Node, key: &str) -> Option<Setting> {
    let pair = node.pair(key)?;
    text_of(pair).map(|text| Setting::of(text, Some(pair.key_at)))
}

/// The place of an entry with its key.
pub(super) fn whole(pair: &Pair) -> Span {
    pair.key_at.to(pair.node.span())
}

/// The value of a node for keys that have no field.
pub(super) fn written(node: &Node) -> Value {
    let mut budget = 2_000;
    node.value(&mut budget)
}
