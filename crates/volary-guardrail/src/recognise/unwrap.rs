//! What a command really runs: behind `sudo` and `env`, in a container, through `npx`, `go run` and their like.

use std::sync::Arc;

use volary_document::shell::{self, Part};
use volary_model::Value;

use super::invocation::{Argument, Invocation, Words, prefix, scalar};
use super::runners::{RUN_VALUED, RUNNERS};

/// A command without what only runs it.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The name in lower case, without folder and without `.exe` and its like; `None` where it is not known.
    pub name: Option<Arc<str>>,
    /// The name as a package of a registry (`@cyclonedx/cyclonedx-npm`), where it is run as one.
    pub package: Option<Arc<str>>,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The environment variables that are set for it alone.
    pub environment: Vec<(Arc<str>, Value)>,
    /// The containers that it runs in, outermost first: the image of each.
    pub images: Vec<Value>,
    /// What ran it, outermost first.
    pub wrappers: Vec<Arc<str>>,
    /// It is a shell with this script (`sh -c '...'`): what runs is in there.
    pub script: Option<Value>,
    /// The language of that script.
    pub language: ScriptLanguage,
    /// The last container was given no command, or perhaps arguments of its image's own.
    pub(crate) image_arguments: Option<Vec<Argument>>,
}

/// The language of a script that a command holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScriptLanguage {
    /// `sh -c`, `bash -lc`
    #[default]
    Posix,
    /// `pwsh -Command`
    PowerShell,
    /// `cmd /c`
    Cmd,
}

/// Most programs around one command that are looked through.
const MAX_WRAPPERS: usize = 16;

/// Whether a program of this name may run another one.
fn may_run(name: &str) -> bool {
    matches!(name, "docker" | "podman" | "nerdctl" | "docker-compose" | "finch" | "java" | "dotnet")
        || matches!(name, "pwsh" | "powershell" | "cmd" | "node")
        || RUNNERS.iter().any(|runner| runner.name == name)
        || shell::is_wrapper(name)
}

/// The name of the program, where it runs no other one: then there is nothing to unwrap.
pub(crate) fn plain_name(invocation: &Invocation) -> Option<Arc<str>> {
    let name = name_of(&invocation.words.first()?.value)?;
    (!may_run(&name)).then_some(name)
}

/// What a command really runs.
pub fn unwrap(invocation: &Invocation) -> Program {
    let mut program = Program { environment: invocation.environment.clone(), ..Program::default() };
    let mut words = invocation.words.clone();
    for _ in 0..MAX_WRAPPERS {
        words = plain(words, &mut program);
        if program.script.is_some() {
            break;
        }
        let Some(name) = words.first().and_then(|word| name_of(&word.value)) else { break };
        if let Some((language, script)) = windows_script(&name, &words) {
            program.wrappers.push(name);
            program.language = language;
            program.script = Some(script);
            break;
        }
        let Some(inner) = container(&name, &words, &mut program)
            .or_else(|| java(&name, &words))
            .or_else(|| run(&name, &words, &mut program))
            .or_else(|| shell_file(&name, &words))
        else {
            break;
        };
        program.wrappers.push(name);
        words = inner;
    }
    let mut words = words.into_iter();
    if let Some(first) = words.next() {
        program.name = name_of(&first.value);
        program.package = first.value.as_text().filter(|text| text.contains('/')).map(|text| versionless(text).into());
    }
    program.arguments = words.collect();
    program
}

