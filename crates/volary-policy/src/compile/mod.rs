//! From the YAML of a policy to its condition tree, checked against the catalogue.

mod condition;
mod list;
mod parameters;
mod policy;
mod scope;
mod test;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use volary_model::{Problem, ProblemKind};

use crate::catalogue::Catalogue;
use crate::policy::Policy;
use crate::source::{PackText, Source};

pub use parameters::{ParameterValues, PolicyParameters};

/// Policies, compiled, by id and by kind.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    by_id: BTreeMap<Arc<str>, Arc<Policy>>,
    by_kind: HashMap<Arc<str>, Vec<Arc<Policy>>>,
}

impl Policies {
    /// Compiles policies. Every problem is reported with file and line; a policy that has one is left out, the rest is
    /// kept. With `own`, as for the built-in pack, every attribute that is tested must be in the catalogue and every
    /// policy says all that its reports need; without, attributes and kinds that the catalogue does not know are taken
    /// as they are.
    pub fn load(files: &[PackText], catalogue: &Catalogue, own: bool) -> (Self, Vec<Problem>) {
        Self::load_with(files, catalogue, own, &ParameterValues::default())
    }

    /// Like [`Policies::load`], with values for parameters.
    pub fn load_with(
        files: &[PackText],
        catalogue: &Catalogue,
        own: bool,
        parameters: &ParameterValues,
    ) -> (Self, Vec<Problem>) {
        let mut policies = Self::default();
        let mut problems = Vec::new();
        for file in files {
            let mut source = Source::new(file);
            for document in source.documents() {
                if let Some(policy) = policy::compile(&mut source, &document, catalogue, own, parameters) {
                    policies.insert(Arc::new(policy), &mut source.problems);
                }
            }
            problems.append(&mut source.problems);
        }
        (policies, problems)
    }

    /// Adds the policies of another set; one whose id is taken is reported and left out.
    pub fn extend(&mut self, other: Self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (_, policy) in other.by_id {
            self.insert(policy, &mut problems);
        }
        problems
    }

    fn insert(&mut self, policy: Arc<Policy>, problems: &mut Vec<Problem>) {
        if let Some(other) = self.by_id.get(&policy.info.id) {
            problems.push(Problem {
                path: policy.info.source.clone(),
                line: None,
                column: None,
                kind: ProblemKind::Policy,
                message: format!("the id `{}` is taken by {}", policy.info.id, other.info.source).into(),
                help: "Give the policy an id of its own.".into(),
                fails: true,
            });
            return;
        }
        for kind in &policy.info.judges {
            let policies = self.by_kind.entry(kind.clone()).or_default();
            let at = policies.partition_point(|other| other.info.id < policy.info.id);
            policies.insert(at, policy.clone());
        }
        self.by_id.insert(policy.info.id.clone(), policy);
    }

    /// All policies, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Policy>> {
        self.by_id.values()
    }

    /// The policies that judge a kind, by id.
    pub fn for_kind(&self, kind: &str) -> &[Arc<Policy>] {
        self.by_kind.get(kind).map_or(&[], |policies| policies)
    }

    /// The policy with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Policy>> {
        self.by_id.get(id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}
