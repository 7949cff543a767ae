//! What is still known of results when arguments are not.

use volary_model::{Data, Reference, Role, Value};

use super::super::{CallError, unknown_result};
use super::{context, list, origin, reason, run, shown, span, text, unknown, value, values};

fn given(name: &str, args: &[Value]) -> String {
    run(name, args).map_or_else(|error| format!("error: {}", error.about), |value| shown(&value))
}

#[test]
fn texts_keep_their_literal_stretches() {
    let arn = || text(&["arn:aws:s3:::A", "_", "/*"]);
    for (name, args, expected) in [
        ("lower", vec![arn()], "?\"arn:aws:s3:::a\"_\"/*\"+"),
        ("title", vec![text(&["ab", "_", "cd e"])], "?\"Ab\"_\"d E\"+"),
        ("join", vec![value("\"-\""), values(vec![value("\"a\""), text(&["_"]), value("\"b\"")])], "?\"a-\"_\"-b\"+"),
        ("join", vec![value("\"-\""), value("[\"a\"]"), list(), value("[\"b\"]")], "?\"a\"_\"b\"+"),
        ("format", vec![value("\"%s-%03d-%s\""), arn(), value("7"), text(&["_"])], "?\"arn:aws:s3:::A\"_\"/*-007-\"_+"),
        ("replace", vec![arn(), value("\":\""), value("\"--\"")], "?\"arn--aws--s3------A\"_\"/*\"+"),
        ("replace", vec![arn(), value("\"aws\""), value("\"x\"")], "?"),
        ("trimspace", vec![text(&[" a ", "_", " b "])], "?\"a \"_\" b\"+"),
        ("trimspace", vec![text(&["a ", "_"])], "?\"a\"_+"),
        ("trimprefix", vec![arn(), value("\"arn:\"")], "?\"aws:s3:::A\"_\"/*\"+"),
        ("trimsuffix", vec![arn(), value("\"/*\"")], "?\"arn:aws:s3:::A\"_+"),
        ("trimsuffix", vec![arn(), value("\"x\"")], "?\"arn:aws:s3:::A\"_\"/*\"+"),
        ("trimsuffix", vec![arn(), value("\"//*\"")], "?"),
        ("substr", vec![arn(), value("0"), value("3")], "\"arn\""),
        ("substr", vec![arn(), value("4"), value("40")], "?\"aws:s3:::\"_+"),
        ("startswith", vec![arn(), value("\"arn:\"")], "true"),
        ("startswith", vec![arn(), value("\"x\"")], "false"),
        ("startswith", vec![arn(), value("\"arn:aws:s3:::Ab\"")], "?"),
        ("endswith", vec![arn(), value("\"/*\"")], "true"),
        ("strcontains", vec![arn(), value("\"s3\"")], "true"),
        ("strcontains", vec![arn(), value("\"ec2\"")], "?"),
        ("urlencode", vec![text(&["a b", "_"])], "?\"a+b\"_+"),
        ("base64encode", vec![text(&["#!/bin", "_"])], "?\"IyEvYmlu\"_+"),
        ("basename", vec![text(&["x/", "_", "/main.tf"])], "\"main.tf\""),
        ("indent", vec![value("1"), text(&["a\n", "_"])], "?\"a\\n \"_+"),
        ("cidrsubnet", vec![value("\"10.1.0.0/16\""), value("8"), unknown(|_| {})], "?\"10.1.\"_\"/24\"+"),
        ("cidrhost", vec![value("\"10.1.2.0/24\""), unknown(|_| {})], "?\"10.1.2.\"_+"),
        ("cidrsubnets", vec![text(&["_"]), value("4"), value("4")], "[?+, ?+]"),
        (
            "cidrsubnets",
            vec![value("\"10.0.0.0/8\""), value("8"), unknown(|_| {}), value("8")],
            "[\"10.0.0.0/16\", ?\"10.\"_+, ?\"10.\"_\"/16\"+]",
        ),
        ("sha256", vec![arn()], "?+"),
        ("tostring", vec![arn()], "?\"arn:aws:s3:::A\"_\"/*\"+"),
    ] {
        assert_eq!(given(name, &args), expected, "{name}({})", shown(&values(args.clone())));
    }
}

