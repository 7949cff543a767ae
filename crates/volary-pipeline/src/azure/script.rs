//! Scripts: the shortcuts and the tasks that run one.
//!
//! Neither `bash` nor `script` sets errexit or pipefail: what decides is the exit code of the last command
//! (azure-pipelines-tasks, `BashV3/bash.ts`, `CmdLineV2/cmdline.ts`). PowerShell stops at errors of its own
//! (`errorActionPreference: stop`) and takes the exit code of the last program unless `ignoreLASTEXITCODE` is set
//! (`PowerShellV2/task.json`).

use volary_model::Origin;

use super::build::setting;
use super::node::Node;
use crate::model::{Job, Script, Setting, Shell, ShellKind, Step, Text};

/// Whether the machine of a job runs Windows; `None` where the files do not say.
pub(super) fn windows(job: &Job) -> Option<bool> {
    if let Some(container) = &job.container {
        let image = container.image.canonical().to_lowercase();
        return Some(image.contains("windows") || image.contains("nanoserver"));
    }
    let Some(runner) = &job.runner else { return Some(false) };
    match runner.labels.first() {
        Some(image) => image.known().map(|image| {
            let image = image.to_lowercase();
            image.contains("windows") || image.starts_with("vs20")
        }),
        None if runner.demands.iter().any(|demand| demand.canonical().to_lowercase().contains("windows")) => Some(true),
        None => None,
    }
}

/// `script`, `bash`, `pwsh`, `powershell`.
pub(super) fn shortcut(key: &str, text: Text, node: &Node, windows: Option<bool>) -> Script {
    let stderr = setting(node, "failOnStderr");
    let shell = match key {
        "bash" => Shell::plain(ShellKind::Bash),
        "script" => Shell::plain(command_shell(windows)),
        _ => {
            let kind = if key == "pwsh" { ShellKind::Pwsh } else { ShellKind::PowerShell };
            let preference = setting(node, "errorActionPreference");
            powershell(kind, preference.as_ref(), setting(node, "ignoreLASTEXITCODE").as_ref())
        }
    };
    Script::new(text, with_stderr(shell, stderr.as_ref()))
}

/// The shell of `script`: bash on Linux and macOS, `cmd` on Windows. Where the machine is not known, bash: both take the
/// exit code of the last command.
fn command_shell(windows: Option<bool>) -> ShellKind {
    if windows == Some(true) { ShellKind::Cmd } else { ShellKind::Bash }
}

fn powershell(kind: ShellKind, preference: Option<&Setting>, ignore: Option<&Setting>) -> Shell {
    let stops = preference.is_none_or(|setting| setting.text.is("stop") || setting.text.known().is_none());
    let ignores = ignore.and_then(Setting::truth) == Some(true);
    Shell { errexit: stops, last_exit_code: !ignores, ..Shell::plain(kind) }
}

fn with_stderr(mut shell: Shell, setting: Option<&Setting>) -> Shell {
    shell.fail_on_stderr = setting.and_then(Setting::truth) == Some(true);
    shell
}

/// The script of a task that runs one, by the task's name in lower case.
pub(super) fn of_task(task: &str, step: &Step, windows: Option<bool>) -> Option<Script> {
    let text = |key: &str| step.input(key).map(|input| input.text.clone()).filter(|text| !text.is_empty());
    let setting = |key: &str| step.input(key).map(|input| Setting::of(input.text.clone(), input.key));
    let is = |key: &str, value: &str| text(key).is_some_and(|text| text.is(value));
    let preference = setting("errorActionPreference").or_else(|| setting("powerShellErrorActionPreference"));
    let ignore = setting("ignoreLASTEXITCODE").or_else(|| setting("powerShellIgnoreLASTEXITCODE"));
    let power = |kind| powershell(kind, preference.as_ref(), ignore.as_ref());
    let shell = match task {
        "bash" | "shellscript" => Shell::plain(ShellKind::Bash),
        "cmdline" => Shell::plain(command_shell(windows)),
        "batchscript" => Shell::plain(ShellKind::Cmd),
        "powershell" | "azurepowershell" => {
            let core = setting("pwsh").and_then(|setting| setting.truth()) == Some(true);
            power(if core { ShellKind::Pwsh } else { ShellKind::PowerShell })
        }
        "azurecli" => match text("scriptType").and_then(|text| text.known()).map(|text| text.to_lowercase()).as_deref()
        {
            Some("bash") => Shell::plain(ShellKind::Bash),
            Some("batch") => Shell::plain(ShellKind::Cmd),
            Some("pscore") => power(ShellKind::Pwsh),
            Some("ps") => power(ShellKind::PowerShell),
            // Version 1 takes the shell of the machine.
            None => Shell::plain(command_shell(windows)),
            Some(_) => Shell::plain(ShellKind::Unknown),
        },
        "pythonscript" => Shell::plain(ShellKind::Python),
        _ => return None,
    };
    let stderr = setting("failOnStderr").or_else(|| setting("failOnStandardError"));
    // Each of these tasks runs a file unless it is told that the script is inline.
    let inline = ["targetType", "scriptLocation", "scriptSource", "ScriptType"]
        .iter()
        .any(|key| ["inline", "inlineScript"].iter().any(|value| is(key, value)));
    let source = ["script", "inlineScript", "Inline"].iter().find_map(|key| text(key));
    let file = ["filePath", "scriptPath", "ScriptPath", "filename"].iter().find_map(|key| text(key));
    let by_default = matches!(task, "cmdline") || file.is_none();
    let origin: Origin = step
        .inputs
        .first()
        .map_or_else(|| Origin::at(step.at, volary_model::Role::Block), |input| input.text.origin.clone());
    let mut script = match source {
        Some(source) if inline || by_default => Script::new(source, with_stderr(shell, stderr.as_ref())),
        _ => {
            let mut script = Script::new(Text::literal("", origin), with_stderr(shell, stderr.as_ref()));
            script.file = Some(file?);
            script
        }
    };
    script.arguments = ["arguments", "scriptArguments", "args", "ScriptArguments"].iter().find_map(|key| text(key));
    Some(script)
}
