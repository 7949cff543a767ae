//! Azure Pipelines.

use super::{clean, read_files, shown};
use crate::{Direction, Event, Phase, Platform, SecretKind, VariableKind};

#[test]
fn steps_alone_are_a_pipeline() {
    let read = clean(
        Platform::Azure,
        &[(
            "azure-pipelines.yml",
            "\
trigger: [none]
pool: {vmImage: ubuntu-latest}
variables:
- group: shared
- name: image
  value: app
steps:
- script: |
    checkov -d .
    echo done
- bash: docker build -t $(image):$(Build.BuildId) $(pwd) $(unknown)
  continueOnError: true
- task: AzureCLI@2
  inputs:
    azureSubscription: prod
    scriptType: bash
    scriptLocation: inlineScript
    inlineScript: az acr login
  env: {T: $(System.AccessToken)}
- publish: out
  artifact: drop
- powershell: scan
  ignoreLASTEXITCODE: true
",
        )],
    );
    assert_eq!(
        read.describe(),
        "\
job 
  8 Bash: checkov -d .; echo done
  11 Bash: docker build -t app:$(Build.BuildId) $(pwd) $(unknown) tolerated
  13 Bash: az acr login
    azureSubscription=prod
    scriptType=bash
    scriptLocation=inlineScript
    inlineScript=az acr login
  20 uses out
  22 PowerShell -e: scan
"
    );
    let job = &read.pipeline.jobs[0];
    assert_eq!(
        shown(&job.steps[1].script().unwrap().text),
        "docker build -t app:$(Build.BuildId) $(pwd) $(unknown) [RunTime] [PlatformVariable]"
    );
    assert_eq!(job.steps[2].connections[0].name.canonical(), "prod");
    assert_eq!(job.steps[2].secrets[0].kind, SecretKind::Token);
    assert_eq!(job.steps[2].uses().unwrap().name.as_ref(), "AzureCLI");
    assert_eq!(job.steps[3].artifact.as_ref().unwrap().direction, Direction::Publish);
    assert!(!job.steps[4].script().unwrap().shell.last_exit_code);
    assert_eq!(read.pipeline.variables[0].kind, VariableKind::Group);
    let push = &read.pipeline.triggers[0];
    assert!(!push.disabled, "a list is of branches, `none` is one");
    assert_eq!(push.branches.include.as_ref().unwrap()[0].as_text(), Some("none"));
    assert_eq!(
        read.pipeline.triggers.iter().map(|t| (t.event, t.implied)).collect::<Vec<_>>(),
        [(Event::Push, false), (Event::PullRequest, true), (Event::Manual, true)]
    );
}

#[test]
fn stages_deployments_and_their_hooks() {
    let read = clean(
        Platform::Azure,
        &[(
            "azure-pipelines.yml",
            "\
trigger: none
stages:
- stage: Build
  jobs:
  - job: a
    steps: [{script: build}]
- stage: Scan
  dependsOn: []
  isSkippable: false
  jobs:
  - job: s
    steps: [{script: scan}]
- stage: Deploy
  dependsOn: [Build, Scan]
  condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
  jobs:
  - deployment: d
    environment: prod
    strategy:
      runOnce:
        preDeploy: {steps: [{script: pre}]}
        deploy:
          steps:
          - download: current
            artifact: drop
          - script: deploy
        on:
          failure: {steps: [{script: undo}]}
- stage: After
  jobs: [{job: x, steps: [{script: x}]}]
",
        )],
    );
    assert_eq!(
        read.describe(),
        "\
stage Build
stage Scan
stage Deploy after [0, 1] if and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
stage After after [2]
job a
  6 Bash: build
job s
  12 Bash: scan
deployment runOnce d
  21 PreDeploy Bash: pre
  24 Deploy uses current
  26 Deploy Bash: deploy
  28 OnFailure Bash: undo
job x
  30 Bash: x
"
    );
    assert!(read.pipeline.triggers[0].disabled);
    assert_eq!(read.pipeline.jobs[2].environment.as_ref().unwrap().name.canonical(), "prod");
    assert_eq!(read.pipeline.stages[1].skippable.as_ref().unwrap().truth(), Some(false));
    assert_eq!(read.pipeline.jobs[2].steps[3].phase, Phase::OnFailure);
}

