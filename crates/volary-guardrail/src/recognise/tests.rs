use super::*;
use crate::controls::Controls;

fn all() -> (Recognisers, Vec<Problem>) {
    Recognisers::load(&embedded::files("catalog/recognisers/"), Controls::built_in())
}

#[test]
fn every_file_is_read_without_problems() {
    let (_, problems) = all();
    let problems: Vec<String> =
        problems.iter().map(|it| format!("{}:{} {} {}", it.path, it.line.unwrap_or(0), it.message, it.help)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_example_is_what_it_says() {
    let failing = all().0.failing_examples();
    assert!(failing.is_empty(), "{}", failing.join("\n"));
}
