//! What platforms and Volary itself keep in files: rulesets, owners, policies (W14, W8), and Volary's own step and records.

use volary_pipeline::Platform;

use super::common::in_job;
use super::{Way, way};
use crate::files::{Change, Edit};
use crate::site::Site;
use crate::yaml::{get, items, range};

pub(crate) fn ways(platform: Platform) -> Vec<Way> {
    let mut all = vec![
        way!(9, "exception added", |site: &Site<'_>| {
            let text = format!(
                "policy: {}\nfingerprint: 0f1e2d3c4b5a69788796a5b4c3d2e1f0\nreason: accepted for now\nowner: platform\n",
                site.label.control
            );
            Some(Change::none(site.files()).with(".volary/exceptions/accepted.yaml", text))
        }),
        way!(9, "baseline grown", |site: &Site<'_>| {
            let line = |n: u32| {
                format!(
                    "{{\"fingerprint\":\"0f1e2d3c4b5a69788796a5b4c3d2e1f{n}\",\"policy\":\"image-scan\",\"path\":\"Dockerfile\",\"digest\":\"00\"}}\n"
                )
            };
            let base = Change::none(site.files()).with_both(".volary/baseline.jsonl", line(0));
            Some(base.with(".volary/baseline.jsonl", format!("{}{}", line(0), line(1))))
        }),
    ];
    match platform {
        Platform::GitHub => all.extend(github()),
        Platform::GitLab => all.extend(gitlab()),
        Platform::Azure | Platform::Jenkins => {}
    }
    if platform != Platform::Jenkins {
        all.extend([
            way!(6, "Volary's own step removed", |site: &Site<'_>| {
                let change = own_step(site, "volary check --since origin/main")?;
                Some(Change { base: change.head, head: site.files().clone() })
            }),
            way!(2, "Volary's own step tolerated", |site: &Site<'_>| {
                let base = own_step(site, "volary check --since origin/main")?;
                let head = own_step(site, "volary check --since origin/main || true")?;
                Some(Change { base: base.head, head: head.head })
            }),
        ]);
    }
    all
}

/// A step of Volary before the first one of the scan's job.
fn own_step(site: &Site<'_>, command: &str) -> Option<Change> {
    let key = if site.platform() == Platform::Azure { "script: " } else { "run: " };
    let (name, key) = if site.platform() == Platform::GitLab { ("script", "") } else { ("steps", key) };
    in_job(site, |yaml, map| {
        let list = get(map, name).filter(|list| !items(list).is_empty())?;
        let first = yaml.item_lines(list, 0)?;
        let dash = yaml.text[..range(items(list).first()?).start].rfind('-')?;
        Some(vec![Edit::insert(first.start, format!("{}- {key}{command}\n", yaml.column(dash)))])
    })
}

/// A ruleset of GitHub as it is exported, with the check of the scan.
fn ruleset(check: &str, enforcement: &str, bypass: &str, checks: bool) -> String {
    let status = if checks {
        format!(
            ",\n    {{\n      \"type\": \"required_status_checks\",\n      \"parameters\": {{\n        \"strict_required_status_checks_policy\": true,\n        \"required_status_checks\": [{{\"context\": {check:?}}}]\n      }}\n    }}"
        )
    } else {
        String::new()
    };
    format!(
        "{{\n  \"name\": \"main\",\n  \"target\": \"branch\",\n  \"enforcement\": {enforcement:?},\n  \"conditions\": {{\"ref_name\": {{\"include\": [\"~DEFAULT_BRANCH\"], \"exclude\": []}}}},\n  \"rules\": [\n    {{\"type\": \"non_fast_forward\"}},\n    {{\"type\": \"pull_request\", \"parameters\": {{\"required_approving_review_count\": 1}}}}{status}\n  ],\n  \"bypass_actors\": [{bypass}]\n}}\n"
    )
}

fn check(site: &Site<'_>) -> String {
    let job = site.job();
    let name = job.display.as_ref().and_then(volary_pipeline::Text::known).or_else(|| job.name.known());
    name.unwrap_or_else(|| "scan".to_owned())
}

const RULESET: &str = ".github/rulesets/main.json";
const OWNERS: &str = "# Guardrails\n/.github/ @acme/platform-security\n*.tf @acme/cloud\n";

fn before_and_after(site: &Site<'_>, path: &str, before: String, after: Option<String>) -> Option<Change> {
    let mut change = Change::none(site.files()).with_both(path, before);
    match after {
        Some(after) => return Some(change.with(path, after)),
        None => change.head.remove(path),
    };
    Some(change)
}

