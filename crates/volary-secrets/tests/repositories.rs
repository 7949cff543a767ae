//! Measures the scanner on real repositories: speed, and a list of what is found, to be read by a person.
//!
//! `VOLARY_REPOSITORIES=DIR[:DIR] VOLARY_FOUND=FILE cargo test -p volary-secrets --test repositories -- --ignored --nocapture`
#![allow(clippy::print_stderr)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use volary_secrets::Scanner;

fn files(root: &Path) -> Vec<PathBuf> {
    let (mut open, mut files) = (vec![root.to_path_buf()], Vec::new());
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != ".git" => open.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

#[test]
#[ignore = "needs repositories to read; see above"]
fn found_in_repositories() {
    let Ok(roots) = std::env::var("VOLARY_REPOSITORIES") else { return };
    let show = std::env::var("VOLARY_SHOW_VALUES").is_ok();
    let scanner = Scanner::new();
    let mut report = String::new();
    for root in roots.split(':').map(Path::new) {
        let texts: Vec<(String, String)> = files(root)
            .iter()
            .filter_map(|file| {
                Some((file.strip_prefix(root).ok()?.to_string_lossy().into_owned(), fs::read_to_string(file).ok()?))
            })
            .collect();
        let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
        let start = Instant::now();
        let found: Vec<_> = texts.iter().map(|(path, text)| scanner.scan(path, text)).collect();
        let seconds = start.elapsed().as_secs_f64();
        let count: usize = found.iter().map(Vec::len).sum();
        eprintln!(
            "{}: {} files, {bytes} bytes, {count} found, {seconds:.3} s, {:.1} MB/s",
            root.display(),
            texts.len(),
            bytes as f64 / seconds / 1e6
        );
        for ((path, text), found) in texts.iter().zip(&found) {
            for found in found {
                let line = text[..found.start].matches('\n').count() + 1;
                let value: String = if show {
                    text[found.start..found.end].chars().take(70).collect()
                } else {
                    found.masked.to_string()
                };
                let _ = writeln!(
                    report,
                    "{}/{path}:{line}\t{}\t{}\t{}\t{}\t{value:?}",
                    root.display(),
                    if found.test_path { "test" } else { "-" },
                    found.class.as_str(),
                    found.format,
                    found.key_name.as_deref().unwrap_or("-"),
                );
            }
        }
    }
    if let Ok(path) = std::env::var("VOLARY_FOUND") {
        fs::write(path, report).expect("the list is written");
    }
}
