//! Findings of one policy belong together: nobody reads the same thing fifty times.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Finding, PolicyInfo, Severity};

/// The findings of one policy.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    /// The policy.
    pub(crate) policy: &'a Arc<PolicyInfo>,
    /// Its worst severity here.
    pub(crate) severity: Severity,
    /// The findings in the order of the report: worst first, then by place. Never empty.
    pub(crate) findings: Vec<&'a Finding>,
}

impl Group<'_> {
    /// The first finding: the worst.
    pub(crate) fn first(&self) -> &Finding {
        self.findings[0]
    }
}

/// Groups findings by policy: the worst first, then those that fail, then those with most places.
pub(crate) fn by_policy<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    fails: impl Fn(&Finding) -> bool,
) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<&str, Group<'a>> = BTreeMap::new();
    for finding in findings {
        let group = groups.entry(&finding.policy.id).or_insert_with(|| Group {
            policy: &finding.policy,
            severity: finding.severity,
            findings: Vec::new(),
        });
        group.severity = group.severity.max(finding.severity);
        group.findings.push(finding);
    }
    let mut sorted: Vec<Group<'a>> = groups.into_values().collect();
    sorted.sort_by_cached_key(|group| {
        (Reverse(group.severity), !group.findings.iter().any(|finding| fails(finding)), Reverse(group.findings.len()))
    });
    sorted
}
