//! Judging units: prepare each, apply the policies of its subjects' kinds.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use volary_model::{Files, Judgement, Outcome, PolicyInfo, Problem, SubjectId, Tier, Unit, UnitKind};
use volary_policy::{Policy, Prepared, is_relaxed, judge, prepare};

use crate::collect::{Collected, collect};
use crate::guard::guarded;
use crate::pack::{LoadedPack, Needs};
use crate::progress::Progress;

/// The judgements of one policy about one unit.
pub(crate) struct Judged {
    pub(crate) policy: Arc<PolicyInfo>,
    pub(crate) judgements: Vec<Judgement>,
}

/// A unit with all its judgements, in the order of its subjects.
pub(crate) struct JudgedUnit {
    pub(crate) prepared: Prepared,
    pub(crate) judged: Vec<Judged>,
    pub(crate) problems: Vec<Problem>,
}

/// What the units need of a pack.
pub(crate) fn needs(units: &[Unit]) -> Needs {
    let mut needs = Needs::default();
    for unit in units {
        needs.providers.insert(match unit.kind {
            UnitKind::Terraform => "terraform".into(),
            UnitKind::Kubernetes => "kubernetes".into(),
            UnitKind::Dockerfile => "dockerfile".into(),
            UnitKind::Pipeline => "pipeline".into(),
            UnitKind::Text => Arc::from("secrets"),
        });
        for subject in &unit.subjects {
            if !needs.kinds.contains(&subject.kind) {
                needs.kinds.insert(subject.kind.clone());
                needs.providers.insert(subject.provider.clone());
                // What the object of another provider stands for is not known before it is read.
                needs.any_kind |= subject.kind.starts_with("azapi_");
            }
        }
    }
    needs
}

/// Judges every unit and gathers what comes of it. Units are dropped as soon as they are judged.
pub(crate) fn evaluate(
    units: Vec<Unit>,
    pack: &LoadedPack,
    tier: Tier,
    files: &Files,
    progress: &dyn Progress,
) -> (Collected, Vec<Problem>) {
    let results: Vec<Result<Collected, Problem>> = units
        .into_par_iter()
        .map(|unit| {
            let name = unit.name.clone();
            let judged = guarded(&name, "evaluating what is deployed from here", || {
                collect(&evaluate_unit(unit, pack, tier), files)
            });
            progress.step();
            judged
        })
        .collect();
    let mut all = Collected::default();
    let mut problems = Vec::new();
    for result in results {
        match result {
            Ok(collected) => all.merge(collected),
            Err(problem) => problems.push(problem),
        }
    }
    (all, problems)
}

fn evaluate_unit(unit: Unit, pack: &LoadedPack, tier: Tier) -> JudgedUnit {
    let mut judged = Vec::new();
    let mut problems = Vec::new();
    // Rego sees the unit as it was read, before names are brought up to date and defaults are filled in.
    let path: Arc<str> = unit.name.clone();
    match guarded(&path, "evaluating Rego policies", || pack.rego.judge_unit(&unit)) {
        Ok(results) => {
            let results = results.into_iter().filter(|(info, _)| info.tier <= tier);
            judged.extend(results.map(|(policy, judgement)| Judged { policy, judgements: vec![judgement] }));
        }
        Err(problem) => problems.push(problem),
    }
    let prepared = prepare(unit, &pack.catalogue);
    let mut failed: BTreeSet<Arc<str>> = BTreeSet::new();
    for (id, subject) in prepared.unit().iter() {
        for policy in pack.for_kind(&subject.kind, tier) {
            match guarded(&policy.info.source, "evaluating this policy", || judge_at(policy, tier, &prepared, id)) {
                Ok(judgements) => judged.push(Judged { policy: policy.info.clone(), judgements }),
                // One defect of a policy is one problem, however many subjects meet it.
                Err(problem) if failed.insert(policy.info.id.clone()) => problems.push(problem),
                Err(_) => {}
            }
        }
    }
    JudgedUnit { prepared, judged, problems }
}

/// Judges a subject. What the policy leaves to a later tier is not applicable; a pass stays a pass.
fn judge_at(policy: &Policy, tier: Tier, prepared: &Prepared, subject: SubjectId) -> Vec<Judgement> {
    let mut judgements = judge(policy, prepared, subject);
    let decided = |judgement: &Judgement| matches!(judgement.outcome, Outcome::Pass | Outcome::NotApplicable);
    if !judgements.iter().all(decided) && is_relaxed(policy, tier, prepared, subject) {
        judgements.truncate(1);
        for judgement in &mut judgements {
            judgement.outcome = Outcome::NotApplicable;
            judgement.deciders.clear();
        }
    }
    judgements
}
