//! The same steps elsewhere: in a script, a template, a composite action, a reusable workflow, an include.

use volary_pipeline::{JobKind, Platform};

use super::Harmless;
use crate::files::{Change, Edit, hang};
use crate::script::Host;
use crate::site::Site;
use crate::ways::common::{job_map, replace_step};
use crate::yaml::{Yaml, entries, entry, get, is_flow, items, key, range};

pub(crate) fn edits(platform: Platform) -> Vec<Harmless> {
    let mut all = vec![Harmless { name: "command in a script of the tree", apply: in_script }];
    match platform {
        Platform::GitHub => all.extend([
            Harmless { name: "step in a composite action", apply: in_action },
            Harmless { name: "job in a reusable workflow", apply: in_workflow },
        ]),
        Platform::Azure => all.extend([
            Harmless { name: "step in a template", apply: in_step_template },
            Harmless { name: "job in a template", apply: in_job_template },
        ]),
        Platform::GitLab => all.push(Harmless { name: "job in an include", apply: in_include }),
        Platform::Jenkins => {}
    }
    all
}

/// The statement of the scan as a script that ends at the first failure.
fn in_script(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    let statement = script.script.node(script.statement());
    let written = &script.text[statement.range.clone()];
    // What the platform or the shell puts in is not known there.
    let own = script.is_plain()
        && script.is_top()
        && !written.contains('$')
        && matches!(script.host, Host::Yaml | Host::Groovy(_));
    (own && site.step()?.working_directory.is_none() && !script.text.contains("cd ")).then_some(())?;
    let text = format!("#!/usr/bin/env bash\nset -euo pipefail\n{written}\n");
    Some(site.rewrite(vec![Edit::new(statement.range.clone(), "bash ci/scan.sh")])?.with("ci/scan.sh", text))
}

/// The lines of the step as an item of a list, at the left.
fn step_lines(site: &Site<'_>) -> Option<String> {
    let (_, yaml, at) = site.step_yaml()?;
    let map = yaml.map_of_key(at)?;
    (!is_flow(yaml.text, map)).then_some(())?;
    let first = entries(map).iter().map(|entry| key(entry).start).min()?;
    let indent = yaml.column(first);
    let end = crate::files::line_end(yaml.text, yaml.end(map));
    let body = &yaml.text[first..end];
    Some(body.lines().map(|line| line.strip_prefix(&indent).unwrap_or(line)).collect::<Vec<_>>().join("\n"))
}

fn in_action(site: &Site<'_>) -> Option<Change> {
    let (path, yaml, at) = site.step_yaml()?;
    (path == site.case.root && yaml.get(&["jobs"]).is_some()).then_some(())?;
    let map = yaml.map_of_key(at)?;
    let lines = step_lines(site)?;
    // Only github, inputs and the environment are known there.
    let unknown = ["secrets.", "matrix.", "needs.", "steps.", "vars.", "working-directory", "timeout-minutes"];
    (!unknown.iter().any(|word| lines.contains(word)) && entry(map, "if").is_none() && entry(map, "id").is_none())
        .then_some(())?;
    let shell = if entry(map, "run").is_some() && entry(map, "shell").is_none() { "\nshell: bash" } else { "" };
    let action = format!(
        "name: Scan\ndescription: Looks for known vulnerabilities\nruns:\n  using: composite\n  steps:\n    - {}\n",
        hang(&format!("{lines}{shell}"), "      ")
    );
    let change = site.change(path, vec![replace_step(site, "uses: ./.github/actions/scan")?])?;
    // A local action needs the sources.
    yaml.text.contains("actions/checkout").then_some(())?;
    Some(change.with(".github/actions/scan/action.yml", action))
}

