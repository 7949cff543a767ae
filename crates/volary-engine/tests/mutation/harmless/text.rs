//! Edits of lines: comments, blanks, names, versions, more of the same, stronger scans.

use volary_pipeline::Platform;

use super::Harmless;
use crate::files::{Change, Edit, indent_at, line_end, line_range, line_start};
use crate::script::Host;
use crate::site::Site;

pub(crate) fn edits(platform: Platform) -> Vec<Harmless> {
    let mut all = vec![
        Harmless { name: "comment at the top", apply: comment },
        Harmless { name: "comment that names the scan", apply: comment_at_scan },
        Harmless { name: "blank line before the scan", apply: blank },
        Harmless { name: "blanks at the ends of lines", apply: trailing },
        Harmless {
            name: "another file",
            apply: |site| {
                Some(Change::none(site.files()).with("docs/release.md", "# Releases\n\nRun trivy || true at home.\n"))
            },
        },
        Harmless { name: "code changed", apply: code },
        Harmless { name: "stricter threshold", apply: stricter },
        Harmless { name: "the scan says more", apply: verbose },
        Harmless { name: "command over two lines", apply: wrapped },
        Harmless { name: "version in an image raised", apply: |site| version(site, ":") },
        Harmless { name: "set -eu before the scan", apply: errexit },
    ];
    if platform == Platform::Jenkins {
        all.extend([
            Harmless { name: "stage renamed", apply: stage_renamed },
            Harmless { name: "stage with a scan added", apply: stage_added },
            Harmless {
                name: "step added",
                apply: |site| before_statement(site, "echo 'looking for known vulnerabilities'"),
            },
            Harmless { name: "stronger scan added", apply: |site| before_statement(site, "sh 'gitleaks dir .'") },
            Harmless { name: "option added", apply: option },
            Harmless { name: "timeout around the scan", apply: timeout },
        ]);
    }
    if platform == Platform::GitHub {
        all.push(Harmless { name: "actions raised", apply: |site| version(site, "@v") });
    }
    all
}

