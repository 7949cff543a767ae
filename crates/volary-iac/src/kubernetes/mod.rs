//! Kubernetes manifests: every document a subject, every pod and container a facet.

mod arguments;
mod component;
mod kinds;
mod kustomize;
mod pod;
mod resource;
mod security;
mod terraform;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{FileId, SubjectId, Unit, UnitKind, Value, folder_of};

use crate::entries::field;

pub use kustomize::patches;
pub use terraform::facets_of_terraform;

/// A file of manifests.
#[derive(Clone, Debug)]
pub struct ManifestFile {
    /// The file.
    pub file: FileId,
    /// Its path, relative to the root that is checked.
    pub path: Arc<str>,
    /// Its documents.
    pub documents: Vec<Value>,
}

/// Whether a file holds Kubernetes objects: a document with `apiVersion` and `kind`.
pub fn is_manifest(documents: &[Value]) -> bool {
    documents.iter().any(|document| {
        let text = |key| field(document, key).and_then(Value::as_text).is_some_and(|text| !text.is_empty());
        text("apiVersion") && text("kind")
    })
}

/// One unit for every folder, in the order of their paths. Files that a kustomization of these files applies as
/// patches are no resources and are left out: see [`patches`].
pub fn units(files: Vec<ManifestFile>) -> Vec<Unit> {
    let left_out = patches(&files);
    let mut folders: BTreeMap<Arc<str>, Vec<ManifestFile>> = BTreeMap::new();
    for file in files {
        if !left_out.contains(&file.path) {
            folders.entry(folder_of(&file.path).into()).or_default().push(file);
        }
    }
    folders.into_iter().map(|(name, files)| unit(name, files)).collect()
}

fn unit(name: Arc<str>, mut files: Vec<ManifestFile>) -> Unit {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let scopes = kinds::Scopes::of(files.iter().flat_map(|file| &file.documents));
    let namespace = files.iter().flat_map(|file| &file.documents).find_map(kustomize::namespace);
    let context = resource::Context { folder: &name, scopes: &scopes, namespace: namespace.as_ref() };
    let mut unit = Unit { kind: UnitKind::Kubernetes, name: name.clone(), subjects: Vec::new(), gaps: Vec::new() };
    let mut addresses = BTreeSet::new();
    for file in &files {
        for object in resource::objects(&file.documents) {
            let Some(mut subject) = resource::subject(&object, &context) else { continue };
            subject.address = distinct(subject.address, &file.path, &mut addresses);
            subject.definition = subject.address.clone();
            let template = pod::Template::of(&subject);
            let owner = SubjectId(unit.subjects.len() as u32);
            let components = component::of_document(&subject, owner);
            unit.subjects.push(subject);
            unit.subjects.extend(components);
            if let Some(template) = template {
                pod::add(&mut unit.subjects, owner, &template);
            }
        }
    }
    unit
}

/// An address that no resource of the unit has yet: overlays and examples often write one object twice. The first keeps
/// its plain address; others carry their file's name, and a counter where that is not enough.
fn distinct(address: Arc<str>, path: &str, taken: &mut BTreeSet<Arc<str>>) -> Arc<str> {
    if taken.insert(address.clone()) {
        return address;
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    let with_file = format!("{address}@{file}");
    let candidates = std::iter::once(with_file.clone()).chain((2u64..).map(|n| format!("{with_file}#{n}")));
    for candidate in candidates {
        let candidate: Arc<str> = candidate.into();
        if taken.insert(candidate.clone()) {
            return candidate;
        }
    }
    address
}

#[cfg(test)]
mod tests;
