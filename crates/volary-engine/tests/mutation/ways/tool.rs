//! What scanners are told: soft flags (W5), thresholds (W8), ignored findings (W9), exchanged tools (W12).

use volary_document::shell::Word;
use volary_pipeline::Platform;

use super::{Way, way};
use crate::files::{Change, Edit};
use crate::script::{Host, ScriptSite};
use crate::site::Site;
use crate::tools::{Input, Op};
use crate::yaml::{Yaml, entries, entry, get, key, text};

pub(crate) fn ways() -> Vec<Way> {
    vec![
        Way { class: 5, also: None, name: "soft flag", apply: |site| flags(site, |tool| tool.soft, true) },
        Way { class: 5, also: None, name: "soft flag in a variable of the script", apply: in_script_variable },
        Way { class: 5, also: None, name: "soft flag in a variable of the step", apply: in_step_variable },
        Way { class: 5, also: None, name: "soft input", apply: |site| inputs(site, |tool| tool.soft_inputs) },
        Way { class: 5, also: None, name: "soft variable of the environment", apply: |site| environment(site, false) },
        Way { class: 5, also: None, name: "soft variable before the command", apply: |site| environment(site, true) },
        Way { class: 5, also: None, name: "variable of the environment changed", apply: environment_changed },
        Way { class: 5, also: Some(9), name: "soft setting in the scanner's file", apply: soft_file },
        way!(5 or 9, "the scanner's file no longer makes it fail", hard_file),
        way!(5, "the quality gate is not waited for", no_wait),
        Way {
            class: 8,
            also: None,
            name: "threshold by flag",
            apply: |site| flags(site, |tool| tool.threshold, false),
        },
        Way {
            class: 8,
            also: None,
            name: "threshold by input",
            apply: |site| inputs(site, |tool| tool.threshold_inputs),
        },
        Way { class: 9, also: None, name: "new ignore file", apply: |site| ignored(site, false) },
        Way { class: 9, also: None, name: "longer ignore file", apply: |site| ignored(site, true) },
        Way {
            class: 9,
            also: Some(8),
            name: "findings skipped by flag",
            apply: |site| flags(site, |tool| tool.skip, false),
        },
        Way {
            class: 9,
            also: Some(8),
            name: "findings skipped by input",
            apply: |site| inputs(site, |tool| tool.skip_inputs),
        },
        way!(9, "the policy only warns", policy_warns),
        way!(12, "local script of the same name", local_script),
        way!(12, "tool at its latest version", latest),
        way!(12, "tool from another place", other_place),
    ]
}

/// The words of the command from the tool's own on.
fn words(script: &ScriptSite) -> Vec<&Word> {
    let command = script.command();
    command.name.iter().chain(&command.arguments).collect()
}

/// The place of the word that names the tool.
fn tool_word(site: &Site<'_>, words: &[&Word]) -> Option<usize> {
    let names = site.tool?.names;
    words.iter().position(|word| {
        let text = word.text().to_ascii_lowercase();
        names.iter().any(|name| text.contains(&name.split(' ').next_back().unwrap_or(name).to_ascii_lowercase()))
    })
}

/// The operations as edits of the script; `None` where one of them changes nothing.
pub(crate) fn operate(site: &Site<'_>, ops: &[Op]) -> Option<Vec<Edit>> {
    let script = site.script.as_ref()?;
    let words = words(script);
    let tool = tool_word(site, &words)?;
    let own = &words[tool..];
    let end = own.last()?.range.end;
    let mut edits = Vec::new();
    for op in ops {
        match *op {
            Op::Add(text) => edits.push(Edit::insert(end, format!(" {text}"))),
            Op::First(text) => edits.push(Edit::insert(words[tool].range.end, format!(" {text}"))),
            Op::Set(option, value) => edits.push(match valued(own, option) {
                Some(found) => found.set(script, option, value)?,
                None => Edit::insert(end, format!(" {option}={value}")),
            }),
            Op::Change(option, value) => edits.push(valued(own, option)?.set(script, option, value)?),
            Op::Drop(word) => {
                let at = own.iter().position(|found| found.text() == word)?;
                edits.push(without(script, own[at].range.clone()));
            }
            Op::DropValue(option) => edits.push(without(script, valued(own, option)?.whole)),
            Op::Word(old, new) => {
                let at = own.iter().position(|found| found.text() == old)?;
                edits.push(Edit::new(own[at].range.clone(), new));
            }
        }
    }
    Some(edits)
}

