//! The automated evidence that could decide instead of a person.

use std::sync::Arc;

use volary_pipeline::Platform;

use super::around::Around;
use super::inventory::{Gate, GateKind};
use crate::controls::Controls;
use crate::plan::Plan;
use crate::prove::Demands;
use crate::recognise::{ArtifactKind, ChangeKind, Outcome, Role};

/// The evidence that could replace a gate: what waits behind it decides.
pub(super) fn replace(
    plan: &Plan<'_>,
    demands: &Demands<'_>,
    gate: &Gate,
    index: usize,
    around: &Around,
) -> Vec<Arc<str>> {
    let mut kinds: Vec<ArtifactKind> =
        around.behind(index).iter().filter_map(|id| plan.act(*id).effect()).map(|effect| effect.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let there = There { plan, index, around, controls: demands.controls };
    let mut found: Vec<Arc<str>> = Vec::new();
    let mut add = |text: String| {
        let text: Arc<str> = text.into();
        if !found.contains(&text) {
            found.push(text);
        }
    };
    for kind in &kinds {
        // What the organisation demands of it comes first.
        let required =
            demands.requirements.of(*kind).map(|requirement| requirement.controls.as_slice()).unwrap_or_default();
        for control in required {
            add(format!("{} that stops on what it finds{}", there.article(control), there.state(control)));
        }
        for text in further(*kind, &there) {
            add(text);
        }
    }
    if !kinds.is_empty() {
        found.extend(settings(plan.pipeline.platform, gate).map(Arc::from));
    }
    found
}

/// What else stands for a person's look, by kind.
fn further(kind: ArtifactKind, there: &There<'_, '_>) -> Vec<String> {
    let texts: &[&str] = match kind {
        ArtifactKind::Image => {
            let state = there.state("verification");
            return vec![format!("a check of the image's signature before it is deployed{state}")];
        }
        ArtifactKind::Iac => {
            let plan = if there.plans() { " (it is made already)" } else { "" };
            return vec![
                format!("a plan that is applied as it was judged{plan}"),
                "rules about the plan: nothing that holds data is destroyed or replaced".to_owned(),
            ];
        }
        ArtifactKind::Manifests | ArtifactKind::Chart => &[
            "a dry run against the cluster",
            "a roll-out that is watched, and taken back when it does not become healthy",
        ],
        ArtifactKind::App => &["a health check after the deployment, with the version before it as the way back"],
        ArtifactKind::Package | ArtifactKind::Binary => &["signed provenance that says which commit it was built of"],
        ArtifactKind::Database => {
            &["a run of the change against a copy of the data", "a backup whose return was tried"]
        }
        ArtifactKind::MachineImage => &["a scan of the machine image that stops on what it finds"],
        ArtifactKind::Model => &["a scan of the model that stops on what it finds"],
        ArtifactKind::Site => &["a preview of the site whose checks have passed"],
        ArtifactKind::Unknown => &[],
    };
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// What the platform itself can check without anybody.
fn settings(platform: Platform, gate: &Gate) -> impl Iterator<Item = &'static str> + use<> {
    let change = (gate.kind == GateKind::Change)
        .then_some("a standard change: agreed once, and filled in by the run with its evidence");
    let own = match platform {
        Platform::GitHub => {
            "settings of the environment: protected branches only, and one deployment at a time (`concurrency`)"
        }
        Platform::Azure => {
            "checks of the environment that need nobody: branch control, a required template, an exclusive lock, business hours"
        }
        Platform::GitLab => {
            "settings: protected branches deploy to the protected environment, one at a time (`resource_group`), with freezes for quiet hours"
        }
        Platform::Jenkins => {
            "conditions: the main branch only (`when { branch 'main' }`), one deployment at a time (`lock`)"
        }
    };
    change.into_iter().chain([own])
}

/// What runs before a gate.
struct There<'p, 'a> {
    plan: &'p Plan<'a>,
    index: usize,
    around: &'p Around,
    controls: &'p Controls,
}

impl There<'_, '_> {
    /// Whether a control is there already, in words.
    fn state(&self, control: &str) -> String {
        let enough = |id: &str| {
            id == control || self.controls.get(control).is_some_and(|known| known.any_of.iter().any(|one| &**one == id))
        };
        let mut reports = None;
        for act in &self.plan.acts {
            let Role::Control(found) = act.role() else { continue };
            if !enough(&found.id) || !self.around.is_before(self.index, act) {
                continue;
            }
            let name = &act.recognised.tool.name;
            match act.outcome() {
                Outcome::Stops | Outcome::Nothing => return format!(" ({name} is there)"),
                Outcome::Reports | Outcome::Depends => {
                    reports = Some(format!(" ({name} is there, but is not certain to stop)"))
                }
            }
        }
        reports.unwrap_or_default()
    }

    /// Whether a plan is made before.
    fn plans(&self) -> bool {
        self.plan.acts.iter().any(|act| {
            matches!(act.role(), Role::Change(change) if change.change == ChangeKind::Plan)
                && self.around.is_before(self.index, act)
        })
    }

    fn article(&self, control: &str) -> String {
        let name = self.controls.get(control).map_or(control, |known| &known.name);
        format!("{} {name}", crate::prove::article(name))
    }
}
