//! What an attribute test costs. A plain harness: it prints a table, and fails where a test costs more than promised.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use volary_model::{Data, Entry, FileId, Number, Origin, Role, Span, Subject, SubjectId, Unit, UnitKind, Value};
use volary_policy::{Catalogue, PackText, Policies, Policy, Prepared, judge, outcome, prepare};

const CATALOGUE: &str = "
thing:
  identity: [name]
  attributes:
    name: string
    tls: {type: string, default: TLS1_0}
    https: bool
    days: number
    rules: {block: many, attributes: {port: number, sources: {type: list(string)}}}
";

const CASES: [(&str, &str); 6] = [
    ("one test", "require: {tls: TLS1_2}"),
    ("three tests", "require: {tls: {in: [TLS1_2, TLS1_3]}, https: true, days: {at_least: 30}}"),
    ("when and test", "when: {https: true}\nrequire: {tls: {in: [TLS1_2, TLS1_3]}}"),
    ("regular expression", "require: {name: {matches: '^[a-z]+$'}}"),
    (
        "each of 3 elements, 5 inside",
        "require: {each: {in: rules, where: {port: {port: 22}}, require: {sources: {only: {cidr: private}}}}}",
    ),
    ("related, by index", "require: {related: {kind: thing, by: other, where: {tls: TLS1_2}}}"),
];

fn span() -> Span {
    Span::new(FileId(0), 0, 1)
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    let entry = |(key, value): (&str, Value)| Entry { key: key.into(), key_span: None, value };
    Value::map(entries.into_iter().map(entry).collect(), Origin::at(span(), Role::Block))
}

fn text(text: &str) -> Value {
    Value::at(Data::Text(text.into()), span())
}

fn subject(index: usize) -> Subject {
    let sources = (0..5).map(|n| text(&format!("10.{n}.0.0/16"))).collect();
    let rule = map(vec![
        ("port", Value::at(Data::Number(Number::Int(22)), span())),
        ("sources", Value::list(sources, Origin::at(span(), Role::Attribute))),
    ]);
    let mut values = vec![
        ("name", text("orders")),
        ("location", text("westeurope")),
        ("tls", text("TLS1_2")),
        ("https", Value::at(Data::Bool(true), span())),
        ("days", Value::at(Data::Number(Number::Int(90)), span())),
        ("rules", Value::list(vec![rule; 3], Origin::at(span(), Role::Block))),
    ];
    if index > 0 {
        values.push(("other", text("orders")));
    }
    let address: Arc<str> = format!("thing.t{index}").into();
    Subject {
        kind: "thing".into(),
        provider: "test".into(),
        name: "t".into(),
        address: address.clone(),
        definition: address,
        folder: "".into(),
        header: span(),
        extent: span(),
        calls: Arc::new([]),
        values: map(values),
        conditional: None,
        provider_version: None,
        labels: Default::default(),
        namespace: None,
        owner: None,
        links: Default::default(),
    }
}

fn pack(text: String) -> PackText {
    PackText { path: "bench.yaml".into(), text: text.into() }
}

/// Nanoseconds for one call, the best of five rounds.
fn measure(rounds: u32, mut call: impl FnMut()) -> f64 {
    (0..5)
        .map(|_| {
            let started = Instant::now();
            for _ in 0..rounds {
                call();
            }
            started.elapsed().as_nanos() as f64 / f64::from(rounds)
        })
        .fold(f64::INFINITY, f64::min)
}

fn compiled(catalogue: &Catalogue, lines: &str) -> Arc<Policy> {
    let text = format!("id: bench\ntitle: Bench\njudges: thing\n{lines}\n");
    let (policies, problems) = Policies::load(&[pack(text)], catalogue, false);
    assert!(problems.is_empty(), "{problems:?}");
    policies.get("bench").expect("the policy").clone()
}

fn main() {
    let (catalogue, problems) = Catalogue::load(&[pack(CATALOGUE.to_owned())]);
    assert!(problems.is_empty(), "{problems:?}");
    let unit = || Unit {
        kind: UnitKind::Terraform,
        name: "bench".into(),
        subjects: (0..40).map(subject).collect(),
        gaps: Vec::new(),
    };
    let prepared: Prepared = prepare(unit(), &catalogue);
    let thing = SubjectId(0);
    println!("{:<32} {:>12} {:>12}", "per policy and resource", "outcome", "judgement");
    let rounds = if cfg!(debug_assertions) { 2_000 } else { 200_000 };
    let mut first = 0.0;
    for (name, lines) in CASES {
        let policy = compiled(&catalogue, lines);
        let fast = measure(rounds, || {
            black_box(outcome(black_box(&policy), &prepared, thing));
        });
        let full = measure(rounds, || drop(black_box(judge(black_box(&policy), &prepared, thing))));
        if first == 0.0 {
            first = full;
        }
        println!("{name:<32} {fast:>9.0} ns {full:>9.0} ns");
    }
    let one = measure(200, || drop(black_box(prepare(unit(), &catalogue)))) / 40.0;
    println!("{:<32} {one:>9.0} ns", "preparing one resource");
    let texts: Vec<PackText> = (0..200)
        .map(|n| pack(format!("id: bench-{n}\ntitle: Bench\njudges: thing\n{}\n", CASES[n % CASES.len()].1)))
        .collect();
    let load = measure(5, || drop(black_box(Policies::load(&texts, &catalogue, false))));
    println!("{:<32} {:>9.2} ms", "compiling 200 policies", load / 1e6);
    let promised = cfg!(debug_assertions) || first < 1_000.0;
    assert!(promised, "one test costs {first:.0} ns, more than the promised 1000 ns");
}
