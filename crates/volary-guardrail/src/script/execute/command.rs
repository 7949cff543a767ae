//! Simple commands.

use std::sync::Arc;

use super::super::tree::{Act, Language, NodeId, ShellOption, Simple, Word};
use super::super::{CommandId, FlowKind};
use super::Run;
use super::state::{Code, Exit, Mark, Outcome, State, Value};
use super::values::{clean, file_name};
use crate::recognise::{Findings, Outcome as OnFindings, Role, written};
use crate::tri::Tri;

impl<'a> Run<'a> {
    /// Runs substitutions; the values of their outputs.
    pub(super) fn substitutions(&mut self, before: &[NodeId], mut state: State) -> (State, Vec<Value>) {
        let mut outputs = Vec::new();
        for id in before {
            let outer = state.output;
            state.output = Mark::None;
            // A substitution does not inherit errexit.
            let next = self.process(*id, state.clone(), |inner| inner.errexit = false, true);
            outputs.push(Value::unknown(next.output));
            state.take(&next);
            state.output = outer;
            state.exit = next.exit;
        }
        (state, outputs)
    }

    pub(super) fn redirected(&mut self, body: NodeId, how: &'a Simple, state: State, tested: bool) -> Outcome {
        let (mut state, outputs) = self.substitutions(&how.before, state);
        let (outer_input, outer_output) = (state.input, state.output);
        state.input = state.input.max(self.given(how, &outputs, &state));
        state.output = Mark::None;
        for (name, word) in &how.assignments {
            let value = self.word(word, &outputs, &state);
            state.set(name, value);
        }
        let mut outcome = self.node(body, state, tested);
        for state in [&mut outcome.next, &mut outcome.exit, &mut outcome.back, &mut outcome.leave].into_iter().flatten()
        {
            let mark = state.output;
            self.wrote(how, &outputs, mark, state);
            state.input = outer_input;
            state.output = if how.silent { outer_output } else { outer_output.max(mark) };
        }
        outcome
    }

    /// What a command is given to read besides standard input.
    fn given(&self, simple: &Simple, outputs: &[Value], state: &State) -> Mark {
        let mut mark = Mark::None;
        for word in &simple.reads {
            let value = self.word(word, outputs, state);
            let file = value.text.clone().unwrap_or_else(|| file_name(&value, word));
            mark = mark.max(value.mark).max(self.file(&file, state));
        }
        for word in &simple.texts {
            mark = mark.max(self.word(word, outputs, state).mark);
            // Code in another language names the files that it reads.
            if let Some(text) = word.literal() {
                let named = state.files.iter().filter(|(path, _)| path.len() > 3 && text.contains(&***path));
                mark = mark.max(named.map(|(_, mark)| *mark).max().unwrap_or_default());
            }
        }
        mark
    }

    /// Its output goes to these files.
    fn wrote(&mut self, simple: &Simple, outputs: &[Value], mark: Mark, state: &mut State) {
        for word in &simple.writes {
            let value = self.word(word, outputs, state);
            let path = file_name(&value, word);
            // Files through which the platform is told something are none of the step's own.
            if !path.contains("GITHUB_") {
                let mark = mark.max(state.control);
                state.mark_file(&path, mark);
            }
        }
    }

