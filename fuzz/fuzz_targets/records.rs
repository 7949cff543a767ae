#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_governance::{Baseline, CodeOwners, Config, Exceptions, Flavour};

fuzz_target!(|text: &str| {
    let _ = Config::parse("c.yaml", text);
    let _ = Baseline::parse("b.jsonl", text);
    let _ = Exceptions::parse([("e.yaml", text)]);
    for flavour in [Flavour::GitHub, Flavour::GitLab] {
        let _ = CodeOwners::parse(text, flavour).owners("a/b.tf");
    }
});
