//! `volary sources`: which repositories pipelines draw on, and fetching them.

mod fetch;
mod pins;

use std::io::{BufWriter, Write};
use std::sync::Arc;

use volary_engine::source_uses;
use volary_report::{Format, GuardrailOptions, SOURCE_FORMATS, render_sources};

use crate::arguments::{SourcesCommand, SourcesListArguments};
use crate::commands::write_report;
use crate::output;
use crate::progress::TerminalProgress;
use crate::run::Session;

pub(crate) fn run(command: &SourcesCommand) -> Result<u8, String> {
    match command {
        SourcesCommand::List(arguments) => list(arguments),
        SourcesCommand::Fetch(arguments) => fetch::run(arguments),
    }
}

fn list(arguments: &SourcesListArguments) -> Result<u8, String> {
    let format = super::format(&arguments.format, &SOURCE_FORMATS)?;
    let session = Session::open(&arguments.judging)?;
    let settings = session.guardrail_settings(&arguments.source)?;
    let mut answer = source_uses(session.tree(), &settings, &TerminalProgress::new());
    let origins = session.origins(&arguments.source);
    for one in &mut answer.uses {
        let origin = one.from.as_ref().and_then(|name| origins.iter().find(|(known, _)| **known == **name));
        if let Some((_, origin)) = origin {
            one.from = Some(Arc::from(origin.as_str()));
        }
    }
    let options = GuardrailOptions {
        all: arguments.all,
        colour: format == Format::Text && output::colour(arguments.color),
        width: output::width(),
        ..GuardrailOptions::default()
    };
    write_report(None, &|out| {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        render_sources(&answer, format, &options, &mut out)?;
        out.flush()
    })?;
    Ok(if answer.problems.iter().any(|problem| problem.fails) { 2 } else { 0 })
}
