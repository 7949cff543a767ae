//! Scripts, targets and tasks that a command calls.

use std::rc::Rc;
use std::sync::Arc;

use volary_document::shell;
use volary_model::{Span, Value};
use volary_pipeline::Document;

use super::lower::{Lowerer, Unit};
use super::places::{Places, one_line};
use super::programs;
use super::tree::{Act, FrameKind, Kind, Language, NodeId, PowerEnd, Simple, Word};
use crate::recognise::{Invocation, Program, Words, written};

/// What calling came to.
pub(super) enum Called {
    /// What is called was read; it stands for the command.
    Frame(NodeId),
    /// This runs before the command itself.
    Before(NodeId),
    /// It could not be read: why.
    Opaque(Arc<str>),
    /// Nothing of the repository is called.
    No,
}

/// A program of a path, as far as it is known where it lies.
pub(super) enum Found {
    File(Arc<Document>),
    /// It is not in the tree: the path.
    Missing(Arc<str>),
}

const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "busybox"];

impl Lowerer<'_> {
    /// What a command calls.
    pub(super) fn called(
        &mut self,
        program: &Program,
        invocation: &Invocation,
        words: &[Word],
        unit: &Rc<Unit>,
        at: Span,
        shown: &Arc<str>,
    ) -> Called {
        let Some(name) = program.name.clone() else { return self.called_path(program, invocation, words, unit, at) };
        if !program.images.is_empty() {
            return Called::No;
        }
        match &*name {
            "make" | "gmake" | "mingw32-make" => self.make(&program.arguments, unit, at, shown),
            "npm" | "pnpm" | "yarn" | "bun" => self.package_script(&name, &program.arguments, at, shown),
            "task" | "go-task" => self.taskfile(&program.arguments, at, shown),
            "just" => self.justfile(&program.arguments, at, shown),
            _ if programs::runs_tasks(&name) => {
                Called::Opaque(format!("`{name}` runs tasks of the repository that are not read").into())
            }
            _ if programs::is_build_wrapper(&name) => Called::No,
            _ => self.called_path(program, invocation, words, unit, at),
        }
    }

    /// A program that is named by its path.
    fn called_path(
        &mut self,
        program: &Program,
        invocation: &Invocation,
        words: &[Word],
        unit: &Rc<Unit>,
        at: Span,
    ) -> Called {
        let interpreter = program.wrappers.last().cloned();
        let position = invocation.words.iter().position(|word| {
            let text = written(&word.value);
            let base = text.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
            match program.name.as_deref() {
                Some(name) => {
                    base == name
                        || base.split_once('.').is_some_and(|_| base.starts_with(name) && base.len() <= name.len() + 4)
                }
                None => true,
            }
        });
        let Some(mut position) = position else { return Called::No };
        let mut interpreter = interpreter;
        // `bash -e file`: options stand between the shell and its file.
        if let Some(shell) = program.name.as_ref().filter(|name| SHELLS.contains(&&***name)) {
            let words = invocation.words.iter().map(|word| written(&word.value)).enumerate().skip(position + 1);
            let mut named = false;
            let mut operands = words.filter(|(_, word)| {
                let option = word.starts_with('-') || named;
                named = matches!(&**word, "-o" | "+o" | "-O" | "-eo" | "-euo" | "-exo" | "-euxo");
                !option
            });
            let Some((file, _)) = operands.next() else { return Called::No };
            position = file;
            interpreter = Some(shell.clone());
        }
        let Some(word) = invocation.words.get(position) else { return Called::No };
        let text = written(&word.value);
        let lower = text.to_ascii_lowercase();
        let by_shell = interpreter.as_deref().is_some_and(|name| SHELLS.contains(&name));
        let is_script =
            [".sh", ".bash", ".ps1", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl", ".bat", ".cmd", ".bats"]
                .iter()
                .any(|end| lower.ends_with(end));
        let relative = text.contains('/')
            && !text.starts_with('/')
            && !text.starts_with('-')
            && !text.contains("://")
            && !text.starts_with('@')
            || text.contains('\\') && !text.contains('$');
        if !by_shell && !is_script && !relative {
            return Called::No;
        }
        // A program that is run from a registry or module path (`npx x/y`, `go run a/b`).
        let local = text.starts_with('.') || text.starts_with('$') || by_shell || is_script;
        if !local
            && !program.wrappers.is_empty()
            && !matches!(
                interpreter.as_deref(),
                Some("sudo" | "env" | "time" | "timeout" | "xargs" | "exec" | "nice" | "nohup")
            )
        {
            return Called::No;
        }
        if !self.input.recognisers.program(program, &crate::recognise::Nothing).is_empty() {
            return Called::No;
        }
        let arguments = (invocation.words.len() == words.len()).then(|| words[position + 1..].to_vec());
        let certain = invocation.words[position + 1..].iter().all(|word| word.words != Words::Any);
        let values: Option<Rc<Vec<Value>>> =
            certain.then(|| Rc::new(invocation.words[position + 1..].iter().map(|word| word.value.clone()).collect()));
        match self.find(&word.value, unit) {
            Found::Missing(path) => Called::Opaque(format!("`{path}` is not in the tree").into()),
            Found::File(document) => {
                let (mut errexit, mut pipefail) = (false, false);
                for option in invocation.words[..position].iter().filter_map(|word| word.value.as_text()) {
                    let short = option.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
                    errexit |= by_shell && short.is_some_and(|letters| letters.contains('e'));
                    pipefail |= by_shell && option == "pipefail";
                }
                self.script_file(&document, by_shell, errexit, pipefail, values, arguments, at)
            }
        }
    }

    /// A script of the repository that is run as a process of its own.
    #[allow(clippy::too_many_arguments)]
    fn script_file(
        &mut self,
        document: &Arc<Document>,
        by_shell: bool,
        mut errexit: bool,
        mut pipefail: bool,
        values: Option<Rc<Vec<Value>>>,
        arguments: Option<Vec<Word>>,
        at: Span,
    ) -> Called {
        let path = document.path.clone();
        let first = document.text.lines().next().unwrap_or_default();
        let mark = first.strip_prefix("#!").map(str::trim);
        let interpreter = mark.map(|line| {
            let mut words = line.split_whitespace().filter(|word| !word.ends_with("/env") && *word != "-S");
            words.next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
        });
        let lower = path.to_ascii_lowercase();
        let posix = by_shell
            || match interpreter.as_deref() {
                Some(name) => SHELLS.contains(&name),
                None => {
                    !lower.rsplit('/').next().unwrap_or_default().contains('.')
                        || lower.ends_with(".sh")
                        || lower.ends_with(".bash")
                }
            };
        let power =
            lower.ends_with(".ps1") || interpreter.as_deref().is_some_and(|name| matches!(name, "pwsh" | "powershell"));
        if power && !by_shell {
            let kind = FrameKind::Process {
                language: Language::PowerShell(PowerEnd::LastProgram),
                errexit: false,
                pipefail: false,
            };
            return self.file(document, kind, values, arguments, at, |lowerer, unit| lowerer.powershell(unit));
        }
        if !by_shell && (lower.ends_with(".bat") || lower.ends_with(".cmd")) {
            let kind = FrameKind::Process { language: Language::Cmd, errexit: false, pipefail: false };
            return self.file(document, kind, values, arguments, at, |lowerer, unit| lowerer.batch(unit));
        }
        if !posix {
            return Called::Opaque(format!("`{path}` is written in a language that is not read").into());
        }
        if let (Some(line), false) = (mark, by_shell) {
            for word in line.split_whitespace().skip(1) {
                errexit |= word.strip_prefix('-').is_some_and(|letters| letters.contains('e'));
                pipefail |= word == "pipefail";
            }
        }
        let kind = FrameKind::Process { language: Language::Posix, errexit, pipefail };
        self.file(document, kind, values, arguments, at, |lowerer, unit| lowerer.unit(unit))
    }

    /// A file of the repository as a frame, in its own scope where it is a process.
    pub(super) fn file(
        &mut self,
        document: &Arc<Document>,
        kind: FrameKind,
        values: Option<Rc<Vec<Value>>>,
        arguments: Option<Vec<Word>>,
        at: Span,
        body: impl FnOnce(&mut Self, &Rc<Unit>) -> NodeId,
    ) -> Called {
        let path = document.path.clone();
        if self.open.contains(&path) {
            return Called::Opaque(format!("`{path}` calls itself").into());
        }
        if self.through.len() >= self.limits.calls {
            self.cut = true;
            return Called::Opaque(format!("`{path}` is called too deep to be read").into());
        }
        let unit = Rc::new(Unit {
            text: document.text.clone(),
            places: Places::File(document.file, 0),
            script: if foreign(&path) { shell::Script::default() } else { shell::parse(&document.text) },
            path: Some(path.clone()),
        });
        self.open.push(path.clone());
        self.through.push((path, at));
        let own = matches!(kind, FrameKind::Process { .. });
        let outer = self.scope.clone();
        if own {
            self.scope = outer.for_process(values);
        } else if values.as_ref().is_some_and(|values| !values.is_empty()) {
            self.scope.arguments = values;
        }
        let made = body(self, &unit);
        if own {
            self.scope = outer;
        } else {
            self.scope.arguments = outer.arguments;
        }
        self.through.pop();
        self.open.pop();
        Called::Frame(self.frame(kind, arguments, made, at))
    }

    /// `source file`
    pub(super) fn sourced(
        &mut self,
        unit: &Rc<Unit>,
        command: &shell::Command,
        mut simple: Simple,
        at: Span,
        shown: &Arc<str>,
    ) -> NodeId {
        let invocation = self.invocation(command, &unit.places);
        let Some(word) = invocation.words.get(1).cloned() else { return self.nothing(at) };
        let text = written(&word.value);
        let called = match self.find(&word.value, unit) {
            Found::File(document) => {
                let values: Vec<Value> = invocation.words.iter().skip(2).map(|word| word.value.clone()).collect();
                self.file(&document, FrameKind::Sourced, Some(Rc::new(values)), None, at, |lowerer, unit| {
                    lowerer.unit(unit)
                })
            }
            // Environments of languages and profiles change no flow; files that a command writes are its output.
            Found::Missing(_) if harmless(&text) => Called::No,
            Found::Missing(path) => Called::Opaque(format!("`{path}` is not in the tree").into()),
        };
        match called {
            Called::Frame(made) => self.within(made, simple, at, shown),
            Called::Opaque(why) => {
                let id = self.register(&Program::default(), &Invocation::default(), at, shown, Some(why));
                simple.command = Some(id);
                self.add(Kind::Simple(simple), at, shown.clone())
            }
            _ => self.add(Kind::Simple(simple), at, shown.clone()),
        }
    }

    /// `. file.ps1`
    pub(super) fn powershell_sourced(
        &mut self,
        unit: &Rc<Unit>,
        command: &shell::Command,
        mut simple: Simple,
        at: Span,
        shown: &Arc<str>,
    ) -> NodeId {
        let invocation = self.invocation(command, &unit.places);
        let Some(word) = invocation.words.first().cloned() else { return self.nothing(at) };
        let called = match self.find(&word.value, unit) {
            Found::File(document) => {
                self.file(&document, FrameKind::Sourced, None, None, at, |lowerer, unit| lowerer.powershell(unit))
            }
            Found::Missing(path) => Called::Opaque(format!("`{path}` is not in the tree").into()),
        };
        if let Called::Frame(made) = called {
            return self.within(made, simple, at, shown);
        }
        if let Called::Opaque(why) = called {
            simple.command = Some(self.register(&Program::default(), &Invocation::default(), at, shown, Some(why)));
        }
        self.add(Kind::Simple(simple), at, shown.clone())
    }

    /// A file that the step itself runs.
    pub(super) fn file_of_step(&mut self, file: &Value, at: Span, kind: FrameKind, arguments: Vec<Value>) -> NodeId {
        let unit =
            Rc::new(Unit { text: "".into(), places: Places::One(at), script: shell::Script::default(), path: None });
        let text = written(file);
        let shown = one_line(&text);
        let words = arguments.iter().map(|value| value.as_text().map(Word::text).unwrap_or_default()).collect();
        let posix = matches!(kind, FrameKind::Process { language: Language::Posix, .. });
        let called = match self.find(file, &unit) {
            Found::Missing(path) => Called::Opaque(format!("`{path}` is not in the tree").into()),
            Found::File(document) if posix => {
                let values = Some(Rc::new(arguments));
                self.file(&document, kind, values, Some(words), at, |lowerer, unit| lowerer.unit(unit))
            }
            Found::File(document) => {
                let power = matches!(kind, FrameKind::Process { language: Language::PowerShell { .. }, .. });
                let values = Some(Rc::new(arguments));
                self.file(&document, kind, values, Some(words), at, |lowerer, unit| {
                    if power { lowerer.powershell(unit) } else { lowerer.batch(unit) }
                })
            }
        };
        match called {
            Called::Frame(made) => made,
            Called::Opaque(why) => {
                let id = self.register(&Program::default(), &Invocation::default(), at, &shown, Some(why));
                let simple = Simple { command: Some(id), act: Act::Program, ..Simple::default() };
                self.add(Kind::Simple(simple), at, shown)
            }
            _ => self.nothing(at),
        }
    }

    // Paths.

    /// The file that a path names.
    pub(super) fn find(&mut self, value: &Value, unit: &Unit) -> Found {
        let text = written(value);
        let path = self.path(value, unit);
        if let Some(path) = &path
            && let Some(document) = self.read(path)
        {
            return Found::File(document);
        }
        // The folder is not known: a path that only one file ends with is that file.
        let unclear = path.is_none() || self.scope.folder.is_none();
        let tail = text.rsplit(['}', ')']).next().unwrap_or_default().trim_start_matches(['/', '.']);
        if unclear && tail.contains('.') && !text.starts_with('/') {
            let end = format!("/{tail}");
            let paths = self.input.sources.paths(None);
            let mut fitting = paths.iter().filter(|path| ***path == *tail || path.ends_with(&end));
            if let (Some(only), None) = (fitting.next(), fitting.next())
                && let Some(document) = self.read(only)
            {
                return Found::File(document);
            }
        }
        Found::Missing(path.map_or(text, Arc::from))
    }

    /// The folder that `cd` goes to.
    pub(super) fn folder(&self, value: &Value, unit: &Unit) -> Option<Arc<str>> {
        self.path(value, unit).map(Arc::from)
    }

    /// A path relative to the root of the repository, where it is known.
    pub(super) fn path(&self, value: &Value, unit: &Unit) -> Option<String> {
        let text = written(value).replace('\\', "/");
        let text = text.trim_matches(['"', '\'']);
        for root in ROOTS {
            let Some(rest) = strip(text, root) else { continue };
            if rest.is_empty() || rest.starts_with('/') {
                return clean("", rest.trim_start_matches('/'));
            }
        }
        for here in ["$PWD", "${PWD}", "$(pwd)", "`pwd`"] {
            if let Some(rest) = text.strip_prefix(here) {
                return clean(self.scope.folder.as_deref()?, rest.trim_start_matches('/'));
            }
        }
        if text.starts_with(['$', '`']) {
            // `$(dirname "$0")/x`, `$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/x`, `${BASH_SOURCE%/*}/x`
            let own = text.contains("dirname") || text.contains("BASH_SOURCE") || text.contains("PSScriptRoot");
            let end = text.rfind([')', '}', '`']).map_or(0, |at| at + 1);
            let (hole, rest) = text.split_at(end);
            if own && !rest.contains('$') && (rest.is_empty() || rest.starts_with('/')) {
                let folder = unit.path.as_deref().map_or(self.scope.folder.as_deref(), |path| {
                    Some(path.rsplit_once('/').map_or("", |(folder, _)| folder))
                })?;
                let up = hole.matches("/..").count();
                return clean(folder, &format!("{}{}", "../".repeat(up), rest.trim_start_matches('/')));
            }
            return None;
        }
        if text.contains(['$', '`', '*']) || text.starts_with(['/', '~', '-']) {
            return None;
        }
        clean(self.scope.folder.as_deref().unwrap_or(""), text)
    }
}

