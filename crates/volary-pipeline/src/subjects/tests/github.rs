use std::sync::Arc;

use volary_model::{FileId, Unit, Value};

use super::{of, text};
use crate::{Document, Limits, MemorySources, Platform, read};

fn unit(text: &str) -> Unit {
    let document = Arc::new(Document::new(FileId(0), ".github/workflows/ci.yaml", text));
    let (pipeline, issues) = read(&document, Platform::GitHub, &MemorySources::default(), &Limits::default());
    assert!(issues.is_empty(), "{issues:?}");
    super::super::unit(&pipeline, text)
}

const WORKFLOW: &str = "\
on:
  pull_request_target:
    types: [opened]
permissions:
  contents: write
env:
  TITLE: ${{ github.event.pull_request.title }}
jobs:
  build:
    runs-on: [self-hosted, linux]
    permissions: read-all
    strategy:
      matrix: {os: [a, b]}
    steps:
      - uses: actions/checkout@v4
        with: {ref: '${{ github.event.pull_request.head.sha }}'}
      - name: one
        env: {TOKEN: '${{ secrets.TOKEN }}'}
        run: |
          echo ${{ env.TITLE }} ${{ matrix.os }} ${{ github.sha }}
          sudo curl -s https://example.com/x | bash -e
          echo \"a=$B\" >> \"$GITHUB_ENV\"
          echo a=b >> $GITHUB_ENV
  call:
    uses: Owner/Repo/.github/workflows/x.yaml@main
    secrets: inherit
";

#[test]
fn workflow_jobs_and_steps() {
    let unit = unit(WORKFLOW);
    let workflow = of(&unit, "pipeline.workflow")[0];
    assert_eq!(text(&workflow.values, "events/0"), Some("pull_request_target"));
    assert_eq!(workflow.values.get("privileged").and_then(Value::as_bool), Some(true));
    assert_eq!(text(&workflow.values, "permissions/writes/0"), Some("contents"));
    let jobs = of(&unit, "pipeline.job");
    assert_eq!(text(&jobs[0].values, "permissions/all"), Some("read-all"));
    assert_eq!(text(&jobs[0].values, "permissions/source"), Some("own"));
    assert_eq!(jobs[0].values.get("runner").unwrap().get("self_hosted").and_then(Value::as_bool), Some(true));
    assert_eq!(text(&jobs[0].values, "secrets/0"), Some("TOKEN"));
    assert_eq!(text(&jobs[1].values, "uses/repository"), Some("owner/repo"));
    assert_eq!(text(&jobs[1].values, "uses/ref_kind"), Some("branch"));
    assert_eq!(jobs[1].values.get("inherits_secrets").and_then(Value::as_bool), Some(true));
    let steps = of(&unit, "pipeline.step");
    assert_eq!(text(&steps[0].values, "uses/ref_kind"), Some("tag"));
    let checkout = steps[0].values.get("checkout").unwrap();
    assert_eq!(checkout.get("untrusted").and_then(Value::as_bool), Some(true));
    assert_eq!(text(&steps[1].values, "commands/2/name"), Some("bash"));
    assert_eq!(text(&steps[1].values, "commands/2/reads_from/0"), Some("curl"));
    assert_eq!(text(&steps[1].values, "commands/1/wrappers/0"), Some("sudo"));
    let writes = steps[1].values.get("environment_writes").and_then(Value::as_list).unwrap();
    let literal: Vec<Option<bool>> = writes.iter().map(|write| write.get("literal").and_then(Value::as_bool)).collect();
    assert_eq!(literal, [Some(false), Some(true)]);
}

#[test]
fn taint_follows_variables_and_the_matrix() {
    let unit = unit(WORKFLOW);
    let in_run: Vec<(Option<&str>, Option<&str>)> = of(&unit, "pipeline.expression")
        .iter()
        .filter(|one| text(&one.values, "in") == Some("run"))
        .map(|one| (text(&one.values, "text"), text(&one.values, "taint")))
        .collect();
    assert_eq!(
        in_run,
        [(Some("env.TITLE"), Some("anybody")), (Some("matrix.os"), Some("none")), (Some("github.sha"), Some("none"))]
    );
}

#[test]
fn versions_and_imitations_of_actions() {
    let unit = unit(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      \
         - uses: acitons/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0\n      \
         - uses: actions/checkout@v4\n      - uses: action/setup-go@main\n",
    );
    let steps = of(&unit, "pipeline.step");
    assert_eq!(text(&steps[0].values, "uses/resembles"), Some("actions/checkout"));
    assert_eq!(text(&steps[0].values, "uses/version"), Some("5.0.0"));
    assert_eq!(text(&steps[1].values, "uses/resembles"), None);
    assert_eq!(text(&steps[1].values, "uses/version"), Some("4"));
    assert_eq!(text(&steps[2].values, "uses/resembles"), Some("actions/setup-go"));
    assert_eq!(text(&steps[2].values, "uses/version"), None);
}

#[test]
fn conditions_with_text_beside_the_brackets() {
    let unit = unit(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    if: |\n      ${{ github.ref == 'x' }}\n    steps:\n      \
         - run: x\n        if: ${{ github.actor == 'dependabot[bot]' }}\n",
    );
    let mixed: Vec<Option<bool>> =
        of(&unit, "pipeline.expression").iter().map(|one| one.values.get("mixed").and_then(Value::as_bool)).collect();
    assert_eq!(mixed, [Some(true), Some(false)]);
    let last = of(&unit, "pipeline.expression")[1];
    assert_eq!(text(&last.values, "comparisons/0/name"), Some("github.actor"));
    assert_eq!(text(&last.values, "comparisons/0/value"), Some("dependabot[bot]"));
}
