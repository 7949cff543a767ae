//! Sentences.

use std::sync::Arc;

use crate::plan::Act;
use crate::recognise::{ArtifactKind, EffectKind};

/// What ships, in a sentence: ``the image `app:1` ``.
pub(crate) fn what(act: &Act) -> Arc<str> {
    let Some(effect) = act.effect() else { return act.written.clone() };
    let noun = match effect.kind {
        ArtifactKind::Image => "the image",
        ArtifactKind::Iac => "the infrastructure",
        ArtifactKind::Manifests => "the Kubernetes manifests",
        ArtifactKind::Chart => "the Helm chart",
        ArtifactKind::App => "the application",
        ArtifactKind::Package => "the package",
        ArtifactKind::Binary => "the release",
        ArtifactKind::MachineImage => "the machine image",
        ArtifactKind::Database => "the database change",
        ArtifactKind::Model => "the model",
        ArtifactKind::Site => "the site",
        ArtifactKind::Unknown => "what ships",
    };
    let names = Act::texts(&effect.reference);
    match names.first() {
        Some(name) if is_telling(name) => format!("{noun} `{}`", short(name, 70)).into(),
        _ => noun.into(),
    }
}

fn is_telling(name: &str) -> bool {
    !name.trim().is_empty() && name != "." && !name.contains('\n')
}

/// What happens to it, as a passive: `is pushed`.
pub(crate) fn happens(effect: EffectKind) -> &'static str {
    match effect {
        EffectKind::Push => "is pushed",
        EffectKind::Retag => "gets another name",
        EffectKind::Promote => "is promoted",
        EffectKind::Publish => "is published",
        EffectKind::Release => "is released",
        EffectKind::Sign => "is signed",
        EffectKind::Deploy => "is deployed",
        EffectKind::Apply => "is applied",
        EffectKind::Destroy => "is destroyed",
    }
}

/// The article that a name has.
pub fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// A text on one line of at most so many characters.
pub(crate) fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    format!("{}...", line.chars().take(most - 3).collect::<String>())
}

/// A list in a sentence.
pub(crate) fn list(items: &[Arc<str>]) -> String {
    match items {
        [] => String::new(),
        [one] => one.to_string(),
        [rest @ .., last] => format!("{} and {last}", rest.iter().map(|item| &**item).collect::<Vec<_>>().join(", ")),
    }
}

/// The first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// An assumption as a sentence part, and what would answer it.
pub fn assumption(key: &str) -> (Arc<str>, Arc<str>) {
    let (kind, rest) = key.split_once('(').unwrap_or((key, ""));
    let inner = rest.strip_suffix(')').unwrap_or(rest);
    let (first, second) = inner.split_once(", ").unwrap_or((inner, ""));
    let (text, answer) = match kind {
        "required-check" => (
            format!("`{second}` has to succeed before anything is merged into `{first}`"),
            format!("look at the rules of branch `{first}`"),
        ),
        "no-direct-push" => (
            format!("nobody pushes to `{inner}` without a pull request"),
            format!("look at the rules of branch `{inner}`"),
        ),
        "tags-from" => {
            (format!("tags are only made of commits of `{inner}`"), "look at who may make tags, and of what".to_owned())
        }
        "deploy-branches" => (
            format!("environment `{inner}` only takes protected branches"),
            format!("look at the settings of environment `{inner}`"),
        ),
        "stages-not-deselected" => (
            format!("nobody leaves out stages when starting `{inner}` by hand"),
            "set `isSkippable: false` on the stage that scans".to_owned(),
        ),
        "extends-unchanged" => (
            format!("the template `{inner}` leaves the stages as they are written"),
            "give the template's repository with --source".to_owned(),
        ),
        "home-made-gate" => {
            (format!("`{inner}` fails on what was found"), format!("read `{inner}`, and try it with a finding"))
        }
        "secret-present" => {
            (format!("the secret `{inner}` is set"), "look at the secrets of the repository".to_owned())
        }
        "variable" => {
            (format!("in variable group `{first}` is `{second}`"), format!("look at variable group `{first}`"))
        }
        "jenkins-plugin" => {
            (format!("the Jenkins plugin `{inner}` is installed"), "look at the plugins of the server".to_owned())
        }
        "tag-immutable" => (
            format!("nobody moves tags of `{inner}` between the scan and the shipping"),
            "use the digest, or make tags immutable in the registry".to_owned(),
        ),
        _ => (key.to_owned(), "answer it in .volary/platform.yaml".to_owned()),
    };
    (text.into(), answer.into())
}
