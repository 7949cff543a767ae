//! Which bytes of the tree are secret values, so that no report shows them, whichever finding shows the line.

use std::collections::BTreeMap;

use volary_model::{Decider, FileId, Files, Finding, Origin, Report, Span};

/// What the evaluator shows in place of a sensitive value.
const MASKED: &str = "***";

/// The secret stretches of every file, sorted and disjoint.
#[derive(Debug, Default)]
pub(crate) struct Masks {
    files: BTreeMap<FileId, Vec<(u32, u32)>>,
}

impl Masks {
    /// Collects the places of secret values from all findings.
    pub(crate) fn new(report: &Report, files: &Files) -> Self {
        let mut masks = Self::default();
        for finding in &report.findings {
            let whole = is_secret(finding) && points_at_value(finding);
            if whole {
                masks.add(finding.location.span, files);
            }
            for decider in &finding.deciders {
                if decider.shown.contains(MASKED) || (is_secret(finding) && &*decider.shown != NOT_SET) {
                    masks.add_chain(&decider.origin, files);
                }
            }
            if whole {
                for place in finding.instances.iter().flat_map(|instance| &instance.chain) {
                    masks.add(place.span, files);
                }
            }
        }
        for spans in masks.files.values_mut() {
            spans.sort_unstable();
            let mut merged: Vec<(u32, u32)> = Vec::with_capacity(spans.len());
            for (start, end) in spans.drain(..) {
                match merged.last_mut() {
                    Some(last) if start <= last.1 => last.1 = last.1.max(end),
                    _ => merged.push((start, end)),
                }
            }
            *spans = merged;
        }
        masks
    }

    fn add(&mut self, span: Span, files: &Files) {
        // `var.password` names the secret and does not hold it.
        if span.end > span.start && !is_reference(files.text(span)) {
            self.files.entry(span.file).or_default().push((span.start, span.end));
        }
    }

    fn add_chain(&mut self, origin: &Origin, files: &Files) {
        for span in origin.steps().filter_map(Origin::span) {
            self.add(span, files);
        }
    }

    /// The secret stretches of a file that overlap these bytes.
    pub(crate) fn within(&self, file: FileId, start: u32, end: u32) -> &[(u32, u32)] {
        let Some(spans) = self.files.get(&file) else { return &[] };
        let from = spans.partition_point(|span| span.1 <= start);
        let to = spans.partition_point(|span| span.0 < end);
        spans.get(from..to).unwrap_or_default()
    }
}

/// What the evaluator shows for an absent value.
const NOT_SET: &str = "not set";

fn is_secret(finding: &Finding) -> bool {
    &*finding.kind == "secret" || finding.policy.controls.iter().any(|control| &**control == "secret-detection")
}

/// Whether the place of a finding about a secret is the value itself, not the header of a block that lacks something.
fn points_at_value(finding: &Finding) -> bool {
    let here = |decider: &&Decider| decider.origin.span() == Some(finding.location.span);
    &*finding.kind == "secret" || finding.deciders.iter().find(here).is_none_or(|decider| &*decider.shown != NOT_SET)
}

/// Whether a text is nothing but a reference of Terraform.
fn is_reference(text: &str) -> bool {
    ["var.", "local.", "module.", "data.", "each.", "path."].iter().any(|start| text.starts_with(start))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']'))
}

/// The shortest secret of which anything is shown: tokens and keys are longer, passwords that people think of shorter, and
/// of those every character counts.
const LONG: usize = 20;

/// What is shown in place of a secret: the first four characters of a long one, which of most tokens are the vendor's prefix,
/// so that its owner recognises it; never its length.
pub(crate) fn masked(value: &str) -> String {
    let value = value.trim_start_matches(['"', '\'', '`', ' ']);
    let keep = if value.chars().take(LONG).count() == LONG { 4 } else { 0 };
    let mut out: String = value.chars().take(keep).take_while(|character| character.is_ascii_graphic()).collect();
    out.push_str("*****");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_four_characters_of_a_long_secret_stay() {
        assert_eq!(masked("\"hunter2\""), "*****");
        assert_eq!(masked("short"), "*****");
        assert_eq!(masked("\"AdminPassword123!\""), "*****");
        assert_eq!(masked("ghp_0123456789abcdef"), "ghp_*****");
    }

    #[test]
    fn references_are_no_values() {
        assert!(is_reference("var.password"));
        assert!(!is_reference("\"var.password\""));
        assert!(!is_reference("var.a == \"x\""));
    }
}
