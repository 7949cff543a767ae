//! The points at which people are waited for, as friction: what waits, what is wrong with it, what could replace it.

use std::io::{self, Write};

use volary_model::{Guardrails, ManualGate};

use super::GuardrailOptions;
use super::paint::Paint;
use super::words;
use crate::words::{count, place, versions_line};

/// The first line.
pub(crate) fn headline(answer: &Guardrails) -> String {
    let certain = answer.gates.iter().filter(|gate| gate.certain).count();
    let maybe = answer.gates.len() - certain;
    let certainly = count(certain, "point", "points");
    match (certain, maybe) {
        (0, 0) => "Nobody is waited for.".to_owned(),
        (_, 0) => format!("People are waited for at {certainly}."),
        (0, _) => format!("People may be waited for at {}: the platform knows.", count(maybe, "point", "points")),
        _ => format!("People are waited for at {certainly}, and perhaps at {maybe} more: the platform knows."),
    }
}

/// What a gate is and what waits behind it.
pub(crate) fn title(gate: &ManualGate) -> String {
    let name = gate.environment.as_deref().map(|name| format!(" `{name}`")).unwrap_or_default();
    let may = if gate.certain { "" } else { ", where the platform has reviewers for it" };
    format!("{}{name}: {} waits for a person{may}", words::capital(&gate.kind), gate.guards)
}

/// Writes the list.
pub(crate) fn render(answer: &Guardrails, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let mut lines = vec![paint.strong(&headline(answer))];
    let mut pipeline = "";
    for gate in &answer.gates {
        if pipeline != &*gate.pipeline {
            pipeline = &gate.pipeline;
            lines.push(String::new());
            lines.push(paint.strong(pipeline));
        }
        lines.extend(paint.folded(2, "", &format!("{} ({})", title(gate), place(&gate.location))));
        for remark in &gate.remarks {
            lines.extend(paint.folded(4, "but: ", &words::fact(remark)));
        }
        for evidence in &gate.replace {
            lines.extend(paint.folded(4, "instead: ", evidence));
        }
    }
    lines.push(String::new());
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}
