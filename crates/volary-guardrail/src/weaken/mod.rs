//! Guardrails that were weakened between two revisions of a repository, or that one revision alone shows to be weak.
//!
//! Controls of both revisions are matched wherever they moved to, and their force is compared: what findings stop, in
//! which runs, of what, and what is left out. Texts are only compared where no proof goes: files that tell scanners what
//! to leave out, comments that suppress findings, rules of platforms that are kept in files.

mod comments;
mod conditions;
mod draft;
mod files;
mod force;
mod glob;
mod narrow;
mod pairs;
mod permissions;
mod reach;
mod removed;
mod scans;
mod shadow;
mod sources;
mod together;
mod triggers;
mod verdicts;

use std::sync::Arc;

use volary_pipeline::Document;

use crate::controls::Controls;
use crate::plan::Plan;
use crate::prove::{Case, Decision, Guard};
use crate::recognise::Recognisers;
use draft::Drafts;
pub use draft::WeakeningDraft;

/// One revision of a repository as the comparison sees it.
pub struct Side<'s> {
    /// The pipelines that were proved.
    pub pipelines: Vec<Proved<'s>>,
    /// What tools do.
    pub recognisers: &'s Recognisers,
    /// The controls.
    pub controls: &'s Controls,
    /// All files of the tree, sorted.
    pub paths: &'s [Arc<str>],
    /// A file of the tree.
    pub text: &'s dyn Fn(&str) -> Option<Arc<Document>>,
}

/// A pipeline with what is proved of it.
#[derive(Clone, Copy)]
pub struct Proved<'s> {
    /// What it does.
    pub plan: &'s Plan<'s>,
    /// Its runs; `None` where they could not be executed.
    pub case: Option<&'s Case<'s>>,
    /// Its controls, with what their findings do to their own job and to pull requests.
    pub guards: &'s [Guard],
    /// The verdicts.
    pub decisions: &'s [Decision],
}

/// What a revision weakens compared with the one that it is based on.
pub fn compare(base: &Side<'_>, head: &Side<'_>) -> Vec<WeakeningDraft> {
    let mut drafts = Drafts::default();
    let pairs = pairs::Pairs::new(base, head);
    for pair in &pairs.pairs {
        force::compare(base, head, pair, &mut drafts);
    }
    removed::compare(base, head, &pairs, &mut drafts);
    sources::compare(base, head, &pairs, &mut drafts);
    triggers::compare(base, head, &pairs, &mut drafts);
    permissions::compare(base, head, &pairs, &mut drafts);
    shadow::compare(base, head, &mut drafts);
    verdicts::compare(base, head, &pairs, &mut drafts);
    let changed = files::changed(base, head);
    files::compare(base, head, &pairs, &changed, &mut drafts);
    comments::compare(head, &changed, &mut drafts);
    together::raise(head, &changed, &mut drafts);
    drafts.finish()
}

/// What one revision alone shows, and no verdict says.
pub fn state(head: &Side<'_>) -> Vec<WeakeningDraft> {
    let mut drafts = Drafts::default();
    shadow::state(head, &mut drafts);
    drafts.finish()
}
