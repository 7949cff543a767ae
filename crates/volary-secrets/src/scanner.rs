//! The scanner: one pass over the text for keywords, a look round each.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::detector::{self, Detector, Search};
use crate::judge::{self, Verdict};
use crate::key::{self, Noun};
use crate::syntax::{self, FileKind, Syntax};
use crate::{Checksum, Class, Found, assignment, connection, kubernetes, lines, measure, pem, token, value, weak, web};

/// At most so many credentials are reported of one file; a result of exactly this length may be cut short.
pub const LIMIT: usize = 10_000;

/// Finds credentials in text. Cheap to make; everything is prepared when the first text is scanned, every expression when
/// its keyword is first seen. Can be shared between threads.
#[derive(Debug, Default)]
pub struct Scanner {
    prepared: OnceLock<Prepared>,
}

#[derive(Debug)]
struct Prepared {
    keywords: AhoCorasick,
    /// What each keyword of the automaton is for.
    uses: Vec<Use>,
    detectors: Vec<Detector>,
    /// Indices of the detectors that look at named keys.
    keyed: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Use {
    /// A prefix or mark of a format.
    Token { detector: usize, mark: Arc<str> },
    /// A word of a key's name.
    Name,
    /// `://`
    Url,
    /// `PRIVATE KEY`
    PrivateKey,
    /// The beginning of a PEM header in base64.
    EncodedKey,
    /// The beginning of a JSON object in base64.
    SignedToken,
    /// `kind: Secret`
    Manifest,
    /// `ConvertTo-SecureString`
    SecureString,
}

/// Words that begin or make up the last word of a key's name. Found inside words too: [`key::noun`] decides.
const NAMES: &[&str] = &[
    "passw",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "pswd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "privatekey",
    "private_key",
    "private-key",
    "accountkey",
    "account_key",
    "account-key",
    "encryptionkey",
    "encryption_key",
    "encryption-key",
    "signingkey",
    "signing_key",
    "signing-key",
    "masterkey",
    "master_key",
    "master-key",
    "sharedkey",
    "shared_key",
    "shared-key",
    "authkey",
    "auth_key",
    "auth-key",
    "authenticationkey",
    "storagekey",
    "storage_key",
    "servicekey",
    "service_key",
    "subscriptionkey",
    "subscription_key",
    "subscription-key",
    "functionkey",
    "function_key",
    "functions-key",
    "appkey",
    "app_key",
    "app-key",
    "application_key",
    "applicationkey",
    "admin_key",
    "adminkey",
    "session_key",
    "jwt_key",
    "hmac_key",
    "crypto_key",
    "aes_key",
    "license_key",
    "consumer_key",
    "client_key",
    "webhook_key",
    "integration_key",
    "security_key",
    "cosmos_key",
    "credential",
    "\"auth\"",
    "_auth",
    "authorization",
    "_pat",
    "-pat",
];

impl Scanner {
    /// A scanner with the catalogue of the product.
    pub fn new() -> Self {
        Self::default()
    }

    /// The credentials in a text, in the order of their places, none overlapping. `path` (`/` between parts) says what kind of file
    /// it is. Work is linear in the length of the text.
    pub fn scan(&self, path: &str, text: &str) -> Vec<Found> {
        let file = syntax::kind(path);
        let prepared = self.prepared.get_or_init(Prepared::new);
        let mut scan = Scan { text: text.as_bytes(), file, prepared, found: Vec::new(), name_end: 0, manifest_end: 0 };
        for hit in prepared.keywords.find_overlapping_iter(text.as_bytes()) {
            scan.look(hit.range(), &prepared.uses[hit.pattern().as_usize()]);
            if scan.found.len() >= 2 * LIMIT {
                break;
            }
        }
        scan.finish()
    }
}

impl Prepared {
    fn new() -> Self {
        let (detectors, _) = detector::load(detector::CATALOGUE);
        let mut words: Vec<String> = Vec::new();
        let mut uses = Vec::new();
        let mut add = |word: &str, purpose: Use| {
            words.push(word.to_string());
            uses.push(purpose);
        };
        let mut keyed = Vec::new();
        for (index, detector) in detectors.iter().enumerate() {
            match &detector.search {
                Search::Prefix(marks) | Search::Near { marks, .. } => {
                    for mark in marks {
                        add(mark, Use::Token { detector: index, mark: mark.as_str().into() });
                    }
                }
                Search::Keys(_) => keyed.push(index),
            }
        }
        for name in NAMES {
            add(name, Use::Name);
        }
        add("://", Use::Url);
        add("PRIVATE KEY", Use::PrivateKey);
        add("LS0tLS1CRUdJTi", Use::EncodedKey);
        add("eyJ", Use::SignedToken);
        for manifest in ["kind: Secret", "kind: \"Secret\"", "kind: 'Secret'"] {
            add(manifest, Use::Manifest);
        }
        add("ConvertTo-SecureString", Use::SecureString);
        let keywords = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words)
            .unwrap_or_else(|_| AhoCorasick::new([""; 0]).expect("no keywords always build"));
        Self { keywords, uses, detectors, keyed }
    }
}

