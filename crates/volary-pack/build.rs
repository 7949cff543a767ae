//! Gathers `policies/` and `catalog/attributes/` into one table that is compiled into the binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let mut files = Vec::new();
    for folder in ["policies", "catalog/attributes"] {
        println!("cargo:rerun-if-changed={}", root.join(folder).display());
        gather(&root, &root.join(folder), &mut files)?;
    }
    files.sort();

    let mut digest = Sha256::new();
    // Paths, rules and examples lie apart: a run reads all paths, some rules and no example, and only the pages that it
    // reads take memory.
    let (mut paths, mut rules, mut examples) = (String::new(), String::new(), String::new());
    let mut table = String::from("pub(crate) static FILES: &[File] = &[\n");
    for (name, path) in &files {
        let text = fs::read_to_string(path)?;
        // Lengths keep the boundary between one file and the next in the digest.
        digest.update((name.len() as u64).to_le_bytes());
        digest.update(name.as_bytes());
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(&text);
        let is_rule = name.ends_with(".yaml") && !name.split('/').any(|part| part.split('.').count() > 2);
        let blob = if is_rule { &mut rules } else { &mut examples };
        let _ = writeln!(
            table,
            "    File {{ path: ({}, {}), rule: {is_rule}, text: ({}, {}) }},",
            paths.len(),
            paths.len() + name.len(),
            blob.len(),
            blob.len() + text.len()
        );
        paths.push_str(name);
        blob.push_str(&text);
    }
    table.push_str("];\n");
    let digest: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let _ = writeln!(table, "pub(crate) static DIGEST: &str = {digest:?};");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("paths"), paths)?;
    fs::write(out.join("rules"), rules)?;
    fs::write(out.join("examples"), examples)?;
    fs::write(out.join("files.rs"), table)
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            let name = name.to_string_lossy().replace('\\', "/");
            files.push((name, path.clone()));
        }
    }
    Ok(())
}
