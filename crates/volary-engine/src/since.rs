//! What a change introduces: head compared with base.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_governance::baseline::growth_problem;
use volary_source::Tree;

use crate::check::{Checked, check};
use crate::pack::Pack;
use crate::progress::{Progress, Silent};
use crate::records::{BASELINE_PATH, baseline};
use crate::settings::Settings;

/// Checks `head` and keeps the findings that `base` does not have: new ones, and known ones with new instances.
/// Undecided judgements that the base has too are dropped as well.
pub fn check_since(
    head: &dyn Tree,
    base: &dyn Tree,
    reference: &str,
    pack: &Pack,
    settings: &Settings,
    progress: &dyn Progress,
) -> Checked {
    let before = check(base, pack, settings, &Silent);
    let mut after = check(head, pack, settings, progress);
    let mut known: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for finding in &before.report.findings {
        let instances = finding.instances.iter().map(|instance| (&*instance.unit, &*instance.address));
        known.entry(&finding.fingerprint).or_default().extend(instances);
    }
    let mut undecided: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for one in &before.report.undecided {
        undecided.insert((&one.policy.id, &one.location.path, &one.address));
    }
    after.report.findings.retain_mut(|finding| {
        let Some(instances) = known.get(&*finding.fingerprint) else { return true };
        finding.instances.retain(|instance| !instances.contains(&(&*instance.unit, &*instance.address)));
        !finding.instances.is_empty()
    });
    after.report.undecided.retain(|one| !undecided.contains(&(&*one.policy.id, &*one.location.path, &*one.address)));
    after.report.problems.retain(|problem| !before.report.problems.contains(problem) || problem.fails);
    let (old, _) = baseline(base);
    let (new, _) = baseline(head);
    after.report.problems.extend(growth_problem(BASELINE_PATH, &old, &new));
    after.report.problems.sort();
    after.report.since = Some(Arc::from(reference));
    after
}
