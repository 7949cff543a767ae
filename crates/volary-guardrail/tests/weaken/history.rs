//! Changes of real repositories, as people read them; skipped where there is no copy of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{Tree, compare};

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
    let (mut harmless, mut alarms) = (0, 0);
    for line in index.lines() {
        let (number, reading) = (text(line, "n"), text(line, "reading"));
        if std::env::var("CHANGE").is_ok_and(|only| only != number) {
            continue;
        }
        let folder = root.join(&number);
        let started = std::time::Instant::now();
        let found = compare(&walk(&folder.join("before")), &walk(&folder.join("after")));
        if std::env::var("SLOW").is_ok() && started.elapsed().as_millis() > 500 {
            println!("{number} took {:?}", started.elapsed());
        }
        harmless += usize::from(reading == "harmless");
        alarms += usize::from(reading == "harmless" && !found.is_empty());
        if !found.is_empty() || reading == "weakening" {
            println!("{number} {reading} {}: {}", text(line, "path"), text(line, "reason"));
        }
        for one in &found {
            println!("    {} {} {}", one.class, one.place, one.message);
        }
    }
    println!("{alarms} of {harmless} harmless changes told");
    assert!(alarms * 50 <= harmless, "{alarms} of {harmless}");
}
