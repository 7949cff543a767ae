//! `volary guardrails` and `volary coverage`.

use std::io::{self, BufWriter, Write};

use volary_report::{Format, GUARDRAIL_FORMATS, GuardrailOptions, View, render_guardrails};

use crate::arguments::GuardrailArguments;
use crate::commands::write_report;
use crate::output;
use crate::run::Session;

pub(crate) fn run(arguments: &GuardrailArguments, view: View) -> Result<u8, String> {
    if arguments.contract {
        return super::contract::run(arguments);
    }
    let sinks = output::sinks(&arguments.format, arguments.output.as_ref(), &format)?;
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
        let written = write_report(sink.file.as_deref(), &render);
        failure = failure.and(written);
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

/// A format of guardrails, by its name.
fn format(name: &str) -> Result<Format, String> {
    let format: Format = name.parse().map_err(|error| format!("--format: {error}"))?;
    if !GUARDRAIL_FORMATS.contains(&format) {
        return Err(format!(
            "--format: guardrails have no {name} report; there are text, json, sarif, markdown and html"
        ));
    }
    Ok(format)
}