    pub(super) fn simple(&mut self, id: NodeId, simple: &'a Simple, state: State, tested: bool) -> Outcome {
        let mut state = state;
        // Of PowerShell only programs take the exit code's place.
        let power = matches!(state.language, Language::PowerShell(_));
        let idle = power && simple.command.is_none() && !asks_status(simple) && !matches!(simple.act, Act::Exit)
            || power && matches!(simple.act, Act::Cmdlet);
        if let Some(pending) = state.pending.take_if(|_| !idle)
            && !asks_status(simple)
        {
            let (kind, text) = match &simple.act {
                Act::Exit if simple.words.len() > 1 => {
                    (FlowKind::ForcedResult, "the script ends with a result of its own".to_owned())
                }
                _ => (
                    FlowKind::NoErrexit,
                    format!("the script goes on after `{}`; a later command decides", pending.written),
                ),
            };
            let node = self.tree.nodes.get(id as usize);
            let (at, shown) = match (&simple.act, node) {
                (Act::Exit, Some(node)) if simple.words.len() > 1 => (node.at, node.written.clone()),
                _ => (pending.at, pending.written.clone()),
            };
            self.fact(kind, at, &shown, text);
        }
        let asked = state.exit;
        let (mut state, outputs) = self.substitutions(&simple.before, state);
        let substituted = if simple.before.is_empty() { None } else { Some(state.exit) };
        if let Some(exit) = &substituted
            && exit.found()
            && !matches!(simple.act, Act::Assign)
            && let Some(node) = self.tree.nodes.get(id as usize)
        {
            let (at, shown) = (node.at, node.written.clone());
            let text = "the exit code of what runs inside of a word is lost".to_owned();
            self.fact(FlowKind::Substitution, at, &shown, text);
        }
        // `$?` is that of the command before, in assignments too.
        state.exit = asked;
        let values: Vec<Value> = simple.words.iter().map(|word| self.word(word, &outputs, &state)).collect();
        let assigned: Vec<Value> =
            simple.assignments.iter().map(|(_, word)| self.word(word, &outputs, &state)).collect();
        let given = self.given(simple, &outputs, &state);
        let named = self.named(&simple.words, &values, &state);
        let words = values.iter().map(|value| value.mark).max().unwrap_or_default();
        let input = state.input.max(given).max(named).max(words);
        let mut output = Mark::None;
        let mut ends = End::Goes;
        if let Some(command) = simple.command {
            self.ran.push((command, Tri::from(self.certain).or(Tri::Unknown)));
        }
        let judged = |mark: Mark| match mark {
            Mark::None => Exit::ZERO,
            mark => Exit::new(Code::Judged, mark),
        };
        let mut exit = match &simple.act {
            Act::Assign => substituted.unwrap_or(Exit::ZERO),
            Act::Declare | Act::True | Act::Set(_) | Act::TrapExit(_) => Exit::ZERO,
            Act::False => Exit::new(Code::NonZero, state.control),
            Act::Test(test) => {
                let truth = self.test(test, &outputs, &state);
                match (truth.value, truth.mark) {
                    (None, Mark::None) => self.chosen(id),
                    _ => truth.exit(),
                }
            }
            Act::Echo => {
                output = words;
                let texts: Vec<Value> = values.iter().skip(1).cloned().collect();
                self.said(simple, &texts, &outputs, &mut state);
                Exit::ZERO
            }
            Act::Read => {
                for word in simple.words.iter().skip(1).filter_map(Word::literal) {
                    if super::super::words::is_name(&word) {
                        state.set(&word, Value::unknown(state.input.max(given)));
                    }
                }
                Exit::ZERO
            }
            Act::Keep(name) => {
                output = input;
                state.set(name, Value::unknown(input));
                Exit::ZERO
            }
            Act::Filter => {
                output = input;
                if values
                    .first()
                    .and_then(|value| value.text.as_deref())
                    .is_some_and(|name| matches!(name, "tee" | "cp" | "mv"))
                {
                    for (value, word) in values.iter().zip(&simple.words).skip(1) {
                        state.mark_file(&file_name(value, word), input);
                    }
                }
                Exit::ZERO
            }
            Act::Match { quiet } => {
                output = input;
                let mut exit = judged(input);
                exit.leaning = found_by(&values).and_then(|positive| match input {
                    Mark::Dirty => Some(positive),
                    Mark::Clean => Some(!positive),
                    Mark::None => None,
                });
                match (input, tested, quiet) {
                    (Mark::None, true, _) => self.chosen(id),
                    // A search that nobody asks about prints what it finds.
                    (_, false, false) => Exit::ZERO,
                    _ => exit,
                }
            }
            Act::Judge => {
                output = input;
                if input == Mark::None && tested { self.chosen(id) } else { judged(input) }
            }
            Act::Program => {
                output = input;
                match input {
                    Mark::None if tested => self.chosen(id),
                    Mark::None => Exit::ZERO,
                    Mark::Clean => Exit::new(Code::Zero, Mark::Clean),
                    Mark::Dirty => {
                        if let Some(node) = self.tree.nodes.get(id as usize) {
                            let (at, shown) = (node.at, node.written.clone());
                            let text = format!("`{shown}` is given what was found and decides; it could not be read");
                            self.fact(FlowKind::Program, at, &shown, text);
                        }
                        Exit::new(Code::Unknown, Mark::Dirty)
                    }
                }
            }
            Act::Query => {
                output = input;
                if tested { self.chosen(id) } else { Exit::ZERO }
            }
            Act::Shift => {
                let count = match values.get(1) {
                    Some(value) => value.text.as_deref().and_then(|text| text.parse::<usize>().ok()),
                    None => Some(1),
                };
                let left = state.arguments.take().zip(count);
                state.arguments = left.map(|(all, count)| Arc::new(all.iter().skip(count).cloned().collect()));
                Exit::ZERO
            }
            Act::Wait => match (state.background, simple.words.len() > 1) {
                (Some(exit), true) => exit,
                _ => Exit::ZERO,
            },
            Act::Exit | Act::Return | Act::Throw => {
                ends = if matches!(simple.act, Act::Return) { End::Returns } else { End::Exits };
                let mut exit = match values.get(1) {
                    Some(value) => value.exit(),
                    None if matches!(simple.act, Act::Throw) => Exit::new(Code::NonZero, Mark::None),
                    None if state.language == Language::Posix => asked,
                    None => state.program,
                };
                if matches!(simple.act, Act::Throw) {
                    exit = Exit { code: Code::NonZero, mark: Mark::None, leaning: Some(false) };
                }
                if exit.code == Code::Judged && exit.mark == Mark::Dirty {
                    exit.code = Code::NonZero;
                }
                exit.mark = exit.mark.max(state.control);
                if exit.code == Code::NonZero && exit.mark == Mark::Dirty {
                    self.gate(id);
                }
                exit
            }
            Act::Raise if state.errexit => {
                ends = End::Exits;
                if state.control == Mark::Dirty {
                    self.gate(id);
                }
                Exit { code: Code::NonZero, mark: state.control, leaning: Some(false) }
            }
            Act::Raise => Exit::ZERO,
            Act::Break | Act::Continue => {
                ends = End::Leaves;
                Exit::ZERO
            }
            Act::Plain | Act::Cmdlet => {
                output = input;
                Exit::ZERO
            }
        };
        if let Some(command) = simple.command {
            self.found(command, simple, &values, input, &mut exit, &mut output, &mut state);
        }
        match &simple.act {
            Act::Set(options) => {
                for (option, on) in options {
                    match option {
                        ShellOption::Errexit => state.errexit = *on,
                        ShellOption::Pipefail => state.pipefail = *on,
                        ShellOption::Native => state.native = *on,
                    }
                }
            }
            Act::TrapExit(node) => state.trap = Some(*node),
            _ => {}
        }
        if matches!(simple.act, Act::Assign | Act::Declare) {
            for ((name, _), value) in simple.assignments.iter().zip(assigned) {
                state.set(name, value);
            }
        }
        self.wrote(simple, &outputs, output, &mut state);
        if !simple.silent {
            state.output = state.output.max(output);
        }
        if power && simple.command.is_some() {
            let error = matches!(simple.act, Act::Cmdlet) || state.native;
            if !matches!(simple.act, Act::Cmdlet) {
                state.program = exit;
                if exit.found()
                    && let Some(node) = self.tree.nodes.get(id as usize)
                {
                    state.pending = Some(super::state::Pending { at: node.at, written: node.written.clone() });
                }
            }
            match exit.code {
                Code::NonZero if error && state.errexit => {
                    ends = End::Exits;
                    exit.leaning = Some(false);
                }
                _ => {}
            }
        }
        if state.language == Language::Cmd && simple.command.is_some()
            || state.language != Language::Posix && matches!(simple.act, Act::Exit)
        {
            state.program = exit;
        }
        state.pipe = Arc::new(vec![exit]);
        state.exit = exit;
        match ends {
            End::Goes => self.checked(id, state, tested),
            End::Exits => Outcome { exit: Some(state), ..Outcome::default() },
            End::Returns => Outcome { back: Some(state), ..Outcome::default() },
            End::Leaves => Outcome { leave: Some(state), ..Outcome::default() },
        }
    }

