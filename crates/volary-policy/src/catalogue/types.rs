//! Types as the catalogue writes them.

use volary_model::Type;

/// Reads `string`, `number`, `bool`, `any`, `object`, `list(T)`, `set(T)`, `map(T)`.
pub(crate) fn parse(text: &str) -> Option<Type> {
    // Deeper nesting than any schema has would only cost stack.
    if text.matches('(').count() > 8 {
        return None;
    }
    let text = text.trim();
    let inner = |prefix: &str| text.strip_prefix(prefix)?.trim().strip_prefix('(')?.strip_suffix(')');
    Some(match text {
        "string" => Type::Text,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "any" => Type::Any,
        "object" => Type::Object(Vec::new()),
        "list" | "set" => Type::List(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => match (inner("list").or_else(|| inner("set")), inner("map")) {
            (Some(element), _) => Type::List(Box::new(parse(element)?)),
            (_, Some(element)) => Type::Map(Box::new(parse(element)?)),
            _ => return None,
        },
    })
}

/// A type for people.
pub(crate) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Any => "any".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Text => "string".to_owned(),
        Type::List(element) => format!("list({})", type_name(element)),
        Type::Map(element) => format!("map({})", type_name(element)),
        Type::Object(_) => "object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_and_named() {
        for text in ["string", "bool", "list(string)", "map(list(number))", "object", "any"] {
            assert_eq!(type_name(&parse(text).unwrap()), text);
        }
        assert_eq!(parse("set(string)"), parse("list(string)"));
        assert_eq!(parse("list(strin)"), None);
        assert_eq!(parse("lists(string)"), None);
        assert_eq!(parse("list(string"), None);
        assert_eq!(parse(&"list(".repeat(100_000)), None);
    }
}
