//! Whatever unknown arguments turn out to be, the full result fits the one that was given for them.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use volary_model::{Data, Entry, Map, Number, Reference, TextPart, Type, Unknown, Value};

use super::documented::CASES;
use super::fits::fits;
use super::{origin, reason, run, shown, value};

/// Numbers that decide what is chosen, so that a failing choice can be made smaller.
struct Choices<'a> {
    numbers: &'a [u32],
    next: usize,
}

impl Choices<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let number = self.numbers.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        number as usize % bound.max(1)
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == bound - 1
    }
}

const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "ab",
    "a,b",
    "-",
    " a b ",
    "10.0.0.0/16",
    "hello world",
    "{\"a\": [1]}",
    "%s",
    "é☃",
    "A b",
    "&{x}",
    "\n",
    "x\r\n",
    "true",
    "1",
    "/a/b/",
    "a\u{301}",
    "c/d.txt",
];

fn any(choices: &mut Choices<'_>, depth: usize) -> Value {
    let data = match choices.below(if depth == 0 { 8 } else { 12 }) {
        0..=3 => Data::Text(TEXTS[choices.below(TEXTS.len())].into()),
        4 | 5 => Data::Number([0, 1, 2, -1, 3, 24].map(Number::Int)[choices.below(6)]),
        6 => Data::Bool(choices.one_in(2)),
        7 if choices.one_in(2) => Data::Number(Number::Float(1.5)),
        7 => Data::Null,
        8..=10 => Data::List(Arc::new((0..choices.below(4)).map(|_| any(choices, depth - 1)).collect())),
        _ => {
            let entry = |choices: &mut Choices<'_>| {
                let key = ["a", "b", "c"][choices.below(3)].into();
                Entry { key, key_span: None, value: any(choices, depth - 1) }
            };
            // Keys once, as in every map of the language.
            let mut entries: Vec<Entry> = (0..choices.below(4)).map(|_| entry(choices)).collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            entries.dedup_by(|a, b| a.key == b.key);
            Data::Map(Arc::new(Map::new(entries)))
        }
    };
    Value::new(data, origin())
}

/// The value with some parts replaced by others, and some marked.
fn changed(value: &Value, choices: &mut Choices<'_>) -> Value {
    if choices.one_in(8) {
        return any(choices, 2);
    }
    let data = match &value.data {
        Data::List(list) => {
            let mut list: Vec<Value> = list.iter().map(|value| changed(value, choices)).collect();
            if choices.one_in(6) {
                let extra = list.get(choices.below(list.len())).cloned().unwrap_or_else(|| any(choices, 1));
                list.push(extra);
            }
            Data::List(Arc::new(list))
        }
        Data::Map(map) => {
            let change = |entry: &Entry| Entry { value: changed(&entry.value, choices), ..entry.clone() };
            Data::Map(Arc::new(map.entries().iter().map(change).collect()))
        }
        data => data.clone(),
    };
    let value = Value { data, ..value.clone() };
    match choices.below(12) {
        10 => value.with_note(|note| note.sensitive = true),
        11 => value.with_note(|note| {
            let address = ["aws_vpc.a", "aws_vpc.b"][choices.below(2)].into();
            note.references.push(Reference { address, attribute: "id".into(), whole: true });
        }),
        _ => value,
    }
}

/// The value with some parts unknown.
fn veiled(value: &Value, choices: &mut Choices<'_>) -> Value {
    if choices.one_in(3) {
        return veil(value, choices);
    }
    let data = match &value.data {
        Data::List(list) => Data::List(Arc::new(list.iter().map(|value| veiled(value, choices)).collect())),
        Data::Map(map) => {
            let change = |entry: &Entry| Entry { value: veiled(&entry.value, choices), ..entry.clone() };
            Data::Map(Arc::new(map.entries().iter().map(change).collect()))
        }
        data => data.clone(),
    };
    Value { data, ..value.clone() }
}

