#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_document::dockerfile;
use volary_model::FileId;

fuzz_target!(|text: &str| {
    let _ = dockerfile::parse(FileId(0), text);
});
