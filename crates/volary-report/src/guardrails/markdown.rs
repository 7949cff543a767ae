//! Markdown for pull requests and job summaries: a table for controls and kinds of things, details folded.

use std::io::{self, Write};

use volary_model::{Guardrails, Status};

use super::coverage::{holds, open};
use super::once::{Said, said};
use super::{GuardrailOptions, View, gates, text, words};
use crate::escape::{markdown, markdown_code};
use crate::words::{count, place, versions_line};

/// GitHub takes summaries up to 1 MiB; what is beyond is counted.
const MAX_BYTES: usize = 900_000;
/// So many of each list are told.
const MAX_ROWS: usize = 200;
/// So many places of a gap are listed.
const MAX_PLACES: usize = 20;
/// So many assumptions, sources and problems are listed.
const MAX_REMARKS: usize = 20;

/// Writes the answer as Markdown.
pub(crate) fn render(answer: &Guardrails, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let title = match answer.exit_code() {
        0 => "Volary guardrails",
        1 => "Volary guardrails: failed",
        _ => "Volary guardrails: not everything could be judged",
    };
    let lead = match options.view {
        View::Gates => gates::headline(answer),
        View::Guardrails | View::Coverage => words::headline(answer),
    };
    writeln!(out, "## {title}\n\n{}\n", rich(&lead))?;
    match options.view {
        View::Gates => gate_list(answer, out)?,
        View::Coverage => table(answer, true, out)?,
        View::Guardrails => {
            table(answer, false, out)?;
            weakenings(answer, out)?;
            gaps(answer, out)?;
            sources(answer, out)?;
        }
    }
    if options.view != View::Gates {
        for line in words::counts(answer).iter().chain(&words::troubles(answer)) {
            writeln!(out, "- {}", rich(line))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "<sub>{}</sub>", markdown(&versions_line(&answer.versions)))
}

/// A text of ours with parts between backticks as code.
fn rich(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let odd = text.matches('`').count() % 2 == 1;
    if odd {
        return markdown(text);
    }
    parts.map(|(index, part)| if index % 2 == 1 { markdown_code(part) } else { markdown(part) }).collect()
}

fn table(answer: &Guardrails, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<_> = answer.coverage.iter().filter(|cell| cell.required || all).collect();
    if cells.is_empty() {
        return Ok(());
    }
    writeln!(out, "| What ships | Control | Guarded | By | Not guarded | First place |\n|---|---|--:|---|---|---|")?;
    for cell in cells.iter().take(MAX_ROWS) {
        let (holds, number) = holds(cell);
        let new = if cell.new { " (new)" } else { "" };
        let optional = if cell.required { "" } else { " (optional)" };
        let gap = cell.gaps.first().map(|path| markdown_code(path)).unwrap_or_default();
        writeln!(
            out,
            "| {}{new} | {}{optional} | {holds} of {number} | {} | {} | {gap} |",
            markdown(&words::capital(&cell.kind_name)),
            markdown(&cell.control_name),
            markdown(&cell.tools.join(", ")),
            markdown(&open(cell)),
        )?;
    }
    if cells.len() > MAX_ROWS {
        writeln!(out, "\nand {}", count(cells.len() - MAX_ROWS, "more row", "more rows"))?;
    }
    writeln!(out)
}

fn weakenings(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let open: Vec<_> = answer.weakenings.iter().filter(|one| one.status == Status::Open).collect();
    if open.is_empty() {
        return Ok(());
    }
    writeln!(out, "**{}**\n", rich(&text::weakened_title(answer, open.len())))?;
    for one in open.iter().take(MAX_ROWS) {
        writeln!(out, "- {}: {}", one.severity, rich(&text::weakening(one)))?;
        for (name, value) in [("before", &one.before), ("now", &one.after)] {
            if let Some(value) = value {
                writeln!(out, "  - {name}: {}", markdown_code(value))?;
            }
        }
    }
    if open.len() > MAX_ROWS {
        writeln!(out, "- and {} more", open.len() - MAX_ROWS)?;
    }
    writeln!(out)
}

/// A folded section for each gap, as many as there is room for.
fn gaps(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let said = said(answer, false);
    let mut used = 0;
    for (index, group) in said.iter().enumerate() {
        let text = gap(answer, group);
        used += text.len();
        if used > MAX_BYTES || index >= MAX_ROWS {
            let rest = count(said.len() - index, "more gap is", "more gaps are");
            return writeln!(out, "{rest} left out here for their length; the JSON report has all.\n");
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn gap(answer: &Guardrails, group: &Said<'_>) -> String {
    let first = group.first();
    let places = count(group.verdicts.len(), "place", "places");
    let pipelines = group.pipelines();
    let (title, message) = match group.nowhere && group.verdicts.len() > 1 {
        true => {
            let pipelines = count(pipelines.len(), "pipeline", "pipelines");
            (
                format!("{}: none of {pipelines}", first.control_name),
                format!("Nothing looks at any {} before it ships.", words::kind(answer, &first.kind)),
            )
        }
        false => (format!("{}: {}", first.control_name, words::verdict(first.verdict)), words::stopped(&first.message)),
    };
    let mut text =
        format!("<details><summary>{}: {} ({places})</summary>\n\n", first.severity, markdown(&words::capital(&title)));
    let mut tell = |name: &str, part: &str| {
        if !part.trim().is_empty() {
            text.push_str(&format!("{name}{}\n\n", rich(&crate::words::one_line(part))));
        }
    };
    tell("", &message);
    tell("**Why.** ", &first.why);
    if let Some(fact) = &first.fact {
        tell("**Decides.** ", &words::fact(fact));
    }
    if let Some(edit) = &first.edit {
        tell("**To do.** ", &words::edit(edit));
    }
    for near in &first.near {
        tell("**Near.** ", &words::near(near));
    }
    for unless in &first.unless {
        tell("**Unless.** ", unless);
    }
    for verdict in group.verdicts.iter().take(MAX_PLACES) {
        let owners = if verdict.owners.is_empty() {
            String::new()
        } else {
            format!(" (owner: {})", markdown(&verdict.owners.join(", ")))
        };
        let at = format!("{}:{}", verdict.pipeline, verdict.line);
        text.push_str(&format!("- {} {}{owners}\n", markdown_code(&at), rich(&words::ships(verdict))));
    }
    if group.verdicts.len() > MAX_PLACES {
        let more = count(group.verdicts.len() - MAX_PLACES, "more place", "more places");
        text.push_str(&format!("- and {more}\n"));
    }
    text.push_str("\n</details>\n\n");
    text
}

/// Assumptions, what was not seen, what moves.
fn sources(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let assumed = answer.assumptions.iter().filter(|one| one.answered != Some(true));
    let assumed = assumed.map(|one| rich(&format!("{}. {}", words::assumption(one), words::sentence(&one.answer))));
    let unread = answer
        .unread
        .iter()
        .map(|source| format!("{}. To see it: {}", rich(&words::unread(source)), markdown_code(&source.command)));
    let moving = answer.mutable.iter().map(|source| rich(&words::mutable(source)));
    let lists: [(&str, Vec<String>); 3] = [
        ("Assumed, for only the platform knows", assumed.collect()),
        ("Not seen", unread.collect()),
        ("Others can change, without a change here", moving.collect()),
    ];
    for (title, items) in lists.iter().filter(|(_, items)| !items.is_empty()) {
        writeln!(out, "<details><summary>{title} ({})</summary>\n", items.len())?;
        for item in items.iter().take(MAX_REMARKS) {
            writeln!(out, "- {item}")?;
        }
        if items.len() > MAX_REMARKS {
            writeln!(out, "- and {} more", items.len() - MAX_REMARKS)?;
        }
        writeln!(out, "\n</details>\n")?;
    }
    Ok(())
}

fn gate_list(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    for gate in answer.gates.iter().take(MAX_ROWS) {
        writeln!(out, "- {} {}", markdown_code(&place(&gate.location)), rich(&gates::title(gate)))?;
        for remark in &gate.remarks {
            writeln!(out, "  - but: {}", rich(&words::fact(remark)))?;
        }
        for evidence in &gate.replace {
            writeln!(out, "  - instead: {}", rich(evidence))?;
        }
    }
    if answer.gates.len() > MAX_ROWS {
        writeln!(out, "- and {} more", answer.gates.len() - MAX_ROWS)?;
    }
    writeln!(out)
}
