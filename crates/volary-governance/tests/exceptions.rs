//! Recorded risk acceptances: reading, matching, requesting.

mod common;

use common::{files, finding, instance, location, messages, policy, today};
use jiff::civil::date;
use volary_governance::{Exceptions, Records, decide, exceptions};
use volary_model::{Finding, Status};

const PATH: &str = ".volary/exceptions/e.yaml";

/// A record with this subject.
fn record(subject: &str) -> String {
    format!("policy: p\nsubject: {subject}\nreason: r\nowner: o\nexpires: 2026-12-31\n")
}

fn parse(text: &str) -> (Exceptions, Vec<String>) {
    let (exceptions, problems) = Exceptions::parse([(PATH, text)]);
    (exceptions, messages(&problems))
}

/// Whether a record with this subject accepts a finding, and what is wrong.
fn decided(text: &str, finding: &Finding) -> (bool, Vec<String>) {
    let (exceptions, problems) = parse(text);
    assert_eq!(problems, [""; 0], "{text}");
    let mut findings = [finding.clone()];
    let records = Records { exceptions, ..Records::default() };
    let problems = decide(&mut findings, &records, &files(&[]), today());
    (matches!(findings[0].status, Status::Accepted(_)), messages(&problems))
}

#[test]
fn every_part_of_a_subject_must_fit() {
    let policy = policy("p", &["CKV_1"]);
    let mut net = finding(&policy, "modules/net/main.tf", 3, (1, 5), "aws_subnet.a");
    net.instances = vec![instance("envs/prod", "module.net.module.sub[0].aws_subnet.a[\"x.y\"]")];
    net.instances[0].calls = vec![("module \"net\"".into(), location("envs/prod/main.tf", 1, 1))];
    let print = net.fingerprint.clone();
    for (subject, expected) in [
        ("{path: modules/net/main.tf}", true),
        ("{path: modules}", true),
        ("{path: modules/**}", true),
        ("{path: '**/main.tf'}", true),
        ("{path: 'modules/*/main.tf'}", true),
        ("{path: modules/net/main}", false),
        ("{path: envs/prod}", false),
        ("{resource: aws_subnet.a}", false),
        ("{resource: aws_subnet.a, path: modules/net}", true),
        ("{resource: aws_subnet.b, path: modules/net}", false),
        ("{resource: module.net.module.sub.aws_subnet.a}", true),
        ("{resource: 'module.net.module.sub[0].aws_subnet.a'}", true),
        ("{resource: 'module.net.module.sub[1].aws_subnet.a'}", false),
        ("{resource: 'module.net.module.sub.aws_subnet.a[\"x.y\"]'}", true),
        ("{module: module.net}", true),
        ("{module: net}", true),
        ("{module: module.net.module.sub}", true),
        ("{module: 'module.net.module.sub[0]'}", true),
        ("{module: 'module.net.module.sub[1]'}", false),
        ("{module: module.ne}", false),
        ("{module: module.sub}", false),
        ("{module: net, path: envs/prod}", true),
        ("{module: net, path: envs/test}", false),
        ("{module: net, resource: aws_subnet.b, path: modules}", false),
        (&format!("{{fingerprint: \"{print}\"}}"), true),
        (&format!("{{fingerprint: \"{}\"}}", print.to_uppercase()), true),
        (&format!("{{fingerprint: \"{print}\", path: other}}"), false),
        ("{fingerprint: \"00000000000000000000000000000000\"}", false),
    ] {
        let (accepted, problems) = decided(&record(subject), &net);
        assert_eq!(accepted, expected, "{subject}");
        let useless = [format!("{PATH}:1 the exception covers nothing")];
        assert_eq!(problems, if expected { &[][..] } else { &useless[..] }, "{subject}");
    }
    assert!(decided(&record("{path: modules}").replace("policy: p", "policy: CKV_1"), &net).0, "by alias");
    assert!(!decided(&record("{path: modules}").replace("policy: p", "policy: q"), &net).0);
}

