//! What is demanded of a kind of thing before any code is written, for one repository.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_guardrail::contract::{Change, Contract, Standing};
use volary_guardrail::recognise::{ArtifactKind, Recognisers};
use volary_guardrail::require::{self, Demanded, Snippets};
use volary_model::{ApprovedTemplate, PipelineSnippet, RequiredControl, Requirement};
use volary_pipeline::{PipelineKind, Platform};
use volary_source::Tree;

use super::contracts::{of_shelf, platform_id, versions};
use super::shelf::Shelves;
use super::side::Side;
use super::usage::call;
use super::{GuardrailSettings, demands};
use crate::check::in_pool;
use crate::progress::{Phase, Progress};
use crate::records::Records;

const PLATFORMS: [Platform; 4] = [Platform::GitHub, Platform::Azure, Platform::GitLab, Platform::Jenkins];

/// Words that people use for kinds.
const WORDS: &[(&str, &[&str])] = &[
    ("image", &["docker", "container", "containers", "images", "dockerfile", "oci", "podman", "container-image"]),
    (
        "iac",
        &[
            "terraform",
            "opentofu",
            "tofu",
            "bicep",
            "arm",
            "cloudformation",
            "pulumi",
            "cdk",
            "infrastructure",
            "terragrunt",
        ],
    ),
    ("manifests", &["kubernetes", "k8s", "kustomize", "manifest", "yaml", "argocd", "gitops"]),
    ("chart", &["helm", "charts", "helm-chart"]),
    (
        "package",
        &[
            "npm", "nuget", "pypi", "maven", "gradle", "pip", "gem", "rubygems", "cargo", "crate", "library",
            "packages", "wheel", "yarn", "pnpm",
        ],
    ),
    (
        "app",
        &[
            "function",
            "functions",
            "webapp",
            "web-app",
            "application",
            "service",
            "lambda",
            "website",
            "appservice",
            "apps",
            "serverless",
        ],
    ),
    ("binary", &["release", "binaries", "executable", "cli", "installer", "go"]),
    ("machine-image", &["ami", "packer", "vm", "vm-image"]),
    ("database", &["sql", "flyway", "liquibase", "migration", "schema", "db"]),
    ("model", &["ml", "machine-learning", "mlflow"]),
];

