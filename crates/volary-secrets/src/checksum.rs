//! Checksums inside tokens.

use crate::Checksum;

/// How a format guards its tokens against typing errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// The last six characters are the CRC-32 of what stands between the first `_` and them, in base 62 (digits, capitals,
    /// small letters) with leading zeros. GitHub and npm.
    Crc32Base62,
}

impl Scheme {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        (text == "crc32-base62").then_some(Self::Crc32Base62)
    }

    /// Verifies a token.
    pub(crate) fn verify(self, token: &[u8]) -> Checksum {
        match self {
            Self::Crc32Base62 => {
                let start = memchr::memchr(b'_', token).map_or(0, |at| at + 1);
                let body = &token[start..];
                let Some(split) = body.len().checked_sub(6) else { return Checksum::Invalid };
                if base62(crc32fast::hash(&body[..split])) == body[split..] {
                    Checksum::Valid
                } else {
                    Checksum::Invalid
                }
            }
        }
    }
}

fn base62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = [b'0'; 6];
    for place in out.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    out
}

/// A token of the form with a right checksum, for tests.
#[cfg(test)]
pub(crate) fn complete(prefix: &str, body: &str) -> String {
    let sum = base62(crc32fast::hash(body.as_bytes()));
    format!("{prefix}{body}{}", String::from_utf8_lossy(&sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_and_wrong_sums() {
        let token = complete("ghp_", "0123456789abcdefghijABCDEFGHIJ");
        assert_eq!(Scheme::Crc32Base62.verify(token.as_bytes()), Checksum::Valid);
        assert_eq!(Scheme::Crc32Base62.verify(token.replace("abc", "abd").as_bytes()), Checksum::Invalid);
        assert_eq!(Scheme::Crc32Base62.verify(b"ghp_1"), Checksum::Invalid);
    }

    #[test]
    fn small_numbers_are_padded() {
        assert_eq!(&base62(61), b"00000z");
        assert_eq!(&base62(u32::MAX), b"4gfFC3");
    }
}
