//! What names tell: what waits behind a gate, in words, and whether it is production.

use std::sync::Arc;

use super::inventory::{Gate, Place};
use crate::plan::{Act, ActId, Plan};
use crate::prove;
use crate::recognise::{ArtifactKind, EffectKind};

/// Several things in a sentence are so many at most.
const TOLD: usize = 2;

/// What waits behind a gate.
pub(super) fn guards(plan: &Plan<'_>, gate: &Gate, behind: &[ActId]) -> Arc<str> {
    let mut told: Vec<Arc<str>> = Vec::new();
    for id in behind {
        let text = shipping(plan.act(*id));
        if !told.contains(&text) {
            told.push(text);
        }
    }
    match told.len() {
        0 => own(plan, gate),
        more if more > TOLD => {
            let rest = format!("{} more", more - TOLD).into();
            told.truncate(TOLD);
            told.push(rest);
            prove::list(&told).into()
        }
        _ => prove::list(&told).into(),
    }
}

/// The job or stage that waits, where nothing is known to ship behind it.
pub(super) fn own(plan: &Plan<'_>, gate: &Gate) -> Arc<str> {
    match gate.place {
        Place::Stage(id) => {
            let name = plan.pipeline.stage(id).map(|stage| stage.name.canonical()).unwrap_or_default();
            format!("the stage `{name}`").into()
        }
        Place::Job(id) => format!("the job `{}`", job_name(plan, id)).into(),
        Place::Step(id, _) => match job_name(plan, id) {
            name if name.is_empty() => "what comes next".into(),
            name => format!("what comes after it in `{name}`").into(),
        },
    }
}

fn job_name(plan: &Plan<'_>, id: volary_pipeline::JobId) -> String {
    let Some(job) = plan.pipeline.job(id) else { return String::new() };
    let name = job.name.canonical();
    if !name.is_empty() {
        return name;
    }
    job.display.as_ref().map(|display| display.canonical()).unwrap_or_default()
}

/// What happens, as a noun: ``the push of the image `app:1` ``.
pub(super) fn shipping(act: &Act) -> Arc<str> {
    let what = prove::what(act);
    let Some(effect) = act.effect() else { return what };
    if effect.kind == ArtifactKind::Unknown {
        return format!("`{}`", shortened(&act.written)).into();
    }
    let noun = match (effect.effect, effect.kind) {
        (EffectKind::Release, ArtifactKind::Binary) => return what,
        (EffectKind::Apply, ArtifactKind::Database) => return what,
        (EffectKind::Apply, ArtifactKind::Iac) => "the change of",
        (EffectKind::Apply | EffectKind::Deploy, _) => "the deployment of",
        (EffectKind::Push, _) => "the push of",
        (EffectKind::Retag, _) => "the new name of",
        (EffectKind::Promote, _) => "the promotion of",
        (EffectKind::Publish, _) => "the publication of",
        (EffectKind::Release, _) => "the release of",
        (EffectKind::Sign, _) => "the signature of",
        (EffectKind::Destroy, _) => "the removal of",
    };
    format!("{noun} {what}").into()
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 60 {
        text.to_owned()
    } else {
        format!("{}...", text.chars().take(57).collect::<String>())
    }
}

/// The name that says that this is not production, where no other says the opposite.
pub(super) fn not_production(plan: &Plan<'_>, gate: &Gate, behind: &[ActId]) -> Option<Arc<str>> {
    if let Some(environment) = &gate.environment {
        return (stage_of(environment) == Some(false)).then(|| environment.clone());
    }
    let pipeline = plan.pipeline;
    let mut jobs: Vec<_> = behind.iter().map(|id| plan.act(*id).job).collect();
    if let Place::Job(job) = gate.place {
        jobs.push(job);
    }
    jobs.dedup();
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut stages: Vec<_> = jobs.iter().filter_map(|id| pipeline.job(*id)).filter_map(|job| job.stage).collect();
    if let Place::Stage(stage) = gate.place {
        stages.push(stage);
    }
    stages.dedup();
    for job in jobs.iter().filter_map(|id| pipeline.job(*id)) {
        names.extend(job.environment.as_ref().map(|environment| environment.name.canonical().into()));
        names.push(job.name.canonical().into());
        names.extend(job.display.as_ref().map(|display| display.canonical().into()));
    }
    for stage in stages.iter().filter_map(|id| pipeline.stage(*id)) {
        names.push(stage.name.canonical().into());
        names.extend(stage.display.as_ref().map(|display| display.canonical().into()));
    }
    if names.iter().any(|name| stage_of(name) == Some(true)) {
        return None;
    }
    names.into_iter().find(|name| stage_of(name) == Some(false))
}

/// Whether a name means production: yes, no, or nothing.
pub(super) fn stage_of(name: &str) -> Option<bool> {
    const NOT: &[&str] = &[
        "acc",
        "acceptance",
        "alpha",
        "demo",
        "dev",
        "develop",
        "development",
        "e2e",
        "ephemeral",
        "int",
        "integration",
        "nonprod",
        "nonproduction",
        "nprd",
        "playground",
        "preprod",
        "preproduction",
        "preview",
        "qa",
        "review",
        "sandbox",
        "sbx",
        "sit",
        "staging",
        "stg",
        "test",
        "testing",
        "tst",
        "uat",
    ];
    let words = words(&without_holes(name));
    let mut verdict = None;
    for (at, word) in words.iter().enumerate() {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let turned = at > 0 && matches!(words[at - 1].as_str(), "non" | "pre" | "not" | "no");
        if word.starts_with("prod") && !word.starts_with("product")
            || matches!(word, "production" | "prd" | "live" | "public")
        {
            if !turned {
                return Some(true);
            }
            verdict = Some(false);
        } else if NOT.contains(&word) {
            verdict = Some(false);
        }
    }
    verdict
}

/// A name without what is put in: `${{ if parameters.test }}` says nothing of what it becomes.
fn without_holes(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(start) = rest.find('$') {
        out.push_str(&rest[..start]);
        out.push(' ');
        let hole = &rest[start + 1..];
        let closed = [("{{", "}}"), ("{", "}"), ("(", ")"), ("[", "]")]
            .iter()
            .find_map(|(open, close)| hole.strip_prefix(open)?.find(close).map(|end| open.len() + end + close.len()));
        let word = || hole.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(hole.len());
        rest = &hole[closed.unwrap_or_else(word)..];
    }
    out.push_str(rest);
    out
}

/// The words of a name, in lower case: `DeployToDev-2` is deploy, to, dev, 2.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut small = false;
    let mut open = false;
    for character in name.chars().take(500) {
        if !character.is_ascii_alphanumeric() {
            open = false;
            small = false;
            continue;
        }
        if !open || (small && character.is_ascii_uppercase()) {
            words.push(String::new());
        }
        open = true;
        small = !character.is_ascii_uppercase();
        if let Some(word) = words.last_mut() {
            word.push(character.to_ascii_lowercase());
        }
    }
    words
}
