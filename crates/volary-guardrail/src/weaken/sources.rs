//! Where controls are taken from: references that others can move, owners that are others, images.

mod programs;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Severity, Span};
use volary_pipeline::{Pipeline, Uses, UsesKind};

use super::Side;
use super::draft::{Drafts, WeakeningDraft};
use super::force::dressed;
use super::pairs::{Pair, Pairs};
use super::scans::Scan;

/// How firmly a reference stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Firm {
    /// A branch that anybody may push to, as far as its name tells.
    Branch,
    /// The default branch, or one of releases.
    Default,
    /// A version or tag.
    Version,
    /// A commit or digest.
    Fixed,
}

/// Compares what pipelines draw on.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pairs: &Pairs<'_, '_>, drafts: &mut Drafts) {
    for pair in &pairs.pairs {
        if let Some(draft) = action(base, head, pair)
            .or_else(|| image(base, head, pair))
            .or_else(|| analyzers(base, head, pair))
            .or_else(|| programs::compare(base, head, pair))
        {
            drafts.add(dressed(base, head, pair, draft));
        }
    }
    for (old, new) in &pairs.pipelines {
        let (before, after) = (&base.pipelines[*old], &head.pipelines[*new]);
        templates(before.plan.pipeline, after.plan.pipeline, drafts);
        gone(before.plan.pipeline, after.plan.pipeline, drafts);
        if after.case.is_some_and(|case| !case.effects().is_empty()) {
            unpinned(before.plan.pipeline, after.plan.pipeline, drafts);
        }
    }
}

/// Templates, includes and libraries of other repositories.
fn templates(before: &Pipeline, after: &Pipeline, drafts: &mut Drafts) {
    let mut known: BTreeMap<(Place, Arc<str>, Arc<str>), &Uses> = BTreeMap::new();
    for uses in &before.uses {
        if let Some(key) = key(uses) {
            known.entry(key).or_insert(uses);
        }
    }
    for uses in &after.uses {
        let Some(was) = key(uses).and_then(|key| known.get(&key).copied()) else { continue };
        let (old, new) = (reference(was), reference(uses));
        if old == new || firm(&new, uses.kind) >= firm(&old, was.kind) || firm(&old, was.kind) < Firm::Default {
            continue;
        }
        let name = display(uses);
        let shown = |text: &str| if text.is_empty() { "its default branch".to_owned() } else { format!("`{text}`") };
        let message = format!(
            "`{name}` is taken from {} now, where it was taken from {}: what it holds may change without a change here",
            shown(&new),
            shown(&old)
        );
        let at = uses.reference.as_ref().and_then(|text| text.span()).unwrap_or(uses.at);
        let mut draft = WeakeningDraft::new("W6", at, message, format!("Take it from {} again", shown(&old)));
        (draft.before, draft.after) = (Some(old.into()), Some(new.into()));
        draft.pipeline = Some(after.path.clone());
        draft.severity = Severity::High;
        draft.key = name.into();
        drafts.add(draft);
    }
}

/// Words in names of what looks for something.
const LOOKS: &[&str] = &[
    "scan",
    "secur",
    "audit",
    "vuln",
    "sast",
    "sca.",
    "compliance",
    "guardrail",
    "trivy",
    "snyk",
    "codeql",
    "checkov",
];

/// What was taken from another repository, could not be read, and is not used any more.
fn gone(before: &Pipeline, after: &Pipeline, drafts: &mut Drafts) {
    for hidden in &before.hidden {
        let uses = &hidden.uses;
        let Some(name) = key(uses) else { continue };
        let extends = uses.kind == UsesKind::Extends;
        let telling = LOOKS.iter().any(|word| uses.written.canonical().to_ascii_lowercase().contains(word));
        let mut others = after.uses.iter().chain(after.hidden.iter().map(|hidden| &hidden.uses));
        let still = others.any(|other| {
            key(other).as_ref() == Some(&name) || (other.kind == uses.kind && other.repository == uses.repository)
        });
        if !(extends || telling) || still || (extends && after.uses.iter().any(|other| other.kind == UsesKind::Extends))
        {
            continue;
        }
        let shown = display(uses);
        let message =
            format!("`{shown}` is not used any more: the scans that it brought, which cannot be seen here, are gone");
        let mut draft =
            WeakeningDraft::new("W6", uses.at, message, format!("Use `{shown}` again, or what replaces it"));
        draft.removed = true;
        draft.pipeline = Some(after.path.clone());
        draft.severity = if extends { Severity::High } else { Severity::Medium };
        draft.key = shown.into();
        drafts.add(draft);
    }
}

