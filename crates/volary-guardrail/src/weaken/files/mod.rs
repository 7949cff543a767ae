//! Files that take force out of guardrails without a change of any pipeline: what scanners are told to leave out, who owns
//! pipelines, rules of platforms and records of Volary that are kept in the repository.

pub(super) mod leaves;
mod owners;
pub(super) mod softer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Severity, Span};
use volary_pipeline::Document;

use super::Side;
use super::draft::{Drafts, WeakeningDraft};
use super::force::{severity, short};
use super::glob;
use super::pairs::Pairs;
use super::scans::Scan;
use crate::recognise::Tool;
use leaves::{Leaf, leaves};
use softer::{Kind, Soft, left_out, softer};

/// A file that is not the same in both revisions.
pub(super) struct Changed {
    /// Its path.
    pub(super) path: Arc<str>,
    /// In the base.
    pub(super) before: Option<Arc<Document>>,
    /// In the head.
    pub(super) after: Option<Arc<Document>>,
}

/// Files larger than this hold data.
const LARGE: usize = 2_000_000;

/// The files that are not the same.
pub(super) fn changed(base: &Side<'_>, head: &Side<'_>) -> Vec<Changed> {
    let paths: BTreeSet<&Arc<str>> = base.paths.iter().chain(head.paths).collect();
    let mut found = Vec::new();
    for path in paths {
        let has = |side: &Side<'_>| side.paths.binary_search(path).is_ok();
        let read = |side: &Side<'_>| if has(side) { (side.text)(path) } else { None };
        let (before, after) = (read(base), read(head));
        let small =
            |document: &Option<Arc<Document>>| document.as_ref().is_none_or(|document| document.text.len() <= LARGE);
        let same = match (&before, &after) {
            (Some(before), Some(after)) => before.text == after.text,
            (None, None) => true,
            _ => false,
        };
        if !same && small(&before) && small(&after) {
            found.push(Changed { path: path.clone(), before, after });
        }
    }
    found
}

/// Compares everything that is kept in such files.
pub(super) fn compare(
    base: &Side<'_>,
    head: &Side<'_>,
    pairs: &Pairs<'_, '_>,
    changed: &[Changed],
    drafts: &mut Drafts,
) {
    for one in changed {
        if owners::is_owners(&one.path)
            && let Some(before) = &one.before
            && !moved(one, changed)
            && let Some(draft) = owners::compare(before, one.after.as_deref(), &guarded(base))
        {
            drafts.add(draft);
        }
        if let Some(class) = platform(&one.path) {
            rules(one, class, drafts);
        }
        own(one, drafts);
    }
    for tool in head.recognisers.tools() {
        scanner(base, pairs, tool, changed, drafts);
    }
}

/// The file lies elsewhere now.
fn moved(one: &Changed, changed: &[Changed]) -> bool {
    one.after.is_none() && changed.iter().any(|other| owners::is_owners(&other.path) && other.before.is_none())
}

/// What only its owners should change.
fn guarded(base: &Side<'_>) -> Vec<Arc<str>> {
    let mut paths: Vec<Arc<str>> = base.pipelines.iter().map(|proved| proved.plan.pipeline.path.clone()).collect();
    let own = |path: &&Arc<str>| {
        path.starts_with(".volary/") || path.starts_with(".github/workflows/") || owners::is_owners(path)
    };
    paths.extend(base.paths.iter().filter(own).cloned());
    paths.sort();
    paths.dedup();
    paths
}

/// Rules of platforms that are kept in files.
fn platform(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let structured = name.ends_with(".json") || name.ends_with(".yml") || name.ends_with(".yaml");
    let rules = (path.contains("/rulesets/") || path.starts_with("rulesets/")) && structured;
    let settings = matches!(path, ".github/settings.yml" | ".github/settings.yaml");
    let policy = path.ends_with("security-policies/policy.yml");
    let protection = structured && (name.contains("branch-protection") || name.contains("branch_protection"));
    (rules || settings || policy || protection).then_some("W14")
}

fn texts(document: &Option<Arc<Document>>) -> Vec<Leaf> {
    document.as_ref().map(|document| leaves(document)).unwrap_or_default()
}

/// Every softening, additions to what is left out among them.
fn soft(before: &[Leaf], after: &[Leaf], whole: bool) -> Vec<Soft> {
    let mut all = softer(before, after);
    let (was, is) = (left_out(before, whole), left_out(after, whole));
    all.extend(is.iter().filter(|(entry, _)| !was.contains_key(*entry)).map(|(entry, (at, _))| Soft {
        kind: Kind::Out,
        written: entry.clone(),
        before: None,
        at: *at,
        removed: false,
    }));
    all
}

