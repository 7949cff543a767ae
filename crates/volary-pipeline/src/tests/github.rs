//! GitHub Actions.

use super::{clean, read_files, shown};
use crate::{Event, Found, JobKind, Platform, SecretKind, ShellKind};

#[test]
fn a_workflow_with_everything() {
    let read = clean(
        Platform::GitHub,
        &[(
            ".github/workflows/a.yml",
            "\
name: Build
on:
  push:
    branches: [main, '!main/x']
    paths-ignore: [docs/**]
  schedule:
    - cron: '0 1 * * *'
  workflow_dispatch:
    inputs:
      level: {type: choice, options: [low, high]}
permissions: {contents: read, id-token: write}
env:
  IMAGE: ghcr.io/acme/app
jobs:
  build:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        os: [a, b]
        include:
          - {os: b, extra: 1}
          - {os: c}
    steps:
      - uses: actions/checkout@v4
        with: {persist-credentials: false}
      - run: docker build -t ${{ env.IMAGE }}:${{ github.sha }} .
      - name: scan
        run: |
          trivy image ${{ env.IMAGE }}:${{ github.sha }}
        shell: bash
        continue-on-error: true
  deploy:
    needs: build
    if: github.ref == 'refs/heads/main'
    runs-on: [self-hosted, linux]
    environment: {name: prod, url: https://x}
    steps:
      - run: ./deploy ${{ inputs.level }}
        env: {TOKEN: '${{ secrets.DEPLOY }}'}
",
        )],
    );
    assert_eq!(
        read.describe(),
        "\
job build
  24 uses actions/checkout@v4
    persist-credentials=false
  26 Bash -e: docker build -t ghcr.io/acme/app:${{ github.sha }} .
  27 Bash -e pipefail: trivy image ghcr.io/acme/app:${{ github.sha }} tolerated
job deploy after [0] if github.ref == 'refs/heads/main'
  38 Bash -e: ./deploy ${{ inputs.level }}
"
    );
    let pipeline = &read.pipeline;
    assert_eq!(
        pipeline.triggers.iter().map(|trigger| trigger.event).collect::<Vec<_>>(),
        [Event::Push, Event::Schedule, Event::Manual]
    );
    assert_eq!(pipeline.triggers[0].branches.include.as_ref().map(Vec::len), Some(2));
    assert_eq!(pipeline.triggers[0].paths.exclude.len(), 1);
    let legs = pipeline.jobs[0].strategy.as_ref().unwrap().legs.as_ref().unwrap();
    let legs: Vec<usize> = legs.iter().map(|leg| leg.values.len()).collect();
    assert_eq!(legs, [1, 2, 1], "an included entry extends or adds a leg");
    let deploy = &pipeline.jobs[1];
    assert_eq!(deploy.runner.as_ref().unwrap().hosted, Some(false));
    let step = &deploy.steps[0];
    assert_eq!(step.secrets[0].name.canonical(), "DEPLOY");
    assert_eq!(step.secrets[0].kind, SecretKind::Named);
    let hole = step.script().unwrap().text.holes().next().unwrap();
    assert_eq!(hole.usually.as_ref().and_then(|value| value.as_text().map(str::to_owned)).as_deref(), Some("low"));
}

#[test]
fn commands_are_found_at_their_places() {
    let text = "\
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          set -e
          trivy image \"app:${{ github.sha }}\" || true
";
    let read = clean(Platform::GitHub, &[("a.yml", text)]);
    let script = read.pipeline.jobs[0].steps[0].script().unwrap();
    let (source, parsed) = script.parsed();
    let (_, command) = parsed
        .commands()
        .find(|(_, command)| command.name.as_ref().is_some_and(|name| name.text() == "trivy"))
        .unwrap();
    let place = |range: &std::ops::Range<usize>| source.place(range.start, range.end).unwrap();
    let name = place(&command.name.as_ref().unwrap().range);
    assert_eq!(&text[name.start as usize..name.end as usize], "trivy");
    let image = &command.arguments[1];
    assert_eq!(image.text(), "app:${__github__sha}");
    let image = place(&image.range);
    assert_eq!(&text[image.start as usize..image.end as usize], "\"app:${{ github.sha }}\"");
    assert!(parsed.errors.is_empty());
}

#[test]
fn a_reusable_workflow_is_inlined_with_its_arguments() {
    let read = clean(
        Platform::GitHub,
        &[
            (
                ".github/workflows/a.yml",
                "\
on: push
jobs:
  scan:
    uses: ./.github/workflows/scan.yml
    with:
      image: app:${{ github.sha }}
      soft: true
    secrets: inherit
  other:
    uses: acme/shared/.github/workflows/x.yml@main
  deploy:
    needs: scan
    runs-on: x
    steps: [{run: ./deploy}]
",
            ),
            (
                ".github/workflows/scan.yml",
                "\
on:
  workflow_call:
    inputs:
      image: {type: string, required: true}
      soft: {type: boolean}
      strict: {type: boolean}
jobs:
  prepare:
    runs-on: x
    steps: [{run: 'true'}]
  trivy:
    needs: prepare
    if: ${{ inputs.strict || inputs.soft }}
    runs-on: x
    continue-on-error: ${{ inputs.soft }}
    steps:
      - run: trivy image ${{ inputs.image }}
",
            ),
        ],
    );
    assert_eq!(
        read.describe(),
        "\
call ./.github/workflows/scan.yml scan
job prepare in 0
  10 Bash -e: true
job trivy after [1] in 0 if true
  17 Bash -e: trivy image app:${{ github.sha }}
call acme/shared/.github/workflows/x.yml@main other
job deploy after [0]
  14 Bash -e: ./deploy
"
    );
    let trivy = &read.pipeline.jobs[2];
    let tolerance = trivy.continue_on_error.as_ref().unwrap();
    assert_eq!(tolerance.truth(), Some(true));
    let places: Vec<u32> =
        tolerance.value.origin.steps().filter_map(|origin| origin.span()).map(|at| read.line(at)).collect();
    assert!(places.contains(&7), "the caller's argument is in the chain: {places:?}");
    assert_eq!(trivy.through.len(), 1);
    let hidden = &read.pipeline.hidden;
    assert_eq!(hidden.len(), 1);
    assert_eq!(
        hidden[0].reason.to_string(),
        "`.github/workflows/x.yml of acme/shared` lies in a repository that was not given"
    );
}

#[test]
fn composite_actions_of_this_and_other_repositories() {
    let action = "\
name: x
inputs:
  path: {default: .}
runs:
  using: composite
  steps:
    - run: trivy fs ${{ inputs.path }} --exit-code ${{ inputs.code }}
      shell: bash
    - run: $x = 1
      shell: pwsh
";
    let read = clean(
        Platform::GitHub,
        &[
            (
                "a.yml",
                "\
on: push
jobs:
  a:
    runs-on: windows-latest
    steps:
      - uses: ./ci/scan
        with: {path: src, code: 0}
      - uses: acme/actions/scan@v1
      - uses: acme/unknown@v1
      - run: dir
",
            ),
            ("ci/scan/action.yml", action),
            ("acme/actions:scan/action.yaml", action),
        ],
    );
    let described = read.describe();
    assert!(described.contains("  7 in 0 Bash -e pipefail: trivy fs src --exit-code 0\n"), "{described}");
    assert!(
        described.contains("  7 in 3 Bash -e pipefail: trivy fs . --exit-code ${{ inputs.code }}\n"),
        "{described}"
    );
    assert!(described.contains("  10 Pwsh -e: dir\n"), "{described}");
    let steps = &read.pipeline.jobs[0].steps;
    assert!(matches!(steps[0].uses().unwrap().found, Found::Read(_)));
    assert_eq!(steps[6].uses().unwrap().found, Found::External);
    assert_eq!(steps[5].through.len(), 1);
}

#[test]
fn conditions_are_texts_when_something_stands_beside_the_brackets() {
    let read = clean(
        Platform::GitHub,
        &[(
            "a.yml",
            "\
on: [push]
jobs:
  a:
    runs-on: x
    if: ${{ false }}
    steps:
      - run: a
        if: ${{ github.x }} && false
      - run: b
        if: always() && steps.x.outcome == 'failure'
      - run: c
        if: false
      - parallel:
          - run: d
          - run: e
",
        )],
    );
    let described = read.describe();
    assert!(described.starts_with("job a if false\n"), "{described}");
    assert!(described.contains("b if always() && steps.x.outcome == 'failure'"), "{described}");
    assert!(described.contains("c if false"), "{described}");
    assert!(described.contains("in 3 Bash -e: d\n"), "{described}");
    let condition = read.pipeline.jobs[0].steps[1].activation.condition.as_ref().unwrap();
    assert!(condition.expr.asks_status());
    let first = read.pipeline.jobs[0].steps[0].activation.condition.as_ref().unwrap();
    assert_eq!(first.decided(), Some(true), "a text that is not empty is true");
}

#[test]
fn shells_by_name_and_by_command() {
    for (shell, kind, errexit, pipefail) in [
        ("bash", ShellKind::Bash, true, true),
        ("sh", ShellKind::Sh, true, false),
        ("pwsh", ShellKind::Pwsh, true, false),
        ("bash {0}", ShellKind::Bash, false, false),
        ("bash -euo pipefail {0}", ShellKind::Bash, true, true),
        ("/usr/bin/bash --noprofile -e {0}", ShellKind::Bash, true, false),
        ("python", ShellKind::Python, false, false),
        ("cmd", ShellKind::Cmd, false, false),
        ("${{ matrix.shell }}", ShellKind::Unknown, false, false),
    ] {
        let text =
            format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: a\n        shell: {shell}\n");
        let read = clean(Platform::GitHub, &[("a.yml", text.as_str())]);
        let found = &read.pipeline.jobs[0].steps[0].script().unwrap().shell;
        assert_eq!((found.kind, found.errexit, found.pipefail), (kind, errexit, pipefail), "{shell}");
    }
}

#[test]
fn what_is_wrong_is_said_and_the_rest_is_read() {
    let read = read_files(
        Platform::GitHub,
        &[(
            "a.yml",
            "\
on: push
jobs:
  a:
    needs: [zz]
    runs-on: x
    steps:
      - name: nothing
      - run: ok ${{ github.ref == }}
      - text
  b: text
  c: {uses: ./missing.yml}
",
        )],
    );
    assert_eq!(
        read.messages(),
        [
            "4: no job of this workflow is named `zz`",
            "7: the step has neither `run` nor `uses`",
            "8: not a valid expression: an expression is missing",
            "9: a step is a map with `run` or `uses`",
            "10: the job `b` is no map",
            "11: the workflow `missing.yml` is not in this repository",
        ]
    );
    assert_eq!(read.pipeline.jobs.len(), 2);
    assert!(matches!(read.pipeline.jobs[1].kind, JobKind::Call(_)));
    assert_eq!(shown(&read.pipeline.jobs[0].steps[0].script().unwrap().text), "ok ${{ github.ref == }} [NotEvaluated]");
}

#[test]
fn actions_that_only_run_a_command_are_scripts() {
    let text = "\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: nick-fields/retry@v3
        with: {command: trivy image x, max_attempts: 3, continue_on_error: true}
      - uses: addnab/docker-run-action@v3
        with: {image: alpine, run: snyk test}
      - uses: nick-fields/retry@v3
        with: {command: x, shell: python}
";
    let read = clean(Platform::GitHub, &[(".github/workflows/a.yml", text)]);
    let steps = &read.pipeline.jobs[0].steps;
    assert_eq!(shown(&steps[0].script().unwrap().text), "trivy image x");
    assert_eq!(steps[0].continue_on_error.as_ref().and_then(|setting| setting.truth()), Some(true));
    assert_eq!(shown(&steps[1].script().unwrap().text), "snyk test");
    assert!(steps[2].script().is_none());
}
