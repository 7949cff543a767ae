//! Grouping judgements into findings: one for one policy on one definition and path, with all its instances.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_governance::{block_digest, fingerprint};
use volary_model::{
    Counts, Decider, Files, Finding, Instance, Judgement, Level, Location, Origin, Outcome, PolicyInfo, Problem,
    ProblemKind, Reason, Span, Status, Subject, Undecided, Unit,
};

use crate::edits::edit_for;
use crate::evaluate::JudgedUnit;

/// What the judgements of a run come to.
#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: Vec<Undecided>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) policies: Vec<Arc<PolicyInfo>>,
    pub(crate) counts: Counts,
}

/// Groups the judgements of all units.
pub(crate) fn collect(units: &[JudgedUnit], files: &Files) -> Collected {
    let mut findings: BTreeMap<Arc<str>, Finding> = BTreeMap::new();
    let mut undecided: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Undecided> = BTreeMap::new();
    let mut policies: BTreeMap<Arc<str>, Arc<PolicyInfo>> = BTreeMap::new();
    let mut problems: BTreeMap<(Arc<str>, Arc<str>), Problem> = BTreeMap::new();
    let mut counts = Counts::default();

    for judged_unit in units {
        let unit = judged_unit.prepared.unit();
        counts.units += 1;
        counts.resources += unit.subjects.iter().filter(|subject| subject.owner.is_none()).count() as u64;
        for judged in &judged_unit.judged {
            let info = &judged.policy.info;
            for judgement in &judged.judgements {
                *counts.judgements.entry(judgement.outcome).or_default() += 1;
                let Some(subject) = unit.subject(judgement.subject) else { continue };
                if judgement.outcome != Outcome::NotApplicable {
                    policies.entry(info.id.clone()).or_insert_with(|| info.clone());
                }
                match judgement.outcome {
                    Outcome::Fail => add_finding(&mut findings, files, unit, subject, info, judgement),
                    Outcome::Undecided => add_undecided(&mut undecided, files, subject, info, judgement),
                    Outcome::Error => {
                        let key = (info.id.clone(), subject.definition.clone());
                        problems.entry(key).or_insert_with(|| error(files, subject, info, judgement));
                    }
                    Outcome::Pass | Outcome::NotApplicable => {}
                }
            }
        }
    }

    let mut findings: Vec<Finding> = findings.into_values().collect();
    for finding in &mut findings {
        finding.instances.sort();
        finding.instances.dedup();
    }
    drop_covered_secrets(&mut findings);
    sort(&mut findings);
    let mut undecided: Vec<Undecided> = undecided.into_values().collect();
    undecided.sort_by(|a, b| (&a.location, &a.policy.id, &a.address).cmp(&(&b.location, &b.policy.id, &b.address)));
    let mut all_problems: Vec<Problem> = units.iter().flat_map(|unit| unit.problems.iter().cloned()).collect();
    all_problems.extend(problems.into_values());
    Collected { findings, undecided, problems: all_problems, policies: policies.into_values().collect(), counts }
}

/// Worst first, then by place.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.location.path.as_bytes().cmp(b.location.path.as_bytes()))
            .then_with(|| a.location.span.start.cmp(&b.location.span.start))
            .then_with(|| a.policy.id.cmp(&b.policy.id))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
}

/// The span to show: the first place that decided, else the header. Places in other files than the definition's (a
/// variable file) are shown at the definition, and explained by the chain.
fn place(subject: &Subject, deciders: &[Decider]) -> Span {
    deciders.first().and_then(|decider| decider.origin.span()).unwrap_or(subject.header)
}

/// A span as a location, shortened to its first line.
pub(crate) fn locate(files: &Files, span: Span) -> Location {
    let text = files.text(span);
    let first = text.find('\n').map_or(text.len(), |end| text[..end].trim_end_matches('\r').len());
    let span = Span { end: span.start + first as u32, ..span };
    locate_whole(files, span)
}

pub(crate) fn locate_whole(files: &Files, span: Span) -> Location {
    files.locate(span).unwrap_or_else(|| Location {
        path: "".into(),
        start: volary_model::LineColumn { line: 1, column: 1 },
        end: volary_model::LineColumn { line: 1, column: 1 },
        span,
    })
}