/// Actions that were fixed to a commit and are not any more, in pipelines that ship: they run beside the scans.
fn unpinned(before: &Pipeline, after: &Pipeline, drafts: &mut Drafts) {
    let actions = |pipeline: &'_ Pipeline| -> Vec<Uses> {
        let steps = pipeline.jobs.iter().flat_map(|job| &job.steps);
        let uses = steps.filter_map(|step| step.uses()).filter(|uses| uses.kind == UsesKind::Action);
        uses.cloned().collect()
    };
    let (was, is) = (actions(before), actions(after));
    for uses in &is {
        let firmness = |uses: &Uses| firm(&reference(uses), uses.kind);
        let earlier: Vec<&Uses> = was.iter().filter(|other| other.name == uses.name).collect();
        let fixed = !earlier.is_empty() && earlier.iter().all(|other| firmness(other) == Firm::Fixed);
        if !fixed || firmness(uses) == Firm::Fixed || uses.name.starts_with('.') {
            continue;
        }
        // Of a control it is told with the control.
        if drafts.all().iter().any(|draft| draft.at == uses.at) {
            continue;
        }
        let (old, new) = (earlier[0].written.canonical(), uses.written.canonical());
        let message = format!(
            "`{new}` is not fixed to a commit any more, in a pipeline that ships: others can put something else in its place"
        );
        let mut draft = WeakeningDraft::new("W12", uses.at, message, "Fix it to a commit again");
        (draft.before, draft.after) = (Some(old.into()), Some(new.into()));
        draft.pipeline = Some(after.path.clone());
        draft.severity = Severity::Low;
        draft.key = uses.name.clone();
        drafts.add(draft);
    }
}

/// Kinds of uses whose content stands in the pipeline; templates and what is extended are one.
type Place = u8;

fn key(uses: &Uses) -> Option<(Place, Arc<str>, Arc<str>)> {
    let kind = match uses.kind {
        UsesKind::Template | UsesKind::Extends => 0,
        UsesKind::Include => 1,
        UsesKind::Component => 2,
        UsesKind::Workflow => 3,
        UsesKind::Library => 4,
        _ => return None,
    };
    let repository = uses.repository.as_ref();
    if repository.is_none() && !matches!(uses.kind, UsesKind::Library | UsesKind::Component) {
        return None;
    }
    let name = repository.map_or_else(|| uses.name.clone(), |repository| repository.name.clone());
    Some((kind, name, uses.path.clone()))
}

fn display(uses: &Uses) -> String {
    let repository = uses.repository.as_ref().map(|repository| repository.name.to_string());
    match (repository, uses.path.is_empty()) {
        (Some(repository), false) => format!("{repository}/{}", uses.path.trim_start_matches('/')),
        (Some(repository), true) => repository,
        (None, _) => uses.name.to_string(),
    }
}

fn reference(uses: &Uses) -> String {
    let declared = uses.repository.as_ref().and_then(|repository| repository.reference.clone());
    match (&uses.reference, declared) {
        (Some(text), _) if !text.is_empty() => text.canonical(),
        (_, Some(declared)) => declared.to_string(),
        _ => String::new(),
    }
}

fn firm(reference: &str, kind: UsesKind) -> Firm {
    let text = reference.trim();
    let is_hash = |text: &str| text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash(text) || text.contains("sha256:") {
        return Firm::Fixed;
    }
    if text.starts_with("refs/tags/") {
        return Firm::Version;
    }
    let name = text.trim_start_matches("refs/heads/");
    let is_branch = text.starts_with("refs/heads/");
    let starts = name.trim_start_matches(['v', 'V']);
    if !is_branch && starts.starts_with(|c: char| c.is_ascii_digit()) && !name.contains('/') {
        return Firm::Version;
    }
    // What a hole gives is not known, and what is not known is no worse than what is.
    if name.contains("${") || name.contains("$(") || name.contains("$[") {
        return Firm::Version;
    }
    match name {
        "" | "main" | "master" | "trunk" | "default" | "production" | "stable" | "~latest" => Firm::Default,
        "latest" if kind == UsesKind::Component => Firm::Default,
        _ if name.starts_with("release") || name.starts_with("releases/") => Firm::Default,
        // A name with a version in it, `trivy-1.2` or `release-v3`, is a tag more often than a branch.
        _ if !is_branch
            && !name.contains('/')
            && name.bytes().filter(u8::is_ascii_digit).count() >= 2
            && name.contains('.') =>
        {
            Firm::Version
        }
        _ => Firm::Branch,
    }
}

