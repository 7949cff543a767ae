//! What is told of a weakened guardrail.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Severity, Span};

/// A weakened guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeakeningDraft {
    /// `W1` to `W15`; not shown to people.
    pub class: &'static str,
    /// What happened, one sentence without a full stop.
    pub message: Arc<str>,
    /// What to do.
    pub fix: Arc<str>,
    /// Where it is in the head; of something that is gone where it was in the base.
    pub at: Span,
    /// It is gone: the place is one of the base.
    pub removed: bool,
    /// How it was before.
    pub before: Option<Arc<str>>,
    /// How it is now.
    pub after: Option<Arc<str>>,
    /// The control that is weakened.
    pub control: Option<Arc<str>>,
    /// The tool.
    pub tool: Option<Arc<str>>,
    /// The path of the pipeline that it stands in.
    pub pipeline: Option<Arc<str>>,
    /// It is a change since the base, and no state that was there before.
    pub change: bool,
    /// How bad it is.
    pub severity: Severity,
    /// What identifies it across runs: no line numbers.
    pub key: Arc<str>,
}

impl WeakeningDraft {
    /// A change with its sentence and its repair.
    pub(super) fn new(class: &'static str, at: Span, message: impl Into<Arc<str>>, fix: impl Into<Arc<str>>) -> Self {
        Self {
            class,
            message: message.into(),
            fix: fix.into(),
            at,
            removed: false,
            before: None,
            after: None,
            control: None,
            tool: None,
            pipeline: None,
            change: true,
            severity: Severity::Medium,
            key: "".into(),
        }
    }
}

/// Weakenings as they are found, said once each.
#[derive(Default)]
pub(super) struct Drafts {
    drafts: Vec<WeakeningDraft>,
    /// Pipelines and controls of which something was said.
    told: BTreeSet<(Arc<str>, Arc<str>)>,
}

impl Drafts {
    /// Adds one. What several pipelines or controls share, a line of a template, is said once.
    pub(super) fn add(&mut self, draft: WeakeningDraft) {
        let pipeline = draft.pipeline.clone().unwrap_or_default();
        self.told.insert((pipeline, draft.control.clone().unwrap_or_default()));
        let same = |known: &&mut WeakeningDraft| {
            known.class == draft.class && known.at == draft.at && known.removed == draft.removed
        };
        match self.drafts.iter_mut().find(same) {
            Some(known) => known.severity = known.severity.max(draft.severity),
            None => self.drafts.push(draft),
        }
    }

    /// Whether something was said of a control in a pipeline, or of the pipeline as a whole.
    pub(super) fn tells(&self, pipeline: &Arc<str>, controls: &[Arc<str>]) -> bool {
        self.told.contains(&(pipeline.clone(), "".into()))
            || controls.iter().any(|control| self.told.contains(&(pipeline.clone(), control.clone())))
    }

    /// Everything that was said so far.
    pub(super) fn all(&self) -> &[WeakeningDraft] {
        &self.drafts
    }

    /// Changes what was said.
    pub(super) fn change(&mut self, change: impl FnMut(&mut WeakeningDraft)) {
        self.drafts.iter_mut().for_each(change);
    }

    /// In order of places, each with a key of its own.
    pub(super) fn finish(mut self) -> Vec<WeakeningDraft> {
        self.drafts
            .sort_by(|a, b| (&a.pipeline, a.at, a.class, &a.message).cmp(&(&b.pipeline, b.at, b.class, &b.message)));
        let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
        for draft in &mut self.drafts {
            let parts = [
                draft.class,
                draft.pipeline.as_deref().unwrap_or_default(),
                draft.control.as_deref().unwrap_or_default(),
                draft.tool.as_deref().unwrap_or_default(),
                &draft.key,
            ];
            let key = parts.join("|");
            let mut unique: Arc<str> = key.as_str().into();
            let mut number = 2;
            while !seen.insert(unique.clone()) {
                unique = format!("{key}|{number}").into();
                number += 1;
            }
            draft.key = unique;
        }
        self.drafts
    }
}
