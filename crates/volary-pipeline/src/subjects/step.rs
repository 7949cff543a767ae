//! `pipeline.step`.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Entry, Span, SubjectId, Value};

use super::job::secrets;
use super::value::{
    bool_at, effective, entry, list_at, map_at, number_at, setting, string, text_at, variables, written,
};
use super::{Builder, Draft, commands, container, interpolation, script, taint, twice, uses};
use crate::{
    Action, Connection, Input, Job, JobKind, Phase, Platform, SecretKind, SecretUse, ShellKind, Step, Variable,
    VariableKind,
};

/// Where a step stands.
pub(super) struct Place<'a> {
    pub(super) index: usize,
    pub(super) job: &'a Job,
    /// The name of the job.
    pub(super) name: &'a str,
    /// The job, where it stands in this file.
    pub(super) subject: Option<SubjectId>,
    pub(super) workflow: SubjectId,
    /// The sources of the pipeline's own repository are there.
    pub(super) fetched: bool,
}

/// Whether a job fetches the sources without a step that says so.
pub(super) fn sources_at_start(platform: Platform, job: &Job) -> bool {
    match platform {
        Platform::GitHub => false,
        Platform::Azure => {
            !matches!(job.kind, JobKind::Deployment(_)) && !job.steps.iter().any(|step| step.checkout.is_some())
        }
        Platform::GitLab => !job.variables.iter().any(|variable| {
            variable.name.is("GIT_STRATEGY") && (variable.value.is("none") || variable.value.is("empty"))
        }),
        Platform::Jenkins => true,
    }
}

impl Step {
    /// The phase as a word, with the condition of a `post` behind it.
    pub(super) fn phase_name(&self) -> String {
        match &self.phase {
            Phase::Before => "before",
            Phase::Main => "main",
            Phase::PreDeploy => "pre_deploy",
            Phase::Deploy => "deploy",
            Phase::RouteTraffic => "route_traffic",
            Phase::PostRouteTraffic => "post_route_traffic",
            Phase::OnSuccess => "on_success",
            Phase::OnFailure => "on_failure",
            Phase::After => "after",
            Phase::Post(condition) => return format!("post {condition}"),
        }
        .to_owned()
    }
}

