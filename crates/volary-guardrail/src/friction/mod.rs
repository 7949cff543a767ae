//! Points at which a person is waited for, as friction: what waits behind them, what is wrong with them, and which
//! evidence could decide instead.
//!
//! What the platform keeps to itself (who reviews an environment, which checks a connection has) is said to be uncertain;
//! everything else is read in the files.

mod around;
mod inventory;
mod names;
mod people;
mod remarks;
mod replace;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use volary_model::Span;

use crate::execute::Order;
use crate::plan::Plan;
use crate::prove::{Demands, PlacedFact};
use around::Around;

/// A point at which a person is waited for, before places are told as paths and lines.
#[derive(Clone, Debug)]
pub struct GateDraft {
    /// Where it is written.
    pub at: Span,
    /// Where it stands in the pipeline's own file: itself, or the call that leads to it.
    pub here: Span,
    /// What it is: `environment`, `manual job`, `manual stage`, `input`, `approval task`, `approval action`,
    /// `change request`.
    pub kind: Arc<str>,
    /// What waits behind it: ``the deployment of `k8s/` ``.
    pub guards: Arc<str>,
    /// The environment, where it has a name.
    pub environment: Option<Arc<str>>,
    /// Whether it is certain that a person is waited for; an environment may have reviewers or not.
    pub certain: bool,
    /// What is wrong with it.
    pub remarks: Vec<PlacedFact>,
    /// The automated evidence that could replace it.
    pub replace: Vec<Arc<str>>,
}

/// So many gates of a pipeline are looked at closely; of those beyond only where they are is told.
const CLOSELY: usize = 200;

/// The points of a pipeline at which a person is waited for, in the order of the file.
pub fn gates(plan: &Plan<'_>, demands: &Demands<'_>) -> Vec<GateDraft> {
    let found = inventory::gates(plan);
    if found.is_empty() {
        return Vec::new();
    }
    let order = Order::new(plan.pipeline);
    let around = Around::new(plan, &order, &found[..found.len().min(CLOSELY)]);
    let mut drafts: Vec<GateDraft> = found
        .iter()
        .enumerate()
        .map(|(index, gate)| {
            let mut draft = GateDraft {
                at: gate.at,
                here: gate.here,
                kind: gate.kind.word().into(),
                guards: names::own(plan, gate),
                environment: gate.environment.clone(),
                certain: gate.kind.is_certain(),
                remarks: Vec::new(),
                replace: Vec::new(),
            };
            if index < CLOSELY {
                draft.guards = names::guards(plan, gate, around.behind(index));
                draft.remarks = remarks::remarks(plan, &found, index, &around);
                draft.replace = replace::replace(plan, demands, gate, index, &around);
            }
            draft
        })
        .collect();
    drafts.sort_by_key(|draft| (draft.here.start, draft.at.start));
    drafts
}
