//! Units and policies written as YAML.
//!
//! A unit is a map from addresses to attributes. Tags say what YAML cannot: `!unknown` (a map may say `type`, `not_null`,
//! `not_empty`, `at_most`, and `text`: a list in which `~` is a hole), `!ref aws_s3_bucket.b.id` (an unknown text that is
//! an attribute of another resource), `!data ...` the same of a data source. Attributes that start with `$` describe the
//! subject: `$labels`, `$namespace`, `$conditional`, `$version`, `$owner`.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::yaml;
use volary_model::{
    Data, Entry, FileId, Gap, Judgement, Origin, Outcome, Reason, ReasonKind, Reference, Role, Span, Subject,
    SubjectId, TextPart, Type, Unit, UnitKind, Unknown, Value,
};

use crate::{Catalogue, PackText, Policies, Policy, Prepared, judge, prepare};

pub(super) fn parse(text: &str) -> Value {
    let (mut documents, issues) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml12);
    assert!(issues.is_empty(), "{issues:?} in\n{text}");
    special(&documents.remove(0))
}

/// Turns tagged nodes into what they stand for.
fn special(value: &Value) -> Value {
    let origin = value.origin.clone();
    match value.tag() {
        Some("unknown") => return Value::new(Data::Unknown(Arc::new(unknown(value))), origin),
        Some(tag @ ("ref" | "data")) => {
            let text = value.as_text().expect("a reference");
            let kind = if tag == "data" { ReasonKind::DataSource } else { ReasonKind::Computed };
            let mut unknown = Unknown::new(Reason::new(kind, text));
            (unknown.ty, unknown.not_null, unknown.not_empty) = (Type::Text, true, true);
            let (address, attribute) = split_reference(text);
            let reference = Reference { address: address.into(), attribute: attribute.into(), whole: true };
            return Value::new(Data::Unknown(Arc::new(unknown)), origin)
                .with_note(|note| note.references.push(reference));
        }
        _ => {}
    }
    let data = match &value.data {
        Data::List(list) => Data::List(Arc::new(list.iter().map(special).collect())),
        Data::Map(map) => {
            let entry = |entry: &Entry| Entry { value: special(&entry.value), ..entry.clone() };
            Data::Map(Arc::new(map.entries().iter().map(entry).collect()))
        }
        other => other.clone(),
    };
    Value { data, origin, note: None }
}

/// `module.m.aws_x.y[0].id` is the attribute `id` of what stands before it.
fn split_reference(text: &str) -> (&str, &str) {
    let start = text.rfind(']').unwrap_or(0);
    let steps: Vec<usize> = text[start..].match_indices('.').map(|(at, _)| at + start).collect();
    let wanted =
        if start > 0 { 0 } else { 1 + text.matches("module.").count() * 2 + usize::from(text.contains("data.")) };
    steps.get(wanted).map_or((text, ""), |at| (&text[..*at], &text[at + 1..]))
}

fn unknown(value: &Value) -> Unknown {
    let reason = value.as_text().unwrap_or("x");
    let mut unknown = Unknown::new(Reason::new(ReasonKind::VariableWithoutValue, reason));
    let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
    unknown.not_null = flag("not_null");
    unknown.not_empty = flag("not_empty");
    unknown.at_most = value.get("at_most").and_then(Value::as_number).map(|number| number.as_i64().unwrap() as u32);
    unknown.ty = match value.get("type").and_then(Value::as_text) {
        Some("string") => Type::Text,
        Some("bool") => Type::Bool,
        Some("number") => Type::Number,
        Some("list") => Type::List(Box::new(Type::Any)),
        Some("list(string)") => Type::List(Box::new(Type::Text)),
        Some("map") => Type::Map(Box::new(Type::Any)),
        _ => Type::Any,
    };
    if let Some(parts) = value.get("text").and_then(Value::as_list) {
        unknown.ty = Type::Text;
        let part = |part: &Value| part.as_text().map_or(TextPart::Hole, |text| TextPart::Known(text.into()));
        unknown.text = parts.iter().map(part).collect();
    }
    unknown
}

pub(super) fn unit(text: &str) -> Unit {
    unit_of(&parse(text))
}

pub(super) fn unit_of(value: &Value) -> Unit {
    let mut subjects = Vec::new();
    for entry in value.as_map().expect("a map of addresses").entries() {
        subjects.push(subject(&entry.key, entry, &entry.value));
    }
    Unit { kind: UnitKind::Terraform, name: "test".into(), subjects, gaps: Vec::new() }
}

