//! Conditions, gates by what runs, and what steps hand on.

use std::sync::Arc;

use volary_pipeline::Platform;

use super::support::read;
use crate::script::{Scenario, Status, Taint};
use crate::tri::Tri;

#[test]
fn conditions_are_listed_and_can_be_chosen() {
    let script = "if [ \"$RUN_SCAN\" = true ]; then\n  trivy image --exit-code 1 app:1\nfi\ndocker push app:1";
    let case = read("bash -e", script, &[], Platform::GitHub);
    let conditions = &case.analysed.conditions;
    assert_eq!(conditions.len(), 1);
    assert_eq!(&*conditions[0].written, "[ \"$RUN_SCAN\" = true ]");
    assert_eq!(conditions[0].names, [Arc::from("RUN_SCAN")]);
    let scans = case.scans();
    for (choice, scan, push, status) in [
        (Some(true), Tri::Yes, Tri::No, Status::NonZero),
        (Some(false), Tri::No, Tri::Yes, Status::Zero),
        (None, Tri::Unknown, Tri::Unknown, Status::Unknown),
    ] {
        let scenario = Scenario { finding: &scans, choices: &|_| choice, value: &|_| None };
        let execution = case.analysed.execute(&scenario, &mut Taint::default());
        assert_eq!(case.ran(&execution, "trivy"), scan, "{choice:?}");
        assert_eq!(case.ran(&execution, "docker push"), push, "{choice:?}");
        assert_eq!(execution.status, status, "{choice:?}");
    }
}

#[test]
fn values_of_the_run_decide() {
    let script = "if [[ \"$BRANCH\" == release/* ]]; then docker push app:1; fi\ncase \"$MODE\" in\n  fast) ;;\n  full|all) trivy image --exit-code 1 app:1 ;;\n  *) exit 2 ;;\nesac";
    for (branch, mode, push, scan, status) in [
        ("release/1", "full", Tri::Yes, Tri::Yes, Status::Zero),
        ("main", "fast", Tri::No, Tri::No, Status::Zero),
        ("main", "other", Tri::No, Tri::No, Status::NonZero),
    ] {
        let mut case = read("bash -e", script, &[], Platform::GitHub);
        case.values.insert("BRANCH".to_owned(), branch.to_owned());
        case.values.insert("MODE".to_owned(), mode.to_owned());
        let execution = case.run(&[], &mut Taint::default());
        assert_eq!(case.ran(&execution, "docker push"), push, "{branch} {mode}");
        assert_eq!(case.ran(&execution, "trivy"), scan, "{branch} {mode}");
        assert_eq!(execution.status, status, "{branch} {mode}");
    }
}

#[test]
fn a_check_of_preconditions_is_no_condition_of_the_run() {
    let script =
        "if [ -z \"$TOKEN\" ]; then echo missing; exit 1; fi\ntrivy image --exit-code 1 app:1\ndocker push app:1";
    let case = read("bash -e", script, &[], Platform::GitHub);
    let normal = case.run(&[], &mut Taint::default());
    assert_eq!((normal.status, case.ran(&normal, "docker push")), (Status::Zero, Tri::Yes));
    let found = case.run(&case.scans(), &mut Taint::default());
    assert_eq!((found.status, case.ran(&found, "docker push")), (Status::NonZero, Tri::No));
}

#[test]
fn an_early_end_without_failure_is_a_condition() {
    let script = "if [ -z \"$SNYK_TOKEN\" ]; then echo skipped; exit 0; fi\nsnyk test";
    let case = read("bash -e", script, &[], Platform::GitHub);
    assert_eq!(case.analysed.conditions.len(), 1);
    let normal = case.run(&[], &mut Taint::default());
    assert_eq!((normal.status, case.ran(&normal, "snyk")), (Status::Zero, Tri::Unknown));
}

#[test]
fn a_question_before_what_ships_is_a_condition() {
    for script in
        ["docker manifest inspect app:1 || docker push app:1", "if ! check-tag app:1; then\n  docker push app:1\nfi"]
    {
        let case = read("bash -e", script, &[], Platform::GitHub);
        assert_eq!(case.analysed.conditions.len(), 1, "{script}");
        let normal = case.run(&[], &mut Taint::default());
        assert_eq!((normal.status, case.ran(&normal, "docker push")), (Status::Zero, Tri::Unknown), "{script}");
    }
}

#[test]
fn what_was_found_decides_what_ships() {
    let script = "trivy image --format json -o r.json app:1\nN=$(jq '[.Results[].Vulnerabilities[]?] | length' r.json)\nif [ \"$N\" -eq 0 ]; then\n  docker push app:1\nfi";
    let case = read("bash -e", script, &[], Platform::GitHub);
    let normal = case.run(&[], &mut Taint::default());
    assert_eq!(case.ran(&normal, "docker push"), Tri::Yes);
    let found = case.run(&case.scans(), &mut Taint::default());
    assert_eq!(case.ran(&found, "docker push"), Tri::No);
}

#[test]
fn what_depends_on_findings_is_handed_on() {
    let script = "trivy image --format json -o r.json app:1\necho \"count=$(jq length r.json)\" >> $GITHUB_OUTPUT\nif trivy image --exit-code 1 app:1; then OK=1; else OK=0; fi\necho \"OK=$OK\" >> \"$GITHUB_ENV\"";
    let case = read("bash -e", script, &[], Platform::GitHub);
    let mut taint = Taint::default();
    let found = case.run(&case.scans(), &mut taint);
    assert_eq!(taint.files.iter().map(|file| &**file).collect::<Vec<_>>(), ["r.json"]);
    assert_eq!(taint.variables.iter().map(|name| &**name).collect::<Vec<_>>(), ["OK", "steps.s.outputs.count"]);
    assert!(found.variables.contains(&("OK".into(), Some("0".into()))));
    // The next step reads the report.
    let next = read("bash -e", "if [ \"$(jq length r.json)\" -gt 0 ]; then exit 1; fi", &[], Platform::GitHub);
    assert_eq!(next.run(&[], &mut taint).status, Status::NonZero);
    assert_eq!(next.run(&[], &mut Taint::default()).status, Status::Zero);
    let azure = read(
        "bash",
        "trivy image --exit-code 1 app:1 || echo \"##vso[task.setvariable variable=bad;isOutput=true]yes\"",
        &[],
        Platform::Azure,
    );
    let mut taint = Taint::default();
    azure.run(&azure.scans(), &mut taint);
    assert_eq!(taint.variables.iter().map(|name| &**name).collect::<Vec<_>>(), ["bad", "s.bad"]);
}
