//! Names as scripts and texts have them.

use std::sync::Arc;

use volary_model::{Data, Value};
use volary_pipeline::Platform;

use super::super::Run;
use super::super::canonical::scalar;
use super::super::results::NoResults;
use super::super::truth::Ask;

impl Run {
    /// The value that a name has in this run, as text, where the run knows it: what a platform's expression says
    /// (`github.ref`, `parameters.environment`, `Build.SourceBranch`) or the environment variable of a script
    /// (`GITHUB_REF`, `BUILD_SOURCEBRANCH`, `CI_COMMIT_TAG`). What is not set is empty.
    pub fn value(&self, name: &str) -> Option<Arc<str>> {
        let name = name.trim();
        if name.is_empty() || name.len() > 300 {
            return None;
        }
        let found = named(&Ask::new(self.platform(), self, &NoResults), name)?;
        match &found.data {
            // Azure writes truths with a capital letter.
            Data::Bool(truth) if self.platform() == Platform::Azure => {
                Some(if *truth { "True" } else { "False" }.into())
            }
            _ => scalar(&found).map(Arc::from),
        }
    }
}

fn named(ask: &Ask<'_>, name: &str) -> Option<Value> {
    let parts: Vec<Arc<str>> = name.split('.').map(Arc::from).collect();
    match (ask.platform, parts.as_slice()) {
        (Platform::GitHub, [variable]) => ask.name(&of_github(variable)?),
        (Platform::Azure, [first, _, ..]) if is_context(first) => ask.name(&parts),
        // Scripts see variables in capitals, with underscores for dots.
        (Platform::Azure, _) => {
            let predefined = ["build_", "system_", "agent_"]
                .iter()
                .any(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)));
            let dotted = if predefined { name.replace('_', ".") } else { name.to_owned() };
            ask.name(&["variables".into(), dotted.into()])
        }
        _ => ask.name(&parts),
    }
}

fn is_context(name: &str) -> bool {
    ["parameters", "variables", "dependencies", "stageDependencies"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// The context behind a variable that GitHub sets for scripts, else the variable of the workflow.
fn of_github(variable: &str) -> Option<Vec<Arc<str>>> {
    let context = match variable {
        "GITHUB_REF" => "ref",
        "GITHUB_REF_NAME" => "ref_name",
        "GITHUB_REF_TYPE" => "ref_type",
        "GITHUB_HEAD_REF" => "head_ref",
        "GITHUB_BASE_REF" => "base_ref",
        "GITHUB_EVENT_NAME" => "event_name",
        "GITHUB_REPOSITORY" => "repository",
        "GITHUB_REPOSITORY_OWNER" => "repository_owner",
        _ if variable.starts_with("GITHUB_") => return None,
        _ => return Some(vec!["env".into(), variable.into()]),
    };
    Some(vec!["github".into(), context.into()])
}
