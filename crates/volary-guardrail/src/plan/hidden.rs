//! What probably ships inside of something that could not be read: a template, a step of a library, a task runner, a
//! pipeline that is made while this one runs.
//!
//! It is told only where the files show that something ships: by its name and, of a single command, by an environment,
//! credentials or a deployment around it. What ships is then not known, and no verdict can be better than that.

use std::sync::{Arc, LazyLock};

use volary_model::Span;
use volary_pipeline::{Found, Job, JobId, JobKind, StepId};

use super::{Act, Plan};
use crate::recognise::{ArtifactKind, Effect, EffectKind, Recognised, Role, Tool};

/// What stands for a tool that nobody knows.
static UNREAD: LazyLock<Arc<Tool>> = LazyLock::new(|| {
    Arc::new(Tool { id: "unread".into(), name: "something that is not read".into(), ..Tool::default() })
});

/// Programs that run tasks which are written elsewhere.
const RUNNERS: &[&str] =
    &["taskctl", "task", "just", "mage", "earthly", "invoke", "fastlane", "runway", "garden", "skaffold"];

/// Words of what ships, with what they say of how.
const SHIPS: &[(&str, EffectKind)] = &[
    ("promot", EffectKind::Promote),
    ("publish", EffectKind::Publish),
    ("release", EffectKind::Release),
    ("deploy", EffectKind::Deploy),
    ("apply", EffectKind::Apply),
    ("push", EffectKind::Push),
    ("infrastructure", EffectKind::Apply),
];

/// Words that say that something is only looked at, prepared or talked about.
const HARMLESS: &[&str] = &[
    "test",
    "lint",
    "check",
    "verify",
    "valid",
    "notes",
    "notify",
    "slack",
    "comment",
    "changelog",
    "version",
    "badge",
    "setup",
    "login",
    "docs",
    "coverage",
    "result",
    "report",
    "log",
    "pull",
    "cleanup",
    "delete",
    "remove",
    "destroy",
    "status",
    "prepare",
    "artifact",
    "dry",
];

/// Something that probably ships: the job, step and command, where it is written and seen from, how it is written, and
/// everything that its name says.
type Told = (JobId, Option<StepId>, Option<crate::script::CommandId>, Span, Span, Arc<str>, String);

impl Plan<'_> {
    /// Adds what probably ships from what could not be read.
    pub(super) fn add_hidden(&mut self) {
        let mut found: Vec<Told> = Vec::new();
        let pipeline = self.pipeline;
        let ships = |plan: &Self, job: JobId| plan.acts.iter().any(|act| act.job == job && act.effect().is_some());
        for opaque in &self.opaque {
            let Some(job) = pipeline.job(opaque.job) else { continue };
            if ships(self, opaque.job) {
                continue;
            }
            let text = format!("{} {}", opaque.written, opaque.step_name);
            let told = if opaque.container { names_shipping(&text) } else { names_shipping(&text) && has_rights(job) };
            if told {
                found.push((
                    opaque.job,
                    Some(opaque.step),
                    opaque.command,
                    opaque.at,
                    opaque.here,
                    opaque.written.clone(),
                    text,
                ));
            }
        }
        for (id, job) in pipeline.jobs() {
            if ships(self, id) || found.iter().any(|known| known.0 == id) {
                continue;
            }
            match &job.kind {
                // A pipeline that is made while this one runs may ship anything.
                JobKind::Start(start) if start.uses.iter().any(|uses| matches!(uses.found, Found::Missing(_))) => {
                    let name = job.name.canonical();
                    if names_shipping(&name) || start.uses.iter().any(|uses| uses.written.canonical().contains(".yml"))
                    {
                        found.push((id, None, None, job.header, job.header, name.as_str().into(), name));
                    }
                }
                JobKind::Hidden(uses, _) => {
                    let text = uses.written.canonical();
                    if names_shipping(&text) {
                        found.push((id, None, None, uses.at, uses.at, text.as_str().into(), text));
                    }
                }
                JobKind::Call(uses) if uses.is_missing() => {
                    let text = format!("{} {}", uses.written.canonical(), job.name.canonical());
                    if names_shipping(&text) {
                        found.push((id, None, None, uses.at, uses.at, text.as_str().into(), text));
                    }
                }
                _ => self.runners(id, job, &mut found),
            }
        }
        for (job, step, command, at, here, written, text) in found {
            let folder: Option<Arc<str>> = None;
            let lower = text.to_ascii_lowercase();
            let kind = kind(&lower);
            let effect =
                SHIPS.iter().find(|(word, _)| lower.contains(word)).map_or(EffectKind::Deploy, |(_, effect)| *effect);
            let effect = fitting(kind, effect);
            let role = Role::Effect(Effect { effect, kind, reference: Vec::new(), from: Vec::new(), to: Vec::new() });
            self.hidden_acts.push(Act {
                job,
                step,
                command,
                recognised: Recognised { tool: UNREAD.clone(), role, doubts: Vec::new() },
                at,
                here: if here.file == pipeline.file { here } else { pipeline.at },
                through: Vec::new(),
                written,
                folder,
            });
        }
    }

    /// Task runners whose tasks are not here, in jobs that have the rights to ship.
    fn runners(&self, id: JobId, job: &Job, found: &mut Vec<Told>) {
        for step in 0..job.steps.len() {
            let step_id = StepId(step as u32);
            let Some(script) = self.script(id, step_id) else { continue };
            for (index, command) in script.commands.iter().enumerate() {
                let runner = command.name.as_ref().is_some_and(|name| RUNNERS.contains(&&**name));
                if !runner || !command.roles.is_empty() {
                    continue;
                }
                let text = format!("{} {}", command.written, job.name.canonical());
                let builds = command.written.contains("build:container") || command.written.contains("docker");
                if (names_shipping(&command.written) && (has_rights(job) || !job.variables.is_empty())) || builds {
                    let here = if command.at.file == self.pipeline.file { command.at } else { job.header };
                    let command_id = crate::script::CommandId(index as u32);
                    found.push((id, Some(step_id), Some(command_id), command.at, here, command.written.clone(), text));
                    return;
                }
            }
        }
    }
}

