//! The classes of runs of a pipeline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{Activation, Comparison, Expr, ExprKind, Pipeline, Platform, Variable};

use super::bases::Bases;
use super::choices::{Dimension, Files, dimensions, settled};
use super::refs::{self, Named};
use super::results::NoResults;
use super::world::{self, World};
use super::{LIMIT, Relevant, Run, Runs, activity, atoms, canonical};
use crate::tri::Tri;

/// The classes of runs of a pipeline that what is relevant tells apart.
///
/// Those that are as usual (default branch, defaults of parameters) come first. A class whose choices assume something of
/// the platform ([`super::ChoiceKind::Assumed`]) says so: the class with the other answer is among them too, but for
/// secrets and plugins, which are taken to be there.
pub fn runs(pipeline: &Pipeline, relevant: &Relevant<'_>) -> Runs {
    let activations: Vec<&Activation> =
        std::iter::once(&pipeline.activation).chain(relevant.activations.iter().copied()).collect();
    let mut exprs: Vec<&Expr> = activations.iter().flat_map(|activation| atoms::expressions(activation)).collect();
    exprs.extend(relevant.conditions.iter().copied());
    let asked = with_variables(pipeline, &exprs);
    let named = Named::of(&asked, &activations, pipeline.platform);
    let default = refs::default_branch(pipeline, &named.branches);
    let mut world = World::of(pipeline, default);
    world.constants = constants(&asked, pipeline.platform);
    world.declared = declared(pipeline);
    world.shown = named.shown.clone();
    for trigger in &pipeline.triggers {
        for filter in [&trigger.branches, &trigger.tags] {
            world.shown.extend(refs::patterns_of_filter(filter, pipeline.platform));
        }
    }
    world.shown.remove(&world.default_branch);
    let bases = Bases::new(pipeline, Arc::new(world), &named).all();
    let files: Vec<Files<'_>> = activations
        .iter()
        .flat_map(|activation| atoms::files(activation).into_iter().map(|(word, paths)| (word, paths, *activation)))
        .collect();
    let mut cut = named.cut;
    let mut classes: Vec<(Run, Vec<Dimension>)> = Vec::new();
    for base in bases {
        let Some(base) = started(pipeline, base) else { continue };
        if classes.len() >= LIMIT {
            cut = true;
            break;
        }
        let mut base = base;
        base.parameters.extend(settled(&base, relevant));
        let (dimensions, left_out) = dimensions(&base, &exprs, relevant, &files);
        cut |= left_out;
        classes.push((base, dimensions));
    }
    let mut found = Runs { runs: Vec::new(), cut };
    let most = classes.iter().map(|(_, dimensions)| dimensions.len()).max().unwrap_or(0);
    'all: for unusual in 0..=most {
        for (base, dimensions) in &classes {
            let mut picks = Picks::new(dimensions, unusual);
            while let Some(picked) = picks.next() {
                let Some(run) = started(pipeline, chosen(base, dimensions, &picked)) else { continue };
                if found.runs.len() >= LIMIT {
                    found.cut = true;
                    break 'all;
                }
                found.runs.push(run);
            }
        }
    }
    found
}

/// The run with the variables that the rules of the pipeline give it; `None` where they say that there is no such run.
fn started(pipeline: &Pipeline, run: Run) -> Option<Run> {
    let found = activity(&pipeline.activation, pipeline.platform, &run, &NoResults);
    match found.runs {
        Tri::No => None,
        Tri::Yes if !found.variables.is_empty() => Some(run.with_variables(found.variables)),
        _ => Some(run),
    }
}

/// A class with its choices.
fn chosen(base: &Run, dimensions: &[Dimension], picked: &[usize]) -> Run {
    let mut run = base.clone();
    for (dimension, pick) in dimensions.iter().zip(picked) {
        let Some(alternative) = dimension.alternatives.get(*pick) else { continue };
        let usual = dimension.alternatives.first();
        for (name, value) in &alternative.parameters {
            run.parameters.insert(name.clone(), value.clone());
            if *pick > 0 {
                run.unusual.insert(name.clone());
            }
        }
        for (key, choice) in &alternative.choices {
            let same = usual.is_some_and(|usual| {
                usual.choices.iter().any(|(one, other)| one == key && other.truth == choice.truth)
            });
            run.choices.insert(key.clone(), choice.clone());
            if !same {
                run.unusual.insert(key.clone());
            }
        }
    }
    run
}

