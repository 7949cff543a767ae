//! Results of what ran before.

use std::sync::Arc;

use volary_pipeline::{Expr, Status};

use crate::tri::Tri;

/// Results of what ran before, as the place that asks sees them.
pub trait Results {
    /// `success()`, `succeeded('a')`, `failure()`, `always()`, ...
    fn status(&self, status: Status, names: &[Expr]) -> Tri;

    /// `needs.x.result`, `dependencies.x.result`, `stageDependencies.s.j.result`, `steps.x.outcome`, `steps.x.conclusion`,
    /// `github.event.workflow_run.conclusion`, `currentBuild.result`, `agent.jobstatus`, `job.status`.
    fn result(&self, path: &[Arc<str>]) -> Option<Arc<str>>;

    /// Whether any of the needs ended so: `contains(needs.*.result, 'failure')`.
    fn any_result(&self, result: &str) -> Tri {
        match result.to_ascii_lowercase().as_str() {
            "failure" => self.status(Status::Failure, &[]),
            "cancelled" => self.status(Status::Cancelled, &[]),
            _ => Tri::Unknown,
        }
    }
}

/// Nothing is known of what ran before.
#[derive(Clone, Copy, Debug)]
pub struct NoResults;

impl Results for NoResults {
    fn status(&self, status: Status, _: &[Expr]) -> Tri {
        if status == Status::Always { Tri::Yes } else { Tri::Unknown }
    }

    fn result(&self, _: &[Arc<str>]) -> Option<Arc<str>> {
        None
    }
}
