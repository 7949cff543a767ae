//! One scan of one text: what is looked at round each keyword.

use std::ops::Range;

use crate::judge::{self, Verdict};
use crate::key::{self, Noun};
use crate::scanner::{LIMIT, Prepared, Use};
use crate::syntax::{FileKind, Syntax};
use crate::{Checksum, Class, Found, assignment, connection, kubernetes, lines, measure, pem, token, value, weak, web};

/// The state of one scan.
pub(crate) struct Scan<'a> {
    text: &'a [u8],
    file: FileKind,
    prepared: &'a Prepared,
    found: Vec<Candidate>,
    /// End of the last name that was looked at: several keywords lie in one name.
    name_end: usize,
    /// End of the last Secret manifest that was read.
    manifest_end: usize,
    /// Texts of several lines, once somebody asked.
    blocks: Option<Vec<Range<usize>>>,
}

/// What a candidate is.
struct Kind<'a> {
    rank: u8,
    class: Class,
    format: &'a str,
    name: &'a str,
    provider: Option<&'a str>,
}

/// Ranks: of two candidates that overlap the one with the lower rank stays.
mod rank {
    pub(super) const TOKEN: u8 = 0;
    pub(super) const KEY: u8 = 1;
    pub(super) const ENCODED: u8 = 2;
    pub(super) const CONNECTION: u8 = 3;
    pub(super) const ASSIGNED: u8 = 4;
}

/// A credential with how sure it is: of two that overlap the surer one stays.
struct Candidate {
    rank: u8,
    found: Found,
}

