//! Jobs and deployment jobs.

use std::sync::Arc;

use volary_model::{Origin, Reason, ReasonKind, Role, Span, Value};

use super::build::{Builder, setting, text, text_of, whole, written};
use super::node::{Context, Node, Pair};
use super::stage::needs;
use crate::model::{
    Container, Environment, Job, JobKind, Leg, Needs, Phase, Runner, SecretKind, SecretUse, StageId, Strategy, Text,
    Uses, UsesKind, VariableKind,
};

impl Builder<'_, '_> {
    /// The jobs of a list, those of templates included.
    pub(super) fn jobs(&mut self, list: &Node, stage: StageId, context: &Context) {
        for item in list.items() {
            let context = context.under(&item.guards);
            let node = &item.node;
            if node.is_list() {
                self.jobs(node, stage, &context);
            } else if let Some(pair) =
                node.pair("job").or_else(|| node.pair("deployment")).or_else(|| node.pair("phase"))
            {
                if self.reader.node(node.span()).is_err() {
                    return;
                }
                self.job(node, pair, stage, &context);
            } else if node.pair("template").is_some() {
                match self.open(node, UsesKind::Template, &context) {
                    Ok(opened) => {
                        self.template_variables(&opened.body, &opened.context);
                        let mut found = false;
                        for pair in opened.body.pairs() {
                            let context = opened.context.under(&pair.guards);
                            match &*pair.key {
                                "jobs" => self.jobs(&pair.node, stage, &context),
                                "steps" => self.implied_job(&opened.body, pair, stage, &context),
                                _ => continue,
                            }
                            found = true;
                        }
                        if !found && opened.body.pair("stages").is_some() {
                            self.content(&opened.body, &opened.context);
                        }
                    }
                    Err(missing) => self.hidden_job(node, &missing.0, missing.1, stage, &context),
                }
            } else if node.pair("steps").is_some() || node.pair("strategy").is_some() {
                let name = Node::scalar(Text::literal("", Origin::at(node.span(), Role::Block)));
                let at = node.pairs().first().map_or_else(|| node.span(), |pair| pair.key_at);
                let pair = Pair { key: "job".into(), key_at: at, node: name, guards: Arc::new([]) };
                self.job(node, &pair, stage, &context);
            } else if !self.refuses(node, &context) {
                let help = "An element of `jobs` has `job`, `deployment` or `template`.";
                self.reader.issue(node.span(), "this is no job", help);
            }
        }
    }

    fn hidden_job(&mut self, node: &Node, uses: &Uses, reason: Reason, stage: StageId, context: &Context) {
        let name = Text::literal("", node.origin.clone());
        let kind = JobKind::Hidden(Box::new(uses.clone()), reason);
        let mut job = Job::new(name, kind, node.span(), uses.at, written(node));
        job.stage = Some(stage);
        job.activation.guards = context.guards.to_vec();
        job.through = context.through.clone();
        self.pipeline.jobs.push(job);
        self.given(node, uses, context, Some(stage));
    }

    /// The job of a pipeline, template or stage that has only steps.
    pub(super) fn implied_job(&mut self, node: &Node, pair: &Pair, stage: StageId, context: &Context) {
        if self.reader.node(whole(pair)).is_err() {
            return;
        }
        let name = Text::literal("", Origin::at(pair.key_at, Role::Block));
        let mut job = Job::new(name, JobKind::Plain, whole(pair), pair.key_at, written(node));
        job.stage = Some(stage);
        job.through = context.through.clone();
        job.activation.guards = context.guards.to_vec();
        self.common(node, &mut job, stage);
        let inner = Context { guards: Arc::new([]), ..context.clone() };
        self.steps(&pair.node, &Phase::Main, &inner, &mut job);
        self.pipeline.jobs.push(job);
    }

    fn job(&mut self, node: &Node, pair: &Pair, stage: StageId, context: &Context) {
        let name = text_of(pair).unwrap_or_else(|| Text::literal("", node.origin.clone()));
        let deployment = &*pair.key == "deployment";
        let strategy = node.get("strategy");
        let kind = if deployment {
            let named = strategy.and_then(|node| node.pairs().first()).map(|pair| pair.key.clone());
            JobKind::Deployment(named.unwrap_or_default())
        } else {
            JobKind::Plain
        };
        let mut job = Job::new(name, kind, node.span(), pair.key_at, written(node));
        job.stage = Some(stage);
        job.through = context.through.clone();
        job.display = text(node, "displayName");
        job.needs = needs(node, Needs::Nothing { at: None });
        job.activation = self.activation(node, context);
        self.common(node, &mut job, stage);
        let inner = Context { guards: Arc::new([]), ..context.clone() };
        for pair in node.pairs() {
            let context = inner.under(&pair.guards);
            match &*pair.key {
                "variables" => {
                    let variables = self.variables(&pair.node, &context);
                    for group in variables.iter().filter(|variable| variable.kind == VariableKind::Group) {
                        job.secrets.push(SecretUse {
                            name: group.name.clone(),
                            kind: SecretKind::Group,
                            at: group.at,
                            into: None,
                        });
                    }
                    job.variables.extend(variables);
                }
                "steps" => self.steps(&pair.node, &Phase::Main, &context, &mut job),
                "strategy" if deployment => {
                    for strategy in pair.node.pairs() {
                        self.hooks(&strategy.node, &context.under(&strategy.guards), &mut job);
                    }
                }
                "strategy" => job.strategy = Some(self.strategy(pair)),
                "environment" => job.environment = environment(pair),
                _ => {}
            }
        }
        self.pipeline.jobs.push(job);
    }

