//! A pipeline of another repository that uses a template and does nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Data, Value};
use volary_pipeline::{PipelineKind, Platform, read};

use super::{Parameter, Template, groovy};
use crate::recognise;

/// The repository of the template, as its user calls it.
pub(super) const REPOSITORY: &str = "contract/template";
/// The library, as its user calls it.
pub(super) const LIBRARY: &str = "contract";

/// How a template is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `uses:` of a job.
    Workflow,
    /// `uses:` of a step: the folder of the action.
    Action(String),
    /// `template:` in a list: `steps`, `jobs`, `stages`.
    Inserted(&'static str),
    /// `extends:`
    Extends,
    /// `include:`
    Include,
    /// A call of a step.
    Step(String),
}

impl Shape {
    pub(super) fn of(template: &Template<'_>) -> Option<Self> {
        let path = &*template.document.path;
        let name = path.rsplit('/').next().unwrap_or(path);
        match template.platform {
            Platform::GitHub if matches!(name, "action.yml" | "action.yaml") => {
                Some(Self::Action(path[..path.len() - name.len()].trim_end_matches('/').to_owned()))
            }
            Platform::GitHub => {
                let (pipeline, _) = read(template.document, template.platform, template.sources, template.limits);
                let called = pipeline.triggers.iter().any(|trigger| trigger.event == volary_pipeline::Event::Call);
                (called || pipeline.kind == PipelineKind::Template).then_some(Self::Workflow)
            }
            Platform::Azure => {
                let (documents, _) = template.document.yaml(Dialect::Yaml11);
                let root = documents.iter().find_map(Value::as_map)?;
                // What triggers or is extended stands in no list of another file.
                let lists = ["steps", "jobs", "stages"];
                let list = lists.into_iter().find(|key| root.get(key).is_some());
                match list {
                    Some(list) if root.get("trigger").is_none() && root.get("resources").is_none() => {
                        Some(Self::Inserted(list))
                    }
                    Some(_) => Some(Self::Extends),
                    None => root.get("extends").map(|_| Self::Extends),
                }
            }
            Platform::GitLab => Some(Self::Include),
            Platform::Jenkins => {
                let stem = path.strip_prefix("vars/")?.strip_suffix(".groovy")?;
                (!stem.contains('/')).then(|| Self::Step(stem.to_owned()))
            }
        }
    }
}

/// The parameters of a template.
pub(super) fn parameters(template: &Template<'_>, shape: &Shape) -> Vec<Parameter> {
    if let Shape::Step(_) = shape {
        return groovy::parameters(&template.document.text);
    }
    let (pipeline, _) = read(template.document, template.platform, template.sources, template.limits);
    let given = pipeline.parameters.iter().filter(|parameter| &*parameter.of != "workflow_dispatch");
    given
        .map(|parameter| Parameter {
            name: parameter.name.clone(),
            ty: parameter.ty.clone(),
            default: parameter.default.as_ref().and_then(scalar),
            required: parameter.required || (parameter.default.is_none() && template.platform != Platform::GitHub),
            values: parameter.values.iter().filter_map(scalar).collect(),
            at: Some(parameter.at),
            decides: false,
        })
        .collect()
}

fn scalar(value: &Value) -> Option<Arc<str>> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Bool(_) | Data::Number(_) => Some(recognise::written(value)),
        _ => None,
    }
}

/// What a parameter is to whoever passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Truth,
    Text,
    /// A list of steps, jobs or stages.
    Parts(&'static str),
    Other,
}

pub(super) fn form(parameter: &Parameter) -> Form {
    let truth = |text: &Arc<str>| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    match parameter.ty.to_ascii_lowercase().as_str() {
        "boolean" => Form::Truth,
        "steplist" => Form::Parts("steps"),
        "joblist" | "deploymentlist" => Form::Parts("jobs"),
        "stagelist" => Form::Parts("stages"),
        "string" | "number" | "" | "choice" | "environment" if parameter.default.as_ref().is_some_and(truth) => {
            Form::Truth
        }
        "string" | "number" | "" | "choice" | "environment" => Form::Text,
        _ => Form::Other,
    }
}

/// What is passed, as it is written in the language of the caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    given: BTreeMap<Arc<str>, String>,
}

impl Arguments {
    /// What has to be given, and nothing else.
    pub(super) fn usual(parameters: &[Parameter], platform: Platform) -> Self {
        let mut usual = Self::default();
        for parameter in parameters.iter().filter(|parameter| parameter.required) {
            let value = match form(parameter) {
                Form::Truth => "false".to_owned(),
                Form::Parts(_) => "[]".to_owned(),
                Form::Other if platform == Platform::GitLab => "[]".to_owned(),
                Form::Other => "{}".to_owned(),
                Form::Text => match parameter.values.first() {
                    Some(value) => quoted(value, platform),
                    None => free(&parameter.name, platform),
                },
            };
            usual.given.insert(parameter.name.clone(), value);
        }
        usual
    }

