//! `$(name)`: put in as text when a job starts, before any shell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Reason, ReasonKind};

use super::build::Builder;
use crate::expression::{Known, reduce};
use crate::limits::Budget;
use crate::model::{
    Action, Activation, Container, Hole, Input, Job, Piece, Platform, Setting, Step, Syntax, Text, Variable,
    VariableKind,
};

/// Commands that scripts write as `$(name)` and that nobody names a variable after.
const COMMANDS: [&str; 16] = [
    "pwd", "date", "whoami", "hostname", "nproc", "uname", "id", "ls", "arch", "mktemp", "tty", "groups", "logname",
    "cat", "uptime", "getconf",
];

/// What can be put in at one place: names in lower case, inner ones hide outer ones.
#[derive(Clone, Default)]
struct Names {
    /// Those of the pipeline and the stage.
    outer: Arc<BTreeMap<String, Text>>,
    /// Outer ones that are made of others which may be inner ones.
    open: Arc<Vec<String>>,
    own: BTreeMap<String, Text>,
    groups: Vec<Arc<str>>,
    budget: Budget,
}

/// Most outer variables that are made of others and are looked at again for every job.
const MOST_OPEN: usize = 200;

impl Builder<'_, '_> {
    /// Puts variables in everywhere. What scripts set is only usual.
    pub(super) fn macros(&mut self) {
        let set = self.set_by_scripts();
        let mut root = Names::default();
        root.add(&self.pipeline.variables);
        root.resolve();
        let root = root.inner();
        let mut stages = Vec::with_capacity(self.pipeline.stages.len());
        for stage in &mut self.pipeline.stages {
            let names = root.with(&stage.variables);
            conditions(&mut stage.activation, &names, &set);
            stages.push(names.inner());
        }
        for job in &mut self.pipeline.jobs {
            let outer = job.stage.and_then(|stage| stages.get(stage.0 as usize)).unwrap_or(&root);
            let names = outer.with(&job.variables);
            let filler = Filler { names: &names, set: &set };
            filler.job(job);
        }
        let filler = Filler { names: &root, set: &set };
        for variable in &mut self.pipeline.variables {
            filler.text(&mut variable.value, false);
        }
        for resource in &mut self.pipeline.resources {
            if let Some(container) = &mut resource.container {
                filler.container(container);
            }
        }
    }

    /// The variables that scripts set with a logging command, in lower case.
    fn set_by_scripts(&self) -> BTreeSet<String> {
        let mut set = BTreeSet::new();
        for step in self.pipeline.jobs.iter().flat_map(|job| &job.steps) {
            let Some(script) = step.script() else { continue };
            let text = script.text.canonical();
            for (at, _) in text.match_indices("task.setvariable") {
                let rest: String = text[at..].chars().take_while(|c| *c != ']' && *c != '\n').collect();
                let Some((_, name)) = rest.split_once("variable=") else { continue };
                let name: String =
                    name.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')).collect();
                set.insert(name.to_lowercase());
            }
        }
        set
    }
}

impl Names {
    fn get(&self, name: &str) -> Option<&Text> {
        self.own.get(name).or_else(|| self.outer.get(name))
    }

    /// The names with those of a stage or job over them.
    fn with(&self, variables: &[Variable]) -> Self {
        let mut names = self.clone();
        if variables.is_empty() {
            return names;
        }
        names.add(variables);
        for name in self.open.iter() {
            if let (None, Some(text)) = (names.own.get(name), self.outer.get(name)) {
                names.own.insert(name.clone(), text.clone());
            }
        }
        names.resolve();
        names
    }

    /// The same names as those of something outer.
    fn inner(&self) -> Self {
        if self.own.is_empty() {
            return self.clone();
        }
        let mut all = (*self.outer).clone();
        all.extend(self.own.clone());
        let open = all.iter().filter(|(_, text)| has_macro(text)).map(|(name, _)| name.clone());
        let open: Vec<String> = open.take(MOST_OPEN).collect();
        Self {
            outer: Arc::new(all),
            open: Arc::new(open),
            own: BTreeMap::new(),
            groups: self.groups.clone(),
            budget: self.budget.clone(),
        }
    }

    fn add(&mut self, variables: &[Variable]) {
        for variable in variables {
            let Some(name) = variable.name.known() else { continue };
            match variable.kind {
                VariableKind::Plain => {
                    let name = name.to_lowercase();
                    if variable.guards.is_empty() {
                        self.own.insert(name, variable.value.clone());
                    } else {
                        // One of several values, by a condition that is open.
                        let mut text = variable.value.clone();
                        let guard = &variable.guards[0];
                        let usually = variable.value.known().map(|_| variable.value.value());
                        let hole = Hole {
                            syntax: Syntax::Macro,
                            text: name.as_str().into(),
                            expression: None,
                            at: variable.at,
                            reason: crate::reader::reason_of(&guard.expr, &guard.text),
                            usually,
                        };
                        text.pieces = vec![Piece::Hole(hole)];
                        text.data = None;
                        self.own.insert(name, text);
                    }
                }
                VariableKind::Group => self.groups.push(name.into()),
                VariableKind::Hidden | VariableKind::Secret => {}
            }
        }
    }

