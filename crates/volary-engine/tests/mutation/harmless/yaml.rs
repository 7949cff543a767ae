//! Edits of nodes: names, order, further jobs and steps, quotes, lists.

use volary_model::Value;
use volary_pipeline::Platform;

use super::Harmless;
use crate::files::{Change, Edit};
use crate::site::Site;
use crate::ways::common::{in_job, job_map};
use crate::yaml::{Yaml, entries, entry, get, is_flow, items, key, range, text, written};

pub(crate) fn edits(platform: Platform) -> Vec<Harmless> {
    let mut all = vec![
        Harmless { name: "quotes around a text", apply: quoted },
        Harmless { name: "list between brackets on lines", apply: list },
        Harmless { name: "timeout of the job", apply: timeout },
        Harmless { name: "unrelated job added", apply: job_added },
        Harmless {
            name: "step before the scan",
            apply: |site| step_added(site, "echo \"looking for known vulnerabilities\""),
        },
        Harmless { name: "stronger scan added", apply: |site| step_added(site, "gitleaks dir .") },
        Harmless { name: "variable added", apply: variable },
        Harmless { name: "keys of the job reordered", apply: reordered },
    ];
    match platform {
        Platform::GitHub => all.extend([
            Harmless {
                name: "display name of the step",
                apply: |site| step_key(site, "name", "Look for known vulnerabilities"),
            },
            Harmless { name: "minutes of the step", apply: |site| step_key(site, "timeout-minutes", "15") },
            Harmless { name: "job renamed", apply: renamed },
            Harmless { name: "jobs reordered", apply: jobs_reordered },
            Harmless { name: "workflow renamed", apply: workflow_renamed },
            Harmless { name: "started by hand as well, in another workflow", apply: other_workflow },
            Harmless { name: "permissions stated", apply: permissions },
        ]),
        Platform::Azure => all.extend([
            Harmless {
                name: "display name of the step",
                apply: |site| step_key(site, "displayName", "Look for known vulnerabilities"),
            },
            Harmless { name: "minutes of the step", apply: |site| step_key(site, "timeoutInMinutes", "15") },
            Harmless { name: "name of the run", apply: run_name },
            Harmless { name: "parameter added", apply: parameter },
        ]),
        _ => all.extend([
            Harmless { name: "job renamed", apply: renamed },
            Harmless { name: "tried again when the runner fails", apply: retry },
            Harmless { name: "jobs reordered", apply: jobs_reordered },
        ]),
    }
    all
}

fn step_key(site: &Site<'_>, name: &str, value: &str) -> Option<Change> {
    crate::ways::common::step_key(site, name, value)
}

/// The first plain text of the file that may stand in quotes.
fn quoted(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let mut open: Vec<&Value> = yaml.documents.iter().collect();
    while let Some(value) = open.pop() {
        for entry in entries(value) {
            let place = range(&entry.value);
            let raw = yaml.text.get(place.clone())?;
            let name = matches!(&*entry.key, "name" | "displayName" | "vmImage" | "runs-on" | "stage");
            let plain = raw.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ' ' | '.'));
            if name && !raw.is_empty() && plain {
                return site.change(path, vec![Edit::new(place, format!("\"{raw}\""))]);
            }
        }
        open.extend(entries(value).iter().map(|entry| &entry.value));
        open.extend(items(value));
    }
    None
}

/// A flow list as a block.
fn list(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let mut open: Vec<&Value> = yaml.documents.iter().collect();
    while let Some(value) = open.pop() {
        if is_flow(yaml.text, value) {
            continue;
        }
        for entry in written(value) {
            let list = &entry.value;
            let simple = items(list).iter().all(|item| text(item).is_some());
            if is_flow(yaml.text, list) && !items(list).is_empty() && simple {
                let column = yaml.column(key(entry).start);
                let lines: String =
                    items(list).iter().map(|item| format!("\n{column}  - {}", &yaml.text[range(item)])).collect();
                let from = key(entry).end + yaml.text[key(entry).end..].find(':')? + 1;
                return site.change(path, vec![Edit::new(from..range(list).end, lines)]);
            }
        }
        open.extend(written(value).map(|entry| &entry.value));
        open.extend(items(value));
    }
    None
}

