//! Scripts in a small repository.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{FileId, Origin, Role, Span};
use volary_pipeline::{Document, MemorySources, Platform, Script, Shell, ShellKind, Text};

use crate::recognise::{Nothing, Recognisers, Role as Does};
use crate::script::{Analysed, CommandId, Execution, Input, Scenario, Status, Taint, analyse};
use crate::tri::Tri;

/// A script and the files around it.
pub(super) struct Case {
    pub(super) analysed: Analysed,
    pub(super) values: BTreeMap<String, String>,
}

pub(super) fn shell(name: &str) -> Shell {
    match name {
        "bash" => Shell::plain(ShellKind::Bash),
        "bash -e" => Shell::plain(ShellKind::Bash).with_errexit(),
        "bash -eo pipefail" => Shell::plain(ShellKind::Bash).with_errexit().with_pipefail(),
        "cmd" => Shell::plain(ShellKind::Cmd),
        _ => Shell::plain(ShellKind::Pwsh).with_errexit(),
    }
}

pub(super) fn read(name: &str, text: &str, files: &[(&str, &str)], platform: Platform) -> Case {
    let mut sources = MemorySources::default();
    for (at, (path, text)) in files.iter().enumerate() {
        sources.add(Arc::new(Document::new(FileId(at as u32 + 1), *path, *text)));
    }
    let origin = Origin::at(Span::new(FileId(0), 0, text.len()), Role::Attribute);
    let script = Script::new(Text::literal(text, origin), shell(name));
    let analysed = analyse(&Input {
        prelude: None,
        script: &script,
        step: Some("s".into()),
        folder: Some("".into()),
        recognisers: Recognisers::built_in(),
        sources: &sources,
        surroundings: &Nothing,
        variable: &|_| None,
        platform,
    });
    Case { analysed, values: BTreeMap::new() }
}

impl Case {
    /// The scans.
    pub(super) fn scans(&self) -> Vec<CommandId> {
        let scans = |id: &CommandId| {
            self.analysed.commands[id.0 as usize].roles.iter().any(|it| matches!(it.role, Does::Control(_)))
        };
        self.analysed.ids().filter(scans).collect()
    }

    pub(super) fn run(&self, finding: &[CommandId], taint: &mut Taint) -> Execution {
        let value = |name: &str| self.values.get(name).map(|text| Arc::from(text.as_str()));
        self.analysed.execute(&Scenario { finding, choices: &|_| None, value: &value }, taint)
    }

    /// How it ends when nothing is found, and when everything is.
    pub(super) fn ends(&self) -> (Status, Status) {
        let normal = self.run(&[], &mut Taint::default());
        let found = self.run(&self.scans(), &mut Taint::default());
        (normal.status, found.status)
    }

    /// Whether the commands that start so ran in an execution.
    pub(super) fn ran(&self, execution: &Execution, start: &str) -> Tri {
        let ids = self.analysed.ids().filter(|id| self.analysed.commands[id.0 as usize].written.starts_with(start));
        ids.map(|id| execution.ran[id.0 as usize]).max().unwrap_or(Tri::No)
    }
}
