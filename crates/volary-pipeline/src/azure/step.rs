//! Steps: scripts, tasks, checkouts, artifacts, templates.

use std::sync::Arc;

use volary_model::{Origin, Role};

use super::build::{Builder, setting, text, text_of};
use super::node::{Context, Node, NodeData, Pair};
use super::script;
use crate::model::{
    Action, Artifact, Checkout, Connection, Direction, Found, Input, Job, Phase, SecretKind, SecretUse, Setting, Step,
    Text, Uses, UsesKind, Variable, VariableKind,
};

/// The keys that make a step.
pub(super) const KEYS: [&str; 15] = [
    "script",
    "bash",
    "pwsh",
    "powershell",
    "task",
    "checkout",
    "download",
    "downloadBuild",
    "getPackage",
    "publish",
    "upload",
    "template",
    "reviewApp",
    "restoreCache",
    "saveCache",
];

/// Inputs that name a service connection, in lower case.
const CONNECTIONS: [&str; 34] = [
    "azuresubscription",
    "connectedservicename",
    "connectedservicenamearm",
    "azuresubscriptionendpoint",
    "azureresourcemanagerconnection",
    "azuresubscriptionendpointforacr",
    "containerregistry",
    "dockerregistryserviceconnection",
    "dockerregistryendpoint",
    "kubernetesserviceconnection",
    "kubernetesserviceendpoint",
    "serviceconnectionendpoint",
    "serviceconnection",
    "sonarqube",
    "sonarcloud",
    "externalfeedcredentials",
    "nugetserviceconnections",
    "externalendpoint",
    "publishfeedcredentials",
    "publishendpoint",
    "customendpoint",
    "endpoint",
    "backendservicearm",
    "backendserviceaws",
    "backendservicegcp",
    "environmentservicenameazurerm",
    "environmentservicenameaws",
    "environmentservicenamegcp",
    "environmentservicename",
    "awscredentials",
    "sshendpoint",
    "githubconnection",
    "authenticationendpoint",
    "pythonuploadserviceconnection",
];

impl Builder<'_, '_> {
    /// The steps of a list, those of templates included, added to a job.
    pub(super) fn steps(&mut self, list: &Node, phase: &Phase, context: &Context, job: &mut Job) {
        if list.is_map() && list.pair("template").is_some() {
            // `steps:` with a template instead of a list.
            self.step_template(list, phase, context, job);
            return;
        }
        for item in list.items() {
            let context = context.under(&item.guards);
            let node = &item.node;
            if node.is_list() {
                self.steps(node, phase, &context, job);
            } else if node.pair("template").is_some() {
                self.step_template(node, phase, &context, job);
            } else if let Some(pair) = KEYS.iter().find_map(|key| node.pair(key)) {
                if self.reader.node(node.span()).is_err() {
                    return;
                }
                self.step(node, pair, phase, &context, job);
            } else if !self.refuses(node, &context) {
                let help = "An element of `steps` has `script`, `task`, `checkout`, `template` or the like.";
                self.reader.issue(node.span(), "this is no step", help);
            }
        }
    }

    fn step_template(&mut self, node: &Node, phase: &Phase, context: &Context, job: &mut Job) {
        match self.open(node, UsesKind::Template, context) {
            Ok(opened) => {
                self.template_variables(&opened.body, &opened.context);
                for pair in opened.body.pairs().iter().filter(|pair| &*pair.key == "steps") {
                    self.steps(&pair.node, phase, &opened.context.under(&pair.guards), job);
                }
            }
            Err(missing) => {
                let (uses, reason) = *missing;
                let action = Action::Hidden(uses.clone(), reason);
                let mut step = Step::new(action, node.span(), uses.at);
                step.phase = phase.clone();
                step.activation.guards = context.guards.to_vec();
                step.through = context.through.clone();
                step.inputs = inputs(node.get("parameters"));
                job.steps.push(step);
                let inner = self.unread(&uses, context);
                let parameters = node.get("parameters").map(Node::pairs).unwrap_or_default().to_vec();
                for pair in parameters.iter().filter(|pair| pair.node.is_list()) {
                    if pair.node.items().iter().any(|item| KEYS.iter().any(|key| item.node.pair(key).is_some())) {
                        self.steps(&pair.node, phase, &inner.under(&pair.guards), job);
                    }
                }
            }
        }
    }

