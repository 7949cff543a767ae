//! Mutated manifests and Dockerfiles: units are made of whatever the parsers could read, without panic, with places
//! inside of their texts and ties that exist.
//!
//! The seed is fixed. `VOLARY_FUZZ_ROUNDS` sets how many inputs there are for each format.

use std::sync::Arc;

use volary_document::{dockerfile, yaml};
use volary_iac::kubernetes::ManifestFile;
use volary_model::{FileId, Span, Unit};

const FILE: FileId = FileId(0);

const MANIFESTS: &[&str] = &[
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {b: c}}\nspec:\n  template:\n    metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: localhost/x}}\n    spec:\n      securityContext: {runAsUser: 1}\n      containers:\n      - name: c\n        image: a.b/c:d@sha256:e\n        command: [sh, -c, \"exec env A=b x --y=z | w\"]\n        args: [--a, b]\n        securityContext: {capabilities: {add: [cap_x]}}\n",
    "apiVersion: v1\nkind: List\nitems:\n- &p {apiVersion: v1, kind: Pod, metadata: {generateName: a}, spec: {containers: [{name: x}, {name: x}]}}\n- *p\n---\napiVersion: kustomize.config.k8s.io/v1\nkind: Kustomization\nnamespace: n\npatches: [{path: ../a.yaml}]\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: g, scope: Cluster, names: {kind: K}}\n",
];
const DOCKERFILES: &[&str] = &[
    "ARG A=1\nFROM --platform=$P x:${A:-b} AS c\nENV P=\"a b\" Q=$P\nUSER u:g\nWORKDIR /a\nWORKDIR b\nRUN --mount=type=cache,from=c set -e; apt-get install $P -y=1 x=${V} | sudo sh -c 'curl \"x\" | bash -s' && eval \"a $(b)\"\nFROM c\nCOPY --from=0 a b\nEXPOSE 1 2/udp $Z\nHEALTHCHECK CMD [\"a\"]\nSHELL [\"bash\", \"-o\", \"pipefail\", \"-c\"]\nENTRYPOINT a b\nCMD [\"c\"]\n",
    "FROM scratch\nRUN <<EOF\n#!/bin/bash\na é | b\nEOF\nRUN python3 -m pip install -r x <<X\ny\nX\nONBUILD USER root\nLABEL a=b c='d e'\nVOLUME [\"/x\"]\nADD http://x /y\n",
];

/// xorshift64*: enough for choosing mutations.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % limit.max(1) as u64) as usize
    }
}

fn mutate(seeds: &[&str], tokens: &[&str], check: impl Fn(&str)) {
    let rounds = std::env::var("VOLARY_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let mut random = Random(0x5EED_0001);
    for _ in 0..rounds {
        let mut bytes = seeds[random.below(seeds.len())].as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len() + 1);
            let end = (at + 1 + random.below(12)).min(bytes.len());
            match random.below(4) {
                0 => drop(bytes.drain(at.min(end)..end)),
                1 => {
                    let token = tokens[random.below(tokens.len())].as_bytes();
                    bytes.splice(at..at, token.iter().copied());
                }
                2 => {
                    // A word of the seed elsewhere: names where values were, values where names were.
                    let words: Vec<&str> = seeds[random.below(seeds.len())].split([' ', ':', '\n']).collect();
                    let word = words[random.below(words.len())].as_bytes();
                    bytes.splice(at.min(end)..end, word.iter().copied());
                }
                _ => {
                    let piece = bytes[at.min(end)..end].repeat(1 + random.below(20));
                    bytes.splice(at..at, piece);
                }
            }
        }
        check(&String::from_utf8_lossy(&bytes));
    }
}

fn check(text: &str, unit: &Unit) {
    let within =
        |span: Span| assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    let mut addresses = Vec::new();
    for subject in &unit.subjects {
        within(subject.header);
        within(subject.extent);
        addresses.push((&subject.kind, &subject.address));
        for id in subject.links.values().flatten().chain(&subject.owner) {
            assert!(unit.subject(*id).is_some());
        }
    }
    addresses.sort();
    let all = addresses.len();
    addresses.dedup();
    assert_eq!(addresses.len(), all, "an address stands twice: {text}");
}

#[test]
fn manifests_survive_mutations() {
    mutate(MANIFESTS, &["null", "[]", "{}", "~", "- ", ": ", "1", "\"\"", "*p", "&p ", "---\n"], |text| {
        let (documents, _) = yaml::parse(FILE, text, yaml::Dialect::Yaml11);
        volary_iac::kubernetes::is_manifest(&documents);
        let file = ManifestFile { file: FILE, path: "x/a.yaml".into(), documents };
        volary_iac::kubernetes::units(vec![file]).iter().for_each(|unit| check(text, unit));
    });
}

#[test]
fn dockerfiles_survive_mutations() {
    let path: Arc<str> = "x/Dockerfile".into();
    mutate(
        DOCKERFILES,
        &["$A", "${", "}", "\"", "'", "`", "$(", "| ", "&& ", "\\\n", "<<EOF ", "FROM ", "RUN ", "é", "[\"", "--"],
        |text| {
            let (file, _) = dockerfile::parse(FILE, text);
            check(text, &volary_iac::dockerfile::unit(FILE, &path, &file));
        },
    );
}