fn timeout(site: &Site<'_>) -> Option<Change> {
    let (name, value) = match site.platform() {
        Platform::GitHub => ("timeout-minutes", "30"),
        Platform::Azure => ("timeoutInMinutes", "30"),
        _ => ("timeout", "30 minutes"),
    };
    in_job(site, |yaml, map| {
        (site.platform() != Platform::Azure || get(map, "job").is_some()).then_some(())?;
        (get(map, "steps").is_some() || get(map, "script").is_some()).then_some(())?;
        Some(vec![yaml.set(map, name, value)?])
    })
}

fn job_added(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    match site.platform() {
        Platform::GitHub => {
            let job = "docs:\n  runs-on: ubuntu-24.04\n  steps:\n    - uses: actions/checkout@v4\n    - run: mkdocs build --strict";
            site.change(path, vec![yaml.add(get(root, "jobs")?, job)?])
        }
        Platform::GitLab => {
            let stage = get(root, "stages").and_then(|list| items(list).first()).and_then(text);
            let stage = stage.map_or(String::new(), |stage| format!("  stage: {stage}\n"));
            let job = format!("\ndocs:\n{stage}  image: python:3.13\n  script:\n    - mkdocs build --strict\n");
            site.change(path, vec![Edit::insert(yaml.text.len(), job)])
        }
        _ => {
            let jobs = get(root, "jobs")?;
            let last = items(jobs).len().checked_sub(1)?;
            let lines = yaml.item_lines(jobs, last)?;
            let dash = yaml.text[..range(&items(jobs)[last]).start].rfind('-')?;
            let column = yaml.column(dash);
            let job = format!("{column}- job: docs\n{column}  steps:\n{column}  - script: mkdocs build --strict\n");
            let newline = if yaml.text[..lines.end].ends_with('\n') { "" } else { "\n" };
            site.change(path, vec![Edit::insert(lines.end, format!("{newline}{job}"))])
        }
    }
}

/// A step, or line of the script, at the start of the job.
fn step_added(site: &Site<'_>, command: &str) -> Option<Change> {
    let (name, head) = match site.platform() {
        Platform::GitHub => ("steps", "run: "),
        Platform::Azure => ("steps", "script: "),
        _ => ("script", ""),
    };
    in_job(site, |yaml, map| {
        let list = get(map, name).filter(|list| !items(list).is_empty())?;
        // GitLab's first line may only check the ground for the rest.
        let first = yaml.item_lines(list, 0)?;
        let dash = yaml.text[..range(items(list).first()?).start].rfind('-')?;
        Some(vec![Edit::insert(first.start, format!("{}- {head}{command}\n", yaml.column(dash)))])
    })
}

fn variable(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    let name = if site.platform() == Platform::GitHub { "env" } else { "variables" };
    let line = "DOCS_TITLE: handbook";
    match get(root, name) {
        Some(map) if !entries(map).is_empty() => site.change(path, vec![yaml.add(map, line)?]),
        Some(_) => None,
        None => {
            (site.platform() != Platform::Azure || get(root, "extends").is_none()).then_some(())?;
            site.change(path, vec![yaml.add_first(root, &format!("{name}:\n  {line}\n"))?])
        }
    }
}

/// The first key of the job goes behind the others.
fn reordered(site: &Site<'_>) -> Option<Change> {
    in_job(site, |yaml, map| {
        (!is_flow(yaml.text, map)).then_some(())?;
        let all: Vec<_> = written(map).collect();
        let first = all.first()?;
        let last = all.last()?;
        let starts =
            yaml.text[crate::files::line_start(yaml.text, key(first).start)..key(first).start].trim().is_empty();
        (starts && all.len() > 2 && !first.key.contains("${{")).then_some(())?;
        let from = crate::files::line_start(yaml.text, key(first).start);
        let to = yaml.after_entry(first);
        let moved = yaml.text[from..to].trim_end_matches('\n');
        let end = crate::files::line_end(yaml.text, yaml.end(&last.value));
        Some(vec![Edit::new(from..to, ""), Edit::insert(end, format!("\n{moved}"))])
    })
}

