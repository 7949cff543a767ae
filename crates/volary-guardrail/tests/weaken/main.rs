//! Weakened guardrails: pairs of small trees, each with what the change is; harmless changes stay silent.

#![allow(clippy::print_stdout, clippy::print_stderr, unreachable_pub)]

mod harmless;
mod history;
mod support;
mod table;
mod trees;

use support::{Tree, compare};
use table::{Edit, Row};

/// The trees of a row.
fn trees(row: &Row) -> (Tree, Tree) {
    let base: Tree = row.base.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut head = base.clone();
    for edit in row.edits {
        match edit {
            Edit::Swap(path, from, to) => {
                let text = head.get_mut(*path).unwrap_or_else(|| panic!("{}: no {path}", row.name));
                assert!(text.contains(from), "{}: `{from}` is not in {path}", row.name);
                *text = text.replacen(from, to, 1);
            }
            Edit::Write(path, text) => {
                head.insert((*path).to_owned(), (*text).to_owned());
            }
            Edit::Remove(path) => {
                head.remove(*path).unwrap_or_else(|| panic!("{}: no {path}", row.name));
            }
            Edit::Move(from, to) => {
                let text = head.remove(*from).unwrap_or_else(|| panic!("{}: no {from}", row.name));
                head.insert((*to).to_owned(), text);
            }
        }
    }
    (base, head)
}

/// What is wrong about a row.
fn judge(row: &Row) -> Option<String> {
    let (base, head) = trees(row);
    let found = compare(&base, &head);
    let shown =
        || found.iter().map(|one| format!("\n      {} {} {}", one.class, one.place, one.message)).collect::<String>();
    if row.classes.is_empty() {
        return (!found.is_empty()).then(|| format!("{}: harmless, but:{}", row.name, shown()));
    }
    let right = found.iter().any(|one| row.classes.contains(&one.class.as_str()));
    (!right).then(|| format!("{}: not {}:{}", row.name, row.classes.join(" or "), shown()))
}

fn all(rows: &[Row]) {
    let only = std::env::var("ROW").ok();
    let rows: Vec<&Row> =
        rows.iter().filter(|row| only.as_ref().is_none_or(|only| row.name.contains(only.as_str()))).collect();
    let wrong: Vec<String> = rows.iter().filter_map(|row| judge(row)).collect();
    if only.is_some() {
        for row in &rows {
            let (base, head) = trees(row);
            for one in compare(&base, &head) {
                println!(
                    "{}: {} {} {:?} {}\n    fix: {}",
                    row.name, one.class, one.place, one.draft.severity, one.message, one.draft.fix
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn what_is_weakened_is_told() {
    all(table::ROWS);
}

#[test]
fn what_is_harmless_is_not_told() {
    all(harmless::ROWS);
}
