//! `volary check` as a user runs it.

mod common;

use std::collections::BTreeSet;

use common::{BAD_STORAGE, Tree};

const MODULE: &str = "variable \"source_prefix\" { type = string }\n\nresource \"azurerm_network_security_group\" \"n\" {\n  name                = \"n\"\n  location            = \"westeurope\"\n  resource_group_name = \"rg\"\n  security_rule {\n    name                       = \"ssh\"\n    priority                   = 100\n    direction                  = \"Inbound\"\n    access                     = \"Allow\"\n    protocol                   = \"Tcp\"\n    source_port_range          = \"*\"\n    destination_port_range     = \"22\"\n    source_address_prefix      = var.source_prefix\n    destination_address_prefix = \"*\"\n  }\n}\n";

fn call(name: &str, source: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"./modules/net\"\n  {source}\n}}\n")
}

#[test]
fn a_finding_in_a_module_names_the_calls_once() {
    let tree = Tree::new(&[("modules/net/main.tf", MODULE)]);
    let root = format!(
        "{}{}{}",
        call("a", "source_prefix = \"0.0.0.0/0\""),
        call("b", "source_prefix = \"Internet\""),
        call("c", "source_prefix = \"10.0.0.0/8\"")
    );
    tree.write("main.tf", root.as_bytes());
    let run = tree.run(&["check", "--format", "json"]);
    let json = run.json();
    let findings: Vec<_> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["location"]["path"] == "modules/net/main.tf")
        .collect();
    let ssh: Vec<_> = findings.iter().filter(|finding| finding["policy"].as_str().unwrap().contains("ssh")).collect();
    assert_eq!(ssh.len(), 1, "once per definition: {}", run.out);
    let instances = ssh[0]["instances"].as_array().unwrap();
    assert_eq!(instances.len(), 2, "{}", run.out);
    assert_eq!(instances[0]["calls"][0]["location"]["path"], "main.tf");
    assert_eq!(instances[0]["calls"][0]["location"]["line"], 1);
    assert!(instances[0]["chain"].to_string().contains("main.tf"), "the argument that caused it: {}", run.out);
}

#[test]
fn what_is_not_known_is_undecided_with_its_reason() {
    let tree = Tree::new(&[(
        "main.tf",
        "variable \"tls\" { type = string }\n\nresource \"azurerm_storage_account\" \"a\" {\n  name                            = \"a\"\n  min_tls_version                 = var.tls\n  public_network_access_enabled   = false\n  allow_nested_items_to_be_public = false\n  shared_access_key_enabled       = false\n}\n",
    )]);
    let run = tree.run(&["check", "--format", "json"]);
    let json = run.json();
    let undecided = json["undecided"].as_array().unwrap();
    assert!(
        undecided.iter().any(|one| one["policy"].as_str().unwrap().contains("tls")
            && one.to_string().contains("variable `tls` has no value")),
        "{}",
        run.out
    );
    assert_eq!(run.code, 0, "undecided leaves 0");
    assert_eq!(tree.run(&["check", "--format", "json", "--fail-on-undecided"]).code, 1);
    let known = tree.run(&["check", "--format", "json"]);
    assert!(!known.findings().iter().any(|finding| finding.contains("tls")), "never a finding");
}

#[test]
fn variable_files_are_variants() {
    let tree = Tree::new(&[
        (
            "main.tf",
            "variable \"public\" { type = bool }\n\nresource \"azurerm_storage_account\" \"a\" {\n  name = \"a\"\n  allow_nested_items_to_be_public = var.public\n}\n",
        ),
        ("dev.tfvars", "public = true\n"),
        ("prod.tfvars", "public = false\n"),
    ]);
    let run = tree.run(&["check", "--format", "json"]);
    assert!(run.out.contains("dev.tfvars"), "{}", run.out);
    assert!(run.findings().iter().any(|finding| finding.ends_with("main.tf:5")), "{:?}", run.findings());
}

