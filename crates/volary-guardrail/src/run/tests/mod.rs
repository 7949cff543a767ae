//! Tables: a pipeline in, its runs and what each of its jobs does in them out.

mod azure;
mod github;
mod gitlab;
mod jenkins;
mod properties;

use std::fmt::Write;
use std::sync::Arc;

use volary_model::FileId;
use volary_pipeline::{Activation, Document, Event, Expr, Limits, MemorySources, Pipeline, Platform, Status, read};

use super::*;
use crate::tri::Tri;

/// Everything before succeeded.
struct Fine;

impl Results for Fine {
    fn status(&self, status: Status, _: &[Expr]) -> Tri {
        Tri::from(matches!(status, Status::Success | Status::Always | Status::Finished))
    }

    fn result(&self, path: &[Arc<str>]) -> Option<Arc<str>> {
        if path.first().is_some_and(|first| &**first == "currentBuild") {
            return None;
        }
        Some(
            if path.first().is_some_and(|first| first.contains("ependencies")) { "Succeeded" } else { "success" }
                .into(),
        )
    }
}

pub(super) fn pipeline(platform: Platform, text: &str) -> Pipeline {
    let path = match platform {
        Platform::GitHub => ".github/workflows/ci.yml",
        Platform::Azure => "azure-pipelines.yml",
        Platform::GitLab => ".gitlab-ci.yml",
        Platform::Jenkins => "Jenkinsfile",
    };
    let document = Arc::new(Document::new(FileId(0), path, text));
    let (pipeline, issues) = read(&document, platform, &MemorySources::default(), &Limits::default());
    assert!(issues.is_empty(), "{issues:#?}");
    pipeline
}

/// All that has conditions in a pipeline.
pub(super) fn relevant(pipeline: &Pipeline) -> Relevant<'_> {
    let mut relevant = Relevant::default();
    relevant.activations.extend(pipeline.stages.iter().map(|stage| &stage.activation));
    for job in &pipeline.jobs {
        relevant.activations.push(&job.activation);
        relevant.activations.extend(job.steps.iter().map(|step| &step.activation));
    }
    relevant
}

/// One line for every class: the class in words, and the stages, jobs and steps with conditions that run in it.
pub(super) fn table(pipeline: &Pipeline) -> String {
    let found = runs(pipeline, &relevant(pipeline));
    assert!(!found.cut);
    let mut out = String::new();
    for run in &found.runs {
        let _ = write!(out, "{}:", run.describe());
        let mut say = |name: &str, runs: Tri, manual: bool| {
            let _ = match runs {
                Tri::Yes => write!(out, " {name}{}", if manual { "(manual)" } else { "" }),
                Tri::No => Ok(()),
                Tri::Unknown => write!(out, " {name}?"),
            };
        };
        for stage in pipeline.stages.iter().filter(|stage| has_condition(&stage.activation)) {
            let found = activity(&stage.activation, pipeline.platform, run, &Fine);
            say(&stage.name.canonical(), found.runs, false);
        }
        for job in &pipeline.jobs {
            if pipeline.platform != Platform::Jenkins {
                let found = job_activity(job, pipeline.platform, run, &Fine);
                say(&job.name.canonical(), found.runs, found.manual);
            }
            for (index, step) in job.steps.iter().enumerate().filter(|(_, step)| has_condition(&step.activation)) {
                let found = activity(&step.activation, pipeline.platform, run, &Fine);
                say(&format!("{}[{index}]", job.name.canonical()), found.runs, found.manual);
            }
        }
        for assumed in run.assumptions() {
            let _ = write!(out, " <{assumed}>");
        }
        out.push('\n');
    }
    out
}

fn has_condition(activation: &Activation) -> bool {
    activation.condition.is_some() || !activation.guards.is_empty()
}

/// Compares tables; lines are trimmed.
#[track_caller]
pub(super) fn same(platform: Platform, text: &str, expected: &str) {
    let clean = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let found = table(&pipeline(platform, text));
    assert_eq!(clean(&found), clean(expected), "\n{found}");
}

#[test]
fn a_run_alone_knows_its_event() {
    let mut run = Run::new(Event::Push);
    run.branch = Some("main".into());
    assert_eq!(run.value("github.ref").as_deref(), Some("refs/heads/main"));
    assert_eq!(run.value("GITHUB_REF_NAME").as_deref(), Some("main"));
    assert_eq!(run.value("github.base_ref").as_deref(), Some(""));
    assert_eq!(run.value("github.sha"), None);
    assert_eq!(run.describe(), "a push to `main`");
}
