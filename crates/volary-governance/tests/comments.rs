//! What comments in the code accept, in every style and for every tool.

mod common;

use common::{files, finding, instance, location, messages, policy, today};
use volary_governance::{Records, decide};
use volary_model::{Finding, Severity, Status};

const ID: &str = "azure-storage-min-tls";
const ALIASES: &[&str] = &["CKV_AZURE_44", "AVD-AZU-0011", "KICS:86f92117-eed8-4614-9c6c-b26da20ff37f"];

/// The lines on which a finding of the policy, in the given definition, is accepted; and the problems.
fn accepted(path: &str, text: &str, extent: (u32, u32), kind: &str) -> (Vec<u32>, Vec<String>) {
    let policy = policy(ID, ALIASES);
    let lines = text.lines().count() as u32;
    let mut findings: Vec<Finding> = (1..=lines)
        .map(|line| {
            let extent = if (extent.0..=extent.1).contains(&line) { extent } else { (line, line) };
            let mut finding = finding(&policy, path, line, extent, &format!("{kind}.a"));
            finding.kind = kind.into();
            finding
        })
        .collect();
    let problems = decide(&mut findings, &Records::default(), &files(&[(path, text)]), today());
    let accepted = findings.iter().filter(|finding| matches!(finding.status, Status::Accepted(_)));
    (accepted.map(|finding| finding.location.start.line).collect(), messages(&problems))
}

/// The lines that a comment covers by itself, without any definition around.
fn lines(path: &str, text: &str) -> Vec<u32> {
    accepted(path, text, (0, 0), "azurerm_storage_account").0
}

/// A comment as it should be.
macro_rules! ignore {
    () => {
        "volary:ignore azure-storage-min-tls until=2026-12-31 reason=\"legacy client\""
    };
}

#[test]
fn every_comment_style_works() {
    for (path, text) in [
        ("a.tf", concat!("x = 1\ny = 2 # ", ignore!(), "\nz = 3\n")),
        ("a.tf", concat!("x = 1\ny = 2 // ", ignore!(), "\nz = 3\n")),
        ("a.tf", concat!("x = 1\ny = 2 /* ", ignore!(), " */\nz = 3\n")),
        ("a.tf", concat!("# ", ignore!(), "\ny = 2\nz = 3\n")),
        ("a.tf", concat!("/*", ignore!(), "*/\ny = 2\nz = 3\n")),
        ("a.tf", concat!("#", ignore!(), "\r\ny = 2\r\nz = 3\r\n")),
        ("a.sql", concat!("x\ny -- ", ignore!(), "\nz\n")),
        ("a.xml", concat!("<!-- ", ignore!(), " -->\n<y/>\n<z/>\n")),
        ("a.md", concat!("<!-- ", ignore!(), " -->\ny\nz\n")),
        ("a.yaml", concat!("x: 1\ny: 2 # ", ignore!(), "\nz: 3\n")),
        ("Dockerfile", concat!("# ", ignore!(), "\nRUN y\nRUN z\n")),
        ("a.ini", concat!("; ", ignore!(), "\ny\nz\n")),
        ("a.js", concat!("//// ", ignore!(), "\ny\nz\n")),
    ] {
        assert_eq!(lines(path, text), [2], "{text}");
    }
    assert_eq!(lines("a.js", concat!("/*\n * ", ignore!(), "\n */\ny\nz\n")), [4]);
    assert_eq!(lines("a.xml", concat!("<!--\n ", ignore!(), "\n-->\n<y/>\n")), [4]);
    // Several comments may stand above the line that they are about.
    assert_eq!(lines("a.tf", concat!("# ", ignore!(), "\n# and why\ny = 2\nz = 3\n")), [3]);
}

#[test]
fn what_is_no_comment_says_nothing() {
    for (path, text) in [
        ("a.md", concat!("Write `# ", ignore!(), "` above the line.\n")),
        ("a.md", concat!("    # ", ignore!(), "\n    y\n")),
        ("a.tf", concat!("x = \"", ignore!(), "\"\n")),
        ("a.rs", "//! Our own: `volary:ignore POLICY-ID`\n"),
    ] {
        assert_eq!(accepted(path, text, (0, 0), "x"), (vec![], vec![]), "{text}");
    }
}

