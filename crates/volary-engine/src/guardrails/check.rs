//! What a check tells of guardrails: one finding for each control and kind of thing, and what a change weakens.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{FileId, Files, Finding, Location, SourceFile};
use volary_source::Tree;

use super::findings::{grouped, new_kinds, of_weakening};
use super::{Guarded, GuardrailSettings, run};
use crate::check::Checked;
use crate::progress::Silent;
use crate::settings::Settings;

/// Adds what is proved of the pipelines of a tree.
pub(crate) fn add(checked: &mut Checked, tree: &dyn Tree, settings: &Settings) {
    let guarded = run(tree, None, &GuardrailSettings::new(settings.clone()), &Silent);
    let findings = grouped(&guarded.answer);
    merge(checked, guarded, findings);
}

/// Adds what a change weakens, and kinds of things that ship for the first time without what is demanded of them.
pub(crate) fn add_since(checked: &mut Checked, head: &dyn Tree, base: &dyn Tree, reference: &str, settings: &Settings) {
    let guarded = run(head, Some((base, reference)), &GuardrailSettings::new(settings.clone()), &Silent);
    let mut findings: Vec<Finding> = guarded
        .answer
        .weakenings
        .iter()
        .filter(|weakening| weakening.change)
        .map(|weakening| Finding {
            owners: weakening.owners.clone(),
            status: weakening.status.clone(),
            ..of_weakening(weakening)
        })
        .collect();
    findings.extend(new_kinds(&guarded.answer));
    merge(checked, guarded, findings);
}

/// Adds findings whose places lie in files of another table.
fn merge(checked: &mut Checked, guarded: Guarded, findings: Vec<Finding>) {
    let mut known: BTreeMap<Arc<str>, FileId> =
        checked.files.iter().map(|(id, file)| (file.path().clone(), id)).collect();
    let files = &mut checked.files;
    for mut finding in findings {
        moved(&mut finding.location, files, &guarded.files, &mut known);
        moved(&mut finding.extent, files, &guarded.files, &mut known);
        if !checked.report.policies.iter().any(|policy| policy.id == finding.policy.id) {
            checked.report.policies.push(finding.policy.clone());
        }
        checked.report.findings.push(finding);
    }
    checked.report.policies.sort_by(|a, b| a.id.cmp(&b.id));
    crate::collect::sort(&mut checked.report.findings);
    for problem in guarded.answer.problems {
        // A file that the check could not read is not told twice.
        let known = checked.report.problems.iter().any(|known| known.path == problem.path && !known.path.is_empty());
        if !known && !checked.report.problems.contains(&problem) {
            checked.report.problems.push(problem);
        }
    }
    checked.report.problems.sort();
}

fn moved(location: &mut Location, files: &mut Files, from: &Files, known: &mut BTreeMap<Arc<str>, FileId>) {
    let id = match known.get(&location.path) {
        Some(id) => *id,
        None => {
            let text = from.get(location.span.file).map(|file| file.text().clone()).unwrap_or_default();
            let id = files.add(SourceFile::new(location.path.clone(), text));
            known.insert(location.path.clone(), id);
            id
        }
    };
    location.span.file = id;
}
