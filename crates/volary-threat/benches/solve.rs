//! What each question to the solver costs, on made deliveries and on a made AND/OR graph.
//!
//! `cargo bench -p volary-threat`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use volary_threat::solve::generate::{Made, and_or, delivery};
use volary_threat::solve::{
    Closing, Compose, ControlId, FactId, Scope, benefit, cheapest, check_plan, landmarks, minimal_paths, plan, reach,
    smallest_set,
};

const LIMIT: u64 = 1_000_000_000;

/// The median of the runs, with the last answer.
fn timed<T>(runs: usize, mut ask: impl FnMut() -> T) -> (f64, T) {
    let mut once = || {
        let start = Instant::now();
        let answer = black_box(ask());
        (start.elapsed(), answer)
    };
    let mut times: Vec<Duration> = (1..runs).map(|_| once().0).collect();
    let (last, answer) = once();
    times.push(last);
    times.sort_unstable();
    (times[times.len() / 2].as_secs_f64() * 1e3, answer)
}

fn main() {
    // `cargo test --benches` only wants to see that it runs.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (runs, sizes): (_, &[u32]) = if measured { (7, &[1, 1_000, 4_975]) } else { (1, &[1, 20]) };
    for repositories in sizes {
        for off in [false, true] {
            measure_delivery(runs, *repositories, off);
        }
    }
    for seed in 0..3 {
        let (nodes, edges) = if measured { (20_000, 28_000) } else { (200, 280) };
        let made = and_or(seed, nodes, edges);
        let nothing = made.present.clone();
        let scope = Scope::new(&nothing);
        let target = made.targets[0];
        let (time, found) = timed(runs, || plan(&made.system, &scope, target));
        let found = found.expect("the last node needs what can be reached");
        let cost = check_plan(&made.system, &scope, target, &found.plan.steps).expect("every step can be taken");
        println!(
            "AND/OR graph {seed}: {nodes} nodes, {} rules: plan of {} steps, cost {}..={cost}, {time:.2} ms, checked",
            made.system.rules(),
            found.plan.steps.len(),
            found.lower,
        );
    }
    if let Some(peak) = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        status.lines().find_map(|line| line.strip_prefix("VmHWM:").map(|peak| peak.trim().to_owned()))
    }) {
        println!("peak memory of everything above: {peak}");
    }
}

fn measure_delivery(runs: usize, repositories: u32, off: bool) {
    let (time, made) = timed(runs, || delivery(7, repositories, off));
    let Made { system, present, missing, targets } = &made;
    println!(
        "{repositories} repositories{}: {} facts, {} rules, {} missing controls; made in {time:.2} ms",
        if off { ", with steps that switch controls off" } else { "" },
        system.facts(),
        system.rules(),
        missing.len()
    );
    let scope = Scope::new(present);
    let tell = |what: &str, time: f64, answer: String| println!("  {what:<28} {time:>10.3} ms  {answer}");
    let (time, reached) = timed(runs, || reach(system, &scope));
    tell("reach", time, format!("{} facts", reached.facts().len()));
    let (time, values) = timed(runs, || cheapest(system, &scope, Compose::Sum));
    tell("cheapest, sum", time, format!("{} facts", values.order().len()));
    let (time, _) = timed(runs, || cheapest(system, &scope, Compose::Max));
    tell("cheapest, max", time, String::new());
    let (time, found) = timed(runs.min(3), || benefit(system, &scope, targets, missing));
    let best = found.ranking().first().map_or(0, |(_, saved)| *saved);
    tell("benefit of every control", time, format!("{} help, the best saves {best}", found.iter().count()));
    let open: Vec<FactId> = targets.iter().copied().filter(|target| reached.contains(*target)).collect();
    let Some(last) = open.last().copied() else { return };
    let (time, found) = timed(runs.min(3), || landmarks(system, &scope, last));
    tell("landmarks of one target", time, format!("{} facts", found.map_or(0, |found| found.facts.len())));
    let (time, found) = timed(1, || minimal_paths(system, &scope, last, 20, LIMIT));
    tell("minimal paths to one target", time, format!("{} ({:?})", found.paths.len(), found.extent));
    // The account and its second factor would close everything: asked without them too.
    for (what, from) in [("all", 0), ("local", 2)] {
        let candidates: Vec<(ControlId, u32)> =
            missing.iter().filter(|control| control.0 >= from).map(|control| (*control, 1)).collect();
        for count in [1, 10, 100, 300] {
            if count > open.len() {
                break;
            }
            let some: Vec<FactId> = open.iter().copied().step_by(open.len() / count).take(count).collect();
            let (time, found) = timed(runs.min(3), || smallest_set(system, &scope, &some, &candidates, LIMIT));
            let answer = match found {
                Closing::Set(found) => format!(
                    "{} controls, at least {}, {} attacks, work {}",
                    found.weight, found.lower_bound, found.attacks, found.work
                ),
                Closing::Open(plan) => format!("cannot be closed, {} steps left", plan.steps.len()),
            };
            tell(&format!("smallest set, {what}, {count}"), time, answer);
        }
    }
}
