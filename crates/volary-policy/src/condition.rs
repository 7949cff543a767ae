//! The condition tree: what a policy asks, separate from how it is written.

use std::sync::Arc;

use crate::operators::Test;
use crate::path::Path;

/// A condition.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Every test holds on the value at the path.
    Test(Path, Vec<Test>),
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// Every element that satisfies `filter` satisfies `require`.
    Each(Box<Quantified>),
    /// At least one element satisfies `filter`.
    Some(Box<Quantified>),
    /// So many elements satisfy `filter`.
    Count(Box<Quantified>, Option<u64>, Option<u64>),
}

/// A condition over the elements of a list or over related subjects.
#[derive(Debug)]
pub(crate) struct Quantified {
    pub(crate) list: List,
    /// What conditions inside call the element.
    pub(crate) name: Option<Arc<str>>,
    /// The values that name an element in fingerprints, in this order; where absent, the usual names are tried.
    pub(crate) key: Vec<Path>,
    pub(crate) filter: Option<Condition>,
    pub(crate) require: Option<Condition>,
}

/// What is gone through.
#[derive(Debug)]
pub(crate) enum List {
    /// The elements at a path.
    Path(Path),
    /// Other subjects of the unit.
    Related(Relation),
}

/// Subjects of some kinds that are tied to the nearest enclosing resource.
#[derive(Debug)]
pub(crate) struct Relation {
    pub(crate) kinds: Vec<Arc<str>>,
    pub(crate) tie: Tie,
}

/// How subjects are tied.
#[derive(Debug)]
pub(crate) enum Tie {
    /// The other one refers to this one through its attribute.
    By(Path),
    /// This one refers to the other one.
    To(Path),
    /// A named relation of the catalogue: from the other one to this one (`by`) or from this one (`to`).
    Named {
        /// Its name.
        relation: Arc<str>,
        /// From this one to the other.
        outwards: bool,
    },
    /// Every one of the unit.
    InUnit,
}

impl Condition {
    /// `all` of one is that one.
    pub(crate) fn all(mut conditions: Vec<Self>) -> Self {
        if conditions.len() == 1 { conditions.remove(0) } else { Self::All(conditions) }
    }
}
