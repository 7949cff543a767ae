//! What Volary says of a change.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use volary_engine::{GuardrailSettings, Settings, Silent, SourceTree, guardrails, guardrails_since};
use volary_model::Verdict;
use volary_source::MemoryTree;

use crate::files::{Change, Files};

/// The classes of the weakenings that a change is said to have, with what is said.
pub(crate) fn classes(change: &Change, sources: &[(String, String)]) -> Vec<(String, String)> {
    let settings = settings(change, sources);
    let (head, base) = (own(&change.head), own(&change.base));
    let guarded = guardrails_since(&head, &base, "main", &settings, &Silent);
    let weakenings = guarded.answer.weakenings.iter().filter(|weakening| weakening.change);
    weakenings.map(|weakening| (weakening.class.to_string(), weakening.message.to_string())).collect()
}

/// Whether a verdict on some kind and control is worse than before: of equally many one by one, else the worst of them.
pub(crate) fn is_worse(change: &Change, sources: &[(String, String)]) -> bool {
    let settings = settings(change, sources);
    let sorted = |files: &Files| {
        let mut found: BTreeMap<(Arc<str>, Arc<str>), Vec<Verdict>> = BTreeMap::new();
        // A further control that nobody demands makes nothing worse.
        let verdicts = guardrails(&own(files), &settings, &Silent).answer.verdicts;
        for verdict in verdicts.into_iter().filter(|verdict| verdict.required) {
            found.entry((verdict.kind, verdict.control)).or_default().push(verdict.verdict);
        }
        found.values_mut().for_each(|verdicts| verdicts.sort());
        found
    };
    let (base, head) = (sorted(&change.base), sorted(&change.head));
    head.iter().any(|(key, verdicts)| {
        let Some(before) = base.get(key) else { return true };
        match before.len() == verdicts.len() {
            true => before.iter().zip(verdicts).any(|(before, verdict)| verdict > before),
            false => verdicts.last() > before.last(),
        }
    })
}

fn settings(change: &Change, sources: &[(String, String)]) -> GuardrailSettings {
    let mut settings = Settings::new(jiff::civil::date(2026, 11, 24));
    settings.threads = 1;
    let mut settings = GuardrailSettings::new(settings);
    for (name, folder) in sources {
        let prefix = format!("{folder}/");
        let files = change
            .head
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(&prefix)?.to_owned(), text.clone().into_bytes())));
        let tree = Arc::new(MemoryTree::new(files));
        settings.sources.push(SourceTree { name: name.as_str().into(), tree, shown: folder.as_str().into() });
    }
    settings
}

/// The repository itself, without the others.
fn own(files: &Files) -> MemoryTree {
    let files: BTreeMap<&String, &String> = files.iter().filter(|(path, _)| !path.starts_with("sources/")).collect();
    MemoryTree::new(files.into_iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())))
}

/// The answers for a list, in its order. The engine has threads of its own: those of a shared pool would take up one
/// another's work while they wait, ever deeper.
pub(crate) fn all<T: Sync, R: Send>(list: &[T], judge: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let work = || {
        let mut found = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = list.get(index) else { return found };
            found.push((index, judge(one)));
        }
    };
    let mut answers: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("no panic on any mutant")).collect()
    });
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
