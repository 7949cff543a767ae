//! The part of JSON Schema that the two schemas use. An unknown keyword is an error, so nothing is passed unseen.

use serde_json::Value;

/// Every violation, with its place.
pub(crate) fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    check(schema, schema, value, "", &mut errors);
    errors
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        if *schema == Value::Bool(false) {
            errors.push(format!("{at}: not allowed"));
        }
        return;
    };
    for (keyword, argument) in schema {
        let fine = match keyword.as_str() {
            "$schema" | "$id" | "id" | "title" | "description" | "default" | "definitions" | "$defs" => true,
            "$ref" => {
                let target = root.pointer(argument.as_str().unwrap().trim_start_matches('#')).unwrap();
                check(root, target, value, at, errors);
                true
            }
            "type" => match argument {
                Value::Array(types) => types.iter().any(|ty| has_type(value, ty)),
                ty => has_type(value, ty),
            },
            "enum" => argument.as_array().unwrap().contains(value),
            "const" => argument == value,
            "minimum" => value.as_f64().is_none_or(|number| number >= argument.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= argument.as_f64().unwrap()),
            "format" => has_format(value, argument.as_str().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(text, argument.as_str().unwrap())),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= argument.as_u64().unwrap()),
            "uniqueItems" => {
                let unique = |items: &Vec<Value>| !(1..items.len()).any(|index| items[..index].contains(&items[index]));
                argument == &Value::Bool(false) || value.as_array().is_none_or(unique)
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, argument, item, &format!("{at}/{index}"), errors);
                }
                true
            }
            "required" => {
                let present = |name: &Value| value.get(name.as_str().unwrap()).is_some();
                !value.is_object() || argument.as_array().unwrap().iter().all(present)
            }
            "properties" => {
                for (name, item) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = argument.get(name) {
                        check(root, schema, item, &format!("{at}/{name}"), errors);
                    }
                }
                true
            }
            "additionalProperties" => {
                for (name, item) in value.as_object().into_iter().flatten() {
                    if schema.get("properties").and_then(|known| known.get(name)).is_none() {
                        check(root, argument, item, &format!("{at}/{name}"), errors);
                    }
                }
                true
            }
            "anyOf" => valid_branches(root, argument, value) > 0,
            "oneOf" => valid_branches(root, argument, value) == 1,
            _ => panic!("the validator does not know `{keyword}`"),
        };
        if !fine {
            errors.push(format!("{at}: {keyword} {argument}"));
        }
    }
}

fn valid_branches(root: &Value, branches: &Value, value: &Value) -> usize {
    let valid = |branch: &&Value| {
        let mut errors = Vec::new();
        check(root, branch, value, "", &mut errors);
        errors.is_empty()
    };
    branches.as_array().unwrap().iter().filter(valid).count()
}

fn has_type(value: &Value, ty: &Value) -> bool {
    match ty.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the validator does not know the type `{other}`"),
    }
}

fn has_format(value: &Value, format: &str) -> bool {
    let Some(text) = value.as_str() else { return true };
    let uri = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte));
    match format {
        "uri" => uri && text.contains(':'),
        // A colon in the first part would be a scheme.
        "uri-reference" => uri && !text.split('/').next().unwrap_or_default().contains(':'),
        _ => true,
    }
}

/// The patterns of the SARIF schema that apply to what we write; none does today but those of absent fields.
fn matches(text: &str, pattern: &str) -> bool {
    panic!("the validator does not know the pattern `{pattern}` that applies to `{text}`")
}
