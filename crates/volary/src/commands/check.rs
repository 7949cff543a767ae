//! `volary check`.

use crate::arguments::CheckArguments;
use crate::output;
use crate::run::Session;

pub(crate) fn run(arguments: &CheckArguments) -> Result<u8, String> {
    let sinks = output::sinks(&arguments.format, arguments.output.as_ref(), &output::check_format)?;
    let mut session = Session::open(&arguments.judging)?;
    if let Some(severity) = arguments.fail_on {
        session.settings.fail_on = severity;
    }
    session.settings.fail_on_undecided |= arguments.fail_on_undecided;
    let checked = match &arguments.since {
        Some(reference) => session.check_since(reference)?,
        None => session.check(),
    };
    let code = checked.report.exit_code();
    match output::write_all(&sinks, &checked.report, &checked.files, arguments) {
        Ok(()) => Ok(code),
        // A finding that fails the run outweighs a report that could not be written.
        Err(message) if code == 1 => {
            use std::io::Write;
            if !message.is_empty() {
                let _ = writeln!(std::io::stderr(), "volary: {message}");
            }
            Ok(1)
        }
        Err(message) => Err(message),
    }
}
