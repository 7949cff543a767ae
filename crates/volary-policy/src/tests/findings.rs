//! Places, messages, element findings, explanations.

use std::sync::Arc;

use volary_model::{Judgement, Outcome};

use super::support::{catalogue, judgements, parse, policy, policy_with, prepared};
use crate::{Catalogue, explain};

fn judged(lines: &str, unit: &str) -> Vec<Judgement> {
    judgements(&policy(lines), &prepared(unit, &Catalogue::default()), "thing.t")
}

/// The text that a judgement points at.
fn place<'t>(judgement: &Judgement, unit: &'t str) -> &'t str {
    let span = judgement.deciders[0].origin.span().unwrap();
    &unit[span.start as usize..span.end as usize]
}

#[test]
fn the_place_is_the_value_or_the_nearest_block_that_misses_it() {
    let unit = "thing.t:\n  tls: TLS1_0\n  block: {a: {b: 1}}\n";
    let old = judged("require: {tls: TLS1_2}", unit);
    assert_eq!(place(&old[0], unit), "TLS1_0");
    assert_eq!(&*old[0].path, "tls");
    let missing = judged("require: {other: 1}", unit);
    assert_eq!(place(&missing[0], unit), "thing.t");
    assert_eq!(&*missing[0].deciders[0].shown, "not set");
    let inner = judged("require: {block.a.c: 1}", unit);
    assert_eq!(place(&inner[0], unit), "{b: 1}");
    let outer = judged("require: {block.x.c: 1}", unit);
    assert_eq!(place(&outer[0], unit), "{a: {b: 1}}");
}

#[test]
fn every_failing_element_is_a_finding_of_its_own() {
    let unit = "thing.t:\n  rules: [{name: ssh, open: true}, {name: web, open: false}, {name: rdp, open: true}]\n";
    for lines in [
        "forbid: {some: {in: rules, where: {open: true}}}\nmessage: '{name} is open'",
        "require: {each: {in: rules, require: {open: false}}}\nmessage: '{name} is open'",
        "require: {not: {some: {in: rules, where: {open: true}}}}\nmessage: '{name} is open'",
        "require: {each: {in: rules, as: r, require: {open: false}}}\nmessage: '{r.name} is open'",
    ] {
        let judged = judged(lines, unit);
        let found: Vec<(&str, &str)> = judged.iter().map(|judgement| (&*judgement.path, &*judgement.message)).collect();
        assert_eq!(found, [("rules['ssh']", "ssh is open"), ("rules['rdp']", "rdp is open")], "{lines}");
        assert_eq!(&*judged[0].deciders[0].path, "rules['ssh'].open");
    }
    // Through `any` the subject as a whole fails.
    let whole = judged("require: {any: [{each: {in: rules, require: {open: false}}}, {x: 1}]}", unit);
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].deciders.len(), 3);
}

#[test]
fn elements_without_a_name_are_counted_not_numbered() {
    let unit = "thing.t:\n  rules: [{open: false}, {open: true}, {open: true}]\n";
    let judged = judged("forbid: {some: {in: rules, where: {open: true}}}", unit);
    let paths: Vec<&str> = judged.iter().map(|judgement| &*judgement.path).collect();
    assert_eq!(paths, ["rules", "rules#2"]);
    assert_eq!(&*judged[0].deciders[0].path, "rules.1.open");
}

#[test]
fn nested_elements_and_the_rest_of_the_subject_are_told_apart() {
    let unit = "thing.t:\n  tls: old\n  groups: [{name: a, rules: [{name: x, open: true}]}, {name: b}]\n";
    let judged = judged(
        "require: {tls: new, each: {in: groups, require: {each: {in: rules, require: {open: false}}}}}\nmessage: '{tls} {name}'",
        unit,
    );
    let found: Vec<(&str, &str)> = judged.iter().map(|judgement| (&*judgement.path, &*judgement.message)).collect();
    assert_eq!(found, [("tls", "old not set"), ("groups['a'].rules['x']", "old x")]);
}

#[test]
fn keys_come_from_the_policy_or_the_catalogue() {
    let unit = "thing.t:\n  rules: [{from: 1, to: 2, open: true}]\n";
    let own = judged("forbid: {some: {in: rules, key: [from, to], where: {open: true}}}", unit);
    assert_eq!(&*own[0].path, "rules['1:2']");
    let catalogue = catalogue(
        "thing: {attributes: {rules: {block: many, key: to, attributes: {from: number, to: number, open: bool}}}}",
    );
    let policy = policy_with("forbid: {some: {in: rules, where: {open: true}}}", &catalogue, true);
    assert_eq!(&*judgements(&policy, &prepared(unit, &catalogue), "thing.t")[0].path, "rules['2']");
}