/// The action, task or workflow that a control is.
fn action(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (was, is) = (used(base, &pair.base)?, used(head, &pair.head)?);
    let name = pair.head.name();
    let at = is.at;
    let owner = |uses: &Uses| uses.name.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let publisher = |uses: &Uses| uses.name.rsplit_once('.').map(|(publisher, _)| publisher.to_ascii_lowercase());
    let last = |uses: &Uses| uses.name.rsplit(['/', '.']).next().unwrap_or_default().to_ascii_lowercase();
    let exchanged = match is.kind {
        UsesKind::Task => publisher(is).is_some() && publisher(is) != publisher(was) && last(is) == last(was),
        UsesKind::Action | UsesKind::Workflow => owner(is) != owner(was) && last(is) == last(was),
        _ => false,
    };
    if exchanged {
        let message = format!("{name} is taken from `{}` now, where it was taken from `{}`", is.name, was.name);
        let mut draft = WeakeningDraft::new("W12", at, message, format!("Use `{}` again", was.name));
        (draft.before, draft.after) = (Some(was.written.canonical().into()), Some(is.written.canonical().into()));
        return Some(draft);
    }
    if !matches!(is.kind, UsesKind::Action | UsesKind::Workflow) || was.name != is.name {
        return None;
    }
    let (old, new) = (reference(was), reference(is));
    moved(name, &was.written.canonical(), &is.written.canonical(), (&old, &new), is.kind, at)
}

fn moved(
    name: &str,
    was: &str,
    is: &str,
    (old, new): (&str, &str),
    kind: UsesKind,
    at: Span,
) -> Option<WeakeningDraft> {
    if old == new || firm(new, kind) >= firm(old, kind) {
        return None;
    }
    let message = format!("{name} is `{is}` now, where it was `{was}`: others can put something else in its place");
    let mut draft =
        WeakeningDraft::new("W12", at, message, format!("Use `{was}`, or a newer version that is fixed as firmly"));
    (draft.before, draft.after) = (Some(was.into()), Some(is.into()));
    Some(draft)
}

/// What a control is used by: of one in a composite action or called workflow its own step.
fn used<'s>(side: &Side<'s>, scan: &Scan<'s>) -> Option<&'s Uses> {
    match scan.step(side) {
        Some(step) => step.uses(),
        None => match &scan.job(side)?.kind {
            volary_pipeline::JobKind::Call(uses) => Some(uses),
            _ => None,
        },
    }
}

/// The image that a control runs in or is.
fn image(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (was, is) = (images(base, &pair.base), images(head, &pair.head));
    let name = pair.head.name();
    for ((old, _), (new, at)) in was.iter().zip(&is) {
        let ((old_name, old_tag), (new_name, new_tag)) = (split(old), split(new));
        if old == new || old.contains('$') || new.contains('$') {
            continue;
        }
        if old_name != new_name && is_scanner(&pair.base, &old_name) && !is_mirror(&old_name, &new_name) {
            let message = format!("{name} runs in `{new}` now, where it ran in `{old}`");
            let mut draft = WeakeningDraft::new("W12", *at, message, format!("Use `{old_name}` again"));
            (draft.before, draft.after) = (Some(old.as_str().into()), Some(new.as_str().into()));
            return Some(draft);
        }
        if old_name != new_name || !is_scanner(&pair.base, &old_name) {
            continue;
        }
        let firmness = |tag: &str| match tag {
            "" | "latest" | "edge" | "nightly" | "main" | "master" | "dev" | "canary" | "stable" => Firm::Branch,
            tag if tag.starts_with("sha256:") => Firm::Fixed,
            tag if tag.bytes().any(|byte| byte.is_ascii_digit()) => Firm::Version,
            _ => Firm::Branch,
        };
        if firmness(&new_tag) < firmness(&old_tag) {
            let message = format!(
                "{name} runs in `{new}` now, where it ran in `{old}`: others can put something else in its place"
            );
            let mut draft = WeakeningDraft::new(
                "W12",
                *at,
                message,
                format!("Use `{old}`, or a newer version that is fixed as firmly"),
            );
            (draft.before, draft.after) = (Some(old.as_str().into()), Some(new.as_str().into()));
            return Some(draft);
        }
    }
    None
}

