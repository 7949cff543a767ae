//! From scripts to the tree, in order of execution.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use volary_document::shell;
use volary_model::{Origin, Reason, ReasonKind, Role, Span, Value};
use volary_pipeline::{Document, Hole, Lookup, Piece as TextPiece, ShellKind, Text};

use super::places::{Places, one_line};
use super::tree::{FrameKind, Kind, Language, Node, NodeId, PowerEnd, Simple, Tree};
use super::{Analysed, Command, CommandId, Condition, Input, Limits};
use crate::recognise::{Invocation, Surroundings, value, written};

/// A text that is read as one script.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) text: Arc<str>,
    pub(super) places: Places,
    /// The script as bash's grammar reads it.
    pub(super) script: shell::Script,
    /// The path of the file, where it is one of the repository.
    pub(super) path: Option<Arc<str>>,
}

/// A function: its body in the script that defines it.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) unit: Rc<Unit>,
    pub(super) body: Body,
}

/// The body of a function.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Posix(shell::NodeId),
    /// Its bytes, and its parameters.
    PowerShell(std::ops::Range<usize>, Vec<Arc<str>>),
}

impl Unit {
    /// A text that bash's grammar does not read.
    pub(super) fn foreign(text: &str, places: Places, path: Option<Arc<str>>) -> Self {
        Self { text: text.into(), places, script: shell::Script::default(), path }
    }

    /// The same file without its text.
    pub(super) fn bare(&self) -> Self {
        Self::foreign("", self.places.clone(), self.path.clone())
    }
}

/// What is known at one point of the execution, whatever happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    variables: Rc<BTreeMap<Arc<str>, Value>>,
    exported: Rc<BTreeSet<Arc<str>>>,
    pub(super) functions: Rc<BTreeMap<Arc<str>, Function>>,
    /// Relative to the root of the repository, where it is known.
    pub(super) folder: Option<Arc<str>>,
    /// Positional parameters, where the call is known.
    pub(super) arguments: Option<Rc<Vec<Value>>>,
}

impl Scope {
    pub(super) fn set(&mut self, name: &str, value: Value) {
        Rc::make_mut(&mut self.variables).insert(name.into(), value);
    }

    /// Whether a variable of the script has one of these values, or one that is not known.
    pub(super) fn holds(&self, name: &str, texts: &[&str]) -> bool {
        let value = self.variables.get(name);
        value.is_some_and(|value| match value.as_text() {
            Some(text) => texts.contains(&text),
            None => written(value).as_ref() == format!("${{{name}}}"),
        })
    }

    pub(super) fn export(&mut self, name: &str) {
        if !self.exported.contains(name) {
            Rc::make_mut(&mut self.exported).insert(name.into());
        }
    }

    /// The variables as a started process sees them.
    pub(super) fn for_process(&self, arguments: Option<Rc<Vec<Value>>>) -> Self {
        let exported = self.exported.iter().filter_map(|name| Some((name.clone(), self.variables.get(name)?.clone())));
        Self {
            variables: Rc::new(exported.collect()),
            exported: self.exported.clone(),
            functions: Rc::default(),
            folder: self.folder.clone(),
            arguments,
        }
    }

    /// What is known after either of two ways.
    pub(super) fn join(&mut self, other: &Self) {
        if !Rc::ptr_eq(&self.variables, &other.variables) {
            let mut joined = (*self.variables).clone();
            for (name, value) in other.variables.iter() {
                let same = self.variables.get(name).is_some_and(|own| equal(own, value));
                if !same {
                    joined.insert(name.clone(), either(name, value));
                }
            }
            for (name, value) in self.variables.iter() {
                if !other.variables.contains_key(name) {
                    joined.insert(name.clone(), either(name, value));
                }
            }
            self.variables = Rc::new(joined);
        }
        if !Rc::ptr_eq(&self.exported, &other.exported) {
            Rc::make_mut(&mut self.exported).extend(other.exported.iter().cloned());
        }
        if !Rc::ptr_eq(&self.functions, &other.functions) {
            let functions = Rc::make_mut(&mut self.functions);
            for (name, function) in other.functions.iter() {
                functions.entry(name.clone()).or_insert_with(|| function.clone());
            }
        }
        if self.folder != other.folder {
            self.folder = None;
        }
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    a.is_known() == b.is_known() && written(a) == written(b)
}

/// The value of a variable that is one thing or another.
fn either(name: &str, value: &Value) -> Value {
    Value::unknown(Reason::new(ReasonKind::NotEvaluated, format!("${{{name}}}")), value.origin.clone())
}

/// Builds the tree.
pub(super) struct Lowerer<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) limits: &'a Limits,
    pub(super) tree: Tree,
    commands: Vec<Command>,
    pub(super) cut: bool,
    pub(super) scope: Scope,
    pub(super) through: Vec<(Arc<str>, Span)>,
    /// Calls that are open: files, targets, functions.
    pub(super) open: Vec<Arc<str>>,
    pub(super) depth: usize,
    files: usize,
    bytes: usize,
    holes: BTreeMap<Arc<str>, Hole>,
}

