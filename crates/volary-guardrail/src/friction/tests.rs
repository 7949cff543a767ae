//! Pipelines in, gates with what is said of them out.

use std::fmt::Write;
use std::sync::Arc;

use volary_model::FileId;
use volary_pipeline::{Document, Limits, MemorySources, Platform, read};

use super::gates;
use super::names::stage_of;
use crate::controls::Controls;
use crate::plan::Plan;
use crate::prove::Demands;
use crate::recognise::Recognisers;
use crate::requirements::Requirements;

/// Every gate with its remarks (`but`) and what could replace it (`or`).
fn told(platform: Platform, text: &str) -> String {
    let path = match platform {
        Platform::GitHub => ".github/workflows/ci.yml",
        Platform::Azure => "azure-pipelines.yml",
        Platform::GitLab => ".gitlab-ci.yml",
        Platform::Jenkins => "Jenkinsfile",
    };
    let document = Arc::new(Document::new(FileId(0), path, text));
    let sources = MemorySources::default();
    let (pipeline, issues) = read(&document, platform, &sources, &Limits::default());
    assert!(issues.is_empty(), "{issues:#?}");
    let plan = Plan::new(&pipeline, Recognisers::built_in(), &sources);
    let demands = Demands { controls: Controls::built_in(), requirements: Requirements::built_in() };
    let mut out = String::new();
    for gate in gates(&plan, &demands) {
        let line = 1 + text[..gate.at.start as usize].matches('\n').count();
        let name = gate.environment.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
        let may = if gate.certain { "" } else { "?" };
        let _ = writeln!(out, "{line} {}{name}{may}: {}", gate.kind, gate.guards);
        for remark in gate.remarks {
            assert!(!remark.edit.is_empty() && !remark.edit.ends_with('.'), "{}", remark.text);
            let _ = writeln!(out, "  but {}", remark.text);
        }
        for replace in gate.replace {
            let _ = writeln!(out, "  or {replace}");
        }
    }
    out
}

#[track_caller]
fn same(found: &str, expected: &str) {
    let expected: String =
        expected.lines().map(|line| format!("{}\n", line.strip_prefix("        ").unwrap_or(line))).collect();
    assert_eq!(found.trim(), expected.trim(), "\n{found}");
}

#[test]
fn names_tell_production_from_the_rest() {
    for (name, expected) in [
        ("production", Some(true)),
        ("eu-prod-2", Some(true)),
        ("DeployToProd", Some(true)),
        ("prd01", Some(true)),
        ("dev", Some(false)),
        ("Deploy_Dev", Some(false)),
        ("DeployToDev2", Some(false)),
        ("non-prod", Some(false)),
        ("nonprod", Some(false)),
        ("pre-production", Some(false)),
        ("staging", Some(false)),
        ("dev-then-prod", Some(true)),
        ("${{ if parameters.TestPipeline }}", None),
        ("${{ variables.domain }}-dev", Some(false)),
        ("$(test)-prod", Some(true)),
        ("$TEST_HOST", None),
        ("${{ dev", Some(false)),
        ("$", None),
        ("products", None),
        ("device", None),
        ("release", None),
        ("", None),
    ] {
        assert_eq!(stage_of(name), expected, "{name}");
    }
}

#[test]
fn environments_of_github_may_wait_for_somebody() {
    let text = "on: {push: {branches: [main]}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm test
  dev:
    needs: test
    runs-on: ubuntu-latest
    environment: dev
    steps:
      - run: kubectl apply -f k8s/
  prod:
    needs: dev
    runs-on: ubuntu-latest
    environment: {name: production, url: 'https://example.org'}
    steps:
      - run: kubectl apply -f k8s/
";
    same(
        &told(Platform::GitHub, text),
        "10 environment dev?: the deployment of the Kubernetes manifests `k8s/`
          but `dev` is not production
          or an infrastructure scan that stops on what it finds
          or a dry run against the cluster
          or a roll-out that is watched, and taken back when it does not become healthy
          or settings of the environment: protected branches only, and one deployment at a time (`concurrency`)
        16 environment production?: the deployment of the Kubernetes manifests `k8s/`
          or an infrastructure scan that stops on what it finds
          or a dry run against the cluster
          or a roll-out that is watched, and taken back when it does not become healthy
          or settings of the environment: protected branches only, and one deployment at a time (`concurrency`)",
    );
}