    fn step(&mut self, node: &Node, pair: &Pair, phase: &Phase, context: &Context, job: &mut Job) {
        let value = text_of(pair).unwrap_or_else(|| Text::literal("", pair.node.origin.clone()));
        let windows = script::windows(job);
        let mut step = Step::new(Action::Block("".into()), node.span(), pair.key_at);
        step.phase = phase.clone();
        step.id = text(node, "name");
        step.name = text(node, "displayName");
        step.activation = self.activation(node, context);
        step.continue_on_error = setting(node, "continueOnError");
        step.enabled = setting(node, "enabled");
        step.timeout = setting(node, "timeoutInMinutes");
        step.retry = setting(node, "retryCountOnTaskFailure");
        step.working_directory = text(node, "workingDirectory");
        step.variables = environment(node.get("env"));
        step.through = context.through.clone();
        if let Some(target) = node.pair("target") {
            step.container = if target.node.is_map() {
                target.node.pair("container").and_then(|pair| self.container_of(pair))
            } else {
                self.container_of(target)
            };
        }
        step.inputs = inputs(node.get("inputs"));
        match &*pair.key {
            "script" | "bash" | "pwsh" | "powershell" => {
                step.action = Action::Script(Box::new(script::shortcut(&pair.key, value, node, windows)));
            }
            "task" => task(&mut step, value, windows),
            key => {
                step.action = Action::Uses(own(key, &value, pair));
                keyword(&mut step, key, value, node);
            }
        }
        secrets(&mut step);
        self.reader.weigh(&step);
        job.steps.push(step);
    }
}

/// A step that the platform itself knows by a key.
fn own(key: &str, value: &Text, pair: &Pair) -> Uses {
    Uses {
        kind: UsesKind::Task,
        written: value.clone(),
        name: key.into(),
        reference: None,
        repository: None,
        path: Arc::from(""),
        at: pair.node.span(),
        found: Found::External,
    }
}

fn keyword(step: &mut Step, key: &str, value: Text, node: &Node) {
    let at = step.at;
    match key {
        "checkout" => {
            let own = value.is("self") || value.is_empty();
            let nothing = value.is("none");
            step.checkout = Some(Checkout {
                // `git://project/name@ref` names a branch.
                reference: value.known().and_then(|text| {
                    let (_, reference) = text.rsplit_once('@')?;
                    let start = text.len() - reference.len();
                    let pieces = Text::slice(&value.pieces, start, text.len());
                    Some(Text { pieces, origin: value.origin.clone(), data: None })
                }),
                repository: (!own && !nothing).then_some(value),
                path: text(node, "path"),
                persist_credentials: setting(node, "persistCredentials"),
                submodules: setting(node, "submodules"),
                depth: setting(node, "fetchDepth"),
                nothing,
            });
        }
        "publish" | "upload" => {
            let name = text(node, "artifact");
            step.artifact = Some(Artifact { direction: Direction::Publish, name, paths: vec![value], from: None, at });
        }
        "download" | "downloadBuild" => {
            if value.is("none") {
                return;
            }
            let name = text(node, "artifact");
            let from = (!value.is("current")).then_some(value);
            let paths = text(node, "path").into_iter().collect();
            step.artifact = Some(Artifact { direction: Direction::Download, name, paths, from, at });
        }
        _ => {}
    }
}

