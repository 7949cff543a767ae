//! Running the examples that lie beside policies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use volary_model::{Outcome, Tier};
use volary_policy::Policy;
use volary_source::MemoryTree;

use crate::check::{Checked, check_with};
use crate::pack::{LoadedPack, Pack, example_word};
use crate::progress::Silent;
use crate::settings::Settings;

/// What an example must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExampleOutcome {
    /// The policy passes, and no policy of the default tier fires: a pass example is what people copy.
    Pass,
    /// The policy fires exactly at the marked lines.
    Fail,
    /// The policy is undecided, and does not fire.
    Unknown,
    /// The policy does not apply.
    Skip,
    /// The policy leaves what it finds here to a later tier.
    Relaxed,
}

/// An example, or the lack of one, that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExampleFailure {
    /// The policy.
    pub policy: Arc<str>,
    /// The path of the example; of the policy where an example is missing.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

struct Example<'a> {
    expected: ExampleOutcome,
    path: String,
    /// (path in the tree, text)
    files: Vec<(String, &'a str)>,
}

/// Runs the examples of the policies that `wanted` names; gives how many were run and what is wrong, sorted.
pub fn test_policies(
    pack: &Pack,
    loaded: &LoadedPack,
    wanted: &(dyn Fn(&Policy) -> bool + Sync),
    settings: &Settings,
) -> (usize, Vec<ExampleFailure>) {
    let mut settings = settings.clone();
    settings.tier = Tier::Strict;
    let policies: Vec<&Arc<Policy>> = loaded.iter().filter(|policy| wanted(policy)).collect();
    let mut by_policy: BTreeMap<&str, BTreeMap<String, Example<'_>>> = BTreeMap::new();
    for (path, text) in pack.files() {
        if let Some((id, root, word, inner)) = split(path) {
            let expected = match word {
                "pass" => ExampleOutcome::Pass,
                "fail" => ExampleOutcome::Fail,
                "unknown" => ExampleOutcome::Unknown,
                "relaxed" => ExampleOutcome::Relaxed,
                _ => ExampleOutcome::Skip,
            };
            let example = by_policy.entry(id).or_default().entry(root.clone());
            example.or_insert_with(|| Example { expected, path: root, files: Vec::new() }).files.push((inner, text));
        }
    }
    let results: Vec<(usize, Vec<ExampleFailure>)> = policies
        .par_iter()
        .map(|policy| {
            let examples = by_policy.get(&*policy.info.id);
            let mut failures = missing(policy, examples);
            for example in examples.into_iter().flat_map(BTreeMap::values) {
                let messages = run(policy, example, loaded, &settings);
                failures.extend(messages.into_iter().map(|message| ExampleFailure {
                    policy: policy.info.id.clone(),
                    path: example.path.clone(),
                    message,
                }));
            }
            (examples.map_or(0, BTreeMap::len), failures)
        })
        .collect();
    let count = results.iter().map(|(count, _)| count).sum();
    let mut failures: Vec<ExampleFailure> = results.into_iter().flat_map(|(_, failures)| failures).collect();
    let known: BTreeSet<&str> = loaded.iter().map(|policy| &*policy.info.id).collect();
    for (id, examples) in &by_policy {
        if !known.contains(id) && loaded.problems.is_empty() {
            let path = examples.keys().next().cloned().unwrap_or_default();
            failures.push(ExampleFailure {
                policy: (*id).into(),
                path,
                message: "this example belongs to no policy".to_string(),
            });
        }
    }
    failures.sort();
    (count, failures)
}

/// Splits the path of an example into policy id, path of the example, word and path inside the example's tree.
fn split(path: &str) -> Option<(&str, String, &'static str, String)> {
    let mut before = 0;
    for part in path.split('/') {
        let after = before + part.len();
        if let Some(word) = example_word(part) {
            let id = part.split('.').next()?;
            let inner = match path.get(after + 1..) {
                Some(inner) => inner.to_string(),
                None => file_name(part)?,
            };
            return Some((id, path[..after].to_string(), word, inner));
        }
        before = after + 1;
    }
    None
}

