//! `pipeline.job`.

use std::collections::BTreeMap;

use volary_model::{Origin, Role, SubjectId, Value};

use super::value::{
    bool_at, entry, groups, list_at, list_of, map_at, secret_names, setting, string, text_at, variables, written,
};
use super::workflow::permissions;
use super::{Builder, Draft, uses};
use crate::{Container, Job, JobId, JobKind, Platform, Runner, SecretKind, SecretUse, Variable};

impl Builder<'_> {
    pub(super) fn job(&mut self, id: JobId, job: &Job, workflow: SubjectId) {
        if !self.first_told("job", job.at, &job.name.canonical()) {
            return;
        }
        let name = self.job_name(id);
        let header = self.first_line(job.header);
        let kind = match &job.kind {
            JobKind::Call(_) => "call",
            JobKind::Plain if job.name.canonical().starts_with(super::gitlab::PART) => "part",
            JobKind::Plain => "plain",
            JobKind::Deployment(_) => "deployment",
            JobKind::Start(_) => "start",
            JobKind::Hidden(..) => "template",
            JobKind::Post => "post",
        };
        let truth = |name: &str| {
            let value = self.subjects[workflow.0 as usize].values.get(name).cloned();
            value.map(|value| entry(name, value))
        };
        let mut fields = vec![entry("name", text_at(name.as_str(), header)), entry("kind", text_at(kind, header))];
        fields.extend(["public", "privileged", "releases"].into_iter().filter_map(truth));
        if let JobKind::Call(called) | JobKind::Hidden(called, _) = &job.kind {
            fields.push(entry("uses", uses::uses(called, self.text)));
        }
        fields.extend(job.display.as_ref().map(|text| entry("display", string(text))));
        let effective = match (&job.permissions, &self.pipeline.permissions) {
            (Some(own), _) => Some(permissions(own, "own")),
            (None, Some(_)) => self.inherited.clone(),
            (None, None) => None,
        };
        fields.extend(effective.map(|value| entry("permissions", value)));
        if let Some(found) = &job.environment {
            let mut parts = vec![entry("name", string(&found.name))];
            parts.extend(found.url.as_ref().map(|url| entry("url", string(url))));
            fields.push(entry("environment", map_at(parts, self.first_line(found.at))));
        }
        let node = node_of(job);
        if let Some(found) =
            job.runner.as_ref().or(node.as_ref()).filter(|found| self.first_told("runner", found.at, ""))
        {
            fields.push(entry("runner", self.runner(found)));
        }
        fields.extend(job.container.as_ref().map(|found| entry("container", self.container(found))));
        let services: Vec<Value> = job.services.iter().map(|one| self.container(one)).collect();
        fields.push(entry("services", list_at(services, header)));
        fields.extend(job.continue_on_error.as_ref().map(|found| entry("continue_on_error", setting(found))));
        fields.extend(job.timeout.as_ref().map(|found| entry("timeout", string(&found.text))));
        fields.extend(
            job.activation.condition.as_ref().map(|found| entry("condition", text_at(found.text.clone(), found.at))),
        );
        fields.extend(job.concurrency.as_ref().map(|value| entry("concurrency", value.clone())));
        let own: Vec<&Variable> =
            job.variables.iter().filter(|variable| self.first_told("variable", variable.at, "")).collect();
        fields.push(entry("env", map_at(variables(own.iter().copied(), self.platform()), header)));
        fields.extend(secret_names(own.iter().copied(), header));
        fields.push(entry("groups", list_of(groups(own.iter().copied()), header)));
        let stage = job.stage.and_then(|id| self.pipeline.stage(id));
        if let Some(stage) = stage {
            fields.push(entry("stage", text_at(stage.name.canonical(), header)));
        }
        let connections = job.steps.iter().flat_map(|step| &step.connections);
        fields.push(entry("connections", super::step::connections(connections, header)));
        let mut defaults = Vec::new();
        if let Some(run) = job.written.get("defaults").and_then(|defaults| defaults.get("run")) {
            defaults.extend(run.get("shell").map(|shell| entry("shell", shell.clone())));
        }
        fields.push(entry("defaults", map_at(defaults, header)));
        fields.push(entry("with", super::step::inputs(&job.inputs, header)));
        let steps = job.steps.iter().filter(|step| step.at.file == self.file());
        let all: Vec<&SecretUse> = job.secrets.iter().chain(steps.flat_map(|step| &step.secrets)).collect();
        fields.push(entry("secrets", secrets(&all, header)));
        let inherit = job.secrets.iter().find(|one| one.kind == SecretKind::All);
        fields.push(entry("inherits_secrets", bool_at(inherit.is_some(), inherit.map_or(header, |one| one.at))));
        let subject = self.add(Draft {
            kind: "pipeline.job",
            name: name.as_str().into(),
            address: format!("job {name}"),
            header,
            extent: job.at,
            fields,
            owner: Some(workflow),
            links: BTreeMap::from([("workflow".into(), vec![workflow])]),
        });
        self.link(workflow, "pipeline.job", subject);
        self.link(workflow, "jobs", subject);
        self.containers(job, &format!("job {name}"), subject, workflow);
        self.job_expressions(job, &name, subject, workflow);
        self.steps(job, &name, Some(subject), workflow);
    }

    /// Steps that this file hands to a template, which makes the job.
    pub(super) fn foreign_job(&mut self, id: JobId, job: &Job, workflow: SubjectId) {
        if job.steps.iter().any(|step| step.at.file == self.file()) {
            let name = self.job_name(id);
            self.steps(job, &name, None, workflow);
        }
    }

    fn steps(&mut self, job: &Job, name: &str, subject: Option<SubjectId>, workflow: SubjectId) {
        let mut fetched = super::step::sources_at_start(self.platform(), job);
        for (index, step) in job.steps.iter().enumerate() {
            if step.at.file == self.file() && self.first_told("step", step.at, &step.phase_name()) {
                let place = super::step::Place { index, job, name, subject, workflow, fetched };
                self.step(step, &place);
            }
            fetched |=
                step.checkout.as_ref().is_some_and(|checkout| !checkout.nothing && checkout.repository.is_none());
        }
    }

    fn runner(&self, runner: &Runner) -> Value {
        let at = self.first_line(runner.at);
        let mut fields =
            vec![entry("labels", Value::list(runner.labels.iter().map(string).collect(), Origin::at(at, Role::Block)))];
        fields.extend(runner.pool.as_ref().map(|pool| entry("group", string(pool))));
        let hosted = runner.hosted.or_else(|| self.is_named_pool(runner).then_some(false));
        fields.extend(hosted.map(|hosted| entry("self_hosted", bool_at(!hosted, at))));
        let demands = runner.demands.iter().map(string).collect();
        fields.push(entry("demands", list_at(demands, at)));
        fields.push(entry("text", list_text(runner, at)));
        map_at(fields, at)
    }

    /// A pool of Azure with a name that is none of those that Azure had for its own machines.
    fn is_named_pool(&self, runner: &Runner) -> bool {
        let name = runner.pool.as_ref().and_then(crate::Text::known).map(|name| name.to_lowercase());
        self.platform() == Platform::Azure
            && runner.labels.is_empty()
            && name.is_some_and(|name| !name.starts_with("hosted") && name != "azure pipelines")
    }

    pub(super) fn container(&self, container: &Container) -> Value {
        let at = self.first_line(container.at);
        let mut fields = Vec::new();
        if !container.image.is_empty() {
            fields.push(entry("image", uses::image(&container.image)));
        }
        fields.extend(container.options.as_ref().map(|text| entry("options", written(text))));
        fields.extend(container.alias.as_ref().map(|text| entry("name", string(text))));
        if let Some(credentials) = &container.credentials {
            let part = |key: &str| {
                let value = credentials.get(key)?;
                // What is read from a secret is no credential in the file.
                let open = value.as_text().is_some_and(|text| text.contains("${{"));
                Some(entry(format!("{key}_literal"), bool_at(!open, value.origin.span().unwrap_or(at))))
            };
            let parts = ["username", "password"].into_iter().filter_map(part).collect();
            fields.push(entry("credentials", map_at(parts, credentials.origin.span().unwrap_or(at))));
        }
        map_at(fields, at)
    }
}

