//! What a step or call uses, taken apart.

use volary_model::Value;

use super::value::{bool_at, entry, map_at, string, text_at};
use crate::{Text, Uses, UsesKind};

/// Owners whose actions come from the platform itself.
const FIRST_PARTY: [&str; 2] = ["actions", "github"];

/// Repositories of actions that very many workflows use, whose names are worth imitating.
const KNOWN: [&str; 32] = [
    "actions/attest-build-provenance",
    "actions/cache",
    "actions/checkout",
    "actions/create-github-app-token",
    "actions/deploy-pages",
    "actions/download-artifact",
    "actions/github-script",
    "actions/labeler",
    "actions/setup-dotnet",
    "actions/setup-go",
    "actions/setup-java",
    "actions/setup-node",
    "actions/setup-python",
    "actions/stale",
    "actions/upload-artifact",
    "astral-sh/setup-uv",
    "aws-actions/configure-aws-credentials",
    "azure/login",
    "codecov/codecov-action",
    "docker/build-push-action",
    "docker/login-action",
    "docker/metadata-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "dtolnay/rust-toolchain",
    "github/codeql-action",
    "google-github-actions/auth",
    "hashicorp/setup-terraform",
    "peter-evans/create-pull-request",
    "pypa/gh-action-pypi-publish",
    "softprops/action-gh-release",
    "swatinem/rust-cache",
];

/// The well-known repository of another owner whose name this one is mistaken for: one letter more, less, different, or two
/// exchanged. Nobody but the owner can register another name below the same one.
fn resembles(repository: &str) -> Option<&'static str> {
    if KNOWN.contains(&repository) {
        return None;
    }
    let owner = repository.split('/').next();
    let others = KNOWN.into_iter().filter(|known| known.split('/').next() != owner);
    others.into_iter().find(|known| is_one_apart(repository.as_bytes(), known.as_bytes()))
}

fn is_one_apart(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, rest @ ..], _) if a.len() == b.len() + 1 => rest == b,
        (_, [_, rest @ ..]) if b.len() == a.len() + 1 => rest == a,
        ([x, y, end @ ..], [u, v, tail @ ..]) if (x, y) == (v, u) => end == tail,
        ([_, rest @ ..], [_, tail @ ..]) => rest == tail,
        _ => false,
    }
}

/// The object `uses`. `text` is the text of the file.
pub(super) fn uses(uses: &Uses, text: &str) -> Value {
    let line = text.get(uses.at.end as usize..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let at = uses.at;
    let local = uses.written.known().is_some_and(|text| text.starts_with("./") || text.starts_with("$/"));
    let kind = match uses.kind {
        UsesKind::Image => "docker",
        UsesKind::Task => "task",
        UsesKind::Step => "step",
        UsesKind::Library => "library",
        UsesKind::Template | UsesKind::Extends => "template",
        UsesKind::Include | UsesKind::Component => "include",
        UsesKind::Pipeline => "pipeline",
        _ if local => "local",
        UsesKind::Workflow => "workflow",
        UsesKind::Action => "action",
    };
    let text = string(&uses.written);
    let mut fields = vec![entry("text", text), entry("kind", text_at(kind, at))];
    let known = uses.written.known();
    if let (Some(known), "action" | "workflow") = (&known, kind) {
        let name = known.split('@').next().unwrap_or_default().trim();
        let mut parts = name.splitn(3, '/');
        let (owner, repository, path) = (parts.next(), parts.next(), parts.next());
        let lower = |part: &str| part.to_lowercase();
        fields.push(entry("name", text_at(lower(name), at)));
        fields.extend(owner.map(|owner| entry("owner", text_at(lower(owner), at))));
        if let Some(name) = repository {
            let whole = lower(&format!("{}/{name}", owner.unwrap_or_default()));
            fields.extend(resembles(&whole).map(|known| entry("resembles", text_at(known, at))));
            fields.push(entry("repository", text_at(whole, at)));
        }
        fields.extend(path.filter(|path| !path.is_empty()).map(|path| entry("path", text_at(path, at))));
        let first = owner.is_some_and(|owner| FIRST_PARTY.iter().any(|name| owner.eq_ignore_ascii_case(name)));
        fields.push(entry("first_party", bool_at(first, at)));
    }
    if !matches!(kind, "action" | "workflow" | "docker" | "local") {
        // `publisher.extension.contribution.Name`: the last part is the task.
        let name = uses.name.to_lowercase();
        let name = if kind == "task" { name.rsplit('.').next().unwrap_or_default() } else { name.as_str() };
        fields.push(entry("name", text_at(name, at)));
    }
    if let (Some(known), "docker") = (&known, kind) {
        let image = known.strip_prefix("docker://").unwrap_or(known);
        fields.push(entry("image", image_of(image, &uses.written)));
    }
    let reference = uses.reference.as_ref();
    fields.extend(reference.map(|text| entry("ref", string(text))));
    let version = reference.and_then(Text::known).and_then(|text| version(&text)).or_else(|| commented(line));
    fields.extend(version.filter(|_| kind == "action").map(|text| entry("version", text_at(text, at))));
    if matches!(kind, "action" | "workflow" | "docker") && known.is_some() {
        let kind = ref_kind(kind, reference.and_then(Text::known).as_deref());
        fields.push(entry("ref_kind", text_at(kind, at)));
    }
    map_at(fields, at)
}

/// A version without its `v`.
fn version(text: &str) -> Option<String> {
    let version = text.trim_start_matches(['v', 'V']);
    let end = version.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(version.len());
    let version = version[..end].trim_matches('.');
    let is_version = version.starts_with(|first: char| first.is_ascii_digit()) && version.len() < 24;
    (is_version && end == text.trim_start_matches(['v', 'V']).len()).then(|| version.to_owned())
}

/// The version that a comment behind a commit names: `# v4.2.1`, `# tag=v4`.
fn commented(line: &str) -> Option<String> {
    let comment = line.split_once('#')?.1;
    let word = comment.split_whitespace().next()?;
    version(word.trim_start_matches("tag=").trim_start_matches("pin@"))
}

fn ref_kind(kind: &str, reference: Option<&str>) -> &'static str {
    let Some(reference) = reference.map(str::trim).filter(|text| !text.is_empty()) else { return "none" };
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if kind == "docker" {
        return if reference.starts_with("sha256:") { "digest" } else { "tag" };
    }
    if matches!(reference.len(), 40 | 64) && hex(reference) {
        return "sha";
    }
    // Tags and branches cannot be told apart without asking; numbers of versions are tags nearly always.
    let version = reference.trim_start_matches(['v', 'V']);
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version.chars().all(|one| one.is_ascii_alphanumeric() || ".-+_".contains(one));
    if is_version { "tag" } else { "branch" }
}

/// The object of an image: `text`, `repository`, `tag`, `digest`.
pub(super) fn image(text: &Text) -> Value {
    match text.known() {
        Some(known) => image_of(known.trim_start_matches("docker://"), text),
        None => text.value(),
    }
}

pub(super) fn image_of(known: &str, text: &Text) -> Value {
    let origin = &text.origin;
    let at = |part: &str| Value::text(part, origin.clone());
    let (rest, digest) = match known.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (known, None),
    };
    let (repository, tag) = match rest.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (rest, None),
    };
    let mut fields = vec![entry("text", at(known)), entry("repository", at(repository))];
    fields.extend(tag.map(|tag| entry("tag", at(tag))));
    fields.extend(digest.map(|digest| entry("digest", at(digest))));
    Value::map(fields, origin.clone())
}
