//! `volary baseline`.

use volary_engine::BASELINE_PATH as PATH;
use volary_governance::Scope;

use super::print;
use crate::arguments::BaselineArguments;
use crate::run::Session;

pub(crate) fn run(arguments: &BaselineArguments) -> Result<u8, String> {
    let session = Session::open(&arguments.judging)?;
    let checked = session.check();
    let scope = Scope { targets: session.settings.scope.clone(), ..Scope::default() };
    let before = session.text(PATH).unwrap_or_default();
    let (text, counts) = if arguments.shrink {
        volary_governance::baseline::shrink(&before, &checked.report.findings, &scope)
    } else {
        volary_governance::baseline::record(&before, &checked.report.findings, &checked.report.versions.pack, &scope)
    };
    if text == before {
        print(&format!("{PATH} is up to date: {} findings.\n", counts.entries))?;
        return Ok(0);
    }
    session.write(PATH, &text)?;
    let advice = if arguments.shrink { "" } else { " Commit it; what is new from now on is reported." };
    print(&format!(
        "{PATH} now holds {} findings ({} added, {} removed).{advice}\n",
        counts.entries, counts.added, counts.removed
    ))?;
    Ok(0)
}
