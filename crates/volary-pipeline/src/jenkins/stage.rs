//! Stages of declarative and scripted pipelines.

use std::sync::Arc;

use volary_model::{Origin, Role};

use super::syntax::{Argument, Block, Call, Expression, ExpressionKind, Statement, StatementKind};
use super::{Builder, calls};
use crate::model::{
    Container, JobId, JobKind, Leg, Needs, Phase, Runner, SecretKind, SecretUse, Setting, Stage, StageId, Strategy,
    Text, Variable, VariableKind,
};

impl Builder<'_, '_> {
    /// The stages of `stages` or `parallel`.
    pub(super) fn stages(&mut self, block: &Block, within: Option<StageId>, parallel: bool, agent: Option<&Runner>) {
        for call in calls(block) {
            match call.name.as_str() {
                "stage" => self.stage(call, within, parallel, agent),
                // Scripts may make stages.
                "script" => {
                    if let Some(inner) = &call.block {
                        self.stages(inner, within, parallel, agent);
                    }
                }
                _ => {}
            }
        }
    }

    fn stage(&mut self, call: &Call, within: Option<StageId>, parallel: bool, agent: Option<&Runner>) {
        let at = self.source.span(&call.range);
        if self.reader.node(at).is_err() {
            return;
        }
        let header = self.source.span(&call.name_range);
        let name = match call.first() {
            Some(name) => self.source.text(self.reader, name),
            None => Text::literal("", Origin::at(header, Role::Attribute)),
        };
        let id = StageId(self.pipeline.stages.len() as u32);
        let mut stage = Stage {
            within,
            parallel,
            needs: if parallel { Needs::Nothing { at: None } } else { Needs::Before },
            runner: agent.cloned(),
            through: self.through.clone(),
            ..Stage::new(name.clone(), at, header)
        };
        let Some(block) = &call.block else {
            self.pipeline.stages.push(stage);
            return;
        };
        let sections: Vec<&Call> = calls(block).collect();
        let section = |name: &str| sections.iter().copied().find(|call| call.name == name);
        if let Some(agent) = section("agent").and_then(|call| self.agent(call)) {
            stage.runner = Some(agent);
        }
        if let Some(when) = section("when") {
            stage.activation.condition = Some(self.when(when));
        }
        if let Some(input) = section("input") {
            let text = match input.first() {
                Some(message) => self.source.text(self.reader, message),
                None => Text::literal("input", Origin::at(self.source.span(&input.name_range), Role::Attribute)),
            };
            stage.manual = Some(Setting::of(text, Some(self.source.span(&input.name_range))));
        }
        let outer = self.source.names.clone();
        let mut secrets = Vec::new();
        if let Some(inner) = section("environment").and_then(|call| call.block.as_ref()) {
            stage.variables = self.environment(inner, &mut secrets);
            self.names(&stage.variables);
        }
        let runner = stage.runner.clone();
        self.pipeline.stages.push(stage);
        let known = name.canonical();
        let mut job: Option<JobId> = None;
        for call in &sections {
            let Some(inner) = &call.block else {
                // `parallel a: { ... }, b: { ... }` of scripted pipelines.
                continue;
            };
            match call.name.as_str() {
                "steps" => {
                    let here = self.push_job(JobKind::Plain, &known, Some(id), at, header, runner.as_ref());
                    self.steps(inner, &Phase::Main, None, here);
                    job = Some(here);
                }
                "stages" => self.stages(inner, Some(id), false, runner.as_ref()),
                "parallel" => self.stages(inner, Some(id), true, runner.as_ref()),
                "matrix" => self.matrix(inner, id, runner.as_ref()),
                _ => {}
            }
        }
        if let Some(post) = section("post") {
            let here = job.unwrap_or_else(|| {
                let at = self.source.span(&post.range);
                let header = self.source.span(&post.name_range);
                self.push_job(JobKind::Post, "post", Some(id), at, header, runner.as_ref())
            });
            if let Some(inner) = &post.block {
                self.post(inner, here);
            }
            job = job.or(Some(here));
        }
        if let Some(job) = job {
            self.add_secrets(job, secrets);
        } else {
            self.pipeline.secrets.extend(secrets);
        }
        self.source.names = outer;
    }

