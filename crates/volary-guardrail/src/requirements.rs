//! What is demanded of whatever ships: `catalog/requirements.yaml`.

use std::sync::{Arc, LazyLock};

use volary_model::Problem;

use crate::controls::Controls;
use crate::reader::{Reader, span};
use crate::recognise::{ArtifactKind, EffectKind};
use crate::{CatalogueText, embedded};

/// What is demanded of a kind of artifact.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The kind.
    pub kind: ArtifactKind,
    /// The kind in a sentence: `container image`.
    pub name: Arc<str>,
    /// The effects at which it is demanded.
    pub effects: Vec<EffectKind>,
    /// The controls that every one needs.
    pub controls: Vec<Arc<str>>,
    /// The controls that a careful organisation adds.
    pub recommended: Vec<Arc<str>>,
    /// Why, as a sentence.
    pub why: Arc<str>,
}

/// All requirements.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    requirements: Vec<Requirement>,
}

static BUILT_IN: LazyLock<Requirements> = LazyLock::new(|| {
    let files = embedded::files("catalog/requirements.yaml");
    files.first().map(|file| Requirements::load(file, Controls::built_in()).0).unwrap_or_default()
});

const KEYS: &[&str] = &["name", "effects", "controls", "recommended", "why"];

impl Requirements {
    /// The requirements that hold where nobody says otherwise.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads requirements: one entry for each kind.
    pub fn load(file: &CatalogueText, controls: &Controls) -> (Self, Vec<Problem>) {
        let mut reader = Reader::new(file);
        let mut all = Self::default();
        if let Some(document) = reader.document() {
            for entry in reader.entries(&document, "the requirements", &[]) {
                let Some(kind) = ArtifactKind::parse(&entry.key) else {
                    let message = format!("`{}` is no kind of artifact", entry.key);
                    reader.problem(entry.key_span.unwrap_or(span(&entry.value)), message, "");
                    continue;
                };
                let mut requirement = Requirement {
                    kind,
                    name: "".into(),
                    effects: Vec::new(),
                    controls: Vec::new(),
                    recommended: Vec::new(),
                    why: "".into(),
                };
                for entry in reader.entries(&entry.value, "a requirement", KEYS) {
                    let value = &entry.value;
                    match &*entry.key {
                        "name" => requirement.name = reader.text(value, "`name`"),
                        "why" => requirement.why = reader.text(value, "`why`"),
                        "effects" => {
                            for word in reader.texts(value, "`effects`") {
                                match EffectKind::parse(&word) {
                                    Some(effect) => requirement.effects.push(effect),
                                    None => reader.problem(span(value), format!("`{word}` is no effect"), ""),
                                }
                            }
                        }
                        "controls" | "recommended" => {
                            let ids = reader.texts(value, "a control");
                            for id in ids.iter().filter(|id| !controls.has(id)) {
                                reader.problem(span(value), format!("there is no control `{id}`"), "");
                            }
                            if &*entry.key == "controls" {
                                requirement.controls = ids;
                            } else {
                                requirement.recommended = ids;
                            }
                        }
                        _ => {}
                    }
                }
                all.requirements.push(requirement);
            }
        }
        (all, reader.problems)
    }

    /// Every requirement, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter()
    }

    /// What is demanded of a kind.
    pub fn of(&self, kind: ArtifactKind) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_entry() {
        let file = embedded::files("catalog/requirements.yaml").remove(0);
        let (requirements, problems) = Requirements::load(&file, Controls::built_in());
        assert_eq!(problems, Vec::new());
        for kind in ArtifactKind::ALL {
            let requirement = requirements.of(*kind);
            assert!(requirement.is_some_and(|it| !it.name.is_empty() && !it.why.is_empty()), "{}", kind.as_str());
        }
    }
}
