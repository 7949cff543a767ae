//! The steps of a job, one after the other.

use std::sync::Arc;

use volary_pipeline::{Action, Job, JobId, Phase, Platform, Step, StepId};

use super::results::Asker;
use super::{Before, Outcomes, Scenario, State, is_breaker};
use crate::plan::{Act, ActId};
use crate::recognise::{Mark, Outcome, Role};
use crate::script::{self, CommandId, Status};
use crate::tri::Tri;

/// What has become of a job and of its blocks so far.
struct Progress {
    /// The job has failed.
    failed: Tri,
    /// Something that is tolerated has failed.
    issues: bool,
    /// Blocks that have failed, by step.
    blocks: Vec<Tri>,
    /// Whether each step runs.
    ran: Vec<Tri>,
    /// The exit codes of what failed.
    codes: Vec<u32>,
}

impl State<'_, '_> {
    /// Runs the steps of a job; `runs` says how sure it is that it starts. What may have become of it, and the exit
    /// codes that failed it.
    pub(super) fn steps(&mut self, id: JobId, job: &Job, runs: Tri) -> (Outcomes, Vec<u32>) {
        let count = job.steps.len();
        let mut progress = Progress {
            failed: Tri::No,
            issues: false,
            blocks: vec![Tri::No; count],
            ran: vec![Tri::No; count],
            codes: Vec::new(),
        };
        // Variables of Jenkins outlive a stage.
        if self.platform() != Platform::Jenkins {
            self.seen.steps.clear();
        }
        for (index, step) in job.steps.iter().enumerate() {
            self.step(id, job, StepId(index as u32), step, runs, &mut progress);
        }
        self.whole(id, runs, &mut progress);
        // What is hidden in a job happens where its step runs.
        for act in self.machine.plan.hidden_of(id).collect::<Vec<_>>() {
            let ran = match self.machine.plan.act(act).step {
                Some(step) => progress.ran.get(step.0 as usize).copied().unwrap_or(runs),
                None => runs.and(progress.failed.not()),
            };
            self.trace.ran[act.0] = ran;
        }
        let mut outcomes = Outcomes::NONE;
        if progress.failed != Tri::No {
            outcomes = outcomes.or(Outcomes::FAILED);
        }
        if progress.failed != Tri::Yes {
            outcomes = outcomes.or(if progress.issues { Outcomes::ISSUES } else { Outcomes::SUCCESS });
        }
        (outcomes, progress.codes)
    }

    /// A job that is a use as a whole.
    fn whole(&mut self, id: JobId, runs: Tri, progress: &mut Progress) {
        let acts: Vec<ActId> = self.machine.plan.of_job(id).map(|(act, _)| act).collect();
        for act in acts {
            self.trace.ran[act.0] = runs;
            let fails = self.named_act(act, id, runs);
            progress.failed = progress.failed.or(fails);
            if fails != Tri::No {
                progress.codes.push(1);
            }
        }
    }

