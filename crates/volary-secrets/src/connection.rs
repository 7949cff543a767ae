//! Passwords in connection strings of the `Name=value;Name=value` kind.

use std::ops::Range;

use crate::key::Noun;
use crate::{lines, weak};

/// How far from the password its other parts are looked for.
const PARTS_REACH: usize = 256;

/// The password's value, where the key at `key` is a part of a connection string.
pub(crate) fn password(text: &[u8], key: &Range<usize>, noun: Noun) -> Option<Range<usize>> {
    if noun != Noun::Password {
        return None;
    }
    let operator = lines::skip_blanks(text, key.end);
    if text.get(operator) != Some(&b'=') || text.get(operator + 1) == Some(&b'=') {
        return None;
    }
    let line = lines::line(text, key.start);
    let start = lines::skip_blanks(text, operator + 1);
    let before = lines::skip_blanks_back(text, key.start, line.start);
    let joined = before > line.start && text[before - 1] == b';';
    let value_end =
        text[start..line.end].iter().position(|byte| b";\"'`<\\".contains(byte)).map_or(line.end, |at| start + at);
    let goes_on = text.get(value_end) == Some(&b';');
    if !(joined || goes_on) || value_end - start < 3 || value_end - start > 256 {
        return None;
    }
    // Other parts of such a string must stand beside it.
    let is_part = |range: Range<usize>| {
        const PARTS: &[&str] = &[
            "server",
            "data source",
            "datasource",
            "host",
            "user id",
            "uid",
            "username",
            "user",
            "initial catalog",
            "database",
            "address",
            "network address",
            "dsn",
            "driver",
            "endpoint",
            "addr",
        ];
        text[range].split(|byte| matches!(byte, b';' | b'"' | b'\'' | b'`' | b'>')).any(|part| {
            let Some(equals) = memchr::memchr(b'=', part) else { return false };
            let name = part[..equals].trim_ascii();
            // `ConnectionString=Server=…`
            PARTS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
                || memchr::memchr(b'=', &part[equals + 1..]).is_some_and(|next| {
                    PARTS.iter().any(|known| {
                        part[equals + 1..equals + 1 + next].trim_ascii().eq_ignore_ascii_case(known.as_bytes())
                    })
                })
        })
    };
    let nearby = key.start.saturating_sub(PARTS_REACH).max(line.start)..key.start;
    if !(is_part(nearby) || is_part(value_end..line.end.min(value_end + PARTS_REACH))) {
        return None;
    }
    let mut span = start..value_end;
    while span.end > span.start && text[span.end - 1].is_ascii_whitespace() {
        span.end -= 1;
    }
    let value = std::str::from_utf8(&text[span.clone()]).ok()?;
    let stands_in = weak::is_stand_in(value)
        || weak::is_pointer(value)
        || value.starts_with('{')
        || value.contains(" + ")
        || value.contains(['$', '%']) && value.contains(['{', '(']);
    (!stands_in && !value.eq_ignore_ascii_case("password") && !value.to_ascii_lowercase().contains("password>"))
        .then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment;

    fn read(text: &str) -> Option<&str> {
        let lower = text.to_ascii_lowercase();
        let at = lower.find("password").or_else(|| lower.find("pwd"))?;
        let key = assignment::name_at(text.as_bytes(), at..at + 3)?;
        password(text.as_bytes(), &key, Noun::Password).map(|span| &text[span])
    }

    #[test]
    fn connection_strings() {
        assert_eq!(
            read(r#""Server=tcp:a.database.windows.net;User ID=sa;Password=Zk3vQ9wL!;Encrypt=true""#),
            Some("Zk3vQ9wL!")
        );
        assert_eq!(read("ConnectionString=Server=db;Uid=root;Pwd=abc123;"), Some("abc123"));
        assert_eq!(read(r#""Server=db;Password={your_password};""#), None);
        assert_eq!(read(r#""Server=db;Password=${var.p};""#), None);
        assert_eq!(read("password=abc; echo x"), None);
    }
}
