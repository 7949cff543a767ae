//! What a configuration file demands less of than before, whatever tool or platform reads it: by the words in its keys.

use std::collections::{BTreeMap, BTreeSet};

use volary_model::Span;

use super::leaves::Leaf;

/// What is softer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::weaken) enum Kind {
    /// Something more is left out.
    Out,
    /// Something is switched off, or tolerated.
    Switch,
    /// A threshold is higher, or a number of people lower.
    Threshold,
    /// A rule, check or scanner is not asked for any more.
    Dropped,
}

/// Something that is softer.
#[derive(Clone, Debug)]
pub(in crate::weaken) struct Soft {
    pub(in crate::weaken) kind: Kind,
    /// As one would say it: `skip-check: CKV_1`.
    pub(in crate::weaken) written: String,
    pub(in crate::weaken) before: Option<String>,
    pub(in crate::weaken) at: Span,
    /// The place is one of the base.
    pub(in crate::weaken) removed: bool,
}

/// Keys below which something is left out.
const OUT: &[&str] = &[
    "skip",
    "ignore",
    "exclu",
    "suppress",
    "allow",
    "baseline",
    "whitelist",
    "waive",
    "waiver",
    "disable",
    "except",
    "accept",
    "bypass",
    "falsepositive",
    "false_positive",
    "false-positive",
    "vex",
];
/// Keys that only tell something.
const TOLD: &[&str] = &[
    "reason",
    "comment",
    "comments",
    "description",
    "desc",
    "statement",
    "justification",
    "note",
    "notes",
    "title",
    "expires",
    "expiry",
    "expired_at",
    "expirationdate",
    "until",
    "created",
    "created_at",
    "createddate",
    "date",
    "owner",
    "author",
    "line",
    "line_number",
    "start",
    "end",
    "generated_at",
    "version",
    "is_verified",
    "is_secret",
    "timestamp",
    "last_updated",
    "$schema",
    "schemaversion",
    "ignoreuntil",
];
/// Keys of what is asked for.
const ASKED: &[&str] = &[
    "check",
    "checks",
    "rule",
    "rules",
    "select",
    "enable",
    "enabled_rules",
    "include",
    "scanners",
    "plugins",
    "tests",
    "contexts",
    "context",
    "policies",
    "policy",
    "severity_levels",
    "branches",
    "required_status_checks",
    "security-checks",
    "detectors",
    "plugins_used",
    "frameworks",
    "framework",
    "queries",
    "packs",
    "include-rules",
    "extends",
];
/// Words in keys that are true where it is hard.
const HARD: &[&str] = &[
    "enable", "fail", "break", "block", "strict", "enforce", "require", "verify", "hard", "abort", "gate", "dismiss",
    "wait",
];
/// Words in keys that are true where it is soft. They win.
const SOFT: &[&str] = &[
    "soft", "allow", "skip", "ignore", "disable", "bypass", "nofail", "no-fail", "no_fail", "continue", "tolerate",
    "optional", "open",
];
/// Words that say the same of a text.
const RANKS: &[&[&str]] = &[
    &["info", "low", "medium", "high", "critical"],
    &["negligible", "low", "medium", "high", "critical"],
    &["note", "warning", "error"],
    &["strict", "recommended", "default"],
    &["closed", "open"],
    &["active", "evaluate", "disabled"],
    &["enforce", "warn", "off"],
    &["block", "warn", "audit"],
    &["error", "warn", "off"],
    &["2", "1", "0"],
    &["deny", "warn", "allow"],
    &["deny", "warn", "ignore"],
    &["blocking", "warning"],
];
const THRESHOLD: &[&str] =
    &["severity", "threshold", "level", "fail-on", "fail_on", "failon", "cvss", "score", "minimum", "confidence"];

fn has(key: &str, words: &[&str]) -> bool {
    words.iter().any(|word| key.contains(word))
}

fn key_of(leaf: &Leaf) -> &str {
    leaf.path.last().map_or("", String::as_str)
}

/// What is left out at a leaf: everything below the key that says so. `whole`: the file as a whole says so.
fn entry(leaf: &Leaf, whole: bool) -> Option<String> {
    let from = leaf.path.iter().position(|key| has(key, OUT) && !key.ends_with("_allowed"));
    let from = match from {
        Some(from) => from + 1,
        None if whole => 0,
        None => return None,
    };
    let told = TOLD.contains(&key_of(leaf)) && from < leaf.path.len();
    let mut parts: Vec<&str> = leaf.path[from.min(leaf.path.len())..].iter().map(String::as_str).collect();
    if told {
        parts.pop();
    } else {
        parts.push(&leaf.value);
    }
    // `enabled: false` below what is left out takes nothing out.
    if leaf.value == "false" || (parts.len() == 1 && leaf.value.is_empty() && !told) {
        return None;
    }
    let names = |part: &&str| part.contains(['*', '/', '.']) || part.bytes().any(|byte| byte.is_ascii_digit());
    // A reason says that something is left out only where a key names what.
    if told && !parts.iter().any(names) {
        return None;
    }
    let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    (!text.is_empty()).then_some(text)
}

/// What is left out, each with where it stands first and its value alone.
pub(in crate::weaken) fn left_out(leaves: &[Leaf], whole: bool) -> BTreeMap<String, (Span, String)> {
    let mut found = BTreeMap::new();
    for leaf in leaves {
        if let Some(entry) = entry(leaf, whole) {
            found.entry(entry).or_insert((leaf.at, leaf.value.clone()));
        }
    }
    found
}