    /// `matrix { axes { axis { name; values } } stages { ... } }`: the stages stand once, each with the legs.
    fn matrix(&mut self, block: &Block, id: StageId, agent: Option<&Runner>) {
        let mut dimensions = Vec::new();
        let mut at = self.source.span(&block.range);
        let first = self.pipeline.jobs.len();
        for call in calls(block) {
            let Some(inner) = &call.block else { continue };
            match call.name.as_str() {
                "axes" => {
                    at = self.source.span(&call.range);
                    for axis in calls(inner).filter_map(|axis| axis.block.as_ref()) {
                        let find = |name: &str| calls(axis).find(|call| call.name == name);
                        let Some(name) = find("name").and_then(Call::first) else { continue };
                        let name = self.source.text(self.reader, name).canonical();
                        let values = find("values").map(|call| call.arguments.clone()).unwrap_or_default();
                        let values: Vec<_> =
                            values.iter().map(|one| self.source.text(self.reader, &one.value).value()).collect();
                        dimensions.push((Arc::<str>::from(name), values));
                    }
                }
                "stages" => self.stages(inner, Some(id), false, agent),
                _ => {}
            }
        }
        let legs = dimensions.iter().try_fold(vec![Vec::new()], |legs: Vec<Vec<_>>, (name, values)| {
            let made: Vec<Vec<_>> = legs
                .iter()
                .flat_map(|leg| {
                    values.iter().map(|value| leg.iter().cloned().chain([(name.clone(), value.clone())]).collect())
                })
                .collect();
            (made.len() <= self.reader.limits.matrix_legs).then_some(made)
        });
        let strategy = Strategy {
            dimensions,
            legs: legs.map(|legs| legs.into_iter().map(|values| Leg { name: None, values }).collect()),
            unknown: None,
            fail_fast: None,
            max_parallel: None,
            at,
        };
        for job in &mut self.pipeline.jobs[first..] {
            job.strategy = Some(strategy.clone());
        }
    }

    /// `post`: the steps of every condition.
    pub(super) fn post(&mut self, block: &Block, job: JobId) {
        for call in calls(block) {
            if let Some(inner) = &call.block {
                self.steps(inner, &Phase::Post(call.name.as_str().into()), None, job);
            }
        }
    }

    /// `environment`: names with a text or with `credentials('id')`.
    pub(super) fn environment(&mut self, block: &Block, secrets: &mut Vec<SecretUse>) -> Vec<Variable> {
        let mut variables = Vec::new();
        for statement in &block.statements {
            let StatementKind::Assignment { name, value } = &statement.kind else { continue };
            let at = self.source.span(name);
            let key = self.source.slice(name).trim_matches(['"', '\'']).to_owned();
            let mut kind = VariableKind::Plain;
            let mut text = self.source.text(self.reader, value);
            if let ExpressionKind::Call(call) = &value.kind
                && call.name == "credentials"
                && let Some(id) = call.first()
            {
                text = self.source.text(self.reader, id);
                kind = VariableKind::Secret;
                secrets.push(SecretUse {
                    at: self.source.span(&id.range),
                    name: text.clone(),
                    kind: SecretKind::Credential,
                    into: Some(key.as_str().into()),
                });
            }
            let variable = Variable {
                name: Text::literal(key.as_str(), Origin::at(at, Role::Attribute)),
                at,
                kind,
                value: text,
                readonly: None,
                guards: Vec::new(),
                through: self.through.clone(),
            };
            self.names(std::slice::from_ref(&variable));
            variables.push(variable);
        }
        variables
    }

    /// `agent`, `node`.
    pub(super) fn agent(&mut self, call: &Call) -> Option<Runner> {
        let at = self.source.span(&call.range);
        let mut runner =
            Runner { labels: Vec::new(), pool: None, container: None, hosted: None, demands: Vec::new(), at };
        if let Some(first) = call.first() {
            if matches!(&first.kind, ExpressionKind::Name(name) if name == "none") {
                return None;
            }
            if !matches!(&first.kind, ExpressionKind::Name(name) if name == "any")
                && !matches!(first.kind, ExpressionKind::Closure(_))
            {
                runner.labels.push(self.source.text(self.reader, first));
            }
        }
        for inner in call.block.iter().flat_map(calls) {
            self.agent_kind(inner, &mut runner);
        }
        Some(runner)
    }

