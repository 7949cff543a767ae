use volary_pipeline::Platform;

use super::{pipeline, relevant, same};
use crate::run::{LIMIT, runs, starts};
use crate::tri::Tri;

const JOB: &str = "    runs-on: ubuntu-latest\n    steps: [{run: echo}]\n";

fn workflow(on: &str, jobs: &[(&str, &str)]) -> String {
    let mut text = format!("on:\n{on}\njobs:\n");
    for (name, condition) in jobs {
        text.push_str(&format!("  {name}:\n"));
        if !condition.is_empty() {
            text.push_str(&format!("    if: {condition}\n"));
        }
        text.push_str(JOB);
    }
    text
}

#[test]
fn events_and_references() {
    let text = workflow(
        "  push:\n    branches: [main, 'release/**']\n    tags: ['v*']\n  pull_request:\n  workflow_dispatch:",
        &[
            ("build", ""),
            ("deploy", "github.ref == 'refs/heads/main' && github.event_name == 'push'"),
            ("publish", "startsWith(github.ref, 'refs/tags/v')"),
            ("scan", "github.event_name != 'pull_request' || github.base_ref == 'main'"),
        ],
    );
    same(
        Platform::GitHub,
        &text,
        "a push to `main`: build deploy scan
        a push to `release/**`: build scan
        a tag `v*`: build publish scan
        a pull request to `main`: build scan
        a pull request to any branch: build
        a manual run of `main`: build scan
        a manual run of any branch: build scan
        a manual run of the tag `v*`: build publish scan
        a manual run of any tag: build scan",
    );
}

#[test]
fn inputs_only_of_runs_that_a_person_starts() {
    let text = workflow(
        "  push: {branches: [main]}\n  workflow_dispatch:\n    inputs:\n      skip: {type: boolean}\n      \
         target: {type: choice, options: [staging, production]}\n      unused: {type: boolean}",
        &[("scan", "${{ !inputs.skip }}"), ("deploy", "inputs.target == 'production' || github.event_name == 'push'")],
    );
    same(
        Platform::GitHub,
        &text,
        "a push to `main`: scan deploy
        a manual run of `main`: scan
        a manual run of any branch: scan
        a manual run with `skip` on:
        a manual run with `target` set to `production`: scan deploy
        a manual run of any branch with `skip` on:
        a manual run of any branch with `target` set to `production`: scan deploy
        a manual run with `skip` on and `target` set to `production`: deploy
        a manual run of any branch with `skip` on and `target` set to `production`: deploy",
    );
}

#[test]
fn choices_that_others_make() {
    let text = workflow(
        "  push: {branches: [main]}",
        &[
            ("scan", "secrets.SNYK_TOKEN != ''"),
            ("lint", "vars.LINT == 'true'"),
            ("images", "needs.changes.outputs.images == 'true'"),
            ("none", "needs.changes.outputs.images != 'true'"),
            ("here", "github.repository == 'acme/shop'"),
        ],
    );
    same(
        Platform::GitHub,
        &text,
        "a push to `main`: scan lint images here <secret-present(SNYK_TOKEN)> <variable(repository, LINT=true)>
        a push to `main`: scan images here <secret-present(SNYK_TOKEN)> <variable(repository, LINT is not set)>
        a push to `main`: scan lint none here <secret-present(SNYK_TOKEN)> <variable(repository, LINT=true)>
        a push to `main`: scan none here <secret-present(SNYK_TOKEN)> <variable(repository, LINT is not set)>",
    );
}

#[test]
fn a_workflow_that_follows_another() {
    let text = workflow(
        "  workflow_run: {workflows: [Build], types: [completed]}",
        &[
            ("ok", "github.event.workflow_run.conclusion == 'success'"),
            ("main", "github.event.workflow_run.head_branch == 'main'"),
        ],
    );
    same(
        Platform::GitHub,
        &text,
        "the run after `Build`: ok main
        the run after `Build`: ok",
    );
}

