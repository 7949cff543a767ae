#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

use volary_secrets::Scanner;

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);

fuzz_target!(|text: &str| {
    let _ = SCANNER.scan("src/config.yaml", text);
});
