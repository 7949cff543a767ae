//! Pipelines of GitHub Actions, Azure Pipelines, GitLab CI and Jenkins as one model.
//!
//! [`read`] makes a [`Pipeline`] of a document, with everything put in that its templates, includes, reusable workflows and
//! composite actions hold, as far as [`Sources`] has them. What is missing, chosen by a person or known to the platform
//! alone is unknown with its reason; what is wrong is an [`Issue`](volary_document::Issue), and the rest is read all the
//! same.

mod align;
mod azure;
mod detect;
mod document;
mod expression;
mod github;
mod gitlab;
mod jenkins;
mod limits;
pub mod model;
mod reader;
mod sources;
mod subjects;

use std::sync::Arc;

use volary_document::Issue;

pub use detect::is_pipeline;
pub use document::Document;
pub use expression::{evaluated, truthy};
pub use limits::Limits;
pub use model::*;
pub use sources::{Lookup, MemorySources, Sources};
pub use subjects::{unit, with_parts};

/// Reads the pipeline that a document of the tree holds.
///
/// Everything wrong with it, and with the files that it includes, is among the issues. A document that is no pipeline of
/// the platform gives an empty one and an issue.
pub fn read(
    document: &Arc<Document>,
    platform: Platform,
    sources: &dyn Sources,
    limits: &Limits,
) -> (Pipeline, Vec<Issue>) {
    let mut reader = reader::Reader::new(platform, sources, limits);
    let mut pipeline = match platform {
        Platform::GitHub => github::read(&mut reader, document),
        Platform::Azure => azure::read(&mut reader, document),
        Platform::GitLab => gitlab::read(&mut reader, document),
        Platform::Jenkins => jenkins::read(&mut reader, document),
    };
    if let Some((at, reason)) = reader.cut() {
        reader::cut_off(&mut pipeline, at, reason);
    }
    (pipeline, reader.into_issues())
}

#[cfg(test)]
mod tests;
