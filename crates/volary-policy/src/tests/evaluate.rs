//! Conditions in three values.

use volary_model::Outcome::{Error, Fail, NotApplicable, Pass, Undecided};

use super::support::{judgements, outcome, policy, prepared};
use crate::Catalogue;

#[test]
fn all_any_and_not_follow_kleene() {
    let values = "{t: true, f: false, u: !unknown v}";
    let cases = [
        ("{t: true, u: true}", Undecided),
        ("{f: true, u: true}", Fail),
        ("{any: [{t: true}, {u: true}]}", Pass),
        ("{any: [{f: true}, {u: true}]}", Undecided),
        ("{not: {u: true}}", Undecided),
        ("{not: {f: true}}", Pass),
        ("{all: [{t: true}, {not: {f: true}}]}", Pass),
        ("{t: true, any: [{f: true}, {t: true}]}", Pass),
    ];
    for (condition, expected) in cases {
        assert_eq!(outcome(&format!("require: {condition}"), values), expected, "{condition}");
    }
}

#[test]
fn when_decides_whether_a_policy_applies() {
    let cases = [
        ("{k: b}", NotApplicable),
        ("{k: a, x: true}", Pass),
        ("{k: a}", Fail),
        ("{k: a, x: !unknown v}", Undecided),
        ("{k: !unknown v}", Undecided),
        ("{k: !unknown v, x: true}", Pass),
    ];
    for (values, expected) in cases {
        assert_eq!(outcome("when: {k: a}\nrequire: {x: true}", values), expected, "{values}");
    }
}

#[test]
fn lists_are_gone_through() {
    let rules = "{rules: [{port: 22, open: true}, {port: 80, open: true}, {port: 81, open: false}]}";
    let unsure = "{rules: [{port: 22, open: !unknown v}]}";
    let cases = [
        ("{each: {in: rules, where: {open: true}, require: {port: {at_least: 20}}}}", rules, Pass),
        ("{each: {in: rules, require: {open: true}}}", rules, Fail),
        ("{each: {in: rules, require: {open: true}}}", unsure, Undecided),
        ("{each: {in: rules, require: {open: true}}}", "{}", Pass),
        ("{each: {in: rules, require: {open: true}}}", "{rules: []}", Pass),
        ("{each: {in: rules, require: {open: true}}}", "{rules: !unknown v}", Undecided),
        ("{some: {in: rules, where: {port: 80}}}", rules, Pass),
        ("{some: {in: rules, where: {port: 82}}}", rules, Fail),
        ("{some: {in: rules, where: {port: 80}}}", "{}", Fail),
        ("{some: {in: rules}}", rules, Pass),
        ("{some: {in: rules, where: {port: 80}}}", "{rules: !unknown v}", Undecided),
        ("{count: {in: rules, where: {open: true}, at_least: 2}}", rules, Pass),
        ("{count: {in: rules, where: {open: true}, at_most: 1}}", rules, Fail),
        ("{count: {in: rules, at_least: 3, at_most: 3}}", rules, Pass),
        ("{count: {in: rules, at_least: 1}}", "{}", Fail),
        ("{count: {in: rules, where: {open: true}, at_least: 1}}", unsure, Undecided),
        ("{count: {in: rules, where: {open: true}, at_least: 2}}", unsure, Fail),
        // One block counts as a list of one.
        ("{each: {in: rules, require: {open: true}}}", "{rules: {open: true}}", Pass),
        ("{rules.0.port: 22}", rules, Pass),
        ("{rules.7.port: {exists: false}}", rules, Pass),
        // Through a list of several there is no way.
        ("{rules.port: 22}", rules, Error),
    ];
    for (condition, values, expected) in cases {
        assert_eq!(outcome(&format!("require: {condition}"), values), expected, "{condition} on {values}");
    }
}

#[test]
fn stars_flatten_lists_and_open_maps() {
    let nested = "{a: [{b: [1, 2]}, {b: [3]}], m: {x: 1, y: 2}}";
    let cases = [
        ("{count: {in: a.*.b, at_least: 3, at_most: 3}}", Pass),
        ("{count: {in: a.*.b.*, at_least: 3, at_most: 3}}", Pass),
        ("{some: {in: a.*.b, where: {.: 3}}}", Pass),
        ("{each: {in: m.*, require: {value: {at_least: 1}}}}", Pass),
        ("{some: {in: m.*, where: {key: y, value: 2}}}", Pass),
        ("{some: {in: m.*, where: {key: z}}}", Fail),
        ("{count: {in: nothing.*.b, at_most: 0}}", Pass),
    ];
    for (condition, expected) in cases {
        assert_eq!(outcome(&format!("require: {condition}"), nested), expected, "{condition}");
    }
}

