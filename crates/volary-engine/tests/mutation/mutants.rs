//! Mutants of every case.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use rayon::prelude::*;
use volary_document::yaml;
use volary_model::FileId;
use volary_pipeline::Platform;

use crate::case::{PLATFORMS, cases};
use crate::files::Change;
use crate::harmless::{harmless, history};
use crate::read::read;
use crate::site::Site;
use crate::ways::ways;

/// A change that takes force from a control.
pub(crate) struct Mutant {
    pub(crate) platform: Platform,
    pub(crate) class: u8,
    pub(crate) also: Option<u8>,
    pub(crate) way: &'static str,
    pub(crate) case: String,
    pub(crate) root: String,
    pub(crate) line: usize,
    pub(crate) sources: Vec<(String, String)>,
    pub(crate) change: Change,
}

/// A change that takes no force from anything.
pub(crate) struct Edited {
    pub(crate) platform: Platform,
    pub(crate) name: String,
    pub(crate) case: String,
    pub(crate) root: String,
    pub(crate) sources: Vec<(String, String)>,
    pub(crate) change: Change,
}

/// Every harmless edit of every case, and the real ones.
pub(crate) fn edits() -> Vec<Edited> {
    let found: Vec<Vec<Edited>> = cases()
        .par_iter()
        .map(|case| {
            let mut found = Vec::new();
            let mut seen = Vec::new();
            for label in &case.labels {
                if seen.contains(&label.scan) {
                    continue;
                }
                seen.push(label.scan.clone());
                let Some(site) = Site::new(case, label) else { continue };
                for edit in harmless(case.platform) {
                    found.extend((edit.apply)(&site).map(|change| Edited {
                        platform: case.platform,
                        name: edit.name.to_owned(),
                        case: case.name.clone(),
                        root: case.root.clone(),
                        sources: case.sources.clone(),
                        change,
                    }));
                }
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// Real commits that take no force from anything.
pub(crate) fn real_edits() -> Vec<Edited> {
    let edited = |(platform, n, change)| Edited {
        platform,
        name: "real commit".to_owned(),
        case: n,
        root: String::new(),
        sources: Vec::new(),
        change,
    };
    history().into_iter().map(edited).collect()
}

/// Every mutant of every case, in the order of cases, labels and ways.
pub(crate) fn weakenings() -> Vec<Mutant> {
    let found: Vec<Vec<Mutant>> = cases()
        .par_iter()
        .map(|case| {
            let mut found = Vec::new();
            let mut seen = Vec::new();
            for label in &case.labels {
                // Several things behind one scan are one control to weaken.
                if seen.contains(&label.scan) {
                    continue;
                }
                seen.push(label.scan.clone());
                let Some(site) = Site::new(case, label) else { continue };
                for way in ways(case.platform) {
                    found.extend((way.apply)(&site).into_iter().map(|change| Mutant {
                        platform: case.platform,
                        class: way.class,
                        also: way.also,
                        way: way.name,
                        case: case.name.clone(),
                        root: case.root.clone(),
                        line: label.scan.line,
                        sources: case.sources.clone(),
                        change,
                    }));
                }
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// What is wrong with a pipeline that is not wrong in the base.
fn new_issues(change: &Change, sources: &[(String, String)], root: &str, platform: Platform) -> Vec<String> {
    let look = |files| read(files, sources, root, platform);
    let (Some(base), Some(head)) = (look(&change.base), look(&change.head)) else { return Vec::new() };
    let mut new: Vec<String> = head.issues.into_iter().filter(|issue| !base.issues.contains(issue)).collect();
    // What changed in files that this pipeline does not read is YAML all the same.
    for (path, text) in &change.head {
        if change.base.get(path) != Some(text) && (path.ends_with(".yml") || path.ends_with(".yaml")) {
            let (_, found) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml12);
            new.extend(found.iter().map(|issue| format!("{path}: {}", issue.message)));
        }
    }
    new
}

/// Mutants and edits whose pipeline has something wrong with it that the base does not have.
pub(crate) fn refused(mutants: &[Mutant], edits: &[Edited]) -> Vec<String> {
    let say = |new: Vec<String>, name: String| (!new.is_empty()).then(|| format!("{name}: {}", new.join(" | ")));
    let mut wrong: Vec<String> = mutants
        .par_iter()
        .filter_map(|one| {
            let new = new_issues(&one.change, &one.sources, &one.root, one.platform);
            say(new, format!("{} W{} {}", one.case, one.class, one.way))
        })
        .collect();
    let more: Vec<String> = edits
        .par_iter()
        .filter_map(|one| {
            say(new_issues(&one.change, &one.sources, &one.root, one.platform), format!("{} {}", one.case, one.name))
        })
        .collect();
    wrong.extend(more);
    wrong
}

/// The number of mutants of each way; with `MUTATION_WRITE` every mutant as a difference in that folder.
pub(crate) fn print_ways(mutants: &[Mutant]) {
    let mut counts: BTreeMap<(u8, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for mutant in mutants {
        let platform = PLATFORMS.iter().find(|(platform, _)| *platform == mutant.platform).map_or("", |found| found.1);
        *counts.entry((mutant.class, mutant.way)).or_default().entry(platform).or_default() += 1;
    }
    let mut out = String::new();
    for ((class, way), counts) in &counts {
        let _ = write!(out, "W{class:<3} {way:60}");
        for (_, platform) in PLATFORMS {
            let _ = write!(out, " {platform} {:>3}", counts.get(platform).copied().unwrap_or(0));
        }
        out.push('\n');
    }
    #[expect(clippy::print_stdout, reason = "a table for people")]
    {
        println!("{out}");
    }
    if let Some(folder) = std::env::var_os("MUTATION_WRITE") {
        write(mutants, &PathBuf::from(folder));
    }
}

fn write(mutants: &[Mutant], folder: &std::path::Path) {
    for (index, mutant) in mutants.iter().enumerate() {
        let way: String = mutant.way.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let name = format!("{:?}-W{}-{way}-{}-{index}", mutant.platform, mutant.class, mutant.case);
        for (side, files) in [("a", &mutant.change.base), ("b", &mutant.change.head)] {
            for (path, text) in files {
                let other = if side == "a" { &mutant.change.head } else { &mutant.change.base };
                if other.get(path) != Some(text) {
                    let to = folder.join(&name).join(side).join(path);
                    let _ = std::fs::create_dir_all(to.parent().unwrap_or(folder));
                    let _ = std::fs::write(to, text);
                }
            }
        }
    }
}