#[test]
fn an_action_waits_in_its_job() {
    let text = "on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: trstringer/manual-approval@v1
        with: {secret: x, approvers: alice}
      - run: docker build -t app:1 . && docker push app:1
";
    same(
        &told(Platform::GitHub, text),
        "6 approval action: the push of the image `app:1`
          but it waits for `alice` alone, unless that is a group
          but whoever started the run may approve it
          but nothing before it gives the person anything to look at: no scan, no plan, no test
          or an image scan that stops on what it finds
          or a check of the image's signature before it is deployed
          or settings of the environment: protected branches only, and one deployment at a time (`concurrency`)",
    );
    let text =
        text.replace("approvers: alice", "approvers: 'org/release-team', exclude-workflow-initiator-as-approver: true");
    let text = text.replace("      - uses: tr", "      - run: make test\n      - uses: tr");
    assert!(!told(Platform::GitHub, &text).contains("but "), "{}", told(Platform::GitHub, &text));
}

#[test]
fn runs_of_pull_requests_are_reviewed_anyway() {
    let text = "on: pull_request
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: npm test
      - uses: trstringer/manual-approval@v1
        with: {approvers: 'a,b', exclude-workflow-initiator-as-approver: true}
      - run: terraform apply -auto-approve
";
    assert!(
        told(Platform::GitHub, text).contains("but it waits in runs of pull requests"),
        "{}",
        told(Platform::GitHub, text)
    );
    let text = text.replace("on: pull_request", "on: [push, pull_request]");
    assert!(!told(Platform::GitHub, &text).contains("pull requests"));
}

#[test]
fn tasks_of_azure_say_who_may_answer() {
    let text = "trigger: [main]
stages:
- stage: plan
  jobs:
  - job: plan
    steps:
    - script: terraform plan -out plan.bin
- stage: approve
  jobs:
  - job: wait
    pool: server
    steps:
    - task: ManualValidation@1
      inputs:
        notifyUsers: ''
        approvers: ann@example.org
        onTimeout: resume
- stage: apply
  jobs:
  - deployment: apply
    environment: prod
    strategy:
      runOnce:
        deploy:
          steps:
          - script: terraform apply plan.bin
";
    same(
        &told(Platform::Azure, text),
        "13 approval task: the change of the infrastructure `plan.bin`
          but it goes on by itself when nobody answers in time
          but it waits for one person, `ann@example.org`
          but whoever started the run may approve it
          or an infrastructure scan that stops on what it finds
          or a plan that is applied as it was judged (it is made already)
          or rules about the plan: nothing that holds data is destroyed or replaced
          or checks of the environment that need nobody: branch control, a required template, an exclusive lock, business hours
        21 environment prod?: the change of the infrastructure `plan.bin`
          but a person was asked before for the same, and nothing has shipped in between
          or an infrastructure scan that stops on what it finds
          or a plan that is applied as it was judged (it is made already)
          or rules about the plan: nothing that holds data is destroyed or replaced
          or checks of the environment that need nobody: branch control, a required template, an exclusive lock, business hours",
    );
    let text = text.replace("        approvers: ann@example.org\n        onTimeout: resume\n", "");
    assert!(told(Platform::Azure, &text).contains("but anybody who may start runs can answer"));
    let text = text.replace("notifyUsers: ''", "notifyUsers: ''\n        approvers: '[Shop]\\Contributors'");
    assert!(told(Platform::Azure, &text).contains("but `[Shop]\\Contributors` is nearly everybody"));
}

#[test]
fn a_stage_of_azure_can_wait_and_an_environment_asks_once_a_stage() {
    let text = "trigger: [main]
stages:
- stage: qa
  trigger: manual
  jobs:
  - deployment: one
    environment: qa
    strategy: {runOnce: {deploy: {steps: [{task: KubernetesManifest@1, inputs: {action: deploy, manifests: k8s}}]}}}
  - deployment: two
    environment: qa
    strategy: {runOnce: {deploy: {steps: [{task: KubernetesManifest@1, inputs: {action: deploy, manifests: k8s}}]}}}
";
    let found = told(Platform::Azure, text);
    let heads: Vec<&str> = found.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(heads.len(), 2, "{found}");
    assert!(heads[0].starts_with("4 manual stage: ") && heads[1].starts_with("7 environment qa?: "), "{found}");
    assert!(found.contains("but `qa` is not production"), "{found}");
}

