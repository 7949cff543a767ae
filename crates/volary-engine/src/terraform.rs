//! Terraform folders of a tree, with the modules that they call.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_document::json;
use volary_iac::terraform::{Folder, Input, SourceBody, is_local, module_calls};
use volary_model::{FileId, Span, Value, folder_of, join_path};
use volary_source::{FileEntry, Tree};

use crate::classify::{Format, classify};
use crate::load::{LoadedFile, Parsed};

/// At most so many rounds of following calls: each round may name new folders. Deeper nesting does not occur in practice
/// and ends as a module that could not be read.
const MAX_ROUNDS: usize = 32;

/// Files of module folders that calls name but the listing does not hold: outside of the targets, or installed under
/// `.terraform/modules`. `load` reads them and gives them their ids.
pub(crate) fn follow_calls(
    tree: &dyn Tree,
    files: &mut Vec<LoadedFile>,
    load: &dyn Fn(&[FileEntry], u32) -> Vec<LoadedFile>,
) -> BTreeMap<Arc<str>, BTreeMap<String, Arc<str>>> {
    let mut installed = BTreeMap::new();
    let mut known: BTreeSet<String> = terraform_folders(files);
    for folder in known.clone() {
        if let Some(modules) = installed_modules(tree, &folder) {
            installed.insert(Arc::from(folder.as_str()), modules);
        }
    }
    let mut new_from = 0;
    for round in 0..MAX_ROUNDS {
        let mut wanted = BTreeSet::new();
        if round == 0 {
            wanted.extend(installed.values().flat_map(BTreeMap::values).map(ToString::to_string));
        }
        for file in &files[new_from..] {
            let Parsed::Hcl(body) = &file.parsed else { continue };
            if !matches!(file.format, Format::Terraform | Format::TerraformJson) {
                continue;
            }
            let folder = folder_of(file.source.path());
            for source in module_calls(body) {
                if is_local(&source) {
                    wanted.extend(join_path(folder, &source));
                }
            }
        }
        wanted.retain(|folder| !known.contains(folder));
        let entries: Vec<FileEntry> = wanted
            .iter()
            .flat_map(|folder| tree.folder(folder))
            .filter(|entry| matches!(classify(&entry.path), Format::Terraform | Format::TerraformJson))
            .collect();
        known.extend(wanted);
        if entries.is_empty() {
            break;
        }
        new_from = files.len();
        let first = files.len() as u32;
        files.extend(load(&entries, first));
    }
    installed
}

fn terraform_folders(files: &[LoadedFile]) -> BTreeSet<String> {
    files
        .iter()
        .filter(|file| matches!(file.format, Format::Terraform | Format::TerraformJson))
        .map(|file| folder_of(file.source.path()).to_string())
        .collect()
}

/// `.terraform/modules/modules.json`: what `terraform init` installed for a root module, as module key to folder.
/// The file's form is that of Terraform 0.12 and later: `{"Modules":[{"Key":"net","Source":"..","Dir":".."}]}`.
fn installed_modules(tree: &dyn Tree, folder: &str) -> Option<BTreeMap<String, Arc<str>>> {
    let path = join_path(folder, ".terraform/modules/modules.json")?;
    if !tree.exists(&path) {
        return None;
    }
    let text = volary_document::decode(&tree.read(&path).ok()?).ok()?;
    let (value, _) = json::parse(FileId(u32::MAX), &text);
    let value = value?;
    let mut modules = BTreeMap::new();
    for module in value.get("Modules").and_then(Value::as_list)? {
        let key = module.get("Key").and_then(Value::as_text).unwrap_or_default();
        let place = module.get("Dir").and_then(Value::as_text).and_then(|dir| join_path(folder, dir));
        if let (false, Some(place)) = (key.is_empty(), place) {
            modules.insert(key.to_string(), Arc::from(place.as_str()));
        }
    }
    Some(modules)
}

/// The input of the Terraform evaluation.
pub(crate) fn input(files: &[LoadedFile], installed: BTreeMap<Arc<str>, BTreeMap<String, Arc<str>>>) -> Input {
    let mut folders: BTreeMap<Arc<str>, Folder> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let path = file.source.path();
        let id = FileId(index as u32);
        let is_terraform = matches!(
            file.format,
            Format::Terraform | Format::TerraformJson | Format::Variables | Format::VariablesJson | Format::Lock
        );
        if !is_terraform {
            continue;
        }
        let folder = folders.entry(folder_of(path).into()).or_default();
        // A file with a body carries the places of what is broken in it.
        if file.broken {
            folder.unreadable.push((path.clone(), Span::new(id, 0, 0)));
        }
        let Parsed::Hcl(body) = &file.parsed else { continue };
        let name: Arc<str> = path.rsplit('/').next().unwrap_or(path).into();
        let body = SourceBody { file: id, name, body: body.clone() };
        match file.format {
            Format::Variables | Format::VariablesJson => folder.variable_files.push(body),
            _ => folder.files.push(body),
        }
    }
    Input { folders, installed }
}
