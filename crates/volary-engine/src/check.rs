//! The run as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Counts, Files, NotJudged, Outcome, Problem, Report, SourceFile, Tier, Versions};
use volary_secrets::Scanner;
use volary_source::{FileEntry, Tree};

use crate::collect::Sorted;
use crate::evaluate::{evaluate, needs};
use crate::load::{LoadedFile, load, note_not_judged};
use crate::pack::{LoadedPack, Needs, Pack};
use crate::progress::{Phase, Progress};
use crate::records::Records;
use crate::role::{Role, Roles};
use crate::settings::Settings;
use crate::terraform::follow_calls;
use crate::units::units;

/// Stack of a worker thread. Parsers and evaluation bound their depth; this leaves them a wide margin.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// The result of a run.
#[derive(Debug)]
pub struct Checked {
    /// What was found.
    pub report: Report,
    /// The files that its places point into.
    pub files: Files,
    /// Judgements by policy and outcome.
    pub outcomes: BTreeMap<Arc<str>, BTreeMap<Outcome, u64>>,
}

/// Judges a tree by a pack, and proves the guardrails of its pipelines.
pub fn check(tree: &dyn Tree, pack: &Pack, settings: &Settings, progress: &dyn Progress) -> Checked {
    in_pool(settings.threads, || {
        let mut checked = judge(tree, pack, settings, progress);
        crate::guardrails::check::add(&mut checked, tree, settings);
        checked
    })
}

/// Runs work in a pool of threads with deep stacks.
pub(crate) fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build() {
        Ok(pool) => pool.install(work),
        // Without threads of our own (a limit of the system) the calling thread and the global pool do the work.
        Err(_) => work(),
    }
}

/// Judges a tree by the policies of a pack alone.
pub(crate) fn judge(tree: &dyn Tree, pack: &Pack, settings: &Settings, progress: &dyn Progress) -> Checked {
    let loaded = std::sync::OnceLock::new();
    let provide = |needs: &Needs| loaded.get_or_init(|| pack.load(needs));
    let mut checked = check_with(tree, &provide, Some(pack), settings, progress);
    checked.report.versions.pack = pack.version.clone();
    checked.report.versions.pack_digest = pack.digest.clone();
    checked
}

