//! Which control of the base is which of the head, wherever it moved to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_pipeline::{Pipeline, PipelineKind, Platform, Text};

use super::Side;
use super::scans::{Scan, scans};

/// Most controls of a revision that are matched with all others; beyond, only within their own pipeline.
const MANY: usize = 2_000;

/// A control in both revisions.
#[derive(Clone)]
pub(super) struct Pair<'b, 'h> {
    /// In the base.
    pub(super) base: Scan<'b>,
    /// In the head.
    pub(super) head: Scan<'h>,
}

/// The controls of both revisions.
pub(super) struct Pairs<'b, 'h> {
    /// Those that are in both.
    pub(super) pairs: Vec<Pair<'b, 'h>>,
    /// Those of the base that are gone.
    pub(super) gone: Vec<Scan<'b>>,
    /// All of the head, and whether the base has them as well.
    pub(super) head: Vec<(Scan<'h>, bool)>,
    /// Pipelines of the head by the index of what they were in the base.
    pub(super) pipelines: BTreeMap<usize, usize>,
}

impl<'b, 'h> Pairs<'b, 'h> {
    /// Matches the controls of two revisions.
    pub(super) fn new(base: &Side<'b>, head: &Side<'h>) -> Self {
        let pipelines = same_pipelines(base, head);
        let (before, after) = (scans(base), scans(head));
        let mut candidates: Vec<(i32, usize, usize)> = Vec::new();
        let mut by_kind: BTreeMap<(&Arc<str>, &Arc<str>), Vec<usize>> = BTreeMap::new();
        for (index, scan) in after.iter().enumerate() {
            by_kind.entry((scan.tool(), &scan.control)).or_default().push(index);
        }
        let many = before.len() > MANY || after.len() > MANY;
        for (b, old) in before.iter().enumerate() {
            for h in by_kind.get(&(old.tool(), &old.control)).into_iter().flatten() {
                let new = &after[*h];
                let here = pipelines.get(&old.pipeline) == Some(&new.pipeline);
                if here || !many {
                    candidates.push((likeness(base, head, old, new, here), b, *h));
                }
            }
        }
        candidates.sort_by_key(|(score, b, h)| (-score, *b, *h));
        let (mut taken_base, mut taken_head) = (BTreeMap::new(), BTreeSet::new());
        for (_, b, h) in candidates {
            if !taken_base.contains_key(&b) && taken_head.insert(h) {
                taken_base.insert(b, h);
            }
        }
        let mut pairs = Vec::new();
        let mut gone = Vec::new();
        for (b, old) in before.into_iter().enumerate() {
            match taken_base.get(&b) {
                Some(h) => pairs.push(Pair { base: old, head: after[*h].clone() }),
                None => gone.push(old),
            }
        }
        let head = after.into_iter().enumerate().map(|(h, scan)| (scan, taken_head.contains(&h))).collect();
        Self { pairs, gone, head, pipelines }
    }
}

/// How sure it is that two controls of the same tool are the same one.
fn likeness(base: &Side<'_>, head: &Side<'_>, old: &Scan<'_>, new: &Scan<'_>, here: bool) -> i32 {
    let same = |a: Option<String>, b: Option<String>| a.is_some() && a == b;
    let mut score = 0;
    if here {
        score += 32;
    }
    if old.targets == new.targets {
        score += 8;
    }
    let job = |text: &Text| text.canonical();
    if same(old.job(base).map(|it| job(&it.name)), new.job(head).map(|it| job(&it.name))) {
        score += 6;
    }
    let step = |step: &volary_pipeline::Step| step.name.as_ref().map(Text::canonical);
    if same(old.step(base).and_then(step), new.step(head).and_then(step)) {
        score += 4;
    }
    if old.act.written == new.act.written {
        score += 3;
    }
    if old.act.command.is_some() == new.act.command.is_some() {
        score += 1;
    }
    score
}

/// Pipelines by path; of those whose path is gone the new one that is most like it.
fn same_pipelines(base: &Side<'_>, head: &Side<'_>) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    let by_path: BTreeMap<&str, usize> =
        head.pipelines.iter().enumerate().map(|(index, proved)| (&*proved.plan.pipeline.path, index)).collect();
    let mut taken = BTreeSet::new();
    for (index, proved) in base.pipelines.iter().enumerate() {
        if let Some(same) = by_path.get(&*proved.plan.pipeline.path) {
            found.insert(index, *same);
            taken.insert(*same);
        }
    }
    let gone: Vec<usize> = (0..base.pipelines.len()).filter(|index| !found.contains_key(index)).collect();
    let new: Vec<usize> = (0..head.pipelines.len()).filter(|index| !taken.contains(index)).collect();
    if gone.is_empty() || new.is_empty() || gone.len() * new.len() > MANY * 10 {
        return found;
    }
    let words = |side: &Side<'_>, index: usize| -> BTreeSet<String> {
        let plan = side.pipelines[index].plan;
        let jobs = plan.pipeline.jobs.iter().map(|job| format!("job {}", job.name.canonical()));
        jobs.chain(plan.acts.iter().map(|act| format!("act {}", act.written))).collect()
    };
    let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
    for old in &gone {
        let before = words(base, *old);
        for fresh in &new {
            let platform = |side: &Side<'_>, index: usize| side.pipelines[index].plan.pipeline.platform;
            if platform(base, *old) != platform(head, *fresh) {
                continue;
            }
            let after = words(head, *fresh);
            let common = before.intersection(&after).count();
            let live = |side: &Side<'_>, index: usize| is_live(side.pipelines[index].plan.pipeline);
            if live(base, *old) != live(head, *fresh) {
                continue;
            }
            if common * 2 >= before.len().max(1) {
                candidates.push((common, *old, *fresh));
            }
        }
    }
    candidates.sort_by_key(|(common, old, new)| (std::cmp::Reverse(*common), *old, *new));
    for (_, old, new) in candidates {
        if !found.contains_key(&old) && taken.insert(new) {
            found.insert(old, new);
        }
    }
    found
}

/// Whether the platform looks for a pipeline where it lies.
pub(super) fn is_live(pipeline: &Pipeline) -> bool {
    let elsewhere = pipeline.platform == Platform::GitHub
        && pipeline.kind == PipelineKind::Pipeline
        && !pipeline.path.starts_with(".github/workflows/");
    !elsewhere
}
