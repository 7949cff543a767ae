//! From decisions to what is told: verdicts with sentences and places, scans, the picture of a pipeline.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{
    Candidate as ToldCandidate, Fact as ToldFact, Files, GuardrailVerdict, JobView, Level, LineColumn, Location,
    PipelineView, Scan, Severity, SmallestEdit, Span, Status, StepView, Verdict,
};
use volary_pipeline::{JobId, Needs};

use super::case::Case;
use super::cover::Cover;
use super::decide::{Candidate, Decision, World};
use super::fact::{Broken, PlacedFact};
use super::guard::Guard;
use super::hidden::Unread;
use super::links::job_name;
use super::{Demands, words};
use crate::plan::{Act, Plan};
use crate::recognise::{ChangeKind, Role};

/// What is told of one pipeline.
#[derive(Clone, Debug)]
pub struct Drafts {
    /// The pipeline at a glance, without its verdicts.
    pub view: PipelineView,
    /// Verdicts, in the order of what ships.
    pub verdicts: Vec<Draft>,
    /// Every scan in it.
    pub scans: Vec<ScanDraft>,
    /// What could not be read of it.
    pub unread: Vec<Unread>,
}

/// A scan with what identifies it.
#[derive(Clone, Debug)]
pub struct ScanDraft {
    /// The scan.
    pub scan: Scan,
}

/// A verdict whose assumptions are still names.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The verdict, its list of assumptions empty.
    pub verdict: GuardrailVerdict,
    /// What has to be true.
    pub assumptions: BTreeSet<Arc<str>>,
    /// What was not read and decides it, or may make it better.
    pub unread: Vec<Unread>,
}

/// What is told of a pipeline.
pub fn answer(
    case: &Case<'_>,
    world: &World<'_, '_>,
    demands: &Demands<'_>,
    decisions: &[Decision],
    files: &Files,
) -> Drafts {
    let teller = Teller { case, world, demands, files };
    let verdicts: Vec<Draft> = decisions.iter().map(|decision| teller.verdict(decision)).collect();
    let scans = world.elsewhere[world.own].guards.iter().filter_map(|guard| teller.scan(guard)).collect();
    Drafts { view: teller.view(&verdicts), verdicts, scans, unread: teller.unread() }
}

struct Teller<'t, 'w, 'a> {
    case: &'t Case<'a>,
    world: &'t World<'w, 'a>,
    demands: &'t Demands<'t>,
    files: &'t Files,
}