/// How scripts name the root of the working copy.
const ROOTS: &[&str] = &[
    "$GITHUB_WORKSPACE",
    "${GITHUB_WORKSPACE}",
    "${{ github.workspace }}",
    "$(Build.SourcesDirectory)",
    "$(System.DefaultWorkingDirectory)",
    "$(Build.Repository.LocalPath)",
    "$BUILD_SOURCESDIRECTORY",
    "${BUILD_SOURCESDIRECTORY}",
    "$SYSTEM_DEFAULTWORKINGDIRECTORY",
    "${SYSTEM_DEFAULTWORKINGDIRECTORY}",
    "$env:BUILD_SOURCESDIRECTORY",
    "$env:GITHUB_WORKSPACE",
    "$CI_PROJECT_DIR",
    "${CI_PROJECT_DIR}",
    "$WORKSPACE",
    "${WORKSPACE}",
    "$(git rev-parse --show-toplevel)",
    "/github/workspace",
];

fn strip<'t>(text: &'t str, root: &str) -> Option<&'t str> {
    let start = text.get(..root.len())?;
    start.eq_ignore_ascii_case(root).then(|| &text[root.len()..])
}

/// A path below a folder, without `.` and `..`; nothing where it leads out of the repository.
pub(super) fn clean(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether bash's grammar does not read a file.
fn foreign(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".ps1", ".psm1", ".bat", ".cmd"].iter().any(|end| lower.ends_with(end))
}

/// Files that are sourced everywhere and hold no control.
fn harmless(text: &str) -> bool {
    text.contains("bin/activate")
        || text.contains("/etc/")
        || text.starts_with('~')
        || text.contains("$HOME")
        || text.contains("${HOME}")
        || text.contains("nvm.sh")
        || text.contains("conda.sh")
        || text.contains(".cargo/env")
        || text.ends_with(".env")
        || text.starts_with("<(")
        || text.starts_with("/dev/")
}