fn add_finding(
    findings: &mut BTreeMap<Arc<str>, Finding>,
    files: &Files,
    unit: &Unit,
    subject: &Subject,
    info: &Arc<PolicyInfo>,
    judgement: &Judgement,
) {
    let key = fingerprint(&info.id, &subject.folder, &subject.definition, &judgement.path);
    let instance = Instance {
        unit: unit.name.clone(),
        address: subject.address.clone(),
        calls: subject.calls.iter().map(|call| (call.name.clone(), locate(files, call.span))).collect(),
        // Of several values that decided, the one that was handed in is what the caller can change.
        chain: judgement
            .deciders
            .iter()
            .map(|decider| chain(files, &decider.origin))
            .find(|chain| !chain.is_empty())
            .unwrap_or_default(),
        conditional: subject.conditional.clone(),
    };
    if let Some(known) = findings.get_mut(&key) {
        known.instances.push(instance);
        return;
    }
    let span = place(subject, &judgement.deciders);
    let finding = Finding {
        fingerprint: key.clone(),
        policy: info.clone(),
        severity: info.severity,
        level: Level::Block,
        message: judgement.message.clone(),
        kind: subject.kind.clone(),
        address: subject.definition.clone(),
        path: judgement.path.clone(),
        location: locate(files, span),
        extent: locate_whole(files, subject.extent),
        deciders: judgement.deciders.clone(),
        instances: vec![instance],
        edit: edit_for(info, subject, files),
        owners: Vec::new(),
        status: Status::Open,
        digest: block_digest(files.text(subject.extent)),
    };
    findings.insert(key, finding);
}

/// The places behind the first one, as locations.
fn chain(files: &Files, origin: &Origin) -> Vec<Location> {
    origin.steps().skip(1).filter_map(Origin::span).map(|span| locate(files, span)).collect()
}

fn add_undecided(
    undecided: &mut BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Undecided>,
    files: &Files,
    subject: &Subject,
    info: &Arc<PolicyInfo>,
    judgement: &Judgement,
) {
    let key = (info.id.clone(), subject.folder.clone(), subject.definition.clone());
    let mut reasons: Vec<Reason> = judgement.deciders.iter().filter_map(|decider| decider.reason.clone()).collect();
    if let Some(known) = undecided.get_mut(&key) {
        known.instances += 1;
        reasons.retain(|reason| !known.reasons.contains(reason));
        known.reasons.extend(reasons);
        return;
    }
    reasons.dedup();
    let unknown = judgement.deciders.iter().find(|decider| decider.reason.is_some());
    let span = unknown.and_then(|decider| decider.origin.span()).unwrap_or(subject.header);
    undecided.insert(
        key,
        Undecided {
            policy: info.clone(),
            kind: subject.kind.clone(),
            address: subject.definition.clone(),
            location: locate(files, span),
            reasons,
            instances: 1,
        },
    );
}

fn error(files: &Files, subject: &Subject, info: &Arc<PolicyInfo>, judgement: &Judgement) -> Problem {
    let at = locate(files, place(subject, &judgement.deciders));
    Problem {
        path: at.path,
        line: Some(at.start.line),
        column: Some(at.start.column),
        kind: ProblemKind::Policy,
        message: format!("{} could not be judged by {}: {}", subject.definition, info.id, judgement.message).into(),
        help: "The value has a type that the policy does not expect; correct the value, or report the policy.".into(),
        fails: true,
    }
}

/// A credential in an attribute that a policy of its own reports is not reported a second time as text.
fn drop_covered_secrets(findings: &mut Vec<Finding>) {
    let is_about_credentials =
        |finding: &Finding| finding.policy.controls.iter().any(|control| &**control == "secret-detection");
    let covered: Vec<Span> = findings
        .iter()
        .filter(|finding| &*finding.kind != "secret" && is_about_credentials(finding))
        .map(|finding| finding.location.span)
        .collect();
    findings.retain(|finding| {
        let span = finding.location.span;
        &*finding.kind != "secret" || !covered.iter().any(|cover| cover.contains(&span) || span.contains(cover))
    });
}
