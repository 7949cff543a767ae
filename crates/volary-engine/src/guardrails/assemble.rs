//! From what is proved of each pipeline to one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_guardrail::prove::{self, Draft};
use volary_guardrail::weaken::WeakeningDraft;
use volary_model::{
    Assumption, Cell, Files, Guardrails, Level, Location, ManualGate, MutableSource, PipelineView, Severity, Status,
    UnreadSource, Verdict, Versions, Weakening,
};
use volary_pipeline::Found;

use super::demands;
use super::findings::fingerprint;
use super::side::Assembled;
use crate::settings::Settings;

/// One answer of all pipelines.
pub(crate) fn assemble(assembled: Assembled, files: &Files, settings: &Settings) -> Guardrails {
    let Assembled { mut drafts, gates, kinds_before, weakenings, uses, .. } = assembled;
    drafts.sort_by(|a, b| a.view.path.cmp(&b.view.path));
    let unread = unread(&drafts, files);
    let mutable = mutable(&uses, &drafts, files);
    let mut keys: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for draft in drafts.iter().flat_map(|one| &one.verdicts).filter(|draft| draft.verdict.required) {
        for key in &draft.assumptions {
            *keys.entry(key.clone()).or_default() += 1;
        }
    }
    for draft in drafts.iter().flat_map(|one| &one.verdicts) {
        for key in &draft.assumptions {
            keys.entry(key.clone()).or_default();
        }
    }
    let mut listed: Vec<(Arc<str>, usize)> = keys.into_iter().collect();
    listed.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let index: BTreeMap<Arc<str>, usize> =
        listed.iter().enumerate().map(|(index, (key, _))| (key.clone(), index)).collect();
    let assumptions = listed
        .into_iter()
        .map(|(key, verdicts)| {
            let (text, answer) = prove::assumption(&key);
            Assumption { key, text, answer, verdicts, answered: None }
        })
        .collect();

    let mut verdicts = Vec::new();
    let mut pipelines: Vec<PipelineView> = Vec::new();
    let mut scans = Vec::new();
    for one in drafts {
        let mut view = one.view;
        let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for draft in one.verdicts {
            let mut verdict = draft.verdict;
            verdict.assumptions = draft.assumptions.iter().filter_map(|key| index.get(key).copied()).collect();
            verdict.assumptions.sort_unstable();
            let base =
                fingerprint(&[&verdict.pipeline, &verdict.kind, &verdict.effect, &verdict.what, &verdict.control]);
            let count = seen.entry(base.clone()).or_default();
            verdict.fingerprint = fingerprint(&[&base, &count.to_string()]);
            *count += 1;
            if verdict.required {
                view.verdicts.push(verdicts.len());
            }
            verdicts.push(verdict);
        }
        scans.extend(one.scans.into_iter().map(|scan| scan.scan));
        pipelines.push(view);
    }
    let coverage = coverage(&verdicts, kinds_before.as_ref());
    let mut told: Vec<ManualGate> =
        gates.into_iter().filter_map(|(pipeline, gate)| self::gate(pipeline, gate, files)).collect();
    told.sort_by(|a, b| (&a.pipeline, a.location.span).cmp(&(&b.pipeline, b.location.span)));
    Guardrails {
        versions: Versions {
            binary: settings.binary.clone(),
            pack: env!("CARGO_PKG_VERSION").into(),
            pack_digest: "".into(),
        },
        targets: settings.targets.clone(),
        since: None,
        pipelines,
        verdicts,
        assumptions,
        unread,
        mutable,
        scans,
        weakenings: weakenings.into_iter().filter_map(|draft| weakening(draft, files)).collect(),
        gates: told,
        coverage,
        problems: Vec::new(),
        not_judged: Vec::new(),
        fail_on: settings.fail_on,
    }
}

/// A weakening with its places. A change that takes force from a control that is demanded fails a run.
fn weakening(draft: WeakeningDraft, files: &Files) -> Option<Weakening> {
    let location = files.locate(draft.at)?;
    let serious = draft.change && draft.severity >= Severity::High;
    Some(Weakening {
        fingerprint: fingerprint(&["weakening", draft.class, &draft.key]),
        class: draft.class.into(),
        message: draft.message,
        fix: draft.fix,
        location,
        removed: draft.removed,
        before: draft.before,
        after: draft.after,
        control: draft.control,
        tool: draft.tool,
        pipeline: draft.pipeline,
        change: draft.change,
        severity: draft.severity,
        level: if serious { Level::Block } else { Level::Warn },
        owners: Vec::new(),
        status: Status::Open,
    })
}

