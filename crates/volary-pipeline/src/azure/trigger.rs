//! `trigger`, `pr`, `schedules`.

use volary_model::{Data, Value};

use super::build::{Builder, whole, written};
use super::node::{Node, NodeData, Pair};
use crate::model::{Event, Filter, PipelineKind, Text, Trigger};

impl Builder<'_, '_> {
    /// The triggers of a root, those included that Azure implies: pushes and pull requests start a pipeline that says
    /// nothing about them, and a person can always start one.
    pub(super) fn triggers(&mut self, body: &Node) {
        if self.pipeline.kind != PipelineKind::Pipeline {
            return;
        }
        let start = volary_model::Span { end: self.pipeline.at.start, ..self.pipeline.at };
        for (key, event) in [("trigger", Event::Push), ("pr", Event::PullRequest)] {
            let trigger = match body.pair(key) {
                Some(pair) => written_trigger(pair, key, event),
                None => {
                    let mut trigger = Trigger::new(event, key, start, Value::at(Data::Null, start));
                    trigger.implied = true;
                    trigger
                }
            };
            self.pipeline.triggers.push(trigger);
        }
        for item in body.get("schedules").map(Node::items).unwrap_or_default() {
            let node = &item.node;
            let mut trigger = Trigger::new(Event::Schedule, "schedules", node.span(), written(node));
            trigger.crons = node.get("cron").and_then(Node::text).map(Text::value).into_iter().collect();
            trigger.branches = filter(node, "branches");
            self.pipeline.triggers.push(trigger);
        }
        let resources = self.pipeline.resources.iter().filter_map(|resource| resource.trigger.clone());
        let resources: Vec<Trigger> = resources.collect();
        self.pipeline.triggers.extend(resources);
        let mut manual = Trigger::new(Event::Manual, "manual", start, Value::at(Data::Null, start));
        manual.implied = true;
        self.pipeline.triggers.push(manual);
    }
}

fn written_trigger(pair: &Pair, key: &str, event: Event) -> Trigger {
    let node = &pair.node;
    let mut trigger = Trigger::new(event, key, whole(pair), written(node));
    trigger.key = Some(pair.key_at);
    match &node.data {
        // A list is of branches: `[none]` is a branch of that name.
        NodeData::List(_) => trigger.branches.include = Some(texts(node)),
        NodeData::Map(_) => {
            trigger.branches = filter(node, "branches");
            trigger.tags = filter(node, "tags");
            trigger.paths = filter(node, "paths");
            // With tags alone no branch starts it.
            if !trigger.tags.is_open() && trigger.branches.is_open() {
                trigger.branches.include = Some(Vec::new());
            }
        }
        NodeData::Scalar(text) => trigger.disabled = text.is("none"),
    }
    trigger
}

/// `include` and `exclude`; a list alone is what is included.
pub(super) fn filter(node: &Node, key: &str) -> Filter {
    let Some(found) = node.get(key) else { return Filter::default() };
    if found.is_list() {
        return Filter { include: Some(texts(found)), exclude: Vec::new() };
    }
    Filter { include: found.get("include").map(texts), exclude: found.get("exclude").map(texts).unwrap_or_default() }
}

fn texts(node: &Node) -> Vec<Value> {
    match &node.data {
        NodeData::List(items) => items.iter().filter_map(|item| item.node.text()).map(Text::value).collect(),
        NodeData::Scalar(text) => vec![text.value()],
        NodeData::Map(_) => Vec::new(),
    }
}
