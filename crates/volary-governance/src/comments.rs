//! Comments in the code that accept a finding.
//!
//! Our own: `volary:ignore POLICY-ID [POLICY-ID]... until=YYYY-MM-DD reason="..."` in any comment style. Behind code it covers
//! its line, and the block that the line opens; alone on a line it covers the next line, and the block that this opens. So
//! above or behind the first line of a resource, a module call or a manifest it covers all of it. What is malformed or
//! expired covers nothing and is reported, as is one that covers nothing.
//!
//! Those of other tools keep working where a policy names the other tool's check as an alias: `checkov:skip`, `tfsec:ignore`,
//! `trivy:ignore`, `kics-scan`, and for credentials `nosec`, `gitleaks:allow`, `pragma: allowlist secret`,
//! `trufflehog:ignore`, `ggignore`. One whose check we do not have is nobody's fault and is passed over.

mod directive;
mod layout;
mod scan;

use std::sync::Arc;

use jiff::civil::Date;
use volary_model::{Finding, PolicyInfo};

pub use scan::scan;

/// Which tool a comment speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// This one.
    Volary,
    /// Checkov, in comments and in annotations of Kubernetes objects.
    Checkov,
    /// tfsec.
    Tfsec,
    /// Trivy.
    Trivy,
    /// KICS.
    Kics,
    /// Scanners for credentials: Bandit, gosec, Gitleaks, detect-secrets, TruffleHog, GitGuardian.
    Secrets,
}

impl Tool {
    /// How the comment begins.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Volary => "volary:ignore",
            Self::Checkov => "checkov:skip",
            Self::Tfsec => "tfsec:ignore",
            Self::Trivy => "trivy:ignore",
            Self::Kics => "kics-scan",
            Self::Secrets => "a secret scanner's comment",
        }
    }
}

/// What a comment covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Checks {
    /// These policies, by id or alias.
    Named(Vec<Arc<str>>),
    /// Every policy with an equivalent check of the tool; of secret scanners, every credential.
    All,
}

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Which tool it speaks to.
    pub tool: Tool,
    /// The line that it is written on, from 1.
    pub line: u32,
    /// The first line that it covers.
    pub first: u32,
    /// The last line that it covers.
    pub last: u32,
    /// The last day on which it holds; other tools' comments may have none.
    pub until: Option<Date>,
    /// Why; other tools' comments may say nothing.
    pub reason: Option<Arc<str>>,
    pub(crate) checks: Checks,
}

impl Comment {
    /// Whether it holds on a day.
    pub fn holds(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }

    /// The policies that it names; none where it means all of a tool.
    pub fn names(&self) -> &[Arc<str>] {
        match &self.checks {
            Checks::Named(names) => names,
            Checks::All => &[],
        }
    }

    pub(crate) fn has_line(&self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }

    /// Whether it speaks about the policy of a finding.
    pub(crate) fn speaks_about(&self, finding: &Finding) -> bool {
        match &self.checks {
            Checks::All => self.tool.knows(&finding.policy, &finding.kind),
            Checks::Named(names) => names.iter().any(|name| self.tool.means(name, &finding.policy, &finding.kind)),
        }
    }
}

impl Tool {
    /// Whether the tool has a check that is equivalent to a policy.
    fn knows(self, policy: &PolicyInfo, kind: &str) -> bool {
        let mut aliases = policy.aliases.iter();
        match self {
            Self::Volary => false,
            Self::Checkov => aliases.any(|alias| starts_with(alias, "CKV")),
            Self::Tfsec | Self::Trivy => aliases.any(|alias| starts_with(alias, "AVD-") || is_short_trivy(alias)),
            Self::Kics => aliases.any(|alias| starts_with(alias, "KICS:")),
            Self::Secrets => kind == "secret",
        }
    }

    /// Whether a name that the tool's comment uses means a policy.
    fn means(self, name: &str, policy: &PolicyInfo, kind: &str) -> bool {
        let mut aliases = policy.aliases.iter();
        match self {
            Self::Volary => *policy.id == *name || aliases.any(|alias| alias.eq_ignore_ascii_case(name)),
            Self::Checkov => aliases.any(|alias| alias.eq_ignore_ascii_case(name)),
            Self::Tfsec | Self::Trivy => {
                let bare = without(name, "AVD-");
                aliases.any(|alias| without(alias, "AVD-").eq_ignore_ascii_case(bare))
            }
            Self::Kics => aliases.any(|alias| {
                starts_with(alias, "KICS:") && without(alias, "KICS:").eq_ignore_ascii_case(without(name, "KICS:"))
            }),
            // Bandit's and gosec's checks for credentials in code.
            Self::Secrets => {
                kind == "secret"
                    && ["B105", "B106", "B107", "G101"].iter().any(|known| known.eq_ignore_ascii_case(name))
            }
        }
    }
}

/// `AWS-0089`: Trivy's newer names without `AVD-`.
fn is_short_trivy(alias: &str) -> bool {
    alias.rsplit_once('-').is_some_and(|(provider, number)| {
        number.len() == 4
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && provider.bytes().all(|byte| byte.is_ascii_uppercase())
    })
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
}

fn without<'a>(text: &'a str, start: &str) -> &'a str {
    if starts_with(text, start) { &text[start.len()..] } else { text }
}
