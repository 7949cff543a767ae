//! From a tree to the answer of `volary guardrails`: pipelines read, proved, compared with a base.

mod assemble;
pub(crate) mod check;
mod contracts;
mod expanded;
mod findings;
mod require;
mod shelf;
mod side;
mod sources;
mod usage;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_guardrail::controls::Controls;
use volary_guardrail::prove::Demands;
use volary_guardrail::requirements::Requirements;
use volary_model::{Files, Guardrails, NotJudged};
use volary_source::Tree;

use crate::check::in_pool;
use crate::progress::{Phase, Progress};
use crate::records::Records;
use crate::settings::Settings;
pub use contracts::{Contracted, contracts};
pub use expanded::Expanded;
pub use require::{require, required_kinds};
use shelf::Shelves;
pub use shelf::SourceTree;
use side::Side;
pub use sources::source_uses;

/// Choices of a run.
#[derive(Clone)]
pub struct GuardrailSettings {
    /// What every command that judges is told.
    pub settings: Settings,
    /// Other repositories.
    pub sources: Vec<SourceTree>,
    /// Pipelines as their platform expands them; not for comparisons with a base.
    pub expanded: Vec<Expanded>,
}

impl GuardrailSettings {
    /// Without other repositories.
    pub fn new(settings: Settings) -> Self {
        Self { settings, sources: Vec::new(), expanded: Vec::new() }
    }
}

/// The answer, and the files that its places lie in.
#[derive(Debug)]
pub struct Guarded {
    /// The answer.
    pub answer: Guardrails,
    /// The files.
    pub files: Files,
}

/// The demands that hold where nobody says otherwise.
pub(crate) fn demands() -> Demands<'static> {
    Demands { controls: Controls::built_in(), requirements: Requirements::built_in() }
}

/// Proves the guardrails of a tree.
pub fn guardrails(tree: &dyn Tree, settings: &GuardrailSettings, progress: &dyn Progress) -> Guarded {
    in_pool(settings.settings.threads, || run(tree, None, settings, progress))
}

/// Proves the guardrails of `head` and compares them with those of `base`.
pub fn guardrails_since(
    head: &dyn Tree,
    base: &dyn Tree,
    reference: &str,
    settings: &GuardrailSettings,
    progress: &dyn Progress,
) -> Guarded {
    in_pool(settings.settings.threads, || run(head, Some((base, reference)), settings, progress))
}

fn run(
    tree: &dyn Tree,
    base: Option<(&dyn Tree, &str)>,
    settings: &GuardrailSettings,
    progress: &dyn Progress,
) -> Guarded {
    progress.begin(Phase::List, 0);
    let itself = tree;
    let laid_over = expanded::laid_over(tree, &settings.expanded);
    let tree: &dyn Tree = if settings.expanded.is_empty() { itself } else { &laid_over };
    let listing = tree.list();
    let mut problems = listing.problems;
    let mut not_judged: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    for one in listing.not_judged {
        not_judged.entry(one.reason).or_default().extend(one.paths);
    }
    let (mut records, more) = Records::read(tree, &settings.settings);
    problems.extend(more);
    let entries = records.select(listing.files, &mut not_judged);
    let base_entries = base.map(|(tree, _)| records.select(tree.list().files, &mut BTreeMap::new()));

    let mut shelves = Shelves::new();
    let own = shelves.add(tree, "", "", &entries);
    let before = match (&base, &base_entries) {
        (Some((tree, _)), Some(entries)) => Some(shelves.add(*tree, "", "", entries)),
        _ => None,
    };
    shelves.add_sources(&settings.sources);

    // The files that expanded pipelines stand for say which templates are theirs.
    let replaced = (!settings.expanded.is_empty())
        .then(|| shelves.add(itself, "", "", &expanded::replaced(&entries, &settings.expanded)));

    progress.begin(Phase::Read, entries.len());
    let (answers, more) = records.answers(tree);
    problems.extend(more);
    let today = settings.settings.today;
    let answer = |key: &str| answers.answer(key, today);
    let mut head = Side::read(&shelves, own);
    if let Some(before) = replaced {
        problems.extend(expanded::narrow(&mut head, &settings.expanded, &shelves, before));
    }
    let base_side = before.map(|shelf| Side::read(&shelves, shelf));
    problems.extend(head.problems(&shelves));

    progress.begin(Phase::Evaluate, head.pipelines().len());
    let (assembled, files) = side::prove(&shelves, &head, base_side.as_ref(), &answer);
    problems.extend(assembled.problems.iter().cloned());
    let mut answer = assemble::assemble(assembled, &files, &settings.settings);
    answer.since = base.map(|(_, reference)| reference.into());

    progress.begin(Phase::Decide, 0);
    problems.extend(findings::decide(&mut answer, &mut records, &files, &settings.settings));
    problems.sort();
    problems.dedup();
    answer.problems = problems;
    answer.not_judged = not_judged
        .into_iter()
        .map(|(reason, mut paths)| {
            paths.sort();
            paths.dedup();
            NotJudged { reason, paths }
        })
        .chain(expanded::remarks(&settings.expanded))
        .collect();
    Guarded { answer, files }
}
