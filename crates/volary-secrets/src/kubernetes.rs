//! Values of Kubernetes `Secret` manifests: base64 is no protection.

use std::ops::Range;

use crate::judge::{self, Verdict};
use crate::key::{self, Noun};
use crate::syntax::FileKind;
use crate::value::Form;
use crate::{base64, lines, weak};

/// A value of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
    pub(crate) weak: bool,
}

/// The credentials in the document of a YAML text whose line `kind: Secret` is at `kind`. Reads lines, so that a template
/// with placeholders elsewhere is still read.
pub(crate) fn entries(text: &[u8], kind: usize, file: &FileKind) -> Vec<Entry> {
    let mut found = Vec::new();
    let (start, end) = document(text, kind);
    let indent_of_kind = kind - lines::start(text, kind);
    let mut at = start;
    let mut block: Option<bool> = None;
    while at < end {
        let line_end = memchr::memchr(b'\n', &text[at..end]).map_or(end, |newline| at + newline);
        let line = trim_end(text, at, line_end);
        let indent = text[line.clone()].iter().take_while(|byte| **byte == b' ').count();
        let content = &text[line.start + indent..line.end];
        if !content.is_empty() && !content.starts_with(b"#") {
            if indent <= indent_of_kind {
                block = match content {
                    b"data:" => Some(true),
                    b"stringData:" => Some(false),
                    _ => None,
                };
            } else if let Some(encoded) = block
                && let Some(entry) = entry(text, line.start + indent, line.end, encoded, file)
            {
                found.push(entry);
            }
        }
        at = line_end + 1;
    }
    found
}

/// The bounds of the document that holds `at`.
fn document(text: &[u8], at: usize) -> (usize, usize) {
    let start = memchr::memmem::rfind(&text[..at], b"\n---").map_or(0, |mark| mark + 1);
    let end = memchr::memmem::find(&text[at..], b"\n---").map_or(text.len(), |mark| at + mark);
    (start, end)
}

fn trim_end(text: &[u8], start: usize, mut end: usize) -> Range<usize> {
    while end > start && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    start..end
}

fn entry(text: &[u8], start: usize, end: usize, encoded: bool, file: &FileKind) -> Option<Entry> {
    let colon = start + memchr::memchr(b':', &text[start..end])?;
    let strip = |range: Range<usize>| {
        let part = &text[range.clone()];
        let quoted = part.len() >= 2 && matches!(part[0], b'"' | b'\'') && part[part.len() - 1] == part[0];
        if quoted { range.start + 1..range.end - 1 } else { range }
    };
    let key = strip(start..colon);
    let mut value = lines::skip_blanks(text, colon + 1)..end;
    if let Some(comment) = memchr::memmem::find(text.get(value.clone())?, b" #") {
        value = trim_end(text, value.start, value.start + comment);
    }
    let value = strip(value);
    if value.is_empty() || value.len() > 8192 {
        return None;
    }
    let name = std::str::from_utf8(&text[key.clone()]).ok()?;
    let decoded = if encoded { base64::whole(&text[value.clone()])? } else { text[value.clone()].to_vec() };
    let decoded = String::from_utf8(decoded).ok()?;
    let decoded = decoded.trim();
    let verdict = credential(name, decoded, file)?;
    Some(Entry { key, value, weak: verdict == Verdict::Weak })
}

/// Whether a value of a manifest is a credential: in a Secret the name decides, the value only rules out what is none.
fn credential(name: &str, value: &str, file: &FileKind) -> Option<Verdict> {
    if value.len() < 3
        || value.len() > 4096
        || weak::is_stand_in(value)
        || weak::is_pointer(value) && !value.starts_with("-----BEGIN")
    {
        return None;
    }
    if value.contains("PRIVATE KEY-----") {
        return Some(Verdict::Secret);
    }
    if name == ".dockerconfigjson" || name == ".dockercfg" {
        return value.contains("\"auth\"").then_some(Verdict::Secret);
    }
    let noun = key::noun(name)?;
    if weak::is_weak(value) {
        return Some(Verdict::Weak);
    }
    match noun {
        Noun::Password | Noun::Secret | Noun::Token => Some(Verdict::Secret),
        Noun::Auth | Noun::Header => judge::judge(noun, name, value, Form::Plain, file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn values_that_decode_to_credentials() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  username: YWRtaW4=\n  password: aHVudGVyMg==\n  host: ZGIuaW50ZXJuYWw=\nstringData:\n  api-token: Zk3vQ9wL2x # note\n  other-token: ${TOKEN}\n---\nkind: ConfigMap\ndata:\n  password: abc\n";
        let at = text.find("kind").unwrap();
        let found: Vec<_> = entries(text.as_bytes(), at, &syntax::kind("s.yaml"))
            .into_iter()
            .map(|entry| (&text[entry.key], &text[entry.value], entry.weak))
            .collect();
        assert_eq!(found, [("password", "aHVudGVyMg==", true), ("api-token", "Zk3vQ9wL2x", false)]);
    }
}
