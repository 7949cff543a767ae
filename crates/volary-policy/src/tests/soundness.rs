//! A decided judgement holds however the unknown values turn out.

use std::sync::Arc;

use proptest::prelude::*;
use volary_model::{Data, Entry, Number, Outcome, Reason, ReasonKind, TextPart, Type, Unknown, Value};

use super::support::{policy, unit_of};
use crate::{Catalogue, Policy, judge, prepare};

/// The attributes that generated conditions test.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn place() -> volary_model::Span {
    volary_model::Span::new(volary_model::FileId(0), 0, 1)
}

fn text_value(text: &str) -> Value {
    Value::at(Data::Text(text.into()), place())
}

/// Texts that make operators disagree.
fn texts() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "a",
        "b",
        "ab",
        "ba",
        "A",
        "*",
        "true",
        "false",
        "22",
        "20-25",
        "80",
        "1.10",
        "1.2.0-rc1",
        "v3",
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.1.2.3",
        "8.8.8.8",
        "Internet",
        "iam:*",
        "iam:PassRole",
        "s3:Get*",
        "arn:aws:s3:::x/*",
        "2020-01-01",
        "2999-01-01T00:00:00Z",
    ])
    .prop_map(str::to_owned)
}

fn scalar() -> BoxedStrategy<Value> {
    prop_oneof![
        6 => texts().prop_map(|text| text_value(&text)),
        1 => any::<bool>().prop_map(|truth| Value::at(Data::Bool(truth), place())),
        2 => prop::sample::select(vec![0_i64, 1, 22, 30, 100]).prop_map(|n| Value::at(Data::Number(Number::Int(n)), place())),
        1 => Just(Value::at(Data::Null, place())),
    ]
    .boxed()
}

fn ty() -> impl Strategy<Value = Type> {
    prop::sample::select(vec![
        Type::Any,
        Type::Any,
        Type::Bool,
        Type::Number,
        Type::Text,
        Type::List(Box::new(Type::Any)),
        Type::List(Box::new(Type::Text)),
        Type::Map(Box::new(Type::Any)),
        Type::Object(Vec::new()),
    ])
}

fn unknown() -> BoxedStrategy<Value> {
    let part = prop_oneof![Just(TextPart::Hole), texts().prop_map(|text| TextPart::Known(text.into()))];
    let parts = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(part, 1..4)];
    (ty(), any::<bool>(), any::<bool>(), parts, prop::option::of(0_u32..3), prop::collection::vec(scalar(), 0..2))
        .prop_map(|(ty, not_null, not_empty, text, at_most, held)| {
            let mut unknown = Unknown::new(Reason::new(ReasonKind::VariableWithoutValue, "v"));
            let is_list = matches!(ty, Type::List(_));
            if !text.is_empty() {
                unknown.ty = Type::Text;
                unknown.text = text;
                unknown.not_null = not_null;
                let literal = |part: &TextPart| matches!(part, TextPart::Known(text) if !text.is_empty());
                unknown.not_empty =
                    not_empty && unknown.text.iter().any(|part| literal(part) || *part == TextPart::Hole);
                return Value::at(Data::Unknown(Arc::new(unknown)), place());
            }
            (unknown.ty, unknown.not_null, unknown.not_empty) = (ty, not_null, not_empty);
            let fits_held = is_list && matches!(&unknown.ty, Type::List(inner) if **inner == Type::Any) && not_null;
            unknown.at_most = at_most.filter(|most| !not_empty || *most > 0);
            let value = Value::at(Data::Unknown(Arc::new(unknown)), place());
            let room = at_most.is_none_or(|most| most as usize >= held.len());
            if fits_held && room && !held.is_empty() {
                return value.with_note(|note| {
                    note.holds = Some(Value::list(held, volary_model::Origin::at(place(), volary_model::Role::Block)))
                });
            }
            value
        })
        .boxed()
}

fn value() -> BoxedStrategy<Value> {
    prop_oneof![3 => scalar(), 3 => unknown()]
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                2 => prop::collection::vec(inner.clone(), 0..4).prop_map(|list| Value::at(Data::List(Arc::new(list)), place())),
                2 => prop::collection::vec((0..NAMES.len(), inner), 0..4).prop_map(|entries| {
                    let entry = |(name, value): (usize, Value)| Entry { key: NAMES[name].into(), key_span: None, value };
                    Value::map(entries.into_iter().map(entry).collect(), volary_model::Origin::at(place(), volary_model::Role::Block))
                }),
            ]
        })
        .boxed()
}

