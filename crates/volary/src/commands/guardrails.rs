//! `volary guardrails` and `volary coverage`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use volary_report::{Format, GUARDRAIL_FORMATS, GuardrailOptions, View, render_guardrails};

use crate::arguments::GuardrailArguments;
use crate::output;
use crate::run::Session;

/// Where a report goes.
struct Sink {
    format: Format,
    file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &GuardrailArguments, view: View) -> Result<u8, String> {
    if arguments.contract {
        return super::contract::run(arguments);
    }
    let sinks = sinks(arguments)?;
    let mut session = Session::open(&arguments.judging)?;
    if let Some(severity) = arguments.fail_on {
        session.settings.fail_on = severity;
    }
    let mut guarded = session.guardrails(&arguments.source, &arguments.expanded, arguments.since.as_deref())?;
    guarded.answer.versions.pack = session.pack.version.clone();
    guarded.answer.versions.pack_digest = session.pack.digest.clone();
    let code = guarded.answer.exit_code();
    let view = if arguments.gates { View::Gates } else { view };
    let mut failure = Ok(());
    for sink in &sinks {
        let to_terminal = sink.file.is_none();
        let options = GuardrailOptions {
            details: arguments.details,
            all: arguments.all,
            colour: to_terminal && output::colour(arguments.color),
            width: if to_terminal { output::width() } else { 0 },
            view,
        };
        let render = |out: &mut dyn Write| {
            let mut out = BufWriter::with_capacity(1 << 16, out);
            render_guardrails(&guarded.answer, &guarded.files, sink.format, &options, &mut out)?;
            out.flush()
        };
        let written = match &sink.file {
            None => render(&mut io::stdout().lock()),
            Some(path) => File::create(path).and_then(|mut file| render(&mut file)),
        };
        if let (Err(error), Ok(())) = (written, &failure) {
            failure = Err(match (&sink.file, error.kind()) {
                (None, io::ErrorKind::BrokenPipe) => String::new(),
                (None, _) => format!("the report could not be written: {error}"),
                (Some(path), _) => format!("the report {} could not be written: {error}", path.display()),
            });
        }
    }
    match failure {
        Ok(()) => Ok(code),
        Err(message) if code == 1 => {
            if !message.is_empty() {
                let _ = writeln!(io::stderr(), "volary: {message}");
            }
            Ok(1)
        }
        Err(message) => Err(message),
    }
}

fn sinks(arguments: &GuardrailArguments) -> Result<Vec<Sink>, String> {
    let mut sinks = Vec::new();
    for asked in &arguments.format {
        let (name, file) = match asked.split_once('=') {
            Some((name, file)) if !file.is_empty() => (name, Some(PathBuf::from(file))),
            Some((name, _)) => return Err(format!("--format {name}= names no file")),
            None => (asked.as_str(), None),
        };
        let format: Format = name.parse().map_err(|error| format!("--format: {error}"))?;
        if !GUARDRAIL_FORMATS.contains(&format) {
            return Err(format!(
                "--format: guardrails have no {name} report; there are text, json, sarif, markdown and html"
            ));
        }
        sinks.push(Sink { format, file });
    }
    if sinks.is_empty() {
        sinks.push(Sink { format: Format::Text, file: None });
    }
    if let Some(path) = &arguments.output {
        match sinks.iter_mut().find(|sink| sink.file.is_none()) {
            Some(sink) => sink.file = Some(path.clone()),
            None => return Err("--output needs a --format without a file of its own".to_owned()),
        }
    }
    if sinks.iter().filter(|sink| sink.file.is_none()).count() > 1 {
        return Err("only one format can go to standard output; give the others as --format FORMAT=FILE".to_owned());
    }
    Ok(sinks)
}
