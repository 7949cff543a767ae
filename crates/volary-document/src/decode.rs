//! Bytes to text.

use std::fmt;

/// How many bytes are looked at to tell text from binary data.
const SNIFF: usize = 8 * 1024;

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The offset of the offending byte.
    pub offset: usize,
    /// The line of the offending byte, from 1.
    pub line: u32,
    /// What is wrong there.
    pub kind: DecodeErrorKind,
}

/// What is wrong with bytes that should be text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// A NUL byte.
    Nul,
    /// Bytes that are not UTF-8.
    Utf8,
    /// A byte order mark promises UTF-16, and what follows is none.
    Utf16,
    /// A byte order mark promises UTF-32.
    Utf32,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DecodeErrorKind::Nul => "the file holds a NUL byte",
            DecodeErrorKind::Utf8 => "the file is not valid UTF-8",
            DecodeErrorKind::Utf16 => "the file starts as UTF-16 and is not valid UTF-16",
            DecodeErrorKind::Utf32 => "the file is UTF-32",
        };
        write!(f, "{what} (byte {} on line {})", self.offset, self.line)
    }
}

impl std::error::Error for DecodeError {}

/// The text of a file: UTF-8 with or without a byte order mark, UTF-16 with one. The mark is dropped; line ends stay as
/// they are, so offsets in the result are those of the file shifted by the mark (of a UTF-16 file, those of the result).
///
/// # Errors
/// The first byte that cannot be part of a text.
pub fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    let error = |offset: usize, kind| {
        let before = &bytes[..offset.min(bytes.len())];
        let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
        DecodeError { offset, line, kind }
    };
    let rest = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(error(0, DecodeErrorKind::Utf32)),
        [0xFF, 0xFE, rest @ ..] => {
            return utf16(rest, u16::from_le_bytes).map_err(|at| error(at + 2, DecodeErrorKind::Utf16));
        }
        [0xFE, 0xFF, rest @ ..] => {
            return utf16(rest, u16::from_be_bytes).map_err(|at| error(at + 2, DecodeErrorKind::Utf16));
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
        rest => rest,
    };
    let mark = bytes.len() - rest.len();
    let text = std::str::from_utf8(rest).map_err(|bad| error(mark + bad.valid_up_to(), DecodeErrorKind::Utf8))?;
    match memchr::memchr(0, rest) {
        Some(at) => Err(error(mark + at, DecodeErrorKind::Nul)),
        None => Ok(text.to_owned()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, usize> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut at = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok('\0') | Err(_) => return Err(at),
            Ok(character) => {
                text.push(character);
                at += character.len_utf16() * 2;
            }
        }
    }
    if odd.is_empty() { Ok(text) } else { Err(at) }
}

/// Whether bytes are certainly no text: a NUL among the first 8 KiB of something that does not start as UTF-16.
pub fn is_binary(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(SNIFF)];
    !matches!(start, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) && memchr::memchr(0, start).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_dropped_and_line_ends_stay() {
        assert_eq!(decode(b"\xEF\xBB\xBFa\r\nb").unwrap(), "a\r\nb");
        assert_eq!(decode(b"\xFF\xFEa\0\xE9\0").unwrap(), "a\u{e9}");
        assert_eq!(decode(b"\xFE\xFF\0a\xD8\x3D\xDE\0").unwrap(), "a\u{1f600}");
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn what_is_no_text_is_reported_with_its_place() {
        let error = |bytes: &[u8]| decode(bytes).map_err(|e| (e.kind, e.offset, e.line));
        assert_eq!(error(b"a\nb\0c"), Err((DecodeErrorKind::Nul, 3, 2)));
        assert_eq!(error(b"a\n\xFFc"), Err((DecodeErrorKind::Utf8, 2, 2)));
        assert_eq!(error(b"\xFF\xFEa\0\x00\xD8"), Err((DecodeErrorKind::Utf16, 4, 1)));
        assert_eq!(error(b"\xFF\xFEa\0b"), Err((DecodeErrorKind::Utf16, 4, 1)));
        assert_eq!(error(b"\xFF\xFE\0\0"), Err((DecodeErrorKind::Utf32, 0, 1)));
    }

    #[test]
    fn binary_is_told_from_text() {
        assert!(is_binary(b"\x7fELF\0"));
        assert!(!is_binary(b"\xFF\xFEa\0"));
        assert!(!is_binary(b"text"));
    }
}