fn mark(site: &Site<'_>, path: &str) -> &'static str {
    if site.platform() == Platform::Jenkins && !path.ends_with(".sh") { "//" } else { "#" }
}

fn comment(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let first = line_range(site.text(path), 1)?;
    let at = if site.text(path).starts_with("#!") { first.end + 1 } else { 0 };
    let mark = mark(site, path);
    site.change(path, vec![Edit::insert(at, format!("{mark} Owned by the platform team, ask in #pipelines.\n"))])
}

/// A comment at the line of the step, in the pipeline itself.
fn comment_at_scan(site: &Site<'_>) -> Option<Change> {
    let at = &site.label.scan;
    let text = site.text(&at.path);
    if site.script.as_ref().is_some_and(|script| matches!(script.host, Host::Json)) || at.path.ends_with(".json") {
        return None;
    }
    let step = site.step()?;
    let start = step.at.start as usize;
    (site.step_path()? == at.path).then_some(())?;
    let line = line_start(text, start);
    let mark = mark(site, &at.path);
    let indent = indent_at(text, start);
    site.change(
        &at.path,
        vec![Edit::insert(
            line,
            format!("{indent}{mark} Findings stop the release; continue-on-error: true is not wanted here.\n"),
        )],
    )
}

fn blank(site: &Site<'_>) -> Option<Change> {
    let path = site.step_path()?;
    let text = site.text(path);
    let at = line_start(text, site.step()?.at.start as usize);
    (!text[..at].trim_end().ends_with(['|', '>', '\\', ','])).then_some(())?;
    site.change(path, vec![Edit::insert(at, "\n")])
}

fn trailing(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let text = site.text(path);
    let edits = (1..).map_while(|line| line_range(text, line)).filter(|range| {
        let line = &text[range.clone()];
        line.trim_end().ends_with(':') && !line.contains(['\'', '"'])
    });
    let edits: Vec<Edit> = edits.take(3).map(|range| Edit::insert(range.end, " ")).collect();
    site.change(path, edits)
}

/// A comment more in a file of the application.
fn code(site: &Site<'_>) -> Option<Change> {
    let ends = [
        (".tf", "\n# reviewed\n"),
        (".go", "\n// reviewed\n"),
        (".py", "\n# reviewed\n"),
        (".js", "\n// reviewed\n"),
        (".ts", "\n// reviewed\n"),
        ("Dockerfile", "\n# reviewed\n"),
        (".bicep", "\n// reviewed\n"),
        (".java", "\n// reviewed\n"),
    ];
    let (path, more) = site.files().keys().find_map(|path| {
        let (_, more) = ends.iter().find(|(end, _)| path.ends_with(end))?;
        (!path.starts_with("sources/")).then_some((path, *more))
    })?;
    site.change(path, vec![Edit::insert(site.text(path).len(), more)])
}

/// A lower severity counts as well.
fn stricter(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    let written = script.written();
    let range = &script.node().range;
    let pairs = [
        ("--severity HIGH,CRITICAL", "--severity MEDIUM,HIGH,CRITICAL"),
        ("--severity CRITICAL,HIGH", "--severity CRITICAL,HIGH,MEDIUM"),
        ("--severity CRITICAL", "--severity HIGH,CRITICAL"),
        ("--fail-on critical", "--fail-on high"),
        ("--fail-on high", "--fail-on medium"),
        ("--audit-level=high", "--audit-level=moderate"),
        ("--audit-level=moderate", "--audit-level=low"),
        ("--severity-threshold=high", "--severity-threshold=medium"),
        ("--severity-threshold high", "--severity-threshold medium"),
        ("--severity-threshold=medium", "--severity-threshold=low"),
        ("--minimum-severity MEDIUM", "--minimum-severity LOW"),
        ("--only-severity critical,high", "--only-severity critical,high,medium"),
        ("-severity medium", "-severity low"),
        (" -ll", " -l"),
        (" --only-fixed", ""),
        (" --ignore-unfixed", ""),
        (" --omit=dev", ""),
    ];
    let (old, new) = pairs.into_iter().find(|(old, _)| {
        written
            .find(old)
            .is_some_and(|at| !written[at + old.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == ','))
    })?;
    let at = range.start + written.find(old)?;
    site.rewrite(vec![Edit::new(at..at + old.len(), new)])
}

/// A flag that changes what is printed.
fn verbose(site: &Site<'_>) -> Option<Change> {
    let flag = match site.tool?.id {
        "trivy" | "grype" | "osv-scanner" => return None,
        "checkov" => " --compact",
        "bandit" => " -v",
        "conftest" => " --no-color",
        "npm-audit" => " --json",
        "tfsec" => " --no-colour",
        "kics" => " --no-progress",
        _ => return None,
    };
    let script = site.script.as_ref()?;
    (!script.written().contains(flag)).then_some(())?;
    let end = script.command().arguments.last()?.range.end;
    site.rewrite(vec![Edit::insert(end, flag)])
}

fn wrapped(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    matches!(script.host, Host::Yaml | Host::File).then_some(())?;
    let word = script.command().arguments.get(1)?;
    (!script.written().contains('\n')).then_some(())?;
    let before = script.text[..word.range.start].trim_end().len();
    site.rewrite(vec![Edit::new(before..word.range.start, " \\\n  ")])
}

/// `set -eu` at the start of the script.
fn errexit(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    (script.is_top() && script.is_plain() && matches!(script.host, Host::Yaml | Host::Groovy(_))).then_some(())?;
    let whole = script.script.nodes.first()?.range.start;
    (!script.text.contains("set ")).then_some(())?;
    site.rewrite(vec![Edit::insert(whole, "set -eu\n")])
}

/// The last number of a version behind a mark raised by one, of something that is not the scanner.
fn version(site: &Site<'_>, mark: &str) -> Option<Change> {
    let path = &site.case.root;
    let text = site.text(path);
    let names = site.tool.map(|tool| tool.names).unwrap_or_default();
    let found = (1..).map_while(|line| line_range(text, line)).find_map(|range| {
        let line = &text[range.clone()];
        let image = line.contains("image") || line.contains("container:") || mark == "@v";
        let scanner = names.iter().any(|name| line.contains(name));
        // What is built here is no version of somebody else's.
        if !image || scanner || line.contains(['$', '{']) && mark == ":" || line.contains("env") {
            return None;
        }
        let at = line.rfind(mark)? + mark.len();
        let digits = line[at..].bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = line[at..at + digits].parse().ok()?;
        let rest = &line[at + digits..];
        (digits > 0 && digits < 4 && !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
            .then(|| Edit::new(range.start + at..range.start + at + digits, (number + 1).to_string()))
    })?;
    site.change(path, vec![found])
}

fn stage_span<'s>(site: &'s Site<'_>) -> Option<(&'s str, &'s str, usize)> {
    let stage = site.read.pipeline.stage(site.job().stage?)?;
    let path = site.read.path(stage.at);
    let text = site.text(path);
    text.get(stage.at.start as usize..)?.starts_with("stage(").then_some((path, text, stage.at.start as usize))
}

fn stage_renamed(site: &Site<'_>) -> Option<Change> {
    let (path, text, at) = stage_span(site)?;
    let open = at + text[at..].find(['\'', '"'])? + 1;
    let close = open + text[open..].find(['\'', '"'])?;
    site.change(path, vec![Edit::new(open..close, "Checks")])
}

fn stage_added(site: &Site<'_>) -> Option<Change> {
    let (path, text, at) = stage_span(site)?;
    let declarative = text.contains("pipeline {");
    let stage = site.read.pipeline.stage(site.job().stage?)?;
    (declarative && !stage.parallel && stage.within.is_none()).then_some(())?;
    let indent = indent_at(text, at);
    let new = format!(
        "stage('Secrets') {{\n{indent}  steps {{\n{indent}    sh 'gitleaks dir .'\n{indent}  }}\n{indent}}}\n{indent}"
    );
    site.change(path, vec![Edit::insert(at, new)])
}

fn before_statement(site: &Site<'_>, new: &str) -> Option<Change> {
    let path = site.step_path()?;
    let text = site.text(path);
    let at = site.step()?.at.start as usize;
    let start = line_start(text, at);
    text[start..at].trim().is_empty().then_some(())?;
    let indent = &text[start..at];
    site.change(path, vec![Edit::insert(start, format!("{indent}{new}\n"))])
}

fn option(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let text = site.text(path);
    let at = text.find("  options {")?;
    let end = line_end(text, at);
    (text[at..end].trim_end().ends_with('{')).then_some(())?;
    site.change(path, vec![Edit::insert(end, "\n    skipStagesAfterUnstable()")])
}

fn timeout(site: &Site<'_>) -> Option<Change> {
    let path = site.step_path()?;
    let text = site.text(path);
    let at = site.step()?.at;
    let (start, end) = (at.start as usize, at.end as usize);
    let before = &text[line_start(text, start)..start];
    before.trim().is_empty().then_some(())?;
    let inner = text[start..end].trim_end();
    let new = format!("timeout(time: 20, unit: 'MINUTES') {{\n{before}  {inner}\n{before}}}");
    site.change(path, vec![Edit::new(start..start + inner.len(), new)])
}