fn github() -> Vec<Way> {
    vec![
        way!(14, "ruleset disabled", |site: &Site<'_>| {
            let check = check(site);
            before_and_after(
                site,
                RULESET,
                ruleset(&check, "active", "", true),
                Some(ruleset(&check, "disabled", "", true)),
            )
        }),
        way!(14, "required check removed", |site: &Site<'_>| {
            let check = check(site);
            before_and_after(
                site,
                RULESET,
                ruleset(&check, "active", "", true),
                Some(ruleset(&check, "active", "", false)),
            )
        }),
        way!(14, "bypass actor added", |site: &Site<'_>| {
            let check = check(site);
            let actor = "{\"actor_id\": 5, \"actor_type\": \"RepositoryRole\", \"bypass_mode\": \"always\"}";
            before_and_after(
                site,
                RULESET,
                ruleset(&check, "active", "", true),
                Some(ruleset(&check, "active", actor, true)),
            )
        }),
        way!(14, "ruleset removed", |site: &Site<'_>| {
            before_and_after(site, RULESET, ruleset(&check(site), "active", "", true), None)
        }),
        way!(14 or 9, "owners of workflows removed", |site: &Site<'_>| {
            before_and_after(site, ".github/CODEOWNERS", OWNERS.to_owned(), Some("# Guardrails\n*.tf @acme/cloud\n".to_owned()))
        }),
        way!(14 or 9, "owners of workflows exchanged", |site: &Site<'_>| {
            let after = OWNERS.replace("@acme/platform-security", "@acme/everyone");
            before_and_after(site, ".github/CODEOWNERS", OWNERS.to_owned(), Some(after))
        }),
        way!(14, "settings without the required check", |site: &Site<'_>| {
            let text = |contexts: &str| {
                format!(
                    "branches:\n  - name: main\n    protection:\n      enforce_admins: true\n      required_status_checks:\n        strict: true\n        contexts: [{contexts}]\n"
                )
            };
            before_and_after(site, ".github/settings.yml", text(&format!("{:?}", check(site))), Some(text("")))
        }),
    ]
}

const POLICY: &str = ".gitlab/security-policies/policy.yml";

/// An approval policy of GitLab; texts in place of its values.
fn policy(enabled: &str, allowed: &str, levels: &str, approvals: &str, fallback: &str) -> String {
    format!(
        "approval_policy:\n  - name: No new findings\n    enabled: {enabled}\n    rules:\n      - type: scan_finding\n        branch_type: protected\n        scanners: [container_scanning, sast, dependency_scanning]\n        vulnerabilities_allowed: {allowed}\n        severity_levels: [{levels}]\n        vulnerability_states: [new_needs_triage]\n    actions:\n      - type: require_approval\n        approvals_required: {approvals}\n        role_approvers: [maintainer]\n    fallback_behavior:\n      fail: {fallback}\n"
    )
}

fn hard_policy() -> String {
    policy("true", "0", "critical, high", "2", "closed")
}

fn gitlab() -> Vec<Way> {
    vec![
        way!(8 or 14, "policy allows findings", |site: &Site<'_>| {
            before_and_after(site, POLICY, hard_policy(), Some(policy("true", "25", "critical, high", "2", "closed")))
        }),
        way!(8 or 14, "policy for fewer severities", |site: &Site<'_>| {
            before_and_after(site, POLICY, hard_policy(), Some(policy("true", "0", "critical", "2", "closed")))
        }),
        way!(14 or 8, "policy is open when it fails", |site: &Site<'_>| {
            before_and_after(site, POLICY, hard_policy(), Some(policy("true", "0", "critical, high", "2", "open")))
        }),
        way!(14, "policy switched off", |site: &Site<'_>| {
            before_and_after(site, POLICY, hard_policy(), Some(policy("false", "0", "critical, high", "2", "closed")))
        }),
        way!(14, "policy without approvals", |site: &Site<'_>| {
            before_and_after(site, POLICY, hard_policy(), Some(policy("true", "0", "critical, high", "0", "closed")))
        }),
        way!(14, "policy removed", |site: &Site<'_>| before_and_after(site, POLICY, hard_policy(), None)),
        way!(14 or 9, "owners of the pipeline removed", |site: &Site<'_>| {
            let before = "* @acme/developers\n/.gitlab-ci.yml @acme/platform-security\n";
            before_and_after(site, ".gitlab/CODEOWNERS", before.to_owned(), Some("* @acme/developers\n".to_owned()))
        }),
    ]
}
