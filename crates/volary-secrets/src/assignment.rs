//! Finds the value that is given to a named key, in the ways in which configuration and code do it.

use std::ops::Range;

use crate::lines;
use crate::syntax::Syntax;
use crate::value::{self, Literal};

/// The longest name that is read.
const NAME: usize = 128;

/// A key and its literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) key: Range<usize>,
    pub(crate) value: Literal,
}

/// The whole name round a keyword; `None` where it is longer than any name.
pub(crate) fn name_at(text: &[u8], hit: Range<usize>) -> Option<Range<usize>> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let floor = hit.start.saturating_sub(NAME);
    let mut start = hit.start;
    while start > floor && is_name(text[start - 1]) {
        start -= 1;
    }
    let ceiling = (hit.end + NAME).min(text.len());
    let mut end = hit.end;
    while end < ceiling && is_name(text[end]) {
        end += 1;
    }
    if start == floor && floor > 0 || end == ceiling && ceiling < text.len() {
        return None;
    }
    // `\npassword`, `--password`, `password.`
    if start > 0 && text[start - 1] == b'\\' && start < hit.start {
        start += 1;
    }
    while start < hit.start && matches!(text[start], b'-' | b'.') {
        start += 1;
    }
    while end > hit.end && matches!(text[end - 1], b'-' | b'.') {
        end -= 1;
    }
    Some(start..end)
}

/// The value that the key gets, where one is written.
pub(crate) fn find(text: &[u8], key: Range<usize>, syntax: Syntax) -> Option<Assignment> {
    let literal = literal(text, &key, syntax)?;
    (!literal.span.is_empty()).then_some(Assignment { key, value: literal })
}

fn literal(text: &[u8], key: &Range<usize>, syntax: Syntax) -> Option<Literal> {
    let before = key.start.checked_sub(1).map(|at| text[at]);
    let mut at = key.end;
    if before == Some(b'<') && text.get(at) == Some(&b'>') {
        return value::element(text, at + 1);
    }
    if matches!(before, Some(b'?' | b'&')) && text.get(at) == Some(&b'=') {
        return Some(value::query(text, at + 1));
    }
    if before == Some(b'/') || before == Some(b'@') {
        return None;
    }
    let flag = key.start >= 2 && &text[key.start - 2..key.start] == b"--";
    let open = if flag { key.start - 2 } else { key.start };
    let quote = value::quote(text, at)
        .filter(|quote| open >= quote.len && text[open - quote.len..open] == text[at..at + quote.len]);
    if let Some(quote) = &quote {
        at += quote.len;
        if text.get(at) == Some(&b']') {
            at += 1;
        }
    }
    let name_start = open - quote.as_ref().map_or(0, |quote| quote.len);
    if let Some((names, column)) = named_by(text, name_start) {
        if syntax == Syntax::Xml && quote.is_some() {
            let next = lines::skip_blanks(text, at);
            if text.get(next) == Some(&b'>') {
                return value::element(text, next + 1);
            }
        }
        return following(text, at, names, syntax, column);
    }
    let next = lines::skip_blanks(text, at);
    match text.get(next)? {
        b',' if quote.is_some() && (flag || !is_in_list(text, name_start)) => argument(text, next + 1),
        b' ' | b'\t' => None,
        b'(' if quote.is_none() && next == at => call(text, key, next + 1),
        _ if next > at && flag => value::word(text, next, false),
        _ if next > at && syntax == Syntax::Dockerfile && is_instruction(text, key.start) && text[next] != b'=' => {
            value::to_line_end(text, next)
        }
        _ => assigned(text, key, at, next, syntax),
    }
}

