//! The commands of a script as a list of objects.

use std::collections::BTreeMap;

use volary_document::shell::{self, Kind, NodeId, Part, Word};
use volary_model::{Data, Origin, Reason, ReasonKind, Role, Span, TextPart, Type, Unknown, Value};

use super::value::{entry, list_at, map_at, text_at};
use crate::{Script, ScriptText, ShellKind};

/// Most commands of one script, names in one list, scripts inside of scripts, levels of nesting looked at for pipes.
const MAX_COMMANDS: usize = 2_000;
const MAX_NAMES: usize = 16;
const MAX_DEPTH: usize = 4;
const MAX_LEVELS: usize = 64;

/// What the platform puts into a script, by the name under which the shell's grammar sees it, as it is written.
type Written = BTreeMap<String, String>;

/// The commands of a script in the order in which they are written.
pub(super) fn commands(script: &Script) -> Vec<Value> {
    let mut found = Vec::new();
    let holes = script.text.holes().take(MAX_COMMANDS);
    let written: Written = holes.map(|hole| (hole.variable(), hole.written())).collect();
    match script.shell.kind {
        ShellKind::Bash | ShellKind::Sh | ShellKind::Unknown => {
            let (text, parsed) = script.parsed();
            read(parsed, &text.text, &Place::Script(text), &Around::default(), &written, &mut found);
        }
        ShellKind::Pwsh | ShellKind::PowerShell => lines(&script.text.as_script(), '`', &written, &mut found),
        ShellKind::Cmd => lines(&script.text.as_script(), '^', &written, &mut found),
        _ => {}
    }
    found
}

/// How offsets become places.
enum Place<'s> {
    Script(&'s ScriptText),
    All(Option<Span>),
}

impl Place<'_> {
    fn span(&self, start: usize, end: usize) -> Option<Span> {
        match self {
            Self::Script(text) => text.place(start, end),
            Self::All(span) => *span,
        }
    }
}

/// What is around a script inside of another one.
#[derive(Clone, Default)]
struct Around {
    wrappers: Vec<String>,
    reads: Vec<String>,
    pipes: Vec<String>,
    depth: usize,
}

fn read(
    parsed: &shell::Script,
    text: &str,
    place: &Place<'_>,
    around: &Around,
    known: &Written,
    found: &mut Vec<Value>,
) {
    for (id, command) in parsed.commands() {
        if found.len() >= MAX_COMMANDS {
            return;
        }
        let all: Vec<Word> = command.name.iter().chain(&command.arguments).cloned().collect();
        let effective = shell::effective(&all);
        let Some(first) = effective.words.first() else { continue };
        let range = parsed.node(id).range.clone();
        let Some(at) = place.span(range.start, range.end) else { continue };
        let (reads, pipes) = pipes(parsed, id);
        let mut around = around.clone();
        around.wrappers.extend(effective.wrappers.iter().cloned());
        around.reads.extend(reads);
        around.pipes.extend(pipes);
        // A shell that is given nothing but what another command puts out (`sh -c "$(curl ...)"`) runs that.
        let given = effective.inner.as_ref().is_some_and(|inner| inner.text.trim() == "${_}");
        if given {
            around.wrappers.pop();
        }
        if let Some(inner) = effective.inner.as_ref().filter(|_| around.depth < MAX_DEPTH && !given) {
            let before = found.len();
            around.depth += 1;
            let parsed = shell::parse(&inner.text);
            read(&parsed, &inner.text, &Place::All(Some(at)), &around, known, found);
            if found.len() > before {
                continue;
            }
            around.wrappers.pop();
        }
        let name = value(first, at);
        let name = match name.as_text() {
            Some(text) => Value::text(base_name(text), name.origin.clone()),
            None => name,
        };
        let arguments = effective.words[1..].iter().map(|word| value(word, at)).collect();
        let written = shown(text.get(range).unwrap_or_default(), known).replace("\\\n", " ");
        found.push(object(name, arguments, &written, at, &around));
    }
}

/// A command as it is written: with the platform's own brackets in the place of the names that stand for them.
fn shown(text: &str, known: &Written) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${__") {
        let (before, behind) = rest.split_at(start);
        out.push_str(before);
        let end = behind.find('}').map_or(behind.len(), |end| end + 1);
        let name = behind[2..end].trim_end_matches('}');
        out.push_str(known.get(name).map_or(&behind[..end], String::as_str));
        rest = &behind[end..];
    }
    out.push_str(rest);
    out
}

fn object(name: Value, arguments: Vec<Value>, text: &str, at: Span, around: &Around) -> Value {
    let names =
        |names: &[String]| list_at(names.iter().take(MAX_NAMES).map(|name| text_at(name.as_str(), at)).collect(), at);
    let words: Vec<&str> = text.split_whitespace().collect();
    // The first argument that is no option: what most programs take as their subcommand.
    let subcommand = arguments
        .iter()
        .find(|value| !value.as_text().is_some_and(|text| text.starts_with('-') || text.starts_with('+')));
    let mut fields = vec![entry("name", name)];
    fields.extend(subcommand.map(|value| entry("subcommand", value.clone())));
    fields.push(entry("arguments", list_at(arguments, at)));
    fields.push(entry("text", text_at(words.join(" "), at)));
    fields.push(entry("wrappers", names(&around.wrappers)));
    fields.push(entry("reads_from", names(&around.reads)));
    fields.push(entry("pipes_to", names(&around.pipes)));
    map_at(fields, at)
}