/// Everything that is softer in `after`. Additions to what is left out are those of [`left_out`].
pub(in crate::weaken) fn softer(before: &[Leaf], after: &[Leaf]) -> Vec<Soft> {
    let mut found = Vec::new();
    let group = |leaves: &[Leaf]| -> BTreeMap<Vec<String>, Vec<Leaf>> {
        let mut groups: BTreeMap<Vec<String>, Vec<Leaf>> = BTreeMap::new();
        for leaf in leaves.iter().filter(|leaf| !leaf.path.is_empty() && !TOLD.contains(&key_of(leaf))) {
            groups.entry(leaf.path.clone()).or_default().push(leaf.clone());
        }
        groups
    };
    let (was, is) = (group(before), group(after));
    for (path, new) in &is {
        let old = was.get(path);
        for (index, leaf) in new.iter().enumerate() {
            let earlier = old.and_then(|old| if old.len() == new.len() { old.get(index) } else { None });
            if earlier.is_some_and(|earlier| earlier.value == leaf.value) {
                continue;
            }
            // Of lists that grew or shrank only what is not there at all before is new.
            if earlier.is_none() && old.is_some_and(|old| old.iter().any(|one| one.value == leaf.value)) {
                continue;
            }
            if let Some(kind) = switched(leaf, earlier).or_else(|| raised(leaf, earlier)) {
                found.push(Soft {
                    kind,
                    written: format!("{}: {}", key_of(leaf), leaf.value),
                    before: earlier.map(|earlier| format!("{}: {}", key_of(earlier), earlier.value)),
                    at: leaf.at,
                    removed: false,
                });
            }
        }
    }
    for (path, old) in &was {
        let new = is.get(path).map_or(&[][..], Vec::as_slice);
        let asked = path.iter().any(|key| ASKED.contains(&key.as_str())) && !path.iter().any(|key| has(key, OUT));
        let names = asked
            && (ASKED.contains(&path[path.len() - 1].as_str())
                || matches!(path[path.len() - 1].as_str(), "id" | "type" | "name" | "rule_id" | "uses"));
        let values: BTreeSet<&str> = new.iter().map(|leaf| leaf.value.as_str()).collect();
        let lost: Vec<&Leaf> =
            old.iter().filter(|leaf| !values.contains(leaf.value.as_str()) && !leaf.value.is_empty()).collect();
        let gained = new.iter().filter(|leaf| !old.iter().any(|one| one.value == leaf.value)).count();
        for leaf in lost.iter().take(lost.len().saturating_sub(gained)) {
            let bool_key = leaf.value == "true"
                && new.is_empty()
                && has(&key_of(leaf).replace('_', "-"), HARD)
                && !has(key_of(leaf), SOFT);
            if (names && !matches!(leaf.value.as_str(), "true" | "false")) || bool_key {
                found.push(Soft {
                    kind: if bool_key { Kind::Switch } else { Kind::Dropped },
                    written: format!("{}: {}", key_of(leaf), leaf.value),
                    before: None,
                    at: leaf.at,
                    removed: true,
                });
            }
        }
    }
    found
}

/// Something is switched off, or a failure tolerated.
fn switched(leaf: &Leaf, earlier: Option<&Leaf>) -> Option<Kind> {
    let key = key_of(leaf);
    let soft = has(key, SOFT);
    match leaf.value.as_str() {
        "true" | "yes" | "on" if soft => Some(Kind::Switch),
        "false" | "no" | "off" if !soft && has(key, HARD) => Some(Kind::Switch),
        "off" | "none" | "disabled" | "ignore" | "0" | "false"
            if leaf.path.iter().any(|key| ASKED.contains(&key.as_str())) && earlier.is_some() =>
        {
            Some(Kind::Switch)
        }
        "off" if leaf.path.iter().any(|key| ASKED.contains(&key.as_str())) => Some(Kind::Switch),
        "0" if key.contains("exit") && earlier.is_some_and(|earlier| earlier.value != "0") => Some(Kind::Switch),
        _ => None,
    }
}

/// A threshold moved so that less counts.
fn raised(leaf: &Leaf, earlier: Option<&Leaf>) -> Option<Kind> {
    let key = key_of(leaf);
    let value = leaf.value.to_ascii_lowercase();
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match earlier {
        Some(earlier) => {
            let old = earlier.value.to_ascii_lowercase();
            if let (Some(old), Some(new)) = (number(&old), number(&value)) {
                let fewer = has(key, &["approv", "review", "count", "coverage", "min_length", "entropy"])
                    && !has(key, &["allowed", "max"]);
                let more = has(key, &["cvss", "score", "allowed", "max", "threshold", "level", "limit"]);
                return ((fewer && new < old) || (more && !fewer && new > old)).then_some(Kind::Threshold);
            }
            for rank in RANKS {
                let at = |text: &str| rank.iter().position(|word| *word == text);
                if let (Some(old), Some(new)) = (at(&old), at(&value))
                    && new > old
                {
                    let severity = has(key, THRESHOLD) || rank.contains(&"critical");
                    return Some(if severity { Kind::Threshold } else { Kind::Switch });
                }
            }
            if has(key, THRESHOLD) || key.contains("severit") {
                let (old, new): (BTreeSet<&str>, BTreeSet<&str>) =
                    (old.split(',').map(str::trim).collect(), value.split(',').map(str::trim).collect());
                return (new.len() < old.len() && new.is_subset(&old)).then_some(Kind::Threshold);
            }
            None
        }
        // Nobody wrote one: everything counted.
        None if has(key, THRESHOLD) && !key.contains("confidence") => {
            matches!(value.as_str(), "medium" | "high" | "critical" | "error").then_some(Kind::Threshold)
        }
        None => None,
    }
}
