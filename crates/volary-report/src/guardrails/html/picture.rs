//! A pipeline as a drawing: jobs as boxes, what matters of them as labelled steps, and a line from each scan to what it
//! looks at, in words what breaks it. Colour never says anything that words do not.

use std::collections::BTreeMap;
use std::fmt::Write;

use volary_model::{Candidate, Guardrails, Link, Location, PipelineView, StepView, Verdict};

use super::layout::{self, BOX_WIDTH, HEAD, LAYER_GAP, Layout, MAX_STEPS, Rect, is_tall, step_height};
use super::tag::{plain, short};
use crate::guardrails::words;

/// So many characters of a label fit into a box.
const LABEL: usize = 30;
/// The same for the bold name of a job.
const NAME: usize = 25;
/// Lines from scans to what ships, at most.
const MAX_GUARDS: usize = 60;

/// The class of a verdict in the style sheet.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Blocking => "guarded",
        Verdict::BlockingIf => "assumed",
        Verdict::Unverifiable => "unseen",
        Verdict::Bypassable => "bypass",
        Verdict::ReportOnly => "reports",
        Verdict::Absent => "absent",
    }
}

/// What breaks a guardrail, in a few words for a line.
fn broken(link: Option<Link>) -> &'static str {
    match link {
        Some(Link::Trigger) => "not in every run",
        Some(Link::Condition) => "under a condition",
        Some(Link::Execution) => "switched off",
        Some(Link::Scope) => "looks elsewhere",
        Some(Link::Detection) => "does not look for it",
        Some(Link::ExitCode) => "exit code stays 0",
        Some(Link::Tolerance) => "failure tolerated",
        Some(Link::Propagation) => "nothing waits for it",
        Some(Link::PlatformGate) => "the platform decides",
        None => "does not stop it",
    }
}

/// The drawing as SVG; empty where there is nothing to draw. `cards` has the anchor of each thing that ships.
pub(super) fn picture(answer: &Guardrails, pipeline: &PipelineView, number: usize) -> String {
    let layout = layout::layout(&pipeline.jobs);
    if layout.jobs.is_empty() {
        return String::new();
    }
    let rows = rows(&layout);
    let guards = guards(answer, pipeline, &rows);
    // Lines around the last column bulge to the right, with their words behind them.
    let width = layout.width + if guards.is_empty() { 0 } else { LAYER_GAP };
    let mut out = String::new();
    let name = plain(&pipeline.path);
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"drawing of {name}\"><svg role=\"group\" \
         aria-labelledby=\"t{number} d{number}\" viewBox=\"0 0 {width} {0}\" width=\"{width}\" height=\"{0}\">\n\
         <title id=\"t{number}\">{name}</title><desc id=\"d{number}\">{1}</desc>\n",
        layout.height,
        plain(&description(pipeline)),
    );
    for frame in &layout.frames {
        let Rect { x, y, width, height } = frame.rect;
        let _ = writeln!(
            out,
            "<g class=\"stage\"><title>stage {0}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             rx=\"10\"/><text x=\"{1}\" y=\"{2}\">{3}</text></g>",
            plain(frame.name),
            x + 14,
            y + 20,
            short(frame.name, LABEL),
        );
    }
    for (from, to) in &layout.edges {
        let (x, y) = (from.x + from.width, from.y + HEAD / 2);
        let (end, end_y) = (to.x, to.y + HEAD / 2);
        let _ =
            writeln!(out, "<path class=\"edge\" d=\"{}\"/>{}", curve(x, y, end - 7, end_y), arrow(end, end_y, "edge"));
    }
    // Lines pass behind boxes, so that every text stays readable; heads and words lie above.
    let above = lines(&guards, &mut out);
    for drawn in &layout.jobs {
        job(drawn, answer, pipeline, &mut out);
    }
    out.push_str(&above);
    out.push_str("</svg></div>\n");
    if layout.left_out > 0 {
        let more = crate::words::count(layout.left_out, "job is", "jobs are");
        let _ = writeln!(out, "<p class=\"note\">{more} not drawn.</p>");
    }
    out
}

/// The drawing in a sentence.
fn description(pipeline: &PipelineView) -> String {
    let jobs: Vec<String> = pipeline
        .jobs
        .iter()
        .take(20)
        .map(|job| {
            let steps: Vec<String> =
                job.steps.iter().take(20).map(|step| format!("{} ({})", step.label, worth(step))).collect();
            if steps.is_empty() { job.name.to_string() } else { format!("{}: {}", job.name, steps.join(", ")) }
        })
        .collect();
    format!("{}. {}", crate::words::count(pipeline.jobs.len(), "job", "jobs"), jobs.join("; "))
}

