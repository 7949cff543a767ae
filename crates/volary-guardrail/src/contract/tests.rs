//! Templates in, what they guarantee out.

use std::fmt::Write;
use std::path::Path;

use volary_model::FileId;
use volary_pipeline::MemorySources;

use super::*;
use crate::controls::Controls;
use crate::requirements::Requirements;

/// The contract of a file of a repository in memory.
fn of(platform: Platform, path: &str, files: &[(String, String)]) -> Option<Contract> {
    let mut sources = MemorySources::default();
    let mut own = None;
    for (index, (name, text)) in files.iter().enumerate() {
        let document = Arc::new(Document::new(FileId(index as u32), name.as_str(), text.as_str()));
        sources.add(document.clone());
        if name == path {
            own = Some(document);
        }
    }
    let demands = Demands { controls: Controls::built_in(), requirements: Requirements::built_in() };
    contract(&Template {
        document: &own?,
        platform,
        sources: &sources,
        recognisers: Recognisers::built_in(),
        demands: &demands,
        limits: &Limits::default(),
    })
}

fn one(platform: Platform, path: &str, text: &str) -> Contract {
    of(platform, path, &[(path.to_owned(), text.to_owned())]).unwrap_or_else(|| panic!("{path} is no template"))
}

/// The contract of a file of a repository beside a case.
fn case(platform: Platform, case: &str, path: &str) -> Contract {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(case);
    let mut files = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries.flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else if let (Ok(name), Ok(text)) =
                (entry.path().strip_prefix(&root), std::fs::read_to_string(entry.path()))
            {
                files.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    files.sort();
    of(platform, path, &files).unwrap_or_else(|| panic!("{case}: {path} is no template"))
}

/// In lines.
fn told(contract: &Contract) -> String {
    let mut out = String::new();
    for control in &contract.controls {
        let _ = writeln!(out, "{} {}: {}", control.tool, control.control, control.formula());
    }
    for effect in &contract.effects {
        let assumed = if effect.assumptions.is_empty() {
            String::new()
        } else {
            format!(" [{}]", effect.assumptions.join(" · "))
        };
        let _ = writeln!(out, "{} {} {}: {}{assumed}", effect.effect, effect.kind, effect.control, effect.formula());
    }
    for slot in &contract.slots {
        let after: Vec<&str> = slot.after.iter().map(|at| &*contract.controls[*at].tool).collect();
        let before: Vec<&str> = slot.before.iter().map(|at| &*contract.effects[*at].effect).collect();
        let _ = writeln!(
            out,
            "{} in {} after [{}] before [{}]",
            slot.holds,
            slot.parameter,
            after.join(", "),
            before.join(", ")
        );
    }
    for unread in &contract.unread {
        let _ = writeln!(out, "not read: {unread}");
    }
    out
}

#[track_caller]
fn same(contract: &Contract, expected: &[&str]) {
    let found = told(contract);
    assert_eq!(found.lines().collect::<Vec<_>>(), expected, "\n{found}");
    assert!(!contract.cut);
}

#[test]
fn steps_of_azure_say_which_argument_softens_them() {
    let contract = case(
        Platform::Azure,
        "azure/continue-on-error-from-template-argument/sources/yaml-templates",
        "steps/node-build.yml",
    );
    // Who passes a level that only the run knows may pass `none`.
    same(
        &contract,
        &["npm-audit dependency-scan: stops unless `auditLevel` is known at run time only (depends), or \
           `continueOnVulnerabilities` is `true` (reports)"],
    );
    let deciding: Vec<&str> =
        contract.parameters.iter().filter(|parameter| parameter.decides).map(|parameter| &*parameter.name).collect();
    assert_eq!(deciding, ["auditLevel", "continueOnVulnerabilities"]);
    let change = &contract.controls[0].unless[1];
    assert!(change.fact.as_ref().is_some_and(|fact| fact.text.contains("continues on error")), "{change:?}");
}

#[test]
fn stages_of_azure_say_what_they_ship_and_where_there_is_room() {
    let contract = case(
        Platform::Azure,
        "azure/extends-container-template-of-platform-team/sources/golden-pipelines",
        "container/service.yml",
    );
    same(
        &contract,
        &[
            "grype image-scan: stops",
            "push image image-scan: blocking",
            "steps in preBuildSteps after [] before [push]",
        ],
    );
}

#[test]
fn jobs_of_azure_are_templates_too() {
    let contract = case(
        Platform::Azure,
        "azure/semgrep-job-template-gates-deployment/sources/pipeline-security",
        "jobs/semgrep.yml",
    );
    same(&contract, &["semgrep code-scan: stops"]);
}

#[test]
fn inputs_of_reusable_workflows_are_followed() {
    let contract = case(
        Platform::GitHub,
        "github/caller-turns-the-gate-off/sources/pipelines",
        ".github/workflows/npm-publish.yml",
    );
    let found = told(&contract);
    assert!(found.contains("npm-audit dependency-scan: stops unless `fail-on-vulnerabilities` is `false`"), "{found}");
    assert!(
        found.contains("publish package source-scan: blocking unless `fail-on-vulnerabilities` is `false`"),
        "{found}"
    );
}

#[test]
fn actions_are_read_as_their_users_see_them() {
    let contract = case(
        Platform::GitHub,
        "github/organisation-action-guards-terraform/sources/actions",
        "terraform-guard/action.yml",
    );
    assert!(told(&contract).contains(" iac-scan: stops"), "{}", told(&contract));
}

#[test]
fn components_of_gitlab_have_inputs() {
    let contract = case(
        Platform::GitLab,
        "gitlab/component-scan-before-release-tag/sources/components",
        "templates/image-scan.yml",
    );
    assert_eq!(contract.controls.len(), 1, "{}", told(&contract));
    assert_eq!(contract.controls[0].standing, Standing::Stops);
    let names: Vec<&str> = contract.parameters.iter().map(|parameter| &*parameter.name).collect();
    assert_eq!(names, ["image", "stage", "severity", "job-name"]);
}

#[test]
fn steps_of_libraries_read_their_arguments_from_a_map() {
    let contract =
        case(Platform::Jenkins, "jenkins/soft-argument-of-library-step/sources/delta-ci", "vars/imageScan.groovy");
    let names: Vec<(&str, Option<&str>)> =
        contract.parameters.iter().map(|parameter| (&*parameter.name, parameter.default.as_deref())).collect();
    assert_eq!(names, [("severity", Some("HIGH,CRITICAL")), ("failOnFindings", Some("true")), ("image", None)]);
    // What a step does is told, or that it could not be read; never that there is nothing in it.
    let found = told(&contract);
    assert!(
        found.starts_with("trivy image-scan: stops unless `failOnFindings` is `false`")
            || found.starts_with("not read: "),
        "{found}"
    );
}

const SCAN_OPTIONAL: &str = "parameters:
- name: scan
  type: boolean
  default: false
- name: before
  type: stepList
  default: []
- name: between
  type: stepList
  default: []
- name: extra
  type: stageList
  default: []
stages:
- stage: build
  jobs:
  - job: build
    steps:
    - ${{ parameters.before }}
    - script: docker build -t acme.azurecr.io/app:$(Build.BuildId) .
    - ${{ if eq(parameters.scan, true) }}:
      - script: trivy image --exit-code 1 acme.azurecr.io/app:$(Build.BuildId)
    - ${{ parameters.between }}
    - script: docker push acme.azurecr.io/app:$(Build.BuildId)
- ${{ parameters.extra }}
";

#[test]
fn what_is_off_by_default_is_said_to_be() {
    same(
        &one(Platform::Azure, "t.yml", SCAN_OPTIONAL),
        &[
            "trivy image-scan: absent unless `scan` is `true` (stops)",
            "push image image-scan: absent unless `scan` is `true` (blocking)",
            "steps in before after [] before [push]",
            "steps in between after [] before [push]",
            "stages in extra after [] before []",
        ],
    );
    let on = SCAN_OPTIONAL.replace("type: boolean\n  default: false", "type: boolean\n  default: true");
    same(
        &one(Platform::Azure, "t.yml", &on),
        &[
            "trivy image-scan: stops unless `scan` is `false` (absent)",
            "push image image-scan: blocking unless `scan` is `false` (absent)",
            "steps in before after [] before [push]",
            "steps in between after [trivy] before [push]",
            "stages in extra after [trivy] before []",
        ],
    );
}

#[test]
fn a_text_that_is_a_whole_command_is_room_for_one() {
    let text = "parameters:
- {name: build, type: string, default: make}
- {name: level, type: string, default: high}
steps:
- script: npm audit --audit-level=high
- script: |
    echo ${{ parameters.level }}
    ${{ parameters.build }}
- script: cosign sign --yes acme/app:1
- script: npm publish
";
    same(
        &one(Platform::Azure, "t.yml", text),
        &[
            "npm-audit dependency-scan: stops",
            "cosign signature: runs",
            "sign image image-scan: absent",
            "publish package source-scan: blocking",
            "command in build after [npm-audit] before [sign, publish]",
        ],
    );
}

#[test]
fn the_digest_follows_what_is_said_and_not_how_it_is_laid_out() {
    let plain = one(Platform::Azure, "t.yml", SCAN_OPTIONAL).digest;
    assert_eq!(plain.len(), 64);
    let laid_out =
        SCAN_OPTIONAL.replace("stages:\n- stage: build\n", "# The stages.\n\nstages:\n- stage:   build # one\n");
    assert_eq!(one(Platform::Azure, "t.yml", &laid_out).digest, plain);
    let softened = SCAN_OPTIONAL.replace("--exit-code 1", "--exit-code 0");
    assert_ne!(one(Platform::Azure, "t.yml", &softened).digest, plain);
}

#[test]
fn what_a_template_draws_in_belongs_to_its_digest() {
    let files = |scan: &str| {
        [
            ("t.yml".to_owned(), "steps:\n- template: parts/scan.yml\n- template: x.yml@elsewhere\n".to_owned()),
            ("parts/scan.yml".to_owned(), format!("steps:\n- script: {scan}\n")),
        ]
    };
    let get = |scan: &str| of(Platform::Azure, "t.yml", &files(scan));
    let (hard, soft) = (get("npm audit"), get("npm audit || true"));
    let (Some(hard), Some(soft)) = (hard, soft) else { panic!() };
    assert_ne!(hard.digest, soft.digest);
    assert_eq!(hard.controls[0].standing, Standing::Stops);
    assert_eq!(soft.controls[0].standing, Standing::Reports);
    assert!(hard.unread[0].contains("x.yml@elsewhere"), "{:?}", hard.unread);
}

#[test]
fn files_of_the_template_do_not_configure_the_scanner_of_its_user() {
    let files = [
        ("t.yml".to_owned(), "steps:\n- script: checkov -d .\n".to_owned()),
        (".checkov.yaml".to_owned(), "soft-fail: true\n".to_owned()),
    ];
    let found = of(Platform::Azure, "t.yml", &files).map(|contract| contract.controls[0].standing);
    assert_eq!(found, Some(Standing::Stops));
}

#[test]
fn what_is_no_template_has_no_contract() {
    let pipeline = "on: push\njobs: {a: {runs-on: x, steps: [{run: echo}]}}\n";
    assert!(of(Platform::GitHub, "a.yml", &[("a.yml".into(), pipeline.into())]).is_none());
    assert!(of(Platform::Azure, "v.yml", &[("v.yml".into(), "variables: {a: b}\n".into())]).is_none());
    assert!(of(Platform::Azure, "v.yml", &[("v.yml".into(), "steps: [\n".into())]).is_none());
    assert!(of(Platform::Jenkins, "src/a.groovy", &[("src/a.groovy".into(), "def call() {}".into())]).is_none());
}

#[test]
fn many_parameters_are_cut_and_hostile_values_are_quoted() {
    let mut text = "parameters:\n".to_owned();
    for index in 0..200 {
        let _ = writeln!(text, "- {{name: p{index}, type: boolean, default: false}}");
    }
    text.push_str(
        "- {name: \"a: b\\n- x\", type: string, values: ['\"', \"{{\\n\", \"\\\\\"]}\nsteps:\n- script: npm audit\n",
    );
    let contract = one(Platform::Azure, "t.yml", &text);
    assert!(contract.cut);
    assert_eq!(contract.controls[0].standing, Standing::Stops);
}