    fn step(&mut self, id: JobId, job: &Job, step_id: StepId, step: &Step, starts: Tri, progress: &mut Progress) {
        let index = step_id.0 as usize;
        let outer = step.within.map_or(starts, |outer| progress.ran.get(outer.0 as usize).copied().unwrap_or(Tri::No));
        let mut failed = progress.failed;
        let mut around = step.within;
        while let Some(block) = around {
            failed = failed.or(progress.blocks.get(block.0 as usize).copied().unwrap_or(Tri::No));
            around = job.steps.get(block.0 as usize).and_then(|step| step.within);
        }
        // Jenkins: a stage's post section sees what failed in the stages before as well.
        let so_far = if matches!(step.phase, Phase::Post(_)) { failed.or(self.failed) } else { failed };
        let before = Before { ok: failed.not(), failed, cancelled: Tri::No };
        let active = self.activity_of(&step.activation, Asker::Step(id), before);
        let platform = self.platform();
        let condition = step.activation.condition.as_ref();
        let asks = condition.is_some_and(|condition| condition.expr.asks_status());
        let waits = match &step.phase {
            Phase::OnFailure => failed,
            Phase::After => Tri::Yes,
            Phase::Post(word) => post(word, so_far.or(self.build.failed), self.build.unstable),
            _ => match platform {
                Platform::GitHub if asks => Tri::Yes,
                Platform::Azure if condition.is_some() => Tri::Yes,
                _ => failed.not(),
            },
        };
        let enabled = match step.enabled.as_ref() {
            Some(setting) => match self.truth_of(Some(setting)) {
                Tri::No => Tri::No,
                _ => Tri::Yes,
            },
            None => Tri::Yes,
        };
        let mut runs = outer.and(active.runs).and(waits).and(enabled);
        if platform == Platform::Jenkins && matches!(&step.action, Action::Block(name) if &**name == "catch") {
            runs = runs.and(caught(job, step_id, progress));
        }
        progress.ran[index] = runs;
        let name: Option<Arc<str>> = step.id.as_ref().and_then(|id| id.known()).map(Into::into);
        if runs == Tri::No {
            if let Some(name) = name {
                self.seen.steps.insert(name, (Outcomes::SKIPPED, Outcomes::SKIPPED));
            }
            return;
        }
        self.returned = Tri::No;
        let (fails, code) = self.run_step(id, step_id, step, runs);
        let fails = fails.and(runs);
        if let Some(code) = code.filter(|_| fails != Tri::No) {
            progress.codes.push(code);
        }
        let tolerated = self.truth_of(step.continue_on_error.as_ref());
        if let Some(name) = name {
            let raw = ended(fails.or(self.returned.and(runs)));
            let conclusion = if tolerated == Tri::Yes { Outcomes::SUCCESS } else { raw };
            self.seen.steps.insert(name, (raw, conclusion));
        }
        // After the job its result is settled.
        if fails != Tri::No && step.phase != Phase::After {
            self.fail(job, step_id, fails, progress);
        }
    }

    /// A step fails: so do the blocks around it, up to one that tolerates it.
    fn fail(&mut self, job: &Job, step: StepId, fails: Tri, progress: &mut Progress) {
        let mut fails = fails;
        let mut at = Some(step);
        while let Some(id) = at {
            let Some(step) = job.steps.get(id.0 as usize) else { break };
            match self.truth_of(step.continue_on_error.as_ref()) {
                Tri::Yes => {
                    progress.issues = true;
                    if let Some(result) = caught_as(step) {
                        self.build.mark(&result, fails);
                    }
                    if matches!(step.action, Action::Block(_)) {
                        progress.blocks[id.0 as usize] = progress.blocks[id.0 as usize].or(fails);
                    }
                    return;
                }
                Tri::Unknown => fails = fails.and(Tri::Unknown),
                Tri::No => {}
            }
            progress.blocks[id.0 as usize] = progress.blocks[id.0 as usize].or(fails);
            at = step.within;
        }
        progress.failed = progress.failed.or(fails);
    }

    /// Runs what a step does: whether it fails, and with which exit code.
    fn run_step(&mut self, job: JobId, id: StepId, step: &Step, runs: Tri) -> (Tri, Option<u32>) {
        match &step.action {
            Action::Script(_) => self.run_script(job, id, runs),
            Action::Uses(uses) => {
                // Whatever is not decided turns out well: an error that may be raised is none.
                if self.platform() == Platform::Jenkins && runs == Tri::Yes {
                    match &*uses.name {
                        "error" => return (Tri::Yes, Some(1)),
                        "unstable" => self.build.mark("UNSTABLE", runs),
                        "currentBuild.result" => {
                            let result = step.input("result").and_then(|input| input.text.known());
                            self.build.mark(&result.unwrap_or_default(), runs);
                        }
                        _ => {}
                    }
                }
                let acts: Vec<ActId> = self.machine.plan.of_step(job, id).map(|(act, _)| act).collect();
                let mut fails = Tri::No;
                for act in acts {
                    self.trace.ran[act.0] = runs;
                    fails = fails.or(self.named_act(act, job, runs));
                }
                (fails, Some(1))
            }
            Action::Block(_) | Action::Hidden(..) => (Tri::No, None),
        }
    }

