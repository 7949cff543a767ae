//! Whether a finding reaches the exit code.

use volary_pipeline::Platform;

use super::support::read;
use crate::script::{FlowKind, Status, Taint};

const SCAN: &str = "trivy image --exit-code 1 app:1";
const REPORT: &str = "trivy image --format json -o report.json app:1";

/// Shell, script (with `SCAN` and `REPORT`), how it ends when something is found, the first fact.
const CASES: &[(&str, &str, Status, Option<FlowKind>)] = &[
    ("bash -e", "SCAN\necho ok", Status::NonZero, None),
    ("bash", "SCAN", Status::NonZero, None),
    ("bash", "SCAN\necho ok", Status::Zero, Some(FlowKind::NoErrexit)),
    ("bash", "set -e\nSCAN\necho ok", Status::NonZero, None),
    ("bash", "set -euo pipefail\nSCAN | tee out.txt", Status::NonZero, None),
    ("bash -e", "set +e\nSCAN\necho ok", Status::Zero, Some(FlowKind::NoErrexit)),
    ("bash -e", "SCAN || true", Status::Zero, Some(FlowKind::Swallowed)),
    ("bash -e", "SCAN || exit 1", Status::NonZero, Some(FlowKind::Gate)),
    ("bash -e", "SCAN || echo findings", Status::Zero, Some(FlowKind::Swallowed)),
    ("bash -e", "SCAN && docker push app:1", Status::NonZero, None),
    ("bash -e", "SCAN && docker push app:1\necho done", Status::Zero, Some(FlowKind::NoErrexit)),
    ("bash -e", "! SCAN\necho ok", Status::Zero, Some(FlowKind::Swallowed)),
    ("bash -e", "if SCAN; then echo ok; fi", Status::Zero, Some(FlowKind::Swallowed)),
    ("bash -e", "if SCAN; then echo ok; else echo no; exit 1; fi", Status::NonZero, Some(FlowKind::Gate)),
    ("bash -e", "if ! SCAN; then\n  exit 1\nfi", Status::NonZero, Some(FlowKind::Gate)),
    ("bash -e", "SCAN | tee out.txt", Status::Zero, Some(FlowKind::NoPipefail)),
    ("bash -eo pipefail", "SCAN | tee out.txt", Status::NonZero, None),
    ("bash", "SCAN | tee out.txt\nexit ${PIPESTATUS[0]}", Status::NonZero, Some(FlowKind::Gate)),
    ("bash -e", "SCAN &", Status::Zero, Some(FlowKind::Background)),
    ("bash -e", "SCAN &\npid=$!\nwait $pid", Status::NonZero, None),
    ("bash -e", "SCAN\nexit 0", Status::NonZero, None),
    ("bash", "SCAN\nexit 0", Status::Zero, Some(FlowKind::ForcedResult)),
    ("bash", "SCAN\nrc=$?\necho done\nexit $rc", Status::NonZero, Some(FlowKind::Gate)),
    ("bash", "SCAN\nif [ $? -ne 0 ]; then exit 1; fi\necho ok", Status::NonZero, Some(FlowKind::Gate)),
    ("bash -e", "X=$(SCAN)", Status::NonZero, None),
    ("bash -e", "export X=$(SCAN)", Status::Zero, Some(FlowKind::Substitution)),
    ("bash -e", "echo \"$(SCAN)\"", Status::Zero, Some(FlowKind::Substitution)),
    ("bash -e", "SCAN || FAILED=1\nif [ \"$FAILED\" = 1 ]; then exit 1; fi", Status::NonZero, Some(FlowKind::Gate)),
    (
        "bash -e",
        "FAILED=0\nSCAN || FAILED=1\n[ \"$FAILED\" = 1 ] && exit 1\nexit 0",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("bash -e", "FAILED=0\nSCAN || FAILED=1\nexit $FAILED", Status::NonZero, Some(FlowKind::Gate)),
    (
        "bash -e",
        "REPORT\nN=$(jq '[.Results[]] | length' report.json)\nif [ \"$N\" -gt 0 ]; then exit 1; fi",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "bash -e",
        "REPORT\nif grep -q CRITICAL report.json; then echo bad; exit 1; fi",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("bash -e", "REPORT\njq -e '.Results | length == 0' report.json", Status::NonZero, Some(FlowKind::Gate)),
    ("bash -e", "REPORT\ncat report.json | jq .Results", Status::Zero, None),
    (
        "bash -e",
        "REPORT\npython3 - <<'X'\nimport json,sys\nd=json.load(open('report.json'))\nsys.exit(1 if d else 0)\nX",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("bash -e", "REPORT\npython3 scripts/gate.py report.json", Status::Unknown, Some(FlowKind::Program)),
    ("bash -e", "scan() {\n  SCAN\n}\nscan\necho ok", Status::NonZero, None),
    ("bash -e", "scan() {\n  SCAN\n  echo done\n}\nscan || true", Status::Zero, Some(FlowKind::NoErrexit)),
    ("bash -e", "scan() {\n  SCAN || return 1\n}\nscan", Status::NonZero, Some(FlowKind::Gate)),
    ("bash", "(SCAN)", Status::NonZero, None),
    ("bash -e", "bash -c 'SCAN; echo ok'", Status::Zero, Some(FlowKind::NoErrexit)),
    ("bash -e", "bash -ec 'SCAN; echo ok'", Status::NonZero, None),
    ("bash -e", "for i in app:1 app:2; do trivy image --exit-code 1 $i; done", Status::NonZero, None),
    (
        "bash -e",
        "for i in app:1 app:2; do trivy image --exit-code 1 $i || FAILED=1; done\nexit ${FAILED:-0}",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "bash -e",
        "case \"$(SCAN >/dev/null; echo $?)\" in 0) echo ok;; *) exit 1;; esac",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("bash -e", "trap 'exit 0' EXIT\nSCAN", Status::Zero, Some(FlowKind::ForcedResult)),
    ("bash", "exec SCAN", Status::NonZero, None),
    ("bash -e", "REPORT\necho done", Status::Zero, None),
];

#[test]
fn findings_reach_the_exit_code_or_do_not() {
    let mut wrong = Vec::new();
    for (shell, script, expected, fact) in CASES {
        let script = script.replace("SCAN", SCAN).replace("REPORT", REPORT);
        let case = read(shell, &script, &[], Platform::GitHub);
        let normal = case.run(&[], &mut Taint::default());
        let found = case.run(&case.scans(), &mut Taint::default());
        let first = found.why.first().map(|fact| fact.kind);
        if normal.status != Status::Zero || found.status != *expected || first != *fact {
            wrong.push(format!(
                "{shell}: {script}\n  clean {:?}, found {:?}, expected {expected:?}; facts {:?}, expected {fact:?}",
                normal.status,
                found.status,
                found.why.iter().map(|fact| (fact.kind, &*fact.text)).collect::<Vec<_>>(),
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
