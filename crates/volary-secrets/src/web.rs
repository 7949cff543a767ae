//! Credentials in URLs, and signed web tokens.

use std::ops::Range;

use crate::syntax::{FileKind, Syntax};
use crate::{base64, lines, measure, weak};

/// A password in a URL.
pub(crate) struct Password {
    pub(crate) span: Range<usize>,
    pub(crate) scheme: Scheme,
    /// Where the URL begins.
    pub(crate) url: usize,
}

/// The password of `scheme://user:password@host`, where the `://` stands at `hit`.
pub(crate) fn password(text: &[u8], hit: Range<usize>, file: &FileKind) -> Option<Password> {
    let floor = hit.start.saturating_sub(24);
    let scheme_start = text[floor..hit.start]
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-')))
        .map_or(floor, |at| floor + at + 1);
    let scheme = Scheme::of(&text[scheme_start..hit.start])?;
    let limit = (hit.end + 256).min(text.len());
    let rest = &text[hit.end..limit];
    let stop = rest
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || b"/\"'`<>?#\\,;()".contains(byte))
        .unwrap_or(rest.len());
    let at = memchr::memrchr(b'@', &rest[..stop])?;
    let colon = memchr::memchr(b':', &rest[..at])?;
    let (user, password) = (std::str::from_utf8(&rest[..colon]).ok()?, std::str::from_utf8(&rest[colon + 1..at]).ok()?);
    let host_end =
        rest[at + 1..stop].iter().position(|byte| matches!(byte, b':' | b'|')).map_or(stop, |port| at + 1 + port);
    let host = std::str::from_utf8(&rest[at + 1..host_end]).ok()?.to_ascii_lowercase();
    if password.len() < 3
        || weak::is_stand_in(password)
        || weak::is_pointer(password)
        || user.contains(['$', '{', '<', '%'])
        || host.is_empty()
    {
        return None;
    }
    if password.contains(['$', '{', '}', '[', ']', '*'])
        || host.contains(['{', '$', '[', '%'])
        || measure::is_name(password.as_bytes()) && password.contains(['_', '.'])
    {
        return None;
    }
    const NOBODYS: &[&str] = &[
        "example.com",
        "example.org",
        "example.net",
        ".example",
        ".test",
        ".invalid",
        "domain.com",
        "domain.tld",
        "host.com",
        "server.com",
        "foo.com",
        "bar.com",
    ];
    if NOBODYS.iter().any(|end| host.ends_with(end))
        || matches!(host.as_str(), "host" | "hostname" | "server" | "domain")
    {
        return None;
    }
    let here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "0.0.0.0" | "::1" | "host.docker.internal");
    let lower = password.to_ascii_lowercase();
    let words_for_it = matches!(
        lower.as_str(),
        "password"
            | "pass"
            | "passwd"
            | "pwd"
            | "secret"
            | "token"
            | "pw"
            | "key"
            | "apikey"
            | "auth"
            | "access_token"
            | "mypassword"
    );
    let users_for_it = matches!(
        user.to_ascii_lowercase().as_str(),
        "user"
            | "username"
            | "usr"
            | "u"
            | "foo"
            | "login"
            | "name"
            | "email"
            | "account"
            | "id"
            | "someuser"
            | "myuser"
    );
    // `ACCESSKEY:SECRETKEY@`, and what is open to everybody: `demo:demo@`.
    let is_capital = |text: &str| text.len() > 3 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    if is_capital(user) && is_capital(password)
        || matches!(lower.as_str(), "demo" | "guest") && lower == user.to_ascii_lowercase()
    {
        return None;
    }
    // What every tutorial writes; on the machine itself nobody is let in by it.
    let common = words_for_it || weak::is_weak(password) || lower == user.to_ascii_lowercase();
    if common && file.syntax == Syntax::Code && !words_for_it {
        // A program that connects to something real does not do it as `admin:admin`; what it shows to users does.
        return None;
    }
    if here && (common || file.test_path)
        || words_for_it && (users_for_it || !file.syntax.is_configuration())
        || users_for_it && lower.starts_with("pass")
    {
        return None;
    }
    // `http://proxy:8080@…` and other numbers are ports more often than passwords.
    if password.bytes().all(|byte| byte.is_ascii_digit()) && password.len() < 6 {
        return None;
    }
    let start = hit.end + colon + 1;
    Some(Password { span: start..start + password.len(), scheme, url: scheme_start })
}

