//! What identifies a finding, and what tells that a block was edited.

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// The identity of a finding: 32 hexadecimal digits made from the policy, the folder in which the definition lies, its
/// address there, and the attribute path with the keys of elements.
///
/// Never from a line or a value, so it stays the same while code moves and while a bad value is replaced by another.
pub fn fingerprint(policy: &str, folder: &str, definition: &str, path: &str) -> Arc<str> {
    let mut hash = Sha256::new();
    hash.update(b"volary finding 1\0");
    for field in [policy, folder, definition, path] {
        // With its length in front, no two lists of fields give the same bytes.
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    hexadecimal(&hash.finalize()[..16])
}

/// The digest of a definition's text: 32 hexadecimal digits that change when the block is edited, and not when it is only
/// indented or wrapped anew: every run of white space counts as one space.
pub fn block_digest(text: &str) -> Arc<str> {
    let mut hash = Sha256::new();
    hash.update(b"volary block 1\0");
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    hash.update(folded);
    hexadecimal(&hash.finalize()[..16])
}

fn hexadecimal(bytes: &[u8]) -> Arc<str> {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_stable_and_depends_on_every_field() {
        let one = fingerprint("p", "envs/prod", "aws_s3_bucket.a", "acl");
        assert_eq!(&*one, "f114828214a2ffc7aa3fd8a03a427551");
        assert_eq!(one.len(), 32);
        for other in [
            fingerprint("q", "envs/prod", "aws_s3_bucket.a", "acl"),
            fingerprint("p", "envs/test", "aws_s3_bucket.a", "acl"),
            fingerprint("p", "envs/prod", "aws_s3_bucket.b", "acl"),
            fingerprint("p", "envs/prod", "aws_s3_bucket.a", ""),
            fingerprint("p", "envs/prodaws_s3_bucket.a", "", "acl"),
            fingerprint("p", "envs/pro", "daws_s3_bucket.a", "acl"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn white_space_does_not_change_a_block() {
        let one = block_digest("a {\n  b = 1\n}");
        assert_eq!(one, block_digest("a {\r\n\tb  =  1\r\n}\n"));
        assert_ne!(one, block_digest("a {\n  b = 2\n}"));
        assert_ne!(block_digest(""), block_digest("x"));
    }
}
