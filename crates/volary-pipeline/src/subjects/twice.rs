//! Variables whose values a shell reads a second time: `eval`, `sh -c "..."`, a command for another machine.

use volary_document::shell::{Part, Word};
use volary_model::{Span, Value};

use super::interpolation::Around;
use super::value::{entry, list_at, map_at, text_at};
use crate::{Script, ShellKind};

/// Most variables of one script that are described.
const MAX_FOUND: usize = 50;

/// The list `read_twice`.
pub(super) fn read_twice(script: &Script, around: &Around<'_>, header: Span) -> Value {
    if !matches!(script.shell.kind, ShellKind::Bash | ShellKind::Sh | ShellKind::Unknown) {
        return list_at(Vec::new(), header);
    }
    let (text, parsed) = script.parsed();
    if !["eval", "-c", "ssh"].iter().any(|word| text.text.contains(word)) {
        return list_at(Vec::new(), header);
    }
    let mut found = Vec::new();
    for (id, command) in parsed.commands() {
        let words: Vec<&Word> = command.name.iter().chain(&command.arguments).collect();
        let Some(at) = text.place(parsed.node(id).range.start, parsed.node(id).range.end) else { continue };
        for (by, word) in reread(&words) {
            for name in variables(word) {
                if found.len() >= MAX_FOUND {
                    return list_at(found, header);
                }
                let taint = around.of_script(&name).taint;
                let fields = vec![
                    entry("by", text_at(by.as_str(), at)),
                    entry("name", text_at(name, at)),
                    entry("taint", text_at(taint.as_str(), at)),
                ];
                found.push(map_at(fields, at));
            }
        }
    }
    list_at(found, header)
}

/// The words of a command that another shell reads, with what makes it do so.
fn reread<'w>(words: &[&'w Word]) -> Vec<(String, &'w Word)> {
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate().take(20) {
        let Some(name) = word.literal() else { continue };
        let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
        let rest = &words[index + 1..];
        match name.as_str() {
            "eval" if index == 0 => found.extend(rest.iter().map(|word| (name.clone(), *word))),
            "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" => {
                let option = rest.iter().position(|word| {
                    let option = word.literal().unwrap_or_default();
                    option.starts_with('-') && !option.starts_with("--") && option.ends_with('c')
                });
                let script = option.and_then(|at| rest.get(at + 1));
                found.extend(script.map(|word| (format!("{name} -c"), *word)));
            }
            "ssh" if index == 0 => {
                // The host is the first word that is no option; what stands behind it is read there.
                found.extend(rest.iter().skip(1).filter(|word| word.quoted).map(|word| (name.clone(), *word)));
            }
            _ => {}
        }
    }
    found
}

fn variables(word: &Word) -> Vec<String> {
    let names = word.parts.iter().filter_map(|part| match part {
        // What the platform itself puts in is told where it stands.
        Part::Variable { name, .. } if name.starts_with("__") => None,
        Part::Variable { name, .. } => Some(name.clone()),
        // `${NAME:-default}`
        Part::Expansion(text) => {
            let name: String = text
                .trim_start_matches(['$', '{', '!'])
                .chars()
                .take_while(|one| one.is_ascii_alphanumeric() || *one == '_')
                .collect();
            (!name.is_empty()).then_some(name)
        }
        _ => None,
    });
    names.take(MAX_FOUND).collect()
}
