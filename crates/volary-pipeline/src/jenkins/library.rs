//! Functions of the file and steps of shared libraries: their statements stand where they are called, with the values
//! that they are given.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use volary_model::{Call as Through, Origin, Reason, ReasonKind, Role, Span};

use super::Builder;
use super::syntax::{self, Argument, Block, Call, Expression, ExpressionKind, Formal, Statement, StatementKind};
use super::text::Source;
use super::values::{Bound, Closure, Names, map_of};
use crate::Document;
use crate::model::{
    Action, Found, Hidden, HiddenPlace, Host, JobId, Phase, Repository, Step, StepId, Text, Uses, UsesKind,
};

/// A function: what it is given and what it does.
#[derive(Debug)]
pub(super) struct Function {
    parameters: Vec<Formal>,
    pub(super) body: Block,
}

/// Functions by name; several of one name differ in what they are given.
pub(super) type Functions = Rc<BTreeMap<String, Vec<Rc<Function>>>>;

/// A file that is being read, and what its names stand for at one point.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) source: Source,
    pub(super) functions: Functions,
    pub(super) through: Arc<[Through]>,
    pub(super) images: BTreeMap<String, Text>,
}

/// What a call gives.
pub(super) struct Given {
    values: Vec<Bound>,
    named: bool,
}

/// How deep functions are followed.
const DEPTH: usize = 12;

/// Most names and closures of one pipeline that are followed.
const MOST_NAMES: usize = 500;
const MOST_CLOSURES: usize = 300;

/// The functions of a file.
pub(super) fn functions(source: &Source, statements: &[Statement]) -> Functions {
    let mut found: BTreeMap<String, Vec<Rc<Function>>> = BTreeMap::new();
    for statement in statements {
        if let StatementKind::Function { name, parameters, body } = &statement.kind {
            let name = source.slice(name).to_owned();
            let function = Function { parameters: parameters.clone(), body: body.clone() };
            found.entry(name).or_default().push(Rc::new(function));
        }
    }
    Rc::new(found)
}

impl Builder<'_, '_> {
    /// `@Library('name@ref')`, `library 'name@ref'`, `load 'path'`.
    pub(super) fn library(&mut self, call: &Call) {
        let mut values = Vec::new();
        for argument in &call.arguments {
            match (&argument.name, &argument.value.kind) {
                (None, ExpressionKind::List(list)) => values.extend(list.iter()),
                (None, _) => values.push(&argument.value),
                (Some((name, _)), _) if name == "identifier" || name == "value" => values.push(&argument.value),
                _ => {}
            }
        }
        let values: Vec<Text> = values.into_iter().map(|value| self.source.text(self.reader, value)).collect();
        for written in values {
            let at = written.span().unwrap_or_else(|| self.source.span(&call.name_range));
            let text = written.canonical();
            if call.name == "load" {
                let found = match self.reader.look_up(None, &text) {
                    Ok(document) => Found::Read(document.file),
                    Err(reason) => Found::Missing(reason),
                };
                let uses = self.uses(UsesKind::Library, written, &text, at, found);
                self.pipeline.uses.push(Uses { path: text.into(), ..uses });
                continue;
            }
            let (name, version) =
                text.split_once('@').map_or((text.as_str(), None), |(name, version)| (name, Some(version)));
            let reference = version.map(|version| {
                let pieces = Text::slice(&written.pieces, text.len() - version.len(), text.len());
                Text { pieces, origin: written.origin.clone(), data: None }
            });
            let repository =
                Repository { host: Host::Named, name: name.into(), reference: version.map(Into::into), alias: None };
            // A library is there when it has any file.
            let found = if self.reader.sources.paths(Some(&repository)).is_empty() {
                Found::Missing(Reason::new(ReasonKind::MissingSource, format!("the library {name}")))
            } else {
                Found::External
            };
            let mut uses = self.uses(UsesKind::Library, written, name, at, found);
            uses.reference = reference;
            uses.repository = Some(Arc::new(repository));
            if let Found::Missing(reason) = &uses.found {
                let hidden = Hidden { uses: uses.clone(), reason: reason.clone(), place: HiddenPlace::Variables };
                self.pipeline.hidden.push(hidden);
            }
            self.pipeline.uses.push(uses.clone());
            self.libraries.push(uses);
        }
    }