#[test]
fn only_called() {
    let text = "on:\n  workflow_call:\n    inputs:\n      scan: {type: boolean, default: true}\njobs:\n  scan:\n    \
                if: inputs.scan\n    runs-on: x\n    steps: [{run: a}]\n  tag:\n    if: github.ref_type == 'tag'\n    \
                runs-on: x\n    steps: [{run: a}]\n";
    same(
        Platform::GitHub,
        text,
        "a call by a run of `main`: scan
        a call by a run of any branch: scan
        a call by a run of any tag: scan tag
        a call by a run of `main` with `scan` off:
        a call by a run of any branch with `scan` off:
        a call by a run of any tag with `scan` off: tag",
    );
}

#[test]
fn filters_in_the_order_of_patterns() {
    let pipeline = pipeline(
        Platform::GitHub,
        &workflow(
            "  push:\n    branches: ['**', '!wip/**', 'wip/keep']\n  pull_request:\n    branches-ignore: [legacy]",
            &[("a", "")],
        ),
    );
    let push = |branch| starts(&pipeline, &pipeline.triggers[0], pipeline.triggers[0].event, Some(branch), None, None);
    assert_eq!(push("main"), Tri::Yes);
    assert_eq!(push("wip/x"), Tri::No);
    assert_eq!(push("wip/keep"), Tri::Yes);
    let tag = starts(&pipeline, &pipeline.triggers[0], pipeline.triggers[0].event, None, Some("v1"), None);
    assert_eq!(tag, Tri::No);
    let pull = |target| starts(&pipeline, &pipeline.triggers[1], pipeline.triggers[1].event, None, None, Some(target));
    assert_eq!(pull("main"), Tri::Yes);
    assert_eq!(pull("legacy"), Tri::No);
}

#[test]
fn classes_are_bounded() {
    let inputs: String = (0..12).map(|n| format!("      i{n}: {{type: boolean}}\n")).collect();
    let condition: Vec<String> = (0..12).map(|n| format!("inputs.i{n}")).collect();
    let text = workflow(&format!("  workflow_dispatch:\n    inputs:\n{inputs}"), &[("a", &condition.join(" && "))]);
    let pipeline = pipeline(Platform::GitHub, &text);
    let found = runs(&pipeline, &relevant(&pipeline));
    assert!(found.cut);
    assert_eq!(found.runs.len(), LIMIT);
    // Those that are as usual, and every single choice, are among them.
    let single = found.runs.iter().filter(|run| run.unusual.len() == 1).count();
    assert_eq!(single, 24);
}

#[test]
fn the_legs_of_a_matrix_are_no_runs() {
    let text = "on: push\njobs:\n  a:\n    runs-on: x\n    strategy: {matrix: {os: [linux, windows]}}\n    steps:\n      \
                - if: matrix.os == 'linux'\n        run: scan\n";
    let pipeline = pipeline(Platform::GitHub, text);
    let found = runs(&pipeline, &relevant(&pipeline));
    let condition = &pipeline.jobs[0].steps[0].activation;
    let run = &found.runs[0];
    let answer = |run: &crate::run::Run| crate::run::activity(condition, Platform::GitHub, run, &super::Fine).runs;
    assert_eq!(answer(run), Tri::Unknown);
    let leg =
        pipeline.jobs[0].strategy.as_ref().and_then(|strategy| strategy.legs.as_ref()).map(|legs| &legs[1].values);
    assert_eq!(answer(&run.with_matrix(leg.expect("legs"))), Tri::No);
}

#[test]
fn kinds_of_activity() {
    let jobs: &[(&str, &str)] = &[
        ("deploy", "github.event.pull_request.merged == true"),
        ("closed", "github.event.action == 'closed'"),
        ("label", "contains(github.event.pull_request.labels.*.name, 'deploy')"),
    ];
    same(
        Platform::GitHub,
        &workflow("  pull_request: {branches: [main], types: [closed]}", jobs),
        "a pull request to `main`: closed
        a pull request to `main` when `github.event.pull_request.merged == true`: deploy closed
        a pull request to `main` when `contains(github.event.pull_request.labels[*]['name'], 'deploy')`: closed label
        a pull request to `main` when `contains(github.event.pull_request.labels[*]['name'], 'deploy')` and \
         `github.event.pull_request.merged == true`: deploy closed label",
    );
    same(Platform::GitHub, &workflow("  pull_request: {branches: [main]}", &jobs[..1]), "a pull request to `main`:");
}
