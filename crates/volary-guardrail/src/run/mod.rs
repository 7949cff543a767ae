//! Run classes: what can start a pipeline, on which reference, with which choices; and whether something is in a run.
//!
//! [`runs`] enumerates witnesses: concrete events, references, parameter values and choices, split only where a condition
//! that matters tells them apart. [`truth`] and [`activity`] evaluate conditions in one of them.

mod activity;
mod atoms;
mod bases;
mod canonical;
mod choices;
mod describe;
mod enumerate;
mod filter;
mod kinds;
mod names;
mod pattern;
mod refs;
mod results;
mod truth;
mod world;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{Activation, Event, Expr, Platform, Variable};

pub use activity::{Activity, activity, job_activity};
pub use enumerate::runs;
pub use filter::starts;
pub use results::{NoResults, Results};
pub use truth::truth;
use world::World;

/// Most run classes of one question.
pub const LIMIT: usize = 256;

/// A run class by its witness.
#[derive(Clone, Debug)]
pub struct Run {
    /// What happened.
    pub event: Event,
    /// The trigger, as an index in the pipeline's triggers.
    pub trigger: Option<usize>,
    /// The branch; of a pull request its source branch.
    pub branch: Option<Arc<str>>,
    /// The branch stands for any that no filter or condition names; of a pull request the target does.
    pub any_branch: bool,
    /// The tag.
    pub tag: Option<Arc<str>>,
    /// Of a pull request its target branch.
    pub target: Option<Arc<str>>,
    /// Of a run that follows another one (`workflow_run`): the branch of that.
    pub followed: Option<Arc<str>>,
    /// Parameters and inputs with the value chosen in this class, in text form.
    pub parameters: BTreeMap<Arc<str>, Arc<str>>,
    /// What else was chosen: by the canonical text of the part of a condition, or `changes: a, b`.
    pub choices: BTreeMap<Arc<str>, Choice>,
    /// The keys of `parameters` and `choices` that are not as they usually are.
    pub unusual: BTreeSet<Arc<str>>,
    /// What is known of the pipeline.
    world: Arc<World>,
    /// Names that are known at one place only: variables of a job, values of a matrix leg.
    local: Arc<BTreeMap<String, Local>>,
}

/// What a name stands for at one place.
#[derive(Clone, Debug)]
enum Local {
    Value(Value),
    Variable(Arc<Variable>),
}

/// The answer that a part of a condition has in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether it holds.
    pub truth: bool,
    /// Who decides it.
    pub kind: ChoiceKind,
}

/// Who decides a choice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChoiceKind {
    /// A person or a change: changed paths, labels, inputs. Both are runs.
    Free,
    /// A script, or files that are there or not.
    Hidden,
    /// The platform's settings: what this class assumes of them, `secret-present(NAME)`, `variable(GROUP, NAME=value)`,
    /// `variable(GROUP, NAME!=value)`.
    Assumed(Arc<str>),
}

/// The run classes of a question.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// The classes; those that are as usual first.
    pub runs: Vec<Run>,
    /// There are more than [`LIMIT`], or more values than are looked at.
    pub cut: bool,
}

/// What may decide: conditions, rules, guards and filters of the nodes that matter, and texts with parameter holes.
#[derive(Clone, Debug, Default)]
pub struct Relevant<'a> {
    /// When nodes run.
    pub activations: Vec<&'a Activation>,
    /// Other conditions.
    pub conditions: Vec<&'a Expr>,
    /// Parameters (of GitLab also variables) that texts read.
    pub parameters: BTreeSet<Arc<str>>,
    /// Conditions inside of scripts, by a key of their own, with who decides them. The classes hold both answers, of what
    /// is assumed to be there (`secret-present`, `jenkins-plugin`) only yes.
    pub script_conditions: Vec<(Arc<str>, ChoiceKind)>,
}

impl Run {
    /// A run of which only the event is known.
    pub fn new(event: Event) -> Self {
        Self::of(event, None, Arc::new(World::default()))
    }

    fn of(event: Event, trigger: Option<usize>, world: Arc<World>) -> Self {
        Self {
            event,
            trigger,
            branch: None,
            any_branch: false,
            tag: None,
            target: None,
            followed: None,
            parameters: BTreeMap::new(),
            choices: BTreeMap::new(),
            unusual: BTreeSet::new(),
            world,
            local: Arc::new(BTreeMap::new()),
        }
    }

    /// The same run as a place sees it that has variables of its own.
    #[must_use]
    pub fn with_variables(&self, variables: &[Variable]) -> Self {
        let named = variables.iter().filter(|variable| variable.kind == volary_pipeline::VariableKind::Plain);
        let named: Vec<(String, Local)> = named
            .filter_map(|variable| {
                let name = self.world.key(&variable.name.known()?);
                Some((name, Local::Variable(Arc::new(variable.clone()))))
            })
            .collect();
        self.with_local(named)
    }

    /// The same run as a leg of a matrix sees it: `matrix.os` is known.
    #[must_use]
    pub fn with_matrix(&self, values: &[(Arc<str>, Value)]) -> Self {
        let named = values.iter();
        let named = named.map(|(name, value)| (self.world.key(&format!("matrix.{name}")), Local::Value(value.clone())));
        self.with_local(named.collect())
    }

    /// The same run as a place sees it that knows more names, as expressions write them: `runner.os`, `agent.os`.
    #[must_use]
    pub fn with_names(&self, values: &[(Arc<str>, Value)]) -> Self {
        self.with_local(
            values.iter().map(|(name, value)| (self.world.key(name), Local::Value(value.clone()))).collect(),
        )
    }

    fn with_local(&self, named: Vec<(String, Local)>) -> Self {
        let mut run = self.clone();
        if !named.is_empty() {
            let mut local = (*self.local).clone();
            local.extend(named);
            run.local = Arc::new(local);
        }
        run
    }

    /// The default branch, as far as files tell.
    pub fn default_branch(&self) -> &str {
        &self.world.default_branch
    }

    /// The platform.
    pub fn platform(&self) -> Platform {
        self.world.platform
    }

    /// What the class assumes of the platform's settings.
    pub fn assumptions(&self) -> BTreeSet<Arc<str>> {
        let assumed = self.choices.values().filter_map(|choice| match &choice.kind {
            ChoiceKind::Assumed(key) => Some(key.clone()),
            ChoiceKind::Free | ChoiceKind::Hidden => None,
        });
        assumed.collect()
    }
}
