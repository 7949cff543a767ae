//! JUnit XML: a suite for each policy, a case for each finding. Only what fails the run is a failure; what does not
//! (warnings, the baseline, accepted and undecided) is a skipped case that says why.

use std::collections::BTreeMap;
use std::io::{self, Write};

use volary_model::{Finding, Level, PolicyInfo, Status, Undecided};

use crate::Context;
use crate::escape::{visible, xml};
use crate::story;
use crate::words::{self, place};

/// Writes the report as JUnit XML.
pub(crate) fn render(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    for policy in &report.policies {
        suites.entry(&policy.id).or_insert_with(|| Suite::new(policy));
    }
    for finding in &report.findings {
        suites.entry(&finding.policy.id).or_insert_with(|| Suite::new(&finding.policy)).findings.push(finding);
    }
    for undecided in &report.undecided {
        suites.entry(&undecided.policy.id).or_insert_with(|| Suite::new(&undecided.policy)).undecided.push(undecided);
    }

    let run = run_cases(context);
    let failures = report.findings.iter().filter(|finding| words::fails(report, finding)).count();
    let errors = report.problems.iter().filter(|problem| problem.fails).count();
    let skipped = report.findings.len() - failures + report.undecided.len() + run.skipped;
    let tests = suites.values().map(Suite::cases).sum::<usize>() + run.cases;
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"volary\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">"
    )?;
    writeln!(
        out,
        " <testsuite name=\"volary\" tests=\"{}\" failures=\"0\" errors=\"{errors}\" skipped=\"{}\">",
        run.cases, run.skipped
    )?;
    out.write_all(run.text.as_bytes())?;
    writeln!(out, " </testsuite>")?;
    for suite in suites.values() {
        suite.write(context, out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite<'a> {
    policy: &'a PolicyInfo,
    findings: Vec<&'a Finding>,
    undecided: Vec<&'a Undecided>,
}

impl<'a> Suite<'a> {
    fn new(policy: &'a PolicyInfo) -> Self {
        Self { policy, findings: Vec::new(), undecided: Vec::new() }
    }

    /// A policy without findings is one passed case.
    fn cases(&self) -> usize {
        (self.findings.len() + self.undecided.len()).max(1)
    }

    fn write(&self, context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let report = context.report;
        let failures = self.findings.iter().filter(|finding| words::fails(report, finding)).count();
        let id = xml(&self.policy.id, false);
        writeln!(
            out,
            " <testsuite name=\"{id}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{}\">",
            self.cases(),
            self.findings.len() - failures + self.undecided.len(),
        )?;
        if self.findings.is_empty() && self.undecided.is_empty() {
            writeln!(out, "  <testcase classname=\"{id}\" name=\"{}\"/>", xml(&self.policy.title, false))?;
        }
        for finding in &self.findings {
            self.case(context, finding, &id, out)?;
        }
        for undecided in &self.undecided {
            let reasons: Vec<String> = undecided.reasons.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "  <testcase classname=\"{id}\" name=\"{}\" file=\"{}\" line=\"{}\">\n   <skipped message=\"{}\"/>\n  \
                 </testcase>",
                xml(&format!("{} {}", place(&undecided.location), undecided.address), false),
                xml(&undecided.location.path, false),
                undecided.location.start.line,
                xml(&format!("not decided: {}", reasons.join(", ")), false),
            )?;
        }
        writeln!(out, " </testsuite>")
    }

    fn case(&self, context: Context<'_>, finding: &Finding, id: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "  <testcase classname=\"{id}\" name=\"{}\" file=\"{}\" line=\"{}\">",
            xml(&format!("{} {}", place(&finding.location), finding.message), false),
            xml(&finding.location.path, false),
            finding.location.start.line,
        )?;
        if words::fails(context.report, finding) {
            writeln!(
                out,
                "   <failure type=\"{}\" message=\"{}\">{}</failure>",
                finding.severity,
                xml(&finding.message, false),
                xml(&body(context, finding), true),
            )?;
        } else {
            let why = match &finding.status {
                Status::Open if finding.level == Level::Audit => format!("recorded only: {}", finding.message),
                Status::Open => format!("{}, does not fail the run: {}", finding.severity, finding.message),
                Status::Baselined => format!("in the baseline: {}", finding.message),
                Status::Accepted(acceptance) => {
                    format!("accepted by {}: {}", words::accepted_by(acceptance), finding.message)
                }
            };
            writeln!(out, "   <skipped message=\"{}\"/>", xml(&why, false))?;
        }
        writeln!(out, "  </testcase>")
    }
}

fn body(context: Context<'_>, finding: &Finding) -> String {
    let policy = &finding.policy;
    let location = &finding.location;
    let mut lines = vec![format!("{}:{}:{}", visible(&location.path), location.start.line, location.start.column)];
    lines.extend(story::sentence(&story::steps(finding, context.files)));
    lines.extend(story::instances(finding));
    for (name, text) in [("Why", &policy.why), ("Fix", &policy.fix.text)] {
        if !text.trim().is_empty() {
            lines.push(format!("{name}: {}", text.trim()));
        }
    }
    if !finding.owners.is_empty() {
        lines.push(format!("Owner: {}", finding.owners.join(", ")));
    }
    lines.push(format!("Severity: {}. More: volary explain {}", finding.severity, policy.id));
    lines.join("\n")
}

/// The cases of the run as a whole.
struct RunCases {
    text: String,
    cases: usize,
    skipped: usize,
}

/// What was judged, by which versions, and what went wrong or was not judged.
fn run_cases(context: Context<'_>) -> RunCases {
    let report = context.report;
    let name = format!("{}: {}", words::versions(report), words::judged(report));
    let mut run = RunCases {
        text: format!("  <testcase classname=\"volary\" name=\"{}\"/>\n", xml(&name, false)),
        cases: 1,
        skipped: 0,
    };
    for problem in &report.problems {
        let name = xml(&words::problem(problem), false);
        let help = if problem.help.is_empty() { problem.kind.as_str() } else { &problem.help };
        let help = xml(help, false);
        let child = match problem.fails {
            true => format!("<error type=\"{}\" message=\"{help}\"/>", problem.kind.as_str()),
            false => format!("<skipped message=\"{help}\"/>"),
        };
        run.text.push_str(&format!("  <testcase classname=\"volary\" name=\"{name}\">\n   {child}\n  </testcase>\n"));
        run.cases += 1;
        run.skipped += usize::from(!problem.fails);
    }
    for part in &report.not_judged {
        let name = xml(&words::not_judged_part(part), false);
        run.text.push_str(&format!(
            "  <testcase classname=\"volary\" name=\"{name}\">\n   <skipped message=\"not judged\"/>\n  </testcase>\n"
        ));
        run.cases += 1;
        run.skipped += 1;
    }
    run
}
