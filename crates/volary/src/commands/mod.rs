//! One file for each command.

pub(crate) mod baseline;
pub(crate) mod check;
pub(crate) mod contract;
pub(crate) mod exceptions;
pub(crate) mod explain;
pub(crate) mod guardrails;
pub(crate) mod manual;
pub(crate) mod policy;
pub(crate) mod require;
pub(crate) mod schema;
pub(crate) mod sources;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use volary_report::Format;

/// Writes text to standard output; the error is empty when the reader went away.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => String::new(),
        _ => format!("standard output could not be written: {error}"),
    })
}

/// A format by its name, of those that a command has.
pub(crate) fn format(name: &str, known: &[Format]) -> Result<Format, String> {
    known.iter().copied().find(|format| format.as_str() == name).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|format| format.as_str()).collect();
        format!("--format: there is no {name} report of this; use {}", names.join(" or "))
    })
}

/// Writes a report to a file or to standard output; the error is empty when the reader went away.
pub(crate) fn write_report(
    file: Option<&Path>,
    render: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    let written = match file {
        None => render(&mut io::stdout().lock()),
        Some(path) => File::create(path).and_then(|mut file| render(&mut file)),
    };
    written.map_err(|error| match (file, error.kind()) {
        (None, io::ErrorKind::BrokenPipe) => String::new(),
        (None, _) => format!("the report could not be written: {error}"),
        (Some(path), _) => format!("the report {} could not be written: {error}", path.display()),
    })
}
