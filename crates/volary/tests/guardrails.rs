//! `volary guardrails`, `coverage`, `require` and `sources` as a user runs them.

mod common;

use std::path::Path;
use std::process::Command;

use common::Tree;

/// A workflow that builds, scans and pushes an image; `scan` is the step that scans.
fn workflow(scan: &str) -> String {
    format!(
        "on:\n  push:\n    branches: [main]\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: docker build -t ghcr.io/acme/app:$GITHUB_SHA .\n{scan}      - run: docker push ghcr.io/acme/app:$GITHUB_SHA\n"
    )
}

const SCAN: &str = "      - run: trivy image --exit-code 1 ghcr.io/acme/app:$GITHUB_SHA\n";
const SOFT: &str =
    "      - run: trivy image --exit-code 1 ghcr.io/acme/app:$GITHUB_SHA\n        continue-on-error: true\n";
const SHIP: &str = ".github/workflows/ship.yml";

/// A reusable workflow that its callers can soften.
const TEMPLATE: &str = "on:\n  workflow_call:\n    inputs:\n      soft:\n        type: boolean\n        default: false\n      image:\n        type: string\n        required: true\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: docker build -t \"${{ inputs.image }}\" .\n      - run: trivy image --exit-code 1 \"${{ inputs.image }}\"\n        continue-on-error: ${{ inputs.soft }}\n      - run: docker push \"${{ inputs.image }}\"\n";
const CALLER: &str = "on:\n  push:\n    branches: [main]\njobs:\n  ship:\n    uses: acme/templates/.github/workflows/image.yml@v1\n    with:\n      image: ghcr.io/acme/app:${{ github.sha }}\n";

fn stable(text: &str) -> String {
    text.lines().map(|line| if line.starts_with("volary ") { "VERSIONS" } else { line }).collect::<Vec<_>>().join("\n")
}

