//! Markdown for pull requests, job summaries and the run page of Azure Pipelines.

use std::io::{self, Write};

use volary_model::Report;

use crate::Context;
use crate::escape::{markdown, markdown_code};
use crate::group::{Group, by_policy};
use crate::story;
use crate::words::{self, count, place};

/// GitHub takes summaries up to 1 MiB; what is beyond is counted.
const MAX_BYTES: usize = 900_000;
/// So many policies have a row.
const MAX_ROWS: usize = 200;
/// So many places of a policy are listed.
const MAX_PLACES: usize = 20;
/// So many problems, reasons and kinds of files not judged are listed.
const MAX_REMARKS: usize = 20;

/// Writes the report as Markdown.
pub(crate) fn render(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let groups = by_policy(words::shown(report), |finding| words::fails(report, finding));
    let title = match report.exit_code() {
        0 if report.policies.is_empty() => "Volary: nothing was judged",
        0 => "Volary: passed",
        1 => "Volary: failed",
        _ => "Volary: not everything could be judged",
    };
    writeln!(out, "## {title}\n\n{}\n", markdown(&words::headline(report)))?;
    table(&groups, out)?;
    sections(context, &groups, out)?;
    remarks(report, out)?;
    writeln!(out, "<sub>{}</sub>", markdown(&words::versions(report)))
}

fn table(groups: &[Group<'_>], out: &mut dyn Write) -> io::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(out, "| Severity | What is wrong | Policy | Places | First place |\n|---|---|---|--:|---|")?;
    for group in groups.iter().take(MAX_ROWS) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            group.severity,
            markdown(&group.policy.title),
            markdown_code(&group.policy.id),
            group.findings.len(),
            markdown_code(&place(&group.first().location)),
        )?;
    }
    if groups.len() > MAX_ROWS {
        writeln!(out, "\nand {}", count(groups.len() - MAX_ROWS, "more policy", "more policies"))?;
    }
    writeln!(out)
}

/// A folded section for each policy, as many as there is room for.
fn sections(context: Context<'_>, groups: &[Group<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut used = 0;
    for (index, group) in groups.iter().enumerate() {
        let text = section(context, group);
        used += text.len();
        if used > MAX_BYTES || index >= MAX_ROWS {
            let rest = count(groups.len() - index, "more policy is", "more policies are");
            return writeln!(out, "{rest} left out here for their length; the JSON report has all.\n");
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn section(context: Context<'_>, group: &Group<'_>) -> String {
    let policy = group.policy;
    let places = count(group.findings.len(), "place", "places");
    let mut text =
        format!("<details><summary>{}: {} ({places})</summary>\n\n", group.severity, markdown(&policy.title));
    for (name, part) in [("Why", &policy.why), ("Fix", &policy.fix.text)] {
        if !part.trim().is_empty() {
            text.push_str(&format!("**{name}.** {}\n\n", markdown(&words::one_line(part))));
        }
    }
    for finding in group.findings.iter().take(MAX_PLACES) {
        let owners = match finding.owners.is_empty() {
            true => String::new(),
            false => format!(" (owner: {})", markdown(&finding.owners.join(", "))),
        };
        text.push_str(&format!(
            "- {} {}{owners}\n",
            markdown_code(&place(&finding.location)),
            markdown(&finding.message)
        ));
        for line in
            [story::sentence(&story::steps(finding, context.files)), story::instances(finding)].into_iter().flatten()
        {
            text.push_str(&format!("  - {}\n", markdown(&line)));
        }
    }
    if group.findings.len() > MAX_PLACES {
        let more = count(group.findings.len() - MAX_PLACES, "more place", "more places");
        text.push_str(&format!("- and {more}\n"));
    }
    text.push_str("\n</details>\n\n");
    text
}

/// What is not an open finding.
fn remarks(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for line in [words::audited(report), words::baselined(report), words::accepted(report)].into_iter().flatten() {
        writeln!(out, "- {}", markdown(&line))?;
    }
    let accepted = report.findings.iter().filter_map(|finding| Some((finding, words::acceptance(finding)?)));
    for (finding, acceptance) in accepted.take(MAX_REMARKS) {
        let what = format!("{}; {}", finding.message, words::accepted_by(acceptance));
        writeln!(out, "  - {} {}", markdown_code(&place(&finding.location)), markdown(&what))?;
    }
    if let Some(line) = words::undecided(report) {
        writeln!(out, "- {}", markdown(&line))?;
    }
    for part in report.not_judged.iter().take(MAX_REMARKS) {
        writeln!(out, "- Not judged: {}", markdown(&words::not_judged_part(part)))?;
    }
    for problem in report.problems.iter().take(MAX_REMARKS) {
        writeln!(out, "- Problem: {}", markdown(&words::problem(problem)))?;
    }
    for (number, what) in [(report.not_judged.len(), "kinds of files not judged"), (report.problems.len(), "problems")]
    {
        if number > MAX_REMARKS {
            writeln!(out, "- and {} more {what}", number - MAX_REMARKS)?;
        }
    }
    writeln!(out)
}
