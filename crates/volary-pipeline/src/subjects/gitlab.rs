//! Parts of a GitLab configuration that never run on their own: `default`, the keys at the top that do the same, and hidden
//! jobs. What is written in them is judged there, once, whoever takes it over.

use volary_document::yaml;
use volary_model::{Entry, Origin, Role, Span, Value};

use crate::Document;

/// What stands before the name of a job that is made of such a part.
pub(super) const PART: char = '\u{1}';

/// Keys at the top that every job takes over.
const GLOBAL: [&str; 5] = ["image", "services", "before_script", "after_script", "cache"];

/// The same configuration with jobs for its parts, before all others, and the places of these. Policies see them as jobs of the
/// kind `part`; for anything else the configuration is another one.
pub fn with_parts(document: &Document) -> (Document, Vec<Span>) {
    let (documents, _) = document.yaml(yaml::Dialect::Yaml11);
    let mut documents = documents.to_vec();
    let at = usize::from(documents.len() > 1 && documents[0].get("spec").is_some());
    let mut places = Vec::new();
    if let Some(body) = documents.get_mut(at)
        && let Some(map) = body.as_map()
    {
        let mut entries: Vec<Entry> = Vec::new();
        entries.extend(map.entries().iter().find(|one| is_default(&one.key)).and_then(|one| part(one, true)));
        entries.extend(map.entries().iter().filter(|one| one.key.starts_with('.')).filter_map(|one| part(one, false)));
        places.extend(entries.iter().filter_map(place));
        entries.extend(map.entries().iter().cloned());
        *body = Value::map(entries, body.origin.clone());
    }
    let (file, path) = (document.file, document.path.clone());
    let copy = Document::parsed(file, path, document.text.clone(), yaml::Dialect::Yaml11, documents, Vec::new());
    (copy, places)
}

fn is_default(key: &str) -> bool {
    key == "default" || GLOBAL.contains(&key)
}

fn place(entry: &Entry) -> Option<Span> {
    let value = entry.value.origin.span()?;
    Some(entry.key_span.map_or(value, |key| key.to(value)))
}

/// A job of a part. What holds for all jobs is what a job without keys takes over.
fn part(entry: &Entry, default: bool) -> Option<Entry> {
    let origin = entry.value.origin.clone();
    let mut entries: Vec<Entry> = if default { Vec::new() } else { entry.value.as_map()?.entries().to_vec() };
    if !entries.iter().any(|entry| matches!(&*entry.key, "script" | "trigger" | "run")) {
        let at = origin.span()?;
        let empty = Value::list(Vec::new(), Origin::at(at, Role::Block));
        entries.push(Entry { key: "script".into(), key_span: entry.key_span, value: empty });
    }
    let name = if default { "default" } else { &entry.key };
    let key = format!("{PART}{name}").into();
    Some(Entry { key, key_span: entry.key_span, value: Value::map(entries, origin) })
}
