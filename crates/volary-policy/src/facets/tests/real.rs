//! Facets of many real and sample files, where they are at hand: none disappears, none panics, all point somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use volary_model::{Subject, Unit, Value};

use super::super::iam::documents;
use super::evaluated;

const MAX_FILES: usize = 5_000;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "tf") && found.len() < MAX_FILES {
            found.push(path);
        }
    }
}

fn written(subject: &Subject, name: &str) -> bool {
    subject.values.get(name).is_some_and(|value| match &value.data {
        volary_model::Data::Null => false,
        volary_model::Data::Text(text) => !text.trim().is_empty(),
        volary_model::Data::List(list) => !list.is_empty(),
        _ => true,
    })
}

/// Whether a resource must have facets of a kind.
fn must_have(subject: &Subject) -> Option<&'static str> {
    let any = |names: &[&str]| names.iter().any(|name| written(subject, name));
    let rules = match &*subject.kind {
        "aws_security_group" | "aws_default_security_group" | "aws_network_acl" => any(&["ingress", "egress"]),
        "azurerm_network_security_group" => any(&["security_rule"]),
        "google_compute_firewall" => any(&["allow", "deny"]),
        "aws_security_group_rule" | "aws_network_acl_rule" | "azurerm_network_security_rule" => true,
        "aws_vpc_security_group_ingress_rule" | "azurerm_mssql_firewall_rule" | "azurerm_sql_firewall_rule" => true,
        _ => false,
    };
    if rules {
        return Some("network.rule");
    }
    let kind = &*subject.kind;
    let bindings = kind.starts_with("google_") && (kind.ends_with("_iam_binding") || kind.ends_with("_iam_member"));
    let has_statement = |(kind, attribute): (&str, &str)| {
        let document = subject.values.get(attribute);
        let empty = document.and_then(Value::decoded).is_some_and(|decoded| decoded.get("Statement").is_none());
        kind == &*subject.kind && written(subject, attribute) && !empty
    };
    (bindings || kind == "azurerm_role_assignment" || documents().any(has_statement)).then_some("iam.statement")
}

fn check(unit: &Unit, path: &Path, counts: &mut [usize; 3]) {
    let mut definitions = BTreeSet::new();
    for subject in &unit.subjects {
        let facet = match &*subject.kind {
            "network.rule" => 0,
            "iam.statement" => 1,
            "iam.principal" => 2,
            _ => {
                if let Some(kind) = must_have(subject) {
                    assert!(subject.links.contains_key(kind), "{}: {} has no {kind}", path.display(), subject.address);
                }
                continue;
            }
        };
        counts[facet] += 1;
        assert!(subject.extent.contains(&subject.header), "{}: {}", path.display(), subject.address);
        assert!(
            definitions.insert((&subject.kind, &subject.address)),
            "{}: {} stands twice",
            path.display(),
            subject.address
        );
    }
}

#[test]
fn no_facet_disappears() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let mut paths = Vec::new();
    for folder in ["kics", "trees"] {
        files(&root.join(folder), &mut paths);
    }
    if paths.is_empty() {
        return;
    }
    let mut counts = [0; 3];
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        for unit in evaluated(&text) {
            check(&unit, path, &mut counts);
        }
    }
    assert!(counts.iter().all(|count| *count > 50), "too few facets: {counts:?}");
}
