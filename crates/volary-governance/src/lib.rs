//! Configuration, owners, exceptions, answers, ignore comments and the baseline: what an organisation has decided about findings.
//!
//! Gets texts and never reads files. [`decide`] is the one function that says what becomes of a finding; command line,
//! editor and server all call it, so that no two of them disagree.

mod address;
pub mod baseline;
pub mod codeowners;
pub mod comments;
pub mod config;
pub mod decide;
mod digest;
pub mod exceptions;
mod pattern;
pub mod platform;
mod problem;
mod record;
mod records;
pub mod schema;
mod source;

pub use baseline::Baseline;
pub use codeowners::{CodeOwners, Flavour};
pub use config::{Config, parse_config};
pub use decide::decide;
pub use digest::{block_digest, fingerprint};
pub use exceptions::Exceptions;
pub use platform::Answers;
pub use records::{Records, Scope};