/// What a step is, or is worth.
fn worth(step: &StepView) -> String {
    match (&*step.role, step.verdict, step.stops) {
        ("ships", Some(verdict), _) => format!("ships: {}", words::verdict(verdict)),
        ("ships", None, _) => "ships: nothing is demanded".to_owned(),
        ("scan", _, Some(true)) => "scan: findings stop the job".to_owned(),
        ("scan", _, Some(false)) => "scan: only reports".to_owned(),
        ("scan", _, None) => "scan: may stop the job".to_owned(),
        ("builds", ..) => "builds".to_owned(),
        ("gate", ..) => "a person is waited for".to_owned(),
        ("breaker", ..) => "stops on findings".to_owned(),
        ("hidden", ..) => "cannot be seen".to_owned(),
        (other, ..) => other.to_owned(),
    }
}

/// The class of a step in the style sheet.
fn step_class(step: &StepView) -> &'static str {
    match (&*step.role, step.verdict, step.stops) {
        ("ships", Some(verdict), _) => class(verdict),
        ("scan", _, Some(true)) | ("breaker", ..) => "guarded",
        ("scan", _, Some(false)) => "reports",
        ("hidden", ..) | ("scan", ..) => "unseen",
        _ => "quiet",
    }
}

/// A small shape for the role of a step.
fn shape(step: &StepView, x: i32, y: i32) -> String {
    let class = step_class(step);
    match &*step.role {
        "scan" => format!("<circle class=\"mark {class}\" cx=\"{}\" cy=\"{y}\" r=\"5\"/>", x + 6),
        "ships" => format!("<path class=\"mark {class}\" d=\"M{x} {0}h7v-4l6 8-6 8v-4h-7z\"/>", y - 4),
        "gate" => format!("<path class=\"mark {class}\" d=\"M{0} {1}l6 6-6 6-6-6z\"/>", x + 6, y - 6),
        "breaker" => format!("<path class=\"mark {class}\" d=\"M{0} {1}h4v12h-4zm6 0h4v12h-4z\"/>", x + 1, y - 6),
        "hidden" => {
            format!("<rect class=\"mark {class} dashed\" x=\"{x}\" y=\"{}\" width=\"12\" height=\"12\"/>", y - 6)
        }
        _ => format!("<rect class=\"mark {class}\" x=\"{}\" y=\"{}\" width=\"10\" height=\"10\"/>", x + 1, y - 5),
    }
}

fn job(drawn: &layout::Drawn<'_>, answer: &Guardrails, pipeline: &PipelineView, out: &mut String) {
    let Rect { x, y, width, height } = drawn.rect;
    let job = drawn.job;
    let _ = writeln!(
        out,
        "<g class=\"job\"><title>job {0}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\
         <text class=\"name\" x=\"{1}\" y=\"{2}\">{3}</text>",
        plain(&job.name),
        x + 12,
        y + 20,
        short(&job.name, NAME),
    );
    let mut top = y + HEAD;
    for step in job.steps.iter().take(MAX_STEPS) {
        let middle = top + 12;
        let label = match is_tall(step) {
            true => step.label.to_string(),
            false => format!("{}: {}", worth(step), step.label),
        };
        let mut text = format!(
            "<title>{}, {}, line {}</title>{}<text x=\"{}\" y=\"{}\">{}</text>",
            plain(&step.label),
            plain(&worth(step)),
            step.location.start.line,
            shape(step, x + 12, middle),
            x + 32,
            middle + 4,
            short(&label, LABEL),
        );
        if is_tall(step) {
            let _ = write!(
                text,
                "<text class=\"worth {}\" x=\"{}\" y=\"{}\">{}</text>",
                step_class(step),
                x + 32,
                middle + 20,
                plain(&worth(step)),
            );
        }
        match card(answer, pipeline, step) {
            Some(index) => {
                let _ = writeln!(out, "<a class=\"step\" href=\"#v{index}\">{text}</a>");
            }
            None => {
                let _ = writeln!(out, "<g class=\"step\">{text}</g>");
            }
        }
        top += step_height(step);
    }
    if job.steps.len() > MAX_STEPS {
        let more = crate::words::count(job.steps.len() - MAX_STEPS, "more step", "more steps");
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\">and {more}</text>", x + 32, top + 16);
    }
    out.push_str("</g>\n");
}

/// The worst demanded verdict about what ships in a step.
fn card(answer: &Guardrails, pipeline: &PipelineView, step: &StepView) -> Option<usize> {
    if &*step.role != "ships" {
        return None;
    }
    let of_step = pipeline
        .verdicts
        .iter()
        .copied()
        .filter(|index| answer.verdicts.get(*index).is_some_and(|verdict| same(&verdict.location, &step.location)));
    of_step.max_by_key(|index| (answer.verdicts[*index].verdict, std::cmp::Reverse(*index)))
}

fn same(one: &Location, other: &Location) -> bool {
    one.path == other.path && one.start.line == other.start.line
}

/// Where a step is drawn.
struct Row<'a> {
    step: &'a StepView,
    job: Rect,
    y: i32,
}

