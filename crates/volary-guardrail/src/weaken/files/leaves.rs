//! Configuration files of any form as leaves: the keys that lead to a value, the value, and its place.

use volary_document::yaml::Dialect;
use volary_model::{Data, Span, Value};
use volary_pipeline::Document;

/// Most leaves of a file.
const LIMIT: usize = 20_000;
/// Deepest nesting that is looked at.
const DEPTH: usize = 40;

/// A value in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::weaken) struct Leaf {
    /// The keys that lead there, lower case; places in lists are none.
    pub(in crate::weaken) path: Vec<String>,
    /// The value, as text.
    pub(in crate::weaken) value: String,
    /// Where.
    pub(in crate::weaken) at: Span,
}

/// The leaves of a file.
pub(in crate::weaken) fn leaves(document: &Document) -> Vec<Leaf> {
    let text = document.text.trim_start_matches('\u{feff}');
    let name = document.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let start = text.trim_start().as_bytes().first().copied().unwrap_or(b' ');
    let mut found = Vec::new();
    if name.ends_with(".jsonl") || name.ends_with(".rego") || name.ends_with(".tsv") {
        plain(document, &mut found);
        return found;
    }
    if start == b'{' || start == b'[' && !text.trim_start().lines().next().is_some_and(is_section) {
        let (value, issues) = volary_document::json::parse(document.file, &document.text);
        if let Some(value) = value.filter(|_| issues.is_empty()) {
            walk(&value, &mut Vec::new(), &mut found);
            return found;
        }
    }
    if start == b'<' {
        xml(document, &mut found);
        return found;
    }
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml") || name == ".snyk";
    let sections = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';', '/'])).any(|line| {
        is_section(line) || line.ends_with('{') || line.split_once('=').is_some_and(|(key, _)| is_key(key.trim()))
    });
    if !is_yaml && sections {
        lines(document, &mut found);
        return found;
    }
    if is_yaml || text.lines().any(|line| line.trim_end().ends_with(':') || line.contains(": ")) {
        let (values, _) = document.yaml(Dialect::Yaml12);
        for value in values {
            walk(value, &mut Vec::new(), &mut found);
        }
        if is_yaml || values.iter().any(|value| value.as_map().is_some()) {
            return found;
        }
        found.clear();
    }
    plain(document, &mut found);
    found
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | ' '))
}

fn is_section(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('[') && line.ends_with(']') && is_key(line.trim_matches(['[', ']'])) && !line.contains('"')
}

fn walk(value: &Value, path: &mut Vec<String>, found: &mut Vec<Leaf>) {
    if found.len() >= LIMIT || path.len() > DEPTH {
        return;
    }
    let at = value.origin.span();
    match &value.data {
        Data::Map(map) if map.is_empty() => {
            found.extend(at.map(|at| Leaf { path: path.clone(), value: String::new(), at }))
        }
        Data::Map(map) => {
            for entry in map.entries() {
                path.push(entry.key.to_ascii_lowercase());
                walk(&entry.value, path, found);
                path.pop();
            }
        }
        Data::List(list) => list.iter().for_each(|item| walk(item, path, found)),
        Data::Null => found.extend(at.map(|at| Leaf { path: path.clone(), value: String::new(), at })),
        _ => {
            let text = match &value.data {
                Data::Bool(truth) => truth.to_string(),
                Data::Number(number) => number.to_string(),
                _ => crate::recognise::written(value).to_string(),
            };
            found.extend(at.map(|at| Leaf { path: path.clone(), value: text, at }));
        }
    }
}

/// Every line that is no comment.
fn plain(document: &Document, found: &mut Vec<Leaf>) {
    let mut offset = 0;
    for line in document.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.trim();
        let text = text.split(" #").next().unwrap_or(text).trim();
        if text.is_empty() || text.starts_with(['#', ';']) || text.starts_with("//") || found.len() >= LIMIT {
            continue;
        }
        let at = Span::new(document.file, start, start + line.trim_end().len());
        found.push(Leaf { path: Vec::new(), value: text.to_owned(), at });
    }
}

