//! Who chooses what Azure Pipelines, GitLab CI and Jenkins put into texts.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::outside;
use super::taint::Taint;
use crate::{Hole, Parameter, Pipeline, Platform, Syntax, Variable, VariableKind};

/// How many variables that are made of others are followed, how many names one value may have, and among how many variables a name
/// is looked for.
const MAX_DEPTH: usize = 6;
const MAX_NAMES: usize = 50;
const MAX_VARIABLES: usize = 1_000;

/// What is known of a value that is put in.
pub(super) struct Found {
    pub(super) taint: Taint,
    /// The names whose values reach it.
    pub(super) contexts: Vec<Arc<str>>,
    /// Functions that it passes through.
    pub(super) functions: Vec<Arc<str>>,
    /// It holds a secret.
    pub(super) secret: bool,
}

/// The names of a place.
pub(super) struct Around<'a> {
    pipeline: &'a Pipeline,
    variables: Vec<&'a Variable>,
    index: OnceCell<BTreeMap<String, &'a Variable>>,
    /// Variables that hold a secret.
    secrets: Vec<Arc<str>>,
}

impl<'a> Around<'a> {
    /// The names of a place: its variables, inner ones behind outer ones, and which of them hold a secret.
    pub(super) fn new(pipeline: &'a Pipeline, variables: Vec<&'a Variable>, secrets: Vec<Arc<str>>) -> Self {
        Self { pipeline, variables, index: OnceCell::new(), secrets }
    }

    /// Who chooses what a hole brings.
    pub(super) fn hole(&self, hole: &Hole) -> Found {
        let mut found = Found { taint: Taint::None, contexts: Vec::new(), functions: Vec::new(), secret: false };
        match (self.pipeline.platform, hole.syntax) {
            (Platform::Azure, Syntax::Macro) => self.variable(&hole.text, &mut found, 0),
            (Platform::Azure, _) => self.azure(&hole.text, &mut found, 0),
            (Platform::GitLab, Syntax::Input) => self.input(&hole.text, &mut found),
            (Platform::GitLab, _) => self.variable(&hole.text, &mut found, 0),
            (Platform::Jenkins, _) => self.jenkins(&hole.text, &mut found),
            (Platform::GitHub, _) => {}
        }
        found
    }

    /// Who chooses a variable of a script.
    pub(super) fn of_script(&self, name: &str) -> Found {
        let mut found = Found { taint: Taint::None, contexts: Vec::new(), functions: Vec::new(), secret: false };
        self.variable(name, &mut found, 0);
        found
    }

    /// A variable: one of the platform, or one of the file that is made of others.
    fn variable(&self, name: &str, found: &mut Found, depth: usize) {
        // Each is looked at once, so that the work is bounded however they are made of each other.
        if found.contexts.len() >= MAX_NAMES || found.contexts.iter().any(|known| **known == *name) {
            return;
        }
        found.contexts.push(name.into());
        found.secret |= self.is_secret(name);
        let own = outside::variable(self.pipeline.platform, name);
        if own > Taint::None {
            found.taint = found.taint.max(own);
            return;
        }
        match self.named(name) {
            Some(variable) if depth < MAX_DEPTH => {
                for hole in variable.value.holes().take(MAX_NAMES) {
                    match (self.pipeline.platform, hole.syntax) {
                        (Platform::Azure, Syntax::Macro) => self.variable(&hole.text, found, depth + 1),
                        (Platform::Azure, _) => self.azure(&hole.text, found, depth + 1),
                        (Platform::GitLab, Syntax::Input) => self.input(&hole.text, found),
                        (Platform::GitLab, _) => self.variable(&hole.text, found, depth + 1),
                        (Platform::Jenkins, _) => self.jenkins(&hole.text, found),
                        (Platform::GitHub, _) => {
                            let path: Vec<Arc<str>> = hole.text.split('.').map(Into::into).collect();
                            found.taint = found.taint.max(super::taint::of(&path, &Nothing));
                        }
                    }
                }
            }
            Some(_) => {}
            // Set by a script of the run or in the settings.
            None if self.pipeline.platform == Platform::Azure && !is_predefined(name) => {
                found.taint = found.taint.max(Taint::Settings);
            }
            None => {}
        }
    }

