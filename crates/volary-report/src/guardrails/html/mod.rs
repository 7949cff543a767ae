//! A page for a browser: everything in one file, without a script and without anything from elsewhere.

mod card;
mod layout;
mod picture;
mod tag;

use std::collections::BTreeMap;
use std::io::{self, Write};

use volary_model::{Files, GuardrailVerdict, Guardrails, PipelineView, Status, Verdict};

use super::once::said;
use super::{coverage, gates, text, words};
use crate::words::{count, place, versions_line};
use card::{card, chip, same};
use picture::{class, picture};
use tag::{code, plain, rich};

/// So many pipelines are drawn.
const MAX_PICTURES: usize = 300;
/// So many verdicts are told.
const MAX_CARDS: usize = 3000;
/// So many pipelines are unfolded at first.
const MAX_OPEN: usize = 12;
/// So many gaps are listed at the top.
const MAX_FIRST: usize = 10;
/// So many of other lists are told.
const MAX_ROWS: usize = 500;

const STYLE: &str = include_str!("page.css");
/// Nothing is loaded and nothing runs, whatever stands in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Writes the page.
pub(crate) fn render(answer: &Guardrails, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let targets = answer.targets.iter().map(|target| &**target).collect::<Vec<_>>().join(", ");
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta \
         name=\"referrer\" content=\"no-referrer\"><title>Guardrails of {0}</title>\n<style>\n{STYLE}</style></head>\n\
         <body><header><p class=\"quiet\">Guardrails of {0}{1}</p><h1>{2}</h1></header>\n<main>",
        plain(&targets),
        answer.since.as_deref().map(|since| format!(", compared with {}", plain(since))).unwrap_or_default(),
        rich(&words::headline(answer)),
    )?;
    tiles(answer, out)?;
    first(answer, out)?;
    weakened(answer, out)?;
    table(answer, out)?;
    pipelines(answer, files, out)?;
    sources(answer, out)?;
    gate_list(answer, out)?;
    let remarks = words::counts(answer).into_iter().chain(words::troubles(answer)).map(|line| rich(&line));
    list("What else there is", remarks.collect(), out)?;
    writeln!(out, "</main>\n<footer>{}</footer></body></html>", plain(&versions_line(&answer.versions)))
}

/// How many verdicts there are of each sort.
fn tiles(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let number = |of: Verdict| answer.verdicts.iter().filter(|it| it.required && it.verdict == of).count();
    let tiles: Vec<(Verdict, usize)> =
        Verdict::ALL.into_iter().map(|verdict| (verdict, number(verdict))).filter(|(_, number)| *number > 0).collect();
    if tiles.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul class=\"tiles\" aria-label=\"verdicts\">")?;
    for (verdict, number) in tiles {
        writeln!(out, "<li class=\"{}\"><strong>{number}</strong> {}</li>", class(verdict), words::verdict(verdict))?;
    }
    writeln!(out, "</ul>")
}

/// What to mend first: each gap once, with a link to its card.
fn first(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let said = said(answer, false);
    if said.is_empty() {
        return Ok(());
    }
    let index = indices(answer);
    writeln!(out, "<h2>What to mend first</h2>\n<ol>")?;
    for group in said.iter().take(MAX_FIRST) {
        let first = group.first();
        let text = match group.nowhere && group.verdicts.len() > 1 {
            true => {
                let pipelines = count(group.pipelines().len(), "pipeline", "pipelines");
                let kind = words::kind(answer, &first.kind);
                format!("{}: none of {pipelines} ({kind}).", words::capital(&first.control_name))
            }
            false => words::stopped(&first.message),
        };
        let more = match group.verdicts.len() - 1 {
            0 => String::new(),
            number => format!(" <span class=\"quiet\">and {}</span>", count(number, "more place", "more places")),
        };
        let link = index
            .get(&std::ptr::from_ref(first))
            .map(|at| format!(" <a href=\"#v{at}\">{}</a>", plain(&format!("{}:{}", first.pipeline, first.line))));
        writeln!(out, "<li>{} {}{}{more}</li>", chip(first.verdict), rich(&text), link.unwrap_or_default())?;
    }
    writeln!(out, "</ol>")?;
    match said.len().saturating_sub(MAX_FIRST) {
        0 => Ok(()),
        rest => writeln!(out, "<p class=\"note\">and {}, below</p>", count(rest, "more gap", "more gaps")),
    }
}

