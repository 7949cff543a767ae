//! The documentation says what the code does.

use std::path::Path;

use crate::operators::SPECS;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The table of operators as the page shows it.
fn table() -> String {
    let mut out = String::from("| operator | takes | argument | holds when |\n|---|---|---|---|\n");
    for spec in SPECS {
        let cell = |text: &str| text.replace('|', "\\|");
        out.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            spec.name,
            spec.takes.as_str(),
            cell(spec.argument),
            cell(spec.meaning)
        ));
    }
    out
}

#[test]
fn the_page_lists_every_operator_as_it_is() {
    let page = read("policy-language.md");
    let table = table();
    assert!(page.contains(&table), "docs/policy-language.md must contain this table:\n{table}");
}

#[test]
fn every_policy_of_the_page_compiles() {
    let page = read("policy-language.md");
    let mut seen = 0;
    for block in page.split("```yaml\n").skip(1) {
        let text = block.split("```").next().unwrap();
        if !text.starts_with("id:") {
            continue;
        }
        seen += 1;
        let (policies, problems) =
            crate::Policies::load(&[super::support::pack(text)], &crate::Catalogue::default(), false);
        assert!(problems.is_empty() && policies.len() == 1, "{problems:?}\n{text}");
    }
    assert!(seen >= 1);
}

#[test]
fn the_catalogue_of_the_page_loads() {
    let page = read("catalogue.md");
    let mut seen = 0;
    for block in page.split("```yaml\n").skip(1) {
        let text = block.split("```").next().unwrap();
        seen += 1;
        let (_, problems) = crate::Catalogue::load(&[super::support::pack(text)]);
        assert!(problems.is_empty(), "{problems:?}\n{text}");
    }
    assert!(seen >= 1);
}
