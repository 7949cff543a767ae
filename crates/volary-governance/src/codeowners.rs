//! CODEOWNERS: who owns a path, exactly as GitHub and GitLab read the file.
//!
//! GitHub (<https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>):
//! the last matching line wins, a line without owners takes ownership away, `!`, `[ ]` and `\#` do not work, a file of 3 MB or
//! more does not count, a line with an invalid owner is skipped.
//!
//! GitLab (<https://docs.gitlab.com/user/project/codeowners/reference/>): sections are judged separately and add up, default
//! owners of a section apply to its lines without owners, `!` excludes a path from its section, a relative pattern matches
//! anywhere, a folder needs its trailing slash, everything that looks like an owner counts, also behind a `#`.

mod github;
mod gitlab;

use std::collections::HashMap;
use std::sync::Arc;

use volary_model::Problem;

use crate::pattern::Pattern;
use crate::problem::problem;

/// GitHub's limit on the file.
const MOST: usize = 3 * 1024 * 1024;

/// The most sections that count; nobody writes more by hand.
const MOST_SECTIONS: usize = 1000;
/// The most owners of one line.
const MOST_OWNERS: usize = 100;

/// Whose rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Flavour {
    /// GitHub's.
    #[default]
    GitHub,
    /// GitLab's.
    GitLab,
}

impl Flavour {
    /// Where the platform looks, first place first; only the first file that is there counts.
    pub fn locations(self) -> &'static [&'static str] {
        match self {
            Self::GitHub => &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
            Self::GitLab => &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        }
    }
}

/// The owners of a tree.
#[derive(Clone, Debug, Default)]
pub struct CodeOwners {
    sections: Vec<Section>,
    by_name: HashMap<String, usize>,
    issues: Vec<(u32, String)>,
}

/// Rules that are judged together. GitHub's file is one section.
#[derive(Clone, Debug, Default)]
struct Section {
    defaults: Vec<Arc<str>>,
    rules: Vec<Rule>,
    /// Indices of rules whose paths start with this literal folder or name, in order.
    by_start: HashMap<Box<str>, Vec<u32>>,
    /// Indices of all other rules, in order.
    anywhere: Vec<u32>,
    exclusions: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    owners: Vec<Arc<str>>,
}

impl CodeOwners {
    /// Reads a file.
    pub fn parse(text: &str, flavour: Flavour) -> Self {
        let mut owners = Self::default();
        if text.len() >= MOST {
            owners.issues.push((1, "the file is 3 MB or larger, so the platform does not read it".into()));
            return owners;
        }
        let text = text.trim_start_matches('\u{FEFF}');
        match flavour {
            Flavour::GitHub => github::parse(text, &mut owners),
            Flavour::GitLab => gitlab::parse(text, &mut owners),
        }
        for section in &mut owners.sections {
            section.index();
        }
        owners
    }

    /// The file that counts, and by whose rules: GitHub's places first, unless `.gitlab-ci.yml` says otherwise.
    pub fn locate(exists: impl Fn(&str) -> bool) -> Option<(&'static str, Flavour)> {
        let only_gitlab = !exists(".github/CODEOWNERS") && (exists(".gitlab/CODEOWNERS") || exists(".gitlab-ci.yml"));
        let flavour = if only_gitlab { Flavour::GitLab } else { Flavour::GitHub };
        flavour.locations().iter().find(|path| exists(path)).map(|path| (*path, flavour))
    }

    /// The owners of a path relative to the root; empty where nobody is named.
    pub fn owners(&self, path: &str) -> Vec<Arc<str>> {
        let names: Vec<&str> = path.split('/').collect();
        let mut all: Vec<Arc<str>> = Vec::new();
        for section in &self.sections {
            if section.exclusions.iter().any(|pattern| pattern.matches_parts(&names)) {
                continue;
            }
            let Some(rule) = section.last_match(&names) else { continue };
            let owners = if rule.owners.is_empty() { &section.defaults } else { &rule.owners };
            for owner in owners {
                if !all.contains(owner) {
                    all.push(owner.clone());
                }
            }
        }
        all
    }

    /// What is wrong with the file. Lines with a fault are skipped, as on the platform.
    pub fn problems(&self, path: &str) -> Vec<Problem> {
        let help = "The platform skips this line too.";
        self.issues.iter().map(|(line, message)| problem(path, Some(*line), message.as_str(), help)).collect()
    }

    /// The section of a name, compared without case. Beyond the limit all further ones are the last one.
    fn section(&mut self, name: &str) -> &mut Section {
        let count = self.sections.len();
        let at = *self.by_name.entry(name.to_lowercase()).or_insert(count.min(MOST_SECTIONS));
        if at == count {
            self.sections.push(Section::default());
        }
        &mut self.sections[at]
    }
}

impl Section {
    fn index(&mut self) {
        for (at, rule) in self.rules.iter().enumerate() {
            match rule.pattern.prefix().next() {
                Some(start) => self.by_start.entry(start.into()).or_default().push(at as u32),
                None => self.anywhere.push(at as u32),
            }
        }
    }

    fn last_match(&self, names: &[&str]) -> Option<&Rule> {
        let last = |rules: &[u32], after: Option<u32>| {
            let newer = rules.iter().rev().take_while(|at| after.is_none_or(|after| **at > after));
            newer.copied().find(|at| self.rules[*at as usize].pattern.matches_parts(names))
        };
        let started = names.first().and_then(|first| self.by_start.get(*first)).and_then(|rules| last(rules, None));
        last(&self.anywhere, started).or(started).map(|at| &self.rules[at as usize])
    }
}

/// Splits a line into its pattern and the rest. `\` in front of white space keeps it in the pattern.
fn split_pattern(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ' ' | '\t' => return (&line[..at], &line[at..]),
            _ => {}
        }
    }
    (line, "")
}

/// `name@host.tld`, loosely: something, an `@`, a host with a dot.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let host_fits = host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host.chars().all(|one| one.is_alphanumeric() || matches!(one, '.' | '-'));
    !name.is_empty()
        && name.chars().all(|one| one.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(one))
        && host_fits
}
