//! How a run tells how far it is.

/// The phases of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Listing the tree.
    List,
    /// Reading and parsing files.
    Read,
    /// Evaluating what is deployed together.
    Evaluate,
    /// Grouping and deciding.
    Decide,
}

/// Receives progress from several threads. Never changes the result.
pub trait Progress: Sync {
    /// A phase begins, with so many steps (0 when not known).
    fn begin(&self, phase: Phase, steps: usize);
    /// One step is done.
    fn step(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _phase: Phase, _steps: usize) {}
    fn step(&self) {}
}
