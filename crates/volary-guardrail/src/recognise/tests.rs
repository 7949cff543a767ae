use volary_document::shell;
use volary_model::{Data, FileId, Map, Reason, ReasonKind, Span, Value};

use super::*;
use crate::controls::Controls;

fn all() -> (Recognisers, Vec<Problem>) {
    Recognisers::load(&embedded_files(), Controls::built_in())
}

#[test]
fn every_file_is_read_without_problems() {
    let (_, problems) = all();
    let problems: Vec<String> =
        problems.iter().map(|it| format!("{}:{} {} {}", it.path, it.line.unwrap_or(0), it.message, it.help)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_example_is_what_it_says() {
    let failing = all().0.failing_examples();
    assert!(failing.is_empty(), "{}", failing.join("\n"));
}

fn unknown() -> Value {
    Value::unknown(Reason::new(ReasonKind::Outside, "x"), Value::at(Data::Null, Span::new(FileId(0), 0, 0)).origin)
}

/// The controls of what was recognised that certainly are there, with their outcome.
fn certain(recognised: &[Recognised]) -> Vec<(Arc<str>, Outcome)> {
    let controls = recognised.iter().filter(|it| it.doubts.is_empty()).filter_map(|it| match &it.role {
        Role::Control(control) => Some((control.id.clone(), control.findings.outcome)),
        _ => None,
    });
    controls.collect()
}

/// The commands of all examples.
fn commands(recognisers: &Recognisers) -> Vec<(String, Invocation)> {
    let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
    let reading = Reading { at: &at, variable: &|_| None };
    let mut commands = Vec::new();
    for tool in recognisers.tools() {
        for example in tool.examples.iter().filter(|example| example.platform.is_none()) {
            for (_, command) in shell::parse(&example.text).commands() {
                commands.push((example.text.to_string(), Invocation::from_shell(command, &reading)));
            }
        }
    }
    commands
}

#[test]
fn words_that_may_be_options_never_leave_a_certain_stop() {
    let (recognisers, _) = all();
    for (text, invocation) in commands(&recognisers) {
        // In front of the program's own arguments they are those of what runs it (`java $OPTS -jar x`).
        let own = invocation.words.len() - unwrap(&invocation).arguments.len().min(invocation.words.len() - 1);
        for at in own..=invocation.words.len() {
            // Several words at once (`$@`), and more unquoted variables than any form takes operands.
            for (words, count) in [(Words::Any, 1), (Words::Likely, 8)] {
                let mut changed = invocation.clone();
                let more = std::iter::repeat_n(Argument { value: unknown(), words }, count);
                changed.words.splice(at..at, more);
                let stops = certain(&recognisers.command(&changed, &Nothing));
                let stops = stops.iter().any(|(_, outcome)| *outcome == Outcome::Stops);
                assert!(!stops, "`{text}` with {count} unknown words at {at}");
            }
        }
    }
}

/// Values that an option or input may have.
const VALUES: &[&str] =
    &["true", "false", "0", "1", "none", "all", "off", "low", "critical", "11", "results", "json", "success", "never"];

#[test]
fn what_is_said_of_an_unknown_value_holds_for_every_value() {
    let (recognisers, _) = all();
    for (text, invocation) in commands(&recognisers) {
        for at in 1..invocation.words.len() {
            let with = |value: Value| {
                let mut changed = invocation.clone();
                changed.words[at] = Argument { value, words: Words::One };
                certain(&recognisers.command(&changed, &Nothing))
            };
            let said = with(unknown());
            for value in VALUES {
                let span = Span::new(FileId(0), 0, 0);
                let found = with(Value::at(Data::Text((*value).into()), span));
                contradiction(&text, &said, &found, value);
            }
        }
    }
}

#[test]
fn what_is_said_of_an_unknown_input_holds_for_every_input() {
    let (recognisers, _) = all();
    for tool in recognisers.tools() {
        let examples = tool.examples.iter().filter_map(|example| Some((example, example.platform?)));
        for (example, platform) in examples {
            let (name, version) = example.text.split_once('@').map_or((&*example.text, None), |(a, b)| (a, Some(b)));
            for at in 0..example.inputs.len() {
                let with = |value: Value| {
                    let mut entries = example.inputs.entries().to_vec();
                    let origin = entries[at].value.origin.clone();
                    entries[at].value = Value { origin: origin.clone(), ..value };
                    let inputs = Map::new(entries);
                    let reference = Reference { platform, name, version, inputs: &inputs, open: false, origin };
                    certain(&recognisers.reference(&reference, &Nothing))
                };
                let said = with(unknown());
                for value in VALUES {
                    let found = with(Value::at(Data::Text((*value).into()), Span::new(FileId(0), 0, 0)));
                    contradiction(&example.text, &said, &found, value);
                }
            }
        }
    }
}

fn contradiction(text: &str, said: &[(Arc<str>, Outcome)], found: &[(Arc<str>, Outcome)], value: &str) {
    for (control, outcome) in said {
        if *outcome == Outcome::Stops {
            assert!(found.contains(&(control.clone(), *outcome)), "`{text}`: {control} stops, but not with `{value}`");
        }
    }
}

#[test]
fn ids_are_unique_and_every_tool_has_both_kinds_of_examples() {
    let (recognisers, _) = all();
    assert!(recognisers.tools().len() >= 112);
    for tool in recognisers.tools() {
        let nothing = tool.examples.iter().filter(|example| *example.is == ["nothing".into()]).count();
        assert!(nothing > 0, "{} has no example of what it is not", tool.id);
        assert!(!tool.references.is_empty(), "{} names no source", tool.id);
    }
}

#[test]
fn scripts_of_shells_are_handed_back() {
    let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
    let reading = Reading { at: &at, variable: &|_| None };
    for text in ["sudo sh -ec 'trivy image x'", "docker run img sh -c 'trivy image x'", "npx -c 'trivy image x'"] {
        let script = shell::parse(text);
        let Some((_, command)) = script.commands().next() else { panic!("{text}") };
        let program = unwrap(&Invocation::from_shell(command, &reading));
        assert_eq!(program.script.as_ref().and_then(Value::as_text), Some("trivy image x"), "{text}");
        assert!(Recognisers::built_in().program(&program, &Nothing).is_empty(), "{text}");
    }
}

#[test]
fn scripts_of_windows_shells_are_handed_back_with_their_language() {
    let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
    let reading = Reading { at: &at, variable: &|_| None };
    for (text, language, wanted) in [
        (
            "pwsh -NoProfile -Command \"Assert-PSRule -InputPath infra\"",
            ScriptLanguage::PowerShell,
            "Assert-PSRule -InputPath infra",
        ),
        (
            "powershell.exe -ExecutionPolicy Bypass -c Assert-PSRule -f infra",
            ScriptLanguage::PowerShell,
            "Assert-PSRule -f infra",
        ),
        ("cmd //c 'trivy image x'", ScriptLanguage::Cmd, "trivy image x"),
        ("cmd.exe /d /c trivy image x", ScriptLanguage::Cmd, "trivy image x"),
    ] {
        let script = shell::parse(text);
        let Some((_, command)) = script.commands().next() else { panic!("{text}") };
        let program = unwrap(&Invocation::from_shell(command, &reading));
        assert_eq!(program.script.as_ref().and_then(Value::as_text), Some(wanted), "{text}");
        assert_eq!(program.language, language, "{text}");
    }
    for text in ["pwsh -File scan.ps1 -c x", "pwsh ./scan.ps1", "cmd"] {
        let script = shell::parse(text);
        let Some((_, command)) = script.commands().next() else { panic!("{text}") };
        assert!(unwrap(&Invocation::from_shell(command, &reading)).script.is_none(), "{text}");
    }
}

#[test]
fn known_variables_are_filled_in_and_split_as_a_shell_splits_them() {
    let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
    let value = |text: &str| Some(Value::at(Data::Text(text.into()), Span::new(FileId(0), 90, 99)));
    let variable = |name: &str| match name {
        "OPTS" => value("--exit-code 1 --severity HIGH"),
        "IMAGE" => value("reg/app:1"),
        _ => None,
    };
    let reading = Reading { at: &at, variable: &variable };
    let script = shell::parse("trivy image $OPTS \"$IMAGE\"");
    let Some((_, command)) = script.commands().next() else { panic!() };
    let found = Recognisers::built_in().command(&Invocation::from_shell(command, &reading), &Nothing);
    let [Recognised { role: Role::Control(control), .. }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(control.findings.outcome, Outcome::Stops);
    assert_eq!(control.target.first().and_then(Value::as_text), Some("reg/app:1"));
}

#[test]
fn hostile_commands_end() {
    let recognisers = Recognisers::built_in();
    let span = Span::new(FileId(0), 0, 0);
    let many = vec!["sudo"; 5_000];
    assert!(recognisers.command(&Invocation::from_words(many, span), &Nothing).is_empty());
    let mut words = vec!["docker", "build"];
    words.extend(std::iter::repeat_n(["-t", "a{b}c"], 5_000).flatten());
    assert_eq!(recognisers.command(&Invocation::from_words(words, span), &Nothing).len(), 1);
    for words in [
        vec![""],
        vec!["-"],
        vec!["--"],
        vec!["trivy", "--"],
        vec!["docker", "run"],
        vec!["npx", "-p"],
        vec!["é", "-é=x"],
    ] {
        let _ = recognisers.command(&Invocation::from_words(words, span), &Nothing);
    }
}
