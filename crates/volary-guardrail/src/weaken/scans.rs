//! The controls of a revision, and the gates that read their reports, with what identifies them.

use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{Job, Step};

use super::pairs::is_live;
use super::{Proved, Side};
use crate::plan::{Act, ActId, Plan};
use crate::prove::Guard;
use crate::recognise::{Findings, Role};

/// A control, or a gate.
#[derive(Clone)]
pub(super) struct Scan<'s> {
    /// The index of its pipeline.
    pub(super) pipeline: usize,
    /// Its path.
    pub(super) path: Arc<str>,
    /// The act.
    pub(super) id: ActId,
    /// The act itself.
    pub(super) act: &'s Act,
    /// The control; of a gate `gate`.
    pub(super) control: Arc<str>,
    /// What it looks at, as it is written.
    pub(super) targets: Vec<Arc<str>>,
    /// What findings do.
    pub(super) guard: Option<&'s Guard>,
}

/// The word that stands for the control of a gate.
pub(super) const GATE: &str = "gate";

impl<'s> Scan<'s> {
    /// Its plan.
    pub(super) fn plan(&self, side: &Side<'s>) -> &'s Plan<'s> {
        side.pipelines[self.pipeline].plan
    }

    /// Everything about its pipeline.
    pub(super) fn proved<'x>(&self, side: &'x Side<'s>) -> &'x Proved<'s> {
        &side.pipelines[self.pipeline]
    }

    /// The job.
    pub(super) fn job(&self, side: &Side<'s>) -> Option<&'s Job> {
        side.pipelines[self.pipeline].plan.pipeline.job(self.act.job)
    }

    /// The step.
    pub(super) fn step(&self, side: &Side<'s>) -> Option<&'s Step> {
        self.job(side)?.steps.get(self.act.step?.0 as usize)
    }

    /// What happens on findings.
    pub(super) fn findings(&self) -> Option<&'s Findings> {
        match self.act.role() {
            Role::Control(control) => Some(&control.findings),
            Role::Breaker(breaker) => Some(&breaker.findings),
            _ => None,
        }
    }

    /// The tool.
    pub(super) fn tool(&self) -> &Arc<str> {
        &self.act.recognised.tool.id
    }

    /// The tool as people write it.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.act.recognised.tool.name
    }

    /// Whether it is a gate on what others found.
    pub(super) fn is_gate(&self) -> bool {
        &*self.control == GATE
    }

    /// What identifies it across runs.
    pub(super) fn key(&self) -> String {
        self.targets.iter().map(|target| &**target).collect::<Vec<_>>().join(",")
    }
}

/// Every control and gate of a revision, in the order of its pipelines.
pub(super) fn scans<'s>(side: &Side<'s>) -> Vec<Scan<'s>> {
    let mut found = Vec::new();
    for (index, proved) in side.pipelines.iter().enumerate() {
        if !is_live(proved.plan.pipeline) {
            continue;
        }
        for (id, act) in proved.plan.acts() {
            let (control, targets): (Arc<str>, &[Value]) = match act.role() {
                Role::Control(control) => (control.id.clone(), &control.target),
                Role::Breaker(_) => (GATE.into(), &[]),
                _ => continue,
            };
            found.push(Scan {
                pipeline: index,
                path: proved.plan.pipeline.path.clone(),
                id,
                act,
                control,
                targets: Act::texts(targets),
                guard: proved.guards.iter().find(|guard| guard.act == id),
            });
        }
    }
    found
}
