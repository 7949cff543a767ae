//! Dockerfiles: stages and what they inherit, instructions, the commands that they run.

mod command;
mod instruction;
mod run;
mod scan;
mod stage;
mod tools;
mod variables;

use std::sync::Arc;

use volary_document::dockerfile::Dockerfile;
use volary_model::{FileId, Unit, UnitKind};

/// Whether a path is that of a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `web.dockerfile`, `Containerfile`, ...
pub fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let starts =
        |stem: &str| name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']));
    let ends = |stem: &str| name.ends_with(stem) && name.len() > stem.len();
    // Ignore files, and documents and programs about Dockerfiles.
    let other = [".dockerignore", ".md", ".txt", ".rst", ".adoc", ".go", ".py", ".js", ".ts", ".rb", ".rs", ".json"]
        .iter()
        .chain(&[
            ".yaml",
            ".yml",
            ".sh",
            ".ps1",
            ".tpl",
            ".tmpl",
            ".template",
            ".j2",
            ".jinja",
            ".jinja2",
            ".erb",
            ".mustache",
        ])
        .any(|ending| name.ends_with(ending));
    !other && (starts("dockerfile") || starts("containerfile") || ends(".dockerfile") || ends(".containerfile"))
}

/// The unit of a Dockerfile: the file, its stages, instructions, runs and commands as subjects.
pub fn unit(file: FileId, path: &Arc<str>, dockerfile: &Dockerfile) -> Unit {
    let (subjects, gaps) = scan::subjects(file, path, dockerfile);
    Unit { kind: UnitKind::Dockerfile, name: path.clone(), subjects, gaps }
}

#[cfg(test)]
mod tests;