    fn agent_kind(&mut self, call: &Call, runner: &mut Runner) {
        let inner: Vec<&Call> = call.block.iter().flat_map(calls).collect();
        let value = |name: &str| -> Option<&Expression> {
            call.named(name).or_else(|| inner.iter().find(|call| call.name == name).and_then(|call| call.first()))
        };
        match call.name.as_str() {
            "label" => {
                if let Some(label) = call.first() {
                    runner.labels.push(self.source.text(self.reader, label));
                }
            }
            "node" => {
                if let Some(label) = value("label") {
                    runner.labels.push(self.source.text(self.reader, label));
                }
            }
            "docker" => {
                let image = value("image").or_else(|| call.first());
                let Some(image) = image else { return };
                let image = self.source.text(self.reader, image);
                let options = value("args").map(|args| self.source.text(self.reader, args));
                let credentials = value("registryCredentialsId").map(|id| self.source.text(self.reader, id).value());
                if let Some(label) = value("label") {
                    runner.labels.push(self.source.text(self.reader, label));
                }
                runner.container = Some(Container {
                    image,
                    alias: None,
                    options,
                    credentials,
                    variables: Vec::new(),
                    at: self.source.span(&call.range),
                });
            }
            "dockerfile" | "kubernetes" => {
                if let Some(label) = value("label") {
                    runner.labels.push(self.source.text(self.reader, label));
                }
                let name =
                    Text::literal(call.name.as_str(), Origin::at(self.source.span(&call.name_range), Role::Attribute));
                runner.demands.push(name);
            }
            _ => {}
        }
    }

    /// A scripted pipeline: every `stage` is a stage, what stands outside of them a stage without a name.
    pub(super) fn scripted(&mut self, statements: &[Statement]) {
        self.scripted_triggers();
        self.scripted_in(statements, None, 0);
    }

    fn scripted_in(&mut self, statements: &[Statement], agent: Option<&Runner>, depth: usize) {
        let mut loose: Vec<Statement> = Vec::new();
        for statement in statements {
            if depth < 30 && self.holds_stages(statement) {
                self.loose(&loose, agent);
                loose.clear();
                self.scripted_statement(statement, agent, depth);
            } else {
                loose.push(statement.clone());
            }
        }
        self.loose(&loose, agent);
    }

    fn scripted_statement(&mut self, statement: &Statement, agent: Option<&Runner>, depth: usize) {
        match &statement.kind {
            StatementKind::Call(call) if call.name == "stage" => self.scripted_stage(call, agent, depth),
            StatementKind::Call(call) => {
                let outer = self.around.clone();
                if matches!(call.name.as_str(), "catchError" | "warnError") {
                    self.around.tolerated = Some(super::step::tolerated(self.source.span(&call.name_range)));
                }
                let own = if call.name == "node" { self.agent(&Call { block: None, ..call.clone() }) } else { None };
                let agent = own.as_ref().or(agent);
                if let Some(block) = &call.block {
                    self.scripted_in(&block.statements, agent, depth + 1);
                }
                for argument in &call.arguments {
                    if let ExpressionKind::Closure(block) = &argument.value.kind {
                        self.scripted_in(&block.statements, agent, depth + 1);
                    }
                }
                self.around = outer;
            }
            StatementKind::If(branches) => {
                let outer = self.around.clone();
                let mut before = Vec::new();
                for (condition, block) in branches {
                    let found = self.branch(condition.as_ref(), block, &mut before);
                    // Of several conditions the innermost is the one that is told.
                    self.around.condition = Some(found);
                    self.scripted_in(&block.statements, agent, depth + 1);
                }
                self.around = outer;
            }
            StatementKind::Try { body, catch, finally } => {
                let outer = self.around.clone();
                if let Some(at) = self.swallows(catch.as_ref()) {
                    self.around.tolerated = Some(super::step::tolerated(at));
                }
                self.scripted_in(&body.statements, agent, depth + 1);
                self.around = outer;
                for block in [catch.as_ref(), finally.as_ref()].into_iter().flatten() {
                    self.scripted_in(&block.statements, agent, depth + 1);
                }
            }
            StatementKind::Loop { body, .. } => self.scripted_in(&body.statements, agent, depth + 1),
            _ => {}
        }
    }

