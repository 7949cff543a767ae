//! From a tree and policies to a report: the one conductor that the command line, editor and server all call.
//!
//! The way is always the same: list the tree, read and parse every file, assemble units, prepare and judge them, group
//! judgements into findings, let the records of the repository decide what becomes of them. Every step is a pure
//! function of its input; threads only change how long it takes.

mod check;
mod classify;
mod collect;
mod edits;
mod evaluate;
mod examples;
mod guard;
mod guardrails;
mod load;
mod pack;
mod pipelines;
mod progress;
mod records;
mod role;
mod settings;
mod since;
mod soften;
mod terraform;
mod units;

pub use check::{Checked, check};
pub use examples::{ExampleFailure, ExampleOutcome, test_policies};
pub use guardrails::{
    Contracted, Expanded, Guarded, GuardrailSettings, SourceTree, contracts, guardrails, guardrails_since, require,
    required_kinds, source_uses,
};
pub use pack::{LoadedPack, Needs, Pack, is_example};
pub use progress::{Phase, Progress, Silent};
pub use records::{BASELINE_PATH, CONFIG_PATH};
pub use settings::Settings;
pub use since::check_since;
