//! `.volary/config.yaml`: the choices of a repository. Without the file everything has a sensible default.
//!
//! ```yaml
//! tier: recommended            # default | recommended | strict
//! fail-on: high                # findings from this severity on fail the run
//! fail-on-undecided: false
//! policies: [policies]         # folders with policies of one's own
//! exclude: [examples/**]       # what is not judged; listed in every report
//! disable:                     # policies that do not apply here, and why
//!   azure-storage-min-tls: The gateway in front terminates TLS.
//! severity:
//!   aws-s3-versioning: low
//! sources:                     # where the repositories lie whose templates the pipelines use
//!   acme/pipeline-templates: ../pipeline-templates
//!   acme/actions@v2: {url: https://github.com/acme/actions, commit: 0123456789abcdef0123456789abcdef01234567}
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{PolicyInfo, Problem, Severity, Tier};

use crate::pattern::Pattern;
use crate::record::{Reader, key_place};
use crate::source;
pub use crate::source::{Source, address};

/// The choices of a repository.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Policies of this tier and those before it.
    pub tier: Option<Tier>,
    /// Findings from this severity on fail the run.
    pub fail_on: Option<Severity>,
    /// Whether undecided judgements fail the run.
    pub fail_on_undecided: Option<bool>,
    /// Folders with policies of one's own, relative to the root.
    pub policies: Vec<Arc<str>>,
    /// What is not judged, as it is written.
    pub exclude: Vec<Arc<str>>,
    /// Policies (by id or by an equivalent check's) that do not apply here.
    pub disable: BTreeMap<Arc<str>, Disabled>,
    /// Severities of one's own, by policy.
    pub severity: BTreeMap<Arc<str>, Severity>,
    /// Where other repositories lie, by the name that pipelines call them.
    pub sources: BTreeMap<Arc<str>, Source>,
    excluded: Vec<Pattern>,
}

/// Why a policy does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// In words.
    pub reason: Arc<str>,
    /// Where it is written.
    pub line: Option<u32>,
}

pub(crate) const KEYS: &[&str] =
    &["tier", "fail-on", "fail-on-undecided", "policies", "exclude", "disable", "severity", "sources"];

/// Reads a configuration. See [`Config::parse`].
pub fn parse_config(path: &str, text: &str) -> (Config, Vec<Problem>) {
    Config::parse(path, text)
}

impl Config {
    /// Reads a configuration. What is wrong is reported and left out; the rest counts.
    pub fn parse(path: &str, text: &str) -> (Self, Vec<Problem>) {
        let (mut reader, map) = Reader::open(path, text);
        let mut config = Self::default();
        let Some(map) = map else { return (config, reader.problems) };
        reader.only_known(&map, KEYS);
        config.tier = reader.word(&map, "tier");
        config.fail_on = reader.word(&map, "fail-on");
        config.fail_on_undecided = reader.truth(&map, "fail-on-undecided");
        for (folder, span) in reader.texts(&map, "policies") {
            if folder.starts_with('/') || folder.split(['/', '\\']).any(|part| part == "..") {
                reader.report(span, format!("`{folder}` leads out of the repository"), "Name a folder inside it.");
            } else {
                config.policies.push(folder);
            }
        }
        for (text, span) in reader.texts(&map, "exclude") {
            let pattern = Pattern::covering(&text);
            if pattern.is_everything() {
                reader.report(
                    span,
                    format!("`exclude: {text}` would leave nothing to judge"),
                    "Name what to leave out.",
                );
            } else {
                config.exclude.push(text);
                config.excluded.push(pattern);
            }
        }
        for entry in reader.entries(&map, "disable") {
            match entry.value.as_text().map(str::trim) {
                Some(reason) if !reason.is_empty() => {
                    let line = reader.line(key_place(entry));
                    config.disable.insert(entry.key.clone(), Disabled { reason: reason.into(), line });
                }
                _ => reader.report(
                    key_place(entry),
                    format!("`{}` is disabled without a reason, and still judged", entry.key),
                    format!("Say why: `{}: The reason.`", entry.key),
                ),
            }
        }
        for entry in reader.entries(&map, "severity") {
            match entry.value.as_text().map(str::parse::<Severity>) {
                Some(Ok(severity)) => {
                    config.severity.insert(entry.key.clone(), severity);
                }
                Some(Err(message)) => reader.report(entry.value.origin.span(), message, ""),
                None => reader.report(key_place(entry), format!("the severity of `{}` is missing", entry.key), ""),
            }
        }
        for entry in reader.entries(&map, "sources") {
            if let Some(source) = source::read(&mut reader, entry) {
                config.sources.insert(entry.key.clone(), source);
            }
        }
        (config, reader.problems)
    }

    /// The pattern that leaves a path out, if one does.
    pub fn excluded_by(&self, path: &str) -> Option<&Arc<str>> {
        if self.excluded.is_empty() {
            return None;
        }
        let names: Vec<&str> = path.split('/').collect();
        let at = self.excluded.iter().position(|pattern| pattern.matches_parts(&names))?;
        self.exclude.get(at)
    }

    /// Whether a path is left out.
    pub fn excludes(&self, path: &str) -> bool {
        self.excluded_by(path).is_some()
    }

    /// Why a policy does not apply here, if it does not.
    pub fn disabled(&self, policy: &PolicyInfo) -> Option<&Disabled> {
        if self.disable.is_empty() {
            return None;
        }
        std::iter::once(&policy.id).chain(&policy.aliases).find_map(|id| self.disable.get(id))
    }

