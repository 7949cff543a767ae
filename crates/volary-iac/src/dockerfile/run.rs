//! The facet `dockerfile.run`, and the scripts of other instructions.

use volary_document::dockerfile::{Instruction, Word};
use volary_document::shell;
use volary_model::{Entry, Origin, Role, Span, Value};

use super::command::{self, Found, Place, Source, State};
use super::instruction::joined;
use super::stage::Stage;
use super::variables::Scope;
use crate::entries::{bool_at, entry, text_at};

/// The script of an instruction, read.
pub(super) struct Script {
    form: &'static str,
    text: String,
    shell: Vec<String>,
    language: String,
    state: State,
    /// The commands, where they could be read.
    pub(super) commands: Vec<Found>,
    /// Whether the whole script was read.
    pub(super) whole: bool,
}

/// Reads the script of a `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.
pub(super) fn script(instruction: &Instruction, stage: Option<&Stage>, scope: &Scope) -> Script {
    let shell = stage.map_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned()], Stage::shell);
    let source = Source {
        scope,
        within: &instruction.name,
        user: stage.and_then(|stage| stage.user.as_ref()),
        span: instruction.span,
    };
    let mut script = Script {
        form: "shell",
        text: joined(&instruction.text),
        language: language(shell.first().map(String::as_str).unwrap_or_default()),
        state: State::default().with_options(&shell_options(&shell)),
        shell,
        commands: Vec::new(),
        whole: true,
    };
    if let Some(words) = &instruction.exec {
        script.form = "exec";
        script.language = "sh".to_owned();
        script.state = State::default();
        script.text = words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ");
        let words: Vec<(String, Span)> = words.iter().map(|word| (word.text.to_string(), word.span)).collect();
        script.whole = command::exec(&words, &script.state, &source, &mut script.commands);
        return script;
    }
    let (text, start) = match instruction.heredocs.as_slice() {
        [] => health_script(instruction),
        heredocs if instruction.words.len() == heredocs.len() => {
            script.form = "heredoc";
            let heredoc = &heredocs[0];
            script.text = heredoc.text.to_string();
            if let Some(first) = heredoc.text.lines().next().and_then(|line| line.strip_prefix("#!")) {
                script.language = shebang(first);
                script.state = State::default();
            }
            (heredoc.text.to_string(), heredoc.span.start)
        }
        heredocs => (with_heredocs(instruction, heredocs), instruction.text_span.start),
    };
    if script.language == "sh" {
        script.whole = command::commands(&text, Place::Exact(start), &script.state, &source, &mut script.commands);
        opened_with_set(&text, &mut script.state);
    }
    script
}

/// The script and where it starts; of a `HEALTHCHECK` what stands behind `CMD`.
fn health_script(instruction: &Instruction) -> (String, u32) {
    let text = &instruction.text;
    if &*instruction.name != "HEALTHCHECK" {
        return (text.to_string(), instruction.text_span.start);
    }
    match instruction.words.as_slice() {
        [Word { text: first, .. }, second, ..] if first.eq_ignore_ascii_case("CMD") => {
            let skipped = (second.span.start - instruction.text_span.start) as usize;
            (text.get(skipped..).unwrap_or_default().to_owned(), second.span.start)
        }
        _ => (String::new(), instruction.text_span.start),
    }
}

/// The script with its heredocs behind it, every byte where it is in the file.
fn with_heredocs(instruction: &Instruction, heredocs: &[volary_document::dockerfile::Heredoc]) -> String {
    let mut text = instruction.text.to_string();
    let start = instruction.text_span.start as usize;
    for heredoc in heredocs {
        let offset = (heredoc.span.start as usize).saturating_sub(start);
        if offset > text.len() {
            text.extend(std::iter::repeat_n(' ', offset - text.len() - 1));
            text.push('\n');
        }
        text.push_str(&heredoc.text);
        text.push_str(&heredoc.name);
    }
    text.push('\n');
    text
}

/// The program of a `#!` line, shells as `sh`.
fn shebang(line: &str) -> String {
    let mut words = line.split_whitespace().filter(|word| !word.starts_with('-'));
    let first = words.next().unwrap_or("sh");
    let program = if first.ends_with("/env") { words.next().unwrap_or("sh") } else { first };
    language(program)
}

fn language(program: &str) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    match name {
        "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh" | "mksh" | "busybox" => "sh".to_owned(),
        "pwsh" => "powershell".to_owned(),
        other => other.to_owned(),
    }
}

/// The options of `["/bin/bash", "-eo", "pipefail", "-c"]`. Where the `-c` was forgotten the other options are meant all the same.
fn shell_options(shell: &[String]) -> Vec<String> {
    let takes_script = shell.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'));
    let rest: &[&str] = if takes_script { &["script"] } else { &["-c", "script"] };
    let words: Vec<shell::Word> = shell
        .iter()
        .map(String::as_str)
        .chain(rest.iter().copied())
        .map(|text| shell::Word::literal_at(text, 0..0))
        .collect();
    shell::effective(&words).inner.map(|inner| inner.options).unwrap_or_default()
}

/// Options that a `set` at the very start gives the whole script.
fn opened_with_set(text: &str, state: &mut State) {
    let script = shell::parse(text.lines().take(20).collect::<Vec<_>>().join("\n").as_str());
    for (_, command) in script.commands() {
        if !command::apply_set(command, state) {
            return;
        }
    }
}

/// The fields of a `RUN`.
pub(super) fn values(
    script: &Script,
    instruction: &Instruction,
    scope: &Scope,
    user: Option<&Value>,
    escape: char,
) -> Value {
    let span = instruction.span;
    let place = || Origin::at(span, Role::Block);
    let texts = |texts: Vec<&str>| Value::list(texts.into_iter().map(|text| text_at(text, span)).collect(), place());
    let mut fields = vec![
        entry("form", text_at(script.form, span)),
        entry("text", text_at(script.text.as_str(), span)),
        entry("shell", texts(script.shell.iter().map(String::as_str).collect())),
        entry("language", text_at(script.language.as_str(), span)),
        entry("pipefail", bool_at(script.state.pipefail, span)),
        entry("errexit", bool_at(script.state.errexit, span)),
    ];
    fields.extend(user.map(|user| entry("user", user.clone())));
    let mut mounts = Vec::new();
    for flag in &instruction.flags {
        let value = scope.resolve_text(flag.value.as_deref().unwrap_or(""), flag.span, escape);
        match &*flag.name {
            "mount" => mounts.push(mount(&value, flag.span)),
            "network" | "security" => fields.push(entry(flag.name.clone(), value)),
            _ => {}
        }
    }
    fields.push(entry("mounts", Value::list(mounts, place())));
    let names = script.commands.iter().map(|found| text_at(found.name.as_str(), found.span)).collect();
    fields.push(entry("commands", Value::list(names, place())));
    Value::map(fields, place())
}

/// `type=cache,target=/root/.cache`
fn mount(value: &Value, span: Span) -> Value {
    let Some(text) = value.as_text() else { return value.clone() };
    let mut fields: Vec<Entry> = vec![entry("type", text_at("bind", span))];
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, "true"));
        fields.retain(|entry| &*entry.key != key);
        fields.push(entry(key, text_at(value, span)));
    }
    Value::map(fields, Origin::at(span, Role::Attribute))
}
