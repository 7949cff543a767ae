//! Data sources against what their providers write.

use volary_model::{Data, FileId, Origin, Reason, ReasonKind, Reference, Role, Span, Type, Unknown, Value};

use super::super::functions::{Call, CallLimits, decode};
use super::{compute, entry};

fn span() -> Span {
    Span::new(FileId(0), 0, 100)
}

fn context() -> Call<'static> {
    Call { span: span(), limits: CallLimits::default(), files: None }
}

fn value(json: &str) -> Value {
    decode(json, &Origin::at(span(), Role::Attribute)).unwrap_or_else(|| panic!("{json} is no JSON"))
}

fn unknown(ty: Type) -> Value {
    let mut unknown = Unknown::new(Reason::new(ReasonKind::VariableWithoutValue, "x"));
    unknown.ty = ty;
    unknown.not_null = true;
    Value::new(Data::Unknown(std::sync::Arc::new(unknown)), Origin::at(span(), Role::Attribute))
}

/// The value with another at a path of keys and indices.
fn with(into: &Value, path: &str, new: Value) -> Value {
    let Some((step, rest)) = path.split_once('.').or(Some((path, ""))).filter(|(step, _)| !step.is_empty()) else {
        return new;
    };
    let data = match &into.data {
        Data::List(list) => {
            let place: usize = step.parse().expect("an index");
            let change = |(at, value): (usize, &Value)| {
                if at == place { with(value, rest, new.clone()) } else { value.clone() }
            };
            Data::List(std::sync::Arc::new(list.iter().enumerate().map(change).collect()))
        }
        Data::Map(map) => {
            let mut entries = map.entries().to_vec();
            match entries.iter_mut().find(|entry| &*entry.key == step) {
                Some(entry) => entry.value = with(&entry.value, rest, new),
                None => entries.push(entry(step, new)),
            }
            Data::Map(std::sync::Arc::new(volary_model::Map::new(entries)))
        }
        _ => panic!("no {step} in {into:?}"),
    };
    Value { data, ..into.clone() }
}

fn computed(kind: &str, values: &Value, name: &str) -> Value {
    let entries = compute(kind, values, &context()).expect("a known kind");
    entries.into_iter().find(|entry| &*entry.key == name).map(|entry| entry.value).expect("the attribute")
}

fn policy(values: &Value) -> Value {
    computed("aws_iam_policy_document", values, "minified_json")
}

fn json(value: &Value) -> &str {
    value.as_text().unwrap_or("unknown")
}

fn statements(value: &Value) -> &Value {
    value.decoded().and_then(|document| document.get("Statement")).expect("statements")
}

#[test]
fn a_policy_document_is_written_as_the_provider_writes_it() {
    let values = value(
        r#"{"policy_id": "p", "statement": [
            {"sid": "1", "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "resources": ["arn:aws:s3:::*"]},
            {"actions": ["s3:ListBucket"], "resources": ["arn:aws:s3:::b/&{aws:username}"], "effect": "Deny",
             "principals": [{"type": "AWS", "identifiers": ["b", "a"]}, {"type": "Service", "identifiers": ["x"]}],
             "condition": [
                {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/", "a"]},
                {"test": "StringLike", "variable": "s3:z", "values": ["q"]},
                {"test": "Bool", "variable": "v", "values": ["true"]}]},
            {"not_actions": ["iam:*"], "not_resources": ["*"], "sid": "",
             "principals": [{"type": "*", "identifiers": ["*"]}]}
        ]}"#,
    );
    assert_eq!(
        json(&policy(&values)),
        concat!(
            r#"{"Version":"2012-10-17","Id":"p","Statement":[{"Sid":"1","Effect":"Allow","#,
            r#""Action":["s3:ListAllMyBuckets","s3:GetBucketLocation"],"Resource":"arn:aws:s3:::*"},"#,
            r#"{"Effect":"Deny","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b/${aws:username}","#,
            r#""Principal":{"AWS":["b","a"],"Service":"x"},"#,
            r#""Condition":{"Bool":{"v":"true"},"StringLike":{"s3:prefix":["","home/","a"],"s3:z":"q"}}},"#,
            r#"{"Effect":"Allow","NotAction":"iam:*","NotResource":"*","Principal":"*"}]}"#,
        )
    );
    let small = value(r#"{"statement": [{"actions": ["*"], "resources": ["*"]}]}"#);
    assert_eq!(
        json(&computed("aws_iam_policy_document", &small, "json")),
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \
         \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}"
    );
    assert_eq!(json(&policy(&value("{}"))), r#"{"Version":"2012-10-17"}"#);
}

#[test]
fn documents_override_one_another_by_sid() {
    let source =
        r#"{\"Version\":\"2008-10-17\",\"Statement\":[{\"Sid\":\"a\",\"Effect\":\"Allow\"},{\"Effect\":\"Deny\"}]}"#;
    let values = value(&format!(
        r#"{{"source_policy_documents": ["{source}"], "statement": [{{"sid": "a", "actions": ["x"]}}, {{"sid": "b"}}],
            "override_policy_documents": ["{{\"Statement\":{{\"Sid\":\"b\",\"Effect\":\"Deny\"}}}}", "", null]}}"#
    ));
    let expected = concat!(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":"x"},"#,
        r#"{"Effect":"Deny"},{"Sid":"b","Effect":"Deny"}]}"#
    );
    assert_eq!(json(&policy(&values)), expected);
}

