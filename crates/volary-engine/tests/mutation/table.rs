//! The table of the benchmark.

use std::collections::BTreeMap;
use std::fmt::Write;

use volary_pipeline::Platform;

use crate::case::PLATFORMS;
use crate::judge::{all, classes, is_worse};
use crate::mutants::{Edited, Mutant};

/// Most mutants of a class on a platform.
pub(crate) const MOST: usize = 60;

/// The same in a run that has to be quick.
pub(crate) const QUICK: usize = LEAST;

/// A cell with fewer is not measured.
pub(crate) const LEAST: usize = 20;

/// Cells that only a platform's own answer could fill.
pub(crate) const SNAPSHOT: &[(u8, Platform)] = &[
    (11, Platform::Azure),
    (11, Platform::GitLab),
    (11, Platform::Jenkins),
    (13, Platform::Azure),
    (13, Platform::GitLab),
    (13, Platform::Jenkins),
    (14, Platform::Azure),
    (14, Platform::Jenkins),
];

/// One cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) mutants: usize,
    pub(crate) detected: usize,
    /// Found, and called something else.
    pub(crate) other: usize,
    pub(crate) missed: Vec<String>,
}

impl Cell {
    pub(crate) fn share(&self) -> f64 {
        self.detected as f64 * 100.0 / self.mutants.max(1) as f64
    }
}

/// Of each way of a class and platform as many as of every other, as far as they go: every n-th of its mutants.
pub(crate) fn chosen(mutants: Vec<Mutant>, most: usize) -> Vec<Mutant> {
    let mut ways: BTreeMap<(u8, Platform), BTreeMap<&'static str, Vec<Mutant>>> = BTreeMap::new();
    for mutant in mutants {
        ways.entry((mutant.class, mutant.platform)).or_default().entry(mutant.way).or_default().push(mutant);
    }
    let mut chosen = Vec::new();
    for ways in ways.into_values() {
        let mut left = most;
        let mut ways: Vec<Vec<Mutant>> = ways.into_values().collect();
        ways.sort_by_key(Vec::len);
        let count = ways.len();
        for (index, way) in ways.into_iter().enumerate() {
            let share = (left / (count - index)).min(way.len());
            left -= share;
            chosen.extend(spread(way, share));
        }
    }
    chosen
}

/// So many of a list, evenly spread over it.
pub(crate) fn spread<T>(list: Vec<T>, share: usize) -> Vec<T> {
    let all = list.len();
    let takes = |index: usize| share > 0 && (index * share) / all != ((index + 1) * share) / all;
    list.into_iter().enumerate().filter(|(index, _)| takes(*index)).map(|(_, one)| one).collect()
}

/// Judges mutants: cells by class and platform.
pub(crate) fn judge(mutants: &[Mutant]) -> BTreeMap<(u8, Platform), Cell> {
    let said = all(mutants, |mutant| classes(&mutant.change, &mutant.sources));
    let mut cells: BTreeMap<(u8, Platform), Cell> = BTreeMap::new();
    for (mutant, said) in mutants.iter().zip(said) {
        let cell = cells.entry((mutant.class, mutant.platform)).or_default();
        cell.mutants += 1;
        let wanted = [Some(mutant.class), mutant.also];
        let named = said.iter().any(|(class, _)| wanted.iter().flatten().any(|one| *class == format!("W{one}")));
        if named {
            cell.detected += 1;
        } else {
            let classes: Vec<&str> = said.iter().map(|(class, _)| class.as_str()).collect();
            cell.other += usize::from(!classes.is_empty());
            let found = if classes.is_empty() { "nothing".to_owned() } else { classes.join(" ") };
            cell.missed.push(format!("{}: {} (line {}): {found}", mutant.way, mutant.case, mutant.line));
        }
    }
    cells
}