fn rules(one: &Changed, class: &'static str, drafts: &mut Drafts) {
    let Some(before) = &one.before else { return };
    let Some(_) = &one.after else {
        let message = format!("`{}` was removed: the rules in it protect nothing any more", one.path);
        let mut draft = WeakeningDraft::new(class, start(before), message, "Restore the file");
        draft.removed = true;
        draft.severity = Severity::High;
        draft.key = one.path.clone();
        drafts.add(draft);
        return;
    };
    let all = soft(&texts(&one.before), &texts(&one.after), false);
    let Some(first) = all.iter().min_by_key(|soft| (soft.kind == Kind::Out, soft.at)) else { return };
    let is_policy = one.path.ends_with("policy.yml");
    let threshold = |soft: &Soft| {
        is_policy
            && (soft.kind == Kind::Threshold || soft.written.starts_with("severity_levels"))
            && !soft.written.starts_with("approv")
    };
    let class = if all.iter().all(threshold) { "W8" } else { class };
    let mut draft = said(first, &one.path, class, "protects less than before");
    if first.kind == Kind::Out {
        draft.message =
            format!("`{}` was added to what `{}` exempts from its rules", short(&first.written), one.path).into();
    }
    if all.len() > 1 {
        draft.message = format!("{} (and {} more)", draft.message, all.len() - 1).into();
    }
    draft.severity = Severity::High;
    drafts.add(draft);
}

fn start(document: &Document) -> Span {
    let end = document.text.find('\n').unwrap_or(document.text.len());
    Span::new(document.file, 0, end)
}

/// A softening as a draft.
fn said(soft: &Soft, path: &str, class: &'static str, end: &str) -> WeakeningDraft {
    let written = short(&soft.written);
    let (message, fix) = match (soft.kind, &soft.before) {
        _ if soft.removed => {
            (format!("`{written}` was removed from `{path}`: it {end}"), format!("Restore `{written}`"))
        }
        (Kind::Out, _) => (format!("`{written}` is left out by `{path}` now"), format!("Delete `{written}`")),
        (_, Some(before)) => (
            format!("`{written}` stands in `{path}`, where `{}` stood: it {end}", short(before)),
            format!("Set it back to `{}`", short(before)),
        ),
        (_, None) => (format!("`{written}` was added to `{path}`: it {end}"), format!("Delete `{written}`")),
    };
    let mut draft = WeakeningDraft::new(class, soft.at, message, fix);
    draft.removed = soft.removed;
    draft.before = soft.before.as_deref().map(Into::into);
    draft.after = (!soft.removed).then(|| soft.written.as_str().into());
    draft.key = format!("{path} {written}").into();
    draft
}

/// Volary's own records and settings.
fn own(one: &Changed, drafts: &mut Drafts) {
    let Some(rest) = one.path.strip_prefix(".volary/") else { return };
    let draft = if rest.starts_with("exceptions/") {
        let Some(after) = one.after.as_ref().filter(|_| one.before.is_none()) else { return };
        let message = format!("An exception was added in `{}`: what it accepts is not reported any more", one.path);
        let mut draft =
            WeakeningDraft::new("W9", start(after), message, "Let somebody who owns the guardrail agree to it");
        draft.severity = Severity::Low;
        draft
    } else if rest == "baseline.jsonl" {
        let ids = |document: &Option<Arc<Document>>| -> BTreeSet<String> {
            let line = |leaf: Leaf| {
                let id = leaf
                    .value
                    .split_once("\"fingerprint\":")
                    .and_then(|(_, rest)| rest.split('"').nth(1).map(str::to_owned));
                id.unwrap_or(leaf.value)
            };
            texts(document).into_iter().map(line).collect()
        };
        let (was, is) = (ids(&one.before), ids(&one.after));
        let new = is.difference(&was).count();
        let Some(after) = one.after.as_ref().filter(|_| is.len() > was.len()) else { return };
        let findings = if new == 1 { "1 finding".to_owned() } else { format!("{new} findings") };
        let message = format!("The baseline grew by {findings}, which fail nothing any more");
        WeakeningDraft::new("W9", start(after), message, "Repair what was found, or ask for an exception")
    } else if rest.starts_with("config.") {
        for soft in soft(&texts(&one.before), &texts(&one.after), false).into_iter().take(3) {
            let class = if soft.kind == Kind::Threshold { "W8" } else { "W9" };
            drafts.add(WeakeningDraft {
                tool: Some("volary".into()),
                ..said(&soft, &one.path, class, "lets more pass than before")
            });
        }
        return;
    } else {
        return;
    };
    drafts.add(WeakeningDraft { tool: Some("volary".into()), key: one.path.clone(), ..draft });
}

/// Whether a file tells a tool what to do.
fn configures(tool: &Tool, path: &str, used: bool, named: &BTreeSet<String>) -> bool {
    if path.starts_with(".volary/") {
        return false;
    }
    if named.contains(path) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    tool.files.iter().any(|pattern| {
        // A file whose name many things have is only one of a tool that is there.
        let telling = used || pattern.starts_with('.') || pattern.contains(&*tool.id);
        telling && (glob::fits(pattern, path) || (!pattern.contains('/') && glob::fits(pattern, name)))
    })
}

