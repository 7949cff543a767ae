//! Targets of makefiles, as far as their rules are simple.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use volary_model::{Origin, Role, Span, Value};
use volary_pipeline::Document;

use super::calls::{Called, clean};
use super::lower::{Lowerer, Unit};
use super::places::{Places, one_line};
use super::tree::{Act, FrameKind, Kind, Language, Member, NodeId, Simple};
use crate::recognise::{Argument, written};

/// A makefile.
#[derive(Debug, Default)]
pub(super) struct Makefile {
    rules: BTreeMap<String, Rule>,
    first: Option<String>,
    variables: BTreeMap<String, String>,
    exported: BTreeSet<String>,
    one_shell: bool,
    includes: bool,
}

#[derive(Clone, Debug, Default)]
struct Rule {
    needs: Vec<String>,
    /// Lines of the recipe, without their tab, with the byte at which they start.
    lines: Vec<(usize, String)>,
}

/// How `make` was called.
struct Make<'m> {
    file: &'m Makefile,
    document: &'m Document,
    variables: BTreeMap<String, String>,
    done: BTreeSet<String>,
    ignore: bool,
    errexit: bool,
    pipefail: bool,
}

/// Most text that one expansion of variables may become.
const MAX_EXPANDED: usize = 20_000;

impl Makefile {
    pub(super) fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut current: Vec<String> = Vec::new();
        let mut at = 0;
        let mut lines = text.split_inclusive('\n').peekable();
        let mut defining = false;
        while let Some(line) = lines.next() {
            let start = at;
            at += line.len();
            let mut whole = line.trim_end_matches(['\n', '\r']).to_owned();
            while whole.ends_with('\\') {
                let Some(next) = lines.next() else { break };
                at += next.len();
                whole.push('\n');
                whole.push_str(next.trim_end_matches(['\n', '\r']));
            }
            if defining || whole.starts_with("define ") {
                defining = whole.trim() != "endef";
                continue;
            }
            if let Some(recipe) = whole.strip_prefix('\t') {
                for name in &current {
                    if let Some(rule) = file.rules.get_mut(name) {
                        rule.lines.push((start + 1, recipe.to_owned()));
                    }
                }
                continue;
            }
            let logical = whole.replace("\\\n", " ");
            let logical = logical.split_once('#').map_or(logical.as_str(), |(before, _)| before).trim();
            if !logical.is_empty() {
                file.line(logical, start, &mut current);
            }
        }
        file
    }

    fn line(&mut self, line: &str, start: usize, current: &mut Vec<String>) {
        let word = line.split_whitespace().next().unwrap_or_default();
        if matches!(word, "include" | "-include" | "sinclude") {
            self.includes = true;
            return;
        }
        if matches!(word, "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif" | "vpath") {
            return;
        }
        let (exports, line) = match line.strip_prefix("export ").or_else(|| line.strip_prefix("override ")) {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        if let Some(equals) = line.find('=') {
            let (left, value) = (&line[..equals], line[equals + 1..].trim());
            let operator = left.chars().last().filter(|last| matches!(last, ':' | '?' | '+' | '!'));
            let name = left.trim_end_matches([':', '?', '+', '!']).trim();
            if !name.is_empty() && !name.contains([' ', ':', '\t']) {
                *current = Vec::new();
                if exports {
                    self.exported.insert(name.to_owned());
                }
                match operator {
                    Some('?') => {
                        self.variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
                    }
                    Some('+') => {
                        let known = self.variables.entry(name.to_owned()).or_default();
                        known.push(' ');
                        known.push_str(value);
                    }
                    Some('!') => {
                        self.variables.insert(name.to_owned(), "$(shell)".to_owned());
                    }
                    _ => {
                        self.variables.insert(name.to_owned(), value.to_owned());
                    }
                }
                return;
            }
        }
        let Some((targets, rest)) = line.split_once(':') else { return };
        let rest = rest.trim_start_matches(':');
        if rest.trim_start().contains('=') && !rest.contains(';') {
            // A variable of one target.
            return;
        }
        let (needs, recipe) = rest.split_once(';').map_or((rest, None), |(needs, recipe)| (needs, Some(recipe)));
        let needs: Vec<String> = needs.split_whitespace().filter(|word| *word != "|").map(str::to_owned).collect();
        *current = targets.split_whitespace().map(str::to_owned).collect();
        for target in current.iter() {
            if target == ".ONESHELL" {
                self.one_shell = true;
            }
            if self.first.is_none() && !target.starts_with('.') && !target.contains('%') {
                self.first = Some(target.clone());
            }
            let rule = self.rules.entry(target.clone()).or_default();
            rule.needs.extend(needs.iter().cloned());
            if let Some(recipe) = recipe {
                rule.lines.push((start, recipe.trim().to_owned()));
            }
        }
    }
}

