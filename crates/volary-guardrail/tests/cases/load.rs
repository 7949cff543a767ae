//! Cases from their folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use volary_document::yaml::{self, Dialect};
use volary_model::{Data, FileId, Files, SourceFile, Value};
use volary_pipeline::{Document, Limits, MemorySources, Pipeline};

/// A labelled repository.
pub struct Case {
    pub name: String,
    pub platform: String,
    pub root: String,
    pub ships_nothing: bool,
    pub expected: Vec<Expected>,
    pub others: Vec<Expected>,
    folder: PathBuf,
    sources: Vec<(String, PathBuf)>,
}

/// An expected verdict.
pub struct Expected {
    pub kind: String,
    pub file: String,
    pub line: u32,
    pub control: String,
    pub verdict: String,
    pub link: Option<String>,
    pub assumptions: Vec<String>,
    pub why: String,
}

impl Expected {
    pub fn holds(&self) -> bool {
        self.verdict.starts_with("blocking")
    }
}

/// A repository as it is read.
pub struct Tree {
    pub pipelines: Vec<Pipeline>,
    pub sources: MemorySources,
    pub files: Files,
}

/// Every case that is there, by platform and name.
pub fn cases() -> Vec<Case> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases");
    let corpora = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let mut cases = Vec::new();
    for platform in ["azure", "github", "gitlab", "jenkins"] {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(root.join(platform)).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        folders.sort();
        for folder in folders {
            let Ok(text) = fs::read_to_string(folder.join("expected.yaml")) else { continue };
            let (documents, issues) = yaml::parse(FileId(0), &text, Dialect::Yaml12);
            assert!(issues.is_empty(), "{}: {issues:?}", folder.display());
            let map = &documents[0];
            let tree = match map.get("corpus").and_then(Value::as_text) {
                Some(corpus) => corpora.join(corpus),
                None => folder.join("tree"),
            };
            if !tree.is_dir() {
                println!("skipped, no copy of its repository: {}", folder.display());
                continue;
            }
            let sources = map.get("sources").and_then(Value::as_map).map(|map| {
                map.entries()
                    .iter()
                    .map(|entry| {
                        let path = entry.value.as_text().unwrap_or_default();
                        let path =
                            path.strip_prefix("corpus:").map_or_else(|| folder.join(path), |path| corpora.join(path));
                        (entry.key.to_string(), path)
                    })
                    .collect()
            });
            let list = |key: &str| -> Vec<Expected> {
                let list = map.get(key).and_then(Value::as_list).unwrap_or_default();
                list.iter().map(|value| expected(value, &text_of(map, "root"))).collect()
            };
            cases.push(Case {
                name: format!("{platform}/{}", folder.file_name().unwrap_or_default().to_string_lossy()),
                platform: platform.to_owned(),
                root: text_of(map, "root"),
                ships_nothing: map.get("ships").is_some(),
                expected: list("verdicts"),
                others: list("others"),
                folder: tree,
                sources: sources.unwrap_or_default(),
            });
        }
    }
    cases
}

fn text_of(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_text).unwrap_or_default().to_owned()
}

fn expected(value: &Value, root: &str) -> Expected {
    let line = match value.get("line").map(|value| &value.data) {
        Some(Data::Number(number)) => number.as_f64() as u32,
        _ => 0,
    };
    let file = text_of(value, "file");
    let assumptions = value.get("assumptions").and_then(Value::as_list).unwrap_or_default();
    Expected {
        kind: text_of(value, "kind"),
        file: if file.is_empty() { root.to_owned() } else { file },
        line,
        control: text_of(value, "control"),
        verdict: text_of(value, "verdict"),
        link: value.get("link").and_then(Value::as_text).map(str::to_owned),
        assumptions: assumptions.iter().filter_map(|value| value.as_text().map(str::to_owned)).collect(),
        why: text_of(value, "why"),
    }
}

