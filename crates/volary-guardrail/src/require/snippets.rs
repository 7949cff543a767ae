//! Pipelines that do what is demanded: `catalog/snippets/KIND.yaml`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use volary_model::Problem;
use volary_pipeline::Platform;

use crate::reader::{Reader, span};
use crate::recognise::ArtifactKind;
use crate::{CatalogueText, embedded};

/// A pipeline that is fit to be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The platform.
    pub platform: Platform,
    /// Where it goes: `.github/workflows/image.yml`.
    pub path: Arc<str>,
    /// How it does it, sentences.
    pub about: Arc<str>,
    /// What has to be changed in it.
    pub change: Vec<Arc<str>>,
    /// The pipeline.
    pub text: Arc<str>,
    /// What to know of its versions, a sentence.
    pub pinned: Arc<str>,
}

/// All snippets.
#[derive(Clone, Debug, Default)]
pub struct Snippets {
    snippets: BTreeMap<(ArtifactKind, &'static str), Snippet>,
}

const PLATFORMS: &[(&str, Platform)] = &[
    ("github", Platform::GitHub),
    ("azure", Platform::Azure),
    ("gitlab", Platform::GitLab),
    ("jenkins", Platform::Jenkins),
];

const KEYS: &[&str] = &["about", "change", "github", "azure", "gitlab", "jenkins"];

const PINNED: &str = "Scanners and actions are pinned by digest or commit; other images stand with their version: pin them too, and let a bot move the pins.";

static BUILT_IN: LazyLock<Snippets> = LazyLock::new(|| Snippets::load(&embedded::files("catalog/snippets/")).0);

impl Snippets {
    /// The snippets that Volary brings along.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads snippets, those of one kind a file that is named like it.
    pub fn load(files: &[CatalogueText]) -> (Self, Vec<Problem>) {
        let mut all = Self::default();
        let mut problems = Vec::new();
        for file in files {
            let mut reader = Reader::new(file);
            all.read(&mut reader);
            problems.extend(reader.problems);
        }
        (all, problems)
    }

    /// The snippet for a kind on a platform.
    pub fn get(&self, kind: ArtifactKind, platform: Platform) -> Option<&Snippet> {
        let (word, _) = PLATFORMS.iter().find(|(_, known)| *known == platform)?;
        self.snippets.get(&(kind, *word))
    }

    /// Every snippet with its kind, in order.
    pub fn iter(&self) -> impl Iterator<Item = (ArtifactKind, &Snippet)> {
        self.snippets.iter().map(|((kind, _), snippet)| (*kind, snippet))
    }

    fn read(&mut self, reader: &mut Reader) {
        let Some(document) = reader.document() else { return };
        let name = reader.path().rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").to_owned();
        let Some(kind) = ArtifactKind::parse(&name) else {
            reader.problem(
                span(&document),
                format!("`{name}` is no kind of artifact"),
                "Name the file after the kind.",
            );
            return;
        };
        let mut about = "".into();
        let mut change = Vec::new();
        let mut texts = Vec::new();
        for entry in reader.entries(&document, "a snippet", KEYS) {
            match &*entry.key {
                "about" => about = reader.text(&entry.value, "`about`"),
                "change" => change = reader.texts(&entry.value, "`change`"),
                word => {
                    if let Some((word, platform)) = PLATFORMS.iter().find(|(known, _)| *known == word) {
                        texts.push((*word, *platform, reader.text(&entry.value, "a pipeline")));
                    }
                }
            }
        }
        for (word, platform, text) in texts {
            let snippet = Snippet {
                platform,
                path: path(kind, platform).into(),
                about: Arc::clone(&about),
                change: change.clone(),
                text,
                pinned: PINNED.into(),
            };
            self.snippets.insert((kind, word), snippet);
        }
    }
}

/// Where a pipeline goes.
fn path(kind: ArtifactKind, platform: Platform) -> String {
    match platform {
        Platform::GitHub => format!(".github/workflows/{}.yml", kind.as_str()),
        Platform::Azure => format!("azure-pipelines-{}.yml", kind.as_str()),
        Platform::GitLab => ".gitlab-ci.yml".to_owned(),
        Platform::Jenkins => "Jenkinsfile".to_owned(),
    }
}