#[test]
fn templates_with_conditions_and_loops() {
    let read = clean(
        Platform::Azure,
        &[
            (
                "ci/azure-pipelines.yml",
                "\
trigger: none
parameters:
- name: scan
  type: boolean
  default: false
resources:
  repositories:
  - {repository: shared, type: github, name: acme/templates, ref: refs/tags/v1}
jobs:
- template: templates/build.yml
  parameters:
    soft: true
    images: [web, api]
    before:
    - script: mine
- ${{ if parameters.scan }}:
  - job: scan
    steps:
    - script: trivy fs .
- ${{ else }}:
  - job: noscan
    steps:
    - script: echo none
",
            ),
            (
                "ci/templates/build.yml",
                "\
parameters:
- {name: soft, type: boolean, default: false}
- {name: images, type: object}
- {name: before, type: stepList, default: []}
- {name: level, type: string, default: HIGH}
jobs:
- ${{ each image in parameters.images }}:
  - job: build_${{ image }}
    steps:
    - ${{ parameters.before }}
    - script: trivy image ${{ image }} --severity ${{ parameters.level }}
      continueOnError: ${{ parameters.soft }}
      ${{ if eq(parameters.soft, true) }}:
        displayName: soft
      condition: and(succeeded(), eq('${{ parameters.level }}', 'HIGH'), ne(variables.x, ${{ parameters.soft }}))
    - ${{ if eq(parameters.level, 'LOW') }}:
      - script: never
    - ${{ elseif eq(parameters.level, 'HIGH') }}:
      - template: ../steps/high.yml
    - ${{ else }}:
      - script: nor this
",
            ),
            ("ci/steps/high.yml", "steps:\n- bash: high\n"),
        ],
    );
    assert_eq!(
        read.describe(),
        "\
job build_web
  15 Bash: mine
  11 Bash: trivy image web --severity HIGH tolerated if and(succeeded(), eq('HIGH', 'HIGH'), ne(variables.x, True))
  2 Bash: high
job build_api
  15 Bash: mine
  11 Bash: trivy image api --severity HIGH tolerated if and(succeeded(), eq('HIGH', 'HIGH'), ne(variables.x, True))
  2 Bash: high
job scan given if parameters.scan
  19 Bash: trivy fs .
job noscan given not if parameters.scan
  23 Bash: echo none
"
    );
    assert_eq!(read.pipeline.jobs[0].steps[1].name.as_ref().unwrap().canonical(), "soft");
}

#[test]
fn templates_are_put_in_where_they_stand() {
    let read = read_files(
        Platform::Azure,
        &[
            (
                "ci/azure-pipelines.yml",
                "\
trigger: none
parameters:
- name: scan
  type: boolean
  default: false
resources:
  repositories:
  - {repository: shared, type: github, name: acme/templates, ref: refs/tags/v1}
jobs:
- template: templates/build.yml
  parameters:
    soft: true
    images: [web]
- ${{ if parameters.scan }}:
  - job: scan
    steps:
    - script: trivy fs .
- ${{ else }}:
  - job: noscan
    steps:
    - script: echo none
- template: jobs/x.yml@shared
- template: missing.yml@other
",
            ),
            (
                "ci/templates/build.yml",
                "\
parameters:
- {name: soft, type: boolean, default: false}
- {name: images, type: object}
jobs:
- ${{ each image in parameters.images }}:
  - job: build_${{ image }}
    steps:
    - script: trivy image ${{ image }}
      continueOnError: ${{ parameters.soft }}
      condition: and(succeeded(), ne(variables.x, ${{ parameters.soft }}))
",
            ),
            ("acme/templates:jobs/x.yml", "jobs:\n- job: x\n  steps:\n  - template: /steps/y.yml\n"),
            ("acme/templates:steps/y.yml", "steps: [{script: shared}]\n"),
        ],
    );
    assert_eq!(read.messages(), ["23: no repository of this pipeline is named `other`"]);
    assert_eq!(
        read.describe(),
        "\
job build_web
  8 Bash: trivy image web tolerated if and(succeeded(), ne(variables.x, True))
job scan given if parameters.scan
  17 Bash: trivy fs .
job noscan given not if parameters.scan
  21 Bash: echo none
job x
  1 Bash: shared
hidden [`missing.yml of other` lies in a repository that was not given] 
"
    );
    let step = &read.pipeline.jobs[0].steps[0];
    assert_eq!(step.through.len(), 1);
    let tolerance = step.continue_on_error.as_ref().unwrap();
    let lines: Vec<u32> =
        tolerance.text.origin.steps().filter_map(|origin| origin.span()).map(|at| read.line(at)).collect();
    assert_eq!(lines, [9, 12], "used in the template, passed by the caller");
    assert_eq!(read.pipeline.jobs[3].steps[0].through.len(), 2);
}