/// Where the steps of a scripted pipeline run that has no stages: its first `node`.
fn node_of(job: &Job) -> Option<Runner> {
    let is_node = |step: &&crate::Step| matches!(&step.action, crate::Action::Block(name) if &**name == "node");
    let node = job.steps.iter().find(is_node)?;
    let labels = node.input("0").map(|input| input.text.clone()).into_iter().collect();
    Some(Runner { labels, pool: None, container: None, hosted: None, demands: Vec::new(), at: node.at })
}

fn list_text(runner: &Runner, at: volary_model::Span) -> Value {
    let labels = runner.pool.iter().filter(|_| runner.labels.is_empty()).chain(&runner.labels);
    let labels: Vec<String> = labels.map(crate::Text::canonical).collect();
    let nothing = labels.is_empty() && runner.container.is_none() && runner.demands.is_empty();
    text_at(if nothing { "any".to_owned() } else { labels.join(", ") }, at)
}

/// Names of secrets that are used, the token of the run left out.
pub(super) fn secrets(found: &[&SecretUse], at: volary_model::Span) -> Value {
    let mut seen = Vec::new();
    let mut list = Vec::new();
    for one in found {
        let name = match one.kind {
            SecretKind::Token | SecretKind::Identity => continue,
            SecretKind::All => "*".to_owned(),
            _ => one.name.canonical(),
        };
        if !seen.contains(&name) && seen.len() < 100 {
            list.push(text_at(name.as_str(), one.at));
            seen.push(name);
        }
    }
    list_at(list, at)
}
