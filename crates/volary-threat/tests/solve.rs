//! The answers of the solver against brute force on small random systems.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use volary_threat::solve::{
    Bracket, Closing, ControlId, Extent, FactId, IdSet, Present, RuleId, Scope, System, SystemBuilder, benefit,
    check_plan, irredundant, landmarks, minimal_paths, plan, plans, reach, reach_without, smallest_set,
};

const FACTS: u32 = 8;
const CONTROLS: u32 = 5;

#[derive(Clone, Debug)]
struct Rule {
    head: u32,
    body: Vec<u32>,
    guards: Vec<u32>,
    cost: u32,
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let base = (0..FACTS, prop::collection::vec(0..CONTROLS, 0..2), 0..9_u32).prop_map(|(head, guards, cost)| Rule {
        head,
        body: vec![],
        guards,
        cost,
    });
    let step = (
        0..FACTS,
        prop::collection::vec(0..FACTS, 1..4),
        prop::collection::vec(0..CONTROLS, 0..3),
        prop_oneof![Just(0_u32), 1..17_u32],
    )
        .prop_map(|(head, body, guards, cost)| Rule { head, body, guards, cost });
    (prop::collection::vec(base, 1..5), prop::collection::vec(step, 0..13))
        .prop_map(|(base, steps)| [base, steps].concat())
        .prop_shuffle()
}

fn build(rules: &[Rule]) -> System {
    let mut builder = SystemBuilder::new(FACTS, CONTROLS);
    for rule in rules {
        let body: Vec<FactId> = rule.body.iter().copied().map(FactId).collect();
        let guards: Vec<ControlId> = rule.guards.iter().copied().map(ControlId).collect();
        builder.rule(FactId(rule.head), &body, &guards, rule.cost);
    }
    builder.build()
}

fn bits(items: &[u32]) -> u32 {
    items.iter().fold(0, |mask, item| mask | 1 << item)
}

/// What holds, by applying every rule until nothing changes. Only what is in `base` may hold without a reason, nothing that
/// is in `gone` holds, and a rule counts when `allowed` says so.
fn closure(rules: &[Rule], present: u32, base: u32, gone: u32, allowed: impl Fn(usize) -> bool) -> u32 {
    let mut had = 0;
    loop {
        let before = had;
        for (at, rule) in rules.iter().enumerate() {
            let head = 1 << rule.head;
            let starts = !rule.body.is_empty() || base & head != 0;
            if allowed(at)
                && starts
                && bits(&rule.guards) & present == 0
                && bits(&rule.body) & !had == 0
                && gone & head == 0
            {
                had |= head;
            }
        }
        if had == before {
            return had;
        }
    }
}

fn holds(rules: &[Rule], present: u32) -> u32 {
    closure(rules, present, u32::MAX, 0, |_| true)
}

/// The true cost of every fact, each rule counted once: the shortest ways through the sets of facts that can be had.
fn true_costs(rules: &[Rule], present: u32, base: u32) -> BTreeMap<u32, u64> {
    let mut costs: BTreeMap<u32, u64> = BTreeMap::from([(0, 0)]);
    let mut open = BTreeSet::from([(0_u64, 0_u32)]);
    let mut result = BTreeMap::new();
    while let Some((cost, had)) = open.pop_first() {
        if costs[&had] < cost {
            continue;
        }
        for fact in (0..FACTS).filter(|fact| had & (1 << fact) != 0) {
            result.entry(fact).or_insert(cost);
        }
        for rule in rules {
            let starts = !rule.body.is_empty() || base & (1 << rule.head) != 0;
            if starts && bits(&rule.guards) & present == 0 && bits(&rule.body) & !had == 0 {
                let (next, price) = (had | 1 << rule.head, cost + u64::from(rule.cost));
                if next != had && costs.get(&next).is_none_or(|known| price < *known) {
                    costs.insert(next, price);
                    open.insert((price, next));
                }
            }
        }
    }
    result
}

