//! `volary explain`: a policy, or one finding.

use std::fmt::Write as _;

use volary_engine::{Checked, Pack};
use volary_model::{EditKind, Finding, PolicyInfo, Status};
use volary_policy::Policy;

use super::print;
use crate::arguments::ExplainArguments;
use crate::run::Session;

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, String> {
    let mut session = Session::open(&arguments.judging)?;
    let loaded = session.pack.load_all();
    if let Some(policy) = loaded.find(&arguments.what) {
        print(&explain_policy(&policy.info, &conditions(policy), &session.pack))?;
        return Ok(0);
    }
    session.settings.tier = volary_model::Tier::Strict;
    let checked = session.check();
    let findings = select(&checked, &session.relative(&arguments.what));
    if findings.is_empty() {
        return Err(unknown(&arguments.what, &loaded.infos()));
    }
    let mut text = String::new();
    for finding in findings {
        explain_finding(&mut text, finding, &checked);
    }
    print(&text)?;
    Ok(0)
}

fn conditions(policy: &Policy) -> String {
    policy.conditions_in_words().iter().map(|(depth, line)| format!("{}{line}\n", "  ".repeat(*depth))).collect()
}

/// The findings with a fingerprint, or at `FILE:LINE`.
fn select<'a>(checked: &'a Checked, what: &str) -> Vec<&'a Finding> {
    let findings = &checked.report.findings;
    if let Some((path, line)) = what.rsplit_once(':')
        && let Ok(line) = line.parse::<u32>()
    {
        let path = path.trim_start_matches("./");
        let at_line = |finding: &&Finding| {
            finding.location.start.line == line
                && (&*finding.location.path == path || finding.location.path.ends_with(&format!("/{path}")))
        };
        return findings.iter().filter(at_line).collect();
    }
    let what = what.to_ascii_lowercase();
    if what.len() < 4 || !what.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Vec::new();
    }
    findings.iter().filter(|finding| finding.fingerprint.starts_with(&what)).collect()
}

fn unknown(what: &str, infos: &[std::sync::Arc<PolicyInfo>]) -> String {
    let words: Vec<&str> = what.split('-').filter(|word| word.len() > 2).collect();
    let mut near: Vec<(usize, &str)> = infos
        .iter()
        .map(|info| (words.iter().filter(|word| info.id.contains(**word)).count(), &*info.id))
        .filter(|(count, _)| *count > 0)
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let near: Vec<&str> = near.into_iter().take(3).map(|(_, id)| id).collect();
    let hint = if near.is_empty() {
        "`volary policy list` shows all policies".to_string()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    format!("`{what}` is no policy, and no finding here has it as fingerprint or place (FILE:LINE); {hint}")
}

fn explain_policy(info: &PolicyInfo, conditions: &str, pack: &Pack) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}\n{}\n", info.id, info.title);
    let _ = writeln!(
        text,
        "Severity {}, tier {}, {}.",
        info.severity,
        info.tier,
        match info.confidence {
            volary_model::Confidence::Certain => "certain where it fires",
            volary_model::Confidence::Likely => "usually right where it fires",
        }
    );
    let judges: Vec<&str> = info.judges.iter().map(|kind| &**kind).collect();
    let _ = writeln!(text, "Judges {}.\n", judges.join(", "));
    paragraph(&mut text, "Why", &info.why);
    paragraph(&mut text, "Fix", &info.fix.text);
    for (path, edit) in &info.fix.edits {
        let _ = match edit {
            EditKind::Set(value) => writeln!(text, "    {path} = {value}"),
            EditKind::Remove => writeln!(text, "    remove {path}"),
            EditKind::Insert(line) => writeln!(text, "    {line}"),
        };
    }
    paragraph(&mut text, "What is tested", conditions);
    let examples = pack.examples(&info.id);
    for (word, title) in [(".pass.", "An example that is fine"), (".fail.", "An example that is not")] {
        if let Some((path, example)) = examples.iter().find(|(path, _)| path.contains(word)) {
            let _ = writeln!(text, "{title} ({}):", path.rsplit('/').next().unwrap_or(path));
            for line in example.lines() {
                let _ = writeln!(text, "    {line}");
            }
            text.push('\n');
        }
    }
    if !info.references.is_empty() {
        let _ = writeln!(text, "Read more:");
        for reference in &info.references {
            let _ = writeln!(text, "    {reference}");
        }
    }
    if !info.aliases.is_empty() {
        let aliases: Vec<&str> = info.aliases.iter().map(|alias| &**alias).collect();
        let _ = writeln!(text, "Known elsewhere as {}.", aliases.join(", "));
    }
    for (framework, clauses) in &info.frameworks {
        let clauses: Vec<&str> = clauses.iter().map(|clause| &**clause).collect();
        let _ = writeln!(text, "{framework}: {}.", clauses.join(", "));
    }
    text
}

