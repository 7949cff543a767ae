//! What is demanded of a kind of thing that ships, before any code is written: why, a snippet that really blocks, and
//! how to ask for an exception.

mod snippets;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_pipeline::Platform;

use crate::prove::Demands;
use crate::recognise::{ArtifactKind, Recognisers};
pub use snippets::{Snippet, Snippets};

/// What is demanded of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The kind.
    pub kind: ArtifactKind,
    /// The kind in a sentence: `container image`.
    pub name: Arc<str>,
    /// Why it matters, a sentence.
    pub why: Arc<str>,
    /// What every one needs; nothing where nothing is demanded.
    pub demanded: Vec<Demanded>,
    /// What a careful organisation adds.
    pub recommended: Vec<Demanded>,
    /// A pipeline for the platform that does what is demanded; nothing where nothing is.
    pub snippet: Option<Snippet>,
    /// How to ask for an exception, a sentence.
    pub exception: Arc<str>,
    /// Who owns what is demanded, as far as somebody says so; filled in by the caller.
    pub owners: Vec<Arc<str>>,
}

/// A control that is demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demanded {
    /// The id: `image-scan`.
    pub id: Arc<str>,
    /// The name in a sentence: `image scan`.
    pub name: Arc<str>,
    /// What it does, a sentence.
    pub what: Arc<str>,
    /// The controls of which one is enough, by name; nothing where it is just this one.
    pub one_of: Vec<Arc<str>>,
    /// The tools that count, by name, sorted.
    pub tools: Vec<Arc<str>>,
}

const EXCEPTION: &str = "When that cannot be done yet: `volary guardrails` shows the fingerprint of what is missing, and `volary exceptions \
                         request FINGERPRINT --reason \"...\" --owner TEAM` records who accepts it and until when.";

/// What is demanded of a kind on a platform.
pub fn require(kind: ArtifactKind, platform: Platform, demands: &Demands<'_>, recognisers: &Recognisers) -> Answer {
    let requirement = demands.requirements.of(kind);
    let list = |ids: &[Arc<str>]| ids.iter().map(|id| demanded(id, demands, recognisers)).collect::<Vec<_>>();
    let demanded = requirement.map(|requirement| list(&requirement.controls)).unwrap_or_default();
    let snippet = Snippets::built_in().get(kind, platform).filter(|_| !demanded.is_empty()).cloned();
    Answer {
        kind,
        name: requirement.map_or_else(|| kind.as_str().into(), |requirement| requirement.name.clone()),
        why: requirement.map(|requirement| requirement.why.clone()).unwrap_or_default(),
        recommended: requirement.map(|requirement| list(&requirement.recommended)).unwrap_or_default(),
        demanded,
        snippet,
        exception: EXCEPTION.into(),
        owners: Vec::new(),
    }
}

fn demanded(id: &Arc<str>, demands: &Demands<'_>, recognisers: &Recognisers) -> Demanded {
    let control = demands.controls.get(id);
    let parts: Vec<Arc<str>> = control.map(|control| control.any_of.clone()).unwrap_or_default();
    let enough: BTreeSet<&str> = parts.iter().chain([id]).map(|id| &**id).collect();
    let tools = recognisers.tools().iter().filter(|tool| enough.iter().any(|control| tool.can(control)));
    let mut tools: Vec<Arc<str>> = tools.map(|tool| tool.name.clone()).collect();
    tools.sort_by_key(|name| name.to_lowercase());
    tools.dedup();
    Demanded {
        id: id.clone(),
        name: control.map_or_else(|| id.clone(), |control| control.name.clone()),
        what: control.map(|control| control.what.clone()).unwrap_or_default(),
        one_of: parts.iter().filter_map(|id| demands.controls.get(id)).map(|control| control.name.clone()).collect(),
        tools,
    }
}
