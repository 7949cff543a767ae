//! Safe edits: where a policy says how to set an attribute and the attribute is written, or can be added, right here.

use volary_model::{Edit, EditKind, Files, Location, PolicyInfo, Role, Span, Subject, Value};

use crate::collect::locate_whole;

/// The edit of a policy for a subject, when it changes exactly one place in the file of the definition.
///
/// Only values that are written in the definition itself are edited: a value that came through a variable may serve others.
pub(crate) fn edit_for(info: &PolicyInfo, subject: &Subject, files: &Files) -> Option<Edit> {
    let [(path, kind)] = info.fix.edits.as_slice() else { return None };
    // Policies speak of attributes of azurerm; here they have other names and values.
    if subject.definition.starts_with("azapi_") {
        return None;
    }
    // Statements of policies have attributes of their own, which nobody writes in this form.
    if &*subject.kind == "iam.statement" {
        return None;
    }
    let value = at_path(&subject.values, path);
    match (kind, value) {
        (EditKind::Set(json), Some(value)) if is_written(value, subject) => {
            let span = value.origin.span()?;
            Some(Edit { location: locate_whole(files, span), text: literal(json, subject)?.into() })
        }
        (EditKind::Set(json), None) if !path.contains('.') => insert_line(path, json, subject, files),
        _ => None,
    }
}

fn at_path<'a>(values: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(values, |value, part| match value.as_list() {
        Some([only]) => only.get(part),
        Some(_) => None,
        None => value.get(part),
    })
}

fn is_written(value: &Value, subject: &Subject) -> bool {
    value.origin.from.is_none()
        && value.origin.role == Role::Attribute
        && value.references().is_empty()
        && value.origin.span().is_some_and(|span| subject.extent.contains(&span))
}

/// A scalar as the file's language writes it. JSON's scalars are HCL's and, unquoted where plain, YAML's.
fn literal<'a>(json: &'a str, subject: &Subject) -> Option<&'a str> {
    let plain = json.trim_matches('"');
    let is_scalar = !json.starts_with(['[', '{']) && !plain.contains(['"', '\\', '\n', '$', '%']);
    match (is_scalar, &*subject.provider) {
        (false, _) => None,
        (true, "kubernetes")
            if !plain.is_empty()
                && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte)) =>
        {
            Some(plain)
        }
        (true, _) => Some(json),
    }
}

/// A new attribute of a Terraform block, on a line of its own before the closing brace.
fn insert_line(name: &str, json: &str, subject: &Subject, files: &Files) -> Option<Edit> {
    let text = files.text(subject.extent);
    let body = text.strip_suffix('}')?;
    // A block on one line would need its layout changed as well.
    let line_start = body.rfind('\n')? + 1;
    if !body[line_start..].trim().is_empty() {
        return None;
    }
    let json = literal(json, subject)?;
    let indent = &body[line_start..];
    let at = subject.extent.start as usize + line_start;
    let location: Location = locate_whole(files, Span::new(subject.extent.file, at, at));
    Some(Edit { location, text: format!("{indent}  {name} = {json}\n").into() })
}