    /// A control or gate that is used by name: whether it fails its step.
    fn named_act(&mut self, id: ActId, job: JobId, runs: Tri) -> Tri {
        let act = self.machine.plan.act(id);
        if self.scenario == Scenario::Finding(id) && runs != Tri::No {
            self.note(act, job);
            self.marked(act, runs);
            let fails = by_outcome(act.outcome());
            self.trace.step_failed = self.trace.step_failed.or(fails);
            return fails;
        }
        if self.joins(act, job) {
            let fails = by_outcome(act.outcome());
            self.marked(act, runs);
            if fails == Tri::No {
                self.returned = self.returned.or(runs);
            }
            if fails != Tri::No {
                self.trace.gated.push(id);
            }
            return fails;
        }
        Tri::No
    }

    /// What findings make of the result of a Jenkins build.
    fn marked(&mut self, act: &Act, runs: Tri) {
        let marks = match act.role() {
            Role::Control(control) => control.findings.marks,
            Role::Breaker(breaker) => breaker.findings.marks,
            _ => None,
        };
        match marks {
            Some(Mark::Unstable) => self.build.mark("UNSTABLE", runs),
            Some(Mark::Failed) => self.build.mark("FAILURE", runs),
            None => {}
        }
    }

    /// Remembers what was found, for the gates that come later.
    fn note(&mut self, act: &Act, job: JobId) {
        let Some(control) = act.control() else { return };
        self.taint.files.extend(control.findings.report.iter().map(crate::recognise::written));
        self.found = Some((act.recognised.tool.id.clone(), control.findings.server.clone(), job));
    }

    /// Whether a gate reads what was found.
    fn joins(&self, act: &Act, job: JobId) -> bool {
        let Role::Breaker(breaker) = act.role() else { return false };
        let Some((tool, server, found_in)) = &self.found else { return false };
        let named = breaker.joins.iter().any(|name| name == tool || Some(name) == server.as_ref());
        let all = breaker.joins.is_empty() || breaker.joins.iter().any(|name| &**name == "all");
        // What a server keeps can be asked for from any job, a report lies in its own.
        (named && (*found_in == job || server.is_some())) || (all && *found_in == job)
    }

