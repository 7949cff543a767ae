//! Azure Pipelines: logging commands that become issues of the run, and every finding as a line of the log.

use std::io::{self, Write};

use crate::annotation::{Weight, log_lines, marks};
use crate::escape::visible;
use crate::words;
use crate::{Context, Options};

/// Writes the report for the log of an Azure Pipelines job.
pub(crate) fn render(context: Context<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    for mark in marks(report) {
        let kind = match mark.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
        };
        let mut properties = format!("type={kind};");
        if let Some(path) = &mark.path {
            properties.push_str(&format!("sourcepath={};", property(path)));
        }
        if let Some(line) = mark.line {
            properties.push_str(&format!("linenumber={line};"));
        }
        if let Some(column) = mark.column {
            properties.push_str(&format!("columnnumber={column};"));
        }
        if let Some(code) = &mark.code {
            properties.push_str(&format!("code={};", property(code)));
        }
        writeln!(out, "##vso[task.logissue {properties}]{}", data(&format!("{}: {}", mark.title, mark.message)))?;
    }
    for line in log_lines(report) {
        writeln!(out, "{}", visible(&line))?;
    }
    let mut summary = vec![words::headline(report)];
    summary.extend(words::remarks(report));
    summary.push(words::versions(report));
    for line in summary {
        writeln!(out, "{}", visible(&line))?;
    }
    if let Some(path) = &options.summary_file {
        writeln!(out, "##vso[task.uploadsummary]{}", data(path))?;
    }
    Ok(())
}

/// The message of a command.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    lines.join("\n").replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(data("50%\n##vso[task.complete]"), "50%AZP25%0A#\\u{23}vso[task.complete]");
        assert_eq!(property("a]b;c"), "a%5Db%3Bc");
    }
}