#[test]
fn a_comment_reaches_as_far_as_the_block_that_its_line_opens() {
    let inside = concat!("a {\n  # ", ignore!(), "\n  b {\n    c = 1\n  }\n  d = 1\n}\n");
    assert_eq!(lines("a.tf", inside), [3, 4, 5]);
    let behind = concat!("a { # ", ignore!(), "\n  b = 1\n}\nc = 1\n");
    assert_eq!(lines("a.tf", behind), [1, 2, 3]);
    let above = concat!("\n# ", ignore!(), "\nresource \"x\" \"y\" {\n  b = 1\n}\nc = 1\n");
    assert_eq!(lines("a.tf", above), [3, 4, 5]);
    let yaml = concat!("spec:\n  # ", ignore!(), "\n  containers:\n  - name: a\n    image: b\n  other: 1\n");
    assert_eq!(lines("a.yaml", yaml), [3, 4, 5]);
    let item = concat!("containers:\n# ", ignore!(), "\n- name: a\n  image: b\n- name: c\n");
    assert_eq!(lines("a.yaml", item), [3, 4]);
    let run = concat!("FROM a\n# ", ignore!(), "\nRUN a \\\n && b\nUSER c\n");
    assert_eq!(lines("Dockerfile", run), [3, 4]);
    let gap = concat!("# ", ignore!(), "\n\ny = 2\n");
    assert_eq!(lines("a.tf", gap), [1], "a blank line separates it from what follows");
}

#[test]
fn a_comment_at_the_head_of_a_definition_covers_all_of_it() {
    let text = concat!("---\n# ", ignore!(), "\napiVersion: v1\nkind: Pod\nspec:\n  a: 1\n---\nkind: Job\n");
    assert_eq!(accepted("a.yaml", text, (3, 6), "Pod").0, [3, 4, 5, 6]);
    // The whole file is no definition of a credential.
    let text = concat!("a = 1 # ", ignore!(), "\nb = 2\nc = 3\n");
    assert_eq!(accepted("a.txt", text, (1, 3), "secret").0, [1]);
}

#[test]
fn module_calls_and_places_that_a_value_came_through_can_carry_the_comment() {
    let policy = policy(ID, ALIASES);
    let root = concat!(
        "# ",
        ignore!(),
        "\nmodule \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n  tls = \"1.0\" # ",
        ignore!(),
        "\n}\n"
    );
    let texts = files(&[("main.tf", root), ("m/main.tf", "resource \"s\" \"x\" {\n  tls = var.tls\n}\n")]);
    let call = |name: &str, line| {
        let mut instance = instance("", &format!("module.{name}.s.x"));
        instance.calls.push((format!("module \"{name}\"").into(), location("main.tf", line, line)));
        instance
    };
    let mut finding = finding(&policy, "m/main.tf", 2, (1, 3), "s.x");
    finding.instances = vec![call("a", 2), call("b", 5)];
    let mut findings = vec![finding.clone()];
    decide(&mut findings, &Records::default(), &texts, today());
    assert_eq!(findings[0].status, Status::Open, "the second call is not covered");
    finding.instances[1].chain.push(location("main.tf", 7, 7));
    let mut findings = vec![finding.clone()];
    assert_eq!(decide(&mut findings, &Records::default(), &texts, today()), []);
    assert!(matches!(findings[0].status, Status::Accepted(_)));
}

#[test]
fn reason_end_and_place_are_kept() {
    let policy = policy(ID, ALIASES);
    let mut findings = vec![finding(&policy, "a.tf", 2, (1, 3), "s.x")];
    findings[0].severity = Severity::Critical;
    let text = "a {\n  b = 1 # volary:ignore other, azure-storage-min-tls reason='say \"so\"' until=2026-11-24\n}\n";
    decide(&mut findings, &Records::default(), &files(&[("a.tf", text)]), today());
    let Status::Accepted(acceptance) = &findings[0].status else { panic!() };
    assert_eq!((&*acceptance.id, &*acceptance.reason), ("comment", "say \"so\""));
    assert_eq!(acceptance.until.as_deref(), Some("2026-11-24"));
    assert_eq!(acceptance.location.as_ref().map(|at| (&*at.path, at.start.line)), Some(("a.tf", 2)));
}