#[test]
fn all_instances_must_be_covered() {
    let policy = policy("p", &[]);
    let mut two = finding(&policy, "m/main.tf", 3, (1, 5), "aws_subnet.a");
    two.instances = vec![instance("", "module.a.aws_subnet.a"), instance("", "module.b.aws_subnet.a")];
    assert_eq!(decided(&record("{module: a}"), &two), (false, vec![]));
    let (exceptions, problems) = Exceptions::parse([
        ("x/a.yaml", record("{module: a}").as_str()),
        ("x/b.yml", record("{module: b}").replace("2026-12-31", "2026-12-01").as_str()),
        ("x/README.md", "not a record"),
    ]);
    assert_eq!((exceptions.len(), problems.len()), (2, 0));
    let mut findings = [two];
    let records = Records { exceptions, ..Records::default() };
    assert_eq!(decide(&mut findings, &records, &files(&[]), today()), []);
    let Status::Accepted(acceptance) = &findings[0].status else { panic!() };
    assert_eq!((&*acceptance.id, acceptance.until.as_deref()), ("b", Some("2026-12-01")), "it comes back then");
    assert_eq!(acceptance.location.as_ref().map(|at| &*at.path), Some("x/b.yml"));
}

#[test]
fn the_last_day_still_counts_and_the_next_does_not() {
    let policy = policy("p", &[]);
    let one = finding(&policy, "a.tf", 1, (1, 2), "aws_x.a");
    let on = |day| {
        let (exceptions, _) = parse(&record("{path: a.tf}"));
        let mut findings = [one.clone()];
        let records = Records { exceptions, ..Records::default() };
        let problems = decide(&mut findings, &records, &files(&[]), day);
        (findings[0].status == Status::Open, messages(&problems))
    };
    assert_eq!(on(date(2026, 12, 31)), (false, vec![]));
    assert_eq!(on(date(2027, 1, 1)), (true, vec![format!("{PATH}:5 the exception expired on 2026-12-31")]));
}

#[test]
fn what_is_malformed_covers_nothing_and_is_named_with_its_line() {
    let good = record("{path: a.tf}");
    for (text, expected) in [
        (good.replace("expires: 2026-12-31\n", ""), "0 `expires` is missing"),
        (good.replace("2026-12-31", "2026-13-01"), "5 `expires: 2026-13-01` is not a date"),
        (good.replace("2026-12-31", "never"), "5 `expires: never` is not a date"),
        (good.replace("2026-12-31", ""), "5 `expires` is empty"),
        (good.replace("2026-12-31", "2026-12-31T00:00:00Z"), "5 `expires: 2026-12-31T00:00:00Z` is not a date"),
        (good.replace("2026-12-31", "20261231"), "5 `expires` is not a text"),
        (good.replace("2026-12-31", "[2026-12-31]"), "5 `expires` is not a text"),
        (good.replace("reason: r", "reason: ''"), "3 `reason` is empty"),
        (good.replace("owner: o\n", ""), "0 `owner` is missing"),
        (good.replace("policy: p", "policy: '*'"), "1 an exception names one policy, not a pattern"),
        (good.replace("policy: p", "policy: [p, q]"), "1 `policy` is not a text"),
        (good.clone() + "expiry: 2030-01-01\n", "6 `expiry` is not known"),
        (good.clone() + "expires: 2030-01-01\n", "6 `expires` stands twice"),
        (good.clone() + "created: 2027-01-01\n", "5 it expires before it was created"),
        (record("{}"), "2 `subject` does not say what is covered"),
        (record("a.tf"), "2 `subject` does not say what is covered"),
        (record("{path: '**'}"), "2 `path: **` covers the whole tree"),
        (record("{path: ../x}"), "2 `path: ../x` is not relative to the root"),
        (record("{paths: a.tf, path: a.tf}"), "2 `paths` is not known"),
        (record("{resource: 'aws_x.*'}"), "2 `resource` is an address, not a pattern"),
        (record("{fingerprint: abc}"), "2 a fingerprint has 32 hexadecimal digits"),
        ("[]".into(), "1 keys with values are expected here"),
    ] {
        let (exceptions, problems) = parse(&text);
        assert!(exceptions.is_empty(), "{text}");
        assert!(problems.contains(&format!("{PATH}:{expected}")), "{text}: {problems:?}");
    }
    let (exceptions, problems) = parse("policy: [p\n");
    assert!(exceptions.is_empty() && !problems.is_empty());
    let (exceptions, problems) = parse("");
    assert!(exceptions.is_empty() && problems.len() == 5);
}