/// Every operator but `secret_like`, which asks what is written and not what is.
fn test() -> BoxedStrategy<String> {
    let quoted = || texts().prop_map(|text| format!("'{text}'"));
    let list = || prop::collection::vec(quoted(), 0..3).prop_map(|texts| format!("[{}]", texts.join(", ")));
    let case = || prop_oneof![3 => Just(""), 1 => Just(", case: ignore")];
    let leaf = prop_oneof![
        (quoted(), case()).prop_map(|(text, case)| format!("{{equals: {text}{case}}}")),
        Just("{equals: true}".to_owned()),
        Just("{equals: 22}".to_owned()),
        (list(), case()).prop_map(|(list, case)| format!("{{in: {list}{case}}}")),
        (list(), case()).prop_map(|(list, case)| format!("{{not_in: {list}{case}}}")),
        any::<bool>().prop_map(|wanted| format!("{{exists: {wanted}}}")),
        any::<bool>().prop_map(|wanted| format!("{{empty: {wanted}}}")),
        prop::sample::select(vec!["^a", "b$", "^ab$", ".", "^$", "^arn:", "a|b", "[0-9]+", "^a|b", "(?i)^A"])
            .prop_map(|regex| format!("{{matches: '{regex}'}}")),
        (prop::sample::select(vec!["contains", "starts_with", "ends_with"]), quoted(), case())
            .prop_map(|(name, text, case)| format!("{{{name}: {text}{case}}}")),
        (prop::sample::select(vec!["at_least", "at_most", "longer_than"]), 0..50_u8)
            .prop_map(|(name, n)| format!("{{{name}: {n}}}")),
        Just("{older_than: 90d}".to_owned()),
        Just("{version_at_least: '1.9'}".to_owned()),
        prop::sample::select(vec!["public", "private", "any-address", "{within: 10.0.0.0/8}"])
            .prop_map(|arg| format!("{{cidr: {arg}}}")),
        Just("{port: 22}".to_owned()),
        prop::sample::select(vec!["iam:PassRole", "s3:*", "*", "a"])
            .prop_map(|action| format!("{{grants: '{action}'}}")),
        prop::sample::select(NAMES.to_vec()).prop_map(|name| format!("{{same_as: {name}}}")),
        prop::sample::select(NAMES.to_vec()).prop_map(|name| format!("{{same_as: ^.{name}, case: ignore}}")),
        Just("{refers_to: other}".to_owned()),
        (list(), case()).prop_map(|(list, case)| format!("{{has_all: {list}{case}}}")),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        (prop::sample::select(vec!["has", "only"]), inner).prop_map(|(name, inner)| format!("{{{name}: {inner}}}"))
    })
    .boxed()
}

fn path() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "d", "a.b", "a.0.b", "b.c.d", "^.a", "c.1"]).prop_map(str::to_owned)
}

fn condition() -> BoxedStrategy<String> {
    let leaf = (path(), test()).prop_map(|(path, test)| format!("{{{path}: {test}}}"));
    leaf.prop_recursive(3, 10, 3, |inner| {
        let list = prop::sample::select(vec!["a", "b", "a.*", "b.*.c", "c.*", "^.d"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| format!("{{all: [{}]}}", all.join(", "))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|any| format!("{{any: [{}]}}", any.join(", "))),
            inner.clone().prop_map(|not| format!("{{not: {not}}}")),
            (list.clone(), inner.clone(), inner.clone()).prop_map(|(list, filter, require)| format!(
                "{{each: {{in: {list}, where: {filter}, require: {require}}}}}"
            )),
            (list.clone(), inner.clone())
                .prop_map(|(list, filter)| format!("{{some: {{in: {list}, where: {filter}}}}}")),
            (list, inner, 0..3_u8, any::<bool>()).prop_map(|(list, filter, n, least)| {
                let limit = if least { "at_least" } else { "at_most" };
                format!("{{count: {{in: {list}, where: {filter}, {limit}: {n}}}}}")
            }),
        ]
    })
    .boxed()
}

/// Completes unknown values at random in ways that fit what is known of them.
struct Completer {
    state: u64,
}

