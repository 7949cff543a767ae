//! The scanner: one pass over the text for keywords, a look round each.

use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::Found;
use crate::detector::{self, Detector, Search};
use crate::scan::Scan;
use crate::syntax;

/// At most so many credentials are reported of one file; a result of exactly this length may be cut short.
pub const LIMIT: usize = 10_000;

/// Finds credentials in text. Cheap to make; everything is prepared when the first text is scanned, every expression when
/// its keyword is first seen. Can be shared between threads.
#[derive(Debug, Default)]
pub struct Scanner {
    prepared: OnceLock<Prepared>,
}

#[derive(Debug)]
pub(crate) struct Prepared {
    keywords: AhoCorasick,
    /// What each keyword of the automaton is for.
    pub(crate) uses: Vec<Use>,
    pub(crate) detectors: Vec<Detector>,
    /// Indices of the detectors that look at named keys.
    pub(crate) keyed: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum Use {
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
        let mut scan = Scan::new(text.as_bytes(), file, prepared);
        for hit in prepared.keywords.find_overlapping_iter(text.as_bytes()) {
            scan.look(hit.range(), &prepared.uses[hit.pattern().as_usize()]);
            if scan.len() >= 2 * LIMIT {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checksum, checksum};

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

    /// Pieces of texts put together at random: no panic, places in order and on characters, values never shown.
    #[test]
    fn random_texts_keep_the_promises() {
        let scanner = Scanner::new();
        let (detectors, _) = detector::load(detector::CATALOGUE);
        let mut pieces: Vec<String> =
            detectors.iter().flat_map(|detector| &detector.examples).map(|example| example.replace('·', "")).collect();
        pieces.extend(PIECES.iter().map(|piece| (*piece).to_string()));
        pieces.extend(NAMES.iter().map(|name| (*name).to_string()));
        pieces.extend(
            [
                " ",
                "\n",
                "\r\n",
                "=",
                ": ",
                "\"",
                "'",
                "\\",
                "\\n",
                "{",
                "}",
                "é",
                "\u{1F511}",
                ";",
                "@",
                "-----",
                "a",
                "Zk3vQ9wL",
                "\t",
                "<",
                ">",
                "(",
                ",",
                "#",
            ]
            .map(str::to_string),
        );
        // A small linear generator: the same texts on every machine.
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let rounds = std::env::var("VOLARY_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3_000);
        for _ in 0..rounds {
            let mut text: String = (0..1 + next(24)).map(|_| pieces[next(pieces.len())].as_str()).collect();
            // Cut it somewhere.
            let mut cut = next(text.len() + 1);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            text.truncate(cut);
            let path =
                ["a.tf", "a.yaml", "a.json", ".env", "Dockerfile", "a.sh", "a.py", "a.xml", "a.md", "a"][next(10)];
            let mut last = 0;
            for found in scanner.scan(path, &text) {
                assert!(found.start >= last && found.start < found.end, "{path}: {text:?}");
                let value = text.get(found.start..found.end).expect("on characters");
                assert!(value.len() < 8 || !found.masked.contains(value), "{path}: {text:?}");
                last = found.end;
            }
        }
    }

    /// Credentials in explanations are told apart from those that a program uses.
    #[test]
    fn illustrations_count_as_examples() {
        let scanner = Scanner::new();
        let value = "h7Qk2vZx9w";
        let long = format!("{}password = \"{value}\"", "x = 1; ".repeat(800));
        for (path, text, example) in [
            ("a.py", format!("password = \"{value}\"\n"), false),
            ("a.py", format!("EXAMPLES = r'''\n- login:\n    password: \"{value}\"\n'''\n"), true),
            ("a.py", format!("x = '''a'''\npassword = \"{value}\"\n"), false),
            ("a.js", format!("/**\n * password: \"{value}\"\n */\n"), true),
            ("a.go", format!("// url := \"postgres://app:{value}@db.internal/x\"\n"), true),
            ("a.tf", format!("# password = \"{value}\"\n"), false),
            ("a.js", long, true),
        ] {
            let found = scanner.scan(path, &text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].test_path, example, "{text}");
        }
    }

    /// What hostile texts repeat.
    const PIECES: &[&str] = &[
        "password=",
        "password=a;",
        "password: \"",
        "password: x1!abcd\n",
        "https://a:b",
        "x://u:Zk3vQ9@h ",
        "eyJ",
        " eyJhbGciOiJIUzI1NiJ9.",
        "-----BEGIN PRIVATE KEY-----",
        "name: password\n",
        "{\"secret\":",
        "passwordtoken",
        "kind: Secret\ndata:\n",
        "AccountKey=",
        "T3BlbkFJ",
        ":AA",
        "LS0tLS1CRUdJTi",
        "variable password {",
        "é",
    ];

    #[test]
    fn hostile_texts_end() {
        let scanner = Scanner::new();
        for piece in PIECES {
            let text = piece.repeat(40_000 / piece.len());
            for path in ["a.yaml", "a.json", "a"] {
                let _ = scanner.scan(path, &text);
            }
        }
    }

    #[test]
    #[ignore = "a measurement"]
    #[allow(clippy::print_stderr)]
    fn hostile_texts_cost() {
        let scanner = Scanner::new();
        for piece in PIECES {
            for size in [2_000_000, 4_000_000] {
                let text = piece.repeat(size / piece.len());
                let start = std::time::Instant::now();
                let found = scanner.scan("a.yaml", &text);
                eprintln!("{piece:?} {size} bytes: {:?}, {} found", start.elapsed(), found.len());
            }
        }
    }
}