/// Reads the script of a step.
pub(super) fn analyse(input: &Input<'_>, limits: &Limits) -> Analysed {
    let mut lowerer = Lowerer {
        input,
        limits,
        tree: Tree::default(),
        commands: Vec::new(),
        cut: false,
        scope: Scope { folder: input.folder.clone(), ..Scope::default() },
        through: Vec::new(),
        open: Vec::new(),
        depth: 0,
        files: 0,
        bytes: 0,
        holes: BTreeMap::new(),
    };
    let script = input.script;
    let prelude = input.prelude.map(|prelude| &prelude.text);
    let texts = [Some(&script.text), script.arguments.as_ref(), script.file.as_ref(), prelude];
    for hole in texts.into_iter().flatten().flat_map(Text::holes) {
        lowerer.holes.insert(hole.variable().into(), hole.clone());
    }
    lowerer.tree.holes = lowerer.holes.iter().map(|(name, hole)| (name.clone(), hole.text.clone())).collect();
    lowerer.tree.step = input.step.clone();
    lowerer.tree.azure = input.platform == volary_pipeline::Platform::Azure;
    if let Some(setting) = script.status_is_returned.as_ref().filter(|setting| setting.truth() != Some(false)) {
        let at = setting.key.or(setting.at()).unwrap_or_else(|| lowerer.whole());
        lowerer.tree.returns_status = Some((at, one_line(&format!("returnStatus: {}", setting.text.canonical()))));
    }
    lowerer.tree.root = lowerer.step();
    super::test::questions(&mut lowerer.tree, &lowerer.commands);
    let conditions = lowerer.conditions();
    lowerer.initial();
    Analysed { commands: lowerer.commands, conditions, cut: lowerer.cut, tree: lowerer.tree }
}

impl<'a> Lowerer<'a> {
    /// The place of the step's script as a whole.
    pub(super) fn whole(&self) -> Span {
        let script = self.input.script;
        let span = script.text.span().or_else(|| script.file.as_ref().and_then(Text::span));
        span.unwrap_or(Span::new(volary_model::FileId(0), 0, 0))
    }

    fn step(&mut self) -> NodeId {
        let script = self.input.script;
        let shell = &script.shell;
        let language = match shell.kind {
            kind if kind.is_powershell() && shell.last_exit_code => Language::PowerShell(PowerEnd::LastProgram),
            kind if kind.is_powershell() => Language::PowerShell(PowerEnd::Success),
            ShellKind::Cmd => Language::Cmd,
            _ => Language::Posix,
        };
        let kind = FrameKind::Process { language, errexit: shell.errexit, pipefail: shell.pipefail };
        if let Some(file) = &script.file {
            return self.step_file(file, kind);
        }
        let whole = self.whole();
        let body = match shell.kind {
            ShellKind::Bash | ShellKind::Sh | ShellKind::Unknown => {
                let before = self.input.prelude.filter(|prelude| prelude.shell.kind == shell.kind);
                let before = before.map(|prelude| self.prelude(prelude, whole));
                let own = self.posix_unit(script, whole);
                let body = self.unit(&Rc::new(own));
                match before {
                    Some(before) => self.add(Kind::Sequence(vec![before, body]), whole, "".into()),
                    None => body,
                }
            }
            kind if kind.is_powershell() => {
                let text = script.text.as_script();
                let unit = Unit::foreign(&text.text.clone(), Places::Pipeline(Arc::new(text), whole), None);
                self.powershell(&Rc::new(unit))
            }
            ShellKind::Cmd => {
                let text = script.text.as_script();
                let unit = Unit::foreign(&text.text.clone(), Places::Pipeline(Arc::new(text), whole), None);
                self.batch(&Rc::new(unit))
            }
            _ => self.foreign(whole),
        };
        self.frame(kind, None, body, whole)
    }