/// `ID.pass.tf` is judged as `main.tf`, `ID.fail.Dockerfile` as `Dockerfile`,
/// `ID.fail.workflow.yaml` as `.github/workflows/main.yaml`, `ID.fail.action.yaml` as `action.yaml`, `ID.fail.azure.yaml` as
/// `azure-pipelines.yaml`, `ID.fail.gitlab.yaml` as `.gitlab-ci.yml`.
fn file_name(part: &str) -> Option<String> {
    let extension = part.splitn(3, '.').nth(2)?;
    Some(match extension {
        // A workflow is one by its place.
        "workflow.yaml" | "workflow.yml" => format!(".github/workflows/main.{}", &extension[9..]),
        "action.yaml" | "action.yml" => extension.to_string(),
        "azure.yaml" => "azure-pipelines.yaml".to_string(),
        "gitlab.yaml" => ".gitlab-ci.yml".to_string(),
        "Jenkinsfile" => "Jenkinsfile".to_string(),
        "Dockerfile" | "dockerfile" => "Dockerfile".to_string(),
        extension => format!("main.{extension}"),
    })
}

fn missing(policy: &Policy, examples: Option<&BTreeMap<String, Example<'_>>>) -> Vec<ExampleFailure> {
    let has =
        |outcome: ExampleOutcome| examples.is_some_and(|all| all.values().any(|example| example.expected == outcome));
    let can_be_unknown = examples
        .is_some_and(|all| all.values().any(|example| example.files.iter().any(|(path, _)| path.ends_with(".tf"))));
    // Of what Terraform reads before anything else (variables, backends, required providers) every value is literal.
    let literal = policy.info.judges.iter().all(|kind| kind.starts_with("terraform."));
    // Some tests are never undecided: what is not known is fine with them, and `ID.pass-unknown.tf` shows it.
    let unknown_passes = examples.is_some_and(|all| all.keys().any(|path| path.contains(".pass-unknown")));
    let mut failures = Vec::new();
    let mut need = |outcome: ExampleOutcome, word: &str| {
        if !has(outcome) {
            failures.push(ExampleFailure {
                policy: policy.info.id.clone(),
                path: policy.info.source.to_string(),
                message: format!("there is no `{}.{word}` example", policy.info.id),
            });
        }
    };
    need(ExampleOutcome::Pass, "pass");
    need(ExampleOutcome::Fail, "fail");
    if can_be_unknown && !literal && !unknown_passes {
        need(ExampleOutcome::Unknown, "unknown");
    }
    if policy.has_when() {
        need(ExampleOutcome::Skip, "skip");
    }
    if policy.has_relaxed() {
        need(ExampleOutcome::Relaxed, "relaxed");
    }
    failures
}

fn run(policy: &Policy, example: &Example<'_>, loaded: &LoadedPack, settings: &Settings) -> Vec<String> {
    let tree = MemoryTree::new(example.files.iter().map(|(path, text)| (path.clone(), text.as_bytes().to_vec())));
    let checked = check_with(&tree, &|_| loaded, None, settings, &Silent);
    let id = &policy.info.id;
    if example.expected == ExampleOutcome::Relaxed {
        return relaxed(policy, &tree, &checked, loaded, settings);
    }
    let outcomes = checked.outcomes.get(id).cloned().unwrap_or_default();
    let count = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or(0);
    let mut messages: Vec<String> = Vec::new();
    for problem in checked.report.problems.iter().filter(|problem| problem.fails) {
        messages.push(format!("{}:{}: {}", problem.path, problem.line.unwrap_or(1), problem.message));
    }
    let places: BTreeSet<(String, u32)> = checked
        .report
        .findings
        .iter()
        .filter(|finding| finding.policy.id == *id)
        .map(|finding| (finding.location.path.to_string(), finding.location.start.line))
        .collect();
    match example.expected {
        ExampleOutcome::Pass => {
            // There is a subject for every credential that is found, and none where there is none.
            let absence_passes = policy.info.judges.iter().all(|kind| &**kind == "secret");
            if count(Outcome::Pass) == 0 && !absence_passes {
                messages.push(format!("the policy does not pass here (outcomes: {outcomes:?})"));
            }
            unexpected(&mut messages, &places, &checked, id);
            for finding in
                checked.report.findings.iter().filter(|finding| {
                    loaded.is_own(id) && finding.policy.tier == Tier::Default && finding.policy.id != *id
                })
            {
                messages.push(format!(
                    "the default policy {} fires at {}:{}; a pass example must be fit to be copied",
                    finding.policy.id, finding.location.path, finding.location.start.line
                ));
            }
        }
        ExampleOutcome::Fail => {
            let marked = marks(example, id);
            if marked.is_empty() {
                messages.push(format!("no line is marked with `# ! {id}`"));
            }
            for (path, line) in marked.difference(&places) {
                messages.push(format!(
                    "{path}:{line} is marked, but the policy does not fire there (outcomes: {outcomes:?})"
                ));
            }
            for (path, line) in places.difference(&marked) {
                messages.push(format!("the policy fires at {path}:{line}, which is not marked"));
            }
        }
        ExampleOutcome::Unknown => {
            if count(Outcome::Undecided) == 0 {
                messages.push(format!("the policy is not undecided here (outcomes: {outcomes:?})"));
            }
            unexpected(&mut messages, &places, &checked, id);
        }
        // Handled above: it takes two runs.
        ExampleOutcome::Relaxed => {}
        ExampleOutcome::Skip => {
            if count(Outcome::NotApplicable) == 0 || outcomes.keys().any(|outcome| *outcome != Outcome::NotApplicable) {
                messages.push(format!("the policy is not just not applicable here (outcomes: {outcomes:?})"));
            }
        }
    }
    messages
}