    /// The last variable of the file with this name.
    fn named(&self, name: &str) -> Option<&Variable> {
        let azure = self.pipeline.platform == Platform::Azure;
        let key = |name: &str| if azure { name.to_ascii_lowercase() } else { name.to_owned() };
        let index = self.index.get_or_init(|| {
            let from = self.variables.len().saturating_sub(MAX_VARIABLES);
            let plain = self.variables[from..].iter().filter(|variable| variable.kind == VariableKind::Plain);
            plain.filter_map(|variable| Some((key(&variable.name.known()?), *variable))).collect()
        });
        index.get(&key(name)).copied()
    }

    fn is_secret(&self, name: &str) -> bool {
        let base = name.strip_suffix("_PSW").unwrap_or(name);
        self.secrets.iter().any(|secret| &**secret == name || &**secret == base)
    }

    /// `parameters.x`, `variables['x']`, and expressions around them.
    fn azure(&self, text: &str, found: &mut Found, depth: usize) {
        for path in paths(text) {
            let mut parts = path.splitn(2, '.');
            let (Some(first), Some(rest)) = (parts.next(), parts.next()) else { continue };
            match first.to_lowercase().as_str() {
                "parameters" => {
                    let name = rest.split('.').next().unwrap_or_default();
                    found.contexts.push(path.clone());
                    found.taint = found.taint.max(self.parameter(name));
                }
                "variables" => self.variable(rest, found, depth),
                "dependencies" | "stagedependencies" => found.taint = found.taint.max(Taint::Run),
                _ => {}
            }
        }
    }

    fn parameter(&self, name: &str) -> Taint {
        match self.pipeline.parameters.iter().find(|one| one.name.eq_ignore_ascii_case(name)) {
            Some(parameter) if is_closed(parameter) => Taint::None,
            _ => Taint::Caller,
        }
    }

    /// `inputs.x | function`.
    fn input(&self, text: &str, found: &mut Found) {
        let mut parts = text.split('|').map(str::trim);
        let Some(name) = parts.next() else { return };
        found.contexts.push(name.into());
        let functions = parts.map(|part| part.split('(').next().unwrap_or_default());
        found.functions.extend(functions.map(|name| Arc::<str>::from(name.trim())));
        let Some(name) = name.strip_prefix("inputs.") else { return };
        let closed = self.pipeline.parameters.iter().find(|one| &*one.name == name).is_some_and(is_closed);
        found.taint = if closed { Taint::None } else { Taint::Caller };
    }

    /// What stands in `${...}` of Groovy: names, and calls around them.
    fn jenkins(&self, text: &str, found: &mut Found) {
        let calls = text.contains('(');
        for path in paths(text) {
            let name = path.strip_prefix("env.").unwrap_or(&path);
            let first = name.split('.').next().unwrap_or_default();
            if let Some(rest) = path.strip_prefix("params.") {
                let parameter = rest.split('.').next().unwrap_or_default();
                found.contexts.push(path.clone());
                found.secret |= self.is_password(parameter);
                found.taint = found.taint.max(self.parameter(parameter));
            } else if matches!(first, "pullRequest") {
                let safe = matches!(name.rsplit('.').next(), Some("number" | "id" | "state" | "head" | "locked"));
                found.contexts.push(path.clone());
                found.taint = found.taint.max(if safe { Taint::None } else { Taint::Anybody });
            } else if outside::variable(Platform::Jenkins, first) > Taint::None {
                // What is called on it may take away what a shell would read.
                let taint = outside::variable(Platform::Jenkins, first);
                let cleaned = text.contains("replaceAll(") || text.contains("hashCode(") || text.contains("encode");
                found.contexts.push(path.clone());
                found.taint = found.taint.max(if cleaned { Taint::Run } else { taint });
            } else if self.pipeline.parameters.iter().any(|one| &*one.name == first) {
                found.contexts.push(path.clone());
                found.secret |= self.is_password(first);
                found.taint = found.taint.max(self.parameter(first));
            } else {
                found.secret |= self.is_secret(first);
                found.contexts.push(path.clone());
                let local = !calls && !is_jenkins_own(first);
                found.taint = found.taint.max(if local { Taint::Run } else { Taint::None });
            }
        }
    }

