//! Tasks of `Taskfile.yml` and recipes of `justfile`.

use std::sync::Arc;

use volary_document::yaml;
use volary_model::{Data, Map, Span, Value};
use volary_pipeline::Document;

use super::calls::{Called, clean};
use super::lower::Lowerer;
use super::places::{Places, one_line};
use super::tree::{Act, FrameKind, Kind, Language, Member, NodeId, Simple};
use crate::recognise::{Argument, written};

/// Each command is a shell of its own.
const SHELL: FrameKind = FrameKind::Process { language: Language::Posix, errexit: false, pipefail: false };
const TASK: FrameKind = FrameKind::Process { language: Language::Posix, errexit: true, pipefail: false };

impl Lowerer<'_> {
    /// `task NAME ...`
    pub(super) fn taskfile(&mut self, arguments: &[Argument], at: Span, shown: &Arc<str>) -> Called {
        let names: Vec<Arc<str>> = operands(arguments);
        let files = ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml"];
        let Some(document) = self.beside(&files) else {
            return Called::Opaque("`Taskfile.yml` is not in the tree".into());
        };
        let (values, _) = document.yaml(yaml::Dialect::Yaml12);
        let tasks = values.first().and_then(Value::as_map).and_then(|map| map.get("tasks")).and_then(Value::as_map);
        let Some(tasks) = tasks.cloned() else { return Called::Opaque("`Taskfile.yml` has no tasks".into()) };
        let names = if names.is_empty() { vec!["default".into()] } else { names };
        self.all_of(&document, &names, at, shown, |lowerer, name| lowerer.task(&document, &tasks, name, at, 0))
    }

    /// Reads what is asked for, one after the other.
    fn all_of(
        &mut self,
        document: &Document,
        names: &[Arc<str>],
        at: Span,
        shown: &Arc<str>,
        mut one: impl FnMut(&mut Self, &str) -> Option<NodeId>,
    ) -> Called {
        if self.through.len() >= self.limits.calls {
            self.cut = true;
            return Called::Opaque("tasks call each other too deep to be read".into());
        }
        self.through.push((shown.clone(), at));
        let outer = self.scope.clone();
        self.scope = outer.for_process(None);
        self.scope.folder = Some(document.path.rsplit_once('/').map_or("", |(folder, _)| folder).into());
        let mut nodes = Vec::new();
        let mut unknown = None;
        for name in names {
            match one(self, name) {
                Some(node) => nodes.push(node),
                None => unknown = Some(name),
            }
        }
        self.scope = outer;
        self.through.pop();
        if let Some(name) = unknown {
            return Called::Opaque(format!("`{}` has no task `{name}`", document.path).into());
        }
        let body = self.add(Kind::Sequence(nodes), at, shown.clone());
        Called::Frame(self.frame(TASK, None, body, at))
    }

    fn beside(&mut self, names: &[&str]) -> Option<Arc<Document>> {
        let folder = self.scope.folder.clone().unwrap_or_default();
        names.iter().find_map(|name| self.read(&clean(&folder, name)?))
    }

    fn task(&mut self, document: &Arc<Document>, tasks: &Map, name: &str, at: Span, depth: usize) -> Option<NodeId> {
        let task = tasks.get(name)?.clone();
        let key: Arc<str> = format!("{}:{name}", document.path).into();
        if depth > 20 || self.open.contains(&key) || !self.room() {
            self.cut = true;
            return Some(self.nothing(at));
        }
        self.open.push(key);
        self.depth += 1;
        let mut nodes = Vec::new();
        let map = task.as_map();
        let outer = self.scope.folder.clone();
        for need in map.and_then(|map| map.get("deps")).and_then(Value::as_list).unwrap_or_default() {
            if let Some(name) = task_name(need) {
                nodes.extend(self.task(document, tasks, &name, at, depth + 1));
            }
        }
        if let Some(folder) = map.and_then(|map| map.get("dir")).and_then(Value::as_text) {
            self.scope.folder = clean(outer.as_deref().unwrap_or(""), folder).map(Arc::from);
        }
        let ignores = |value: Option<&Value>| value.is_some_and(|value| matches!(value.data, Data::Bool(true)));
        let all = ignores(map.and_then(|map| map.get("ignore_error")));
        let one = [task.clone()];
        let commands = match map {
            Some(map) => map.get("cmds").and_then(Value::as_list).or_else(|| map.get("cmd").map(std::slice::from_ref)),
            None => task.as_list().or(Some(&one)),
        };
        for command in commands.unwrap_or_default() {
            let own = command.as_map();
            if let Some(name) = own.and_then(|map| map.get("task")).and_then(Value::as_text) {
                nodes.extend(self.task(document, tasks, name, at, depth + 1));
                continue;
            }
            let text = own.and_then(|map| map.get("cmd")).unwrap_or(command);
            let Some(script) = text.as_text() else { continue };
            let span = text.origin.span().unwrap_or(at);
            let made = self.piece(document, script, span);
            let tolerated = all || ignores(own.and_then(|map| map.get("ignore_error")));
            nodes.push(if tolerated { self.tolerated(made, span, "ignore_error: true") } else { made });
        }
        self.scope.folder = outer;
        self.depth -= 1;
        self.open.pop();
        Some(self.add(Kind::Sequence(nodes), at, one_line(name)))
    }

    /// A command of a task: what the runner puts in is a variable that is not known.
    fn piece(&mut self, document: &Document, script: &str, span: Span) -> NodeId {
        let text = filled(script);
        let written = document.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let places = match written.find(script).filter(|_| text == script) {
            Some(at) => Places::File(document.file, span.start as usize + at),
            None => Places::One(span),
        };
        self.inner_script(&text, places, Some(SHELL), span)
    }

    /// A command whose failure is ignored.
    fn tolerated(&mut self, made: NodeId, at: Span, why: &str) -> NodeId {
        let fine = self.add(Kind::Simple(Simple { act: Act::True, ..Simple::default() }), at, why.into());
        let rest = vec![Member { and: false, node: fine, at, written: why.into() }];
        self.add(Kind::Joined { first: made, rest }, at, why.into())
    }

    /// `just RECIPE ...`
    pub(super) fn justfile(&mut self, arguments: &[Argument], at: Span, shown: &Arc<str>) -> Called {
        let Some(document) = self.beside(&["justfile", "Justfile", ".justfile"]) else {
            return Called::Opaque("`justfile` is not in the tree".into());
        };
        let recipes = recipes(&document.text);
        // Operands behind the first are arguments of the recipe.
        let name = operands(arguments)
            .into_iter()
            .next()
            .or_else(|| recipes.first().map(|recipe| recipe.name.as_str().into()));
        let Some(name) = name else { return Called::Opaque("`justfile` has no recipes".into()) };
        self.all_of(&document, &[name], at, shown, |lowerer, name| lowerer.recipe_of(&document, &recipes, name, at, 0))
    }

    fn recipe_of(
        &mut self,
        document: &Arc<Document>,
        recipes: &[Recipe],
        name: &str,
        at: Span,
        depth: usize,
    ) -> Option<NodeId> {
        let recipe = recipes.iter().find(|recipe| recipe.name == name)?;
        let key: Arc<str> = format!("{}:{name}", document.path).into();
        if depth > 20 || self.open.contains(&key) || !self.room() {
            self.cut = true;
            return Some(self.nothing(at));
        }
        self.open.push(key);
        self.depth += 1;
        let mut nodes = Vec::new();
        for need in &recipe.needs {
            nodes.extend(self.recipe_of(document, recipes, need, at, depth + 1));
        }
        let script = recipe.lines.first().is_some_and(|(_, line)| line.starts_with("#!"));
        if script {
            let start = recipe.lines[0].0;
            let text: Vec<&str> = recipe.lines.iter().map(|(_, line)| line.as_str()).collect();
            let end = recipe.lines.last().map_or(start, |(at, line)| at + line.len());
            let span = Span::new(document.file, start, end);
            nodes.push(self.piece(document, &text.join("\n"), span));
        } else {
            for (start, line) in &recipe.lines {
                let bare = line.trim_start_matches(['@', '-']);
                let prefix = &line[..line.len() - bare.len()];
                let span = Span::new(document.file, start + prefix.len(), start + line.len());
                let made = self.piece(document, bare, span);
                nodes.push(if prefix.contains('-') { self.tolerated(made, span, "-") } else { made });
            }
        }
        self.depth -= 1;
        self.open.pop();
        Some(self.add(Kind::Sequence(nodes), at, one_line(name)))
    }
}

