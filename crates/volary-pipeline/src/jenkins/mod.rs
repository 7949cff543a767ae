//! Jenkins: declarative pipelines, scripted ones as far as stages and steps go, and pipelines that a shared library's
//! step holds.

mod images;
mod lexer;
mod library;
mod loops;
mod script;
mod stage;
mod step;
mod syntax;
mod text;
mod values;
mod when;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Call as Through, Data, Entry, FileId, Origin, Role, Span, Value};

use crate::Document;
use crate::limits::Budget;
use crate::model::{
    Event, Found, Hidden, HiddenPlace, Job, JobId, JobKind, Parameter, Pipeline, SecretUse, StageId, Text, Trigger,
    Uses, UsesKind, Variable,
};
use crate::reader::Reader;
use library::Functions;
use syntax::{Block, Call, ExpressionKind, Statement, StatementKind};
use text::Source;
use values::{Bound, Names};

/// The state of reading one pipeline.
pub(super) struct Builder<'r, 's> {
    pub(super) reader: &'r mut Reader<'s>,
    pub(super) pipeline: Pipeline,
    source: Source,
    /// The libraries that are declared.
    pub(super) libraries: Vec<Uses>,
    pub(super) through: Arc<[Through]>,
    /// Functions of the file: their bodies stand where they are called.
    functions: Functions,
    /// The functions of the files of libraries.
    files: BTreeMap<FileId, Functions>,
    /// How many closures were kept.
    closures: usize,
    /// The images that variables hold, by their name.
    images: BTreeMap<String, Text>,
    /// How deep functions are followed.
    pub(super) depth: usize,
    /// What stands around the stages that are being read.
    around: Around,
}

/// Every name is looked for in the whole file: more of them than any pipeline has are not followed.
const MAX_INNER_NAMES: usize = 200;

/// What a scripted pipeline puts around stages.
#[derive(Clone, Debug, Default)]
struct Around {
    /// A `catchError`, or a `try` whose `catch` does not fail again.
    tolerated: Option<crate::model::Setting>,
    /// The condition of an `if`.
    condition: Option<crate::model::Condition>,
}

/// Reads a Jenkinsfile.
pub(crate) fn read(reader: &mut Reader<'_>, document: &Arc<Document>) -> Pipeline {
    let pipeline = reader.empty(document);
    let mut pipeline = file(reader, document, pipeline, Arc::new([]), Vec::new());
    hidden_steps(&mut pipeline);
    pipeline
}

/// Collects the steps of libraries that could not be read.
fn hidden_steps(pipeline: &mut Pipeline) {
    let mut found = Vec::new();
    for (id, job) in pipeline.jobs() {
        for (index, step) in job.steps.iter().enumerate() {
            let Some(uses) = step.uses().filter(|uses| uses.kind == UsesKind::Library) else { continue };
            let said = pipeline.hidden.iter().any(|hidden| hidden.uses.at == uses.at);
            if let Found::Missing(reason) = Some(&uses.found).filter(|_| !said).unwrap_or(&Found::External) {
                let place = HiddenPlace::Step(id, crate::model::StepId(index as u32));
                found.push(Hidden { uses: uses.clone(), reason: reason.clone(), place });
            }
        }
    }
    pipeline.hidden.extend(found);
}

/// Reads a file with a pipeline.
fn file(
    reader: &mut Reader<'_>,
    document: &Arc<Document>,
    pipeline: Pipeline,
    through: Arc<[Through]>,
    libraries: Vec<Uses>,
) -> Pipeline {
    let script = syntax::parse(&document.text);
    for (range, message, limit) in &script.errors {
        let at = Span::new(document.file, range.start, range.end);
        if *limit {
            let help = "What lies deeper is not judged; nest less.";
            reader.limit(at, message, help);
        } else {
            reader.issue(at, *message, "Jenkins refuses the pipeline; correct the brackets.");
        }
    }
    let source = Source {
        file: document.file,
        text: document.text.clone(),
        names: Names::default(),
        parameters: Vec::new(),
        budget: Budget::default(),
    };
    let functions = library::functions(&source, &script.statements);
    let depth = through.len();
    let mut builder = Builder {
        reader,
        pipeline,
        source,
        libraries,
        through,
        functions,
        files: BTreeMap::new(),
        closures: 0,
        images: BTreeMap::new(),
        depth,
        around: Around::default(),
    };
    builder.gather(&script.statements);
    builder.top(&script.statements);
    builder.pipeline
}

