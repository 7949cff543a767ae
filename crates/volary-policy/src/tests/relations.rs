//! Relations between subjects.

use volary_model::Outcome::{self, Fail, Pass, Undecided};

use super::support::{catalogue, gap, outcome_of, policy_with, unit};
use crate::prepare;

const KINDS: &str = "
vpc: {identity: [name], attributes: {name: string}}
flow_log: {attributes: {vpc_id: string, traffic: string, vpc_ids: {type: list(string)}}}
NetworkPolicy: {relations: {selects: {selector: spec.podSelector}}, attributes: {spec: object}}
Pod: {relations: {names: [{in: spec.volumes.*, name: configMap.name, kind: ConfigMap}]}, attributes: {spec: object}}
ConfigMap: {attributes: {data: object}}
RoleBinding: {relations: {binds: {name: roleRef.name, kind_at: roleRef.kind}}, attributes: {roleRef: object}}
Role: {attributes: {rules: {type: list(any)}}}
";

fn judged(lines: &str, text: &str, address: &str, hidden: bool) -> Outcome {
    let catalogue = catalogue(KINDS);
    let mut unit = unit(text);
    if hidden {
        unit.gaps.push(gap());
    }
    outcome_of(&policy_with(lines, &catalogue, true), &prepare(unit, &catalogue), address)
}

const LOGGED: &str = "judges: vpc\nrequire: {related: {kind: flow_log, by: vpc_id, where: {traffic: ALL}}}";

fn logged(text: &str) -> Outcome {
    judged(LOGGED, text, "vpc.v", false)
}

#[test]
fn another_resource_refers_to_this_one() {
    assert_eq!(logged("vpc.v: {}\nflow_log.f: {vpc_id: !ref vpc.v.id, traffic: ALL}"), Pass);
    assert_eq!(logged("vpc.v: {}\nflow_log.f: {vpc_id: !ref vpc.v.id, traffic: REJECT}"), Fail);
    assert_eq!(logged("vpc.v: {}\nvpc.w: {}\nflow_log.f: {vpc_id: !ref vpc.w.id, traffic: ALL}"), Fail);
    assert_eq!(logged("vpc.v: {}"), Fail);
    assert_eq!(logged("vpc.v: {name: a}\nflow_log.f: {vpc_id: a, traffic: ALL}"), Pass);
    assert_eq!(logged("vpc.v: {name: a}\nflow_log.f: {vpc_id: vpc-123, traffic: ALL}"), Fail);
    assert_eq!(logged("vpc.v: {name: a}\nflow_log.f: {vpc_id: !unknown v, traffic: ALL}"), Undecided);
    assert_eq!(logged("vpc.v: {name: a}\nflow_log.f: {vpc_id: !unknown v, traffic: NONE}"), Fail);
    assert_eq!(logged("vpc.v: {}\nflow_log.f: {vpc_id: !ref vpc.v.id, traffic: ALL, $conditional: c}"), Undecided);
    assert_eq!(judged(LOGGED, "vpc.v: {}", "vpc.v", true), Undecided);
    assert_eq!(judged(LOGGED, "vpc.v: {}\nflow_log.f: {vpc_id: !ref vpc.v.id, traffic: ALL}", "vpc.v", true), Pass);
}

#[test]
fn a_resource_that_is_not_declared_is_none_of_the_declared_ones() {
    let text = |reference: &str| format!("vpc.v: {{name: a}}\nflow_log.f: {{vpc_id: {reference}, traffic: ALL}}");
    for (reference, expected) in [
        ("!ref vpc.w.id", Fail),
        ("!ref vpc.w.name", Fail),
        ("!ref vpc.v.id", Pass),
        // It may be what the other one is tied to.
        ("!ref vpc.w.parent_id", Undecided),
        ("!ref subnet.w.id", Undecided),
        ("!ref module.m.vpc.w.id", Fail),
    ] {
        assert_eq!(logged(&text(reference)), expected, "{reference}");
    }
    let catalogue = catalogue(KINDS);
    let policy = policy_with(LOGGED, &catalogue, true);
    for (hidden, expected) in [("vpc.w", Undecided), ("vpc.x", Fail)] {
        let mut unit = unit(&text("!ref vpc.w.id"));
        unit.gaps.push(volary_model::Gap { address: hidden.into(), ..gap() });
        assert_eq!(outcome_of(&policy, &prepare(unit, &catalogue), "vpc.v"), expected, "{hidden}");
    }
}

