//! The baseline: what it covers, how it is written, how it grows and shrinks.

mod common;

use common::{files, finding, instance, messages, policy, today};
use volary_governance::{Baseline, Records, Scope, baseline, block_digest, decide};
use volary_model::{Finding, Severity, Status};

fn two() -> Vec<Finding> {
    let mut findings = vec![
        finding(&policy("p", &[]), "a/main.tf", 3, (1, 5), "aws_x.a"),
        finding(&policy("q", &[]), "b/main.tf", 3, (1, 5), "aws_x.b"),
    ];
    findings[0].instances = vec![instance("r", "module.one.aws_x.a"), instance("r", "module.two.aws_x.a")];
    findings
}

fn record(before: &str, findings: &[Finding]) -> String {
    baseline::record(before, findings, "1.0.0", &Scope::default()).0
}

/// Which findings are open under a baseline.
fn open(text: &str, findings: &[Finding]) -> Vec<bool> {
    let (baseline, problems) = Baseline::parse(baseline::PATH, text);
    assert_eq!(messages(&problems), [""; 0]);
    let mut findings = findings.to_vec();
    let records = Records { baseline, ..Records::default() };
    decide(&mut findings, &records, &files(&[]), today());
    findings.iter().map(|finding| finding.status == Status::Open).collect()
}

#[test]
fn what_was_there_is_covered_and_what_is_new_is_not() {
    let text = record("", &two());
    assert_eq!(open(&text, &two()), [false, false]);
    let changed = |change: &dyn Fn(&mut Finding)| {
        let mut findings = two();
        change(&mut findings[0]);
        open(&text, &findings)[0]
    };
    assert!(changed(&|one| one.digest = block_digest("edited")), "the block was edited");
    assert!(changed(&|one| one.severity = Severity::Critical), "the severity rose");
    assert!(!changed(&|one| one.severity = Severity::Low), "the severity fell");
    assert!(changed(&|one| one.instances.push(instance("r", "module.three.aws_x.a"))), "a new instance");
    assert!(changed(&|one| one.instances[0].unit = "other".into()), "another unit");
    assert!(!changed(&|one| one.instances.truncate(1)), "an instance is gone");
    assert!(changed(&|one| one.fingerprint = "0123456789abcdef0123456789abcdef".into()), "another definition");
}

#[test]
fn the_text_is_sorted_one_entry_a_line_and_stable() {
    let mut findings = two();
    let text = record("", &findings);
    assert_eq!(text.lines().count(), 2);
    assert!(text.lines().is_sorted() && text.ends_with('\n'));
    findings.reverse();
    findings[1].instances.reverse();
    assert_eq!(record("", &findings), text);
    assert_eq!(Baseline::parse("b", &text).0.to_text(), text);
    // Written again by a newer pack, an entry that has not changed keeps its line.
    let (again, counts) = baseline::record(&text, &findings, "2.0.0", &Scope::default());
    assert_eq!((again, counts.added, counts.removed, counts.entries), (text.clone(), 0, 0, 2));
    // Two branches that each add a line merge to the same text in either order.
    let (one, other) = (record("", &findings[..1]), record("", &findings[1..]));
    assert_eq!(Baseline::parse("b", &format!("{one}{other}")).0.to_text(), text);
    assert_eq!(Baseline::parse("b", &format!("{other}{one}{one}")).0.to_text(), text);
}

#[test]
fn entries_of_one_finding_from_two_branches_count_both() {
    let mut one = two();
    one[0].instances.truncate(1);
    let mut other = two();
    other[0].instances.remove(0);
    let merged = format!("{}{}", record("", &one), record("", &other));
    assert_eq!(open(&merged, &two()), [false, false]);
    other[0].digest = block_digest("edited");
    let merged = format!("{}{}", record("", &two()), record("", &other));
    assert_eq!(open(&merged, &two()), [false, false]);
    assert_eq!(open(&merged, &other), [false, false]);
}