impl Builder<'_> {
    pub(super) fn step(&mut self, step: &Step, place: &Place<'_>) {
        let Place { index, job, name: job_name, subject: owner, workflow, .. } = *place;
        let header = self.first_line(step.at);
        let mut fields = vec![entry("index", number_at(index, header))];
        let kind = match (&step.action, step.script()) {
            (Action::Script(script), _) if script.via.is_none() => "script",
            (Action::Block(_), _) => "block",
            (Action::Hidden(..), _) => "template",
            _ => "uses",
        };
        fields.push(entry("kind", text_at(kind, header)));
        fields.extend(step.name.as_ref().map(|text| entry("name", string(text))));
        fields.extend(step.id.as_ref().map(|text| entry("id", string(text))));
        fields.extend(step.uses().map(|found| entry("uses", uses::uses(found, self.text))));
        fields.push(entry("phase", text_at(step.phase_name(), header)));
        if let Action::Block(name) = &step.action {
            fields.push(entry("block", text_at(name.clone(), step.key)));
        }
        fields.push(entry("has_sources", bool_at(place.fetched, header)));
        fields.push(entry("with", self.step_inputs(step, header)));
        let keys = step.inputs.iter().map(|input| text_at(input.name.to_lowercase(), input.key.unwrap_or(header)));
        fields.push(entry("with_names", list_at(keys.collect(), header)));
        fields.push(entry("env", map_at(variables(&step.variables, self.platform()), header)));
        if self.platform() == Platform::GitHub {
            fields.push(entry("undecided_inputs", self.undecided_inputs(&step.inputs, header)));
        }
        let stage = job.stage.and_then(|id| self.pipeline.stage(id));
        let all = self.pipeline.variables.iter().chain(stage.iter().flat_map(|stage| &stage.variables));
        let all: Vec<&Variable> = all.chain(&job.variables).chain(&step.variables).collect();
        fields.push(entry("effective_env", effective(all.iter().copied(), header, self.platform())));
        let known = self.secret_variables(step, job);
        let names = known.iter().map(|name| text_at(name.clone(), header));
        fields.push(entry("secret_env", list_at(names.collect(), header)));
        let around = interpolation::Around::new(self.pipeline, all, known);
        if let Some(found) = step.script() {
            fields.push(entry("run", script_text(step, &found.text)));
            fields.push(entry("language", text_at(language(found.shell.kind), found.shell.at.unwrap_or(header))));
            fields.extend(
                found
                    .shell
                    .written
                    .as_ref()
                    .map(|text| entry("shell", text_at(text.as_str(), found.shell.at.unwrap_or(header)))),
            );
            fields.push(entry("errexit", bool_at(found.shell.errexit, header)));
            fields.push(entry("pipefail", bool_at(found.shell.pipefail, header)));
            fields.push(entry("environment_writes", script::environment_writes(found, header)));
            fields.push(entry("commands", list_at(commands::commands(found), header)));
            fields.push(entry("read_twice", twice::read_twice(found, &around, header)));
            fields.extend(found.file.as_ref().map(|text| entry("script_file", written(text))));
            fields.extend(found.status_is_returned.as_ref().map(|one| entry("status_is_returned", setting(one))));
        }
        fields.push(entry("connections", connections(&step.connections, header)));
        let token = step.secrets.iter().find(|one| one.kind == SecretKind::Token);
        fields.push(entry("token", bool_at(token.is_some(), token.map_or(header, |one| one.at))));
        fields.extend(step.enabled.as_ref().map(|found| entry("enabled", setting(found))));
        let found: Vec<&SecretUse> = enclosing(step, job).flat_map(|step| &step.secrets).collect();
        fields.push(entry("secrets", secrets(&found, header)));
        let everything = step.secrets.iter().find(|one| one.kind == SecretKind::All);
        fields.push(entry("all_secrets", bool_at(everything.is_some(), everything.map_or(header, |one| one.at))));
        fields.extend(
            step.activation.condition.as_ref().map(|found| entry("condition", text_at(found.text.clone(), found.at))),
        );
        fields.extend(step.continue_on_error.as_ref().map(|found| entry("continue_on_error", setting(found))));
        if let Some(found) = &step.checkout {
            let mut parts: Vec<Entry> = Vec::new();
            parts.extend(found.repository.as_ref().map(|text| entry("repository", written(text))));
            parts.extend(found.reference.as_ref().map(|text| entry("ref", written(text))));
            let outside = [&found.reference, &found.repository].into_iter().flatten().find(|text| {
                text.holes().any(|hole| hole.expression.as_deref().is_some_and(taint::names_foreign_code))
            });
            let at = outside.and_then(|text| text.span()).unwrap_or(header);
            parts.push(entry("untrusted", bool_at(outside.is_some(), at)));
            match &found.persist_credentials {
                Some(one) => parts.push(entry("persist_credentials", setting(one))),
                // Elsewhere nothing stays unless it is asked for.
                None if self.platform() != Platform::GitHub => {
                    parts.push(entry("persist_credentials", bool_at(false, header)));
                }
                None => {}
            }
            if found.nothing {
                parts.push(entry("nothing", bool_at(true, header)));
            }
            parts.extend(found.submodules.as_ref().map(|one| entry("submodules", string(&one.text))));
            fields.push(entry("checkout", map_at(parts, header)));
        }
        let label = step.name.as_ref().or(step.id.as_ref()).map(|text| text.canonical());
        let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| match step.uses() {
            Some(uses) => uses.name.to_string(),
            None => shortened(&step.script().map(|script| script.text.canonical()).unwrap_or_default()),
        });
        let label: String = label.chars().take(100).collect();
        let address = format!("job {job_name}/step {label}");
        let mut links = BTreeMap::from([("workflow".into(), vec![workflow])]);
        links.extend(owner.map(|owner| ("job".into(), vec![owner])));
        let subject = self.add(Draft {
            kind: "pipeline.step",
            name: label.as_str().into(),
            address: address.clone(),
            header,
            extent: step.at,
            fields,
            owner: Some(owner.unwrap_or(workflow)),
            links,
        });
        if let Some(owner) = owner {
            self.link(owner, "pipeline.step", subject);
            self.link(owner, "steps", subject);
        }
        if let Some(found) = &step.container {
            let role = container::Role {
                name: "step",
                address: &address,
                owner: subject,
                job: owner,
                workflow,
                choices: Vec::new(),
            };
            self.container_subject(found, &role);
        }
        self.step_expressions(step, job, &address, subject, owner, workflow);
        if self.platform() != Platform::GitHub {
            self.interpolations(step, &address, subject, owner, workflow, &around);
        }
    }

    /// Inputs. Jenkins knows no types: what is put in stands in them as it is written.
    fn step_inputs(&self, step: &Step, at: Span) -> Value {
        if self.platform() != Platform::Jenkins {
            return inputs(&step.inputs, at);
        }
        let entries = step.inputs.iter().map(|input| Entry {
            key: input.name.to_lowercase().into(),
            key_span: input.key,
            value: if input.text.is_empty() { input.value.clone() } else { written(&input.text) },
        });
        map_at(entries.collect(), at)
    }

    /// Variables that hold a secret where a step runs.
    fn secret_variables(&self, step: &Step, job: &Job) -> Vec<Arc<str>> {
        let stage = job.stage.and_then(|id| self.pipeline.stage(id));
        let variables = self.pipeline.variables.iter().chain(stage.iter().flat_map(|stage| &stage.variables));
        let secret = variables.chain(&job.variables).filter(|variable| variable.kind == VariableKind::Secret);
        let named = secret.filter_map(|variable| variable.name.known().map(Into::into));
        let bound = enclosing(step, job).flat_map(|step| &step.secrets).filter_map(|secret| secret.into.clone());
        named.chain(bound).take(200).collect()
    }
}

