//! Findings about pipelines against places that were written down before the policies were.

#![allow(clippy::print_stdout, clippy::print_stderr, unreachable_pub)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The rules of poutine that a label may name are aliases of policies.
#[test]
fn labelled_places_of_poutine_are_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = root.join("../shared/corpora/pipelines");
    if !corpus.join("poutine").is_dir() {
        eprintln!("skipped: the test pipelines of poutine are not here");
        return;
    }
    let labels = std::fs::read_to_string(root.join("crates/volary-pipeline/cases/poutine.jsonl")).expect("labels");
    let labels: Vec<Value> = labels.lines().map(|line| serde_json::from_str(line).expect("a label")).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_volary"))
        .args(["check", "--tier", "strict", "--format", "json", "poutine"])
        .current_dir(&corpus)
        .output()
        .expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let aliases = |id: &str| -> Vec<String> {
        let policies = report["policies"].as_array().expect("policies");
        let policy = policies.iter().find(|policy| policy["id"] == id);
        let aliases = policy.and_then(|policy| policy["aliases"].as_array()).cloned().unwrap_or_default();
        aliases.iter().filter_map(|alias| alias.as_str()?.strip_prefix("poutine:").map(str::to_owned)).collect()
    };
    let mut found: BTreeSet<(String, u64, String)> = BTreeSet::new();
    for finding in report["findings"].as_array().expect("findings") {
        let location = &finding["location"];
        let path = location["path"].as_str().expect("a path").trim_start_matches("poutine/").to_owned();
        let line = location["line"].as_u64().expect("a line");
        let id = finding["policy"].as_str().expect("an id");
        found.extend(aliases(id).into_iter().map(|rule| (path.clone(), line, rule)));
    }
    let text = |label: &Value, key: &str| label[key].as_str().expect("a text").to_owned();
    let mut missed = Vec::new();
    for label in &labels {
        let path = text(label, "path").trim_start_matches("poutine/").to_owned();
        let place = (path, label["line"].as_u64().expect("a line"), text(label, "rule"));
        if !found.contains(&place) {
            missed.push(place);
        }
    }
    let hit = labels.len() - missed.len();
    println!("{hit} of {} labelled places are found", labels.len());
    assert!(hit * 10 >= labels.len() * 9, "{hit} of {}; missed: {missed:?}", labels.len());
    // What the labels do not name in these files, by the same rules.
    let labelled = |place: &&(String, u64, String)| {
        labels.iter().any(|label| {
            text(label, "path").ends_with(&place.0) && label["line"] == place.1 && text(label, "rule") == place.2
        })
    };
    let own = |place: &&(String, u64, String)| !place.0.contains(".github") && !place.0.ends_with("action.yml");
    let beyond: Vec<_> = found.iter().filter(own).filter(|place| !labelled(place)).collect();
    assert!(beyond.is_empty(), "beyond the labels: {beyond:?}");
}

/// What a file takes from elsewhere is told where it stands, once; what is not there does not fail the run.
#[test]
fn templates_and_includes_are_judged_where_they_stand() {
    let tree = common::Tree::new(&[
        (
            "azure-pipelines.yml",
            "resources:\n  repositories:\n    - repository: other\n      type: git\n      name: a/b\nsteps:\n  - template: ci/build.yml\n    \
             parameters:\n      steps:\n        - bash: echo $(Build.SourceVersionMessage)\n  - template: x.yml@other\n  \
             - template: ci/missing.yml\n",
        ),
        (
            "ci/build.yml",
            "parameters:\n  - name: steps\n    type: stepList\nsteps:\n  - bash: echo $(System.PullRequest.SourceBranch)\n  \
             - ${{ parameters.steps }}\n  - ${{ parameters.steps }}\n",
        ),
        (
            ".gitlab-ci.yml",
            "include:\n  - local: ci/gitlab.yml\n  - project: a/b\n    ref: v1.2.3\n    file: /x.yml\none:\n  extends: .base\n",
        ),
        ("ci/gitlab.yml", ".base:\n  variables:\n    CI_DEBUG_TRACE: \"true\"\n  script: [make]\n"),
        ("Jenkinsfile", "node('linux') {\n  sh \"echo ${env.CHANGE_TITLE}\"\n}\n"),
    ]);
    let run = tree.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report: Value = serde_json::from_str(&run.out).expect("a report");
    let found: BTreeSet<(String, u64)> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| {
            let at = &one["location"];
            (at["path"].as_str().expect("a path").to_owned(), at["line"].as_u64().expect("a line"))
        })
        .collect();
    let expected = [("Jenkinsfile", 2), ("azure-pipelines.yml", 10), ("ci/build.yml", 5), ("ci/gitlab.yml", 3)];
    assert_eq!(found, expected.map(|(path, line)| (path.to_owned(), line)).into());
    assert_eq!(report["findings"].as_array().expect("findings").len(), expected.len());
}
