//! Whole folders of files to units, as short texts.

mod files;
mod hostile;
mod instances;
mod modules;
mod soundness;
mod values;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use volary_document::hcl;
use volary_model::{Data, FileId, Files, ReasonKind, SourceFile, Span, Subject, Unit, Value};

use super::{Evaluated, Folder, Input, Limits, SourceBody, units};

/// A tree of files and what became of it.
struct Tree {
    files: Files,
    evaluated: Evaluated,
}

/// Evaluates a tree of files.
fn tree(content: &[(&str, &str)]) -> Tree {
    tree_with(content, &[], &Limits { threads: 1, ..Limits::default() })
}

/// The same with installed modules: folder of the root, key, folder of the module.
fn tree_with(content: &[(&str, &str)], installed: &[(&str, &str, &str)], limits: &Limits) -> Tree {
    let mut files = Files::default();
    let mut input = Input::default();
    for (path, text) in content {
        let file: FileId = files.add(SourceFile::new(*path, *text));
        let (body, _) = match *path {
            path if path.ends_with(".tfvars.json") => hcl::variables_from_json(file, text),
            path if path.ends_with(".json") => hcl::from_json(file, text),
            _ => hcl::parse(file, text),
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder: &mut Folder = input.folders.entry(folder.into()).or_default();
        let source = SourceBody { file, name: name.into(), body: Arc::new(body) };
        if name.contains(".tfvars") { folder.variable_files.push(source) } else { folder.files.push(source) }
    }
    for (root, key, folder) in installed {
        let modules: &mut BTreeMap<String, Arc<str>> = input.installed.entry((*root).into()).or_default();
        modules.insert((*key).to_owned(), (*folder).into());
    }
    Tree { files, evaluated: units(&input, limits) }
}

/// One root module in one file.
fn root(text: &str) -> Tree {
    tree(&[("main.tf", text)])
}

impl Tree {
    fn unit(&self, name: &str) -> &Unit {
        let found = self.evaluated.units.iter().find(|unit| &*unit.name == name);
        found.unwrap_or_else(|| panic!("no unit {name} among {:?}", self.names()))
    }

    fn names(&self) -> Vec<&str> {
        self.evaluated.units.iter().map(|unit| &*unit.name).collect()
    }

    /// Addresses of all resources of a unit.
    fn addresses(&self, unit: &str) -> Vec<&str> {
        let subjects = self.unit(unit).subjects.iter();
        subjects.filter(|subject| !subject.kind.starts_with("terraform.")).map(|subject| &*subject.address).collect()
    }

    fn subject(&self, address: &str) -> &Subject {
        let mut subjects = self.evaluated.units.iter().flat_map(|unit| &unit.subjects);
        let found = subjects.find(|subject| &*subject.address == address);
        found.unwrap_or_else(|| panic!("no subject {address}"))
    }

    /// A value of a resource by a path with dots.
    fn value(&self, address: &str, path: &str) -> &Value {
        let mut value = &self.subject(address).values;
        for step in path.split('.') {
            let next = match &value.data {
                Data::List(list) => step.parse::<usize>().ok().and_then(|index| list.get(index)),
                _ => value.get(step),
            };
            value = next.unwrap_or_else(|| panic!("no {step} of {path} in {address}: {:?}", shown(value)));
        }
        value
    }

    /// The same as text.
    fn show(&self, address: &str, path: &str) -> String {
        shown(self.value(address, path))
    }

    /// Where a value comes from: roles and lines, last use first.
    fn chain(&self, address: &str, path: &str) -> String {
        let steps = self.value(address, path).origin.steps().map(|step| {
            let place = step.span().map_or_else(String::new, |span| self.place(span));
            format!("{:?} {place}", step.role)
        });
        steps.collect::<Vec<_>>().join(" <- ")
    }

    fn place(&self, span: Span) -> String {
        let at = self.files.locate(span).expect("a place in a file");
        format!("{}:{}:{}", at.path, at.start.line, at.start.column)
    }

    fn references(&self, address: &str, path: &str) -> String {
        let references = self.value(address, path).references().iter();
        let shown = references.map(|r| format!("{}#{}{}", r.address, r.attribute, if r.whole { "" } else { "~" }));
        shown.collect::<Vec<_>>().join(" ")
    }

    fn problems(&self) -> Vec<String> {
        self.evaluated.problems.iter().map(|issue| issue.message.clone()).collect()
    }

    fn gaps(&self, unit: &str) -> Vec<String> {
        self.unit(unit).gaps.iter().map(|gap| format!("{}: {}", gap.address, gap.reason)).collect()
    }
}

/// A value as short text: JSON, with `?kind(about)` for what is not known, `!` for not null, `+` for not empty.
fn shown(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text, 0);
    text
}

fn write(value: &Value, into: &mut String, depth: usize) {
    if depth > 20 {
        into.push_str("...");
        return;
    }
    match &value.data {
        Data::Null => into.push_str("null"),
        Data::Bool(truth) => {
            let _ = write!(into, "{truth}");
        }
        Data::Number(number) => {
            let _ = write!(into, "{number}");
        }
        Data::Text(text) => {
            let _ = write!(into, "{text:?}");
        }
        Data::List(list) => {
            into.push('[');
            for (index, value) in list.iter().enumerate() {
                into.push_str(if index == 0 { "" } else { ", " });
                write(value, into, depth + 1);
            }
            into.push(']');
        }
        Data::Map(map) => {
            into.push('{');
            for (index, entry) in map.entries().iter().enumerate() {
                let _ = write!(into, "{}{}: ", if index == 0 { "" } else { ", " }, entry.key);
                write(&entry.value, into, depth + 1);
            }
            into.push('}');
        }
        Data::Unknown(unknown) => {
            let kind = match unknown.reason.kind {
                ReasonKind::VariableWithoutValue => "var",
                ReasonKind::Computed => "computed",
                ReasonKind::DataSource => "data",
                ReasonKind::RemoteModule => "remote",
                ReasonKind::InstanceKey => "key",
                ReasonKind::Limit => "limit",
                ReasonKind::Unreadable => "unreadable",
                ReasonKind::WrongType => "type",
                ReasonKind::Outside => "outside",
                _ => "error",
            };
            let _ = write!(into, "?{kind}({})", unknown.reason.about);
            into.push_str(if unknown.not_null { "!" } else { "" });
            into.push_str(if unknown.not_empty { "+" } else { "" });
            if let Some(most) = unknown.at_most {
                let _ = write!(into, "<={most}");
            }
            if !unknown.text.is_empty() {
                let parts = unknown.text.iter().map(|part| match part {
                    volary_model::TextPart::Known(text) => text.to_string(),
                    volary_model::TextPart::Hole => "*".to_owned(),
                });
                let _ = write!(into, "~{}", parts.collect::<String>());
            }
            if let Some(holds) = value.holds() {
                into.push_str(" holds ");
                write(holds, into, depth + 1);
            }
        }
    }
}
