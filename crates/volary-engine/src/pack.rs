//! The policies and the catalogue of a run.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::{PolicyInfo, Problem, ProblemKind, Tier};
use volary_policy::rego::RegoPolicies;
use volary_policy::{Catalogue, PackText, Policies, Policy};

/// Texts of policies and catalogue, not yet compiled: what a run needs of them is known only when its tree was read.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Version of the pack, for reports.
    pub version: Arc<str>,
    /// Digest over the texts, those of the user included.
    pub digest: Arc<str>,
    /// Policies and catalogue; of a pack from elsewhere its examples too.
    files: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    /// Gives the examples of the embedded pack.
    examples: fn() -> &'static [(&'static str, &'static str)],
    user: Vec<PackText>,
}

/// What the units of a run need of a pack.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// The providers that occur.
    pub providers: BTreeSet<Arc<str>>,
    /// The kinds of subjects that occur.
    pub kinds: BTreeSet<Arc<str>>,
    /// Subjects may turn out to be of other kinds when units are prepared.
    pub any_kind: bool,
}

/// What is compiled for a run.
#[derive(Debug)]
pub struct LoadedPack {
    /// The catalogue.
    pub catalogue: Catalogue,
    own: Policies,
    user: Policies,
    /// The user's Rego rules.
    pub(crate) rego: RegoPolicies,
    /// What is wrong with policies or catalogue.
    pub problems: Vec<Problem>,
}

/// Whether a path of a pack is an example of a policy: `ID.pass.tf`, `ID.fail-module.tf`, `ID.unknown/main.tf`.
pub fn is_example(path: &str) -> bool {
    path.split('/').any(|part| example_word(part).is_some())
}

/// The word of an example's file or folder name: `pass`, `fail`, `unknown`, `skip` or `relaxed`.
pub(crate) fn example_word(name: &str) -> Option<&'static str> {
    let second = name.split('.').nth(1)?;
    let word = second.split('-').next()?;
    ["pass", "fail", "unknown", "skip", "relaxed"].into_iter().find(|known| *known == word)
}

impl Pack {
    /// The pack that is compiled into the binary.
    pub fn embedded(
        rules: &'static [(&'static str, &'static str)],
        examples: fn() -> &'static [(&'static str, &'static str)],
        version: &str,
        digest: &str,
    ) -> Self {
        let files = rules.iter().map(|(path, text)| (Cow::Borrowed(*path), Cow::Borrowed(*text))).collect();
        Self { version: version.into(), digest: digest.into(), files, examples, user: Vec::new() }
    }

    /// A pack of texts that were read from elsewhere.
    pub fn from_texts(mut files: Vec<(String, String)>, version: &str) -> Self {
        files.sort();
        let mut digest = blake3::Hasher::new();
        for (path, text) in &files {
            update(&mut digest, path, text);
        }
        let files = files.into_iter().map(|(path, text)| (Cow::Owned(path), Cow::Owned(text))).collect();
        Self { version: version.into(), digest: short(&digest), files, examples: || &[], user: Vec::new() }
    }

    /// The pack with the user's policies added. They never replace one of the pack.
    #[must_use]
    pub fn with_user_policies(mut self, mut texts: Vec<PackText>) -> Self {
        texts.retain(|text| !is_example(&text.path));
        texts.sort_by(|a, b| a.path.cmp(&b.path));
        let mut digest = blake3::Hasher::new();
        digest.update(self.digest.as_bytes());
        for text in &texts {
            update(&mut digest, &text.path, &text.text);
        }
        if !texts.is_empty() {
            self.digest = short(&digest);
        }
        self.user = texts;
        self
    }

    /// The pack with examples of the user's policies, as (path, text).
    #[must_use]
    pub fn with_examples(mut self, examples: Vec<(String, String)>) -> Self {
        self.files.extend(examples.into_iter().map(|(path, text)| (Cow::Owned(path), Cow::Owned(text))));
        self.files.sort();
        self
    }