impl Builder<'_, '_> {
    fn top(&mut self, statements: &[Statement]) {
        let declarative = statements.iter().position(
            |statement| matches!(&statement.kind, StatementKind::Call(call) if call.name == "pipeline" && call.block.is_some()),
        );
        if let Some(index) = declarative {
            self.assignments(&statements[..index]);
            if let StatementKind::Call(Call { block: Some(block), .. }) = &statements[index].kind {
                self.declarative(block);
            }
            return;
        }
        if self.library_pipeline(statements) {
            return;
        }
        self.scripted(statements);
    }

    /// What statements outside of all stages give names.
    fn assignments(&mut self, statements: &[Statement]) {
        for statement in statements {
            if let StatementKind::Assignment { name, value } = &statement.kind {
                let written = self.source.slice(name).to_owned();
                let found = self.evaluate(value);
                self.assigned(&written, value, found);
            }
        }
    }

    /// Libraries, functions and names with one value.
    fn gather(&mut self, statements: &[Statement]) {
        let mut assigned: BTreeMap<String, usize> = BTreeMap::new();
        for statement in statements {
            match &statement.kind {
                StatementKind::Call(call) if call.name == "@Library" => self.library(call),
                StatementKind::Call(call) if call.name == "library" || call.name == "load" => self.library(call),
                StatementKind::Call(call) if call.name == "properties" => {}
                StatementKind::Assignment { name, value } => {
                    let name = self.source.slice(name).to_owned();
                    *assigned.entry(name.clone()).or_default() += 1;
                    if let ExpressionKind::Text(_) = &value.kind {
                        let text = self.source.text(self.reader, value);
                        self.bind(&name, Bound::Text(text));
                    } else if let ExpressionKind::Call(call) = &value.kind
                        && call.name == "library"
                    {
                        self.library(call);
                    }
                }
                _ => {}
            }
        }
        self.inner_names(statements, &mut assigned, 0);
        // What is assigned again, here or in a step, has no one value.
        let text = self.source.text.clone();
        std::rc::Rc::make_mut(&mut self.source.names).retain(|name, _| {
            let again = text.match_indices(name.as_str()).filter(|(at, _)| {
                let rest = text[at + name.len()..].trim_start();
                rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=~")
            });
            assigned.get(name) == Some(&1) && again.count() <= 1
        });
    }

    /// Names with one value that `node`, `stage` and other blocks give, which no condition decides.
    fn inner_names(&mut self, statements: &[Statement], assigned: &mut BTreeMap<String, usize>, depth: usize) {
        for statement in statements.iter().filter(|_| depth < 30) {
            let mut blocks: Vec<&Block> = Vec::new();
            match &statement.kind {
                StatementKind::Call(call) => {
                    blocks.extend(&call.block);
                    let closures = call.arguments.iter().filter_map(|argument| match &argument.value.kind {
                        ExpressionKind::Closure(block) => Some(block),
                        _ => None,
                    });
                    blocks.extend(closures);
                }
                StatementKind::Try { body, .. } => blocks.push(body),
                StatementKind::Assignment { name, value } if depth > 0 => {
                    let name = self.source.slice(name).to_owned();
                    *assigned.entry(name.clone()).or_default() += 1;
                    let few = self.source.names.len() < MAX_INNER_NAMES;
                    if let (ExpressionKind::Text(_), true) = (&value.kind, few) {
                        let text = self.source.text(self.reader, value);
                        self.bind(&name, Bound::Text(text));
                    }
                }
                _ => {}
            }
            for block in blocks {
                self.inner_names(&block.statements, assigned, depth + 1);
            }
        }
    }