    /// A question that the files do not answer.
    fn chosen(&self, id: NodeId) -> Exit {
        let node = self.tree.nodes.get(id as usize);
        let index = node.and_then(|node| self.tree.conditions.get(&node.written));
        let code = match index.and_then(|index| (self.scenario.choices)(*index)) {
            Some(true) => Code::Zero,
            Some(false) => Code::NonZero,
            None => Code::Unknown,
        };
        Exit::new(code, Mark::None)
    }

    /// What the files that are named among the words follow from.
    fn named(&self, words: &[Word], values: &[Value], state: &State) -> Mark {
        if state.files.is_empty() {
            return Mark::None;
        }
        let mut mark = Mark::None;
        for (word, value) in words.iter().zip(values).skip(1) {
            let text = value.text.clone().unwrap_or_else(|| file_name(value, word));
            let last = text.rsplit(['=', ':']).next().unwrap_or(&text);
            mark = mark.max(self.file(&text, state)).max(self.file(last, state));
            if text.contains(char::is_whitespace) {
                // Code in another language.
                let named = state.files.iter().filter(|(path, _)| path.len() > 3 && text.contains(&***path));
                mark = mark.max(named.map(|(_, mark)| *mark).max().unwrap_or_default());
            }
        }
        mark
    }

    /// What a scan does on findings.
    #[allow(clippy::too_many_arguments)]
    fn found(
        &self,
        command: CommandId,
        simple: &Simple,
        values: &[Value],
        input: Mark,
        exit: &mut Exit,
        output: &mut Mark,
        state: &mut State,
    ) {
        let Some(known) = self.analysed.command(command) else { return };
        let findings = known.roles.iter().filter_map(|it| match &it.role {
            Role::Control(control) => Some(&control.findings),
            Role::Breaker(breaker) => Some(&breaker.findings),
            _ => None,
        });
        let findings: Vec<&Findings> = findings.filter(|it| it.outcome != OnFindings::Nothing).collect();
        let finds = self.scenario.finding.contains(&command);
        if findings.is_empty() && !finds {
            return;
        }
        let mark = if finds { Mark::Dirty } else { Mark::Clean };
        *output = (*output).max(mark);
        if finds {
            let outcomes: Vec<OnFindings> = findings.iter().map(|it| it.outcome).collect();
            let all = |outcome: OnFindings| outcomes.iter().all(|it| *it == outcome);
            *exit = match outcomes.first() {
                Some(OnFindings::Stops) if all(OnFindings::Stops) => Exit::new(Code::NonZero, Mark::Dirty),
                None => Exit::ZERO,
                _ if all(OnFindings::Reports) => Exit::ZERO,
                _ => Exit::new(Code::Unknown, Mark::Dirty),
            };
        } else if input != Mark::None && known.name.as_deref().is_some_and(|name| matches!(name, "conftest" | "opa")) {
            *exit = Exit::new(Code::Judged, input);
        } else {
            *exit = Exit::new(Code::Zero, Mark::Clean);
        }
        for report in findings.iter().flat_map(|it| &it.report) {
            state.mark_file(clean(&written(report)), mark);
        }
        // Files that it is told to write, whatever the option is called.
        for (at, value) in values.iter().enumerate() {
            let Some(text) = value.text.as_deref().filter(|text| text.starts_with('-')) else { continue };
            let (option, inline) = text.split_once('=').map_or((text, None), |(option, value)| (option, Some(value)));
            let bare = option.trim_start_matches('-').to_ascii_lowercase();
            let writes = bare == "o"
                || bare.contains("output")
                || bare.contains("report")
                || bare.ends_with("file")
                || bare == "out";
            if !writes || bare.contains("format") {
                continue;
            }
            match inline {
                Some(path) => state.mark_file(clean(path), mark),
                None => {
                    if let (Some(value), Some(word)) = (values.get(at + 1), simple.words.get(at + 1)) {
                        let path = file_name(value, word);
                        let is_file = path.contains('.') || path.contains('/') || path.contains('$');
                        if is_file {
                            state.mark_file(&path, mark);
                        }
                    }
                }
            }
        }
    }

