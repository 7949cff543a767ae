//! GitLab CI.

use super::{clean, read_files, shown};
use crate::{Action, JobKind, Needs, Platform, When};

#[test]
fn includes_extends_references_and_defaults() {
    let read = clean(
        Platform::GitLab,
        &[
            (
                ".gitlab-ci.yml",
                "\
include:
  - local: /ci/*.yml
  - project: sec/ci
    ref: v1
    file: [/scan.yml]
  - template: Jobs/SAST.gitlab-ci.yml
stages: [build, test, scan, deploy]
variables:
  IMAGE: $CI_REGISTRY_IMAGE/app
default:
  before_script: [prepare]
build:
  extends: .base
  stage: build
  script:
    - docker build -t \"$IMAGE\" .
    - !reference [.scripts, push]
scan:
  stage: scan
  allow_failure: {exit_codes: [1]}
semgrep-sast:
  stage: scan
  allow_failure: false
deploy:
  stage: deploy
  inherit: {default: false}
  needs: [{job: scan, optional: true}, build]
  rules:
    - if: $CI_COMMIT_BRANCH == \"main\" && $X =~ /^v/
      when: manual
    - when: never
  environment: {name: prod, action: start}
  script: [./deploy]
",
            ),
            (
                "ci/base.yml",
                ".base:\n  image: docker:24\n  tags: [linux]\n  script: [nothing]\n.scripts:\n  push:\n    - docker push \"$IMAGE\"\n",
            ),
            ("sec/ci:scan.yml", "scan:\n  image: trivy\n  script: [trivy image $IMAGE]\n  allow_failure: true\n"),
        ],
    );
    assert_eq!(
        read.describe(),
        "\
stage .pre
stage build after [0]
stage test after [1]
stage scan after [2]
stage deploy after [3]
stage .post after [4]
job scan
  11 Before Bash -e pipefail: prepare
  3 Bash -e pipefail: trivy image $IMAGE
job sast
  11 Before Bash -e pipefail: prepare
  6 Bash -e pipefail: exit 1
job semgrep-sast
  11 Before Bash -e pipefail: prepare
  6 Bash -e pipefail: /analyzer run
job spotbugs-sast
  11 Before Bash -e pipefail: prepare
  6 Bash -e pipefail: /analyzer run
job kubesec-sast
  11 Before Bash -e pipefail: prepare
  6 Bash -e pipefail: /analyzer run
job build
  11 Before Bash -e pipefail: prepare
  15 Bash -e pipefail: docker build -t \"$IMAGE\" .; docker push \"$IMAGE\"
job deploy after [0, 5]
  33 Bash -e pipefail: ./deploy
"
    );
    let job = |name: &str| read.pipeline.jobs.iter().find(|job| job.name.canonical() == name).unwrap();
    assert_eq!(job("build").container.as_ref().unwrap().image.canonical(), "docker:24");
    let scan = job("scan");
    assert!(scan.tolerated_exit_codes.is_some() && scan.continue_on_error.is_none(), "a map replaces a truth");
    let sast = job("semgrep-sast");
    assert_eq!(sast.continue_on_error.as_ref().unwrap().truth(), Some(false), "the file wins over the template");
    assert_eq!(job("spotbugs-sast").continue_on_error.as_ref().unwrap().truth(), Some(true));
    assert_eq!(job("spotbugs-sast").through.len(), 1);
    let deploy = job("deploy");
    let rules = &deploy.activation.rules.as_ref().unwrap().rules;
    assert_eq!(rules[0].when.unwrap().0, When::Manual);
    assert!(rules[0].condition.as_ref().unwrap().expr.walk().len() > 4);
    assert!(deploy.needs.named()[0].optional);
    assert!(matches!(job("build").needs, Needs::Before));
}

#[test]
fn children_and_other_projects_are_started() {
    let read = clean(
        Platform::GitLab,
        &[
            (
                ".gitlab-ci.yml",
                "\
child:
  trigger: {include: [{local: child.yml}], strategy: depend}
other:
  trigger: acme/deploy
only:
  only: {refs: [main, tags], variables: [$A == \"1\"]}
  except: [schedules]
  script: [x]
",
            ),
            ("child.yml", "a: {script: [b]}\n"),
        ],
    );
    let starts: Vec<_> = read
        .pipeline
        .jobs
        .iter()
        .filter_map(|job| match &job.kind {
            JobKind::Start(start) => Some((start.waits, start.uses[0].is_missing())),
            _ => None,
        })
        .collect();
    assert_eq!(starts, [(Some(true), false), (Some(false), true)]);
    let only = read.pipeline.jobs[2].activation.only.as_ref().unwrap();
    assert_eq!(only.refs.as_ref().map(Vec::len), Some(2));
    assert_eq!(only.variables.len(), 1);
}

#[test]
fn inputs_are_put_in() {
    let read = clean(
        Platform::GitLab,
        &[
            (
                ".gitlab-ci.yml",
                "include:\n  - local: t.yml\n    inputs: {stage: test, soft: true}\n  - component: $CI_SERVER_FQDN/acme/c/scan@1\n",
            ),
            (
                "t.yml",
                "\
spec:
  inputs:
    stage: {}
    soft: {type: boolean, default: false}
    level: {default: high}
---
scan-$[[ inputs.stage ]]:
  stage: $[[ inputs.stage ]]
  allow_failure: $[[ inputs.soft ]]
  script: ['scan $[[ inputs.level ]]']
",
            ),
        ],
    );
    assert_eq!(read.describe().lines().skip(3).collect::<Vec<_>>(), [] as [&str; 0], "{}", read.describe());
    assert_eq!(read.pipeline.jobs[0].name.canonical(), "scan-test");
    assert_eq!(read.pipeline.jobs[0].continue_on_error.as_ref().unwrap().truth(), Some(true));
    assert_eq!(read.pipeline.hidden.len(), 1);
}

#[test]
fn what_cannot_be_seen_is_hidden() {
    let read = clean(
        Platform::GitLab,
        &[(
            ".gitlab-ci.yml",
            "\
include:
  - {project: acme/ci, file: /all.yml}
deploy:
  extends: .deploy
  needs: [theirs]
scan:
  script: [!reference [.theirs, script], trivy]
",
        )],
    );
    let steps = &read.pipeline.jobs[0].steps;
    assert!(matches!(&steps[0].action, Action::Hidden(_, reason) if reason.about.as_ref() == ".deploy"));
    let text = &read.pipeline.jobs[1].steps[0].script().unwrap().text;
    assert!(shown(text).ends_with("[MissingSource]"), "{}", shown(text));
}

#[test]
fn what_gitlab_would_refuse() {
    let read = read_files(
        Platform::GitLab,
        &[(
            ".gitlab-ci.yml",
            "\
include: [{local: gone.yml}]
",
        )],
    );
    assert_eq!(read.messages(), ["1: there is no file `gone.yml` to include"]);
    let read = read_files(
        Platform::GitLab,
        &[(
            ".gitlab-ci.yml",
            "\
a: {extends: b, script: [x]}
b: {extends: a, script: [x]}
c: {stage: nowhere, script: [x], needs: [zz]}
d: {image: x}
e: {script: [!reference [e, script]]}
f: text
",
        )],
    );
    let messages = read.messages().join("\n");
    for expected in [
        "goes deeper than 11 levels",
        "3: no stage is named `nowhere`",
        "3: no job of this pipeline is named `zz`",
        "4: the job `d` has neither `script` nor `trigger`",
        "5: the reference to `e, script` goes deeper than 10 levels",
        "6: `f` is no job",
    ] {
        assert!(messages.contains(expected), "{expected}\n{messages}");
    }
}
