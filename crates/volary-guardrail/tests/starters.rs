//! The recognisers on published starter workflows, where a copy of them lies beside the repository.

use std::fs;
use std::path::PathBuf;

use volary_document::{shell, yaml};
use volary_guardrail::recognise::{
    Invocation, Nothing, Platform, Reading, Recognised, Recognisers, Reference, Role, unwrap, written,
};
use volary_model::{Data, FileId, Map, Span, Value};

/// What the steps of a workflow are recognised as: references and the commands of scripts, without following anything.
fn recognised(text: &str) -> Vec<Recognised> {
    let recognisers = Recognisers::built_in();
    let (documents, _) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml11);
    let mut found = Vec::new();
    let mut open: Vec<Value> = documents;
    let empty = Map::default();
    while let Some(value) = open.pop() {
        match &value.data {
            Data::List(list) => open.extend(list.iter().cloned()),
            Data::Map(map) => {
                if let Some(uses) = map.get("uses").and_then(Value::as_text) {
                    let (name, version) =
                        uses.split_once('@').map_or((uses, None), |(name, version)| (name, Some(version)));
                    let inputs = map.get("with").and_then(Value::as_map).unwrap_or(&empty);
                    let platform = Platform::GithubAction;
                    let reference =
                        Reference { platform, name, version, inputs, open: false, origin: value.origin.clone() };
                    found.extend(recognisers.reference(&reference, &Nothing));
                }
                if let Some(run) = map.get("run").and_then(Value::as_text) {
                    let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
                    let reading = Reading { at: &at, variable: &|_| None };
                    let mut scripts = vec![run.to_owned()];
                    while let Some(script) = scripts.pop() {
                        for (_, command) in shell::parse(&script).commands() {
                            let program = unwrap(&Invocation::from_shell(command, &reading));
                            found.extend(recognisers.program(&program, &Nothing));
                            scripts.extend(program.script.as_ref().map(|script| written(script).to_string()));
                        }
                    }
                }
                open.extend(map.entries().iter().map(|entry| entry.value.clone()));
            }
            _ => {}
        }
    }
    found
}

/// The files of a folder of starters, by name; none where there is no copy.
fn starters(folder: &str) -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/pipelines/starter-workflows");
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten();
    let paths = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let mut files: Vec<(String, String)> = paths
        .filter_map(|path| Some((path.file_name()?.to_string_lossy().into_owned(), fs::read_to_string(&path).ok()?)))
        .collect();
    files.sort();
    files
}

#[test]
fn every_code_scanning_starter_is_recognised_and_ships_nothing() {
    let mut wrong = Vec::new();
    for (name, text) in starters("code-scanning") {
        let found = recognised(&text);
        // One of them hardens an app instead of scanning it.
        if !found.iter().any(|it| matches!(it.role, Role::Control(_) | Role::Change(_))) {
            wrong.push(format!("{name}: no scan"));
        }
        for it in &found {
            if let Role::Effect(effect) = &it.role {
                wrong.push(format!("{name}: {} ships {}", it.tool.id, effect.kind.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn deployment_starters_ship() {
    let files = starters("deployments");
    let silent: Vec<&str> = files
        .iter()
        .filter(|(_, text)| !recognised(text).iter().any(|it| matches!(it.role, Role::Effect(_))))
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(silent.len() <= 2, "{silent:?}");
}