/// Where each verdict stands in the list.
fn indices(answer: &Guardrails) -> BTreeMap<*const GuardrailVerdict, usize> {
    answer.verdicts.iter().enumerate().map(|(index, verdict)| (std::ptr::from_ref(verdict), index)).collect()
}

fn weakened(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let open: Vec<_> = answer.weakenings.iter().filter(|one| one.status == Status::Open).collect();
    if open.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>{}</h2>\n<ul>", rich(text::weakened_title(answer, open.len()).trim_end_matches(':')))?;
    for one in open.iter().take(MAX_ROWS) {
        writeln!(out, "<li><strong>{}</strong> {}", one.severity, rich(&text::weakening(one)))?;
        for (name, value) in [("before", &one.before), ("now", &one.after)] {
            if let Some(value) = value {
                writeln!(out, "<br><span class=\"quiet\">{name}:</span> {}", code(value))?;
            }
        }
        writeln!(out, "</li>")?;
    }
    rest(open.len(), out)?;
    writeln!(out, "</ul>")
}

fn table(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let (kinds, controls) = coverage::axes(answer);
    if kinds.is_empty() {
        return Ok(());
    }
    let cells: BTreeMap<(&str, &str), _> =
        answer.coverage.iter().map(|cell| ((&*cell.kind, &*cell.control), cell)).collect();
    writeln!(
        out,
        "<h2>What ships, and what guards it</h2>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">What ships</th>"
    )?;
    for (_, name) in &controls {
        writeln!(out, "<th scope=\"col\">{}</th>", plain(&words::capital(name)))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for (kind, name) in &kinds {
        writeln!(out, "<tr><th scope=\"row\">{}</th>", plain(&words::capital(name)))?;
        for (control, _) in &controls {
            let Some(cell) = cells.get(&(*kind, *control)) else {
                writeln!(out, "<td></td>")?;
                continue;
            };
            let (holds, all) = coverage::holds(cell);
            let sort = match (holds == all, cell.required) {
                (true, _) => "guarded",
                (false, true) => "absent",
                (false, false) => "quiet",
            };
            let open = coverage::open(cell);
            let parts: Vec<String> =
                [cell.tools.join(", "), open].into_iter().filter(|part| !part.is_empty()).collect();
            let gaps: Vec<String> = cell.gaps.iter().take(5).map(|path| code(path)).collect();
            let more = if cell.gaps.len() > 5 { format!(" and {} more", cell.gaps.len() - 5) } else { String::new() };
            writeln!(
                out,
                "<td><strong class=\"{sort}\">{}</strong><br><span class=\"quiet\">{}</span><br>{}{more}</td>",
                coverage::cell_text(cell),
                plain(&parts.join("; ")),
                gaps.join(" "),
            )?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

fn pipelines(answer: &Guardrails, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let mut told: Vec<(usize, &PipelineView)> = answer
        .pipelines
        .iter()
        .enumerate()
        .filter(|(_, pipeline)| pipeline.ships > 0 || pipeline.jobs.iter().any(|job| !job.steps.is_empty()))
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    told.sort_by_cached_key(|(number, pipeline)| (std::cmp::Reverse(words::worst_of(answer, pipeline)), *number));
    let mut of_pipeline: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, verdict) in answer.verdicts.iter().enumerate() {
        of_pipeline.entry(&verdict.pipeline).or_default().push(index);
    }
    // A verdict of a group is told by the first of it that is on the page.
    let index = indices(answer);
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (group, one) in said(answer, true).iter().enumerate() {
        group_of
            .extend(one.verdicts.iter().filter_map(|it| index.get(&std::ptr::from_ref(*it))).map(|at| (*at, group)));
    }
    let mut teller: BTreeMap<usize, usize> = BTreeMap::new();
    let mut cards = 0;

    writeln!(out, "<h2>Pipelines</h2>")?;
    for (position, (number, pipeline)) in told.iter().enumerate() {
        let worst = words::worst_of(answer, pipeline);
        let gap = worst.is_some_and(|worst| !worst.holds());
        let open = if gap && position < MAX_OPEN { " open" } else { "" };
        let (guarded, things) = words::guarded(answer, pipeline);
        let numbers = match things {
            0 if pipeline.ships == 0 => "ships nothing".to_owned(),
            0 => "nothing is demanded of what ships".to_owned(),
            all => format!("{guarded} of {all} guarded"),
        };
        let name = pipeline.name.as_deref().map(|name| format!(" “{}”", plain(name))).unwrap_or_default();
        writeln!(
            out,
            "<details class=\"pipeline\"{open}><summary><h3>{}</h3>{name}{} {numbers} <span class=\"quiet\">{}</span></summary>\n\
             <div class=\"inside\">",
            plain(&pipeline.path),
            worst.map(chip).unwrap_or_else(|| " ".to_owned()),
            plain(words::platform(&pipeline.platform)),
        )?;
        if let Some(refused) = &pipeline.refused {
            writeln!(
                out,
                "<p>{}</p>",
                rich(&format!("The platform would refuse this file: {}.", words::fact(refused)))
            )?;
        }
        if position < MAX_PICTURES {
            out.write_all(picture(answer, pipeline, *number).as_bytes())?;
        }
        let own = of_pipeline.get(&*pipeline.path).map(Vec::as_slice).unwrap_or_default();
        let mut optional = String::new();
        for at in own {
            let Some(verdict) = answer.verdicts.get(*at) else { continue };
            cards += 1;
            if cards > MAX_CARDS {
                continue;
            }
            let first = group_of.get(at).map(|group| *teller.entry(*group).or_insert(*at));
            let text =
                match first.filter(|first| first != at).and_then(|first| Some((first, answer.verdicts.get(first)?))) {
                    Some((first, of)) => same(verdict, *at, first, of),
                    None => card(answer, files, verdict, *at),
                };
            match verdict.required {
                true => out.write_all(text.as_bytes())?,
                false => optional.push_str(&text),
            }
        }
        if !optional.is_empty() {
            writeln!(out, "<details><summary>What is not demanded</summary>\n{optional}</details>")?;
        }
        writeln!(out, "</div></details>")?;
    }
    if cards > MAX_CARDS {
        let left = count(cards - MAX_CARDS, "verdict is", "verdicts are");
        writeln!(out, "<p class=\"note\">{left} left out here for their number; the JSON report has all.</p>")?;
    }
    if told.len() > MAX_PICTURES {
        let left = count(told.len() - MAX_PICTURES, "pipeline is", "pipelines are");
        writeln!(out, "<p class=\"note\">{left} not drawn.</p>")?;
    }
    Ok(())
}

fn sources(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let assumed = answer.assumptions.iter().map(|one| {
        let key = code(&one.key);
        format!(
            "{}. {} <span class=\"quiet\">{key}</span>",
            rich(&words::assumption(one)),
            rich(&words::sentence(&one.answer))
        )
    });
    list("Assumed, for only the platform knows", assumed.collect(), out)?;
    let unread = answer.unread.iter().map(|source| {
        let files: Vec<String> = source.files.iter().take(20).map(|file| code(file)).collect();
        format!(
            "{}; {}. To see it: {}<br><span class=\"quiet\">{}</span>",
            rich(&words::unread(source)),
            rich(&source.reason),
            code(&source.command),
            files.join(" "),
        )
    });
    list("Not seen", unread.collect(), out)?;
    let moving = answer.mutable.iter().map(|source| rich(&words::mutable(source)));
    list("Others can change, without a change here", moving.collect(), out)
}

fn gate_list(answer: &Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let gates = answer.gates.iter().map(|gate| {
        let mut text =
            format!("{} <span class=\"quiet\">{}</span>", rich(&gates::title(gate)), plain(&place(&gate.location)));
        for remark in &gate.remarks {
            text.push_str(&format!("<br>But: {}", rich(&words::fact(remark))));
        }
        for evidence in &gate.replace {
            text.push_str(&format!("<br>Instead: {}", rich(evidence)));
        }
        text
    });
    list("People who are waited for", gates.collect(), out)
}

fn list(title: &str, items: Vec<String>, out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>{title}</h2>\n<ul>")?;
    for item in items.iter().take(MAX_ROWS) {
        writeln!(out, "<li>{item}</li>")?;
    }
    rest(items.len(), out)?;
    writeln!(out, "</ul>")
}

fn rest(number: usize, out: &mut dyn Write) -> io::Result<()> {
    match number.saturating_sub(MAX_ROWS) {
        0 => Ok(()),
        rest => writeln!(out, "<li>and {rest} more, all in the JSON report</li>"),
    }
}