    /// What every form of a job may have.
    fn common(&mut self, node: &Node, job: &mut Job, stage: StageId) {
        job.continue_on_error = setting(node, "continueOnError");
        job.timeout = setting(node, "timeoutInMinutes");
        job.runner = match node.pair("pool") {
            Some(pair) => self.runner(pair),
            None => {
                let stage = self.pipeline.stages.get(stage.0 as usize).and_then(|stage| stage.runner.clone());
                stage.or_else(|| self.pool.clone())
            }
        };
        job.container = node.pair("container").and_then(|pair| self.container_of(pair));
        for pair in node.get("services").map(Node::pairs).unwrap_or_default() {
            if let Some(found) = self.container_of(pair) {
                let alias = Text::literal(pair.key.clone(), Origin::at(pair.key_at, Role::Attribute));
                job.services.push(Container { alias: Some(alias), ..found });
            }
        }
        if let Some(lock) = node.get("lockBehavior") {
            job.concurrency = Some(written(lock));
        }
    }

    /// The hooks of a deployment strategy.
    fn hooks(&mut self, node: &Node, context: &Context, job: &mut Job) {
        for pair in node.pairs() {
            let context = context.under(&pair.guards);
            let phase = match &*pair.key {
                "preDeploy" => Phase::PreDeploy,
                "deploy" => Phase::Deploy,
                "routeTraffic" => Phase::RouteTraffic,
                "postRouteTraffic" => Phase::PostRouteTraffic,
                "on" => {
                    for hook in pair.node.pairs() {
                        let phase = if &*hook.key == "failure" { Phase::OnFailure } else { Phase::OnSuccess };
                        self.hook(&hook.node, &phase, &context.under(&hook.guards), job);
                    }
                    continue;
                }
                _ => continue,
            };
            self.hook(&pair.node, &phase, &context, job);
        }
    }

    fn hook(&mut self, node: &Node, phase: &Phase, context: &Context, job: &mut Job) {
        for pair in node.pairs().iter().filter(|pair| &*pair.key == "steps") {
            self.steps(&pair.node, phase, &context.under(&pair.guards), job);
        }
    }

    /// `pool`.
    pub(super) fn runner(&mut self, pair: &Pair) -> Option<Runner> {
        let node = &pair.node;
        let at = whole(pair);
        let empty =
            |at| Runner { labels: Vec::new(), pool: None, container: None, hosted: None, demands: Vec::new(), at };
        if let Some(name) = text_of(pair) {
            if name.is_empty() {
                return None;
            }
            // `server`: no agent at all.
            let hosted = name.is("server").then_some(true);
            return Some(Runner { pool: Some(name), hosted, ..empty(at) });
        }
        let pool = text(node, "name");
        let image = text(node, "vmImage");
        let hosted = match (&pool, &image) {
            (None, Some(_)) => Some(true),
            (Some(name), _) if name.is("Azure Pipelines") => Some(true),
            _ => None,
        };
        let demands = match node.get("demands") {
            Some(found) if found.is_list() => {
                found.items().iter().filter_map(|item| item.node.text().cloned()).collect()
            }
            Some(found) => found.text().cloned().into_iter().collect(),
            None => Vec::new(),
        };
        Some(Runner { labels: image.into_iter().collect(), pool, container: None, hosted, demands, at })
    }

    /// `strategy` of a job that is no deployment.
    fn strategy(&mut self, pair: &Pair) -> Strategy {
        let node = &pair.node;
        let mut strategy = Strategy {
            dimensions: Vec::new(),
            legs: None,
            unknown: None,
            fail_fast: None,
            max_parallel: setting(node, "maxParallel"),
            at: whole(pair),
        };
        let Some(matrix) = node.pair("matrix") else {
            if let Some(parallel) = setting(node, "parallel") {
                strategy.max_parallel = Some(parallel);
            }
            return strategy;
        };
        let legs = matrix.node.pairs();
        if let Some(text) = matrix.node.text() {
            let about = crate::reader::folded(&text.canonical());
            strategy.unknown = Some(Reason::new(ReasonKind::RunTime, about));
        } else if let Some(open) = legs.iter().find_map(|leg| leg.guards.first()) {
            strategy.unknown = Some(crate::reader::reason_of(&open.expr, &open.text));
        } else if legs.len() > self.reader.limits.matrix_legs {
            strategy.unknown = Some(Reason::new(ReasonKind::Limit, "more legs of a matrix than are written out"));
        } else {
            let value = |pair: &Pair| Some((pair.key.clone(), text_of(pair)?.value()));
            let leg = |leg: &Pair| Leg {
                name: Some(leg.key.clone()),
                values: leg.node.pairs().iter().filter_map(value).collect::<Vec<(Arc<str>, Value)>>(),
            };
            strategy.legs = Some(legs.iter().map(leg).collect());
        }
        strategy
    }
}

/// `environment`: a name, `environment.resource`, or a map.
fn environment(pair: &Pair) -> Option<Environment> {
    let at: Span = whole(pair);
    if let Some(name) = text_of(pair) {
        return (!name.is_empty()).then_some(Environment {
            name,
            url: None,
            action: None,
            tier: None,
            at,
            key: Some(pair.key_at),
        });
    }
    let name = text(&pair.node, "name")?;
    let tier = text(&pair.node, "resourceType");
    Some(Environment { name, url: None, action: None, tier, at, key: Some(pair.key_at) })
}
