//! The labelled cases.

use std::fs;
use std::path::{Path, PathBuf};

use volary_model::Value;
use volary_pipeline::Platform;

use crate::files::Files;
use crate::yaml::{Yaml, entries, get, items, text};

/// A place that a label names. The path of another repository's file starts with `sources/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) path: String,
    pub(crate) line: usize,
}

/// A labelled verdict that holds.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) control: String,
    pub(crate) effect: At,
    pub(crate) scan: At,
    pub(crate) assumptions: Vec<String>,
}

/// A labelled case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) platform: Platform,
    pub(crate) name: String,
    pub(crate) root: String,
    /// The tree; files of sources under `sources/<name>/`.
    pub(crate) files: Files,
    /// Names of other repositories and the folder below `sources/` that holds each.
    pub(crate) sources: Vec<(String, String)>,
    pub(crate) labels: Vec<Label>,
}

pub(crate) const PLATFORMS: [(Platform, &str); 4] = [
    (Platform::GitHub, "github"),
    (Platform::Azure, "azure"),
    (Platform::GitLab, "gitlab"),
    (Platform::Jenkins, "jenkins"),
];

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every case that has a verdict which holds, sorted; cases of corpora that are not here are left out.
pub(crate) fn cases() -> Vec<Case> {
    let mut found = Vec::new();
    for (platform, folder) in PLATFORMS {
        let folder = repository().join("crates/volary-guardrail/cases").join(folder);
        let mut names: Vec<PathBuf> =
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        names.sort();
        found.extend(names.iter().filter_map(|path| case(platform, path)).filter(|case| !case.labels.is_empty()));
    }
    found
}

fn case(platform: Platform, folder: &Path) -> Option<Case> {
    let expected = fs::read_to_string(folder.join("expected.yaml")).ok()?;
    let yaml = Yaml::new(&expected);
    let root = yaml.get(&["root"]).and_then(text)?;
    let mut files = Files::new();
    match yaml.get(&["corpus"]).and_then(text) {
        Some(corpus) => {
            let corpora = repository().join("../shared/corpora").join(corpus.trim_start_matches("corpora/"));
            read_into(&corpora, "", &mut files);
        }
        None => read_into(&folder.join("tree"), "", &mut files),
    }
    read_into(&folder.join("sources"), "sources/", &mut files);
    if !files.contains_key(&root) {
        return None;
    }
    let sources = yaml.get(&["sources"]).map(entries).unwrap_or_default();
    let sources = sources.iter().filter_map(|entry| Some((entry.key.to_string(), text(&entry.value)?))).collect();
    let verdicts = yaml.get(&["verdicts"]).map(items).unwrap_or_default();
    let labels = verdicts.iter().filter_map(|verdict| label(verdict, &root)).collect();
    let name = folder.file_name()?.to_str()?.to_owned();
    Some(Case { platform, name, root, files, sources, labels })
}

fn label(verdict: &Value, root: &str) -> Option<Label> {
    let word = |key: &str| get(verdict, key).and_then(text);
    if !matches!(word("verdict")?.as_str(), "blocking" | "blocking if") {
        return None;
    }
    let place = |value: &Value| {
        let path = get(value, "file").and_then(text).unwrap_or_else(|| root.to_owned());
        Some(At { path, line: get(value, "line").and_then(text)?.parse().ok()? })
    };
    let assumptions = get(verdict, "assumptions").map(items).unwrap_or_default();
    Some(Label {
        control: word("control")?,
        effect: place(verdict)?,
        scan: place(get(verdict, "scan")?)?,
        assumptions: assumptions.iter().filter_map(text).collect(),
    })
}

/// Reads the texts below a folder.
pub(crate) fn read_into(folder: &Path, prefix: &str, files: &mut Files) {
    let mut open = vec![(folder.to_path_buf(), prefix.to_owned())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if path.is_dir() {
                if name != ".git" {
                    open.push((path, format!("{prefix}{name}/")));
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.insert(format!("{prefix}{name}"), text);
            }
        }
    }
}
