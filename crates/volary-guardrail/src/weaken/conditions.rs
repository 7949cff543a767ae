//! The conditions around a control: what a revision adds to them.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::Span;
use volary_pipeline::{Activation, RefFilter, Text, When};

use super::Side;
use super::scans::Scan;

/// A condition as it is written, with its place.
pub(super) struct Written {
    /// In one line.
    pub(super) text: Arc<str>,
    /// Where.
    pub(super) at: Span,
    /// It asks for changed files.
    pub(super) changes: bool,
    /// The step or job itself, and not what is around the whole pipeline.
    pub(super) inner: bool,
}

/// Every condition around a control, outermost first.
pub(super) fn around(side: &Side<'_>, scan: &Scan<'_>) -> Vec<Written> {
    let plan = scan.plan(side);
    let pipeline = plan.pipeline;
    let mut found = Vec::new();
    of(&pipeline.activation, false, &mut found);
    let mut jobs = Vec::new();
    let mut id = Some(scan.act.job);
    while let Some(job) = id.and_then(|id| pipeline.job(id)) {
        jobs.push(job);
        id = job.within;
        if jobs.len() > 20 {
            break;
        }
    }
    let mut stage = jobs.last().and_then(|job| job.stage);
    for _ in 0..40 {
        let Some(found_stage) = stage.and_then(|id| pipeline.stage(id)) else { break };
        of(&found_stage.activation, true, &mut found);
        stage = found_stage.within;
    }
    for job in jobs.iter().rev() {
        of(&job.activation, true, &mut found);
    }
    if let Some(job) = pipeline.job(scan.act.job) {
        let mut at = scan.act.step;
        for _ in 0..60 {
            let Some(step) = at.and_then(|id| job.steps.get(id.0 as usize)) else { break };
            of(&step.activation, true, &mut found);
            at = step.within;
        }
    }
    if let Some(script) = scan.act.step.and_then(|step| plan.script(scan.act.job, step)) {
        let inner = script.conditions.iter();
        found.extend(inner.map(|one| Written { text: line(&one.written), at: one.at, changes: false, inner: true }));
    }
    found
}

fn of(activation: &Activation, inner: bool, found: &mut Vec<Written>) {
    let mut add = |text: String, at: Span, changes: bool| {
        found.push(Written { text: line(&text), at, changes, inner });
    };
    for guard in &activation.guards {
        let text = if guard.expected { guard.text.to_string() } else { format!("not {}", guard.text) };
        add(text, guard.at, false);
    }
    if let Some(condition) = &activation.condition {
        let changes = condition.text.contains("changeset") || condition.text.contains("changelog");
        add(condition.text.to_string(), condition.at, changes);
    }
    if let Some(rules) = &activation.rules {
        for rule in &rules.rules {
            let mut text = String::new();
            if let Some(condition) = &rule.condition {
                text.push_str(&condition.text);
            }
            for (word, list) in [("changes", &rule.changes), ("exists", &rule.exists)] {
                if let Some(list) = list {
                    text =
                        format!("{text} {word}: {}", list.iter().map(Text::canonical).collect::<Vec<_>>().join(", "));
                }
            }
            match rule.when {
                Some((When::Never, _)) => text.push_str(" when: never"),
                Some((When::Manual, _)) => text.push_str(" when: manual"),
                _ => {}
            }
            add(text.trim().to_owned(), rule.at, rule.changes.is_some());
        }
    }
    let filters = [("only", &activation.only), ("except", &activation.except)];
    for (word, filter) in filters {
        if let Some(filter) = filter {
            add(format!("{word}: {}", filter_text(filter)), filter.at, filter.changes.is_some());
        }
    }
    match activation.when {
        Some((When::Manual, at)) => add("when: manual".to_owned(), at, false),
        Some((When::Never, at)) => add("when: never".to_owned(), at, false),
        Some((When::OnFailure, at)) => add("when: on_failure".to_owned(), at, false),
        Some((When::Delayed, at)) => add("when: delayed".to_owned(), at, false),
        _ => {}
    }
}

fn filter_text(filter: &RefFilter) -> String {
    let texts = |list: &Option<Vec<Text>>| list.iter().flatten().map(Text::canonical).collect::<Vec<_>>();
    let mut all = texts(&filter.refs);
    all.extend(filter.variables.iter().map(|condition| condition.text.to_string()));
    all.extend(texts(&filter.changes));
    all.join(", ")
}

fn line(text: &str) -> Arc<str> {
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// The innermost condition that the head adds or changes.
pub(super) fn added<'w>(before: &[Written], after: &'w [Written]) -> Option<&'w Written> {
    let known: BTreeSet<&str> = before.iter().map(|one| &*one.text).collect();
    let new = |one: &&Written| !one.text.is_empty() && !known.contains(&*one.text);
    after.iter().rev().find(|one| new(one) && one.inner).or_else(|| after.iter().rev().find(new))
}
