//! Azure Pipelines.

use volary_model::Value;
use volary_pipeline::{Needs, UsesKind};

use super::common::{
    apart_step, comment_out_step, in_job, map_of_header, remove_step, replace_step, step_condition, step_key,
};
use super::{Way, way};
use crate::files::{Change, Edit, hang};
use crate::site::Site;
use crate::yaml::{Yaml, entry, get, items, key, range, text};

pub(crate) fn ways() -> Vec<Way> {
    vec![
        way!(1, "step continueOnError", |site: &Site<'_>| tolerated(site, "true")),
        way!(1, "step continueOnError by an expression", |site: &Site<'_>| tolerated(site, "${{ eq(1, 1) }}")),
        way!(1, "step continueOnError by a variable", tolerated_by_variable),
        way!(1, "step continueOnError by a parameter", tolerated_by_parameter),
        way!(1, "job continueOnError", tolerated_job),
        way!(3 or 1, "PowerShell ignores the exit code", ignored_exit_code),
        way!(4, "step enabled: false", |site: &Site<'_>| step_key(site, "enabled", "false")),
        way!(4, "step condition: false", |site: &Site<'_>| step_key(site, "condition", "false")),
        way!(4, "step condition: and(false, ...)", |site: &Site<'_>| narrowed(site, "false")),
        way!(4, "step only on a schedule", |site: &Site<'_>| narrowed(
            site,
            "eq(variables['Build.Reason'], 'Schedule')"
        )),
        way!(4, "step only when a variable says so", |site: &Site<'_>| narrowed(
            site,
            "eq(variables['runSecurityScan'], 'true')"
        )),
        way!(4, "step not for a person", |site: &Site<'_>| narrowed(
            site,
            "ne(variables['Build.RequestedFor'], 'Release Bot')"
        )),
        way!(4, "step only for a branch nobody ships", |site: &Site<'_>| narrowed(
            site,
            "eq(variables['Build.SourceBranchName'], 'security')"
        )),
        way!(4, "step inside of an if", |site: &Site<'_>| inside(site, "eq(variables['Build.Reason'], 'Schedule')")),
        way!(4, "step behind a parameter that is off", behind_parameter),
        way!(6, "step removed", remove_step),
        way!(6, "step as comments", comment_out_step),
        way!(6, "step calls nothing but echo", |site: &Site<'_>| {
            let (path, ..) = apart_step(site)?;
            site.change(path, vec![replace_step(site, "script: echo \"scan is done elsewhere\"")?])
        }),
        way!(6, "template call removed", template_removed),
        way!(6, "template moved to a branch", |site: &Site<'_>| template_reference(
            site,
            "refs/heads/feature/faster-builds"
        )),
        way!(6, "template follows the default branch", template_default),
        way!(6, "dependsOn removed", depends_removed),
        way!(6, "what ships runs always", |site: &Site<'_>| forced(site, "always()")),
        way!(6, "what ships runs when it succeeded or failed", |site: &Site<'_>| forced(site, "succeededOrFailed()")),
        way!(6, "what ships only asks whether the run was cancelled", |site: &Site<'_>| forced(
            site,
            "not(canceled())"
        )),
        way!(7, "pr: none", |site: &Site<'_>| trigger(site, "pr", "none")),
        way!(7, "pr for other branches", |site: &Site<'_>| trigger(site, "pr", "[develop]")),
        way!(7, "pr with paths", |site: &Site<'_>| trigger(
            site,
            "pr",
            "{branches: {include: ['*']}, paths: {include: [docs]}}"
        )),
        way!(7, "pr without paths", |site: &Site<'_>| trigger(
            site,
            "pr",
            "{branches: {include: ['*']}, paths: {exclude: ['*']}}"
        )),
        way!(7 or 6, "pipeline moved away", moved),
        way!(12, "task of another publisher", other_task),
        way!(12, "image of somebody else", |site: &Site<'_>| super::tool::image(site, true)),
        way!(12, "image at a moving tag", |site: &Site<'_>| super::tool::image(site, false)),
    ]
}

fn stops(site: &Site<'_>) -> Option<()> {
    site.step()?;
    (site.stops() && site.script.as_ref().is_none_or(|script| script.is_plain())).then_some(())
}

fn tolerated(site: &Site<'_>, value: &str) -> Option<Change> {
    stops(site)?;
    step_key(site, "continueOnError", value)
}

fn tolerated_by_variable(site: &Site<'_>) -> Option<Change> {
    stops(site)?;
    let (path, yaml, at) = apart_step(site)?;
    let root = yaml.root()?;
    let step = yaml.set(yaml.map_of_key(at)?, "continueOnError", "${{ variables.softFail }}")?;
    let variables = match get(root, "variables") {
        Some(list) if !items(list).is_empty() => item(&yaml, list, "name: softFail\nvalue: true")?,
        Some(map) => yaml.add(map, "softFail: true")?,
        None if path == site.case.root => yaml.add(root, "variables:\n  softFail: true")?,
        None => return None,
    };
    site.change(path, vec![step, variables])
}

fn tolerated_by_parameter(site: &Site<'_>) -> Option<Change> {
    stops(site)?;
    let (path, yaml, at) = apart_step(site)?;
    let step = yaml.set(yaml.map_of_key(at)?, "continueOnError", "${{ parameters.reportOnly }}")?;
    site.change(path, vec![step, parameter(&yaml, "reportOnly", "true")?])
}

/// A parameter with a default.
fn parameter(yaml: &Yaml<'_>, name: &str, default: &str) -> Option<Edit> {
    let root = yaml.root()?;
    match get(root, "parameters") {
        Some(list) if !items(list).is_empty() => {
            item(yaml, list, &format!("name: {name}\ntype: boolean\ndefault: {default}"))
        }
        Some(map) => yaml.add(map, &format!("{name}: {default}")),
        None => {
            yaml.add_first(root, &format!("parameters:\n  - name: {name}\n    type: boolean\n    default: {default}\n"))
        }
    }
}

/// A further item of a block list, behind the last one.
fn item(yaml: &Yaml<'_>, list: &Value, lines: &str) -> Option<Edit> {
    let last = items(list).len().checked_sub(1)?;
    let bytes = yaml.item_lines(list, last)?;
    let dash = yaml.text[..range(&items(list)[last]).start].rfind('-')?;
    let column = yaml.column(dash);
    let text = format!("{column}- {}\n", hang(lines, &format!("{column}  ")));
    let newline = if yaml.text[..bytes.end].ends_with('\n') { "" } else { "\n" };
    Some(Edit::insert(bytes.end, format!("{newline}{text}")))
}

/// A job that fails under tolerance counts as succeeded with issues, for all that wait for it or its stage.
fn tolerated_job(site: &Site<'_>) -> Option<Change> {
    if site.same_job() {
        return None;
    }
    if !site.apart && !waits(site) {
        return None;
    }
    in_job(site, |yaml, map| {
        (entry(map, "job").is_some()).then_some(())?;
        Some(vec![yaml.set(map, "continueOnError", "true")?])
    })
}

/// What ships waits for the scan by jobs or stages.
fn waits(site: &Site<'_>) -> bool {
    let Some(effect) = site.effect.and_then(|id| site.read.pipeline.job(id)) else { return false };
    site.guards() || effect.stage != site.job().stage
}

fn ignored_exit_code(site: &Site<'_>) -> Option<Change> {
    let (path, yaml, at) = site.step_yaml()?;
    let map = yaml.map_of_key(at)?;
    let pwsh = entry(map, "pwsh").or_else(|| entry(map, "powershell")).is_some();
    let task =
        entry(map, "task").and_then(|entry| text(&entry.value)).is_some_and(|task| task.starts_with("PowerShell@"));
    (pwsh || task).then_some(())?;
    // A script that ends itself does not need the task to ask for the code.
    let script = site.step()?.script()?.text.canonical();
    (!["LASTEXITCODE", "exit ", "throw"].iter().any(|word| script.contains(word))).then_some(())?;
    let edit = match get(map, "inputs") {
        Some(inputs) => yaml.set(inputs, "ignoreLASTEXITCODE", "true")?,
        None => yaml.set(map, "ignoreLASTEXITCODE", "true")?,
    };
    site.change(path, vec![edit])
}

fn narrowed(site: &Site<'_>, condition: &str) -> Option<Change> {
    step_condition(site, "condition", &format!("and(succeeded(), {condition})"), &|old| {
        format!("and({old}, {condition})")
    })
}

/// The step as an item below `${{ if }}`.
fn inside(site: &Site<'_>, condition: &str) -> Option<Change> {
    let (path, edit) = wrapped(site, condition)?;
    site.change(path, vec![edit])
}

fn wrapped<'s>(site: &'s Site<'_>, condition: &str) -> Option<(&'s str, Edit)> {
    let (path, yaml, at) = apart_step(site)?;
    let start = range(yaml.map_of_key(at)?).start;
    let (list, index) = yaml
        .around(at)
        .into_iter()
        .rev()
        .find_map(|value| Some((value, items(value).iter().position(|item| range(item).start == start)?)))?;
    let lines = yaml.item_lines(list, index)?;
    let old = &yaml.text[lines.clone()];
    let column = " ".repeat(old.len() - old.trim_start().len());
    let moved: String = old
        .split_inclusive('\n')
        .map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("  {line}") })
        .collect();
    Some((path, Edit::new(lines, format!("{column}- ${{{{ if {condition} }}}}:\n{moved}"))))
}