    fn posix_unit(&self, script: &volary_pipeline::Script, whole: Span) -> Unit {
        let (text, parsed) = script.parsed();
        let places = Places::Pipeline(Arc::new(text.clone()), whole);
        Unit { text: text.text.as_str().into(), places, script: parsed.clone(), path: None }
    }

    /// What ran before in the same shell, without its commands.
    fn prelude(&mut self, script: &volary_pipeline::Script, whole: Span) -> NodeId {
        let whole = script.text.span().unwrap_or(whole);
        let (nodes, commands) = (self.tree.nodes.len(), self.commands.len());
        let unit = self.posix_unit(script, whole);
        let made = self.unit(&Rc::new(unit));
        self.commands.truncate(commands);
        for node in &mut self.tree.nodes[nodes..] {
            if let Kind::Simple(simple) | Kind::Redirected { how: simple, .. } = &mut node.kind {
                simple.command = None;
            }
        }
        made
    }

    /// A script in a language that is not followed: what is tested in it is not known.
    fn foreign(&mut self, whole: Span) -> NodeId {
        let text = self.input.script.text.as_script().text;
        let judges = super::programs::code_fails(&text);
        let act = if judges { super::tree::Act::Judge } else { super::tree::Act::Plain };
        let texts = vec![super::tree::Word::text(text.as_str())];
        self.add(Kind::Simple(Simple { act, texts, ..Simple::default() }), whole, one_line(&text))
    }

    /// A step that runs a file of the repository.
    fn step_file(&mut self, file: &Text, kind: FrameKind) -> NodeId {
        let at = file.span().unwrap_or_else(|| self.whole());
        let arguments = self.input.script.arguments.as_ref().map(Text::as_script);
        let line = format!("run {}", arguments.map(|text| text.text).unwrap_or_default());
        let parsed = shell::parse(&line);
        let words = parsed.commands().next().map(|(_, command)| command.arguments.clone()).unwrap_or_default();
        let arguments = shell::Command { arguments: words, ..shell::Command::default() };
        let places = Places::One(at);
        let arguments = self.invocation(&arguments, &places).words.into_iter().map(|word| word.value).collect();
        self.file_of_step(&value(file), at, kind, arguments)
    }

    // Building.

    pub(super) fn add(&mut self, kind: Kind, at: Span, written: Arc<str>) -> NodeId {
        let id = self.tree.nodes.len() as NodeId;
        if self.tree.nodes.len() >= self.limits.nodes {
            self.cut = true;
        }
        self.tree.nodes.push(Node { kind, at, written });
        id
    }

    pub(super) fn nothing(&mut self, at: Span) -> NodeId {
        self.add(Kind::Sequence(Vec::new()), at, "".into())
    }

    pub(super) fn frame(
        &mut self,
        kind: FrameKind,
        arguments: Option<Vec<super::tree::Word>>,
        body: NodeId,
        at: Span,
    ) -> NodeId {
        self.add(Kind::Frame { kind, arguments, body }, at, "".into())
    }

    /// Whether more may be read.
    pub(super) fn room(&mut self) -> bool {
        let room = self.tree.nodes.len() < self.limits.nodes
            && self.commands.len() < self.limits.commands
            && self.depth < self.limits.depth;
        self.cut |= !room;
        room
    }

    /// Takes bytes of text that is read once more; whether they were left.
    pub(super) fn afford(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        let fine = self.bytes <= self.limits.bytes;
        self.cut |= !fine;
        fine
    }

