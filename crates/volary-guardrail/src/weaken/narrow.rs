//! What a control leaves out: thresholds that were raised, lists that grew, a folder that became smaller.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::Value;

use super::Side;
use super::draft::WeakeningDraft;
use super::force::short;
use super::pairs::Pair;
use super::scans::Scan;
use crate::recognise::{Covers, Fact, FloorLevel, Role, written};
use crate::subject::folder_covers;

/// What a control leaves out more than before.
pub(super) fn compare(head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    floor(pair).or_else(|| facts(pair)).or_else(|| folder(head, pair))
}

/// Words in names of settings that leave something out.
const OUT: &[&str] =
    &["skip", "ignore", "exclu", "suppress", "allow", "baseline", "whitelist", "waive", "disable", "except", "vex"];

/// Whether a setting names what is left out.
pub(super) fn leaves_out(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    OUT.iter().any(|word| name.contains(word))
}

/// The least severity that counts was raised.
fn floor(pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (was, is) = (pair.base.findings()?, pair.head.findings()?);
    let floor = is.floor.as_ref()?;
    let now = floor.level?;
    let before = match &was.floor {
        Some(floor) => floor.level?,
        None => FloorLevel::Any,
    };
    // Nobody wrote one and somebody writes down the least: nothing is left out.
    if now <= before || (was.floor.is_none() && now <= FloorLevel::Low) {
        return None;
    }
    let name = pair.head.name();
    let (old, new) = (was.floor.as_ref().map(|floor| written(&floor.value)), written(&floor.value));
    let message = match &old {
        Some(old) => format!(
            "{name} stops at `{}` only, where it stopped at `{}`: what is less severe passes",
            short(&new),
            short(old)
        ),
        None => format!("{name} stops at `{}` only: what is less severe passes now", short(&new)),
    };
    let at = floor.value.origin.source().span().or_else(|| floor.value.origin.span()).unwrap_or(pair.head.act.at);
    let fix = match &old {
        Some(old) => format!("Set it back to `{}`", short(old)),
        None => format!("Delete `{}`", short(&new)),
    };
    let mut draft = WeakeningDraft::new("W8", at, message, fix);
    (draft.before, draft.after) = (old, Some(new));
    Some(draft)
}

/// Settings that leave something out, new ones and longer ones.
fn facts(pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (was, is) = (pair.base.findings()?, pair.head.findings()?);
    for fact in &is.narrowed_by {
        let name = &*fact.setting;
        // What a file says is compared where the file is.
        if matches!(name, "config" | "config-file") {
            continue;
        }
        let before: Vec<&Fact> = was.narrowed_by.iter().filter(|one| one.setting == fact.setting).collect();
        let out = leaves_out(name);
        let (old, new) = (elements(before.iter().map(|fact| &fact.value)), elements([&fact.value]));
        let weaker = if before.is_empty() {
            true
        } else if out {
            new.difference(&old).next().is_some()
        } else {
            let listed = new.len() > 1 || old.len() > 1;
            listed && old.difference(&new).next().is_some() && new.difference(&old).next().is_none()
        };
        // A list that names a file or baseline is compared where the file is.
        if !weaker || is_renamed(&before, fact) {
            continue;
        }
        let class = if out && !name.contains("unfixed") && !name.contains("status") { "W9" } else { "W8" };
        let tool = pair.head.name();
        let message = if before.is_empty() {
            format!("`{}` was added: {tool} leaves some findings out now", short(&fact.written))
        } else {
            format!("`{}` leaves more findings of {tool} out than before", short(&fact.written))
        };
        let at = fact.value.origin.source().span().or_else(|| fact.span()).unwrap_or(pair.head.act.at);
        let fix = match before.first() {
            Some(before) => format!("Set it back to `{}`", short(&before.written)),
            None => format!("Delete `{}`", short(&fact.written)),
        };
        let mut draft = WeakeningDraft::new(class, at, message, fix);
        draft.before = before.first().map(|fact| fact.written.clone());
        draft.after = Some(fact.written.clone());
        draft.key = name.into();
        return Some(draft);
    }
    None
}

/// The file that holds what is left out has another name.
fn is_renamed(before: &[&Fact], fact: &Fact) -> bool {
    let is_file = |text: &str| text.contains('.') && !text.contains([',', ' ', '*']);
    before.len() == 1
        && is_file(&written(&before[0].value))
        && is_file(&written(&fact.value))
        && fact.setting.contains("file")
}

fn elements<'v>(values: impl IntoIterator<Item = &'v Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for value in values {
        let texts: Vec<Arc<str>> = match value.as_list() {
            Some(list) => list.iter().map(written).collect(),
            None => vec![written(value)],
        };
        for text in texts {
            let parts = text.split([',', ';', '\n', ' ']).map(|part| part.trim().to_ascii_lowercase());
            found.extend(parts.filter(|part| !part.is_empty()));
        }
    }
    found
}

/// It looks at a folder in the one that it looked at.
fn folder(head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let is_folder = |scan: &Scan<'_>| matches!(scan.act.role(), Role::Control(control) if matches!(control.covers, Covers::Directory | Covers::Dependencies));
    if !is_folder(&pair.base) || !is_folder(&pair.head) {
        return None;
    }
    let place = |scan: &Scan<'_>, target: &Arc<str>| -> Option<String> {
        let folder = scan.act.folder.clone()?;
        let plain = |text: &str| !text.contains(['$', '*', '{', '\\', ':']) && !text.starts_with('/');
        (plain(target) && plain(&folder)).then(|| volary_model::join_path(&folder, target)).flatten()
    };
    let places =
        |scan: &Scan<'_>| -> Option<Vec<String>> { scan.targets.iter().map(|target| place(scan, target)).collect() };
    let (was, is) = (places(&pair.base)?, places(&pair.head)?);
    if was.is_empty() || is.is_empty() {
        return None;
    }
    let lost = was.iter().find(|old| {
        let there = old.is_empty()
            || head.paths.iter().any(|path| path.strip_prefix(&***old).is_some_and(|rest| rest.starts_with('/')));
        there && !is.iter().any(|new| folder_covers(new, old)) && is.iter().any(|new| folder_covers(old, new))
    })?;
    let name = pair.head.name();
    let shown = |text: &str| if text.is_empty() { "the whole repository".to_owned() } else { format!("`{text}`") };
    let now = is.iter().map(|text| shown(text)).collect::<Vec<_>>().join(", ");
    let message = format!("{name} looks at {now} only, where it looked at {}", shown(lost));
    let mut draft =
        WeakeningDraft::new("W5", pair.head.act.at, message, format!("Let {name} look at {} again", shown(lost)));
    draft.key = "folder".into();
    Some(draft)
}