/// The ids of the kinds, and what people may say for them.
pub fn required_kinds() -> Vec<(&'static str, &'static [&'static str])> {
    let words = |id: &str| WORDS.iter().find(|(kind, _)| *kind == id).map_or(&[] as &[&str], |(_, words)| words);
    demands().requirements.iter().map(|one| (one.kind.as_str(), words(one.kind.as_str()))).collect()
}

fn kind(text: &str) -> Option<ArtifactKind> {
    let word = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    let of = |word: &str| {
        let id = WORDS.iter().find(|(_, words)| words.contains(&word)).map_or(word, |(id, _)| id);
        ArtifactKind::parse(id).filter(|kind| demands().requirements.of(*kind).is_some())
    };
    of(&word).or_else(|| of(word.strip_suffix('s')?))
}

/// What is demanded of a kind. Nothing where there is no such kind; the platform is that of most pipelines of the tree where
/// none is given.
pub fn require(
    tree: &dyn Tree,
    settings: &GuardrailSettings,
    word: &str,
    platform: Option<&str>,
    progress: &dyn Progress,
) -> Option<Requirement> {
    let kind = kind(word)?;
    let platform = PLATFORMS.into_iter().find(|known| Some(platform_id(*known)) == platform);
    Some(in_pool(settings.settings.threads, || run(tree, settings, kind, platform, progress)))
}

fn run(
    tree: &dyn Tree,
    settings: &GuardrailSettings,
    kind: ArtifactKind,
    wanted: Option<Platform>,
    progress: &dyn Progress,
) -> Requirement {
    progress.begin(Phase::List, 0);
    let (records, mut problems) = Records::read(tree, &settings.settings);
    let entries = records.select(tree.list().files, &mut BTreeMap::new());
    let mut shelves = Shelves::new();
    let own = shelves.add(tree, "", "", &entries);
    shelves.add_sources(&settings.sources);
    progress.begin(Phase::Read, entries.len());
    let side = Side::read(&shelves, own);
    let roots: Vec<(Platform, Arc<str>)> = side
        .pipelines()
        .into_iter()
        .filter(|pipeline| pipeline.kind == PipelineKind::Pipeline)
        .map(|pipeline| (pipeline.platform, pipeline.path.clone()))
        .collect();
    let number = |platform: Platform| roots.iter().filter(|(of, _)| *of == platform).count();
    // The first of several with the same number, in the order of the list.
    let usual = PLATFORMS.into_iter().rev().max_by_key(|platform| number(*platform)).filter(|it| number(*it) > 0);
    let platform = wanted.or(usual);
    let answer = require::require(kind, platform.unwrap_or(Platform::GitHub), &demands(), Recognisers::built_in());
    let snippet =
        platform.and_then(|platform| Snippets::built_in().get(kind, platform)).filter(|_| !answer.demanded.is_empty());
    let snippet = snippet.map(|snippet| PipelineSnippet {
        path: snippet.path.clone(),
        about: snippet.about.clone(),
        change: snippet.change.clone(),
        text: snippet.text.clone(),
        pinned: snippet.pinned.clone(),
    });
    let mut templates = Vec::new();
    if let Some(platform) = platform.filter(|_| !answer.demanded.is_empty()) {
        progress.begin(Phase::Evaluate, settings.sources.len() + 1);
        for (index, source) in settings.sources.iter().enumerate() {
            let (records, _) = Records::read(&*source.tree, &settings.settings);
            let found = of_shelf(&shelves, own + 1 + index, Some(platform), &BTreeSet::new());
            problems.extend(found.1);
            templates
                .extend(found.0.iter().filter_map(|one| approved(one, kind, &answer.demanded, &source.name, &records)));
        }
        let found = of_shelf(&shelves, own, Some(platform), &BTreeSet::new());
        problems.extend(found.1);
        templates.extend(found.0.iter().filter_map(|one| approved(one, kind, &answer.demanded, "", &records)));
    }
    let mut owners: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    let paths = roots.iter().filter(|(of, _)| Some(*of) == platform).map(|(_, path)| path);
    for path in snippet.iter().map(|snippet| &snippet.path).chain(paths) {
        let of = records.owners(path);
        if !of.is_empty() {
            owners.insert(path.clone(), of);
        }
    }
    problems.sort();
    problems.dedup();
    Requirement {
        versions: versions(&settings.settings),
        kind: kind.as_str().into(),
        kind_name: answer.name,
        why: answer.why,
        platform: platform.map(|platform| platform_id(platform).into()),
        pipelines: platform.filter(|_| wanted.is_none()).map(number),
        demanded: answer.demanded.into_iter().map(control).collect(),
        recommended: answer.recommended.into_iter().map(control).collect(),
        templates,
        snippet,
        owners: owners.into_iter().collect(),
        exception: answer.exception,
        problems,
    }
}

fn control(demanded: Demanded) -> RequiredControl {
    RequiredControl {
        id: demanded.id,
        name: demanded.name,
        what: demanded.what,
        one_of: demanded.one_of,
        tools: demanded.tools,
    }
}

/// A template that ships the kind and guards it, or has every control that is demanded and stops.
fn approved(
    contract: &Contract,
    kind: ArtifactKind,
    demanded: &[Demanded],
    source: &str,
    records: &Records,
) -> Option<ApprovedTemplate> {
    let own: Vec<_> = contract.effects.iter().filter(|effect| &*effect.kind == kind.as_str()).collect();
    let ships = !own.is_empty();
    let guarantees: Vec<Arc<str>> = if ships {
        let holds = own.iter().all(|effect| effect.verdict.holds());
        let all = demanded.iter().all(|one| own.iter().any(|effect| effect.control == one.id));
        if !holds || !all {
            return None;
        }
        let mut told: Vec<Arc<str>> =
            own.iter().map(|effect| format!("{}{}", name(&effect.control), unless(&effect.unless)).into()).collect();
        told.dedup();
        told
    } else {
        let mut told = Vec::new();
        for one in demanded {
            let enough =
                |control: &Arc<str>| *control == one.id || one.one_of.iter().any(|part| *part == name(control));
            let stops = contract.controls.iter().find(|it| it.standing == Standing::Stops && enough(&it.control))?;
            told.push(format!("{} by {}{}", one.name, stops.name, unless(&stops.unless)).into());
        }
        told
    };
    let parameters: Vec<Arc<str>> =
        contract.parameters.iter().filter(|one| one.required).map(|one| one.name.clone()).collect();
    Some(ApprovedTemplate {
        source: source.into(),
        path: contract.path.clone(),
        ships,
        call: call(contract, source).into(),
        guarantees,
        parameters,
        owners: records.owners(&contract.path),
    })
}

/// What takes the guarantee away: `` , unless `soft` is `true` ``.
fn unless<T>(changes: &[Change<T>]) -> String {
    let when = |change: &Change<T>| match &change.value {
        Some(value) => format!("`{}` is `{value}`", change.parameter),
        None => format!("`{}` is known at run time only", change.parameter),
    };
    let all: Vec<String> = changes.iter().map(when).collect();
    if all.is_empty() { String::new() } else { format!(", unless {}", all.join(" or ")) }
}

fn name(id: &Arc<str>) -> Arc<str> {
    demands().controls.get(id).map_or_else(|| id.clone(), |control| control.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_are_kinds() {
        for (word, id) in [
            ("image", "image"),
            ("Docker", "image"),
            ("container", "image"),
            ("terraform", "iac"),
            ("bicep", "iac"),
            ("helm", "chart"),
            ("npm", "package"),
            ("nuget", "package"),
            ("pypi", "package"),
            ("maven", "package"),
            ("function", "app"),
            ("web app", "app"),
            ("webapps", "app"),
            ("machine_image", "machine-image"),
        ] {
            assert_eq!(kind(word).map(ArtifactKind::as_str), Some(id), "{word}");
        }
        assert_eq!(kind("spaceship"), None);
        assert_eq!(kind(""), None);
    }

    #[test]
    fn every_word_stands_for_one_kind_that_there_is() {
        let mut seen = BTreeSet::new();
        for (id, words) in WORDS {
            assert!(ArtifactKind::parse(id).is_some(), "{id}");
            for word in *words {
                assert!(seen.insert(*word) && ArtifactKind::parse(word).is_none(), "{word}");
            }
        }
    }
}
