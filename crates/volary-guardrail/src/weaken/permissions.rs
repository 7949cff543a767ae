//! Permissions that a scan needs to fetch the code and to hand over what it finds.

use volary_model::Span;
use volary_pipeline::{Permissions, Platform};

use super::Side;
use super::draft::Drafts;
use super::draft::WeakeningDraft;
use super::force::dressed;
use super::pairs::Pairs;
use super::scans::Scan;
use crate::recognise::Role;

/// Compares the permissions of jobs in which controls run.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pairs: &Pairs<'_, '_>, drafts: &mut Drafts) {
    for pair in &pairs.pairs {
        if pair.head.plan(head).pipeline.platform != Platform::GitHub {
            continue;
        }
        for (scope, wanted, needs) in [
            ("security-events", 2, uploads(base, &pair.base) && uploads(head, &pair.head)),
            ("contents", 1, fetches(base, &pair.base) && fetches(head, &pair.head)),
        ] {
            if !needs {
                continue;
            }
            let (was, _) = access(base, &pair.base, scope);
            let (is, at) = access(head, &pair.head, scope);
            let (Some(is), Some(at)) = (is, at) else { continue };
            // Nothing was written: the repository's default, which allows it as long as it worked.
            if was.is_some_and(|was| was < wanted) || is >= wanted {
                continue;
            }
            let name = pair.head.name();
            let word = if wanted == 2 { "write" } else { "read" };
            let loses = if scope == "contents" {
                format!("{name} cannot fetch the code that it looks at")
            } else {
                format!("what {name} finds cannot be handed over any more")
            };
            let message = format!("The permission `{scope}: {word}` was taken away: {loses}");
            let mut draft =
                WeakeningDraft::new("W11", at, message, format!("Add `{scope}: {word}` to the permissions of the job"));
            draft.key = scope.into();
            drafts.add(dressed(base, head, pair, draft));
        }
    }
}

/// Whether a control, or a step of its job, hands findings to the platform.
fn uploads(side: &Side<'_>, scan: &Scan<'_>) -> bool {
    let acts = scan.plan(side).acts.iter().filter(|act| act.job == scan.act.job);
    let uploads = |act: &crate::plan::Act| match act.role() {
        Role::Upload(upload) => &*upload.what == "sarif",
        _ => false,
    };
    scan.tool().as_ref() == "codeql" || acts.into_iter().any(uploads)
}

/// Whether the job of a control fetches the code.
fn fetches(side: &Side<'_>, scan: &Scan<'_>) -> bool {
    let fetches = |step: &volary_pipeline::Step| step.checkout.as_ref().is_some_and(|checkout| !checkout.nothing);
    scan.job(side).is_some_and(|job| job.steps.iter().any(fetches))
}

/// What a job may do in a scope: 0 nothing, 1 read, 2 write; `None` where nothing is written.
fn access(side: &Side<'_>, scan: &Scan<'_>, scope: &str) -> (Option<u8>, Option<Span>) {
    let pipeline = scan.plan(side).pipeline;
    let mut permissions: Option<&Permissions> = None;
    let mut id = Some(scan.act.job);
    for _ in 0..20 {
        let Some(job) = id.and_then(|id| pipeline.job(id)) else { break };
        if job.permissions.is_some() {
            permissions = job.permissions.as_ref();
            break;
        }
        id = job.within;
    }
    let Some(permissions) = permissions.or(pipeline.permissions.as_ref()) else { return (None, None) };
    let level = |word: &str| match word {
        "write" | "write-all" => 2,
        "read" | "read-all" => 1,
        _ => 0,
    };
    let at = Some(permissions.key.unwrap_or(permissions.at));
    if let Some(all) = &permissions.all {
        return (Some(level(all)), at);
    }
    match permissions.scopes.iter().find(|(name, ..)| &**name == scope) {
        Some((_, span, value)) => (Some(level(&crate::recognise::written(value))), Some(*span)),
        None => (Some(0), at),
    }
}
