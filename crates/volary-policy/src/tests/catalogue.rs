//! What the catalogue does to values and to policies.

use volary_model::Outcome::{Fail, Pass, Undecided};
use volary_model::{Outcome, Role};

use super::support::{catalogue, judgements, outcome_of, pack, policy_with, prepared, refused};
use crate::Catalogue;

const STORAGE: &str = "
thing:
  identity: [name]
  attributes:
    name: string
    tls: {type: string, default: TLS1_2}
    public: {type: bool, defaults: [{provider: '< 4.0', value: true}, {value: false}]}
    https: {type: bool, default: true, was: [enable_https]}
    open: {type: bool, was: [{not: disable_public}]}
    key: {type: string, absent: computed}
    password: {type: string, sensitive: true}
    tags: {type: map(string)}
    policy: {type: string, text: json}
    ips: {type: list(string)}
    network:
      block: once
      attributes:
        action: {type: string, default: Allow}
        ranges: {type: list(string), was: [/authorized_ranges]}
    rule:
      block: many
      key: name
      attributes: {name: string, port: number, on: {type: bool, default: true}}
";

fn outcome(lines: &str, values: &str) -> Outcome {
    let catalogue = catalogue(STORAGE);
    outcome_of(&policy_with(lines, &catalogue, true), &prepared(&format!("thing.t: {values}"), &catalogue), "thing.t")
}

#[test]
fn documented_defaults_count_and_point_at_what_encloses_them() {
    assert_eq!(outcome("require: {tls: TLS1_2}", "{}"), Pass);
    assert_eq!(outcome("require: {tls: TLS1_2}", "{tls: ~}"), Pass);
    assert_eq!(outcome("require: {tls: TLS1_2}", "{tls: TLS1_0}"), Fail);
    assert_eq!(outcome("require: {network.action: Deny}", "{network: [{}]}"), Fail);
    // Inside a block only while the block is there.
    assert_eq!(outcome("require: {network.action: {exists: false}}", "{}"), Pass);
    assert_eq!(
        outcome("require: {each: {in: rule, require: {on: true}}}", "{rule: [{port: 1}, {port: 2, on: true}]}"),
        Pass
    );
    let catalogue = catalogue(STORAGE);
    let policy = policy_with("require: {tls: TLS1_3}\nmessage: 'is {tls}'", &catalogue, true);
    let judged = judgements(&policy, &prepared("thing.t: {}", &catalogue), "thing.t");
    assert_eq!(judged[0].deciders[0].origin.role, Role::DocumentedDefault);
    assert_eq!(&*judged[0].message, "is TLS1_2 (the default)");
}

#[test]
fn defaults_follow_the_version_of_the_provider() {
    for (version, expected) in
        [("~> 3.90", Fail), ("= 4.1.0", Pass), (">= 3.0, < 4.0", Fail), ("~> 4.0", Pass), (">= 3.0", Pass)]
    {
        assert_eq!(outcome("require: {public: false}", &format!("{{$version: '{version}'}}")), expected, "{version}");
    }
    assert_eq!(outcome("require: {public: false}", "{}"), Pass);
}

#[test]
fn earlier_names_are_read_as_the_name_of_today() {
    assert_eq!(outcome("require: {https: true}", "{enable_https: false}"), Fail);
    assert_eq!(outcome("require: {https: true}", "{enable_https: false, https: true}"), Pass);
    assert_eq!(outcome("require: {open: true}", "{disable_public: false}"), Pass);
    assert_eq!(outcome("require: {open: true}", "{disable_public: 'true'}"), Fail);
    assert_eq!(outcome("require: {open: true}", "{disable_public: !unknown v}"), Undecided);
    assert_eq!(outcome("require: {network.ranges: {has: 10.0.0.0/8}}", "{authorized_ranges: [10.0.0.0/8]}"), Pass);
    assert_eq!(
        outcome("require: {network.ranges: {has: 10.0.0.0/8}}", "{network: [{}], authorized_ranges: [10.0.0.0/8]}"),
        Pass
    );
}

#[test]
fn an_empty_list_of_blocks_is_no_block() {
    assert_eq!(outcome("require: {network: {exists: true}}", "{network: []}"), Fail);
    assert_eq!(outcome("require: {network: {exists: true}}", "{network: [{}]}"), Pass);
    let dynamic = "{network: !unknown {type: list, not_null: true}}";
    assert_eq!(outcome("require: {network: {exists: true}}", dynamic), Undecided);
    assert_eq!(outcome("require: {rule: {empty: true}}", "{rule: []}"), Pass);
    assert_eq!(outcome("require: {ips: {exists: true}}", "{ips: []}"), Pass);
}

#[test]
fn what_the_provider_chooses_is_unknown() {
    assert_eq!(outcome("require: {key: {exists: true}}", "{}"), Undecided);
    assert_eq!(outcome("require: {key: {exists: true}}", "{key: a}"), Pass);
}

