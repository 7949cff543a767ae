//! Dockerfiles.

use std::sync::Arc;

use volary_document::dockerfile::Dockerfile;
use volary_model::{FileId, Unit, UnitKind};

/// Whether a path is that of a Dockerfile.
pub fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let plain =
        |stem: &str| lower == stem || lower.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['.', '-', '_']));
    let suffix = [".dockerfile", ".containerfile"].iter().any(|suffix| lower.ends_with(suffix));
    (plain("dockerfile") && !lower.ends_with(".dockerignore")) || plain("containerfile") || suffix
}

/// The unit of a Dockerfile.
pub fn unit(file: FileId, path: &Arc<str>, dockerfile: &Dockerfile) -> Unit {
    let _ = (file, dockerfile);
    Unit { kind: UnitKind::Dockerfile, name: path.clone(), subjects: Vec::new(), gaps: Vec::new() }
}
