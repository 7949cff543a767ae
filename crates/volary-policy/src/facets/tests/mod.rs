//! Facets of Terraform resources, as policies see them.

mod completions;
mod iam_aws;
mod iam_others;
mod iam_places;
mod network_aws;
mod network_azure;
mod network_google;
mod network_kubernetes;
mod real;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::{hcl, yaml};
use volary_iac::kubernetes;
use volary_iac::terraform::{Folder, Input, Limits, SourceBody, units};
use volary_model::{Data, FileId, Subject, Unit, Value};

use crate::{Catalogue, prepare};

/// The unit of one file, with its facets.
fn prepared(text: &str) -> Unit {
    let (_, issues) = hcl::parse(FileId(0), text);
    assert!(issues.is_empty(), "{issues:?}");
    evaluated(text).remove(0)
}

/// The units of one file that may be broken, with their facets.
fn evaluated(text: &str) -> Vec<Unit> {
    let (body, _) = hcl::parse(FileId(0), text);
    let file = SourceBody { file: FileId(0), name: "main.tf".into(), body: Arc::new(body) };
    let folder = Folder { files: vec![file], ..Folder::default() };
    let input = Input { folders: BTreeMap::from([("".into(), folder)]), ..Input::default() };
    let (catalogue, problems) = Catalogue::load(&[]);
    assert!(problems.is_empty());
    let evaluated = units(&input, &Limits::default());
    evaluated.units.into_iter().map(|unit| prepare(unit, &catalogue).unit().clone()).collect()
}

/// The unit of one manifest, with its facets.
fn manifest(text: &str) -> Unit {
    let (documents, issues) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml11);
    assert!(issues.is_empty(), "{issues:?}");
    let file = kubernetes::ManifestFile { file: FileId(0), path: "a.yaml".into(), documents };
    let (catalogue, _) = Catalogue::load(&[]);
    let mut units = kubernetes::units(vec![file]);
    prepare(units.remove(0), &catalogue).unit().clone()
}

/// A value as text, with the line that it is written in behind texts and lists.
fn shown(value: &Value, text: &str) -> String {
    let line = |value: &Value| {
        let span = value.origin.span().map_or(0, |span| span.start as usize);
        format!("@{}", text[..span].matches('\n').count() + 1)
    };
    match &value.data {
        Data::List(list) => {
            let elements: Vec<String> = list.iter().map(|element| shown(element, text)).collect();
            format!("[{}]", elements.join(" "))
        }
        Data::Map(map) => {
            let entries: Vec<String> =
                map.entries().iter().map(|entry| format!("{}={}", entry.key, shown(&entry.value, text))).collect();
            format!("{{{}}}", entries.join(" "))
        }
        Data::Unknown(unknown) => {
            let holds = value.holds().map(|holds| shown(holds, text)).unwrap_or_default();
            let most = unknown.at_most.map(|most| format!("<={most}")).unwrap_or_default();
            format!("?{}{holds}{most}{}", unknown.prefix(), line(value))
        }
        Data::Text(known) => format!("{known}{}", line(value)),
        Data::Number(known) => format!("{known}{}", line(value)),
        Data::Bool(known) => format!("{known}{}", line(value)),
        Data::Null => "null".to_owned(),
    }
}

fn of_kind<'u>(unit: &'u Unit, kind: &str) -> Vec<&'u Subject> {
    unit.subjects.iter().filter(|subject| &*subject.kind == kind).collect()
}

/// Each facet of a kind on a line: its definition, its owner where that is another resource, and these fields.
fn lines(text: &str, kind: &str, fields: &[&str]) -> Vec<String> {
    of_unit(&prepared(text), text, kind, fields)
}

/// The same of a unit.
fn of_unit(unit: &Unit, text: &str, kind: &str, fields: &[&str]) -> Vec<String> {
    of_kind(unit, kind)
        .into_iter()
        .map(|subject| {
            let mut line = subject.definition.to_string();
            let owner = unit.subject(subject.owner.expect("a facet has an owner")).expect("the owner is there");
            if !subject.definition.starts_with(&*owner.definition) {
                line.push_str(&format!(" of {}", owner.definition));
            }
            if subject.conditional.is_some() {
                line.push_str(" (maybe)");
            }
            for field in fields {
                if let Some(value) = subject.values.get(field) {
                    line.push_str(&format!(" {field}={}", shown(value, text)));
                }
            }
            line
        })
        .collect()
}
