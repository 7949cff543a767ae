//! `volary guardrails --contract`.

use std::io::{BufWriter, Write};

use volary_engine::contracts;
use volary_report::{CONTRACT_FORMATS, GuardrailOptions, render_contracts};

use crate::arguments::GuardrailArguments;
use crate::commands::write_report;
use crate::output::{self, Sink};
use crate::progress::TerminalProgress;
use crate::run::Session;

pub(crate) fn run(arguments: &GuardrailArguments) -> Result<u8, String> {
    let format = |name: &str| super::format(name, &CONTRACT_FORMATS);
    let sinks = output::sinks(&arguments.format, arguments.output.as_ref(), &format)?;
    let session = Session::open(&arguments.judging)?;
    let settings = session.guardrail_settings(&arguments.source)?;
    let found = contracts(session.tree(), &settings, &TerminalProgress::new());
    for Sink { format, file } in &sinks {
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
