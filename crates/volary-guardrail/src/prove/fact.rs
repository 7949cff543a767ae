//! Facts that decide, with their places, and what would turn them.

use std::sync::Arc;

use volary_model::{Link, Span};
use volary_pipeline::Setting;

/// A fact of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedFact {
    /// The sentence part: `the step continues on error`.
    pub text: Arc<str>,
    /// As it is written; empty where something is missing.
    pub written: Arc<str>,
    /// Where.
    pub at: Option<Span>,
    /// What to do about it, a sentence without its full stop.
    pub edit: Arc<str>,
}

/// The link that is broken, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The link.
    pub link: Link,
    /// By what.
    pub fact: PlacedFact,
}

impl Broken {
    /// A broken link.
    pub fn new(
        link: Link,
        text: impl Into<Arc<str>>,
        written: impl Into<Arc<str>>,
        at: Option<Span>,
        edit: impl Into<Arc<str>>,
    ) -> Self {
        Self { link, fact: PlacedFact { text: text.into(), written: written.into(), at, edit: edit.into() } }
    }
}

/// A setting as it is written, with its place from the key on.
pub(crate) fn setting(setting: &Setting, name: &str) -> (Arc<str>, Option<Span>) {
    let value = setting.text.canonical();
    let value = if value.is_empty() {
        match &setting.value.data {
            volary_model::Data::Bool(truth) => truth.to_string(),
            _ => String::new(),
        }
    } else {
        value
    };
    let written = if value.is_empty() { name.to_owned() } else { format!("{name}: {value}") };
    let at = match (setting.key, setting.at()) {
        (Some(key), Some(value)) => Some(key.to(value)),
        (key, value) => key.or(value),
    };
    (written.into(), at)
}