impl Case {
    /// Reads the repository and those that it uses.
    pub fn tree(&self) -> Tree {
        let mut files = Files::new(Vec::new());
        let mut sources = MemorySources::default();
        let mut documents = Vec::new();
        for path in walk(&self.folder) {
            if let Some(document) = document(&mut files, &self.folder, &path, "") {
                sources.add(document.clone());
                documents.push(document);
            }
        }
        for (name, folder) in &self.sources {
            for path in walk(folder) {
                let prefix = format!("{}/", name.replace('/', "__"));
                if let Some(document) = document(&mut files, folder, &path, &prefix) {
                    sources.add_to(name, document);
                }
            }
        }
        let mut pipelines = Vec::new();
        for document in documents {
            let dialect = if document.path.contains(".github/") { Dialect::Yaml12 } else { Dialect::Yaml11 };
            let is_yaml = document.path.ends_with(".yml") || document.path.ends_with(".yaml");
            let values = if is_yaml { document.yaml(dialect).0.to_vec() } else { Vec::new() };
            let root = *document.path == *self.root;
            let own = match self.platform.as_str() {
                "azure" => volary_pipeline::Platform::Azure,
                "github" => volary_pipeline::Platform::GitHub,
                "gitlab" => volary_pipeline::Platform::GitLab,
                _ => volary_pipeline::Platform::Jenkins,
            };
            let found = volary_pipeline::is_pipeline(&document.path, &values).or(root.then_some(own));
            if let Some(platform) = found {
                let (pipeline, _) = volary_pipeline::read(&document, platform, &sources, &Limits::default());
                pipelines.push(pipeline);
            }
        }
        Tree { pipelines, sources, files }
    }
}

fn document(files: &mut Files, folder: &Path, path: &Path, prefix: &str) -> Option<Arc<Document>> {
    let text = fs::read_to_string(path).ok()?;
    let name = path.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
    let id = files.add(SourceFile::new(format!("{prefix}{name}"), text.as_str()));
    Some(Arc::new(Document::new(id, name, text)))
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A real pipeline with what others say of it.
pub struct Label {
    pub case: Case,
    pub wanted: Vec<Wanted>,
}

/// A verdict of others.
pub struct Wanted {
    pub control: String,
    pub verdict: String,
    pub link: String,
    pub why: String,
}

/// The labels of real pipelines; none where there is no copy of them.
pub fn labels() -> Vec<Label> {
    let real = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/pipelines/real");
    let Ok(text) = fs::read_to_string(real.join("labels.jsonl")) else { return Vec::new() };
    let mut labels = Vec::new();
    for line in text.lines() {
        let (Some(value), _) = volary_document::json::parse(FileId(0), line) else { continue };
        let path = text_of(&value, "path");
        let parts: Vec<&str> = path.splitn(5, '/').collect();
        let [_, _, platform, repository, root] = parts.as_slice() else { continue };
        let owner = repository.split("__").next().unwrap_or_default();
        let siblings = fs::read_dir(real.join(platform)).into_iter().flatten().flatten().filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let (own, rest) = name.split_once("__")?;
            (own == owner && name != *repository).then(|| (format!("{own}/{rest}"), entry.path()))
        });
        let mut sources: Vec<(String, PathBuf)> = siblings.collect();
        sources.sort();
        let mut wanted = vec![wanted(&value)];
        wanted.extend(value.get("others").and_then(Value::as_list).unwrap_or_default().iter().map(self::wanted));
        labels.push(Label {
            case: Case {
                name: format!("{platform}/{repository}/{root}"),
                platform: (*platform).to_owned(),
                root: (*root).to_owned(),
                ships_nothing: false,
                expected: Vec::new(),
                others: Vec::new(),
                folder: real.join(platform).join(repository),
                sources,
            },
            wanted,
        });
    }
    labels
}

fn wanted(value: &Value) -> Wanted {
    let or_none = |key: &str| {
        let text = text_of(value, key);
        if text.is_empty() { "none".to_owned() } else { text }
    };
    Wanted {
        control: or_none("control"),
        verdict: or_none("verdict"),
        link: or_none("link"),
        why: text_of(value, "why"),
    }
}
