//! Questions about a ground system of attack steps, over integers alone.
//!
//! A [`System`] holds rules `head ⇐ body, unless a guard is present`. Everything is monotone: an attacker never loses what he
//! has, and a control that is added never opens a way. A [`Scope`] says which controls are there and what may be started from.
//! Answers do not depend on the order in which rules were added, and work limits count work, never time.

mod benefit;
mod cheapest;
mod check;
mod cone;
mod cut;
pub mod generate;
mod hitting;
mod ids;
mod lagrange;
mod landmark;
mod minimal;
mod plan;
mod reach;
mod reduce;
mod scope;
mod set;
mod system;

pub use benefit::{Benefits, benefit};
pub use cheapest::{Cheapest, Compose, DEAREST, cheapest};
pub use check::{PlanFault, check_plan};
pub use cut::{Closing, SmallestSet, smallest_set, smallest_set_by};
pub use hitting::{Exact, Hitting, HittingSolver};
pub use ids::{ControlId, FactId, Id, RuleId};
pub use landmark::{Landmarks, landmarks};
pub use minimal::{Extent, MinimalPath, MinimalPaths, minimal_paths};
pub use plan::{Bracket, Plan, Plans, irredundant, plan, plans};
pub use reach::{Reached, reach, reach_without};
pub use scope::Scope;
pub use set::{IdSet, Present};
pub use system::{System, SystemBuilder};
