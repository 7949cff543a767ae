//! CODEOWNERS: who has to agree to a change of a pipeline.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Severity, Span};
use volary_pipeline::Document;

use super::super::draft::WeakeningDraft;
use super::super::glob;

struct Line {
    pattern: String,
    owners: BTreeSet<String>,
    at: Span,
}

/// Where the file may lie, the first that there is counts.
pub(super) fn is_owners(path: &str) -> bool {
    matches!(path, "CODEOWNERS" | ".github/CODEOWNERS" | "docs/CODEOWNERS" | ".gitlab/CODEOWNERS")
}

/// Guarded paths that others own now, or nobody.
pub(super) fn compare(before: &Document, after: Option<&Document>, guarded: &[Arc<str>]) -> Option<WeakeningDraft> {
    let was = lines(before);
    let is = after.map(lines).unwrap_or_default();
    for path in guarded {
        let Some(old) = was.iter().rev().find(|line| owns(&line.pattern, path)) else { continue };
        if old.owners.is_empty() {
            continue;
        }
        let new = is.iter().rev().find(|line| owns(&line.pattern, path));
        let now = new.map(|line| line.owners.clone()).unwrap_or_default();
        let lost: Vec<&String> = old.owners.difference(&now).collect();
        let gained: Vec<&String> = now.difference(&old.owners).collect();
        // Fewer of the same are no others.
        if lost.is_empty() || (gained.is_empty() && !now.is_empty()) || is_renamed(&was, &is, &lost, &gained) {
            continue;
        }
        let names = |owners: &BTreeSet<String>| owners.iter().cloned().collect::<Vec<_>>().join(" ");
        let message = if now.is_empty() {
            format!(
                "Nobody owns `{path}` any more, where {} did: a change of it needs no review of theirs",
                names(&old.owners)
            )
        } else {
            format!("`{path}` is owned by {} now, where {} owned it", names(&now), names(&old.owners))
        };
        let at = new.map_or(old.at, |line| line.at);
        let fix = format!("Restore `{} {}`", old.pattern, names(&old.owners));
        let mut draft = WeakeningDraft::new("W9", at, message, fix);
        draft.removed = new.is_none();
        draft.before = Some(names(&old.owners).into());
        draft.after = Some(names(&now).into());
        draft.severity = Severity::Medium;
        draft.key = path.clone();
        return Some(draft);
    }
    None
}

/// One team has another name everywhere.
fn is_renamed(was: &[Line], is: &[Line], lost: &[&String], gained: &[&String]) -> bool {
    let ([old], [new]) = (lost, gained) else { return false };
    let count = |lines: &[Line], owner: &String| lines.iter().filter(|line| line.owners.contains(owner)).count();
    count(was, old) > 1 && count(is, old) == 0 && count(is, new) == count(was, old)
}

fn lines(document: &Document) -> Vec<Line> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in document.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.split(" #").next().unwrap_or(line).trim();
        if text.is_empty() || text.starts_with(['#', '[', '^']) {
            continue;
        }
        let mut words = text.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        let owners = words.map(str::to_owned).collect();
        let at = Span::new(document.file, start, start + line.trim_end().len());
        found.push(Line { pattern: pattern.to_owned(), owners, at });
    }
    found
}

fn owns(pattern: &str, path: &str) -> bool {
    if matches!(pattern, "*" | "**" | "/" | "/**") {
        return true;
    }
    let inner = pattern.trim_end_matches('/').contains('/');
    glob::fits(pattern, path)
        || (!inner && glob::fits(&format!("**/{}", pattern.trim_end_matches('/')), path))
        || (!inner && pattern.ends_with('/') && format!("/{path}").contains(&format!("/{pattern}")))
}
