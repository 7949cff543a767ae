//! Whether the literal under a key is a credential: the question that decides how quiet the scanner is.

use crate::base64;
use crate::key::Noun;
use crate::measure::{self, Mix};
use crate::syntax::{FileKind, Syntax};
use crate::value::Form;
use crate::weak;

/// What an assigned literal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A password, secret or key.
    Secret,
    /// A password that is on every list.
    Weak,
}

/// Judges a value. `name` is the key's whole name, `value` what is written.
pub(crate) fn judge(noun: Noun, name: &str, value: &str, form: Form, file: &FileKind) -> Option<Verdict> {
    if file.generated || file.labels || value.len() < 3 || value.len() > 1024 {
        return None;
    }
    if weak::is_stand_in(value) || weak::is_pointer(value) {
        return None;
    }
    let configuration = file.syntax.is_configuration();
    match noun {
        Noun::Password => password(name, value, form, file.syntax, configuration),
        Noun::Secret => secret(name, value, form, file.syntax, configuration),
        Noun::Token => is_random(value, 16, form, file.syntax).then_some(Verdict::Secret),
        Noun::Auth => is_user_and_password(value).then_some(Verdict::Secret),
        Noun::Header => header(value),
    }
}

fn password(name: &str, value: &str, form: Form, syntax: Syntax, configuration: bool) -> Option<Verdict> {
    let bytes = value.as_bytes();
    let mix = Mix::of(bytes);
    // Sentences and labels.
    if value.contains(char::is_whitespace) || value.ends_with(':') || !value.is_ascii() && mix.digit == 0 {
        return None;
    }
    if weak::is_weak(value) {
        // In code and prose `password: "password"` is the name of a field.
        let is_field = !configuration && mix.digit == 0;
        return (!is_field && form != Form::Loose).then_some(Verdict::Weak);
    }
    if is_echo(name, value) || looks_like_code(bytes, mix) || bytes.len() < 5 {
        return None;
    }
    let mixed = mix.digit > 0 && mix.letters() > 0 || has_strong_symbol(bytes);
    match form {
        // A command in a string, a heredoc, prose: only what cannot be a word.
        Form::Loose => {
            (mixed && mix.kinds() >= 2 && !measure::is_name(bytes) && bytes.len() >= 6 && !is_loose_code(value))
                .then_some(Verdict::Secret)
        }
        // In Terraform the attribute is set to what is written, whatever it reads like.
        Form::Quoted
            if syntax == Syntax::Hcl
                && bytes.len() >= 12
                && !value.ends_with("-name")
                && !value.contains(['/', ':', '_']) =>
        {
            Some(Verdict::Secret)
        }
        Form::Default if configuration && bytes.len() >= 8 && !value.contains(['/', ':']) => Some(Verdict::Secret),
        _ if mix.kinds() < 4
            && measure::is_name(bytes)
            && bytes.iter().any(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')) =>
        {
            None
        }
        _ if mixed => (!bytes.iter().all(u8::is_ascii_digit)).then_some(Verdict::Secret),
        // One word of letters: in Terraform it is the value that will be set; elsewhere it may be a name or a label.
        Form::Quoted if syntax == Syntax::Hcl => (bytes.len() >= 8).then_some(Verdict::Secret),
        _ if mix.symbol == 0 && configuration => {
            (bytes.len() >= 8 && !measure::is_name(bytes)).then_some(Verdict::Secret)
        }
        _ => (all_digits_secret(bytes, configuration)
            || mix.symbol == 0 && bytes.len() >= 10 && !measure::is_name(bytes))
        .then_some(Verdict::Secret),
    }
}

/// PINs and passwords of digits, where the file is configuration.
fn all_digits_secret(bytes: &[u8], configuration: bool) -> bool {
    configuration && bytes.len() >= 6 && bytes.len() <= 16 && bytes.iter().all(u8::is_ascii_digit)
}

fn secret(name: &str, value: &str, form: Form, syntax: Syntax, configuration: bool) -> Option<Verdict> {
    if is_random(value, 16, form, syntax) {
        return Some(Verdict::Secret);
    }
    let bytes = value.as_bytes();
    let mix = Mix::of(bytes);
    if value.contains(char::is_whitespace) || is_echo(name, value) || looks_like_code(bytes, mix) || form == Form::Loose
    {
        return None;
    }
    if weak::is_weak(value) {
        let is_composed = name.contains(['_', '-', '.']) || name.chars().any(char::is_uppercase);
        // `secretKey: password` names an entry; a password of the lists that is no word of that kind is one.
        let is_value = mix.digit > 0 || value.to_ascii_lowercase().starts_with("change") || value.len() > 10;
        return (configuration && is_composed && is_value).then_some(Verdict::Weak);
    }
    let chosen =
        bytes.len() >= 8 && mix.kinds() >= 3 && mix.digit > 0 && !measure::is_name(bytes) && !measure::is_uuid(bytes);
    chosen.then_some(Verdict::Secret)
}

/// Whether a value looks drawn at random: long, of letters and digits, no words.
fn is_random(value: &str, shortest: usize, form: Form, syntax: Syntax) -> bool {
    let bytes = value.as_bytes();
    let mix = Mix::of(bytes);
    let alphabet = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/=.~:!@#%^&*".contains(byte));
    if bytes.len() < shortest || !alphabet || mix.digit < 2 || mix.letters() < 2 {
        return false;
    }
    if measure::is_uuid(bytes) {
        // Identifiers are UUIDs far more often than credentials are.
        return false;
    }
    if mix.symbol > bytes.len() / 4 || measure::is_name(bytes) || is_versioned_name(bytes) {
        return false;
    }
    if looks_like_code(bytes, mix)
        || form == Form::Loose && (is_loose_code(value) || syntax == Syntax::Prose && bytes.len() < 20)
    {
        return false;
    }
    let hex = bytes.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        || bytes.iter().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte));
    // Random text of n characters of an alphabet of 64 has about log2(n) bits for small n.
    let floor = if hex { 2.9 } else { 3.3_f64.min((bytes.len() as f64).log2() * 0.83) };
    measure::entropy(bytes) >= floor
}

