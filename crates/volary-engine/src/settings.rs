//! What the user chose for a run.

use std::sync::Arc;

use volary_model::{Severity, Tier};

/// Choices of a run. The defaults are those of `volary check` without options.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Policies of this tier and those before it.
    pub tier: Tier,
    /// Blocking findings from this severity on fail the run.
    pub fail_on: Severity,
    /// Undecided judgements fail the run too.
    pub fail_on_undecided: bool,
    /// The day on which expiry dates are judged.
    pub today: jiff::civil::Date,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
    /// What the user named, for the report.
    pub targets: Vec<Arc<str>>,
    /// The files and folders that are checked, relative to the root of the tree; empty for everything.
    pub scope: Vec<Arc<str>>,
    /// The version of the binary, for the report.
    pub binary: Arc<str>,
}

impl Settings {
    /// The defaults, on a given day.
    pub fn new(today: jiff::civil::Date) -> Self {
        Self {
            tier: Tier::Default,
            fail_on: Severity::Low,
            fail_on_undecided: false,
            today,
            threads: 0,
            targets: vec![".".into()],
            scope: Vec::new(),
            binary: env!("CARGO_PKG_VERSION").into(),
        }
    }
}
