//! Recognising the steps of pipelines that were read.

use std::sync::Arc;

use volary_document::yaml;
use volary_guardrail::recognise::{Nothing, Outcome, Recognised, Recognisers, Role, invocation, written};
use volary_model::FileId;
use volary_pipeline::{Action, Document, Limits, MemorySources, Platform, read};

/// What the steps of a pipeline are recognised as, in order.
fn recognised(path: &str, text: &str, platform: Platform) -> Vec<Recognised> {
    let (documents, issues) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml11);
    let document = Document::parsed(FileId(0), path, text, yaml::Dialect::Yaml11, documents, issues);
    let (pipeline, _) = read(&Arc::new(document), platform, &MemorySources::default(), &Limits::default());
    let recognisers = Recognisers::built_in();
    let mut found = Vec::new();
    for step in pipeline.jobs.iter().flat_map(|job| &job.steps) {
        found.extend(recognisers.step(step, &Nothing));
        if let Action::Script(script) = &step.action {
            for (_, command) in script.parsed().1.commands() {
                found.extend(recognisers.command(&invocation(script, command, &|_| None), &Nothing));
            }
        }
    }
    found
}

#[test]
fn the_same_image_is_the_same_text_in_inputs_and_scripts() {
    let text = "on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          load: true
          tags: reg/app:${{ github.sha }}
      - run: trivy image --exit-code 1 reg/app:${{  github.sha }}
      - run: docker push \"reg/app:${{ github.sha }}\"
";
    let found = recognised(".github/workflows/ci.yml", text, Platform::GitHub);
    let [build, scan, push] = found.as_slice() else { panic!("{found:?}") };
    let (Role::Change(build), Role::Control(scan), Role::Effect(push)) = (&build.role, &scan.role, &push.role) else {
        panic!("{found:?}")
    };
    assert_eq!(scan.findings.outcome, Outcome::Stops);
    assert_eq!(written(&build.reference[0]), written(&scan.target[0]));
    assert_eq!(written(&scan.target[0]), written(&push.reference[0]));
    // The place of what is scanned is the word in the script.
    let span = scan.target[0].origin.span();
    assert_eq!(span.map(|span| &text[span.start as usize..span.end as usize]), Some("reg/app:${{  github.sha }}"));
}

#[test]
fn unknown_inputs_are_no_proof() {
    let text = "parameters:
- name: soft
  type: boolean
  default: false
steps:
- task: trivy@1
  inputs:
    image: app:1
    exitCode: $(code)
- task: SnykSecurityScan@1
  inputs:
    failOnIssues: true
";
    let found = recognised("azure-pipelines.yml", text, Platform::Azure);
    let outcomes: Vec<Outcome> = found
        .iter()
        .filter_map(|it| match &it.role {
            Role::Control(control) => Some(control.findings.outcome),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes, [Outcome::Depends, Outcome::Stops]);
}
