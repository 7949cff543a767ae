//! What the scanner reports.

use std::sync::Arc;

/// A credential in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// First byte of the value in the text.
    pub start: usize,
    /// One past the last byte of the value.
    pub end: usize,
    /// The class.
    pub class: Class,
    /// The id of the format: `github-personal-token`, `rsa-private-key`, `assigned-password`.
    pub format: Arc<str>,
    /// The format in words: `GitHub personal access token`.
    pub name: Arc<str>,
    /// Who issues it, where that is known.
    pub provider: Option<Arc<str>>,
    /// The key, variable or attribute that it is assigned to, where there is one.
    pub key_name: Option<Arc<str>>,
    /// What the checksum inside the token says.
    pub checksum: Checksum,
    /// Shannon entropy of the value in bits per byte.
    pub entropy: f64,
    /// The file is a test, example, fixture or documentation by its path; of weak passwords also a pipeline, whose test
    /// databases are gone after the run.
    pub test_path: bool,
    /// A form that may be shown: the prefix that all tokens of the format share, and the length.
    pub masked: Arc<str>,
}

/// Classes of credentials, from the surest to the least sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A token in the format of a provider that gives access to an account.
    ProviderToken,
    /// A token of a provider with little reach: webhooks, keys of test modes, keys meant for browsers, signed tokens that expire.
    LimitedToken,
    /// A private key without a passphrase.
    PrivateKey,
    /// A private key that a passphrase protects.
    EncryptedPrivateKey,
    /// A connection string or URL with a password.
    ConnectionString,
    /// A value of a Kubernetes `Secret` manifest.
    KubernetesSecret,
    /// A literal assigned to a key that is named like a credential.
    AssignedSecret,
    /// A password that is on every list: `changeme`, `admin`, `P@ssw0rd`.
    WeakPassword,
}

impl Class {
    /// The word that policies use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ProviderToken => "provider-token",
            Self::LimitedToken => "limited-token",
            Self::PrivateKey => "private-key",
            Self::EncryptedPrivateKey => "encrypted-private-key",
            Self::ConnectionString => "connection-string",
            Self::KubernetesSecret => "kubernetes-secret",
            Self::AssignedSecret => "assigned-secret",
            Self::WeakPassword => "weak-password",
        }
    }
}

/// What the checksum inside a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Checksum {
    /// The format has none.
    None,
    /// It is right: the token was issued.
    Valid,
    /// It is wrong: nobody issued this token.
    Invalid,
}

impl Checksum {
    /// The word that policies use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
        }
    }
}
