//! GitLab CI.

use volary_model::Value;
use volary_pipeline::Needs;

use super::common::{commented, forget, in_job, job_key, job_map};
use super::{Way, way};
use crate::files::{Change, Edit, hang, line_end};
use crate::site::Site;
use crate::yaml::{Yaml, entries, entry, get, items, key, range, text};

pub(crate) fn ways() -> Vec<Way> {
    vec![
        way!(1, "allow_failure: true", |site: &Site<'_>| tolerated(site, "true")),
        way!(1, "allow_failure for exit codes", |site: &Site<'_>| {
            // Codes that the scanner ends with on findings; of some the code is a number of findings.
            match site.tool?.id {
                "veracode" | "npm-audit" | "yarn-audit" => None,
                "kics" => tolerated(site, "{exit_codes: [20, 30, 40, 50, 60]}"),
                _ => tolerated(site, "{exit_codes: [1, 2, 3, 4]}"),
            }
        }),
        way!(1, "allow_failure in a rule", tolerated_by_rule),
        way!(1, "allow_failure from a hidden job", tolerated_by_template),
        way!(1, "allow_failure in the job that is extended", tolerated_above),
        way!(4, "rule when: never", |site: &Site<'_>| first_rule(site, "when: never")),
        way!(4, "rule for a variable", |site: &Site<'_>| first_rule(
            site,
            "if: $SKIP_SECURITY_SCAN == \"true\"\nwhen: never"
        )),
        way!(4, "rule for a person", |site: &Site<'_>| first_rule(
            site,
            "if: $GITLAB_USER_LOGIN == \"release-bot\"\nwhen: never"
        )),
        way!(4 or 7, "rule for a word in the commit", |site: &Site<'_>| first_rule(site, "if: $CI_COMMIT_MESSAGE =~ /\\[skip scan\\]/\nwhen: never")),
        way!(4, "only on a schedule", |site: &Site<'_>| only_rule(site, "if: $CI_PIPELINE_SOURCE == \"schedule\"")),
        way!(4, "by hand", manual),
        way!(4 or 6, "job hidden by a dot", hidden),
        way!(6, "job removed", |site: &Site<'_>| site.accepted(removed(site, false)?)),
        way!(6, "job as comments", |site: &Site<'_>| site.accepted(removed(site, true)?)),
        way!(6, "line of the script removed", line_removed),
        way!(6, "script replaced", |site: &Site<'_>| own_key(site, "script", "[echo \"scan is done elsewhere\"]")),
        way!(6, "job overridden beside its include", overridden),
        way!(6, "include removed", |site: &Site<'_>| site.accepted(include_removed(site)?)),
        way!(6, "include at a branch", include_reference),
        way!(6, "needs nothing", |site: &Site<'_>| needs(site, true)),
        way!(6, "needs without the scan", |site: &Site<'_>| needs(site, false)),
        way!(6, "need is optional", optional),
        way!(6, "what ships runs always", always),
        way!(6, "scan in a later stage", later),
        way!(7 or 4, "changes of some files only", |site: &Site<'_>| {
            // For tags everything counts as changed.
            (!site.text(&site.case.root).contains("CI_COMMIT_TAG")).then_some(())?;
            only_rule(site, "changes: [security/**/*]")
        }),
        way!(7, "workflow without merge requests", |site: &Site<'_>| workflow(
            site,
            "$CI_PIPELINE_SOURCE == \"merge_request_event\""
        )),
        way!(7, "workflow without some branches", |site: &Site<'_>| workflow(
            site,
            "$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME =~ /^hotfix/"
        )),
        way!(7, "workflow without some titles", |site: &Site<'_>| workflow(
            site,
            "$CI_MERGE_REQUEST_TITLE =~ /no-scan/"
        )),
        way!(12, "image of somebody else", |site: &Site<'_>| super::tool::image(site, true)),
        way!(12, "image at a moving tag", |site: &Site<'_>| super::tool::image(site, false)),
    ]
}

fn stops(site: &Site<'_>) -> Option<()> {
    (site.stops() && site.script.as_ref().is_none_or(|script| script.is_plain())).then_some(())
}

/// The failure of the job itself is what counts: nothing behind reads a report, or the same script does.
fn fails(site: &Site<'_>) -> Option<()> {
    let job = site.job();
    let written = site.script.as_ref().is_none_or(|script| script.is_plain());
    ((site.stops() && written) || job.steps.len() == 1 || gate_in_job(site)).then_some(())
}

fn gate_in_job(site: &Site<'_>) -> bool {
    !site.stops() || site.script.as_ref().is_some_and(|script| !script.is_plain())
}

fn apart_or_guard(site: &Site<'_>) -> Option<()> {
    ((site.apart || !site.same_job()) && !site.ships_in_step()).then_some(())
}

/// A key of the job itself: in the map of its own file.
fn own_key(site: &Site<'_>, name: &str, value: &str) -> Option<Change> {
    apart_or_guard(site)?;
    job_key(site, name, value)
}

fn tolerated(site: &Site<'_>, value: &str) -> Option<Change> {
    fails(site)?;
    if value.contains("exit_codes") {
        stops(site)?;
    }
    own_key(site, "allow_failure", value)
}

fn rules(map: &Value) -> Option<&Value> {
    get(map, "rules").filter(|list| !items(list).is_empty())
}

fn tolerated_by_rule(site: &Site<'_>) -> Option<Change> {
    apart_or_guard(site)?;
    fails(site)?;
    in_job(site, |yaml, map| match rules(map) {
        Some(list) => {
            let edits: Vec<Edit> = items(list)
                .iter()
                .filter(|rule| get(rule, "when").and_then(text).as_deref() != Some("never"))
                .filter_map(|rule| yaml.set(rule, "allow_failure", "true"))
                .collect();
            (!edits.is_empty()).then_some(edits)
        }
        None => {
            (get(map, "only").is_none() && get(map, "except").is_none() && get(map, "extends").is_none())
                .then_some(())?;
            Some(vec![yaml.add(map, "rules:\n  - when: on_success\n    allow_failure: true")?])
        }
    })
}

fn tolerated_by_template(site: &Site<'_>) -> Option<Change> {
    apart_or_guard(site)?;
    fails(site)?;
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let map = job_map(site, &yaml)?;
    get(map, "allow_failure").is_none().then_some(())?;
    let extends = match entry(map, "extends") {
        Some(found) => {
            let old = text(&found.value)?;
            yaml.replace(found, &format!("[{old}, .reporting]"))?
        }
        None => yaml.add(map, "extends: .reporting")?,
    };
    let end = site.text(path).len();
    site.change(path, vec![extends, Edit::insert(end, "\n.reporting:\n  allow_failure: true\n")])
}

/// The hidden job that the scan's job extends becomes tolerant.
fn tolerated_above(site: &Site<'_>) -> Option<Change> {
    apart_or_guard(site)?;
    fails(site)?;
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let map = job_map(site, &yaml)?;
    let name = get(map, "extends").and_then(text)?;
    let above = get(yaml.root()?, &name)?;
    (get(map, "allow_failure").is_none() && get(above, "allow_failure").is_none()).then_some(())?;
    site.change(path, vec![yaml.add(above, "allow_failure: true")?])
}

/// What ships runs although the job of the scan is not in the pipeline: it waits by stage.
fn by_stage(site: &Site<'_>) -> Option<()> {
    if site.apart {
        return Some(());
    }
    let effect = site.read.pipeline.job(site.effect?)?;
    (!site.same_job() && matches!(effect.needs, Needs::Before)).then_some(())
}

fn first_rule(site: &Site<'_>, rule: &str) -> Option<Change> {
    by_stage(site)?;
    in_job(site, |yaml, map| match rules(map) {
        Some(list) => {
            let first = yaml.item_lines(list, 0)?;
            let dash = yaml.text[..range(&items(list)[0]).start].rfind('-')?;
            let column = yaml.column(dash);
            Some(vec![Edit::insert(first.start, format!("{column}- {}\n", hang(rule, &format!("{column}  "))))])
        }
        None => {
            let own = ["only", "except", "extends", "when"].iter().all(|name| get(map, name).is_none());
            own.then_some(())?;
            let more = if rule == "when: never" { "" } else { "\n  - when: on_success" };
            Some(vec![yaml.add(map, &format!("rules:\n  - {}{more}", hang(rule, "    ")))?])
        }
    })
}

fn only_rule(site: &Site<'_>, rule: &str) -> Option<Change> {
    by_stage(site)?;
    in_job(site, |yaml, map| {
        (get(map, "only").is_none() && get(map, "except").is_none()).then_some(())?;
        let new = format!("rules:\n  - {rule}");
        match entry(map, "rules") {
            Some(old) => {
                let column = yaml.column(key(old).start);
                Some(vec![Edit::new(key(old).start..yaml.end(&old.value), hang(&new, &column))])
            }
            None => Some(vec![yaml.add(map, &new)?]),
        }
    })
}

fn manual(site: &Site<'_>) -> Option<Change> {
    by_stage(site)?;
    in_job(site, |yaml, map| match rules(map) {
        Some(list) => {
            let edits: Vec<Edit> = items(list)
                .iter()
                .filter(|rule| get(rule, "when").is_none() && get(rule, "allow_failure").is_none())
                .filter_map(|rule| {
                    yaml.add(
                        rule,
                        if crate::yaml::is_flow(yaml.text, rule) {
                            "when: manual, allow_failure: true"
                        } else {
                            "when: manual\nallow_failure: true"
                        },
                    )
                })
                .collect();
            (!edits.is_empty()).then_some(edits)
        }
        None => Some(vec![yaml.set(map, "when", "manual")?]),
    })
}

/// The root map of the job's file, and the entry of the job.
fn with_entry(site: &Site<'_>, edit: impl Fn(&Yaml<'_>, &Value, &str) -> Option<Vec<Edit>>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let (root, found) = yaml.entry_at(site.job().header.start as usize)?;
    let name = found.key.to_string();
    site.change(path, edit(&yaml, root, &name)?)
}

/// Files of the job that others need would be missing.
fn hands_over(site: &Site<'_>) -> bool {
    site.job().artifacts.iter().any(|artifact| artifact.direction == volary_pipeline::Direction::Publish)
        && site.text(site.job_path()).contains("reports:\n      dotenv")
}

fn hidden(site: &Site<'_>) -> Option<Change> {
    by_stage(site)?;
    with_entry(site, |yaml, root, name| {
        let found = entry(root, name)?;
        (!name.starts_with('.') && !yaml.text[key(found)].starts_with(['"', '\''])).then_some(())?;
        Some(vec![Edit::insert(key(found).start, ".")])
    })
}

fn removed(site: &Site<'_>, comments: bool) -> Option<Change> {
    apart_or_guard(site)?;
    if hands_over(site) {
        return None;
    }
    with_entry(site, |yaml, root, name| {
        let own = match comments {
            false => yaml.remove(root, name)?,
            true => {
                let found = entry(root, name)?;
                commented(yaml.text, key(found).start..yaml.after_entry(found))?
            }
        };
        let mut edits = vec![own];
        edits.extend(
            entries(root).iter().filter(|job| &*job.key != name).filter_map(|job| forget_need(yaml, &job.value, name)),
        );
        Some(edits)
    })
}

/// Without its last need a job would wait for all stages before; it keeps an empty list.
fn forget_need(yaml: &Yaml<'_>, job: &Value, name: &str) -> Option<Edit> {
    let list = get(job, "needs")?;
    if items(list).len() == 1 {
        let one = &items(list)[0];
        let same = text(one).or_else(|| get(one, "job").and_then(text)).as_deref() == Some(name);
        return same.then(|| yaml.remove(job, "needs"))?;
    }
    forget(yaml, job, "needs", name)
}

/// The item of the script that holds the scan, where the list has others.
fn line_removed(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    (script.path.ends_with(".yml")).then_some(())?;
    let place = script.place(&script.node().range)?;
    let yaml = Yaml::new(site.text(&script.path));
    let (list, index) = yaml.item_at(place.start)?;
    let scalar = items(list).get(index)?;
    (range(scalar).end >= place.end && text(scalar).is_some_and(|text| text.lines().count() == 1)).then_some(())?;
    site.change(&script.path, vec![yaml.remove_item(list, index)?])
}

/// A job of an include that the main file replaces the script of.
fn overridden(site: &Site<'_>) -> Option<Change> {
    apart_or_guard(site)?;
    let name = site.job().name.known()?;
    let root = &site.case.root;
    let file = site.text(root);
    let yaml = Yaml::new(file);
    (site.job_path() != root && get(yaml.root()?, &name).is_none()).then_some(())?;
    let end = file.len();
    site.change(root, vec![Edit::insert(end, format!("\n{name}:\n  script:\n    - echo \"scan is done elsewhere\"\n"))])
}

fn includes<'y>(yaml: &'y Yaml<'_>) -> Option<&'y Value> {
    get(yaml.root()?, "include")
}

/// The include that brings the job; others may need the job.
fn include_removed(site: &Site<'_>) -> Option<Change> {
    by_stage(site)?;
    let root = &site.case.root;
    (site.job_path() != root && site.label.effect.path == *root).then_some(())?;
    let yaml = Yaml::new(site.text(root));
    let list = includes(&yaml)?;
    let file = site.job_path().rsplit('/').next()?.trim_end_matches(".yml").to_owned();
    if items(list).len() < 2 {
        let found = entry(yaml.root()?, "include")?;
        yaml.text[range(&found.value)].contains(&file).then_some(())?;
        return site.change(root, vec![yaml.remove(yaml.root()?, "include")?]);
    }
    let index = items(list).iter().position(|item| yaml.text[range(item)].contains(&file))?;
    site.change(root, vec![yaml.remove_item(list, index)?])
}

fn include_reference(site: &Site<'_>) -> Option<Change> {
    let root = &site.case.root;
    site.job_path().starts_with("sources/").then_some(())?;
    let yaml = Yaml::new(site.text(root));
    let list = includes(&yaml)?;
    let all: Vec<&Value> = if items(list).is_empty() { vec![list] } else { items(list).iter().collect() };
    for include in all {
        if let Some(found) = entry(include, "ref") {
            return site.change(root, vec![yaml.replace(found, "feature/faster")?]);
        }
        if let Some(found) = entry(include, "component") {
            let old = text(&found.value)?;
            let name = old.rsplit_once('@')?.0.to_owned();
            return site.change(root, vec![yaml.replace(found, &format!("{name}@main"))?]);
        }
    }
    None
}

/// What ships as a job of the file, with its name.
fn effect_map<'y>(site: &Site<'_>, yaml: &'y Yaml<'_>, path: &str) -> Option<&'y Value> {
    let job = site.read.pipeline.job(site.effect?)?;
    (site.read.path(job.header) == path).then_some(())?;
    Some(&yaml.entry_at(job.header.start as usize)?.1.value)
}

fn needs(site: &Site<'_>, nothing: bool) -> Option<Change> {
    if site.apart || site.same_job() || hands_over(site) {
        return None;
    }
    let path = site.read.path(site.read.pipeline.job(site.effect?)?.header);
    let yaml = Yaml::new(site.text(path));
    let map = effect_map(site, &yaml, path)?;
    let name = site.job().name.known()?;
    if nothing {
        // What ships is made here, or comes out of a registry.
        return site.change(path, vec![yaml.set(map, "needs", "[]")?]);
    }
    if get(map, "needs").is_some() {
        return site.change(path, vec![forget(&yaml, map, "needs", &name)?]);
    }
    let other = site.read.pipeline.jobs().find(|(id, job)| {
        *id != site.job
            && job.stage < site.job().stage
            && !site.read.waits_for(*id, site.job)
            && job.name.known().is_some_and(|name| !name.starts_with('.'))
    })?;
    site.change(path, vec![yaml.add(map, &format!("needs: [{:?}]", other.1.name.known()?))?])
}

fn optional(site: &Site<'_>) -> Option<Change> {
    (!site.apart).then_some(())?;
    let path = site.read.path(site.read.pipeline.job(site.effect?)?.header);
    let yaml = Yaml::new(site.text(path));
    let list = get(effect_map(site, &yaml, path)?, "needs")?;
    let name = site.job().name.known()?;
    // Optional alone changes nothing while the job is there: its rules take it out of some runs.
    let item = items(list)
        .iter()
        .find(|item| text(item).or_else(|| get(item, "job").and_then(text)).as_deref() == Some(&*name))?;
    let own = job_map(site, &yaml)?;
    let simple = ["rules", "only", "except", "extends"].iter().all(|key| get(own, key).is_none());
    (simple && site.job_path() == path).then_some(())?;
    let need = match text(item) {
        Some(_) => Edit::new(range(item), format!("{{job: {name:?}, optional: true}}")),
        None => yaml.set(item, "optional", "true")?,
    };
    let rule = yaml.add(own, "rules:\n  - if: $CI_PIPELINE_SOURCE == \"schedule\"")?;
    site.change(path, vec![need, rule])
}

fn always(site: &Site<'_>) -> Option<Change> {
    if site.apart || site.same_job() {
        return None;
    }
    let path = site.read.path(site.read.pipeline.job(site.effect?)?.header);
    let yaml = Yaml::new(site.text(path));
    let map = effect_map(site, &yaml, path)?;
    match rules(map) {
        Some(list) => {
            let edits: Vec<Edit> = items(list)
                .iter()
                .filter(|rule| get(rule, "when").is_none())
                .filter_map(|rule| yaml.set(rule, "when", "always"))
                .collect();
            site.change(path, edits)
        }
        None => {
            get(map, "when").is_none().then_some(())?;
            site.change(path, vec![yaml.set(map, "when", "always")?])
        }
    }
}

/// The scan moves behind what ships: a stage of its own at the end.
fn later(site: &Site<'_>) -> Option<Change> {
    by_stage(site)?;
    (!site.apart).then_some(())?;
    let root = &site.case.root;
    (site.job_path() == root).then_some(())?;
    let yaml = Yaml::new(site.text(root));
    let map = job_map(site, &yaml)?;
    let stages = get(yaml.root()?, "stages")?;
    let stage = yaml.set(map, "stage", "audit")?;
    let last = items(stages).last()?;
    let more = if crate::yaml::is_flow(yaml.text, stages) {
        Edit::insert(range(last).end, ", audit")
    } else {
        let dash = yaml.text[..range(last).start].rfind('-')?;
        Edit::insert(line_end(yaml.text, yaml.end(last)), format!("\n{}- audit", yaml.column(dash)))
    };
    site.change(root, vec![stage, more])
}

/// No pipelines of merge requests, or not of all.
fn workflow(site: &Site<'_>, condition: &str) -> Option<Change> {
    site.in_pull_requests().then_some(())?;
    let root = &site.case.root;
    let yaml = Yaml::new(site.text(root));
    let map = yaml.root()?;
    let rule = format!("if: {condition}\nwhen: never");
    if let Some(list) = get(map, "workflow").and_then(|workflow| rules(workflow)) {
        let first = yaml.item_lines(list, 0)?;
        let dash = yaml.text[..range(&items(list)[0]).start].rfind('-')?;
        let column = yaml.column(dash);
        let text = format!("{column}- {}\n", hang(&rule, &format!("{column}  ")));
        return site.change(root, vec![Edit::insert(first.start, text)]);
    }
    let new = format!("workflow:\n  rules:\n    - {}\n    - when: always\n", hang(&rule, "      "));
    site.change(root, vec![yaml.add_first(map, &new)?])
}