#[test]
fn an_unread_extends_hides_everything_but_shows_what_it_is_given() {
    let read = clean(
        Platform::Azure,
        &[(
            "azure-pipelines.yml",
            "\
resources:
  repositories:
  - {repository: golden, type: git, name: sec/golden, ref: main}
extends:
  template: base.yml@golden
  parameters:
    env: prod
    stages:
    - stage: Mine
      jobs:
      - job: a
        steps: [{script: make push}]
",
        )],
    );
    assert_eq!(read.describe(), "stage Mine\njob a\n  12 Bash: make push\n");
    let hidden = &read.pipeline.hidden[0];
    assert_eq!(hidden.place, crate::HiddenPlace::Anywhere);
    assert_eq!(hidden.uses.reference.as_ref().unwrap().canonical(), "main");
    assert_eq!(read.pipeline.jobs[0].through.len(), 1);
}

#[test]
fn variables_come_from_templates_and_scripts_change_them() {
    let read = clean(
        Platform::Azure,
        &[
            (
                "azure-pipelines.yml",
                "\
trigger: none
variables:
- template: vars.yml
- name: both
  value: $(base)/x
- name: late
  value: $[coalesce(variables['a'], 'b')]
jobs:
- job: a
  variables: {own: mine}
  steps:
  - script: echo $(both) $(own) $(late) $(set)
  - script: echo '##vso[task.setvariable variable=set]new'
  - script: go
    condition: eq(variables.own, 'mine')
",
            ),
            ("vars.yml", "variables:\n  base: root\n  set: old\n"),
        ],
    );
    let text = &read.pipeline.jobs[0].steps[0].script().unwrap().text;
    assert_eq!(shown(text), "echo root/x mine $[ coalesce(variables['a'], 'b') ] $(set) [RunTime] [RunTime]");
    let hole = text.holes().nth(1).unwrap();
    assert_eq!(hole.usually.as_ref().unwrap().as_text(), Some("old"));
    assert_eq!(read.pipeline.jobs[0].steps[2].activation.condition.as_ref().unwrap().decided(), Some(true));
}

#[test]
fn what_azure_would_refuse() {
    let read = read_files(
        Platform::Azure,
        &[
            (
                "azure-pipelines.yml",
                "\
trigger: none
stages:
- stage: A
  dependsOn: Z
  jobs:
  - job: a
    dependsOn: q
    steps:
    - script: x
      condition: eq(1
    - nonsense: 1
    - template: t.yml
      parameters: {wrong: 1}
    - template: gone.yml
",
            ),
            ("t.yml", "parameters:\n- {name: must, type: string}\nsteps:\n- script: ${{ parameters.must }}\n"),
        ],
    );
    assert_eq!(
        read.messages(),
        [
            "4: no stage of this pipeline is named `Z`",
            "7: no job of this stage is named `q`",
            "10: not a valid expression: `,` is missing",
            "11: this is no step",
            "12: the template `t.yml` needs the parameter `must`",
            "13: the template `t.yml` has no parameter `wrong`",
            "14: there is no template `gone.yml`",
        ]
    );
}