/// `= x`, `: x`, `:= x`, `=> x`, `: type = x`, `name type = x`.
fn assigned(text: &[u8], key: &Range<usize>, at: usize, next: usize, syntax: Syntax) -> Option<Literal> {
    let mut operator = next;
    // `password[] = `, `password[20] = `
    if text.get(operator) == Some(&b'[') && syntax == Syntax::Code {
        let close = memchr::memchr(b']', &text[operator..(operator + 12).min(text.len())])?;
        operator = lines::skip_blanks(text, operator + close + 1);
    }
    if text.get(operator).is_some_and(u8::is_ascii_alphabetic)
        && next > at
        && matches!(syntax, Syntax::Code | Syntax::Hcl)
    {
        operator = typed(text, operator)?;
    }
    let rest = text.get(operator..(operator + 4).min(text.len()))?;
    let (length, colon) = match rest {
        [b'=', b'=' | b'~', ..] => return None,
        [b'=', b'>', ..] | [b':', b'=', ..] | [b'?', b'=', ..] => (2, false),
        [b'|', b'|', b'=', ..] | [b'?', b'?', b'=', ..] => (3, false),
        [b'=', ..] => (1, false),
        [b':', b':' | b'/', ..] => return None,
        [b':', ..] => (1, true),
        _ => return None,
    };
    let from = operator + length;
    if colon && syntax == Syntax::Code {
        let after = lines::skip_blanks(text, from);
        if value::quote(text, after).is_none() {
            // `password: string = "x"`
            let equals = typed(text, after)?;
            return value::quoted(text, lines::skip_blanks(text, equals + 1));
        }
    }
    let adjacent = operator == at && text.get(from).is_some_and(|byte| !byte.is_ascii_whitespace());
    let after = lines::skip_blanks(text, from);
    if let Some(literal) = value::quoted(text, after) {
        return Some(literal);
    }
    if value::quote(text, after).is_some() {
        return None;
    }
    if matches!(syntax, Syntax::Yaml | Syntax::Json)
        && colon
        && matches!(text.get(after), None | Some(b'\n' | b'\r' | b'{' | b'#'))
    {
        let nested = nested(text, key, after, syntax)?;
        let column = key.start - lines::start(text, key.start) + 1;
        return following(text, nested, &["value", "default", "defaultvalue"], syntax, column);
    }
    value::unquoted(text, after, syntax, colon, adjacent)
}

/// The `=` behind a type: `string =`, `&'static str =`, `Option<String> =`.
fn typed(text: &[u8], from: usize) -> Option<usize> {
    let end = (from + 48).min(text.len());
    let at =
        text[from..end].iter().position(|byte| !(byte.is_ascii_alphanumeric() || b" &'<>[]?.|_*:".contains(byte)))?
            + from;
    (text[at] == b'=' && !matches!(text.get(at + 1), Some(b'=' | b'>')) && at > from).then_some(at)
}

/// Where a nested block begins, when it is deeper than the key's line.
fn nested(text: &[u8], key: &Range<usize>, after: usize, syntax: Syntax) -> Option<usize> {
    if text.get(after) == Some(&b'{') {
        return Some(after + 1);
    }
    if syntax != Syntax::Yaml {
        return None;
    }
    let indent = |at: usize| lines::skip_blanks(text, at) - at;
    let line = lines::start(text, key.start);
    let next = lines::end(text, after) + 1;
    (next < text.len() && indent(next) > indent(line)).then_some(next)
}

/// `.password("x")`, `setPassword("x")`.
fn call(text: &[u8], key: &Range<usize>, from: usize) -> Option<Literal> {
    let name = &text[key.clone()];
    let method = memchr::memrchr(b'.', name).map_or(name, |dot| &name[dot + 1..]);
    let chained = key.start > 0 && text[key.start - 1] == b'.' || method.len() < name.len();
    // `.pass("tests/a.rs")` is a verb.
    if method.eq_ignore_ascii_case(b"pass") || !(chained || method.starts_with(b"set") || method.starts_with(b"with")) {
        return None;
    }
    let literal = value::quoted(text, lines::skip_blanks(text, from))?;
    (text.get(lines::skip_blanks(text, literal.close)) == Some(&b')')).then_some(literal)
}

/// `("password", "x")`, `["--password", "x"]`.
fn argument(text: &[u8], from: usize) -> Option<Literal> {
    let literal = value::quoted(text, lines::skip_blanks(text, from))?;
    matches!(text.get(lines::skip_blanks(text, literal.close)), Some(b')' | b']' | b',')).then_some(literal)
}

/// Whether the nearest bracket that is open here is one of a list: `["password", "privateKey"]` are two names.
fn is_in_list(text: &[u8], at: usize) -> bool {
    let mut closed = 0usize;
    for byte in text[at.saturating_sub(1024)..at].iter().rev() {
        match byte {
            b')' | b']' | b'}' => closed += 1,
            b'(' | b'[' | b'{' if closed > 0 => closed -= 1,
            b'(' => return false,
            b'[' | b'{' => return true,
            _ => {}
        }
    }
    // Nothing that long is a call with a name and its value.
    at > 1024
}

