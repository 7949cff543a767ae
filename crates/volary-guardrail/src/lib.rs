//! What pipelines ship, which controls look at it, and whether a finding would have stopped it.
//!
//! [`recognise`] knows the tools: what a command, a task or an action does, and what it does with its findings.
//! [`controls`] is the list of controls, [`requirements`] what is demanded of whatever ships.

pub mod contract;
pub mod controls;
mod embedded;
pub mod execute;
pub mod friction;
pub mod plan;
pub mod prove;
mod reader;
pub mod recognise;
pub mod require;
pub mod requirements;
pub mod run;
pub mod script;
pub mod subject;
pub mod tri;
pub mod weaken;

pub use reader::CatalogueText;
