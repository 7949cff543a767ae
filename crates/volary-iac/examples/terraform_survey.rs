//! Reads and evaluates all Terraform below some folders and prints what came out: sizes and times, problems, units,
//! subjects, and why values are not known. For measuring and for looking at single values (`--show ADDRESS`).
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use volary_document::hcl;
use volary_iac::terraform::{Folder, Input, Limits, SourceBody, units};
use volary_model::{Data, FileId, Files, SourceFile, Span, Value};

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(&path, found);
        } else if kind.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if [".tf", ".tf.json", ".tofu", ".tfvars", ".tfvars.json", ".terraform.lock.hcl"]
                .iter()
                .any(|end| name.ends_with(end))
            {
                found.push(path);
            }
        }
    }
}

fn main() {
    let mut shown = None;
    let mut verbose = false;
    let mut roots = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--show" => shown = arguments.next(),
            "--verbose" => verbose = true,
            _ => roots.push(PathBuf::from(argument)),
        }
    }
    for root in roots {
        survey(&root, shown.as_deref(), verbose);
    }
}

fn survey(root: &Path, shown: Option<&str>, verbose: bool) {
    let mut paths = Vec::new();
    walk(root, &mut paths);
    paths.sort();
    let texts: Vec<(String, String)> = paths
        .iter()
        .filter_map(|path| {
            let text = String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned();
            Some((path.strip_prefix(root).ok()?.to_string_lossy().into_owned(), text))
        })
        .collect();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut files = Files::default();
    for (path, text) in &texts {
        files.add(SourceFile::new(path.as_str(), text.as_str()));
    }
    let started = Instant::now();
    let mut input = Input::default();
    let mut issues = Vec::new();
    for (index, (path, text)) in texts.iter().enumerate() {
        let file = FileId(index as u32);
        let (body, found) = match path.as_str() {
            path if path.ends_with(".tfvars.json") => hcl::variables_from_json(file, text),
            path if path.ends_with(".json") => hcl::from_json(file, text),
            _ => hcl::parse(file, text),
        };
        issues.extend(found);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder: &mut Folder = input.folders.entry(folder.into()).or_default();
        let source = SourceBody { file, name: name.into(), body: Arc::new(body) };
        if name.contains(".tfvars") { folder.variable_files.push(source) } else { folder.files.push(source) }
    }
    let parsed = started.elapsed();
    let started = Instant::now();
    let evaluated = units(&input, &Limits::default());
    let took = started.elapsed();
    let place = |span: Span| {
        files.locate(span).map_or_else(String::new, |at| format!("{}:{}:{}", at.path, at.start.line, at.start.column))
    };
    let mut reasons: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let (mut known, mut unknown, mut subjects, mut conditional) = (0_usize, 0_usize, 0_usize, 0_usize);
    for unit in &evaluated.units {
        for subject in &unit.subjects {
            if subject.kind.starts_with("terraform.") {
                continue;
            }
            subjects += 1;
            conditional += usize::from(subject.conditional.is_some());
            count(&subject.values, &mut known, &mut |value, reason| {
                unknown += 1;
                let at = value.origin.span().map_or_else(String::new, place);
                let entry = reasons.entry(format!("{:?}", reason.kind)).or_default();
                entry.0 += 1;
                if verbose {
                    println!("    {at} {}: {reason}", subject.address);
                }
                entry.1 = format!("{at} {reason}");
            });
            if shown.is_some_and(|wanted| subject.address.contains(wanted)) {
                println!(
                    "  [{}] {} conditional={:?} version={:?}",
                    unit.name, subject.address, subject.conditional, subject.provider_version
                );
                show(&subject.values, "    ", &place);
            }
        }
    }
    println!("{}", root.display());
    println!(
        "  {} files, {} KiB; read in {parsed:?} ({:.1} MB/s), evaluated in {took:?} ({:.1} MB/s both)",
        texts.len(),
        bytes / 1024,
        bytes as f64 / parsed.as_secs_f64() / 1e6,
        bytes as f64 / (parsed + took).as_secs_f64() / 1e6,
    );
    println!("  {} issues in {} files", issues.len(), {
        let mut of: Vec<_> = issues.iter().map(|issue| issue.span.file).collect();
        of.dedup();
        of.len()
    });
    for issue in issues.iter().take(if verbose { 1000 } else { 25 }) {
        println!("    {} {}", place(issue.span), issue.message);
    }
    for problem in evaluated.problems.iter().take(20) {
        println!("    problem {} {}", place(problem.span), problem.message);
    }
    let gaps: usize = evaluated.units.iter().map(|unit| unit.gaps.len()).sum();
    println!("  {} units, {subjects} resources, {conditional} conditional, {gaps} gaps", evaluated.units.len());
    println!("  values: {known} known, {unknown} not");
    for (reason, (count, example)) in reasons {
        println!("    {count:6} {reason}  e.g. {example}");
    }
}

fn count<'v>(value: &'v Value, known: &mut usize, found: &mut dyn FnMut(&'v Value, &volary_model::Reason)) {
    match &value.data {
        Data::Unknown(unknown) => found(value, &unknown.reason),
        Data::List(list) => list.iter().for_each(|value| count(value, known, found)),
        Data::Map(map) => map.entries().iter().for_each(|entry| count(&entry.value, known, found)),
        _ => *known += 1,
    }
}

fn show(value: &Value, indent: &str, place: &dyn Fn(Span) -> String) {
    let Some(map) = value.as_map() else { return };
    for entry in map.entries() {
        let steps: Vec<String> = entry
            .value
            .origin
            .steps()
            .map(|step| format!("{:?} {}", step.role, step.span().map_or_else(String::new, place)))
            .collect();
        let shown = match &entry.value.data {
            Data::Map(_) => "{}".to_owned(),
            Data::List(list) => format!("[{}]", list.len()),
            Data::Unknown(unknown) => format!(
                "unknown: {} {:?} not_null={} not_empty={} {:?}",
                unknown.reason, unknown.ty, unknown.not_null, unknown.not_empty, unknown.text
            ),
            other => format!("{other:?}"),
        };
        let references: Vec<String> = entry
            .value
            .references()
            .iter()
            .map(|r| format!("{}#{}{}", r.address, r.attribute, if r.whole { "" } else { "~" }))
            .collect();
        println!("{indent}{} = {shown}  <- {}  {}", entry.key, steps.join(" <- "), references.join(" "));
        let inner = format!("{indent}  ");
        match &entry.value.data {
            Data::Map(_) => show(&entry.value, &inner, place),
            Data::List(list) => list.iter().for_each(|value| match value.data {
                Data::Map(_) => {
                    println!("{inner}-");
                    show(value, &inner, place);
                }
                _ => println!("{inner}{:?}", value.data),
            }),
            _ => {}
        }
    }
}