/// Without `sudo`, `env`, `timeout` and the like.
fn plain(words: Vec<Argument>, program: &mut Program) -> Vec<Argument> {
    // The ranges are positions, so that what remains is found again.
    let as_word = |(at, argument): (usize, &Argument)| match argument.value.as_text() {
        Some(text) => shell::Word::literal_at(text, at..at + 1),
        None => {
            let start = prefix(&argument.value);
            let mut parts = Vec::new();
            if !start.is_empty() {
                parts.push(Part::Literal(start.to_owned()));
            }
            parts.push(Part::Expansion(String::new()));
            shell::Word { parts, range: at..at + 1, ..shell::Word::default() }
        }
    };
    let shaped: Vec<shell::Word> = words.iter().enumerate().map(as_word).collect();
    let effective = shell::effective(&shaped);
    if effective.wrappers.is_empty() {
        return words;
    }
    let first = effective.words.first().map_or(words.len(), |word| word.range.start);
    for argument in &words[..first.min(words.len())] {
        if let Some((name, value)) = assignment(&argument.value) {
            program.environment.push((name, value));
        }
    }
    program.wrappers.extend(effective.wrappers.iter().map(|name| Arc::from(&**name)));
    if let Some(inner) = effective.inner {
        program.script = words.get(inner.range.start).map(|argument| argument.value.clone());
    }
    words.into_iter().skip(first).collect()
}

/// `NAME=value`
fn assignment(value: &Value) -> Option<(Arc<str>, Value)> {
    let (name, behind) = prefix(value).split_once('=')?;
    let fine = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    fine.then(|| (name.into(), tail(value, name.len() + 1, behind)))
}

/// A value without its first `count` bytes, which are literal.
pub(crate) fn tail(value: &Value, count: usize, behind: &str) -> Value {
    match value.as_text() {
        Some(_) => Value { data: volary_model::Data::Text(behind.into()), ..value.clone() },
        None => {
            let mut pieces = super::invocation::Pieces::default();
            if let Some(unknown) = value.as_unknown() {
                let about = unknown.reason.about.get(count..).unwrap_or_default();
                let mut rest = unknown.clone();
                rest.text = unknown.text.clone();
                if let Some(volary_model::TextPart::Known(first)) = rest.text.first_mut() {
                    *first = behind.into();
                }
                rest.text.retain(|part| !matches!(part, volary_model::TextPart::Known(text) if text.is_empty()));
                rest.reason.about = about.into();
                pieces.value(&Value::new(volary_model::Data::Unknown(Arc::new(rest)), value.origin.clone()));
            }
            pieces.finish(value.origin.clone())
        }
    }
}

/// The name of a program: the last part of its path, in lower case.
fn name_of(value: &Value) -> Option<Arc<str>> {
    let text = match value.as_text() {
        Some(text) => text.to_owned(),
        // `$HOME/bin/trivy` is trivy all the same.
        None => {
            let unknown = value.as_unknown()?;
            let suffix = unknown.suffix();
            suffix.rfind(['/', '\\']).map(|at| suffix[at + 1..].to_owned()).filter(|name| !name.is_empty())?
        }
    };
    let base = versionless(&text).rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let base = [".exe", ".cmd", ".bat", ".ps1"].iter().find_map(|end| base.strip_suffix(end)).unwrap_or(&base);
    Some(base.into())
}

/// Without the version of a package: `@scope/name@1.2`, `github.com/a/b/v2/cmd/c@latest`, `name==1.2`.
fn versionless(text: &str) -> &str {
    let end = text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let text = text.split_once("==").map_or(text, |(name, _)| name);
    let last = text.rsplit('/').next().unwrap_or_default();
    let major = last.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    if major { text.strip_suffix(last).map_or(text, |rest| rest.trim_end_matches('/')) } else { text }
}

/// The words behind options, and the values of those that are asked for.
fn behind<'w>(words: &'w [Argument], valued: &[&str], mut each: impl FnMut(&str, Option<&Argument>)) -> &'w [Argument] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let start = prefix(&word.value);
        if start == "--" && word.value.as_text().is_some() {
            return &words[at + 1..];
        }
        if !start.starts_with('-') || start.len() < 2 {
            break;
        }
        match word.value.as_text() {
            Some(option) if valued.contains(&option) => {
                each(option, words.get(at + 1));
                at += 2;
            }
            Some(option) => {
                match option.split_once('=') {
                    Some((name, value)) => {
                        let value = Value { data: volary_model::Data::Text(value.into()), ..word.value.clone() };
                        each(name, Some(&Argument { value, words: word.words }));
                    }
                    None => each(option, None),
                }
                at += 1;
            }
            None => {
                if let Some((name, rest)) = start.split_once('=') {
                    let value = tail(&word.value, name.len() + 1, rest);
                    each(name, Some(&Argument { value, words: word.words }));
                }
                at += 1;
            }
        }
    }
    words.get(at..).unwrap_or_default()
}