fn behind_parameter(site: &Site<'_>) -> Option<Change> {
    let (path, edit) = wrapped(site, "eq(parameters.securityScan, true)")?;
    let yaml = Yaml::new(site.text(path));
    site.change(path, vec![edit, parameter(&yaml, "securityScan", "false")?])
}

/// The call in the tree through which the step came, outermost.
fn call<'y>(site: &Site<'_>, yaml: &'y Yaml<'_>) -> Option<(&'y Value, usize)> {
    let call = site.step()?.through.first()?;
    let at = call.span;
    (site.read.path(at) == site.case.root).then_some(())?;
    let chain = yaml.around(at.start as usize);
    chain.into_iter().rev().find_map(|value| {
        let index = items(value).iter().position(|item| {
            get(item, "template").is_some()
                && range(item).start <= at.start as usize
                && at.start as usize <= range(item).end
        })?;
        Some((value, index))
    })
}

fn template_removed(site: &Site<'_>) -> Option<Change> {
    let yaml = Yaml::new(site.text(&site.case.root));
    let (list, index) = call(site, &yaml)?;
    // A template that also ships cannot be left out.
    (site.label.effect.path == site.case.root).then_some(())?;
    site.accepted(site.change(&site.case.root, vec![yaml.remove_item(list, index)?])?)
}

