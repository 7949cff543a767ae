//! The commands of a script as policies see them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use volary_document::shell::{self, Kind, NodeId, Part, Script, Word};
use volary_model::{Data, Entry, Origin, Reason, ReasonKind, Role, Span, Value};

use super::tools;
use super::variables::{Joined, Scope};
use crate::entries::{bool_at, entry, number_at, text_at};

/// Most scripts inside of scripts (`sh -c 'sh -c ...'`).
const MAX_DEPTH: usize = 4;
/// Most names in `reads_from` and `pipes_to`.
const MAX_NAMES: usize = 16;
/// Most levels of nesting that are looked at for pipes.
const MAX_LEVELS: usize = 64;
/// Short options that are written as one word are taken apart up to this length (`-yq`).
const MAX_CLUSTER: usize = 6;

/// A command that is found in an instruction.
pub(super) struct Found {
    /// Its name, or `?` where it is not known; for addresses and the field `commands`.
    pub(super) name: String,
    /// Its subcommand, for addresses.
    pub(super) subcommand: Option<String>,
    /// Where it is written.
    pub(super) span: Span,
    /// Its fields.
    pub(super) fields: Vec<Entry>,
}

/// Where a script comes from.
pub(super) struct Source<'s> {
    /// The scope of its variables.
    pub(super) scope: &'s Scope,
    /// The instruction in which it stands, for the field `in`.
    pub(super) within: &'s str,
    /// The user that runs it.
    pub(super) user: Option<&'s Value>,
    /// The whole instruction: the place of what has no better one.
    pub(super) span: Span,
}

/// What holds when a script starts.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    pub(super) wrappers: Vec<String>,
    reads: Vec<String>,
    pipes: Vec<String>,
    nested: bool,
    after: Option<&'static str>,
    depth: usize,
}

impl State {
    /// Applies the options that a shell was started with.
    pub(super) fn with_options(mut self, options: &[String]) -> Self {
        self.errexit |= options.iter().any(|option| option == "errexit");
        self.pipefail |= options.iter().any(|option| option == "pipefail");
        self
    }
}

/// How offsets of a script become spans.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The script starts at this byte of the file.
    Exact(u32),
    /// It was put together: everything in it is at one place.
    All(Span),
}

impl Place {
    fn span(self, source: &Source<'_>, range: &Range<usize>) -> Span {
        match self {
            Self::Exact(start) => {
                // The end of a heredoc may have been added to a script that lacks it.
                let at = |offset: usize| (start as usize + offset).min(source.span.end as usize);
                Span::new(source.span.file, at(range.start), at(range.end))
            }
            Self::All(span) => span,
        }
    }
}

/// The commands of a script in order. Whether all of it was read.
pub(super) fn commands(text: &str, place: Place, state: &State, source: &Source<'_>, found: &mut Vec<Found>) -> bool {
    let script = shell::parse(text);
    let mut whole = !script.cut;
    let assigned = assigned(&script);
    let scene = Scene { text, script: &script, source, place, assigned: &assigned };
    let effective: BTreeMap<NodeId, Line> =
        script.commands().filter_map(|(id, command)| Some((id, line(command)?))).collect();
    let mut state = state.clone();
    let ids: Vec<NodeId> = script.commands().map(|(id, _)| id).collect();
    for id in ids {
        let Some(line) = effective.get(&id) else { continue };
        set(line, &mut state);
        let (reads, pipes) = pipes(&script, id, &effective);
        let mut inner = state.clone();
        inner.wrappers.extend(line.wrappers.iter().cloned());
        inner.reads.extend(reads);
        inner.pipes.extend(pipes);
        inner.nested |= is_nested(&script, id);
        inner.after = operator(&script, id).or(state.after);
        let span = place.span(source, &script.node(id).range);
        if let Some(given) = &line.inner
            && state.depth < MAX_DEPTH
        {
            let before = found.len();
            let mut inner = inner.clone().with_options(&given.options);
            inner.depth += 1;
            let at = match (place, given.exact) {
                (Place::Exact(start), true) => Place::Exact(start + given.range.start as u32 + 1),
                _ => Place::All(place.span(source, &given.range)),
            };
            whole &= commands(&given.text, at, &inner, source, found);
            // A script of which nothing is known (`sh -c "$(curl ...)"`): what is known is the shell that runs it.
            if found[before..].iter().any(|found| found.name != "?") {
                continue;
            }
            found.truncate(before);
            inner.wrappers.pop();
            scene.emit(line, span, id, &inner, found);
            continue;
        }
        scene.emit(line, span, id, &inner, found);
    }
    whole
}

