//! Steps of jobs and composite actions.

use std::sync::Arc;

use volary_model::{Entry, Span, Value};

use super::job::{activation, inputs};
use super::scope::{Scope, secrets};
use super::{call, variables};
use crate::model::{
    Action, Artifact, Checkout, Direction, Input, Job, Script, Setting, Shell, ShellKind, Step, StepId, Text,
};
use crate::reader::{Reader, entry, span};

/// `defaults.run` of the workflow and the job, and the machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    shell: Option<Value>,
    working_directory: Option<Value>,
    /// The machine runs Windows; not known when the label is not.
    windows: Option<bool>,
}

impl Defaults {
    /// The same with what a workflow or job says.
    pub(super) fn with(&self, value: &Value) -> Self {
        let run = value.get("defaults").and_then(|defaults| defaults.get("run"));
        let of = |key: &str| run.and_then(|run| run.get(key)).cloned();
        Self {
            shell: of("shell").or_else(|| self.shell.clone()),
            working_directory: of("working-directory").or_else(|| self.working_directory.clone()),
            windows: self.windows,
        }
    }

    /// Inside of a composite action: its steps name their shell themselves.
    pub(super) fn inside(&self) -> Self {
        Self { shell: None, working_directory: None, windows: self.windows }
    }

    /// The same on the machine of a job.
    pub(super) fn for_job(mut self, job: &Job) -> Self {
        let labels = job.runner.as_ref().map(|runner| runner.labels.as_slice()).unwrap_or_default();
        let known: Option<Vec<String>> = labels.iter().map(Text::known).collect();
        self.windows = match known {
            _ if job.container.is_some() => Some(false),
            Some(labels) if !labels.is_empty() => {
                Some(labels.iter().any(|label| label.to_lowercase().contains("windows")))
            }
            _ => None,
        };
        self
    }
}

/// The keys of steps that group others or wait for them.
const GROUPS: [&str; 4] = ["parallel", "wait", "wait-all", "cancel"];

/// Reads a list of steps. `within` is the step whose composite action they are; indices count from the first of the job.
pub(super) fn steps(
    reader: &mut Reader<'_>,
    found: &Entry,
    within: Option<StepId>,
    defaults: &Defaults,
    scope: &Scope,
) -> Vec<Step> {
    let mut steps = Vec::new();
    add(reader, found, within, defaults, scope, &mut steps);
    steps
}

/// Adds steps behind those that are there.
pub(super) fn add(
    reader: &mut Reader<'_>,
    found: &Entry,
    within: Option<StepId>,
    defaults: &Defaults,
    scope: &Scope,
    steps: &mut Vec<Step>,
) {
    let Some(list) = found.value.as_list() else {
        if !found.value.is_null() {
            reader.issue(span(&found.value), "`steps` is no list of steps", "Begin every step with a dash.");
        }
        return;
    };
    for value in list {
        if reader.node(span(value)).is_err() {
            return;
        }
        let Some(mut step) = step(reader, value, defaults, scope) else { continue };
        step.within = within;
        reader.weigh(&step);
        step.through = scope.through.clone();
        let id = StepId(steps.len() as u32);
        steps.push(step);
        if let Some(inner) =
            entry(value, "parallel").filter(|_| matches!(steps[id.0 as usize].action, Action::Block(_)))
        {
            add(reader, inner, Some(id), defaults, scope, steps);
            continue;
        }
        call::action(reader, id, defaults, scope, steps);
    }
}