#[test]
fn what_is_malformed_expired_or_useless_is_reported() {
    let problem = |comment: &str| {
        let (accepted, problems) = accepted("a.tf", &format!("y = 2 # {comment}\n"), (0, 0), "x");
        assert_eq!(accepted, [0; 0], "{comment}");
        assert_eq!(problems.len(), 1, "{comment}: {problems:?}");
        problems[0].clone()
    };
    for (comment, expected) in [
        ("volary:ignore", "`volary:ignore` names no policy"),
        ("volary:ignore until=2027-01-01 reason=\"r\"", "`volary:ignore` names no policy"),
        ("volary:ignore azure-storage-min-tls", "`volary:ignore` does not say until when"),
        ("volary:ignore azure-storage-min-tls until=2027-01-01", "`volary:ignore` gives no reason"),
        ("volary:ignore azure-storage-min-tls until=2027-01-01 reason=\"\"", "`volary:ignore` gives no reason"),
        ("volary:ignore azure-storage-min-tls until=never reason=\"r\"", "`until=never` is not a date"),
        ("volary:ignore azure-storage-min-tls until=2027-02-30 reason=\"r\"", "`until=2027-02-30` is not a date"),
        ("volary:ignore azure-storage-min-tls until=2027-1-1 reason=\"r\"", "`until=2027-1-1` is not a date"),
        ("volary:ignore azure-storage-min-tls until= reason=\"r\"", "`until=` is not a date"),
        ("volary:ignore azure-storage-min-tls expires=2027-01-01 reason=\"r\"", "`expires=2027-01-01` is no policy"),
        ("volary:ignore * until=2027-01-01 reason=\"r\"", "`*` is no policy"),
        ("volary:ignore azure-storage-min-tls until=2027-01-01 until=2028-01-01 reason=\"r\"", "`until` stands twice"),
        ("volary:ignore-file x", "`volary:ignore-file` is not known"),
        ("volary:ignore=x", "`volary:ignore=x` is not known"),
        ("volary:ignore azure-storage-min-tls until=2026-11-23 reason=\"r\"", "`volary:ignore` expired on 2026-11-23"),
        ("volary:ignore aws-other until=2027-01-01 reason=\"r\"", "`volary:ignore` covers nothing"),
        ("tfsec:ignore:AVD-AZU-0011:exp:soon", "`exp:soon` in `tfsec:ignore` is not a date"),
        ("trivy:ignore:AVD-AZU-0011:exp:2020-01-01", "`trivy:ignore` expired on 2020-01-01"),
    ] {
        assert_eq!(problem(comment), format!("a.tf:1 {expected}"));
    }
}

#[test]
fn what_the_run_did_not_look_at_is_not_called_useless() {
    let text = "y = 2 # volary:ignore aws-other until=2027-01-01 reason=\"r\"\n";
    let of = |policies: &[&str], known: Option<&[&str]>, targets: &[&str]| {
        let names = |ids: &[&str]| ids.iter().map(|id| (*id).into()).collect();
        let mut records = Records::default();
        records.scope.policies = Some(names(policies));
        records.scope.known = known.map(names);
        records.scope.targets = targets.iter().map(|target| (*target).into()).collect();
        messages(&decide(&mut [], &records, &files(&[("a.tf", text)]), today()))
    };
    assert_eq!(of(&["x"], None, &[]), [""; 0]);
    assert_eq!(of(&["aws-other"], None, &["b"]), [""; 0]);
    assert_eq!(of(&["aws-other"], None, &[]), ["a.tf:1 `volary:ignore` covers nothing"]);
    assert_eq!(of(&["x"], Some(&["x"]), &[]), ["a.tf:1 `volary:ignore`: no policy is called `aws-other`"]);
}

#[test]
fn comments_of_other_tools_work_by_alias() {
    let account = "resource \"s\" \"x\" {\n  # COMMENT\n  tls = \"1.0\"\n}\nother = 1\n";
    for (comment, expected) in [
        // Checkov: anywhere inside the block, for all of it.
        ("checkov:skip=CKV_AZURE_44:legacy client", &[1, 2, 3, 4][..]),
        ("checkov:skip=CKV_AZURE_44", &[1, 2, 3, 4]),
        ("bridgecrew:skip=CKV_AZURE_44:x", &[1, 2, 3, 4]),
        ("checkov:skip=CKV_AZURE_1,CKV_AZURE_44:x", &[1, 2, 3, 4]),
        ("checkov:skip=CKV_AZURE_1:x", &[]),
        ("checkov:skip=", &[]),
        // tfsec and Trivy: the line or block below.
        ("tfsec:ignore:AVD-AZU-0011", &[3]),
        ("trivy:ignore:avd-azu-0011", &[3]),
        ("trivy:ignore:AZU-0011", &[3]),
        ("trivy:ignore:AVD-AZU-0011:exp:2026-12-31", &[3]),
        ("trivy:ignore:AVD-AZU-0011:ws:production", &[]),
        ("trivy:ignore:AVD-AZU-0011[name=x]", &[]),
        ("trivy:ignore:*", &[3]),
        ("trivy:ignore:AVD-AZU-0001 trivy:ignore:AVD-AZU-0011", &[3]),
        ("tfsec:ignore:some-old-name", &[]),
        // KICS.
        ("kics-scan ignore-line", &[3]),
        ("kics-scan ignore-block", &[3]),
        ("kics-scan disable=86f92117-eed8-4614-9c6c-b26da20ff37f", &[]),
        ("tflint-ignore: azurerm_x", &[]),
        ("nosec", &[]),
    ] {
        let (accepted, problems) = accepted("a.tf", &account.replace("COMMENT", comment), (0, 0), "s");
        assert_eq!((accepted.as_slice(), problems.len()), (expected, 0), "{comment}");
    }
    let whole_file = "# kics-scan disable=86f92117-eed8-4614-9c6c-b26da20ff37f,x\na = 1\nb = 2\n";
    assert_eq!(lines("a.tf", whole_file), [1, 2, 3]);
    assert_eq!(lines("a.tf", "# first\n# kics-scan ignore\na = 1\n"), [1, 2, 3]);
    assert_eq!(lines("a.tf", "# kics-scan ignore-block\na {\n  b = 1\n}\nc = 1\n"), [2, 3, 4]);
    assert_eq!(lines("Dockerfile", "FROM a\n# checkov:skip=CKV_AZURE_44:x\nRUN b\n"), [1, 2, 3]);
    assert_eq!(lines("a.tf", "a = 1 #tfsec:ignore:AVD-AZU-0011\nb = 1\n"), [1]);
    // Outside of any block Checkov does not look.
    assert_eq!(lines("a.tf", "# checkov:skip=CKV_AZURE_44:x\nresource \"s\" \"x\" {\n}\n"), [0; 0]);
}

