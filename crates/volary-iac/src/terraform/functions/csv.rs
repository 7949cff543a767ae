//! `csvdecode`.

use std::collections::HashSet;
use std::sync::Arc;

use volary_model::{Data, Value};

use super::args::{Answer, Args, Outcome, Stop};

/// The records of a text in the form of RFC 4180, as Go reads it: empty lines are skipped, fields keep their spaces.
fn records(text: &str, limit: usize) -> Result<Vec<Vec<String>>, Stop> {
    let mut records = Vec::new();
    let mut rest = text;
    let mut fields_read = 0_usize;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")) {
            rest = after;
            continue;
        }
        let mut fields = Vec::new();
        loop {
            fields_read += 1;
            if fields_read > limit {
                return Err(Stop::limit("a table is too large"));
            }
            if let Some(after) = rest.strip_prefix('"') {
                let (field, after) = quoted(after)?;
                fields.push(field);
                rest = after;
            } else {
                let end = rest.find([',', '\n']).unwrap_or(rest.len());
                let field = &rest[..end];
                rest = &rest[end..];
                let field = if rest.starts_with(',') { field } else { field.strip_suffix('\r').unwrap_or(field) };
                if field.contains('"') {
                    return Stop::error("a quote stands inside of a field without quotes");
                }
                fields.push(field.to_owned());
            }
            if let Some(after) = rest.strip_prefix(',') {
                rest = after;
                continue;
            }
            rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
            break;
        }
        records.push(fields);
    }
    Ok(records)
}

/// The field after its opening quote, and the text after its closing one.
fn quoted(text: &str) -> Result<(String, &str), Stop> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let Some((part, after)) = rest.split_once('"') else { return Stop::error("a quoted field does not end") };
        field.push_str(part);
        if let Some(after) = after.strip_prefix('"') {
            field.push('"');
            rest = after;
            continue;
        }
        if after.is_empty() || after.starts_with([',', '\n']) || after.starts_with("\r\n") {
            return Ok((field.replace("\r\n", "\n"), after));
        }
        return Stop::error("a quoted field goes on after its quote");
    }
}

pub(super) fn csvdecode(args: &Args<'_>) -> Outcome {
    let text = args.text(0)?;
    let mut records = records(&text, args.context.limits.nodes as usize)?.into_iter();
    let Some(header) = records.next() else { return Stop::error("the text has no line of column names") };
    let mut names = HashSet::new();
    if !header.iter().all(|name| names.insert(name)) {
        return Stop::error("a column name stands twice");
    }
    let mut rows = Vec::new();
    for record in records {
        if record.len() != header.len() {
            return Stop::error("a line has another number of fields than the first");
        }
        let cells = header.iter().zip(record);
        let entries = cells.map(|(name, cell)| args.entry(name.as_str(), args.fresh(Data::Text(cell.into()))));
        rows.push(Value::map(entries.collect(), args.origin()));
    }
    Ok(Answer::Made(Data::List(Arc::new(rows))))
}
