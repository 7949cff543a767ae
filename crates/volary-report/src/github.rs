//! GitHub Actions: workflow commands that become annotations, and every finding as a line of the log.

use std::io::{self, Write};

use crate::Context;
use crate::annotation::{Weight, log_lines, marks};
use crate::escape::visible;
use crate::words;

/// Writes the report for the log of a GitHub Actions job.
pub(crate) fn render(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    for mark in marks(report) {
        let command = match mark.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
        };
        let mut properties = Vec::new();
        if let Some(path) = &mark.path {
            properties.push(format!("file={}", property(path)));
        }
        if let Some(line) = mark.line {
            properties.push(format!("line={line},endLine={line}"));
        }
        if let Some(column) = mark.column {
            properties.push(format!("col={column}"));
        }
        if let Some(column) = mark.end_column {
            properties.push(format!("endColumn={column}"));
        }
        properties.push(format!("title={}", property(&mark.title)));
        let code = mark.code.map(|code| format!(" ({code})")).unwrap_or_default();
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&format!("{}{code}", mark.message)))?;
    }
    let mut summary = vec![words::headline(report)];
    summary.extend(words::remarks(report));
    summary.push(words::versions(report));
    writeln!(out, "::notice title=Volary::{}", data(&summary.join("\n")))?;
    // Lines of a log, so nothing in them may start a command.
    for line in log_lines(report) {
        writeln!(out, "{}", visible(&line))?;
    }
    Ok(())
}

/// The message of a command.
fn data(text: &str) -> String {
    lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The text with everything visible but its line breaks.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(data("50%\r\n::error::x"), "50%25\\r%0A\\u{3a}:error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