#[test]
fn a_definition_that_was_not_read_to_the_end_hides_its_own_kind_only() {
    let catalogue = catalogue(KINDS);
    let policy = policy_with(LOGGED, &catalogue, true);
    for (address, expected) in [("flow_log.many", Undecided), ("vpc.many", Fail), ("module.m", Undecided)] {
        let mut unit = unit("vpc.v: {}");
        unit.gaps.push(volary_model::Gap { address: address.into(), ..gap() });
        assert_eq!(outcome_of(&policy, &prepare(unit, &catalogue), "vpc.v"), expected, "{address}");
    }
}

#[test]
fn references_to_definitions_stand_for_all_instances() {
    let one = "'vpc.v[0]': {}\nflow_log.f: {vpc_id: !ref vpc.v.id, traffic: ALL}";
    assert_eq!(judged(LOGGED, one, "vpc.v[0]", false), Pass);
    let two = "'vpc.v[0]': {}\n'vpc.v[1]': {}\nflow_log.f: {vpc_id: !ref vpc.v.id, traffic: ALL}";
    assert_eq!(judged(LOGGED, two, "vpc.v[0]", false), Undecided);
    let exact = "'vpc.v[0]': {}\n'vpc.v[1]': {}\nflow_log.f: {vpc_id: !ref 'vpc.v[1].id', traffic: ALL}";
    assert_eq!(judged(LOGGED, exact, "vpc.v[1]", false), Pass);
    assert_eq!(judged(LOGGED, exact, "vpc.v[0]", false), Fail);
}

#[test]
fn lists_of_references_relate_each() {
    let lines = "judges: vpc\nrequire: {related: {kind: flow_log, by: vpc_ids.*}}";
    let text = "vpc.v: {}\nvpc.w: {}\nflow_log.f: {vpc_ids: [!ref vpc.w.id, !ref vpc.v.id]}";
    assert_eq!(judged(lines, text, "vpc.v", false), Pass);
    let whole = "judges: vpc\nrequire: {related: {kind: flow_log, by: vpc_ids}}";
    assert_eq!(judged(whole, text, "vpc.w", false), Pass);
}

#[test]
fn this_one_refers_to_another() {
    let lines = "judges: flow_log\nrequire: {related: {kind: vpc, to: vpc_id, where: {name: a}}}";
    let judge = |text: &str| judged(lines, text, "flow_log.f", false);
    assert_eq!(judge("vpc.v: {name: a}\nflow_log.f: {vpc_id: !ref vpc.v.id}"), Pass);
    assert_eq!(judge("vpc.v: {name: b}\nflow_log.f: {vpc_id: !ref vpc.v.id}"), Fail);
    assert_eq!(judge("vpc.v: {name: a}\nflow_log.f: {vpc_id: a}"), Pass);
    // What lies outside is not known.
    assert_eq!(judge("vpc.v: {name: a}\nflow_log.f: {vpc_id: b}"), Undecided);
    assert_eq!(judge("vpc.v: {name: a}\nflow_log.f: {vpc_id: !data data.vpc.x.id}"), Undecided);
    assert_eq!(judge("vpc.v: {name: a}\nflow_log.f: {}"), Fail);
    let refers = "judges: flow_log\nrequire: {vpc_id: {refers_to: vpc}}";
    assert_eq!(judged(refers, "vpc.v: {}\nflow_log.f: {vpc_id: !ref vpc.v.id}", "flow_log.f", false), Pass);
    assert_eq!(judged(refers, "vpc.v: {name: a}\nflow_log.f: {vpc_id: a}", "flow_log.f", false), Pass);
    assert_eq!(judged(refers, "vpc.v: {name: a}\nflow_log.f: {vpc_id: b}", "flow_log.f", false), Fail);
    assert_eq!(judged(refers, "vpc.v: {name: a}\nflow_log.f: {vpc_id: !unknown v}", "flow_log.f", false), Undecided);
}

#[test]
fn nothing_is_known_of_what_a_thing_outside_is_tied_to() {
    let lines =
        "judges: flow_log\nrequire: {related: {kind: vpc, to: vpc_id, where: {related: {kind: flow_log, by: vpc_id}}}}";
    assert_eq!(judged(lines, "flow_log.f: {vpc_id: elsewhere}", "flow_log.f", false), Undecided);
    let named = "judges: flow_log\nrequire: {related: {kind: vpc, to: vpc_id, where: {$.name: a}}}";
    assert_eq!(judged(named, "flow_log.f: {vpc_id: elsewhere}", "flow_log.f", false), Undecided);
    let tied = "judges: flow_log\nrequire: {related: {kind: vpc, to: vpc_id, where: {some: {in: $.network.rule}}}}";
    assert_eq!(judged(tied, "flow_log.f: {vpc_id: elsewhere}", "flow_log.f", false), Undecided);
}