/// What could not be read, said once for each source.
fn unread(drafts: &[prove::Drafts], files: &Files) -> Vec<UnreadSource> {
    let mut sources: BTreeMap<Arc<str>, UnreadSource> = BTreeMap::new();
    for one in drafts.iter().flat_map(|draft| &draft.unread) {
        let Some(location) = files.locate(one.at) else { continue };
        let name = if one.source.is_empty() { one.name.clone() } else { one.source.clone() };
        let own = one.source.is_empty();
        let entry = sources.entry(name.clone()).or_insert_with(|| UnreadSource {
            name: name.clone(),
            files: Vec::new(),
            reason: if own { "there is no such file in this repository" } else { "its repository is not given" }.into(),
            command: if own {
                "check the path, or the branch that is looked at".into()
            } else {
                format!("volary guardrails --source {name}=PATH").into()
            },
            location,
            uses: 0,
            verdicts: 0,
            unless: 0,
        });
        entry.uses += 1;
        if !one.file.is_empty() && !entry.files.contains(&one.file) {
            entry.files.push(one.file.clone());
        }
    }
    for draft in drafts.iter().flat_map(|draft| &draft.verdicts).filter(|draft| draft.verdict.required) {
        let names: BTreeSet<&Arc<str>> = draft
            .unread
            .iter()
            .map(|unread| if unread.source.is_empty() { &unread.name } else { &unread.source })
            .collect();
        for name in names {
            let plain: Arc<str> =
                name.rsplit_once(" `").map_or_else(|| name.clone(), |(_, rest)| format!("`{rest}").into());
            let Some(entry) = sources.get_mut(name) else {
                if let Some(entry) = sources.get_mut(&plain) {
                    count(entry, draft);
                }
                continue;
            };
            count(entry, draft);
        }
    }
    let mut sources: Vec<UnreadSource> = sources.into_values().collect();
    for source in &mut sources {
        source.files.sort();
    }
    sources.sort_by(|a, b| {
        (b.verdicts, b.unless, b.uses).cmp(&(a.verdicts, a.unless, a.uses)).then_with(|| a.name.cmp(&b.name))
    });
    sources
}

fn count(entry: &mut UnreadSource, draft: &Draft) {
    match draft.verdict.verdict {
        Verdict::Unverifiable => entry.verdicts += 1,
        Verdict::ReportOnly | Verdict::Bypassable => entry.unless += 1,
        _ => {}
    }
}

/// Sources that were read at a reference that others can move.
fn mutable(uses: &[volary_pipeline::Uses], drafts: &[prove::Drafts], files: &Files) -> Vec<MutableSource> {
    let mut found: BTreeMap<(Arc<str>, Arc<str>), MutableSource> = BTreeMap::new();
    for one in uses {
        let (Some(repository), Found::Read(file)) = (&one.repository, &one.found) else { continue };
        let written = one.reference.as_ref().and_then(|reference| reference.known());
        let reference: Arc<str> =
            repository.reference.clone().or_else(|| written.map(Into::into)).unwrap_or_else(|| "".into());
        let is_commit = reference.len() >= 40 && reference.chars().all(|c| c.is_ascii_hexdigit());
        let Some(location) = files.locate(one.at).filter(|_| !is_commit) else { continue };
        let path = files.get(*file).map(|file| file.path().clone());
        let rests = |draft: &&Draft| {
            let held = draft.verdict.through.iter().any(|(_, at)| Some(&at.path) == path.as_ref())
                || Some(&draft.verdict.location.path) == path.as_ref();
            let scanned = draft.verdict.candidates.iter().any(|one| Some(&one.location.path) == path.as_ref());
            draft.verdict.required && (held || scanned)
        };
        let verdicts = drafts.iter().flat_map(|draft| &draft.verdicts).filter(rests).count();
        let key = (repository.name.clone(), reference.clone());
        let entry = found.entry(key).or_insert_with(|| MutableSource {
            name: repository.name.clone(),
            reference,
            location,
            verdicts: 0,
        });
        entry.verdicts = entry.verdicts.max(verdicts);
    }
    found.into_values().collect()
}

fn gate(pipeline: Arc<str>, gate: volary_guardrail::friction::GateDraft, files: &Files) -> Option<ManualGate> {
    let location: Location = files.locate(gate.at)?;
    let remarks = gate.remarks.iter().map(|remark| volary_model::Fact {
        text: remark.text.clone(),
        written: remark.written.clone(),
        location: remark.at.and_then(|at| files.locate(at)),
    });
    Some(ManualGate {
        pipeline,
        location,
        kind: gate.kind.clone(),
        guards: gate.guards.clone(),
        environment: gate.environment.clone(),
        certain: gate.certain,
        remarks: remarks.collect(),
        replace: gate.replace.clone(),
    })
}

/// Kinds against controls.
fn coverage(verdicts: &[volary_model::GuardrailVerdict], before: Option<&BTreeSet<Arc<str>>>) -> Vec<Cell> {
    let mut cells: BTreeMap<(Arc<str>, bool, Arc<str>), Cell> = BTreeMap::new();
    for verdict in verdicts {
        let key = (verdict.kind.clone(), !verdict.required, verdict.control.clone());
        let requirement = demands().requirements.iter().find(|requirement| requirement.kind.as_str() == &*verdict.kind);
        let cell = cells.entry(key).or_insert_with(|| Cell {
            kind: verdict.kind.clone(),
            kind_name: requirement.map_or_else(|| verdict.kind.clone(), |requirement| requirement.name.clone()),
            control: verdict.control.clone(),
            control_name: verdict.control_name.clone(),
            required: verdict.required,
            verdicts: [0; 6],
            tools: Vec::new(),
            gaps: Vec::new(),
            new: before.is_some_and(|before| !before.contains(&verdict.kind)),
        });
        let at = Verdict::ALL.iter().position(|one| *one == verdict.verdict).unwrap_or(0);
        cell.verdicts[at] += 1;
        if verdict.verdict.holds() {
            cell.tools.extend(verdict.candidates.first().map(|best| best.name.clone()));
        } else {
            cell.gaps.push(verdict.pipeline.clone());
        }
    }
    let mut cells: Vec<Cell> = cells.into_values().collect();
    for cell in &mut cells {
        cell.tools.sort();
        cell.tools.dedup();
        cell.gaps.sort();
        cell.gaps.dedup();
    }
    cells
}
