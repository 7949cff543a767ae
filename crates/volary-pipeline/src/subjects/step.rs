//! `pipeline.step`.

use std::collections::BTreeMap;

use volary_model::{Entry, Span, SubjectId, Value};

use super::job::secrets;
use super::value::{
    bool_at, effective, entry, list_at, map_at, number_at, setting, string, text_at, variables, written,
};
use super::{Builder, Draft, commands, script, taint, uses};
use crate::{Action, Input, Job, SecretKind, SecretUse, ShellKind, Step};

impl Builder<'_> {
    pub(super) fn step(
        &mut self,
        index: usize,
        step: &Step,
        job: &Job,
        job_name: &str,
        owner: SubjectId,
        workflow: SubjectId,
    ) {
        let header = self.first_line(step.at);
        let mut fields = vec![entry("index", number_at(index, header))];
        let kind = match (&step.action, step.script()) {
            (Action::Script(script), _) if script.via.is_none() => "script",
            (Action::Block(_), _) => "block",
            _ => "uses",
        };
        fields.push(entry("kind", text_at(kind, header)));
        fields.extend(step.name.as_ref().map(|text| entry("name", string(text))));
        fields.extend(step.id.as_ref().map(|text| entry("id", string(text))));
        fields.extend(step.uses().map(|found| entry("uses", uses::uses(found, self.text))));
        fields.push(entry("with", inputs(&step.inputs, header)));
        let keys = step.inputs.iter().map(|input| text_at(input.name.to_lowercase(), input.key.unwrap_or(header)));
        fields.push(entry("with_names", list_at(keys.collect(), header)));
        fields.push(entry("env", map_at(variables(&step.variables), header)));
        let all = self.pipeline.variables.iter().chain(&job.variables).chain(&step.variables);
        fields.push(entry("effective_env", effective(all, header)));
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
        }
        let found: Vec<&SecretUse> = step.secrets.iter().collect();
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
            parts.extend(found.persist_credentials.as_ref().map(|one| entry("persist_credentials", setting(one))));
            parts.extend(found.submodules.as_ref().map(|one| entry("submodules", string(&one.text))));
            fields.push(entry("checkout", map_at(parts, header)));
        }
        let label = step.name.as_ref().or(step.id.as_ref()).map(|text| text.canonical());
        let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| match step.uses() {
            Some(uses) => uses.name.to_string(),
            None => shortened(&step.script().map(|script| script.text.canonical()).unwrap_or_default()),
        });
        let address = format!("job {job_name}/step {label}");
        let subject = self.add(Draft {
            kind: "pipeline.step",
            name: label.as_str().into(),
            address: address.clone(),
            header,
            extent: step.at,
            fields,
            owner: Some(owner),
            links: BTreeMap::from([("workflow".into(), vec![workflow]), ("job".into(), vec![owner])]),
        });
        self.link(owner, "pipeline.step", subject);
        self.link(owner, "steps", subject);
        self.step_expressions(step, job, &address, subject, owner, workflow);
    }
}

/// The script as it is written. A block of text starts behind its key: the line that people look for is that of the key.
fn script_text(step: &Step, text: &crate::Text) -> Value {
    let mut value = written(text);
    if let Some(span) = value.origin.span()
        && step.key.file == span.file
        && step.key.start <= span.start
    {
        value.origin.place = step.key.to(span).into();
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
