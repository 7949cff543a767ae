use volary_pipeline::Platform;

use super::{Fine, pipeline, relevant, same};
use crate::run::{job_activity, runs};

#[test]
fn rules_in_order() {
    same(
        Platform::GitLab,
        "scan:
  script: a
  rules:
    - if: $CI_PIPELINE_SOURCE == 'schedule'
      when: never
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    - if: $CI_COMMIT_BRANCH =~ /^release\\/.*$/
      when: manual
deploy:
  script: a
  rules:
    - if: $CI_COMMIT_TAG =~ /^v\\d+/
",
        "a push to `main`: scan
        a push to `/^release\\/.*$/`: scan(manual)
        a push to any branch:
        a tag `/^v\\d+/`: deploy
        a tag:
        the scheduled run:
        a manual run of `main`: scan
        a manual run of `/^release\\/.*$/`: scan(manual)
        a manual run of any branch:
        a manual run of the tag `/^v\\d+/`: deploy
        a manual run of any tag:
        a run started through the API of `main`: scan
        a run started through the API of `/^release\\/.*$/`: scan(manual)
        a run started through the API of any branch:
        a run started through the API of the tag `/^v\\d+/`: deploy
        a run started through the API of any tag:
        a run that another pipeline starts: scan",
    );
}

#[test]
fn merge_requests_only_where_they_are_named() {
    let text = "scan:
  script: a
  rules:
    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'
deploy:
  script: a
";
    let pipeline = pipeline(Platform::GitLab, text);
    let found = runs(&pipeline, &relevant(&pipeline));
    let request = found.runs.iter().find(|run| run.target.is_some()).expect("merge requests");
    assert_eq!(request.describe(), "a merge request to `main`");
    let runs = |index: usize| job_activity(&pipeline.jobs[index], Platform::GitLab, request, &Fine).runs;
    assert_eq!([runs(0), runs(1)].map(|runs| format!("{runs:?}")), ["Yes", "No"]);
}

#[test]
fn the_rules_of_the_pipeline_decide_which_runs_there_are() {
    same(
        Platform::GitLab,
        "workflow:
  rules:
    - if: $CI_MERGE_REQUEST_IID
    - if: $CI_COMMIT_BRANCH == 'main' && $CI_PIPELINE_SOURCE == 'push'
deploy:
  script: a
",
        "a push to `main`: deploy
        a merge request to `main`: deploy
        a merge request to any branch: deploy",
    );
}

#[test]
fn changes_variables_and_files() {
    same(
        Platform::GitLab,
        "variables: {SCAN: 'true'}
workflow: {rules: [{if: $CI_PIPELINE_SOURCE == 'push'}, {if: $CI_PIPELINE_SOURCE == 'web'}]}
scan:
  script: a
  rules:
    - if: $SCAN == 'true' && $CI_COMMIT_BRANCH == 'main'
      changes: [src/**]
docker:
  script: a
  only: [main]
  except: {variables: [$SKIP == 'yes']}
",
        "a push to `main`: scan docker <variable(project, SKIP is not set)>
        a push to any branch: <variable(project, SKIP is not set)>
        a tag: <variable(project, SKIP is not set)>
        a manual run of `main`: scan docker
        a manual run of any branch:
        a push to `main`: scan <variable(project, SKIP=yes)>
        a push to `main` that changes none of `src/**`: docker <variable(project, SKIP is not set)>
        a push to any branch: <variable(project, SKIP=yes)>
        a tag: <variable(project, SKIP=yes)>
        a manual run with `SCAN` set to anything else: docker
        a manual run of `main` when `SKIP == 'yes'`: scan
        a manual run of any branch when `SKIP == 'yes'`:
        a push to `main` that changes none of `src/**`: <variable(project, SKIP=yes)>
        a manual run with `SCAN` set to anything else when `SKIP == 'yes'`:",
    );
}

#[test]
fn who_waits_for_manual_jobs() {
    let text = "a:
  script: a
  when: manual
b:
  script: a
  rules: [{when: manual}]
c:
  script: a
  rules: [{when: manual, allow_failure: true}]
";
    let pipeline = pipeline(Platform::GitLab, text);
    let found = runs(&pipeline, &relevant(&pipeline));
    let answers: Vec<(bool, bool)> = pipeline
        .jobs
        .iter()
        .map(|job| job_activity(job, Platform::GitLab, &found.runs[0], &Fine))
        .map(|activity| (activity.manual, activity.optional))
        .collect();
    assert_eq!(answers, [(true, true), (true, false), (true, true)]);
}

#[test]
fn the_rules_of_the_pipeline_set_variables() {
    same(
        Platform::GitLab,
        "workflow:
  rules:
    - if: $CI_COMMIT_BRANCH == 'main' && $CI_PIPELINE_SOURCE == 'push'
      variables: {STAGE: production}
    - if: $CI_COMMIT_BRANCH && $CI_PIPELINE_SOURCE == 'push'
deploy:
  script: a
  rules: [{if: $STAGE == 'production'}]
test:
  script: a
  rules: [{if: $STAGE == null}]
",
        "a push to `main`: deploy
        a push to any branch: test",
    );
}
