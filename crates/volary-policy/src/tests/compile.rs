//! What does not compile, and what is said about it.

use super::support::{outcome, pack, policy, policy_text, refused};
use crate::compile::ParameterValues;
use crate::{Catalogue, Policies};
use volary_model::{EditKind, Outcome};

#[test]
fn mistakes_are_named_with_line_and_help() {
    let cases = [
        ("requre: {a: 1}", "5: a policy has no key `requre` Did you mean `require`?"),
        ("title: again\nrequire: {a: 1}", "`title` stands twice"),
        ("", "the policy has neither `require` nor `forbid`"),
        ("require: {a: 1}\nforbid: {b: 1}", "`require` and `forbid` exclude each other"),
        ("require: {a: {equal: 1}}", "there is no operator `equal` Did you mean `equals`?"),
        ("require: {a: {equals: 1, equals: 2}}", "`equals` stands twice"),
        ("require: {a: [1, 2]}", "a list is no test Use `in: [...]`"),
        ("require: {a: ~}", "a test is missing Use `exists: false`"),
        ("require: [{a: 1}]", "a condition is a map, not a list"),
        ("require: {}", "the condition is empty"),
        ("require: {all: {a: 1}}", "`all` takes a list of conditions"),
        ("require: {any: []}", "`any` is empty"),
        ("require: {each: {in: a}}", "`each` needs `require`"),
        ("require: {each: {where: {a: 1}}}", "`each` needs `in`"),
        ("require: {some: {in: a, require: {b: 1}}}", "`some` has no `require`"),
        ("require: {some: {in: a, wher: {b: 1}}}", "`some` has no key `wher` Did you mean `where`?"),
        ("require: {count: {in: a}}", "`count` needs `at_least` or `at_most`"),
        ("require: {related: {by: a}}", "a relation needs `kind`"),
        ("require: {related: {kind: x, by: a, to: b}}", "`by` and `to` exclude each other"),
        ("require: {a.*.b: 1}", "`*` stands only in `in`, `by` and `to`"),
        ("require: {a..b: 1}", "a step is empty"),
        ("require: {a: {matches: '('}}", "the regular expression is wrong"),
        ("require: {a: {matches: '(?=a)'}}", "the regular expression is wrong"),
        ("require: {a: {cidr: publik}}", "`publik` is not one of public"),
        ("require: {a: {cidr: {within: x}}}", "`x` is not a range of addresses"),
        ("require: {a: {port: 70000}}", "`70000` is not a port"),
        ("require: {a: {older_than: soon}}", "`soon` is not a duration"),
        ("require: {a: {version_at_least: new}}", "`new` is not a version"),
        ("require: {a: {at_least: many}}", "`many` is not a number"),
        ("require: {a: {exists: yes}}", "`exists` must be `true` or `false`"),
        ("require: {a: {secret_like: false}}", "`secret_like` takes `true` only"),
        ("require: {a: {equals: b, case: fold}}", "`case: fold` is not known"),
        ("require: {a: {in: b}}", "a list of values is needed"),
        ("require: {a: {in: $regions}}", "there is no parameter `regions`"),
        ("require: {a: 1}\nmessage: 'is {a'", "a `{` without its `}`"),
        ("require: {a: 1}\nseverity: grave", "`severity` stands twice"),
        ("require: {a: 1}\ntier: best", "`best` is none of default, recommended, strict"),
        ("require: {a: 1}\nrelaxed: {tier: recommended}", "`relaxed` needs `tier` and `when`"),
        (
            "require: {a: 1}\nrelaxed: {tier: default, when: {b: 1}}",
            "`default` is not later than the tier of the policy",
        ),
        ("require: {a: 1}\nfix: {sett: {a: 1}}", "`fix` has no key `sett` Did you mean `set`?"),
        ("require: {a: 1}\nparameters: {p: {type: list}}", "the parameter `p` has no default"),
    ];
    for (lines, expected) in cases {
        let problems = refused(lines, &Catalogue::default(), false);
        assert!(problems.contains(expected), "{lines}\n{problems}\nexpected {expected}");
    }
}

