//! Programs that controls are: files of the repository that have the name of a tool, modules and packages at a version.

use std::sync::Arc;

use volary_pipeline::UsesKind;

use super::super::Side;
use super::super::draft::WeakeningDraft;
use super::super::force::short;
use super::super::pairs::Pair;
use super::super::scans::Scan;
use super::{firm, moved};

/// What a command runs, where it ran something else.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    if pair.base.act.command.is_none() || pair.head.act.command.is_none() {
        return None;
    }
    script(base, head, pair).or_else(|| module(pair))
}

/// A file of the repository that has the name of the tool.
fn script(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let path = own(head, &pair.head)?;
    if own(base, &pair.base).is_some() {
        return None;
    }
    let text = (head.text)(&path)?;
    // What package managers write to start the tool itself.
    if ["Gem.bin_path", "bundler/setup", "load_entry_point", "importlib.metadata"]
        .iter()
        .any(|mark| text.text.contains(mark))
    {
        return None;
    }
    let (name, was) = (pair.head.name(), short(&pair.base.act.written));
    let message = format!(
        "`{path}`, a file of this repository, runs where {name} ran: whether it looks for the same, and stops, cannot be seen"
    );
    let mut draft = WeakeningDraft::new("W12", pair.head.act.at, message, format!("Run `{was}` again"));
    draft.key = path;
    Some(draft)
}

/// The file of the tree that a command starts under the name of its tool.
fn own(side: &Side<'_>, scan: &Scan<'_>) -> Option<Arc<str>> {
    let program = words(&scan.act.written).find(|word| !is_assignment(word))?;
    let (_, name) = program.rsplit_once('/')?;
    if program.starts_with(['/', '~', '$']) || name.is_empty() {
        return None;
    }
    let folder = scan.act.folder.as_deref().unwrap_or_default();
    [folder, ""].into_iter().find_map(|folder| {
        let path = volary_model::join_path(folder, program)?;
        let at = side.paths.binary_search_by(|known| (**known).cmp(path.as_str())).ok()?;
        Some(side.paths[at].clone())
    })
}

/// A module or package with its version: `go run module@v1`, `npx package@1`.
fn module(pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let ((old, was), (new, is)) = (versioned(&pair.base)?, versioned(&pair.head)?);
    let name = pair.head.name();
    let (before, after) = (format!("{old}@{was}"), format!("{new}@{is}"));
    let last = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
    if old == new {
        if firm(&is, UsesKind::Action) < firm(&was, UsesKind::Action) {
            return moved(name, &before, &after, (&was, &is), UsesKind::Action, pair.head.act.at);
        }
        return None;
    }
    if last(&old) != last(&new) {
        return None;
    }
    let message = format!("{name} is taken from `{new}` now, where it was taken from `{old}`");
    let mut draft = WeakeningDraft::new("W12", pair.head.act.at, message, format!("Use `{old}` again"));
    (draft.before, draft.after) = (Some(before.into()), Some(after.into()));
    Some(draft)
}

/// The first word of a command that is a name with a version.
fn versioned(scan: &Scan<'_>) -> Option<(String, String)> {
    let starts = ["go", "npx", "pnpm", "yarn", "bunx", "pipx", "uvx", "npm"];
    let mut words = words(&scan.act.written).skip_while(|word| is_assignment(word));
    if !words.next().is_some_and(|program| starts.contains(&program)) {
        return None;
    }
    let (name, version) = words.filter(|word| !word.starts_with('-')).take(4).find_map(|word| word.rsplit_once('@'))?;
    let plain = !name.is_empty() && !version.is_empty() && !name.contains('$') && !version.contains('$');
    plain.then(|| (name.to_owned(), version.to_owned()))
}

fn words(written: &str) -> impl Iterator<Item = &str> {
    written.split_whitespace().map(|word| word.trim_matches(['"', '\'']))
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}
