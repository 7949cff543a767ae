//! Marks on the lines of a change, for CI systems that show only a few of them: what is shown is chosen so that every
//! policy is seen before one is seen twice.

use volary_model::{Level, Location, Report, Severity};

use crate::group::by_policy;
use crate::words::{self, count, place};

/// GitHub and Azure Pipelines show at most so many errors and so many warnings of a step.
const SHOWN: usize = 10;

/// How a mark is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Fails the run.
    Error,
    /// Does not.
    Warning,
}

/// One mark.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) weight: Weight,
    /// What it is about, for a title.
    pub(crate) title: String,
    /// The policy, where it is about one.
    pub(crate) code: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    /// One past the last column, where the place is on one line.
    pub(crate) end_column: Option<u32>,
    pub(crate) message: String,
}

/// The marks of a report, errors first, at most [`SHOWN`] of each weight; the last says what it stands for when there
/// would be more.
pub(crate) fn marks(report: &Report) -> Vec<Mark> {
    let mut out = Vec::new();
    for weight in [Weight::Error, Weight::Warning] {
        out.extend(limited(weight, of_weight(report, weight)));
    }
    out
}

fn of_weight(report: &Report, weight: Weight) -> Vec<Mark> {
    let mut marks: Vec<Mark> = report
        .problems
        .iter()
        .filter(|problem| problem.fails == (weight == Weight::Error))
        .map(|problem| Mark {
            weight,
            title: "Could not be judged".to_owned(),
            code: None,
            path: (!problem.path.is_empty()).then(|| problem.path.to_string()),
            line: problem.line,
            column: problem.column,
            end_column: None,
            message: match &*problem.help {
                "" => problem.message.to_string(),
                help => format!("{}. {help}", problem.message),
            },
        })
        .collect();
    // Problems never take the room of findings: beyond two, one stands for all.
    if marks.len() > 2 {
        let rest = marks.len() - 1;
        marks.truncate(1);
        marks[0].message.push_str(&format!(" (and {} more)", count(rest, "problem", "problems")));
    }
    let findings = words::shown(report)
        .filter(|finding| finding.level != Level::Audit)
        .filter(|finding| words::fails(report, finding) == (weight == Weight::Error));
    let groups = by_policy(findings, |finding| words::fails(report, finding));
    let total: usize = groups.iter().map(|group| group.findings.len()).sum();
    let single = marks.len() + total <= SHOWN;
    for group in &groups {
        let shown = if single { group.findings.len() } else { 1 };
        for finding in &group.findings[..shown] {
            let more: Vec<&Location> = match shown == group.findings.len() {
                true => Vec::new(),
                false => group.findings[1..].iter().map(|finding| &finding.location).collect(),
            };
            let mut message = finding.message.to_string();
            let fix = words::one_line(&finding.policy.fix.text);
            if !fix.is_empty() {
                message.push_str(&format!(". Fix: {fix}"));
            }
            if !more.is_empty() {
                let first: Vec<String> = more.iter().take(5).map(|location| place(location)).collect();
                let rest = if more.len() > 5 { ", ..." } else { "" };
                let places = count(more.len(), "more place", "more places");
                message.push_str(&format!("\nAlso in {places}: {}{rest}", first.join(", ")));
            }
            let place = &finding.location;
            marks.push(Mark {
                weight,
                title: format!("{} ({})", group.policy.title, finding.severity),
                code: Some(group.policy.id.to_string()),
                path: Some(place.path.to_string()),
                line: Some(place.start.line),
                column: Some(place.start.column),
                end_column: (place.end.line == place.start.line).then_some(place.end.column),
                message,
            });
        }
    }
    marks
}

fn limited(weight: Weight, mut marks: Vec<Mark>) -> Vec<Mark> {
    if marks.len() > SHOWN {
        let rest = marks.split_off(SHOWN - 1);
        let codes: Vec<&str> = rest.iter().filter_map(|mark| mark.code.as_deref()).take(20).collect();
        marks.push(Mark {
            weight,
            title: format!("{} with findings", count(rest.len(), "more policy", "more policies")),
            code: None,
            path: None,
            line: None,
            column: None,
            end_column: None,
            message: format!("{}{}", codes.join(", "), if rest.len() > codes.len() { ", ..." } else { "" }),
        });
    }
    marks
}

/// Every open finding as a line of a log, for what is not shown as a mark: `high: main.tf:4:3: message (policy)`.
pub(crate) fn log_lines(report: &Report) -> impl Iterator<Item = String> {
    words::shown(report).map(|finding| {
        let severity: Severity = finding.severity;
        let start = finding.location.start;
        format!(
            "{severity}: {}:{}:{}: {} ({})",
            finding.location.path, start.line, start.column, finding.message, finding.policy.id
        )
    })
}
