//! What real pipelines run that nothing recognises, by frequency; for people who look for tools that are missing.
#![allow(clippy::print_stderr, reason = "prints what was asked for")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::FileId;
use volary_pipeline::{Action, Document, Limits, MemorySources, is_pipeline, read};

use super::{Nothing, Recognisers, invocation, unwrap};

/// Where a name was first seen, and how often.
type Seen = BTreeMap<String, (usize, String)>;

#[test]
#[ignore = "reads all pipelines that lie beside the repository and prints a list"]
fn names_that_nothing_recognises() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/pipelines");
    if !root.is_dir() {
        eprintln!("no pipelines lie beside the repository");
        return;
    }
    let recognisers = Recognisers::built_in();
    let (mut commands, mut uses): (Seen, Seen) = (Seen::new(), Seen::new());
    let mut open: Vec<PathBuf> = vec![root];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let Ok(text) = volary_document::decode(&bytes) else { continue };
            let shown = path.to_string_lossy().into_owned();
            let document = Arc::new(Document::new(FileId(0), shown.as_str(), text.as_str()));
            let yaml = shown.ends_with(".yml") || shown.ends_with(".yaml");
            let values = if yaml { document.yaml(Dialect::Yaml12).0 } else { &[] };
            let Some(platform) = is_pipeline(&shown, values) else { continue };
            let (pipeline, _) = read(&document, platform, &MemorySources::default(), &Limits::default());
            for step in pipeline.jobs.iter().flat_map(|job| &job.steps) {
                let count = |seen: &mut Seen, name: String| {
                    seen.entry(name).or_insert_with(|| (0, shown.clone())).0 += 1;
                };
                match &step.action {
                    Action::Uses(used) if recognisers.step(step, &Nothing).is_empty() => {
                        count(&mut uses, format!("{:?} {}", used.kind, used.name));
                    }
                    Action::Script(script) => {
                        for (_, command) in script.parsed().1.commands() {
                            let invocation = invocation(script, command, &|_| None);
                            if !recognisers.command(&invocation, &Nothing).is_empty() {
                                continue;
                            }
                            let program = unwrap(&invocation);
                            let Some(name) = program.name else { continue };
                            let sub = program.arguments.iter().find_map(|word| word.value.as_text());
                            let sub =
                                sub.filter(|text| text.chars().all(|c| c.is_ascii_alphanumeric() || "-:".contains(c)));
                            count(&mut commands, format!("{name} {}", sub.unwrap_or_default()));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    for (title, seen) in [("COMMAND", commands), ("USE", uses)] {
        let mut list: Vec<_> = seen.into_iter().collect();
        list.sort_by(|(a, (one, _)), (b, (two, _))| two.cmp(one).then_with(|| a.cmp(b)));
        for (name, (count, path)) in list {
            eprintln!("{title}\t{count}\t{name}\t{path}");
        }
    }
}