fn step(reader: &mut Reader<'_>, value: &Value, defaults: &Defaults, outer: &Scope) -> Option<Step> {
    let at = span(value);
    if value.as_map().is_none() {
        reader.issue(at, "a step is a map with `run` or `uses`", "GitHub refuses the workflow; correct the step.");
        return None;
    }
    let mut scope = outer.clone();
    let own = entry(value, "env").map(|env| variables(reader, &env.value, &scope)).unwrap_or_default();
    scope.add(&own);
    let scope = &scope;
    let (action, key) = match (entry(value, "run"), entry(value, "uses")) {
        (Some(run), _) => {
            let text = scope.fill(reader.text(&run.value));
            let shell = shell(reader, value, defaults, scope);
            (Action::Script(Box::new(Script::new(text, shell))), run.key_span.unwrap_or(at))
        }
        (None, Some(uses)) => {
            let reference = call::reference(reader, &uses.value, false, scope);
            (Action::Uses(reference), uses.key_span.unwrap_or(at))
        }
        (None, None) if GROUPS.iter().any(|name| entry(value, name).is_some()) => {
            let (name, found) = GROUPS.iter().find_map(|name| entry(value, name).map(|found| (*name, found)))?;
            (Action::Block(name.into()), found.key_span.unwrap_or(at))
        }
        (None, None) => {
            reader.issue(at, "the step has neither `run` nor `uses`", "GitHub refuses the workflow; say what it does.");
            return None;
        }
    };
    let mut step = Step::new(action, at, key);
    let text =
        |reader: &mut Reader<'_>, key: &str| entry(value, key).map(|entry| scope.fill(reader.text(&entry.value)));
    let setting = |reader: &mut Reader<'_>, key: &str| {
        entry(value, key).map(|entry| Setting::of(scope.fill(reader.text(&entry.value)), entry.key_span))
    };
    step.id = text(reader, "id");
    step.name = text(reader, "name");
    step.inputs = inputs(reader, value, "with", scope);
    step.activation = activation(reader, value, scope);
    step.continue_on_error = setting(reader, "continue-on-error");
    step.timeout = setting(reader, "timeout-minutes");
    step.background = setting(reader, "background");
    if let Action::Block(name) = &step.action
        && let Some(found) = entry(value, name).filter(|found| found.value.as_text().is_some())
    {
        step.inputs.push(Input::of(found.key.clone(), found.key_span, reader.text(&found.value)));
    }
    step.working_directory = text(reader, "working-directory").or_else(|| {
        let directory = defaults.working_directory.as_ref().filter(|_| step.script().is_some())?;
        Some(scope.fill(reader.text(directory)))
    });
    step.variables = own;
    let mut found = Vec::new();
    for variable in &step.variables {
        secrets(&variable.value, variable.name.known().map(Into::into), &mut found);
    }
    for input in &step.inputs {
        secrets(&input.text, Some(input.name.clone()), &mut found);
    }
    if let Some(script) = step.script() {
        secrets(&script.text, None, &mut found);
    }
    step.secrets = found;
    known_actions(&mut step);
    inline_script(&mut step);
    Some(step)
}

/// The shell of a step: its own, that of the defaults, that of the machine.
fn shell(reader: &mut Reader<'_>, step: &Value, defaults: &Defaults, scope: &Scope) -> Shell {
    let written = step.get("shell").or(defaults.shell.as_ref());
    let Some(value) = written else {
        return match defaults.windows {
            Some(true) => Shell { errexit: true, ..Shell::plain(ShellKind::Pwsh) },
            Some(false) => Shell::plain(ShellKind::Bash).with_errexit(),
            // Without a label that is known the machine is most likely no Windows; what differs is said by the kind only
            // where a label names it.
            None => Shell::plain(ShellKind::Bash).with_errexit(),
        };
    };
    let text = scope.fill(reader.text(value));
    named(text.known().as_deref(), Some(span(value)))
}

