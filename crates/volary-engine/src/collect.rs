//! Grouping judgements into findings: one for one policy on one definition and path, with all its instances.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use volary_governance::{block_digest, fingerprint};
use volary_model::{
    Counts, Decider, FileId, Files, Finding, Instance, Judgement, Level, Location, Origin, Outcome, PolicyInfo,
    Problem, ProblemKind, Reason, Span, Status, Subject, Undecided, Unit,
};

use crate::edits::edit_for;
use crate::evaluate::JudgedUnit;

/// What a finding does to the run unless the records of the repository or the boundary say otherwise: what is wrong with a
/// pipeline is shown and does not fail the run.
fn level(kind: &str) -> Level {
    if kind.starts_with("pipeline.") { Level::Warn } else { Level::Block }
}

/// Policy, folder and definition of what could not be decided.
type UndecidedKey = (Arc<str>, Arc<str>, Arc<str>);

/// What judgements come to: of one unit, or of all.
#[derive(Default)]
pub(crate) struct Collected {
    findings: BTreeMap<Arc<str>, Finding>,
    undecided: BTreeMap<UndecidedKey, Undecided>,
    /// By policy and definition: one mistake in a definition is told once.
    errors: BTreeMap<(Arc<str>, Arc<str>), Problem>,
    problems: Vec<Problem>,
    policies: BTreeMap<Arc<str>, Arc<PolicyInfo>>,
    outcomes: BTreeMap<Arc<str>, BTreeMap<Outcome, u64>>,
    units: u64,
    resources: u64,
}

/// The same as lists, sorted; findings are sorted by the caller, when their severity is decided.
#[derive(Default)]
pub(crate) struct Sorted {
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: Vec<Undecided>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) policies: Vec<Arc<PolicyInfo>>,
    pub(crate) outcomes: BTreeMap<Arc<str>, BTreeMap<Outcome, u64>>,
    pub(crate) counts: Counts,
}

/// Groups the judgements of one unit. Passes are only counted, so that a unit can be dropped once it is judged.
pub(crate) fn collect(judged_unit: &JudgedUnit, files: &Files) -> Collected {
    let mut all = Collected { units: 1, problems: judged_unit.problems.clone(), ..Collected::default() };
    let unit = judged_unit.prepared.unit();
    all.resources = unit.subjects.iter().filter(|subject| subject.owner.is_none()).count() as u64;
    for judged in &judged_unit.judged {
        let info = &judged.policy;
        for judgement in &judged.judgements {
            *all.outcomes.entry(info.id.clone()).or_default().entry(judgement.outcome).or_default() += 1;
            let Some(subject) = unit.subject(judgement.subject) else { continue };
            if judgement.outcome != Outcome::NotApplicable && !all.policies.contains_key(&info.id) {
                all.policies.insert(info.id.clone(), info.clone());
            }
            match judgement.outcome {
                Outcome::Fail => add_finding(&mut all.findings, files, unit, subject, info, judgement),
                Outcome::Undecided => add_undecided(&mut all.undecided, files, subject, info, judgement),
                Outcome::Error => {
                    let key = (info.id.clone(), subject.definition.clone());
                    all.errors.entry(key).or_insert_with(|| error(files, subject, info, judgement));
                }
                Outcome::Pass | Outcome::NotApplicable => {}
            }
        }
    }
    all
}

impl Collected {
    /// Adds what another unit came to. The first unit to have a finding tells it; later ones add their instances.
    pub(crate) fn merge(&mut self, other: Self) {
        for (key, finding) in other.findings {
            match self.findings.entry(key) {
                Entry::Occupied(mut known) => known.get_mut().instances.extend(finding.instances),
                Entry::Vacant(free) => {
                    free.insert(finding);
                }
            }
        }
        for (key, one) in other.undecided {
            match self.undecided.entry(key) {
                Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    known.instances += one.instances;
                    known.reasons.extend(
                        one.reasons.into_iter().filter(|reason| !known.reasons.contains(reason)).collect::<Vec<_>>(),
                    );
                }
                Entry::Vacant(free) => {
                    free.insert(one);
                }
            }
        }
        for (key, problem) in other.errors {
            self.errors.entry(key).or_insert(problem);
        }
        for (id, outcomes) in other.outcomes {
            let known = self.outcomes.entry(id).or_default();
            for (outcome, count) in outcomes {
                *known.entry(outcome).or_default() += count;
            }
        }
        self.problems.extend(other.problems);
        self.policies.extend(other.policies);
        self.units += other.units;
        self.resources += other.resources;
    }

    /// Sorted lists of everything.
    pub(crate) fn sorted(self) -> Sorted {
        let mut findings: Vec<Finding> = self.findings.into_values().collect();
        for finding in &mut findings {
            finding.instances.sort();
            finding.instances.dedup();
        }
        drop_covered_secrets(&mut findings);
        let mut undecided: Vec<Undecided> = self.undecided.into_values().collect();
        undecided.sort_by(|a, b| (&a.location, &a.policy.id, &a.address).cmp(&(&b.location, &b.policy.id, &b.address)));
        let mut problems = self.problems;
        problems.extend(self.errors.into_values());
        let mut counts = Counts { units: self.units, resources: self.resources, ..Counts::default() };
        for (outcome, count) in self.outcomes.values().flatten() {
            *counts.judgements.entry(*outcome).or_default() += count;
        }
        let policies = self.policies.into_values().collect();
        Sorted { findings, undecided, problems, policies, outcomes: self.outcomes, counts }
    }
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
        level: level(&subject.kind),
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
    undecided: &mut BTreeMap<UndecidedKey, Undecided>,
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
    let is_credential =
        |finding: &Finding| finding.policy.controls.iter().any(|control| &**control == "secret-detection");
    let mut covered: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| &*finding.kind != "secret" && is_credential(finding)) {
        covered.entry(finding.location.span.file).or_default().push(finding.location.span);
    }
    findings.retain(|finding| {
        let span = finding.location.span;
        let covers = |cover: &Span| cover.contains(&span) || span.contains(cover);
        &*finding.kind != "secret" || !covered.get(&span.file).is_some_and(|spans| spans.iter().any(covers))
    });
}