    /// Variables that are made of others. Few are; a cycle ends after a few rounds and stays as it is written.
    fn resolve(&mut self) {
        for _ in 0..6 {
            let open = self.own.iter().filter(|(_, text)| has_macro(text)).map(|(name, _)| name.clone());
            let open: Vec<String> = open.collect();
            if open.is_empty() || self.budget.is_spent() {
                return;
            }
            let before = self.clone();
            for name in open {
                let Some(text) = self.own.get(&name) else { continue };
                let filled = filled(text, false, &|inner: &str| {
                    if before.budget.is_spent() {
                        return None;
                    }
                    let found = before.get(&inner.to_lowercase()).filter(|text| text.is_short())?;
                    (inner.to_lowercase() != name && found.length() < 10_000 && before.budget.take(found))
                        .then(|| Ok(found.clone()))
                });
                if let Some(filled) = filled {
                    self.own.insert(name, filled);
                }
            }
        }
    }
}

struct Filler<'n> {
    names: &'n Names,
    set: &'n BTreeSet<String>,
}

impl Filler<'_> {
    fn job(&self, job: &mut Job) {
        self.optional(&mut job.display);
        conditions(&mut job.activation, self.names, self.set);
        self.setting(&mut job.continue_on_error);
        for variable in &mut job.variables {
            self.text(&mut variable.value, false);
        }
        if let Some(environment) = &mut job.environment {
            self.text(&mut environment.name, false);
        }
        if let Some(container) = &mut job.container {
            self.container(container);
        }
        for service in &mut job.services {
            self.container(service);
        }
        if let Some(runner) = &mut job.runner {
            for label in &mut runner.labels {
                self.text(label, false);
            }
            self.optional(&mut runner.pool);
        }
        for step in &mut job.steps {
            self.step(step);
        }
    }

    fn step(&self, step: &mut Step) {
        self.optional(&mut step.name);
        conditions(&mut step.activation, self.names, self.set);
        for setting in [&mut step.continue_on_error, &mut step.enabled, &mut step.timeout, &mut step.retry] {
            self.setting(setting);
        }
        self.optional(&mut step.working_directory);
        for variable in &mut step.variables {
            self.text(&mut variable.value, false);
        }
        for Input { value, text, .. } in &mut step.inputs {
            if self.text(text, false) {
                *value = text.value();
            }
        }
        for connection in &mut step.connections {
            self.text(&mut connection.name, false);
        }
        if let Some(artifact) = &mut step.artifact {
            self.optional(&mut artifact.name);
            for path in &mut artifact.paths {
                self.text(path, false);
            }
        }
        if let Some(checkout) = &mut step.checkout {
            self.optional(&mut checkout.repository);
            self.optional(&mut checkout.reference);
        }
        if let Action::Script(script) = &mut step.action {
            self.text(&mut script.text, true);
            self.optional(&mut script.file);
            if let Some(arguments) = &mut script.arguments {
                self.text(arguments, true);
            }
        }
    }

    fn container(&self, container: &mut Container) {
        self.text(&mut container.image, false);
    }

    fn optional(&self, text: &mut Option<Text>) {
        if let Some(text) = text {
            self.text(text, false);
        }
    }

    fn setting(&self, setting: &mut Option<Setting>) {
        if let Some(setting) = setting
            && self.text(&mut setting.text, false)
        {
            setting.value = setting.text.value();
        }
    }

    /// Puts variables into a text; whether anything changed.
    fn text(&self, text: &mut Text, script: bool) -> bool {
        let filled = filled(text, script, &|name| {
            let lower = name.to_lowercase();
            let declared = self.names.get(&lower).filter(|text| text.is_short());
            if let Some(value) = declared
                && !self.set.contains(&lower)
                && self.names.budget.take(value)
            {
                return Some(Ok(value.clone()));
            }
            let kind = if is_predefined(&lower) || self.set.contains(&lower) {
                ReasonKind::RunTime
            } else if script && COMMANDS.contains(&name) {
                return None;
            } else {
                ReasonKind::PlatformVariable
            };
            let about = match (kind, self.names.groups.as_slice()) {
                (ReasonKind::PlatformVariable, [_, ..]) => {
                    format!("{name} (perhaps of the group {})", self.names.groups.join(" or "))
                }
                _ => name.to_owned(),
            };
            let usually = declared.filter(|text| text.known().is_some()).map(Text::value);
            Some(Err((Reason::new(kind, about), usually)))
        });
        match filled {
            Some(filled) => {
                *text = filled;
                true
            }
            None => false,
        }
    }
}

