//! What is the same is said once: a fact in a template that fifty pipelines call is one thing to mend.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use volary_model::{GuardrailVerdict, Guardrails, PipelineView, Status, Verdict};

use super::words::{guarded, worst};

/// Open verdicts that one fact decides and that do not hold.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    /// The verdicts; the one that matters most first. Never empty.
    pub(crate) verdicts: Vec<&'a GuardrailVerdict>,
    /// No control of this sort is anywhere in the pipelines.
    pub(crate) nowhere: bool,
}

impl<'a> Said<'a> {
    /// The verdict that stands for all.
    pub(crate) fn first(&self) -> &'a GuardrailVerdict {
        self.verdicts[0]
    }

    /// The pipelines, each once, in order.
    pub(crate) fn pipelines(&self) -> Vec<&'a str> {
        let mut paths: Vec<&str> = self.verdicts.iter().map(|verdict| &*verdict.pipeline).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    fn rank(&self) -> impl Ord + use<'a> {
        let first = self.first();
        (Reverse(first.severity), Reverse(first.verdict), !first.production, Reverse(self.verdicts.len()), place(first))
    }
}

fn place(verdict: &GuardrailVerdict) -> (&str, u32, &str) {
    (&*verdict.pipeline, verdict.line, &*verdict.control)
}

/// What decides, for comparing.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Decider<'a> {
    /// Nothing of this control is anywhere: one for a kind of thing.
    Nowhere(&'a str),
    /// A fact, at its place where it has one, else in its pipeline.
    Fact(&'a str, &'a str, &'a str, u32, u32),
    /// The thing that ships itself.
    Thing(&'a str, u32, u32, &'a str),
}

/// The open verdicts on what is demanded that do not hold, grouped by control, verdict and the fact that decides. Things of a
/// kind for which no control is anywhere are one group, unless they are asked for `singly`.
pub(crate) fn said(answer: &Guardrails, singly: bool) -> Vec<Said<'_>> {
    let seen: BTreeSet<&str> = answer
        .verdicts
        .iter()
        .filter(|verdict| {
            verdict.verdict != Verdict::Absent || !verdict.candidates.is_empty() || !verdict.near.is_empty()
        })
        .map(|verdict| &*verdict.control)
        .collect();
    let open =
        |verdict: &&GuardrailVerdict| verdict.required && !verdict.verdict.holds() && verdict.status == Status::Open;
    let mut groups: BTreeMap<(&str, Verdict, Decider<'_>), Said<'_>> = BTreeMap::new();
    for verdict in answer.verdicts.iter().filter(open) {
        let nowhere = !singly && !seen.contains(&*verdict.control);
        let key = (&*verdict.control, verdict.verdict, decider(verdict, nowhere));
        groups.entry(key).or_insert(Said { verdicts: Vec::new(), nowhere }).verdicts.push(verdict);
    }
    let mut said: Vec<Said<'_>> = groups.into_values().collect();
    for group in &mut said {
        group.verdicts.sort_by_key(|verdict| (Reverse(verdict.severity), !verdict.production, place(verdict)));
    }
    said.sort_by_cached_key(Said::rank);
    said
}

fn decider(verdict: &GuardrailVerdict, nowhere: bool) -> Decider<'_> {
    let at = &verdict.location;
    match &verdict.fact {
        _ if nowhere => Decider::Nowhere(&verdict.kind),
        Some(fact) => match &fact.location {
            Some(at) => Decider::Fact(&fact.text, &fact.written, &at.path, at.start.line, at.start.column),
            None => Decider::Fact(&fact.text, &fact.written, &verdict.pipeline, 0, 0),
        },
        None => Decider::Thing(&at.path, at.start.line, at.start.column, &verdict.kind),
    }
}

/// Pipelines of which the same is to be said.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// The pipelines, in order. Never empty.
    pub(crate) pipelines: Vec<&'a PipelineView>,
    /// The worst verdict, of gaps that are accepted only where there are no others.
    pub(crate) worst: Verdict,
    /// How many things that ship are guarded.
    pub(crate) guarded: usize,
    /// How many things ship of which something is demanded.
    pub(crate) things: usize,
    /// How many gaps are accepted, or known from before.
    pub(crate) settled: usize,
    /// What is to be said, as indices into the list of [`said`].
    pub(crate) said: Vec<usize>,
    /// Assumptions on which what holds here rests.
    pub(crate) assumptions: Vec<usize>,
}

/// The pipelines of which something is demanded: worst first. Those of which the same is said are one block; what is
/// `folded` is said elsewhere, and pipelines of which nothing else is to be said are left out.
pub(crate) fn blocks<'a>(answer: &'a Guardrails, said: &[Said<'_>], folded: &BTreeSet<usize>) -> Vec<Block<'a>> {
    let mut of_pipeline: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, group) in said.iter().enumerate() {
        for path in group.pipelines() {
            of_pipeline.entry(path).or_default().push(index);
        }
    }
    let mut blocks: BTreeMap<(Verdict, Vec<usize>, Vec<usize>), Block<'a>> = BTreeMap::new();
    for pipeline in &answer.pipelines {
        let demanded: Vec<&GuardrailVerdict> =
            pipeline.verdicts.iter().filter_map(|index| answer.verdicts.get(*index)).filter(|it| it.required).collect();
        let Some(worst) = worst(demanded.iter().copied()) else { continue };
        let all = of_pipeline.get(&*pipeline.path).cloned().unwrap_or_default();
        let own: Vec<usize> = all.iter().copied().filter(|index| !folded.contains(index)).collect();
        if own.is_empty() && !all.is_empty() {
            continue;
        }
        let mut assumptions: Vec<usize> = match worst {
            Verdict::BlockingIf => demanded
                .iter()
                .flat_map(|verdict| verdict.assumptions.iter().copied())
                .filter(|index| answer.assumptions.get(*index).is_some_and(|it| it.answered != Some(true)))
                .collect(),
            _ => Vec::new(),
        };
        assumptions.sort_unstable();
        assumptions.dedup();
        let (guarded, things) = guarded(answer, pipeline);
        let block = blocks.entry((worst, own.clone(), assumptions.clone())).or_insert(Block {
            pipelines: Vec::new(),
            worst,
            guarded: 0,
            things: 0,
            settled: 0,
            said: own,
            assumptions,
        });
        block.pipelines.push(pipeline);
        block.guarded += guarded;
        block.things += things;
        block.settled += demanded.iter().filter(|it| !it.verdict.holds() && it.status != Status::Open).count();
    }
    let mut sorted: Vec<Block<'a>> = blocks.into_values().collect();
    // What is said is sorted already: by how bad it is, then by whether it goes to production.
    sorted.sort_by_cached_key(|block| {
        (
            Reverse(block.worst),
            block.said.is_empty(),
            block.said.clone(),
            block.pipelines.first().map(|pipeline| pipeline.path.clone()),
        )
    });
    sorted
}