    /// The file of a library's step, and the library. Without a declaration it may be one that the server loads by itself.
    pub(super) fn library_step(&mut self, name: &str) -> Option<(Uses, Result<Arc<Document>, Reason>)> {
        let path = format!("vars/{name}.groovy");
        if let Ok(document) = self.reader.look_up(None, &path) {
            let at = Span::new(document.file, 0, 0);
            let written = Text::literal(name, Origin::at(at, Role::Block));
            let mut uses = self.uses(UsesKind::Library, written, name, at, Found::Read(document.file));
            uses.path = path.into();
            return Some((uses, Ok(document)));
        }
        let mut missing = None;
        for library in self.libraries.clone() {
            match self.reader.look_up(library.repository.as_deref(), &path) {
                Ok(document) => return Some((library, Ok(document))),
                Err(reason) if reason.kind == ReasonKind::MissingSource => {
                    missing = Some((
                        library.clone(),
                        Err(Reason::new(ReasonKind::MissingSource, format!("{name} of the library {}", library.name))),
                    ));
                }
                Err(_) => {}
            }
        }
        self.implicit_step(name, &path).or(missing)
    }

    /// A step that exactly one of the other repositories has.
    fn implicit_step(&mut self, name: &str, path: &str) -> Option<(Uses, Result<Arc<Document>, Reason>)> {
        let mut found = None;
        for repository in self.reader.sources.names().into_iter().take(200) {
            let repository = Repository { host: Host::Named, name: repository, reference: None, alias: None };
            if let Ok(document) = self.reader.look_up(Some(&repository), path) {
                if found.is_some() {
                    return None;
                }
                found = Some((repository, document));
            }
        }
        let (repository, document) = found?;
        let at = Span::new(document.file, 0, 0);
        let written = Text::literal(name, Origin::at(at, Role::Block));
        let mut uses = self.uses(UsesKind::Library, written, name, at, Found::Read(document.file));
        uses.repository = Some(Arc::new(repository));
        uses.path = path.into();
        Some((uses, Ok(document)))
    }

    /// What a method of a class of a library is: hidden, for classes are whole programs. None of other calls.
    pub(super) fn class_call(&mut self, call: &Call) -> Option<Uses> {
        let class: Arc<str> = match call.name.strip_prefix("new ") {
            Some(name) => {
                let mut class = String::new();
                for part in name.split('.') {
                    if !class.is_empty() {
                        class.push('.');
                    }
                    class.push_str(part);
                    if part.starts_with(|first: char| first.is_ascii_uppercase()) {
                        break;
                    }
                }
                class.into()
            }
            None => match self.source.names.get(call.name.split_once('.')?.0) {
                Some(Bound::Object(class)) => class.clone(),
                _ => return None,
            },
        };
        const OTHERS: [&str; 7] =
            ["java.", "javax.", "groovy.", "hudson.", "jenkins.", "org.jenkinsci.", "com.cloudbees."];
        if OTHERS.iter().any(|start| class.starts_with(start)) {
            return None;
        }
        let ending = format!("/{}.groovy", class.rsplit('.').next().unwrap_or(&class));
        let holds = |paths: Vec<Arc<str>>| paths.iter().any(|path| path.starts_with("src/") && path.ends_with(&ending));
        let mut found = None;
        for library in self.libraries.iter().rev().take(20) {
            if library.is_missing() {
                let about = format!("the class {class} of the library {}", library.name);
                found.get_or_insert((library.clone(), Reason::new(ReasonKind::MissingSource, about)));
            } else if holds(self.reader.sources.paths(library.repository.as_deref())) {
                let about = format!("the class {class}");
                found = Some((library.clone(), Reason::new(ReasonKind::NotEvaluated, about)));
                break;
            }
        }
        let (library, reason) = found?;
        let mut uses = self.library_uses(call, &library, &call.name);
        uses.path = Arc::from("");
        uses.found = Found::Missing(reason);
        Some(uses)
    }

    /// The file of a library as a context of its own.
    pub(super) fn context_of(&mut self, document: &Arc<Document>, called: &str, at: Span) -> Context {
        let known = self.files.get(&document.file).cloned();
        let functions = known.unwrap_or_else(|| {
            let script = syntax::parse(&document.text);
            let source = self.source_of(document);
            let functions = functions(&source, &script.statements);
            self.files.insert(document.file, functions.clone());
            functions
        });
        let mut through = self.through.to_vec();
        through.push(Through { name: format!("step `{called}`").into(), span: at });
        Context { source: self.source_of(document), functions, through: through.into(), images: BTreeMap::new() }
    }

