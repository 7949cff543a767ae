//! The policy language and its evaluation.
//!
//! Policies are small YAML files with conditions in a three-valued logic; they are compiled once to trees over paths and
//! judge the subjects of a prepared unit. What they may rely on is in the attribute catalogue. Nothing here reads files.

mod catalogue;
mod compile;
mod condition;
mod evaluate;
mod explain;
mod facets;
mod judge;
mod message;
mod operators;
mod path;
mod policy;
mod prepare;
pub mod rego;
mod source;
mod suggest;
#[cfg(test)]
mod tests;
mod truth;
mod version;

pub use catalogue::Catalogue;
pub use compile::{ParameterValues, Policies, PolicyParameters};
pub use explain::{Explanation, Step, explain};
pub use judge::{is_relaxed, judge, outcome};
pub use operators::spec::{Spec as Operator, Takes, operators};
pub use policy::Policy;
pub use prepare::{Prepared, prepare};
pub use source::PackText;
pub use truth::Truth;