    /// The severity of a policy here.
    pub fn severity_of(&self, policy: &PolicyInfo) -> Option<Severity> {
        if self.severity.is_empty() {
            return None;
        }
        std::iter::once(&policy.id).chain(&policy.aliases).find_map(|id| self.severity.get(id)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<(Option<u32>, String)> {
        let (_, problems) = Config::parse(".volary/config.yaml", text);
        problems.iter().map(|problem| (problem.line, problem.message.to_string())).collect()
    }

    #[test]
    fn every_choice_is_read() {
        let text = "tier: strict\nfail-on: high\nfail-on-undecided: true\npolicies: [mine]\nexclude:\n  - examples/**\n  - '**/testdata'\n\
                    disable:\n  azure-x: Not used here.\nseverity:\n  aws-y: low\n";
        let (config, problems) = Config::parse(".volary/config.yaml", text);
        assert_eq!(problems, []);
        assert_eq!(config.tier, Some(Tier::Strict));
        assert_eq!(config.fail_on, Some(Severity::High));
        assert_eq!(config.fail_on_undecided, Some(true));
        assert_eq!(config.policies, ["mine".into()]);
        assert_eq!(config.disable["azure-x"].line, Some(9));
        assert_eq!(config.severity["aws-y"], Severity::Low);
        assert!(config.excludes("examples/a/b.tf") && config.excludes("x/testdata/y") && !config.excludes("main.tf"));
        assert_eq!(config.excluded_by("examples/a.tf").map(|text| &**text), Some("examples/**"));
    }

    #[test]
    fn sources_are_paths_from_the_root_and_may_name_a_commit() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "sources:\n  acme/templates: ../templates\n  lib: ./vendor//lib/\n  here: .\n  up: ../../x/y\n  \
             pinned: {{path: ../t, commit: {}}}\n",
            commit.to_uppercase()
        );
        let (config, problems) = Config::parse("c", &text);
        assert_eq!(problems, []);
        let path = |name: &str| &*config.sources[name].path;
        assert_eq!(path("acme/templates"), "../templates");
        assert_eq!(path("lib"), "vendor/lib");
        assert_eq!(path("here"), ".");
        assert_eq!(path("up"), "../../x/y");
        assert_eq!(config.sources["pinned"].commit.as_deref(), Some(commit));
        assert_eq!(config.sources["lib"].commit, None);
    }

    #[test]
    fn sources_may_be_addresses_with_a_commit() {
        let text = "sources:\n  a/b@v1: {url: 'https://example.org/a/b', commit: '0123456789abcdef0123456789abcdef01234567'}\n";
        let (config, problems) = Config::parse("c", text);
        assert_eq!(problems, []);
        let source = &config.sources["a/b@v1"];
        assert_eq!((&*source.path, source.url.as_deref()), ("", Some("https://example.org/a/b")));
        assert!(source.commit.is_some());
    }

    #[test]
    fn sources_that_are_no_path_are_named() {
        for entry in [
            "/etc",
            "C:/x",
            "c:\\x",
            "a/../../b",
            "'~/x'",
            "https://example.org/x.git",
            "git@example.org:x.git",
            "''",
            "",
            "3",
            "[a]",
            "{commit: 0123456789abcdef0123456789abcdef01234567}",
            "{path: x, commit: main}",
            "{path: x, commit: '0123456'}",
            "{path: x, branch: main}",
            "{url: 'https://example.org/x'}",
            "{url: 'http://example.org/x', commit: 0123456789abcdef0123456789abcdef01234567}",
            "{url: 'ext::sh -c x', commit: 0123456789abcdef0123456789abcdef01234567}",
            "{url: 'https://a:b@example.org/x', commit: 0123456789abcdef0123456789abcdef01234567}",
            "{url: 'ssh://-oProxyCommand=x/y', commit: 0123456789abcdef0123456789abcdef01234567}",
            "{url: 'https://example.org', commit: 0123456789abcdef0123456789abcdef01234567}",
            "{path: x, url: 'https://example.org/x', commit: 0123456789abcdef0123456789abcdef01234567}",
        ] {
            let (config, problems) = Config::parse("c", &format!("sources:\n  a: {entry}\n"));
            assert_eq!(problems.len(), 1, "{entry}: {problems:?}");
            assert_eq!(problems[0].line, Some(2), "{entry}");
            assert!(config.sources.is_empty(), "{entry}");
        }
        assert_eq!(problems("sources: [a]\n").len(), 1);
    }

    #[test]
    fn an_empty_file_is_no_choice() {
        for text in ["", "# nothing yet\n", "---\n", "\u{FEFF}"] {
            assert_eq!(problems(text), [], "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        assert_eq!(problems("\nteir: strict\n"), [(Some(2), "`teir` is not known".into())]);
        assert_eq!(problems("tier: hard\n")[0].0, Some(1));
        assert_eq!(problems("fail-on: 3\n")[0].1, "`fail-on` is not a text");
        assert_eq!(problems("exclude: ['**']\n").len(), 1);
        assert_eq!(problems("policies: [../x, /etc]\n").len(), 2);
        assert_eq!(problems("disable: {a: ''}\n").len(), 1);
        assert_eq!(problems("disable: [a]\n").len(), 1);
        assert_eq!(problems("severity: {a: awful, b: }\n").len(), 2);
        assert_eq!(problems("- a\n").len(), 1);
        assert_eq!(problems("tier: default\n---\ntier: strict\n").len(), 1);
        let (_, found) = Config::parse("c", "fail_on: high\n");
        assert_eq!(&*found[0].help, "Did you mean `fail-on`?");
    }

    #[test]
    fn the_rest_counts_when_a_part_is_wrong() {
        let (config, problems) = Config::parse("c", "tier: hard\nfail-on: medium\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(config.fail_on, Some(Severity::Medium));
    }
}