impl Make<'_> {
    /// A text with what is known of its variables. The shell's own `$$` stays; what is not known becomes a variable of
    /// the shell.
    fn expand(&self, text: &str, target: &str, rule: &Rule, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let Some(next) = rest.chars().next() else { break };
            match next {
                '$' => {
                    out.push('$');
                    rest = &rest[1..];
                }
                '@' => {
                    out.push_str(target);
                    rest = &rest[1..];
                }
                '<' => {
                    out.push_str(rule.needs.first().map_or("", String::as_str));
                    rest = &rest[1..];
                }
                '^' => {
                    out.push_str(&rule.needs.join(" "));
                    rest = &rest[1..];
                }
                '(' | '{' => {
                    let close = if next == '(' { ')' } else { '}' };
                    let Some(end) = matching(rest, next, close) else {
                        out.push('$');
                        continue;
                    };
                    let name = rest[1..end].trim();
                    rest = &rest[end + 1..];
                    if name == "MAKE" {
                        out.push_str("make");
                        continue;
                    }
                    match self.variables.get(name) {
                        Some(value) if depth < 8 && out.len() < MAX_EXPANDED => {
                            let value = self.expand(value, target, rule, depth + 1);
                            out.push_str(value.get(..MAX_EXPANDED).unwrap_or(&value));
                        }
                        _ if super::words::is_name(name) => {
                            out.push_str("${");
                            out.push_str(name);
                            out.push('}');
                        }
                        _ => out.push_str("${_}"),
                    }
                }
                _ => {
                    out.push_str("${_}");
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// The closing bracket of the one that a text starts with.
fn matching(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

impl Lowerer<'_> {
    /// `make target ...`
    pub(super) fn make(&mut self, arguments: &[Argument], unit: &Rc<Unit>, at: Span, shown: &Arc<str>) -> Called {
        let mut folder = self.scope.folder.clone();
        let mut file = None;
        let mut targets = Vec::new();
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let (mut ignore, mut dry) = (false, false);
        let mut words = arguments.iter();
        while let Some(argument) = words.next() {
            let word = written(&argument.value);
            if let Some(rest) = word.strip_prefix("--directory=") {
                folder = self.folder(&Value::text(rest, argument.value.origin.clone()), unit);
            } else if matches!(&*word, "-C" | "--directory") {
                folder = words.next().and_then(|next| self.folder(&next.value, unit));
            } else if matches!(&*word, "-f" | "--file" | "--makefile") {
                file = words.next().map(|next| written(&next.value));
            } else if let Some(rest) = word.strip_prefix("--file=").or_else(|| word.strip_prefix("--makefile=")) {
                file = Some(rest.into());
            } else if matches!(&*word, "-j" | "--jobs") {
                let number = words
                    .as_slice()
                    .first()
                    .and_then(|next| next.value.as_text())
                    .is_some_and(|text| text.parse::<u32>().is_ok());
                if number {
                    words.next();
                }
            } else if word.starts_with('-') {
                let letters = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')).unwrap_or_default();
                ignore |= letters.contains('i') || &*word == "--ignore-errors";
                dry |= letters.contains('n') || matches!(&*word, "--dry-run" | "--just-print");
            } else if let Some((name, value)) = word.split_once('=') {
                given.insert(name.to_owned(), value.to_owned());
            } else {
                targets.push(word);
            }
        }
        if dry {
            return Called::No;
        }
        let Some(folder) = folder.or_else(|| self.scope.folder.is_none().then(|| "".into())) else {
            return Called::Opaque("the folder of the makefile is not known".into());
        };
        let names: Vec<String> = match &file {
            Some(file) => vec![file.to_string()],
            None => ["GNUmakefile", "makefile", "Makefile"].map(str::to_owned).to_vec(),
        };
        let document = names.iter().find_map(|name| self.read(&clean(&folder, name)?));
        let Some(document) = document else {
            let path = clean(&folder, names.last().map_or("Makefile", String::as_str)).unwrap_or_default();
            return Called::Opaque(format!("`{path}` is not in the tree").into());
        };
        let makefile = Makefile::parse(&document.text);
        if targets.is_empty() {
            targets.extend(makefile.first.as_deref().map(Arc::from));
        }
        let mut variables = makefile.variables.clone();
        variables.extend(given);
        let flags = variables.get(".SHELLFLAGS").cloned().unwrap_or_default();
        let errexit =
            flags.split_whitespace().any(|flag| flag.starts_with('-') && !flag.starts_with("--") && flag.contains('e'));
        let pipefail = flags.contains("pipefail");
        let mut make =
            Make { file: &makefile, document: &document, variables, done: BTreeSet::new(), ignore, errexit, pipefail };
        if self.through.len() >= self.limits.calls {
            self.cut = true;
            return Called::Opaque("targets call each other too deep to be read".into());
        }
        let mut nodes = Vec::new();
        self.through.push((shown.clone(), at));
        let outer = self.scope.clone();
        self.scope = outer.for_process(None);
        self.scope.folder = Some(folder);
        for (name, value) in &make.variables {
            if make.file.exported.contains(name) && !value.contains('$') {
                let value = Value::text(value.as_str(), Origin::at(at, Role::Attribute));
                self.scope.set(name, value);
                self.scope.export(name);
            }
        }
        let mut unknown = None;
        for target in &targets {
            match self.target(&mut make, target, at, 0) {
                Some(node) => nodes.push(node),
                None => unknown = Some(target.clone()),
            }
        }
        self.scope = outer;
        self.through.pop();
        if let Some(target) = unknown {
            let why = if make.file.includes { "includes other files that are not read" } else { "has no such target" };
            return Called::Opaque(format!("the target `{target}`: `{}` {why}", document.path).into());
        }
        let body = self.add(Kind::Sequence(nodes), at, shown.clone());
        let kind = FrameKind::Process { language: Language::Posix, errexit: true, pipefail: false };
        Called::Frame(self.frame(kind, None, body, at))
    }

    /// A target with what it needs; nothing where the makefile does not have it.
    fn target(&mut self, make: &mut Make<'_>, target: &str, at: Span, depth: usize) -> Option<NodeId> {
        let rule = make.file.rules.get(target)?.clone();
        let key: Arc<str> = format!("{}:{target}", make.document.path).into();
        let mut nodes = Vec::new();
        if depth > 30 || !self.room() || self.open.contains(&key) {
            self.cut = true;
            return Some(self.nothing(at));
        }
        if !make.done.insert(target.to_owned()) {
            return Some(self.nothing(at));
        }
        self.open.push(key);
        self.depth += 1;
        for need in &rule.needs {
            let need = make.expand(need, target, &rule, 0);
            for need in need.split_whitespace() {
                nodes.extend(self.target(make, need, at, depth + 1));
            }
        }
        if make.file.one_shell && rule.lines.len() > 1 {
            let start = rule.lines[0].0;
            let lines: Vec<&str> = rule.lines.iter().map(|(_, line)| line.as_str()).collect();
            nodes.push(self.recipe(make, target, &rule, start, &lines.join("\n")));
        } else {
            for (start, line) in &rule.lines {
                nodes.push(self.recipe(make, target, &rule, *start, line));
            }
        }
        self.depth -= 1;
        self.open.pop();
        Some(self.add(Kind::Sequence(nodes), at, one_line(target)))
    }

    /// A line of a recipe: a shell of its own.
    fn recipe(&mut self, make: &Make<'_>, target: &str, rule: &Rule, start: usize, line: &str) -> NodeId {
        let bare = line.trim_start_matches(['@', '-', '+', ' ', '\t']);
        let prefix = &line[..line.len() - bare.len()];
        let start = start + prefix.len();
        let text = make.expand(bare, target, rule, 0);
        let end = start + bare.len();
        let span = Span::new(make.document.file, start, end.min(make.document.text.len()));
        let places = if text == bare { Places::File(make.document.file, start) } else { Places::One(span) };
        let kind = FrameKind::Process { language: Language::Posix, errexit: make.errexit, pipefail: make.pipefail };
        let made = self.inner_script(&text, places, Some(kind), span);
        if !prefix.contains('-') && !make.ignore {
            return made;
        }
        // A dash: make goes on whatever it returns.
        let mark = Span::new(make.document.file, start - prefix.len(), start);
        let fine = self.add(Kind::Simple(Simple { act: Act::True, ..Simple::default() }), mark, "-".into());
        let rest = vec![Member { and: false, node: fine, at: mark, written: "-".into() }];
        self.add(Kind::Joined { first: made, rest }, span, one_line(line))
    }
}
