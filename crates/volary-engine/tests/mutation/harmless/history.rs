//! Real commits that were read as harmless, where the corpora are.

use std::fs;

use volary_pipeline::Platform;

use crate::case::{read_into, repository};
use crate::files::{Change, Files};
use crate::yaml::{Yaml, get, text};

/// Every harmless commit: its platform, a name and the change.
pub(crate) fn history() -> Vec<(Platform, String, Change)> {
    let folder = repository().join("../shared/corpora/pipelines/history");
    let Ok(index) = fs::read_to_string(folder.join("index.jsonl")) else { return Vec::new() };
    let mut found = Vec::new();
    for line in index.lines() {
        let yaml = Yaml::new(line);
        let word = |name: &str| yaml.root().and_then(|root| get(root, name)).and_then(text);
        // A number of the index may be read as one: it stands in quotes and stays a text.
        let (Some(platform), Some("harmless"), Some(n)) = (word("platform"), word("reading").as_deref(), word("n"))
        else {
            continue;
        };
        let platform = match platform.as_str() {
            "github" => Platform::GitHub,
            "azure" => Platform::Azure,
            "gitlab" => Platform::GitLab,
            _ => Platform::Jenkins,
        };
        let (mut base, mut head) = (Files::new(), Files::new());
        read_into(&folder.join(&n).join("before"), "", &mut base);
        read_into(&folder.join(&n).join("after"), "", &mut head);
        found.push((platform, n, Change { base, head }));
    }
    found
}