/// The job under another name, wherever it is needed.
fn renamed(site: &Site<'_>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let found = yaml.entry_at(site.job().header.start as usize)?.1;
    let name = found.key.to_string();
    // A name of one word that stands for nothing else can be replaced as a word; required checks know jobs by name.
    let simple = name.len() > 2 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (simple && !site.apart && !matches!(name.as_str(), "pages" | "default")).then_some(())?;
    let jobs = if site.platform() == Platform::GitHub { yaml.get(&["jobs"])? } else { yaml.root()? };
    let new = format!("{name}-checks");
    let mut edits = vec![Edit::new(key(found), new.clone())];
    for job in entries(jobs) {
        for list in ["needs", "extends", "dependencies"] {
            let Some(value) = get(&job.value, list) else { continue };
            if text(value).as_deref() == Some(&name) {
                edits.push(Edit::new(range(value), new.clone()));
            }
            for item in items(value) {
                let word = get(item, "job").unwrap_or(item);
                if text(word).as_deref() == Some(&name) {
                    edits.push(Edit::new(range(word), new.clone()));
                }
            }
        }
    }
    let expressions = [format!("needs.{name}."), format!("needs['{name}']"), format!("!reference [{name}")];
    (!expressions.iter().any(|text| yaml.text.contains(text))).then_some(())?;
    site.accepted(site.change(path, edits)?)
}

/// The first two jobs change places.
fn jobs_reordered(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    let jobs = if site.platform() == Platform::GitHub { get(root, "jobs")? } else { root };
    let is_job =
        |value: &Value| get(value, "script").is_some() || get(value, "steps").is_some() || get(value, "uses").is_some();
    let all: Vec<_> = written(jobs).filter(|entry| is_job(&entry.value) && !entry.key.starts_with('.')).collect();
    let [.., a, b] = all.as_slice() else { return None };
    let (start, middle) = (key(a).start, key(b).start);
    let end = yaml.after_entry(b);
    (!yaml.text[start..end].contains(['&', '*'])).then_some(())?;
    let from = crate::files::line_start(yaml.text, start);
    let half = crate::files::line_start(yaml.text, middle);
    let mut second = yaml.text[half..end].to_owned();
    if !second.ends_with('\n') {
        second.push('\n');
    }
    site.change(path, vec![Edit::new(from..end, format!("{second}{}", &yaml.text[from..half]))])
}

fn workflow_renamed(site: &Site<'_>) -> Option<Change> {
    let path = site.case.root.clone();
    let yaml = Yaml::new(site.text(&path));
    let name = entry(yaml.root()?, "name")?;
    // Other workflows follow it by its name.
    let old = text(&name.value)?;
    let followed =
        site.files().iter().any(|(other, file)| *other != path && file.contains("workflow_run") && file.contains(&old));
    (!followed).then_some(())?;
    site.change(&path, vec![yaml.replace(name, "Build and ship")?])
}

fn other_workflow(site: &Site<'_>) -> Option<Change> {
    let text = "name: Stale\non:\n  schedule:\n    - cron: '0 3 * * *'\npermissions:\n  issues: write\njobs:\n  stale:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/stale@v9\n";
    Some(Change::none(site.files()).with(".github/workflows/stale.yml", text))
}

fn permissions(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    get(root, "permissions").is_none().then_some(())?;
    site.change(
        path,
        vec![yaml.add_first(root, "permissions:\n  contents: read\n  packages: write\n  id-token: write\n")?],
    )
}

fn run_name(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    match entry(root, "name") {
        Some(found) => {
            // A build number may be the tag of what is built: all uses stay equal.
            site.change(path, vec![yaml.replace(found, "$(Date:yyyyMMdd)$(Rev:.r)")?])
        }
        None => site.change(path, vec![yaml.add_first(root, "name: $(Date:yyyyMMdd)$(Rev:.r)\n")?]),
    }
}

fn parameter(site: &Site<'_>) -> Option<Change> {
    let path = &site.case.root;
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    get(root, "parameters").is_none().then_some(())?;
    let text = "parameters:\n  - name: verboseTests\n    type: boolean\n    default: false\n";
    site.change(path, vec![yaml.add_first(root, text)?])
}

fn retry(site: &Site<'_>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let map = job_map(site, &yaml)?;
    get(map, "retry").is_none().then_some(())?;
    site.change(path, vec![yaml.add(map, "retry:\n  max: 1\n  when: runner_system_failure")?])
}
