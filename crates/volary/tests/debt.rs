//! Living with what is there: baseline, exceptions, comments, configuration.

mod common;

use common::{BAD_STORAGE, Tree};

fn open(tree: &Tree) -> usize {
    open_of(&tree.run(&["check", "--format", "json", "--at", "2026-06-01"]))
}

fn open_of(run: &common::Run) -> usize {
    run.json()["findings"].as_array().unwrap().iter().filter(|finding| finding["status"] == "open").count()
}

fn fingerprint(tree: &Tree) -> String {
    let json = tree.run(&["check", "--format", "json"]).json();
    let findings = json["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["location"]["line"] == 3).expect("the finding at line 3");
    finding["fingerprint"].as_str().unwrap().to_string()
}

#[test]
fn a_baseline_keeps_old_findings_quiet_until_their_block_changes() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    assert_eq!(tree.run(&["check"]).code, 1);
    let run = tree.run(&["baseline"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let entries = tree.read(".volary/baseline.jsonl");
    let mut sorted: Vec<&str> = entries.lines().collect();
    sorted.sort_unstable();
    assert_eq!(sorted, entries.lines().collect::<Vec<_>>(), "one sorted line an entry");
    let run = tree.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("Baseline: 1 finding"), "one line says so: {}", run.out);

    tree.write("main.tf", format!("# a comment above moves it\n{BAD_STORAGE}").as_bytes());
    assert_eq!(open(&tree), 0);
    tree.write("other/main.tf", BAD_STORAGE.as_bytes());
    assert!(open(&tree) > 0, "the same violation in another folder is new");
    std::fs::remove_dir_all(tree.join("other")).unwrap();
    tree.write("main.tf", BAD_STORAGE.replace("\"bad\"\n", "\"changed\"\n").as_bytes());
    assert!(open(&tree) > 0, "an edited block comes back");
    tree.write("main.tf", b"");
    let before = entries.lines().count();
    assert_eq!(tree.run(&["baseline", "--shrink"]).code, 0);
    assert!(tree.read(".volary/baseline.jsonl").lines().count() < before);
}

#[test]
fn growing_the_baseline_in_a_change_is_reported() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    tree.git(&["init", "-q"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-qm", "base"]);
    tree.write("new/main.tf", BAD_STORAGE.as_bytes());
    assert_eq!(tree.run(&["baseline"]).code, 0);
    let run = tree.run(&["check", "--since", "HEAD", "--format", "json"]);
    assert!(run.problems().iter().any(|problem| problem.contains("baseline")), "{:?}", run.problems());
}

#[test]
fn an_exception_accepts_one_finding_until_its_day() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    let fingerprint = fingerprint(&tree);
    let before = open(&tree);
    let run = tree.run(&[
        "exceptions",
        "request",
        &fingerprint[..8],
        "--reason",
        "public web assets",
        "--owner",
        "team-web",
        "--until",
        "2026-12-31",
        "--at",
        "2026-05-01",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(open(&tree), before - 1);
    let text = tree.run(&["check", "--at", "2026-06-01"]).out;
    assert!(text.contains("Accepted: 1 finding"), "accepted findings stay visible: {text}");
    let late = tree.run(&["check", "--format", "json", "--at", "2027-01-01"]);
    assert_eq!(open_of(&late), before, "an expired exception covers nothing");
    assert!(late.problems().iter().any(|problem| problem.contains("expired")), "{:?}", late.problems());
    let list = tree.run(&["exceptions", "list", "--at", "2026-06-01"]);
    assert!(list.out.contains("public web assets"), "{}", list.out);
}

#[test]
fn a_comment_accepts_what_it_stands_beside() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    let json = tree.run(&["check", "--format", "json"]).json();
    let finding =
        json["findings"].as_array().unwrap().iter().find(|finding| finding["location"]["line"] == 3).unwrap().clone();
    let policy = finding["policy"].as_str().unwrap();
    let before = open(&tree);
    let comment = |rest: &str| BAD_STORAGE.replace("= true\n", &format!("= true # volary:ignore {policy} {rest}\n"));
    tree.write("main.tf", comment("until=2026-12-31 reason=\"public web assets\"").as_bytes());
    assert_eq!(open(&tree), before - 1);
    tree.write("main.tf", comment("until=2026-01-31 reason=\"public web assets\"").as_bytes());
    assert_eq!(open(&tree), before);
    tree.write("main.tf", comment("until=someday reason=\"x\"").as_bytes());
    assert_eq!(open(&tree), before, "a malformed date is never forever");
    let run = tree.run(&["check", "--format", "json", "--at", "2026-06-01"]);
    assert!(run.problems().iter().any(|problem| problem.starts_with("main.tf:3")), "{:?}", run.problems());
}

#[test]
fn configuration_chooses_and_its_mistakes_are_named() {
    let tree = Tree::new(&[
        ("main.tf", BAD_STORAGE),
        ("vendor/main.tf", BAD_STORAGE),
        (".volary/config.yaml", "tier: default\nfail-on: critical\nexclude:\n  - vendor/**\n"),
    ]);
    let run = tree.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 0);
    assert!(run.findings().iter().all(|finding| !finding.contains("vendor/")), "{:?}", run.findings());
    assert!(run.out.contains("vendor/main.tf"), "what is excluded is listed as not judged");
    tree.write(".volary/config.yaml", b"teir: default\n");
    let run = tree.run(&["check", "--format", "json"]);
    assert!(run.problems().iter().any(|problem| problem.starts_with(".volary/config.yaml:1")), "{:?}", run.problems());
}

#[test]
fn owners_come_from_codeowners() {
    let tree = Tree::new(&[("infra/main.tf", BAD_STORAGE), (".github/CODEOWNERS", "/infra/ @org/platform\n")]);
    let run = tree.run(&["check", "--details"]);
    assert!(run.out.contains("@org/platform"), "{}", run.out);
}

#[test]
fn a_change_that_opens_a_recorded_finding_again_is_told() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    assert_eq!(tree.run(&["baseline"]).code, 0);
    tree.git(&["init", "-q"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-qm", "base"]);
    assert_eq!(tree.run(&["check", "--since", "HEAD"]).code, 0);
    tree.write("main.tf", BAD_STORAGE.replace("\"bad\"\n", "\"changed\"\n").as_bytes());
    let run = tree.run(&["check", "--since", "HEAD", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(open_of(&run) > 0, "the edited block comes back");

    tree.write("main.tf", BAD_STORAGE.as_bytes());
    std::fs::remove_file(tree.join(".volary/baseline.jsonl")).unwrap();
    assert_eq!(tree.run(&["check", "--since", "HEAD"]).code, 1, "so does what the removed baseline covered");
}