/// Whether the line is `ENV NAME value` or `ARG`, with the name right after the instruction.
fn is_instruction(text: &[u8], key: usize) -> bool {
    let start = lines::start(text, key);
    let line = text[start..key].trim_ascii();
    line.eq_ignore_ascii_case(b"env") || line.eq_ignore_ascii_case(b"label")
}

/// Whether the key is a label of a choice: in `{"name": "Password", "value": "password"}` the value only repeats it.
pub(crate) fn is_choice(text: &[u8], key: &Range<usize>, value: &[u8]) -> bool {
    let name = &text[key.clone()];
    let before = key.start.checked_sub(1).map_or(0, |at| at + usize::from(value::quote(text, at).is_none()));
    name.eq_ignore_ascii_case(value) && name != value && named_by(text, before).is_some()
}

/// Whether the name is itself the value of a `name`: under which names its value then stands, and the column of that `name`.
fn named_by(text: &[u8], name: usize) -> Option<(&'static [&'static str], usize)> {
    let floor = name.saturating_sub(40);
    let mut at = lines::skip_blanks_back(text, name, floor);
    let operator = *text.get(at.checked_sub(1)?)?;
    if text[floor..at].ends_with(b"variable") {
        return Some((&["default"], 0));
    }
    if operator != b':' && operator != b'=' {
        return None;
    }
    at = lines::skip_blanks_back(text, at - 1, floor);
    if at > floor && matches!(text[at - 1], b'"' | b'\'') {
        at -= 1;
        if at > floor && text[at - 1] == b'\\' {
            at -= 1;
        }
    }
    let word_start = text[floor..at]
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric())
        .map_or(floor, |before| floor + before + 1);
    let word = &text[word_start..at];
    const VALUES: &[&str] = &["value", "stringvalue", "defaultvalue", "default", "parametervalue", "optionvalue"];
    ["name", "key", "parameterkey", "optionname", "variablename"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
        .then(|| (VALUES, word_start - lines::start(text, word_start)))
}