impl Completer {
    fn number(&mut self, below: usize) -> usize {
        // xorshift: any sequence will do, and this one is the same everywhere.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % below.max(1) as u64) as usize
    }

    fn value(&mut self, value: &Value) -> Value {
        let data = match &value.data {
            Data::Unknown(unknown) => return self.unknown(unknown, value, 0),
            Data::List(list) => Data::List(Arc::new(list.iter().map(|element| self.value(element)).collect())),
            Data::Map(map) => Data::Map(Arc::new(
                map.entries().iter().map(|entry| Entry { value: self.value(&entry.value), ..entry.clone() }).collect(),
            )),
            other => other.clone(),
        };
        Value { data, origin: value.origin.clone(), note: None }
    }

    fn unknown(&mut self, unknown: &Unknown, value: &Value, depth: usize) -> Value {
        if !unknown.not_null && self.number(4) == 0 {
            return Value::at(Data::Null, place());
        }
        if let Some(held) = value.holds().and_then(Value::as_list) {
            let mut list: Vec<Value> = Vec::new();
            let most = unknown.at_most.map_or(held.len() + 3, |most| most as usize);
            let mut spare = most - held.len();
            for element in held {
                if spare > 0 && self.number(2) == 0 {
                    spare -= 1;
                    list.push(self.anything(depth + 1));
                }
                list.push(self.value(element));
            }
            return Value::at(Data::List(Arc::new(list)), place());
        }
        match &unknown.ty {
            Type::Any => loop {
                let value = self.anything(depth);
                let empty = match &value.data {
                    Data::Null => continue,
                    Data::Text(text) => text.is_empty(),
                    Data::List(list) => list.is_empty(),
                    Data::Map(map) => map.is_empty(),
                    _ => false,
                };
                if !(unknown.not_empty && empty) {
                    return value;
                }
            },
            ty => self.typed(ty, unknown, depth),
        }
    }

    fn typed(&mut self, ty: &Type, unknown: &Unknown, depth: usize) -> Value {
        let least = usize::from(unknown.not_empty);
        let data = match ty {
            Type::Any => return self.anything(depth),
            Type::Bool => Data::Bool(self.number(2) == 0),
            Type::Number => Data::Number(Number::Int([0, 1, 22, 30, 100][self.number(5)])),
            Type::Text => loop {
                let mut text = String::new();
                if unknown.text.is_empty() {
                    text = self.text();
                }
                for part in &unknown.text {
                    match part {
                        TextPart::Known(known) => text.push_str(known),
                        TextPart::Hole => text.push_str(&self.text()),
                    }
                }
                if !(unknown.not_empty && text.is_empty()) {
                    break Data::Text(text.into());
                }
            },
            Type::List(element) => {
                let most = unknown.at_most.map_or(3, |most| most as usize).max(least);
                let length = least + self.number(most - least + 1);
                let inner = Unknown::new(unknown.reason.clone());
                Data::List(Arc::new((0..length).map(|_| self.typed(element, &inner, depth + 1)).collect()))
            }
            Type::Map(_) | Type::Object(_) => {
                let most = unknown.at_most.map_or(NAMES.len(), |most| most as usize).max(least);
                let length = least + self.number(most - least + 1);
                let entries = (0..length).map(|index| Entry {
                    key: NAMES[index % NAMES.len()].into(),
                    key_span: None,
                    value: self.anything(depth + 1),
                });
                Data::Map(Arc::new(entries.collect()))
            }
        };
        Value::at(data, place())
    }

    fn text(&mut self) -> String {
        const TEXTS: [&str; 22] = [
            "",
            "a",
            "b",
            "ab",
            "A",
            "*",
            "true",
            "22",
            "80",
            "20-25",
            "1.10",
            "0.0.0.0/0",
            "10.0.0.0/8",
            "8.8.8.8",
            "iam:*",
            "iam:PassRole",
            "s3:*",
            ":",
            "/*",
            "2020-01-01",
            "0",
            "x y",
        ];
        TEXTS[self.number(TEXTS.len())].to_owned()
    }

