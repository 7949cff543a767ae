//! Passwords that are on every list, and texts that stand in for a value.

use crate::measure;

/// Passwords that people and images ship with. Compared in small letters.
const WEAK: &[&str] = &[
    "password",
    "passw0rd",
    "password1",
    "password12",
    "password123",
    "password1234",
    "p@ssw0rd",
    "p@ssword",
    "p@$$w0rd",
    "pa$$w0rd",
    "pa$$word",
    "pa55w0rd",
    "p4ssw0rd",
    "pass",
    "pass123",
    "pass1234",
    "passwd",
    "admin",
    "admin1",
    "admin12",
    "admin123",
    "admin1234",
    "adminadmin",
    "administrator",
    "root",
    "root123",
    "rootroot",
    "rootpassword",
    "toor",
    "secret",
    "secret123",
    "supersecret",
    "supersecretpassword",
    "s3cr3t",
    "s3cret",
    "changeme",
    "changeit",
    "change-me",
    "change_me",
    "changethis",
    "changeme123",
    "changemenow",
    "letmein",
    "welcome",
    "welcome1",
    "welcome123",
    "qwerty",
    "qwerty123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "guest",
    "masterkey",
    "taosdata",
    "postgres",
    "postgresql",
    "mysql",
    "mongo",
    "mongodb",
    "rabbitmq",
    "redis",
    "elastic",
    "minio",
    "minioadmin",
    "minio123",
    "test123",
    "test1234",
    "default",
    "hunter2",
    "abc123",
    "abcd1234",
    "iloveyou",
    "monkey",
    "dragon",
    "master",
    "oracle",
    "vagrant",
    "ubuntu",
    "raspberry",
    "keycloak",
    "grafana",
    "jenkins",
    "airflow",
    "wordpress",
    "drupal",
    "mysecretpassword",
    "mypassword",
    "my-secret-pw",
    "my-password",
    "tomcat",
    "weblogic",
    "manager",
    "system",
    "cisco",
    "foobar",
    "trustno1",
    "superuser",
    "temp123",
    "temp1234",
    "demo123",
];

/// Whether everybody would try this password.
pub(crate) fn is_weak(value: &str) -> bool {
    let lower = value.trim_end_matches(['!', '.', '#']).to_ascii_lowercase();
    WEAK.contains(&lower.as_str())
}

/// Parts that only texts in place of a value hold.
const STAND_INS: &[&str] = &[
    "example",
    "placeholder",
    "redacted",
    "dummy",
    "replace",
    "insert",
    "todo",
    "fixme",
    "xxxx",
    "****",
    "....",
    "your_",
    "your-",
    "yourown",
    "yourpass",
    "<your",
    "here_",
    "_here",
    "-here",
    "notreal",
    "not-real",
    "not_real",
    "fake",
    "masked",
    "removed",
    "censored",
    "sanitized",
    "to_be_",
    "to-be-",
    "tobe",
    "undefined",
    "enter_",
    "enter-",
    "put_",
    "put-",
    "fill_",
    "fill-in",
    "lorem",
    "some_",
    "some-",
    "sample",
    "update_me",
    "updateme",
];

/// Whole values that mean that there is none, or that name a type or a place.
const NOTHINGS: &[&str] = &[
    "",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "string",
    "text",
    "str",
    "number",
    "boolean",
    "bool",
    "object",
    "any",
    "unset",
    "empty",
    "n/a",
    "na",
    "tbd",
    "tba",
    "required",
    "optional",
    "unused",
    "ignored",
    "ignore",
    "disabled",
    "enabled",
    "random",
    "auto",
    "generated",
    "securestring",
    "bytes",
    "file",
    "env",
    "prompt",
    "plaintext",
    "sha256",
    "sha512",
    "md5",
    "bcrypt",
    "hash",
    "bearer",
    "basic",
    "self",
    "this",
    "value",
    "invalid",
    "valid",
    "wrong",
    "unknown",
    "anonymous",
    "var",
    "inherit",
    "stdin",
    "opaque",
    "write",
    "read",
];

