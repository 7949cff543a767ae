//! Comments in files that suppress findings, and those that come with what they hide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Severity, Span};
use volary_pipeline::Document;

use super::Side;
use super::draft::{Drafts, WeakeningDraft};
use super::files::Changed;
use super::force::short;

/// Most suppressions of a file that are counted.
const LIMIT: usize = 5_000;

/// Ways of suppressing that are no comment: keys and attributes.
const KEYS: &[(&str, &str)] = &[
    ("checkov.io/skip", "checkov"),
    ("ignore-check.kube-linter.io/", "kube-linter"),
    ("kube-score/ignore", "kube-score"),
    ("rules_to_suppress", "cfn-nag"),
    ("@SuppressFBWarnings", "spotbugs"),
    ("@SuppressWarnings", "sonar"),
    ("[SuppressMessage", "psscriptanalyzer"),
    ("[Diagnostics.CodeAnalysis.SuppressMessage", "psscriptanalyzer"),
    ("[System.Diagnostics.CodeAnalysis.SuppressMessage", "psscriptanalyzer"),
];

/// Suppressions that no tool of the catalogue has among its comments.
const MORE: &[(&str, &str)] = &[
    ("tfsec:ignore", "tfsec"),
    ("trivy:ignore", "trivy"),
    ("kics-scan", "kics"),
    ("noqa: S", "bandit"),
    ("noqa:S", "bandit"),
    ("nosemgrep", "semgrep"),
    ("lgtm[", "codeql"),
    ("codeql[", "codeql"),
    ("terrascan:skip", "terrascan"),
    ("snyk:ignore", "snyk"),
    ("deepcode ignore", "snyk"),
];

/// A suppression.
struct Found {
    tool: Arc<str>,
    /// The marker with what follows it up to a blank: the rule.
    text: String,
    at: Span,
    line: usize,
}

/// Suppressions that are new in the head.
pub(super) fn compare(head: &Side<'_>, changed: &[Changed], drafts: &mut Drafts) {
    let markers = markers(head);
    let mut counts: BTreeMap<(Arc<str>, String), i64> = BTreeMap::new();
    let mut after: Vec<(&Changed, Found, bool)> = Vec::new();
    for one in changed.iter().filter(|one| holds_comments(&one.path)) {
        let mut own: BTreeMap<(Arc<str>, String), usize> = BTreeMap::new();
        for found in suppressions(one.before.as_deref(), &markers) {
            *counts.entry((found.tool.clone(), found.text.clone())).or_default() -= 1;
            *own.entry((found.tool, found.text)).or_default() += 1;
        }
        for found in suppressions(one.after.as_deref(), &markers) {
            *counts.entry((found.tool.clone(), found.text.clone())).or_default() += 1;
            // Of those that were there before the first ones stand for them.
            let left = own.entry((found.tool.clone(), found.text.clone())).or_default();
            let known = *left > 0;
            *left = left.saturating_sub(1);
            after.push((one, found, known));
        }
    }
    let mut said: BTreeMap<(Arc<str>, Arc<str>), (usize, WeakeningDraft)> = BTreeMap::new();
    for (one, found, known) in after {
        let count = counts.entry((found.tool.clone(), found.text.clone())).or_default();
        if known || *count <= 0 {
            continue;
        }
        *count -= 1;
        let together = comes_with(one, &found);
        let tool = head.recognisers.tool(&found.tool);
        let name = tool.map_or_else(|| found.tool.clone(), |tool| tool.name.clone());
        let class = if together { "W15" } else { "W10" };
        let message = if together {
            format!("`{}` hides what {name} would find in lines that this very change brings", short(&found.text))
        } else {
            format!("`{}` was added: {name} does not report there any more", short(&found.text))
        };
        let fix = if together {
            "Repair what is found, or let the owner of the guardrail accept it"
        } else {
            "Delete the comment, or repair what it hides"
        };
        let mut draft = WeakeningDraft::new(class, found.at, message, fix);
        draft.tool = Some(found.tool.clone());
        draft.after = Some(found.text.as_str().into());
        draft.severity = if together { Severity::High } else { Severity::Low };
        draft.key = format!("{} {}", one.path, found.text).into();
        // One line for a file and tool, with what is worst.
        let entry = said.entry((one.path.clone(), found.tool.clone()));
        let (count, known) = entry.or_insert_with(|| (0, draft.clone()));
        *count += 1;
        if known.severity < draft.severity {
            *known = draft;
        }
    }
    for (_, (count, mut draft)) in said {
        if count > 1 {
            draft.message = format!("{} ({count} in this file)", draft.message).into();
        }
        drafts.add(draft);
    }
}

