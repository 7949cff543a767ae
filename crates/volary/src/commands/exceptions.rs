//! `volary exceptions`.

use std::fmt::Write as _;

use volary_model::{Finding, Status};

use super::print;
use crate::arguments::{ExceptionsCommand, Judging, RequestArguments};
use crate::run::Session;

/// How long an exception lasts when nobody says.
const DEFAULT_DAYS: i64 = 30;

pub(crate) fn run(command: &ExceptionsCommand) -> Result<u8, String> {
    match command {
        ExceptionsCommand::Request(arguments) => request(arguments),
        ExceptionsCommand::List { judging } => list(judging),
    }
}

fn request(arguments: &RequestArguments) -> Result<u8, String> {
    let session = Session::open(&arguments.judging)?;
    let checked = session.check();
    let finding = find(&checked.report.findings, &arguments.fingerprint)?;
    let today = session.settings.today;
    let until = match arguments.until {
        Some(until) if until <= today => return Err(format!("--until {until} is not in the future")),
        Some(until) => until,
        None => today.saturating_add(jiff::Span::new().days(DEFAULT_DAYS)),
    };
    let reason = arguments.reason.as_deref().filter(|reason| !reason.trim().is_empty());
    let Some(reason) = reason else {
        return Err("say why the risk is acceptable: --reason \"...\"".to_string());
    };
    let owner = arguments.owner.clone().or_else(|| finding.owners.first().map(ToString::to_string));
    let Some(owner) = owner else {
        return Err("say who answers for it: --owner \"...\" (CODEOWNERS names nobody for this file)".to_string());
    };
    let (path, text) = volary_governance::exceptions::request(finding, reason, &owner, until, today);
    if session.text(&path).is_some() {
        return Err(format!("{path} exists already; edit it instead"));
    }
    session.write(&path, &text)?;
    print(&format!(
        "wrote {path}\n\n  {}\n  {}:{}\n  accepted until {until}, {owner} answers for it\n\n\
         Commit it with your change: it is reviewed like code.\n",
        finding.policy.title, finding.location.path, finding.location.start.line
    ))?;
    Ok(0)
}

fn find<'a>(findings: &'a [Finding], fingerprint: &str) -> Result<&'a Finding, String> {
    let fingerprint = fingerprint.to_ascii_lowercase();
    if fingerprint.len() < 4 {
        return Err("give at least four digits of the fingerprint".to_string());
    }
    let mut matching = findings.iter().filter(|finding| finding.fingerprint.starts_with(&fingerprint));
    match (matching.next(), matching.next()) {
        (Some(finding), None) => Ok(finding),
        (None, _) => {
            Err(format!("no finding here has the fingerprint {fingerprint}; `volary check --details` shows them"))
        }
        (Some(_), Some(_)) => Err(format!("several findings start with {fingerprint}; give more digits")),
    }
}

fn list(judging: &Judging) -> Result<u8, String> {
    let session = Session::open(judging)?;
    let checked = session.check();
    let mut text = String::new();
    let mut count = 0;
    for finding in &checked.report.findings {
        if let Status::Accepted(acceptance) = &finding.status {
            count += 1;
            let until = acceptance.until.as_deref().map_or_else(String::new, |until| format!(", until {until}"));
            let owner = acceptance.owner.as_deref().map_or_else(String::new, |owner| format!(", {owner}"));
            let _ = writeln!(
                text,
                "{}:{}  {}\n    {} ({}{owner}{until})",
                finding.location.path,
                finding.location.start.line,
                finding.policy.title,
                acceptance.reason,
                acceptance.id
            );
        }
    }
    let governance =
        checked.report.problems.iter().filter(|problem| problem.kind == volary_model::ProblemKind::Governance);
    for problem in governance {
        let _ = writeln!(text, "{}:{}  {}", problem.path, problem.line.unwrap_or(1), problem.message);
    }
    let _ = writeln!(text, "{count} accepted findings");
    print(&text)?;
    Ok(0)
}
