//! `.volary/baseline.jsonl`: the findings that were there when the tool came.
//!
//! One line an entry, sorted, each line complete in itself, so that branches merge without conflicts:
//!
//! ```json
//! {"fingerprint":"…","policy":"aws-s3-acl","path":"s3.tf","severity":"high","digest":"…","pack":"1.0.0","instances":[["envs/prod","aws_s3_bucket.a"]]}
//! ```
//!
//! A finding is covered while its block is unchanged, its severity has not risen, and for the instances that the entry
//! names. The file shrinks by itself when it is written anew; it grows only when somebody records a baseline again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use volary_model::{Finding, Instance, Problem, Severity, Status};

use crate::Scope;
use crate::problem::problem;

/// Where the baseline lies, from the root of the tree.
pub const PATH: &str = ".volary/baseline.jsonl";

/// The most entries of one finding.
const MOST_STATES: usize = 64;

/// One finding that was there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The finding.
    pub fingerprint: Arc<str>,
    /// Its policy.
    pub policy: Arc<str>,
    /// The file that it was in.
    pub path: Arc<str>,
    /// Its severity at that time.
    pub severity: Severity,
    /// The digest of its block at that time.
    pub digest: Arc<str>,
    /// The version of the pack that found it.
    pub pack: Arc<str>,
    /// The instances that are covered, as unit and address.
    pub instances: BTreeSet<(Arc<str>, Arc<str>)>,
}

/// The entries of a baseline by fingerprint. Two entries of one finding (after a merge) count both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Arc<str>, Vec<Entry>>,
}

/// What writing a baseline changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Entries in the new text.
    pub entries: usize,
    /// Entries that were not there before, or cover more than before.
    pub added: usize,
    /// Entries that are gone.
    pub removed: usize,
}

/// A line as it is written.
#[derive(Serialize, Deserialize)]
struct Line {
    fingerprint: String,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    path: String,
    severity: String,
    digest: String,
    #[serde(default)]
    pack: String,
    instances: Vec<(String, String)>,
}

impl Baseline {
    /// Reads a baseline. A line that cannot be read covers nothing and is reported; the others count.
    pub fn parse(path: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut baseline = Self::default();
        let mut problems = Vec::new();
        for (index, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            match parse_line(line) {
                Ok(entry) => baseline.add(entry),
                Err((message, help)) => {
                    problems.push(problem(path, u32::try_from(index + 1).ok(), message, help));
                }
            }
        }
        (baseline, problems)
    }

    /// The text of the file: entries sorted, one a line.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for entry in self.iter() {
            let line = Line {
                fingerprint: entry.fingerprint.to_string(),
                policy: entry.policy.to_string(),
                path: entry.path.to_string(),
                severity: entry.severity.to_string(),
                digest: entry.digest.to_string(),
                pack: entry.pack.to_string(),
                instances: entry.instances.iter().map(|(unit, at)| (unit.to_string(), at.to_string())).collect(),
            };
            text.push_str(&serde_json::to_string(&line).unwrap_or_default());
            text.push('\n');
        }
        text
    }

    /// All entries, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values().flatten()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry; one of the same finding, block and severity takes its instances in.
    fn add(&mut self, entry: Entry) {
        let known = self.entries.entry(entry.fingerprint.clone()).or_default();
        let count = known.len();
        match known.iter_mut().find(|other| other.digest == entry.digest && other.severity == entry.severity) {
            Some(other) => other.instances.extend(entry.instances),
            // More states of one block than branches could have are no work of people; what is left out covers nothing.
            None if count < MOST_STATES => {
                known.push(entry);
                known.sort();
            }
            None => {}
        }
    }

    /// Whether an instance of a finding was there: same block, severity not risen.
    pub fn covers(&self, finding: &Finding, instance: Option<&Instance>) -> bool {
        let Some(entries) = self.entries.get(&finding.fingerprint) else { return false };
        let instance = instance_of(finding, instance);
        entries.iter().any(|entry| {
            entry.digest == finding.digest && finding.severity <= entry.severity && entry.instances.contains(&instance)
        })
    }

    /// Whether this baseline covers all that an entry covers.
    fn has(&self, entry: &Entry) -> bool {
        let Some(entries) = self.entries.get(&entry.fingerprint) else { return false };
        entry.instances.iter().all(|instance| {
            entries.iter().any(|one| {
                one.digest == entry.digest && entry.severity <= one.severity && one.instances.contains(instance)
            })
        })
    }
}

fn instance_of(finding: &Finding, instance: Option<&Instance>) -> (Arc<str>, Arc<str>) {
    match instance {
        Some(instance) => (instance.unit.clone(), instance.address.clone()),
        None => ("".into(), finding.address.clone()),
    }
}

