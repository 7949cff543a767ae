//! A whole run over a tree of one file of each format: evaluation, policies, grouping, decision.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use volary_engine::{Pack, Settings, Silent, check};
use volary_model::Tier;
use volary_source::MemoryTree;

static PACK: LazyLock<Pack> =
    LazyLock::new(|| Pack::embedded(volary_pack::rules(), volary_pack::examples, volary_pack::VERSION, volary_pack::digest()));

fuzz_target!(|text: &str| {
    // The first byte chooses the format, so that the corpus of one run covers all.
    let (name, text) = match text.as_bytes().first() {
        Some(b'1') => ("k8s.yaml", &text[1..]),
        Some(b'2') => ("Dockerfile", &text[1..]),
        Some(b'3') => ("main.tf.json", &text[1..]),
        Some(b'4') => (".volary/config.yaml", &text[1..]),
        _ => ("main.tf", text),
    };
    let tree = MemoryTree::new([(name.to_owned(), text.as_bytes().to_vec())]);
    let mut settings = Settings::new(jiff::civil::date(2026, 1, 1));
    settings.tier = Tier::Strict;
    settings.threads = 1;
    let checked = check(&tree, &PACK, &settings, &Silent);
    // A panic inside is caught and becomes a problem; here it must not happen at all.
    let internal = checked.report.problems.iter().find(|problem| problem.kind == volary_model::ProblemKind::Internal);
    assert!(internal.is_none(), "{internal:?}");
});
