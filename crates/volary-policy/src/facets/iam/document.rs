//! Policy documents of AWS.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use std::sync::Arc;

use volary_model::{Data, Origin, Reason, ReasonKind, Role, SubjectId, Type, Unknown, Value};

use super::super::values::{Block, Lists, as_is, blocks, entry, known_text, made, read, spelled, unknown_list};
use super::Statement;
use super::places;

/// What a document is for.
#[derive(Clone, Copy)]
pub(super) struct Use {
    pub(super) policy_kind: &'static str,
    pub(super) definer: SubjectId,
    pub(super) owner: SubjectId,
    /// The attribute that holds it.
    pub(super) part: &'static str,
}

/// The statements of a document. One that cannot be read is one statement of which nothing is known.
pub(super) fn statements(document: &Value, usage: Use, conditional: Option<&Reason>, out: &mut Vec<Statement>) {
    let absent = match &document.data {
        Data::Null => true,
        Data::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    if absent {
        return;
    }
    let readable = document.decoded().filter(|decoded| decoded.as_map().is_some());
    let readable = readable.or_else(|| Some(document).filter(|document| document.as_map().is_some()));
    let Some(decoded) = readable else {
        let unknown = match document.as_unknown() {
            Some(_) => document.clone(),
            None => Value::unknown(Reason::new(ReasonKind::Unreadable, "the policy document"), document.origin.clone()),
        };
        // It may be null, and then there is no document.
        let maybe = document.as_unknown().filter(|unknown| !unknown.not_null).map(|unknown| unknown.reason.clone());
        out.push(statement(&unknown, document, usage, conditional.cloned().or(maybe)));
        return;
    };
    for Block { value, conditional: maybe } in blocks(decoded, "Statement") {
        let used = places::used_at(&value, document);
        out.push(statement(&used, document, usage, conditional.cloned().or(maybe)));
    }
}

fn statement(value: &Value, document: &Value, usage: Use, conditional: Option<Reason>) -> Statement {
    let place = &value.origin;
    let texts = |name: &str| {
        let mut list = Lists::default();
        list.list(read(value, name), &as_is);
        list.finish(place)
    };
    // The attribute that holds the document, at its last use.
    let holder = Origin { role: Role::Block, from: None, ..document.origin.clone() };
    Statement {
        document: Some(made(usage.part, &holder)),
        policy_kind: usage.policy_kind,
        definer: usage.definer,
        owner: usage.owner,
        part: usage.part,
        whole: false,
        conditional,
        name: read(value, "Sid"),
        effect: read(value, "Effect").map(|effect| spelled(&effect, &|text| text.trim().to_ascii_lowercase().into())),
        actions: texts("Action"),
        not_actions: texts("NotAction"),
        resources: texts("Resource"),
        not_resources: texts("NotResource"),
        principals: principals(read(value, "Principal"), place),
        not_principals: principals(read(value, "NotPrincipal"), place),
        conditions: conditions(read(value, "Condition"), place),
        source: value.clone(),
    }
}

/// Something that may, of a type.
pub(super) fn principal(ty: &str, value: Value) -> Value {
    of_type(made(ty, &value.origin), value)
}

/// Something that may, of a type that may not be known.
pub(super) fn of_type(ty: Value, value: Value) -> Value {
    let origin = value.origin.clone();
    Value::map(vec![entry("type", ty), entry("value", value)], origin)
}

/// `"*"`, or a map of types to one or several.
fn principals(written: Option<Value>, place: &Origin) -> Value {
    let mut found = Lists::default();
    let Some(written) = written else { return found.finish(place) };
    match &written.data {
        Data::Map(map) => {
            for entry in map.entries() {
                let mut same = Lists::default();
                same.list(Some(entry.value.clone()).filter(|value| !value.is_null()), &as_is);
                let same = same.finish(&written.origin);
                let known = same.as_list().or_else(|| same.holds().and_then(Value::as_list)).unwrap_or_default();
                for value in known {
                    found.push(principal(&entry.key, value.clone()));
                }
                found.open(&same);
            }
        }
        Data::Unknown(_) => found.open(&written),
        _ => {
            let ty = known_text(&written).filter(|text| &**text == "*").unwrap_or_else(|| "AWS".into());
            found.push(principal(&ty, written.clone()));
        }
    }
    found.finish_objects(place)
}

/// A map of tests to a map of variables to one value or several.
fn conditions(written: Option<Value>, place: &Origin) -> Value {
    let mut found = Lists::default();
    let Some(written) = written else { return found.finish(place) };
    match &written.data {
        Data::Map(tests) => {
            for test in tests.entries() {
                match &test.value.data {
                    Data::Map(variables) => {
                        for variable in variables.entries() {
                            found.push(condition(&test.key, &variable.key, &variable.value));
                        }
                    }
                    Data::Null => {}
                    _ => found.open(&test.value),
                }
            }
        }
        Data::Null => {}
        _ => found.open(&written),
    }
    found.finish_objects(place)
}

/// A condition with its values as a list.
pub(super) fn condition(test: &str, variable: &str, values: &Value) -> Value {
    let origin = values.origin.clone();
    let mut list = Lists::default();
    list.list(Some(values.clone()), &as_is);
    Value::map(
        vec![
            entry("test", made(test, &origin)),
            entry("variable", made(variable, &origin)),
            entry("values", list.finish(&origin)),
        ],
        origin,
    )
}

/// A list that holds nothing.
pub(super) fn nothing(place: &Origin) -> Value {
    Value::list(Vec::new(), place.clone())
}

/// A list of one value.
pub(super) fn one(value: Value) -> Value {
    let origin = value.origin.clone();
    Value::list(vec![value], origin)
}

/// A list of one value that may be null, and then of none.
pub(super) fn perhaps(value: Option<Value>, place: &Origin) -> Value {
    let mut list = Lists::default();
    list.one(value, &as_is);
    list.finish(place)
}

/// Conditions that are written as attributes, each of which may be null.
pub(super) fn written_conditions(values: &Value, tests: &[(&str, &str, &str)], place: &Origin) -> Value {
    let mut found = Lists::default();
    for (test, variable, name) in tests {
        match read(values, name) {
            Some(value) if value.as_unknown().is_some_and(|unknown| !unknown.not_null) => found.maybe(&value),
            Some(value) => found.push(condition(test, variable, &value)),
            None => {}
        }
    }
    found.finish_objects(place)
}

/// A list of objects of which nothing is known, for the reason for which `value` is not.
pub(super) fn unknown_objects(value: &Value) -> Value {
    let mut list = unknown_list(value);
    if let Data::Unknown(unknown) = &list.data {
        list.data = Data::Unknown(Arc::new(Unknown { ty: Type::List(Box::new(Type::Any)), ..(**unknown).clone() }));
    }
    list
}
