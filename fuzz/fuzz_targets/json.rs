#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_document::json;
use volary_model::FileId;

fuzz_target!(|text: &str| {
    let _ = json::parse(FileId(0), text);
});