    /// Whether the user brought policies.
    pub(crate) fn has_user_policies(&self) -> bool {
        !self.user.is_empty()
    }

    /// The texts of the examples of a policy, as (path, text), sorted.
    pub fn examples(&self, id: &str) -> Vec<(&str, &str)> {
        let is_of_policy = |part: &str| example_word(part).is_some() && part.split('.').next() == Some(id);
        let mut all: Vec<(&str, &str)> = self.files().filter(|(path, _)| path.split('/').any(is_of_policy)).collect();
        all.sort_unstable();
        all
    }

    /// All texts of the pack, examples last.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let examples = (self.examples)().iter().map(|(path, text)| (*path, *text));
        self.files.iter().map(|(path, text)| (path.as_ref(), text.as_ref())).chain(examples)
    }

    /// Compiles the catalogue of these providers, those of their policies that judge one of the kinds, and the user's
    /// policies, always.
    pub fn load(&self, needs: &Needs) -> LoadedPack {
        let of_provider = |path: &str| needs.providers.iter().any(|provider| belongs(path, provider));
        self.load_where(&|path, text| {
            of_provider(path) && (!path.starts_with("policies/") || needs.any_kind || may_judge(text, &needs.kinds))
        })
    }

    /// Compiles everything.
    pub fn load_all(&self) -> LoadedPack {
        self.load_where(&|_, _| true)
    }

    fn load_where(&self, wanted: &dyn Fn(&str, &str) -> bool) -> LoadedPack {
        let texts = |top: &str| -> Vec<PackText> {
            self.files
                .iter()
                .filter(|(path, _)| path.starts_with(top) && path.ends_with(".yaml") && !is_example(path))
                .filter(|(path, text)| wanted(path, text))
                .map(|(path, text)| PackText { path: path.as_ref().into(), text: text.as_ref().into() })
                .collect()
        };
        let (catalogue, mut problems) = Catalogue::load(&texts("catalog/attributes/"));
        let (own, more) = Policies::load(&texts("policies/"), &catalogue, true);
        problems.extend(more);
        let yaml: Vec<PackText> = self
            .user
            .iter()
            .filter(|text| text.path.ends_with(".yaml") || text.path.ends_with(".yml"))
            .cloned()
            .collect();
        let (user, more) = Policies::load(&yaml, &catalogue, false);
        problems.extend(more);
        for policy in user.iter().filter(|policy| own.get(&policy.info.id).is_some()) {
            problems.push(Problem {
                path: policy.info.source.clone(),
                line: None,
                column: None,
                kind: ProblemKind::Policy,
                message: format!("the id `{}` belongs to a policy of the built-in pack", policy.info.id).into(),
                help: "Give your policy an id of its own; policies of a folder add to the pack and never replace it."
                    .into(),
                fails: true,
            });
        }
        let modules: Vec<PackText> = self.user.iter().filter(|text| text.path.ends_with(".rego")).cloned().collect();
        let (rego, more) = RegoPolicies::load(&modules);
        problems.extend(more);
        LoadedPack { catalogue, own, user, rego, problems }
    }
}

impl LoadedPack {
    /// All policies, the pack's first, each list by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Policy>> {
        self.own.iter().chain(self.user.iter().filter(|policy| self.own.get(&policy.info.id).is_none()))
    }

    /// The policies of a tier (and of those before it) that judge a kind.
    pub(crate) fn for_kind(&self, kind: &str, tier: Tier) -> impl Iterator<Item = &Arc<Policy>> {
        let user = self.user.for_kind(kind).iter().filter(|policy| self.own.get(&policy.info.id).is_none());
        self.own.for_kind(kind).iter().chain(user).filter(move |policy| policy.info.tier <= tier)
    }

    /// Whether the policy is one of the pack, not the user's.
    pub(crate) fn is_own(&self, id: &str) -> bool {
        self.own.get(id).is_some()
    }

    /// The policy with this id or alias.
    pub fn find(&self, id: &str) -> Option<&Arc<Policy>> {
        self.iter().find(|policy| &*policy.info.id == id).or_else(|| {
            self.iter().find(|policy| policy.info.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(id)))
        })
    }

    /// The faces of all policies.
    pub fn infos(&self) -> Vec<Arc<PolicyInfo>> {
        self.iter().map(|policy| policy.info.clone()).collect()
    }
}

