//! The scripts of labelled cases and of real pipelines, where there are some beside the repository.
#![allow(clippy::print_stderr, reason = "says what was measured, or that nothing was")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::FileId;
use volary_pipeline::{Document, Limits, MemorySources, Platform, Sources, is_pipeline, read};

use crate::recognise::{Nothing, Recognisers, Role, value};
use crate::script::{Input, Scenario, Status, Taint, analyse};

#[test]
fn scripts_of_pipelines_end_well_when_nothing_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trees = Vec::new();
    for platform in ["azure", "github", "gitlab", "jenkins"] {
        let cases = std::fs::read_dir(root.join("cases").join(platform)).into_iter().flatten().flatten();
        trees.extend(cases.map(|entry| entry.path().join("tree")));
        let real = root.join("../../../shared/corpora/pipelines/real").join(platform);
        let mut real: Vec<PathBuf> =
            std::fs::read_dir(real).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        real.sort();
        // Some of them, unless all are asked for.
        let step = if std::env::var_os("SURVEY").is_some() { 1 } else { 10 };
        trees.extend(real.into_iter().step_by(step));
    }
    trees.sort();
    let (mut scripts, mut commands, mut scans, mut odd) = (0, 0, 0, Vec::new());
    let mut ends = [0; 3];
    for tree in trees {
        let mut sources = MemorySources::default();
        let mut documents = Vec::new();
        for path in files(&tree) {
            let Ok(bytes) = std::fs::read(tree.join(&path)) else { continue };
            let Ok(text) = volary_document::decode(&bytes) else { continue };
            let document = Arc::new(Document::new(FileId(documents.len() as u32), path.as_str(), text.as_str()));
            sources.add(document.clone());
            documents.push(document);
        }
        for document in documents {
            let yaml = document.path.ends_with(".yml") || document.path.ends_with(".yaml");
            let values = if yaml { document.yaml(Dialect::Yaml12).0 } else { &[] };
            let Some(platform) = is_pipeline(&document.path, values) else { continue };
            survey(&document, platform, &sources, &mut |step| {
                scripts += 1;
                commands += step.commands;
                scans += step.scans;
                let meant = step.text.trim_end().ends_with("exit 1");
                if step.normal != Status::Zero && !meant || step.cut {
                    odd.push(format!("{}: {:?}\n{}", tree.join(&*document.path).display(), step.normal, step.text));
                }
                if step.scans > 0 {
                    ends[match step.found {
                        Status::Zero => 0,
                        Status::NonZero => 1,
                        Status::Unknown => 2,
                    }] += 1;
                }
                if std::env::var_os("SURVEY").is_some() {
                    step.lines.iter().for_each(|line| eprintln!("{}:{line}", document.path));
                }
            });
        }
    }
    eprintln!(
        "{scripts} scripts, {commands} commands, {scans} scans; found something: {ends:?} go on, fail, unclear; {} odd",
        odd.len()
    );
    assert!(odd.len() * 100 <= scripts, "{}", odd.join("\n----\n"));
}

struct Surveyed {
    commands: usize,
    scans: usize,
    normal: Status,
    found: Status,
    cut: bool,
    text: String,
    lines: Vec<String>,
}

fn survey(document: &Arc<Document>, platform: Platform, sources: &dyn Sources, each: &mut dyn FnMut(&Surveyed)) {
    let (pipeline, _) = read(document, platform, sources, &Limits::default());
    for step in pipeline.jobs.iter().flat_map(|job| &job.steps) {
        let Some(script) = step.script() else { continue };
        let variable = |name: &str| {
            step.variables.iter().find(|variable| variable.name.is(name)).map(|variable| value(&variable.value))
        };
        let analysed = analyse(&Input {
            prelude: None,
            script,
            step: None,
            folder: Some("".into()),
            recognisers: Recognisers::built_in(),
            sources,
            surroundings: &Nothing,
            variable: &variable,
            platform,
        });
        let scans: Vec<_> = analysed
            .ids()
            .filter(|id| {
                let roles = analysed.command(*id).map(|command| command.roles.as_slice()).unwrap_or_default();
                roles.iter().any(|it| matches!(it.role, Role::Control(_)))
            })
            .collect();
        let scenario = Scenario { finding: &[], choices: &|_| None, value: &|_| None };
        let normal = analysed.execute(&scenario, &mut Taint::default());
        let scenario = Scenario { finding: &scans, choices: &|_| None, value: &|_| None };
        let found = analysed.execute(&scenario, &mut Taint::default());
        let mut lines = Vec::new();
        for command in analysed.commands.iter().filter(|command| command.opaque.is_some()) {
            lines.push(format!("OPAQUE {} <- {}", command.opaque.as_deref().unwrap_or_default(), command.written));
        }
        for condition in &analysed.conditions {
            lines.push(format!("CONDITION {} {:?}", condition.written, condition.names));
        }
        if !scans.is_empty() {
            let kinds: Vec<_> = found.why.iter().map(|fact| format!("{:?} {}", fact.kind, fact.text)).collect();
            lines.push(format!("SCAN {:?} {kinds:?} <- {:?}", found.status, script.text.canonical()));
        }
        each(&Surveyed {
            commands: analysed.commands.len(),
            scans: scans.len(),
            normal: normal.status,
            found: found.status,
            cut: analysed.cut,
            text: script.text.canonical(),
            lines,
        });
    }
}

fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
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
