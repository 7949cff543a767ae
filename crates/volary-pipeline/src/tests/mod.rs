//! Fixtures: a few files in, a description of what was read out.

mod azure;
mod github;
mod gitlab;
mod hostile;
mod jenkins;
mod survey;

use std::fmt::Write;
use std::sync::Arc;

use volary_document::Issue;
use volary_model::{FileId, Files, SourceFile, Span};

use crate::{
    Action, Activation, Document, ExprKind, JobKind, Limits, MemorySources, Needs, Pipeline, Platform, Text, read,
};

/// What was read of the first of some files. A path `REPOSITORY:PATH` lies in another repository.
pub(crate) struct Read {
    pub(crate) pipeline: Pipeline,
    pub(crate) issues: Vec<Issue>,
    pub(crate) files: Files,
}

pub(crate) fn read_files(platform: Platform, texts: &[(&str, &str)]) -> Read {
    let mut files = Files::default();
    let mut sources = MemorySources::default();
    let mut first = None;
    for (path, text) in texts {
        let id = files.add(SourceFile::new(*path, *text));
        let (repository, inner) = path.split_once(':').map_or((None, *path), |(name, path)| (Some(name), path));
        let document = Arc::new(Document::new(FileId(id.0), inner, *text));
        match repository {
            Some(repository) => sources.add_to(repository, document.clone()),
            None => sources.add(document.clone()),
        }
        first.get_or_insert(document);
    }
    let document = first.expect("a file");
    let (pipeline, issues) = read(&document, platform, &sources, &Limits::default());
    Read { pipeline, issues, files }
}

/// The same, where nothing is wrong.
pub(crate) fn clean(platform: Platform, texts: &[(&str, &str)]) -> Read {
    let read = read_files(platform, texts);
    assert!(read.issues.is_empty(), "{:#?}", read.issues);
    read
}

impl Read {
    pub(crate) fn line(&self, span: Span) -> u32 {
        self.files.locate(span).map_or(0, |place| place.start.line)
    }

    pub(crate) fn messages(&self) -> Vec<String> {
        self.issues.iter().map(|issue| format!("{}: {}", self.line(issue.span), issue.message)).collect()
    }

    /// One line for every stage, job and step.
    pub(crate) fn describe(&self) -> String {
        let mut out = String::new();
        let pipeline = &self.pipeline;
        for (id, stage) in pipeline.stages().filter(|(_, stage)| !stage.implied) {
            let before: Vec<u32> = pipeline.stages_before(id).iter().map(|id| id.0).collect();
            let _ = writeln!(
                out,
                "stage {}{}{}",
                stage.name.canonical(),
                list(" after", &before),
                self.when(&stage.activation)
            );
        }
        for job in &pipeline.jobs {
            let needs = match &job.needs {
                Needs::Named(needs) => {
                    list(" after", &needs.iter().flat_map(|need| need.targets.clone()).collect::<Vec<_>>())
                }
                Needs::Nothing { at: Some(_) } => " at once".to_owned(),
                _ => String::new(),
            };
            let kind = match &job.kind {
                JobKind::Plain => "job".to_owned(),
                JobKind::Deployment(strategy) => format!("deployment {strategy}"),
                JobKind::Call(uses) => format!("call {}", uses.written.canonical()),
                JobKind::Start(_) => "start".to_owned(),
                JobKind::Hidden(_, reason) => format!("hidden [{reason}]"),
                JobKind::Post => "post".to_owned(),
            };
            let within = job.within.map_or(String::new(), |id| format!(" in {}", id.0));
            let _ = writeln!(out, "{kind} {}{needs}{within}{}", job.name.canonical(), self.when(&job.activation));
            for step in &job.steps {
                let what = match &step.action {
                    Action::Script(script) => format!(
                        "{:?}{}{}: {}",
                        script.shell.kind,
                        if script.shell.errexit { " -e" } else { "" },
                        if script.shell.pipefail { " pipefail" } else { "" },
                        script.text.canonical().trim().replace('\n', "; ")
                    ),
                    Action::Uses(uses) => format!("uses {}", uses.written.canonical()),
                    Action::Block(name) => format!("block {name}"),
                    Action::Hidden(_, reason) => format!("hidden [{reason}]"),
                };
                let within = step.within.map_or(String::new(), |id| format!(" in {}", id.0));
                let tolerated = step.continue_on_error.as_ref().map_or("", |setting| match setting.truth() {
                    Some(true) => " tolerated",
                    Some(false) => "",
                    None => " perhaps tolerated",
                });
                let phase = format!("{:?}", step.phase);
                let phase = if phase == "Main" { String::new() } else { format!(" {phase}") };
                let _ = writeln!(
                    out,
                    "  {}{phase}{within} {what}{tolerated}{}",
                    self.line(step.at),
                    self.when(&step.activation)
                );
                for input in &step.inputs {
                    if !matches!(&step.action, Action::Script(script) if script.via.is_none()) {
                        let _ = writeln!(out, "    {}={}", input.name, shown(&input.text));
                    }
                }
            }
        }
        out
    }

    fn when(&self, activation: &Activation) -> String {
        let mut out = String::new();
        for guard in &activation.guards {
            let _ = write!(out, " given {}{}", if guard.expected { "" } else { "not " }, guard.text);
        }
        if let Some(condition) = &activation.condition {
            match (condition.decided(), &condition.expr.kind) {
                (Some(truth), _) => {
                    let _ = write!(out, " if {truth}");
                }
                (None, ExprKind::Unknown(reason)) => {
                    let _ = write!(out, " if unknown [{reason}]");
                }
                _ => {
                    let _ = write!(out, " if {}", condition.text);
                }
            }
        }
        out
    }
}

/// A text with the reasons of its holes.
pub(crate) fn shown(text: &Text) -> String {
    let mut out = text.canonical();
    for hole in text.holes() {
        let _ = write!(out, " [{:?}]", hole.reason.kind);
    }
    out
}

fn list(word: &str, ids: &[u32]) -> String {
    if ids.is_empty() { String::new() } else { format!("{word} {ids:?}") }
}
