//! GitHub Actions.

use volary_pipeline::JobKind;

use super::common::{
    apart_step, comment_out_step, forget, in_job, job_key, remove_step, replace_step, step_condition, step_key,
};
use super::{Way, way};
use crate::files::{Change, Edit};
use crate::site::Site;
use crate::yaml::{Yaml, entries, entry, get, items, key, range, text};

pub(crate) fn ways() -> Vec<Way> {
    vec![
        way!(1, "step continue-on-error", |site: &Site<'_>| tolerated(site, "true")),
        way!(1, "step continue-on-error by an expression", |site: &Site<'_>| tolerated(site, "${{ true }}")),
        way!(1, "step continue-on-error on pushes", |site: &Site<'_>| tolerated(
            site,
            "${{ github.event_name != 'workflow_dispatch' }}"
        )),
        way!(1, "step continue-on-error by the environment", tolerated_by_environment),
        way!(1, "job continue-on-error", |site: &Site<'_>| tolerated_job(site, "true")),
        way!(1, "job continue-on-error by an expression", |site: &Site<'_>| tolerated_job(
            site,
            "${{ github.actor != 'release-bot' }}"
        )),
        way!(4, "step if: false", |site: &Site<'_>| never(site, "false")),
        way!(4, "step if: ${{ false }}", |site: &Site<'_>| never(site, "${{ false }}")),
        way!(4, "step only on a schedule", |site: &Site<'_>| narrowed(site, "github.event_name == 'schedule'")),
        way!(4, "step only when a variable says so", |site: &Site<'_>| narrowed(
            site,
            "vars.RUN_SECURITY_SCAN == 'true'"
        )),
        way!(4, "step not for a person", |site: &Site<'_>| narrowed(site, "github.actor != 'release-bot'")),
        way!(4, "step only with a word in the commit", |site: &Site<'_>| narrowed(
            site,
            "contains(github.event.head_commit.message, '[scan]')"
        )),
        way!(4, "step skipped by a word in the commit", |site: &Site<'_>| narrowed(
            site,
            "!contains(github.event.head_commit.message, '[skip scan]')"
        )),
        way!(4, "job of the pull request if: false", job_never),
        way!(4, "job not for a person", job_for_some),
        way!(6, "step removed", remove_step),
        way!(6, "step as comments", comment_out_step),
        way!(6, "job removed", remove_job),
        way!(6, "needs removed", needs_removed),
        way!(6, "what ships runs always", always),
        way!(6, "step calls nothing but echo", |site: &Site<'_>| {
            let (path, ..) = apart_step(site)?;
            site.change(path, vec![replace_step(site, "run: echo \"scan is done elsewhere\"")?])
        }),
        way!(7, "pull_request removed", trigger_removed),
        way!(7, "paths of pull requests", |site: &Site<'_>| trigger_filter(site, "paths", "['infra/**']")),
        way!(7, "paths-ignore of pull requests", |site: &Site<'_>| trigger_filter(site, "paths-ignore", "['**']")),
        way!(7, "branches of pull requests", |site: &Site<'_>| trigger_filter(site, "branches", "[develop]")),
        way!(7, "branches-ignore of pull requests", |site: &Site<'_>| trigger_filter(
            site,
            "branches-ignore",
            "[main, 'release/**']"
        )),
        way!(7, "types of pull requests", |site: &Site<'_>| trigger_filter(site, "types", "[closed]")),
        way!(7, "started by hand only", manual_only),
        way!(7 or 6, "workflow renamed", renamed),
        way!(7 or 6, "workflow moved away", moved),
        way!(11, "security-events: write removed", |site: &Site<'_>| permission(
            site,
            "{contents: read, security-events: write}",
            "{contents: read}"
        )),
        way!(11, "security-events: read", |site: &Site<'_>| permission(
            site,
            "{contents: read, security-events: write}",
            "{contents: read, security-events: read}"
        )),
        way!(11, "no permissions", |site: &Site<'_>| permission(
            site,
            "{contents: read, security-events: write}",
            "{}"
        )),
        way!(12, "action of a fork", |site: &Site<'_>| action(site, &|owner, rest, reference| Some(format!(
            "{owner}-patched/{rest}@{reference}"
        )))),
        way!(12, "action at a branch", |site: &Site<'_>| action(site, &|owner, rest, reference| {
            (!matches!(reference, "main" | "master")).then(|| format!("{owner}/{rest}@main"))
        })),
        way!(12, "local action of the same name", local_action),
        way!(12, "local reusable workflow of the same name", local_workflow),
        way!(13, "second workflow with the check's name", |site: &Site<'_>| shadow(site, "paths: ['docs/**']")),
        way!(13, "second workflow with the check's name on all pull requests", |site: &Site<'_>| shadow(
            site,
            "branches: ['**']"
        )),
        way!(13, "second job with the check's name", shadow_job),
    ]
}

/// Findings fail the step, and nothing reads its outcome.
fn stops(site: &Site<'_>) -> Option<()> {
    let step = site.step()?;
    let plain = site.script.as_ref().is_none_or(|script| script.is_plain());
    let read = step.id.as_ref().and_then(volary_pipeline::Text::known).is_some_and(|id| {
        let path = site.step_path().unwrap_or_default();
        site.text(path).contains(&format!("steps.{id}.outcome"))
    });
    (site.stops() && plain && !read).then_some(())
}

fn tolerated(site: &Site<'_>, value: &str) -> Option<Change> {
    stops(site)?;
    step_key(site, "continue-on-error", value)
}

/// Composite actions and workflows that are called have no environment of their own in between.
fn tolerated_by_environment(site: &Site<'_>) -> Option<Change> {
    stops(site)?;
    let (path, yaml, at) = apart_step(site)?;
    let root = yaml.root()?;
    entry(root, "jobs")?;
    let step = yaml.set(yaml.map_of_key(at)?, "continue-on-error", "${{ env.SECURITY_SOFT_FAIL == 'true' }}")?;
    let env = match get(root, "env") {
        Some(env) => yaml.add(env, "SECURITY_SOFT_FAIL: 'true'")?,
        None => yaml.add(root, "env:\n  SECURITY_SOFT_FAIL: 'true'")?,
    };
    site.change(path, vec![step, env])
}

/// A job whose failure is tolerated lets those go on that wait for it; steps of its own it does not.
fn tolerated_job(site: &Site<'_>, value: &str) -> Option<Change> {
    (site.apart || site.guards()).then_some(())?;
    matches!(site.job().kind, JobKind::Plain).then_some(())?;
    job_key(site, "continue-on-error", value)
}

fn never(site: &Site<'_>, value: &str) -> Option<Change> {
    step_key(site, "if", value)
}

fn narrowed(site: &Site<'_>, condition: &str) -> Option<Change> {
    step_condition(site, "if", condition_alone(condition).as_str(), &|old| {
        let old = old.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
        format!("${{{{ ({old}) && {condition} }}}}")
    })
}

/// A condition as it can stand in YAML.
fn condition_alone(condition: &str) -> String {
    if condition.starts_with('!') { format!("${{{{ {condition} }}}}") } else { condition.to_owned() }
}

/// A check that is skipped counts as passed.
fn job_never(site: &Site<'_>) -> Option<Change> {
    site.in_pull_requests().then_some(())?;
    job_key(site, "if", "false")
}

fn job_for_some(site: &Site<'_>) -> Option<Change> {
    site.in_pull_requests().then_some(())?;
    in_job(site, |yaml, map| {
        (entry(map, "if").is_none()).then_some(())?;
        Some(vec![yaml.set(map, "if", "github.actor != 'release-bot'")?])
    })
}

/// The name of the job as others need it: the key of its entry.
fn job_name(yaml: &Yaml<'_>, site: &Site<'_>) -> Option<String> {
    let (_, found) = yaml.entry_at(site.job().header.start as usize)?;
    Some(found.key.to_string())
}

/// Other jobs read what the job hands over: they cannot do without it.
fn hands_over(site: &Site<'_>, yaml: &Yaml<'_>, name: &str) -> bool {
    let files = site.job().steps.iter().any(|step| {
        step.artifact.as_ref().is_some_and(|artifact| artifact.direction == volary_pipeline::Direction::Publish)
    });
    files || yaml.text.contains(&format!("needs.{name}.")) || yaml.text.contains(&format!("needs['{name}']"))
}

fn remove_job(site: &Site<'_>) -> Option<Change> {
    if site.same_job() {
        return None;
    }
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let jobs = yaml.get(&["jobs"])?;
    let name = job_name(&yaml, site)?;
    if hands_over(site, &yaml, &name) {
        return None;
    }
    let mut edits = vec![yaml.remove(jobs, &name)?];
    edits.extend(entries(jobs).iter().filter_map(|job| forget(&yaml, &job.value, "needs", &name)));
    site.change(path, edits)
}

/// What ships no longer waits for the scan. Where other jobs in between wait for it too, they stop waiting as well.
fn needs_removed(site: &Site<'_>) -> Option<Change> {
    site.guards().then_some(())?;
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let jobs = yaml.get(&["jobs"])?;
    let name = job_name(&yaml, site)?;
    if hands_over(site, &yaml, &name) {
        return None;
    }
    let edits: Vec<Edit> = entries(jobs).iter().filter_map(|job| forget(&yaml, &job.value, "needs", &name)).collect();
    site.change(path, edits)
}

/// What ships runs whatever happened before.
fn always(site: &Site<'_>) -> Option<Change> {
    site.guards().then_some(())?;
    let job = site.read.pipeline.job(site.effect?)?;
    let path = site.read.path(job.header);
    let yaml = Yaml::new(site.text(path));
    let (_, found) = yaml.entry_at(job.header.start as usize)?;
    let map = &found.value;
    let value = match entry(map, "if") {
        Some(old) => {
            let old = text(&old.value)?;
            let old = old.trim().trim_start_matches("${{").trim_end_matches("}}").trim().to_owned();
            format!("${{{{ always() && ({old}) }}}}")
        }
        None => "always()".to_owned(),
    };
    // Between a job that waits for others in between nothing changes: those are skipped, and it runs all the same.
    site.change(path, vec![yaml.set(map, "if", &value)?])
}

/// The triggers as YAML, and the one of pull requests.
fn with_trigger(
    site: &Site<'_>,
    edit: impl Fn(&Yaml<'_>, &volary_model::Value) -> Option<Vec<Edit>>,
) -> Option<Change> {
    site.in_pull_requests().then_some(())?;
    let path = site.path();
    let yaml = Yaml::new(site.text(path));
    let on = get(yaml.root()?, "on")?;
    site.change(path, edit(&yaml, on)?)
}

fn trigger_removed(site: &Site<'_>) -> Option<Change> {
    with_trigger(site, |yaml, on| {
        if text(on).as_deref() == Some("pull_request") {
            return Some(vec![Edit::new(range(on), "workflow_dispatch")]);
        }
        if let Some(index) = items(on).iter().position(|item| text(item).as_deref() == Some("pull_request")) {
            return Some(vec![yaml.remove_item(on, index)?]);
        }
        let found = entry(on, "pull_request")?;
        match yaml.remove(on, "pull_request") {
            Some(edit) => Some(vec![edit]),
            None => Some(vec![Edit::new(key(found).start..yaml.end(on), "workflow_dispatch:")]),
        }
    })
}

fn trigger_filter(site: &Site<'_>, name: &str, value: &str) -> Option<Change> {
    let opposite = match name {
        "paths" => "paths-ignore",
        "paths-ignore" => "paths",
        "branches" => "branches-ignore",
        "branches-ignore" => "branches",
        _ => "",
    };
    with_trigger(site, |yaml, on| {
        if text(on).as_deref() == Some("pull_request") {
            let column = " ".repeat(2);
            return Some(vec![Edit::new(range(on), format!("\n{column}pull_request:\n{column}  {name}: {value}"))]);
        }
        let found = entry(on, "pull_request")?;
        if entries(&found.value).is_empty() {
            return Some(vec![Edit::insert(
                key(found).end + 1,
                format!("\n{}  {name}: {value}", yaml.column(key(found).start)),
            )]);
        }
        if let Some(other) = entry(&found.value, opposite) {
            return Some(vec![Edit::new(key(other).start..yaml.end(&other.value), format!("{name}: {value}"))]);
        }
        Some(vec![yaml.set(&found.value, name, value)?])
    })
}

fn manual_only(site: &Site<'_>) -> Option<Change> {
    site.in_pull_requests().then_some(())?;
    let path = site.path();
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    let on = entry(root, "on")?;
    site.change(path, vec![Edit::new(key(on).start..yaml.end(&on.value), "on: workflow_dispatch")])
}

fn renamed(site: &Site<'_>) -> Option<Change> {
    away(site, |path| format!("{path}.disabled"))
}

fn moved(site: &Site<'_>) -> Option<Change> {
    away(site, |path| path.replace(".github/workflows/", ".github/workflows-off/"))
}

fn away(site: &Site<'_>, new: impl Fn(&str) -> String) -> Option<Change> {
    site.apart.then_some(())?;
    let path = site.path();
    (path != site.case.root && path.starts_with(".github/workflows/")).then_some(())?;
    let mut change = Change::none(site.files());
    let text = change.head.remove(path)?;
    Some(change.with(&new(path), text))
}

/// The base has the permission, the head has not.
fn permission(site: &Site<'_>, before: &str, after: &str) -> Option<Change> {
    matches!(site.job().kind, JobKind::Plain).then_some(())?;
    let path = site.job_path();
    let with = |value: &str| {
        in_job(site, |yaml, map| Some(vec![yaml.set(map, "permissions", value)?])).map(|change| change.head)
    };
    // A job that ships needs more than these.
    (!site.same_job()).then_some(())?;
    // Without a step that hands findings over nothing needs the permission.
    if after.contains("contents: read") {
        let uses = site.job().steps.iter().filter_map(|step| step.uses());
        let hands_over = |name: &str| name.contains("upload-sarif") || name.starts_with("github/codeql-action/analyze");
        uses.into_iter().any(|uses| hands_over(&uses.name)).then_some(())?;
    }
    let (base, head) = (with(before)?, with(after)?);
    (base.get(path) != head.get(path)).then_some(Change { base, head })
}

fn action(site: &Site<'_>, new: &dyn Fn(&str, &str, &str) -> Option<String>) -> Option<Change> {
    let (path, yaml, at) = match site.step_yaml() {
        Some(found) => found,
        None => {
            let path = site.job_path();
            let yaml = Yaml::new(site.text(path));
            let at = key(entry(super::common::job_map(site, &yaml)?, "uses")?).start;
            (path, yaml, at)
        }
    };
    let (_, found) = yaml.entry_at(at)?;
    (&*found.key == "uses").then_some(())?;
    let written = text(&found.value)?;
    let (name, reference) = written.split_once('@')?;
    let (owner, rest) = name.split_once('/')?;
    (!name.starts_with('.')).then_some(())?;
    site.change(path, vec![yaml.replace(found, &new(owner, rest, reference)?)?])
}

fn local_action(site: &Site<'_>) -> Option<Change> {
    let (path, yaml, at) = site.step_yaml()?;
    let (_, found) = yaml.entry_at(at)?;
    (&*found.key == "uses").then_some(())?;
    let written = text(&found.value)?;
    let name = written.split('@').next()?.rsplit('/').next()?.to_owned();
    (!written.starts_with('.')).then_some(())?;
    let folder = format!(".github/actions/{name}");
    let change = site.change(path, vec![yaml.replace(found, &format!("./{folder}"))?])?;
    let action = format!(
        "name: {name}\ndescription: Scan\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: echo \"{name} found nothing\"\n"
    );
    Some(change.with(&format!("{folder}/action.yml"), action))
}

fn local_workflow(site: &Site<'_>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let map = super::common::job_map(site, &yaml)?;
    let found = entry(map, "uses")?;
    let written = text(&found.value)?;
    (site.step.is_none() && !written.starts_with('.')).then_some(())?;
    let edits = vec![yaml.replace(found, "./.github/workflows/scan.yml")?];
    let inputs: String = get(map, "with")
        .map(entries)
        .unwrap_or_default()
        .iter()
        .map(|input| {
            let ty = if matches!(input.value.data, volary_model::Data::Bool(_)) { "boolean" } else { "string" };
            format!("      {}: {{type: {ty}}}\n", input.key)
        })
        .collect();
    let inputs = if inputs.is_empty() { inputs } else { format!("    inputs:\n{inputs}") };
    let workflow = format!(
        "on:\n  workflow_call:\n{inputs}jobs:\n  scan:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo \"nothing found\"\n"
    );
    Some(site.change(path, edits)?.with(".github/workflows/scan.yml", workflow))
}

/// The names of the workflow and of the check that the job publishes.
fn check(site: &Site<'_>) -> Option<(String, String)> {
    let runs = site.read.pipeline.triggers.iter().any(|trigger| trigger.event == volary_pipeline::Event::PullRequest);
    (runs && matches!(site.job().kind, JobKind::Plain) && site.job().within.is_none()).then_some(())?;
    let job = site.job();
    let name = job.display.as_ref().and_then(volary_pipeline::Text::known).or_else(|| job.name.known())?;
    let workflow = site.read.pipeline.name.as_ref().and_then(volary_pipeline::Text::known).unwrap_or_default();
    Some((workflow, name))
}

fn shadow(site: &Site<'_>, filter: &str) -> Option<Change> {
    let (workflow, name) = check(site)?;
    let text = format!(
        "name: {workflow:?}\non:\n  pull_request:\n    {filter}\njobs:\n  skip:\n    name: {name:?}\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo \"nothing to do\"\n"
    );
    Some(Change::none(site.files()).with(".github/workflows/skip-checks.yml", text))
}

fn shadow_job(site: &Site<'_>) -> Option<Change> {
    let (_, name) = check(site)?;
    let path = site.path();
    let yaml = Yaml::new(site.text(path));
    let jobs = yaml.get(&["jobs"])?;
    let job =
        format!("quick-check:\n  name: {name:?}\n  runs-on: ubuntu-24.04\n  steps:\n    - run: echo \"nothing to do\"");
    let edit = yaml.add(jobs, &job)?;
    site.change(path, vec![edit])
}
