use volary_pipeline::Platform;

use super::same;

#[test]
fn nothing_written_is_every_branch_and_a_person() {
    same(
        Platform::Azure,
        "jobs:
- job: scan
  condition: eq(variables['Build.Reason'], 'PullRequest')
  steps: [{script: a}]
- job: deploy
  condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
  steps: [{script: a}]
",
        "a push to `main`: deploy
        a push to any branch:
        a manual run of `main`: deploy
        a manual run of any branch:",
    );
}

#[test]
fn triggers_as_written() {
    same(
        Platform::Azure,
        "trigger:
  branches: {include: [main, releases/*], exclude: [releases/old*]}
pr: [main]
schedules:
- cron: '0 3 * * *'
  branches: {include: [main]}
jobs:
- job: a
  condition: ne(variables['Build.Reason'], 'PullRequest')
  steps: [{script: a}]
- job: b
  condition: startsWith(variables['Build.SourceBranch'], 'refs/heads/releases/')
  steps: [{script: a}]
- job: c
  condition: eq(variables['System.PullRequest.TargetBranch'], 'refs/heads/main')
  steps: [{script: a}]
",
        "a push to `main`: a
        a push to `releases/*`: a b
        a pull request to `main`: c
        the nightly run: a
        a manual run of `main`: a
        a manual run of `releases/*`: a b
        a manual run of any branch: a",
    );
}

#[test]
fn no_trigger_and_a_branch_named_none() {
    let job = "jobs:\n- job: a\n  steps: [{script: a}]\n";
    same(
        Platform::Azure,
        &format!("trigger: none\n{job}"),
        "a manual run of `main`: a
        a manual run of any branch: a",
    );
    same(
        Platform::Azure,
        &format!("trigger: [none]\n{job}"),
        "a push to `none`: a
        a manual run of `main`: a
        a manual run of any branch: a",
    );
}

#[test]
fn parameters_and_variables_that_stand_for_expressions() {
    same(
        Platform::Azure,
        "trigger: [main]
parameters:
- {name: scan, type: boolean, default: true}
- {name: unused, type: boolean, default: true}
variables:
  isMain: $[eq(variables['Build.SourceBranch'], 'refs/heads/main')]
jobs:
- ${{ if eq(parameters.scan, true) }}:
  - job: scan
    steps: [{script: a}]
- job: deploy
  condition: eq(variables.isMain, true)
  steps: [{script: a}]
- job: flagged
  condition: eq(variables.deployIt, 'yes')
  steps: [{script: a}]
",
        "a push to `main`: scan deploy flagged <variable(pipeline, deployIt=yes)>
        a manual run of `main`: scan deploy flagged <variable(pipeline, deployIt=yes)>
        a manual run of any branch: scan flagged <variable(pipeline, deployIt=yes)>
        a push to `main`: scan deploy <variable(pipeline, deployIt is not set)>
        a manual run with `scan` off: deploy flagged <variable(pipeline, deployIt=yes)>
        a manual run of `main`: scan deploy <variable(pipeline, deployIt is not set)>
        a manual run of any branch with `scan` off: flagged <variable(pipeline, deployIt=yes)>
        a manual run of any branch: scan <variable(pipeline, deployIt is not set)>
        a manual run with `scan` off: deploy <variable(pipeline, deployIt is not set)>
        a manual run of any branch with `scan` off: <variable(pipeline, deployIt is not set)>",
    );
}

#[test]
fn results_are_asked_of_what_ran() {
    same(
        Platform::Azure,
        "trigger: none
stages:
- stage: a
  jobs: [{job: x, steps: [{script: a}]}]
- stage: b
  condition: in(dependencies.a.result, 'Succeeded', 'SucceededWithIssues')
  jobs: [{job: y, steps: [{script: a}]}]
- stage: c
  condition: eq(dependencies.a.outputs['x.s.v'], 'true')
  jobs: [{job: z, steps: [{script: a}]}]
",
        "a manual run of `main`: b c x y z
        a manual run of any branch: b c x y z
        a manual run of `main`: b x y z
        a manual run of any branch: b x y z",
    );
}

#[test]
fn a_template_is_called() {
    same(
        Platform::Azure,
        "parameters:
- {name: environment, type: string, values: [test, production]}
steps:
- script: deploy
  condition: eq('${{ parameters.environment }}', 'production')
",
        "a call by another pipeline:
        a call by another pipeline with `environment` set to `production`:  [0]",
    );
}
