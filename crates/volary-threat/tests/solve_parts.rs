//! What small random systems do not reach: hitting sets worth a search, more controls than a block holds, great depth and cost.

use proptest::prelude::*;
use volary_threat::solve::generate::{Numbers, and_or, delivery};
use volary_threat::solve::{
    Closing, Compose, ControlId, DEAREST, Exact, FactId, HittingSolver, Present, Scope, SystemBuilder, benefit,
    cheapest, check_plan, landmarks, minimal_paths, plan, reach, smallest_set,
};

fn least(clauses: &[Vec<u32>], weights: &[u64]) -> u64 {
    let masks: Vec<u32> = clauses.iter().map(|clause| clause.iter().fold(0, |mask, at| mask | 1 << at)).collect();
    let weigh = |set: u32| (0..weights.len()).filter(|at| set & (1 << at) != 0).map(|at| weights[at]).sum();
    (0..1_u32 << weights.len()).filter(|set| masks.iter().all(|mask| mask & set != 0)).map(weigh).min().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn hitting_sets_are_least(
        clauses in prop::collection::vec(prop::collection::vec(0..11_u32, 2..5), 0..28),
        weights in prop_oneof![Just(vec![1; 11]), prop::collection::vec(0..8_u64, 11)],
        limit in 0..2_000_u64,
    ) {
        let least = least(&clauses, &weights);
        for limit in [u64::MAX, limit] {
            let found = Exact.solve(&clauses, &weights, limit);
            prop_assert!(clauses.iter().all(|clause| clause.iter().any(|at| found.chosen.contains(at))));
            prop_assert!(found.chosen.is_sorted_by(|left, right| left < right));
            let weight: u64 = found.chosen.iter().map(|at| weights[*at as usize]).sum();
            prop_assert!(found.lower_bound <= least && least <= weight, "{} {least} {weight}", found.lower_bound);
            prop_assert!(limit < u64::MAX || found.lower_bound == weight);
        }
    }
}

#[test]
fn a_hard_hitting_set_ends_at_its_limit_with_a_bound() {
    let mut numbers = Numbers::new(3);
    let clauses: Vec<Vec<u32>> = (0..900).map(|_| (0..3).map(|_| numbers.below(300)).collect()).collect();
    let weights = vec![1; 300];
    let found = Exact.solve(&clauses, &weights, 300_000);
    assert!(clauses.iter().all(|clause| clause.iter().any(|at| found.chosen.contains(at))));
    assert!(found.lower_bound > 0 && found.lower_bound <= found.chosen.len() as u64);
    assert!(found.work < 600_000, "{}", found.work);
    assert_eq!(found, Exact.solve(&clauses, &weights, 300_000));
}

#[test]
fn benefits_of_more_controls_than_a_block_holds_are_what_asking_one_by_one_gives() {
    for off in [false, true] {
        let made = delivery(11, 150, off);
        assert!(made.missing.len() > 512);
        let found = benefit(&made.system, &Scope::new(&made.present), &made.targets, &made.missing);
        let before = reach(&made.system, &Scope::new(&made.present));
        for control in &made.missing {
            let mut present = made.present.clone();
            present.insert(*control);
            let after = reach(&made.system, &Scope::new(&present));
            let lost = made.targets.iter().filter(|target| before.contains(**target) && !after.contains(**target));
            assert!(found.of(*control).eq(lost.copied()), "{control:?}");
        }
    }
}

#[test]
fn the_smallest_set_for_a_delivery_closes_it_and_needs_each_of_its_controls() {
    for off in [false, true] {
        let made = delivery(5, 60, off);
        let candidates: Vec<(ControlId, u32)> =
            made.missing.iter().filter(|control| control.0 > 1).map(|control| (*control, 1 + control.0 % 3)).collect();
        let targets = &made.targets[..12];
        let Closing::Set(found) =
            smallest_set(&made.system, &Scope::new(&made.present), targets, &candidates, 100_000_000)
        else {
            panic!("every target can be closed");
        };
        assert!(found.proven && found.controls.len() > 1, "{found:?}");
        let mut present = made.present.clone();
        present.extend(found.controls.iter().copied());
        let open = |present: &Present| {
            let reached = reach(&made.system, &Scope::new(present));
            targets.iter().any(|target| reached.contains(*target))
        };
        assert!(!open(&present));
        for control in &found.controls {
            present.remove(*control);
            assert!(open(&present));
            present.insert(*control);
        }
    }
}

#[test]
fn plans_in_a_great_graph_can_be_taken_step_by_step() {
    for seed in 0..5 {
        let made = and_or(seed, 20_000, 28_000);
        let scope = Scope::new(&made.present);
        let target = made.targets[0];
        let found = plan(&made.system, &scope, target).expect("the last node needs what can be reached");
        assert_eq!(check_plan(&made.system, &scope, target, &found.plan.steps), Ok(found.plan.cost));
        assert!(found.plan.steps.len() > 10 && found.lower <= found.plan.cost);
    }
}

#[test]
fn depth_and_cost_have_no_end() {
    // Every fact needs the one before by two ways, so the sum doubles; a shared step still counts once in a plan.
    let length = 50_000;
    let mut builder = SystemBuilder::new(3 * length + 1, 1);
    builder.rule(FactId(0), &[], &[], u32::MAX);
    for at in 0..length {
        let [from, left, right, to] = [3 * at, 3 * at + 1, 3 * at + 2, 3 * at + 3].map(FactId);
        builder.rule(left, &[from], &[], 1);
        builder.rule(right, &[from], &[], 1);
        builder.rule(to, &[left, right], if at == 0 { &[ControlId(0)] } else { &[] }, 1);
    }
    let system = builder.build();
    let nothing = Present::new(0);
    let scope = Scope::new(&nothing);
    let target = FactId(3 * length);
    let values = cheapest(&system, &scope, Compose::Sum);
    assert_eq!(values.value(target), Some(DEAREST));
    let found = plan(&system, &scope, target).unwrap();
    let (steps, base) = (u64::from(length), u64::from(u32::MAX));
    assert_eq!((found.lower, found.plan.cost), (base + 2 * steps, base + 3 * steps));
    assert_eq!(check_plan(&system, &scope, target, &found.plan.steps), Ok(found.plan.cost));
    let paths = minimal_paths(&system, &scope, target, 10, u64::MAX);
    assert_eq!(paths.paths.len(), 1);
    let Closing::Set(closing) = smallest_set(&system, &scope, &[target], &[(ControlId(0), 7)], u64::MAX) else {
        panic!("the control closes it");
    };
    assert_eq!((closing.controls, closing.weight, closing.proven), (vec![ControlId(0)], 7, true));
    assert!(benefit(&system, &scope, &[target], &[ControlId(0)]).of(ControlId(0)).eq([target]));
    assert!(landmarks(&system, &scope, FactId(30)).is_some_and(|shared| shared.facts.len() == 31));
}
