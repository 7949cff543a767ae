//! Which folders are root modules, and with which variable files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::join_path;

use super::modules::{Module, is_local, source_of};
use super::{Folder, Input, SourceBody};

/// One unit to evaluate: a root module with its variable files.
pub(super) struct Root<'a> {
    /// The folder.
    pub(super) folder: Arc<str>,
    /// The name of the unit.
    pub(super) name: Arc<str>,
    /// Variable files, the later overrule the earlier.
    pub(super) variable_files: Vec<&'a SourceBody>,
}

/// A root module with more variable files than are evaluated.
pub(super) struct Omitted {
    pub(super) folder: Arc<str>,
    pub(super) count: usize,
}

/// The folder of the module that a call means, for the root module `root` in which the call has the key `key`.
pub(super) fn called(input: &Input, root: &str, key: &str, folder: &str, source: &str) -> Option<Arc<str>> {
    let found = if is_local(source) {
        join_path(folder, source)
    } else {
        input.installed.get(root).and_then(|modules| modules.get(key)).map(ToString::to_string)
    };
    found.and_then(|found| input.folders.get_key_value(found.as_str()).map(|(folder, _)| folder.clone()))
}

/// The root modules: folders that no other folder calls. Of folders that call each other in a circle the first counts.
pub(super) fn find<'a>(
    input: &'a Input,
    modules: &BTreeMap<Arc<str>, Module<'a>>,
    variants: usize,
) -> (Vec<Root<'a>>, Vec<Omitted>) {
    let own: BTreeSet<&str> = modules
        .iter()
        .filter(|(folder, module)| !module.is_empty() && !is_installed(folder))
        .map(|(folder, _)| &**folder)
        .collect();
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for folder in &own {
        for call in &modules[*folder].calls {
            let target =
                source_of(&call.block).filter(|source| is_local(source)).and_then(|source| join_path(folder, source));
            if let Some(target) = target.as_deref().and_then(|target| own.get(target))
                && target != folder
            {
                calls.entry(folder).or_default().insert(target);
            }
        }
    }
    let called: BTreeSet<&str> = calls.values().flatten().copied().collect();
    let mut roots: BTreeSet<&str> = own.difference(&called).copied().collect();
    let mut reached = BTreeSet::new();
    let reach = |from: &[&'_ str], reached: &mut BTreeSet<String>| {
        let mut open: Vec<String> = from.iter().map(ToString::to_string).collect();
        while let Some(folder) = open.pop() {
            if let Some(next) = calls.get(folder.as_str()) {
                open.extend(next.iter().filter(|next| !reached.contains(**next)).map(ToString::to_string));
            }
            reached.insert(folder);
        }
    };
    reach(&roots.iter().copied().collect::<Vec<_>>(), &mut reached);
    for folder in &own {
        if !reached.contains(*folder) {
            roots.insert(folder);
            reach(&[folder], &mut reached);
        }
    }
    let mut found = Vec::new();
    let mut omitted = Vec::new();
    for folder in &roots {
        let (folder, content) =
            input.folders.get_key_value(*folder).map_or((Arc::from(*folder), None), |(k, v)| (k.clone(), Some(v)));
        let Some(content) = content else { continue };
        add_variants(input, &own, &modules[&folder], &folder, content, variants, &mut found, &mut omitted);
    }
    (found, omitted)
}

/// Modules that `terraform init` fetched: never roots.
fn is_installed(folder: &str) -> bool {
    folder.split('/').any(|part| part == ".terraform" || part == ".terragrunt-cache")
}

#[allow(clippy::too_many_arguments)]
fn add_variants<'a>(
    input: &'a Input,
    own: &BTreeSet<&str>,
    module: &Module<'_>,
    folder: &Arc<str>,
    content: &'a Folder,
    limit: usize,
    found: &mut Vec<Root<'a>>,
    omitted: &mut Vec<Omitted>,
) {
    let mut automatic: Vec<&SourceBody> =
        content.variable_files.iter().filter(|file| is_automatic(&file.name)).collect();
    // Terraform reads terraform.tfvars first, then *.auto.tfvars by name.
    automatic.sort_by_key(|file| (!file.name.starts_with("terraform.tfvars"), file.name.clone()));
    let mut variants: Vec<(String, &SourceBody)> = content
        .variable_files
        .iter()
        .filter(|file| !is_automatic(&file.name))
        .map(|file| (file.name.to_string(), file))
        .collect();
    for (other, files) in &input.folders {
        let below = if folder.is_empty() {
            (!other.is_empty()).then_some(&**other)
        } else {
            other.strip_prefix(&**folder).and_then(|rest| rest.strip_prefix('/'))
        };
        let Some(below) = below else { continue };
        // A folder of variable files belongs to the nearest module above it.
        let nearest = std::iter::successors(Some(&**other), |path| path.rsplit_once('/').map(|(parent, _)| parent))
            .chain([""])
            .find(|path| own.contains(path));
        if nearest == Some(&**folder) {
            variants.extend(files.variable_files.iter().map(|file| (format!("{below}/{}", file.name), file)));
        }
    }
    // A file that sets none of the module's variables is for another module.
    variants
        .retain(|(_, file)| file.body.attributes.iter().any(|attribute| module.variable(&attribute.name).is_some()));
    variants.sort_by(|a, b| a.0.cmp(&b.0));
    let shown = if folder.is_empty() { "." } else { folder };
    if variants.is_empty() {
        found.push(Root { folder: folder.clone(), name: shown.into(), variable_files: automatic });
        return;
    }
    if variants.len() > limit {
        omitted.push(Omitted { folder: folder.clone(), count: variants.len() - limit });
        variants.truncate(limit);
    }
    for (name, file) in variants {
        let mut variable_files = automatic.clone();
        variable_files.push(file);
        found.push(Root { folder: folder.clone(), name: format!("{shown} ({name})").into(), variable_files });
    }
}

/// Read by Terraform without being named.
fn is_automatic(name: &str) -> bool {
    matches!(name, "terraform.tfvars" | "terraform.tfvars.json")
        || name.ends_with(".auto.tfvars")
        || name.ends_with(".auto.tfvars.json")
}
