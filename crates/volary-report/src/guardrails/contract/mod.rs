//! What templates guarantee: a block a template in the terminal, and JSON.

mod json;

use std::io::{self, Write};

use volary_model::{Contract, ContractChange, ContractControl, ContractEffect, Contracts, Fact, Location, Verdict};

use super::clean;
use super::paint::Paint;
use super::{GuardrailOptions, words};
use crate::Format;
use crate::words::{count, not_judged_part, place, versions_line};
pub use json::contracts_schema;

/// The formats of [`render_contracts`].
pub const CONTRACT_FORMATS: [Format; 2] = [Format::Text, Format::Json];

/// The column at which the text behind a word starts.
const COLUMN: usize = 12;
/// So many parameters that decide nothing are named.
const NAMED: usize = 8;

/// Writes what templates guarantee.
///
/// # Errors
///
/// Those of `out`, and [`io::ErrorKind::Unsupported`] for a format that contracts do not have.
pub fn render_contracts(
    answer: &Contracts,
    format: Format,
    options: &GuardrailOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let answer = &clean::contracts(answer);
    match format {
        Format::Text => text(answer, options, &mut out),
        Format::Json => crate::lines::write(&json::document(answer), 1, &mut out),
        other => Err(io::Error::new(io::ErrorKind::Unsupported, format!("contracts have no format `{other}`"))),
    }?;
    out.flush()
}

fn text(answer: &Contracts, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let mut lines = vec![paint.strong(&headline(answer))];
    let (told, silent): (Vec<_>, Vec<_>) = answer
        .contracts
        .iter()
        .partition(|contract| options.all || answer.contracts.len() == 1 || guarantees(contract));
    for contract in told {
        lines.push(String::new());
        lines.extend(block(contract, options, paint));
    }
    lines.push(String::new());
    if !silent.is_empty() && silent.len() < answer.contracts.len() {
        let others =
            count(silent.len(), "other template neither scans nor ships", "other templates neither scan nor ship");
        lines.extend(paint.folded(0, "", &format!("{others} anything that is known (--all shows them).")));
    }
    if !answer.not_judged.is_empty() {
        let parts: Vec<String> = answer.not_judged.iter().map(not_judged_part).collect();
        lines.push(paint.line(&format!("Not read: {}.", parts.join("; "))));
    }
    for problem in &answer.problems {
        lines.extend(paint.folded(0, "", &format!("Problem: {}", crate::words::problem(problem))));
    }
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn guarantees(contract: &Contract) -> bool {
    !contract.effects.is_empty() || !contract.controls.is_empty()
}

fn headline(answer: &Contracts) -> String {
    let all = answer.contracts.len();
    let ships = answer.contracts.iter().filter(|contract| !contract.effects.is_empty()).count();
    let holds = answer.contracts.iter().filter(|contract| contract.holds()).count();
    let scans = answer.contracts.iter().filter(|it| it.effects.is_empty() && !it.controls.is_empty()).count();
    if all == 0 {
        return "There is no template here that others could use.".to_owned();
    }
    let mut parts = Vec::new();
    match (ships, holds) {
        (0, _) => {}
        (1, 1) => parts.push("one ships something, and guards all of it by itself".to_owned()),
        (1, _) => parts.push("one ships something, and does not guard all of it by itself".to_owned()),
        _ => parts.push(format!("{holds} of {ships} that ship something guard all of it by themselves")),
    }
    if scans > 0 {
        parts.push(format!("{scans} only {}", if scans == 1 { "scans" } else { "scan" }));
    }
    let head = count(all, "template", "templates");
    if parts.is_empty() {
        format!("{head}; none scans or ships anything that is known.")
    } else {
        format!("{head}: {}.", parts.join(", "))
    }
}

fn block(contract: &Contract, options: &GuardrailOptions, paint: Paint) -> Vec<String> {
    let owners = match contract.owners.is_empty() {
        true => String::new(),
        false => format!("  {}", contract.owners.join(", ")),
    };
    let title = format!("{}  {}{owners}", contract.path, words::platform(&contract.platform));
    let mut lines = vec![paint.strong(&title)];
    let mut add = |word: &str, text: &str| lines.extend(paint.folded(2, &format!("{word:COLUMN$}"), text));
    for effect in &contract.effects {
        add("ships", &effect_line(effect));
    }
    for control in &contract.controls {
        add("scans", &control_line(control));
    }
    if contract.effects.is_empty() && contract.controls.is_empty() {
        add("guarantees", "nothing: it neither scans nor ships anything that is known.");
    }
    for slot in &contract.slots {
        let mut text = match &*slot.holds {
            "command" => format!("what `{}` holds is run as a command", slot.parameter),
            holds => format!("`{}` takes {holds}", slot.parameter),
        };
        let after: Vec<&str> =
            slot.after.iter().filter_map(|at| contract.controls.get(*at)).map(|it| &*it.name).collect();
        let before: Vec<&str> =
            slot.before.iter().filter_map(|at| contract.effects.get(*at)).map(|it| &*it.what).collect();
        if !after.is_empty() {
            text.push_str(&format!(", after {}", unique(&after).join(", ")));
        }
        if !before.is_empty() {
            text.push_str(&format!(", before it ships {}", unique(&before).join(", ")));
        }
        add("room", &format!("{text}."));
    }
    let (deciding, others): (Vec<_>, Vec<_>) = contract.parameters.iter().partition(|parameter| parameter.decides);
    if !deciding.is_empty() {
        let named: Vec<String> = deciding
            .iter()
            .map(|one| match &one.default {
                Some(default) => format!("`{}` (usually `{default}`)", one.name),
                None if one.required => format!("`{}` (has to be given)", one.name),
                None => format!("`{}`", one.name),
            })
            .collect();
        add("decide", &named.join(", "));
    }
    if !others.is_empty() {
        let most = if options.all { usize::MAX } else { NAMED };
        let mut named: Vec<String> = others.iter().take(most).map(|one| format!("`{}`", one.name)).collect();
        if others.len() > most {
            named.push(format!("and {} more", others.len() - most));
        }
        add("parameters", &named.join(", "));
    }
    if !contract.outputs.is_empty() {
        let named: Vec<String> = contract.outputs.iter().map(|name| format!("`{name}`")).collect();
        add("gives back", &named.join(", "));
    }
    if !contract.unread.is_empty() {
        let named: Vec<String> = contract.unread.iter().map(|name| format!("`{name}`")).collect();
        add("not seen", &named.join(", "));
    }
    if contract.cut {
        add("not tried", "it has more parameters or values than are looked at.");
    }
    add("digest", &contract.digest);
    lines
}

fn unique<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts {
        if !seen.contains(text) {
            seen.push(text);
        }
    }
    seen
}