#[test]
fn everything_of_a_kind_in_the_unit_can_be_counted() {
    let lines = "judges: vpc\nrequire: {count: {in: {kind: flow_log}, at_least: 2}}";
    assert_eq!(judged(lines, "vpc.v: {}\nflow_log.a: {}\nflow_log.b: {}", "vpc.v", false), Pass);
    assert_eq!(judged(lines, "vpc.v: {}\nflow_log.a: {}", "vpc.v", false), Fail);
    assert_eq!(judged(lines, "vpc.v: {}\nflow_log.a: {}", "vpc.v", true), Undecided);
    let unit = "judges: unit\nrequire: {some: {in: {kind: flow_log}, where: {traffic: ALL}}}";
    assert_eq!(judged(unit, "vpc.v: {}\nflow_log.a: {traffic: ALL}", "unit", false), Pass);
    assert_eq!(judged(unit, "vpc.v: {}", "unit", false), Fail);
}

#[test]
fn selectors_choose_by_label_within_a_namespace() {
    let lines = "judges: Pod\nrequire: {related: {kind: NetworkPolicy, by: selects}}";
    let judge = |selector: &str| {
        let text = format!(
            "Pod/shop/web: {{$namespace: shop, $labels: {{app: web}}}}\nNetworkPolicy/shop/p: {{$namespace: shop, spec: {{podSelector: {selector}}}}}"
        );
        judged(lines, &text, "Pod/shop/web", false)
    };
    assert_eq!(judge("{matchLabels: {app: web}}"), Pass);
    assert_eq!(judge("{matchLabels: {app: db}}"), Fail);
    assert_eq!(judge("{}"), Pass);
    assert_eq!(judge("{matchExpressions: [{key: app, operator: In, values: [web, db]}]}"), Pass);
    assert_eq!(judge("{matchExpressions: [{key: app, operator: DoesNotExist}]}"), Fail);
    assert_eq!(judge("{matchLabels: {app: !unknown v}}"), Undecided);
    let other = "Pod/shop/web: {$namespace: shop, $labels: {app: web}}\nNetworkPolicy/x/p: {$namespace: x, spec: {podSelector: {}}}";
    assert_eq!(judged(lines, other, "Pod/shop/web", false), Fail);
    let near = "judges: Pod\nrequire: {related: {kind: NetworkPolicy, by: same_namespace}}";
    assert_eq!(judged(near, other, "Pod/shop/web", false), Fail);
}

#[test]
fn names_lead_to_what_they_name() {
    let pod = "Pod/shop/web: {$namespace: shop, spec: {volumes: [{configMap: {name: conf}}]}}\nConfigMap/shop/conf: {$namespace: shop, data: {a: b}}\nConfigMap/other/conf: {$namespace: other}\n";
    let out = "judges: Pod\nrequire: {related: {kind: ConfigMap, to: names, where: {data.a: b}}}";
    assert_eq!(judged(out, pod, "Pod/shop/web", false), Pass);
    let back = "judges: ConfigMap\nrequire: {related: {kind: Pod, by: names}}";
    assert_eq!(judged(back, pod, "ConfigMap/shop/conf", false), Pass);
    assert_eq!(judged(back, pod, "ConfigMap/other/conf", false), Fail);
    let roles = "Role/shop/r: {$namespace: shop, rules: []}\nRoleBinding/shop/b: {$namespace: shop, roleRef: {kind: Role, name: r}}\n";
    let bound = "judges: Role\nrequire: {related: {kind: RoleBinding, by: binds}}";
    assert_eq!(judged(bound, roles, "Role/shop/r", false), Pass);
}

#[test]
fn elements_of_relations_are_findings_of_their_own() {
    use super::support::judgements;
    let catalogue = catalogue(KINDS);
    let unit = unit(
        "vpc.v: {}\nflow_log.a: {vpc_id: !ref vpc.v.id, traffic: NO}\nflow_log.b: {vpc_id: !ref vpc.v.id, traffic: NO}",
    );
    let lines = "judges: vpc\nrequire: {each: {in: {kind: flow_log, by: vpc_id}, as: log, require: {traffic: ALL}}}\nmessage: '{log.$.name} records {traffic}'";
    let judged = judgements(&policy_with(lines, &catalogue, true), &prepare(unit, &catalogue), "vpc.v");
    let found: Vec<(&str, &str)> = judged.iter().map(|judgement| (&*judgement.path, &*judgement.message)).collect();
    assert_eq!(found, [("flow_log.a", "a records NO"), ("flow_log.b", "b records NO")]);
}
