//! A verdict as a card: the sentence, the line of code, what to do, and what stands behind it.

use std::fmt::Write;

use volary_model::{Files, GuardrailVerdict, Guardrails, Level, Location, Status};

use super::picture::class;
use super::tag::{code, plain, rich};
use crate::guardrails::{clean, words};
use crate::mask::Masks;
use crate::snippet;
use crate::words::{count, place};

/// Characters of a line of code.
const CODE: usize = 140;
/// So many of each list are told.
const MOST: usize = 20;

/// A verdict as a chip.
pub(super) fn chip(verdict: volary_model::Verdict) -> String {
    format!("<span class=\"chip {}\">{}</span>", class(verdict), words::verdict(verdict))
}

/// The card of a verdict.
pub(super) fn card(answer: &Guardrails, files: &Files, verdict: &GuardrailVerdict, index: usize) -> String {
    let mut out = open(verdict, index);
    let _ = writeln!(out, "<p>{}</p>", rich(&words::stopped(&verdict.message)));
    let decides = verdict.fact.as_ref().and_then(|fact| fact.location.as_ref());
    out.push_str(&code_line(files, decides.unwrap_or(&verdict.location)));
    if let Some(edit) = &verdict.edit {
        let _ = writeln!(out, "<p class=\"do\">To do: {}</p>", rich(&words::edit(edit)));
    }
    let mut rows: Vec<(&str, String)> = Vec::new();
    let mut tell = |name: &'static str, text: &str| {
        if !text.trim().is_empty() {
            rows.push((name, rich(text)));
        }
    };
    if !verdict.verdict.holds() {
        tell("Why", &verdict.why);
    }
    if let Some(fact) = &verdict.fact {
        tell("Decides", &words::fact(fact));
    }
    if let Some(run) = &verdict.run {
        tell("In", run);
    }
    for assumption in verdict.assumptions.iter().filter_map(|index| answer.assumptions.get(*index)) {
        tell("Assumed", &words::assumption(assumption));
    }
    verdict.unless.iter().take(MOST).for_each(|unless| tell("Unless", unless));
    for candidate in verdict.candidates.iter().take(MOST) {
        tell("Looks", &words::candidate(candidate));
        candidate.narrowed.iter().for_each(|fact| tell("Leaves out", &words::fact(fact)));
    }
    verdict.narrowed.iter().take(MOST).for_each(|fact| tell("Leaves out", &words::fact(fact)));
    verdict.near.iter().take(MOST).for_each(|near| tell("Near", &words::near(near)));
    for (name, at) in verdict.through.iter().take(MOST) {
        tell("Through", &format!("{name} ({})", place(at)));
    }
    for (name, at) in verdict.also.iter().take(MOST) {
        tell("Also", &format!("{name} ({})", place(at)));
    }
    if verdict.also.len() > MOST {
        tell("Also", &count(verdict.also.len() - MOST, "more place", "more places"));
    }
    tell("Owner", &verdict.owners.join(", "));
    tell("Weight", &weight(verdict));
    if let Some(acceptance) = words::acceptance(&verdict.status) {
        tell("Accepted", &crate::words::accepted_by(acceptance));
    }
    let _ = writeln!(
        out,
        "<dl>{}</dl>",
        rows.iter().map(|(name, text)| format!("<dt>{name}</dt><dd>{text}</dd>")).collect::<String>()
    );
    out.push_str("</article>\n");
    out
}

/// The card of a verdict of which everything is told by another.
pub(super) fn same(verdict: &GuardrailVerdict, index: usize, other: usize, of: &GuardrailVerdict) -> String {
    let mut out = open(verdict, index);
    let _ = writeln!(
        out,
        "<p>The same fact decides as <a href=\"#v{other}\">for {}</a>.</p></article>",
        plain(&format!("{}:{}", of.pipeline, of.line)),
    );
    out
}

fn open(verdict: &GuardrailVerdict, index: usize) -> String {
    let optional = if verdict.required { "" } else { ", not demanded" };
    format!(
        "<article class=\"card is-{}\" id=\"v{index}\"><h3>{}</h3> {} <span class=\"quiet\">{}{optional}, {}</span>\n",
        class(verdict.verdict),
        rich(&words::ships(verdict)),
        chip(verdict.verdict),
        plain(&verdict.control_name),
        code(&format!("{}:{}", verdict.pipeline, verdict.line)),
    )
}

fn weight(verdict: &GuardrailVerdict) -> String {
    let mut parts = Vec::new();
    if !verdict.verdict.holds() && verdict.required {
        parts.push(match (verdict.level, &verdict.status) {
            (Level::Block, Status::Open) => format!("{}, blocks", verdict.severity),
            _ => verdict.severity.to_string(),
        });
    }
    if verdict.production {
        parts.push("goes to production or to the public".to_owned());
    }
    if verdict.ephemeral {
        parts.push("removed again by the same run".to_owned());
    }
    if verdict.status == Status::Baselined {
        parts.push("known before".to_owned());
    }
    parts.join(", ")
}

/// The line of code at a place, with its number; empty where the file is not of the run.
fn code_line(files: &Files, location: &Location) -> String {
    let id = location.span.file;
    let known = |file: &&std::sync::Arc<volary_model::SourceFile>| {
        *file.path() == location.path && location.start.line <= file.line_count()
    };
    let Some(file) = files.get(id).filter(known) else { return String::new() };
    let short = snippet::first_line(location, Some(file));
    let line = snippet::line(file, id, short.start.line, short.span.start..short.span.end, &Masks::default(), CODE);
    let text = match clean::text_masked(&line.text) {
        std::borrow::Cow::Owned(masked) => plain(&masked),
        std::borrow::Cow::Borrowed(_) => {
            let (before, rest) = line.text.split_at(line.focus.start);
            let (focus, after) = rest.split_at(line.focus.len());
            format!("{}<mark>{}</mark>{}", plain(before), plain(focus), plain(after))
        }
    };
    let at = plain(&place(location));
    format!("<pre><span class=\"quiet\">{at}</span>  {}</pre>\n", text.trim_start())
}