/// What is said of the mutants whose class, way and case contain a text.
pub(crate) fn said(mutants: &[Mutant], part: &str) -> String {
    let name = |one: &Mutant| format!("{} W{} {}: {}", one.platform, one.class, one.way, one.case);
    let parts: Vec<&str> = part.split(',').collect();
    let fits = |one: &&Mutant| parts.iter().any(|part| part.split('+').all(|word| name(one).contains(word)));
    let wanted: Vec<&Mutant> = mutants.iter().filter(fits).collect();
    let said = all(&wanted, |one| classes(&one.change, &one.sources));
    let lines = wanted.iter().zip(said).map(|(one, said)| {
        let said: Vec<String> = said.into_iter().map(|(class, message)| format!("    {class} {message}")).collect();
        format!("{}\n{}", name(one), said.join("\n"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The share of mutants after which a verdict is worse, by class and platform: what the proof alone sees.
pub(crate) fn worse(mutants: &[Mutant]) -> String {
    let said = all(mutants, |mutant| is_worse(&mutant.change, &mutant.sources));
    let mut cells: BTreeMap<(u8, Platform), (usize, Vec<&Mutant>)> = BTreeMap::new();
    for (mutant, worse) in mutants.iter().zip(said) {
        let cell = cells.entry((mutant.class, mutant.platform)).or_default();
        cell.0 += 1;
        if !worse {
            cell.1.push(mutant);
        }
    }
    let mut out = String::new();
    for ((class, platform), (count, same)) in &cells {
        let _ = writeln!(out, "W{class} {platform}: a verdict is worse after {} of {count}", count - same.len());
        for mutant in same {
            let _ = writeln!(out, "    {}: {} (line {}): no verdict is worse", mutant.way, mutant.case, mutant.line);
        }
    }
    out
}

/// The harmless edits after which a verdict is worse.
pub(crate) fn worse_though_harmless(edits: &[Edited]) -> String {
    let said = all(edits, |edit| is_worse(&edit.change, &edit.sources));
    let wrong = edits.iter().zip(said).filter(|(_, worse)| *worse);
    let lines: Vec<String> =
        wrong.map(|(edit, _)| format!("worse: {} {}: {}", edit.platform, edit.name, edit.case)).collect();
    format!("a verdict is worse after {} of {} harmless edits\n{}", lines.len(), edits.len(), lines.join("\n"))
}

/// Judges harmless edits: of each platform how many there are and which were called weakenings.
pub(crate) fn alarms(edits: &[Edited]) -> BTreeMap<Platform, (usize, Vec<String>)> {
    let said = all(edits, |edit| classes(&edit.change, &edit.sources));
    let mut found: BTreeMap<Platform, (usize, Vec<String>)> = BTreeMap::new();
    for (edit, said) in edits.iter().zip(said) {
        let (count, wrong) = found.entry(edit.platform).or_default();
        *count += 1;
        if let Some((class, message)) = said.first() {
            wrong.push(format!("{}: {}: {class} {message}", edit.name, edit.case));
        }
    }
    found
}

/// The table as it stands in the documentation.
pub(crate) fn print(
    cells: &BTreeMap<(u8, Platform), Cell>,
    alarms: &BTreeMap<Platform, (usize, Vec<String>)>,
) -> String {
    let mut out = String::from("| class | GitHub | Azure | GitLab | Jenkins |\n|---|---|---|---|---|\n");
    for class in 1..=15 {
        let _ = write!(out, "| W{class} |");
        for (platform, _) in PLATFORMS {
            let cell = cells.get(&(class, platform));
            let text = match cell {
                _ if SNAPSHOT.contains(&(class, platform)) => "needs a snapshot".to_owned(),
                Some(cell) if cell.mutants >= LEAST => {
                    format!("{}/{} ({:.0} %)", cell.detected, cell.mutants, cell.share())
                }
                other => format!("not measured ({})", other.map_or(0, |cell| cell.mutants)),
            };
            let _ = write!(out, " {text} |");
        }
        out.push('\n');
    }
    let _ = write!(out, "| false alarms |");
    for (platform, _) in PLATFORMS {
        let (count, wrong) = alarms.get(&platform).map_or((0, 0), |(count, wrong)| (*count, wrong.len()));
        let _ = write!(out, " {wrong}/{count} ({:.1} %) |", wrong as f64 * 100.0 / count.max(1) as f64);
    }
    out.push('\n');
    out
}
