//! Jenkins.

use std::ops::Range;

use volary_pipeline::{Action, Step, StepId};

use super::{Way, way};
use crate::files::{Change, Edit, hang, indent_at, line_end, line_start, next_line};
use crate::site::Site;

pub(crate) fn ways() -> Vec<Way> {
    vec![
        way!(1, "catchError with success", |site: &Site<'_>| wrapped(
            site,
            "catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') {",
            "}"
        )),
        way!(1, "catchError with success all over", |site: &Site<'_>| wrapped(
            site,
            "catchError(buildResult: 'SUCCESS', stageResult: 'SUCCESS', message: 'findings') {",
            "}"
        )),
        way!(1 or 3, "catchError with unstable", |site: &Site<'_>| wrapped(site, "catchError(buildResult: 'UNSTABLE', stageResult: 'UNSTABLE') {", "}")),
        way!(1 or 3, "warnError", |site: &Site<'_>| wrapped(site, "warnError('findings') {", "}")),
        way!(1, "try and catch", |site: &Site<'_>| in_script(
            site,
            "try {",
            "} catch (err) {\n  echo \"findings: ${err}\"\n}"
        )),
        way!(1, "try, catch and a result of success", |site: &Site<'_>| in_script(
            site,
            "try {",
            "} catch (err) {\n  currentBuild.result = 'SUCCESS'\n}"
        )),
        way!(2, "status returned and not read", |site: &Site<'_>| returned(site, "", "")),
        way!(2, "status returned and printed", |site: &Site<'_>| returned(
            site,
            "def status = ",
            "\necho \"scanner ended with ${status}\""
        )),
        way!(3 or 1, "unstable()", |site: &Site<'_>| returned(site, "def status = ", "\nif (status != 0) {\n  unstable('findings')\n}")),
        way!(3 or 1, "try, catch and unstable()", |site: &Site<'_>| in_script(site, "try {", "} catch (err) {\n  unstable('findings')\n}")),
        way!(4, "when false", |site: &Site<'_>| when(site, "expression { false }")),
        way!(4, "when a parameter says so", when_parameter),
        way!(4, "when the environment says so", |site: &Site<'_>| when(
            site,
            "environment name: 'RUN_SECURITY_SCAN', value: 'true'"
        )),
        way!(4, "when on another branch", |site: &Site<'_>| when(site, "branch 'security'")),
        way!(4 or 7, "when started by a clock", |site: &Site<'_>| when(site, "triggeredBy 'TimerTrigger'")),
        way!(4, "if around it", |site: &Site<'_>| in_script(site, "if (env.RUN_SECURITY_SCAN == 'true') {", "}")),
        way!(6, "stage removed", |site: &Site<'_>| stage_gone(site, false)),
        way!(6, "stage as comments", |site: &Site<'_>| stage_gone(site, true)),
        way!(6, "step removed", step_removed),
        way!(6, "step calls nothing but echo", |site: &Site<'_>| {
            let (path, bytes) = statement(site)?;
            site.change(path, vec![Edit::new(bytes, "echo 'scan is done elsewhere'")])
        }),
        way!(6, "library at a branch", library),
        way!(6, "library without version", library_default),
        way!(7 or 4, "when some files changed", |site: &Site<'_>| when(site, "changeset 'security/**'")),
        way!(7 or 4, "when a word is in the log", |site: &Site<'_>| when(site, "changelog '.*scan.*'")),
        way!(7 or 4, "when it is a change to another branch", |site: &Site<'_>| when(site, "changeRequest target: 'security'")),
        way!(12, "image of somebody else", |site: &Site<'_>| super::tool::image(site, true)),
        way!(12, "image at a moving tag", |site: &Site<'_>| super::tool::image(site, false)),
    ]
}

fn declarative(site: &Site<'_>) -> bool {
    site.text(site.step_path().unwrap_or_default()).contains("pipeline {")
}

/// The steps around the scan's, innermost first.
fn around<'s>(site: &'s Site<'_>) -> impl Iterator<Item = &'s Step> {
    let steps = &site.job().steps;
    let get = move |id: StepId| steps.get(id.0 as usize);
    std::iter::successors(site.step().and_then(|step| step.within).and_then(get), move |step| step.within.and_then(get))
}

/// A finding fails the step, and nothing catches that or reads the status.
fn stops(site: &Site<'_>) -> Option<()> {
    let step = site.step()?;
    let caught = around(site).any(|step| {
        step.continue_on_error.is_some()
            || matches!(&step.action, Action::Block(name) if matches!(&**name, "try" | "catchError" | "warnError"))
    });
    let returned = step.script().is_some_and(|script| script.status_is_returned.is_some());
    let plain = site.script.as_ref().is_none_or(|script| script.is_plain());
    (site.stops() && plain && !caught && !returned).then_some(())
}

/// The statement of the scan in its file.
fn statement<'s>(site: &'s Site<'_>) -> Option<(&'s str, Range<usize>)> {
    (!site.ships_in_step()).then_some(())?;
    let path = site.step_path()?;
    let at = site.step()?.at;
    let text = site.text(path);
    let bytes = at.start as usize..at.end as usize;
    let end = bytes.start + text.get(bytes.clone())?.trim_end().len();
    // `def x = sh(...)` is more than the call.
    let alone = text[line_start(text, bytes.start)..bytes.start].trim_end().ends_with(['{', ';'])
        || text[line_start(text, bytes.start)..bytes.start].trim().is_empty();
    alone.then_some((path, bytes.start..end))
}

/// Lines around the statement.
fn enclosed(site: &Site<'_>, open: &str, close: &str) -> Option<Change> {
    let (path, bytes) = statement(site)?;
    let text = site.text(path);
    let indent = indent_at(text, bytes.start).to_owned();
    // A heredoc's end or a text of several lines must not move.
    let inner = &text[bytes.clone()];
    let new = format!("{}\n{indent}  {inner}\n{indent}{}", hang(open, &indent), hang(close, &indent));
    site.change(path, vec![Edit::new(bytes, new)])
}

fn wrapped(site: &Site<'_>, open: &str, close: &str) -> Option<Change> {
    stops(site)?;
    enclosed(site, open, close)
}

/// Groovy around the statement: in declarative pipelines within `script`.
fn in_script(site: &Site<'_>, open: &str, close: &str) -> Option<Change> {
    stops(site)?;
    groovy(site, open, close)
}

fn groovy(site: &Site<'_>, open: &str, close: &str) -> Option<Change> {
    let scripted = around(site).any(|step| matches!(&step.action, Action::Block(name) if &**name == "script"));
    if declarative(site) && !scripted {
        return enclosed(site, &format!("script {{\n  {}", hang(open, "  ")), &format!("  {}\n}}", hang(close, "  ")));
    }
    enclosed(site, open, close)
}

/// `sh '...'` whose status is returned.
fn returned(site: &Site<'_>, before: &str, behind: &str) -> Option<Change> {
    stops(site)?;
    let (path, bytes) = statement(site)?;
    let text = site.text(path);
    let call = text[bytes.clone()].strip_prefix("sh")?.trim_start();
    let call = match call.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')')?.trim(),
        None => call,
    };
    let argument = if call.starts_with(['\'', '"']) { format!("script: {call}") } else { call.to_owned() };
    (argument.contains("script:") && !argument.contains("return")).then_some(())?;
    let new = format!("{before}sh({argument}, returnStatus: true){behind}");
    let indent = indent_at(text, bytes.start).to_owned();
    if before.is_empty() {
        return site.change(path, vec![Edit::new(bytes, new)]);
    }
    let scripted = around(site).any(|step| matches!(&step.action, Action::Block(name) if &**name == "script"));
    let new = if declarative(site) && !scripted {
        // The text of a script of several lines is left where it is.
        let more = behind.replace('\n', &format!("\n{indent}  "));
        format!("script {{\n{indent}  {before}sh({argument}, returnStatus: true){more}\n{indent}}}")
    } else {
        let more = behind.replace('\n', &format!("\n{indent}"));
        format!("{before}sh({argument}, returnStatus: true){more}")
    };
    site.change(path, vec![Edit::new(bytes, new)])
}

/// The innermost stage of the scan: its file and bytes.
fn stage<'s>(site: &'s Site<'_>) -> Option<(&'s str, Range<usize>)> {
    let stage = site.read.pipeline.stage(site.job().stage?)?;
    let path = site.read.path(stage.at);
    (!stage.implied).then_some((path, stage.at.start as usize..stage.at.end as usize))
}

/// What ships stands in the same stage or in one within it.
fn ships_in_stage(site: &Site<'_>) -> bool {
    let Some((path, bytes)) = stage(site) else { return true };
    let text = site.text(path);
    let lines = crate::files::line_of(text, bytes.start)..=crate::files::line_of(text, bytes.end.max(1) - 1);
    site.label.effect.path == path && lines.contains(&site.label.effect.line)
}

fn when(site: &Site<'_>, condition: &str) -> Option<Change> {
    let (path, edit) = when_edit(site, condition)?;
    site.change(path, vec![edit])
}

fn when_edit<'s>(site: &'s Site<'_>, condition: &str) -> Option<(&'s str, Edit)> {
    (declarative(site) && !ships_in_stage(site)).then_some(())?;
    let (path, bytes) = stage(site)?;
    let text = site.text(path);
    let inner = text.get(bytes.clone())?;
    let column = indent_at(text, bytes.start).to_owned();
    if let Some(at) = directive(inner, "when") {
        let open = bytes.start + at + inner[at..].find('{')? + 1;
        let one_line = !text[open..line_end(text, open)].trim().is_empty();
        let new = if one_line { format!(" {condition};") } else { format!("\n{column}    {condition}") };
        // Conditions of a negation or of several are not joined here.
        return Some((path, Edit::insert(open, new)));
    }
    let open = bytes.start + inner.find('{')? + 1;
    Some((path, Edit::insert(open, format!("\n{column}  when {{ {condition} }}"))))
}

/// The place of a directive directly in a stage.
fn directive(stage: &str, name: &str) -> Option<usize> {
    let mut depth = 0;
    let mut at = 0;
    for line in stage.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let word = trimmed.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('{'));
        if depth == 1 && word {
            return Some(at + line.len() - trimmed.len());
        }
        depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
        at += line.len();
    }
    None
}

fn when_parameter(site: &Site<'_>) -> Option<Change> {
    let (path, edit) = when_edit(site, "expression { params.SECURITY_SCAN }")?;
    let text = site.text(path);
    let parameter = "booleanParam(name: 'SECURITY_SCAN', defaultValue: false, description: 'Run the scans')";
    let more = match text.find("\n  parameters {").or_else(|| text.find("\n    parameters {")) {
        Some(at) => Edit::insert(next_line(text, at + 1), format!("    {parameter}\n")),
        None => {
            let at = text.find("pipeline {")? + "pipeline {".len();
            Edit::insert(at, format!("\n  parameters {{\n    {parameter}\n  }}"))
        }
    };
    site.change(path, vec![edit, more])
}

/// The stage without which its list still has others.
fn stage_gone(site: &Site<'_>, comments: bool) -> Option<Change> {
    (!ships_in_stage(site)).then_some(())?;
    let own = site.read.pipeline.stage(site.job().stage?)?;
    let siblings = site.read.pipeline.stages().filter(|(_, stage)| stage.within == own.within).count();
    (siblings > 1).then_some(())?;
    let (path, bytes) = stage(site)?;
    let text = site.text(path);
    let lines = line_start(text, bytes.start)..next_line(text, bytes.end.max(1) - 1);
    let alone = text[lines.start..bytes.start].trim().is_empty() && text[bytes.end..lines.end].trim().is_empty();
    alone.then_some(())?;
    let new = match comments {
        false => String::new(),
        true => text[lines.clone()].split_inclusive('\n').map(|line| format!("//{line}")).collect(),
    };
    site.change(path, vec![Edit::new(lines, new)])
}

fn step_removed(site: &Site<'_>) -> Option<Change> {
    let own = site.step()?;
    let siblings = site.job().steps.iter().filter(|step| step.within == own.within && step.phase == own.phase).count();
    (siblings > 1).then_some(())?;
    let (path, bytes) = statement(site)?;
    let text = site.text(path);
    let lines = line_start(text, bytes.start)..next_line(text, bytes.end);
    text[bytes.end..lines.end].trim().is_empty().then_some(())?;
    text[lines.start..bytes.start].trim().is_empty().then_some(())?;
    site.change(path, vec![Edit::new(lines, "")])
}

/// `@Library('name@version')` in the pipeline.
fn reference<'s>(site: &'s Site<'_>) -> Option<(&'s str, Range<usize>)> {
    site.label.scan.path.starts_with("sources/").then_some(())?;
    let text = site.text(&site.case.root);
    let at = text.find("@Library(")?;
    let open = at + text[at..].find(['\'', '"'])? + 1;
    let close = open + text[open..].find(['\'', '"'])?;
    Some((text, open..close))
}

fn library(site: &Site<'_>) -> Option<Change> {
    let (text, bytes) = reference(site)?;
    let name = text[bytes.clone()].split('@').next()?;
    site.change(&site.case.root, vec![Edit::new(bytes, format!("{name}@feature/faster"))])
}

fn library_default(site: &Site<'_>) -> Option<Change> {
    let (text, bytes) = reference(site)?;
    let (name, _) = text[bytes.clone()].split_once('@')?;
    site.change(&site.case.root, vec![Edit::new(bytes, name)])
}

/// An argument of a step of a plugin.
pub(crate) fn argument(site: &Site<'_>, of: &str, name: &str, value: &str) -> Option<Change> {
    let (path, bytes) = statement(site)?;
    let text = site.text(path);
    let call = &text[bytes.clone()];
    call.starts_with(of).then_some(())?;
    if let Some(at) = call.find(&format!("{name}:")) {
        let from = at + name.len() + 1;
        let to = from + call[from..].find([',', ')', '\n']).unwrap_or(call.len() - from);
        (call[from..to].trim() != value).then_some(())?;
        return site.change(path, vec![Edit::new(bytes.start + from..bytes.start + to, format!(" {value}"))]);
    }
    let at = bytes.start + call.find('(')? + 1;
    site.change(path, vec![Edit::insert(at, format!("{name}: {value}, "))])
}

/// The image of the agent of the stage.
pub(crate) fn agent_image(
    site: &Site<'_>,
    of_tool: &dyn Fn(&str) -> bool,
    new: &dyn Fn(&str) -> Option<String>,
) -> Option<Change> {
    let (path, bytes) = stage(site)?;
    let text = site.text(path);
    let inner = text.get(bytes.clone())?;
    for (at, _) in inner.match_indices("image ") {
        let rest = &inner[at + 6..];
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let old = &rest[1..1 + rest[1..].find(quote)?];
        if of_tool(old) {
            let start = bytes.start + at + 7;
            return site.change(path, vec![Edit::new(start..start + old.len(), new(old)?)]);
        }
    }
    None
}