fn subject(address: &str, entry: &Entry, values: &Value) -> Subject {
    let header = entry.key_span.unwrap_or(Span::new(FileId(0), 0, 0));
    let bare = address.split('[').next().unwrap_or(address);
    let kubernetes = address.contains('/');
    let steps: Vec<&str> = bare.split(if kubernetes { '/' } else { '.' }).collect();
    let (kind, name) = match steps.as_slice() {
        [kind, .., name] if kubernetes => (kind.to_string(), *name),
        [.., "data", kind, name] => (format!("data.{kind}"), *name),
        [.., kind, name] => (kind.to_string(), *name),
        _ => (bare.to_owned(), bare),
    };
    let text = |key: &str| values.get(key).and_then(Value::as_text).map(Arc::<str>::from);
    let labels: BTreeMap<Arc<str>, Arc<str>> = values
        .get("$labels")
        .and_then(Value::as_map)
        .map(|map| {
            map.entries().iter().map(|entry| (entry.key.clone(), entry.value.as_text().unwrap().into())).collect()
        })
        .unwrap_or_default();
    let entries = values.as_map().map_or(&[][..], |map| map.entries());
    let kept = entries.iter().filter(|entry| !entry.key.starts_with('$')).cloned().collect();
    Subject {
        kind: text("$kind").unwrap_or(kind.into()),
        provider: "test".into(),
        name: name.into(),
        address: address.into(),
        definition: bare.into(),
        folder: "".into(),
        header,
        extent: header,
        calls: Arc::new([]),
        values: Value::map(kept, Origin::at(header, Role::Block)),
        conditional: text("$conditional").map(|about| Reason::new(ReasonKind::InstanceKey, about)),
        provider_version: text("$version"),
        labels,
        namespace: text("$namespace"),
        owner: values.get("$owner").and_then(Value::as_number).map(|number| SubjectId(number.as_i64().unwrap() as u32)),
        links: BTreeMap::new(),
    }
}

pub(super) fn gap() -> Gap {
    Gap {
        reason: Reason::new(ReasonKind::RemoteModule, "net"),
        span: Span::new(FileId(0), 0, 1),
        address: "module.net".into(),
    }
}

pub(super) fn pack(text: &str) -> PackText {
    PackText { path: "test.yaml".into(), text: text.into() }
}

pub(super) fn catalogue(text: &str) -> Catalogue {
    let (catalogue, problems) = Catalogue::load(&[pack(text)]);
    assert!(problems.is_empty(), "{problems:?}");
    catalogue
}

/// A policy with these lines besides those that every policy has.
pub(super) fn policy_text(lines: &str) -> String {
    let judges = if lines.contains("judges:") { "" } else { "judges: thing\n" };
    format!("id: test-policy\ntitle: Test\nseverity: low\n{judges}{lines}\n")
}

pub(super) fn policy_with(lines: &str, catalogue: &Catalogue, own: bool) -> Arc<Policy> {
    let mut text = policy_text(lines);
    if own {
        text.push_str("tier: default\nwhy: because\nfix: do it\n");
        if !lines.contains("message:") {
            text.push_str("message: is wrong\n");
        }
    }
    let (policies, problems) = Policies::load(&[pack(&text)], catalogue, own);
    assert!(problems.is_empty(), "{problems:#?} in\n{text}");
    policies.get("test-policy").expect("one policy").clone()
}

pub(super) fn policy(lines: &str) -> Arc<Policy> {
    policy_with(lines, &Catalogue::default(), false)
}

/// The problems of a policy that does not compile.
pub(super) fn refused(lines: &str, catalogue: &Catalogue, own: bool) -> String {
    let (policies, problems) = Policies::load(&[pack(&policy_text(lines))], catalogue, own);
    assert!(policies.is_empty(), "compiled:\n{lines}");
    problems
        .iter()
        .map(|problem| format!("{}: {} {}\n", problem.line.unwrap_or(0), problem.message, problem.help))
        .collect()
}

pub(super) fn prepared(text: &str, catalogue: &Catalogue) -> Prepared {
    prepare(unit(text), catalogue).at(1_700_000_000)
}

/// The judgements on the subject with an address.
pub(super) fn judgements(policy: &Policy, prepared: &Prepared, address: &str) -> Vec<Judgement> {
    let (id, _) = prepared.unit().iter().find(|(_, subject)| &*subject.address == address).expect("the address");
    judge(policy, prepared, id)
}

pub(super) fn outcome_of(policy: &Policy, prepared: &Prepared, address: &str) -> Outcome {
    judgements(policy, prepared, address)[0].outcome
}

/// The outcome of a policy on one thing, without a catalogue.
pub(super) fn outcome(lines: &str, values: &str) -> Outcome {
    let unit = format!("thing.t: {values}");
    outcome_of(&policy(lines), &prepared(&unit, &Catalogue::default()), "thing.t")
}