/// The repository resource that the scan comes from.
fn repository<'y>(site: &Site<'_>, yaml: &'y Yaml<'_>) -> Option<&'y Value> {
    site.label.scan.path.starts_with("sources/").then_some(())?;
    let uses = site.read.pipeline.uses.iter();
    let alias = uses
        .filter(|uses| matches!(uses.kind, UsesKind::Template | UsesKind::Extends))
        .find_map(|uses| uses.repository.as_ref()?.alias.clone())?;
    let list = items(yaml.get(&["resources", "repositories"])?);
    list.iter().find(|item| get(item, "repository").and_then(text).as_deref() == Some(&*alias))
}

fn template_reference(site: &Site<'_>, reference: &str) -> Option<Change> {
    let yaml = Yaml::new(site.text(&site.case.root));
    let map = repository(site, &yaml)?;
    site.change(&site.case.root, vec![yaml.set(map, "ref", reference)?])
}

fn template_default(site: &Site<'_>) -> Option<Change> {
    let yaml = Yaml::new(site.text(&site.case.root));
    let map = repository(site, &yaml)?;
    site.change(&site.case.root, vec![yaml.remove(map, "ref")?])
}

/// What ships no longer waits: its job or its stage depends on nothing, or on others only.
fn depends_removed(site: &Site<'_>) -> Option<Change> {
    if site.apart || site.same_job() {
        return None;
    }
    let pipeline = &site.read.pipeline;
    let effect = pipeline.job(site.effect?)?;
    // Files of the job would be missing.
    let publishes = |job: &volary_pipeline::Job| {
        job.steps.iter().any(|step| {
            step.artifact.as_ref().is_some_and(|artifact| artifact.direction == volary_pipeline::Direction::Publish)
        })
    };
    let (header, needs, name) = if effect.stage == site.job().stage {
        site.guards().then_some(())?;
        (effect.header, &effect.needs, site.job().name.known()?)
    } else {
        let stage = pipeline.stage(effect.stage?)?;
        (stage.header, &stage.needs, pipeline.stage(site.job().stage?)?.name.known()?)
    };
    let path = site.read.path(header);
    if publishes(site.job()) || site.text(path).contains(&format!("dependencies.{name}.")) {
        return None;
    }
    let yaml = Yaml::new(site.text(path));
    let map = map_of_header(&yaml, header.start as usize)?;
    let edit = match needs {
        Needs::Before => yaml.set(map, "dependsOn", "[]")?,
        Needs::Named(named) if named.len() == 1 => {
            (named[0].name.known()? == name).then_some(())?;
            yaml.set(map, "dependsOn", "[]")?
        }
        Needs::Named(_) => {
            let list = get(map, "dependsOn")?;
            let index = items(list).iter().position(|item| text(item).as_deref() == Some(name.as_str()))?;
            yaml.remove_item(list, index)?
        }
        Needs::Nothing { .. } => return None,
    };
    site.change(path, vec![edit])
}