fn minimal_supports(rules: &[Rule], present: u32, target: u32) -> BTreeSet<u32> {
    let can = |base| closure(rules, present, base, 0, |_| true) & (1 << target) != 0;
    let heads = rules.iter().filter(|rule| rule.body.is_empty() && bits(&rule.guards) & present == 0);
    let all = heads.fold(0, |mask, rule| mask | 1 << rule.head);
    (0..=all)
        .filter(|base| base & !all == 0 && can(*base))
        .filter(|base| (0..FACTS).filter(|fact| base & (1 << fact) != 0).all(|fact| !can(base & !(1 << fact))))
        .collect()
}

fn set(mask: u32) -> Present {
    (0..CONTROLS).filter(|at| mask & (1 << at) != 0).map(ControlId).collect()
}

fn mask(facts: impl IntoIterator<Item = FactId>) -> u32 {
    facts.into_iter().fold(0, |mask, fact| mask | 1 << fact.0)
}

fn all_facts() -> Vec<FactId> {
    (0..FACTS).map(FactId).collect()
}

/// Landmarks as the greatest fixpoint of their definition.
fn landmark_fixpoint(rules: &[Rule], present: u32, target: u32) -> u32 {
    let had = holds(rules, present);
    let mut sets = vec![had; FACTS as usize];
    loop {
        let before = sets.clone();
        for fact in (0..FACTS).filter(|fact| had & (1 << fact) != 0) {
            let usable = rules
                .iter()
                .filter(|rule| rule.head == fact && bits(&rule.guards) & present == 0 && bits(&rule.body) & !had == 0);
            let shared = usable.fold(u32::MAX, |shared, rule| {
                shared & rule.body.iter().fold(0, |all, needs| all | before[*needs as usize])
            });
            sets[fact as usize] = 1 << fact | shared & had;
        }
        if sets == before {
            return sets[target as usize];
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn reach_is_what_applying_every_rule_gives(rules in rules(), present in 0..1_u32 << CONTROLS, gone in 0..1_u32 << FACTS) {
        let system = build(&rules);
        let controls = set(present);
        let scope = Scope::new(&controls);
        let reached = reach(&system, &scope);
        prop_assert_eq!(mask(reached.facts().iter()), holds(&rules, present));
        for fact in reached.facts().iter() {
            prop_assert!(check_plan(&system, &scope, fact, reached.steps()).is_ok());
        }
        let gone_facts: IdSet<FactId> = (0..FACTS).filter(|fact| gone & (1 << fact) != 0).map(FactId).collect();
        let rest = reach_without(&system, &scope, &gone_facts);
        prop_assert_eq!(mask(rest.facts().iter()), closure(&rules, present, u32::MAX, gone, |_| true));
        let based = reach(&system, &scope.only_base(&gone_facts));
        prop_assert_eq!(mask(based.facts().iter()), closure(&rules, present, gone, 0, |_| true));
    }

    #[test]
    fn more_controls_open_nothing_and_more_base_facts_close_nothing(
        rules in rules(), present in 0..1_u32 << CONTROLS, control in 0..CONTROLS, fact in 0..FACTS,
    ) {
        let before = mask(reach(&build(&rules), &Scope::new(&set(present))).facts().iter());
        let guarded = mask(reach(&build(&rules), &Scope::new(&set(present | 1 << control))).facts().iter());
        prop_assert_eq!(guarded & !before, 0);
        let more = [rules, vec![Rule { head: fact, body: vec![], guards: vec![], cost: 1 }]].concat();
        let after = mask(reach(&build(&more), &Scope::new(&set(present))).facts().iter());
        prop_assert_eq!(before & !after, 0);
    }

    #[test]
    fn the_true_cost_lies_in_the_bracket(rules in rules(), present in 0..1_u32 << CONTROLS) {
        let system = build(&rules);
        let controls = set(present);
        let scope = Scope::new(&controls);
        let costs = true_costs(&rules, present, u32::MAX);
        let all = plans(&system, &scope);
        for target in all_facts() {
            let bracket = all.bracket(&system, target);
            prop_assert_eq!(bracket.is_some(), costs.contains_key(&target.0));
            let Some(Bracket { lower, plan }) = bracket else { continue };
            let least = costs[&target.0];
            prop_assert!(lower <= least && least <= plan.cost, "{lower} {least} {}", plan.cost);
            prop_assert!(plan.cost <= all.sum().value(target).unwrap());
            prop_assert_eq!(check_plan(&system, &scope, target, &plan.steps), Ok(plan.cost));
            let lean = irredundant(&system, target, reach(&system, &scope).steps()).unwrap();
            prop_assert_eq!(check_plan(&system, &scope, target, &lean.steps), Ok(lean.cost));
            for without in &lean.steps {
                let rest: Vec<RuleId> = lean.steps.iter().copied().filter(|rule| rule != without).collect();
                prop_assert!(irredundant(&system, target, &rest).is_none());
            }
            prop_assert_eq!(irredundant(&system, target, &plan.steps).unwrap().cost, plan.cost);
        }
    }

    #[test]
    fn minimal_paths_are_all_minimal_supports(rules in rules(), present in 0..1_u32 << CONTROLS, target in 0..FACTS) {
        let system = build(&rules);
        let controls = set(present);
        let scope = Scope::new(&controls);
        let expected = minimal_supports(&rules, present, target);
        let found = minimal_paths(&system, &scope, FactId(target), 1000, u64::MAX);
        prop_assert_eq!(found.extent, Extent::All);
        let supports: BTreeSet<u32> = found.paths.iter().map(|path| mask(path.base.iter().copied())).collect();
        prop_assert_eq!(supports.len(), found.paths.len());
        prop_assert_eq!(&supports, &expected);
        for path in &found.paths {
            let base: IdSet<FactId> = path.base.iter().copied().collect();
            let least = true_costs(&rules, present, mask(path.base.iter().copied()))[&target];
            prop_assert!(path.bracket.lower <= least && least <= path.bracket.plan.cost);
            let plan = &path.bracket.plan;
            prop_assert_eq!(check_plan(&system, &scope.only_base(&base), FactId(target), &plan.steps), Ok(plan.cost));
        }
        let few = minimal_paths(&system, &scope, FactId(target), 1, u64::MAX);
        prop_assert_eq!(few.paths.len(), expected.len().min(1));
        prop_assert_eq!(few.extent == Extent::CutAtCount, expected.len() > 1);
        let cut = minimal_paths(&system, &scope, FactId(target), 1000, 0);
        prop_assert!(cut.extent == Extent::CutAtWork || cut.paths.len() == expected.len());
        prop_assert!(!cut.paths.is_empty() || expected.is_empty());
        prop_assert!(cut.paths.iter().all(|path| expected.contains(&mask(path.base.iter().copied()))));
    }

    #[test]
    fn landmarks_are_what_all_derivations_share(rules in rules(), present in 0..1_u32 << CONTROLS, target in 0..FACTS) {
        let system = build(&rules);
        let controls = set(present);
        let found = landmarks(&system, &Scope::new(&controls), FactId(target));
        let reachable = holds(&rules, present) & (1 << target) != 0;
        prop_assert_eq!(found.is_some(), reachable);
        let Some(found) = found else { return Ok(()) };
        let can = |base, gone, without: usize| {
            closure(&rules, present, base, gone, |at| at != without) & (1 << target) != 0
        };
        let expected = (0..FACTS).filter(|fact| !can(u32::MAX, 1 << fact, usize::MAX)).fold(0, |mask, fact| mask | 1 << fact);
        prop_assert_eq!(mask(found.facts.iter().copied()), expected);
        prop_assert_eq!(expected, landmark_fixpoint(&rules, present, target));
        prop_assert_eq!(found.facts.last(), Some(&FactId(target)));
        let base = minimal_supports(&rules, present, target).into_iter().fold(u32::MAX, |shared, support| shared & support);
        prop_assert_eq!(mask(found.base.iter().copied()), base);
        let steps: BTreeSet<usize> = (0..rules.len()).filter(|rule| !can(u32::MAX, 0, *rule)).collect();
        prop_assert_eq!(found.steps.iter().map(|rule| rule.0 as usize).collect::<BTreeSet<_>>(), steps);
    }

    #[test]
    fn the_benefit_is_what_each_control_saves(rules in rules(), present in 0..1_u32 << CONTROLS) {
        let system = build(&rules);
        let controls = set(present);
        let all: Vec<ControlId> = (0..CONTROLS).map(ControlId).collect();
        let found = benefit(&system, &Scope::new(&controls), &all_facts(), &all);
        let before = holds(&rules, present);
        for control in 0..CONTROLS {
            let saved = before & !holds(&rules, present | 1 << control);
            prop_assert_eq!(mask(found.of(ControlId(control))), saved);
        }
        prop_assert!(found.ranking().is_sorted_by_key(|(control, saved)| (std::cmp::Reverse(*saved), *control)));
    }

    #[test]
    fn the_smallest_set_is_the_smallest(
        rules in rules(), present in 0..1_u32 << CONTROLS, targets in 1..1_u32 << FACTS,
        candidates in 0..1_u32 << CONTROLS, weights in prop::array::uniform5(0..6_u32), limit in prop_oneof![Just(0_u64), 0..200_u64],
    ) {
        let system = build(&rules);
        let controls = set(present);
        let scope = Scope::new(&controls);
        let wanted: Vec<FactId> = all_facts().into_iter().filter(|fact| targets & (1 << fact.0) != 0).collect();
        let named: Vec<(ControlId, u32)> = (0..CONTROLS).filter(|at| candidates & (1 << at) != 0)
            .map(|at| (ControlId(at), weights[at as usize])).collect();
        let closes = |chosen: u32| holds(&rules, present | chosen) & targets == 0;
        let weigh = |chosen: u32| named.iter().filter(|(at, _)| chosen & (1 << at.0) != 0).map(|(_, weight)| u64::from(*weight)).sum::<u64>();
        let least = (0..1_u32 << CONTROLS).filter(|chosen| chosen & !candidates == 0 && closes(*chosen)).map(weigh).min();
        for limit in [u64::MAX, limit] {
            match smallest_set(&system, &scope, &wanted, &named, limit) {
                Closing::Open(plan) => {
                    prop_assert_eq!(least, None);
                    prop_assert!(wanted.contains(&plan.target));
                    let blocked = set(present | candidates);
                    prop_assert_eq!(check_plan(&system, &Scope::new(&blocked), plan.target, &plan.steps), Ok(plan.cost));
                }
                Closing::Set(found) => {
                    let chosen = found.controls.iter().fold(0, |mask, control| mask | 1 << control.0);
                    prop_assert!(chosen & !candidates == 0 && closes(chosen));
                    prop_assert_eq!(weigh(chosen), found.weight);
                    let least = least.unwrap();
                    prop_assert!(found.lower_bound <= least && least <= found.weight);
                    prop_assert!(limit < u64::MAX || found.weight == least && found.proven);
                    prop_assert_eq!(found.proven, found.weight == found.lower_bound);
                    for control in &found.controls {
                        prop_assert!(!closes(chosen & !(1 << control.0)));
                    }
                }
            }
        }
    }

    #[test]
    fn the_order_of_rules_does_not_matter(
        (rules, shuffled) in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())),
        present in 0..1_u32 << CONTROLS, target in 0..FACTS,
    ) {
        let controls = set(present);
        let scope = Scope::new(&controls);
        let said = |rules: &[Rule], steps: &[RuleId]| steps.iter().map(|rule| {
            let rule = &rules[rule.0 as usize];
            let guards: BTreeSet<u32> = rule.guards.iter().copied().collect();
            (rule.head, bits(&rule.body), guards, rule.cost)
        }).collect::<Vec<_>>();
        let answer = |rules: &[Rule]| {
            let system = build(rules);
            let target = FactId(target);
            let best = plan(&system, &scope, target).map(|found| (found.lower, said(rules, &found.plan.steps)));
            let paths: Vec<_> = minimal_paths(&system, &scope, target, 3, u64::MAX).paths.into_iter()
                .map(|path| (path.base, said(rules, &path.bracket.plan.steps))).collect();
            let shared = landmarks(&system, &scope, target).map(|found| (found.facts, found.base, said(rules, &found.steps)));
            let named: Vec<(ControlId, u32)> = (0..CONTROLS).map(|at| (ControlId(at), 1)).collect();
            let closing = match smallest_set(&system, &scope, &[target], &named, u64::MAX) {
                Closing::Set(found) => Ok((found.controls, found.attacks)),
                Closing::Open(_) => Err(()),
            };
            (best, paths, shared, closing)
        };
        prop_assert_eq!(answer(&rules), answer(&shuffled));
    }
}
