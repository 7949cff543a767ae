//! Reads every pipeline below the given folders and prints what could not be read, what is hidden and how long it took.
//!
//! `cargo run -p volary-pipeline --example survey -- FOLDER...`; each folder is one repository. With `--dump FILE` the
//! pipeline of one file of the last folder is printed.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use volary_document::yaml::Dialect;
use volary_model::{FileId, Files, SourceFile};
use volary_pipeline::{Action, Document, JobKind, Limits, MemorySources, Pipeline, is_pipeline, read};

fn main() {
    let mut folders = Vec::new();
    let mut dump = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--dump" {
            dump = arguments.next();
        } else {
            folders.push(argument);
        }
    }
    let mut problems: BTreeMap<String, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut time = 0.0;
    for folder in &folders {
        let mut files = Files::default();
        let mut sources = MemorySources::default();
        let mut documents = Vec::new();
        let root = Path::new(folder);
        for path in paths(root) {
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            let Ok(text) = volary_document::decode(&bytes) else { continue };
            let id = files.add(SourceFile::new(path.as_str(), text.as_str()));
            let document = Arc::new(Document::new(FileId(id.0), path.as_str(), text.as_str()));
            sources.add(document.clone());
            documents.push(document);
        }
        for document in documents {
            let start = Instant::now();
            let yaml = document.path.ends_with(".yml") || document.path.ends_with(".yaml");
            let values = if yaml { document.yaml(Dialect::Yaml12).0 } else { &[] };
            let Some(platform) = is_pipeline(&document.path, values) else { continue };
            let (pipeline, issues) = read(&document, platform, &sources, &Limits::default());
            time += start.elapsed().as_secs_f64();
            *counts.entry(format!("{platform} {:?}", pipeline.kind)).or_default() += 1;
            *counts.entry(format!("{platform} jobs")).or_default() += pipeline.jobs.len();
            let steps: usize = pipeline.jobs.iter().map(|job| job.steps.len()).sum();
            *counts.entry(format!("{platform} steps")).or_default() += steps;
            if pipeline.jobs.is_empty() && pipeline.hidden.is_empty() {
                println!("nothing in {folder}/{}", document.path);
            }
            for issue in issues {
                let place = files.locate(issue.span);
                let line = place.as_ref().map_or(0, |place| place.start.line);
                let path = place.map_or_else(|| document.path.clone(), |place| place.path);
                println!("{folder}/{path}:{line}: {}", issue.message);
                *problems.entry(format!("{platform} {}", general(&issue.message))).or_default() += 1;
            }
            for hidden in &pipeline.hidden {
                *reasons.entry(format!("{platform} hidden {:?}", hidden.reason.kind)).or_default() += 1;
                if std::env::var_os("HIDDEN").is_some() {
                    println!("hidden {:?} {}", hidden.place, hidden.reason);
                }
            }
            for text in texts(&pipeline) {
                *reasons.entry(format!("{platform} {text}")).or_default() += 1;
            }
            if dump.as_deref() == Some(&*document.path) {
                show(&pipeline, &files);
            }
        }
    }
    for (title, table) in [("problems", &problems), ("reasons", &reasons), ("counts", &counts)] {
        println!("\n{title}");
        for (name, count) in table {
            println!("{count:7} {name}");
        }
    }
    println!("\n{time:.3} s");
}

/// A message without what stands in quotes.
fn general(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("_")
}

fn texts(pipeline: &Pipeline) -> Vec<String> {
    let mut found = Vec::new();
    for step in pipeline.jobs.iter().flat_map(|job| &job.steps) {
        let script = step.script().map(|script| &script.text);
        for text in step.inputs.iter().map(|input| &input.text).chain(script) {
            found.extend(text.holes().map(|hole| format!("{:?} {:?}", hole.syntax, hole.reason.kind)));
        }
    }
    found
}

fn show(pipeline: &Pipeline, files: &Files) {
    let line = |span| files.locate(span).map_or(0, |place| place.start.line);
    println!("{:?} {} {:?}", pipeline.platform, pipeline.path, pipeline.kind);
    for trigger in &pipeline.triggers {
        println!(
            "  on {} {:?} line {}{}",
            trigger.name,
            trigger.event,
            line(trigger.at),
            if trigger.disabled { " (off)" } else { "" }
        );
    }
    for (id, stage) in pipeline.stages() {
        let condition = stage.activation.condition.as_ref().map(|condition| condition.text.clone()).unwrap_or_default();
        println!(
            "  stage {} `{}` after {:?} if `{condition}`",
            id.0,
            stage.name.canonical(),
            pipeline.stages_before(id)
        );
    }
    for (id, job) in pipeline.jobs() {
        let kind = match &job.kind {
            JobKind::Plain => "job".to_owned(),
            JobKind::Call(uses) => format!("call of {}", uses.written.canonical()),
            kind => format!("{kind:?}").chars().take(40).collect(),
        };
        let condition = job.activation.condition.as_ref().map(|condition| condition.text.clone()).unwrap_or_default();
        let stage = job.stage.map(|stage| stage.0);
        println!(
            "  {kind} {} `{}` line {} stage {stage:?} after {:?} if `{condition}` guards {}",
            id.0,
            job.name.canonical(),
            line(job.at),
            job.needs.named().iter().flat_map(|need| &need.targets).collect::<Vec<_>>(),
            job.activation.guards.len()
        );
        for (index, step) in job.steps.iter().enumerate() {
            let what = match &step.action {
                Action::Script(script) => format!(
                    "{:?}{}{} {}",
                    script.shell.kind,
                    if script.shell.errexit { " -e" } else { "" },
                    if script.shell.pipefail { " pipefail" } else { "" },
                    script.text.canonical().lines().next().unwrap_or_default()
                ),
                Action::Uses(uses) => format!("uses {}", uses.written.canonical()),
                Action::Block(name) => format!("block {name}"),
                Action::Hidden(uses, reason) => format!("hidden {}: {reason}", uses.written.canonical()),
            };
            let condition =
                step.activation.condition.as_ref().map(|condition| condition.text.clone()).unwrap_or_default();
            println!(
                "    {index} line {} {:?} in {:?}: {what} if `{condition}` guards {} secrets {} connections {}",
                line(step.at),
                step.phase,
                step.within.map(|id| id.0),
                step.activation.guards.len(),
                step.secrets.len(),
                step.connections.len()
            );
        }
    }
}

/// Every file below a folder, relative to it, sorted.
fn paths(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