/// An option and its value in a command.
struct Valued {
    whole: std::ops::Range<usize>,
    value: std::ops::Range<usize>,
    joined: bool,
}

impl Valued {
    fn set(&self, script: &ScriptSite, option: &str, value: &str) -> Option<Edit> {
        let old = script.text[self.value.clone()].trim_start_matches(option).trim_start_matches('=');
        let same = old.trim_matches(['"', '\'']) == value.trim_matches(['"', '\'']);
        // Whether an unknown value is weaker cannot be said.
        (!same && !old.contains('$')).then(|| {
            let new = if self.joined { format!("{option}={value}") } else { value.to_owned() };
            Edit::new(self.value.clone(), new)
        })
    }
}

fn valued(words: &[&Word], option: &str) -> Option<Valued> {
    for (index, word) in words.iter().enumerate() {
        let text = word.text();
        if text == option {
            let value = words.get(index + 1)?;
            let whole = word.range.start..value.range.end;
            return Some(Valued { whole, value: value.range.clone(), joined: false });
        }
        if text.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')) {
            return Some(Valued { whole: word.range.clone(), value: word.range.clone(), joined: true });
        }
    }
    None
}

/// A word less, with the blank before it.
fn without(script: &ScriptSite, bytes: std::ops::Range<usize>) -> Edit {
    let before = script.text[..bytes.start].trim_end_matches([' ', '\t']).len();
    Edit::new(before..bytes.end, "")
}