fn paragraph(text: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        let _ = writeln!(text, "{title}:");
        for line in body.lines() {
            let _ = writeln!(text, "    {line}");
        }
        text.push('\n');
    }
}

fn explain_finding(text: &mut String, finding: &Finding, checked: &Checked) {
    let at = &finding.location;
    let _ = writeln!(
        text,
        "{}\n{}:{}:{}  {}\n",
        finding.policy.title, at.path, at.start.line, at.start.column, finding.message
    );
    let _ = writeln!(text, "Which values decided:");
    for decider in &finding.deciders {
        let path = if decider.path.is_empty() { &finding.address } else { &decider.path };
        let _ = writeln!(text, "    {path}: {}", decider.shown);
        for (index, step) in decider.origin.steps().enumerate() {
            if let Some(place) = step.span().and_then(|span| checked.files.locate(span)) {
                let lead = if index == 0 { "used at" } else { "which comes from" };
                let _ = writeln!(text, "        {lead} {}:{} ({})", place.path, place.start.line, role(step.role));
            }
        }
    }
    let shown = finding.instances.iter().take(10);
    if finding.instances.len() > 1 || finding.instances.iter().any(|instance| !instance.calls.is_empty()) {
        let _ = writeln!(text, "\nWhere it is used:");
        for instance in shown {
            let calls: Vec<String> = instance
                .calls
                .iter()
                .map(|(name, place)| format!("{name} at {}:{}", place.path, place.start.line))
                .collect();
            let _ = writeln!(
                text,
                "    {}{}",
                instance.address,
                if calls.is_empty() { String::new() } else { format!(", through {}", calls.join(", ")) }
            );
        }
        if finding.instances.len() > 10 {
            let _ = writeln!(text, "    and {} more", finding.instances.len() - 10);
        }
    }
    text.push('\n');
    paragraph(text, "Why", &finding.policy.why);
    paragraph(text, "Fix", &finding.policy.fix.text);
    match &finding.status {
        Status::Open => {}
        Status::Baselined => text.push_str("Recorded in the baseline.\n"),
        Status::Accepted(acceptance) => {
            let _ = writeln!(text, "Accepted: {} ({}).", acceptance.reason, acceptance.id);
        }
    }
    if !finding.owners.is_empty() {
        let owners: Vec<&str> = finding.owners.iter().map(|owner| &**owner).collect();
        let _ = writeln!(text, "Owner: {}.", owners.join(", "));
    }
    let _ = writeln!(
        text,
        "Policy {}, severity {}, fingerprint {}.\n",
        finding.policy.id, finding.severity, finding.fingerprint
    );
}

/// What a place is to the value, in words.
fn role(role: volary_model::Role) -> &'static str {
    use volary_model::Role;
    match role {
        Role::Attribute => "written there",
        Role::Block => "the enclosing block",
        Role::ModuleArgument => "argument of a module call",
        Role::VariableDefault => "default of a variable",
        Role::VariableFile => "variable file",
        Role::Local => "local value",
        Role::Output => "output of a module",
        Role::ResourceAttribute => "attribute of another resource",
        Role::DocumentedDefault => "not written: the provider's default",
        Role::Part => "another resource that configures this one",
        Role::Inherited => "inherited",
    }
}
