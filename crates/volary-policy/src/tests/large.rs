//! Large and deep input stays linear and bounded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use volary_model::{Data, Outcome, SubjectId, Value};

use super::support::{catalogue, parse, policy, policy_with, unit};
use crate::{Catalogue, Policies, Prepared, judge, prepare};

/// Generous: the machines of other people are busy.
const LIMIT: Duration = Duration::from_secs(20);

fn thing_with(name: &str, value: Value) -> volary_model::Unit {
    let mut unit = unit("thing.t: {}");
    let entry = volary_model::Entry { key: name.into(), key_span: None, value };
    unit.subjects[0].values = Value::map(vec![entry], unit.subjects[0].values.origin.clone());
    unit
}

#[test]
fn lists_of_a_hundred_thousand_elements_are_gone_through_once() {
    let element = parse("{name: !unknown n, port: 22, sources: [10.0.0.0/8]}");
    let list = Value::list(vec![element; 100_000], parse("a").origin);
    let prepared = prepare(thing_with("rules", list), &Catalogue::default());
    let started = Instant::now();
    let passes = policy("require: {each: {in: rules, require: {sources: {only: {cidr: private}}}}}");
    assert_eq!(judge(&passes, &prepared, SubjectId(0))[0].outcome, Outcome::Pass);
    let fails = policy("forbid: {some: {in: rules, where: {port: 22}}}");
    let judged = judge(&fails, &prepared, SubjectId(0));
    assert_eq!(judged.len(), 100_000);
    assert_eq!(&*judged[99_999].path, "rules#100000");
    let unsure = policy("require: {each: {in: rules, require: {name: a}}}");
    let judged = judge(&unsure, &prepared, SubjectId(0));
    assert_eq!(judged[0].outcome, Outcome::Undecided);
    assert!(judged[0].deciders.len() <= 16);
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
}

#[test]
fn thousands_of_resources_relate_through_an_index() {
    let catalogue = catalogue(
        "vpc: {identity: [name], attributes: {name: string, logs: {block: many, attributes: {}}}}
flow_log: {part_of: {kind: vpc, by: vpc_id, at: logs, many: true}, attributes: {vpc_id: string, traffic: string}}",
    );
    let mut text = String::new();
    for index in 0..3_000 {
        text.push_str(&format!(
            "vpc.v{index}: {{name: n{index}}}\nflow_log.f{index}: {{vpc_id: !ref vpc.v{index}.id, traffic: ALL}}\n"
        ));
    }
    let unit = unit(&text);
    let started = Instant::now();
    let prepared = prepare(unit, &catalogue);
    let related = policy_with(
        "judges: vpc\nrequire: {related: {kind: flow_log, by: vpc_id, where: {traffic: ALL}}}",
        &catalogue,
        true,
    );
    let merged = policy_with("judges: vpc\nrequire: {some: {in: logs, where: {traffic: ALL}}}", &catalogue, true);
    for (id, _) in prepared.unit().iter().filter(|(_, subject)| &*subject.kind == "vpc") {
        assert_eq!(judge(&related, &prepared, id)[0].outcome, Outcome::Pass);
        assert_eq!(judge(&merged, &prepared, id)[0].outcome, Outcome::Pass);
    }
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
}

#[test]
fn hostile_relations_cost_bounded_work() {
    let catalogue = catalogue(
        "vpc: {identity: [name], attributes: {name: string, logs: {block: many, attributes: {}}}}
flow_log: {part_of: {kind: vpc, by: vpc_id, at: logs, many: true}, attributes: {vpc_id: string}}
policy: {relations: {selects: {selector: selector}}, attributes: {selector: object}}",
    );
    let mut text = String::new();
    for index in 0..4_000 {
        text.push_str(&format!(
            "vpc.v{index}: {{name: !unknown n, $labels: {{a: b}}}}\nflow_log.f{index}: {{vpc_id: !unknown v}}\npolicy.p{index}: {{selector: {{}}}}\n"
        ));
    }
    let unit = unit(&text);
    let started = Instant::now();
    let prepared = prepare(unit, &catalogue);
    for lines in [
        "judges: vpc\nrequire: {related: {kind: flow_log, by: vpc_id}}",
        "judges: vpc\nrequire: {some: {in: logs}}",
        "judges: vpc\nforbid: {related: {kind: policy, by: selects}}",
    ] {
        let policy = policy_with(lines, &catalogue, true);
        for (id, _) in prepared.unit().iter().filter(|(_, subject)| &*subject.kind == "vpc") {
            judge(&policy, &prepared, id);
        }
    }
    assert!(started.elapsed() < 3 * LIMIT, "{:?}", started.elapsed());
}

#[test]
fn deeply_nested_values_neither_overflow_nor_stop_anything() {
    let origin = parse("a").origin;
    let mut deep = Value::text("end", origin.clone());
    for _ in 0..2_000 {
        deep = Value::list(vec![deep], origin.clone());
    }
    let prepared = prepare(thing_with("a", deep.clone()), &Catalogue::default());
    for lines in [
        "require: {a: {same_as: a}}",
        "require: {a.b.c: 1}",
        "require: {a: {has: {has: {has: x}}}}",
        "forbid: {a: {exists: true}}\nmessage: '{a}'",
    ] {
        assert!(!judge(&policy(lines), &prepared, SubjectId(0)).is_empty(), "{lines}");
    }
    let nested = format!("{{x: '{}'}}", "[".repeat(50_000));
    assert_eq!(super::support::outcome("require: {x.a: 1}", &nested), Outcome::Error);
    // Dropping it by itself would recurse as deep as it is.
    std::mem::forget(deep);
}

#[test]
fn long_texts_of_policies_are_compiled_or_refused() {
    let many = format!("require: {{any: [{}]}}", vec!["{a: 1}"; 5_000].join(", "));
    policy(&many);
    let long = format!("require: {{a: {{matches: '{}'}}}}", "(a|b)".repeat(2_000));
    assert_eq!(super::support::outcome(&long, "{a: b}"), Outcome::Fail);
    let explosive = "require: {a: {matches: '(((a{1,100}){1,100}){1,100})'}}";
    assert_eq!(super::support::outcome(explosive, "{a: b}"), Outcome::Undecided);
}

#[test]
fn what_is_shared_between_threads_can_be() {
    fn shared<T: Send + Sync>() {}
    shared::<Policies>();
    shared::<Prepared>();
    shared::<Catalogue>();
    let _ = Data::List(Arc::new(Vec::new()));
}
