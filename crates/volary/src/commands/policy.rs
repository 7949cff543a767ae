//! `volary policy`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use volary_engine::{LoadedPack, Pack, test_policies};
use volary_model::{Report, Tier};
use volary_policy::Policy;

use super::print;
use crate::arguments::{Judging, PolicyCommand, PolicySource};
use crate::packs;
use crate::run::{Session, today};

pub(crate) fn run(command: &PolicyCommand) -> Result<u8, String> {
    match command {
        PolicyCommand::List { tier, json, source } => list(*tier, *json, source),
        PolicyCommand::Test { paths, source } => test(paths, source),
        PolicyCommand::New { id, judges, folder } => new(id, judges, folder),
        PolicyCommand::Diff { pack, paths, tier } => diff(pack, paths, *tier),
    }
}

fn list(tier: Option<Tier>, json: bool, source: &PolicySource) -> Result<u8, String> {
    let loaded = packs::pack(source.pack.as_deref(), &source.policies)?.load_all();
    let mut infos = loaded.infos();
    infos.retain(|info| info.tier <= tier.unwrap_or(Tier::Strict));
    infos.sort_by(|a, b| a.id.cmp(&b.id));
    let mut text = String::new();
    if json {
        let rows: Vec<serde_json::Value> = infos
            .iter()
            .map(|info| {
                serde_json::json!({
                    "id": &*info.id, "title": &*info.title, "severity": info.severity, "tier": info.tier,
                    "confidence": info.confidence, "judges": strings(&info.judges), "aliases": strings(&info.aliases),
                    "controls": strings(&info.controls), "references": strings(&info.references),
                })
            })
            .collect();
        text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
        text.push('\n');
    } else {
        let width = infos.iter().map(|info| info.id.len()).max().unwrap_or(0);
        for info in &infos {
            let _ = writeln!(text, "{:width$}  {:8} {:11} {}", info.id, info.severity, info.tier, info.title);
        }
        let _ = writeln!(text, "\n{} policies. `volary explain ID` says why and how to comply.", infos.len());
    }
    print(&text)?;
    complain(&loaded)
}

fn strings(texts: &[std::sync::Arc<str>]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}

fn complain(loaded: &LoadedPack) -> Result<u8, String> {
    use std::io::Write;
    for problem in &loaded.problems {
        let _ = writeln!(
            std::io::stderr(),
            "{}:{}: {} {}",
            problem.path,
            problem.line.unwrap_or(1),
            problem.message,
            problem.help
        );
    }
    Ok(if loaded.problems.is_empty() { 0 } else { 2 })
}

fn test(paths: &[PathBuf], source: &PolicySource) -> Result<u8, String> {
    let mut source = source.clone();
    // A path that is a folder of policies outside of a pack is tested as the user's own.
    let (inside, outside): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| path.components().any(|part| part.as_os_str() == "policies"));
    source.policies.extend(outside.iter().copied().cloned());
    let pack = packs::pack(source.pack.as_deref(), &source.policies)?;
    let pack = with_examples(pack, &source.policies)?;
    let loaded = pack.load_all();
    let mut filters: Vec<String> = inside.iter().map(|path| filter(path)).collect();
    filters.extend(outside.iter().map(|path| path.display().to_string()));
    let wanted = move |policy: &Policy| {
        filters.is_empty() || filters.iter().any(|filter| policy.info.source.starts_with(filter.as_str()))
    };
    let session_settings = volary_engine::Settings::new(today(None));
    let (count, failures) = test_policies(&pack, &loaded, &wanted, &session_settings);
    let mut text = String::new();
    let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for failure in &failures {
        by_path.entry(&failure.path).or_default().push(&failure.message);
    }
    for (path, messages) in &by_path {
        let _ = writeln!(text, "{path}");
        for message in messages {
            let _ = writeln!(text, "    {message}");
        }
    }
    let policies = loaded.iter().filter(|policy| wanted(policy)).count();
    let _ = writeln!(text, "{policies} policies, {count} examples, {} failures", failures.len());
    print(&text)?;
    let code = complain(&loaded)?;
    Ok(if failures.is_empty() { code } else { 1 })
}

