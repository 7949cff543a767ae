//! Verdicts and weakenings as findings, so that owners, exceptions and the baseline hold for them as for everything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_guardrail::prove::article;
use volary_model::{
    Confidence, Files, Finding, Fix, GuardrailVerdict, Guardrails, Instance, Level, Location, PolicyInfo, Problem,
    Severity, Status, Tier, Verdict, Weakening,
};

use super::demands;
use crate::records::Records;
use crate::settings::Settings;

/// Decides what becomes of verdicts and weakenings, and who owns them.
pub(crate) fn decide(
    answer: &mut Guardrails,
    records: &mut Records,
    files: &Files,
    settings: &Settings,
) -> Vec<Problem> {
    let mut findings: Vec<Finding> = Vec::new();
    for verdict in answer.verdicts.iter().filter(|verdict| !verdict.verdict.holds()) {
        findings.push(of_verdict(verdict));
    }
    findings.extend(answer.weakenings.iter().map(of_weakening));
    let problems = records.decide_only(&mut findings, files, settings);
    let decided: BTreeMap<Arc<str>, Finding> =
        findings.into_iter().map(|finding| (finding.fingerprint.clone(), finding)).collect();
    for verdict in &mut answer.verdicts {
        match decided.get(&verdict.fingerprint) {
            Some(finding) => {
                verdict.owners = finding.owners.clone();
                verdict.status = finding.status.clone();
                verdict.severity = finding.severity;
            }
            None => verdict.owners = records.owners(&verdict.location.path),
        }
    }
    for weakening in &mut answer.weakenings {
        if let Some(finding) = decided.get(&weakening.fingerprint) {
            weakening.owners = finding.owners.clone();
            weakening.status = finding.status.clone();
        }
    }
    problems
}

/// The place that a repair would be made at.
fn place(verdict: &GuardrailVerdict) -> &Location {
    verdict.edit.as_ref().and_then(|edit| edit.location.as_ref()).unwrap_or(&verdict.location)
}

/// The policy that a control is for a kind of thing.
pub(crate) fn policy(control: &str, kind: &str) -> Arc<PolicyInfo> {
    let demands = demands();
    let name = demands.controls.get(control).map_or(control, |control| &*control.name);
    let requirement = demands.requirements.iter().find(|requirement| requirement.kind.as_str() == kind);
    let thing = requirement.map_or(kind, |requirement| &*requirement.name);
    let why = requirement.map_or("", |requirement| &*requirement.why);
    Arc::new(PolicyInfo {
        id: format!("guardrail-{control}-{kind}").into(),
        title: format!("{} ships without {} {name} that stops it", capital_article(thing), article(name)).into(),
        severity: Severity::Medium,
        tier: Tier::Default,
        confidence: Confidence::Certain,
        why: why.into(),
        fix: Fix {
            text: format!(
                "`volary guardrails --details` shows what decides; `volary require {kind}` gives steps that stop it."
            )
            .into(),
            edits: Vec::new(),
        },
        references: Vec::new(),
        aliases: vec![format!("guardrail-{control}").into()],
        controls: vec![control.into()],
        frameworks: BTreeMap::new(),
        judges: vec![kind.into()],
        source: "catalog/requirements.yaml".into(),
    })
}

fn capital_article(name: &str) -> String {
    if matches!(name, "infrastructure" | "Kubernetes manifests") {
        let mut chars = name.chars();
        return chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
    }
    format!("{} {name}", if article(name) == "an" { "An" } else { "A" })
}

/// A use of something in a pipeline.
fn instance(unit: Arc<str>, address: impl Into<Arc<str>>) -> Instance {
    Instance { unit, address: address.into(), calls: Vec::new(), chain: Vec::new(), conditional: None }
}

/// A verdict as a finding.
pub(crate) fn of_verdict(verdict: &GuardrailVerdict) -> Finding {
    let location = place(verdict).clone();
    Finding {
        fingerprint: verdict.fingerprint.clone(),
        policy: policy(&verdict.control, &verdict.kind),
        severity: verdict.severity,
        level: verdict.level,
        message: verdict.message.clone(),
        kind: verdict.kind.clone(),
        address: format!("{}#{}", verdict.pipeline, verdict.what).into(),
        path: verdict.control.clone(),
        extent: location.clone(),
        location,
        deciders: Vec::new(),
        instances: vec![instance(verdict.pipeline.clone(), format!("{} {}", verdict.effect, verdict.what))],
        edit: None,
        owners: Vec::new(),
        status: Status::Open,
        digest: "".into(),
    }
}

