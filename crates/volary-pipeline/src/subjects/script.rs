//! What a script writes for the steps behind it.

use volary_document::shell::{self, Kind, NodeId, Part, Word};
use volary_model::{Span, Value};

use super::value::{bool_at, entry, list_at, map_at, text_at};
use crate::{Script, ShellKind};

/// The files through which a script changes the environment of later steps.
const FILES: [&str; 2] = ["GITHUB_ENV", "GITHUB_PATH"];

/// Writes to them: `file`, and whether what is written is `literal`.
pub(super) fn environment_writes(script: &Script, header: Span) -> Value {
    let text = script.text.as_script();
    if !FILES.iter().any(|file| text.text.contains(file)) {
        return list_at(Vec::new(), header);
    }
    let mut writes = Vec::new();
    let mut add = |file: &str, literal: bool, range: std::ops::Range<usize>| {
        let at = text.place(range.start, range.end).unwrap_or(header);
        let fields = vec![entry("file", text_at(file, at)), entry("literal", bool_at(literal, at))];
        writes.push(map_at(fields, at));
    };
    match script.shell.kind {
        ShellKind::Bash | ShellKind::Sh | ShellKind::Unknown => {
            let (_, parsed) = script.parsed();
            for (index, node) in parsed.nodes.iter().enumerate() {
                let id = NodeId(index as u32);
                for redirect in node.redirects.iter().filter(|redirect| redirect.operator.starts_with('>')) {
                    let file = redirect.target.as_ref().and_then(file_of);
                    if let Some(file) = file {
                        add(file, is_literal(parsed, id), node.range.clone());
                    }
                }
                if let Kind::Command(command) = &node.kind
                    && command.name.as_ref().and_then(Word::literal).as_deref() == Some("tee")
                    && let Some(file) = command.arguments.iter().find_map(file_of)
                {
                    let before = node.parent.filter(|id| matches!(parsed.node(*id).kind, Kind::Pipeline));
                    let literal = before.is_some_and(|pipe| {
                        parsed
                            .node(pipe)
                            .children
                            .iter()
                            .filter(|child| **child != id)
                            .all(|id| is_literal(parsed, *id))
                    });
                    add(file, literal, node.range.clone());
                }
            }
        }
        ShellKind::Pwsh | ShellKind::PowerShell | ShellKind::Cmd => {
            let mut start = 0;
            for line in text.text.split_inclusive('\n') {
                let range = start..start + line.trim_end().len();
                start += line.len();
                let Some(file) = FILES.iter().find(|file| line.contains(*file)) else { continue };
                let at = line.find(file).unwrap_or(0);
                let writes = line.contains(">>") || line.contains("Out-File") || line.contains("Add-Content");
                if writes {
                    let rest = line[..at].trim_end_matches("$env:").trim_end_matches("${env:").trim_end_matches('%');
                    add(file, !rest.contains(['$', '%']), range);
                }
            }
        }
        _ => {}
    }
    list_at(writes, header)
}

fn file_of(word: &Word) -> Option<&'static str> {
    let [Part::Variable { name, .. }] = word.parts.as_slice() else { return None };
    FILES.into_iter().find(|file| name == file)
}

/// Whether everything that a node puts out is written in the script itself.
fn is_literal(script: &shell::Script, id: NodeId) -> bool {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let node = script.node(id);
        let heredoc = node.redirects.iter().filter(|redirect| redirect.operator.starts_with("<<"));
        let mut heredocs = heredoc.clone().count() > 0;
        for redirect in heredoc {
            heredocs &= redirect.target.as_ref().is_some_and(|word| word.literal().is_some());
        }
        match &node.kind {
            Kind::Command(command) => {
                let name = command.name.as_ref().and_then(Word::literal).unwrap_or_default();
                let words = command.arguments.iter().all(|word| word.literal().is_some() || is_fixed_path(word));
                let prints = matches!(name.as_str(), "echo" | "printf") && words;
                if !(prints || (name == "cat" && heredocs)) {
                    return false;
                }
            }
            Kind::Sequence | Kind::AndOr | Kind::Pipeline | Kind::Group | Kind::Subshell => open.extend(&node.children),
            _ => return false,
        }
    }
    true
}

/// Variables of the platform that nobody outside chooses.
fn is_fixed_path(word: &Word) -> bool {
    const FIXED: [&str; 9] = [
        "HOME",
        "GITHUB_WORKSPACE",
        "RUNNER_TEMP",
        "RUNNER_TOOL_CACHE",
        "GITHUB_SHA",
        "GITHUB_RUN_ID",
        "GITHUB_RUN_NUMBER",
        "PWD",
        "PATH",
    ];
    word.parts.iter().all(|part| match part {
        Part::Literal(_) => true,
        Part::Variable { name, .. } => FIXED.contains(&name.as_str()),
        Part::Substitution(_) | Part::Expansion(_) => false,
    })
}
