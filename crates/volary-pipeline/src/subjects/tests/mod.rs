mod azure;
mod github;
mod gitlab;
mod jenkins;

use std::sync::Arc;

use volary_model::{FileId, Subject, Unit, Value};

use crate::{Document, Limits, MemorySources, Platform, read};

/// The unit of a file that stands alone or beside others.
fn unit_of(platform: Platform, path: &str, text: &str, others: &[(&str, &str)]) -> Unit {
    let document = Arc::new(Document::new(FileId(0), path, text));
    let mut sources = MemorySources::default();
    for (index, (path, text)) in others.iter().enumerate() {
        sources.add(Arc::new(Document::new(FileId(index as u32 + 1), *path, *text)));
    }
    let document = if platform == Platform::GitLab { Arc::new(super::with_parts(&document).0) } else { document };
    let (pipeline, _) = read(&document, platform, &sources, &Limits::default());
    super::unit(&pipeline, text)
}

fn of<'u>(unit: &'u Unit, kind: &str) -> Vec<&'u Subject> {
    unit.subjects.iter().filter(|subject| &*subject.kind == kind).collect()
}

fn text<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    at(value, path)?.as_text()
}

fn truth(value: &Value, path: &str) -> Option<bool> {
    at(value, path)?.as_bool()
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut value = value;
    for key in path.split('/') {
        value = match key.parse::<usize>() {
            Ok(index) => value.as_list()?.get(index)?,
            Err(_) => value.get(key)?,
        };
    }
    Some(value)
}

/// Text and taint of everything that is put into code.
fn code(unit: &Unit) -> Vec<(&str, &str)> {
    let code = of(unit, "pipeline.expression").into_iter().filter(|one| truth(&one.values, "code") == Some(true));
    code.map(|one| (text(&one.values, "text").unwrap_or("?"), text(&one.values, "taint").unwrap_or("?"))).collect()
}
