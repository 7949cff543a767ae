//! Reading packs and policies from folders.

use std::path::{Path, PathBuf};

use volary_engine::Pack;
use volary_policy::PackText;
use volary_source::{DiskTree, Limits, Tree};

/// The pack of a command: the built-in one or a folder's, with the user's policies.
pub(crate) fn pack(folder: Option<&Path>, policies: &[PathBuf]) -> Result<Pack, String> {
    let pack = match folder {
        None => {
            Pack::embedded(volary_pack::rules(), volary_pack::examples, volary_pack::VERSION, volary_pack::digest())
        }
        Some(folder) => pack_of_folder(folder)?,
    };
    let mut user = Vec::new();
    for folder in policies {
        let texts = texts(folder, &["yaml", "yml", "rego"])?;
        if texts.is_empty() {
            return Err(format!("{} holds no policies (*.yaml, *.rego)", folder.display()));
        }
        let shown = folder.display().to_string();
        user.extend(texts.into_iter().map(|(path, text)| PackText {
            path: format!("{}/{path}", shown.trim_end_matches('/')).into(),
            text: text.into(),
        }));
    }
    Ok(pack.with_user_policies(user))
}

fn pack_of_folder(folder: &Path) -> Result<Pack, String> {
    let mut files = Vec::new();
    for top in ["policies", "catalog/attributes"] {
        let place = folder.join(top);
        if place.is_dir() {
            files.extend(texts(&place, &[])?.into_iter().map(|(path, text)| (format!("{top}/{path}"), text)));
        }
    }
    if files.is_empty() {
        return Err(format!("{} is no pack: it holds neither `policies` nor `catalog/attributes`", folder.display()));
    }
    Ok(Pack::from_texts(files, "from a folder"))
}

/// The texts below a folder as (relative path, text), sorted; all of them when no extension is asked for.
pub(crate) fn texts(folder: &Path, extensions: &[&str]) -> Result<Vec<(String, String)>, String> {
    let tree = DiskTree::open(folder, &[], Limits::default())
        .map_err(|problem| format!("{}: {}", folder.display(), problem.message))?;
    let mut texts = Vec::new();
    for entry in tree.list().files {
        let extension = entry.path.rsplit_once('.').map_or("", |(_, extension)| extension);
        if !extensions.is_empty() && !extensions.contains(&extension) {
            continue;
        }
        let bytes = tree.read(&entry.path).map_err(|problem| format!("{}: {}", entry.path, problem.message))?;
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push((entry.path.to_string(), text));
        }
    }
    Ok(texts)
}
