//! The long lists, made one by one while they are written.

use serde::{Serialize, Serializer};
use volary_model::{GuardrailVerdict, Guardrails, Link, Weakening as Weakened};

use super::document::{Verdict, Weakening};
use super::{acceptance, candidate, edit, fact, through, words};
use crate::json::{status, texts, whole};

/// The verdicts.
pub(super) struct Verdicts<'a>(pub(super) &'a Guardrails);

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.verdicts.iter().map(|it| verdict(self.0, it)))
    }
}

/// The weakened guardrails.
pub(super) struct Weakenings<'a>(pub(super) &'a Guardrails);

impl Serialize for Weakenings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.weakenings.iter().map(|it| weakening(self.0, it)))
    }
}

fn verdict<'a>(answer: &'a Guardrails, verdict: &'a GuardrailVerdict) -> Verdict<'a> {
    let keys = verdict.assumptions.iter().filter_map(|index| answer.assumptions.get(*index));
    Verdict {
        of: "verdict",
        file: &verdict.pipeline,
        line: verdict.line,
        kind: &verdict.kind,
        control: &verdict.control,
        control_name: &verdict.control_name,
        verdict: verdict.verdict.as_str(),
        link: verdict.link.map(Link::as_str),
        required: verdict.required,
        effect: &verdict.effect,
        what: &verdict.what,
        place: whole(&verdict.location),
        through: through(&verdict.through),
        fact: verdict.fact.as_ref().map(fact),
        run: verdict.run.as_deref(),
        edit: verdict.edit.as_ref().map(edit),
        assumptions: keys.map(|assumption| &*assumption.key).collect(),
        unless: texts(&verdict.unless),
        candidates: verdict.candidates.iter().map(candidate).collect(),
        near_misses: verdict.near.iter().map(candidate).collect(),
        narrowed: verdict.narrowed.iter().map(fact).collect(),
        message: &verdict.message,
        why: &verdict.why,
        ephemeral: verdict.ephemeral,
        production: verdict.production,
        severity: verdict.severity.as_str(),
        level: verdict.level.as_str(),
        fails: words::fails(answer, verdict.level, verdict.severity, &verdict.status),
        owners: texts(&verdict.owners),
        status: status(&verdict.status),
        acceptance: acceptance(&verdict.status),
        fingerprint: &verdict.fingerprint,
        also: through(&verdict.also),
    }
}

fn weakening<'a>(answer: &'a Guardrails, one: &'a Weakened) -> Weakening<'a> {
    Weakening {
        of: "weakening",
        class: &one.class,
        file: &one.location.path,
        line: one.location.start.line,
        control: one.control.as_deref(),
        tool: one.tool.as_deref(),
        pipeline: one.pipeline.as_deref(),
        message: &one.message,
        fix: &one.fix,
        before: one.before.as_deref(),
        after: one.after.as_deref(),
        removed: one.removed,
        change: one.change,
        place: whole(&one.location),
        severity: one.severity.as_str(),
        level: one.level.as_str(),
        fails: words::fails(answer, one.level, one.severity, &one.status),
        owners: texts(&one.owners),
        status: status(&one.status),
        acceptance: acceptance(&one.status),
        fingerprint: &one.fingerprint,
    }
}
