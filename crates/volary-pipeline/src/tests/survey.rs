//! Real pipelines, where there are some beside the repository.
#![allow(clippy::print_stderr, reason = "says what was measured, or that nothing was")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::FileId;

use crate::{Document, Limits, MemorySources, is_pipeline, read};

#[test]
fn real_pipelines_are_read_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/pipelines");
    if !root.is_dir() {
        eprintln!("skipped: no pipelines beside the repository");
        return;
    }
    let mut trees: Vec<PathBuf> =
        ["starter-workflows", "zizmor", "poutine", "azure-pipelines-yaml"].map(|name| root.join(name)).into();
    for platform in ["azure", "github", "gitlab", "jenkins"] {
        let folders = std::fs::read_dir(root.join("real").join(platform)).into_iter().flatten().flatten();
        trees.extend(folders.map(|entry| entry.path()));
    }
    trees.sort();
    let (mut pipelines, mut jobs, mut steps) = (0, 0, 0);
    for tree in trees {
        let mut sources = MemorySources::default();
        let mut documents = Vec::new();
        for path in files(&tree) {
            let Ok(bytes) = std::fs::read(tree.join(&path)) else { continue };
            let Ok(text) = volary_document::decode(&bytes) else { continue };
            let document = Arc::new(Document::new(FileId(documents.len() as u32), path.as_str(), text.as_str()));
            sources.add(document.clone());
            documents.push(document);
        }
        for document in documents {
            let yaml = document.path.ends_with(".yml") || document.path.ends_with(".yaml");
            let values = if yaml { document.yaml(Dialect::Yaml12).0 } else { &[] };
            let Some(platform) = is_pipeline(&document.path, values) else { continue };
            let (pipeline, issues) = read(&document, platform, &sources, &Limits::default());
            for issue in &issues {
                assert!(!issue.help.is_empty() || !issue.message.is_empty());
                assert!(!issue.message.contains("valid expression"), "{}: {}", document.path, issue.message);
                assert!(issue.kind != volary_model::ProblemKind::Limit, "{}: {}", document.path, issue.message);
            }
            pipelines += 1;
            jobs += pipeline.jobs.len();
            steps += pipeline.jobs.iter().map(|job| job.steps.len()).sum::<usize>();
        }
    }
    eprintln!("{pipelines} pipelines and templates, {jobs} jobs, {steps} steps");
    assert!(pipelines > 1_000 && jobs > 3_000 && steps > 15_000);
}

fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