    /// Output that the platform reads: variables for later steps, results.
    fn said(&self, simple: &Simple, texts: &[Value], outputs: &[Value], state: &mut State) {
        let mark = texts.iter().map(|value| value.mark).max().unwrap_or_default().max(state.control);
        let first = texts.iter().position(|value| {
            value.text.as_deref().is_none_or(|text| !matches!(text, "-e" | "-n" | "-E" | "-en" | "-ne"))
        });
        let texts = &texts[first.unwrap_or(0)..];
        let shown = |at: usize| -> Option<String> {
            let value = texts.get(at)?;
            value.text.as_deref().map(str::to_owned)
        };
        // Of a text that is not known its literal start is.
        let offset = simple.words.len().saturating_sub(texts.len());
        let start = simple.words.get(offset).and_then(|word| match word.pieces.first() {
            Some(super::super::tree::Piece::Text(text)) => Some(text.to_string()),
            _ => None,
        });
        let text = shown(0).or(start).unwrap_or_default();
        let known = texts.iter().all(|value| value.text.is_some());
        if self.tree.azure {
            self.azure_says(&text, known, mark, state);
        }
        for word in &simple.writes {
            let target = self.word(word, outputs, state);
            let target = file_name(&target, word);
            let step = match () {
                () if target.contains("GITHUB_OUTPUT") => true,
                () if target.contains("GITHUB_ENV") => false,
                () => continue,
            };
            let Some((name, value)) = text.split_once('=') else { continue };
            let name: Arc<str> = match (&self.tree.step, step) {
                (Some(id), true) => format!("steps.{id}.outputs.{}", name.trim()).into(),
                _ => name.trim().into(),
            };
            let value = if known { Value { mark, ..Value::known(value) } } else { Value::unknown(mark) };
            Arc::make_mut(&mut state.outputs).insert(name, value);
        }
    }

