//! Limits on work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// Stretches of texts and parts of conditions of all steps together: a long script counts as often as templates repeat
    /// it.
    pub volume: usize,
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
            volume: 2_000_000,
            expression_depth: 60,
            expression_nodes: 5_000,
            matrix_legs: 64,
            text: 1_000_000,
        }
    }
}

/// How much may still be put into texts: stretches and hundreds of bytes. Shared by everything that is read for one
/// pipeline, which one thread does.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<AtomicUsize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(2_000_000)))
    }
}

impl Budget {
    /// Whether nothing is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Takes what a text is worth; whether that was left.
    pub(crate) fn take(&self, text: &crate::Text) -> bool {
        if self.is_spent() {
            return false;
        }
        let size = |piece: &crate::Piece| match piece {
            crate::Piece::Known(known) => 1 + known.text.len() / 100,
            crate::Piece::Hole(_) => 1,
        };
        let cost: usize = text.pieces.iter().map(size).sum();
        let left = self.0.load(Ordering::Relaxed);
        if left < cost {
            // What asks next is not measured again.
            self.0.store(0, Ordering::Relaxed);
            return false;
        }
        self.0.store(left - cost, Ordering::Relaxed);
        true
    }
}
