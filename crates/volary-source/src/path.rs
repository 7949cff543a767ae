//! Paths as users and reports see them, and back to the bytes of the file system.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// Characters that would change how a line of output reads: bidirectional controls, zero-width and line separators.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A path as it is shown: `/` between parts; newline, carriage return and tab as `\n`, `\r`, `\t`; bytes that are not
/// UTF-8 as `\xNN`; other control and direction characters as `\u{NNNN}`; a backslash as `\\`. [`unescape`] is its inverse.
pub fn escape(raw: &OsStr) -> String {
    escape_bytes(raw.as_encoded_bytes())
}

/// As [`escape`], for paths that git keeps as bytes.
pub(crate) fn escape_bytes(raw: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(raw)
        && !text.chars().any(|character| is_deceptive(character) || character == '\\')
    {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(raw.len() + 8);
    for chunk in raw.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' if cfg!(windows) => shown.push('/'),
                '\\' => shown.push_str("\\\\"),
                '\n' => shown.push_str("\\n"),
                '\r' => shown.push_str("\\r"),
                '\t' => shown.push_str("\\t"),
                other if is_deceptive(other) => {
                    let _ = write!(shown, "\\u{{{:x}}}", other as u32);
                }
                other => shown.push(other),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// The raw path that [`escape`] shows as `shown`. Sequences that `escape` never writes are taken as they are.
pub fn unescape(shown: &str) -> OsString {
    if !shown.contains('\\') {
        return shown.into();
    }
    let mut raw = Vec::with_capacity(shown.len());
    let mut rest = shown;
    while let Some(at) = rest.find('\\') {
        raw.extend_from_slice(&rest.as_bytes()[..at]);
        let (bytes, length) = unescape_one(&rest[at..]);
        raw.extend_from_slice(&bytes);
        rest = &rest[at + length..];
    }
    raw.extend_from_slice(rest.as_bytes());
    from_bytes(raw)
}

/// One sequence at the start of `text`, and how long it is.
fn unescape_one(text: &str) -> (Vec<u8>, usize) {
    let known = |byte: u8| (vec![byte], 2);
    match text.as_bytes().get(1) {
        Some(b'n') => known(b'\n'),
        Some(b'r') => known(b'\r'),
        Some(b't') => known(b'\t'),
        Some(b'\\') => known(b'\\'),
        Some(b'x') => match text.get(2..4).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (vec![byte], 4),
            None => (vec![b'\\'], 1),
        },
        Some(b'u') => {
            let end = text.get(3..).filter(|_| text.as_bytes().get(2) == Some(&b'{')).and_then(|hex| hex.find('}'));
            let character = end
                .and_then(|end| text.get(3..3 + end))
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .and_then(char::from_u32);
            match (character, end) {
                (Some(character), Some(end)) => (character.to_string().into_bytes(), end + 4),
                _ => (vec![b'\\'], 1),
            }
        }
        _ => (vec![b'\\'], 1),
    }
}

#[cfg(unix)]
fn from_bytes(raw: Vec<u8>) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(raw)
}

#[cfg(not(unix))]
fn from_bytes(raw: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&raw).into_owned().into()
}

/// A shown path taken apart: `None` when it is absolute, climbs out of the root or holds a NUL byte. `""` and `.` are the
/// root; `a//b`, `./a` and `a/../b` are put straight.
pub(crate) fn inside(shown: &str) -> Option<PathBuf> {
    let raw = unescape(shown);
    if raw.as_encoded_bytes().contains(&0) {
        return None;
    }
    let mut clean = PathBuf::new();
    for component in Path::new(&raw).components() {
        match component {
            Component::Normal(part) => clean.push(part),
            Component::CurDir => {}
            Component::ParentDir => {
                if !clean.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(clean)
}

/// The clean form of a shown path, as trees in memory look it up; `None` as in [`inside`].
pub(crate) fn clean(shown: &str) -> Option<Cow<'_, str>> {
    let straight = !shown.starts_with('/')
        && !shown.contains('\\')
        && !shown.contains('\0')
        && (shown.is_empty() || shown.split('/').all(|part| !matches!(part, "" | "." | "..")));
    if straight {
        return Some(Cow::Borrowed(shown));
    }
    inside(shown).map(|path| Cow::Owned(escape(path.as_os_str())))
}

/// `folder/name`, or `name` in the root.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_stay_as_they_are() {
        for path in ["main.tf", "a b/c#d.yaml", "größe/日本.tf", ".github/workflows/ci.yml"] {
            assert_eq!(escape(OsStr::new(path)), path);
            assert_eq!(unescape(path), OsString::from(path));
        }
    }

    #[cfg(unix)]
    #[test]
    fn strange_paths_are_shown_on_one_line_and_map_back() {
        use std::os::unix::ffi::OsStrExt;
        let cases: &[(&[u8], &str)] = &[
            (b"a\nb.tf", "a\\nb.tf"),
            (b"a\\nb.tf", "a\\\\nb.tf"),
            (b"caf\xe9.yaml", "caf\\xe9.yaml"),
            (b"\xff\xfe", "\\xff\\xfe"),
            (b"tab\tcr\r", "tab\\tcr\\r"),
            (b"esc\x1b[31m", "esc\\u{1b}[31m"),
            ("gpj\u{202E}.tf".as_bytes(), "gpj\\u{202e}.tf"),
            (b"\\x41", "\\\\x41"),
        ];
        for (raw, shown) in cases {
            let raw = OsStr::from_bytes(raw);
            assert_eq!(escape(raw), *shown);
            assert_eq!(unescape(shown), raw);
        }
    }

    #[cfg(unix)]
    #[test]
    fn every_sequence_of_bytes_maps_back() {
        use std::os::unix::ffi::OsStrExt;
        let alphabet: &[&[u8]] =
            &[b"\\", b"x", b"u", b"{", b"}", b"n", b"4", b"1", b"\n", b"\xff", b"\xc3", "é".as_bytes()];
        let mut seed = 0x9E37_79B9_u64;
        for _ in 0..20_000 {
            let mut raw = Vec::new();
            for _ in 0..8 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                raw.extend_from_slice(alphabet[(seed >> 33) as usize % alphabet.len()]);
            }
            let raw = OsStr::from_bytes(&raw);
            assert_eq!(unescape(&escape(raw)), raw);
        }
    }

    #[test]
    fn paths_out_of_the_root_are_refused() {
        for path in ["/etc/passwd", "..", "a/../../b", "a\0b", "../a"] {
            assert!(inside(path).is_none(), "{path}");
            assert!(clean(path).is_none(), "{path}");
        }
        assert_eq!(inside("a/../b").as_deref(), Some(Path::new("b")));
        assert_eq!(clean("./a//b").as_deref(), Some("a/b"));
        assert_eq!(clean(".").as_deref(), Some(""));
    }

    #[test]
    fn malformed_sequences_are_taken_as_they_are() {
        for text in ["\\", "a\\", "\\xg1", "\\x4", "\\u{", "\\u{110000}", "\\u{d800}", "\\q", "\\x\u{e9}1"] {
            let _ = unescape(text);
        }
    }
}
