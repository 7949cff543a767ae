//! `pipeline.job`.

use std::collections::BTreeMap;

use volary_model::{Origin, Role, SubjectId, Value};

use super::value::{bool_at, entry, list_at, map_at, setting, string, text_at, variables, written};
use super::workflow::permissions;
use super::{Builder, Draft, uses};
use crate::{Container, Job, JobId, JobKind, Runner, SecretKind, SecretUse};

impl Builder<'_> {
    pub(super) fn job(&mut self, id: JobId, job: &Job, workflow: SubjectId) {
        let name = self.job_name(id);
        let header = self.first_line(job.header);
        let kind = match &job.kind {
            JobKind::Call(_) => "call",
            _ => "plain",
        };
        let truth = |name: &str| {
            let value = self.subjects[workflow.0 as usize].values.get(name).cloned();
            value.map(|value| entry(name, value))
        };
        let mut fields = vec![entry("name", text_at(name.as_str(), header)), entry("kind", text_at(kind, header))];
        fields.extend(["public", "privileged", "releases"].into_iter().filter_map(truth));
        if let JobKind::Call(called) = &job.kind {
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
        fields.extend(job.runner.as_ref().map(|found| entry("runner", self.runner(found))));
        fields.extend(job.container.as_ref().map(|found| entry("container", self.container(found))));
        let services: Vec<Value> = job.services.iter().map(|one| self.container(one)).collect();
        fields.push(entry("services", list_at(services, header)));
        fields.extend(job.continue_on_error.as_ref().map(|found| entry("continue_on_error", setting(found))));
        fields.extend(job.timeout.as_ref().map(|found| entry("timeout", string(&found.text))));
        fields.extend(
            job.activation.condition.as_ref().map(|found| entry("condition", text_at(found.text.clone(), found.at))),
        );
        fields.extend(job.concurrency.as_ref().map(|value| entry("concurrency", value.clone())));
        fields.push(entry("env", map_at(variables(&job.variables), header)));
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
        self.job_expressions(job, &name, subject, workflow);
        for (index, step) in job.steps.iter().enumerate() {
            if step.at.file == self.file() {
                self.step(index, step, job, &name, subject, workflow);
            }
        }
    }

    fn runner(&self, runner: &Runner) -> Value {
        let at = self.first_line(runner.at);
        let mut fields =
            vec![entry("labels", Value::list(runner.labels.iter().map(string).collect(), Origin::at(at, Role::Block)))];
        fields.extend(runner.pool.as_ref().map(|pool| entry("group", string(pool))));
        fields.extend(runner.hosted.map(|hosted| entry("self_hosted", bool_at(!hosted, at))));
        fields.push(entry("text", list_text(runner, at)));
        map_at(fields, at)
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

fn list_text(runner: &Runner, at: volary_model::Span) -> Value {
    let labels: Vec<String> = runner.labels.iter().map(crate::Text::canonical).collect();
    text_at(labels.join(", "), at)
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