#[test]
fn unknown_parts_leave_the_rest_readable() {
    let base = value(r#"{"statement": [{"sid": "a", "actions": ["*"], "resources": ["*", "b"]}, {"actions": ["x"]}]}"#);
    let id = unknown(Type::Text).with_note(|note| {
        note.references.push(Reference { address: "aws_s3_bucket.b".into(), attribute: "arn".into(), whole: true });
        note.sensitive = true;
    });
    let partly = policy(&with(&base, "statement.0.resources.1", id));
    assert!(partly.as_unknown().is_some_and(|unknown| unknown.not_null && unknown.not_empty));
    assert!(partly.is_sensitive() && partly.references().len() == 1 && !partly.references()[0].whole);
    let first = &statements(&partly).as_list().expect("a list")[0];
    assert_eq!(first.get("Action").and_then(Value::as_text), Some("*"));
    let resources = first.get("Resource").and_then(Value::as_list).expect("resources");
    assert_eq!(resources[0].as_text(), Some("*"));
    assert!(resources[1].references()[0].whole);

    // Another document may replace statements that have an identifier, never those that have none.
    let other =
        policy(&with(&base, "override_policy_documents", Value::list(vec![unknown(Type::Text)], base.origin.clone())));
    let certain = statements(&other).holds().and_then(Value::as_list).expect("what it holds");
    assert_eq!(certain.len(), 1);
    assert_eq!(certain[0].get("Action").and_then(Value::as_text), Some("x"));
    let before = policy(&with(&base, "source_json", unknown(Type::Text)));
    assert_eq!(statements(&before).holds().and_then(Value::as_list).map(<[Value]>::len), Some(2));

    // A source whose text is not known but whose values are.
    let again = policy(&with(&value("{}"), "source_json", partly));
    assert_eq!(statements(&again).as_list().map(<[Value]>::len), Some(2));

    for path in ["statement", "statement.0", "statement.0.sid", "statement.0.actions", "statement.0.principals"] {
        let partly = policy(&with(&base, path, unknown(Type::Any)));
        assert!(partly.as_text().is_none(), "{path}");
        let document = partly.decoded().expect("a document");
        assert_eq!(document.get("Version").and_then(Value::as_text), Some("2012-10-17"));
        assert!(document.get("Statement").is_some());
    }
}

#[test]
fn origins_of_a_document_are_those_of_its_parts() {
    let place = Span::new(FileId(0), 40, 43);
    let action = Value::text("*", Origin::at(place, Role::Attribute));
    let base = value(r#"{"statement": [{"actions": ["x"], "resources": ["*"]}]}"#);
    let result = policy(&with(&base, "statement.0.actions.0", action));
    let statement = &statements(&result).as_list().expect("a list")[0];
    assert_eq!(statement.get("Action").and_then(|action| action.origin.span()), Some(place));
    assert_eq!(statement.get("Effect").map(|effect| effect.origin.role), Some(Role::DocumentedDefault));
}

#[test]
fn a_google_policy_is_written_as_the_provider_writes_it() {
    let values = value(
        r#"{"binding": [{"role": "roles/editor", "members": ["user:b", "allUsers"],
             "condition": [{"title": "t", "expression": "e"}]}],
            "audit_config": [{"service": "allServices", "audit_log_configs": [{"log_type": "DATA_READ"}]}]}"#,
    );
    let result = computed("google_iam_policy", &values, "policy_data");
    assert_eq!(
        json(&result),
        concat!(
            r#"{"auditConfigs":[{"auditLogConfigs":[{"logType":"DATA_READ"}],"service":"allServices"}],"#,
            r#""bindings":[{"condition":{"expression":"e","title":"t"},"members":["allUsers","user:b"],"#,
            r#""role":"roles/editor"}]}"#
        )
    );
    let open = computed("google_iam_policy", &with(&values, "binding.0.members.0", unknown(Type::Text)), "policy_data");
    let members = open.decoded().and_then(|policy| policy.get("bindings")?.as_list()?[0].get("members")?.as_list());
    assert_eq!(members.map(<[Value]>::len), Some(2));
}

