use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::{dockerfile, hcl, yaml};
use volary_iac::{kubernetes, terraform};
use volary_model::{FileId, Outcome, Problem, Unit};

use super::RegoPolicies;
use crate::PackText;

fn load(modules: &[&str]) -> (RegoPolicies, Vec<Problem>) {
    let texts = modules
        .iter()
        .enumerate()
        .map(|(index, text)| PackText { path: format!("policy/{index}.rego").into(), text: (*text).into() });
    RegoPolicies::load(&texts.collect::<Vec<_>>())
}

fn loaded(modules: &[&str]) -> RegoPolicies {
    let (policies, problems) = load(modules);
    assert!(problems.is_empty(), "{problems:?}");
    policies
}

fn manifest(text: &str) -> Unit {
    let (documents, issues) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml11);
    assert!(issues.is_empty(), "{issues:?}");
    kubernetes::units(vec![kubernetes::ManifestFile { file: FileId(0), path: "a.yaml".into(), documents }]).remove(0)
}

fn terraform_unit(text: &str) -> Unit {
    let (body, issues) = hcl::parse(FileId(0), text);
    assert!(issues.is_empty(), "{issues:?}");
    let file = terraform::SourceBody { file: FileId(0), name: "main.tf".into(), body: Arc::new(body) };
    let folder = terraform::Folder { files: vec![file], ..terraform::Folder::default() };
    let input = terraform::Input { folders: BTreeMap::from([("".into(), folder)]), ..terraform::Input::default() };
    terraform::units(&input, &terraform::Limits::default()).units.remove(0)
}

