//! Resources that only configure another one.

use volary_model::Outcome::{self, Fail, Pass, Undecided};

use super::support::{catalogue, gap, outcome_of, policy_with, unit};
use crate::prepare;

const BUCKETS: &str = "
bucket:
  identity: [name]
  attributes: {name: string, acl: string}
versioning:
  part_of: {kind: bucket, by: bucket, at: versioning}
  attributes: {bucket: string, status: {type: string, default: Off}}
rule:
  part_of: {kind: bucket, by: bucket, at: rules, many: true}
  attributes: {bucket: string, port: number}
acl:
  part_of: {kind: bucket, by: bucket, at: .}
  attributes: {bucket: string, acl: string}
";

fn outcome(lines: &str, text: &str, hidden: bool) -> Outcome {
    let catalogue = catalogue(BUCKETS);
    let mut unit = unit(text);
    if hidden {
        unit.gaps.push(gap());
    }
    let policy = policy_with(&format!("judges: bucket\n{lines}"), &catalogue, true);
    outcome_of(&policy, &prepare(unit, &catalogue), "bucket.b")
}

const ON: &str = "require: {versioning.status: On}";

#[test]
fn a_part_is_found_by_reference_or_by_identity() {
    let by_reference = "bucket.b: {name: logs}\nversioning.v: {bucket: !ref bucket.b.id, status: On}";
    assert_eq!(outcome(ON, by_reference, false), Pass);
    assert_eq!(outcome(ON, "bucket.b: {name: logs}\nversioning.v: {bucket: logs, status: On}", false), Pass);
    assert_eq!(outcome(ON, "bucket.b: {name: logs}\nversioning.v: {bucket: other, status: On}", false), Fail);
    assert_eq!(outcome(ON, "bucket.b: {name: logs}", false), Fail);
    // The part's own default.
    assert_eq!(outcome(ON, "bucket.b: {name: logs}\nversioning.v: {bucket: logs}", false), Fail);
    let through = "bucket.b: {name: logs}\nacl.a: {bucket: !ref bucket.b.id}\nversioning.v: {bucket: !ref acl.a.bucket, status: On}";
    assert_eq!(outcome(ON, through, false), Pass);
}

#[test]
fn a_part_that_cannot_be_seen_is_unknown() {
    assert_eq!(outcome(ON, "bucket.b: {name: logs}", true), Undecided);
    let found = "bucket.b: {name: logs}\nversioning.v: {bucket: logs, status: Off}";
    assert_eq!(outcome(ON, found, true), Fail);
    let unknown = "bucket.b: {name: logs}\nversioning.v: {bucket: !unknown v, status: On}";
    assert_eq!(outcome(ON, unknown, false), Undecided);
    let conditional = "bucket.b: {name: logs}\nversioning.v: {bucket: logs, status: On, $conditional: c}";
    assert_eq!(outcome(ON, conditional, false), Undecided);
    let elsewhere = "bucket.b: {name: logs}\nversioning.v: {bucket: !data data.bucket.x.id, status: On}";
    assert_eq!(outcome(ON, elsewhere, false), Fail);
    let near = "bucket.b: {name: !unknown {text: [~, -logs]}}\nversioning.v: {bucket: data, status: On}";
    assert_eq!(outcome(ON, near, false), Fail);
    let could = "bucket.b: {name: !unknown {text: [~, -logs]}}\nversioning.v: {bucket: my-logs, status: On}";
    assert_eq!(outcome(ON, could, false), Undecided);
}

#[test]
fn what_a_part_writes_wins_over_the_same_attribute_inline() {
    let both =
        "bucket.b: {name: logs, versioning: [{status: Off, mfa: true}]}\nversioning.v: {bucket: logs, status: On}";
    assert_eq!(outcome(ON, both, false), Pass);
    let inline = "bucket.b: {name: logs, versioning: [{status: On}]}";
    assert_eq!(outcome(ON, inline, true), Pass);
    let top = "bucket.b: {name: logs, acl: private}\nacl.a: {bucket: logs, acl: public}";
    assert_eq!(outcome("require: {acl: private}", top, false), Fail);
    assert_eq!(outcome("require: {name: logs}", top, false), Pass);
}

#[test]
fn parts_that_there_are_many_of_are_a_list() {
    let text = "bucket.b: {name: logs}\nrule.x: {bucket: logs, port: 1}\nrule.y: {bucket: !ref bucket.b.id, port: 2}";
    assert_eq!(outcome("require: {count: {in: rules, at_least: 2, at_most: 2}}", text, false), Pass);
    assert_eq!(outcome("require: {some: {in: rules, where: {port: 2}}}", text, false), Pass);
}
