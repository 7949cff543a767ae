//! The built-in policies, their examples and the attribute catalogue, embedded in the binary.

mod table {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// The version of the built-in pack. It moves apart from the binary's: a change of any policy moves it.
pub const VERSION: &str = "2026.11.0";

/// Every file of the pack as (path, text), sorted by path. Paths start with `policies/` or `catalog/`.
pub fn files() -> &'static [(&'static str, &'static str)] {
    table::FILES
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
}