impl Teller<'_, '_, '_> {
    fn location(&self, span: Span) -> Location {
        self.files.locate(span).unwrap_or_else(|| {
            let start = LineColumn { line: 1, column: 1 };
            Location { path: self.case.pipeline().path.clone(), start, end: start, span }
        })
    }

    fn line(&self, span: Span) -> u32 {
        self.location(span).start.line
    }

    fn fact(&self, fact: &PlacedFact) -> ToldFact {
        ToldFact {
            text: fact.text.clone(),
            written: fact.written.clone(),
            location: fact.at.map(|at| self.location(at)),
        }
    }

    fn verdict(&self, decision: &Decision) -> Draft {
        let act = self.case.plan.act(decision.effect);
        let requirement = act.effect().and_then(|effect| self.demands.requirements.of(effect.kind));
        let name = self.control_name(&decision.control);
        let candidates: Vec<ToldCandidate> = decision.candidates.iter().map(|one| self.candidate(one)).collect();
        let near: Vec<ToldCandidate> = decision.near.iter().map(|one| self.candidate(one)).collect();
        let narrowed = match decision.candidates.first() {
            Some(best) if decision.verdict.holds() => self.candidate(best).narrowed,
            _ => Vec::new(),
        };
        let unless = self.unless(decision);
        let severity = severity(decision);
        let message = self.message(decision, &name, act);
        let ships = act.effect();
        let verdict = GuardrailVerdict {
            fingerprint: "".into(),
            pipeline: self.case.pipeline().path.clone(),
            line: self.line(act.here),
            location: self.location(act.at),
            through: act.through.iter().map(|(name, at)| (name.clone(), self.location(*at))).collect(),
            kind: ships.map_or("unknown", |effect| effect.kind.as_str()).into(),
            effect: ships.map_or("deploy", |effect| effect.effect.as_str()).into(),
            what: words::what(act),
            control: decision.control.clone(),
            control_name: name,
            required: decision.required,
            verdict: decision.verdict,
            link: decision.broken.as_ref().map(|broken| broken.link),
            fact: decision.broken.as_ref().map(|broken| self.fact(&broken.fact)),
            run: decision.run.clone(),
            edit: self.edit(decision, act),
            assumptions: Vec::new(),
            unless,
            candidates,
            near,
            narrowed,
            message,
            why: requirement.map_or_else(|| "".into(), |requirement| requirement.why.clone()),
            ephemeral: decision.ephemeral,
            production: decision.production == Some(true),
            also: Vec::new(),
            severity,
            level: Level::Warn,
            owners: Vec::new(),
            status: Status::Open,
        };
        Draft { verdict, assumptions: decision.assumptions.clone(), unread: decision.unread.clone() }
    }

    fn control_name(&self, id: &str) -> Arc<str> {
        self.demands.controls.get(id).map_or_else(|| id.into(), |control| control.name.clone())
    }

    fn plan_of(&self, pipeline: usize) -> &Plan<'_> {
        if pipeline == self.world.own { self.case.plan } else { self.world.elsewhere[pipeline].plan }
    }

    fn candidate(&self, candidate: &Candidate) -> ToldCandidate {
        let plan = self.plan_of(candidate.pipeline);
        let act = plan.act(candidate.act);
        let elsewhere = (candidate.pipeline != self.world.own).then(|| plan.pipeline.path.clone());
        ToldCandidate {
            tool: act.recognised.tool.id.clone(),
            name: act.recognised.tool.name.clone(),
            control: act.control().map_or_else(|| "".into(), |control| control.id.clone()),
            location: self.location(act.at),
            pipeline: elsewhere,
            verdict: candidate.verdict,
            link: candidate.broken.as_ref().map(|broken| broken.link),
            fact: candidate.broken.as_ref().map(|broken| self.fact(&broken.fact)),
            narrowed: self.narrowed(act),
        }
    }

    fn narrowed(&self, act: &Act) -> Vec<ToldFact> {
        let Some(control) = act.control() else { return Vec::new() };
        let facts = control.findings.narrowed_by.iter();
        facts
            .map(|fact| ToldFact {
                text: format!("`{}` leaves some findings out", fact.written).into(),
                written: fact.written.clone(),
                location: fact.span().map(|at| self.location(at)),
            })
            .collect()
    }

    fn unless(&self, decision: &Decision) -> Vec<Arc<str>> {
        let mut unless: Vec<Arc<str>> =
            decision.gates.iter().map(|gate| Arc::from(format!("{gate} stops what is found"))).collect();
        let waits = matches!(decision.verdict, Verdict::ReportOnly | Verdict::Bypassable);
        if waits {
            unless.extend(
                decision.unread.iter().map(|unread| Arc::from(format!("{} adds a scan that stops", unread.name))),
            );
        }
        unless
    }

    fn edit(&self, decision: &Decision, act: &Act) -> Option<SmallestEdit> {
        if decision.verdict.holds() {
            return None;
        }
        if let Some(broken) = &decision.broken
            && !broken.fact.edit.is_empty()
            && decision.verdict != Verdict::Absent
        {
            return Some(SmallestEdit {
                text: broken.fact.edit.clone(),
                location: broken.fact.at.map(|at| self.location(at)),
            });
        }
        let name = self.control_name(&decision.control);
        let text =
            format!("Add a step before it that runs {} {name} and fails on what it finds", words::article(&name));
        Some(SmallestEdit { text: text.into(), location: Some(self.location(act.at)) })
    }

    fn message(&self, decision: &Decision, name: &str, act: &Act) -> Arc<str> {
        let what = words::what(act);
        let happens = act.effect().map_or("ships", |effect| words::happens(effect.effect));
        let best = decision.candidates.first();
        let scan = |candidate: &Candidate| {
            let act = self.plan_of(candidate.pipeline).act(candidate.act);
            let location = self.location(act.at);
            let place = if candidate.pipeline == self.world.own && location.path == self.case.pipeline().path {
                format!("line {}", location.start.line)
            } else {
                format!("{}:{}", location.path, location.start.line)
            };
            format!("{} ({place})", act.recognised.tool.name)
        };
        let reason = |broken: &Option<Broken>| {
            broken.as_ref().map(|broken| format!(": {}", broken.fact.text)).unwrap_or_default()
        };
        let text = match (decision.verdict, best) {
            (Verdict::Blocking, Some(best)) => {
                format!("{} stops {what} on every way to where it {happens}", scan(best))
            }
            (Verdict::BlockingIf, Some(best)) => {
                let told: Vec<Arc<str>> = decision.assumptions.iter().map(|key| words::assumption(key).0).collect();
                format!("{} stops {what}, provided that {}", scan(best), words::list(&told))
            }
            (Verdict::ReportOnly, Some(best)) => {
                format!("{} looks at {what} but never stops it{}", scan(best), reason(&decision.broken))
            }
            (Verdict::Bypassable, Some(best)) => match &decision.run {
                Some(run) => {
                    format!("{} stops {what}, but not in {run}{}", scan(best), reason(&decision.broken))
                }
                None => format!("{} stops {what}, but not always{}", scan(best), reason(&decision.broken)),
            },
            (Verdict::Unverifiable, _) if self.case.plan.is_hidden(decision.effect) => {
                let why = decision.broken.as_ref().map_or("what ships is not here", |broken| &*broken.fact.text);
                format!("It cannot be seen what ships here, nor whether anything looks at it: {why}")
            }
            (Verdict::Unverifiable, Some(best)) => {
                format!("It cannot be seen whether {} stops {what}{}", scan(best), reason(&decision.broken))
            }
            (Verdict::Unverifiable, None) => {
                let hidden = decision.unread.first().map_or("what runs", |unread| &*unread.name);
                format!("It cannot be seen whether anything looks at {what} before it {happens}: {hidden} is not here")
            }
            _ => {
                let near = decision.near.iter().find(|near| near.broken.is_some());
                let near = near.map(|near| reason(&near.broken)).unwrap_or_default();
                let _ = name;
                format!("No {name} looks at {what} before it {happens}{near}")
            }
        };
        words::capital(&text).into()
    }

    fn scan(&self, guard: &Guard) -> Option<ScanDraft> {
        let act = self.case.plan.act(guard.act);
        let control = act.control()?;
        let outcome = match guard.own {
            Cover::Yes => "stops",
            Cover::No => "reports",
            Cover::Undecided => "depends",
        };
        let job = self.case.pipeline().job(act.job);
        Some(ScanDraft {
            scan: Scan {
                pipeline: self.case.pipeline().path.clone(),
                line: self.line(act.here),
                location: self.location(act.at),
                tool: act.recognised.tool.id.clone(),
                name: act.recognised.tool.name.clone(),
                control: control.id.clone(),
                outcome: outcome.into(),
                fact: guard.broken.as_ref().map(|broken| self.fact(&broken.fact)),
                link: guard.broken.as_ref().map(|broken| broken.link),
                target: Act::texts(&control.target),
                narrowed: self.narrowed(act),
                job: job.map(job_name).unwrap_or_default().into(),
            },
        })
    }

    fn unread(&self) -> Vec<Unread> {
        let pipeline = self.case.pipeline();
        let mut found: Vec<Unread> = Vec::new();
        for hidden in &pipeline.hidden {
            if hidden.place == volary_pipeline::HiddenPlace::Variables {
                continue;
            }
            let one = Unread {
                name: format!("`{}`", hidden.uses.written.canonical()).into(),
                source: super::hidden::source(&hidden.uses),
                file: hidden.uses.path.clone(),
                at: hidden.uses.at,
                container: true,
            };
            if !found.iter().any(|known| known.name == one.name && known.source == one.source) {
                found.push(one);
            }
        }
        found
    }

    fn view(&self, verdicts: &[Draft]) -> PipelineView {
        let pipeline = self.case.pipeline();
        let required = verdicts.iter().filter(|draft| draft.verdict.required);
        let mut jobs = Vec::new();
        for (id, job) in pipeline.jobs() {
            let needs = match &job.needs {
                Needs::Named(needs) => {
                    needs.iter().flat_map(|need| need.targets.iter().map(|target| *target as usize)).collect()
                }
                _ => Vec::new(),
            };
            let stage = job.stage.and_then(|stage| pipeline.stage(stage));
            let stage = stage.map(|stage| stage.name.canonical()).unwrap_or_default();
            jobs.push(JobView {
                name: job_name(job).into(),
                stage: stage.into(),
                needs,
                location: self.location(job.header),
                steps: self.steps(id, verdicts),
            });
        }
        PipelineView {
            path: pipeline.path.clone(),
            platform: pipeline.platform.to_string().into(),
            name: pipeline.name.as_ref().map(|name| name.canonical().into()),
            ships: self.case.effects().len(),
            verdicts: Vec::new(),
            worst: required.map(|draft| draft.verdict.verdict).max(),
            jobs,
            refused: None,
        }
    }

    fn steps(&self, job: JobId, verdicts: &[Draft]) -> Vec<StepView> {
        let guards = &self.world.elsewhere[self.world.own].guards;
        let mut steps = Vec::new();
        for (id, act) in self.case.plan.acts().filter(|(_, act)| act.job == job) {
            let location = self.location(act.at);
            let name = act.recognised.tool.name.clone();
            let view = match act.role() {
                Role::Control(_) => {
                    let own = guards.iter().find(|guard| guard.act == id).map(|guard| guard.own);
                    StepView {
                        role: "scan".into(),
                        label: name,
                        location,
                        stops: own.map(|own| own == Cover::Yes),
                        verdict: None,
                    }
                }
                Role::Effect(_) => {
                    let worst = verdicts
                        .iter()
                        .filter(|draft| draft.verdict.required && draft.verdict.location == location)
                        .map(|draft| draft.verdict.verdict)
                        .max();
                    StepView { role: "ships".into(), label: words::what(act), location, stops: None, verdict: worst }
                }
                Role::Breaker(_) => {
                    StepView { role: "breaker".into(), label: name, location, stops: None, verdict: None }
                }
                Role::Approval(_) => {
                    StepView { role: "gate".into(), label: name, location, stops: None, verdict: None }
                }
                Role::Change(change) if change.change == ChangeKind::Build => {
                    StepView { role: "builds".into(), label: name, location, stops: None, verdict: None }
                }
                _ => continue,
            };
            if steps.last() != Some(&view) {
                steps.push(view);
            }
        }
        for opaque in self.case.plan.opaque.iter().filter(|opaque| opaque.job == job && opaque.container) {
            steps.push(StepView {
                role: "hidden".into(),
                label: opaque.written.clone(),
                location: self.location(opaque.at),
                stops: None,
                verdict: None,
            });
        }
        steps
    }
}

/// How bad a verdict is.
fn severity(decision: &Decision) -> Severity {
    let small = decision.ephemeral || decision.production == Some(false);
    match decision.verdict {
        Verdict::Blocking | Verdict::BlockingIf | Verdict::Unverifiable => Severity::Info,
        _ if !decision.required => Severity::Low,
        Verdict::Bypassable if decision.only_manual || small => Severity::Low,
        Verdict::Absent | Verdict::ReportOnly if small => Severity::Low,
        _ => Severity::Medium,
    }
}
