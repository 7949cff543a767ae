//! Exit codes that scripts lose (W2, W3).

use volary_document::shell::Kind;
use volary_pipeline::Platform;

use super::{Way, way};
use crate::files::{Change, Edit};
use crate::script::{Host, ScriptSite};
use crate::site::Site;

pub(crate) fn ways(platform: Platform) -> Vec<Way> {
    let mut all = vec![
        way!(2, "|| true", |site| or(site, "true")),
        way!(2, "|| :", |site| or(site, ":")),
        way!(2, "|| exit 0", |site: &Site<'_>| if site.ships_in_script() { None } else { or(site, "exit 0") }),
        way!(2, "|| echo", |site: &Site<'_>| or(site, &format!("echo {}", quoted(site, "findings, see the log")))),
        way!(2, "piped into tee", tee),
        way!(2, "if scan; then", if_then),
        way!(2, "if ! scan; then warn", if_not),
        way!(2, "in the background", background),
        way!(2, "set +e around it", set_plus_e),
        way!(2, "in the text of an echo", echo),
        way!(2, "left of && before more", and_then),
        way!(3 or 2, "trap exit 0", trap),
        way!(3 or 2, "set +e and exit 0 at the end", exit_zero),
        way!(3 or 2, "the gate's exit 1 becomes exit 0", gate_exit),
        way!(3 or 2, "the gate only warns", gate_warns),
        way!(2 or 1, "make ignores the line", ignored_by_make),
    ];
    if platform == Platform::Azure {
        all.push(way!(2, "another command behind it", another));
        all.push(way!(2, "; true", |site| behind(site, "; true")));
        all.push(way!(3 or 2, "exit 0 as the last line", |site| behind(site, "\nexit 0")));
        all.push(way!(3 or 2, "task.complete result=Succeeded", |site: &Site<'_>| {
            behind(site, &format!("\necho {}", quoted(site, "##vso[task.complete result=Succeeded;]done")))
        }));
        all.push(way!(3 or 2, "task.complete result=SucceededWithIssues", |site: &Site<'_>| {
            or(site, &format!("echo {}", quoted(site, "##vso[task.complete result=SucceededWithIssues;]findings")))
        }));
    }
    all
}

/// The command whose exit code decides, where it does.
fn plain<'s>(site: &'s Site<'_>) -> Option<&'s ScriptSite> {
    site.script.as_ref().filter(|script| site.stops() && script.is_plain())
}

fn quoted(site: &Site<'_>, text: &str) -> String {
    let quote = site.script.as_ref().map_or("\"", ScriptSite::quote);
    format!("{quote}{text}{quote}")
}

/// `scan || other`, in brackets where something follows.
fn or(site: &Site<'_>, other: &str) -> Option<Change> {
    let script = plain(site)?;
    let (unit, statement) = (script.unit(), script.statement());
    let bytes = script.script.node(unit).range.clone();
    let list = script.script.node(statement);
    let edits = if unit == statement || list.children.last() == Some(&unit) {
        vec![Edit::insert(bytes.end, format!(" || {other}"))]
    } else {
        vec![Edit::insert(bytes.start, "( "), Edit::insert(bytes.end, format!(" || {other} )"))]
    };
    site.rewrite(edits)
}

fn behind(site: &Site<'_>, text: &str) -> Option<Change> {
    let script = plain(site)?;
    if script.errexit || !script.is_last() || !script.is_top() || script.unit() != script.statement() {
        return None;
    }
    if !matches!(script.host, Host::Yaml | Host::File) {
        return None;
    }
    site.rewrite(vec![Edit::insert(script.script.node(script.statement()).range.end, text)])
}

fn another(site: &Site<'_>) -> Option<Change> {
    behind(site, &format!("\necho {}", quoted(site, "scan finished")))
}

fn tee(site: &Site<'_>) -> Option<Change> {
    let script = plain(site)?;
    if script.pipefail || script.unit() != script.id || !script.node().redirects.is_empty() {
        return None;
    }
    site.rewrite(vec![Edit::insert(script.node().range.end, " | tee scan.log")])
}

/// The statement, where the command alone is one.
fn alone<'s>(site: &'s Site<'_>) -> Option<(&'s ScriptSite, std::ops::Range<usize>)> {
    let script = plain(site)?;
    let unit = script.unit();
    (unit == script.statement()).then(|| (script, script.script.node(unit).range.clone()))
}

fn if_then(site: &Site<'_>) -> Option<Change> {
    let (_, bytes) = alone(site)?;
    let text = format!("; then echo {}; fi", quoted(site, "no findings"));
    site.rewrite(vec![Edit::insert(bytes.start, "if "), Edit::insert(bytes.end, text)])
}

