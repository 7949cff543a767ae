//! Where those who use a template may put something of their own: found by putting something there.

use std::sync::Arc;

use volary_model::Span;
use volary_pipeline::{JobId, Pipeline, StepId};

use super::caller::{Arguments, Form, form, quoted};
use super::read::Reading;
use super::{Control, Effect, Parameter, Slot};
use crate::execute::{Order, Point};
use crate::plan::Act;

/// Where there is a place for something, and what lies around it.
pub(super) fn slots(
    reading: &Reading<'_>,
    parameters: &[Parameter],
    usual: &Arguments,
    controls: &[Control],
    effects: &[Effect],
) -> Vec<Slot> {
    let platform = reading.template.platform;
    let mut asked: Vec<(usize, &Arc<str>, &'static str)> = Vec::new();
    let mut arguments = usual.clone();
    for (index, parameter) in parameters.iter().enumerate() {
        let mark = mark(index);
        let (holds, text) = match form(parameter) {
            Form::Parts("steps") => ("steps", format!("[{{script: {mark}}}]")),
            Form::Parts("jobs") => ("jobs", format!("[{{job: slot{index}, steps: [{{script: {mark}}}]}}]")),
            Form::Parts(_) => (
                "stages",
                format!("[{{stage: slot{index}, jobs: [{{job: slot{index}, steps: [{{script: {mark}}}]}}]}}]"),
            ),
            Form::Text if parameter.values.is_empty() => ("command", quoted(&mark, platform)),
            _ => continue,
        };
        asked.push((index, &parameter.name, holds));
        arguments = arguments.with_written(&parameter.name, text);
    }
    if asked.is_empty() {
        return Vec::new();
    }
    let pipeline = reading.pipeline(&arguments);
    let plan = reading.plan(&pipeline);
    let order = Order::new(&pipeline);
    let mut found = Vec::new();
    for (index, name, holds) in asked {
        let mark = mark(index);
        let Some((job, step)) = place(&pipeline, &mark) else { continue };
        let before = |act: &Act| {
            let same = act.job == job && act.step.is_some_and(|other| other < step);
            same || (act.job != job && order.waits(Point::Job(job), Point::Job(act.job)))
        };
        let behind = |act: &Act| {
            let same = act.job == job && act.step.is_some_and(|other| other > step);
            same || (act.job != job && order.waits(Point::Job(act.job), Point::Job(job)))
        };
        let all = |at: Span, test: &dyn Fn(&Act) -> bool| {
            let mut acts = plan.acts.iter().filter(|act| act.at == at).peekable();
            acts.peek().is_some() && acts.all(test)
        };
        found.push(Slot {
            parameter: name.clone(),
            holds,
            after: (0..controls.len()).filter(|at| all(controls[*at].at, &before)).collect(),
            before: (0..effects.len()).filter(|at| all(effects[*at].at, &behind)).collect(),
        });
    }
    found
}

/// A command that nobody has.
fn mark(index: usize) -> String {
    format!("contract-slot-{index}")
}

/// The first step that runs the mark.
fn place(pipeline: &Pipeline, mark: &str) -> Option<(JobId, StepId)> {
    for (id, job) in pipeline.jobs() {
        for index in 0..job.steps.len() {
            let step = StepId(index as u32);
            // A value somewhere in a script is none: it has to be the whole of a command.
            let starts = |text: &str| text.lines().any(|line| line.trim_start().starts_with(mark));
            let text = job.steps[index].script().and_then(|script| script.text.usually());
            if text.is_some_and(|text| starts(&text)) {
                return Some((id, step));
            }
        }
    }
    None
}
