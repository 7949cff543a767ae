//! The shells of steps and what they make of exit codes.

use volary_model::Span;

/// A kind of shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShellKind {
    /// bash
    Bash,
    /// A POSIX shell.
    Sh,
    /// Windows' command interpreter.
    Cmd,
    /// PowerShell 7.
    Pwsh,
    /// Windows PowerShell.
    PowerShell,
    /// Python.
    Python,
    /// JavaScript.
    Node,
    /// Groovy.
    Groovy,
    /// Another interpreter.
    Other,
    /// It depends on something that is not known here.
    Unknown,
}

impl ShellKind {
    /// Whether bash's grammar reads it.
    pub fn is_posix(self) -> bool {
        matches!(self, Self::Bash | Self::Sh)
    }

    /// Whether it is PowerShell.
    pub fn is_powershell(self) -> bool {
        matches!(self, Self::Pwsh | Self::PowerShell)
    }
}

/// The shell of a step as the platform starts it. What the script itself switches (`set +e`) is not in here.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The kind.
    pub kind: ShellKind,
    /// The first failing command ends the script (`-e`). Of PowerShell: an error ends it (`$ErrorActionPreference = 'stop'`),
    /// which the exit codes of programs do not count as.
    pub errexit: bool,
    /// A pipeline fails when any of its commands does.
    pub pipefail: bool,
    /// Of PowerShell: the exit code of the last program decides at the end. Of the others: always so.
    pub last_exit_code: bool,
    /// Output to the error stream fails the step.
    pub fail_on_stderr: bool,
    /// Where it is chosen; `None` where it is the platform's default.
    pub at: Option<Span>,
    /// As it is written, where it is.
    pub written: Option<String>,
}

impl Shell {
    /// A shell that is started without any option.
    pub fn plain(kind: ShellKind) -> Self {
        Self {
            kind,
            errexit: false,
            pipefail: false,
            last_exit_code: true,
            fail_on_stderr: false,
            at: None,
            written: None,
        }
    }

    /// The same, ending at the first failing command.
    #[must_use]
    pub fn with_errexit(mut self) -> Self {
        self.errexit = true;
        self
    }

    /// The same, with failing pipelines.
    #[must_use]
    pub fn with_pipefail(mut self) -> Self {
        self.pipefail = true;
        self
    }
}