fn if_not(site: &Site<'_>) -> Option<Change> {
    let (_, bytes) = alone(site)?;
    let text = format!("; then\n  echo {}\nfi", quoted(site, "findings, please have a look"));
    site.rewrite(vec![Edit::insert(bytes.start, "if ! "), Edit::insert(bytes.end, text)])
}

fn background(site: &Site<'_>) -> Option<Change> {
    let (script, bytes) = alone(site)?;
    // Something has to follow on the same line only where lines are joined; at the end `&` is enough.
    (!matches!(script.host, Host::Recipe | Host::Json)).then_some(())?;
    site.rewrite(vec![Edit::insert(bytes.end, " &")])
}

fn set_plus_e(site: &Site<'_>) -> Option<Change> {
    let (script, bytes) = alone(site)?;
    (script.errexit && script.is_top()).then_some(())?;
    site.rewrite(vec![Edit::insert(bytes.start, "set +e\n"), Edit::insert(bytes.end, "\nset -e")])
}

fn echo(site: &Site<'_>) -> Option<Change> {
    let (script, bytes) = alone(site)?;
    let written = &script.text[bytes.clone()];
    if written.contains(['"', '\'', '`', '\n']) || matches!(script.host, Host::Recipe | Host::Json) {
        return None;
    }
    // Groovy would put `$(...)` of a double-quoted text in itself.
    let quotes = match script.host {
        Host::Groovy(quotes) if quotes.starts_with('"') => return None,
        _ => "\"",
    };
    site.rewrite(vec![
        Edit::insert(bytes.start, format!("echo {quotes}$(")),
        Edit::insert(bytes.end, format!("){quotes}")),
    ])
}

/// `scan && echo` with more behind it: the failure of the left side ends no script.
fn and_then(site: &Site<'_>) -> Option<Change> {
    let (script, bytes) = alone(site)?;
    (script.errexit && script.is_top() && script.host != Host::Recipe).then_some(())?;
    let text = format!(" && echo {}", quoted(site, "no findings"));
    let more = if script.is_last() { format!("{text}\necho {}", quoted(site, "scan finished")) } else { text };
    site.rewrite(vec![Edit::insert(bytes.end, more)])
}

fn trap(site: &Site<'_>) -> Option<Change> {
    let (script, bytes) = alone(site)?;
    (script.is_top() && !site.ships_in_script() && !matches!(script.host, Host::Recipe | Host::Json)).then_some(())?;
    let text = format!("trap {} EXIT\n", quoted(site, "exit 0"));
    site.rewrite(vec![Edit::insert(bytes.start, text)])
}

fn exit_zero(site: &Site<'_>) -> Option<Change> {
    let (script, bytes) = alone(site)?;
    (script.is_last() && script.is_top()).then_some(())?;
    if !matches!(script.host, Host::Yaml | Host::File | Host::Groovy(_)) {
        return None;
    }
    site.rewrite(vec![Edit::insert(bytes.start, "set +e\n"), Edit::insert(bytes.end, "\nexit 0")])
}

/// The `exit` with a code other than zero behind the scan in the same script, where the scan's own code does not decide.
fn gate(site: &Site<'_>) -> Option<std::ops::Range<usize>> {
    let script = site.script.as_ref()?;
    if site.stops() && script.is_plain() {
        return None;
    }
    let start = script.node().range.end;
    let exits: Vec<_> = script
        .script
        .commands()
        .filter(|(id, command)| {
            let node = script.script.node(*id);
            node.range.start > start
                && command.name.as_ref().is_some_and(|name| name.text() == "exit")
                && command.arguments.first().is_some_and(|code| code.text() != "0")
        })
        .map(|(id, _)| script.script.node(id).range.clone())
        .collect();
    match exits.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn gate_exit(site: &Site<'_>) -> Option<Change> {
    (!site.ships_in_script()).then_some(())?;
    site.rewrite(vec![Edit::new(gate(site)?, "exit 0")])
}

fn gate_warns(site: &Site<'_>) -> Option<Change> {
    site.rewrite(vec![Edit::new(gate(site)?, format!("echo {}", quoted(site, "findings are accepted for now")))])
}

fn ignored_by_make(site: &Site<'_>) -> Option<Change> {
    let script = plain(site)?;
    (script.host == Host::Recipe && matches!(script.node().kind, Kind::Command(_))).then_some(())?;
    site.rewrite(vec![Edit::insert(0, "-")])
}
