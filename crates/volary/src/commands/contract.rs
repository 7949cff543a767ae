//! `volary guardrails --contract`.

use std::io::{BufWriter, Write};

use volary_engine::contracts;
use volary_report::{CONTRACT_FORMATS, Format, GuardrailOptions, render_contracts};

use crate::arguments::GuardrailArguments;
use crate::commands::write_report;
use crate::output;
use crate::progress::TerminalProgress;
use crate::run::Session;

pub(crate) fn run(arguments: &GuardrailArguments) -> Result<u8, String> {
    let mut sinks = Vec::new();
    for asked in &arguments.format {
        let (name, file) = match asked.split_once('=') {
            Some((name, file)) => (name, Some(std::path::PathBuf::from(file))),
            None => (asked.as_str(), None),
        };
        sinks.push((super::format(name, &CONTRACT_FORMATS)?, file));
    }
    if sinks.is_empty() {
        sinks.push((Format::Text, None));
    }
    if let (Some(path), Some(sink)) = (&arguments.output, sinks.iter_mut().find(|(_, file)| file.is_none())) {
        sink.1 = Some(path.clone());
    }
    if sinks.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        return Err("only one format can go to standard output; give the others as --format FORMAT=FILE".to_owned());
    }
    let session = Session::open(&arguments.judging)?;
    let settings = session.guardrail_settings(&arguments.source)?;
    let found = contracts(session.tree(), &settings, &TerminalProgress::new());
    for (format, file) in &sinks {
        let to_terminal = file.is_none();
        let options = GuardrailOptions {
            all: arguments.all,
            colour: to_terminal && output::colour(arguments.color),
            width: if to_terminal { output::width() } else { 0 },
            ..GuardrailOptions::default()
        };
        write_report(file.as_deref(), &|out| {
            let mut out = BufWriter::with_capacity(1 << 16, out);
            render_contracts(&found.answer, *format, &options, &mut out)?;
            out.flush()
        })?;
    }
    Ok(found.answer.exit_code())
}