fn rows<'a>(layout: &Layout<'a>) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for drawn in &layout.jobs {
        let mut top = drawn.rect.y + HEAD;
        for step in drawn.job.steps.iter().take(MAX_STEPS) {
            rows.push(Row { step, job: drawn.rect, y: top + 12 });
            top += step_height(step);
        }
    }
    rows
}

/// A line from a scan to what ships.
struct Guard {
    from: (i32, i32),
    to: (i32, i32),
    /// Around the right side, because what ships does not stand right of the scan.
    around: bool,
    class: &'static str,
    label: &'static str,
}

fn guards(answer: &Guardrails, pipeline: &PipelineView, rows: &[Row<'_>]) -> Vec<Guard> {
    let mut by_place: BTreeMap<(&str, u32), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_place.entry((&row.step.location.path, row.step.location.start.line)).or_default().push(index);
    }
    let find = |location: &Location, role: &str| {
        let at = by_place.get(&(&*location.path, location.start.line))?;
        at.iter().map(|index| &rows[*index]).find(|row| &*row.step.role == role)
    };
    let mut guards: BTreeMap<(i32, i32, i32, i32), Guard> = BTreeMap::new();
    for verdict in pipeline.verdicts.iter().filter_map(|index| answer.verdicts.get(*index)) {
        let Some(ships) = find(&verdict.location, "ships") else { continue };
        let near = verdict.near.iter().map(|candidate| (candidate, true));
        for (candidate, near) in verdict.candidates.iter().map(|candidate| (candidate, false)).chain(near) {
            let Some(scan) = find(&candidate.location, "scan") else { continue };
            let around = ships.job.x <= scan.job.x;
            let from = (scan.job.x + BOX_WIDTH, scan.y);
            let to = (if around { ships.job.x + BOX_WIDTH } else { ships.job.x }, ships.y);
            if guards.len() < MAX_GUARDS {
                let (class, label) = line_words(candidate, near);
                guards.entry((from.0, from.1, to.0, to.1)).or_insert(Guard { from, to, around, class, label });
            }
        }
    }
    guards.into_values().collect()
}

fn line_words(candidate: &Candidate, near: bool) -> (&'static str, &'static str) {
    match candidate.verdict {
        _ if near => ("absent", broken(Some(Link::Scope))),
        Verdict::Blocking => ("guarded", "stops it"),
        Verdict::BlockingIf => ("assumed", "stops it if …"),
        Verdict::Unverifiable => ("unseen", "cannot be seen"),
        verdict => (class(verdict), broken(candidate.link)),
    }
}

/// Draws the lines, and gives what lies above the boxes: the heads of the lines and their words.
fn lines(guards: &[Guard], out: &mut String) -> String {
    let mut taken: Vec<(i32, i32)> = Vec::new();
    let mut above = String::new();
    for guard in guards {
        let ((x, y), (end, end_y)) = (guard.from, guard.to);
        let path = match guard.around {
            true => {
                let out_x = x.max(end) + 26;
                format!("M{x} {y}C{out_x} {y} {out_x} {end_y} {0} {end_y}", end + 7)
            }
            false => curve(x, y, end - 7, end_y),
        };
        let head = match guard.around {
            true => format!("<path class=\"head {0}\" d=\"M{end} {end_y}l8-4v8z\"/>", guard.class),
            false => arrow(end, end_y, guard.class),
        };
        let dashed = if guard.class == "guarded" { "" } else { " dashed" };
        let _ = writeln!(out, "<path class=\"guard {}{dashed}\" d=\"{path}\"/>", guard.class);
        let _ = writeln!(above, "{head}");
        let at = match guard.around {
            true => (x.max(end) + 24, i32::midpoint(y, end_y)),
            // On the side that the line leaves.
            false => (x + 8, if end_y >= y { y - 9 } else { y + 10 }),
        };
        // Labels that would lie on each other move down.
        let mut place = at;
        let hit =
            |place: (i32, i32)| taken.iter().any(|one| (one.0 - place.0).abs() < 110 && (one.1 - place.1).abs() < 13);
        for _ in 0..40 {
            if !hit(place) {
                break;
            }
            place.1 += 13;
        }
        taken.push(place);
        let _ = writeln!(
            above,
            "<text class=\"label {}\" x=\"{}\" y=\"{}\">{}</text>",
            guard.class,
            place.0,
            place.1 + 4,
            guard.label
        );
    }
    above
}

/// A line that leaves and arrives level.
fn curve(x: i32, y: i32, end: i32, end_y: i32) -> String {
    let bend = ((end - x) / 2).max(20);
    format!("M{x} {y}C{} {y} {} {end_y} {end} {end_y}", x + bend, end - bend)
}

fn arrow(x: i32, y: i32, class: &str) -> String {
    format!("<path class=\"head {class}\" d=\"M{x} {y}l-8-4v8z\"/>")
}
