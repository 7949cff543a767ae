#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_document::hcl;
use volary_model::FileId;

fuzz_target!(|text: &str| {
    let _ = hcl::parse(FileId(0), text);
});