    fn anything(&mut self, depth: usize) -> Value {
        let unknown = Unknown::new(Reason::new(ReasonKind::Outside, "x"));
        let types = [
            Type::Text,
            Type::Bool,
            Type::Number,
            Type::List(Box::new(Type::Text)),
            Type::Map(Box::new(Type::Any)),
            Type::List(Box::new(Type::Map(Box::new(Type::Any)))),
        ];
        let choices = if depth > 3 { 3 } else { types.len() + 1 };
        match self.number(choices) {
            choice if choice < types.len() => self.typed(&types[choice], &unknown, depth),
            _ => Value::at(Data::Null, place()),
        }
    }
}

/// A value that shows itself in one line.
#[derive(Clone)]
struct Brief(Value);

impl std::fmt::Debug for Brief {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0.data {
            Data::Null => write!(f, "null"),
            Data::Bool(truth) => write!(f, "{truth}"),
            Data::Number(number) => write!(f, "{number}"),
            Data::Text(text) => write!(f, "{text:?}"),
            Data::List(list) => f.debug_list().entries(list.iter().map(|value| Brief(value.clone()))).finish(),
            Data::Map(map) => f
                .debug_map()
                .entries(map.entries().iter().map(|entry| (&entry.key, Brief(entry.value.clone()))))
                .finish(),
            Data::Unknown(unknown) => {
                write!(f, "?{:?}", unknown.ty)?;
                for (known, name) in [(unknown.not_null, " not null"), (unknown.not_empty, " not empty")] {
                    write!(f, "{}", if known { name } else { "" })?;
                }
                if !unknown.text.is_empty() {
                    write!(f, " {:?}", unknown.text)?;
                }
                if let Some(most) = unknown.at_most {
                    write!(f, " at most {most}")?;
                }
                match self.0.holds() {
                    Some(held) => write!(f, " holds {:?}", Brief(held.clone())),
                    None => Ok(()),
                }
            }
        }
    }
}

fn values() -> impl Strategy<Value = Vec<Brief>> {
    prop::collection::vec(value().prop_map(Brief), 4)
}

fn outcome_on(policy: &Policy, values: &Value) -> Outcome {
    let subject = Entry { key: "thing.t".into(), key_span: None, value: values.clone() };
    let whole = Value::map(vec![subject], values.origin.clone());
    let prepared = prepare(unit_of(&whole), &Catalogue::default()).at(1_700_000_000);
    judge(policy, &prepared, volary_model::SubjectId(0))[0].outcome
}

fn check(condition: &str, values: Vec<Brief>, seed: u64, with_when: bool) -> Result<(), TestCaseError> {
    let entries =
        NAMES.iter().zip(values).map(|(name, value)| Entry { key: (*name).into(), key_span: None, value: value.0 });
    let values = Value::map(entries.collect(), volary_model::Origin::at(place(), volary_model::Role::Block));
    let when = if with_when { format!("when: {{not: {condition}}}\n") } else { String::new() };
    let policy = policy(&format!("{when}require: {condition}"));
    let before = outcome_on(&policy, &values);
    if !matches!(before, Outcome::Pass | Outcome::Fail | Outcome::NotApplicable) {
        return Ok(());
    }
    let mut completer = Completer { state: seed | 1 };
    for _ in 0..12 {
        let completed = completer.value(&values);
        let after = outcome_on(&policy, &completed);
        let contradicts = match (before, after) {
            // What is met whether or not the policy applies may turn out not to apply.
            (Outcome::Pass, Outcome::NotApplicable) => !with_when,
            (_, Outcome::Undecided | Outcome::Error) => false,
            (before, after) => before != after,
        };
        prop_assert!(
            !contradicts,
            "{before:?} became {after:?}\n{condition}\n{:?}\n{:?}",
            Brief(values.clone()),
            Brief(completed.clone())
        );
    }
    Ok(())
}

/// `PROPTEST_CASES` asks for more than an ordinary run has time for.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3_000);
    ProptestConfig { cases, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_operator_is_sound(test in test(), values in values(), seed in any::<u64>()) {
        check(&format!("{{a: {test}}}"), values, seed, false)?;
    }

    #[test]
    fn nested_conditions_are_sound(condition in condition(), values in values(), seed in any::<u64>()) {
        check(&condition, values, seed, false)?;
    }

    #[test]
    fn conditions_of_application_are_sound(condition in condition(), values in values(), seed in any::<u64>()) {
        check(&condition, values, seed, true)?;
    }
}