/// Whether a path of the pack serves a provider. Policies and attributes lie in folders of their provider; `common` and
/// `secrets` serve all.
fn belongs(path: &str, provider: &str) -> bool {
    let folder = path.strip_prefix("policies/").or_else(|| path.strip_prefix("catalog/attributes/"));
    let Some(folder) = folder.and_then(|path| path.split('/').next()) else { return false };
    let provider = match provider {
        "azurerm" | "azapi" | "azuread" => ["azure", "azurerm"],
        "google" | "google-beta" => ["google", "gcp"],
        other => [other, other],
    };
    provider.contains(&folder) || folder == "common"
}

/// Whether a policy may judge one of the kinds, told from its text alone: what stands behind `judges:` up to the next key.
/// Errs on the side of yes; the compiled policy decides.
fn may_judge(text: &str, kinds: &BTreeSet<Arc<str>>) -> bool {
    let start = if text.starts_with("judges:") { Some(0) } else { text.find("\njudges:").map(|at| at + 1) };
    let Some(start) = start else { return true };
    let rest = &text[start + "judges:".len()..];
    let is_next_key = |at: usize| rest[at + 1..].starts_with(|first: char| first.is_ascii_alphabetic());
    let end = rest.match_indices('\n').map(|(at, _)| at).find(|at| is_next_key(*at)).unwrap_or(rest.len());
    let is_name = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
    // Only types of Terraform resources have underscores. Facets and the like appear when units are prepared.
    let wanted = |name: &str| !name.is_empty() && (kinds.contains(name) || !name.contains('_'));
    let listed = rest[..end].lines().map(|line| line.split(" #").next().unwrap_or_default());
    listed.flat_map(|line| line.split(|character| !is_name(character))).any(wanted)
}

fn update(digest: &mut blake3::Hasher, path: &str, text: &str) {
    digest.update(&(path.len() as u64).to_le_bytes());
    digest.update(path.as_bytes());
    digest.update(&(text.len() as u64).to_le_bytes());
    digest.update(text.as_bytes());
}

fn short(digest: &blake3::Hasher) -> Arc<str> {
    digest.finalize().to_hex().as_str()[..32].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_told_from_policies() {
        for (path, example) in [
            ("policies/azure/storage/azure-storage-min-tls.yaml", false),
            ("policies/azure/storage/azure-storage-min-tls.pass.tf", true),
            ("policies/k8s/x.fail-list.yaml", true),
            ("policies/k8s/x.unknown/main.tf", true),
            ("policies/k8s/x.failing.yaml", false),
        ] {
            assert_eq!(is_example(path), example, "{path}");
        }
    }

    #[test]
    fn policies_are_chosen_by_what_they_judge() {
        let kinds = BTreeSet::from([Arc::from("aws_s3_bucket")]);
        for (text, wanted) in [
            ("id: a\njudges: aws_s3_bucket\nseverity: low\n", true),
            ("id: a\njudges: [aws_x, aws_s3_bucket]\n", true),
            ("id: a\njudges:\n  - aws_x\n  - network.rule\nrequire: {}\n", true),
            ("judges: aws_s3_bucket_acl # as for aws_s3_bucket\nmessage: aws_s3_bucket\n", false),
            ("id: a\n", true),
        ] {
            assert_eq!(may_judge(text, &kinds), wanted, "{text}");
        }
    }

    #[test]
    fn folders_serve_their_provider() {
        assert!(belongs("policies/azure/storage/x.yaml", "azurerm"));
        assert!(belongs("catalog/attributes/azurerm/storage.yaml", "azurerm"));
        assert!(belongs("policies/common/x.yaml", "aws"));
        assert!(!belongs("policies/aws/x.yaml", "azurerm"));
    }
}