/// Names with a number or hash in them: `myapp-prod-3f2a`, `gpt-4o-2024-08-06`.
fn is_versioned_name(bytes: &[u8]) -> bool {
    let pieces: Vec<&[u8]> = bytes
        .split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':'))
        .filter(|piece| !piece.is_empty())
        .collect();
    let words = pieces
        .iter()
        .filter(|piece| piece.len() >= 2 && piece.iter().all(u8::is_ascii_alphabetic) && measure::is_name(piece))
        .count();
    pieces.len() >= 3 && words * 2 >= pieces.len()
}

/// Whether the value only says the key's name again: `password: userPassword`, `token = "access_token"`.
fn is_echo(name: &str, value: &str) -> bool {
    let squash = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let is_composed = value.contains(['-', '_']);
    let (name, value) = (squash(name), squash(value));
    !value.is_empty()
        && (name == value
            || value.len() > 3 && (name.ends_with(&value) || is_composed && name.starts_with(&value))
            || (value.ends_with(&name) || value.starts_with(&name))
                && value.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Pieces of code, markup, patterns and formats.
fn looks_like_code(bytes: &[u8], mix: Mix) -> bool {
    let has = |needle: u8| bytes.contains(&needle);
    let pair = |open: u8, close: u8| has(open) && has(close);
    let first = bytes[0];
    pair(b'(', b')')
        && mix.letters() > 2
        && bytes.iter().position(|byte| *byte == b'(').is_some_and(|at| at > 0 && bytes[at - 1].is_ascii_alphanumeric())
        || pair(b'<', b'>')
        || pair(b'{', b'}')
        || pair(b'[', b']')
        || first == b'^' && bytes.len() > 3 && bytes.ends_with(b"$")
        || bytes.windows(2).any(|pair| matches!(pair, b"\\d" | b"\\w" | b"\\s" | b"=>" | b"->" | b"::" | b"&&" | b"||"))
        || has(b',') && mix.symbol > 2
        || first == b'&'
        || first == b'*'
        || first == b'.'
        || first == b'-' && has(b' ')
        || first == b'='
}

/// What stands without quotes where a value would have them: a variable, a member, a call.
fn is_loose_code(value: &str) -> bool {
    let identifier = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        && value.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let words_and_digits =
        identifier && (value.contains('.') || value.contains('_') || measure::is_name(value.as_bytes()));
    words_and_digits || value.contains(['(', ')', '[', ']', '{', '}', '$', '\\', '<', '>', ','])
}

/// A symbol that names do not have.
fn has_strong_symbol(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| b"!@#$%^&*+=?~".contains(byte)) && bytes.iter().any(u8::is_ascii_alphanumeric)
}

/// Base64 of `user:password`.
fn is_user_and_password(value: &str) -> bool {
    base64::whole(value.as_bytes()).filter(|_| value.len() >= 8).is_some_and(|decoded| {
        let Ok(text) = std::str::from_utf8(&decoded) else { return false };
        let Some((user, password)) = text.split_once(':') else { return false };
        !user.is_empty()
            && password.len() >= 3
            && text.chars().all(|character| !character.is_control())
            && !weak::is_stand_in(password)
            && !weak::is_stand_in(user)
    })
}

/// `Basic dXNlcjpwYXNz`, `Bearer TOKEN`.
fn header(value: &str) -> Option<Verdict> {
    let (scheme, rest) = value.split_once(' ')?;
    let rest = rest.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => is_user_and_password(rest).then_some(Verdict::Secret),
        "bearer" | "token" | "apikey" | "sso-key" => {
            (!weak::is_stand_in(rest) && !weak::is_pointer(rest) && is_random(rest, 20, Form::Quoted, Syntax::Plain))
                .then_some(Verdict::Secret)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key;
    use crate::syntax;

    fn verdict(path: &str, name: &str, value: &str, form: Form) -> Option<Verdict> {
        judge(key::noun(name)?, name, value, form, &syntax::kind(path))
    }

    #[test]
    fn credentials() {
        for (path, name, value) in [
            ("main.tf", "administrator_login_password", "P@ssw0rd"),
            ("main.tf", "master_password", "superhardpass"),
            ("values.yaml", "password", "changeme"),
            ("main.bicep", "adminPassword", "HardcodedPassword"),
            ("docker-compose.yml", "POSTGRES_PASSWORD", "postgres"),
            ("app.py", "password", "Tr0ub4dor&3"),
            (".env", "JWT_SECRET", "0f3aa1b97c5d42e8"),
            ("app.yaml", "client_secret", "Sup3rS3cret!"),
            ("app.js", "apiKey", "9fK2mQx7Lp0ZtV4bNs8R"),
            ("config.json", "auth", "YWRtaW46aHVudGVyMg=="),
            ("config.json", "Authorization", "Basic YWRtaW46aHVudGVyMg=="),
        ] {
            assert!(verdict(path, name, value, Form::Quoted).is_some(), "{name} = {value}");
        }
    }

    #[test]
    fn no_credentials() {
        for (path, name, value) in [
            ("main.tf", "password", "${var.password}"),
            ("values.yaml", "password", "my-db-password"),
            ("app.py", "password", "password"),
            ("app.js", "password", "Enter your password"),
            ("app.js", "token", "access_token"),
            ("app.yaml", "secret", "my-tls-secret"),
            ("app.yaml", "token", "4f1c9a7b-e03d-5286-6c1f-a0d97b3e25d8"),
            ("app.yaml", "secret", "true"),
            ("locales/de.json", "password", "Passwort1!"),
            ("package-lock.json", "token", "9fK2mQx7Lp0ZtV4bNs8R"),
            ("main.tf", "password", "arn:aws:secretsmanager:eu-west-1:1:secret:x"),
            ("app.yaml", "auth", "basic"),
            ("app.py", "pad_token", "[PAD]"),
            ("external.yaml", "secretKey", "password"),
            ("app.yaml", "api_key", "projects/p/secrets/s/versions/1"),
        ] {
            assert_eq!(verdict(path, name, value, Form::Quoted), None, "{name} = {value}");
        }
    }
}