/// Judges a tree by policies that `provide` compiles for what the tree holds.
pub(crate) fn check_with<'a>(
    tree: &dyn Tree,
    provide: &dyn Fn(&Needs) -> &'a LoadedPack,
    pack: Option<&Pack>,
    settings: &Settings,
    progress: &dyn Progress,
) -> Checked {
    progress.begin(Phase::List, 0);
    let listing = tree.list();
    let mut problems: Vec<Problem> = listing.problems;
    let mut not_judged: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    for one in listing.not_judged {
        not_judged.entry(one.reason).or_default().extend(one.paths);
    }
    let (mut records, record_problems) = Records::read(tree, settings);
    problems.extend(record_problems);
    let entries = records.select(listing.files, &mut not_judged);

    progress.begin(Phase::Read, entries.len());
    let scanner = Scanner::new();
    let roles = (settings.tier == Tier::Default).then(|| Roles::of(&entries, &settings.scope));
    let role = |path: &str| roles.as_ref().map_or(Role::Own, |roles| roles.role(path));
    let mut files = load(tree, &entries, 0, Some(&scanner), &role, progress);
    let listed = files.len();
    let load_more = |entries: &[FileEntry], first: u32| load(tree, entries, first, None, &|_| Role::Own, progress);
    let installed = follow_calls(tree, &mut files, &load_more);
    let (listed, called) = files.split_at_mut(listed);
    let called: BTreeSet<&Arc<str>> = called.iter().map(|file| file.source.path()).collect();
    for file in listed.iter_mut().filter(|file| called.contains(file.source.path())) {
        file.not_judged = None;
    }
    problems.extend(files.iter_mut().flat_map(|file| std::mem::take(&mut file.problems)));
    let mut counts = Counts {
        files: files.iter().filter(|file| file.not_judged.is_none() && !file.broken).count() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        ..Counts::default()
    };

    let (units, unit_problems) = units(tree, &mut files, installed, settings);
    problems.extend(unit_problems);
    note_not_judged(&files, &mut not_judged);
    let sources: Vec<Arc<SourceFile>> = files.iter().map(|file: &LoadedFile| file.source.clone()).collect();
    drop(files);
    let table = Files::new(sources);

    progress.begin(Phase::Evaluate, units.len());
    // Policies of the user that do not compile are told even where there is nothing to judge.
    let is_needed = !units.is_empty() || pack.is_some_and(Pack::has_user_policies);
    let loaded = is_needed.then(|| provide(&needs(&units)));
    let sorted = match loaded {
        None => Sorted::default(),
        Some(pack) => {
            problems.extend(pack.problems.iter().cloned());
            let (collected, failed) = evaluate(units, pack, settings.tier, &table, progress);
            problems.extend(failed);
            collected.sorted()
        }
    };

    progress.begin(Phase::Decide, 0);
    let Sorted { mut findings, mut undecided, problems: more, policies, outcomes, counts: judged } = sorted;
    problems.extend(more);
    counts.units = judged.units;
    counts.resources = judged.resources;
    counts.judgements = judged.judgements;
    let (more, off) = records.decide(&mut findings, &mut undecided, &table, settings, pack.zip(loaded));
    problems.extend(more);
    crate::collect::sort(&mut findings);

    tidy(&mut problems);
    for one in off {
        not_judged.entry(one.reason).or_default().extend(one.paths);
    }
    let not_judged = not_judged
        .into_iter()
        .map(|(reason, mut paths)| {
            paths.sort();
            paths.dedup();
            NotJudged { reason, paths }
        })
        .collect();
    let report = Report {
        versions: Versions { binary: settings.binary.clone(), pack: "".into(), pack_digest: "".into() },
        targets: settings.targets.clone(),
        since: None,
        findings,
        undecided,
        problems,
        not_judged,
        counts,
        policies,
        fail_on: settings.fail_on,
        fail_on_undecided: settings.fail_on_undecided,
    };
    Checked { report, files: table, outcomes }
}

/// At most so many problems of one file are kept: a broken file can have thousands, and one repair mends them.
const PROBLEMS_A_FILE: usize = 20;

fn tidy(problems: &mut Vec<Problem>) {
    problems.sort();
    problems.dedup();
    let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let (kept, cut): (Vec<Problem>, Vec<Problem>) = std::mem::take(problems).into_iter().partition(|problem| {
        let count = seen.entry(problem.path.clone()).or_default();
        *count += 1;
        problem.path.is_empty() || *count <= PROBLEMS_A_FILE
    });
    *problems = kept;
    // What is cut fails the run as it would have done one by one.
    for of_file in cut.chunk_by(|one, next| one.path == next.path) {
        problems.push(Problem {
            line: None,
            column: None,
            message: format!("{} more problems in this file", of_file.len()).into(),
            help: "".into(),
            fails: of_file.iter().any(|problem| problem.fails),
            ..of_file[0].clone()
        });
    }
    problems.sort();
}

#[cfg(test)]
mod tests {
    use volary_model::ProblemKind;

    use super::*;

    fn problem(path: &str, line: u32, fails: bool) -> Problem {
        let kind = ProblemKind::Syntax;
        Problem { path: path.into(), line: Some(line), column: None, kind, message: "x".into(), help: "".into(), fails }
    }

    #[test]
    fn a_summary_fails_the_run_only_when_what_it_stands_for_does() {
        for fails in [false, true] {
            let mut problems: Vec<Problem> = (0..50).map(|line| problem("a.yaml", line, fails)).collect();
            tidy(&mut problems);
            assert_eq!(problems.len(), PROBLEMS_A_FILE + 1);
            assert!(problems.iter().any(|problem| &*problem.message == "30 more problems in this file"));
            assert_eq!(problems.iter().any(|problem| problem.fails), fails);
        }
        let mut of_the_run: Vec<Problem> = (0..50).map(|line| problem("", line, true)).collect();
        tidy(&mut of_the_run);
        assert_eq!(of_the_run.len(), 50);
    }
}
