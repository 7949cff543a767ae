//! Names of keys, variables and attributes: does the name say that its value is a credential?

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    /// A password or passphrase: people choose it, so a value may be short and a word.
    Password,
    /// A shared secret: often random, sometimes chosen by people.
    Secret,
    /// A token or key: random.
    Token,
    /// `auth`, `_auth`: user and password in base64.
    Auth,
    /// `Authorization`: a scheme and a credential.
    Header,
}

/// The words of a name in small letters: `dbPassword2`, `DB_PASSWORD-2` and `db.password.2` have the same.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| characters[index]);
        let after = characters.get(index + 1);
        let camel = character.is_ascii_uppercase()
            && before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        // `APIKey`: the last capital of a row begins the next word.
        let row_ends = character.is_ascii_uppercase()
            && before.is_some_and(|before| before.is_ascii_uppercase())
            && after.is_some_and(char::is_ascii_lowercase)
            && characters.get(index + 2).is_some_and(char::is_ascii_lowercase);
        let number = character.is_ascii_digit() && before.is_some_and(|before| before.is_ascii_alphabetic());
        if (!character.is_ascii_alphanumeric() || camel || row_ends || number) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Words that may follow the noun and change nothing.
const QUALIFIERS: &[&str] = &[
    "value",
    "val",
    "plain",
    "plaintext",
    "text",
    "string",
    "str",
    "default",
    "base64",
    "b64",
    "prod",
    "production",
    "dev",
    "develop",
    "stage",
    "staging",
    "qa",
    "uat",
    "old",
    "new",
    "current",
    "raw",
    "literal",
    "base",
    "live",
    "clear",
    "cleartext",
    "wo",
];

/// Words before the noun that make it something else: a switch, a state, a message, a form field.
const PREFIXES: &[&str] = &[
    "no",
    "without",
    "hide",
    "show",
    "has",
    "is",
    "use",
    "using",
    "enable",
    "enabled",
    "disable",
    "disabled",
    "reset",
    "forgot",
    "require",
    "requires",
    "required",
    "allow",
    "generate",
    "rotate",
    "invalid",
    "wrong",
    "missing",
    "update",
    "delete",
    "list",
    "max",
    "min",
    "number",
    "toggle",
    "label",
    "placeholder",
    "error",
    "public",
    "auto",
    "random",
    "create",
    "get",
    "bad",
    "expired",
    "encrypted",
    "hashed",
    "sealed",
    "existing",
];

/// Words before `token` that make it a piece of text or of a protocol.
const NOT_TOKENS: &[&str] = &[
    "pad",
    "eos",
    "bos",
    "unk",
    "sep",
    "cls",
    "mask",
    "next",
    "page",
    "continuation",
    "stop",
    "start",
    "end",
    "special",
    "lexer",
    "cancellation",
    "pagination",
    "quote",
    "sync",
    "resume",
    "design",
    "syntax",
    "input",
    "output",
    "prompt",
    "completion",
    "injection",
    "csrf",
    "xsrf",
    "nft",
    "erc20",
    "delimiter",
    "client_request",
    "idempotency",
    "paging",
    "starting",
    "change",
];

/// Words before `key` that make it a credential.
const KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "account",
    "encryption",
    "signing",
    "signature",
    "master",
    "shared",
    "auth",
    "authentication",
    "service",
    "subscription",
    "admin",
    "app",
    "application",
    "storage",
    "function",
    "functions",
    "host",
    "license",
    "licence",
    "cookie",
    "session",
    "jwt",
    "hmac",
    "crypt",
    "crypto",
    "cipher",
    "aes",
    "instrumentation",
    "rest",
    "ingest",
    "webhook",
    "integration",
    "registration",
    "cosmos",
    "security",
    "client",
    "consumer",
];

/// What the name says, if anything. Only its last words count: `password_policy`, `secret_name` and `token_ttl` are none.
pub(crate) fn noun(name: &str) -> Option<Noun> {
    let words = words(name);
    let mut last = words.len();
    while last > 1
        && (QUALIFIERS.contains(&words[last - 1].as_str()) || words[last - 1].bytes().all(|byte| byte.is_ascii_digit()))
    {
        last -= 1;
    }
    let word = words.get(last.checked_sub(1)?)?.as_str();
    let before = &words[..last - 1];
    let previous = before.last().map(String::as_str).unwrap_or_default();
    if before.iter().any(|word| PREFIXES.contains(&word.as_str())) {
        return None;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends(&["password", "passwd", "passphrase", "passcode", "pwd", "passwort", "pswd"])
        || matches!(word, "pass" | "pw" | "userpass" | "dbpass")
    {
        // `accessKey.password` of charts is the name of the key, which goes with a `secretKey.password`.
        let names_a_key = before.ends_with(&["access".to_owned(), "key".to_owned()]) && name.contains('.');
        if names_a_key {
            return None;
        }
        return Some(Noun::Password);
    }
    if word.ends_with("secret")
        || word == "key" && previous == "secret"
        || ends(&["secretkey"])
        || word == "key" && before.iter().any(|word| word == "secret")
    {
        return Some(Noun::Secret);
    }
    if word.ends_with("token") {
        return (!NOT_TOKENS.contains(&previous)
            && !NOT_TOKENS.iter().any(|not| word.strip_suffix("token") == Some(not)))
        .then_some(Noun::Token);
    }
    if word == "key" && KEYS.contains(&previous) {
        return Some(Noun::Token);
    }
    if ends(&[
        "apikey",
        "accesskey",
        "privatekey",
        "accountkey",
        "encryptionkey",
        "signingkey",
        "masterkey",
        "sharedkey",
        "authkey",
        "storagekey",
        "appkey",
        "subscriptionkey",
        "servicekey",
        "functionkey",
    ]) {
        return Some(Noun::Token);
    }
    match word {
        "credential" | "credentials" | "creds" | "pat" => Some(Noun::Token),
        "auth" => Some(Noun::Auth),
        "authorization" => Some(Noun::Header),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_style() {
        assert_eq!(words("dbPassword2"), ["db", "password", "2"]);
        assert_eq!(words("AWS_SECRET_ACCESS_KEY"), ["aws", "secret", "access", "key"]);
        assert_eq!(words("myAPIKey"), ["my", "api", "key"]);
        assert_eq!(words("x-functions-key"), ["x", "functions", "key"]);
    }

    #[test]
    fn nouns() {
        for (name, want) in [
            ("password", Some(Noun::Password)),
            ("administrator_login_password", Some(Noun::Password)),
            ("MYSQL_ROOT_PASSWORD", Some(Noun::Password)),
            ("dbpassword", Some(Noun::Password)),
            ("master_password_wo", Some(Noun::Password)),
            ("client_secret", Some(Noun::Secret)),
            ("AWS_SECRET_ACCESS_KEY", Some(Noun::Secret)),
            ("secret_string", Some(Noun::Secret)),
            ("apiKey", Some(Noun::Token)),
            ("Ocp-Apim-Subscription-Key", Some(Noun::Token)),
            ("access_token", Some(Noun::Token)),
            ("authToken", Some(Noun::Token)),
            ("secret_name", None),
            ("key_vault_secret_id", None),
            ("passwordSecretRef", None),
            ("password_policy", None),
            ("has_password", None),
            ("token_ttl", None),
            ("next_token", None),
            ("bypass", None),
            ("partition_key", None),
            ("public_key", None),
            ("secrets", None),
        ] {
            assert_eq!(noun(name), want, "{name}");
        }
    }
}
