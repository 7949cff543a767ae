//! Which kinds of things that ship are guarded by what, as a table of the terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;
use volary_model::{Cell, Guardrails, Verdict};

use super::GuardrailOptions;
use super::paint::Paint;
use super::words;
use crate::escape::visible;
use crate::words::{count, versions_line};

/// So many pipelines with a gap are named.
const GAPS: usize = 3;

/// How many of a cell hold, and how many there are.
pub(crate) fn holds(cell: &Cell) -> (usize, usize) {
    let all = cell.verdicts.iter().sum();
    let holds = Verdict::ALL.iter().zip(cell.verdicts).filter(|(verdict, _)| verdict.holds()).map(|(_, number)| number);
    (holds.sum(), all)
}

/// `2 of 5`, or what else is to be said of a cell.
pub(crate) fn cell_text(cell: &Cell) -> String {
    let (holds, all) = holds(cell);
    let demanded = if cell.required { "" } else { ", optional" };
    let new = if cell.new { ", new" } else { "" };
    match all {
        0 => "-".to_owned(),
        _ => format!("{holds} of {all}{demanded}{new}"),
    }
}

/// The verdicts of a cell that do not hold, in words, worst first: `nothing looks at 3, 1 only reports`.
pub(crate) fn open(cell: &Cell) -> String {
    let open = Verdict::ALL.iter().zip(cell.verdicts).rev().filter(|(verdict, number)| !verdict.holds() && *number > 0);
    let counted = |(verdict, number): (&Verdict, usize)| match verdict {
        Verdict::Absent => format!("nothing looks at {number}"),
        other => format!("{number} {}", words::verdict(*other)),
    };
    open.map(counted).collect::<Vec<_>>().join(", ")
}

/// A kind or a control: its id and its name.
pub(crate) type Axis<'a> = (&'a str, &'a str);

/// Rows and columns of the table: kinds and controls with their names, in the order of the cells.
pub(crate) fn axes(answer: &Guardrails) -> (Vec<Axis<'_>>, Vec<Axis<'_>>) {
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    let mut controls: Vec<(&str, &str)> = Vec::new();
    for cell in &answer.coverage {
        let kind = (&*cell.kind, &*cell.kind_name);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        let control = (&*cell.control, &*cell.control_name);
        if !controls.contains(&control) {
            controls.push(control);
        }
    }
    (kinds, controls)
}

/// Writes the table.
pub(crate) fn render(answer: &Guardrails, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let mut lines = vec![paint.strong(&words::headline(answer))];
    if !answer.coverage.is_empty() {
        lines.push(String::new());
        lines.extend(table(answer, paint));
        let gaps = gaps(answer, options, paint);
        if !gaps.is_empty() {
            lines.push(String::new());
            lines.push(paint.strong("Gaps:"));
            lines.extend(gaps);
        }
    }
    lines.push(String::new());
    lines.extend(words::counts(answer).iter().chain(&words::troubles(answer)).map(|line| paint.line(line)));
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn table(answer: &Guardrails, paint: Paint) -> Vec<String> {
    let (kinds, controls) = axes(answer);
    let cell = |kind: &str, control: &str| {
        answer.coverage.iter().find(|cell| &*cell.kind == kind && &*cell.control == control)
    };
    let mut rows: Vec<Vec<String>> =
        vec![std::iter::once("What ships").chain(controls.iter().map(|it| it.1)).map(owned).collect()];
    for (kind, name) in &kinds {
        let cells = controls.iter().map(|(control, _)| cell(kind, control).map_or_else(String::new, cell_text));
        rows.push(std::iter::once(owned(name)).chain(cells).collect());
    }
    let widths: Vec<usize> = (0..=controls.len())
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|text| text.width()).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(text, width)| format!("{text}{:1$}", "", width - text.width())).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    if let Some(first) = lines.first_mut() {
        *first = paint.strong(first);
    }
    lines
}

fn owned(text: &str) -> String {
    visible(text).into_owned()
}

/// What guards, and where it does not.
fn gaps(answer: &Guardrails, options: &GuardrailOptions, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    for cell in answer.coverage.iter().filter(|cell| cell.required || options.all) {
        let open = open(cell);
        if open.is_empty() {
            continue;
        }
        let most = if options.all { usize::MAX } else { GAPS };
        let mut paths: Vec<String> = cell.gaps.iter().take(most).map(ToString::to_string).collect();
        if cell.gaps.len() > most {
            paths.push(format!("and {}", count(cell.gaps.len() - most, "more pipeline", "more pipelines")));
        }
        let tools = match cell.tools.is_empty() {
            true => String::new(),
            false => format!("; guarded by {}", cell.tools.join(", ")),
        };
        let new = if cell.new { " (new: none shipped before)" } else { "" };
        lines.extend(paint.folded(2, "", &format!("{}{new}, {}: {open}{tools}", cell.kind_name, cell.control_name)));
        lines.extend(paint.folded(4, "", &paths.join(", ")));
    }
    lines
}