#[test]
fn elements_that_decide_a_test_on_a_list_are_the_place() {
    let unit = "thing.t:\n  cidrs: [10.0.0.0/8, 0.0.0.0/0]\n";
    let judged = judged("forbid: {cidrs: {has: {cidr: any-address}}}\nmessage: 'open to {cidrs}'", unit);
    assert_eq!(place(&judged[0], unit), "0.0.0.0/0");
    assert_eq!(&*judged[0].deciders[0].path, "cidrs.1");
    assert_eq!(&*judged[0].message, "open to 10.0.0.0/8, 0.0.0.0/0");
}

#[test]
fn secrets_are_masked_wherever_they_would_show() {
    let catalogue = catalogue("thing: {attributes: {password: {type: string, sensitive: true}, token: string}}");
    let unit = prepared("thing.t: {password: hunter2, token: hunter3}", &catalogue);
    let policy = policy_with(
        "forbid: {password: {longer_than: 3}, token: {secret_like: true}}\nmessage: 'is {password} and {token}'",
        &catalogue,
        true,
    );
    let judged = judgements(&policy, &unit, "thing.t");
    assert_eq!(&*judged[0].message, "is *** and ***");
    assert!(judged[0].deciders.iter().all(|decider| &*decider.shown == "***"), "{judged:?}");
    let (id, _) = unit.unit().iter().next().unwrap();
    assert!(!format!("{:?}", explain(&policy, &unit, id).unwrap().demand).contains("hunter"));
}

#[test]
fn messages_show_what_is_there() {
    let unit = "thing.t: {a: 1, l: [a, b], m: {k: v}, e: '', u: !unknown size, long: '0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890'}\n";
    let show = |text: &str| judged(&format!("require: {{x: 1}}\nmessage: '{text}'"), unit)[0].message.to_string();
    assert_eq!(show("{a} {l} {m} {e} {x} {$.name}"), "1 a, b {k: v} \"\" not set t");
    assert_eq!(show("{u}"), "unknown: variable `size` has no value in these files");
    assert_eq!(show("{{a}} {l.1}"), "{a} b");
    assert!(show("{long}").ends_with("0123456789…"));
}

#[test]
fn an_undecided_judgement_says_why() {
    let judged = judged("require: {a: 1, b: 2}", "thing.t: {a: !unknown size, b: !unknown zone}");
    assert_eq!(judged[0].outcome, Outcome::Undecided);
    assert_eq!(judged[0].deciders.len(), 2);
    assert_eq!(
        &*judged[0].message,
        "variable `size` has no value in these files; variable `zone` has no value in these files"
    );
}

#[test]
fn an_explanation_tells_the_truth_of_every_part() {
    let prepared = prepared("thing.t: {a: 1, rules: [{name: x, open: true}]}", &Catalogue::default());
    let policy = policy("when: {a: 1}\nrequire: {each: {in: rules, require: {open: false}}}");
    let (id, _) = prepared.unit().iter().next().unwrap();
    let explanation = explain(&policy, &prepared, id).unwrap();
    assert_eq!(explanation.outcome, Outcome::Fail);
    assert!(explanation.when.unwrap().truth.is_true());
    let element = &explanation.demand.parts[0];
    assert_eq!(&*element.text, "rules['x']");
    assert_eq!(&*element.parts[0].text, "rules['x'].open: equals: false");
    assert_eq!(element.parts[0].shown.as_deref(), Some("true"));
    assert_eq!(policy.conditions_in_words()[3].1, "each of rules");
}

#[test]
fn origins_lead_from_the_use_to_where_the_value_is_written() {
    use volary_model::{FileId, Role, Span};
    let mut unit = super::support::unit("thing.t: {a: bad}");
    let argument = Span::new(FileId(0), 3, 5);
    let value =
        parse("bad").used_at(argument, Role::ModuleArgument).used_at(Span::new(FileId(0), 7, 9), Role::Attribute);
    let entries = vec![volary_model::Entry { key: "a".into(), key_span: None, value }];
    unit.subjects[0].values = volary_model::Value::map(entries, unit.subjects[0].values.origin.clone());
    let prepared = crate::prepare(unit, &Catalogue::default());
    let judged = judgements(&policy("require: {a: good}"), &prepared, "thing.t");
    let roles: Vec<Role> = judged[0].deciders[0].origin.steps().map(|origin| origin.role).collect();
    assert_eq!(roles, [Role::Attribute, Role::ModuleArgument, Role::Attribute]);
    let _: Arc<str> = judged[0].message.clone();
}