#[test]
fn answers_of_providers_have_their_certain_parts() {
    let none = value("{}");
    let partition = computed("aws_partition", &none, "partition");
    let partition = partition.as_unknown().expect("unknown");
    assert!(partition.not_null && partition.not_empty && partition.prefix() == "aws");
    assert_eq!(partition.reason.kind, ReasonKind::DataSource);
    assert_eq!(
        computed("azurerm_subscription", &none, "id").as_unknown().map(|id| id.prefix().to_owned()).as_deref(),
        Some("/subscriptions/")
    );
    assert!(computed("google_client_config", &none, "access_token").is_sensitive());
    // What is written is not computed.
    let written = compute("azurerm_subscription", &value(r#"{"subscription_id": "x"}"#), &context()).expect("known");
    assert!(written.iter().all(|entry| &*entry.key != "subscription_id"));
    assert!(compute("some_data_source", &none, &context()).is_none());
}

#[test]
fn texts_without_holes_are_rendered() {
    let plain = value(r#"{"template": "hello", "vars": {"a": "b"}}"#);
    assert_eq!(computed("template_file", &plain, "rendered").as_text(), Some("hello"));
    let filled = value(r#"{"template": "hello ${a}", "vars": {"a": "b"}}"#);
    assert!(computed("template_file", &filled, "rendered").as_unknown().is_some_and(|text| text.not_null));
    let archive = value(
        r##"{"gzip": false, "base64_encode": false,
            "part": [{"content_type": "text/x-shellscript", "filename": "a.sh", "content": "#!/bin/sh"}]}"##,
    );
    let text = computed("cloudinit_config", &archive, "rendered");
    assert!(text.as_text().is_some_and(|text| text.contains("\r\n\r\n#!/bin/sh\r\n--MIMEBOUNDARY--\r\n")));
    let packed = computed("template_cloudinit_config", &with(&archive, "gzip", value("true")), "rendered");
    assert!(packed.as_unknown().is_some_and(|text| text.not_empty));
    assert!(computed("local_file", &value(r#"{"filename": "a"}"#), "content_md5").as_unknown().is_some());
    let outputs = computed("null_data_source", &value(r#"{"inputs": {"a": 1}}"#), "outputs");
    assert!(outputs.get("a").is_some());
}

#[test]
fn odd_arguments_never_panic() {
    let kinds = ["aws_iam_policy_document", "google_iam_policy", "template_file", "cloudinit_config", "local_file"];
    let bases = [
        r#"{"statement": [{"sid": "a", "actions": ["*"], "principals": [{"type": "AWS", "identifiers": ["*"]}], "condition": [{"test": "a", "variable": "b", "values": ["c"]}]}], "source_json": "{}", "override_policy_documents": ["{}"]}"#,
        r#"{"binding": [{"role": "r", "members": ["m"], "condition": [{"title": "t"}]}], "audit_config": [{"audit_log_configs": [{}]}]}"#,
        r#"{"template": "a", "vars": {}, "filename": "x", "part": [{"content": "c"}], "gzip": false, "base64_encode": false}"#,
    ];
    let odd = || {
        ["null", "1", "\"x\"", "[]", "{}", "[null]", "[[]]", "[1, {}]"]
            .map(value)
            .into_iter()
            .chain([unknown(Type::Any), unknown(Type::List(Box::new(Type::Any)))])
    };
    fn paths(value: &Value, prefix: &str, into: &mut Vec<String>) {
        let step = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
        match &value.data {
            Data::List(list) => {
                list.iter().enumerate().for_each(|(at, value)| paths(value, &step(&at.to_string()), into))
            }
            Data::Map(map) => map.entries().iter().for_each(|entry| paths(&entry.value, &step(&entry.key), into)),
            _ => {}
        }
        if !prefix.is_empty() {
            into.push(prefix.to_owned());
        }
    }
    for base in bases.map(value) {
        let mut all = Vec::new();
        paths(&base, "", &mut all);
        for kind in kinds {
            for path in &all {
                for new in odd() {
                    let _ = compute(kind, &with(&base, path, new), &context());
                }
            }
            for new in odd() {
                let _ = compute(kind, &new, &context());
            }
        }
    }
}