/// A weakening as a finding.
pub(crate) fn of_weakening(weakening: &Weakening) -> Finding {
    let control = weakening.control.as_deref().unwrap_or("guardrail");
    Finding {
        fingerprint: weakening.fingerprint.clone(),
        policy: Arc::new(PolicyInfo {
            id: format!("guardrail-weakened-{control}").into(),
            title: "A guardrail was weakened".into(),
            severity: weakening.severity,
            tier: Tier::Default,
            confidence: Confidence::Certain,
            why: "What was stopped before would pass now, and nothing else says so.".into(),
            fix: Fix { text: weakening.fix.clone(), edits: Vec::new() },
            references: Vec::new(),
            aliases: vec!["guardrail-weakened".into()],
            controls: weakening.control.iter().cloned().collect(),
            frameworks: BTreeMap::new(),
            judges: vec!["pipeline".into()],
            source: "catalog/requirements.yaml".into(),
        }),
        severity: weakening.severity,
        level: weakening.level,
        message: weakening.message.clone(),
        kind: "pipeline".into(),
        address: weakening.pipeline.clone().unwrap_or_else(|| weakening.location.path.clone()),
        path: control.into(),
        location: weakening.location.clone(),
        extent: weakening.location.clone(),
        deciders: Vec::new(),
        instances: vec![instance(
            weakening.pipeline.clone().unwrap_or_default(),
            weakening.tool.clone().unwrap_or_default(),
        )],
        edit: None,
        owners: Vec::new(),
        status: Status::Open,
        digest: "".into(),
    }
}

/// What a check tells of guardrails: one finding for each control and kind of thing that does not hold.
pub(crate) fn grouped(answer: &Guardrails) -> Vec<Finding> {
    type Key = (Arc<str>, Arc<str>, bool);
    let mut groups: BTreeMap<Key, Vec<&GuardrailVerdict>> = BTreeMap::new();
    for verdict in answer.verdicts.iter().filter(|verdict| verdict.required) {
        if verdict.verdict.holds() || verdict.verdict == Verdict::Unverifiable {
            continue;
        }
        let open = verdict.status == Status::Open;
        groups.entry((verdict.control.clone(), verdict.kind.clone(), open)).or_default().push(verdict);
    }
    let mut findings = Vec::new();
    for ((control, kind, _), mut verdicts) in groups {
        verdicts.sort_by_key(|verdict| (std::cmp::Reverse(verdict.severity), verdict.pipeline.clone(), verdict.line));
        let Some(first) = verdicts.first() else { continue };
        let all = answer
            .verdicts
            .iter()
            .filter(|other| other.required && other.control == control && other.kind == kind)
            .count();
        let mut finding = of_verdict(first);
        finding.fingerprint = fingerprint(&["guardrail", &control, &kind, word(&first.status)]);
        finding.owners = first.owners.clone();
        finding.status = first.status.clone();
        if all > 1 {
            finding.message = format!(
                "{} of {all} times that {} ships nothing would stop it for want of {} {}; first: {}",
                verdicts.len(),
                plural(&kind),
                article(&first.control_name),
                first.control_name,
                first.message
            )
            .into();
        }
        finding.instances = verdicts
            .iter()
            .map(|verdict| {
                let address = format!("{} {} (line {})", verdict.effect, verdict.what, verdict.line);
                instance(verdict.pipeline.clone(), address)
            })
            .collect();
        finding.instances.sort();
        finding.instances.dedup();
        findings.push(finding);
    }
    findings
}

/// Kinds of things that ship for the first time, without what is demanded of them: nobody decided that they may.
pub(crate) fn new_kinds(answer: &Guardrails) -> Vec<Finding> {
    let new = answer.coverage.iter().filter(|cell| cell.new && cell.required && !cell.gaps.is_empty());
    new.filter_map(|cell| {
        let first = answer.verdicts.iter().find(|verdict| {
            let here = verdict.required && verdict.kind == cell.kind && verdict.control == cell.control;
            here && !verdict.verdict.holds() && verdict.status == Status::Open
        })?;
        let mut finding = of_verdict(first);
        finding.fingerprint = fingerprint(&["guardrail-new", &cell.control, &cell.kind]);
        finding.owners = first.owners.clone();
        finding.message =
            format!("{} ships from here for the first time: {}", capital_article(&cell.kind_name), first.message)
                .into();
        finding.severity = Severity::High;
        finding.level = Level::Block;
        Some(finding)
    })
    .collect()
}

fn plural(kind: &str) -> String {
    let requirement = demands().requirements.iter().find(|requirement| requirement.kind.as_str() == kind);
    let name = requirement.map_or(kind, |requirement| &*requirement.name);
    if matches!(name, "infrastructure") || name.ends_with('s') {
        name.to_owned()
    } else {
        format!("{} {name}", article(name))
    }
}

fn word(status: &Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Baselined => "recorded",
        Status::Accepted(_) => "accepted",
    }
}

/// 32 hexadecimal digits of some texts.
pub(crate) fn fingerprint(parts: &[&str]) -> Arc<str> {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].into()
}