fn flags(
    site: &Site<'_>,
    of: impl Fn(&'static crate::tools::Tool) -> &'static [&'static [Op]],
    stopping: bool,
) -> Vec<Change> {
    let Some(tool) = site.tool else { return Vec::new() };
    if stopping && (!site.stops() || site.script.as_ref().is_none_or(|script| !script.is_plain())) {
        return Vec::new();
    }
    of(tool).iter().filter_map(|ops| site.rewrite(operate(site, ops)?)).collect()
}

/// The one flag or value that a soft operation puts in, and the operation with a variable in its place.
fn in_variable(site: &Site<'_>) -> Vec<(Vec<Edit>, &'static str)> {
    let Some(tool) = site.tool.filter(|_| site.stops()) else { return Vec::new() };
    let Some(script) = site.script.as_ref().filter(|script| script.is_plain()) else { return Vec::new() };
    // Groovy would look for the variable itself.
    if matches!(script.host, Host::Groovy(quotes) if quotes.starts_with('"')) {
        return Vec::new();
    }
    tool.soft
        .iter()
        .filter_map(|ops| match ops {
            [Op::Add(text)] => Some((operate(site, &[Op::Add("$SCAN_ARGUMENTS")])?, *text)),
            [Op::First(text)] => Some((operate(site, &[Op::First("$SCAN_ARGUMENTS")])?, *text)),
            [Op::Set(option, value) | Op::Change(option, value)] => {
                let found = valued(&words(script), option)?;
                Some((vec![found.set(script, option, "$SCAN_ARGUMENTS")?], *value))
            }
            _ => None,
        })
        .collect()
}

fn in_script_variable(site: &Site<'_>) -> Vec<Change> {
    let Some(script) = site.script.as_ref() else { return Vec::new() };
    if !script.is_top() || matches!(script.host, Host::Recipe | Host::Json) {
        return Vec::new();
    }
    let start = script.script.node(script.statement()).range.start;
    in_variable(site)
        .into_iter()
        .take(1)
        .filter_map(|(mut edits, value)| {
            let quote = script.quote();
            edits.push(Edit::insert(start, format!("SCAN_ARGUMENTS={quote}{value}{quote}\n")));
            site.rewrite(edits)
        })
        .collect()
}

/// The variable of a step or job as an edit of the file.
fn step_variable(site: &Site<'_>, name: &str, value: &str) -> Option<(String, Edit)> {
    if site.platform() == Platform::Jenkins {
        return None;
    }
    if site.platform() == Platform::GitLab {
        let path = site.job_path();
        let yaml = Yaml::new(site.text(path));
        let map = super::common::job_map(site, &yaml)?;
        let edit = match get(map, "variables") {
            Some(variables) => yaml.set(variables, name, &format!("'{value}'"))?,
            None => yaml.add(map, &format!("variables:\n  {name}: '{value}'"))?,
        };
        return Some((path.to_owned(), edit));
    }
    let (path, yaml, at) = site.step_yaml()?;
    let map = yaml.map_of_key(at)?;
    let edit = match get(map, "env") {
        Some(env) => yaml.set(env, name, &format!("'{value}'"))?,
        None => yaml.add_first(map, &format!("env:\n  {name}: '{value}'"))?,
    };
    Some((path.to_owned(), edit))
}

/// Edits of a script and of a file that may be the same one.
fn together(site: &Site<'_>, script: Vec<Edit>, other: (String, Edit)) -> Option<Change> {
    let found = site.script.as_ref()?;
    let mut edits = found.edits(site.files(), script)?;
    if found.path == other.0 {
        edits.push(other.1);
        return site.change(&found.path, edits);
    }
    site.change(&found.path, edits)?.and(&other.0, vec![other.1])
}

fn in_step_variable(site: &Site<'_>) -> Vec<Change> {
    // Through make or npm the environment goes on as well.
    in_variable(site)
        .into_iter()
        .take(1)
        .filter_map(|(edits, value)| together(site, edits, step_variable(site, "SCAN_ARGUMENTS", value)?))
        .collect()
}

fn inputs(site: &Site<'_>, of: impl Fn(&'static crate::tools::Tool) -> &'static [Input]) -> Vec<Change> {
    let Some(tool) = site.tool else { return Vec::new() };
    of(tool).iter().filter_map(|input| set_input(site, *input)).collect()
}

/// An input of the step or called workflow, another than it has.
fn set_input(site: &Site<'_>, (of, name, value): Input) -> Option<Change> {
    if site.platform() == Platform::Jenkins {
        return super::jenkins::argument(site, of, name, value);
    }
    let keys = if site.platform() == Platform::Azure { "inputs" } else { "with" };
    let (path, yaml, map_at) = match site.step_yaml() {
        Some(found) => found,
        None => {
            let path = site.job_path();
            let yaml = Yaml::new(site.text(path));
            let at = key(entry(super::common::job_map(site, &yaml)?, "uses")?).start;
            (path, yaml, at)
        }
    };
    let (map, found) = yaml.entry_at(map_at)?;
    let written = text(&found.value)?;
    (matches!(&*found.key, "uses" | "task") && written.to_ascii_lowercase().contains(&of.to_ascii_lowercase()))
        .then_some(())?;
    let edit = match get(map, keys) {
        Some(inputs) => {
            let old = entries(inputs).iter().find(|entry| entry.key.eq_ignore_ascii_case(name));
            match old {
                Some(old) => {
                    let same = text(&old.value).is_some_and(|old| old == value.trim_matches('\''));
                    (!same).then_some(())?;
                    yaml.replace(old, value)?
                }
                None => yaml.add(inputs, &format!("{name}: {value}"))?,
            }
        }
        None => yaml.add(map, &format!("{keys}:\n  {name}: {value}"))?,
    };
    site.change(path, vec![edit])
}

fn environment(site: &Site<'_>, before: bool) -> Vec<Change> {
    let Some(tool) = site.tool.filter(|_| site.stops()) else { return Vec::new() };
    let Some(script) = site.script.as_ref().filter(|script| script.is_plain()) else { return Vec::new() };
    tool.env
        .iter()
        .filter_map(|(name, value, ops)| {
            let mut edits = operate(site, ops).or_else(|| {
                // Nothing has to go where the flag is not written at all.
                let wins =
                    ops.iter().any(|op| matches!(op, Op::DropValue(option) if script.written().contains(option)));
                (!wins && tool.hard.is_empty()).then(Vec::new)
            })?;
            if before {
                // `docker run` gives the environment of the shell to nobody.
                let start = script.command().name.as_ref()?;
                (!start.text().ends_with("docker")).then_some(())?;
                edits.push(Edit::insert(start.range.start, format!("{name}={value} ")));
                return site.rewrite(edits);
            }
            (!script.command().name.as_ref()?.text().ends_with("docker")).then_some(())?;
            if edits.is_empty() {
                let (path, edit) = step_variable(site, name, value)?;
                return site.change(&path, vec![edit]);
            }
            together(site, edits, step_variable(site, name, value)?)
        })
        .collect()
}

/// The variable is there and gets another value.
fn environment_changed(site: &Site<'_>) -> Vec<Change> {
    let Some(tool) = site.tool else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value, _) in tool.env {
        for (path, file) in site.files() {
            if !(path.ends_with(".yml") || path.ends_with(".yaml")) || !file.contains(name) {
                continue;
            }
            let yaml = Yaml::new(file);
            let Some(at) = file.find(&format!("{name}:")) else { continue };
            let Some((_, entry)) = yaml.entry_at(at) else { continue };
            let edit = yaml.replace(entry, &format!("'{value}'"));
            found.extend(edit.and_then(|edit| site.change(path, vec![edit])));
        }
    }
    found
}

