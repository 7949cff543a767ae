//! How a template is used, as it is written in a pipeline.

use std::fmt::Write;

use volary_guardrail::contract::{Contract, Parameter};
use volary_pipeline::Platform;

/// What a pipeline writes to use a template of a repository; of an empty name: of its own.
pub(super) fn call(contract: &Contract, source: &str) -> String {
    let required: Vec<&Parameter> = contract.parameters.iter().filter(|parameter| parameter.required).collect();
    let path = contract.path.trim_start_matches('/');
    // A source that serves one reference has it in its name.
    let (source, reference) = source.split_once('@').unwrap_or((source, "REF"));
    let mut out = String::new();
    match contract.platform {
        Platform::GitHub => {
            let action = path.ends_with("action.yml") || path.ends_with("action.yaml");
            let path = if action { path.rsplit_once('/').map_or("", |(folder, _)| folder) } else { path };
            let slash = if path.is_empty() { "" } else { "/" };
            let name = match source {
                "" => format!("./{path}"),
                source => format!("{source}{slash}{path}@{reference}"),
            };
            let (indent, lead) = if action { (2, "- ") } else { (0, "") };
            let _ = writeln!(out, "{lead}uses: {name}");
            given(&mut out, indent, "with", &required);
        }
        Platform::Azure => {
            let name = match source {
                "" => format!("/{path}"),
                source => {
                    let _ = writeln!(
                        out,
                        "resources:\n  repositories:\n  - repository: templates\n    type: git\n    name: {source}\n    ref: {reference}\n"
                    );
                    format!("{path}@templates")
                }
            };
            let _ = writeln!(out, "- template: {name}");
            given(&mut out, 2, "parameters", &required);
        }
        Platform::GitLab => {
            match source {
                "" => {
                    let _ = writeln!(out, "include:\n  - local: /{path}");
                }
                source => {
                    let _ = writeln!(out, "include:\n  - project: {source}\n    ref: {reference}\n    file: /{path}");
                }
            }
            given(&mut out, 4, "inputs", &required);
        }
        Platform::Jenkins => {
            let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".groovy");
            if !source.is_empty() {
                let _ = writeln!(out, "@Library('{}@{reference}') _\n", source.rsplit('/').next().unwrap_or(source));
            }
            let given: Vec<String> = required.iter().map(|parameter| format!("{}: ...", parameter.name)).collect();
            let _ = writeln!(out, "{name}({})", given.join(", "));
        }
    }
    out
}

fn given(out: &mut String, indent: usize, key: &str, parameters: &[&Parameter]) {
    if !parameters.is_empty() {
        let _ = writeln!(out, "{:indent$}{key}:", "");
    }
    for parameter in parameters {
        let _ = writeln!(out, "{:indent$}  {}: ...", "", parameter.name);
    }
}