    fn source_of(&self, document: &Document) -> Source {
        Source {
            file: document.file,
            text: document.text.clone(),
            names: Names::default(),
            parameters: self.source.parameters.clone(),
            budget: self.source.budget.clone(),
        }
    }

    /// Goes on in another file, or with other names; what was before.
    pub(super) fn enter(&mut self, context: Context) -> Context {
        Context {
            source: std::mem::replace(&mut self.source, context.source),
            functions: std::mem::replace(&mut self.functions, context.functions),
            through: std::mem::replace(&mut self.through, context.through),
            images: std::mem::replace(&mut self.images, context.images),
        }
    }

    fn here(&self) -> Context {
        Context {
            source: self.source.clone(),
            functions: self.functions.clone(),
            through: self.through.clone(),
            images: self.images.clone(),
        }
    }

    /// The function of a name that fits best what it is given.
    pub(super) fn function(&self, name: &str, given: &Given) -> Option<Rc<Function>> {
        let all = self.functions.get(name)?;
        let fits = |function: &&Rc<Function>| {
            let needed = function.parameters.iter().filter(|formal| formal.default.is_none()).count();
            let maps = function.parameters.first().is_some_and(|first| first.ty == "Map");
            let count = given.values.len();
            (needed <= count || maps && count + 1 == needed)
                && count <= function.parameters.len()
                && (!given.named || maps || function.parameters.first().is_some_and(|first| first.ty.is_empty()))
        };
        all.iter().find(fits).or_else(|| all.first()).cloned()
    }

    /// What a call gives: named arguments are one map in front, a block is the last.
    pub(super) fn given(&mut self, call: &Call) -> Given {
        let own = &call.arguments[..call.own.min(call.arguments.len())];
        let pairs: Vec<Argument> = own.iter().filter(|argument| argument.name.is_some()).cloned().collect();
        let spread = |builder: &Self, value: &Expression| builder.source.slice(&value.range).starts_with('*');
        let open = own.iter().any(|argument| argument.name.is_none() && spread(self, &argument.value));
        let mut values = Vec::new();
        let named = !pairs.is_empty() || open;
        if named {
            let map = map_of(&pairs, &mut |value| self.evaluate(value));
            values.push(match map {
                Bound::Map { entries, .. } => Bound::map(BTreeMap::clone(&entries), open),
                other => other,
            });
        }
        for argument in own.iter().filter(|argument| argument.name.is_none()) {
            if !spread(self, &argument.value) {
                values.push(self.evaluate(&argument.value));
            }
        }
        if let Some(block) = &call.block {
            values.push(self.closure(block));
        }
        Given { values, named }
    }

    /// The value of an expression, closures included.
    pub(super) fn evaluate(&mut self, expression: &Expression) -> Bound {
        match &expression.kind {
            ExpressionKind::Closure(block) => self.closure(block),
            ExpressionKind::Map(arguments)
                if arguments.iter().any(|one| matches!(one.value.kind, ExpressionKind::Closure(_))) =>
            {
                map_of(arguments, &mut |value| match &value.kind {
                    ExpressionKind::Closure(block) => self.closure(block),
                    _ => self.source.value(self.reader, value, 0),
                })
            }
            _ => self.source.value(self.reader, expression, 0),
        }
    }

    fn closure(&mut self, block: &Block) -> Bound {
        self.closures += 1;
        if self.closures > MOST_CLOSURES {
            return Bound::Unknown;
        }
        Bound::Closure(Rc::new(Closure { block: block.clone(), context: self.here() }))
    }

    /// Gives a name a value from here on.
    pub(super) fn bind(&mut self, name: &str, value: Bound) {
        let room = self.source.names.len() < MOST_NAMES || self.source.names.contains_key(name);
        if room && !name.is_empty() {
            Rc::make_mut(&mut self.source.names).insert(name.to_owned(), value);
        }
    }

