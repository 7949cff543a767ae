//! The mutation benchmark of guardrails: every labelled control that holds is weakened in the ways in which people do
//! it, and edited in ways that weaken nothing. What is printed is in `docs/mutation.md`.

mod case;
mod files;
mod mutants;
mod read;
mod script;
mod site;
mod tools;
mod ways;
mod yaml;

/// Prints how many mutants each way makes.
#[test]
fn every_way_finds_a_place() {
    let mutants = mutants::weakenings();
    mutants::print_ways(&mutants);
}