#[test]
fn names_reach_from_inside_to_outside() {
    let values =
        "{name: web, groups: [{name: web, rules: [{name: a, port: 1}]}, {name: db, rules: [{name: b, port: 2}]}]}";
    let cases = [
        ("{some: {in: groups, as: g, where: {some: {in: rules, where: {port: 2, g.name: db}}}}}", Pass),
        ("{some: {in: groups, where: {name: {same_as: ^.name}}}}", Pass),
        ("{each: {in: groups, require: {name: {same_as: ^.name}}}}", Fail),
        (
            "{some: {in: groups, as: g, where: {some: {in: rules, as: r, where: {name: a, g.name: web, ^.name: web}}}}}",
            Pass,
        ),
        ("{some: {in: groups, as: g, where: {some: {in: g.rules, where: {name: b}}}}}", Pass),
    ];
    for (condition, expected) in cases {
        assert_eq!(outcome(&format!("require: {condition}"), values), expected, "{condition}");
    }
}

#[test]
fn subjects_tell_their_name_and_labels() {
    let values = "{$labels: {app: web}, $namespace: shop}";
    for condition in [
        "{$.name: t}",
        "{$.address: thing.t}",
        "{$.kind: thing}",
        "{$.namespace: shop}",
        "{$.labels.app: web}",
        "{^.$.name: t}",
    ] {
        assert_eq!(outcome(&format!("require: {condition}"), values), Pass, "{condition}");
    }
    assert_eq!(outcome("require: {$.labels.tier: {exists: false}}", values), Pass);
}

#[test]
fn texts_that_hold_json_are_read_on_into() {
    let policy = r#"{p: '{"Statement": [{"Action": "*", "Effect": "Allow"}]}'}"#;
    assert_eq!(outcome("forbid: {some: {in: p.Statement, where: {Effect: Allow, Action: {has: '*'}}}}", policy), Fail);
    // A hole inside of a quoted text leaves the rest readable.
    let holes = r#"{p: !unknown {text: ['{"Statement": {"Action": "s3:Get", "Resource": "arn:', ~, '"}}']}}"#;
    assert_eq!(outcome("require: {p.Statement.Action: 's3:Get'}", holes), Pass);
    assert_eq!(outcome("forbid: {p.Statement.Resource: '*'}", holes), Pass);
    assert_eq!(outcome("require: {p.Statement.Resource: {ends_with: x}}", holes), Undecided);
    // One outside of it could be anything.
    let open = r#"{p: !unknown {text: ['{"Statement": ', ~, '}']}}"#;
    assert_eq!(outcome("require: {p.Statement.Action: {exists: true}}", open), Undecided);
    assert_eq!(outcome("require: {p.a: 1}", "{p: just text}"), Error);
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_where_it_decides() {
    assert_eq!(outcome("require: {x: {at_least: 3}}", "{x: [1]}"), Error);
    assert_eq!(outcome("require: {any: [{x: {at_least: 3}}, {y: 1}]}", "{x: [1], y: 1}"), Pass);
    assert_eq!(outcome("require: {x.y.z: 1}", "{x: {y: text}}"), Error);
    let policy = policy("require: {x: {at_least: 3}}");
    let judged = judgements(&policy, &prepared("thing.t: {x: [1]}", &Catalogue::default()), "thing.t");
    assert_eq!(&*judged[0].message, "`x` has an unexpected type");
}

#[test]
fn the_clock_is_given_not_taken() {
    // The clock of these tests stands at 2023-11-14.
    assert_eq!(outcome("forbid: {created: {older_than: 90d}}", "{created: '2023-11-01T00:00:00Z'}"), Pass);
    assert_eq!(outcome("forbid: {created: {older_than: 90d}}", "{created: '2023-01-01'}"), Fail);
    let policy = policy("forbid: {created: {older_than: 90d}}");
    let without = crate::prepare(super::support::unit("thing.t: {created: '2023-01-01'}"), &Catalogue::default());
    assert_eq!(judgements(&policy, &without, "thing.t")[0].outcome, Undecided);
}

#[test]
fn relaxed_leaves_a_subject_to_a_later_tier() {
    use crate::is_relaxed;
    use volary_model::{SubjectId, Tier};

    let text = "relaxed: {tier: recommended, when: {k: agent}}\nrequire: {x: false}";
    let policy = policy(text);
    for (values, expected) in [("{k: agent, x: true}", true), ("{k: b, x: true}", false), ("{k: !unknown v}", false)] {
        let prepared = prepared(&format!("thing.a: {values}"), &Catalogue::default());
        assert_eq!(is_relaxed(&policy, Tier::Default, &prepared, SubjectId(0)), expected, "{values}");
        assert!(!is_relaxed(&policy, Tier::Recommended, &prepared, SubjectId(0)), "{values}");
        // The judgement itself stays what it is.
        assert_ne!(judgements(&policy, &prepared, "thing.a")[0].outcome, NotApplicable, "{values}");
    }
}