#[test]
fn it_shrinks_by_itself_and_never_grows() {
    let text = record("", &two());
    let mut now = two();
    now[0].instances.truncate(1);
    now.push(finding(&policy("new", &[]), "c.tf", 1, (1, 1), "aws_x.c"));
    now.remove(1);
    let (small, counts) = baseline::shrink(&text, &now, &Scope::default());
    assert_eq!((counts.entries, counts.added, counts.removed), (1, 0, 1));
    let (old, new) = (Baseline::parse("b", &text).0, Baseline::parse("b", &small).0);
    assert!(baseline::growth(&old, &new).is_empty());
    assert_eq!(new.iter().next().unwrap().instances.len(), 1);
    now[0].digest = block_digest("edited");
    assert_eq!(baseline::shrink(&text, &now, &Scope::default()).0, "");
    // An accepted finding needs no entry.
    let mut accepted = two();
    accepted[0].status = Status::Accepted(volary_model::Acceptance {
        id: "x".into(),
        reason: "r".into(),
        owner: None,
        until: None,
        location: None,
    });
    assert_eq!(baseline::shrink(&text, &accepted, &Scope::default()).1.entries, 1);
    assert_eq!(record("", &accepted).lines().count(), 1);
}

#[test]
fn a_run_over_a_part_leaves_the_rest_alone() {
    let text = record("", &two());
    let part = Scope { targets: vec!["a".into()], ..Scope::default() };
    assert_eq!(baseline::record(&text, &[], "1.0.0", &part).1.entries, 1);
    assert_eq!(baseline::shrink(&text, &[], &part).1.entries, 1);
    let tier = Scope { policies: Some(["q".into()].into()), ..Scope::default() };
    let (text, counts) = baseline::shrink(&text, &[], &tier);
    assert_eq!((counts.entries, text.contains("\"policy\":\"p\"")), (1, true));
}

#[test]
fn growing_it_in_a_change_is_reported() {
    let findings = two();
    let parse = |text: &str| Baseline::parse("b", text).0;
    let (small, large) = (parse(&record("", &findings[..1])), parse(&record("", &findings)));
    assert_eq!(baseline::growth_problem("b", &large, &small), None);
    let problem = baseline::growth_problem("b", &small, &large).unwrap();
    assert_eq!(&*problem.message, "this change adds a finding of `q` in b/main.tf to the baseline");
    assert_eq!(baseline::growth(&parse(""), &large).len(), 2);
    let mut edited = two();
    edited[0].digest = block_digest("edited");
    assert_eq!(baseline::growth(&large, &parse(&record("", &edited))).len(), 1, "an edited block");
    let mut more = two();
    more[0].instances.push(instance("r", "x"));
    assert_eq!(baseline::growth(&large, &parse(&record("", &more))).len(), 1, "an instance more");
    let mut worse = two();
    worse[0].severity = Severity::Critical;
    assert_eq!(baseline::growth(&large, &parse(&record("", &worse))).len(), 1, "a raised severity");
    worse[0].severity = Severity::Low;
    assert_eq!(baseline::growth(&large, &parse(&record("", &worse))).len(), 0, "a lowered severity");
}

#[test]
fn lines_that_cannot_be_read_cover_nothing_and_are_named() {
    let good = record("", &two());
    let first = good.lines().next().unwrap();
    let text = format!(
        "\u{FEFF}<<<<<<< HEAD\n{good}=======\n{}\nnonsense\n{}\n\n{}\n[]\n",
        first.replace("\"high\"", "\"huge\""),
        first.replace("\"digest\"", "\"digits\""),
        first.replace("\"fingerprint\":\"", "\"fingerprint\":\"zz"),
    );
    let (baseline, problems) = Baseline::parse("b", &text);
    assert_eq!(baseline.to_text(), good);
    let lines: Vec<_> = problems.iter().map(|problem| problem.line.unwrap()).collect();
    assert_eq!(lines, [1, 4, 5, 6, 7, 9, 10]);
    assert!(problems.iter().all(|problem| !problem.fails && !problem.help.is_empty()));
    let crlf = good.replace('\n', "\r\n");
    assert_eq!(Baseline::parse("b", &crlf).0.to_text(), good);
}
