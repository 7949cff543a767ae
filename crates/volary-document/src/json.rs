//! JSON with the liberties that configuration files take: comments and trailing commas.

use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions};
use volary_model::{Data, Entry, FileId, Number, Origin, Role, Span, Value};

use crate::Issue;

/// Parses a JSON document. Comments and trailing commas are tolerated; duplicate keys stay, the last counts. Nesting
/// deeper than 512 is refused. The span of an object or array is the whole of it; a key's span includes its quotes.
///
/// An empty text gives no value and no issue.
pub fn parse(file: FileId, text: &str) -> (Option<Value>, Vec<Issue>) {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &options) {
        Ok(result) => (result.value.map(|value| convert(file, value)), Vec::new()),
        Err(error) => {
            let range = error.range();
            let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
            let issue = match error.kind() {
                ParseErrorKind::NestingDepthExceeded => Issue::limit(
                    file,
                    start,
                    end,
                    "the document is nested deeper than 512 levels",
                    "Volary reads no document that deep; flatten it or exclude the file.",
                ),
                kind => Issue::syntax(
                    file,
                    start,
                    end,
                    format!("not valid JSON: {}", lower_first(&kind.to_string())),
                    "Correct the syntax at this place.",
                ),
            };
            (None, vec![issue])
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + characters.as_str())
}

/// Recursion is bounded by the parser's own depth limit.
fn convert(file: FileId, value: ast::Value<'_>) -> Value {
    let span = |range: jsonc_parser::common::Range| Span::new(file, range.start, range.end);
    match value {
        ast::Value::NullKeyword(null) => Value::at(Data::Null, span(null.range)),
        ast::Value::BooleanLit(truth) => Value::at(Data::Bool(truth.value), span(truth.range)),
        ast::Value::StringLit(text) => Value::at(Data::Text(text.value.into()), span(text.range)),
        ast::Value::NumberLit(number) => {
            let data = Number::parse(number.value).map_or_else(|| Data::Text(number.value.into()), Data::Number);
            Value::at(data, span(number.range))
        }
        ast::Value::Array(array) => {
            let origin = Origin::at(span(array.range), Role::Block);
            Value::list(array.elements.into_iter().map(|element| convert(file, element)).collect(), origin)
        }
        ast::Value::Object(object) => {
            let origin = Origin::at(span(object.range), Role::Block);
            let entries = object.properties.into_iter().map(|property| {
                let (key, range): (Arc<str>, _) = match property.name {
                    ast::ObjectPropName::String(name) => (name.value.into(), name.range),
                    ast::ObjectPropName::Word(name) => (name.value.into(), name.range),
                };
                Entry { key, key_span: Some(span(range)), value: convert(file, property.value) }
            });
            Value::map(entries.collect(), origin)
        }
    }
}

#[cfg(test)]
mod tests {
    use volary_model::ProblemKind;

    use super::*;

    #[test]
    fn documents_have_spans_and_tolerate_comments() {
        let text = "// c\n{\"a\": [1, 2.5, true, null,], /* d */ \"b\": \"x\\u00e9\", \"a\": -3}";
        let (value, issues) = parse(FileId(0), text);
        assert_eq!(issues, []);
        let value = value.unwrap();
        assert_eq!(value.get("b").and_then(Value::as_text), Some("x\u{e9}"));
        assert_eq!(value.get("a").and_then(Value::as_number), Some(Number::Int(-3)));
        assert_eq!(value.as_map().map(volary_model::Map::len), Some(3));
        let list = &value.as_map().unwrap().entries()[0];
        let span = list.value.origin.span().unwrap();
        assert_eq!(&text[span.start as usize..span.end as usize], "[1, 2.5, true, null,]");
        let key = list.key_span.unwrap();
        assert_eq!(&text[key.start as usize..key.end as usize], "\"a\"");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, at) in [("{\"a\": }", 6), ("{\"a\": 1", 0), ("[1 2]", 2), ("{a: 1}", 1), ("'x'", 0), ("{} {}", 3)] {
            let (value, issues) = parse(FileId(0), text);
            assert!(value.is_none() && issues.len() == 1, "{text}");
            assert_eq!((issues[0].span.start, issues[0].kind), (at, ProblemKind::Syntax), "{text} {issues:?}");
        }
        assert_eq!(parse(FileId(0), "").1, []);
        assert_eq!(parse(FileId(0), " // x\n").1, []);
    }

    #[test]
    fn deep_nesting_is_refused() {
        for open in ["[", "{\"a\":", "[{\"a\":"] {
            let (value, issues) = parse(FileId(0), &open.repeat(100_000));
            assert!(value.is_none());
            assert_eq!(issues[0].kind, ProblemKind::Limit, "{open}");
        }
        let (value, issues) = parse(FileId(0), &format!("{}{}", "[".repeat(400), "]".repeat(400)));
        assert!(value.is_some() && issues.is_empty());
    }
}
