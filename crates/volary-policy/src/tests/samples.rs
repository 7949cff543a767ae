//! Policies of every form, each with a unit on which it passes, one on which it fails and one on which it is undecided.

use volary_model::Outcome::{self, Fail, Pass, Undecided};

use super::support::{catalogue, judgements, policy_with, prepared};

const CATALOGUE: &str = "
account:
  identity: [name]
  attributes:
    name: string
    kind: {type: string, default: Standard}
    tls: {type: string, default: TLS1_0}
    https: {type: bool, default: true, was: [enable_https]}
    password: {type: string, sensitive: true}
    tags: {type: map(string)}
    role: string
    policy: {type: string, text: json}
    network: {block: once, attributes: {action: {type: string, default: Allow}, ranges: {type: list(string)}}}
    rule: {block: many, key: name, attributes: {name: string, port: string, from: {type: list(string)}}}
lock: {attributes: {scope: string, level: string}}
rule_set: {part_of: {kind: account, by: account, at: network}, attributes: {account: string, action: string}}
group: {attributes: {member: {block: many, attributes: {name: string, team: string, badge: {block: many, attributes: {team: string}}}}}}
";

/// A policy, and units with what it says of the first subject.
type Sample = (&'static str, [(&'static str, Outcome); 3]);

const SAMPLES: [Sample; 11] = [
    (
        "judges: account\nwhen: {kind: {not_in: [File]}}\nrequire: {tls: {in: [TLS1_2, TLS1_3]}}",
        [("account.a: {tls: TLS1_2}", Pass), ("account.a: {}", Fail), ("account.a: {tls: !unknown v}", Undecided)],
    ),
    (
        "judges: account\nrequire: {https: true, tls: {not_in: [TLS1_0]}}",
        [
            ("account.a: {enable_https: true, tls: TLS1_2}", Pass),
            ("account.a: {enable_https: false, tls: TLS1_2}", Fail),
            ("account.a: {enable_https: !unknown v, tls: TLS1_2}", Undecided),
        ],
    ),
    (
        "judges: account\nforbid: {some: {in: rule, where: {port: {port: 22}, from: {has: {cidr: any-address}}}}}",
        [
            ("account.a: {rule: [{name: ssh, port: '22', from: [10.0.0.0/8]}]}", Pass),
            ("account.a: {rule: [{name: ssh, port: 20-25, from: [0.0.0.0/0]}]}", Fail),
            ("account.a: {rule: [{name: ssh, port: '22', from: !unknown v}]}", Undecided),
        ],
    ),
    (
        "judges: account\nrequire: {network.action: Deny, any: [{network.ranges: {empty: true}}, {network.ranges: {only: {cidr: private}}}]}",
        [
            ("account.a: {network: [{action: Deny}]}", Pass),
            ("account.a: {network: [{action: Deny, ranges: [8.8.8.8]}]}", Fail),
            ("account.a: {network: [{action: Deny, ranges: [!unknown v]}]}", Undecided),
        ],
    ),
    (
        "judges: account\nrequire: {network.action: Deny}",
        [
            ("account.a: {name: n}\nrule_set.r: {account: !ref account.a.id, action: Deny}", Pass),
            ("account.a: {name: n}", Fail),
            ("account.a: {name: n}\nrule_set.r: {account: !unknown v, action: Deny}", Undecided),
        ],
    ),
    (
        "judges: account\nrequire: {related: {kind: lock, by: scope, where: {level: CanNotDelete}}}",
        [
            ("account.a: {}\nlock.l: {scope: !ref account.a.id, level: CanNotDelete}", Pass),
            ("account.a: {}\nlock.l: {scope: !ref account.a.id, level: ReadOnly}", Fail),
            ("account.a: {}\nlock.l: {scope: !ref account.a.id, level: !unknown v}", Undecided),
        ],
    ),
    (
        "judges: account\nforbid: {password: {secret_like: true}}\nmessage: 'holds {password}'",
        [
            ("account.a: {password: !unknown v}", Pass),
            ("account.a: {password: hunter2}", Fail),
            ("account.a: {password: '${PASSWORD}', tags: {}}", Pass),
        ],
    ),
    (
        "judges: account\nrequire: {count: {in: tags.*, where: {key: {in: [owner, cost-centre]}, value: {empty: false}}, at_least: 2}}",
        [
            ("account.a: {tags: {owner: a, cost-centre: b}}", Pass),
            ("account.a: {tags: {owner: a, cost-centre: ''}}", Fail),
            ("account.a: {tags: {owner: a, cost-centre: !unknown v}}", Undecided),
        ],
    ),
    (
        "judges: account\nforbid: {some: {in: policy.Statement, where: {Effect: Allow, Action: {has: {grants: 'iam:PassRole'}}}}}",
        [
            (r#"account.a: {policy: '{"Statement": {"Effect": "Allow", "Action": "s3:*"}}'}"#, Pass),
            (r#"account.a: {policy: '{"Statement": [{"Effect": "Allow", "Action": ["s3:Get", "iam:*"]}]}'}"#, Fail),
            ("account.a: {policy: !unknown v}", Undecided),
        ],
    ),
    (
        "judges: group\nrequire: {each: {in: member, as: m, require: {each: {in: badge, require: {team: {same_as: m.team}}}}}}",
        [
            (
                "group.g: {member: [{name: a, team: x, badge: [{team: x}]}, {name: b, team: y, badge: [{team: y}]}]}",
                Pass,
            ),
            ("group.g: {member: [{name: a, team: x, badge: [{team: y}]}]}", Fail),
            ("group.g: {member: [{name: a, team: x, badge: [{team: !unknown v}]}]}", Undecided),
        ],
    ),
    (
        "judges: account\nrequire: {role: {starts_with: 'arn:aws:iam::'}, name: {matches: '^[a-z]+$', longer_than: 2}}",
        [
            ("account.a: {role: !unknown {text: ['arn:aws:iam::', ~], not_null: true}, name: abc}", Pass),
            ("account.a: {role: x, name: abc}", Fail),
            ("account.a: {role: !unknown v, name: abc}", Undecided),
        ],
    ),
];

#[test]
fn policies_of_every_form_judge_as_they_say() {
    let catalogue = catalogue(CATALOGUE);
    for (lines, units) in SAMPLES {
        let policy = policy_with(lines, &catalogue, true);
        for (unit, expected) in units {
            let prepared = prepared(unit, &catalogue);
            let address = unit.split(':').next().unwrap();
            let judged = judgements(&policy, &prepared, address);
            assert_eq!(judged[0].outcome, expected, "{lines}\n{unit}");
            assert_eq!(judged[0].deciders.is_empty(), expected == Pass, "{lines}\n{unit}");
        }
    }
}
