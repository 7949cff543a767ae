//! Edits of steps and jobs that GitHub, Azure and GitLab have in common.

use volary_model::Value;

use crate::files::{Change, Edit, line_end};
use crate::site::Site;
use crate::yaml::{Yaml, entries, entry, is_flow, items, key, range, text};

/// The file of the step as YAML, where the step does not ship as well.
pub(crate) fn apart_step<'s>(site: &'s Site<'_>) -> Option<(&'s str, Yaml<'s>, usize)> {
    if site.ships_in_step() { None } else { site.step_yaml() }
}

/// A key of the step, whatever it was before.
pub(crate) fn step_key(site: &Site<'_>, name: &str, value: &str) -> Option<Change> {
    let (path, yaml, at) = apart_step(site)?;
    let map = yaml.map_of_key(at)?;
    site.change(path, vec![yaml.set(map, name, value)?])
}

/// A key of the step that it does not have yet; with `joined` a text that goes with what it has.
pub(crate) fn step_condition(
    site: &Site<'_>,
    name: &str,
    alone: &str,
    joined: &dyn Fn(&str) -> String,
) -> Option<Change> {
    let (path, yaml, at) = apart_step(site)?;
    let map = yaml.map_of_key(at)?;
    let value = match entry(map, name) {
        Some(found) => joined(&text(&found.value)?),
        None => alone.to_owned(),
    };
    site.change(path, vec![yaml.set(map, name, &value)?])
}

/// The map of the job of the scan, its file, and the key that makes it a job.
pub(crate) fn in_job(site: &Site<'_>, edit: impl Fn(&Yaml<'_>, &Value) -> Option<Vec<Edit>>) -> Option<Change> {
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let map = job_map(site, &yaml)?;
    site.change(path, edit(&yaml, map)?)
}

/// The keys of the job.
pub(crate) fn job_map<'y>(site: &Site<'_>, yaml: &'y Yaml<'_>) -> Option<&'y Value> {
    let header = site.job().header.start as usize;
    map_of_header(yaml, header)
}

/// The keys of the job or stage whose name or key is at a byte: of `name: {...}` the map behind, of `job: name` the map
/// around.
pub(crate) fn map_of_header<'y>(yaml: &'y Yaml<'_>, header: usize) -> Option<&'y Value> {
    if let Some((map, found)) = yaml.entry_at(header) {
        let inner = !entries(&found.value).is_empty();
        return Some(if inner { &found.value } else { map });
    }
    yaml.around(header).into_iter().rev().find(|value| !entries(value).is_empty())
}

/// A key of the job.
pub(crate) fn job_key(site: &Site<'_>, name: &str, value: &str) -> Option<Change> {
    in_job(site, |yaml, map| Some(vec![yaml.set(map, name, value)?]))
}

/// The step without which its list still has others.
pub(crate) fn remove_step(site: &Site<'_>) -> Option<Change> {
    let (path, yaml, at) = apart_step(site)?;
    let map = range(yaml.map_of_key(at)?);
    let (list, index) = step_item(&yaml, at, map.start)?;
    site.change(path, vec![yaml.remove_item(list, index)?])
}

/// The step as comments.
pub(crate) fn comment_out_step(site: &Site<'_>) -> Option<Change> {
    let (path, yaml, at) = apart_step(site)?;
    let map = range(yaml.map_of_key(at)?);
    let (list, index) = step_item(&yaml, at, map.start)?;
    if items(list).len() < 2 {
        return None;
    }
    let lines = yaml.item_lines(list, index)?;
    site.change(path, vec![commented(yaml.text, lines)?])
}

/// Lines as comments.
pub(crate) fn commented(file: &str, lines: std::ops::Range<usize>) -> Option<Edit> {
    let old = file.get(lines.clone())?;
    let new: String = old
        .split_inclusive('\n')
        .map(|line| {
            let content = line.trim_start_matches(' ');
            if content.trim().is_empty() {
                line.to_owned()
            } else {
                format!("{}# {content}", &line[..line.len() - content.len()])
            }
        })
        .collect();
    Some(Edit::new(lines, new))
}

/// The list whose item is the step's map.
fn step_item<'y>(yaml: &'y Yaml<'_>, at: usize, start: usize) -> Option<(&'y Value, usize)> {
    yaml.around(at).into_iter().rev().find_map(|value| {
        let index = items(value).iter().position(|item| range(item).start == start)?;
        Some((value, index))
    })
}

/// Another step in place of the step, its lines without the dash's column.
pub(crate) fn replace_step(site: &Site<'_>, new: &str) -> Option<Edit> {
    let (_, yaml, at) = site.step_yaml()?;
    let map = yaml.map_of_key(at)?;
    if is_flow(yaml.text, map) {
        return None;
    }
    let first = entries(map).iter().map(|entry| key(entry).start).min()?;
    let column = yaml.column(first);
    let end = line_end(yaml.text, yaml.end(map));
    Some(Edit::new(first..end, crate::files::hang(new, &column)))
}

/// The job without its references in a list or text below a key of other jobs (`needs`, `dependsOn`).
pub(crate) fn forget(yaml: &Yaml<'_>, other: &Value, name: &str, of: &str) -> Option<Edit> {
    let found = entry(other, name)?;
    if text(&found.value).as_deref() == Some(of) {
        return yaml.remove(other, name);
    }
    let list = items(&found.value);
    let index = list.iter().position(|item| {
        text(item).as_deref() == Some(of) || crate::yaml::get(item, "job").and_then(text).as_deref() == Some(of)
    })?;
    if list.len() == 1 {
        return yaml.remove(other, name);
    }
    yaml.remove_item(&found.value, index)
}