#[test]
fn collections_keep_what_they_certainly_hold() {
    let any = || unknown(|_| {});
    let open = || value("\"0.0.0.0/0\"");
    for (name, args, expected) in [
        ("concat", vec![values(vec![open()]), list()], "?+∋[\"0.0.0.0/0\"]"),
        ("concat", vec![values(vec![open(), any()]), value("[1]")], "[\"0.0.0.0/0\", ?, 1]"),
        ("flatten", vec![values(vec![values(vec![open()]), list()])], "?+∋[\"0.0.0.0/0\"]"),
        ("flatten", vec![values(vec![values(vec![open()]), text(&["_"])])], "[\"0.0.0.0/0\", ?]"),
        ("toset", vec![values(vec![any()])], "[?]"),
        ("toset", vec![values(vec![open(), any()])], "?+∋[\"0.0.0.0/0\", ?]"),
        ("distinct", vec![values(vec![text(&["a-", "_"]), text(&["b-", "_"])])], "[?\"a-\"_+, ?\"b-\"_+]"),
        ("compact", vec![values(vec![open(), any(), text(&["a", "_"])])], "?+∋[\"0.0.0.0/0\", ?\"a\"_+]"),
        ("compact", vec![values(vec![open(), text(&["a", "_"])])], "[\"0.0.0.0/0\", ?\"a\"_+]"),
        ("setunion", vec![values(vec![open()]), list()], "?+∋[\"0.0.0.0/0\"]"),
        ("setintersection", vec![list(), value("[]")], "[]"),
        ("setsubtract", vec![value("[\"a\", \"b\"]"), values(vec![text(&["b", "_"])])], "?+∋[\"a\"]"),
        ("sort", vec![values(vec![open(), text(&["_"])])], "?+∋[\"0.0.0.0/0\", ?]"),
        ("merge", vec![value("{\"a\": 1}"), any(), value("{\"b\": 2}")], "?+∋{\"b\": 2}"),
        ("merge", vec![any(), value("{\"b\": 2}")], "?+∋{\"b\": 2}"),
        ("zipmap", vec![value("[\"a\"]"), list()], "{\"a\": ?}"),
        ("zipmap", vec![value("[\"a\"]"), values(vec![any()])], "{\"a\": ?}"),
        ("contains", vec![values(vec![any(), open()]), open()], "true"),
        ("contains", vec![values(vec![text(&["a", "_"])]), open()], "false"),
        ("alltrue", vec![values(vec![any(), value("false")])], "false"),
        ("anytrue", vec![values(vec![any(), value("true")])], "true"),
        ("coalesce", vec![value("null"), text(&["a", "_"]), open()], "?\"a\"_+"),
        ("coalesce", vec![any(), open()], "?"),
        ("coalesce", vec![text(&["_"]), open()], "?+"),
        ("element", vec![value("[\"ab1\", \"ab2\"]"), any()], "?\"ab\"_+"),
        ("lookup", vec![value("{\"a\": \"x1\"}"), text(&["_"]), value("\"x2\"")], "?\"x\"_+"),
        ("formatlist", vec![value("\"%s/%s\""), value("[\"a\", \"b\"]"), any()], "[?\"a/\"_+, ?\"b/\"_+]"),
        ("regex", vec![value("\"(a)(b)?\""), text(&["_"])], "[?, ?]"),
        ("setproduct", vec![values(vec![any()]), value("[1]")], "[[?, 1]]"),
        ("length", vec![list()], "?"),
        ("length", vec![values(vec![any()])], "1"),
    ] {
        assert_eq!(given(name, &args), expected, "{name}({})", shown(&values(args.clone())));
    }
}

#[test]
fn what_an_unknown_map_holds_can_be_read_on() {
    let merged = run("merge", &[unknown(|_| {}), value("{\"b\": \"x\", \"c\": [1]}")]).expect("merge");
    assert_eq!(given("lookup", &[merged.clone(), value("\"b\""), value("\"d\"")]), "\"x\"");
    assert_eq!(given("lookup", &[merged.clone(), value("\"z\""), value("\"d\"")]), "?");
    assert_eq!(given("keys", std::slice::from_ref(&merged)), "?+∋[\"b\", \"c\"]");
    assert_eq!(given("merge", &[merged, value("{\"e\": 1}")]), "?+∋{\"b\": \"x\", \"c\": [1], \"e\": 1}");
}

