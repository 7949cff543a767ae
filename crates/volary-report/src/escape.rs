//! Text from the tree under check, made harmless for whoever reads it.
//!
//! Paths, messages and code are written by others. A control character could redraw the terminal, a bidirectional
//! control could show other code than there is, and a CI system takes `##vso[...]` or `::error` in a log as an order.

use std::borrow::Cow;
use std::fmt::Write;

/// Characters that move, hide or reorder text instead of being seen.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
                // Marks of our own in code frames.
                | '\u{e000}'
                | '\u{e001}'
        )
}

/// Whether the text behind a `##` makes an order for a CI system of it.
fn is_order(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    bytes.first() == Some(&b'[') || bytes.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"vso["))
}

/// Appends one character so that it can be seen; `rest` is the text behind it.
pub(crate) fn push_visible(out: &mut String, character: char, rest: &str) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '#' if out.ends_with('#') && is_order(rest) => out.push_str("\\u{23}"),
        _ if is_hidden(character) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
        _ => out.push(character),
    }
}

/// The text on one line, with everything that could be obeyed instead of read shown as an escape.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let order = text.trim_start().starts_with("::");
    if !order && !text.contains("##") && !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut first = order;
    for (at, character) in text.char_indices() {
        if first && character == ':' {
            out.push_str("\\u{3a}");
            first = false;
        } else {
            push_visible(&mut out, character, &text[at + character.len_utf8()..]);
        }
    }
    Cow::Owned(out)
}

/// The text for an XML attribute or element; line breaks stay line breaks in elements.
pub(crate) fn xml(text: &str, keep_lines: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '#' if out.ends_with('#') => out.push_str("&#35;"),
            '\n' if keep_lines => out.push('\n'),
            // Not characters of XML 1.0, even as references.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => push_visible(&mut out, character, &text[at + character.len_utf8()..]),
        }
    }
    out
}

/// The text as plain words in Markdown, in a table too: what has a meaning there is written as an entity.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        match character {
            '&' | '<' | '>' | '|' | '`' | '*' | '[' | ']' | '\\' | '#' | '~' | '@' | '!' | '$' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            // Inside a word it has no meaning, and identifiers are full of it.
            '_' if !(before.is_alphanumeric() && rest.starts_with(char::is_alphanumeric)) => out.push_str("&#95;"),
            // Would become a link.
            ':' if rest.starts_with("//") => out.push_str("&#58;"),
            _ => {
                let from = out.len();
                push_visible(&mut out, character, rest);
                if out.get(from..).is_some_and(|added| added.starts_with('\\')) {
                    out.replace_range(from..=from, "&#92;");
                }
            }
        }
        before = character;
    }
    out
}

/// The text as code in Markdown.
pub(crate) fn markdown_code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

/// A path as a relative URI reference (RFC 3986): a colon too is encoded, so that no first part reads as a scheme.
pub(crate) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    // Two slashes at the start would name a host.
    if out.starts_with("//") {
        out.insert_str(0, "/.");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_obeyed_is_shown() {
        assert_eq!(visible("plain é text"), "plain é text");
        assert_eq!(visible("a\x1b[31mb\nc\u{202e}d"), "a\\u{1b}[31mb\\nc\\u{202e}d");
        assert_eq!(visible("##vso[task.complete]"), "#\\u{23}vso[task.complete]");
        assert_eq!(visible("a ##[error] b ## c"), "a #\\u{23}[error] b ## c");
        assert_eq!(visible(" ::error::x"), " \\u{3a}:error::x");
    }

    #[test]
    fn markdown_has_no_structure_left() {
        assert_eq!(markdown("a|b `c` <d> my_name _e_"), "a&#124;b &#96;c&#96; &#60;d&#62; my_name &#95;e&#95;");
        assert_eq!(markdown("see https://x"), "see https&#58;//x");
        assert_eq!(markdown("a\nb"), "a&#92;nb");
    }

    #[test]
    fn uris_are_relative_and_encoded() {
        assert_eq!(uri("a b/ü:#%?.tf"), "a%20b/%C3%BC%3A%23%25%3F.tf");
        assert_eq!(uri("//host/x"), "/.//host/x");
    }

    #[test]
    fn xml_has_no_forbidden_characters() {
        assert_eq!(xml("<a b=\"c\">\u{1}\u{ffff}&", false), "&lt;a b=&quot;c&quot;&gt;\\u{1}\u{fffd}&amp;");
        assert_eq!(xml("a\nb", true), "a\nb");
        assert_eq!(xml("##vso[x]", true), "#&#35;vso[x]");
    }
}
