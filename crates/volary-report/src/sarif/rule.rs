//! Policies as SARIF rules, and the kinds of notifications.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use volary_model::{Confidence, Level, PolicyInfo, Severity};

use super::log::{Configuration, Descriptor, Help, Text};

/// GitHub refuses rules with more tags and shows the first ten.
const MAX_TAGS: usize = 20;

/// A policy as a rule.
pub(super) fn rule(policy: &PolicyInfo) -> Descriptor {
    let mut properties: BTreeMap<&'static str, Value> = BTreeMap::new();
    properties.insert("tags", json!(tags(policy)));
    properties.insert("precision", json!(precision(policy.confidence)));
    properties.insert("security-severity", json!(security_severity(policy.severity)));
    properties.insert("problem.severity", json!(problem_severity(policy.severity)));
    properties.insert("severity", json!(policy.severity));
    properties.insert("tier", json!(policy.tier));
    properties.insert("aliases", json!(policy.aliases.iter().map(|alias| &**alias).collect::<Vec<_>>()));
    properties.insert("controls", json!(policy.controls.iter().map(|control| &**control).collect::<Vec<_>>()));
    properties.insert("judges", json!(policy.judges.iter().map(|kind| &**kind).collect::<Vec<_>>()));
    let frameworks: BTreeMap<&str, Vec<&str>> = policy
        .frameworks
        .iter()
        .map(|(framework, clauses)| (&**framework, clauses.iter().map(|clause| &**clause).collect()))
        .collect();
    properties.insert("frameworks", json!(frameworks));
    let help_uri = policy.references.iter().find(|reference| is_uri(reference)).map(ToString::to_string);
    Descriptor {
        id: policy.id.to_string(),
        short_description: Text { text: policy.title.to_string() },
        full_description: (!policy.why.is_empty()).then(|| Text { text: policy.why.to_string() }),
        help: Some(help(policy)),
        help_uri,
        default_configuration: Some(Configuration { level: level(policy.severity, Level::Block) }),
        properties,
    }
}

/// The kinds of notifications: `(id, description)`.
pub(super) const NOTIFICATIONS: [(&str, &str); 10] = [
    ("unreadable", "A file or folder could not be read"),
    ("syntax", "A file of a supported format has a syntax error"),
    ("limit", "A limit on size, depth, expansions or work was reached"),
    ("policy", "A policy or the catalogue is wrong, or evaluating it failed"),
    ("governance", "An exception, baseline or configuration file is wrong, expired or covers nothing"),
    ("output", "The report could not be written"),
    ("internal", "Volary itself failed"),
    (UNDECIDED, "Could not be decided, because it depends on what the files do not tell"),
    (NOT_JUDGED, "Was not judged"),
    (CUT, "Results were left out, because readers of SARIF have limits"),
];

pub(super) const UNDECIDED: &str = "undecided";
pub(crate) const NOT_JUDGED: &str = "not-judged";
pub(super) const CUT: &str = "results-left-out";

/// The descriptors of all kinds of notifications.
pub(crate) fn notifications() -> Vec<Descriptor> {
    let descriptor = |(id, text): (&str, &str)| Descriptor {
        id: id.to_owned(),
        short_description: Text { text: text.to_owned() },
        full_description: None,
        help: None,
        help_uri: None,
        default_configuration: None,
        properties: BTreeMap::new(),
    };
    NOTIFICATIONS.into_iter().map(descriptor).collect()
}

/// What a finding is to a reader that knows errors, warnings and notes: only what can fail a run is an error.
pub(crate) fn level(severity: Severity, level: Level) -> &'static str {
    match (level, severity) {
        (Level::Block, Severity::Critical | Severity::High) => "error",
        (Level::Block | Level::Warn, Severity::Critical | Severity::High | Severity::Medium) => "warning",
        _ => "note",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "very-high",
        Confidence::Likely => "high",
    }
}

/// GitHub's scale: over 9.0 critical, from 7.0 high, from 4.0 medium, below low.
pub(crate) fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

pub(crate) fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

/// `security`, then what it is about, then clauses of frameworks as far as there is room; all are in `frameworks`.
fn tags(policy: &PolicyInfo) -> Vec<String> {
    let mut tags = vec!["security".to_owned()];
    let clauses = policy
        .frameworks
        .iter()
        .flat_map(|(framework, clauses)| clauses.iter().map(move |clause| format!("{framework}/{clause}")));
    for tag in policy.controls.iter().map(ToString::to_string).chain(clauses) {
        if tags.len() < MAX_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn help(policy: &PolicyInfo) -> Help {
    let mut text = String::new();
    let mut markdown = String::new();
    for (name, part) in [("Why it matters", &policy.why), ("How to fix it", &policy.fix.text)] {
        if !part.trim().is_empty() {
            text.push_str(&format!("{name}: {}\n\n", part.trim()));
            markdown.push_str(&format!("**{name}.** {}\n\n", part.trim()));
        }
    }
    if !policy.references.is_empty() {
        text.push_str(&format!("References: {}\n\n", policy.references.join(" ")));
        markdown.push_str("**References**\n\n");
        for reference in &policy.references {
            match is_uri(reference) {
                true => markdown.push_str(&format!("- <{reference}>\n")),
                false => markdown.push_str(&format!("- {reference}\n")),
            }
        }
        markdown.push('\n');
    }
    if !policy.aliases.is_empty() {
        let aliases = policy.aliases.join(", ");
        text.push_str(&format!("Also known as: {aliases}\n\n"));
        markdown.push_str(&format!("Also known as: {aliases}\n\n"));
    }
    text.push_str(&format!("More: volary explain {}", policy.id));
    markdown.push_str(&format!("More: `volary explain {}`", policy.id));
    Help { text, markdown }
}

/// Whether a reference can stand where SARIF wants a URI.
fn is_uri(reference: &str) -> bool {
    (reference.starts_with("https://") || reference.starts_with("http://"))
        && reference.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte))
}
