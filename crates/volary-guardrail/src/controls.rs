//! The controls that policies, guardrails and threats speak of: `catalog/controls.yaml`.

use std::sync::{Arc, LazyLock};

use volary_model::Problem;

use crate::reader::Reader;
use crate::{CatalogueText, embedded};

/// A protection.
#[derive(Clone, Debug, Default)]
pub struct Control {
    /// The id: `image-scan`.
    pub id: Arc<str>,
    /// The name in a sentence: `image scan`.
    pub name: Arc<str>,
    /// What it does, as a sentence.
    pub what: Arc<str>,
    /// Other names of it.
    pub aliases: Vec<Arc<str>>,
    /// Where it can be anchored: `files`, `platform`, `pipeline`, `cloud`.
    pub anchors: Vec<Arc<str>>,
    /// Any of these controls is this one.
    pub any_of: Vec<Arc<str>>,
}

/// All controls.
#[derive(Clone, Debug, Default)]
pub struct Controls {
    controls: Vec<Control>,
}

static BUILT_IN: LazyLock<Controls> = LazyLock::new(|| {
    let files = embedded::files("catalog/controls.yaml");
    files.first().map(|file| Controls::load(file).0).unwrap_or_default()
});

const KEYS: &[&str] = &["name", "what", "aliases", "anchors", "any-of"];

impl Controls {
    /// The controls that Volary knows.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads the list of controls.
    pub fn load(file: &CatalogueText) -> (Self, Vec<Problem>) {
        let mut reader = Reader::new(file);
        let mut all = Self::default();
        if let Some(document) = reader.document() {
            for entry in reader.entries(&document, "the list of controls", &[]) {
                let mut control = Control { id: entry.key.clone(), ..Control::default() };
                for entry in reader.entries(&entry.value, "a control", KEYS) {
                    match &*entry.key {
                        "name" => control.name = reader.text(&entry.value, "`name`"),
                        "what" => control.what = reader.text(&entry.value, "`what`"),
                        "aliases" => control.aliases = reader.texts(&entry.value, "`aliases`"),
                        "anchors" => control.anchors = reader.texts(&entry.value, "`anchors`"),
                        "any-of" => control.any_of = reader.texts(&entry.value, "`any-of`"),
                        _ => {}
                    }
                }
                all.controls.push(control);
            }
        }
        (all, reader.problems)
    }

    /// Every control, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter()
    }

    /// A control by its id or another name.
    pub fn get(&self, id: &str) -> Option<&Control> {
        let own = self.controls.iter().find(|control| &*control.id == id);
        own.or_else(|| self.controls.iter().find(|control| control.aliases.iter().any(|alias| &**alias == id)))
    }

    /// Whether there is a control with this id.
    pub fn has(&self, id: &str) -> bool {
        self.controls.iter().any(|control| &*control.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound() {
        let file = embedded::files("catalog/controls.yaml").remove(0);
        let (controls, problems) = Controls::load(&file);
        assert_eq!(problems, Vec::new());
        let mut names: Vec<&str> =
            controls.iter().flat_map(|c| c.aliases.iter().chain([&c.id])).map(|name| &**name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name stands twice");
        for number in 1..=60 {
            assert!(controls.get(&format!("C{number:02}")).is_some(), "C{number:02}");
        }
        for control in controls.iter() {
            assert!(!control.name.is_empty() && control.what.ends_with('.'), "{}", control.id);
            assert!(control.any_of.iter().all(|id| controls.has(id)), "{}", control.id);
        }
    }
}