    fn run_script(&mut self, job: JobId, id: StepId, runs: Tri) -> (Tri, Option<u32>) {
        let plan = self.machine.plan;
        let Some(analysed) = plan.script(job, id) else { return (Tri::No, None) };
        let acts: Vec<ActId> = plan.of_step(job, id).map(|(act, _)| act).collect();
        let clean = !plan.reads(job, id, &self.taint);
        // Nothing in it matters, and nothing that it could ask for is different.
        if acts.is_empty() && clean && (self.scenario == Scenario::Normal || !plan.asks_results(job, id)) {
            return (Tri::No, None);
        }
        let mut finding: Vec<CommandId> = Vec::new();
        let mut own = None;
        for act_id in &acts {
            let act = plan.act(*act_id);
            let found = self.scenario == Scenario::Finding(*act_id);
            if found {
                own = act.command;
            }
            let gate = is_breaker(act.role()) && self.joins(act, job);
            if (found || gate)
                && let Some(command) = act.command
                && !finding.contains(&command)
            {
                finding.push(command);
            }
        }
        // A gate in the same script reads what this very script finds.
        if own.is_some() {
            for act_id in &acts {
                let act = plan.act(*act_id);
                if let (Role::Breaker(breaker), Some(command)) = (act.role(), act.command)
                    && !finding.contains(&command)
                    && self.feeds(&acts, breaker)
                {
                    finding.push(command);
                }
            }
        }
        let run = self.run;
        let choices = |index: usize| {
            let condition = analysed.conditions.get(index)?;
            run.choices.get(&condition.written).map(|choice| choice.truth)
        };
        let view = self.seen.view(
            self.pipeline(),
            &self.trace,
            Asker::Step(job),
            Before::default(),
            (self.scenario, self.build),
        );
        // All results as one text follow from what any of them is.
        let script = plan.pipeline.job(job).and_then(|job| job.steps.get(id.0 as usize)).and_then(Step::script);
        let bad = Outcomes::FAILED.or(Outcomes::CANCELLED);
        let failing = self.scenario != Scenario::Normal
            && plan.pipeline.jobs_before(job).iter().any(|need| self.trace.jobs[need.0 as usize].may(bad));
        let texts =
            script.into_iter().flat_map(|script| script.text.holes()).filter(|hole| failing && is_all(&hole.text));
        let texts: Vec<Arc<str>> = texts.map(|hole| hole.text.clone()).collect();
        let value = |name: &str| {
            run.value(name).or_else(|| {
                let path: Vec<Arc<str>> = name.split('.').map(Arc::from).collect();
                crate::run::Results::result(&view, &path).or_else(|| {
                    let expr = asked_in(script?, name)?;
                    match crate::run::truth(expr, plan.pipeline.platform, run, &view) {
                        Tri::Yes => Some("true".into()),
                        Tri::No => Some("false".into()),
                        Tri::Unknown => None,
                    }
                })
            })
        };
        let scenario = script::Scenario { finding: &finding, choices: &choices, value: &value };
        // What it does not read does not matter to it.
        let mut taint = if clean { script::Taint::default() } else { self.taint.clone() };
        taint.variables.extend(texts.iter().cloned());
        let execution = self.machine.scripts.execute((job, id), analysed, &scenario, &mut taint);
        taint.variables.retain(|name| !texts.contains(name));
        if clean {
            self.taint.files.extend(taint.files);
            self.taint.variables.extend(taint.variables);
        } else {
            self.taint = taint;
        }
        self.script_ended(job, runs, &acts, &execution, own.is_some())
    }

    /// What follows for acts and step from how a script ended.
    fn script_ended(
        &mut self,
        job: JobId,
        runs: Tri,
        acts: &[ActId],
        execution: &script::Execution,
        own: bool,
    ) -> (Tri, Option<u32>) {
        let plan = self.machine.plan;
        for act_id in acts {
            if let Some(command) = plan.act(*act_id).command {
                let ran = execution.ran.get(command.0 as usize).copied().unwrap_or(Tri::No);
                self.trace.ran[act_id.0] = ran.and(runs);
            }
        }
        let fails = match execution.status {
            Status::Zero => Tri::No,
            Status::NonZero => Tri::Yes,
            Status::Unknown => Tri::Unknown,
        };
        if execution.why.iter().any(|fact| fact.kind == script::FlowKind::ReturnStatus) {
            self.returned = self.returned.or(runs);
        }
        let helped = execution.why.iter().filter(|fact| fact.kind.helps());
        if !own && matches!(self.scenario, Scenario::Finding(_)) && self.found.is_some() {
            let helped: Vec<script::FlowFact> = helped.cloned().collect();
            if fails != Tri::No {
                self.trace.home_made.extend(helped.iter().map(|fact| fact.at));
            }
            self.trace.flow.extend(helped);
        }
        if own {
            self.trace.flow.extend(execution.why.iter().cloned());
            self.trace.step_failed = self.trace.step_failed.or(fails);
        }
        if let Scenario::Finding(found) = self.scenario
            && acts.contains(&found)
            && self.trace.ran[found.0] != Tri::No
        {
            let act = plan.act(found);
            self.note(act, job);
        }
        let code = acts.iter().map(|act| plan.act(*act)).find_map(exit_code);
        (fails, Some(code.unwrap_or(1)))
    }