fn parse_line(line: &str) -> Result<Entry, (String, &'static str)> {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        return Err(("an unresolved merge conflict".into(), "Keep the lines of both sides and remove the marks."));
    }
    let rewrite = "Run `volary baseline` to write the file anew.";
    let line: Line = serde_json::from_str(line).map_err(|error| {
        let text = error.to_string();
        let text = text.split(" at line").next().unwrap_or_default().to_owned();
        (format!("this is no entry of a baseline: {text}"), rewrite)
    })?;
    let is_digest = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_digest(&line.fingerprint) || !is_digest(&line.digest) {
        return Err(("the fingerprint or the digest is not 32 hexadecimal digits".into(), rewrite));
    }
    let severity = line.severity.parse().map_err(|message| (message, rewrite))?;
    Ok(Entry {
        fingerprint: line.fingerprint.into(),
        policy: line.policy.into(),
        path: line.path.into(),
        severity,
        digest: line.digest.into(),
        pack: line.pack.into(),
        instances: line.instances.into_iter().map(|(unit, at)| (unit.into(), at.into())).collect(),
    })
}

/// The text that records the findings of now, except accepted ones. Entries outside the scope of the run stay as they are;
/// those whose finding is unchanged keep the version of the pack that found them.
pub fn record(before: &str, findings: &[Finding], pack: &str, scope: &Scope) -> (String, Counts) {
    let (old, _) = Baseline::parse(PATH, before);
    let mut new = outside(&old, scope);
    for finding in findings.iter().filter(|finding| !matches!(finding.status, Status::Accepted(_))) {
        let mut entry = entry_of(finding, pack);
        let mut same = old.entries.get(&entry.fingerprint).into_iter().flatten();
        if let Some(same) = same.find(|same| same.digest == entry.digest && same.severity == entry.severity) {
            entry.pack = same.pack.clone();
        }
        new.add(entry);
    }
    finish(&old, &new)
}

/// The text without the entries, and without the instances of entries, whose finding is gone, has changed or is accepted
/// otherwise. Entries outside the scope of the run stay.
pub fn shrink(before: &str, findings: &[Finding], scope: &Scope) -> (String, Counts) {
    let (old, _) = Baseline::parse(PATH, before);
    let mut new = outside(&old, scope);
    let mut present: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !matches!(finding.status, Status::Accepted(_))) {
        present.entry(&finding.fingerprint).or_default().push(finding);
    }
    for entry in old.iter().filter(|entry| in_scope(entry, scope)) {
        let mut entry = entry.clone();
        let found = present.get(&*entry.fingerprint);
        let mut still: BTreeSet<(Arc<str>, Arc<str>)> = BTreeSet::new();
        for finding in found.into_iter().flatten() {
            if finding.digest == entry.digest && finding.severity <= entry.severity {
                still.extend(instances_of(finding));
            }
        }
        entry.instances.retain(|instance| still.contains(instance));
        if !entry.instances.is_empty() {
            new.add(entry);
        }
    }
    finish(&old, &new)
}

fn instances_of(finding: &Finding) -> BTreeSet<(Arc<str>, Arc<str>)> {
    if finding.instances.is_empty() {
        return BTreeSet::from([instance_of(finding, None)]);
    }
    finding.instances.iter().map(|instance| instance_of(finding, Some(instance))).collect()
}

fn entry_of(finding: &Finding, pack: &str) -> Entry {
    Entry {
        fingerprint: finding.fingerprint.clone(),
        policy: finding.policy.id.clone(),
        path: finding.location.path.clone(),
        severity: finding.severity,
        digest: finding.digest.clone(),
        pack: pack.into(),
        instances: instances_of(finding),
    }
}

fn in_scope(entry: &Entry, scope: &Scope) -> bool {
    scope.has_policy(&entry.policy) && scope.has_path(&entry.path)
}

fn outside(old: &Baseline, scope: &Scope) -> Baseline {
    let mut kept = Baseline::default();
    for entry in old.iter().filter(|entry| !in_scope(entry, scope)) {
        kept.add(entry.clone());
    }
    kept
}

fn finish(old: &Baseline, new: &Baseline) -> (String, Counts) {
    let counts = Counts {
        entries: new.len(),
        added: growth(old, new).len(),
        removed: old.iter().filter(|entry| !new.entries.contains_key(&entry.fingerprint)).count(),
    };
    (new.to_text(), counts)
}

/// The entries of `new` that cover what `old` did not: new findings, edited blocks, raised severities, more instances.
pub fn growth<'a>(old: &Baseline, new: &'a Baseline) -> Vec<&'a Entry> {
    new.iter().filter(|entry| !old.has(entry)).collect()
}

/// What is reported when a change lets the baseline grow.
pub fn growth_problem(path: &str, old: &Baseline, new: &Baseline) -> Option<Problem> {
    let grown = growth(old, new);
    let first = grown.first()?;
    let line = new.iter().position(|entry| entry == *first).and_then(|at| u32::try_from(at + 1).ok());
    let message = match grown.len() {
        1 => format!("this change adds a finding of `{}` in {} to the baseline", first.policy, first.path),
        count => format!("this change adds {count} findings to the baseline"),
    };
    let help =
        "The baseline is for what was there before. Fix what is new, or ask for an exception with an owner and a date.";
    Some(problem(path, line, message, help))
}
