//! `volary require`.

use std::io::{BufWriter, Write};

use volary_engine::{require, required_kinds};
use volary_report::{Format, GuardrailOptions, REQUIREMENT_FORMATS, render_requirement};

use crate::arguments::{PlatformName, RequireArguments};
use crate::commands::write_report;
use crate::output;
use crate::progress::TerminalProgress;
use crate::run::Session;

pub(crate) fn run(arguments: &RequireArguments) -> Result<u8, String> {
    let format = super::format(&arguments.format, &REQUIREMENT_FORMATS)?;
    let session = Session::open(&crate::arguments::Judging::default())?;
    let settings = session.guardrail_settings(&arguments.source)?;
    let platform = arguments.platform.map(|platform| match platform {
        PlatformName::Github => "github",
        PlatformName::Azure => "azure",
        PlatformName::Gitlab => "gitlab",
        PlatformName::Jenkins => "jenkins",
    });
    let progress = TerminalProgress::new();
    let Some(answer) = require(session.tree(), &settings, &arguments.kind, platform, &progress) else {
        let kinds = required_kinds().into_iter().map(|(id, words)| match words {
            [] => format!("  {id}\n"),
            words => format!("  {id:14}or {}\n", words.iter().take(6).copied().collect::<Vec<_>>().join(", ")),
        });
        return Err(format!(
            "`{}` is nothing that is known to ship. There are:\n{}",
            arguments.kind,
            kinds.collect::<String>().trim_end()
        ));
    };
    let options = GuardrailOptions {
        colour: format == Format::Text && output::colour(arguments.color),
        width: output::width(),
        ..GuardrailOptions::default()
    };
    write_report(None, &|out| {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        render_requirement(&answer, format, &options, &mut out)?;
        out.flush()
    })?;
    Ok(if answer.problems.iter().any(|problem| problem.fails) { 2 } else { 0 })
}
