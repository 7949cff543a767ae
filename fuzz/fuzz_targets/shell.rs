#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_document::shell;

fuzz_target!(|text: &str| {
    let _ = shell::parse(text);
});