#[test]
fn what_has_shipped_already_cannot_be_stopped() {
    let text = "trigger: [main]
jobs:
- job: deploy
  steps:
  - script: docker push app:1
- job: confirm
  dependsOn: deploy
  pool: server
  steps:
  - task: ManualValidation@0
    inputs: {notifyUsers: ''}
";
    same(
        &told(Platform::Azure, text),
        "10 approval task: what comes after it in `confirm`
          but the push of the image `app:1` has happened before it, and nothing ships behind it
          but anybody who may start runs can answer, whoever started this one included",
    );
}

#[test]
fn jobs_of_gitlab_wait_for_somebody_to_start_them() {
    let text = "stages: [build, deploy, after]
scan:
  stage: build
  script: [trivy image --exit-code 1 app:1]
prod:
  stage: deploy
  environment: production
  rules:
    - if: $CI_COMMIT_BRANCH == 'main'
      when: manual
  script: [docker push app:1]
clean:
  stage: deploy
  when: manual
  environment: {name: prod, action: stop}
  script: [./clean.sh]
notify:
  stage: after
  script: [helm push chart.tgz oci://example.org]
";
    same(
        &told(Platform::GitLab, text),
        "10 manual job production: the push of the image `app:1` and the push of the Helm chart `chart.tgz`
          or an image scan that stops on what it finds (Trivy is there)
          or a check of the image's signature before it is deployed
          or an infrastructure scan that stops on what it finds
          or a dry run against the cluster
          or a roll-out that is watched, and taken back when it does not become healthy
          or settings: protected branches deploy to the protected environment, one at a time (`resource_group`), with freezes for quiet hours
        14 manual job: the job `clean`",
    );
}

#[test]
fn inputs_of_jenkins_wait_for_anybody_unless_they_say_whom() {
    let text = "pipeline {
  agent any
  stages {
    stage('Approve') { steps { input message: 'Go?' } }
    stage('Change') { steps { snDevOpsChange() } }
    stage('Deploy') { steps { sh 'kubectl apply -f k8s' } }
  }
}
";
    same(
        &told(Platform::Jenkins, text),
        "4 input: the deployment of the Kubernetes manifests `k8s`
          but anybody who may start runs can answer, whoever started this one included
          but nothing before it gives the person anything to look at: no scan, no plan, no test
          or an infrastructure scan that stops on what it finds
          or a dry run against the cluster
          or a roll-out that is watched, and taken back when it does not become healthy
          or conditions: the main branch only (`when { branch 'main' }`), one deployment at a time (`lock`)
        5 change request?: the deployment of the Kubernetes manifests `k8s`
          but a person was asked before for the same, and nothing has shipped in between
          but nothing before it gives the person anything to look at: no scan, no plan, no test
          or an infrastructure scan that stops on what it finds
          or a dry run against the cluster
          or a roll-out that is watched, and taken back when it does not become healthy
          or a standard change: agreed once, and filled in by the run with its evidence
          or conditions: the main branch only (`when { branch 'main' }`), one deployment at a time (`lock`)",
    );
    let text = text
        .replace("message: 'Go?'", "message: 'Go?', submitter: 'release-team'")
        .replace("stage('Approve')", "stage('T') { steps { sh 'make test' } }\n    stage('Approve')");
    assert!(
        !told(Platform::Jenkins, &text).contains("but anybody") && !told(Platform::Jenkins, &text).contains("look at")
    );
}

#[test]
fn what_is_hidden_is_not_said_to_be_missing() {
    let text = "on: {push: {branches: [main]}}
jobs:
  checks:
    uses: acme/workflows/.github/workflows/checks.yml@v1
  deploy:
    needs: checks
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: terraform apply -auto-approve
";
    let found = told(Platform::GitHub, text);
    assert!(found.starts_with("8 environment production?: the change of the infrastructure"), "{found}");
    assert!(!found.contains("look at"), "{found}");
}

#[test]
fn many_gates_take_little_work() {
    let mut text = "on: push\njobs:\n".to_owned();
    for job in 0..1_000 {
        let needs = if job == 0 { String::new() } else { format!("needs: j{}, ", job - 1) };
        let _ =
            writeln!(text, "  j{job}: {{{needs}runs-on: x, environment: e{job}, steps: [{{run: docker push app}}]}}");
    }
    assert_eq!(told(Platform::GitHub, &text).lines().filter(|line| !line.starts_with(' ')).count(), 1_000);
}