/// The texts between tripled quotes that have more than one line.
fn blocks(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr2(b'"', b'\'', &text[at..]).map(|offset| at + offset) {
        let quote = [text[start]; 3];
        if !text[start..].starts_with(&quote) {
            at = start + 1;
            continue;
        }
        let from = start + 3;
        let end = memchr::memmem::find(&text[from..], &quote).map_or(text.len(), |offset| from + offset);
        if memchr::memchr(b'\n', &text[from..end]).is_some() {
            found.push(from..end);
        }
        at = (end + 3).min(text.len());
    }
    found
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a [u8], file: FileKind, prepared: &'a Prepared) -> Self {
        Self { text, file, prepared, found: Vec::new(), name_end: 0, manifest_end: 0, blocks: None }
    }

    /// How much has been found, overlapping findings included.
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Looks round a keyword. Keywords come in the order of their ends.
    pub(crate) fn look(&mut self, hit: Range<usize>, purpose: &Use) {
        match purpose {
            Use::Token { detector, mark } => self.token(hit, *detector, mark),
            Use::Name => self.name(hit),
            Use::Url => self.url(hit),
            Use::PrivateKey => {
                if let Some(key) = pem::block(self.text, hit) {
                    self.private_key(key);
                }
            }
            Use::EncodedKey => {
                if self.text[hit.clone()] == *b"LS0tLS1CRUdJTi"
                    && let Some(key) = pem::encoded(self.text, hit.start)
                {
                    self.private_key(key);
                }
            }
            Use::SignedToken => {
                if self.text[hit.clone()] == *b"eyJ"
                    && let Some(span) = web::signed_token(self.text, hit.start)
                {
                    self.push(
                        span,
                        &Kind {
                            rank: rank::ENCODED,
                            class: Class::LimitedToken,
                            format: "json-web-token",
                            name: "signed web token (JWT)",
                            provider: None,
                        },
                        Checksum::None,
                    );
                }
            }
            Use::Manifest => self.manifest(hit),
            Use::SecureString => self.secure_string(hit),
        }
    }

    fn token(&mut self, hit: Range<usize>, index: usize, mark: &str) {
        let detector = &self.prepared.detectors[index];
        let Some((span, checksum)) = token::find(self.text, hit, mark, detector) else { return };
        let class = if detector.limited { Class::LimitedToken } else { Class::ProviderToken };
        self.push(
            span,
            &Kind {
                rank: rank::TOKEN,
                class,
                format: &detector.format,
                name: &detector.name,
                provider: Some(&detector.provider),
            },
            checksum,
        );
    }

    fn private_key(&mut self, key: pem::Key) {
        let class = if key.encrypted { Class::EncryptedPrivateKey } else { Class::PrivateKey };
        if key.google {
            self.push(
                key.span,
                &Kind {
                    rank: rank::TOKEN,
                    class,
                    format: "google-service-account-key",
                    name: "Google service account key",
                    provider: Some("Google"),
                },
                Checksum::None,
            );
        } else {
            self.push(
                key.span,
                &Kind { rank: rank::KEY, class, format: key.format, name: key.name, provider: None },
                Checksum::None,
            );
        }
    }

    fn url(&mut self, hit: Range<usize>) {
        if self.file.labels || self.file.generated && self.file.syntax == Syntax::Code {
            return;
        }
        let Some(found) = web::password(self.text, hit, &self.file) else { return };
        let (format, name) = match found.scheme {
            web::Scheme::Service => ("service-url", "URL of a database or service with a password"),
            web::Scheme::Other => ("url-password", "URL with a password"),
        };
        let kind = Kind { rank: rank::CONNECTION, class: Class::ConnectionString, format, name, provider: None };
        self.push(found.span, &kind, Checksum::None);
        if let Some(candidate) = self.found.last_mut() {
            candidate.found.key_name = key_before(self.text, found.url).map(Into::into);
        }
    }

    fn manifest(&mut self, hit: Range<usize>) {
        let after = self.text.get(hit.end);
        if self.file.syntax != Syntax::Yaml
            || hit.start < self.manifest_end
            || !matches!(after, None | Some(b'\n' | b'\r' | b' '))
        {
            return;
        }
        let before = lines::start(self.text, hit.start);
        if !self.text[before..hit.start].iter().all(|byte| matches!(byte, b' ' | b'-')) {
            return;
        }
        self.manifest_end =
            hit.end + memchr::memmem::find(&self.text[hit.end..], b"\n---").unwrap_or(self.text.len() - hit.end);
        for entry in kubernetes::entries(self.text, hit.start, &self.file) {
            let name = if entry.weak { "weak password in a Secret manifest" } else { "value of a Secret manifest" };
            self.push_named(
                entry.value,
                entry.key,
                &Kind {
                    rank: rank::ENCODED,
                    class: Class::KubernetesSecret,
                    format: "kubernetes-secret-value",
                    name,
                    provider: None,
                },
            );
        }
    }

    /// `ConvertTo-SecureString "x" -AsPlainText`
    fn secure_string(&mut self, hit: Range<usize>) {
        let mut at = lines::skip_blanks(self.text, hit.end);
        if lines::is_at(self.text, at, b"-String") {
            at = lines::skip_blanks(self.text, at + 7);
        }
        let Some(literal) = value::quoted(self.text, at) else { return };
        let line = &self.text[lines::line(self.text, at)];
        let Ok(text) = std::str::from_utf8(&self.text[literal.span.clone()]) else { return };
        if lines::holds(line, "-asplaintext") && !text.starts_with('$') && !weak::is_stand_in(text) && text.len() >= 4 {
            let class = if weak::is_weak(text) { Class::WeakPassword } else { Class::AssignedSecret };
            self.push(
                literal.span,
                &Kind { rank: rank::ASSIGNED, class, format: "assigned-password", name: "password", provider: None },
                Checksum::None,
            );
        }
    }

    fn name(&mut self, hit: Range<usize>) {
        if hit.start < self.name_end || self.file.generated {
            return;
        }
        // `"auth"` is looked for with its quotes.
        let hit = if self.text[hit.start] == b'"' { hit.start + 1..hit.end - 1 } else { hit };
        let Some(name) = assignment::name_at(self.text, hit.clone()) else {
            self.name_end = hit.end + 64;
            return;
        };
        self.name_end = name.end;
        let Ok(text) = std::str::from_utf8(&self.text[name.clone()]) else { return };
        let Some(noun) = key::noun(text) else { return };
        if let Some(span) = connection::password(self.text, &name, noun) {
            self.push_named(
                span,
                name,
                &Kind {
                    rank: rank::CONNECTION,
                    class: Class::ConnectionString,
                    format: "connection-string",
                    name: "connection string with a password",
                    provider: None,
                },
            );
            return;
        }
        let Some(found) = assignment::find(self.text, name.clone(), self.file.syntax) else { return };
        if found.value.form != value::Form::Quoted {
            // One look at a value: `password=password=password=...` must not be read again from each of its words.
            self.name_end = self.name_end.max(found.value.span.end);
        }
        let Ok(value) = std::str::from_utf8(&self.text[found.value.span.clone()]) else { return };
        let words = key::words(text);
        let squashed = words.concat();
        if !self.file.labels
            && let Some(detector) = token::keyed(
                self.prepared.keyed.iter().map(|index| &self.prepared.detectors[*index]),
                &words,
                &squashed,
                value.as_bytes(),
            )
        {
            let class = if detector.limited { Class::LimitedToken } else { Class::ProviderToken };
            let (format, label, provider) = (detector.format.clone(), detector.name.clone(), detector.provider.clone());
            self.push_named(
                found.value.span,
                name,
                &Kind { rank: rank::KEY, class, format: &format, name: &label, provider: Some(&provider) },
            );
            return;
        }
        if assignment::is_choice(self.text, &name, value.as_bytes()) {
            return;
        }
        let Some(verdict) = judge::judge(noun, text, value, found.value.form, &self.file) else { return };
        let (format, label) = match noun {
            Noun::Password => ("assigned-password", "password"),
            Noun::Secret => ("assigned-secret", "secret"),
            Noun::Token => ("assigned-key", "key or token"),
            Noun::Auth => ("basic-auth", "user and password in base64"),
            Noun::Header => ("authorization-header", "authorization header"),
        };
        let class = if verdict == Verdict::Weak { Class::WeakPassword } else { Class::AssignedSecret };
        self.push_named(
            found.value.span,
            name,
            &Kind { rank: rank::ASSIGNED, class, format, name: label, provider: None },
        );
    }

    fn push_named(&mut self, span: Range<usize>, key: Range<usize>, kind: &Kind<'_>) {
        self.push(span, kind, Checksum::None);
        if let (Some(candidate), Ok(key)) = (self.found.last_mut(), std::str::from_utf8(&self.text[key])) {
            candidate.found.key_name = Some(key.into());
        }
    }

    fn push(&mut self, mut span: Range<usize>, kind: &Kind<'_>, checksum: Checksum) {
        // A value that was cut at a limit may have been cut inside a character.
        while span.end > span.start && self.text.get(span.end).is_some_and(|byte| byte & 0xC0 == 0x80) {
            span.end -= 1;
        }
        let illustration = matches!(kind.rank, rank::ASSIGNED | rank::CONNECTION) && self.is_illustration(span.start);
        let value = &self.text[span.clone()];
        self.found.push(Candidate {
            rank: kind.rank,
            found: Found {
                start: span.start,
                end: span.end,
                class: kind.class,
                format: kind.format.into(),
                name: kind.name.into(),
                provider: kind.provider.map(Into::into),
                key_name: key_before(self.text, span.start).map(Into::into),
                checksum,
                entropy: measure::entropy(value),
                test_path: self.file.test_path
                    || kind.class == Class::WeakPassword && self.file.pipeline
                    || illustration,
                masked: mask(value, kind.rank == rank::TOKEN && kind.provider.is_some()).into(),
            },
        });
    }

    /// Whether a place lies where source code explains something, in a comment or a text of several lines, or in a line
    /// that a machine wrote.
    fn is_illustration(&mut self, at: usize) -> bool {
        if self.longest_line(at) {
            return true;
        }
        if self.file.syntax != Syntax::Code {
            return false;
        }
        let line = self.text[lines::start(self.text, at)..at].trim_ascii_start();
        [&b"//"[..], b"/*", b"* ", b"# ", b"#\t", b"-- "].iter().any(|mark| line.starts_with(mark))
            || self.is_in_block(at)
    }

    /// Whether the line is longer than any that a person writes.
    fn longest_line(&self, at: usize) -> bool {
        const LONG: usize = 4096;
        let before = &self.text[at.saturating_sub(LONG)..at];
        let after = &self.text[at..(at + LONG).min(self.text.len())];
        let length = before.iter().rev().take_while(|byte| **byte != b'\n').count()
            + after.iter().take_while(|byte| **byte != b'\n').count();
        length > LONG
    }

    /// Whether a place lies inside of `"""..."""` or `'''...'''` that spans several lines.
    fn is_in_block(&mut self, at: usize) -> bool {
        let text = self.text;
        let blocks = self.blocks.get_or_insert_with(|| blocks(text));
        let after = blocks.partition_point(|block| block.start <= at);
        after.checked_sub(1).is_some_and(|index| blocks[index].contains(&at))
    }

    /// Of overlapping candidates the surer one stays, of equally sure ones the longer.
    pub(crate) fn finish(self) -> Vec<Found> {
        let mut candidates = self.found;
        candidates.sort_by(|a, b| {
            let length = |candidate: &Candidate| candidate.found.end - candidate.found.start;
            (a.found.start, a.rank, std::cmp::Reverse(length(a)))
                .cmp(&(b.found.start, b.rank, std::cmp::Reverse(length(b))))
                .then_with(|| a.found.format.cmp(&b.found.format))
        });
        let mut kept: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            match kept.last() {
                Some(last) if candidate.found.start < last.found.end => {
                    if candidate.rank < last.rank {
                        kept.pop();
                        kept.push(candidate);
                    }
                }
                _ => kept.push(candidate),
            }
        }
        kept.truncate(LIMIT);
        kept.into_iter().map(|candidate| candidate.found).collect()
    }
}

/// The key before a value on the same line, for messages and fingerprints.
fn key_before(text: &[u8], start: usize) -> Option<&str> {
    let line = lines::start(text, start);
    let mut at = start;
    while at > line && matches!(text[at - 1], b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\') {
        at -= 1;
    }
    if at == line || !matches!(text[at - 1], b'=' | b':') {
        return None;
    }
    at = lines::skip_blanks_back(text, at - 1, line);
    while at > line && matches!(text[at - 1], b'"' | b'\'' | b'\\' | b']' | b':') {
        at -= 1;
    }
    let from = text[line..at]
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')))
        .map_or(line, |before| line + before + 1);
    std::str::from_utf8(&text[from..at]).ok().filter(|name| !name.is_empty() && name.len() <= 100)
}

/// What may be shown: of tokens with a known prefix the first four characters, of everything else nothing but the length.
fn mask(value: &[u8], prefix: bool) -> String {
    let characters = String::from_utf8_lossy(value).chars().count();
    let shown: String = if prefix && value.len() >= 20 {
        value[..4].iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '*' }).collect()
    } else {
        String::new()
    };
    format!("{shown}**** ({characters} characters)")
}