#[test]
fn a_wrong_policy_does_not_take_others_with_it() {
    let files =
        [pack(&policy_text("requre: {a: 1}")), pack("id: b\ntitle: B\njudges: x\nrequire: {a: 1}\n"), pack("a: [")];
    let (policies, problems) = Policies::load(&files, &Catalogue::default(), false);
    assert_eq!(policies.iter().map(|policy| &*policy.info.id).collect::<Vec<_>>(), ["b"]);
    assert!(
        problems.len() >= 3 - 1 && problems.iter().all(|problem| problem.fails && problem.line.is_some()),
        "{problems:?}"
    );
    assert_eq!(policies.for_kind("x").len(), 1);
    assert!(policies.for_kind("y").is_empty());
}

#[test]
fn ids_are_taken_once() {
    let text = "id: b\ntitle: B\njudges: x\nrequire: {a: 1}\n";
    let (policies, problems) = Policies::load(&[pack(text), pack(text)], &Catalogue::default(), false);
    assert_eq!(policies.len(), 1);
    assert!(problems[0].message.contains("is taken by"));
    let (mut all, _) = Policies::load(&[pack(text)], &Catalogue::default(), false);
    assert_eq!(all.extend(policies).len(), 1);
}

#[test]
fn attributes_may_be_named_like_forms() {
    assert_eq!(outcome("require: {./any: 1, ./not: 2}", "{any: 1, not: 2}"), Outcome::Pass);
    assert_eq!(outcome("require: {'a.''b.c''': 1}", "{a: {b.c: 1}}"), Outcome::Pass);
    assert_eq!(outcome("require: {\"a.'b.c'\": 1}", "{a: {b.c: 1}}"), Outcome::Pass);
}

#[test]
fn the_face_of_a_policy_is_complete() {
    let policy = policy(
        "judges: [a, b]\ntier: strict\nconfidence: likely\nrequire: {x: 1}\nwhy: because\nreferences: [https://e.org]\naliases: [X_1]\ncontrols: [c]\nframeworks: {cis: ['4.15', 1.20]}\nfix: {text: do it, set: {x: 1, 'y.z': [a, true]}, remove: w, insert: {v: 'a = 1'}}",
    );
    let info = &policy.info;
    assert_eq!(info.judges.len(), 2);
    assert_eq!(&*info.frameworks["cis"][1], "1.20");
    let edits: Vec<String> = info
        .fix
        .edits
        .iter()
        .map(|(path, kind)| match kind {
            EditKind::Set(json) => format!("{path}={json}"),
            EditKind::Remove => format!("-{path}"),
            EditKind::Insert(text) => format!("{path}+{text}"),
        })
        .collect();
    assert_eq!(edits, ["x=1", "y.z=[\"a\",true]", "-w", "v+a = 1"]);
}

#[test]
fn parameters_only_tighten() {
    let text = policy_text(
        "require: {region: {in: $regions}, days: {at_least: $days}}\nparameters:\n  regions: {type: list, default: [west, north], tightens: subset}\n  days: {type: number, default: 30, tightens: larger}",
    );
    let load = |regions: &[&str], days: &str| {
        let mut values = ParameterValues::default();
        let set = values.values.entry("test-policy".into()).or_default();
        set.insert("regions".into(), regions.iter().map(|region| (*region).into()).collect());
        set.insert("days".into(), vec![days.into()]);
        Policies::load_with(&[pack(&text)], &Catalogue::default(), false, &values)
    };
    let (policies, problems) = load(&["west"], "90");
    assert!(problems.is_empty(), "{problems:?}");
    let shown = format!("{:?}", policies.get("test-policy").unwrap().conditions_in_words());
    assert!(shown.contains("in: [west]") && shown.contains("at_least: 90"), "{shown}");
    let (_, problems) = load(&["west", "east"], "7");
    assert_eq!(problems.len(), 2);
    assert!(problems[0].message.contains("would loosen the policy"));
}

#[test]
fn conditions_nest_only_so_deep() {
    let deep = format!("require: {}{{a: 1}}{}", "{not: ".repeat(40), "}".repeat(40));
    assert!(refused(&deep, &Catalogue::default(), false).contains("nested deeper"));
    let has = format!("require: {{a: {}b{}}}", "{has: ".repeat(12), "}".repeat(12));
    assert!(refused(&has, &Catalogue::default(), false).contains("nested deeper"));
}
