//! Whatever the text of a policy or the values of a unit: no panic, bounded work, the rest is kept.

use std::sync::Arc;

use volary_model::{Data, Entry, SubjectId, Value};

use super::support::{pack, parse, unit_of};
use crate::{Catalogue, Policies, explain, judge, prepare};

const POLICY: &str = "id: test-policy
title: Test
judges: [thing, other]
severity: high
tier: strict
when: {kind: {not_in: [a, b]}}
require:
  all:
    - {tls: {in: [TLS1_2, TLS1_3], case: ignore}}
    - any: [{a.b.0.c: {exists: true}}, {'''x y''': 1}, {$.labels.app: web}]
    - not: {net.cidr: {has: {cidr: {within: 10.0.0.0/8}}}}
    - each: {in: rules.*, as: r, key: name, where: {port: {port: 22}}, require: {sources: {only: {cidr: private}}, r.name: {same_as: ^.name}}}
    - count: {in: m.*, where: {value: {matches: '^a+$'}}, at_most: $limit}
    - related: {kind: other, by: thing_id, where: {name: {starts_with: x}}}
message: 'is {tls} and {r.name}'
parameters: {limit: {type: number, default: 3, tightens: smaller}}
fix: {text: do, set: {tls: TLS1_2}}
";

const CATALOGUE: &str = "thing:
  identity: [name]
  attributes:
    name: string
    tls: {type: string, default: TLS1_0, was: [old_tls]}
    net: {block: once, attributes: {cidr: {type: list(string)}}}
    rules: {block: many, key: name, attributes: {name: string, port: string, sources: {type: list(string)}}}
    m: {type: map(string)}
other: {part_of: {kind: thing, by: thing_id, at: others, many: true}, attributes: {thing_id: string, name: string}}
";

const UNIT: &str = "thing.t: {name: n, tls: TLS1_2, a: {b: [{c: 1}]}, net: [{cidr: [10.0.0.0/9]}], rules: [{name: n, port: '20-25', sources: [10.0.0.0/8]}], m: {k: aa}, p: '{\"a\": [1]}'}
other.o: {thing_id: !ref thing.t.id, name: xy}
";

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Removes, doubles, changes or moves a piece of a text.
fn mutate(text: &str, random: &mut Random) -> String {
    const PIECES: [&str; 20] = [
        "{", "}", "[", "]", ":", ",", "~", "'", "\"", "*", "^", "$", ".", "\n  ", "- ", "&a ", "*a", "!!x ", "{{",
        "é\u{0}",
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(characters.len());
        let end = (at + random.below(12)).min(characters.len());
        match random.below(4) {
            0 => drop(characters.drain(at..end)),
            1 => {
                let piece: Vec<char> = characters[at..end].to_vec();
                characters.splice(at..at, piece);
            }
            2 => {
                let piece = PIECES[random.below(PIECES.len())].chars();
                characters.splice(at..at, piece);
            }
            _ => {
                let piece: Vec<char> = characters.drain(at..end).collect();
                let to = random.below(characters.len());
                characters.splice(to..to, piece);
            }
        }
    }
    characters.into_iter().collect()
}

fn judge_all(policies: &Policies, catalogue: &Catalogue, values: &Value) {
    let prepared = prepare(unit_of(values), catalogue).at(0);
    for policy in policies.iter() {
        for id in 0..prepared.unit().subjects.len() as u32 {
            let judged = judge(policy, &prepared, SubjectId(id));
            assert!(!judged.is_empty());
            explain(policy, &prepared, SubjectId(id)).expect("a subject");
        }
    }
}

#[test]
fn mutated_policies_and_catalogues_are_refused_or_evaluate() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let values = parse(UNIT);
    let mut compiled = 0;
    for _ in 0..1_500 {
        let (catalogue, _) = Catalogue::load(&[pack(&mutate(CATALOGUE, &mut random))]);
        let own = random.below(2) == 0;
        let (policies, problems) = Policies::load(&[pack(&mutate(POLICY, &mut random))], &catalogue, own);
        assert!(!policies.is_empty() || !problems.is_empty() || own || policies.is_empty());
        compiled += policies.len();
        judge_all(&policies, &catalogue, &values);
    }
    assert!(compiled > 10, "only {compiled} mutated policies compiled: the mutations are too wild to test evaluation");
}

/// Puts something else in the place of one node.
fn replaced(value: &Value, random: &mut Random, chance: usize) -> Value {
    let origin = value.origin.clone();
    if random.below(chance) == 0 {
        let data = match random.below(6) {
            0 => Data::Null,
            1 => Data::List(Arc::new(vec![value.clone(), value.clone()])),
            2 => Data::Text("".into()),
            3 => Data::Bool(true),
            4 => Data::Map(Arc::default()),
            _ => return parse("!unknown v"),
        };
        return Value::new(data, origin);
    }
    let data = match &value.data {
        Data::List(list) => {
            Data::List(Arc::new(list.iter().map(|element| replaced(element, random, chance)).collect()))
        }
        Data::Map(map) => {
            let entry = |entry: &Entry| Entry { value: replaced(&entry.value, random, chance), ..entry.clone() };
            Data::Map(Arc::new(map.entries().iter().map(entry).collect()))
        }
        other => other.clone(),
    };
    Value { data, origin, note: value.note.clone() }
}

#[test]
fn anything_in_the_place_of_any_value_is_judged() {
    let catalogue = super::support::catalogue(CATALOGUE);
    let (policies, problems) = Policies::load(&[pack(POLICY)], &catalogue, false);
    assert!(problems.is_empty(), "{problems:?}");
    let values = parse(UNIT);
    let mut random = Random(77);
    for chance in [3, 6, 12, 24] {
        for _ in 0..400 {
            let Data::Map(map) = &values.data else { panic!("a map") };
            // The subjects stay: what they hold changes.
            let entry = |entry: &Entry| match replaced(&entry.value, &mut random, chance) {
                value if value.as_map().is_some() => Entry { value, ..entry.clone() },
                _ => entry.clone(),
            };
            let changed: Vec<Entry> = map.entries().iter().map(entry).collect();
            judge_all(&policies, &catalogue, &Value::map(changed, values.origin.clone()));
        }
    }
}
