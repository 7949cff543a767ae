//! What a kustomization says about the files beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{Value, folder_of, join_path};

use super::ManifestFile;
use crate::entries::field;

fn is_kustomization(document: &Value) -> bool {
    let text = |key| field(document, key).and_then(Value::as_text).unwrap_or_default();
    text("apiVersion").starts_with("kustomize.config.k8s.io/") && matches!(text("kind"), "Kustomization" | "Component")
}

/// The namespace that a kustomization gives its resources.
pub(super) fn namespace(document: &Value) -> Option<Arc<str>> {
    if !is_kustomization(document) {
        return None;
    }
    field(document, "namespace").and_then(Value::as_text).filter(|text| !text.is_empty()).map(Into::into)
}

/// The paths of the files that a kustomization among these files applies as patches. They hold pieces of resources:
/// judged alone they would lack everything that they do not change.
pub fn patches(files: &[ManifestFile]) -> BTreeSet<Arc<str>> {
    let mut paths = BTreeSet::new();
    for file in files {
        for document in file.documents.iter().filter(|document| is_kustomization(document)) {
            for key in ["patches", "patchesJson6902", "patchesStrategicMerge"] {
                let patches = field(document, key).and_then(Value::as_list).unwrap_or_default();
                for patch in patches {
                    let path = patch.as_text().or_else(|| field(patch, "path").and_then(Value::as_text));
                    // An inline patch is a text of several lines.
                    if let Some(path) = path.filter(|path| !path.contains('\n')) {
                        paths.extend(join_path(folder_of(&file.path), path).map(Arc::from));
                    }
                }
            }
        }
    }
    let known: BTreeSet<&str> = files.iter().map(|file| &*file.path).collect();
    paths.retain(|path| known.contains(&**path));
    paths
}