fn in_workflow(site: &Site<'_>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    (path == site.case.root && matches!(site.job().kind, JobKind::Plain) && !site.apart).then_some(())?;
    let found = yaml.entry_at(site.job().header.start as usize)?.1;
    let map = job_map(site, &yaml)?;
    let body = {
        let start = entries(map).iter().map(|entry| key(entry).start).min()?;
        let indent = yaml.column(start);
        let end = crate::files::line_end(yaml.text, yaml.end(map));
        let text = &yaml.text[start..end];
        text.lines().map(|line| line.strip_prefix(&indent).unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    let kept = ["needs", "if", "strategy", "environment", "outputs", "permissions", "concurrency", "env", "defaults"];
    (!kept.iter().any(|name| get(map, name).is_some()) && !body.contains("needs.") && !body.contains("inputs."))
        .then_some(())?;
    (!yaml.text.contains(&format!("needs.{}.outputs", found.key))).then_some(())?;
    let environment = yaml
        .root()
        .and_then(|root| entry(root, "env"))
        .map_or(String::new(), |env| format!("{}\n", yaml.text[key(env).start..yaml.end(&env.value)].trim_end()));
    let workflow =
        format!("name: Checks\non:\n  workflow_call:\n{environment}jobs:\n  checks:\n    {}\n", hang(&body, "    "));
    let indent = yaml.column(key(found).start);
    let call = format!("{}:\n{indent}  uses: ./.github/workflows/checks.yml\n{indent}  secrets: inherit", found.key);
    let end = crate::files::line_end(yaml.text, yaml.end(map));
    let change = site.change(path, vec![Edit::new(key(found).start..end, call)])?;
    site.accepted(change.with(".github/workflows/checks.yml", workflow))
}

/// A path beside the file of the pipeline.
fn beside(path: &str, name: &str) -> String {
    path.rsplit_once('/').map_or_else(|| name.to_owned(), |(folder, _)| format!("{folder}/{name}"))
}

fn in_step_template(site: &Site<'_>) -> Option<Change> {
    let (path, ..) = site.step_yaml()?;
    let lines = step_lines(site)?;
    (path == site.case.root && !lines.contains("${{") && !lines.contains("$[")).then_some(())?;
    let template = format!("steps:\n  - {}\n", hang(&lines, "    "));
    let change = site.change(path, vec![replace_step(site, "template: templates/scan.yml")?])?;
    site.accepted(change.with(&beside(path, "templates/scan.yml"), template))
}

fn in_job_template(site: &Site<'_>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    (path == site.case.root && !site.apart).then_some(())?;
    let map = job_map(site, &yaml)?;
    get(map, "job")?;
    let start = range(map).start;
    let (list, index) = yaml
        .around(start)
        .into_iter()
        .rev()
        .find_map(|value| Some((value, items(value).iter().position(|item| range(item).start == start)?)))?;
    let lines = yaml.item_lines(list, index)?;
    let body = &yaml.text[lines.clone()];
    (!body.contains("${{") && !body.contains("- template:")).then_some(())?;
    let indent = body.len() - body.trim_start().len();
    let template: String = body.lines().map(|line| format!("  {}\n", line.get(indent..).unwrap_or(""))).collect();
    let new = format!("{}- template: templates/checks.yml\n", " ".repeat(indent));
    let change = site.change(path, vec![Edit::new(lines, new)])?;
    site.accepted(change.with(&beside(path, "templates/checks.yml"), format!("jobs:\n{template}")))
}

fn in_include(site: &Site<'_>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    (path == site.case.root && get(root, "include").is_none()).then_some(())?;
    let found = yaml.entry_at(site.job().header.start as usize)?.1;
    let from = crate::files::line_start(yaml.text, key(found).start);
    let to = yaml.after_entry(found);
    let body = yaml.text[from..to].to_owned();
    // Anchors and references hold within one file.
    (!body.contains(['&', '*']) && !body.contains("!reference")).then_some(())?;
    let change = site
        .change(path, vec![yaml.add_first(root, "include:\n  - local: ci/checks.yml\n")?, Edit::new(from..to, "")])?;
    site.accepted(change.with("ci/checks.yml", body))
}