/// Whether a text stands in for a value that is filled in elsewhere.
pub(crate) fn is_stand_in(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    if NOTHINGS.contains(&lower.as_str()) || STAND_INS.iter().any(|part| lower.contains(part)) {
        return true;
    }
    let bytes = value.as_bytes();
    // Templates and variables of every tool.
    const OPENINGS: &[&str] = &["${", "$(", "{{", "}}", "<%", "%{", "#{", "$[", "[[", "((", "$$", "@@", "{%"];
    if OPENINGS.iter().any(|opening| value.contains(opening)) {
        return true;
    }
    let wrapped = |open: char, close: char| value.len() > 2 && value.starts_with(open) && value.ends_with(close);
    if wrapped('<', '>')
        || wrapped('%', '%')
        || wrapped('{', '}')
        || wrapped('[', ']')
        || value.starts_with("__") && value.ends_with("__")
    {
        return true;
    }
    // `$NAME`, also in the middle of text; `$2a$` and the like are hashes.
    if value.starts_with('$') && bytes.get(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return true;
    }
    if value.contains("%s") || value.contains("%d") || value.contains("%v") || value.contains("{0}") {
        return true;
    }
    // One character over and over, and dots or stars.
    let first = bytes[0];
    bytes.iter().all(|byte| *byte == first)
        || bytes.iter().all(|byte| !byte.is_ascii_alphanumeric())
        || bytes.len() > 12 && measure::has_row(bytes, 8)
}

/// Whether a text says where the value is kept instead of holding it, or holds it sealed.
pub(crate) fn is_pointer(value: &str) -> bool {
    const STARTS: &[&str] = &[
        "arn:",
        "http://",
        "https://",
        "file:",
        "ref+",
        "vault:",
        "secret:",
        "secrets.",
        "secret/",
        "secret://",
        "secretref",
        "secretref:",
        "op://",
        "keyvault",
        "@microsoft.keyvault",
        "enc[",
        "enc(",
        "{cipher}",
        "{aes}",
        "aqica",
        "agb",
        "ssm:",
        "ssm/",
        "aws-ssm",
        "gcp-secret",
        "awssecret",
        "azurekeyvault",
        "projects/",
        "env.",
        "env:",
        "env/",
        "var.",
        "vars.",
        "local.",
        "data.",
        "module.",
        "each.",
        "process.env",
        "os.environ",
        "system.getenv",
        "getenv",
        "/",
        "./",
        "../",
        "~/",
        "c:\\",
        "ssh-",
        "ecdsa-",
        "-----begin",
        "sha1:",
        "sha256:",
        "sha384:",
        "sha512:",
        "sha1-",
        "sha256-",
        "sha384-",
        "sha512-",
        "md5:",
        "pbkdf2",
        "bcrypt",
        "argon2",
        "{ssha}",
        "{bcrypt}",
        "$ansible_vault",
        "!vault",
        "k8s:",
        "kv/",
        "resolve:",
        "parameters(",
        "variables(",
        "concat(",
        "listkeys(",
        "reference(",
        "[parameters",
        "[variables",
        "[concat",
        "[reference",
        "[listkeys",
        "fn::",
        "steps.",
        "needs.",
        "inputs.",
        "github.",
        "urn:",
        "oid:",
        "hiera",
        "lookup(",
        "doppler",
        "awskms:",
        "gcpkms:",
        "base64:",
        "passenv",
        "sops",
        "vault/",
    ];
    let lower: String = value.chars().take(24).collect::<String>().to_ascii_lowercase();
    STARTS.iter().any(|start| lower.starts_with(start)) || is_hash(value)
}

/// Hashes of passwords: crypt and its successors.
fn is_hash(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() > 12 && bytes[0] == b'$' && bytes[1..].iter().take(12).any(|byte| *byte == b'$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins() {
        for value in [
            "${var.password}",
            "$DB_PASS",
            "$(password)",
            "{{ .Values.password }}",
            "<password>",
            "your-password",
            "xxxxxxxx",
            "********",
            "%PASSWORD%",
            "#{password}#",
            "AKIAIOSFODNN7EXAMPLE",
            "null",
            "__PASSWORD__",
            "aaaaaaa",
            "REPLACE_ME",
            "%s",
        ] {
            assert!(is_stand_in(value), "{value}");
        }
        for value in ["P@ssw0rd", "changeme", "hunter2", "S3cure$Pass", "abc%xef1"] {
            assert!(!is_stand_in(value), "{value}");
        }
    }

    #[test]
    fn pointers() {
        for value in [
            "arn:aws:secretsmanager:x",
            "@Microsoft.KeyVault(SecretUri=x)",
            "/run/secrets/db",
            "ENC[AES256_GCM,data:x]",
            "$2a$10$abcdefghijklmnop",
            "var.x",
        ] {
            assert!(is_pointer(value), "{value}");
        }
        assert!(!is_pointer("P@ssw0rd"));
    }
}