/// What ships does so whatever happened before: its job where it waits for the scan's, else its stage.
fn forced(site: &Site<'_>, condition: &str) -> Option<Change> {
    if site.apart {
        return None;
    }
    let pipeline = &site.read.pipeline;
    let effect = pipeline.job(site.effect?)?;
    let header = if site.same_job() {
        let (_, step) = site.read.step_at(site.files(), &site.label.effect)?;
        let step = effect.steps.get(step.0 as usize)?;
        (!site.ships_in_script() && step.key != site.step()?.key).then_some(())?;
        step.key
    } else if effect.stage == site.job().stage {
        site.guards().then_some(())?;
        effect.header
    } else {
        pipeline.stage(effect.stage?)?.header
    };
    let path = site.read.path(header);
    let yaml = Yaml::new(site.text(path));
    let map = yaml.map_of_key(header.start as usize).or_else(|| map_of_header(&yaml, header.start as usize))?;
    let value = match entry(map, "condition") {
        Some(old) => {
            let old = text(&old.value)?;
            if old.contains("succeeded()") {
                old.replace("succeeded()", condition)
            } else {
                format!("and({condition}, {old})")
            }
        }
        None => condition.to_owned(),
    };
    site.change(path, vec![yaml.set(map, "condition", &value)?])
}

fn trigger(site: &Site<'_>, name: &str, value: &str) -> Option<Change> {
    site.in_pull_requests().then_some(())?;
    let path = site.path();
    let yaml = Yaml::new(site.text(path));
    let root = yaml.root()?;
    // Where nothing is written Azure Repos start nothing and GitHub everything: only what is written can be narrowed.
    let found = entry(root, name).filter(|found| text(&found.value).as_deref() != Some("none"))?;
    let end = yaml.end(&found.value);
    site.change(path, vec![Edit::new(key(found).start..end, format!("{name}: {value}"))])
}

fn moved(site: &Site<'_>) -> Option<Change> {
    let path = site.path();
    (site.apart && path != site.case.root).then_some(())?;
    let mut change = Change::none(site.files());
    let text = change.head.remove(path)?;
    Some(change.with(&format!("archive/{path}.txt"), text))
}

fn other_task(site: &Site<'_>) -> Option<Change> {
    let (path, yaml, at) = site.step_yaml()?;
    let (_, found) = yaml.entry_at(at)?;
    (&*found.key == "task").then_some(())?;
    let written = text(&found.value)?;
    let (name, version) = written.split_once('@')?;
    let name = name.rsplit('.').next()?;
    site.change(path, vec![yaml.replace(found, &format!("contoso-dev.build-helpers.{name}.{name}@{version}"))?])
}
