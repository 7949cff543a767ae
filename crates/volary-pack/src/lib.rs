//! The built-in policies, their examples and the attribute catalogue, embedded in the binary.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::DeflateDecoder;

mod table {
    /// Where a file lies in the embedded texts: start of its path, start of its text, end.
    pub(crate) type Place = (usize, usize, usize);

    include!(concat!(env!("OUT_DIR"), "/files.rs"));

    pub(crate) static RULE_TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/rules"));
    pub(crate) static EXAMPLE_TEXTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/examples"));
}

/// The version of the built-in pack. It moves apart from the binary's: a change of any policy moves it.
pub const VERSION: &str = "2026.11.0";

/// The policies and the catalogue as (path, text), sorted by path. Paths start with `policies/` or `catalog/`.
pub fn rules() -> &'static [(&'static str, &'static str)] {
    static FILES: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    FILES.get_or_init(|| files(table::RULES, table::RULE_TEXTS))
}

/// The examples that lie beside the policies as (path, text), sorted by path. Unpacked when first asked for.
pub fn examples() -> &'static [(&'static str, &'static str)] {
    static TEXTS: OnceLock<String> = OnceLock::new();
    static FILES: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let mut texts = String::new();
        // The bytes were packed by the build script; they can only fail to unpack together with the binary.
        let _ = DeflateDecoder::new(table::EXAMPLE_TEXTS).read_to_string(&mut texts);
        texts
    });
    FILES.get_or_init(|| files(table::EXAMPLES, texts))
}

fn files(places: &[table::Place], texts: &'static str) -> Vec<(&'static str, &'static str)> {
    let file = |(start, middle, end): &table::Place| Some((texts.get(*start..*middle)?, texts.get(*middle..*end)?));
    places.iter().filter_map(file).collect()
}

/// Digest of all files of the pack: the first 32 hexadecimal digits of a SHA-256.
pub fn digest() -> &'static str {
    table::DIGEST
}

#[cfg(test)]
mod tests {
    #[test]
    fn files_are_sorted_and_inside_the_two_folders() {
        for files in [super::rules(), super::examples()] {
            assert!(files.windows(2).all(|pair| pair[0].0 < pair[1].0));
            assert!(files.iter().all(|(path, _)| path.starts_with("policies/") || path.starts_with("catalog/")));
        }
    }

    #[test]
    fn every_file_is_there_with_its_own_text() {
        assert_eq!(super::rules().len(), super::table::RULES.len());
        assert_eq!(super::examples().len(), super::table::EXAMPLES.len());
        for (path, text) in super::rules().iter().filter(|(path, _)| path.starts_with("policies/")) {
            let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
            assert!(text.contains(&format!("id: {id}")), "{path}");
        }
    }
}