/// A step and the blocks around it, innermost first.
fn enclosing<'j>(step: &'j Step, job: &'j Job) -> impl Iterator<Item = &'j Step> {
    std::iter::successors(Some(step), |step| job.steps.get(step.within?.0 as usize)).take(64)
}

/// Names of service connections, each once.
pub(super) fn connections<'c>(found: impl IntoIterator<Item = &'c Connection>, at: Span) -> Value {
    let mut seen: Vec<String> = Vec::new();
    let mut list = Vec::new();
    for connection in found {
        let name = connection.name.canonical();
        if !seen.contains(&name) && seen.len() < 100 {
            list.push(text_at(name.as_str(), connection.at));
            seen.push(name);
        }
    }
    list_at(list, at)
}

/// The script as it is written. A block of text starts behind its key: the line that people look for is that of the key.
fn script_text(step: &Step, text: &crate::Text) -> Value {
    let mut value = written(text);
    // Of a task it is the key of the input.
    let input = step.inputs.iter().find(|input| input.text.span() == text.span() && step.uses().is_some());
    let key = input.and_then(|input| input.key).unwrap_or(step.key);
    if let Some(span) = value.origin.span()
        && key.file == span.file
        && key.start <= span.start
    {
        value.origin.place = key.to(span).into();
    }
    value
}

/// The first line of a script, as a name for its step.
fn shortened(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("script");
    line.chars().take(50).collect()
}

/// Inputs as a map of texts, with names in lower case: GitHub does not distinguish case.
pub(super) fn inputs(inputs: &[Input], at: Span) -> Value {
    let entries = inputs.iter().map(|input| {
        let mut value = string(&input.text);
        if input.text.is_empty() {
            value = input.value.clone();
        }
        // A block of text starts behind its key: the line that people look for is that of the key.
        if let (Some(key), Some(span)) = (input.key, value.origin.span())
            && key.file == span.file
            && key.start <= span.start
        {
            value.origin.place = key.to(span).into();
        }
        Entry { key: input.name.to_lowercase().into(), key_span: input.key, value }
    });
    map_at(entries.collect(), at)
}

fn language(kind: ShellKind) -> &'static str {
    match kind {
        ShellKind::Bash | ShellKind::Sh => "sh",
        ShellKind::Cmd => "cmd",
        ShellKind::Pwsh | ShellKind::PowerShell => "powershell",
        ShellKind::Python => "python",
        ShellKind::Node => "javascript",
        ShellKind::Groovy => "groovy",
        ShellKind::Other | ShellKind::Unknown => "other",
    }
}