    pub(super) fn uses(&self, kind: UsesKind, written: Text, name: &str, at: Span, found: Found) -> Uses {
        Uses { kind, written, name: name.into(), reference: None, repository: None, path: Arc::from(""), at, found }
    }

    /// A file that only calls a step of a library: the pipeline is there.
    fn library_pipeline(&mut self, statements: &[Statement]) -> bool {
        let works = statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Call(call)
                if !call.name.starts_with('@') && call.name != "library" && call.name != "properties" =>
            {
                Some(call)
            }
            _ => None,
        });
        let calls: Vec<&Call> = works.collect();
        let [call] = calls.as_slice() else { return false };
        if step::is_known(&call.name) || self.functions.contains_key(&call.name) {
            return false;
        }
        let call = (*call).clone();
        let at = self.source.span(&call.name_range);
        let Some((library, found)) = self.library_step(&call.name) else { return false };
        let mut uses = self.library_uses(&call, &library, &call.name);
        let followed = found.and_then(|document| self.reader.follow(at, self.depth).map(|()| document));
        match followed {
            Ok(document) => {
                uses.found = Found::Read(document.file);
                self.pipeline.uses.push(uses);
                self.assignments(statements);
                let given = self.given(&call);
                let context = self.context_of(&document, &call.name, at);
                let outer = self.enter(context);
                if let Some(function) = self.function("call", &given) {
                    self.receive(&function, given);
                    self.depth += 1;
                    self.top(&function.body.statements);
                    self.depth -= 1;
                }
                self.enter(outer);
            }
            Err(reason) => {
                uses.found = Found::Missing(reason.clone());
                self.pipeline.uses.push(uses.clone());
                self.pipeline.hidden.push(Hidden { uses, reason, place: HiddenPlace::Anywhere });
                // What stands in its block is taken as it is written.
                self.scripted(statements);
            }
        }
        true
    }

    fn declarative(&mut self, block: &Block) {
        let sections: Vec<&Call> = calls(block).collect();
        for call in &sections {
            let Some(inner) = &call.block else { continue };
            match call.name.as_str() {
                "parameters" => self.parameters(inner),
                "environment" => {
                    let mut secrets = Vec::new();
                    let variables = self.environment(inner, &mut secrets);
                    self.names(&variables);
                    self.pipeline.variables.extend(variables);
                    self.pipeline.secrets.extend(secrets);
                }
                "triggers" => self.triggers(inner),
                "options" => self.options(inner),
                "libraries" => {
                    for lib in calls(inner) {
                        self.library(lib);
                    }
                }
                _ => {}
            }
        }
        self.implied_triggers();
        let agent = sections.iter().find(|call| call.name == "agent").and_then(|call| self.agent(call));
        for call in &sections {
            let Some(inner) = &call.block else { continue };
            match call.name.as_str() {
                "stages" => self.stages(inner, None, false, agent.as_ref()),
                "post" => {
                    let at = self.source.span(&call.range);
                    let header = self.source.span(&call.name_range);
                    let id = self.push_job(JobKind::Post, "post", None, at, header, agent.as_ref());
                    self.post(inner, id);
                }
                _ => {}
            }
        }
        if !sections.iter().any(|call| call.name == "stages") {
            let at = self.source.span(&(block.range.start..block.range.start + 1));
            self.reader.issue(at, "the pipeline has no `stages`", "Jenkins refuses the pipeline; say what it does.");
        }
    }

    /// Puts variables with a known name among what is followed.
    pub(super) fn names(&mut self, variables: &[Variable]) {
        for variable in variables {
            if let Some(name) = variable.name.known()
                && variable.kind == crate::model::VariableKind::Plain
            {
                self.bind(&name, Bound::Text(variable.value.clone()));
            }
        }
    }

    /// A job without steps, for a stage or for all.
    pub(super) fn push_job(
        &mut self,
        kind: JobKind,
        name: &str,
        stage: Option<StageId>,
        at: Span,
        header: Span,
        runner: Option<&crate::model::Runner>,
    ) -> JobId {
        let id = JobId(self.pipeline.jobs.len() as u32);
        let name = Text::literal(name, Origin::at(header, Role::Attribute));
        let mut job = Job::new(name, kind, at, header, Value::at(Data::Null, at));
        job.stage = stage;
        job.through = self.through.clone();
        job.runner = runner.cloned();
        job.continue_on_error.clone_from(&self.around.tolerated);
        self.pipeline.jobs.push(job);
        id
    }

    fn parameters(&mut self, block: &Block) {
        for call in calls(block) {
            let name = call.named("name").or_else(|| call.first());
            let Some(name) = name else { continue };
            let text = self.source.text(self.reader, name);
            let default = call.named("defaultValue").map(|value| self.source.text(self.reader, value).value());
            let choices = call.named("choices").map(|value| match &value.kind {
                ExpressionKind::List(list) => list.clone(),
                _ => vec![value.clone()],
            });
            let values: Vec<Value> =
                choices.unwrap_or_default().iter().map(|value| self.source.text(self.reader, value).value()).collect();
            // Without a default the first choice is usual, a truth is false.
            let default = default.or_else(|| values.first().cloned());
            self.source.parameters.push(Parameter {
                name: text.canonical().into(),
                at: self.source.span(&name.range),
                ty: call.name.as_str().into(),
                default,
                required: false,
                values,
                of: Arc::from(""),
            });
        }
        self.pipeline.parameters.clone_from(&self.source.parameters);
    }

    /// `options`: their names with the first argument, below `options` of what is written.
    fn options(&mut self, block: &Block) {
        let entries = calls(block).map(|call| {
            let at = self.source.span(&call.name_range);
            let value = call.first().map(|value| self.source.text(self.reader, value).value());
            let value = value.unwrap_or_else(|| Value::at(Data::Null, self.source.span(&call.range)));
            Entry { key: call.name.as_str().into(), key_span: Some(at), value }
        });
        let options = Value::at(Data::Map(Arc::new(entries.collect())), self.source.span(&block.range));
        let whole = Entry { key: "options".into(), key_span: None, value: options };
        self.pipeline.written = Value::at(Data::Map(Arc::new(std::iter::once(whole).collect())), self.pipeline.at);
    }

    fn triggers(&mut self, block: &Block) {
        for call in calls(block) {
            let at = self.source.span(&call.range);
            let event = match call.name.as_str() {
                "cron" => Event::Schedule,
                "pollSCM" | "githubPush" | "gitlab" | "bitbucketPush" => Event::Push,
                "upstream" => Event::Upstream,
                _ => Event::Api,
            };
            let value = call.first().map(|value| self.source.text(self.reader, value).value());
            let written = value.clone().unwrap_or_else(|| Value::at(Data::Null, at));
            let mut trigger = Trigger::new(event, call.name.as_str(), at, written);
            trigger.key = Some(self.source.span(&call.name_range));
            match event {
                Event::Schedule => trigger.crons = value.into_iter().collect(),
                Event::Upstream => {
                    let upstream = call.named("upstreamProjects").or_else(|| call.first());
                    trigger.upstream =
                        upstream.map(|value| self.source.text(self.reader, value).value()).into_iter().collect();
                }
                _ => {}
            }
            self.pipeline.triggers.push(trigger);
        }
    }

    /// What the job's configuration decides: pushes and pull requests, and a person at any time.
    fn implied_triggers(&mut self) {
        let at = Span { end: self.pipeline.at.start, ..self.pipeline.at };
        for (event, name) in
            [(Event::Push, "branch"), (Event::PullRequest, "change request"), (Event::Manual, "manual")]
        {
            let mut trigger = Trigger::new(event, name, at, Value::at(Data::Null, at));
            trigger.implied = true;
            self.pipeline.triggers.push(trigger);
        }
    }

    /// Adds secrets to a job.
    pub(super) fn add_secrets(&mut self, id: JobId, secrets: Vec<SecretUse>) {
        if let Some(job) = self.pipeline.jobs.get_mut(id.0 as usize) {
            job.secrets.extend(secrets);
        }
    }
}

/// The calls of a block.
fn calls(block: &Block) -> impl Iterator<Item = &Call> {
    block.statements.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Call(call) => Some(call),
        _ => None,
    })
}
