//! The terminal with everything: for each pipeline what ships, which controls there are, each verdict and why.

use std::collections::BTreeMap;
use std::io::{self, Write};

use volary_model::{GuardrailVerdict, Guardrails, Level, PipelineView, Scan};

use super::GuardrailOptions;
use super::paint::Paint;
use super::text::weakening;
use super::words;
use crate::escape::visible;
use crate::words::{count, place, versions_line};

/// Columns of the names in front of what is told of a verdict.
const NAME: usize = 11;

/// Writes everything.
pub(crate) fn render(answer: &Guardrails, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let mut lines = vec![paint.strong(&words::headline(answer))];
    let mut verdicts: BTreeMap<&str, Vec<&GuardrailVerdict>> = BTreeMap::new();
    for verdict in &answer.verdicts {
        verdicts.entry(&verdict.pipeline).or_default().push(verdict);
    }
    let mut scans: BTreeMap<&str, Vec<&Scan>> = BTreeMap::new();
    for scan in &answer.scans {
        scans.entry(&scan.pipeline).or_default().push(scan);
    }
    for pipeline in &answer.pipelines {
        let verdicts = verdicts.remove(&*pipeline.path).unwrap_or_default();
        let scans = scans.remove(&*pipeline.path).unwrap_or_default();
        pipeline_lines(answer, pipeline, verdicts, scans, paint, &mut lines);
    }
    sections(answer, paint, &mut lines);
    lines.push(String::new());
    lines.extend(words::counts(answer).iter().map(|line| visible(line).into_owned()));
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn pipeline_lines(
    answer: &Guardrails,
    pipeline: &PipelineView,
    verdicts: Vec<&GuardrailVerdict>,
    scans: Vec<&Scan>,
    paint: Paint,
    lines: &mut Vec<String>,
) {
    if verdicts.is_empty() && scans.is_empty() && pipeline.refused.is_none() {
        return;
    }
    let (guarded, things) = words::guarded(answer, pipeline);
    let name = pipeline.name.as_deref().map(|name| format!(" \"{name}\"")).unwrap_or_default();
    let ships = match (things, pipeline.ships) {
        (0, 0) => "ships nothing".to_owned(),
        (0, number) => format!("{}, nothing is demanded", count(number, "thing ships", "things ship")),
        (all, _) => format!("{guarded} of {all} guarded"),
    };
    lines.push(String::new());
    lines.push(paint.strong(&format!("{}{name}  {}  {ships}", pipeline.path, words::platform(&pipeline.platform))));
    if let Some(refused) = &pipeline.refused {
        let text = format!("The platform would refuse this file: {}", words::fact(refused));
        lines.extend(paint.folded(2, "", &words::sentence(&text)));
    }
    for thing in words::things(verdicts.into_iter()) {
        let Some(first) = thing.verdicts.first() else { continue };
        let mut marks = vec![format!("line {}", first.line)];
        if first.production {
            marks.push("production".to_owned());
        }
        if first.ephemeral {
            marks.push("removed again by the same run".to_owned());
        }
        lines.extend(paint.folded(2, "", &format!("{} ({})", words::ships(first), marks.join(", "))));
        for (name, at) in &first.through {
            lines.extend(paint.folded(4, "through ", &format!("{name} ({})", place(at))));
        }
        for verdict in &thing.verdicts {
            verdict_lines(answer, verdict, paint, lines);
        }
    }
    for scan in scans {
        lines.extend(paint.folded(2, "scan: ", &scan_text(answer, scan)));
    }
}

fn verdict_lines(answer: &Guardrails, verdict: &GuardrailVerdict, paint: Paint, lines: &mut Vec<String>) {
    let demanded = if verdict.required { "" } else { ", not demanded" };
    let weight = match (verdict.verdict.holds(), verdict.level) {
        (true, _) => String::new(),
        (false, Level::Audit) => format!(", {}", verdict.severity),
        (false, level) => format!(", {} ({level})", verdict.severity),
    };
    let head =
        paint.verdict(verdict.verdict, &verdict.control_name, &format!("{demanded}{weight}").replacen(", ", "", 1));
    lines.push(format!("    {head}"));
    let mut tell = |name: &str, text: &str| {
        if !text.trim().is_empty() {
            lines.extend(paint.folded(6, &format!("{name:NAME$}"), text));
        }
    };
    tell("", &words::stopped(&verdict.message));
    if !verdict.verdict.holds() {
        tell("why", &verdict.why);
    }
    if let Some(fact) = &verdict.fact {
        tell("decides", &words::fact(fact));
    }
    if let Some(run) = &verdict.run {
        tell("in", run);
    }
    if let Some(edit) = &verdict.edit {
        tell("to do", &words::edit(edit));
    }
    for index in &verdict.assumptions {
        if let Some(assumption) = answer.assumptions.get(*index) {
            tell("assumed", &format!("{}. {}", index + 1, words::assumption(assumption)));
        }
    }
    for unless in &verdict.unless {
        tell("unless", unless);
    }
    for candidate in &verdict.candidates {
        tell("looks", &words::candidate(candidate));
        for fact in &candidate.narrowed {
            tell("", &format!("leaves out: {}", words::fact(fact)));
        }
    }
    for fact in &verdict.narrowed {
        tell("leaves out", &words::fact(fact));
    }
    for near in &verdict.near {
        tell("near", &words::near(near));
    }
    for (name, at) in &verdict.also {
        tell("also", &format!("{name} ({})", place(at)));
    }
    if !verdict.owners.is_empty() {
        tell("owner", &verdict.owners.join(", "));
    }
    match words::acceptance(&verdict.status) {
        Some(acceptance) => tell("accepted", &crate::words::accepted_by(acceptance)),
        None if verdict.status == volary_model::Status::Baselined => tell("known", "recorded in the baseline"),
        None if !verdict.verdict.holds() && verdict.required => {
            tell("accept", &format!("volary exceptions request {}", verdict.fingerprint));
        }
        None => {}
    }
}

/// A scan that was recognised, and what its findings do.
fn scan_text(answer: &Guardrails, scan: &Scan) -> String {
    let decides = scan.fact.as_ref().map(|it| format!(": {}", words::fact(it))).unwrap_or_default();
    let target = if scan.target.is_empty() { String::new() } else { format!(" of {}", scan.target.join(", ")) };
    let out: Vec<String> = scan.narrowed.iter().map(words::fact).collect();
    let out = if out.is_empty() { String::new() } else { format!("; leaves out: {}", out.join("; ")) };
    let control = words::control(answer, &scan.control);
    format!("{} ({}), {control}{target}, {}{decides}{out}", scan.name, place(&scan.location), words::outcome(scan))
}

fn sections(answer: &Guardrails, paint: Paint, lines: &mut Vec<String>) {
    let mut section = |title: &str, items: Vec<Vec<String>>| {
        if !items.is_empty() {
            lines.push(String::new());
            lines.push(paint.strong(title));
            lines.extend(items.into_iter().flatten());
        }
    };
    let weakened = answer.weakenings.iter().map(|one| {
        let mut lines = paint.folded(2, &format!("{:8}", one.severity), &weakening(one));
        for (name, text) in [("before: ", &one.before), ("now: ", &one.after)] {
            if let Some(text) = text {
                lines.extend(paint.folded(10, name, text));
            }
        }
        match words::acceptance(&one.status) {
            Some(acceptance) => lines.extend(paint.folded(10, "accepted: ", &crate::words::accepted_by(acceptance))),
            None => {
                lines.extend(paint.folded(10, "accept: ", &format!("volary exceptions request {}", one.fingerprint)))
            }
        }
        lines
    });
    section("Weakened guardrails:", weakened.collect());
    let assumed = answer.assumptions.iter().enumerate().map(|(index, one)| {
        let mut lines = paint.folded(2, &format!("{}. ", index + 1), &words::assumption(one));
        lines.extend(paint.folded(5, "to find out: ", &one.answer));
        lines.extend(paint.folded(5, "answer with: ", &one.key));
        lines
    });
    section("Assumed, for only the platform knows:", assumed.collect());
    let unread = answer.unread.iter().map(|source| {
        let mut lines = paint.folded(2, "", &words::unread(source));
        lines.extend(paint.folded(4, "why: ", &source.reason));
        lines.extend(paint.folded(4, "files: ", &source.files.join(", ")));
        lines.extend(paint.folded(4, "to see it: ", &source.command));
        lines
    });
    section("Not seen:", unread.collect());
    let moving = answer.mutable.iter().map(|source| paint.folded(2, "", &words::mutable(source)));
    section("Others can change, without a change here:", moving.collect());
    let not_read = answer.not_judged.iter().map(|part| {
        let mut lines = paint.folded(2, "", &crate::words::not_judged_part(part));
        lines.extend(part.paths.iter().flat_map(|path| paint.folded(4, "", path)));
        lines
    });
    section("Not read:", not_read.collect());
    let problems = answer.problems.iter().map(|problem| {
        let help = if problem.help.is_empty() { String::new() } else { format!("; {}", problem.help) };
        paint.folded(2, "", &format!("{}{help}", crate::words::problem(problem)))
    });
    section("Problems:", problems.collect());
}