/// What `docker run` and `docker exec` run.
fn container(name: &str, words: &[Argument], program: &mut Program) -> Option<Vec<Argument>> {
    if !matches!(name, "docker" | "podman" | "nerdctl" | "docker-compose" | "finch") {
        return None;
    }
    let globals =
        ["--context", "-c", "-H", "--host", "--config", "-l", "--log-level", "-f", "--file", "-p", "--project-name"];
    let mut rest = behind(&words[1..], &globals, |_, _| {});
    let mut composed = name == "docker-compose";
    while let Some(sub @ ("container" | "compose")) = rest.first().and_then(|word| word.value.as_text()) {
        composed |= sub == "compose";
        rest = behind(&rest[1..], &globals, |_, _| {});
    }
    let sub = rest.first()?.value.as_text()?;
    if !matches!(sub, "run" | "exec") {
        return None;
    }
    let mut entrypoint = None;
    let mut environment = Vec::new();
    let rest = behind(&rest[1..], RUN_VALUED, |option, value| match (option, value) {
        ("-e" | "--env", Some(value)) => environment.extend(assignment(&value.value)),
        ("--entrypoint", Some(value)) => entrypoint = Some(value.clone()),
        _ => {}
    });
    let image = rest.first()?.value.clone();
    let arguments = &rest[1..];
    program.environment.extend(environment);
    let by_image = sub == "run" && !composed;
    if by_image {
        program.images.push(image);
    }
    if let Some(entrypoint) = entrypoint.filter(|entrypoint| entrypoint.value.as_text() != Some("")) {
        program.image_arguments = None;
        return Some(std::iter::once(entrypoint).chain(arguments.iter().cloned()).collect());
    }
    program.image_arguments = by_image.then(|| arguments.to_vec());
    Some(arguments.to_vec())
}

/// `java -jar tool.jar` and `dotnet tool.dll` are the tool.
fn java(name: &str, words: &[Argument]) -> Option<Vec<Argument>> {
    match name {
        "java" => {
            let at = words.iter().position(|word| word.value.as_text() == Some("-jar"))?;
            words.get(at + 1..).filter(|rest| !rest.is_empty()).map(<[_]>::to_vec)
        }
        "dotnet" => {
            let file = words.get(1).map(|word| prefix(&word.value))?;
            file.ends_with(".dll").then(|| words[1..].to_vec())
        }
        _ => None,
    }
}

/// What a runner runs.
fn run(name: &str, words: &[Argument], program: &mut Program) -> Option<Vec<Argument>> {
    let runner = RUNNERS.iter().find(|runner| runner.name == name)?;
    let mut script = None;
    let mut call = |option: &str, value: Option<&Argument>| {
        if matches!((name, option), ("npx" | "npm", "-c" | "--call") | ("nix", "--command" | "-c")) {
            script = value.map(|argument| argument.value.clone());
        }
    };
    let rest = behind(&words[1..], runner.valued, &mut call);
    let rest = runner.subs.iter().find_map(|sub| {
        let mut rest = rest;
        for word in sub.split_ascii_whitespace() {
            if rest.first()?.value.as_text() != Some(word) {
                return None;
            }
            rest = &rest[1..];
        }
        Some(rest)
    })?;
    let rest = behind(rest, runner.valued, &mut call);
    if let Some(script) = script {
        program.script = Some(script);
    }
    let mut rest = rest.get(runner.operands..)?;
    if runner.operands > 0 {
        rest = behind(rest, &[], |_, _| {});
    }
    (!rest.is_empty()).then(|| rest.to_vec())
}

