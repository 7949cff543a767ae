//! The terminal: one calm screen that answers whether what ships is guarded, and what to mend first.

use std::collections::BTreeSet;
use std::io::{self, Write};

use volary_model::{Guardrails, Status, Verdict, Weakening};

use super::GuardrailOptions;
use super::once::{Block, Said, blocks, said};
use super::paint::{COLUMN, Paint};
use super::words;
use crate::words::{count, place, versions_line};

/// Lines of the screen.
const SCREEN: usize = 30;
/// So many lines there are for the pipelines, whatever else there is.
const LEAST: usize = 12;
/// So many facts of a pipeline are told.
const FACTS: usize = 2;
/// So many lines stay free for pipelines of which nothing more is told.
const TITLES: usize = 4;
/// So many lines a fact may take.
const FACT_LINES: usize = 3;
/// So many weakened guardrails, assumptions, unread and moving sources are told.
const WEAKENED: usize = 4;
const ASSUMED: usize = 4;
const UNREAD: usize = 3;
const MOVING: usize = 2;
/// A gap of which no control is anywhere is told with its pipeline when it is in so few.
const FEW_PIPELINES: usize = 1;
const FEW_THINGS: usize = 2;

/// Writes the screen.
pub(crate) fn render(answer: &Guardrails, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let said = said(answer, options.all);
    let folded: BTreeSet<usize> =
        said.iter().enumerate().filter(|(_, group)| is_folded(group)).map(|(index, _)| index).collect();
    let blocks = blocks(answer, &said, &folded);
    let sections = sections(answer, options, paint);
    let tail = tail(answer, paint);

    let mut lines = vec![paint.strong(&words::headline(answer))];
    let used = 2 + sections.iter().map(|section| section.len() + 1).sum::<usize>() + tail.len();
    let room = if options.all { usize::MAX } else { SCREEN.saturating_sub(used).max(LEAST) };
    let nowhere = folded.iter().filter_map(|index| said.get(*index)).flat_map(|group| nowhere(answer, group, paint));
    let mut main: Vec<String> = nowhere.collect();
    main.extend(pipelines(&said, &blocks, options, paint, room.saturating_sub(main.len())));
    for section in [main].into_iter().chain(sections).chain([tail]).filter(|section| !section.is_empty()) {
        lines.push(String::new());
        lines.extend(section);
    }
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn is_folded(group: &Said<'_>) -> bool {
    group.nowhere && (group.pipelines().len() > FEW_PIPELINES || group.verdicts.len() > FEW_THINGS)
}

/// `image scan: none of 31 pipelines that ship a container image`.
fn nowhere(answer: &Guardrails, group: &Said<'_>, paint: Paint) -> Vec<String> {
    let first = group.first();
    let pipelines = group.pipelines();
    let pipelines = match pipelines.len() {
        1 => format!("in the one pipeline, for {} things", group.verdicts.len()),
        number => format!("of {number} pipelines"),
    };
    let what = format!("{}: none {pipelines} ({})", first.control_name, words::kind(answer, &first.kind));
    let owners = words::owners(group.verdicts.iter().copied());
    let mut lines = vec![paint.verdict(Verdict::Absent, &what, &owners)];
    let more = match group.verdicts.len() - 1 {
        0 => String::new(),
        number => format!(" and {} (--all lists them)", count(number, "more place", "more places")),
    };
    lines.extend(paint.folded(COLUMN, "", &format!("{}:{}{more}", first.pipeline, first.line)));
    if let Some(edit) = &first.edit {
        lines.extend(cut(paint.folded(COLUMN, "to do: ", &words::edit(edit)), FACT_LINES));
    }
    lines
}

/// A line for each pipeline, or for several of which the same is to be said, and what decides below it.
fn pipelines(
    said: &[Said<'_>],
    blocks: &[Block<'_>],
    options: &GuardrailOptions,
    paint: Paint,
    room: usize,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let facts = if options.all { usize::MAX } else { FACTS };
    for (index, block) in blocks.iter().enumerate() {
        let rest = blocks.len() - index - 1;
        let free = room.saturating_sub(lines.len());
        // A line stays free for what is left out.
        if index > 0 && free < 1 + usize::from(rest > 0) {
            let rest: usize = blocks[index..].iter().map(|block| block.pipelines.len()).sum();
            lines.push(paint.line(&format!("and {}", count(rest, "more pipeline", "more pipelines"))));
            break;
        }
        lines.push(title(said, block, paint));
        let mut below = Vec::new();
        for number in block.said.iter().take(facts) {
            let Some(group) = said.get(*number) else { continue };
            below.extend(fact(group, !told.contains(number), block, options, paint));
        }
        if block.said.len() > facts {
            let more = count(block.said.len() - facts, "more gap", "more gaps");
            below.push(format!("{:COLUMN$}and {more}", ""));
        }
        // Of what does not fit, the line with its verdict stays.
        if index == 0 || 1 + below.len() + rest.min(TITLES) <= free {
            told.extend(block.said.iter().take(facts));
            lines.extend(below);
        }
    }
    lines
}

fn title(said: &[Said<'_>], block: &Block<'_>, paint: Paint) -> String {
    let path = block.pipelines.first().map_or("", |pipeline| &*pipeline.path);
    let mut rest = match block.pipelines.len() {
        1 => String::new(),
        number => format!("and {}  ", count(number - 1, "more pipeline", "more pipelines")),
    };
    rest.push_str(&format!("{} of {} guarded", block.guarded, block.things));
    if !block.assumptions.is_empty() {
        let numbers: Vec<String> = block.assumptions.iter().map(|index| (index + 1).to_string()).collect();
        rest.push_str(&format!(", assuming {}", numbers.join(", ")));
    }
    if block.settled > 0 {
        rest.push_str(&format!("; {} accepted or known", count(block.settled, "gap", "gaps")));
    }
    let groups = block.said.iter().filter_map(|index| said.get(*index));
    let inside = |path: &str| block.pipelines.iter().any(|pipeline| &*pipeline.path == path);
    let owners = words::owners(groups.flat_map(|group| &group.verdicts).copied().filter(|it| inside(&it.pipeline)));
    if !owners.is_empty() {
        rest.push_str(&format!("  {owners}"));
    }
    paint.verdict(block.worst, path, &rest)
}

/// What decides, and what to do; the second time it is only named.
fn fact(group: &Said<'_>, new: bool, block: &Block<'_>, options: &GuardrailOptions, paint: Paint) -> Vec<String> {
    let first = group.first();
    if !new {
        let at = first.fact.as_ref().and_then(|fact| fact.location.as_ref()).unwrap_or(&first.location);
        let text = format!("{}: the same as above ({})", words::capital(&first.control_name), place(at));
        return paint.folded(COLUMN, "", &text);
    }
    let inside = |path: &str| block.pipelines.iter().any(|pipeline| &*pipeline.path == path);
    let own = group.verdicts.iter().filter(|verdict| inside(&verdict.pipeline)).count();
    let mut message = words::stopped(&first.message);
    if own > block.pipelines.len() {
        message.push_str(&format!(" The same for {}.", count(own - 1, "more thing", "more things")));
    }
    let lines = if options.all { usize::MAX } else { FACT_LINES };
    let mut out = cut(paint.folded(COLUMN, "", &message), lines);
    if let Some(edit) = &first.edit {
        let text = words::edit(edit);
        // The message may end with what to do.
        if !first.message.contains(edit.text.trim_end_matches('.')) {
            out.extend(cut(paint.folded(COLUMN, "to do: ", &text), lines));
        }
    }
    out
}

fn cut(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

/// What is told below the pipelines, each with a title: weakened guardrails, assumptions, what was not seen, what moves.
fn sections(answer: &Guardrails, options: &GuardrailOptions, paint: Paint) -> Vec<Vec<String>> {
    let most = |number: usize| if options.all { usize::MAX } else { number };
    let mut sections = Vec::new();

    let weakened: Vec<&Weakening> = answer.weakenings.iter().filter(|it| it.status == Status::Open).collect();
    let mut lines = Vec::new();
    for one in weakened.iter().take(most(WEAKENED)) {
        lines.extend(cut(paint.folded(2, &format!("{:8}", one.severity), &weakening(one)), most(2)));
    }
    sections.push(section(paint, &weakened_title(answer, weakened.len()), lines, weakened.len(), most(WEAKENED)));

    let open = |index: &usize| answer.assumptions.get(*index).is_some_and(|it| it.answered != Some(true));
    let assumed: Vec<usize> = (0..answer.assumptions.len()).filter(open).collect();
    let mut lines = Vec::new();
    for index in assumed.iter().take(most(ASSUMED)) {
        let Some(one) = answer.assumptions.get(*index) else { continue };
        let text = format!("{}. {}", words::assumption(one), words::capital(&one.answer));
        lines.extend(cut(paint.folded(2, &format!("{}. ", index + 1), text.trim_end()), most(2)));
    }
    sections.push(section(paint, "Assumed, for only the platform knows:", lines, assumed.len(), most(ASSUMED)));

    let mut lines = Vec::new();
    for source in answer.unread.iter().take(most(UNREAD)) {
        let text = format!("{}. To see it: `{}`", words::unread(source), source.command);
        lines.extend(cut(paint.folded(2, "", &text), most(2)));
    }
    sections.push(section(paint, "Not seen:", lines, answer.unread.len(), most(UNREAD)));

    let mut lines = Vec::new();
    for source in answer.mutable.iter().take(most(MOVING)) {
        lines.extend(cut(paint.folded(2, "", &words::mutable(source)), most(1)));
    }
    sections.push(section(
        paint,
        "Others can change, without a change here:",
        lines,
        answer.mutable.len(),
        most(MOVING),
    ));
    sections
}

/// How many guardrails are weakened, as a title.
pub(crate) fn weakened_title(answer: &Guardrails, number: usize) -> String {
    let what = count(number, "guardrail is weakened", "guardrails are weakened");
    match &answer.since {
        Some(since) if answer.weakenings.iter().any(|it| it.change) => format!("{what}, compared with {since}:"),
        _ => format!("{what}:"),
    }
}

/// A weakened guardrail, with its place and what to do.
pub(crate) fn weakening(one: &Weakening) -> String {
    let gone = if one.removed { ", where it was" } else { "" };
    let place = place(&one.location);
    let message = match one.message.contains(&place) {
        true => words::sentence(&one.message),
        false => words::sentence(&format!("{} ({place}{gone})", one.message)),
    };
    let owners = if one.owners.is_empty() { String::new() } else { format!(" Owner: {}.", one.owners.join(", ")) };
    format!("{message} {}{owners}", words::sentence(&one.fix)).trim_end().to_owned()
}

fn section(paint: Paint, title: &str, lines: Vec<String>, number: usize, most: usize) -> Vec<String> {
    if lines.is_empty() {
        return lines;
    }
    let mut section = vec![paint.strong(title)];
    section.extend(lines);
    if number > most {
        section.push(format!("  and {} more", number - most));
    }
    section
}

fn tail(answer: &Guardrails, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> =
        words::counts(answer).iter().chain(&words::troubles(answer)).map(|line| paint.line(line)).collect();
    if answer.pipelines.iter().any(|pipeline| pipeline.ships > 0) || !answer.verdicts.is_empty() {
        lines.push(paint.line("Next: `volary guardrails --details`; drawn: `--format html --output FILE`"));
    }
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines
}