    /// Puts what a call gives into the names of the function, in its own file.
    pub(super) fn receive(&mut self, function: &Function, given: Given) {
        let mut values = given.values.into_iter();
        let count = values.len();
        let few = function.parameters.len() > count;
        for (index, formal) in function.parameters.iter().enumerate() {
            // A closure at the end is given behind what is left out.
            let last = index + 1 == function.parameters.len();
            let is_next = values.as_slice().first().is_some_and(|next| {
                !few || last || formal.ty == "Closure" || !matches!(next, Bound::Closure(_)) || formal.default.is_none()
            });
            let value = match (if is_next { values.next() } else { None }, &formal.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.evaluate(&default.clone()),
                (None, None) if formal.ty == "Map" => Bound::map(BTreeMap::new(), false),
                (None, None) => Bound::Null,
            };
            self.bind(&formal.name, value);
        }
    }

    /// What an assignment does to the names.
    pub(super) fn assigned(&mut self, written: &str, expression: &Expression, value: Bound) {
        let value = match value {
            // What a program or a function gives is not known; a second name for something is.
            Bound::Text(text)
                if !matches!(expression.kind, ExpressionKind::Name(_))
                    && text.pieces.len() == 1
                    && text.holes().any(|hole| hole.at == self.source.span(&expression.range)) =>
            {
                Bound::Unknown
            }
            value => value,
        };
        let name = written.trim().strip_prefix("env.").unwrap_or(written.trim());
        if let Some((closure, "delegate")) = name.split_once('.') {
            self.delegated(closure, expression);
            return;
        }
        if matches!(name.split('.').next(), Some("currentBuild" | "this" | "params")) {
            return;
        }
        let (root, key) = match (name.split_once('['), name.split_once('.')) {
            (Some((root, key)), _) => {
                let key = key.trim_end_matches(']').trim();
                let literal = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\''));
                (root, Some(literal.map(str::to_owned)))
            }
            (None, Some((root, key))) => (root, Some((!key.contains('.')).then(|| key.to_owned()))),
            (None, None) => (name, None),
        };
        let Some(key) = key else {
            self.bind(name, value);
            return;
        };
        let changed = match (self.source.names.get(root), key) {
            (Some(Bound::Map { entries, open, .. }), Some(key)) => {
                let mut entries = BTreeMap::clone(entries);
                if entries.len() < MOST_NAMES {
                    entries.insert(key, value);
                }
                Bound::map(entries, *open)
            }
            (Some(Bound::Map { .. }), None) => Bound::map(BTreeMap::new(), true),
            _ => return,
        };
        self.bind(root, changed);
    }

    /// `body.delegate = config`: what the closure assigns becomes keys of the map.
    fn delegated(&mut self, closure: &str, target: &Expression) {
        let Some(Bound::Closure(closure)) = self.source.named(closure) else { return };
        let ExpressionKind::Name(target) = &target.kind else { return };
        let known = match self.source.names.get(target) {
            Some(Bound::Map { entries, .. }) => BTreeMap::clone(entries),
            _ => BTreeMap::new(),
        };
        let mut entries = known;
        let outer = self.enter(closure.context.clone());
        for statement in &closure.block.statements {
            if let StatementKind::Assignment { name, value } = &statement.kind {
                let name = self.source.slice(name).to_owned();
                let found = self.evaluate(value);
                entries.insert(name, found);
            }
        }
        self.enter(outer);
        self.bind(target, Bound::map(entries, false));
    }

    /// The names after ways of which one is taken.
    pub(super) fn join_names(&mut self, ways: Vec<Names>) {
        let mut ways = ways.into_iter();
        let Some(mut joined) = ways.next() else { return };
        for way in ways {
            if Rc::ptr_eq(&joined, &way) {
                continue;
            }
            let differing: Vec<String> = joined
                .keys()
                .chain(way.keys())
                .filter(|name| match (joined.get(*name), way.get(*name)) {
                    (Some(a), Some(b)) => !a.is(b),
                    _ => true,
                })
                .cloned()
                .collect();
            let names = Rc::make_mut(&mut joined);
            for name in differing {
                names.insert(name, Bound::Unknown);
            }
        }
        self.source.names = joined;
    }

    /// What a function of the file, a step of a library or a closure does, where `call` calls one of them: its statements, in a
    /// step that stands for the call. The value that it gives back.
    pub(super) fn called(&mut self, call: &Call, phase: &Phase, within: Option<StepId>, job: JobId) -> Option<Bound> {
        let at = self.source.span(&call.range);
        let key = self.source.span(&call.name_range);
        // `body()`, `body.call()`
        let closure = call.name.strip_suffix(".call").unwrap_or(&call.name);
        if let Some(Bound::Closure(closure)) = self.source.named(closure) {
            if self.depth >= DEPTH + 8 {
                return Some(Bound::Unknown);
            }
            let given = self.given(call);
            let id = self.add(Step::new(Action::Block(call.name.as_str().into()), at, key), phase, within, job);
            self.closure_steps(&closure, given.values, phase, Some(id), job);
            return Some(Bound::Unknown);
        }
        if self.functions.contains_key(&call.name) {
            if self.depth >= DEPTH + self.through.len() {
                return None;
            }
            let given = self.given(call);
            let function = self.function(&call.name, &given)?;
            let mut step = Step::new(Action::Block(call.name.as_str().into()), at, key);
            step.inputs = self.inputs(call);
            let id = self.add(step, phase, within, job);
            let outer = self.here();
            return Some(self.body(&function, given, outer, phase, Some(id), job));
        }
        let (file, method) = call.name.split_once('.').unwrap_or((&call.name, "call"));
        let dotted = call.name.contains('.');
        if super::step::is_known(file) || method.contains('.') || self.source.names.contains_key(file) {
            return None;
        }
        let (library, Ok(document)) = self.library_step(file)? else { return None };
        let followed = self.reader.follow(at, self.depth);
        let context = self.context_of(&document, &call.name, key);
        if dotted && !context.functions.contains_key(method) {
            return None;
        }
        let mut uses = self.library_uses(call, &library, file);
        let given = self.given(call);
        let outer = self.enter(context);
        let function = self.function(method, &given).filter(|_| followed.is_ok());
        self.enter(outer.clone());
        uses.found = match (&function, followed) {
            (Some(_), _) => Found::Read(document.file),
            (None, Err(reason)) => Found::Missing(reason),
            (None, Ok(())) => Found::Program(document.file),
        };
        let mut step = Step::new(Action::Uses(uses), at, key);
        step.inputs = self.inputs(call);
        let id = self.add(step, phase, within, job);
        let Some(function) = function else { return Some(Bound::Unknown) };
        let context = self.context_of(&document, &call.name, key);
        self.enter(context);
        Some(self.body(&function, given, outer, phase, Some(id), job))
    }

    /// What stands for the step of a library.
    pub(super) fn library_uses(&self, call: &Call, library: &Uses, name: &str) -> Uses {
        let at = self.source.span(&call.name_range);
        let written = Text::literal(call.name.as_str(), Origin::at(at, Role::Attribute));
        let mut uses = self.uses(UsesKind::Library, written, &call.name, at, Found::External);
        uses.repository.clone_from(&library.repository);
        uses.path = format!("vars/{name}.groovy").into();
        uses
    }

    /// Reads the body of a function in the context that is entered, and goes back to the one before.
    fn body(
        &mut self,
        function: &Rc<Function>,
        given: Given,
        outer: Context,
        phase: &Phase,
        within: Option<StepId>,
        job: JobId,
    ) -> Bound {
        self.receive(function, given);
        self.depth += 1;
        self.steps(&function.body, phase, within, job);
        self.depth -= 1;
        let last = function.body.statements.last().map(|statement| &statement.kind);
        let value = match last {
            Some(StatementKind::Leave { value: Some(value), .. } | StatementKind::Value(value)) => {
                let value = value.clone();
                self.evaluate(&value)
            }
            _ => Bound::Unknown,
        };
        self.enter(outer);
        value
    }

    /// Reads the statements of a closure where it is called.
    pub(super) fn closure_steps(
        &mut self,
        closure: &Rc<Closure>,
        values: Vec<Bound>,
        phase: &Phase,
        within: Option<StepId>,
        job: JobId,
    ) {
        let outer = self.enter(closure.context.clone());
        self.depth += 1;
        self.arguments(&closure.block, values);
        self.steps(&closure.block, phase, within, job);
        self.depth -= 1;
        self.enter(outer);
    }

    /// Puts values into the parameters of a closure.
    pub(super) fn arguments(&mut self, block: &Block, values: Vec<Bound>) {
        let alone = ["it".to_owned()];
        let names = if block.parameters.is_empty() { &alone[..] } else { &block.parameters };
        for (name, value) in names.iter().zip(values) {
            self.bind(name, value);
        }
    }
}