    /// The values that a parameter may have besides the usual one; nothing stands for one that is known at run time only.
    pub(super) fn others(&self, parameter: &Parameter, platform: Platform) -> Vec<Option<Arc<str>>> {
        let usual = parameter.default.clone().unwrap_or_else(|| "false".into());
        match form(parameter) {
            Form::Truth => {
                let other = if usual.eq_ignore_ascii_case("true") { "false" } else { "true" };
                vec![Some(other.into())]
            }
            Form::Text if !parameter.values.is_empty() => {
                let first =
                    if parameter.required { parameter.values.first().cloned() } else { parameter.default.clone() };
                parameter.values.iter().filter(|value| Some(*value) != first.as_ref()).cloned().map(Some).collect()
            }
            // One that has to be given is known at run time only already. A number is written where the template is used.
            Form::Text if !parameter.required => match &parameter.default {
                Some(default) if matches!(&**default, "0" | "1") => {
                    vec![Some(if &**default == "0" { "1".into() } else { "0".into() })]
                }
                _ if platform == Platform::Azure && parameter.ty.eq_ignore_ascii_case("number") => Vec::new(),
                _ => vec![None],
            },
            _ => Vec::new(),
        }
    }

    /// The same with one parameter otherwise.
    pub(super) fn with(&self, parameter: &Parameter, value: Option<&str>, platform: Platform) -> Self {
        let text = match value {
            Some(value) if form(parameter) == Form::Truth && matches!(value, "true" | "false") => value.to_owned(),
            Some(value) => quoted(value, platform),
            None => free(&parameter.name, platform),
        };
        self.with_written(&parameter.name, text)
    }

    /// The same with one parameter as it is written here.
    pub(super) fn with_written(&self, name: &Arc<str>, text: String) -> Self {
        let mut other = self.clone();
        other.given.insert(name.clone(), text);
        other
    }
}

/// A text of the caller's language; JSON's are YAML's, and with another quote Groovy's.
pub(super) fn quoted(text: &str, platform: Platform) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '$' if platform == Platform::Jenkins => out.push_str("\\$"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// What the names of values that are known at run time only start with.
pub(super) const MARK: &str = "CONTRACT_";

/// A value that is known at run time only.
pub(super) fn free(name: &str, platform: Platform) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    match platform {
        Platform::GitHub => format!("\"${{{{ vars.{MARK}{plain} }}}}\""),
        Platform::Azure => format!("\"$({MARK}{plain})\""),
        Platform::GitLab => format!("\"${MARK}{plain}\""),
        Platform::Jenkins => format!("env.{MARK}{plain}"),
    }
}

/// A parameter as its template writes it.
pub(super) fn written(name: &str, platform: Platform) -> String {
    match platform {
        Platform::GitHub => format!("${{{{ inputs.{name} }}}}"),
        Platform::Azure => format!("${{{{ parameters.{name} }}}}"),
        Platform::GitLab => format!("$[[ inputs.{name} ]]"),
        Platform::Jenkins => name.to_owned(),
    }
}

/// The path and text of the caller.
pub(super) fn caller(shape: &Shape, path: &str, arguments: &Arguments) -> (&'static str, String) {
    let mut out = String::new();
    let given = |out: &mut String, key: &str, indent: usize| {
        if arguments.given.is_empty() {
            return;
        }
        let _ = writeln!(out, "{:indent$}{key}:", "");
        for (name, value) in &arguments.given {
            let _ = writeln!(out, "{:indent$}  {}: {value}", "", quoted(name, Platform::GitHub));
        }
    };
    match shape {
        Shape::Workflow => {
            let name = quoted(&format!("{REPOSITORY}/{path}@v1"), Platform::GitHub);
            let _ = writeln!(out, "on: push\njobs:\n  call:\n    uses: {name}\n    secrets: inherit");
            given(&mut out, "with", 4);
            (".github/workflows/caller.yml", out)
        }
        Shape::Action(folder) => {
            let slash = if folder.is_empty() { "" } else { "/" };
            let name = quoted(&format!("{REPOSITORY}{slash}{folder}@v1"), Platform::GitHub);
            let _ =
                writeln!(out, "on: push\njobs:\n  call:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {name}");
            given(&mut out, "with", 8);
            (".github/workflows/caller.yml", out)
        }
        Shape::Inserted(_) | Shape::Extends => {
            out.push_str("resources:\n  repositories:\n  - repository: contract\n    type: git\n    name: ");
            let _ = writeln!(out, "{REPOSITORY}");
            let name = quoted(&format!("{path}@contract"), Platform::Azure);
            if let Shape::Inserted(list) = shape {
                let _ = writeln!(out, "{list}:\n- template: {name}");
            } else {
                let _ = writeln!(out, "extends:\n  template: {name}");
            }
            given(&mut out, "parameters", 2);
            ("azure-pipelines.yml", out)
        }
        Shape::Include => {
            let file = quoted(&format!("/{path}"), Platform::GitHub);
            let _ = writeln!(out, "include:\n  - project: {REPOSITORY}\n    ref: v1\n    file: {file}");
            given(&mut out, "inputs", 4);
            (".gitlab-ci.yml", out)
        }
        Shape::Step(name) => {
            let given: Vec<String> = arguments.given.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let _ = writeln!(
                out,
                "@Library('{LIBRARY}@v1') _\npipeline {{\n  agent any\n  stages {{\n    stage('Call') {{"
            );
            let _ = writeln!(out, "      steps {{\n        {name}({})\n      }}\n    }}\n  }}\n}}", given.join(", "));
            ("Jenkinsfile", out)
        }
    }
}