fn operands(arguments: &[Argument]) -> Vec<Arc<str>> {
    let words = arguments.iter().map(|argument| written(&argument.value)).take_while(|word| &**word != "--");
    words.filter(|word| !word.starts_with('-') && !word.contains('=')).collect()
}

fn task_name(value: &Value) -> Option<String> {
    let text = value.as_text().or_else(|| value.as_map()?.get("task")?.as_text())?;
    Some(text.to_owned())
}

/// `{{ ... }}` as a variable of the shell, by its text.
fn filled(script: &str) -> String {
    let mut out = String::new();
    let mut rest = script;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((inside, after)) = behind.split_once("}}") else { break };
        out.push_str(before);
        out.push_str("${_");
        out.extend(inside.chars().filter(|c| c.is_ascii_alphanumeric()));
        out.push('}');
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A recipe of a justfile.
struct Recipe {
    name: String,
    needs: Vec<String>,
    lines: Vec<(usize, String)>,
}

fn recipes(text: &str) -> Vec<Recipe> {
    let mut recipes: Vec<Recipe> = Vec::new();
    let mut inside = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end();
        let body = bare.trim_start();
        if body.is_empty() {
            continue;
        }
        if bare.len() > body.len() {
            if let Some(recipe) = recipes.last_mut().filter(|_| inside)
                && (!body.starts_with('#') || body.starts_with("#!"))
            {
                recipe.lines.push((start + bare.len() - body.len(), body.to_owned()));
            }
            continue;
        }
        inside = false;
        if bare.starts_with(['#', '[']) {
            continue;
        }
        let Some((head, needs)) = bare.split_once(':').filter(|(_, rest)| !rest.starts_with('=')) else { continue };
        let Some(name) = head.trim_start_matches('@').split_whitespace().next() else { continue };
        let needs = needs.split('#').next().unwrap_or_default().replace("&&", " ");
        let needs = needs.split_whitespace().map(|word| word.trim_matches(['(', ')']).to_owned()).collect();
        recipes.push(Recipe { name: name.to_owned(), needs, lines: Vec::new() });
        inside = true;
    }
    recipes
}