    fn scripted_stage(&mut self, call: &Call, agent: Option<&Runner>, depth: usize) {
        let at = self.source.span(&call.range);
        if self.reader.node(at).is_err() {
            return;
        }
        let header = self.source.span(&call.name_range);
        let name = call.first().map(|name| self.source.text(self.reader, name));
        let name = name.unwrap_or_else(|| Text::literal("", Origin::at(header, Role::Attribute)));
        let id = self.plain_stage(name.clone(), at, header, false, agent);
        let Some(block) = &call.block else { return };
        // Stages in a stage follow it; its own steps come first.
        let (nested, own): (Vec<Statement>, Vec<Statement>) =
            block.statements.iter().cloned().partition(|statement| depth < 30 && self.holds_stages(statement));
        let job = self.push_job(JobKind::Plain, &name.canonical(), Some(id), at, header, agent);
        let body = Block { statements: own, range: block.range.clone(), ..Block::default() };
        self.steps(&body, &Phase::Main, None, job);
        self.scripted_in(&nested, agent, depth + 1);
    }

    /// Statements outside of any stage.
    fn loose(&mut self, statements: &[Statement], agent: Option<&Runner>) {
        let works = statements.iter().any(|statement| match &statement.kind {
            StatementKind::Call(call) => !matches!(call.name.as_str(), "@Library" | "library" | "properties" | "load"),
            StatementKind::Function { .. } | StatementKind::Other | StatementKind::Leave { .. } => false,
            StatementKind::Assignment { value, .. } => matches!(value.kind, ExpressionKind::Call(_)),
            _ => true,
        });
        let (Some(first), Some(last)) = (statements.first(), statements.last()) else { return };
        if !works {
            self.assignments(statements);
            return;
        }
        let range = first.range.start..last.range.end;
        let at = self.source.span(&range);
        let header = self.source.span(&first.range);
        let name = Text::literal("", Origin::at(header, Role::Block));
        let id = self.plain_stage(name, at, header, true, agent);
        let job = self.push_job(JobKind::Plain, "", Some(id), at, header, agent);
        let block = Block { statements: statements.to_vec(), range, ..Block::default() };
        self.steps(&block, &Phase::Main, None, job);
    }

    fn plain_stage(
        &mut self,
        name: Text,
        at: volary_model::Span,
        header: volary_model::Span,
        implied: bool,
        agent: Option<&Runner>,
    ) -> StageId {
        let id = StageId(self.pipeline.stages.len() as u32);
        self.pipeline.stages.push(Stage {
            implied,
            activation: crate::model::Activation {
                condition: self.around.condition.clone(),
                ..crate::model::Activation::default()
            },
            runner: agent.cloned(),
            through: self.through.clone(),
            ..Stage::new(name, at, header)
        });
        id
    }

    /// Whether a `stage` stands in a statement. Blocks are nested at most sixty levels deep.
    fn holds_stages(&self, statement: &Statement) -> bool {
        let mut open = vec![statement];
        while let Some(statement) = open.pop() {
            match &statement.kind {
                StatementKind::Call(call) => {
                    if call.name == "stage" {
                        return true;
                    }
                    open.extend(call.block.iter().flat_map(|block| &block.statements));
                    let closures = call.arguments.iter().filter_map(|argument: &Argument| match &argument.value.kind {
                        ExpressionKind::Closure(block) => Some(block),
                        _ => None,
                    });
                    open.extend(closures.flat_map(|block| &block.statements));
                }
                StatementKind::If(branches) => open.extend(branches.iter().flat_map(|(_, block)| &block.statements)),
                StatementKind::Try { body, catch, finally } => {
                    open.extend(&body.statements);
                    open.extend([catch, finally].into_iter().flatten().flat_map(|block| &block.statements));
                }
                StatementKind::Loop { body, .. } => open.extend(&body.statements),
                _ => {}
            }
        }
        false
    }

    fn scripted_triggers(&mut self) {
        self.implied_triggers();
    }
}
