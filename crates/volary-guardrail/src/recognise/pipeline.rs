//! From the steps of a pipeline to what is recognised.

use std::collections::HashMap;
use std::ops::Range;

use volary_document::shell;
use volary_model::{Entry, Map, Origin, Role, Span, Value};
use volary_pipeline::{Action, Hole, Host, Piece, Script, Step, Text, Uses, UsesKind};

use super::invocation::Pieces;
use super::matching::split;
use super::{Argument, Invocation, Platform, Reading, Recognised, Recognisers, Reference, Surroundings, Words, unwrap};

/// A text of a pipeline as a value. Of one that is not known the reason's `about` is the text with its holes as they are
/// written, so that equal texts are equal values.
pub fn value(text: &Text) -> Value {
    if let Some(data) = text.data.as_ref().filter(|data| data.is_known()) {
        return data.clone();
    }
    let mut pieces = Pieces::default();
    for piece in &text.pieces {
        match piece {
            Piece::Known(known) => pieces.text(&known.text),
            Piece::Hole(hole) => pieces.hole(&hole.written()),
        }
    }
    pieces.finish(text.origin.clone())
}

/// The platform on which something of a kind is recognised by its name.
fn platform(uses: &Uses) -> Option<Platform> {
    match uses.kind {
        UsesKind::Action | UsesKind::Workflow => Some(Platform::GithubAction),
        UsesKind::Task => Some(Platform::AzureTask),
        UsesKind::Include => {
            let own = uses.repository.as_ref().is_some_and(|repository| repository.host == Host::GitLabTemplates);
            own.then_some(Platform::GitlabTemplate)
        }
        UsesKind::Component => Some(Platform::GitlabComponent),
        UsesKind::Step => Some(Platform::JenkinsStep),
        _ => None,
    }
}

impl Recognisers {
    /// What a step does by its name: an action, a task, a step of the platform. Its scripts are read with [`invocation`].
    pub fn step(&self, step: &Step, surroundings: &dyn Surroundings) -> Vec<Recognised> {
        let uses = match &step.action {
            Action::Uses(uses) => uses,
            _ => return Vec::new(),
        };
        let inputs = step.inputs.iter().map(|input| {
            let scalar = input.value.as_list().is_none() && input.value.as_map().is_none();
            let value = if scalar { value(&input.text) } else { input.value.clone() };
            Entry { key: input.name.clone(), key_span: input.key, value }
        });
        self.uses(uses, &inputs.collect(), surroundings)
    }

    /// What something that is used by name does.
    pub fn uses(&self, uses: &Uses, inputs: &Map, surroundings: &dyn Surroundings) -> Vec<Recognised> {
        if uses.kind == UsesKind::Image {
            return self.program(&unwrap(&container(uses, inputs)), surroundings);
        }
        let Some(platform) = platform(uses) else { return Vec::new() };
        let mut name = uses.name.to_string();
        if platform == Platform::GithubAction && !uses.path.is_empty() && !name.contains(&*uses.path) {
            name = format!("{name}/{}", uses.path);
        }
        let version = uses.reference.as_ref().and_then(Text::known);
        let origin = Origin::at(uses.at, Role::Attribute);
        let reference = Reference { platform, name: &name, version: version.as_deref(), inputs, open: false, origin };
        self.reference(&reference, surroundings)
    }
}

/// A container as a step is what its entry point does with the arguments.
fn container(uses: &Uses, inputs: &Map) -> Invocation {
    let origin = Origin::at(uses.at, Role::Attribute);
    let word = |text: &str| Argument { value: Value::text(text, origin.clone()), words: Words::One };
    let written = uses.written.canonical();
    let mut words = vec![word("docker"), word("run")];
    let input = |name: &str| inputs.entries().iter().rfind(|entry| entry.key.eq_ignore_ascii_case(name));
    if let Some(entry) = input("entrypoint") {
        words.push(word("--entrypoint"));
        words.push(Argument { value: entry.value.clone(), words: Words::One });
    }
    words.push(word(written.trim_start_matches("docker://")));
    match input("args").map(|entry| &entry.value) {
        None => {}
        Some(value) => match value.as_text() {
            Some(text) => {
                words.extend(split(text).iter().map(|text| Argument {
                    value: Value::text(text.as_str(), value.origin.clone()),
                    words: Words::One,
                }));
            }
            None => words.push(Argument { value: value.clone(), words: Words::Any }),
        },
    }
    Invocation { words, environment: Vec::new() }
}

/// A command of a script of the pipeline. `variable` gives the values of shell variables, where they are known; what the
/// platform puts in stands in values as it is written.
pub fn invocation(script: &Script, command: &shell::Command, variable: &dyn Fn(&str) -> Option<Value>) -> Invocation {
    let (text, _) = script.parsed();
    let whole = script.text.span().unwrap_or(Span::new(volary_model::FileId(0), 0, 0));
    let at = |range: Range<usize>| text.place(range.start, range.end).unwrap_or(whole);
    let holes: HashMap<String, &Hole> = script.text.holes().map(|hole| (hole.variable(), hole)).collect();
    let variable = |name: &str| {
        let known = variable(name);
        known.or_else(|| {
            let hole = holes.get(name)?;
            let mut pieces = Pieces::default();
            pieces.hole(&hole.written());
            Some(pieces.finish(Origin::at(hole.at, Role::Attribute)))
        })
    };
    Invocation::from_shell(command, &Reading { at: &at, variable: &variable })
}