/// TOML, HCL, INI and properties: sections, blocks, `key = value`, lists over several lines.
fn lines(document: &Document, found: &mut Vec<Leaf>) {
    let mut section: Vec<String> = Vec::new();
    let mut blocks: Vec<Vec<String>> = Vec::new();
    let mut list: Option<Vec<String>> = None;
    let mut offset = 0;
    for line in document.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with(['#', ';']) || text.starts_with("//") || found.len() >= LIMIT {
            continue;
        }
        let at = Span::new(document.file, start, start + line.trim_end().len());
        let path = |key: &str| -> Vec<String> {
            let mut path = section.clone();
            path.extend(blocks.iter().flatten().cloned());
            path.extend((!key.is_empty()).then(|| key.trim_matches('"').to_ascii_lowercase()));
            path
        };
        if let Some(open) = list.clone() {
            elements(text, &open, at, found);
            if text.trim_end_matches(',').ends_with(']') {
                list = None;
            }
            continue;
        }
        if is_section(text) {
            section = text.trim_matches(['[', ']']).split('.').map(|part| part.trim().to_ascii_lowercase()).collect();
            continue;
        }
        if text.starts_with('}') {
            blocks.pop();
            continue;
        }
        if let Some(head) = text.strip_suffix('{') {
            let words = head.trim().trim_end_matches('=').split_whitespace();
            if blocks.len() < DEPTH {
                blocks.push(words.map(|word| word.trim_matches('"').to_ascii_lowercase()).collect());
            }
            continue;
        }
        let cut = text.find('=').or_else(|| text.find(':'));
        let Some(cut) = cut else {
            found.push(Leaf { path: path(""), value: text.trim_matches([',', '"']).to_owned(), at });
            continue;
        };
        let (key, value) = (text[..cut].trim(), text[cut + 1..].trim());
        let key = path(key);
        if let Some(inner) = value.strip_prefix('[') {
            elements(inner, &key, at, found);
            if !inner.trim_end_matches(',').ends_with(']') {
                list = Some(key);
            }
            continue;
        }
        let value = value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']);
        found.push(Leaf { path: key, value: value.to_owned(), at });
    }
}

/// The quoted texts of a line of a list; words where nothing is quoted.
fn elements(text: &str, path: &[String], at: Span, found: &mut Vec<Leaf>) {
    let text = text.replace("'''", "'").replace("\"\"\"", "\"");
    let mut add = |value: &str| {
        if !value.is_empty() && found.len() < LIMIT {
            found.push(Leaf { path: path.to_vec(), value: value.to_owned(), at });
        }
    };
    if text.contains(['"', '\'']) {
        let mut rest = text.as_str();
        while let Some(start) = rest.find(['"', '\'']) {
            let quote = &rest[start..=start];
            let Some(length) = rest[start + 1..].find(quote) else { break };
            add(&rest[start + 1..start + 1 + length]);
            rest = &rest[start + length + 2..];
        }
        return;
    }
    for word in text.trim_end_matches([']', ',']).split(',') {
        add(word.trim().trim_matches([']', '[']));
    }
}

/// Elements with text, and attributes.
fn xml(document: &Document, found: &mut Vec<Leaf>) {
    let text = &*document.text;
    let mut path: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|index| at + index) {
        let content = text[at..open].trim();
        if !content.is_empty() && found.len() < LIMIT {
            let span = Span::new(document.file, at, open);
            found.push(Leaf { path: path.clone(), value: content.to_owned(), at: span });
        }
        if text[open..].starts_with("<!--") {
            at = text[open..].find("-->").map_or(text.len(), |end| open + end + 3);
            continue;
        }
        let Some(close) = text[open..].find('>').map(|index| open + index) else { break };
        let tag = &text[open + 1..close];
        at = close + 1;
        if tag.starts_with('/') {
            path.pop();
            continue;
        }
        if tag.starts_with(['?', '!']) {
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        if path.len() < DEPTH {
            path.push(name);
        }
        let mut rest = tag;
        while let Some((before, after)) = rest.split_once("=\"") {
            let key = before.split_whitespace().last().unwrap_or_default().to_ascii_lowercase();
            let Some((value, more)) = after.split_once('"') else { break };
            if !key.starts_with("xmlns") && !key.contains(':') && found.len() < LIMIT {
                let mut here = path.clone();
                here.push(key);
                found.push(Leaf { path: here, value: value.to_owned(), at: Span::new(document.file, open, close + 1) });
            }
            rest = more;
        }
        if tag.ends_with('/') {
            path.pop();
        }
    }
}
