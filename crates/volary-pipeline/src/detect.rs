//! Telling which platform a file belongs to.

use volary_model::Value;

use crate::Platform;

/// The platform whose pipeline, template or action a file is; `None` where it is none. `documents` is its YAML, empty where
/// it has none.
pub fn is_pipeline(path: &str, documents: &[Value]) -> Option<Platform> {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    if is_jenkinsfile(name) {
        return Some(Platform::Jenkins);
    }
    if !(name.ends_with(".yml") || name.ends_with(".yaml")) {
        return None;
    }
    let mut maps = documents.iter().filter(|document| document.as_map().is_some());
    let root = maps.next()?;
    if is_gitlab_header(root) && maps.next().is_some() {
        return Some(Platform::GitLab);
    }
    if is_github(&lower, name, root) {
        return Some(Platform::GitHub);
    }
    if is_gitlab_path(&lower, name) {
        return Some(Platform::GitLab);
    }
    if is_kubernetes_like(root) {
        return None;
    }
    if is_azure(&lower, root) {
        return Some(Platform::Azure);
    }
    is_gitlab(root).then_some(Platform::GitLab)
}

fn is_jenkinsfile(name: &str) -> bool {
    name == "jenkinsfile"
        || name.starts_with("jenkinsfile.")
        || name.starts_with("jenkinsfile-")
        || name.starts_with("jenkinsfile_")
        || name.ends_with(".jenkinsfile")
        || name.ends_with(".jenkinsfile.groovy")
}

fn is_github(path: &str, name: &str, root: &Value) -> bool {
    if path.starts_with(".github/workflows/") || path.contains("/.github/workflows/") {
        return root.get("jobs").is_some() || root.get("on").is_some();
    }
    let action = matches!(name, "action.yml" | "action.yaml");
    if action && root.get("runs").and_then(|runs| runs.get("using")).is_some() {
        return true;
    }
    let Some(jobs) = root.get("jobs").and_then(Value::as_map) else { return false };
    root.get("on").is_some()
        && jobs.entries().iter().any(|job| {
            job.value.get("runs-on").is_some() || job.value.get("steps").is_some() || job.value.get("uses").is_some()
        })
}

fn is_gitlab_path(path: &str, name: &str) -> bool {
    name.ends_with(".gitlab-ci.yml")
        || name.ends_with(".gitlab-ci.yaml")
        || name.starts_with(".gitlab-ci")
        || [".gitlab/ci/", ".gitlab-ci/"]
            .iter()
            .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
}

/// The first document of a GitLab template with inputs, such as a component; its jobs are in the next one.
fn is_gitlab_header(root: &Value) -> bool {
    let only = root.as_map().is_some_and(|map| map.len() == 1);
    only && root.get("spec").is_some_and(|spec| spec.get("inputs").is_some())
}

fn is_kubernetes_like(root: &Value) -> bool {
    root.get("apiVersion").is_some() && root.get("kind").is_some()
}

/// The keys that make a step of Azure Pipelines.
const AZURE_STEPS: [&str; 13] = [
    "script",
    "bash",
    "pwsh",
    "powershell",
    "task",
    "checkout",
    "download",
    "publish",
    "upload",
    "downloadBuild",
    "getPackage",
    "template",
    "reviewApp",
];

fn is_azure(path: &str, root: &Value) -> bool {
    let items = |key: &str| root.get(key).and_then(Value::as_list).unwrap_or_default();
    let any = |key: &str, keys: &[&str]| {
        items(key).iter().any(|item| {
            item.as_map().is_some_and(|map| {
                map.entries().iter().any(|entry| keys.contains(&&*entry.key) || entry.key.starts_with("${{"))
            })
        })
    };
    if any("stages", &["stage", "template"])
        || any("jobs", &["job", "deployment", "template"])
        || any("steps", &AZURE_STEPS)
        || root.get("extends").is_some_and(|extends| extends.get("template").is_some())
    {
        return true;
    }
    let inserted = |key: &str| {
        root.get(key)
            .and_then(Value::as_map)
            .is_some_and(|map| map.entries().iter().any(|entry| entry.key.starts_with("${{")))
    };
    if ["stages", "jobs", "steps", "variables"].iter().any(|key| inserted(key)) {
        return true;
    }
    // Templates of variables look like many other files: the path has to speak for them.
    let variables = any("variables", &["name", "group", "template"]);
    variables && (root.get("parameters").is_some() || path.contains("pipeline") || path.contains("azdevops"))
}

/// The keys that a job of GitLab has beside its script.
const GITLAB_KEYS: [&str; 14] = [
    "stage",
    "image",
    "rules",
    "only",
    "except",
    "needs",
    "artifacts",
    "tags",
    "before_script",
    "extends",
    "services",
    "variables",
    "environment",
    "dependencies",
];

fn is_gitlab(root: &Value) -> bool {
    let Some(map) = root.as_map() else { return false };
    map.entries().iter().any(|entry| {
        let has = |key: &str| entry.value.get(key).is_some();
        has("script") && GITLAB_KEYS.iter().any(|key| has(key))
    }) && !map
        .entries()
        .iter()
        .any(|entry| matches!(&*entry.key, "pipelines" | "jobs" | "steps" | "openapi" | "swagger"))
}
