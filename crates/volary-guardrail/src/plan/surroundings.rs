//! What lies around a step: its environment and the configuration files of its repository.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Data, Entry, Map, Origin, Role, Span, Value};
use volary_pipeline::{Job, Lookup, Pipeline, Sources, Step, Text, Variable};

use crate::recognise::{self, Invocation, Surroundings};

/// How many earlier steps and commands are asked for what they hand over.
const MAX_EARLIER: usize = 200;

/// The environment of a step, innermost first, and the files of the tree.
pub struct Around<'a> {
    variables: Vec<&'a [Variable]>,
    /// The steps of the job up to this one, itself included.
    steps: &'a [Step],
    sources: &'a dyn Sources,
    configs: RefCell<BTreeMap<Arc<str>, Option<Value>>>,
}

impl<'a> Around<'a> {
    /// What lies around a step of a job.
    pub fn new(pipeline: &'a Pipeline, job: &'a Job, step: Option<&'a Step>, sources: &'a dyn Sources) -> Self {
        let mut variables: Vec<&[Variable]> = Vec::new();
        let mut within = step.map(|step| (step, step.within));
        while let Some((step, outer)) = within {
            variables.push(&step.variables);
            within = outer.and_then(|id| job.steps.get(id.0 as usize)).map(|step| (step, step.within));
            if variables.len() > 50 {
                break;
            }
        }
        variables.push(&job.variables);
        let mut stage = job.stage;
        while let Some(id) = stage {
            let Some(found) = pipeline.stage(id) else { break };
            variables.push(&found.variables);
            stage = found.within;
            if variables.len() > 100 {
                break;
            }
        }
        variables.push(&pipeline.variables);
        let own = step.and_then(|step| job.steps.iter().position(|other| std::ptr::eq(step, other)));
        let steps = job.steps.get(..own.map_or(0, |own| own + 1)).unwrap_or_default();
        Self { variables, steps, sources, configs: RefCell::default() }
    }

    /// The value of a variable, unknown or not, where the pipeline sets it. `__env__NAME` is how GitHub's `env.NAME` stands
    /// in scripts.
    pub fn value(&self, name: &str) -> Option<Value> {
        let name = name.strip_prefix("__env__").unwrap_or(name);
        let (scope, text) = self.variable(name, 0)?;
        Some(recognise::value(&self.filled(text, scope + 1)))
    }

    /// The innermost variable of a name, from a scope outwards, with its scope.
    fn variable(&self, name: &str, from: usize) -> Option<(usize, &'a Text)> {
        self.variables.iter().enumerate().skip(from).find_map(|(scope, variables)| {
            let mut found = variables.iter().rev();
            let found = found.find(|variable| variable.name.is(name) && variable.guards.is_empty())?;
            Some((scope, &found.value))
        })
    }

    /// A text with the environment put in where GitHub's expressions name it, as it is from a scope outwards: a variable
    /// sees those of the scopes around it.
    pub fn filled(&self, text: &Text, from: usize) -> Text {
        if !text.holes().any(|hole| hole.text.starts_with("env.")) {
            return text.clone();
        }
        text.filled(|hole| {
            let name = hole.text.strip_prefix("env.")?;
            let (scope, text) = self.variable(name, from)?;
            Some(self.filled(text, scope + 1))
        })
    }
}

impl Surroundings for Around<'_> {
    fn environment(&self, name: &str) -> Option<Value> {
        self.value(name)
    }

    fn earlier_step(&self, names: &[Arc<str>]) -> Option<Map> {
        let before = self.steps.split_last().map_or(&[][..], |(_, before)| before);
        let step = before.iter().rev().take(MAX_EARLIER).find(|step| {
            let name = step.uses().map(|uses| uses.name.rsplit('.').next().unwrap_or(&uses.name));
            name.is_some_and(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        })?;
        let inputs = step.inputs.iter().map(|input| Entry {
            key: input.name.clone(),
            key_span: input.key,
            value: recognise::value(&self.filled(&input.text, 0)),
        });
        Some(inputs.collect())
    }

    fn earlier_commands(&self, texts: &[Arc<str>]) -> Vec<Invocation> {
        let mut found = Vec::new();
        let scripts = self.steps.iter().rev().take(MAX_EARLIER).filter_map(Step::script);
        for script in scripts {
            let (_, parsed) = script.parsed();
            for (_, command) in parsed.commands() {
                let invocation = recognise::invocation(script, command, &|name| self.value(name));
                if found.len() < MAX_EARLIER && texts.iter().any(|text| invocation.starts_with(text)) {
                    found.push(invocation);
                }
            }
        }
        found.reverse();
        found
    }

    fn config(&self, path: &str) -> Option<Value> {
        if let Some(known) = self.configs.borrow().get(path) {
            return known.clone();
        }
        let value = match self.sources.read(None, path) {
            Lookup::Found(document) => parse(path, &document),
            _ => None,
        };
        self.configs.borrow_mut().insert(path.into(), value.clone());
        value
    }
}

/// A configuration file as a map: YAML and JSON by their parsers, `key = value` lines else.
fn parse(path: &str, document: &volary_pipeline::Document) -> Option<Value> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or("");
    match ending {
        "yml" | "yaml" => document.yaml(Dialect::Yaml11).0.first().cloned(),
        "json" => volary_document::json::parse(document.file, &document.text).0,
        _ => Some(lines(document)),
    }
}

/// `key = value` and `key: value` lines, those of a TOML table behind its name.
fn lines(document: &volary_pipeline::Document) -> Value {
    let whole = Span::new(document.file, 0, document.text.len());
    let mut entries: Vec<Entry> = Vec::new();
    let mut offset = 0;
    for line in document.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with(['#', '!', ';', '[']) {
            continue;
        }
        let Some(cut) = text.find(['=', ':']) else { continue };
        let (key, value) = (text[..cut].trim(), text[cut + 1..].trim().trim_matches(['"', '\'']));
        let at = Span::new(document.file, start, start + line.trim_end().len());
        let value = Value::new(Data::Text(value.into()), Origin::at(at, Role::Attribute));
        entries.push(Entry { key: key.into(), key_span: Some(at), value });
    }
    Value::at(Data::Map(Arc::new(Map::new(entries))), whole)
}