    pub(super) fn command(&mut self, command: Command) -> CommandId {
        let id = CommandId(self.commands.len() as u32);
        self.commands.push(command);
        id
    }

    // Knowledge.

    /// The value of a variable at this point.
    pub(super) fn variable(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.scope.variables.get(name) {
            return Some(value.clone());
        }
        if let (Some(arguments), Ok(number)) = (&self.scope.arguments, name.parse::<usize>()) {
            let at = number.checked_sub(1)?;
            let none = || Value::text("", Origin::at(self.whole(), Role::Attribute));
            return Some(arguments.get(at).cloned().unwrap_or_else(none));
        }
        if let Some(hole) = self.holes.get(name) {
            if let Some(known) = (self.input.variable)(&hole.text) {
                return Some(known);
            }
            let origin = Origin::at(hole.at, Role::Attribute);
            return Some(value(&Text { pieces: vec![TextPiece::Hole(hole.clone())], origin, data: None }));
        }
        (self.input.variable)(name)
    }

    /// The text with what the platform puts in as it is written there.
    pub(super) fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if text.contains("${__") {
            for (name, hole) in &self.holes {
                text = text.replace(&format!("${{{name}}}"), &hole.written());
            }
        }
        text
    }

    /// A file of the repository, within the limits.
    pub(super) fn read(&mut self, path: &str) -> Option<Arc<Document>> {
        let Lookup::Found(document) = self.input.sources.read(None, path) else { return None };
        self.files += 1;
        self.bytes += document.text.len();
        if self.files > self.limits.files || self.bytes > self.limits.bytes {
            self.cut = true;
            return None;
        }
        Some(document)
    }

    /// Values of variables that come from outside.
    fn initial(&mut self) {
        let mut names = BTreeSet::new();
        for node in &self.tree.nodes {
            let mut words = Vec::new();
            super::test::words(&node.kind, &mut words);
            let mut found = Vec::new();
            words.iter().for_each(|word| word.names(&mut found));
            names.extend(found.into_iter().cloned());
        }
        for name in names {
            let asked = self.tree.holes.get(&name).cloned().unwrap_or_else(|| name.clone());
            let known = (self.input.variable)(&asked).filter(Value::is_known).map(|value| written(&value));
            if let Some(text) = known {
                self.tree.initial.insert(name, text);
            }
        }
    }

    /// Numbers the conditions that guard something that matters.
    fn conditions(&mut self) -> Vec<Condition> {
        let found = super::test::guarding(&self.tree, &self.commands);
        let mut conditions: Vec<Condition> = Vec::new();
        for (key, at, names) in found {
            if self.tree.conditions.contains_key(&key) {
                continue;
            }
            let name = |name: &Arc<str>| self.tree.holes.get(name).unwrap_or(name).clone();
            let names: BTreeSet<Arc<str>> = names.iter().map(name).collect();
            self.tree.conditions.insert(key.clone(), conditions.len());
            conditions.push(Condition { at, written: key, names: names.into_iter().collect() });
        }
        conditions
    }
}

/// The environment of a command: what the script exported, over what the step has.
pub(super) struct Around<'l, 'a> {
    pub(super) lowerer: &'l Lowerer<'a>,
}

impl Surroundings for Around<'_, '_> {
    fn environment(&self, name: &str) -> Option<Value> {
        let scope = &self.lowerer.scope;
        let own = scope.variables.get(name).filter(|_| scope.exported.contains(name)).cloned();
        let outer = || self.lowerer.input.surroundings.environment(name);
        // A variable of the environment stays one when the script assigns to it.
        own.or_else(|| {
            let outer = outer()?;
            Some(scope.variables.get(name).cloned().unwrap_or(outer))
        })
    }

    fn earlier_step(&self, names: &[Arc<str>]) -> Option<volary_model::Map> {
        self.lowerer.input.surroundings.earlier_step(names)
    }

    fn earlier_commands(&self, texts: &[Arc<str>]) -> Vec<Invocation> {
        self.lowerer.input.surroundings.earlier_commands(texts)
    }

    fn config(&self, path: &str) -> Option<Value> {
        self.lowerer.input.surroundings.config(path)
    }
}