#[test]
fn encoded_texts_carry_their_values() {
    let document = Value::map(
        vec![
            volary_model::Entry { key: "b".into(), key_span: None, value: text(&["arn:", "_", "\"x"]) },
            volary_model::Entry { key: "a".into(), key_span: None, value: unknown(|_| {}) },
        ],
        origin(),
    );
    let encoded = run("jsonencode", std::slice::from_ref(&document)).expect("jsonencode");
    assert_eq!(shown(&encoded), "?\"{\\\"a\\\":\"_\",\\\"b\\\":\\\"arn:\"_\"\\\\\\\"x\\\"}\"+");
    assert_eq!(encoded.decoded().map(shown), Some(shown(&document)));
    let known = run("jsonencode", &[value("{\"a\": 1}")]).expect("jsonencode");
    assert_eq!(known.as_text(), Some("{\"a\":1}"));
    assert_eq!(known.decoded().map(shown).as_deref(), Some("{\"a\": 1}"));
    let back = run("jsondecode", &[run("chomp", &[encoded]).expect("chomp")]).expect("jsondecode");
    assert_eq!(shown(&back), shown(&document));
    let yaml = run("yamlencode", std::slice::from_ref(&document)).expect("yamlencode");
    assert_eq!(yaml.decoded().map(shown), Some(shown(&document)));
}

#[test]
fn results_refer_to_what_their_arguments_refer_to() {
    let id = text(&["_"]).with_note(|note| {
        note.references.push(Reference { address: "aws_kms_key.k".into(), attribute: "id".into(), whole: true });
        note.sensitive = true;
    });
    let refers = |value: &Value, whole: bool| {
        value.is_sensitive() && value.references().len() == 1 && value.references()[0].whole == whole
    };
    let result = |name: &str, args: &[Value]| run(name, args).expect("a result");
    assert!(refers(&result("lower", std::slice::from_ref(&id)), false));
    assert!(refers(&result("tostring", std::slice::from_ref(&id)), true));
    assert!(refers(&result("join", &[value("\"\""), values(vec![id.clone()])]), false));
    assert!(refers(&result("coalesce", &[value("null"), id.clone(), value("\"a\"")]), false));
    let lines = result("formatlist", &[value("\"%s\""), values(vec![id.clone(), value("\"a\"")])]);
    let lines = lines.as_list().expect("lines");
    assert!(refers(&lines[0], false) && lines[1].note.is_none());
    let concat = result("concat", &[values(vec![id.clone()]), list()]);
    assert!(refers(&concat.holds().and_then(Value::as_list).expect("a list")[0], true));
    assert!(!result("nonsensitive", &[id]).is_sensitive());
}

#[test]
fn origins_lead_through_the_call() {
    let default =
        volary_model::Origin::at(volary_model::Span::new(volary_model::FileId(1), 3, 4), Role::VariableDefault);
    let inside = volary_model::Span::new(span().file, 12, 14);
    let argument = Value::new(Data::Text("A".into()), volary_model::Origin::through(inside, Role::Attribute, &default));
    let result = run("lower", &[argument]).expect("lower");
    assert_eq!(result.origin, volary_model::Origin::through(span(), Role::Attribute, &default));
    assert_eq!(run("lower", &[value("\"A\"")]).expect("lower").origin.from, None);
}

#[test]
fn errors_name_the_function_and_become_unknown_values() {
    let error: CallError = run("parseint", &[value("\"x\""), value("10")]).expect_err("no number");
    assert!(error.about.starts_with("parseint: "), "{}", error.about);
    assert_eq!(shown(&error.into_value(span())), "?");
    let provider = super::super::call("provider::aws::arn_parse", &[value("\"x\"")], &context());
    assert_eq!(provider.map(|value| shown(&value)), Ok("?".to_owned()));
    assert!(unknown_result("join", reason()).not_null);
    assert!(!unknown_result("coalesce", reason()).not_null);
}
