//! The proof: for everything that ships and every control that is demanded of it, whether a finding would have stopped it.
//!
//! Every run in which it ships is executed again with the control finding something and with the control's job cancelled.
//! What the files decide is the verdict; what only the platform or a person knows is an assumption beside it.

mod across;
mod answer;
mod case;
mod cover;
mod decide;
mod fact;
mod guard;
mod hidden;
mod links;
mod repository;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::controls::Controls;
use crate::plan::Plan;
use crate::requirements::Requirements;

pub use across::Elsewhere;
pub use answer::{Draft, Drafts, ScanDraft, answer};
pub use case::Case;
pub use cover::Cover;
pub use decide::{Candidate, Decision, World, decide};
pub(crate) use fact::setting;
pub use fact::{Broken, PlacedFact};
pub use guard::{Guard, Target, guards};
pub use hidden::Unread;
pub use repository::{Repository, is_there, repository};
pub use words::{article, assumption};
pub(crate) use words::{capital, happens, list, what};

/// Controls that are told of even where nobody demands them.
const SCANS: &[&str] = &["image-scan", "iac-scan", "dependency-scan", "code-scan", "secret-scan"];

/// The demands that a proof goes by.
pub struct Demands<'d> {
    /// The controls.
    pub controls: &'d Controls,
    /// What is demanded of each kind.
    pub requirements: &'d Requirements,
}

/// What a pipeline tells the others: its controls, and whether something ships.
pub fn elsewhere<'w, 'a>(plan: &'w Plan<'a>, case: &Case<'_>) -> Elsewhere<'w, 'a> {
    Elsewhere { plan, guards: guards(case), ships: !case.effects().is_empty() }
}

/// Every decision about a pipeline, in the order of what ships.
pub fn decisions(case: &Case<'_>, world: &World<'_, '_>, demands: &Demands<'_>) -> Vec<Decision> {
    let mut all = Vec::new();
    let mut narrow: BTreeMap<_, Case<'_>> = BTreeMap::new();
    let effects = case.effects();
    for effect in effects.iter().copied() {
        let Some(ships) = case.plan.act(effect).effect() else { continue };
        let Some(requirement) = demands.requirements.of(ships.kind) else { continue };
        if !requirement.effects.contains(&ships.effect) {
            continue;
        }
        let mut wanted: Vec<(Arc<str>, bool)> =
            requirement.controls.iter().map(|control| (control.clone(), true)).collect();
        wanted.extend(requirement.recommended.iter().map(|control| (control.clone(), false)));
        // What else looks at it is told in detail.
        for control in SCANS {
            if !wanted.iter().any(|(known, _)| is(demands.controls, known, &Arc::from(*control))) {
                wanted.push((Arc::from(*control), false));
            }
        }
        for (control, required) in &wanted {
            let (control, required) = (control, *required);
            // What nobody demands and nothing is, is not worth a word.
            if !required && !world.has(demands.controls, control) {
                continue;
            }
            let found = if case.wide {
                // What ships from one job is asked with the same runs.
                let mut acts: Vec<_> = decide::looking(case, world, effect, control);
                let job = case.plan.act(effect).job;
                let key = (job, acts.clone());
                acts.extend(effects.iter().filter(|other| case.plan.act(**other).job == job));
                let narrowed = narrow.entry(key).or_insert_with(|| case.narrowed(&acts));
                decide(narrowed, world, effect, control, required)
            } else {
                decide(case, world, effect, control, required)
            };
            // That something which nobody demands is not there is no news.
            all.extend(found.filter(|found| required || found.verdict != volary_model::Verdict::Absent));
        }
    }
    all
}

impl World<'_, '_> {
    /// Whether there is a control anywhere in the repository, whatever it looks at.
    fn has(&self, controls: &Controls, wanted: &Arc<str>) -> bool {
        let own = self.elsewhere.get(self.own);
        own.is_some_and(|own| {
            let mut scans = own.plan.acts.iter().filter_map(|act| act.control());
            scans.any(|scan| is(controls, wanted, &scan.id))
        })
    }
}

/// Whether a control is one, or one of those that are enough.
fn is(controls: &Controls, wanted: &Arc<str>, id: &Arc<str>) -> bool {
    wanted == id || controls.get(wanted).is_some_and(|control| control.any_of.contains(id))
}