#[test]
fn records_outside_of_what_was_judged_are_not_called_useless() {
    let (exceptions, _) = parse(&record("{path: 'b/c/*.tf'}"));
    let problems = |targets: &[&str], policies: &[&str], known: &[&str]| {
        let mut records = Records { exceptions: exceptions.clone(), ..Records::default() };
        records.scope.targets = targets.iter().map(|target| (*target).into()).collect();
        records.scope.policies = Some(policies.iter().map(|id| (*id).into()).collect());
        records.scope.known = Some(known.iter().map(|id| (*id).into()).collect());
        messages(&decide(&mut [], &records, &files(&[]), today()))
    };
    let useless = [format!("{PATH}:1 the exception covers nothing")];
    assert_eq!(problems(&[], &["p"], &["p"]), useless);
    assert_eq!(problems(&["b"], &["p"], &["p"]), useless);
    assert_eq!(problems(&["b/c/x.tf"], &["p"], &["p"]), useless);
    assert_eq!(problems(&["a"], &["p"], &["p"]), [""; 0]);
    assert_eq!(problems(&[], &["q"], &["p", "q"]), [""; 0]);
    assert_eq!(problems(&[], &["q"], &["q"]), [format!("{PATH}:1 no policy is called `p`")]);
}

#[test]
fn a_requested_exception_covers_its_finding_and_nothing_else() {
    let policy = policy("p", &[]);
    let mut odd = finding(&policy, "m/we[i]rd *.tf", 3, (1, 5), "aws_x.a");
    odd.instances = vec![instance("", "module.m[\"k: v\"].aws_x.a")];
    let mut many = finding(&policy, "m/main.tf", 3, (1, 5), "aws_x.a");
    many.instances = vec![instance("", "module.a.aws_x.a"), instance("", "module.b.aws_x.a")];
    let mut secret = finding(&policy, "m/.env", 3, (1, 5), "line \"x\" 'y'");
    secret.kind = "secret".into();
    secret.instances.clear();
    for one in [odd, many, secret] {
        let reason = "It's \"fine\": until the #migration\nends";
        let (path, text) = exceptions::request(&one, reason, "@org/team", date(2026, 12, 24), today());
        assert!(path.starts_with(".volary/exceptions/p-") && path.ends_with(".yaml"), "{path}");
        let (parsed, problems) = Exceptions::parse([(path.as_str(), text.as_str())]);
        assert_eq!(messages(&problems), [""; 0], "{text}");
        let record = parsed.iter().next().unwrap();
        assert_eq!((&*record.reason, &*record.owner, record.expires), (reason, "@org/team", date(2026, 12, 24)));
        assert_eq!(record.created, Some(today()));
        let mut other = one.clone();
        other.fingerprint = "0123456789abcdef0123456789abcdef".into();
        let mut findings = [one, other];
        let records = Records { exceptions: parsed, ..Records::default() };
        assert_eq!(decide(&mut findings, &records, &files(&[]), today()), [], "{text}");
        assert!(matches!(findings[0].status, Status::Accepted(_)), "{text}");
        assert_eq!(findings[1].status, Status::Open);
    }
}
