//! Private keys.

use std::ops::Range;

use crate::{base64, lines, measure};

/// A private key in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) span: Range<usize>,
    pub(crate) format: &'static str,
    pub(crate) name: &'static str,
    pub(crate) encrypted: bool,
    /// It belongs to a service account of Google: the JSON file with the key is the credential.
    pub(crate) google: bool,
}

/// How far the end of a key is looked for.
const LONGEST: usize = 16 * 1024;

/// The key whose header holds `PRIVATE KEY` at `hit`.
pub(crate) fn block(text: &[u8], hit: Range<usize>) -> Option<Key> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let floor = hit.start.saturating_sub(40);
    let begin = floor + memchr::memmem::rfind(&text[floor..hit.start], BEGIN)?;
    let label_end = hit.end + memchr::memmem::find(&text[hit.end..(hit.end + 16).min(text.len())], b"-----")?;
    let label = std::str::from_utf8(&text[begin + BEGIN.len()..label_end]).ok()?;
    let body_start = label_end + 5;
    let limit = (body_start + LONGEST).min(text.len());
    // A body has no dashes of its own: whatever begins there ends it, so that many headers do not cost more than one.
    let dashes = memchr::memmem::find(&text[body_start..limit], b"-----");
    let body = &text[body_start..body_start + dashes.unwrap_or(limit - body_start)];
    let end_mark = dashes.filter(|at| text[body_start + at..].starts_with(b"-----END "));
    let letters = material(body);
    // A header alone is what programs look for in a file, not a key.
    if letters.len() < 48 || measure::entropy(&letters) < 4.0 {
        return None;
    }
    let encrypted = label.starts_with("ENCRYPTED")
        || lines::holds(&body[..body.len().min(120)], "encrypted")
        || openssh_is_encrypted(&letters);
    let (format, name) = named(label);
    let end = end_mark.map_or(body_start + body.len(), |at| {
        let mark = body_start + at + 9;
        memchr::memmem::find(&text[mark..(mark + 60).min(text.len())], b"-----")
            .map_or(mark, |dashes| mark + dashes + 5)
    });
    let around = &text[begin.saturating_sub(1024)..(end + 1024).min(text.len())];
    let google = format == "private-key-pkcs8"
        && memchr::memmem::find(around, b"service_account").is_some()
        && memchr::memmem::find(around, b"client_email").is_some();
    Some(Key { span: begin..end, format, name, encrypted, google })
}

/// The base64 of a PEM header with a private key at `start`: keys in user data, kubeconfig files and Secret manifests.
pub(crate) fn encoded(text: &[u8], start: usize) -> Option<Key> {
    if start > 0 && (text[start - 1].is_ascii_alphanumeric() || matches!(text[start - 1], b'+' | b'/')) {
        return None;
    }
    let limit = (start + LONGEST).min(text.len());
    let length = text[start..limit]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        .count();
    let decoded = base64::prefix(&text[start..start + length], 4096);
    let header_end = memchr::memmem::find(&decoded, b"PRIVATE KEY").filter(|at| *at < 40)?;
    let label = std::str::from_utf8(&decoded[11.min(header_end)..header_end + 11]).ok()?;
    let encrypted = label.starts_with("ENCRYPTED") || lines::holds(&decoded[..decoded.len().min(200)], "encrypted");
    let (format, name) = named(label);
    Some(Key { span: start..start + length, format, name, encrypted, google: false })
}

/// The base64 of a body: line ends, `\n` of strings, quotes, indents and header lines left out.
fn material(body: &[u8]) -> Vec<u8> {
    let mut letters = Vec::with_capacity(body.len().min(8192));
    let mut at = 0;
    while at < body.len() && letters.len() < 8192 {
        match body[at] {
            b'\\' => at += 1,
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') => letters.push(byte),
            b':' => {
                // `Proc-Type: 4,ENCRYPTED`: not part of the key.
                letters.clear();
                at += memchr::memchr(b'\n', &body[at..]).unwrap_or(0);
            }
            b'.' | b'<' | b'{' | b'$' | b'(' => return Vec::new(),
            _ => {}
        }
        at += 1;
    }
    letters
}

/// OpenSSH names its cipher at the start of the key.
fn openssh_is_encrypted(letters: &[u8]) -> bool {
    let head = base64::prefix(letters, 48);
    head.starts_with(b"openssh-key-v1\0") && memchr::memmem::find(&head, b"none").is_none()
}

fn named(label: &str) -> (&'static str, &'static str) {
    if label.starts_with("RSA") {
        ("rsa-private-key", "RSA private key")
    } else if label.starts_with("EC") {
        ("ec-private-key", "elliptic-curve private key")
    } else if label.starts_with("DSA") {
        ("dsa-private-key", "DSA private key")
    } else if label.starts_with("OPENSSH") {
        ("openssh-private-key", "OpenSSH private key")
    } else if label.starts_with("PGP") {
        ("pgp-private-key", "PGP private key")
    } else {
        ("private-key-pkcs8", "private key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Key> {
        let at = text.find("PRIVATE KEY")?;
        block(text.as_bytes(), at..at + 11)
    }

    const BODY: &str = "MIIEpAIBAAKCAQEAx0Zk3vQ9wL2xT7bN5mR8cY1dF6gH0jK4pSuAeWqXiOzB/+aT";

    #[test]
    fn keys_and_what_only_speaks_of_them() {
        let head = |label: &str| format!("-----BEGIN {label}-----");
        let key = read(&format!("{}\n{BODY}\n-----END RSA PRIVATE KEY-----", head("RSA PRIVATE KEY"))).expect("a key");
        assert_eq!((key.format, key.encrypted, key.span.start), ("rsa-private-key", false, 0));
        assert!(read(&format!("{}\\n{BODY}\\n", head("PRIVATE KEY"))).is_some());
        assert!(
            read(&format!("{}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n{BODY}\n", head("RSA PRIVATE KEY")))
                .is_some_and(|key| key.encrypted)
        );
        assert!(read(&format!("{}\n{BODY}\n", head("ENCRYPTED PRIVATE KEY"))).is_some_and(|key| key.encrypted));
        assert_eq!(read(&format!("if line == \"{}\" {{", head("RSA PRIVATE KEY"))), None);
        assert_eq!(read(&format!("{}\n...\n", head("RSA PRIVATE KEY"))), None);
    }

    #[test]
    fn encoded_headers() {
        let key = encoded(b"LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpzb21lS2V5", 0).expect("a key");
        assert_eq!(key.format, "rsa-private-key");
        assert_eq!(encoded(b"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=", 0), None);
    }
}
