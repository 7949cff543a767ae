//! The built-in policies, their examples and the attribute catalogue, embedded in the binary.

use std::sync::OnceLock;

mod table {
    /// Where a file's path and text lie in the embedded texts, as byte ranges.
    pub(crate) struct File {
        pub(crate) path: (usize, usize),
        /// A policy or a part of the catalogue, not an example.
        pub(crate) rule: bool,
        pub(crate) text: (usize, usize),
    }

    pub(crate) static PATHS: &str = include_str!(concat!(env!("OUT_DIR"), "/paths"));
    pub(crate) static RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/rules"));
    pub(crate) static EXAMPLES: &str = include_str!(concat!(env!("OUT_DIR"), "/examples"));

    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// The version of the built-in pack. It moves apart from the binary's: a change of any policy moves it.
pub const VERSION: &str = "2026.11.0";

/// Every file of the pack as (path, text), sorted by path. Paths start with `policies/` or `catalog/`.
pub fn files() -> &'static [(&'static str, &'static str)] {
    static FILES: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let file = |file: &table::File| {
            let texts = if file.rule { table::RULES } else { table::EXAMPLES };
            (&table::PATHS[file.path.0..file.path.1], &texts[file.text.0..file.text.1])
        };
        table::FILES.iter().map(file).collect()
    })
}

/// Digest of all files of the pack: the first 32 hexadecimal digits of a SHA-256.
pub fn digest() -> &'static str {
    table::DIGEST
}

#[cfg(test)]
mod tests {
    #[test]
    fn files_are_sorted_and_inside_the_two_folders() {
        let files = super::files();
        assert!(files.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(files.iter().all(|(path, _)| path.starts_with("policies/") || path.starts_with("catalog/")));
    }

    #[test]
    fn every_file_has_its_own_text() {
        for (path, text) in super::files().iter().filter(|(path, _)| path.starts_with("policies/")) {
            let name = path.rsplit('/').next().unwrap_or_default();
            if name.ends_with(".yaml") && name.split('.').count() == 2 {
                let id = name.trim_end_matches(".yaml");
                assert!(text.contains(&format!("id: {id}")), "{path}");
            }
        }
    }
}
