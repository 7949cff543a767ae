//! Gathers the recognisers, the controls, the requirements and the snippets of `catalog/` into one table that is compiled in.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let mut files = Vec::new();
    for name in ["catalog/controls.yaml", "catalog/programs.yaml", "catalog/requirements.yaml"] {
        println!("cargo:rerun-if-changed={}", root.join(name).display());
        files.push(name.to_owned());
    }
    for folder in ["catalog/recognisers", "catalog/snippets"] {
        println!("cargo:rerun-if-changed={}", root.join(folder).display());
        for entry in fs::read_dir(root.join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".yaml") {
                files.push(format!("{folder}/{name}"));
            }
        }
    }
    files.sort();

    let mut table = String::from("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for name in &files {
        let path = fs::canonicalize(root.join(name))?;
        let _ = writeln!(table, "    ({name:?}, include_str!({path:?})),");
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("files.rs");
    fs::write(out, table)
}
