//! The digest of what a template says.

use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Data, Value};
use volary_pipeline::Document;

use super::Template;

/// BLAKE3 of the files in the order of their paths: of YAML the values, of other text the lines without the blanks around
/// them. Layout and comments of YAML do not count, everything else does.
pub(super) fn digest(template: &Template<'_>, files: &[Arc<Document>]) -> Arc<str> {
    let mut hasher = blake3::Hasher::new();
    let own = std::iter::once(template.document).chain(files.iter().filter(|file| file.path != template.document.path));
    let mut all: Vec<&Arc<Document>> = own.collect();
    all.sort_by(|one, other| one.path.cmp(&other.path));
    for document in all {
        field(&mut hasher, b'f', &document.path);
        let yaml = document.path.ends_with(".yml") || document.path.ends_with(".yaml");
        if !yaml {
            for line in document.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                field(&mut hasher, b'l', line);
            }
            continue;
        }
        for value in document.yaml(Dialect::Yaml11).0 {
            self::value(&mut hasher, value, document);
        }
    }
    hasher.finalize().to_hex().as_str().into()
}

fn field(hasher: &mut blake3::Hasher, tag: u8, text: &str) {
    hasher.update(&[tag]);
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

/// What is still to be hashed.
enum Open<'v> {
    Value(&'v Value),
    Key(&'v str),
}

fn value(hasher: &mut blake3::Hasher, value: &Value, document: &Document) {
    let mut open = vec![Open::Value(value)];
    while let Some(next) = open.pop() {
        let value = match next {
            Open::Key(key) => {
                field(hasher, b'k', key);
                continue;
            }
            Open::Value(value) => value,
        };
        match &value.data {
            Data::Map(map) => {
                field(hasher, b'm', &map.len().to_string());
                for entry in map.entries().iter().rev() {
                    open.push(Open::Value(&entry.value));
                    open.push(Open::Key(&entry.key));
                }
            }
            Data::List(list) => {
                field(hasher, b'v', &list.len().to_string());
                open.extend(list.iter().rev().map(Open::Value));
            }
            Data::Text(text) => field(hasher, b't', text),
            Data::Null => field(hasher, b'n', ""),
            // Numbers and truth values as they are written: `1.20` is not `1.2` to a template.
            _ => {
                let span = value.origin.span();
                let raw = span.and_then(|span| document.text.get(span.start as usize..span.end as usize));
                field(hasher, b's', raw.unwrap_or_default().trim());
            }
        }
    }
}
