//! Where the repositories lie whose templates, actions and libraries a repository uses: an entry of `sources`.

use std::sync::Arc;

use volary_model::{Data, Entry, Value};

use crate::record::{Reader, key_place};

/// A repository that is there on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its folder, relative to the root of the repository; it may start with `../`.
    pub path: Arc<str>,
    /// The commit that is read there; `None`: the files as they are.
    pub commit: Option<Arc<str>>,
    /// Where it is written.
    pub line: Option<u32>,
}

pub(crate) const KEYS: &[&str] = &["path", "commit"];

/// Reads an entry: a path, or a map with path and commit. Nothing where it is wrong.
pub(crate) fn read(reader: &mut Reader, entry: &Entry) -> Option<Source> {
    let before = reader.problems.len();
    let (written, commit) = match &entry.value.data {
        Data::Map(map) => {
            reader.only_known(map, KEYS);
            let path = reader.text(map, "path");
            if map.get("path").is_none() {
                reader.report(key_place(entry), format!("the source `{}` has no `path`", entry.key), "");
            }
            let commit = reader.text(map, "commit");
            if let Some(commit) = commit.as_ref().filter(|commit| !is_commit(commit)) {
                let span = map.get("commit").and_then(|value| value.origin.span());
                let help = "Write the whole hash: what a name or a short hash means can change.";
                reader.report(span, format!("`commit: {commit}` is no commit"), help);
            }
            (path, commit.map(|commit| commit.to_ascii_lowercase().into()))
        }
        _ => (text(reader, entry), None),
    };
    let written = written?;
    let span = entry.value.get("path").map_or(&entry.value, |path: &Value| path).origin.span();
    let path = match relative(&written) {
        Ok(path) => path,
        Err((message, help)) => {
            reader.report(span, format!("`{written}` {message}"), help);
            return None;
        }
    };
    (reader.problems.len() == before).then(|| Source { path, commit, line: reader.line(key_place(entry)) })
}

fn text(reader: &mut Reader, entry: &Entry) -> Option<Arc<str>> {
    match entry.value.as_text().map(str::trim) {
        Some(text) if !text.is_empty() => Some(text.into()),
        _ => {
            let help = "Write the folder: `../templates`.";
            reader.report(key_place(entry), format!("the source `{}` has no path", entry.key), help);
            None
        }
    }
}

/// A path from the root, without detours.
fn relative(written: &str) -> Result<Arc<str>, (&'static str, &'static str)> {
    const FROM_ROOT: &str = "Write it relative to the root of the repository: `../templates`.";
    if written.contains("://") || written.contains('@') && written.contains(':') {
        return Err(("is an address, not a path", "Nothing is fetched here; clone it, and name the folder."));
    }
    let drive = written.as_bytes().get(1) == Some(&b':');
    if written.starts_with(['/', '~']) || written.contains('\\') || drive {
        return Err(("is not relative to the root", FROM_ROOT));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.iter().any(|part| *part != "..") => {
                return Err(("goes down and up again", "Write the shortest way to the folder."));
            }
            part => parts.push(part),
        }
    }
    Ok(if parts.is_empty() { ".".into() } else { parts.join("/").into() })
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