#[test]
fn a_policy_of_the_pack_is_held_to_the_catalogue() {
    let catalogue = catalogue(STORAGE);
    let cases = [
        ("require: {tsl: a}", "5: `thing` has no attribute `tsl` in the catalogue Did you mean `tls`?"),
        (
            "require: {network.actoin: a}",
            "`network` of `thing` has no attribute `actoin` in the catalogue Did you mean `action`?",
        ),
        ("require: {rule.port: 1}", "`rule.port` runs through `rule`, a list of several"),
        ("require: {ips: a}", "`equals` cannot be asked of the type list(string)"),
        ("require: {tls: {has: a}}", "`has` cannot be asked of the type string"),
        ("require: {https: {starts_with: a}}", "`starts_with` cannot be asked of the type bool"),
        ("require: {https: on}", "`on` is no value of the type bool"),
        ("require: {tls.x: a}", "`tls.x` goes on inside `tls`, which is a text"),
        ("require: {https.x: a}", "`https` is a single value; it has no `x`"),
        ("require: {some: {in: rule, where: {prot: 1}}}", "has no attribute `prot`"),
        ("require: {some: {in: tags, where: {key: a}}}", "`tags` is a map Go through its entries with `tags.*`"),
        ("judges: thinx\nrequire: {a: 1}", "the catalogue has no kind `thinx` Did you mean `thing`?"),
        ("require: {related: {kind: thinx, by: a}}", "the catalogue has no kind `thinx`"),
    ];
    for (lines, expected) in cases {
        let problems = refused(lines, &catalogue, true);
        assert!(problems.contains(expected), "{lines}\n{problems}");
    }
    for lines in [
        "require: {policy.Statement.Action: a}",
        "require: {tags.Owner: {exists: true}}",
        "require: {some: {in: tags.*, where: {key: Owner}}}",
        "require: {rule.0.port: 1}",
        "require: {network.0.action: Deny}",
        "require: {ips: {has: {cidr: public}}}",
    ] {
        policy_with(lines, &catalogue, true);
    }
}

#[test]
fn a_policy_of_a_user_may_test_what_the_catalogue_does_not_know() {
    let catalogue = catalogue(STORAGE);
    policy_with("require: {new_attribute.x: 1}", &catalogue, false);
    policy_with("judges: something_new\nrequire: {a: 1}", &catalogue, false);
    // What it does know still holds.
    assert!(refused("require: {ips: a}", &catalogue, false).contains("cannot be asked"));
}

#[test]
fn scalars_take_the_declared_type() {
    let catalogue = catalogue("thing: {attributes: {text: string, number: number, flag: bool}}");
    let judge = |lines: &str, values: &str| {
        outcome_of(
            &policy_with(lines, &catalogue, true),
            &prepared(&format!("thing.t: {values}"), &catalogue),
            "thing.t",
        )
    };
    assert_eq!(judge("require: {text: on}", "{text: 'on'}"), Pass);
    assert_eq!(judge("require: {text: 0600}", "{text: '0600'}"), Pass);
    assert_eq!(judge("require: {text: 1.20}", "{text: '1.20'}"), Pass);
    assert_eq!(judge("require: {number: 22}", "{number: '22.0'}"), Pass);
    assert_eq!(judge("require: {flag: true}", "{flag: 'true'}"), Pass);
    assert_eq!(judge("require: {flag: true}", "{flag: 'yes'}"), Outcome::Error);
}

#[test]
fn likeness_and_several_files_put_a_kind_together() {
    let files = [
        pack("a: {attributes: {x: string, y: {type: bool, default: true}}}\nb: {like: a, attributes: {z: number}}"),
        pack("a: {attributes: {w: string, x: string}}"),
    ];
    let (catalogue, problems) = Catalogue::load(&files);
    assert!(problems.is_empty(), "{problems:?}");
    policy_with("judges: [a, b]\nrequire: {x: a, y: true, w: c}", &catalogue, true);
    let (_, problems) = Catalogue::load(&[pack("a: {attributes: {x: string}}"), pack("a: {attributes: {x: bool}}")]);
    assert!(problems[0].message.contains("described differently"), "{problems:?}");
}

#[test]
fn mistakes_in_a_catalogue_are_named_and_the_rest_is_kept() {
    let text = "
a: {attributes: {x: {typ: string}, y: string}}
b: {attributes: {x: {type: strin}}}
c: {attributes: {x: {type: string, default: [a]}}}
d: {attributes: {x: {block: twice}}}
e: {part_of: {kind: a}}
f: [1]
g: {attributes: {x: {type: bool, defaults: [{provider: nonsense, value: true}]}}}
h: {attributes: {x: {}}}
i: {attributes: {x: {type: string, absent: maybe}}}
j: {like: nothing}
k: {attributes: {x: string, x: bool}}
";
    let (catalogue, problems) = Catalogue::load(&[pack(text)]);
    let lines: Vec<u32> = problems.iter().filter_map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 11], "{problems:#?}");
    assert!(catalogue.kind("a").unwrap().attributes.contains_key("y"));
}
