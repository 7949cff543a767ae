//! Where the repositories lie whose templates, actions and libraries a repository uses: an entry of `sources`.

use std::sync::Arc;

use volary_model::{Data, Entry, Value};

use crate::record::{Reader, key_place};

/// A repository that is there on disk, in a folder or in the cache of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its folder, relative to the root of the repository; it may start with `../`. Empty where there is an address.
    pub path: Arc<str>,
    /// Its address (https, ssh or file): the files are those that were fetched into the cache of the user.
    pub url: Option<Arc<str>>,
    /// The commit that is read there; `None`: the files as they are.
    pub commit: Option<Arc<str>>,
    /// Where it is written.
    pub line: Option<u32>,
}

pub(crate) const KEYS: &[&str] = &["path", "url", "commit"];

/// Reads an entry: a path, or a map with a path or an address and a commit. Nothing where it is wrong.
pub(crate) fn read(reader: &mut Reader, entry: &Entry) -> Option<Source> {
    let before = reader.problems.len();
    let (written, commit) = match &entry.value.data {
        Data::Map(map) => {
            reader.only_known(map, KEYS);
            let path = reader.text(map, "path");
            let url = reader.text(map, "url");
            let place = map.get("url").and_then(|value| value.origin.span());
            if let Some(Err((message, help))) = url.as_deref().map(address) {
                reader.report(place, format!("`url: {}` {message}", url.as_deref().unwrap_or_default()), help);
            }
            match (map.get("path"), map.get("url")) {
                (None, None) => {
                    reader.report(key_place(entry), format!("the source `{}` has no `path`", entry.key), "");
                }
                (Some(_), Some(_)) => {
                    let message = format!("the source `{}` has a `path` and a `url`", entry.key);
                    reader.report(key_place(entry), message, "Keep one of them.");
                }
                (None, Some(_)) if map.get("commit").is_none() => {
                    let message = format!("the source `{}` has a `url` and no `commit`", entry.key);
                    reader.report(key_place(entry), message, "`volary sources fetch` says which commit there is.");
                }
                _ => {}
            }
            let commit = reader.text(map, "commit");
            if let Some(commit) = commit.as_ref().filter(|commit| !is_commit(commit)) {
                let span = map.get("commit").and_then(|value| value.origin.span());
                let help = "Write the whole hash: what a name or a short hash means can change.";
                reader.report(span, format!("`commit: {commit}` is no commit"), help);
            }
            let commit = commit.map(|commit| Arc::from(commit.to_ascii_lowercase()));
            if let (None, Some(url)) = (&path, url) {
                let source = Source { path: "".into(), url: Some(url), commit, line: reader.line(key_place(entry)) };
                return (reader.problems.len() == before).then_some(source);
            }
            (path, commit)
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
    (reader.problems.len() == before).then(|| Source { path, url: None, commit, line: reader.line(key_place(entry)) })
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
        return Err((
            "is an address, not a path",
            "Write `{url: ADDRESS, commit: HASH}`, as `volary sources fetch` prints it.",
        ));
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

/// Whether a text is an address that may be fetched: https, ssh or file, without a password, with a host and a path.
///
/// # Errors
/// What is wrong with it and what to do, as two texts: `it is ...` without its subject, and a sentence.
pub fn address(text: &str) -> Result<(), (&'static str, &'static str)> {
    const WRITE: &str = "Write `https://HOST/PATH`, `ssh://git@HOST/PATH` or `file:///PATH`.";
    let Some((scheme, rest)) = text.split_once("://") else { return Err(("is no address", WRITE)) };
    if !matches!(scheme, "https" | "ssh" | "file") {
        return Err(("has a protocol that is not used", WRITE));
    }
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | '\\' | '<' | '>');
    if !text.chars().all(plain) {
        return Err(("has characters that no address has", "Write blanks as `%20`."));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains(':') {
        return Err(("holds a password", "Leave it out; git asks the credential helper of the user."));
    }
    if path.is_empty() || (host.is_empty() && scheme != "file") || host.starts_with('-') || user.starts_with('-') {
        return Err(("has no host or path", WRITE));
    }
    Ok(())
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
