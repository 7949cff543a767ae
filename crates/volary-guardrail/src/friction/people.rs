//! Who may answer a gate, as far as files tell.

use std::sync::Arc;

use volary_model::Span;
use volary_pipeline::{Platform, Step};

use super::inventory::{Gate, GateKind, Place};
use crate::plan::Plan;

/// Who may answer.
pub(super) struct People {
    /// Those who are named, each as it is written; nothing where nobody is.
    pub(super) named: Vec<Arc<str>>,
    /// Where they are named.
    pub(super) at: Option<Span>,
    /// As it is written.
    pub(super) written: Arc<str>,
    /// Anybody who may start runs: nobody is named where that could be done.
    pub(super) anybody: bool,
    /// Where one could be named: `approvers`.
    pub(super) input: &'static str,
}

/// Who may answer a gate that is a step; nothing where files do not say, or the platform knows.
pub(super) fn people(plan: &Plan<'_>, gate: &Gate) -> Option<People> {
    let Place::Step(job, step) = gate.place else { return None };
    let step = plan.pipeline.job(job)?.steps.get(step.0 as usize)?;
    let input = match (plan.pipeline.platform, gate.kind) {
        (_, GateKind::Change) => return None,
        (Platform::Jenkins, _) => "submitter",
        (Platform::Azure, _) if is_old(step) => {
            // Its first version knows no approvers: whoever may start runs can answer.
            return Some(People { named: Vec::new(), at: None, written: "".into(), anybody: true, input: "approvers" });
        }
        _ => "approvers",
    };
    let Some(found) = step.input(input) else {
        return Some(People { named: Vec::new(), at: None, written: "".into(), anybody: true, input });
    };
    let known = found.text.known()?;
    let written = format!("{input}: {}", found.text.canonical()).into();
    let named: Vec<Arc<str>> =
        known.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(Arc::from).collect();
    let at = found.key.or_else(|| found.text.span());
    Some(People { anybody: named.is_empty(), named, at, written, input })
}

/// Azure's `ManualValidation@0` and `ManualIntervention@8`.
pub(super) fn is_old(step: &Step) -> bool {
    let Some(uses) = step.uses() else { return false };
    let version = uses.reference.as_ref().and_then(volary_pipeline::Text::known).unwrap_or_default();
    version.trim_start_matches('v').starts_with('0') || uses.name.to_ascii_lowercase().contains("manualintervention")
}

/// Whether a name is that of one person: an address. Names without an address may be those of groups.
pub(super) fn is_person(name: &str) -> bool {
    let Some((user, host)) = name.split_once('@') else { return false };
    !user.is_empty() && host.contains('.') && !is_group(name)
}

/// Whether a name looks like that of a group.
pub(super) fn is_group(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "admin",
        "all",
        "approver",
        "board",
        "chapter",
        "department",
        "dev",
        "devops",
        "developers",
        "everyone",
        "group",
        "guild",
        "leads",
        "managers",
        "oncall",
        "ops",
        "owners",
        "platform",
        "release",
        "security",
        "sre",
        "squad",
        "team",
        "tribe",
        "users",
    ];
    if name.starts_with('[') || name.contains(['\\', '/']) {
        return true;
    }
    let lower = name.to_ascii_lowercase();
    let words = lower.split('@').next().unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .any(|word| WORDS.iter().any(|known| word == *known || word.strip_suffix('s') == Some(known)))
}

/// Whether a group holds nearly everybody.
pub(super) fn is_everybody(name: &str) -> bool {
    const GROUPS: &[&str] = &[
        "all",
        "all users",
        "authenticated",
        "contributors",
        "developers",
        "everybody",
        "everyone",
        "project collection valid users",
        "project valid users",
        "readers",
        "users",
    ];
    let name = name.rsplit(['\\', '/']).next().unwrap_or(name).trim().to_ascii_lowercase();
    GROUPS.contains(&name.as_str())
}
