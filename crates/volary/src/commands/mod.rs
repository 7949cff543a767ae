//! One file for each command.

pub(crate) mod baseline;
pub(crate) mod check;
pub(crate) mod exceptions;
pub(crate) mod explain;
pub(crate) mod guardrails;
pub(crate) mod manual;
pub(crate) mod policy;
pub(crate) mod schema;

use std::io::{self, Write};

/// Writes text to standard output; the error is empty when the reader went away.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => String::new(),
        _ => format!("standard output could not be written: {error}"),
    })
}
