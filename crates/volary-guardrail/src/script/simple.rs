//! Simple commands: builtins of the shell, functions, programs.

use std::rc::Rc;
use std::sync::Arc;

use volary_document::shell;
use volary_model::{Reason, ReasonKind, Span, Value};

use super::calls::Called;
use super::lower::{Around, Lowerer, Unit};
use super::places::Places;
use super::posix::{find, redirections};
use super::tree::{Act, FrameKind, Kind, Language, NodeId, Piece, PowerEnd, ShellOption, Simple, Word};
use super::words::word;
use super::{Command, programs};
use crate::recognise::{Invocation, Program, ScriptLanguage, unwrap, written};

impl Lowerer<'_> {
    pub(super) fn simple(
        &mut self,
        unit: &Rc<Unit>,
        id: shell::NodeId,
        command: &shell::Command,
        at: Span,
        shown: &Arc<str>,
    ) -> NodeId {
        let node = unit.script.node(id);
        let (outputs, before) = self.substitutions(unit, node);
        let convert = |one: &shell::Word| word(one, &|text| find(&outputs, text));
        let words: Vec<Word> = command.name.iter().chain(&command.arguments).map(convert).collect();
        let mut assignments = Vec::new();
        for assignment in &command.assignments {
            let mut value = assignment.value.as_ref().map(convert).unwrap_or_default();
            if grows(unit, assignment) {
                value.pieces.insert(0, Piece::Variable(assignment.name.as_str().into()));
            }
            assignments.push((Arc::from(assignment.name.as_str()), value));
        }
        let mut simple = redirections(node, &outputs, Simple { words, assignments, before, ..Simple::default() });
        if command.name.is_none() {
            self.assign(unit, command);
            simple.act = Act::Assign;
            return self.add(Kind::Simple(simple), at, shown.clone());
        }
        // `if ${failed}`: a variable that holds `true` or `false`.
        if let (Some(shell::Word { parts, .. }), []) = (&command.name, command.arguments.as_slice())
            && let [shell::Part::Variable { name, .. }] = parts.as_slice()
            && self.scope.holds(name, &["true", "false"])
        {
            simple.act = Act::Test(super::tree::Test::Truthy(simple.words[0].clone()));
            return self.add(Kind::Simple(simple), at, shown.clone());
        }
        let name = command.name.as_ref().and_then(shell::Word::literal).unwrap_or_default();
        if let Some(act) = self.builtin(unit, &name, command, &simple, at) {
            simple.act = act;
            return self.add(Kind::Simple(simple), at, shown.clone());
        }
        if matches!(name.as_str(), "source" | ".") {
            return self.sourced(unit, command, simple, at, shown);
        }
        if self.scope.functions.contains_key(name.as_str()) {
            let words = simple.words.clone();
            if let Some(made) = self.call_function(&name, &words, unit, command, at) {
                return self.within(made, simple, at, shown);
            }
        }
        let made = self.program(unit, command, simple, at, shown);
        // What replaces the shell ends it.
        if name == "exec" && !command.arguments.is_empty() {
            let end = self.add(Kind::Simple(Simple { act: Act::Exit, ..Simple::default() }), at, "".into());
            return self.add(Kind::Sequence(vec![made, end]), at, shown.clone());
        }
        made
    }

    /// What is called, with the redirections and substitutions of the call.
    pub(super) fn within(&mut self, body: NodeId, how: Simple, at: Span, shown: &Arc<str>) -> NodeId {
        let plain = how.before.is_empty()
            && how.reads.is_empty()
            && how.texts.is_empty()
            && how.writes.is_empty()
            && how.assignments.is_empty()
            && !how.silent;
        if plain { body } else { self.add(Kind::Redirected { body, how }, at, shown.clone()) }
    }

    /// Assignments that stay.
    fn assign(&mut self, unit: &Unit, command: &shell::Command) {
        let bare = shell::Command { assignments: command.assignments.clone(), ..shell::Command::default() };
        let values = self.invocation(&bare, &unit.places).environment;
        for ((name, value), assignment) in values.into_iter().zip(&command.assignments) {
            let value = if grows(unit, assignment) {
                let before = self.variable(&name);
                match before.as_ref().and_then(Value::as_text).zip(value.as_text()) {
                    Some((before, more)) => Value::text(format!("{before}{more}"), value.origin.clone()),
                    None => Value::unknown(Reason::new(ReasonKind::NotEvaluated, format!("${{{name}}}")), value.origin),
                }
            } else {
                value
            };
            self.scope.set(&name, value);
        }
    }

    /// The commands of the shell itself; nothing where it is a program.
    fn builtin(
        &mut self,
        unit: &Rc<Unit>,
        name: &str,
        command: &shell::Command,
        simple: &Simple,
        at: Span,
    ) -> Option<Act> {
        let literal = |at: usize| command.arguments.get(at).and_then(shell::Word::literal);
        Some(match name {
            "[" | "[[" | "test" | "((" => Act::Test(super::test::posix(name, &simple.words[1..])),
            ":" | "true" => Act::True,
            "false" => Act::False,
            "exit" | "logout" => Act::Exit,
            "return" => Act::Return,
            "break" => Act::Break,
            "continue" => Act::Continue,
            "wait" => Act::Wait,
            "echo" | "printf" => Act::Echo,
            "read" | "mapfile" | "readarray" => {
                for name in command.arguments.iter().filter_map(shell::Word::literal) {
                    if super::words::is_name(&name) {
                        let reason = Reason::new(ReasonKind::NotEvaluated, format!("${{{name}}}"));
                        let origin = volary_model::Origin::at(at, volary_model::Role::Attribute);
                        self.scope.set(&name, Value::unknown(reason, origin));
                    }
                }
                Act::Read
            }
            "export" | "local" | "declare" | "typeset" | "readonly" | "set" if name != "set" => {
                self.assign(unit, command);
                let exports = name == "export" || literal(0).is_some_and(|option| option.starts_with("-x"));
                if exports {
                    for argument in &command.arguments {
                        let text = argument.prefix();
                        let name = text.split_once('=').map_or(text, |(name, _)| name);
                        if super::words::is_name(name) {
                            self.scope.export(name);
                        }
                    }
                }
                Act::Declare
            }
            "set" | "setopt" => Act::Set(options(command)),
            "trap" => self.trap(unit, command, at),
            "cd" | "pushd" => {
                let invocation = self.invocation(command, &unit.places);
                self.scope.folder = match invocation.words.get(1) {
                    Some(folder) => self.folder(&folder.value, unit),
                    None => None,
                };
                Act::Plain
            }
            "popd" => {
                self.scope.folder = self.input.folder.clone();
                Act::Plain
            }
            "shift" => {
                let count = literal(0).map_or(Some(1), |text| text.parse::<usize>().ok());
                let left = self.scope.arguments.as_ref().zip(count);
                self.scope.arguments = left.map(|(all, count)| Rc::new(all.iter().skip(count).cloned().collect()));
                Act::Shift
            }
            "unset" | "alias" | "umask" | "ulimit" | "shopt" | "hash" | "disown" | "jobs" | "getopts" => Act::Plain,
            "let" => Act::Plain,
            _ => return None,
        })
    }

    /// A program, or a script, a target or the like that is called.
    fn program(
        &mut self,
        unit: &Rc<Unit>,
        command: &shell::Command,
        simple: Simple,
        at: Span,
        shown: &Arc<str>,
    ) -> NodeId {
        let words: Vec<shell::Word> = command.name.iter().chain(&command.arguments).cloned().collect();
        let effective = shell::effective(&words);
        if let Some(inner) = effective.inner {
            let start = inner.range.start + 1;
            let places = if inner.exact {
                Places::Part(Box::new(unit.places.clone()), start)
            } else {
                Places::One(unit.places.span(inner.range.clone()))
            };
            let has = |option: &str| inner.options.iter().any(|known| known == option);
            let process =
                FrameKind::Process { language: Language::Posix, errexit: has("errexit"), pipefail: has("pipefail") };
            let own = effective.wrappers.last().is_none_or(|wrapper| wrapper != "eval");
            let made = self.inner_script(&inner.text, places, own.then_some(process), at);
            return self.within(made, simple, at, shown);
        }
        self.unwrapped(unit, command, simple, at, shown)
    }

    /// A program without a script of its own among its words.
    pub(super) fn unwrapped(
        &mut self,
        unit: &Rc<Unit>,
        command: &shell::Command,
        mut simple: Simple,
        at: Span,
        shown: &Arc<str>,
    ) -> NodeId {
        let invocation = self.invocation(command, &unit.places);
        let program = unwrap(&invocation);
        if let Some(script) = &program.script {
            let text = written(script);
            let places = Places::One(script.origin.span().unwrap_or(at));
            let errexit = invocation.words.iter().filter_map(|word| word.value.as_text()).any(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('c') && word.contains('e')
            });
            let language = match program.language {
                ScriptLanguage::Posix => Language::Posix,
                ScriptLanguage::PowerShell => Language::PowerShell(PowerEnd::LastStatement),
                ScriptLanguage::Cmd => Language::Cmd,
            };
            let errexit = errexit && language == Language::Posix;
            let kind = FrameKind::Process { language, errexit, pipefail: false };
            let made = self.inner_script(&text, places, Some(kind), at);
            return self.within(made, simple, at, shown);
        }
        let called = self.called(&program, &invocation, &simple.words, unit, at, shown);
        let opaque = match called {
            Called::Frame(made) => return self.within(made, simple, at, shown),
            Called::Before(made) => {
                let id = self.register(&program, &invocation, at, shown, None);
                simple.act = Act::Plain;
                simple.command = Some(id);
                let own = self.add(Kind::Simple(simple), at, shown.clone());
                // The command runs when what it calls first succeeded.
                return self.and(made, own, at, shown);
            }
            Called::Opaque(why) => Some(why),
            Called::No => None,
        };
        let mut act = programs::act(&program, &written_words(&invocation), &simple.texts);
        if opaque.is_some() && matches!(act, Act::Plain) {
            act = Act::Program;
        }
        simple.act = act;
        simple.command = Some(self.register(&program, &invocation, at, shown, opaque));
        self.add(Kind::Simple(simple), at, shown.clone())
    }

    /// The second statement runs when the first succeeds.
    pub(super) fn and(&mut self, first: NodeId, second: NodeId, at: Span, shown: &Arc<str>) -> NodeId {
        let member = super::tree::Member { and: true, node: second, at, written: shown.clone() };
        self.add(Kind::Joined { first, rest: vec![member] }, at, shown.clone())
    }

    /// Adds a command with what it does.
    pub(super) fn register(
        &mut self,
        program: &Program,
        invocation: &Invocation,
        at: Span,
        shown: &Arc<str>,
        opaque: Option<Arc<str>>,
    ) -> super::CommandId {
        let around = Around { lowerer: self };
        let roles =
            if invocation.words.is_empty() { Vec::new() } else { self.input.recognisers.program(program, &around) };
        let command = Command {
            at,
            through: self.through.clone(),
            written: shown.clone(),
            name: program.name.clone(),
            folder: self.scope.folder.clone(),
            opaque: opaque.filter(|_| roles.is_empty()),
            roles,
        };
        self.command(command)
    }
}

/// `NAME+=value`
fn grows(unit: &Unit, assignment: &shell::Assignment) -> bool {
    let text = unit.text.get(assignment.range.clone()).unwrap_or_default();
    text.get(assignment.name.len()..).is_some_and(|rest| rest.starts_with("+="))
}

/// The options of `set`.
fn options(command: &shell::Command) -> Vec<(ShellOption, bool)> {
    let mut options = Vec::new();
    let mut long = None;
    for text in command.arguments.iter().filter_map(shell::Word::literal) {
        if let Some(on) = long.take() {
            match text.as_str() {
                "errexit" => options.push((ShellOption::Errexit, on)),
                "pipefail" => options.push((ShellOption::Pipefail, on)),
                _ => {}
            }
            continue;
        }
        let (letters, on) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
            (Some("-"), _) => break,
            (Some(letters), _) => (letters, true),
            (_, Some(letters)) => (letters, false),
            _ => break,
        };
        if letters.contains('e') {
            options.push((ShellOption::Errexit, on));
        }
        if letters.contains('o') {
            long = Some(on);
        }
    }
    options
}

pub(super) fn written_words(invocation: &Invocation) -> Vec<Arc<str>> {
    invocation.words.iter().map(|word| written(&word.value)).collect()
}
