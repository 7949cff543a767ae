//! Where reports go.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use volary_model::{Files, Report};
use volary_report::{Format, Options, render};

use crate::arguments::{CheckArguments, ColorWhen};

/// One report to write.
#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
}

/// The reports that `--format` and `--output` ask for; `format` knows the names of formats.
pub(crate) fn sinks(
    asked: &[String],
    output: Option<&PathBuf>,
    format: &dyn Fn(&str) -> Result<Format, String>,
) -> Result<Vec<Sink>, String> {
    let mut sinks = Vec::new();
    for asked in asked {
        let (name, file) = match asked.split_once('=') {
            Some((name, file)) if !file.is_empty() => (name, Some(PathBuf::from(file))),
            Some((name, _)) => return Err(format!("--format {name}= names no file")),
            None => (asked.as_str(), None),
        };
        sinks.push(Sink { format: format(name)?, file });
    }
    if sinks.is_empty() {
        sinks.push(Sink { format: Format::Text, file: None });
    }
    if let Some(output) = output {
        let mut unnamed = sinks.iter_mut().filter(|sink| sink.file.is_none());
        match (unnamed.next(), unnamed.next()) {
            (Some(sink), None) => sink.file = Some(output.clone()),
            (None, _) => return Err("--output needs a --format without a file of its own".to_string()),
            (Some(_), Some(_)) => {
                return Err("--output serves one format; give the others as --format FORMAT=FILE".to_string());
            }
        }
    }
    if sinks.iter().filter(|sink| sink.file.is_none()).count() > 1 {
        return Err("only one format can go to standard output; give the others as --format FORMAT=FILE".to_string());
    }
    Ok(sinks)
}

/// A format of a check, by its name.
pub(crate) fn check_format(name: &str) -> Result<Format, String> {
    let format: Format = name.parse().map_err(|error| format!("--format: {error}"))?;
    if format == Format::Html {
        return Err("--format: a check has no html report; `volary guardrails` has one".to_string());
    }
    Ok(format)
}

/// Writes every report. The error names the first one that could not be written; a reader that went away is no error
/// to tell anyone about, so its message is empty.
pub(crate) fn write_all(
    sinks: &[Sink],
    report: &Report,
    files: &Files,
    arguments: &CheckArguments,
) -> Result<(), String> {
    let summary = sinks.iter().find(|sink| sink.format == Format::Markdown).and_then(|sink| sink.file.clone());
    let mut failure = Ok(());
    for sink in sinks {
        let options = Options {
            details: arguments.details,
            colour: sink.file.is_none() && colour(arguments.color),
            width: if sink.file.is_none() { width() } else { 0 },
            summary_file: summary.as_deref().map(|path| absolute(path).display().to_string().into()),
            max_results: arguments.max_results.unwrap_or(usize::MAX),
        };
        let written = match &sink.file {
            None => write_to(io::stdout().lock(), report, files, sink.format, &options),
            Some(path) => File::create(path).and_then(|file| write_to(file, report, files, sink.format, &options)),
        };
        if let (Err(error), Ok(())) = (written, &failure) {
            failure = Err(match (&sink.file, error.kind()) {
                (None, io::ErrorKind::BrokenPipe) => String::new(),
                (None, _) => format!("the report could not be written: {error}"),
                (Some(path), _) => format!("the report {} could not be written: {error}", path.display()),
            });
        }
    }
    failure
}

fn write_to(out: impl Write, report: &Report, files: &Files, format: Format, options: &Options) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    render(report, files, format, options, &mut out)?;
    out.flush()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Whether to colour what goes to standard output.
pub(crate) fn colour(when: ColorWhen) -> bool {
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto => wants_colour(),
    }
}

/// The columns of the terminal; 0 where standard output is none.
pub(crate) fn width() -> usize {
    if !io::stdout().is_terminal() {
        return 0;
    }
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}

/// Whether standard output is a terminal that may be coloured. `NO_COLOR` (no-color.org) and `TERM=dumb` are respected.
fn wants_colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
