#![no_main]

use libfuzzer_sys::fuzz_target;
use volary_document::yaml;
use volary_model::FileId;

fuzz_target!(|text: &str| {
    let _ = yaml::parse(FileId(0), text, yaml::Dialect::Yaml11);
    let _ = yaml::is_templated(text);
});
