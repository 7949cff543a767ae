//! A softened scan in the same change as what it would have found.

use std::collections::BTreeSet;

use volary_model::{FileId, Severity};
use volary_pipeline::Found;

use super::Side;
use super::draft::Drafts;
use super::files::Changed;

/// Classes that leave findings out, or let them pass.
const LEAVES_OUT: &[&str] = &["W1", "W2", "W3", "W5", "W8", "W9"];

/// Raises what hides findings in the very change that brings what it hides.
pub(super) fn raise(head: &Side<'_>, changed: &[Changed], drafts: &mut Drafts) {
    let own = files_of_pipelines(head);
    let is_own = |one: &Changed| one.after.as_ref().is_some_and(|after| own.contains(&after.file));
    drafts.change(|draft| {
        let Some(control) = draft.control.as_deref().filter(|_| LEAVES_OUT.contains(&draft.class) && !draft.removed)
        else {
            return;
        };
        let brought = changed.iter().find(|one| is_thing(control, &one.path) && !is_own(one) && adds_lines(one));
        if let Some(one) = brought {
            draft.class = "W15";
            draft.severity = Severity::High;
            draft.message =
                format!("{}; the same change brings `{}`, which it looks at", draft.message, one.path).into();
        }
    });
}

/// The files that pipelines are made of: they are no thing that a scan of theirs is there for.
fn files_of_pipelines(head: &Side<'_>) -> BTreeSet<FileId> {
    let mut files = BTreeSet::new();
    for proved in &head.pipelines {
        let pipeline = proved.plan.pipeline;
        files.insert(pipeline.file);
        let steps = pipeline.jobs.iter().flat_map(|job| &job.steps);
        let uses = steps.filter_map(|step| step.uses()).chain(&pipeline.uses);
        files.extend(uses.filter_map(|uses| match uses.found {
            Found::Read(file) | Found::Program(file) => Some(file),
            _ => None,
        }));
        for act in &proved.plan.acts {
            files.insert(act.at.file);
            files.extend(act.through.iter().map(|(_, at)| at.file));
        }
    }
    files
}

/// Whether a control looks at a file.
fn is_thing(control: &str, path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    if lower.starts_with(".github/")
        || lower.starts_with(".volary/")
        || lower.starts_with(".gitlab/")
        || name.starts_with('.')
    {
        return false;
    }
    let ends = |list: &[&str]| list.iter().any(|end| name.ends_with(end));
    let image = name.contains("dockerfile") || name.contains("containerfile");
    let packages = [
        "package.json",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "requirements.txt",
        "poetry.lock",
        "pyproject.toml",
        "pipfile.lock",
        "uv.lock",
        "go.mod",
        "go.sum",
        "cargo.toml",
        "cargo.lock",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "gemfile",
        "gemfile.lock",
        "composer.json",
        "composer.lock",
        "packages.config",
        "directory.packages.props",
    ];
    let dependencies = packages.contains(&name)
        || ends(&[".csproj", ".fsproj"])
        || (name.starts_with("requirements") && name.ends_with(".txt"));
    let iac = ends(&[".tf", ".tofu", ".bicep", ".hcl"])
        || image
        || ends(&[".yaml", ".yml", ".json"])
            && !dependencies
            && !name.contains("pipeline")
            && !name.contains("config")
            && name != "policy.yml";
    let code = ends(&[
        ".py", ".js", ".ts", ".tsx", ".jsx", ".go", ".java", ".kt", ".cs", ".rb", ".php", ".rs", ".c", ".cc", ".cpp",
        ".h", ".scala", ".swift", ".ps1", ".sh",
    ]);
    match control {
        "image-scan" => image || dependencies,
        "dependency-scan" => dependencies,
        "iac-scan" => iac,
        "code-scan" => code,
        "secret-scan" => code || iac,
        _ => false,
    }
}

/// Whether a file has lines that it did not have.
fn adds_lines(one: &Changed) -> bool {
    let Some(after) = &one.after else { return false };
    let known: BTreeSet<&str> = one.before.iter().flat_map(|before| before.text.lines()).map(str::trim).collect();
    after
        .text
        .lines()
        .map(str::trim)
        .any(|line| line.len() > 2 && !line.starts_with(['#', '/']) && !known.contains(line))
}
