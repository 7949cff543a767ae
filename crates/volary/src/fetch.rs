//! Fetching a repository with the user's own git and credentials: one commit, no checkout, no hooks, no submodules.

use std::fs;
use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cache;

/// The protocols that git may use, also behind addresses that its configuration rewrites.
const PROTOCOLS: &str = "https:ssh:file";
/// Variables that would lead git to another repository than the one it is told.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
    "GIT_SHALLOW_FILE",
];
/// So much of what git says is told.
const LINES: usize = 3;

/// Fetches what a reference of a repository names (nothing: its default branch) into the cache: the commit. What is there
/// already is not fetched again.
pub(crate) fn fetch(url: &str, reference: Option<&str>) -> Result<String, String> {
    volary_governance::config::address(url).map_err(|(message, help)| format!("`{url}` {message}. {help}"))?;
    let reference = reference.unwrap_or("HEAD");
    is_reference(reference)?;
    if is_commit(reference) {
        let commit = reference.to_ascii_lowercase();
        if cache::folder(url, &commit)?.is_dir() {
            return Ok(commit);
        }
    }
    let sources = cache::sources()?;
    fs::create_dir_all(&sources).map_err(|error| format!("{} cannot be made: {error}", sources.display()))?;
    let draft = sources.join(format!(".new-{}", std::process::id()));
    remove(&draft);
    let result = into(&draft, url, reference).and_then(|commit| {
        let target = cache::folder(url, &commit)?;
        keep(&draft, &target).map(|()| commit)
    });
    remove(&draft);
    result
}

fn into(draft: &Path, url: &str, reference: &str) -> Result<String, String> {
    let shown = draft.display().to_string();
    // An empty template: no hooks, whatever the user's own template holds.
    run(Path::new("."), &["init", "--quiet", "--template=", "--", &shown])?;
    run(
        draft,
        &[
            "fetch",
            "--quiet",
            "--depth=1",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-commit-graph",
            "--",
            url,
            reference,
        ],
    )?;
    let commit = run(draft, &["rev-parse", "--verify", "--end-of-options", "FETCH_HEAD^{commit}"])?;
    let commit = commit.trim().to_ascii_lowercase();
    if !is_commit(&commit) {
        return Err("git did not say which commit it fetched".to_owned());
    }
    // Nothing else refers to the commit, and without a reference a cleanup would take it away.
    run(draft, &["update-ref", "refs/heads/fetched", &commit])?;
    Ok(commit)
}

/// Moves what was fetched to its place; what another run put there first stays.
fn keep(draft: &Path, target: &Path) -> Result<(), String> {
    if target.is_dir() {
        return Ok(());
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    match fs::rename(draft, target) {
        Err(_) if target.is_dir() => Ok(()),
        other => other.map_err(|error| format!("{} cannot be written: {error}", target.display())),
    }
}

fn remove(draft: &Path) {
    let _ = fs::remove_dir_all(draft);
}

/// Runs git without a shell.
fn run(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", &format!("core.hooksPath={nowhere}")])
        .args(["-c", "core.fsmonitor=false"])
        .args(["-c", "core.symlinks=false"])
        .args(["-c", "submodule.recurse=false"])
        .args(["-c", "fetch.recurseSubmodules=false"])
        .args(["-c", "fetch.bundleURI="])
        .args(["-c", "transfer.bundleURI=false"])
        .args(["-c", "gc.auto=0"])
        .args(["-c", "maintenance.auto=false"])
        .args(["-c", "advice.detachedHead=false"])
        .args(arguments)
        .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
        .env("LC_ALL", "C");
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    if std::io::stdin().is_terminal() {
        command.stdin(Stdio::inherit());
    } else {
        // Nobody is there to type a password.
        command.stdin(Stdio::null()).env("GIT_TERMINAL_PROMPT", "0");
    }
    let output = command.output().map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(said(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What git said, in one line without control characters.
fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with("hint:"))
        .take(LINES)
        .collect();
    if lines.is_empty() { "git failed without saying why".to_owned() } else { format!("git says: {}", lines.join(" ")) }
}

/// Whether a text names a branch, a tag or a commit and nothing else: no option, no refspec, no expression.
fn is_reference(text: &str) -> Result<(), String> {
    let good =
        |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, ':' | '^' | '~' | '?' | '*' | '[' | '\\');
    let bad = text.is_empty() || text.starts_with(['-', '+', '/']) || text.contains("..") || text.contains("@{");
    if bad || !text.chars().all(good) {
        return Err(format!("`{text}` is no branch, tag or commit that can be fetched"));
    }
    Ok(())
}

pub(crate) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_references() {
        for good in ["main", "v1", "refs/tags/v1.2", "release/2026.1", "HEAD", "1.0"] {
            assert!(is_reference(good).is_ok(), "{good}");
        }
        for bad in ["", "-x", "--upload-pack=x", "+main", "a:b", "a b", "a..b", "main^", "x~1", "a@{1}", "~latest"] {
            assert!(is_reference(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_git_says_is_one_line() {
        assert_eq!(said(b"fatal: \x1b[31mno\nhint: x\nmore\n"), "git says: fatal: [31mno more");
    }
}
