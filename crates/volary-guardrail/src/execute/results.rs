//! What conditions are told of what ran before.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_pipeline::{Expr, JobId, Pipeline, Platform, StageId, Status};

use super::{Before, Outcomes, Scenario, Trace};
use crate::run::Results;
use crate::tri::Tri;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    Pipeline,
    Stage(StageId),
    Job(JobId),
    Step(JobId),
}

/// What steps of the job that runs ended with, by their ids: before tolerance and after.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) steps: BTreeMap<Arc<str>, (Outcomes, Outcomes)>,
}

/// What has become of the result of a Jenkins build although its steps went on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Build {
    pub(super) unstable: Tri,
    pub(super) failed: Tri,
}

impl Default for Build {
    fn default() -> Self {
        Self { unstable: Tri::No, failed: Tri::No }
    }
}

impl Build {
    /// A step marks the build with a result, as sure as it runs.
    pub(super) fn mark(&mut self, result: &str, runs: Tri) {
        match result {
            "UNSTABLE" => self.unstable = self.unstable.or(runs),
            "FAILURE" | "ABORTED" => self.failed = self.failed.or(runs),
            _ => {}
        }
    }
}

pub(super) struct View<'v> {
    pipeline: &'v Pipeline,
    trace: &'v Trace,
    asker: Asker,
    before: Before,
    scenario: Scenario,
    build: Build,
    steps: &'v BTreeMap<Arc<str>, (Outcomes, Outcomes)>,
}

impl Seen {
    pub(super) fn view<'v>(
        &'v self,
        pipeline: &'v Pipeline,
        trace: &'v Trace,
        asker: Asker,
        before: Before,
        (scenario, build): (Scenario, Build),
    ) -> View<'v> {
        View { pipeline, trace, asker, before, scenario, build, steps: &self.steps }
    }
}

impl View<'_> {
    fn stage_of_asker(&self) -> Option<StageId> {
        match self.asker {
            Asker::Job(id) | Asker::Step(id) => self.pipeline.job(id)?.stage,
            _ => None,
        }
    }

    /// The outcomes of a job or stage by its name, as the asker may name it.
    fn named(&self, name: &str) -> Option<Outcomes> {
        if matches!(self.asker, Asker::Stage(_)) {
            return self.stage(name);
        }
        self.job(self.stage_of_asker(), name).or_else(|| self.stage(name))
    }

    fn stage(&self, name: &str) -> Option<Outcomes> {
        let (id, _) = self.pipeline.stages().find(|(_, stage)| stage.name.is(name))?;
        self.trace.stages.get(id.0 as usize).copied()
    }

    fn job(&self, stage: Option<StageId>, name: &str) -> Option<Outcomes> {
        let within = match self.asker {
            Asker::Job(id) | Asker::Step(id) => self.pipeline.job(id).and_then(|job| job.within),
            _ => None,
        };
        let mut outcomes: Option<Outcomes> = None;
        for (id, job) in self.pipeline.jobs() {
            let here = self.pipeline.platform != Platform::Azure || stage.is_none() || job.stage == stage;
            if here && job.within == within && job.name.is(name) {
                let own = self.trace.jobs.get(id.0 as usize).copied()?;
                outcomes = Some(outcomes.map_or(own, |known| worse(known, own)));
            }
        }
        outcomes
    }
}

/// The worse of two jobs with one name, as legs of a matrix have it.
fn worse(one: Outcomes, other: Outcomes) -> Outcomes {
    super::worst(&[one, other])
}