/// A shell by the name that GitHub knows, or by the command that is written.
fn named(written: Option<&str>, at: Option<Span>) -> Shell {
    let Some(written) = written else { return Shell { at, ..Shell::plain(ShellKind::Unknown) } };
    let mut words = written.split_whitespace();
    let program = words.next().unwrap_or_default();
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".exe");
    let options: Vec<&str> = words.collect();
    let kind = match program {
        "bash" => ShellKind::Bash,
        "sh" | "dash" | "ash" => ShellKind::Sh,
        "pwsh" => ShellKind::Pwsh,
        "powershell" => ShellKind::PowerShell,
        "cmd" => ShellKind::Cmd,
        "python" | "python3" => ShellKind::Python,
        "node" => ShellKind::Node,
        _ => ShellKind::Other,
    };
    let mut shell = Shell { at, written: Some(written.to_owned()), ..Shell::plain(kind) };
    if options.is_empty() {
        // The names that GitHub completes itself.
        shell.errexit = matches!(kind, ShellKind::Bash | ShellKind::Sh | ShellKind::Pwsh | ShellKind::PowerShell);
        shell.pipefail = kind == ShellKind::Bash;
        return shell;
    }
    let mut before = "";
    for option in options {
        if let Some(letters) = option.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
            shell.errexit |= letters.contains('e') && kind.is_posix();
        }
        shell.errexit |= before.ends_with('o') && before.starts_with('-') && option == "errexit";
        shell.pipefail |= before.ends_with('o') && before.starts_with('-') && option == "pipefail";
        before = option;
    }
    shell
}

/// The facts of GitHub's own actions that belong to the model.
fn known_actions(step: &mut Step) {
    let Some(uses) = step.uses() else { return };
    let name = uses.name.to_lowercase();
    let at = step.at;
    let text = |key: &str| step.input(key).map(|input| input.text.clone()).filter(|text| !text.is_empty());
    let setting = |key: &str| step.input(key).map(|input| Setting::of(input.text.clone(), input.key));
    match name.as_str() {
        "actions/checkout" => {
            step.checkout = Some(Checkout {
                repository: text("repository"),
                reference: text("ref"),
                path: text("path"),
                persist_credentials: setting("persist-credentials"),
                submodules: setting("submodules"),
                depth: setting("fetch-depth"),
                nothing: false,
            });
        }
        "actions/upload-artifact"
        | "actions/download-artifact"
        | "actions/cache"
        | "actions/cache/restore"
        | "actions/cache/save"
        | "actions/upload-pages-artifact" => {
            let direction = match name.as_str() {
                "actions/download-artifact" => Direction::Download,
                name if name.starts_with("actions/cache") => Direction::Cache,
                _ => Direction::Publish,
            };
            let paths = text("path").into_iter().collect();
            let artifact = if direction == Direction::Cache { text("key") } else { text("name") };
            step.artifact = Some(Artifact { direction, name: artifact, paths, from: text("run-id"), at });
        }
        _ => {}
    }
}

/// Actions that only run a script that stands in their input.
fn inline_script(step: &mut Step) {
    let Some(uses) = step.uses().cloned() else { return };
    let (input, shell) = match uses.name.to_lowercase().as_str() {
        "azure/cli" => ("inlineScript", Shell::plain(ShellKind::Bash).with_errexit()),
        "azure/powershell" => ("inlineScript", Shell { errexit: true, ..Shell::plain(ShellKind::Pwsh) }),
        "actions/github-script" => ("script", Shell::plain(ShellKind::Node)),
        // `bash -c` and `sh -c`, whose last command decides.
        "nick-fields/retry" | "nick-invision/retry" | "wandalen/wretry.action" if !another_shell(step) => {
            ("command", Shell::plain(ShellKind::Bash))
        }
        "addnab/docker-run-action" if !another_shell(step) => ("run", Shell::plain(ShellKind::Sh)),
        _ => return,
    };
    let Some(text) = step.input(input).map(|found| found.text.clone()) else { return };
    if let Some(soft) = step.input("continue_on_error").filter(|_| step.continue_on_error.is_none()) {
        step.continue_on_error = Some(Setting::of(soft.text.clone(), soft.key));
    }
    let mut script = Script::new(text, shell);
    script.via = Some(Box::new(uses));
    step.action = Action::Script(Box::new(script));
}

/// Whether an action is told to use another shell than its own.
fn another_shell(step: &Step) -> bool {
    step.input("shell").is_some_and(|shell| !matches!(shell.text.known().as_deref(), Some("bash" | "sh" | "")))
}

/// Inputs by name, for a callee.
pub(super) fn given(inputs: &[Input]) -> Vec<(Arc<str>, Text)> {
    inputs.iter().map(|input| (input.name.clone(), input.text.clone())).collect()
}
