//! Limits on work.

/// How much work one pipeline may cause. What lies beyond is hidden, with an issue that says so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Includes, templates, actions and calls that are followed, counted with repetition.
    pub includes: usize,
    /// How deep they may be nested.
    pub include_depth: usize,
    /// Stages, jobs and steps together.
    pub nodes: usize,
    /// Values that compile-time expressions and merges may make.
    pub expansion: usize,
    /// Nesting of one expression.
    pub expression_depth: usize,
    /// Parts of one expression.
    pub expression_nodes: usize,
    /// Legs of a matrix that are written out.
    pub matrix_legs: usize,
    /// Bytes of one text after everything was put in.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            includes: 2_000,
            include_depth: 20,
            nodes: 50_000,
            expansion: 500_000,
            expression_depth: 60,
            expression_nodes: 5_000,
            matrix_legs: 64,
            text: 1_000_000,
        }
    }
}