#[test]
fn since_reports_only_what_the_change_introduces() {
    let tree = Tree::new(&[("old/main.tf", BAD_STORAGE)]);
    tree.git(&["init", "-q"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-qm", "base"]);
    let clean = tree.run(&["check", "--since", "HEAD", "--format", "json"]);
    assert_eq!((clean.code, clean.findings()), (0, Vec::new()), "{}", clean.err);
    tree.write("new/main.tf", BAD_STORAGE.as_bytes());
    tree.write("old/main.tf", format!("# moved down\n\n{BAD_STORAGE}").as_bytes());
    let run = tree.run(&["check", "--since", "HEAD", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert!(run.findings().iter().all(|finding| finding.contains(" new/main.tf:")), "{:?}", run.findings());
    assert!(!run.findings().is_empty());
}

#[test]
fn paths_and_fingerprints_do_not_depend_on_where_it_is_started() {
    let tree = Tree::new(&[("a/b/main.tf", BAD_STORAGE)]);
    tree.git(&["init", "-q"]);
    let of = |run: common::Run| -> BTreeSet<String> {
        run.json()["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| format!("{} {}", finding["fingerprint"], finding["location"]["path"]))
            .collect()
    };
    let whole = of(tree.run(&["check", "--format", "json"]));
    assert!(!whole.is_empty());
    assert_eq!(whole, of(tree.run(&["check", "a/b", "--format", "json"])));
    assert_eq!(whole, of(tree.run(&["check", "a/b/main.tf", "--format", "json"])));
}

#[test]
fn ignored_files_are_not_judged_and_dot_folders_are() {
    let tree = Tree::new(&[
        (".gitignore", "build/\n*.auto.tfvars\n"),
        ("build/main.tf", BAD_STORAGE),
        (".config/main.tf", BAD_STORAGE),
    ]);
    let run = tree.run(&["check", "--format", "json"]);
    let findings = run.findings();
    assert!(findings.iter().any(|finding| finding.contains(" .config/main.tf:")), "{findings:?}");
    assert!(!findings.iter().any(|finding| finding.contains(" build/")), "{findings:?}");
}

#[test]
fn installed_modules_are_read_although_they_are_ignored() {
    let tree = Tree::new(&[
        (".gitignore", ".terraform/\n"),
        (
            "main.tf",
            "module \"net\" {\n  source  = \"registry.example.com/org/net/azurerm\"\n  version = \"1.0.0\"\n  source_prefix = \"*\"\n}\n",
        ),
        (
            ".terraform/modules/modules.json",
            "{\"Modules\":[{\"Key\":\"\",\"Source\":\"\",\"Dir\":\".\"},{\"Key\":\"net\",\"Source\":\"registry.example.com/org/net/azurerm\",\"Version\":\"1.0.0\",\"Dir\":\".terraform/modules/net\"}]}",
        ),
    ]);
    tree.write(".terraform/modules/net/main.tf", MODULE.as_bytes());
    let run = tree.run(&["check", "--format", "json"]);
    assert!(run.findings().iter().any(|finding| finding.contains("ssh")), "{}", run.out);
}

#[test]
fn the_same_answer_with_any_number_of_threads() {
    let tree = Tree::new(&[
        ("modules/net/main.tf", MODULE),
        ("main.tf", &call("a", "source_prefix = \"*\"")),
        ("Dockerfile", "FROM alpine\nRUN curl https://x.example/i.sh | sh\n"),
        (
            "k8s/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      image: a:latest\n      securityContext: {privileged: true}\n",
        ),
    ]);
    for n in 0..40 {
        tree.write(format!("s{n}/main.tf"), BAD_STORAGE.as_bytes());
    }
    for format in ["json", "sarif"] {
        let first = tree.run(&["check", "--tier", "strict", "--format", format, "--threads", "1"]).out;
        for round in 0..25 {
            let threads = (round % 8 + 1).to_string();
            assert_eq!(first, tree.run(&["check", "--tier", "strict", "--format", format, "--threads", &threads]).out);
        }
    }
}

#[test]
fn several_formats_at_once() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    let run = tree.run(&[
        "check",
        "--format",
        "text",
        "--format",
        "sarif=out.sarif",
        "--format",
        "markdown=out.md",
        "--format",
        "junit=out.xml",
        "--format",
        "gitlab=out.json",
    ]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("main.tf"));
    let sarif: serde_json::Value = serde_json::from_str(&tree.read("out.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(tree.read("out.md").contains("main.tf"));
    assert!(tree.read("out.xml").starts_with("<?xml"));
    assert!(serde_json::from_str::<serde_json::Value>(&tree.read("out.json")).unwrap().is_array());
}

#[test]
fn the_first_screen_is_short_and_calm() {
    let tree = Tree::new(&[]);
    for n in 0..60 {
        tree.write(format!("s{n}/main.tf"), BAD_STORAGE.as_bytes());
    }
    let run = tree.run(&["check"]);
    assert!(run.out.lines().count() <= 20, "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "no colour off a terminal");
}

#[test]
fn severity_and_tier_choose() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    assert_eq!(tree.run(&["check"]).code, 1);
    assert_eq!(tree.run(&["check", "--fail-on", "critical"]).code, 0);
    let default = tree.run(&["check", "--format", "json"]).findings().len();
    let strict = tree.run(&["check", "--format", "json", "--tier", "strict"]).findings().len();
    assert!(default < strict, "{default} {strict}");
}

#[test]
fn user_policies_add_to_the_pack() {
    let tree = Tree::new(&[
        ("main.tf", BAD_STORAGE),
        (
            "mine/own.yaml",
            "id: own-name\ntitle: Storage account is called bad\njudges: azurerm_storage_account\nseverity: low\ntier: default\nconfidence: certain\nforbid: {name: bad}\nmessage: \"is called {name}\"\nwhy: Because.\nfix: {text: Rename it.}\n",
        ),
        ("mine/broken.yaml", "id: broken\ntitle: x\n"),
    ]);
    let run = tree.run(&["check", "--policies", "mine", "--format", "json"]);
    let findings = run.findings();
    assert!(findings.iter().any(|finding| finding == "own-name main.tf:2"), "{findings:?}");
    assert!(findings.len() > 1, "the pack's policies stay");
    assert!(run.problems().iter().any(|problem| problem.contains("mine/broken.yaml")), "{:?}", run.problems());
}