fn soft_file(site: &Site<'_>) -> Vec<Change> {
    let Some(tool) = site.tool.filter(|_| site.stops()) else { return Vec::new() };
    tool.soft_files
        .iter()
        .filter(|(path, ..)| !site.files().contains_key(*path))
        .filter_map(|(path, content, ops)| {
            let script = site.script.as_ref();
            let plain = script.is_none_or(ScriptSite::is_plain);
            plain.then_some(())?;
            if ops.is_empty() {
                return Some(Change::none(site.files()).with(path, *content));
            }
            Some(site.rewrite(operate(site, ops)?)?.with(path, *content))
        })
        .collect()
}

/// A setting in the scanner's own file that makes it fail, turned round.
fn hard_file(site: &Site<'_>) -> Option<Change> {
    let tool = site.tool?;
    let settings: &[(&str, &str, &str)] = &[
        ("trivy", "trivy.yaml", "exit-code"),
        ("grype", ".grype.yaml", "fail-on-severity"),
        ("checkov", ".checkov.yaml", "hard-fail-on"),
        ("checkov", ".checkov.yml", "hard-fail-on"),
    ];
    settings.iter().filter(|(id, ..)| *id == tool.id).find_map(|(_, name, setting)| {
        let (path, file) = site.files().iter().find(|(path, _)| path.rsplit('/').next() == Some(name))?;
        let yaml = Yaml::new(file);
        let root = yaml.root()?;
        let found = entry(root, setting)?;
        let edit = if *setting == "exit-code" { yaml.replace(found, "0") } else { yaml.remove(root, setting) };
        site.change(path, vec![edit?])
    })
}

/// `sonar.qualitygate.wait=true` somewhere becomes false.
fn no_wait(site: &Site<'_>) -> Option<Change> {
    (site.tool?.id == "sonar").then_some(())?;
    let wanted = "qualitygate.wait=true";
    let (path, file) = site.files().iter().find(|(_, file)| file.contains(wanted))?;
    let at = file.find(wanted)? + "qualitygate.wait=".len();
    site.change(path, vec![Edit::new(at..at + 4, "false")])
}

fn ignored(site: &Site<'_>, longer: bool) -> Vec<Change> {
    let Some(tool) = site.tool else { return Vec::new() };
    tool.ignore
        .iter()
        .filter_map(|(path, content, more)| {
            if let Some(old) = site.files().get(*path) {
                // A text of one entry a line can grow at its end.
                (longer && matches!(*path, ".trivyignore" | ".semgrepignore")).then_some(())?;
                return site.change(path, vec![Edit::insert(old.len(), *more)]);
            }
            if !longer {
                return Some(Change::none(site.files()).with(path, *content));
            }
            (!more.is_empty()).then_some(())?;
            Some(Change::none(site.files()).with_both(path, *content).with(path, format!("{content}{more}")))
        })
        .collect()
}