/// Whether a suppression stands at lines that the same change brings.
fn comes_with(one: &Changed, found: &Found) -> bool {
    let Some(after) = &one.after else { return false };
    let Some(before) = &one.before else { return true };
    let known: BTreeSet<&str> = before.text.lines().map(str::trim).collect();
    let lines: Vec<&str> = after.text.lines().collect();
    let code = |line: &str| -> String {
        let cut = ["#", "//", "/*", "--", "<!--"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
        line[..cut].trim().to_owned()
    };
    let is_new = |line: &str| {
        let text = code(line);
        text.len() > 2
            // The key that an annotation stands below comes with the annotation.
            && text != "annotations:"
            && !known.contains(line.trim())
            && !known.contains(text.as_str())
            && !known.iter().any(|known| code(known) == text)
    };
    let own = code(lines.get(found.line).copied().unwrap_or_default());
    if !own.is_empty() && !own.contains(&found.text) {
        return is_new(lines[found.line]);
    }
    let next = lines.iter().skip(found.line + 1).take(3).find(|line| code(line).len() > 2);
    let last = lines[..found.line.min(lines.len())].iter().rev().take(3).find(|line| code(line).len() > 2);
    next.is_some_and(|line| is_new(line)) || last.is_some_and(|line| is_new(line))
}

fn markers(head: &Side<'_>) -> Vec<(String, Arc<str>)> {
    let mut all: Vec<(String, Arc<str>)> =
        MORE.iter().map(|(text, tool)| ((*text).to_owned(), Arc::from(*tool))).collect();
    for tool in head.recognisers.tools() {
        for comment in &tool.comments {
            let text = comment.trim_start_matches('#').trim();
            let is_word = text.chars().all(|c| c.is_ascii_lowercase());
            // `ignore` alone stands in any comment.
            if text.len() < 5 || (is_word && !text.starts_with("nos")) {
                continue;
            }
            all.push((text.to_owned(), tool.id.clone()));
        }
    }
    // The longest that fits says most; of equal ones the first tool.
    all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    all.dedup_by(|a, b| a.0 == b.0);
    all
}

/// Whether a file is scanned, and so may hold suppressions: no prose, no data of others.
fn holds_comments(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let prose = [
        ".md", ".rst", ".adoc", ".txt", ".html", ".svg", ".csv", ".lock", ".sum", ".min.js", ".map", ".patch", ".diff",
        ".snap",
    ];
    !prose.iter().any(|end| name.ends_with(end)) && !path.starts_with(".volary/") && !path.contains("node_modules/")
}

fn suppressions(document: Option<&Document>, markers: &[(String, Arc<str>)]) -> Vec<Found> {
    let Some(document) = document else { return Vec::new() };
    let mut found = Vec::new();
    let mut offset = 0;
    for (number, line) in document.text.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += line.len();
        if line.len() > 4_000 || found.len() >= LIMIT {
            continue;
        }
        let one = in_comment(line, markers).or_else(|| in_key(line));
        if let Some((tool, text, column)) = one {
            let end = start + column + text.len();
            found.push(Found { tool, at: Span::new(document.file, start + column, end), text, line: number });
        }
    }
    found
}

/// A suppression in a comment of a line.
fn in_comment(line: &str, markers: &[(String, Arc<str>)]) -> Option<(Arc<str>, String, usize)> {
    let comment = comment(line)?;
    let text = &line[comment..];
    let (at, marker, tool) = markers.iter().find_map(|(marker, tool)| {
        let at = text.find(marker.as_str())?;
        // Behind the leader of the comment, not somewhere in a sentence.
        let before = text[..at].trim_matches(['#', '/', '*', '-', '<', '!', ';', ' ', '\t', '%']);
        let is_start = before.is_empty() || before.ends_with([',', ';']) || before.split_whitespace().count() <= 1;
        let ends = text[at + marker.len()..]
            .chars()
            .next()
            .is_none_or(|c| !c.is_ascii_lowercase() || marker.ends_with(|c: char| !c.is_ascii_alphanumeric()));
        (is_start && ends).then_some((at, marker, tool))
    })?;
    let rest = text[at + marker.len()..].trim_end();
    let rule: String =
        rest.trim_start().split([' ', '\t']).next().unwrap_or_default().trim_end_matches([':', ',', '-']).to_owned();
    let gap = rest.len() - rest.trim_start().len();
    let takes = !rule.is_empty()
        && (gap == 0 || rule.chars().any(|c| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | '=')));
    let text = if takes { format!("{marker}{}{rule}", " ".repeat(gap.min(1))) } else { marker.clone() };
    Some((tool.clone(), text, comment + at))
}

/// Where the comment of a line starts: behind a leader that stands outside of quotes.
fn comment(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut quote: Option<u8> = None;
    for (index, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if *byte == open && index > 0 && bytes[index - 1] != b'\\' => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'`') => quote = Some(*byte),
            // An apostrophe between letters is none of a text.
            (None, b'\'') if index == 0 || !bytes[index - 1].is_ascii_alphanumeric() => quote = Some(b'\''),
            (None, b'#' | b';' | b'%') => return Some(index),
            (None, b'/') if matches!(bytes.get(index + 1), Some(b'/' | b'*')) => return Some(index),
            (None, b'-') if bytes.get(index + 1) == Some(&b'-') && line[..index].trim().is_empty() => {
                return Some(index);
            }
            (None, b'<') if line[index..].starts_with("<!--") => return Some(index),
            (None, b'*') if line[..index].trim().is_empty() => return Some(index),
            _ => {}
        }
    }
    None
}

/// A suppression that is a key or an attribute.
fn in_key(line: &str) -> Option<(Arc<str>, String, usize)> {
    let text = line.trim_start();
    let column = line.len() - text.len();
    let plain = text.trim_start_matches(['"', '\'', '-', ' ']);
    let (_, tool) = KEYS.iter().find(|(marker, _)| plain.starts_with(marker))?;
    let shown = text.trim_end().trim_end_matches(['{', '[', '(', ' ', ':']).to_owned();
    Some((Arc::from(*tool), shown, column))
}