/// Files that a tool is given by its options.
fn named(scans: &[&Scan<'_>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for scan in scans {
        for fact in scan.findings().iter().flat_map(|findings| &findings.narrowed_by) {
            let text = crate::recognise::written(&fact.value);
            let words = text.split([',', ' ', '\n']).map(|word| word.trim_start_matches("./").to_owned());
            found.extend(words.filter(|word| word.contains('.') && !word.contains('*')));
        }
    }
    found
}

/// What the files of a tool leave out more, or demand less, than before.
fn scanner(base: &Side<'_>, pairs: &Pairs<'_, '_>, tool: &Tool, changed: &[Changed], drafts: &mut Drafts) {
    if tool.files.is_empty() && !pairs.head.iter().any(|(scan, _)| *scan.tool() == tool.id) {
        return;
    }
    let scans: Vec<&Scan<'_>> =
        pairs.head.iter().map(|(scan, _)| scan).filter(|scan| *scan.tool() == tool.id).collect();
    let named = named(&scans);
    let files: Vec<&Changed> =
        changed.iter().filter(|one| configures(tool, &one.path, !scans.is_empty(), &named)).collect();
    if files.is_empty() {
        return;
    }
    let whole = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        ["ignore", "baseline", "suppress", "allow", "exclu", ".nsprc", "gitallowed"]
            .iter()
            .any(|word| name.contains(word))
    };
    // What moves from one file of a tool to another is not new.
    let mut known: BTreeSet<String> = BTreeSet::new();
    for one in &files {
        for (entry, (_, value)) in left_out(&texts(&one.before), whole(&one.path)) {
            known.insert(entry);
            // In another form of file the same stands below other keys.
            if value.len() > 3 && value != "true" {
                known.insert(value);
            }
        }
    }
    let mut found: BTreeMap<Arc<str>, Vec<Soft>> = BTreeMap::new();
    for one in files {
        let (before, after) = (texts(&one.before), texts(&one.after));
        let mut all = if one.after.is_some() && !whole(&one.path) { softer(&before, &after) } else { Vec::new() };
        if one.path.ends_with(".rego") {
            all.extend(fewer_rules(one));
        }
        let new = left_out(&after, whole(&one.path));
        all.extend(
            new.into_iter()
                .filter(|(entry, (_, value))| !known.contains(entry) && !known.contains(value))
                .map(|(entry, (at, _))| Soft { kind: Kind::Out, written: entry, before: None, at, removed: false }),
        );
        if !all.is_empty() {
            found.entry(one.path.clone()).or_default().extend(all);
        }
    }
    let pair = pairs.pairs.iter().find(|pair| *pair.head.tool() == tool.id);
    for (path, all) in found {
        let Some(first) = all.iter().min_by_key(|soft| (soft.kind, soft.at)) else { continue };
        // The proof has read the file and has told of it.
        if drafts
            .all()
            .iter()
            .any(|draft| draft.tool.as_ref() == Some(&tool.id) && draft.at.file == first.at.file && !first.removed)
        {
            continue;
        }
        let class = if all.iter().all(|soft| soft.kind == Kind::Threshold) { "W8" } else { "W9" };
        let mut draft = said(first, &path, class, &format!("lets more pass that {} finds", tool.name));
        if first.kind == Kind::Out {
            let more = all.iter().filter(|soft| soft.kind == Kind::Out).count() - 1;
            let others = if more == 0 { String::new() } else { format!(" and {more} more") };
            draft.message =
                format!("{} leaves `{}`{others} out now, by `{path}`", tool.name, short(&first.written)).into();
        }
        draft.tool = Some(tool.id.clone());
        draft.control = scans.first().map(|scan| scan.control.clone());
        draft.pipeline = scans.first().map(|scan| scan.path.clone());
        draft.severity = match pair {
            Some(pair) => severity(base, &pair.base).min(Severity::Medium),
            None => Severity::Low,
        };
        drafts.add(draft);
    }
}

/// Rules of Rego that are gone.
fn fewer_rules(one: &Changed) -> Option<Soft> {
    let heads = |document: &Option<Arc<Document>>| -> Vec<Leaf> {
        let is_head = |leaf: &Leaf| ["deny", "violation"].iter().any(|word| leaf.value.starts_with(word));
        texts(document).into_iter().filter(is_head).collect()
    };
    let (was, is) = (heads(&one.before), heads(&one.after));
    let lost =
        was.iter().find(|leaf| !is.iter().any(|one| one.value == leaf.value)).filter(|_| is.len() < was.len())?;
    Some(Soft { kind: Kind::Dropped, written: lost.value.clone(), before: None, at: lost.at, removed: true })
}