/// The command that a list of words is. Whether all of it was read.
pub(super) fn exec(words: &[(String, Span)], state: &State, source: &Source<'_>, found: &mut Vec<Found>) -> bool {
    let literal: Vec<Word> = words
        .iter()
        .enumerate()
        .map(|(index, (text, _))| Word { quoted: true, ..Word::literal_at(text, index..index + 1) })
        .collect();
    let effective = shell::effective(&literal);
    let mut state = state.clone();
    let mut whole = true;
    state.wrappers.extend(effective.wrappers.iter().cloned());
    if let Some(inner) = &effective.inner {
        let span = words.get(inner.range.start).map_or(source.span, |(_, span)| *span);
        let state = state.clone().with_options(&inner.options);
        let before = found.len();
        whole = commands(&inner.text, Place::All(span), &State { depth: 1, ..state }, source, found);
        if found.len() > before {
            return whole;
        }
    }
    let values: Vec<Value> = effective
        .words
        .iter()
        .map(|word| {
            let span = words.get(word.range.start).map_or(source.span, |(_, span)| *span);
            text_at(word.text(), span)
        })
        .collect();
    let text = words.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
    let span = match (words.first(), words.last()) {
        (Some((_, first)), Some((_, last))) => first.to(*last),
        _ => return whole,
    };
    found.push(described(&values, &text, span, &state, source, found.len(), Own::default()));
    whole
}

/// A simple command without its wrappers.
struct Line {
    words: Vec<Word>,
    wrappers: Vec<String>,
    inner: Option<shell::Inner>,
    name: String,
}

fn line(command: &shell::Command) -> Option<Line> {
    let all: Vec<Word> = command.name.iter().chain(&command.arguments).cloned().collect();
    let effective = shell::effective(&all);
    let first = effective.words.first()?;
    let name = first.literal().map_or_else(|| "?".to_owned(), |text| base_name(&text).to_owned());
    Some(Line { name, words: effective.words.clone(), wrappers: effective.wrappers.clone(), inner: effective.inner })
}

fn base_name(text: &str) -> &str {
    text.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(text)
}

/// The variables that a script sets itself: their values are not those of the Dockerfile.
fn assigned(script: &Script) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for node in &script.nodes {
        match &node.kind {
            Kind::Command(command) => {
                let name = command.name.as_ref().and_then(Word::literal);
                let alone = name.is_none() && command.arguments.is_empty();
                let declares = matches!(
                    name.as_deref(),
                    Some(
                        "export"
                            | "declare"
                            | "local"
                            | "readonly"
                            | "typeset"
                            | "read"
                            | "unset"
                            | "getopts"
                            | "mapfile"
                    )
                );
                if alone || declares {
                    names.extend(command.assignments.iter().map(|assignment| assignment.name.clone()));
                    names.extend(command.arguments.iter().filter_map(Word::literal));
                }
            }
            Kind::For { variable, .. } => {
                names.insert(variable.clone());
            }
            _ => {}
        }
    }
    names
}

/// Applies a command that is a `set`, and says whether it is one.
pub(super) fn apply_set(command: &shell::Command, state: &mut State) -> bool {
    let Some(line) = line(command).filter(|line| line.name == "set") else { return false };
    set(&line, state);
    true
}