/// In its own tier the policy does not fire; in the strict one it does.
fn relaxed(
    policy: &Policy,
    tree: &MemoryTree,
    strict: &Checked,
    loaded: &LoadedPack,
    settings: &Settings,
) -> Vec<String> {
    let settings = Settings { tier: policy.info.tier, ..settings.clone() };
    let own = check_with(tree, &|_| loaded, None, &settings, &Silent);
    let fires = |checked: &Checked| checked.report.findings.iter().any(|finding| finding.policy.id == policy.info.id);
    let mut messages = Vec::new();
    if fires(&own) {
        messages.push(format!("the policy fires here in the tier {}", policy.info.tier));
    }
    if !fires(strict) {
        messages.push("the policy does not fire here in the tier strict either".to_string());
    }
    messages
}

fn unexpected(messages: &mut Vec<String>, places: &BTreeSet<(String, u32)>, checked: &Checked, id: &str) {
    for (path, line) in places {
        let message = checked
            .report
            .findings
            .iter()
            .find(|finding| &*finding.policy.id == id)
            .map_or("", |finding| &finding.message);
        messages.push(format!("the policy fires at {path}:{line}: {message}"));
    }
}

/// Lines marked by a comment such as `# ! ID`, as (path, line). A comment that has a line for itself marks the next one: not
/// every line of a Dockerfile can end in a comment.
fn marks(example: &Example<'_>, id: &str) -> BTreeSet<(String, u32)> {
    let mut marks = BTreeSet::new();
    for (path, text) in &example.files {
        for (index, line) in text.lines().enumerate() {
            let at = ["# ! ", "// ! ", "#! "].iter().find_map(|comment| {
                let mut places = line.match_indices(comment);
                places
                    .find(|(at, _)| line[at + comment.len()..].split([',', ' ']).any(|word| word == id))
                    .map(|(at, _)| at)
            });
            if let Some(at) = at {
                let alone = line[..at].trim().is_empty();
                marks.insert((path.clone(), index as u32 + 1 + u32::from(alone)));
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_paths_are_split() {
        let (id, root, word, inner) = split("policies/a/x-y.fail-list.tf").unwrap();
        assert_eq!(
            (id, root.as_str(), word, inner.as_str()),
            ("x-y", "policies/a/x-y.fail-list.tf", "fail", "main.tf")
        );
        let (id, root, word, inner) = split("policies/a/x.pass-module/modules/net/main.tf").unwrap();
        assert_eq!(
            (id, root.as_str(), word, inner.as_str()),
            ("x", "policies/a/x.pass-module", "pass", "modules/net/main.tf")
        );
        assert_eq!(split("policies/a/x.fail.Dockerfile").unwrap().3, "Dockerfile");
        assert_eq!(split("policies/a/x.fail.workflow.yaml").unwrap().3, ".github/workflows/main.yaml");
        assert!(split("policies/a/x.yaml").is_none());
    }

    #[test]
    fn marks_name_one_or_more_policies() {
        let example = Example {
            expected: ExampleOutcome::Fail,
            path: "x".to_string(),
            files: vec![("main.tf".to_string(), "a = 1 # ! one, two\nb = 2 # ! one-two\n# ! three\nc = 3\n")],
        };
        assert_eq!(marks(&example, "two").into_iter().map(|(_, line)| line).collect::<Vec<_>>(), [1]);
        assert_eq!(marks(&example, "one-two").into_iter().map(|(_, line)| line).collect::<Vec<_>>(), [2]);
        assert_eq!(marks(&example, "three").into_iter().map(|(_, line)| line).collect::<Vec<_>>(), [4]);
    }
}
