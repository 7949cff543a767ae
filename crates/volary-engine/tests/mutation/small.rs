//! The ways on a small pipeline of each platform: what is written afterwards.

use volary_pipeline::Platform;

use crate::case::{At, Case, Label};
use crate::files::Files;
use crate::site::Site;
use crate::ways::ways;

/// A case of one file with a scan and what ships at these lines.
fn case(platform: Platform, path: &str, text: &str, scan: usize, effect: usize) -> Case {
    let at = |line| At { path: path.to_owned(), line };
    let label = Label { control: "image-scan".into(), effect: at(effect), scan: at(scan), assumptions: Vec::new() };
    Case {
        platform,
        name: "small".into(),
        root: path.to_owned(),
        files: Files::from([(path.to_owned(), text.to_owned())]),
        sources: Vec::new(),
        labels: vec![label],
    }
}

/// The lines that a way adds to the file, trimmed; of several changes those of the first.
fn added(case: &Case, name: &str) -> Vec<String> {
    let site = Site::new(case, &case.labels[0]).expect("the scan is found");
    let way = ways(case.platform).into_iter().find(|way| way.name == name).expect("there is such a way");
    let Some(change) = (way.apply)(&site).into_iter().next() else { return vec!["no place".into()] };
    let old: Vec<&str> = change.base[&case.root].lines().map(str::trim).collect();
    let new = change.head[&case.root].lines().map(str::trim);
    new.filter(|line| !old.contains(line)).map(str::to_owned).collect()
}

/// The lines that a way takes from the file.
fn removed(case: &Case, name: &str) -> Vec<String> {
    let site = Site::new(case, &case.labels[0]).expect("the scan is found");
    let way = ways(case.platform).into_iter().find(|way| way.name == name).expect("there is such a way");
    let change = (way.apply)(&site).into_iter().next().expect("it has a place");
    let new: Vec<&str> = change.head[&case.root].lines().map(str::trim).collect();
    let old = change.base[&case.root].lines().map(str::trim);
    old.filter(|line| !new.contains(line)).map(str::to_owned).collect()
}

#[test]
fn github() {
    let text = "on: push
jobs:
  scan:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: trivy image --exit-code 1 app:1
  ship:
    needs: [scan]
    runs-on: ubuntu-24.04
    steps:
      - run: docker push app:1
";
    let case = case(Platform::GitHub, ".github/workflows/ci.yml", text, 7, 12);
    assert_eq!(added(&case, "step continue-on-error"), ["continue-on-error: true"]);
    assert_eq!(added(&case, "job continue-on-error"), ["continue-on-error: true"]);
    assert_eq!(added(&case, "|| true"), ["- run: trivy image --exit-code 1 app:1 || true"]);
    // A text that ends with a colon is a block.
    assert_eq!(added(&case, "|| :"), ["- run: |", "trivy image --exit-code 1 app:1 || :"]);
    assert_eq!(added(&case, "set +e around it"), ["- run: |", "set +e", "trivy image --exit-code 1 app:1", "set -e"]);
    assert_eq!(added(&case, "step if: false"), ["if: false"]);
    assert_eq!(added(&case, "soft flag"), ["- run: trivy image --exit-code 0 app:1"]);
    assert_eq!(
        added(&case, "soft flag in a variable of the step"),
        ["- env:", "SCAN_ARGUMENTS: '0'", "run: trivy image --exit-code $SCAN_ARGUMENTS app:1"]
    );
    assert_eq!(removed(&case, "step removed"), ["- run: trivy image --exit-code 1 app:1"]);
    assert_eq!(removed(&case, "needs removed"), ["needs: [scan]"]);
    assert_eq!(added(&case, "what ships runs always"), ["if: always()"]);
    assert_eq!(added(&case, "threshold by flag"), ["- run: trivy image --exit-code 1 app:1 --severity=CRITICAL"]);
    assert_eq!(added(&case, "local script of the same name"), ["- run: ./tools/trivy image --exit-code 1 app:1"]);
    // Nothing ships from pull requests here.
    assert_eq!(added(&case, "pull_request removed"), ["no place"]);
}

#[test]
fn azure() {
    let text = "trigger: [main]
steps:
  - script: trivy image --exit-code 1 app:1
    displayName: Scan
  - script: docker push app:1
";
    let case = case(Platform::Azure, "azure-pipelines.yml", text, 3, 5);
    assert_eq!(added(&case, "step continueOnError"), ["continueOnError: true"]);
    assert_eq!(added(&case, "step enabled: false"), ["enabled: false"]);
    assert_eq!(
        added(&case, "another command behind it"),
        ["- script: |", "trivy image --exit-code 1 app:1", "echo \"scan finished\""]
    );
    assert_eq!(added(&case, "step inside of an if"), ["- ${{ if eq(variables['Build.Reason'], 'Schedule') }}:"]);
    assert_eq!(added(&case, "what ships runs always"), ["condition: always()"]);
    assert_eq!(removed(&case, "step removed"), ["- script: trivy image --exit-code 1 app:1", "displayName: Scan"]);
    // One job: it cannot fail apart from what ships.
    assert_eq!(added(&case, "job continueOnError"), ["no place"]);
}

#[test]
fn gitlab() {
    let text = "stages: [check, ship]
scan:
  stage: check
  script:
    - trivy image --exit-code 1 app:1
push:
  stage: ship
  script: [docker push app:1]
";
    let case = case(Platform::GitLab, ".gitlab-ci.yml", text, 5, 8);
    assert_eq!(added(&case, "allow_failure: true"), ["allow_failure: true"]);
    assert_eq!(added(&case, "rule when: never"), ["rules:", "- when: never"]);
    assert_eq!(added(&case, "|| exit 0"), ["- trivy image --exit-code 1 app:1 || exit 0"]);
    assert_eq!(added(&case, "job hidden by a dot"), [".scan:"]);
    assert_eq!(added(&case, "needs nothing"), ["needs: []"]);
    assert_eq!(
        removed(&case, "job removed"),
        ["scan:", "stage: check", "script:", "- trivy image --exit-code 1 app:1"]
    );
    assert_eq!(added(&case, "scan in a later stage"), ["stages: [check, ship, audit]", "stage: audit"]);
}

#[test]
fn jenkins() {
    let text = "pipeline {
  agent any
  stages {
    stage('Scan') {
      steps {
        sh 'trivy image --exit-code 1 app:1'
      }
    }
    stage('Push') {
      steps {
        sh 'docker push app:1'
      }
    }
  }
}
";
    let case = case(Platform::Jenkins, "Jenkinsfile", text, 6, 11);
    assert_eq!(
        added(&case, "catchError with success"),
        ["catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') {"]
    );
    assert_eq!(
        added(&case, "status returned and not read"),
        ["sh(script: 'trivy image --exit-code 1 app:1', returnStatus: true)"]
    );
    assert_eq!(added(&case, "|| true"), ["sh 'trivy image --exit-code 1 app:1 || true'"]);
    // A text of several lines has three quotes.
    assert_eq!(added(&case, "set +e around it"), ["sh '''set +e", "trivy image --exit-code 1 app:1", "set -e'''"]);
    assert_eq!(added(&case, "when false"), ["when { expression { false } }"]);
    assert_eq!(removed(&case, "stage removed"), ["stage('Scan') {", "sh 'trivy image --exit-code 1 app:1'"]);
}