/// The state of one scan.
struct Scan<'a> {
    text: &'a [u8],
    file: FileKind,
    prepared: &'a Prepared,
    found: Vec<Candidate>,
    /// End of the last name that was looked at: several keywords lie in one name.
    name_end: usize,
    /// End of the last Secret manifest that was read.
    manifest_end: usize,
}

/// A credential with how sure it is: of two that overlap the surer one stays.
struct Candidate {
    rank: u8,
    found: Found,
}

impl Scan<'_> {
    fn look(&mut self, hit: Range<usize>, purpose: &Use) {
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
                        2,
                        span,
                        Class::LimitedToken,
                        "json-web-token",
                        "signed web token (JWT)",
                        None,
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
        self.push(0, span, class, &detector.format, &detector.name, Some(&detector.provider), checksum);
    }

    fn private_key(&mut self, key: pem::Key) {
        let class = if key.encrypted { Class::EncryptedPrivateKey } else { Class::PrivateKey };
        if key.google {
            self.push(
                0,
                key.span,
                class,
                "google-service-account-key",
                "Google service account key",
                Some("Google"),
                Checksum::None,
            );
        } else {
            self.push(1, key.span, class, key.format, key.name, None, Checksum::None);
        }
    }

    fn url(&mut self, hit: Range<usize>) {
        if self.file.generated && self.file.syntax == Syntax::Code {
            return;
        }
        let Some((span, scheme)) = web::password(self.text, hit, &self.file) else { return };
        let (format, name) = match scheme {
            web::Scheme::Service => ("service-url", "URL of a database or service with a password"),
            web::Scheme::Other => ("url-password", "URL with a password"),
        };
        self.push(3, span, Class::ConnectionString, format, name, None, Checksum::None);
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
            self.push_named(2, entry.value, entry.key, Class::KubernetesSecret, "kubernetes-secret-value", name, None);
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
            self.push(4, literal.span, class, "assigned-password", "password", None, Checksum::None);
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
                3,
                span,
                name,
                Class::ConnectionString,
                "connection-string",
                "connection string with a password",
                None,
            );
            return;
        }
        let Some(found) = assignment::find(self.text, name.clone(), self.file.syntax) else { return };
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
            self.push_named(1, found.value.span, name, class, &format, &label, Some(&provider));
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
        self.push_named(4, found.value.span, name, class, format, label, None);
    }

    fn push_named(
        &mut self,
        rank: u8,
        span: Range<usize>,
        key: Range<usize>,
        class: Class,
        format: &str,
        name: &str,
        provider: Option<&str>,
    ) {
        self.push(rank, span, class, format, name, provider, Checksum::None);
        if let (Some(candidate), Ok(key)) = (self.found.last_mut(), std::str::from_utf8(&self.text[key])) {
            candidate.found.key_name = Some(key.into());
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn push(
        &mut self,
        rank: u8,
        span: Range<usize>,
        class: Class,
        format: &str,
        name: &str,
        provider: Option<&str>,
        checksum: Checksum,
    ) {
        let value = &self.text[span.clone()];
        self.found.push(Candidate {
            rank,
            found: Found {
                start: span.start,
                end: span.end,
                class,
                format: format.into(),
                name: name.into(),
                provider: provider.map(Into::into),
                key_name: key_before(self.text, span.start).map(Into::into),
                checksum,
                entropy: measure::entropy(value),
                test_path: self.file.test_path || class == Class::WeakPassword && self.file.pipeline,
                masked: mask(value, rank == 0 && provider.is_some()).into(),
            },
        });
    }

    /// Of overlapping candidates the surer one stays, of equally sure ones the longer.
    fn finish(self) -> Vec<Found> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum;

    fn scan(path: &str, text: &str) -> Vec<(String, String)> {
        Scanner::new()
            .scan(path, text)
            .into_iter()
            .map(|found| (found.format.to_string(), text[found.start..found.end].to_string()))
            .collect()
    }

    #[test]
    fn every_example_of_the_catalogue_is_found_as_its_format() {
        let scanner = Scanner::new();
        let (detectors, _) = detector::load(detector::CATALOGUE);
        let mut missed = Vec::new();
        for detector in &detectors {
            for example in &detector.examples {
                assert!(
                    example.contains('·'),
                    "{}: an example without a dot could be taken for a real credential",
                    detector.format
                );
                let text = example.replace('·', "");
                let found = scanner.scan("service.toml", &text);
                if !found.iter().any(|found| found.format == detector.format) {
                    missed.push(format!(
                        "{}: {text} gives {:?}",
                        detector.format,
                        found.iter().map(|found| &found.format).collect::<Vec<_>>()
                    ));
                }
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn a_checksum_proves_a_token_and_disproves_one() {
        let right = checksum::complete("ghp_", "x7Gq9zL2mP4nR8tV1wY3bK6dF0hJ5s");
        let wrong = format!("{}000000", &right[..right.len() - 6]);
        let found = Scanner::new().scan("tests/a.py", &format!("a = '{right}'\nb = '{wrong}'\n"));
        let sums: Vec<_> = found.iter().map(|found| (found.checksum, found.test_path)).collect();
        assert_eq!(sums, [(Checksum::Valid, true), (Checksum::Invalid, true)]);
    }

    #[test]
    fn values_are_never_in_a_result() {
        let text = "db_password = \"Zk3vQ9wL2xT7\"\n";
        let found = Scanner::new().scan("main.tf", text);
        assert_eq!(found.len(), 1);
        assert!(!format!("{found:?}").contains("Zk3v"));
        assert_eq!(&text[found[0].start..found[0].end], "Zk3vQ9wL2xT7");
        assert_eq!(found[0].key_name.as_deref(), Some("db_password"));
    }

    #[test]
    fn the_surest_of_overlapping_credentials_stays() {
        let text = "db = \"Server=tcp:db.corp.net;User ID=sa;Password=Zk3vQ9wL2xT7;\"\n";
        assert_eq!(scan("app.json", text), [("connection-string".to_string(), "Zk3vQ9wL2xT7".to_string())]);
        let manifest = "kind: Secret\ndata:\n  password: WmszdlE5d0wyeFQ3\n";
        assert_eq!(scan("s.yaml", manifest), [("kubernetes-secret-value".to_string(), "WmszdlE5d0wyeFQ3".to_string())]);
    }

    /// Prints how long the preparation takes: it is paid once by a run that reads any text.
    #[test]
    #[ignore = "a measurement"]
    #[allow(clippy::print_stderr)]
    fn preparation() {
        let start = std::time::Instant::now();
        let (detectors, _) = detector::load(detector::CATALOGUE);
        eprintln!("catalogue {:?}, {} formats", start.elapsed(), detectors.len());
        let start = std::time::Instant::now();
        let prepared = Prepared::new();
        eprintln!(
            "all {:?}, {} keywords, {} bytes",
            start.elapsed(),
            prepared.uses.len(),
            prepared.keywords.memory_usage()
        );
    }

    #[test]
    fn hostile_texts_end() {
        let scanner = Scanner::new();
        for piece in [
            "password=",
            "password: \"",
            "https://a:b",
            "eyJ",
            "-----BEGIN PRIVATE KEY-----",
            "name: password\n",
            "{\"secret\":",
            "passwordtoken",
            "kind: Secret\ndata:\n",
            "AccountKey=",
            "é",
        ] {
            let text = piece.repeat(40_000 / piece.len());
            let _ = scanner.scan("a.yaml", &text);
            let _ = scanner.scan("a.json", &text);
            let _ = scanner.scan("a", &text);
        }
    }
}
