#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_policy::{Catalogue, PackText, Policies};

fuzz_target!(|text: &str| {
    let _ = Policies::load(&[PackText { path: "p.yaml".into(), text: text.into() }], &Catalogue::default(), false);
    let _ = Catalogue::load(&[PackText { path: "c.yaml".into(), text: text.into() }]);
});