fn at(location: Option<&Location>) -> String {
    location.map(|location| format!(" ({})", place(location))).unwrap_or_default()
}

fn because(fact: Option<&Fact>) -> String {
    fact.map(|fact| format!(", for {}", words::fact(fact))).unwrap_or_default()
}

/// ``the image `app` is pushed: image scan: guarded; it only reports when `soft` is `true` ``.
fn effect_line(effect: &ContractEffect) -> String {
    let mut text = format!(
        "{} is {}{}. {}: {}",
        words::capital(&effect.what),
        words::shipped(&effect.effect),
        at(effect.location.as_ref()),
        words::capital(&effect.control_name),
        words::verdict(effect.verdict),
    );
    if effect.verdict == Verdict::BlockingIf {
        text.push_str(&format!(" {}", effect.assumptions.join(", and ")));
    } else if !effect.verdict.holds() {
        text.push_str(&because(effect.fact.as_ref()));
    }
    text.push_str(&changes(&effect.unless, verdict));
    words::stopped(&text)
}

fn verdict(word: &str) -> &str {
    let known = Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word);
    known.map_or(word, |verdict| words::verdict(verdict))
}

fn standing(word: &str) -> &str {
    match word {
        "stops" => "what it finds stops the job",
        "reports" => "it only reports",
        "depends" => "whether it stops anything cannot be told",
        "runs" => "it runs, and has no findings",
        "absent" => "it is not there",
        other => other,
    }
}

fn control_line(control: &ContractControl) -> String {
    let mut text = format!(
        "{}, {}{}: {}",
        control.name,
        control.control_name,
        at(control.location.as_ref()),
        standing(&control.standing)
    );
    text.push_str(&because(control.fact.as_ref()));
    text.push_str(&changes(&control.unless, standing));
    words::stopped(&text)
}

/// What is different for which values, the same result once.
fn changes(unless: &[ContractChange], word: impl Fn(&str) -> &str) -> String {
    let mut results: Vec<(&str, Vec<String>)> = Vec::new();
    for change in unless {
        let when = match &change.value {
            Some(value) => format!("`{}` is `{value}`", change.parameter),
            None => format!("`{}` is known at run time only", change.parameter),
        };
        match results.iter_mut().find(|(to, _)| *to == &*change.to) {
            Some((_, all)) => all.push(when),
            None => results.push((&change.to, vec![when])),
        }
    }
    results.into_iter().map(|(to, when)| format!("; {} when {}", word(to), when.join(" or "))).collect()
}