/// Rule, outcome, message and line of each judgement.
fn judged(policies: &RegoPolicies, unit: &Unit, text: &str) -> Vec<String> {
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    policies
        .judge_unit(unit)
        .into_iter()
        .map(|(info, judgement)| {
            let place = judgement.deciders.first().and_then(|decider| decider.origin.span());
            let place = place.map(|span| format!("@{}", line(span.start as usize))).unwrap_or_default();
            format!("{} {:?} {}{place}", info.id, judgement.outcome, judgement.message)
        })
        .collect()
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: a
          image: nginx:latest
";

#[test]
fn rules_of_conftest_in_both_syntaxes() {
    let old = "package main\ndeny[msg] {\n  input.kind == \"Deployment\"\n  not input.spec.template.spec.securityContext\n  \
               msg := \"runs as root\"\n}\nwarn_replicas[msg] { input.spec.replicas < 2; msg := sprintf(\"%d replicas\", [input.spec.replicas]) }\n";
    let new = "package images\nimport rego.v1\nimport data.lib\nviolation contains {\"msg\": msg, \"path\": [\"spec\", \"template\", \"spec\", \"containers\", i, \"image\"]} if {\n  \
               some i, c in input.spec.template.spec.containers\n  lib.is_latest(c.image)\n  msg := \"latest\"\n}\ndeny contains \"never\" if false\n";
    let lib = "package lib\nimport rego.v1\nis_latest(image) if endswith(image, \":latest\")\n";
    let policies = loaded(&[old, new, lib]);
    assert_eq!(
        judged(&policies, &manifest(DEPLOYMENT), DEPLOYMENT),
        [
            "rego.images.deny Pass ",
            "rego.images.violation Fail latest@11",
            "rego.main.deny Fail runs as root@4",
            "rego.main.warn_replicas Fail 1 replicas@4",
        ]
    );
}

#[test]
fn rules_of_gatekeeper_see_a_review() {
    let rule = "package k8srequiredlabels\nviolation[{\"msg\": msg, \"details\": {}}] {\n  input.review.kind.kind == \"Deployment\"\n  \
                not input.review.object.metadata.labels.team\n  msg := sprintf(\"%v has no team\", [input.review.object.metadata.name])\n}\n";
    let policies = loaded(&[rule]);
    assert_eq!(
        judged(&policies, &manifest(DEPLOYMENT), DEPLOYMENT),
        ["rego.k8srequiredlabels.violation Fail web has no team@4"]
    );
    let terraform = "resource \"a_b\" \"c\" {}\n";
    assert!(judged(&policies, &terraform_unit(terraform), terraform).is_empty());
}

#[test]
fn what_is_not_known_is_no_finding_and_no_pass() {
    let text = r#"
variable "acl" {}
resource "aws_s3_bucket" "a" {
  acl = var.acl
}
resource "aws_s3_bucket" "b" {
  acl    = "public-read"
}
"#;
    let rule = r#"package main
deny[{"msg": msg, "path": ["resource", "aws_s3_bucket", name, "acl"]}] {
  bucket := input.resource.aws_s3_bucket[name]
  bucket.acl == "public-read"
  msg := "public"
}
deny_missing[msg] { not input.resource.aws_s3_bucket.a.acl; msg := "no acl" }
deny_private[msg] { input.resource.aws_s3_bucket[name].acl != "private"; name == "a"; msg := "not private" }
deny_name[msg] { input.resource.aws_s3_bucket.b.acl == "private"; msg := "private" }
deny_broken[msg] { to_number(input.resource.aws_s3_bucket.b.acl) > 1; msg := "broken" }
"#;
    assert_eq!(
        judged(&loaded(&[rule]), &terraform_unit(text), text),
        [
            "rego.main.deny Fail public@7",
            "rego.main.deny_broken Error line 10: could not parse string as number@3",
            "rego.main.deny_missing Undecided depends on values that are not known@3",
            "rego.main.deny_name Undecided the document holds values that are not known@3",
            "rego.main.deny_private Undecided depends on values that are not known@3",
        ]
    );
}

#[test]
fn instructions_of_dockerfiles() {
    let text =
        "FROM --platform=linux/amd64 node:latest AS build\nRUN apt-get update && sudo ls\nCMD [\"node\", \"a.js\"]\n";
    let (parsed, issues) = dockerfile::parse(FileId(0), text);
    assert!(issues.is_empty(), "{issues:?}");
    let unit = volary_iac::dockerfile::unit(FileId(0), &"Dockerfile".into(), &parsed);
    let rule = "package main\ndeny[msg] { input[i].Cmd == \"from\"; contains(input[i].Value[0], \":latest\"); msg := \"latest\" }\n\
                deny_sudo[{\"msg\": \"sudo\", \"path\": [i]}] { input[i].Cmd == \"run\"; contains(input[i].Value[_], \"sudo\") }\n\
                deny_flags[msg] { input[i].Flags[_] == \"--platform=linux/amd64\"; input[2].JSON; input[2].Value == [\"node\", \"a.js\"]; input[i].Stage == 0; msg := \"flags\" }\n";
    assert_eq!(
        judged(&loaded(&[rule]), &unit, text),
        ["rego.main.deny Fail latest@1", "rego.main.deny_flags Fail flags@1", "rego.main.deny_sudo Fail sudo@2"]
    );
}

#[test]
fn bad_modules_are_problems_and_the_rest_is_loaded() {
    let good = "package main\ndeny[msg] { msg := \"here\" }\n";
    let bad = [
        "package b\ndeny[msg] {\n  msg := \n}\n",
        "package b\nf(x) = y { y := g(x) }\ng(x) = y { y := f(x) }\n",
        "package b\ndeny[msg] { time.now_ns() > 0; msg := \"now\" }\n",
        "package b\nx = 1\nx = y { y := }\n",
        "\u{0}\u{1}{{{",
        "",
    ];
    for text in bad {
        let (policies, problems) = load(&[text, good]);
        assert_eq!(problems.len(), 1, "{text:?}: {problems:?}");
        assert_eq!(&*problems[0].path, "policy/0.rego");
        assert!(problems[0].fails);
        assert_eq!(policies.rules().len(), 1, "{text:?}");
    }
    let deep = format!("package b\nx = {}", "{\"a\": [".repeat(50));
    assert_eq!(load(&[&deep, good]).1.len(), 1);
    // A unit of two modules that do not go together keeps the first.
    let (policies, problems) = load(&["package c\nx = 1\n", "package c\nx(y) = 2 { y }\ndeny[1] { true }\n", good]);
    assert!(problems.len() <= 1, "{problems:?}");
    assert!(policies.rules().iter().any(|rule| &*rule.info.id == "rego.main.deny"));
}

#[test]
fn endless_work_ends() {
    let rule = "package main\ndeny[msg] {\n  a := numbers.range(1, 5000)[_]\n  b := numbers.range(1, 5000)[_]\n  c := numbers.range(1, 5000)[_]\n  \
                a + b + c < 0\n  msg := \"never\"\n}\n";
    let lines = judged(&loaded(&[rule]), &manifest(DEPLOYMENT), DEPLOYMENT);
    assert_eq!(lines, ["rego.main.deny Error the rule takes too many steps on this document@4"]);
}

#[test]
fn a_rule_that_breaks_the_interpreter_is_an_error() {
    let rule = "package main\ndeny[msg] { object.subset([1], []); msg := \"x\" }\ndeny_ok[msg] { msg := \"ok\" }\n";
    let results = loaded(&[rule]).judge_unit(&manifest(DEPLOYMENT));
    let outcomes: Vec<Outcome> = results.iter().map(|(_, judgement)| judgement.outcome).collect();
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[1], Outcome::Fail);
}