/// The value under one of `names` in what follows, before the enclosing block, list item or a few lines end. In YAML a block
/// ends with the first line that begins left of `column`.
fn following(text: &[u8], from: usize, names: &[&str], syntax: Syntax, column: usize) -> Option<Literal> {
    let end = (from + lines::REACH).min(text.len());
    let mut at = lines::skip_blanks(text, from);
    // The block of a `variable`.
    if text.get(at) == Some(&b'{') {
        at += 1;
    }
    let mut depth = 0u8;
    let mut newlines = 0;
    while at < end {
        let byte = text[at];
        match byte {
            b'{' => depth = depth.saturating_add(1),
            b'}' if depth == 0 => return None,
            b'}' => depth -= 1,
            b'\n' => {
                newlines += 1;
                let next = lines::skip_blanks(text, at + 1);
                let blank = matches!(text.get(next), None | Some(b'\n' | b'\r' | b'#'));
                let ends = !blank && (next - at - 1 < column || text[next] == b'-');
                if newlines > 8 || syntax == Syntax::Yaml && ends {
                    return None;
                }
            }
            b'"' | b'\'' if !text[at + 1..].first().is_some_and(u8::is_ascii_alphabetic) => {}
            _ if byte.is_ascii_alphabetic() => {
                let length =
                    text[at..end].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let word = &text[at..at + length];
                if depth == 0 && names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes())) {
                    let mut operator = at + length;
                    if let Some(quote) = value::quote(text, operator) {
                        operator += quote.len;
                    }
                    operator = lines::skip_blanks(text, operator);
                    let colon = text.get(operator) == Some(&b':');
                    if colon || text.get(operator) == Some(&b'=') {
                        let after = lines::skip_blanks(text, operator + 1);
                        let mut literal = match value::quoted(text, after) {
                            Some(literal) => literal,
                            None if value::quote(text, after).is_some() => return None,
                            None => value::unquoted(text, after, syntax, colon, after == operator + 1)?,
                        };
                        if word.len() >= 7
                            && word[..7].eq_ignore_ascii_case(b"default")
                            && literal.form != value::Form::Loose
                        {
                            literal.form = value::Form::Default;
                        }
                        return Some(literal);
                    }
                }
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, syntax: Syntax) -> Option<(&str, &str)> {
        let at = text.to_ascii_lowercase().find("passw")?;
        let key = name_at(text.as_bytes(), at..at + 5)?;
        let found = find(text.as_bytes(), key, syntax)?;
        Some((&text[found.key], &text[found.value.span]))
    }

    #[test]
    fn ways_to_assign() {
        for (text, syntax, key, value) in [
            (r#"admin_password = "P@ss""#, Syntax::Hcl, "admin_password", "P@ss"),
            ("  password: s3cret # note", Syntax::Yaml, "password", "s3cret"),
            (r#"{"dbPassword": "x1"}"#, Syntax::Json, "dbPassword", "x1"),
            (r#"{\"password\": \"x1\"}"#, Syntax::Json, "password", "x1"),
            ("DB_PASSWORD=a b;c", Syntax::Lines, "DB_PASSWORD", "a b;c"),
            ("export DB_PASSWORD=abc; run", Syntax::Shell, "DB_PASSWORD", "abc"),
            ("ENV DB_PASSWORD abc", Syntax::Dockerfile, "DB_PASSWORD", "abc"),
            ("ENV A=1 DB_PASSWORD=abc B=2", Syntax::Dockerfile, "DB_PASSWORD", "abc"),
            ("mysql --password hunter2 x", Syntax::Shell, "password", "hunter2"),
            (r#"["--password", "hunter2"]"#, Syntax::Json, "password", "hunter2"),
            ("<password>abc</password>", Syntax::Xml, "password", "abc"),
            (r#"<add key="Password" value="abc" />"#, Syntax::Xml, "Password", "abc"),
            (r#"<property name="db.password">abc</property>"#, Syntax::Xml, "db.password", "abc"),
            ("- name: DB_PASSWORD\n  value: abc\n", Syntax::Yaml, "DB_PASSWORD", "abc"),
            ("{\"name\": \"DB_PASSWORD\",\n \"value\": \"abc\"}", Syntax::Json, "DB_PASSWORD", "abc"),
            ("name = \"DB_PASSWORD\"\n value = \"abc\"", Syntax::Hcl, "DB_PASSWORD", "abc"),
            ("variable \"db_password\" {\n  type = string\n  default = \"abc\"\n}", Syntax::Hcl, "db_password", "abc"),
            ("DBPassword:\n  Type: String\n  Default: abc\n", Syntax::Yaml, "DBPassword", "abc"),
            (
                "\"adminPassword\": {\n \"type\": \"string\", \"defaultValue\": \"abc\"}",
                Syntax::Json,
                "adminPassword",
                "abc",
            ),
            ("param adminPassword string = 'abc'", Syntax::Code, "adminPassword", "abc"),
            ("password: str = 'abc'", Syntax::Code, "password", "abc"),
            ("var password string = \"abc\"", Syntax::Code, "password", "abc"),
            ("builder.password(\"abc\")", Syntax::Code, "builder.password", "abc"),
            ("os.getenv('DB_PASSWORD', 'abc')", Syntax::Code, "DB_PASSWORD", "abc"),
            ("config[\"password\"] = \"abc\"", Syntax::Code, "password", "abc"),
            ("$password = \"abc\"", Syntax::Shell, "password", "abc"),
            ("jdbc:x://h/d?user=a&password=abc&x=y", Syntax::Plain, "password", "abc"),
        ] {
            assert_eq!(read(text, syntax), Some((key, value)), "{text}");
        }
    }

    #[test]
    fn choices_are_told_from_values() {
        let choice = |text: &str| {
            let at = text.find("Password").unwrap();
            is_choice(text.as_bytes(), &(at..at + 8), b"password")
        };
        assert!(choice(r#"{"name": "Password", "value": "password"}"#));
        assert!(!choice(r#"{"Password": "password"}"#));
    }

    #[test]
    fn what_is_no_literal() {
        for (text, syntax) in [
            ("password = var.password", Syntax::Hcl),
            ("if password == \"abc\"", Syntax::Code),
            ("password = get_password()", Syntax::Code),
            ("password = \"a\" + b", Syntax::Code),
            ("password: string;", Syntax::Code),
            ("- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: x\n", Syntax::Yaml),
            ("- name: DB_PASSWORD\n- name: OTHER\n  value: x", Syntax::Yaml),
            ("hashPassword(\"abc\")", Syntax::Code),
            ("secretOutputs: [\"password\", \"privateKey\"]", Syntax::Code),
            ("password:", Syntax::Yaml),
            ("DBPassword:\n  Type: String\nUser:\n  Default: admin\n", Syntax::Yaml),
            ("  DBPassword:\n    Type: String\n  User:\n    Default: admin\n", Syntax::Yaml),
        ] {
            assert_eq!(read(text, syntax), None, "{text}");
        }
    }
}