/// The path of a policy or folder as the pack names it: from `policies` on, without an ending.
fn filter(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let start = text.rfind("policies/").or_else(|| text.ends_with("policies").then(|| text.len() - 8));
    text[start.unwrap_or(0)..].trim_end_matches('/').to_string()
}

/// Examples of the user's policies lie beside them too.
fn with_examples(pack: Pack, folders: &[PathBuf]) -> Result<Pack, String> {
    let mut examples = Vec::new();
    for folder in folders {
        examples.extend(packs::texts(folder, &[])?.into_iter().filter(|(path, _)| volary_engine::is_example(path)));
    }
    Ok(pack.with_examples(examples))
}

fn new(id: &str, judges: &str, folder: &Path) -> Result<u8, String> {
    let valid =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !valid {
        return Err(format!(
            "`{id}` is no policy id: use lower-case letters, digits and hyphens, as in azure-storage-min-tls"
        ));
    }
    let is_terraform = judges.contains('_');
    let extension = match judges {
        _ if judges.starts_with("dockerfile.") => "Dockerfile",
        _ if is_terraform => "tf",
        _ => "yaml",
    };
    let policy = format!(
        "id: {id}\ntitle: Say in one line what is wrong when this fires\njudges: {judges}\nseverity: medium\ntier: recommended\n\
         confidence: certain\nrequire: {{some_attribute: true}}\nmessage: \"some_attribute is {{some_attribute}}\"\n\
         why: What an attacker or an accident can do while this is so.\nfix: {{text: Set `some_attribute` to `true`.}}\n\
         references: []\naliases: []\n"
    );
    let body = |value: &str| match extension {
        "tf" => format!("resource \"{judges}\" \"example\" {{\n  some_attribute = {value}\n}}\n"),
        "Dockerfile" => "FROM alpine:3.22\n".to_string(),
        _ => format!("apiVersion: v1\nkind: {judges}\nmetadata:\n  name: example\n"),
    };
    let mut files = vec![
        (format!("{id}.yaml"), policy),
        (format!("{id}.pass.{extension}"), body("true")),
        (format!("{id}.fail.{extension}"), body(&format!("false # ! {id}"))),
    ];
    if is_terraform {
        files.push((
            format!("{id}.unknown.tf"),
            format!("variable \"unset\" {{ type = bool }}\n\n{}", body("var.unset")),
        ));
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut text = String::new();
    for (name, _) in &files {
        if folder.join(name).exists() {
            return Err(format!("{} exists already", folder.join(name).display()));
        }
    }
    for (name, content) in &files {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| format!("{} could not be written: {error}", path.display()))?;
        let _ = writeln!(text, "wrote {}", path.display());
    }
    let _ = writeln!(text, "Edit them, then run `volary policy test {}`.", folder.display());
    print(&text)?;
    Ok(0)
}

fn diff(other: &Path, paths: &[PathBuf], tier: Option<Tier>) -> Result<u8, String> {
    let judging = Judging { paths: paths.to_vec(), tier, ..Judging::default() };
    let now = Session::open(&judging)?.check();
    let then = Session::open(&Judging { pack: Some(other.to_path_buf()), ..judging })?.check();
    let known: BTreeSet<&str> = now.report.findings.iter().map(|finding| &*finding.fingerprint).collect();
    let later: BTreeSet<&str> = then.report.findings.iter().map(|finding| &*finding.fingerprint).collect();
    let mut text = String::new();
    section(&mut text, "would be new", &then.report, &known);
    section(&mut text, "would be gone", &now.report, &later);
    if text.is_empty() {
        text.push_str("The other pack reports the same here.\n");
    }
    print(&text)?;
    Ok(0)
}

/// The findings of a report that the other one does not have, by policy.
fn section(text: &mut String, title: &str, report: &Report, other: &BTreeSet<&str>) {
    let mut by_policy: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| !other.contains(&*finding.fingerprint)) {
        let place = format!("{}:{}  {}", finding.location.path, finding.location.start.line, finding.message);
        by_policy.entry(&finding.policy.id).or_default().push(place);
    }
    let count: usize = by_policy.values().map(Vec::len).sum();
    if count == 0 {
        return;
    }
    let _ = writeln!(text, "{count} {title}:");
    for (policy, places) in by_policy {
        let _ = writeln!(text, "  {policy}");
        for place in places {
            let _ = writeln!(text, "    {place}");
        }
    }
}
