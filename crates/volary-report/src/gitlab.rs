//! GitLab code quality: open findings. Its reader compares two reports by fingerprint and knows no suppressed entries, so
//! baselined and accepted findings are left out. The format has no room beside the list, so problems and what was not
//! judged are entries of their own; the versions stand in `engine_name` of each entry.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use volary_model::{Finding, Problem, Severity};

use crate::Context;
use crate::escape::visible;
use crate::story;
use crate::words;

/// Writes the report as a GitLab code quality report.
pub(crate) fn render(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    crate::lines::write(&Entries { context, engine: words::versions(context.report) }, 1, out)
}

struct Entries<'a> {
    context: Context<'a>,
    engine: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Location<'a>,
    engine_name: &'a str,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.context.report;
        let findings = words::shown(report).map(|finding| self.finding(finding));
        let problems = report.problems.iter().map(|problem| self.problem(problem));
        let remarks = [words::undecided(report), words::not_judged(report)].into_iter().flatten();
        let names = ["volary-undecided", "volary-not-judged"];
        let remarks = remarks.map(|remark| {
            let name = names[usize::from(remark.starts_with("Not judged"))];
            let fingerprint = fingerprint(&[name]);
            self.entry(name, visible(&remark).into_owned(), "info", fingerprint, ".", 1)
        });
        serializer.collect_seq(findings.chain(problems).chain(remarks))
    }
}

impl Entries<'_> {
    fn entry<'b>(
        &'b self,
        check_name: &'b str,
        description: String,
        severity: &'static str,
        fingerprint: String,
        path: &'b str,
        line: u32,
    ) -> Entry<'b> {
        Entry {
            kind: "issue",
            check_name,
            description,
            content: None,
            categories: ["Security"],
            severity,
            fingerprint,
            location: Location { path, lines: Lines { begin: line.max(1) } },
            engine_name: &self.engine,
        }
    }

    fn finding<'b>(&'b self, finding: &'b Finding) -> Entry<'b> {
        let policy = &finding.policy;
        let mut body: Vec<String> = story::sentence(&story::steps(finding, self.context.files)).into_iter().collect();
        body.extend(
            [&policy.why, &policy.fix.text].into_iter().filter(|text| !text.is_empty()).map(ToString::to_string),
        );
        let severity = match finding.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Info => "info",
        };
        let description = visible(&finding.message).into_owned();
        let place = &finding.location;
        Entry {
            content: (!body.is_empty()).then(|| Content { body: body.join("\n\n") }),
            ..self.entry(
                &policy.id,
                description,
                severity,
                finding.fingerprint.to_string(),
                &place.path,
                place.start.line,
            )
        }
    }

    fn problem<'b>(&'b self, problem: &'b Problem) -> Entry<'b> {
        let severity = if problem.fails { "major" } else { "info" };
        let help = if problem.help.is_empty() { String::new() } else { format!(". {}", problem.help) };
        let path = if problem.path.is_empty() { "." } else { &*problem.path };
        let description = visible(&format!("{}{help}", problem.message)).into_owned();
        let fingerprint = fingerprint(&[problem.kind.as_str(), path, &problem.message]);
        self.entry("volary-problem", description, severity, fingerprint, path, problem.line.unwrap_or(1))
    }
}

/// 32 hexadecimal digits that tell entries without a fingerprint apart (FNV-1a, not for security).
fn fingerprint(parts: &[&str]) -> String {
    let hash = parts.join("\0").bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    format!("{hash:032x}")
}