/// Whether an image is one that the tool comes in: an image of its own, or named after it.
fn is_scanner(scan: &Scan<'_>, image: &str) -> bool {
    let tool = scan.tool().to_ascii_lowercase();
    image.to_ascii_lowercase().contains(&*tool) || scan.act.recognised.tool.has_image(image)
}

/// Whether one image is the other one from another registry: the same name behind another host.
fn is_mirror(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let mut parts: Vec<&str> = text.split('/').collect();
        if parts.len() > 1 && (parts[0].contains('.') || parts[0].contains(':') || parts[0] == "localhost") {
            parts.remove(0);
        }
        parts.join("/")
    };
    let (one, other) = (plain(one), plain(other));
    one == other || other.ends_with(&format!("/{one}"))
}

/// An image's name, and its tag or digest.
fn split(image: &str) -> (String, String) {
    if let Some((name, digest)) = image.split_once('@') {
        let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
        return (name.to_owned(), digest.to_owned());
    }
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name.to_owned(), tag.to_owned()),
        _ => (image.to_owned(), String::new()),
    }
}

/// Images around a control: of its job, its step, and of the container that its command starts.
fn images(side: &Side<'_>, scan: &Scan<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let Some(job) = scan.job(side) else { return found };
    let agent = job.runner.as_ref().and_then(|runner| runner.container.as_ref());
    let stage = job.stage.and_then(|stage| scan.plan(side).pipeline.stage(stage));
    let of_stage = stage.and_then(|stage| stage.runner.as_ref()).and_then(|runner| runner.container.as_ref());
    let step = scan.step(side).and_then(|step| step.container.as_ref());
    let around = step.or(job.container.as_ref()).or(agent).or(of_stage);
    found.extend(around.map(|container| (container.image.canonical(), container.at)));
    if scan.act.command.is_some() {
        let mut words = scan.act.written.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        let docker = words.next().is_some_and(|word| matches!(word, "docker" | "podman" | "nerdctl"))
            && words.next() == Some("run");
        if docker {
            let image = words.find(|word| !word.starts_with('-') && is_image(word) && is_scanner(scan, &split(word).0));
            found.extend(image.map(|image| (image.to_owned(), scan.act.at)));
        }
    }
    if let Some(step) = scan.step(side)
        && let volary_pipeline::Action::Uses(uses) = &step.action
        && uses.kind == UsesKind::Image
    {
        found.push((uses.written.canonical().trim_start_matches("docker://").to_owned(), uses.at));
    }
    found
}

fn is_image(word: &str) -> bool {
    !word.starts_with(['/', '.', '$']) && word.contains('/') && !word.contains(":/") && !word.contains('=')
}

/// GitLab: where the analyzers of its own templates are fetched from.
fn analyzers(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let prefix = |side: &Side<'_>, scan: &Scan<'_>| -> Option<(String, Span)> {
        let job = scan.job(side)?;
        let all = job.variables.iter().chain(&scan.plan(side).pipeline.variables);
        let variable = all.into_iter().find(|variable| variable.name.is("SECURE_ANALYZERS_PREFIX"))?;
        Some((variable.value.canonical(), variable.at))
    };
    let old = prefix(base, &pair.base);
    let (new, at) = prefix(head, &pair.head)?;
    if old.as_ref().is_some_and(|(old, _)| *old == new)
        || new.contains("registry.gitlab.com/")
        || new.contains("CI_TEMPLATE_REGISTRY_HOST")
    {
        return None;
    }
    let message = format!("The analyzers of {} are fetched from `{new}` now", pair.head.name());
    let mut draft = WeakeningDraft::new("W12", at, message, "Fetch them from GitLab's own registry");
    draft.before = old.map(|(old, _)| old.into());
    draft.after = Some(new.into());
    Some(draft)
}