/// An unknown that the value fits, with something true said about it.
fn veil(value: &Value, choices: &mut Choices<'_>) -> Value {
    let mut unknown = Unknown::new(reason());
    let mut holds = None;
    unknown.not_null = !value.is_null() && !choices.one_in(4);
    let typed = !choices.one_in(3);
    match &value.data {
        Data::Bool(_) if typed => unknown.ty = Type::Bool,
        Data::Number(_) if typed => unknown.ty = Type::Number,
        Data::Text(text) => {
            unknown.ty = if typed { Type::Text } else { Type::Any };
            unknown.not_empty = !text.is_empty() && choices.one_in(2);
            if typed && choices.one_in(2) {
                unknown.text = pierced(text, choices);
            }
        }
        Data::List(list) => {
            unknown.ty = if typed { Type::List(Box::new(Type::Any)) } else { Type::Any };
            unknown.not_empty = !list.is_empty() && choices.one_in(2);
            unknown.at_most = choices.one_in(2).then(|| (list.len() + choices.below(3)) as u32);
            let held = list.iter().filter(|_| choices.one_in(2)).cloned().collect::<Vec<_>>();
            let held = held.iter().map(|value| veiled(value, choices)).collect();
            holds = (typed && unknown.not_null && choices.one_in(2)).then(|| Value::list(held, origin()));
        }
        Data::Map(map) => {
            unknown.ty = if typed { Type::Map(Box::new(Type::Any)) } else { Type::Any };
            unknown.not_empty = !map.is_empty() && choices.one_in(2);
            unknown.at_most = choices.one_in(2).then(|| (map.len() + choices.below(3)) as u32);
            let held = map.entries().iter().filter(|_| choices.one_in(2)).cloned().collect::<Vec<_>>();
            let held = held.iter().map(|entry| Entry { value: veiled(&entry.value, choices), ..entry.clone() });
            let held = Value::map(held.collect(), origin());
            holds = (typed && unknown.not_null && choices.one_in(2)).then_some(held);
        }
        _ => {}
    }
    let result = Value::new(Data::Unknown(Arc::new(unknown)), origin());
    result.with_note(|note| {
        note.holds = holds;
        collect(value, note);
    })
}

/// An unknown refers to what the value behind it refers to, and is as sensitive.
fn collect(value: &Value, note: &mut volary_model::Note) {
    note.sensitive |= value.is_sensitive();
    note.references.extend_from_slice(value.references());
    match &value.data {
        Data::List(list) => list.iter().for_each(|value| collect(value, note)),
        Data::Map(map) => map.entries().iter().for_each(|entry| collect(&entry.value, note)),
        _ => {}
    }
}

/// A text with a hole in it.
fn pierced(text: &str, choices: &mut Choices<'_>) -> Vec<TextPart> {
    let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (a, b) = (choices.below(ends.len()), choices.below(ends.len()));
    let (start, end) = (ends.swap_remove(a.min(b)), text.len());
    let end = ends.iter().copied().filter(|at| *at >= start).nth(choices.below(3)).unwrap_or(end);
    let mut parts = Vec::new();
    if start > 0 {
        parts.push(TextPart::Known(text[..start].into()));
    }
    parts.push(TextPart::Hole);
    if end < text.len() {
        parts.push(TextPart::Known(text[end..].into()));
    }
    parts
}

fn check(case: usize, numbers: &[u32]) -> Result<(), String> {
    let choices = &mut Choices { numbers, next: 0 };
    let (name, args, _) = CASES[case];
    let args = value(args);
    let args: Vec<Value> = args.as_list().unwrap_or_default().iter().map(|arg| changed(arg, choices)).collect();
    let full = match run(name, &args) {
        Ok(full) if full.is_known() => full,
        _ => return Ok(()),
    };
    let veiled: Vec<Value> = args.iter().map(|arg| veiled(arg, choices)).collect();
    let show = |args: &[Value]| args.iter().map(shown).collect::<Vec<_>>().join(", ");
    let call = || format!("{name}({}) is {}, {name}({})", show(&args), shown(&full), show(&veiled));
    match run(name, &veiled) {
        Ok(partial) => fits(&full, &partial).map_err(|about| format!("{} is {}: {about}", call(), shown(&partial))),
        Err(error) => Err(format!("{} fails: {}", call(), error.about)),
    }
}

#[test]
fn full_results_fit_those_of_partly_known_arguments() {
    let rounds = std::env::var("VOLARY_TEST_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20_000);
    let config = Config { cases: rounds, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
    let seed = [7; 32];
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let strategy = (0..CASES.len(), prop::collection::vec(prop::num::u32::ANY, 96));
    let result = runner.run(&strategy, |(case, numbers)| check(case, &numbers).map_err(TestCaseError::fail));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(about, (case, _))) => panic!("case {case}: {about}"),
        Err(TestError::Abort(about)) => panic!("{about}"),
    }
}