/// All ways to pick one alternative of each dimension with a given number of unusual ones, in order.
struct Picks<'d> {
    dimensions: &'d [Dimension],
    unusual: usize,
    /// The dimensions that are unusual, ascending, and which alternative each has.
    at: Option<Vec<(usize, usize)>>,
}

impl<'d> Picks<'d> {
    fn new(dimensions: &'d [Dimension], unusual: usize) -> Self {
        let mut picks = Self { dimensions, unusual, at: None };
        picks.at = picks.filled(Vec::new(), 0);
        picks
    }

    /// The first continuation of a start.
    fn filled(&self, mut start: Vec<(usize, usize)>, mut from: usize) -> Option<Vec<(usize, usize)>> {
        while start.len() < self.unusual {
            let next = (from..self.dimensions.len()).find(|index| self.dimensions[*index].alternatives.len() > 1)?;
            start.push((next, 1));
            from = next + 1;
        }
        Some(start)
    }

    fn next(&mut self) -> Option<Vec<usize>> {
        let at = self.at.take()?;
        let mut picked = vec![0; self.dimensions.len()];
        for (dimension, alternative) in &at {
            picked[*dimension] = *alternative;
        }
        let mut start = at;
        while let Some((dimension, alternative)) = start.pop() {
            if alternative + 1 < self.dimensions[dimension].alternatives.len() {
                let mut next = start.clone();
                next.push((dimension, alternative + 1));
                self.at = self.filled(next, dimension + 1);
            }
            if self.at.is_none() {
                // The next dimension that can be unusual instead of this one.
                let other =
                    (dimension + 1..self.dimensions.len()).find(|index| self.dimensions[*index].alternatives.len() > 1);
                if let Some(other) = other {
                    let mut next = start.clone();
                    next.push((other, 1));
                    self.at = self.filled(next, other + 1);
                }
            }
            if self.at.is_some() {
                break;
            }
        }
        Some(picked)
    }
}

/// The expressions and those of the variables that they name.
fn with_variables<'a>(pipeline: &'a Pipeline, exprs: &[&'a Expr]) -> Vec<&'a Expr> {
    let mut all = exprs.to_vec();
    let mut from = 0;
    for _ in 0..4 {
        let names: BTreeSet<String> = all[from..]
            .iter()
            .flat_map(|expr| expr.walk())
            .filter_map(|part| match &part.kind {
                ExprKind::Name(parts) => parts.last().map(|last| last.to_lowercase()),
                _ => None,
            })
            .collect();
        from = all.len();
        for variable in variables(pipeline) {
            if variable.name.known().is_some_and(|name| names.contains(&name.to_lowercase())) {
                all.extend(world::expression(variable));
            }
        }
        if from == all.len() || all.len() > 2_000 {
            break;
        }
    }
    all
}

fn variables(pipeline: &Pipeline) -> impl Iterator<Item = &Variable> {
    let stages = pipeline.stages.iter().flat_map(|stage| &stage.variables);
    let jobs = pipeline.jobs.iter().flat_map(|job| &job.variables);
    pipeline.variables.iter().chain(stages).chain(jobs)
}

/// Names of variables that are declared anywhere, as they are looked up.
fn declared(pipeline: &Pipeline) -> BTreeSet<String> {
    let names = variables(pipeline).filter_map(|variable| variable.name.known());
    names.map(|name| canonical::name(&[name], pipeline.platform)).collect()
}

/// Names that are the same in all runs of a repository, with what conditions compare them with.
fn constants(exprs: &[&Expr], platform: Platform) -> BTreeMap<String, Arc<str>> {
    let mut found: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for part in exprs.iter().flat_map(|expr| expr.walk()) {
        let ExprKind::Compare(Comparison::Equal | Comparison::NotEqual, left, right) = &part.kind else { continue };
        for (name, value) in [(left, right), (right, left)] {
            let (ExprKind::Name(parts), Some(text)) = (&name.kind, value.literal().and_then(Value::as_text)) else {
                continue;
            };
            found.entry(canonical::name(parts, platform)).or_insert_with(|| Arc::from(text));
        }
    }
    found
}