    /// `##vso[task.complete result=Failed]`, `##vso[task.setvariable variable=NAME]value`
    fn azure_says(&self, text: &str, known: bool, mark: Mark, state: &mut State) {
        let Some((command, value)) = text.split_once("##vso[").and_then(|(_, rest)| rest.split_once(']')) else {
            return;
        };
        let (name, properties) = command.split_once(' ').unwrap_or((command, ""));
        let property = |wanted: &str| {
            properties.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
            })
        };
        match name.to_ascii_lowercase().as_str() {
            "task.complete" if property("result").is_some_and(|result| result.eq_ignore_ascii_case("failed")) => {
                state.failed = true;
            }
            "task.setvariable" => {
                let Some(name) = property("variable") else { return };
                let value = if known { Value { mark, ..Value::known(value) } } else { Value::unknown(mark) };
                let outputs = Arc::make_mut(&mut state.outputs);
                if let Some(step) = self
                    .tree
                    .step
                    .as_ref()
                    .filter(|_| property("isoutput").is_some_and(|is| is.eq_ignore_ascii_case("true")))
                {
                    outputs.insert(format!("{step}.{name}").into(), value.clone());
                }
                outputs.insert(name.into(), value);
            }
            _ => {}
        }
    }
}

/// How a simple command goes on.
#[derive(Clone, Copy)]
enum End {
    Goes,
    Exits,
    Returns,
    Leaves,
}

/// Whether a command reads the exit code of the one before.
fn asks_status(simple: &Simple) -> bool {
    let mut names = Vec::new();
    let words = simple.words.iter().chain(simple.assignments.iter().map(|(_, word)| word));
    words.for_each(|word| word.names(&mut names));
    if let Act::Test(test) = &simple.act {
        let mut words = Vec::new();
        test.words(&mut words);
        words.iter().for_each(|word| word.names(&mut names));
    }
    let by_name = names
        .iter()
        .any(|name| &***name == "?" || name.starts_with("PIPESTATUS") || name.eq_ignore_ascii_case("LASTEXITCODE"));
    let bare = matches!(simple.act, Act::Exit | Act::Return) && simple.words.len() <= 1;
    by_name || bare
}

/// Whether a search looks for findings (true) or for their absence (false), by its words.
fn found_by(values: &[Value]) -> Option<bool> {
    let inverted =
        values.iter().skip(1).filter_map(|value| value.text.as_deref()).any(|text| {
            text == "--invert-match" || text.starts_with('-') && !text.starts_with("--") && text.contains('v')
        });
    let pattern =
        values.iter().skip(1).filter_map(|value| value.text.as_deref()).find(|text| !text.starts_with('-'))?;
    let lower = pattern.to_ascii_lowercase();
    let none = ["0 ", "no ", "none", "pass", "success", "clean", " 0", ":0", "\"ok\"", "not found"]
        .iter()
        .any(|mark| lower.contains(mark));
    let some = [
        "critical", "high", "fail", "vulnerab", "severity", "error", "found", "issue", "cve-", "warn", "medium",
        "total", "danger", "leak", "secret",
    ]
    .iter()
    .any(|mark| lower.contains(mark));
    let positive = match (none, some) {
        (true, _) => false,
        (false, true) => true,
        _ => return None,
    };
    Some(positive != inverted)
}
