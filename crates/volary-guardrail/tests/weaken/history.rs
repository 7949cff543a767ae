//! Changes of real repositories, as people read them; skipped where there is no copy of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::support::{Found, Tree, compare};

/// Pipelines larger than this take minutes to prove without optimisation.
const LARGE: usize = 100_000;

fn walk(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let (Ok(text), Ok(name)) = (fs::read_to_string(&path), path.strip_prefix(folder)) {
                tree.insert(name.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    tree
}

fn text(line: &str, key: &str) -> String {
    let found = line.split_once(&format!("\"{key}\": \"")).and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(value, _)| value.to_owned()).unwrap_or_default()
}

#[test]
fn real_changes_are_read_as_people_read_them() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/pipelines/history");
    let Ok(index) = fs::read_to_string(root.join("index.jsonl")) else {
        println!("skipped, no copy of the changes: {}", root.display());
        return;
    };
    let only = std::env::var("CHANGE").ok();
    let lines: Vec<&str> =
        index.lines().filter(|line| only.as_ref().is_none_or(|only| *only == text(line, "n"))).collect();
    let next = AtomicUsize::new(0);
    type Told = (usize, Option<Vec<Found>>, u128);
    let told: Mutex<Vec<Told>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(line) = lines.get(at) else { break };
                    let folder = root.join(text(line, "n"));
                    let (before, after) = (walk(&folder.join("before")), walk(&folder.join("after")));
                    let large = before.values().chain(after.values()).any(|text| text.len() > LARGE);
                    let started = Instant::now();
                    let found = (!large || only.is_some()).then(|| compare(&before, &after));
                    told.lock().expect("no other thread failed").push((at, found, started.elapsed().as_millis()));
                }
            });
        }
    });
    let mut told = told.into_inner().expect("no thread failed");
    told.sort_by_key(|(at, ..)| *at);
    let (mut harmless, mut alarms, mut skipped) = (0, 0, 0);
    for (at, found, took) in told {
        let (number, reading) = (text(lines[at], "n"), text(lines[at], "reading"));
        let Some(found) = found else {
            skipped += 1;
            continue;
        };
        harmless += usize::from(reading == "harmless");
        alarms += usize::from(reading == "harmless" && !found.is_empty());
        if !found.is_empty() || reading == "weakening" {
            println!("{number} {reading} ({took} ms): {}", text(lines[at], "reason"));
        }
        for one in &found {
            println!("    {} {} {}", one.class, one.place, one.message);
        }
    }
    println!("{alarms} of {harmless} harmless changes told; {skipped} left out as too large");
    assert!(alarms * 50 <= harmless, "{alarms} of {harmless}");
}
