//! Limits on work.

/// How much work one script may cause, counted, never timed. What lies beyond is not read, and said so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Commands, with everything that is called; loops and functions count as often as they are written out.
    pub commands: usize,
    /// Parts of the tree.
    pub nodes: usize,
    /// How deep scripts, targets and functions call each other.
    pub calls: usize,
    /// How deep statements are nested, across calls.
    pub depth: usize,
    /// Files that are called, with repetition.
    pub files: usize,
    /// Bytes of called files, with repetition.
    pub bytes: usize,
    /// Items of a list up to which a loop is written out.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { commands: 5_000, nodes: 40_000, calls: 4, depth: 50, files: 100, bytes: 2_000_000, items: 24 }
    }
}
