//! Guardrails of published starter workflows and templates, where a copy of them lies beside the repository.

#![expect(clippy::print_stdout, reason = "figures for people")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use volary_engine::{Guarded, GuardrailSettings, Settings, Silent, guardrails};
use volary_model::{Guardrails, Verdict};
use volary_source::MemoryTree;

/// Starters whose scan is told, in so many words, not to fail: `continue-on-error`, `|| true`, `exit-code: 0`, `no-fail`.
const SOFT: [&str; 18] = [
    "bearer",
    "brakeman",
    "datree",
    "detekt",
    "eslint",
    "hadolint",
    "kubesec",
    "lintr",
    "mayhem-for-api",
    "mobsf",
    "njsscan",
    "phpmd",
    "puppet-lint",
    "rust-clippy",
    "snyk-container",
    "snyk-infrastructure",
    "stackhawk",
    "veracode",
];

/// Starters of the folder for scans in which none is seen: one hardens an app, the other looks at style with a script in R.
const NO_SCAN: [&str; 2] = ["jscrambler-code-integrity", "lintr"];

/// A template of a template, which is no YAML before somebody has filled it in.
const TEMPLATED: &str = "deploy-to-existing-kubernetes-cluster";

/// The YAML files of a folder, as they would lie in a repository; none where there is no copy.
fn files(folder: &str, put: &str) -> Vec<(String, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/pipelines").join(folder);
    let mut files = Vec::new();
    for path in fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        if (name.ends_with(".yml") || name.ends_with(".yaml"))
            && let Ok(bytes) = fs::read(&path)
        {
            files.push((format!("{put}{name}"), bytes));
        }
    }
    if files.is_empty() {
        println!("skipped, no copy of {folder} beside the repository");
    }
    files
}

fn answer(files: &[(String, Vec<u8>)]) -> Guardrails {
    let settings = GuardrailSettings::new(Settings::new(jiff::civil::date(2026, 11, 24)));
    let Guarded { answer, .. } = guardrails(&MemoryTree::new(files.iter().cloned()), &settings, &Silent);
    answer
}

/// The name of a starter from the path of its pipeline.
fn name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(name, _)| name)
}

/// The pipelines with a demanded verdict that is one of these.
fn with<'a>(answer: &'a Guardrails, verdicts: &[Verdict]) -> BTreeSet<&'a str> {
    let wanted = answer.verdicts.iter().filter(|it| it.required && verdicts.contains(&it.verdict));
    wanted.map(|it| &*it.pipeline).collect()
}

#[test]
fn starters_for_scans_are_recognised_and_ship_nothing() {
    let files = files("starter-workflows/code-scanning", ".github/workflows/");
    if files.is_empty() {
        return;
    }
    let answer = answer(&files);
    let read: BTreeSet<&str> = answer.pipelines.iter().map(|it| &*it.path).collect();
    let missing: Vec<&String> =
        files.iter().map(|(path, _)| path).filter(|path| !read.contains(path.as_str())).collect();
    assert!(missing.is_empty(), "not read: {missing:?}");

    let demanded: Vec<&str> = answer.verdicts.iter().filter(|it| it.required).map(|it| &*it.message).collect();
    assert!(demanded.is_empty(), "they ship nothing, but: {demanded:#?}");

    let mut scans: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for scan in &answer.scans {
        let known = matches!(&*scan.outcome, "stops" | "reports" | "depends");
        assert!(known, "{}:{} {}: {}", scan.pipeline, scan.line, scan.tool, scan.outcome);
        scans.entry(name(&scan.pipeline)).or_default().push(&scan.outcome);
    }
    let silent: Vec<&str> = read
        .iter()
        .map(|path| name(path))
        .filter(|name| !scans.contains_key(name) && !NO_SCAN.contains(name))
        .collect();
    println!("{} starters, {} scans, without a scan: {silent:?}", read.len(), answer.scans.len());
    let reports = |name: &&str| scans.get(name).is_some_and(|outcomes| outcomes.contains(&"reports"));
    let stopping: Vec<&str> = SOFT.into_iter().filter(|name| !NO_SCAN.contains(name) && !reports(name)).collect();
    println!("{} of {} soft ones are told as reporting", SOFT.iter().filter(|name| reports(name)).count(), SOFT.len());
    assert!(silent.is_empty(), "no scan is seen in {silent:?}");
    assert!(stopping.is_empty(), "findings are tolerated there: {stopping:?}");
}

#[test]
fn starters_that_deploy_lack_controls() {
    let files = files("starter-workflows/deployments", ".github/workflows/");
    if files.is_empty() {
        return;
    }
    let answer = answer(&files);
    let absent = with(&answer, &[Verdict::Absent]);
    let others: Vec<&str> = answer.pipelines.iter().map(|it| &*it.path).filter(|path| !absent.contains(path)).collect();
    println!("{} of {} deployment starters lack a control; not: {others:?}", absent.len(), files.len());
    assert!(absent.len() >= 25, "{others:?}");
    let holding: Vec<&str> = answer.verdicts.iter().filter(|it| it.verdict.holds()).map(|it| &*it.message).collect();
    assert!(holding.is_empty(), "{holding:#?}");
}

#[test]
fn templates_that_ship_lack_controls() {
    let files = files("azure-pipelines-yaml", "");
    if files.is_empty() {
        return;
    }
    let answer = answer(&files);
    let ship: BTreeSet<&str> =
        answer.pipelines.iter().filter(|it| !it.verdicts.is_empty()).map(|it| &*it.path).collect();
    let gap = with(&answer, &[Verdict::Absent, Verdict::ReportOnly, Verdict::Bypassable, Verdict::Unverifiable]);
    let kinds: BTreeSet<&str> = answer.verdicts.iter().filter(|it| it.required).map(|it| &*it.kind).collect();
    println!(
        "{} files, {} pipelines, {} ship what a control is demanded of ({kinds:?}), {} with a gap, {} problems",
        files.len(),
        answer.pipelines.len(),
        ship.len(),
        gap.len(),
        answer.problems.len()
    );
    assert_eq!(ship, gap);
    // Their names say what most of them do.
    let silent: Vec<&str> = files
        .iter()
        .map(|(path, _)| name(path))
        .filter(|name| *name != TEMPLATED)
        .filter(|name| ["functionapp", "webapp", "-to-acr", "-to-aks", "kubernetes"].iter().any(|it| name.contains(it)))
        .filter(|wanted| !gap.iter().any(|path| name(path) == *wanted))
        .collect();
    assert!(silent.is_empty(), "nothing is missed in {silent:?}");
}