#[test]
fn annotations_of_kubernetes_objects_skip_checkov_checks() {
    let text = "kind: Pod\nmetadata:\n  annotations:\n    checkov.io/skip1: CKV_AZURE_44=needed\n    'checkov.io/skip2': \"CKV_K8S_1=x\"\n---\nkind: Pod\n";
    let (lines, problems) = accepted("a.yaml", text, (0, 0), "Pod");
    assert_eq!((lines, problems.len()), (vec![1, 2, 3, 4, 5, 6], 0));
    let list = "kind: List\nitems:\n- kind: Pod\n  metadata:\n    annotations:\n      checkov.io/skip1: CKV_AZURE_44=x\n- kind: Pod\n";
    assert_eq!(accepted("a.yaml", list, (0, 0), "Pod").0, [3, 4, 5, 6]);
    let json = "{\n  \"metadata\": {\"annotations\": {\n    \"checkov.io/skip1\": \"CKV_AZURE_44=x\"\n  }}\n}\n";
    assert_eq!(accepted("a.json", json, (0, 0), "Pod").0, [1, 2, 3, 4, 5]);
}

#[test]
fn comments_of_secret_scanners_cover_credentials_on_their_line() {
    for (path, text, expected) in [
        ("a.py", "x = 1\np = 's' # nosec\n", &[2][..]),
        ("a.py", "p = 's' # nosec B105\n", &[1]),
        ("a.py", "p = 's' # nosec: B105, B106 - fine\n", &[1]),
        ("a.py", "p = 's' # nosec B301\n", &[]),
        ("a.go", "p := \"s\" // #nosec G101 -- a test value\n", &[1]),
        ("a.env", "P=s # gitleaks:allow\n", &[1]),
        ("a.env", "P=s # pragma: allowlist secret\n", &[1]),
        ("a.env", "# pragma: allowlist nextline secret\nP=s\nQ=s\n", &[2]),
        ("a.env", "P=s # trufflehog:ignore\n", &[1]),
        ("a.env", "P=s # ggignore\n", &[1]),
        ("a.env", "P=s # nosecrets here\n", &[]),
        ("a.env", "P=nosec\n", &[]),
    ] {
        assert_eq!(accepted(path, text, (0, 0), "secret").0, expected, "{text}");
        assert_eq!(accepted(path, text, (0, 0), "aws_x").0, [0; 0], "{text}");
    }
}

#[test]
fn a_flood_of_comments_is_cut_off_and_said_so() {
    let text = "a = 1 # volary:ignore azure-storage-min-tls until=2027-01-01 reason=\"r\"\n".repeat(5000);
    let policy = policy(ID, ALIASES);
    let mut findings: Vec<Finding> =
        (1..=5000).map(|line| finding(&policy, "a.tf", line, (line, line), "x.y")).collect();
    let problems = decide(&mut findings, &Records::default(), &files(&[("a.tf", &text)]), today());
    assert_eq!(findings.iter().filter(|finding| finding.status == Status::Open).count(), 3000);
    assert_eq!(problems.len(), 1);
}