fn task(step: &mut Step, value: Text, windows: Option<bool>) {
    let written = value.canonical();
    let (name, version) = match written.rsplit_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (written.as_str(), None),
    };
    let reference = version.map(|version| {
        let length = value.known().map_or(0, |text| text.len());
        let pieces = Text::slice(&value.pieces, length.saturating_sub(version.len()), length);
        Text { pieces, origin: value.origin.clone(), data: None }
    });
    let found = match value.holes().next() {
        Some(hole) => Found::Missing(hole.reason.clone()),
        None => Found::External,
    };
    let uses = Uses {
        kind: UsesKind::Task,
        // `publisher.extension.contribution.Name`: the last part is the task.
        name: name.into(),
        reference,
        repository: None,
        path: Arc::from(""),
        at: value.span().unwrap_or(step.at),
        written: value,
        found,
    };
    let base = name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let inputs = step.inputs.iter().filter(|input| CONNECTIONS.contains(&&*input.name.to_lowercase()));
    let connection = |input: &Input| Connection {
        name: input.text.clone(),
        input: input.name.clone(),
        at: input.text.span().unwrap_or(step.at),
    };
    step.connections = inputs.filter(|input| !input.text.is_empty()).map(connection).collect();
    let at = step.at;
    let given = step.inputs.clone();
    let of = |key: &str| {
        let found = given.iter().rev().find(|input| input.name.eq_ignore_ascii_case(key));
        found.map(|input| input.text.clone()).filter(|text| !text.is_empty())
    };
    step.artifact = match base.as_str() {
        "publishbuildartifacts" | "publishpipelineartifact" => Some(Artifact {
            direction: Direction::Publish,
            name: of("artifactName").or_else(|| of("artifact")),
            paths: of("pathToPublish").or_else(|| of("targetPath")).or_else(|| of("path")).into_iter().collect(),
            from: None,
            at,
        }),
        "downloadbuildartifacts" | "downloadpipelineartifact" => Some(Artifact {
            direction: Direction::Download,
            name: of("artifactName").or_else(|| of("artifact")),
            paths: of("downloadPath").or_else(|| of("targetPath")).or_else(|| of("path")).into_iter().collect(),
            from: of("pipeline").or_else(|| of("definition")),
            at,
        }),
        "cache" => Some(Artifact {
            direction: Direction::Cache,
            name: of("key"),
            paths: of("path").into_iter().collect(),
            from: None,
            at,
        }),
        _ => None,
    };
    if base == "azurekeyvault" {
        let name = of("KeyVaultName").unwrap_or_else(|| uses.written.clone());
        step.secrets.push(SecretUse { at: name.span().unwrap_or(at), name, kind: SecretKind::Vault, into: None });
    }
    if base == "downloadsecurefile" {
        let name = of("secureFile").unwrap_or_else(|| uses.written.clone());
        step.secrets.push(SecretUse { at: name.span().unwrap_or(at), name, kind: SecretKind::Named, into: None });
    }
    step.working_directory = step.working_directory.take().or_else(|| of("workingDirectory")).or_else(|| of("cwd"));
    step.action = match script::of_task(&base, step, windows) {
        Some(mut script) => {
            script.via = Some(Box::new(uses));
            Action::Script(Box::new(script))
        }
        None => Action::Uses(uses),
    };
}

/// The token of the run, where it is handed on.
fn secrets(step: &mut Step) {
    let mut found = Vec::new();
    let mut look = |text: &Text, into: Option<Arc<str>>| {
        let canonical = text.canonical();
        if canonical.to_ascii_lowercase().contains("$(system.accesstoken)") {
            let at = text.span().unwrap_or(step.at);
            let name = Text::literal("System.AccessToken", Origin::at(at, Role::Attribute));
            found.push(SecretUse { name, kind: SecretKind::Token, at, into });
        }
    };
    for variable in &step.variables {
        look(&variable.value, variable.name.known().map(Into::into));
    }
    for input in &step.inputs {
        look(&input.text, Some(input.name.clone()));
    }
    if let Action::Script(script) = &step.action {
        look(&script.text, None);
    }
    step.secrets.extend(found);
}

/// A map of inputs.
pub(super) fn inputs(node: Option<&Node>) -> Vec<Input> {
    let pairs = node.map(Node::pairs).unwrap_or_default().iter();
    let input = |pair: &Pair| match &pair.node.data {
        NodeData::Scalar(_) => text_of(pair).map(|text| Input::of(pair.key.clone(), Some(pair.key_at), text)),
        _ => Some(Input {
            name: pair.key.clone(),
            key: Some(pair.key_at),
            value: super::build::written(&pair.node),
            text: Text { pieces: Vec::new(), origin: pair.node.origin.clone(), data: None },
        }),
    };
    pairs.filter_map(input).collect()
}

/// `env`.
fn environment(node: Option<&Node>) -> Vec<Variable> {
    let pairs = node.map(Node::pairs).unwrap_or_default().iter();
    let variable = |pair: &Pair| {
        Some(Variable {
            name: Text::literal(pair.key.clone(), Origin::at(pair.key_at, Role::Attribute)),
            at: pair.key_at,
            kind: VariableKind::Plain,
            value: text_of(pair)?,
            readonly: None::<Setting>,
            guards: pair.guards.to_vec(),
            through: Arc::new([]),
        })
    };
    pairs.filter_map(variable).collect()
}
