//! Data sources that make texts: templates, cloud-init archives, files.

use std::sync::Arc;

use volary_model::{Data, Entry, FileId, Reason, ReasonKind, TextAt, Type, Unknown, Value};

use super::super::functions::{Call, Stretches, call};
use super::{argument, entry};

/// A text that is not known.
fn text(about: &str, not_empty: bool, values: &Value) -> Value {
    let mut unknown = Unknown::new(Reason::new(ReasonKind::NotEvaluated, about));
    unknown.ty = Type::Text;
    unknown.not_null = true;
    unknown.not_empty = not_empty;
    Value::new(Data::Unknown(Arc::new(unknown)), values.origin.clone())
}

/// The value with what its arguments are marked with.
fn marked(value: Value, arguments: &Value) -> Value {
    let sensitive = sensitive(arguments, 16);
    value.with_note(|note| note.sensitive |= sensitive)
}

/// Whether a value or something in it must not be shown; what is nested deeper than looked at must not.
fn sensitive(value: &Value, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    value.is_sensitive()
        || match &value.data {
            Data::List(list) => list.iter().any(|value| sensitive(value, depth)),
            Data::Map(map) => map.entries().iter().any(|entry| sensitive(&entry.value, depth)),
            _ => false,
        }
}

pub(super) fn template_file(values: &Value, context: &Call<'_>) -> Vec<Entry> {
    let unknown = |template: Option<&Value>| match template {
        Some(Value { data: Data::Unknown(template), .. }) => {
            let mut unknown = Unknown::new(template.reason.clone());
            unknown.ty = Type::Text;
            unknown.not_null = true;
            Value::new(Data::Unknown(Arc::new(unknown)), values.origin.clone())
        }
        _ => text("template_file.rendered", false, values),
    };
    let template = argument(values, "template");
    let rendered = match template {
        Some(template) => match (template.as_text(), context.files) {
            // Nothing to fill in.
            (Some(known), _) if !known.contains("${") && !known.contains("%{") => template.clone(),
            (Some(known), Some(files)) => {
                let none = Value::map(Vec::new(), values.origin.clone());
                let variables = argument(values, "vars").unwrap_or(&none);
                files.render(known, whole_file(template), variables).unwrap_or_else(|_| unknown(Some(template)))
            }
            _ => unknown(Some(template)),
        },
        None => unknown(None),
    };
    vec![entry("rendered", marked(rendered, values))]
}

/// The file whose whole text a value is.
fn whole_file(text: &Value) -> Option<FileId> {
    let (known, at) = (text.as_text()?, text.text_at()?);
    TextAt::whole(at.file(), 0, known.len()).filter(|whole| whole == at).map(|at| at.file())
}

/// The parts of a cloud-init archive as one text, where it is neither compressed nor encoded.
pub(super) fn cloudinit(values: &Value, context: &Call<'_>) -> Vec<Entry> {
    let off = |name: &str| argument(values, name).and_then(Value::as_bool) == Some(false);
    let rendered = (off("gzip") && off("base64_encode")).then(|| archive(values, context.limits.text)).flatten();
    let rendered = match rendered {
        Some(archive) => Value::new(archive.into_data(), values.origin.clone()),
        None => text("cloudinit_config.rendered", true, values),
    };
    vec![entry("rendered", marked(rendered, values))]
}

fn archive(values: &Value, limit: usize) -> Option<Stretches> {
    let boundary = match argument(values, "boundary") {
        Some(boundary) => boundary.as_text()?.to_owned(),
        None => "MIMEBOUNDARY".to_owned(),
    };
    let mut result = Stretches::literal(&format!(
        "Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\r\n\r\n"
    ));
    for part in argument(values, "part")?.as_list()? {
        result.push(&format!("--{boundary}\r\n"));
        for (name, header) in
            [("content_type", "Content-Type"), ("filename", "Content-Disposition"), ("merge_type", "X-Merge-Type")]
        {
            let Some(value) = argument(part, name) else { continue };
            let quotes = if name == "filename" { ("attachment; filename=\"", "\"") } else { ("", "") };
            result.push(&format!("{header}: {}", quotes.0));
            result.append(&Stretches::of_value(value)?);
            result.push(&format!("{}\r\n", quotes.1));
            if name == "content_type" {
                result.push("Content-Transfer-Encoding: 7bit\r\nMime-Version: 1.0\r\n");
            }
        }
        result.push("\r\n");
        result.append(&Stretches::of_value(argument(part, "content")?)?);
        result.push("\r\n");
        if result.size() > limit {
            return None;
        }
    }
    result.push(&format!("--{boundary}--\r\n"));
    Some(result)
}

/// A file of the tree and its hashes, as the functions of the language give them.
pub(super) fn local_file(values: &Value, context: &Call<'_>, hide: bool) -> Vec<Entry> {
    let Some(name) = argument(values, "filename") else { return Vec::new() };
    let computed = [
        ("content", "file"),
        ("content_base64", "filebase64"),
        ("content_md5", "filemd5"),
        ("content_sha1", "filesha1"),
        ("content_sha256", "filesha256"),
        ("content_base64sha256", "filebase64sha256"),
        ("content_sha512", "filesha512"),
        ("content_base64sha512", "filebase64sha512"),
    ];
    let value = |function: &str| {
        let result = call(function, std::slice::from_ref(name), context);
        let value = result.unwrap_or_else(|error| error.into_value(context.span));
        if hide { value.with_note(|note| note.sensitive = true) } else { value }
    };
    computed.iter().map(|(attribute, function)| entry(*attribute, value(function))).collect()
}

pub(super) fn null_data_source(values: &Value) -> Vec<Entry> {
    let none = || Value::map(Vec::new(), values.origin.clone());
    let outputs = argument(values, "inputs").cloned().unwrap_or_else(none);
    vec![entry("outputs", outputs), entry("random", text("null_data_source.random", true, values))]
}
