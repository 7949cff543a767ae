//! `regex` and `regexall`, with the syntax of RE2.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};
use volary_model::{Data, Reason, Type, Unknown, Value};

use super::args::{self, Answer, Args, Outcome, Stop};

/// Compiles an RE2 expression. Both engines share nearly all of their syntax; where they read the same text differently
/// it is rewritten to what RE2 means.
pub(super) fn compile(expression: &str) -> Result<Regex, Stop> {
    let translated = translate(expression);
    RegexBuilder::new(&translated)
        .size_limit(1 << 20)
        .nest_limit(100)
        .build()
        .map_err(|_| Stop::Error(format!("{expression:?} is no regular expression that can be used")))
}

fn translate(expression: &str) -> String {
    let mut result = String::with_capacity(expression.len() + 16);
    let mut rest = expression;
    let mut in_class = false;
    // The `]` right after `[` or `[^` is a literal one.
    let mut class_starts = false;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = after;
        let starts = std::mem::take(&mut class_starts);
        match c {
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    result.push('\\');
                    break;
                };
                rest = &after[escaped.len_utf8()..];
                match escaped {
                    // ASCII only in RE2.
                    'd' if in_class => result.push_str("0-9"),
                    'w' if in_class => result.push_str("0-9A-Za-z_"),
                    's' if in_class => result.push_str("\\t\\n\\f\\r "),
                    'd' => result.push_str("[0-9]"),
                    'w' => result.push_str("[0-9A-Za-z_]"),
                    's' => result.push_str("[\\t\\n\\f\\r ]"),
                    'D' => result.push_str("[^0-9]"),
                    'W' => result.push_str("[^0-9A-Za-z_]"),
                    'S' => result.push_str("[^\\t\\n\\f\\r ]"),
                    'b' if !in_class => result.push_str("(?-u:\\b)"),
                    'Q' => {
                        let (literal, following) = rest.split_once("\\E").unwrap_or((rest, ""));
                        result.push_str(&regex::escape(literal));
                        rest = following;
                    }
                    _ => {
                        result.push('\\');
                        result.push(escaped);
                    }
                }
            }
            '[' if !in_class => {
                in_class = true;
                class_starts = true;
                result.push('[');
                if let Some(following) = rest.strip_prefix('^') {
                    result.push('^');
                    rest = following;
                }
            }
            ']' if in_class && starts => result.push_str("\\]"),
            ']' if in_class => {
                in_class = false;
                result.push(']');
            }
            '[' => match rest.strip_prefix(':').and_then(|name| name.split_once(":]")) {
                Some((name, following)) if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'^') => {
                    result.push_str(&format!("[:{name}:]"));
                    rest = following;
                }
                _ => result.push_str("\\["),
            },
            // Operators on classes here, literal characters there.
            '&' | '~' if in_class => {
                result.push('\\');
                result.push(c);
            }
            '{' if !in_class && !is_repetition(rest) => result.push_str("\\{"),
            _ => result.push(c),
        }
    }
    result
}

/// Whether the text after `{` makes it a repetition: `{2}`, `{2,}`, `{2,3}`.
fn is_repetition(rest: &str) -> bool {
    let Some((inner, _)) = rest.split_once('}') else { return false };
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    !least.is_empty() && least.bytes().chain(most.bytes()).all(|byte| byte.is_ascii_digit())
}

/// What a match gives: the text without groups, a list with unnamed groups, a map with named ones.
fn matched(args: &Args<'_>, expression: &Regex, found: &Captures<'_>) -> Data {
    shaped(args, expression, |index| found.get(index).map_or(Data::Null, |part| Data::Text(part.as_str().into())))
}

fn shaped(args: &Args<'_>, expression: &Regex, part: impl Fn(usize) -> Data) -> Data {
    let groups = expression.captures_len();
    if groups == 1 {
        return part(0);
    }
    let named = expression.capture_names().flatten().count();
    if named == 0 {
        return Data::List(Arc::new((1..groups).map(|index| args.fresh(part(index))).collect()));
    }
    let entries = expression
        .capture_names()
        .enumerate()
        .filter_map(|(index, name)| Some(args.entry(name?, args.fresh(part(index)))));
    Data::Map(Arc::new(entries.collect()))
}

/// Groups are named or unnamed; a mixture is an error.
fn checked(expression: &str) -> Result<Regex, Stop> {
    let expression = compile(expression)?;
    let named = expression.capture_names().flatten().count();
    if named != 0 && named != expression.captures_len() - 1 {
        return Stop::error("an expression cannot have both named and unnamed groups");
    }
    Ok(expression)
}

fn text_or_null(reason: &Reason) -> Unknown {
    Unknown { ty: Type::Text, ..Unknown::new(reason.clone()) }
}

pub(super) fn regex(args: &Args<'_>) -> Outcome {
    let expression = args.stretches(0)?;
    let expression = checked(expression.whole()?)?;
    let text = args.stretches(1)?;
    let Some(text) = text.known() else {
        let why = text.why();
        // A group that took no part in the match is null; the whole match never is.
        let part = |index| Data::Unknown(Arc::new(Unknown { not_null: index == 0, ..text_or_null(&why) }));
        return Ok(Answer::Made(shaped(args, &expression, part)));
    };
    match expression.captures(text) {
        Some(found) => Ok(Answer::Made(matched(args, &expression, &found))),
        None => Stop::error("the text does not match"),
    }
}

pub(super) fn regexall(args: &Args<'_>) -> Outcome {
    let expression = args.stretches(0)?;
    let expression = checked(expression.whole()?)?;
    let text = args.text(1)?;
    let mut all: Vec<Value> = Vec::new();
    for found in expression.captures_iter(&text) {
        args.within(all.len().saturating_mul(expression.captures_len()))?;
        all.push(args.fresh(matched(args, &expression, &found)));
    }
    args::arranged(all).map(|answer| match answer {
        Answer::Arranged(data) => Answer::Made(data),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_mean_what_they_mean_in_re2() {
        for (expression, text, expected) in [
            (r"\d+", "a٣1", Some("1")),
            (r"[\w-]+", "é a-b", Some("a-b")),
            (r"\${x}", "a${x}b", Some("${x}")),
            (r"a{2,3}", "caaa", Some("aaa")),
            (r"[[:alpha:]]+", "12ab", Some("ab")),
            (r"[a&&b]+", "x&b", Some("&b")),
            (r"[]a]+", "]a", Some("]a")),
            (r"[^\]]+", "]ab]", Some("ab")),
            (r"\Qa.b\E+", "axb a.bb", Some("a.bb")),
            (r"\bfoo\b", "a foo b", Some("foo")),
            (r"[[]x", "[x", Some("[x")),
        ] {
            let found = compile(expression).expect(expression);
            assert_eq!(found.find(text).map(|found| found.as_str()), expected, "{expression}");
        }
        assert!(compile("(").is_err());
        assert!(compile(r"(?:a{1000}){1000}").is_err());
    }
}