    fn is_password(&self, name: &str) -> bool {
        self.pipeline.parameters.iter().any(|one| &*one.name == name && &*one.ty == "password")
    }
}

/// Nothing is known of any name.
struct Nothing;

impl super::taint::Names for Nothing {
    fn variable(&self, _: &str) -> Option<Vec<Arc<crate::Expr>>> {
        None
    }

    fn input(&self, _: &str) -> Option<Arc<str>> {
        None
    }

    fn matrix(&self, _: &str) -> Option<Vec<volary_model::Value>> {
        None
    }
}

/// A parameter that takes nothing but numbers, truths, or values that are listed.
pub(super) fn is_closed(parameter: &Parameter) -> bool {
    !parameter.values.is_empty()
        || matches!(
            parameter.ty.to_lowercase().as_str(),
            "boolean"
                | "number"
                | "choice"
                | "booleanparam"
                | "steplist"
                | "joblist"
                | "stagelist"
                | "deploymentlist"
                | "step"
                | "job"
                | "stage"
                | "deployment"
                | "credentials"
                | "run"
        )
}

/// Variables that the agent or the server of Azure sets.
fn is_predefined(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["build.", "system.", "agent.", "pipeline.", "environment.", "release.", "checks.", "strategy.", "resources."]
        .iter()
        .any(|prefix| lower.starts_with(prefix))
        || matches!(lower.as_str(), "tf_build" | "rev")
}

/// Names that Jenkins sets to numbers and addresses of its own.
fn is_jenkins_own(name: &str) -> bool {
    matches!(
        name,
        "WORKSPACE"
            | "BUILD_NUMBER"
            | "BUILD_ID"
            | "BUILD_TAG"
            | "BUILD_URL"
            | "JOB_NAME"
            | "JOB_BASE_NAME"
            | "JOB_URL"
            | "NODE_NAME"
            | "EXECUTOR_NUMBER"
            | "JENKINS_HOME"
            | "JENKINS_URL"
            | "GIT_COMMIT"
            | "GIT_URL"
            | "CHANGE_ID"
            | "CHANGE_URL"
            | "HOME"
            | "PATH"
            | "currentBuild"
            | "pwd"
            | "env"
            | "docker"
            | "scm"
    )
}

/// Names with dots in an expression; what stands in quotes is none, but behind a bracket the name of an element.
fn paths(text: &str) -> Vec<Arc<str>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Arc<str>> = Vec::new();
    let mut current = String::new();
    let mut at = 0;
    let mut close = |current: &mut String| {
        let name = current.trim_matches('.');
        if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && found.len() < 50 {
            found.push(name.into());
        }
        current.clear();
    };
    while at < bytes.len() {
        match bytes[at] {
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') => {
                current.push(char::from(byte));
                at += 1;
            }
            quote @ (b'\'' | b'"') => {
                let end = text[at + 1..].find(char::from(quote)).map_or(text.len(), |end| at + 1 + end);
                let inside = &text[at + 1..end];
                // `variables['Build.SourceBranch']`
                if current.ends_with('[') {
                    current.pop();
                    current.push('.');
                    current.push_str(inside);
                    at = (end + 1).min(text.len());
                    continue;
                }
                close(&mut current);
                at = (end + 1).min(text.len());
            }
            b'[' if matches!(bytes.get(at + 1), Some(b'\'' | b'"')) && !current.is_empty() => {
                current.push('[');
                at += 1;
            }
            b']' => at += 1,
            _ => {
                close(&mut current);
                at += 1;
            }
        }
    }
    close(&mut current);
    found
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn names_in_expressions() {
        for (text, expected) in [
            ("parameters.name", &["parameters.name"][..]),
            ("format('{0}', variables['Build.SourceBranch'])", &["format", "variables.Build.SourceBranch"]),
            ("env.BRANCH_NAME.replaceAll('/', '-')", &["env.BRANCH_NAME.replaceAll"]),
            ("params['NAME'] ?: \"x\"", &["params.NAME"]),
            ("'", &[]),
            ("a['", &["a"]),
        ] {
            let found = paths(text);
            assert_eq!(found.iter().map(|one| &**one).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