/// Rules of the repository's own that fail the build only warn.
fn policy_warns(site: &Site<'_>) -> Option<Change> {
    (site.tool?.id == "conftest").then_some(())?;
    let (path, file) = site.files().iter().find(|(path, file)| path.ends_with(".rego") && file.contains("\ndeny"))?;
    let edits = file.match_indices("\ndeny").map(|(at, _)| Edit::new(at + 1..at + 5, "warn")).collect();
    site.change(path, edits)
}

/// A script of the repository in place of the program.
fn local_script(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    let name = script.command().name.as_ref()?;
    let program = name.text().rsplit('/').next()?.to_owned();
    let own = site.tool?.names.iter().any(|known| known.split(' ').next() == Some(program.as_str()));
    let shared = ["npm", "yarn", "docker", "dotnet", "cargo", "mvn", "java", "npx", "python", "go"];
    (own && !shared.contains(&program.as_str())).then_some(())?;
    let change = site.rewrite(vec![Edit::new(name.range.clone(), format!("./tools/{program}"))])?;
    Some(change.with(&format!("tools/{program}"), "#!/bin/sh\necho \"no findings\"\n"))
}

/// `tool@v1.2.3` follows the latest version.
fn latest(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    let words = words(script);
    let word = words.get(tool_word(site, &words)?)?;
    let written = &script.text[word.range.clone()];
    let (name, version) = written.rsplit_once('@')?;
    (version != "latest" && version.contains('.')).then_some(())?;
    site.rewrite(vec![Edit::new(word.range.clone(), format!("{name}@latest"))])
}

/// A module of somebody else under the same name.
fn other_place(site: &Site<'_>) -> Option<Change> {
    let script = site.script.as_ref()?;
    let words = words(script);
    let word = words.get(tool_word(site, &words)?)?;
    let written = &script.text[word.range.clone()];
    let (module, version) = written.rsplit_once('@')?;
    module.contains('/').then_some(())?;
    let name = module.rsplit('/').next()?;
    site.rewrite(vec![Edit::new(word.range.clone(), format!("github.com/buildtools-dev/{name}@{version}"))])
}

/// The image that the scanner runs in: another one, or another tag.
pub(crate) fn image(site: &Site<'_>, foreign: bool) -> Option<Change> {
    let new = |old: &str| {
        let (name, tag) = old.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((old, ""));
        let name = name.split('@').next().unwrap_or(name);
        let last = name.rsplit('/').next()?;
        if foreign {
            return Some(format!("docker.io/buildtools/{last}:{}", if tag.is_empty() { "latest" } else { tag }));
        }
        (!matches!(tag, "latest" | "")).then(|| format!("{name}:latest"))
    };
    let names = site.tool?.names;
    let of_tool = |text: &str| {
        let lower = text.to_ascii_lowercase();
        names.iter().any(|name| lower.contains(&name.to_ascii_lowercase())) && !text.contains('$')
    };
    if let Some(script) = &site.script {
        let words = words(script);
        let docker = words.first().is_some_and(|word| matches!(word.text().as_str(), "docker" | "podman" | "sudo"));
        let found = words.iter().skip(2).find(|word| {
            let text = word.text();
            docker && of_tool(&text) && text.contains('/') && !text.starts_with(['-', '/', '.'])
        });
        if let Some(word) = found {
            let written = &script.text[word.range.clone()];
            return site.rewrite(vec![Edit::new(word.range.clone(), new(written)?)]);
        }
    }
    if site.platform() == Platform::Jenkins {
        return super::jenkins::agent_image(site, &of_tool, &new);
    }
    let path = site.job_path();
    let yaml = Yaml::new(site.text(path));
    let map = super::common::job_map(site, &yaml)?;
    let key = if site.platform() == Platform::GitLab { "image" } else { "container" };
    let found = entry(map, key)?;
    let found = entry(&found.value, "name").or_else(|| entry(&found.value, "image")).unwrap_or(found);
    let old = text(&found.value)?;
    of_tool(&old).then_some(())?;
    site.change(path, vec![yaml.replace(found, &new(&old)?)?])
}