/// `set -euo pipefail` and its like.
fn set(line: &Line, state: &mut State) {
    if line.name != "set" || !line.wrappers.is_empty() {
        return;
    }
    let mut words = line.words[1..].iter().filter_map(Word::literal);
    while let Some(word) = words.next() {
        let on = word.starts_with('-');
        let Some(letters) = word.strip_prefix(['-', '+']).filter(|letters| !letters.starts_with('-')) else { return };
        for letter in letters.chars() {
            match letter {
                'e' => state.errexit = on,
                'o' => match words.next().as_deref() {
                    Some("errexit") => state.errexit = on,
                    Some("pipefail") => state.pipefail = on,
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

/// What stands before a command: of the first command of a pipe or list, what stands before the whole.
fn operator(script: &Script, id: NodeId) -> Option<&'static str> {
    for at in script.ancestors(id).take(MAX_LEVELS) {
        let node = script.node(at);
        if let Some(operator) = node.after {
            return Some(match operator {
                shell::Operator::PipeBoth => "|",
                other => other.as_str(),
            });
        }
        let parent = node.parent?;
        if !matches!(script.node(parent).kind, Kind::AndOr | Kind::Pipeline | Kind::Negation | Kind::Sequence) {
            return None;
        }
    }
    None
}

fn is_nested(script: &Script, id: NodeId) -> bool {
    script.ancestors(id).skip(1).take(MAX_LEVELS).any(|at| {
        !matches!(script.node(at).kind, Kind::AndOr | Kind::Pipeline | Kind::Negation | Kind::Sequence | Kind::Group)
    })
}

/// The names of the commands whose output a command reads, and of those that read its own.
fn pipes(script: &Script, id: NodeId, lines: &BTreeMap<NodeId, Line>) -> (Vec<String>, Vec<String>) {
    let mut reads = Vec::new();
    let mut pipes = Vec::new();
    for child in &script.node(id).children {
        if script.node(*child).role == shell::Role::Word {
            names_below(script, *child, lines, &mut reads);
        }
    }
    for at in script.ancestors(id).take(MAX_LEVELS) {
        let node = script.node(at);
        if node.role == shell::Role::Word {
            break;
        }
        let Some(parent) = node.parent else { break };
        let parent = script.node(parent);
        if !matches!(parent.kind, Kind::Pipeline) {
            continue;
        }
        let Ok(position) = parent.children.binary_search(&at) else { continue };
        for before in parent.children[..position].iter().rev().take(MAX_NAMES) {
            names_below(script, *before, lines, &mut reads);
        }
        for behind in parent.children[position + 1..].iter().take(MAX_NAMES) {
            names_below(script, *behind, lines, &mut pipes);
        }
    }
    (reads, pipes)
}

/// The names of the commands in a node, those in its words left out.
fn names_below(script: &Script, id: NodeId, lines: &BTreeMap<NodeId, Line>, names: &mut Vec<String>) {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if names.len() >= MAX_NAMES {
            return;
        }
        if let Some(line) = lines.get(&id) {
            names.push(line.name.clone());
        }
        let children = script.node(id).children.iter().rev();
        open.extend(children.filter(|child| script.node(**child).role != shell::Role::Word).take(MAX_NAMES));
    }
}

/// A script that is read.
struct Scene<'s> {
    text: &'s str,
    script: &'s Script,
    source: &'s Source<'s>,
    place: Place,
    assigned: &'s BTreeSet<String>,
}

impl Scene<'_> {
    fn emit(&self, line: &Line, span: Span, id: NodeId, state: &State, found: &mut Vec<Found>) {
        let node = self.script.node(id);
        let Kind::Command(command) = &node.kind else { return };
        let resolver = Resolver { source: self.source, assigned: self.assigned, place: self.place };
        let values: Vec<Value> = line.words.iter().flat_map(|word| resolver.values(word)).collect();
        let assignments = command.assignments.iter().map(|assignment| {
            let at = self.place.span(self.source, &assignment.range);
            let value = match &assignment.value {
                Some(word) => resolver.joined(word),
                None => text_at("", at),
            };
            entry(assignment.name.as_str(), value)
        });
        let assignments: Vec<Entry> = assignments.collect();
        let redirects =
            node.redirects.iter().filter(|redirect| !redirect.operator.starts_with("<<")).filter_map(|redirect| {
                let target = redirect.target.as_ref()?;
                Some(resolver.joined(target))
            });
        let redirects: Vec<Value> = redirects.collect();
        let written = self.text.get(node.range.clone()).unwrap_or_default();
        let written = written.replace("\\\n", " ");
        let words: Vec<&str> = written.split_whitespace().collect();
        let command =
            described(&values, &words.join(" "), span, state, self.source, found.len(), Own { assignments, redirects });
        found.push(command);
    }
}

/// Resolves the words of a script.
struct Resolver<'r> {
    source: &'r Source<'r>,
    assigned: &'r BTreeSet<String>,
    place: Place,
}

impl Resolver<'_> {
    fn variable(&self, name: &str) -> Option<&Value> {
        if self.assigned.contains(name) { None } else { self.source.scope.get(name) }
    }

    /// The values of a word: several where it is one variable without quotes whose value has blanks.
    fn values(&self, word: &Word) -> Vec<Value> {
        if let [Part::Variable { name, quoted: false }] = word.parts.as_slice()
            && let Some(value) = self.variable(name)
            && let Some(text) = value.as_text()
        {
            let span = self.place.span(self.source, &word.range);
            let origin = Origin::through(span, Role::Attribute, &value.origin);
            return text.split_whitespace().map(|part| Value::text(part, origin.clone())).collect();
        }
        vec![self.joined(word)]
    }

    fn joined(&self, word: &Word) -> Value {
        let mut joined = Joined::default();
        for part in &word.parts {
            match part {
                Part::Literal(text) => joined.text(text),
                Part::Variable { name, .. } => match self.variable(name) {
                    Some(value) => joined.value_of(value),
                    None => joined.hole(Reason::new(ReasonKind::NotEvaluated, format!("${name}")), None),
                },
                Part::Substitution(written) | Part::Expansion(written) => {
                    let shown: String = written.chars().take(60).collect();
                    joined.hole(Reason::new(ReasonKind::NotEvaluated, shown), None);
                }
            }
        }
        joined.value(self.place.span(self.source, &word.range))
    }
}

