//! `--expanded`: what a platform expands a pipeline to, as it writes it or inside of the answer of its interface.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use volary_engine::Expanded;

/// Files beyond this many bytes are not read.
const MOST: u64 = 16 * 1024 * 1024;
/// Pipelines beyond this many bytes are not judged.
const MOST_YAML: usize = 2 * 1024 * 1024;

/// Reads an argument: `FILE` or `PIPELINE=FILE`. `relative` gives the path of a file in the tree, where it lies there.
pub(crate) fn read(argument: &str, relative: &dyn Fn(&Path) -> Option<String>) -> Result<Expanded, String> {
    let named = argument.split_once('=').filter(|_| !Path::new(argument).exists());
    let (pipeline, file) = match named {
        Some((pipeline, file)) if pipeline.is_empty() || file.is_empty() => {
            return Err(format!("--expanded {argument}: write FILE or PIPELINE=FILE"));
        }
        Some((pipeline, file)) => (Some(pipeline), file),
        None => (None, argument),
    };
    let told = |error: &dyn std::fmt::Display| format!("--expanded {file}: {error}");
    let metadata = fs::metadata(file).map_err(|error| told(&error))?;
    if !metadata.is_file() {
        return Err(told(&"it is no file"));
    }
    if metadata.len() > MOST {
        return Err(told(&"it is larger than 16 MiB"));
    }
    let bytes = fs::read(file).map_err(|error| told(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| told(&"it is no text in UTF-8"))?;
    let inner = unwrapped(&text).map_err(|error| told(&error))?;
    let shown: Arc<str> = file.replace('\\', "/").into();
    let (text, ending) = match inner {
        None => (text, None),
        Some((text, ending)) => (text, Some(ending)),
    };
    if text.len() > MOST_YAML {
        return Err(told(&"the pipeline in it is larger than 2 MiB"));
    }
    let (pipeline, alone) = match pipeline {
        Some(pipeline) => {
            let path = relative(Path::new(pipeline));
            (path.ok_or_else(|| format!("--expanded {argument}: {pipeline} is no file of this tree"))?, false)
        }
        None => (shown_path(file, ending, relative), true),
    };
    Ok(Expanded { pipeline: pipeline.into(), shown, text: text.into(), alone })
}

/// The path that a file that stands alone is shown by. Its ending tells the platform where it was given in an answer.
fn shown_path(file: &str, ending: Option<&str>, relative: &dyn Fn(&Path) -> Option<String>) -> String {
    let path = relative(Path::new(file)).unwrap_or_else(|| {
        Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    });
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    match ending {
        None if yaml => path,
        ending => {
            let start = path.rfind('/').map_or(0, |at| at + 1);
            let stem = path[start..].rfind('.').filter(|at| *at > 0).map_or(path.len(), |at| start + at);
            format!("{}{}", &path[..stem], ending.unwrap_or(".expanded.yml"))
        }
    }
}

/// The YAML in the answer of a platform and the ending for it; nothing where the text is the YAML itself.
fn unwrapped(text: &str) -> Result<Option<(String, &'static str)>, String> {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return Ok(None);
    }
    let Ok(serde_json::Value::Object(answer)) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        return Ok(None);
    };
    for (key, ending) in [("finalYaml", ".expanded.yml"), ("merged_yaml", ".expanded.gitlab-ci.yml")] {
        match answer.get(key) {
            Some(serde_json::Value::String(yaml)) if !yaml.trim().is_empty() => {
                return Ok(Some((yaml.clone(), ending)));
            }
            Some(_) => {
                let errors = answer.get("errors").and_then(serde_json::Value::as_array);
                let first = errors.and_then(|errors| errors.first()).and_then(serde_json::Value::as_str);
                let why = first.map(|first| format!(": {first}")).unwrap_or_default();
                return Err(format!("the platform gave no pipeline{why}"));
            }
            None => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_platforms_are_unwrapped() {
        let of = |text: &str| unwrapped(text);
        assert_eq!(of("steps: []\n"), Ok(None));
        assert_eq!(of("{steps: []}\n"), Ok(None));
        assert_eq!(of("{\"jobs\": {}}"), Ok(None));
        let azure = of("{\"id\": 1, \"finalYaml\": \"stages: []\\n\"}");
        assert_eq!(azure, Ok(Some(("stages: []\n".into(), ".expanded.yml"))));
        let gitlab = of("{\"valid\": true, \"merged_yaml\": \"---\\na: 1\\n\"}");
        assert_eq!(gitlab, Ok(Some(("---\na: 1\n".into(), ".expanded.gitlab-ci.yml"))));
        let refused = of("{\"valid\": false, \"merged_yaml\": null, \"errors\": [\"no jobs\"]}");
        assert_eq!(refused, Err("the platform gave no pipeline: no jobs".into()));
    }

    #[test]
    fn what_stands_alone_is_shown_as_yaml() {
        let none = |_: &Path| None;
        assert_eq!(shown_path("/tmp/x/final.yml", None, &none), "final.yml");
        assert_eq!(shown_path("/tmp/x/preview.json", Some(".expanded.yml"), &none), "preview.expanded.yml");
        assert_eq!(shown_path("answer", None, &none), "answer.expanded.yml");
        let inside = |_: &Path| Some("ci.d/answer".to_owned());
        assert_eq!(shown_path("answer", None, &inside), "ci.d/answer.expanded.yml");
    }
}