    /// Whether a gate reads what the control that finds something found.
    fn feeds(&self, acts: &[ActId], breaker: &crate::recognise::Breaker) -> bool {
        let Scenario::Finding(found) = self.scenario else { return false };
        if !acts.contains(&found) {
            return false;
        }
        let act = self.machine.plan.act(found);
        let server = act.control().and_then(|control| control.findings.server.clone());
        breaker.joins.is_empty()
            || breaker
                .joins
                .iter()
                .any(|name| *name == act.recognised.tool.id || Some(name) == server.as_ref() || &**name == "all")
    }
}

/// The expression behind what a script is given, where it asks a question.
fn asked_in<'s>(script: &'s volary_pipeline::Script, name: &str) -> Option<&'s volary_pipeline::Expr> {
    use volary_pipeline::ExprKind;
    let hole = script.text.holes().find(|hole| &*hole.text == name)?;
    hole.expression.as_deref().filter(|expr| match &expr.kind {
        ExprKind::Call(name, _) => matches!(&**name, "contains" | "startswith" | "endswith"),
        ExprKind::Status(..) | ExprKind::Not(_) | ExprKind::Compare(..) => true,
        ExprKind::And(parts) | ExprKind::Or(parts) => parts
            .iter()
            .all(|part| matches!(part.kind, ExprKind::Compare(..) | ExprKind::Not(_) | ExprKind::Status(..))),
        _ => false,
    })
}

/// Whether a text holds the results of all jobs that are needed.
fn is_all(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    (text.starts_with("tojson(") || text.starts_with("join(")) && text.contains("needs")
}

/// The exit code that a control has for findings, where it is known.
fn exit_code(act: &Act) -> Option<u32> {
    act.control()?.findings.exit_code
}

fn by_outcome(outcome: Outcome) -> Tri {
    match outcome {
        Outcome::Stops => Tri::Yes,
        Outcome::Reports | Outcome::Nothing => Tri::No,
        Outcome::Depends => Tri::Unknown,
    }
}

fn ended(fails: Tri) -> Outcomes {
    match fails {
        Tri::Yes => Outcomes::FAILED,
        Tri::No => Outcomes::SUCCESS,
        Tri::Unknown => Outcomes::FAILED.or(Outcomes::SUCCESS),
    }
}

/// Whether the `try` before a `catch` failed.
fn caught(job: &Job, catch: StepId, progress: &Progress) -> Tri {
    let index = catch.0 as usize;
    let within = job.steps.get(index).and_then(|step| step.within);
    let tried = job
        .steps
        .get(..index)
        .unwrap_or_default()
        .iter()
        .rposition(|step| step.within == within && matches!(&step.action, Action::Block(name) if &**name == "try"));
    tried.and_then(|tried| progress.blocks.get(tried).copied()).unwrap_or(Tri::No)
}

/// The result that a step of Jenkins gives the build when what it tolerates fails.
fn caught_as(step: &Step) -> Option<String> {
    let Action::Block(name) = &step.action else { return None };
    match &**name {
        "warnError" => Some("UNSTABLE".to_owned()),
        "catchError" => {
            let result = step.input("buildResult").map(|input| input.text.known().unwrap_or_default());
            Some(result.unwrap_or_else(|| "FAILURE".to_owned()).to_ascii_uppercase())
        }
        _ => None,
    }
}

/// Whether a section of Jenkins' `post` runs.
fn post(word: &str, failed: Tri, unstable: Tri) -> Tri {
    match word {
        "always" | "cleanup" => Tri::Yes,
        "success" => failed.or(unstable).not(),
        "unsuccessful" => failed.or(unstable),
        "unstable" => unstable.and(failed.not()),
        "failure" | "regression" => failed,
        "changed" | "fixed" => Tri::Unknown,
        _ => Tri::No,
    }
}