fn templates() -> Tree {
    let tree = Tree::new(&[(".github/workflows/image.yml", TEMPLATE), ("CODEOWNERS", "* @acme/platform\n")]);
    tree.git(&["init", "-q"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-qm", "one"]);
    tree.git(&["tag", "v1"]);
    tree
}

/// Runs the binary in a tree with a cache of its own.
fn with_cache(tree: &Tree, cache: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_volary"))
        .args(arguments)
        .current_dir(tree.path())
        .env("XDG_CACHE_HOME", cache)
        .output()
        .expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
}

/// File, kind, control and verdict of everything that is demanded.
fn verdicts(json: &serde_json::Value) -> Vec<String> {
    let word = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    json["verdicts"]
        .as_array()
        .expect("a list of verdicts")
        .iter()
        .filter(|one| one["required"] == true)
        .map(|one| {
            let [file, kind, control, verdict] = ["file", "kind", "control", "verdict"].map(|key| word(one, key));
            format!("{file} {kind} {control} {verdict}")
        })
        .collect()
}

#[test]
fn the_screen_of_a_repository_with_gaps() {
    let tree = Tree::new(&[
        (SHIP, &workflow(SOFT)),
        (".github/workflows/good.yml", &workflow(SCAN)),
        (".github/workflows/bare.yml", &workflow("")),
        ("CODEOWNERS", "/.github/ @acme/platform\n"),
    ]);
    let run = tree.run(&["guardrails"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    insta::assert_snapshot!("guardrails", stable(&run.out));
    insta::assert_snapshot!("guardrails-details", stable(&tree.run(&["guardrails", "--details"]).out));
    insta::assert_snapshot!("coverage", stable(&tree.run(&["coverage"]).out));
}

#[test]
fn every_format_is_written() {
    let tree = Tree::new(&[(SHIP, &workflow(SOFT))]);
    let run = tree.run(&[
        "guardrails",
        "--format",
        "json",
        "--format",
        "sarif=out.sarif",
        "--format",
        "markdown=out.md",
        "--format",
        "html=out.html",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let json = run.json();
    assert_eq!(json["version"], "1");
    assert_eq!(verdicts(&json), [format!("{SHIP} image image-scan report-only")]);
    let sarif: serde_json::Value = serde_json::from_str(&tree.read("out.sarif")).expect("SARIF is JSON");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "guardrail/image-scan");
    assert!(tree.read("out.md").contains("image scan"));
    let page = tree.read("out.html");
    assert!(page.starts_with("<!") && page.contains("<svg"), "{}", &page[..200.min(page.len())]);
    let again = tree.run(&["guardrails", "--format", "json"]);
    assert_eq!(again.json()["verdicts"], json["verdicts"], "the same answer again");
}

#[test]
fn exit_codes_and_wrong_arguments() {
    let tree = Tree::new(&[(SHIP, &workflow(SCAN))]);
    assert_eq!(tree.run(&["guardrails"]).code, 0);
    for arguments in [
        &["guardrails", "--format", "junit"] as &[&str],
        &["guardrails", "--source", "x"],
        &["guardrails", "--source", "x=/does/not/exist"],
        &["guardrails", "--since", "HEAD"],
        &["guardrails", "--expanded", "missing.yml"],
        &["guardrails", "--contract", "--format", "sarif"],
        &["guardrails", "nowhere"],
        &["require", "spaceship"],
        &["require", "image", "--platform", "circleci"],
        &["sources", "fetch", "--source", "a/b=ext::sh -c id"],
    ] {
        let run = tree.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_change_that_softens_is_a_weakening() {
    let tree = Tree::new(&[(SHIP, &workflow(SCAN))]);
    tree.git(&["init", "-q"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-qm", "base"]);
    let same = tree.run(&["guardrails", "--since", "HEAD", "--format", "json"]);
    assert_eq!(same.code, 0, "{}", same.err);
    assert_eq!(same.json()["weakenings"], serde_json::json!([]));
    tree.write(SHIP, workflow(SOFT).as_bytes());
    let run = tree.run(&["guardrails", "--since", "HEAD", "--format", "json"]);
    assert_eq!(run.code, 1, "a guardrail that a change takes away fails the run");
    let json = run.json();
    let weakenings = json["weakenings"].as_array().expect("a list");
    assert_eq!(weakenings.len(), 1, "{}", run.out);
    assert_eq!(weakenings[0]["type"], "weakening");
    assert_eq!(weakenings[0]["class"], "W1");
    assert_eq!(weakenings[0]["file"], SHIP);
    let text = stable(&tree.run(&["guardrails", "--since", "HEAD"]).out);
    insta::assert_snapshot!("since", text);
}

#[test]
fn a_source_is_read_where_it_lies() {
    let templates = templates();
    let tree = Tree::new(&[(SHIP, CALLER)]);
    let without = tree.run(&["guardrails", "--format", "json"]);
    assert_eq!(verdicts(&without.json()), Vec::<String>::new());
    assert_eq!(without.json()["unread"][0]["name"], "acme/templates");
    let path = templates.path().display().to_string();
    for source in
        [format!("acme/templates={path}"), format!("acme/templates={path}@v1"), format!("acme/templates@v1={path}")]
    {
        let run = tree.run(&["guardrails", "--source", &source, "--format", "json"]);
        assert_eq!(verdicts(&run.json()), [format!("{SHIP} image image-scan blocking")], "{source}: {}", run.err);
    }
    let other = tree.run(&["guardrails", "--source", &format!("acme/templates@v2={path}"), "--format", "json"]);
    assert_eq!(verdicts(&other.json()), Vec::<String>::new(), "another reference is another source");
}

#[test]
fn several_repositories_see_each_other() {
    let tree =
        Tree::new(&[("templates/.github/workflows/image.yml", TEMPLATE), ("app/.github/workflows/ship.yml", CALLER)]);
    let run = tree.run(&["guardrails", "app", "templates", "--format", "json"]);
    let found = verdicts(&run.json());
    assert!(
        found.contains(&"app/.github/workflows/ship.yml image image-scan blocking".to_owned()),
        "{found:?} {}",
        run.err
    );
}

#[test]
fn a_contract_says_what_a_template_guarantees() {
    let tree = templates();
    let run = tree.run(&["guardrails", "--contract"]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!("contract", stable(&run.out));
    let json = tree.run(&["guardrails", "--contract", "--format", "json"]).json();
    let contract = &json["contracts"][0];
    assert_eq!(contract["effects"][0]["verdict"], "blocking");
    assert_eq!(contract["effects"][0]["unless"][0]["parameter"], "soft");
    assert_eq!(contract["controls"][0]["standing"], "stops");
    let digest = contract["digest"].clone();
    tree.write(".github/workflows/image.yml", format!("# layout\n\n{TEMPLATE}").as_bytes());
    let again = tree.run(&["guardrails", "--contract", "--format", "json"]).json();
    assert_eq!(again["contracts"][0]["digest"], digest, "comments do not count");
}

#[test]
fn contracts_of_every_platform() {
    let tree = Tree::new(&[
        (
            "azure/scan.yml",
            "parameters:\n- name: image\n  type: string\n- name: before\n  type: stepList\n  default: []\nsteps:\n- ${{ parameters.before }}\n- script: trivy image --exit-code 1 ${{ parameters.image }}\n- script: docker push ${{ parameters.image }}\n",
        ),
        (
            "action.yml",
            "name: scan\ninputs:\n  image:\n    required: true\nruns:\n  using: composite\n  steps:\n    - run: trivy image --exit-code 1 ${{ inputs.image }}\n      shell: bash\n",
        ),
        (
            "templates/scan.yml",
            "spec:\n  inputs:\n    image:\n---\nscan:\n  stage: test\n  script:\n    - trivy image --exit-code 1 $[[ inputs.image ]]\n",
        ),
        ("vars/scanImage.groovy", "def call(Map config) {\n  sh \"trivy image --exit-code 1 ${config.image}\"\n}\n"),
    ]);
    let run = tree.run(&["guardrails", "--contract", "--format", "json"]);
    let json = run.json();
    let found: Vec<String> = json["contracts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {} {}", one["file"], one["platform"], one["controls"][0]["control"]).replace('"', ""))
        .collect();
    assert_eq!(
        found,
        [
            "action.yml github image-scan",
            "azure/scan.yml azure image-scan",
            "templates/scan.yml gitlab image-scan",
            "vars/scanImage.groovy jenkins image-scan"
        ],
        "{}",
        run.err
    );
    insta::assert_snapshot!("contracts", stable(&tree.run(&["guardrails", "--contract", "azure"]).out));
}

#[test]
fn what_is_demanded_is_told_for_the_platform_of_the_tree() {
    let tree = Tree::new(&[(SHIP, &workflow("")), ("CODEOWNERS", "/.github/ @acme/platform\n")]);
    let run = tree.run(&["require", "docker"]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!("require", stable(&run.out));
    let json = tree.run(&["require", "container", "--format", "json"]).json();
    assert_eq!(json["kind"], "image");
    assert_eq!(json["platform"], "github");
    assert_eq!(json["owners"][0]["owners"][0], "@acme/platform");
    let azure = tree.run(&["require", "terraform", "--platform", "azure", "--format", "json"]).json();
    assert_eq!((azure["kind"].as_str(), azure["platform"].as_str()), (Some("iac"), Some("azure")));
    assert!(azure["snippet"]["text"].as_str().is_some_and(|text| text.contains("steps:")));
    let unknown = tree.run(&["require", "spaceship"]);
    assert!(unknown.err.contains("image") && unknown.err.contains("docker"), "{}", unknown.err);
    let nothing = Tree::new(&[]).run(&["require", "image"]);
    assert!(nothing.out.contains("--platform"), "{}", nothing.out);
}

#[test]
fn the_snippet_that_is_shown_is_guarded() {
    let tree = Tree::new(&[]);
    for (kind, platform) in [("image", "github"), ("iac", "azure"), ("package", "gitlab"), ("app", "jenkins")] {
        let json = tree.run(&["require", kind, "--platform", platform, "--format", "json"]).json();
        let text = |key: &str| json["snippet"][key].as_str().unwrap_or_default().to_owned();
        let copy = Tree::new(&[(&text("file"), &text("text"))]);
        let found = verdicts(&copy.run(&["guardrails", "--format", "json"]).json());
        assert!(
            !found.is_empty() && found.iter().all(|one| one.ends_with(" blocking")),
            "{kind} {platform}: {found:?}"
        );
    }
}

#[test]
fn a_template_that_gives_it_is_named_first() {
    let templates = templates();
    let tree = Tree::new(&[(SHIP, CALLER)]);
    let source = format!("acme/templates={}", templates.path().display());
    let json = tree.run(&["require", "image", "--source", &source, "--format", "json"]).json();
    let template = &json["templates"][0];
    assert_eq!(template["source"], "acme/templates");
    assert_eq!(template["file"], ".github/workflows/image.yml");
    assert_eq!(template["owners"][0], "@acme/platform");
    let call = template["call"].as_str().unwrap_or_default();
    assert!(call.starts_with("uses: acme/templates/.github/workflows/image.yml@"), "{call}");
}

#[test]
fn what_the_platform_expands_stands_for_the_pipeline() {
    let root = "trigger: [main]\nresources:\n  repositories:\n  - repository: t\n    type: git\n    name: platform/templates\nextends:\n  template: ship.yml@t\n";
    let expanded = "trigger:\n- main\nstages:\n- stage: __default\n  jobs:\n  - job: ship\n    steps:\n    - script: docker build -t acme.azurecr.io/app:$(Build.BuildId) .\n    - script: trivy image --exit-code 1 acme.azurecr.io/app:$(Build.BuildId)\n    - script: docker push acme.azurecr.io/app:$(Build.BuildId)\n";
    let answer = serde_json::json!({"id": 7, "finalYaml": expanded}).to_string();
    let tree = Tree::new(&[("azure-pipelines.yml", root), (SHIP, &workflow(""))]);
    let outside = Tree::new(&[("preview.json", &answer), ("final.yml", expanded)]);
    let json_file = outside.join("preview.json").display().to_string();
    for file in [&json_file, &outside.join("final.yml").display().to_string()] {
        let run = tree.run(&["guardrails", "--format", "json", "--expanded", &format!("azure-pipelines.yml={file}")]);
        let found = verdicts(&run.json());
        assert!(found.contains(&"azure-pipelines.yml image image-scan blocking".to_owned()), "{found:?} {}", run.err);
        assert!(found.contains(&format!("{SHIP} image image-scan absent")), "the rest is judged too: {found:?}");
        assert!(run.json()["not_judged"].to_string().contains(file.as_str()), "it is said");
        assert_eq!(run.json()["unread"], serde_json::json!([]));
    }
    let alone = tree.run(&["guardrails", "--format", "json", "--expanded", &json_file]);
    assert_eq!(verdicts(&alone.json()), ["preview.expanded.yml image image-scan blocking"], "{}", alone.err);
    outside.write("refused.json", b"{\"valid\": false, \"merged_yaml\": \"\", \"errors\": [\"no jobs\"]}");
    let refused = tree.run(&["guardrails", "--expanded", &outside.join("refused.json").display().to_string()]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("no jobs"), "{}", refused.err);
}

#[test]
fn merged_yaml_of_gitlab_is_read_out_of_its_answer() {
    let merged = "---\nbuild:\n  script:\n  - docker build -t registry.example.com/app:$CI_COMMIT_SHA .\n  - trivy image --exit-code 1 registry.example.com/app:$CI_COMMIT_SHA\n  - docker push registry.example.com/app:$CI_COMMIT_SHA\n";
    let tree = Tree::new(&[("lint.json", &serde_json::json!({"valid": true, "merged_yaml": merged}).to_string())]);
    let run = tree.run(&["guardrails", "--format", "json", "--expanded", "lint.json"]);
    assert_eq!(verdicts(&run.json()), ["lint.expanded.gitlab-ci.yml image image-scan blocking"], "{}", run.err);
}

#[test]
fn templates_of_what_was_expanded_are_not_judged_by_themselves() {
    let root = "trigger: [main]\njobs:\n- template: jobs/ship.yml\n  parameters: {image: a}\n";
    let template = "parameters:\n- name: image\n  type: string\njobs:\n- job: ship\n  steps:\n  - script: docker push ${{ parameters.image }}\n";
    let tree = Tree::new(&[("azure-pipelines.yml", root), ("jobs/ship.yml", template)]);
    tree.write("out/final.yml", b"trigger: [main]\njobs:\n- job: ship\n  steps:\n  - script: docker push a\n");
    let run = tree.run(&["guardrails", "--format", "json", "--expanded", "azure-pipelines.yml=out/final.yml"]);
    let json = run.json();
    let files: Vec<&str> =
        json["pipelines"].as_array().expect("a list").iter().filter_map(|one| one["file"].as_str()).collect();
    assert!(!files.contains(&"jobs/ship.yml"), "{files:?}");
}

#[test]
fn sources_are_listed_and_fetched_into_the_cache() {
    let templates = templates();
    let cache = tempfile::tempdir().expect("a folder");
    let tree = Tree::new(&[(SHIP, CALLER)]);
    let listed = tree.run(&["sources", "list"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    insta::assert_snapshot!("sources", stable(&listed.out));
    let url = format!("file://{}", templates.path().display());
    let source = format!("acme/templates={url}");
    let (code, out, err) = with_cache(&tree, cache.path(), &["sources", "fetch", "--source", &source]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("sources:\n  acme/templates@v1: {url:"), "{out}");
    assert!(!tree.join(".volary").exists(), "nothing is written without being asked for");

    let (code, out, err) = with_cache(&tree, cache.path(), &["sources", "fetch", "--source", &source, "--write"]);
    assert_eq!(code, 0, "{out}{err}");
    let config = tree.read(".volary/config.yaml");
    assert!(config.contains("acme/templates@v1: {url:"), "{config}");
    let (_, out, err) = with_cache(&tree, cache.path(), &["guardrails", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error} {err}"));
    assert_eq!(verdicts(&json), [format!("{SHIP} image image-scan blocking")]);

    // The files are those of the commit, whatever becomes of the tag.
    templates.write(".github/workflows/image.yml", TEMPLATE.replace("trivy", "echo trivy").as_bytes());
    templates.git(&["commit", "-qam", "two"]);
    templates.git(&["tag", "-f", "v1"]);
    let (_, out, _) = with_cache(&tree, cache.path(), &["guardrails", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(verdicts(&json), [format!("{SHIP} image image-scan blocking")]);

    // The commit stays until somebody says otherwise.
    let (_, out, _) = with_cache(&tree, cache.path(), &["sources", "fetch", "--write"]);
    assert!(out.contains("nothing to fetch"), "{out}");
    assert_eq!(tree.read(".volary/config.yaml"), config);

    // Another machine fetches the very same commit.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let (_, out, _) = with_cache(&tree, elsewhere.path(), &["guardrails"]);
    assert!(out.contains("To see it: `volary sources fetch`"), "{out}");
    let (code, out, err) = with_cache(&tree, elsewhere.path(), &["sources", "fetch"]);
    assert_eq!(code, 0, "{out}{err}");
    let (_, out, _) = with_cache(&tree, elsewhere.path(), &["guardrails", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(verdicts(&json), [format!("{SHIP} image image-scan blocking")]);
    let (_, out, _) = with_cache(&tree, elsewhere.path(), &["sources", "fetch"]);
    assert!(out.contains("nothing to fetch"), "{out}");

    let (code, out, err) = with_cache(&tree, elsewhere.path(), &["sources", "fetch", "--update", "--write"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_ne!(tree.read(".volary/config.yaml"), config);
    let (_, out, _) = with_cache(&tree, elsewhere.path(), &["guardrails", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(verdicts(&json), [format!("{SHIP} image image-scan absent")]);
}

#[test]
fn hooks_of_a_repository_and_of_templates_do_not_run() {
    let templates = templates();
    let marker = templates.join("ran");
    let hook = format!("#!/bin/sh\ntouch '{}'\n", marker.display());
    let hooks = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(hooks.path().join("hooks")).expect("a folder");
    for name in ["post-checkout", "reference-transaction", "post-merge", "pre-auto-gc"] {
        let path = hooks.path().join("hooks").join(name);
        std::fs::write(&path, &hook).expect("a hook");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("an executable hook");
        }
    }
    let cache = tempfile::tempdir().expect("a folder");
    let tree = Tree::new(&[(SHIP, CALLER)]);
    let output = Command::new(env!("CARGO_BIN_EXE_volary"))
        .args(["sources", "fetch", "--source", &format!("acme/templates=file://{}", templates.path().display())])
        .current_dir(tree.path())
        .env("XDG_CACHE_HOME", cache.path())
        .env("GIT_TEMPLATE_DIR", hooks.path())
        .env("GIT_DIR", tree.path())
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(!marker.exists());
}

#[test]
fn what_has_no_address_is_named() {
    let azure = "resources:\n  repositories:\n  - repository: t\n    type: git\n    name: platform/templates\nextends:\n  template: ship.yml@t\n";
    let tree = Tree::new(&[("azure-pipelines.yml", azure)]);
    let cache = tempfile::tempdir().expect("a folder");
    let (code, out, _) = with_cache(&tree, cache.path(), &["sources", "fetch"]);
    assert_eq!(code, 2);
    assert!(out.contains("--source platform/templates=URL"), "{out}");
}
