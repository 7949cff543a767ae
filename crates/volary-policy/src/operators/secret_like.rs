//! `secret_like`: a text that is written here and can be a credential.

use volary_model::{Data, Value};

use super::{Answer, Spec, Takes};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "secret_like",
    takes: Takes::Text,
    argument: "`true`",
    meaning: "A text is written in these files that can be a credential: not empty, no placeholder, no reference to \
              where the credential is kept. A value that is not known is not written here, so the test is false on it. \
              The value is never shown.",
    examples: &[
        ("{secret_like: true}", "\"hunter2\"", "true"),
        ("{secret_like: true}", "\"P@ssw0rd123!\"", "true"),
        ("{secret_like: true}", "\"\"", "false"),
        ("{secret_like: true}", "\"arn:aws:secretsmanager:eu-west-1:1:secret:db\"", "false"),
        ("{secret_like: true}", "\"@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/a)\"", "false"),
        ("{secret_like: true}", "\"${DB_PASSWORD}\"", "false"),
        ("{secret_like: true}", "\"<password>\"", "false"),
        ("{secret_like: true}", "\"true\"", "false"),
        ("{secret_like: true}", "absent", "false"),
        ("{secret_like: true}", "[]", "wrong type"),
        ("{secret_like: true}", "unknown", "false"),
    ],
};

/// How references to kept credentials, paths and addresses start.
const REFERENCES: [&str; 16] = [
    "arn:",
    "@microsoft.keyvault",
    "projects/",
    "vault:",
    "ssm:",
    "secretsmanager:",
    "op://",
    "kms:",
    "akv:",
    "/",
    "./",
    "~/",
    "file:",
    "env:",
    "ref+",
    "sm://",
];

/// What stands for "fill in" or says that there is none.
const PLACEHOLDERS: [&str; 12] =
    ["null", "none", "nil", "true", "false", "undefined", "redacted", "placeholder", "todo", "n/a", "na", "dummy"];

pub(crate) fn test(value: &Value) -> Answer {
    match &value.data {
        Data::Text(text) => Ok(Truth::from(can_be_secret(text))),
        Data::Number(_) => Ok(Truth::True),
        Data::Bool(_) | Data::Unknown(_) | Data::Null => Ok(Truth::False),
        Data::List(_) | Data::Map(_) => Err(super::WrongType),
    }
}

fn can_be_secret(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let templated = ["${", "$(", "{{", "<%", "#{"].iter().any(|mark| text.contains(mark));
    let enclosed = (text.starts_with('<') && text.ends_with('>')) || (text.starts_with('%') && text.ends_with('%'));
    let variable = text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
    });
    let masked = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_'));
    // An address is no credential unless one stands in it.
    let address = lower.contains("://") && !lower.split("://").nth(1).is_some_and(|rest| rest.contains('@'));
    !text.is_empty()
        && !templated
        && !enclosed
        && !variable
        && !masked
        && !address
        && !PLACEHOLDERS.contains(&lower.as_str())
        && !REFERENCES.iter().any(|start| lower.starts_with(start))
}