/// Variables that the agent or the server sets.
fn is_predefined(name: &str) -> bool {
    [
        "build.",
        "system.",
        "agent.",
        "pipeline.",
        "environment.",
        "release.",
        "checks.",
        "strategy.",
        "resources.",
        "common.",
        "tf_build",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// Whether a text has what may be a macro.
fn has_macro(text: &Text) -> bool {
    text.pieces.iter().any(|piece| matches!(piece, Piece::Known(known) if known.text.contains("$(")))
}

type Put = Result<Text, (Reason, Option<volary_model::Value>)>;

/// The text with its macros put in; `None` where it has none.
fn filled(text: &Text, script: bool, look_up: &dyn Fn(&str) -> Option<Put>) -> Option<Text> {
    if !has_macro(text) {
        return None;
    }
    // A macro may begin in one stretch and end in the next one; holes stand between them as a byte that no name has.
    let mut source = String::new();
    let mut bounds = Vec::new();
    for piece in &text.pieces {
        let start = source.len();
        match piece {
            Piece::Known(known) => source.push_str(&known.text),
            Piece::Hole(_) => source.push('\0'),
        }
        bounds.push(start..source.len());
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut changed = false;
    for (start, _) in source.match_indices("$(") {
        if start < from {
            continue;
        }
        let Some(length) = source[start + 2..].find(')') else { continue };
        let end = start + 2 + length + 1;
        let name = &source[start + 2..end - 1];
        if !is_name(name, script) {
            continue;
        }
        let Some(put) = look_up(name.trim()) else { continue };
        changed = true;
        cut(&text.pieces, &bounds, from..start, &mut pieces);
        let mut inside = Vec::new();
        cut(&text.pieces, &bounds, start..end, &mut inside);
        let at = place(&inside).or(text.span());
        from = end;
        let Some(at) = at else { continue };
        match put {
            Ok(value) => {
                let hole = Hole {
                    syntax: Syntax::Macro,
                    text: name.trim().into(),
                    expression: None,
                    at,
                    reason: Reason::new(ReasonKind::RunTime, name.trim()),
                    usually: None,
                };
                let one = Text { pieces: vec![Piece::Hole(hole)], origin: text.origin.clone(), data: None };
                pieces.extend(one.filled(|_| Some(value.clone())).pieces);
            }
            Err((reason, usually)) => pieces.push(Piece::Hole(Hole {
                syntax: Syntax::Macro,
                text: name.trim().into(),
                expression: None,
                at,
                reason,
                usually,
            })),
        }
    }
    if !changed {
        return None;
    }
    cut(&text.pieces, &bounds, from..source.len(), &mut pieces);
    Some(Text { pieces, origin: text.origin.clone(), data: None })
}

/// Whether something in brackets is a name rather than a command: in scripts names have no blanks and none of the
/// shell's characters.
fn is_name(name: &str, script: bool) -> bool {
    let trimmed = if script { name } else { name.trim() };
    !trimmed.is_empty()
        && trimmed.len() < 200
        && !trimmed.starts_with(['$', '-'])
        && trimmed.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'.' | b'-')
                || (!script && matches!(byte, b' ' | b'/' | b':'))
        })
}

/// The pieces of a range of the text that `bounds` were taken of.
fn cut(pieces: &[Piece], bounds: &[std::ops::Range<usize>], range: std::ops::Range<usize>, into: &mut Vec<Piece>) {
    let first = bounds.partition_point(|bound| bound.end <= range.start);
    for (piece, bound) in pieces.iter().zip(bounds).skip(first) {
        if bound.start >= range.end {
            break;
        }
        match piece {
            Piece::Known(known) => {
                let start = range.start.max(bound.start) - bound.start;
                let end = range.end.min(bound.end) - bound.start;
                if start < end {
                    into.push(Piece::Known(known.slice(start, end)));
                }
            }
            Piece::Hole(_) => into.push(piece.clone()),
        }
    }
}

fn place(pieces: &[Piece]) -> Option<volary_model::Span> {
    let at = |piece: &Piece| match piece {
        Piece::Known(known) => known.at,
        Piece::Hole(hole) => hole.at,
    };
    Some(at(pieces.first()?).to(at(pieces.last()?)))
}

/// Puts variables into conditions, as far as no script changes them.
fn conditions(activation: &mut Activation, names: &Names, set: &BTreeSet<String>) {
    let Some(condition) = &mut activation.condition else { return };
    condition.expr = reduce(&condition.expr, Platform::Azure, &|parts| {
        let name = match parts {
            [context, name] if context.eq_ignore_ascii_case("variables") => name.to_lowercase(),
            _ => return Known::No,
        };
        match names.get(&name) {
            Some(text) if !set.contains(&name) && text.known().is_some() => Known::Value(text.value()),
            _ => Known::No,
        }
    });
}