/// `pwsh -Command "..."`, `cmd /c ...`: everything behind the option is the script, in one word or in several.
fn windows_script(name: &str, words: &[Argument]) -> Option<(ScriptLanguage, Value)> {
    let (language, at) = match name {
        "pwsh" | "powershell" => {
            let valued = [
                "-executionpolicy",
                "-ep",
                "-version",
                "-workingdirectory",
                "-wd",
                "-configurationname",
                "-outputformat",
                "-inputformat",
                "-windowstyle",
            ];
            let mut at = 1;
            loop {
                let option = words.get(at)?.value.as_text()?.to_ascii_lowercase();
                if matches!(option.as_str(), "-command" | "-c") {
                    break (ScriptLanguage::PowerShell, at + 1);
                }
                if !option.starts_with('-') || matches!(option.as_str(), "-file" | "-f") {
                    return None;
                }
                at += if valued.contains(&option.as_str()) { 2 } else { 1 };
            }
        }
        "cmd" => {
            let is = |word: &Argument, options: &[&str]| {
                word.value.as_text().is_some_and(|text| options.iter().any(|option| text.eq_ignore_ascii_case(option)))
            };
            let at = words.iter().position(|word| is(word, &["/c", "//c", "/k"]))?;
            let before = words.get(1..at)?;
            let known = ["/d", "/s", "/q", "/a", "/u", "/v:on", "/e:on"];
            before.iter().all(|word| is(word, &known)).then_some((ScriptLanguage::Cmd, at + 1))?
        }
        _ => return None,
    };
    let rest = words.get(at..).filter(|rest| !rest.is_empty())?;
    if let [one] = rest {
        return Some((language, one.value.clone()));
    }
    let mut pieces = super::invocation::Pieces::default();
    for (index, word) in rest.iter().enumerate() {
        if index > 0 {
            pieces.text(" ");
        }
        pieces.value(&word.value);
    }
    Some((language, pieces.finish(rest.first()?.value.origin.clone())))
}

/// `bash ./detect.sh --x`, `bash <(curl -s https://host/detect.sh) --x`: the script is the program.
fn shell_file(name: &str, words: &[Argument]) -> Option<Vec<Argument>> {
    if !matches!(name, "sh" | "bash" | "dash" | "zsh" | "ksh" | "pwsh" | "powershell" | "python" | "python3" | "node") {
        return None;
    }
    let valued = ["-ExecutionPolicy", "-Version", "-o", "-O", "-W", "-X"];
    let mut command = None;
    let rest = behind(&words[1..], &valued, |option, _| {
        if option.eq_ignore_ascii_case("-command") || matches!(option, "-c" | "-m" | "-e") {
            command = Some(());
        }
    });
    if command.is_some() {
        return None;
    }
    let (first, rest) = rest.split_first()?;
    if let Some(text) = scalar(&first.value) {
        let file =
            [".sh", ".ps1", ".py", ".js", ".mjs", ".cjs"].iter().any(|end| text.to_ascii_lowercase().ends_with(end))
                || text.contains('/');
        return file.then(|| std::iter::once(first.clone()).chain(rest.iter().cloned()).collect());
    }
    // The script comes from the network: the last part of its address is its name.
    let about = first.value.as_unknown().map(|unknown| unknown.reason.about.clone())?;
    let address =
        about.strip_prefix("<(")?.trim_end_matches(')').split_ascii_whitespace().find(|word| word.contains("://"))?;
    let base = address.trim_matches(['\'', '"']).rsplit('/').next()?;
    let value = Value::text(base, first.value.origin.clone());
    Some(std::iter::once(Argument { value, words: Words::One }).chain(rest.iter().cloned()).collect())
}