impl Results for View<'_> {
    fn status(&self, status: Status, names: &[Expr]) -> Tri {
        let mut before = self.before;
        if !names.is_empty() {
            before = Before::default();
            for name in names {
                let text = name.literal().and_then(|value| value.as_text()).map(str::to_owned);
                match text.and_then(|text| self.named(&text)) {
                    Some(outcomes) => before.add(outcomes),
                    None => {
                        before.ok = before.ok.and(Tri::Unknown);
                        before.failed = before.failed.or(Tri::Unknown);
                    }
                }
            }
        }
        // GitHub knows no cancelled job: who cancels, cancels the run.
        let cancelled = match (self.pipeline.platform, self.scenario) {
            (Platform::GitHub, Scenario::Cancelled(_)) => Tri::Yes,
            _ => before.cancelled,
        };
        match status {
            Status::Success => before.ok.and(cancelled.not()),
            Status::Failure => before.failed,
            Status::Always => Tri::Yes,
            Status::Cancelled => cancelled,
            Status::Finished => cancelled.not(),
        }
    }

    fn any_result(&self, result: &str) -> Tri {
        let (Asker::Job(id) | Asker::Step(id)) = self.asker else { return Tri::Unknown };
        let wanted = match result.to_ascii_lowercase().as_str() {
            "success" => Outcomes::SUCCESS.or(Outcomes::ISSUES),
            "failure" => Outcomes::FAILED,
            "cancelled" => Outcomes::CANCELLED,
            "skipped" => Outcomes::SKIPPED,
            _ => return Tri::No,
        };
        let needs = self.pipeline.jobs_before(id).into_iter();
        let outcomes = needs.filter_map(|need| self.trace.jobs.get(need.0 as usize));
        outcomes.fold(Tri::No, |any, outcomes| any.or(outcomes.is(wanted)))
    }

    fn result(&self, path: &[Arc<str>]) -> Option<Arc<str>> {
        let parts: Vec<&str> = path.iter().map(|part| &**part).collect();
        let outcomes = match parts.as_slice() {
            ["github", "event", "workflow_run", "conclusion"] => {
                let failed = self.scenario == Scenario::UpstreamFailed;
                return Some(if failed { "failure" } else { "success" }.into());
            }
            ["needs", name, "result"] | ["dependencies", name, "result"] => self.named(name)?,
            ["stageDependencies" | "stagedependencies", stage, job, "result"] => {
                let (id, _) = self.pipeline.stages().find(|(_, known)| known.name.is(stage))?;
                self.job(Some(id), job)?
            }
            ["currentBuild", "result" | "currentResult"] => {
                let failed = self.build.failed.or(self.before.failed);
                return match (failed, self.build.unstable) {
                    (Tri::Yes, _) => Some("FAILURE".into()),
                    (Tri::No, Tri::Yes) => Some("UNSTABLE".into()),
                    _ => None,
                };
            }
            // A variable that holds an exit code, or what a quality gate said.
            [name, rest @ ..] if self.pipeline.platform == Platform::Jenkins => {
                let (raw, _) = self.steps.get(*name)?;
                let good = raw.only(Outcomes::SUCCESS);
                let bad = raw.only(Outcomes::FAILED);
                return match rest {
                    [] if good => Some("0".into()),
                    [] if bad => Some("1".into()),
                    ["status"] if good => Some("OK".into()),
                    ["status"] if bad => Some("ERROR".into()),
                    _ => None,
                };
            }
            ["steps", id, "outcome"] => self.steps.get(*id)?.0,
            ["steps", id, "conclusion"] => self.steps.get(*id)?.1,
            ["job", "status"] => match self.before.failed {
                Tri::Yes => Outcomes::FAILED,
                Tri::No => Outcomes::SUCCESS,
                Tri::Unknown => return None,
            },
            _ => return None,
        };
        let azure = self.pipeline.platform == Platform::Azure;
        let text = match outcomes.single()? {
            Outcomes::SUCCESS => {
                if azure {
                    "Succeeded"
                } else {
                    "success"
                }
            }
            Outcomes::ISSUES => {
                if azure {
                    "SucceededWithIssues"
                } else {
                    "success"
                }
            }
            Outcomes::FAILED => {
                if azure {
                    "Failed"
                } else {
                    "failure"
                }
            }
            Outcomes::CANCELLED => {
                if azure {
                    "Canceled"
                } else {
                    "cancelled"
                }
            }
            _ => {
                if azure {
                    "Skipped"
                } else {
                    "skipped"
                }
            }
        };
        Some(text.into())
    }
}
