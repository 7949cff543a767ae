//! What a change introduces: head compared with base.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_governance::baseline::growth_problem;
use volary_model::{Finding, Status};
use volary_source::Tree;

use crate::check::{Checked, in_pool, judge};
use crate::pack::Pack;
use crate::progress::{Progress, Silent};
use crate::records::{BASELINE_PATH, baseline};
use crate::settings::Settings;

/// Checks `head` and keeps the findings that `base` does not have: new ones, known ones with new instances, and those that
/// were accepted or recorded there and are open again. Undecided judgements that the base has too are dropped as well.
pub fn check_since(
    head: &dyn Tree,
    base: &dyn Tree,
    reference: &str,
    pack: &Pack,
    settings: &Settings,
    progress: &dyn Progress,
) -> Checked {
    in_pool(settings.threads, || compare(head, base, reference, pack, settings, progress))
}

fn compare(
    head: &dyn Tree,
    base: &dyn Tree,
    reference: &str,
    pack: &Pack,
    settings: &Settings,
    progress: &dyn Progress,
) -> Checked {
    let before = judge(base, pack, settings, &Silent);
    let mut after = judge(head, pack, settings, progress);
    let known: BTreeMap<&str, &Finding> =
        before.report.findings.iter().map(|finding| (&*finding.fingerprint, finding)).collect();
    let mut undecided: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for one in &before.report.undecided {
        undecided.insert((&one.policy.id, &one.location.path, &one.address));
    }
    after.report.findings.retain_mut(|finding| {
        let Some(earlier) = known.get(&*finding.fingerprint) else { return true };
        if finding.status == Status::Open && earlier.status != Status::Open {
            return true;
        }
        let was_there: BTreeSet<(&str, &str)> =
            earlier.instances.iter().map(|instance| (&*instance.unit, &*instance.address)).collect();
        finding.instances.retain(|instance| !was_there.contains(&(&*instance.unit, &*instance.address)));
        !finding.instances.is_empty()
    });
    after.report.undecided.retain(|one| !undecided.contains(&(&*one.policy.id, &*one.location.path, &*one.address)));
    after.report.problems.retain(|problem| before.report.problems.binary_search(problem).is_err() || problem.fails);
    let (old, _) = baseline(base);
    let (new, _) = baseline(head);
    after.report.problems.extend(growth_problem(BASELINE_PATH, &old, &new));
    after.report.problems.sort();
    after.report.since = Some(Arc::from(reference));
    crate::guardrails::check::add_since(&mut after, head, base, reference, settings);
    after
}