/// What a command has of its own besides words.
#[derive(Default)]
struct Own {
    assignments: Vec<Entry>,
    redirects: Vec<Value>,
}

/// A command's fields.
fn described(
    values: &[Value],
    text: &str,
    span: Span,
    state: &State,
    source: &Source<'_>,
    index: usize,
    own: Own,
) -> Found {
    let place = || Origin::at(span, Role::Block);
    let name = values.first().cloned().unwrap_or_else(|| text_at("", span));
    let name = match &name.data {
        Data::Text(text) => Value::text(base_name(text), name.origin.clone()),
        _ => name,
    };
    let plain = name.as_text().unwrap_or("?").to_owned();
    let arguments = values.get(1..).unwrap_or_default();
    let read = arguments_of(&plain, arguments);
    let names = |names: &[String]| {
        Value::list(names.iter().take(MAX_NAMES).map(|name| text_at(name.as_str(), span)).collect(), place())
    };
    let mut fields = vec![entry("name", name), entry("in", text_at(source.within, span))];
    fields.push(entry("arguments", Value::list(arguments.to_vec(), place())));
    fields.push(entry("options", Value::list(read.options, place())));
    let subcommand = read.subcommand.as_ref().and_then(Value::as_text).map(str::to_owned);
    fields.extend(read.subcommand.map(|value| entry("subcommand", value)));
    fields.push(entry("operands", Value::list(read.operands, place())));
    fields.push(entry("text", text_at(text, span)));
    fields.push(entry("wrappers", names(&state.wrappers)));
    fields.push(entry("index", number_at(index, span)));
    fields.push(entry("after", text_at(state.after.unwrap_or(""), span)));
    fields.push(entry("reads_from", names(&state.reads)));
    fields.push(entry("pipes_to", names(&state.pipes)));
    fields.push(entry("nested", bool_at(state.nested, span)));
    fields.push(entry("pipefail", bool_at(state.pipefail, span)));
    fields.push(entry("errexit", bool_at(state.errexit, span)));
    fields.extend(source.user.map(|user| entry("user", user.clone())));
    fields.push(entry("assignments", Value::map(own.assignments, place())));
    fields.push(entry("redirects", Value::list(own.redirects, place())));
    Found { name: plain, subcommand, span, fields }
}

/// Arguments told apart.
struct Arguments {
    options: Vec<Value>,
    subcommand: Option<Value>,
    operands: Vec<Value>,
}

fn arguments_of(name: &str, arguments: &[Value]) -> Arguments {
    let tool = tools::tool(name);
    let mut read = Arguments { options: Vec::new(), subcommand: None, operands: Vec::new() };
    let mut wants_subcommand = tool.is_some_and(|tool| tool.subcommands);
    let mut behind_dashes = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let start = match &argument.data {
            Data::Text(text) => text,
            Data::Unknown(unknown) => unknown.prefix(),
            _ => "",
        };
        if behind_dashes || !start.starts_with('-') || start == "-" {
            if std::mem::take(&mut wants_subcommand) {
                read.subcommand = Some(argument.clone());
            } else {
                read.operands.push(argument.clone());
            }
            continue;
        }
        let Some(text) = argument.as_text() else {
            read.options.push(argument.clone());
            continue;
        };
        if text == "--" {
            behind_dashes = true;
            continue;
        }
        read.options.push(argument.clone());
        let derived = |text: String| Value::text(text, argument.origin.clone());
        if let Some((option, _)) = text.split_once('=') {
            read.options.push(derived(option.to_owned()));
        } else if text.len() > 2
            && text.len() <= MAX_CLUSTER
            && text[1..].bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            read.options.extend(text[1..].chars().map(|letter| derived(format!("-{letter}"))));
        }
        if tool.is_some_and(|tool| tool.takes_value(text)) {
            rest.next();
        }
    }
    read
}
