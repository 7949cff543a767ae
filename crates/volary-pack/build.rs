//! Gathers `policies/` and `catalog/attributes/` into one table that is compiled into the binary.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::DeflateEncoder;
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
    let (mut rules, mut examples) = (Texts::default(), Texts::default());
    for (name, path) in &files {
        let text = fs::read_to_string(path)?;
        // Lengths keep the boundary between one file and the next in the digest.
        digest.update((name.len() as u64).to_le_bytes());
        digest.update(name.as_bytes());
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(&text);
        let is_rule = name.ends_with(".yaml") && !name.split('/').any(|part| part.split('.').count() > 2);
        if is_rule { rules.add(name, &text) } else { examples.add(name, &text) }
    }
    let digest: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let table = format!(
        "pub(crate) static DIGEST: &str = {digest:?};\npub(crate) static RULES: &[Place] = &[\n{}];\npub(crate) static EXAMPLES: &[Place] = &[\n{}];\n",
        rules.places, examples.places
    );
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("files.rs"), table)?;
    fs::write(out.join("rules"), &rules.all)?;
    // Only `explain` and `policy test` read examples.
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(examples.all.as_bytes())?;
    fs::write(out.join("examples"), packed.finish()?)
}

/// Paths and texts of files, one behind the other, with their places.
#[derive(Default)]
struct Texts {
    all: String,
    places: String,
}

impl Texts {
    fn add(&mut self, path: &str, text: &str) {
        let start = self.all.len();
        let middle = start + path.len();
        let _ = writeln!(self.places, "    ({start}, {middle}, {}),", middle + text.len());
        self.all.push_str(path);
        self.all.push_str(text);
    }
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