/// A word: a text, or unknown with its literal parts.
fn value(word: &Word, at: Span) -> Value {
    if let Some(text) = word.literal() {
        return text_at(text, at);
    }
    let mut parts: Vec<TextPart> = Vec::new();
    let mut about = String::new();
    for part in &word.parts {
        match part {
            Part::Literal(text) => parts.push(TextPart::Known(text.as_str().into())),
            Part::Variable { name, .. } => about = format!("${name}"),
            Part::Substitution(text) | Part::Expansion(text) => about = text.chars().take(60).collect(),
        }
        if !matches!(part, Part::Literal(_)) && parts.last() != Some(&TextPart::Hole) {
            parts.push(TextPart::Hole);
        }
    }
    let mut unknown = Unknown::new(Reason::new(ReasonKind::NotEvaluated, about));
    unknown.ty = Type::Text;
    unknown.not_null = true;
    unknown.text = parts;
    Value::new(Data::Unknown(unknown.into()), Origin::at(at, Role::Attribute))
}

fn base_name(text: &str) -> String {
    let name = text.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or(text);
    name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name).to_owned()
}

/// The names of the commands whose output a command reads, and of those that read its own.
fn pipes(script: &shell::Script, id: NodeId) -> (Vec<String>, Vec<String>) {
    let mut reads = Vec::new();
    let mut pipes = Vec::new();
    for child in &script.node(id).children {
        if script.node(*child).role == shell::Role::Word {
            below(script, *child, &mut reads);
        }
    }
    for at in script.ancestors(id).take(MAX_LEVELS) {
        let node = script.node(at);
        if node.role == shell::Role::Word {
            break;
        }
        let Some(parent) = node.parent.map(|id| script.node(id)) else { break };
        if !matches!(parent.kind, Kind::Pipeline) {
            continue;
        }
        let Ok(position) = parent.children.binary_search(&at) else { continue };
        for before in parent.children[..position].iter().rev().take(MAX_NAMES) {
            below(script, *before, &mut reads);
        }
        for behind in parent.children[position + 1..].iter().take(MAX_NAMES) {
            below(script, *behind, &mut pipes);
        }
    }
    (reads, pipes)
}

fn below(script: &shell::Script, id: NodeId, names: &mut Vec<String>) {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if names.len() >= MAX_NAMES {
            return;
        }
        let node = script.node(id);
        if let Kind::Command(command) = &node.kind {
            let all: Vec<Word> = command.name.iter().chain(&command.arguments).cloned().collect();
            let effective = shell::effective(&all);
            names.extend(effective.words.first().map(|word| base_name(&word.text())));
        }
        let children = node.children.iter().rev();
        open.extend(children.filter(|child| script.node(**child).role != shell::Role::Word).take(MAX_NAMES));
    }
}

/// The commands of PowerShell and of Windows' command interpreter as far as lines of plain words go; what stands in blocks
/// and subexpressions is read as words too.
fn lines(text: &ScriptText, continuation: char, known: &Written, found: &mut Vec<Value>) {
    let mut start = 0;
    let script = text.text.as_str();
    while start < script.len() && found.len() < MAX_COMMANDS {
        let mut end = start;
        loop {
            end = script[end..].find('\n').map_or(script.len(), |at| end + at);
            let continued = script[start..end].trim_end_matches('\r').ends_with(continuation);
            if !continued || end >= script.len() {
                break;
            }
            end += 1;
        }
        let line = &script[start..end];
        let comment = line.trim_start().starts_with(['#', ':']) || line.trim_start().to_lowercase().starts_with("rem ");
        if !comment
            && let Some(at) = text.place(start + (line.len() - line.trim_start().len()), start + line.trim_end().len())
        {
            let mut before: Vec<String> = Vec::new();
            for (words, piped) in words(line, continuation) {
                let mut words =
                    words.into_iter().skip_while(|word| matches!(word.as_str(), "{" | "}" | "&" | "@" | "."));
                let Some(first) = words.next() else { continue };
                let name = base_name(&first);
                let rest: Vec<String> = words.collect();
                let around = Around { reads: if piped { before.clone() } else { Vec::new() }, ..Around::default() };
                if !piped {
                    before.clear();
                }
                before.push(name.clone());
                let written =
                    std::iter::once(first.as_str()).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>();
                let arguments = rest.iter().map(|word| text_at(word.as_str(), at)).collect();
                let written = shown(&written.join(" "), known);
                found.push(object(text_at(name, at), arguments, &written, at, &around));
            }
        }
        start = end + 1;
    }
}

/// The commands of a line as words, and whether each reads from the one before.
fn words(line: &str, continuation: char) -> Vec<(Vec<String>, bool)> {
    let mut commands = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut piped = false;
    let mut characters = line.chars().peekable();
    while let Some(one) = characters.next() {
        match (quote, one) {
            (Some(open), one) if one == open => quote = None,
            (Some(_), one) => word.push(one),
            (None, '"' | '\'') => quote = Some(one),
            (None, one) if one == continuation && characters.peek().is_none_or(|next| next.is_whitespace()) => {}
            (None, one) if one.is_whitespace() => words.extend(taken(&mut word)),
            (None, ';' | '|' | '&') => {
                words.extend(taken(&mut word));
                let double = characters.next_if_eq(&one).is_some();
                if !words.is_empty() {
                    commands.push((std::mem::take(&mut words), piped));
                }
                piped = one == '|' && !double;
            }
            (None, one) => word.push(one),
        }
    }
    words.extend(taken(&mut word));
    if !words.is_empty() {
        commands.push((words, piped));
    }
    commands
}

fn taken(word: &mut String) -> Option<String> {
    (!word.is_empty()).then(|| std::mem::take(word))
}