/// Whether a name says that something ships.
fn names_shipping(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SHIPS.iter().any(|(word, _)| lower.contains(word)) && !HARMLESS.iter().any(|word| lower.contains(word))
}

/// Whether a job has what shipping takes: an environment, secrets, a connection.
fn has_rights(job: &Job) -> bool {
    job.environment.is_some()
        || matches!(job.kind, JobKind::Deployment(_))
        || job.steps.iter().any(|step| !step.connections.is_empty() || !step.secrets.is_empty())
}

/// What ships, as far as words tell.
fn kind(lower: &str) -> ArtifactKind {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["image", "docker", "container"]) {
        ArtifactKind::Image
    } else if has(&["terraform", "infra", "bicep", "cloudformation", "tf "]) {
        ArtifactKind::Iac
    } else if has(&["chart", "helm"]) {
        ArtifactKind::Chart
    } else if has(&["k8s", "kube", "manifest"]) {
        ArtifactKind::Manifests
    } else if has(&["npm", "nuget", "pypi", "maven", "gem", "crate", "package", "publish"]) {
        ArtifactKind::Package
    } else if has(&["release", "promot"]) {
        ArtifactKind::Binary
    } else {
        ArtifactKind::App
    }
}

/// An effect that things of a kind have.
fn fitting(kind: ArtifactKind, effect: EffectKind) -> EffectKind {
    match (kind, effect) {
        (ArtifactKind::Iac, _) | (ArtifactKind::Manifests, _) => EffectKind::Apply,
        (ArtifactKind::Image, EffectKind::Promote | EffectKind::Deploy | EffectKind::Push) => effect,
        (ArtifactKind::Image, _) => EffectKind::Push,
        (ArtifactKind::Package, EffectKind::Publish | EffectKind::Push | EffectKind::Release | EffectKind::Promote) => {
            effect
        }
        (ArtifactKind::Package, _) => EffectKind::Publish,
        (ArtifactKind::Binary, EffectKind::Promote | EffectKind::Release | EffectKind::Publish) => effect,
        (ArtifactKind::Binary, _) => EffectKind::Release,
        (ArtifactKind::Chart, EffectKind::Apply | EffectKind::Release) => EffectKind::Deploy,
        (_, EffectKind::Apply | EffectKind::Push) => EffectKind::Deploy,
        _ => effect,
    }
}
