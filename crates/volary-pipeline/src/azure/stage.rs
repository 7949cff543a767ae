//! Stages.

use std::sync::Arc;

use volary_model::{Origin, Reason, Role, Span};

use super::build::{Builder, setting, text, whole};
use super::node::{Context, Node, Pair};
use crate::model::{Activation, HiddenPlace, Need, Needs, Stage, StageId, Text, Uses, UsesKind};

impl Builder<'_, '_> {
    /// The stages of a list, those of templates included.
    pub(super) fn stages(&mut self, list: &Node, context: &Context) {
        for item in list.items() {
            let context = context.under(&item.guards);
            let node = &item.node;
            if node.is_list() {
                self.stages(node, &context);
            } else if let Some(pair) = node.pair("stage") {
                if self.reader.node(node.span()).is_err() {
                    return;
                }
                self.stage(node, pair, &context);
            } else if node.pair("template").is_some() {
                match self.open(node, UsesKind::Template, &context) {
                    Ok(opened) => {
                        for pair in opened.body.pairs().iter().filter(|pair| &*pair.key == "stages") {
                            self.stages(&pair.node, &opened.context.under(&pair.guards));
                        }
                        self.template_variables(&opened.body, &opened.context);
                        if opened.body.pair("stages").is_none() {
                            self.content(&opened.body, &opened.context);
                        }
                    }
                    Err(missing) => self.hidden_stage(node, &missing.0, missing.1, &context),
                }
            } else if node.pair("jobs").is_some() || node.pair("steps").is_some() {
                // A stage without a name.
                let origin = Origin::at(node.span(), Role::Block);
                let name = Node::scalar(Text::literal("", origin));
                let pair = Pair { key: "stage".into(), key_at: first_key(node), node: name, guards: Arc::new([]) };
                if self.reader.node(node.span()).is_err() {
                    return;
                }
                self.stage(node, &pair, &context);
            } else if !self.refuses(node, &context) {
                let help = "An element of `stages` has `stage` or `template`.";
                self.reader.issue(node.span(), "this is no stage", help);
            }
        }
    }

    /// Variables that a template of stages brings along.
    pub(super) fn template_variables(&mut self, body: &Node, context: &Context) {
        for pair in body.pairs().iter().filter(|pair| &*pair.key == "variables") {
            let variables = self.variables(&pair.node, &context.under(&pair.guards));
            self.pipeline.variables.extend(variables);
        }
    }

    fn stage(&mut self, node: &Node, pair: &Pair, context: &Context) {
        let id = StageId(self.pipeline.stages.len() as u32);
        let name = super::build::text_of(pair).unwrap_or_else(|| Text::literal("", node.origin.clone()));
        let activation = self.activation(node, context);
        let stage = Stage {
            display: text(node, "displayName"),
            needs: needs(node, Needs::Before),
            activation,
            manual: setting(node, "trigger").filter(|setting| setting.text.is("manual")),
            skippable: setting(node, "isSkippable"),
            runner: node.pair("pool").and_then(|pair| self.runner(pair)),
            through: context.through.clone(),
            ..Stage::new(name, node.span(), pair.key_at)
        };
        self.pipeline.stages.push(stage);
        // What stands in a stage is guarded by the stage.
        let inner = Context { guards: Arc::new([]), ..context.clone() };
        for pair in node.pairs() {
            let context = inner.under(&pair.guards);
            match &*pair.key {
                "variables" => {
                    let variables = self.variables(&pair.node, &context);
                    self.pipeline.stages[id.0 as usize].variables.extend(variables);
                }
                "jobs" => self.jobs(&pair.node, id, &context),
                "steps" => self.implied_job(node, pair, id, &context),
                _ => {}
            }
        }
    }

    /// The stage of a pipeline or template without stages.
    pub(super) fn implied_stage(&mut self, pair: &Pair) -> StageId {
        if let Some((id, _)) = self.pipeline.stages().find(|(_, stage)| stage.implied && stage.hidden.is_none()) {
            return id;
        }
        let id = StageId(self.pipeline.stages.len() as u32);
        let name = Text::literal("", Origin::at(pair.key_at, Role::Block));
        self.pipeline.stages.push(Stage { implied: true, ..Stage::new(name, whole(pair), pair.key_at) });
        id
    }

    /// A place where a template would put stages, and the stages that it is given.
    fn hidden_stage(&mut self, node: &Node, uses: &Uses, reason: Reason, context: &Context) {
        let id = StageId(self.pipeline.stages.len() as u32);
        self.pipeline.stages.push(Stage {
            implied: true,
            activation: Activation { guards: context.guards.to_vec(), ..Activation::default() },
            through: context.through.clone(),
            hidden: Some(reason.clone()),
            ..Stage::new(Text::literal("", node.origin.clone()), node.span(), uses.at)
        });
        self.hidden(uses, &reason, HiddenPlace::Stage(id));
        self.given(node, uses, context, Some(id));
    }

    /// `extends`: the template's content takes the place of everything.
    pub(super) fn extends(&mut self, node: &Node, context: &Context) {
        match self.open(node, UsesKind::Extends, context) {
            Ok(opened) => {
                self.template_variables(&opened.body, &opened.context);
                self.content(&opened.body, &opened.context);
            }
            Err(missing) => {
                let (uses, reason) = *missing;
                self.hidden(&uses, &reason, HiddenPlace::Anywhere);
                self.given(node, &uses, context, None);
            }
        }
    }

    /// The stages, jobs and steps that are passed to a template that could not be read: they are taken as they are
    /// written, in the place of the template.
    pub(super) fn given(&mut self, node: &Node, uses: &Uses, context: &Context, stage: Option<StageId>) {
        let context = self.unread(uses, context);
        let parameters = node.get("parameters").map(Node::pairs).unwrap_or_default();
        // Lists one map deep are found too: `settings: {steps: [...]}`.
        let inner = parameters.iter().flat_map(|pair| pair.node.pairs());
        let lists: Vec<Pair> = parameters.iter().chain(inner).filter(|pair| pair.node.is_list()).cloned().collect();
        for pair in lists {
            let context = context.under(&pair.guards);
            let has = |keys: &[&str]| {
                pair.node.items().iter().any(|item| keys.iter().any(|key| item.node.pair(key).is_some()))
            };
            if has(&["stage"]) {
                self.stages(&pair.node, &context);
            } else if has(&["job", "deployment"]) {
                let stage = stage.unwrap_or_else(|| self.implied_stage(&pair));
                self.jobs(&pair.node, stage, &context);
            } else if has(&super::step::KEYS) {
                let stage = stage.unwrap_or_else(|| self.implied_stage(&pair));
                self.implied_job(node, &pair, stage, &context);
            }
        }
    }
}

fn first_key(node: &Node) -> Span {
    node.pairs().first().map_or_else(|| node.span(), |pair| pair.key_at)
}

/// `dependsOn`.
pub(super) fn needs(node: &Node, default: Needs) -> Needs {
    let Some(pair) = node.pair("dependsOn") else { return default };
    let need = |text: &Text| Need {
        name: text.clone(),
        targets: Vec::new(),
        at: text.span().unwrap_or_else(|| whole(pair)),
        optional: false,
        artifacts: false,
        foreign: false,
    };
    let texts: Vec<&Text> = match pair.node.text() {
        Some(text) => vec![text],
        None => pair.node.items().iter().filter_map(|item| item.node.text()).collect(),
    };
    let needs: Vec<Need> = texts.into_iter().filter(|text| !text.is_empty()).map(need).collect();
    if needs.is_empty() { Needs::Nothing { at: Some(whole(pair)) } } else { Needs::Named(needs) }
}
