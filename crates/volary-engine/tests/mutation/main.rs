//! The mutation benchmark of guardrails: every labelled control that holds is weakened in the ways in which people do
//! it, and edited in ways that weaken nothing. What is printed is in `docs/mutation.md`.

mod case;
mod files;
mod harmless;
mod judge;
mod mutants;
mod read;
mod script;
mod site;
mod small;
mod table;
mod tools;
mod ways;
mod yaml;

use std::collections::BTreeMap;

use volary_pipeline::Platform;

/// A mutant is a pipeline that its platform would accept as much as the one before.
#[test]
fn mutants_are_pipelines() {
    let wrong = mutants::refused(&mutants::weakenings(), &mutants::edits());
    assert!(wrong.is_empty(), "{} mutants:\n{}", wrong.len(), wrong.join("\n"));
}

/// The least share that is found, in percent.
const FOUND: f64 = 95.0;

/// The largest share of harmless edits that are called weakenings, in percent.
const ALARMS: f64 = 2.0;

/// Cells that reach the share and must not fall below it again.
const REACHED: &[(u8, Platform)] = &[];

/// Weakenings are found, harmless edits are left alone. `MUTATION=all` judges more of each class, and real
/// commits; `MUTATION=verdicts` tells after which mutants no verdict is worse; `MUTATION_ONLY=text` what is said of the
/// mutants whose way and case contain the text.
#[test]
fn weakenings_are_found_and_harmless_edits_are_not() {
    let mode = std::env::var("MUTATION").unwrap_or_default();
    let all = mutants::weakenings();
    if let Ok(part) = std::env::var("MUTATION_ONLY") {
        print(&table::said(&all, &part));
        return;
    }
    mutants::print_ways(&all);
    let most = if mode == "all" { table::MOST } else { table::QUICK };
    let chosen = table::chosen(all, most);
    if mode == "verdicts" {
        print(&table::worse(&chosen));
        print(&table::worse_though_harmless(&as_many(&chosen)));
        return;
    }
    let cells = table::judge(&chosen);
    let mut edits = as_many(&chosen);
    if mode == "all" {
        // Whole pipelines of large projects: too long for a run that has to be quick.
        edits.extend(mutants::real_edits());
    }
    let alarms = table::alarms(&edits);
    print(&table::print(&cells, &alarms));
    for ((class, platform), cell) in &cells {
        print(&format!(
            "W{class} {platform}: {} of {}, {} under another class",
            cell.detected, cell.mutants, cell.other
        ));
        print(&cell.missed.iter().map(|one| format!("    {one}")).collect::<Vec<_>>().join("\n"));
    }
    for (platform, (count, wrong)) in &alarms {
        print(&wrong.iter().map(|one| format!("false alarm on {platform}: {one}")).collect::<Vec<_>>().join("\n"));
        let share = wrong.len() as f64 * 100.0 / *count as f64;
        assert!(share < ALARMS, "{platform}: {share:.1} % of {count} harmless edits are called weakenings");
    }
    for key @ (class, platform) in REACHED {
        let cell = &cells[key];
        assert!(cell.mutants >= table::LEAST, "W{class} {platform}: {} mutants only", cell.mutants);
        assert!(cell.share() >= FOUND, "W{class} {platform}: {:.1} % found", cell.share());
    }
}

/// As many harmless edits as there are mutants, platform by platform.
fn as_many(mutants: &[mutants::Mutant]) -> Vec<mutants::Edited> {
    let mut by_platform: BTreeMap<Platform, Vec<mutants::Edited>> = BTreeMap::new();
    for edit in mutants::edits() {
        by_platform.entry(edit.platform).or_default().push(edit);
    }
    let mut edits = Vec::new();
    for (platform, list) in by_platform {
        let wanted = mutants.iter().filter(|mutant| mutant.platform == platform).count();
        let share = wanted.min(list.len());
        edits.extend(table::spread(list, share));
    }
    edits
}

fn print(text: &str) {
    #[expect(clippy::print_stdout, reason = "a table for people")]
    if !text.is_empty() {
        println!("{text}");
    }
}
