//! Steps that run a script.

use super::Builder;
use super::syntax::Call;
use crate::model::{Script, Setting, Shell, ShellKind, Step, Text};

impl Builder<'_, '_> {
    /// `sh`, `bat`, `powershell`, `pwsh`. Without a first line that names an interpreter `sh` runs `sh -xe`.
    pub(super) fn script(&mut self, call: &Call) -> Option<Script> {
        let source = call.named("script").or_else(|| call.first())?;
        let mut text = self.source.text(self.reader, source);
        // A map in brackets: `sh([script: '...'])`.
        let pairs = call.pairs();
        if let Some(found) = pairs.iter().find(|pair| pair.name.as_ref().is_some_and(|(name, _)| name == "script")) {
            text = self.source.text(self.reader, &found.value);
        }
        let shell = match call.name.as_str() {
            "sh" => shell_of(&text),
            "bat" => Shell::plain(ShellKind::Cmd),
            "pwsh" => Shell::plain(ShellKind::Pwsh),
            _ => Shell::plain(ShellKind::PowerShell),
        };
        let mut script = Script::new(text, shell);
        if let Some(found) =
            pairs.iter().find(|pair| pair.name.as_ref().is_some_and(|(name, _)| name == "returnStatus"))
        {
            let value = self.source.text(self.reader, &found.value);
            let key = found.name.as_ref().map(|(_, range)| self.source.span(range));
            script.status_is_returned = Some(Setting::of(value, key));
        }
        Some(script)
    }
}

/// The shell by the script's first line.
fn shell_of(text: &Text) -> Shell {
    let canonical = text.canonical();
    // Only a mark at the very start counts for the kernel; Jenkins looks at the script as it is given.
    let Some(line) = canonical.strip_prefix("#!").and_then(|rest| rest.lines().next()) else {
        return Shell::plain(ShellKind::Sh).with_errexit();
    };
    let mut words = line.split_whitespace().filter(|word| !word.ends_with("/env"));
    let program = words.next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
    let kind = match program.as_str() {
        "bash" => ShellKind::Bash,
        "sh" | "dash" | "ash" => ShellKind::Sh,
        "pwsh" => ShellKind::Pwsh,
        "node" => ShellKind::Node,
        "groovy" => ShellKind::Groovy,
        program if program.starts_with("python") => ShellKind::Python,
        _ => ShellKind::Other,
    };
    let mut shell = Shell { at: text.span(), written: Some(line.trim().to_owned()), ..Shell::plain(kind) };
    for word in words {
        if let Some(letters) = word.strip_prefix('-') {
            shell.errexit |= letters.contains('e') && kind.is_posix();
        }
        shell.pipefail |= word == "pipefail";
    }
    shell
}

impl Step {
    /// The same, in its phase and block.
    pub(super) fn placed(mut self, phase: &crate::model::Phase, within: Option<crate::model::StepId>) -> Self {
        self.phase = phase.clone();
        self.within = within;
        self
    }
}