/// What a URL connects to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// A database, cache or broker.
    Service,
    /// Everything else.
    Other,
}

impl Scheme {
    fn of(scheme: &[u8]) -> Option<Self> {
        let lower = std::str::from_utf8(scheme).ok()?.to_ascii_lowercase();
        if !lower.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        const SERVICES: &[&str] = &[
            "postgres",
            "postgresql",
            "mysql",
            "mariadb",
            "mongodb",
            "mongodb+srv",
            "redis",
            "rediss",
            "amqp",
            "amqps",
            "mssql",
            "sqlserver",
            "oracle",
            "cockroachdb",
            "clickhouse",
            "cassandra",
            "neo4j",
            "bolt",
            "kafka",
            "nats",
            "mqtt",
            "mqtts",
            "ldap",
            "ldaps",
            "smtp",
            "smtps",
            "cloudinary",
            "couchdb",
            "influxdb",
            "snowflake",
            "redshift",
            "db2",
            "sqlite",
        ];
        let base = lower.split(['+', '.']).next().unwrap_or_default();
        Some(if SERVICES.contains(&lower.as_str()) || SERVICES.contains(&base) { Self::Service } else { Self::Other })
    }
}

/// A JSON Web Token whose header begins at `start`.
pub(crate) fn signed_token(text: &[u8], start: usize) -> Option<Range<usize>> {
    if start > 0
        && (text[start - 1].is_ascii_alphanumeric() || matches!(text[start - 1], b'_' | b'-' | b'.' | b'+' | b'/'))
    {
        return None;
    }
    let limit = (start + 8192).min(text.len());
    let part = |from: usize| {
        from + text[from..limit]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            .count()
    };
    let header = part(start);
    let payload = part((text.get(header) == Some(&b'.')).then_some(header + 1)?);
    let signature = part((text.get(payload) == Some(&b'.')).then_some(payload + 1)?);
    if payload - header < 12 || signature - payload < 20 {
        return None;
    }
    let head = base64::prefix(&text[start..header], 256);
    let body = base64::prefix(&text[header + 1..payload], 4096);
    let is_token = head.starts_with(b"{") && lines::holds(&head, "\"alg\"") && body.starts_with(b"{");
    // The token of every tutorial, and unsigned ones.
    let is_sample =
        lines::holds(&body, "john doe") || lines::holds(&body, "1234567890") || lines::holds(&head, "\"none\"");
    (is_token && !is_sample && measure::entropy(&text[payload + 1..signature]) > 3.5).then_some(start..signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    fn read<'a>(path: &str, text: &'a str) -> Option<&'a str> {
        let at = text.find("://")?;
        password(text.as_bytes(), at..at + 3, &syntax::kind(path)).map(|found| &text[found.span])
    }

    #[test]
    fn passwords_in_urls() {
        assert_eq!(read("a.env", "DB=postgres://app:Zk3vQ9wL@db.internal:5432/x"), Some("Zk3vQ9wL"));
        assert_eq!(read("a.env", "R=redis://:Zk3vQ9wL@cache:6379"), Some("Zk3vQ9wL"));
        assert_eq!(read("a.yml", "u: mongodb://root:password@mongo:27017"), Some("password"));
        assert_eq!(read("a.sh", "git clone https://ci:9fK2mQx7@git.corp.net/a.git"), Some("9fK2mQx7"));
        for text in [
            "postgres://user:password@host/db",
            "postgres://${USER}:${PASS}@db/x",
            "http://localhost:8080/a@b",
            "https://user:pass@example.com",
            "postgres://postgres:postgres@localhost:5432/x",
            "ssh://git@github.com/x",
            "http://<user>:<pass>@h",
        ] {
            assert_eq!(read("a.yml", text), None, "{text}");
        }
    }
}
