//! What reports need to know of a policy.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Confidence, EditKind, Severity, Tier};

/// How to repair.
#[derive(Clone, Debug, Default)]
pub struct Fix {
    /// In words.
    pub text: Arc<str>,
    /// Edits that are safe to make: path and what to do there.
    pub edits: Vec<(Arc<str>, EditKind)>,
}

/// The face of a policy: everything but its conditions.
#[derive(Clone, Debug)]
pub struct PolicyInfo {
    /// Stable id: `azure-storage-min-tls`.
    pub id: Arc<str>,
    /// One line, as a statement of what is wrong.
    pub title: Arc<str>,
    /// Severity of its findings.
    pub severity: Severity,
    /// Who would want it.
    pub tier: Tier,
    /// How sure its findings are.
    pub confidence: Confidence,
    /// Why it matters.
    pub why: Arc<str>,
    /// How to fix it.
    pub fix: Fix,
    /// Links to the facts.
    pub references: Vec<Arc<str>>,
    /// Equivalent checks of other tools.
    pub aliases: Vec<Arc<str>>,
    /// Controls of the catalogue that it is about.
    pub controls: Vec<Arc<str>>,
    /// Framework to its clauses.
    pub frameworks: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    /// The kinds that it judges.
    pub judges: Vec<Arc<str>>,
    /// Where it is defined: a path inside the pack, or of the user's file.
    pub source: Arc<str>,
}
