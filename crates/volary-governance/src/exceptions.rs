//! `.volary/exceptions/ID.yaml`: recorded risk acceptances, one file each.
//!
//! ```yaml
//! policy: azure-storage-min-tls
//! subject:                                   # every key that is there must fit
//!   path: envs/prod/**                       # file, folder or pattern
//!   resource: azurerm_storage_account.logs   # an address; without its key it stands for all instances
//!   module: module.net                       # a module call with everything below it
//!   fingerprint: 1a2b...                     # one finding
//! reason: The legacy scanner only speaks TLS 1.1 until it is replaced.
//! owner: "@org/storage"
//! created: 2026-11-24                        # optional
//! expires: 2027-01-31                        # the last day on which it holds
//! ```
//!
//! What is malformed covers nothing: a wrong date never means forever.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use volary_model::{Acceptance, Data, Finding, Instance, LineColumn, Location, Problem, Span};

use crate::Scope;
use crate::address::{modules, stands_for};
use crate::pattern::Pattern;
use crate::problem::problem;
use crate::record::Reader;

/// The folder of the records, from the root of the tree.
pub const FOLDER: &str = ".volary/exceptions";

pub(crate) const KEYS: &[&str] = &["policy", "subject", "reason", "owner", "created", "expires"];
const SUBJECT_KEYS: &[&str] = &["path", "resource", "module", "fingerprint"];

/// One recorded risk acceptance.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The name of its file without the ending.
    pub id: Arc<str>,
    /// Its file.
    pub path: Arc<str>,
    /// The policy, by id or by an equivalent check's.
    pub policy: Arc<str>,
    /// What it covers.
    pub subject: Subject,
    /// Why.
    pub reason: Arc<str>,
    /// Who answers for it.
    pub owner: Arc<str>,
    /// Since when.
    pub created: Option<Date>,
    /// The last day on which it holds.
    pub expires: Date,
    policy_line: Option<u32>,
    expires_line: Option<u32>,
}

/// What an exception covers. Every part that is there must fit.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// A file, a folder with everything below it, or a pattern.
    pub path: Option<Arc<str>>,
    /// An address.
    pub resource: Option<Arc<str>>,
    /// A module call (`module.net`) with everything below it.
    pub module: Option<Arc<str>>,
    /// One finding.
    pub fingerprint: Option<Arc<str>>,
    pattern: Option<Pattern>,
}

/// All exceptions of a tree, indexed, so that asking for one finding does not depend on how many there are.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    list: Vec<Exception>,
    by_policy: HashMap<Arc<str>, Index>,
}

/// The exceptions of one policy, each under the narrowest part of its subject.
#[derive(Clone, Debug, Default)]
struct Index {
    fingerprints: HashMap<Arc<str>, Vec<u32>>,
    resources: HashMap<Arc<str>, Vec<u32>>,
    modules: HashMap<Arc<str>, Vec<u32>>,
    /// By the literal start of the pattern.
    paths: HashMap<Arc<str>, Vec<u32>>,
}

impl Exceptions {
    /// Reads the records: path and text of each file. Files that end in neither `.yaml` nor `.yml` are passed over.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Problem>) {
        let mut exceptions = Self::default();
        let mut problems = Vec::new();
        let mut files: Vec<(&str, &str)> = files.into_iter().collect();
        files.sort_unstable();
        for (path, text) in files {
            let name = path.rsplit('/').next().unwrap_or(path);
            let Some(id) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { continue };
            let (exception, found) = parse_one(path, id, text);
            problems.extend(found);
            if let Some(exception) = exception {
                exceptions.add(exception);
            }
        }
        (exceptions, problems)
    }

    /// Every exception that is well-formed, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Exception> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn add(&mut self, exception: Exception) {
        let at = self.list.len() as u32;
        let index = self.by_policy.entry(exception.policy.clone()).or_default();
        let subject = &exception.subject;
        let (map, key): (_, Arc<str>) = if let Some(fingerprint) = &subject.fingerprint {
            (&mut index.fingerprints, fingerprint.clone())
        } else if let Some(resource) = &subject.resource {
            (&mut index.resources, resource.clone())
        } else if let Some(module) = &subject.module {
            (&mut index.modules, module.clone())
        } else {
            (&mut index.paths, subject.literal_start().into())
        };
        map.entry(key).or_default().push(at);
        self.list.push(exception);
    }

    /// The exceptions that cover one instance of a finding, expired or not, as indices into [`Exceptions::iter`].
    pub(crate) fn covering(&self, finding: &Finding, instance: Option<&Instance>, found: &mut Vec<u32>) {
        if self.list.is_empty() {
            return;
        }
        let before = found.len();
        for name in std::iter::once(&finding.policy.id).chain(&finding.policy.aliases) {
            let Some(index) = self.by_policy.get(name) else { continue };
            let mut take = |candidates: Option<&Vec<u32>>| {
                let fits = |at: &&u32| self.list[**at as usize].subject.covers(finding, instance);
                found.extend(candidates.into_iter().flatten().filter(fits));
            };
            take(index.fingerprints.get(&finding.fingerprint));
            let address = instance.map_or(&finding.address, |instance| &instance.address);
            if !index.resources.is_empty() {
                stands_for(address, |address| take(index.resources.get(address)));
                if *address != finding.address {
                    take(index.resources.get(&finding.address));
                }
            }
            if !index.modules.is_empty() {
                for module in modules(address) {
                    stands_for(module, |module| take(index.modules.get(module)));
                }
            }
            if !index.paths.is_empty() {
                let path = &*finding.location.path;
                take(index.paths.get(""));
                for (end, _) in path.match_indices('/') {
                    take(index.paths.get(&path[..end]));
                }
                take(index.paths.get(path));
            }
        }
        found[before..].sort_unstable();
        let mut kept = before;
        for at in before..found.len() {
            if at == before || found[at] != found[at - 1] {
                found[kept] = found[at];
                kept += 1;
            }
        }
        found.truncate(kept);
    }

    pub(crate) fn get(&self, at: u32) -> &Exception {
        &self.list[at as usize]
    }

    /// What is wrong with the exceptions on a day: those that expired and those that cover nothing.
    pub(crate) fn problems(&self, used: &[bool], scope: &Scope, today: Date) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (exception, used) in self.list.iter().zip(used) {
            let path = &exception.path;
            if !exception.holds(today) {
                let help = if *used {
                    "What it covered is open again: fix it, or ask for a new exception."
                } else {
                    "It covers nothing any more: delete the file."
                };
                problems.push(problem(
                    path,
                    exception.expires_line,
                    format!("the exception expired on {}", exception.expires),
                    help,
                ));
            } else if !scope.knows(&exception.policy) {
                let message = format!("no policy is called `{}`", exception.policy);
                problems.push(problem(path, exception.policy_line, message, "`volary policy list` shows them all."));
            } else if !*used && scope.has_policy(&exception.policy) && scope.touches(&exception.subject.literal_start())
            {
                let help = "Delete the file if what it was for is fixed; else check its subject.";
                problems.push(problem(path, exception.policy_line, "the exception covers nothing", help));
            }
        }
        problems
    }
}

impl Exception {
    /// Whether it holds on a day.
    pub fn holds(&self, today: Date) -> bool {
        today <= self.expires
    }

    pub(crate) fn acceptance(&self) -> Acceptance {
        let line = self.policy_line.unwrap_or(1);
        let at = LineColumn { line, column: 1 };
        Acceptance {
            id: self.id.clone(),
            reason: self.reason.clone(),
            owner: Some(self.owner.clone()),
            until: Some(self.expires.to_string().into()),
            location: Some(Location {
                path: self.path.clone(),
                start: at,
                end: at,
                // Records are not among the files of the run.
                span: Span { file: volary_model::FileId(u32::MAX), start: 0, end: 0 },
            }),
        }
    }
}

impl Subject {
    /// The folders or file that every covered path starts with.
    fn literal_start(&self) -> String {
        self.pattern.as_ref().map(|pattern| pattern.prefix().collect::<Vec<_>>().join("/")).unwrap_or_default()
    }

    fn covers(&self, finding: &Finding, instance: Option<&Instance>) -> bool {
        let address = instance.map_or(&finding.address, |instance| &instance.address);
        if self.fingerprint.as_ref().is_some_and(|fingerprint| *fingerprint != finding.fingerprint) {
            return false;
        }
        if let Some(resource) = &self.resource {
            // With a path, the address may also be that of the definition in its file.
            let mut fits = self.path.is_some() && *resource == finding.address;
            stands_for(address, |address| fits |= *address == **resource);
            if !fits {
                return false;
            }
        }
        if let Some(module) = &self.module {
            let mut fits = false;
            for call in modules(address) {
                stands_for(call, |call| fits |= *call == **module);
            }
            if !fits {
                return false;
            }
        }
        let Some(pattern) = &self.pattern else { return true };
        let called_from = || {
            (self.resource.is_some() || self.module.is_some())
                && instance.is_some_and(|instance| instance.calls.iter().any(|(_, call)| pattern.matches(&call.path)))
        };
        pattern.matches(&finding.location.path) || called_from()
    }
}

fn parse_one(path: &str, id: &str, text: &str) -> (Option<Exception>, Vec<Problem>) {
    let (mut reader, map) = Reader::open(path, text);
    let Some(map) = map else { return (None, reader.problems) };
    reader.only_known(&map, KEYS);
    for key in KEYS.iter().filter(|key| **key != "created") {
        if map.get(key).is_none() {
            reader.report(None, format!("`{key}` is missing"), "The exception covers nothing until it is there.");
        }
    }
    let policy = reader.text(&map, "policy");
    let reason = reader.text(&map, "reason");
    let owner = reader.text(&map, "owner");
    let expires = reader.date(&map, "expires");
    let created = reader.date(&map, "created");
    let place = |key: &str| map.get(key).and_then(|value| value.origin.span());
    if policy.as_ref().is_some_and(|policy| policy.contains(['*', '?', ' '])) {
        let help = "Write one exception for each policy.";
        reader.report(place("policy"), "an exception names one policy, not a pattern", help);
    }
    if let (Some(created), Some(expires)) = (created, expires)
        && created > expires
    {
        reader.report(place("expires"), "it expires before it was created", "");
    }
    let subject = match map.get("subject").map(|value| &value.data) {
        Some(Data::Map(subject)) => parse_subject(&mut reader, subject, place("subject")),
        Some(_) => {
            let help = "Name at least one of path, resource, module and fingerprint.";
            reader.report(place("subject"), "`subject` does not say what is covered", help);
            None
        }
        None => None,
    };
    let policy_line = reader.line(place("policy"));
    let expires_line = reader.line(place("expires"));
    // A record with any fault covers nothing: half of what its author meant is not what was accepted.
    if !reader.problems.is_empty() {
        return (None, reader.problems);
    }
    let complete = policy.zip(subject).zip(reason).zip(owner).zip(expires);
    let exception = complete.map(|((((policy, subject), reason), owner), expires)| Exception {
        id: id.into(),
        path: path.into(),
        policy,
        subject,
        reason,
        owner,
        created,
        expires,
        policy_line,
        expires_line,
    });
    (exception, reader.problems)
}

fn parse_subject(reader: &mut Reader, map: &volary_model::Map, span: Option<Span>) -> Option<Subject> {
    reader.only_known(map, SUBJECT_KEYS);
    let mut subject = Subject {
        path: reader.text(map, "path"),
        resource: reader.text(map, "resource"),
        module: reader.text(map, "module"),
        fingerprint: reader.text(map, "fingerprint").map(|text| text.to_ascii_lowercase().into()),
        pattern: None,
    };
    let place = |key: &str| map.get(key).and_then(|value| value.origin.span());
    if let Some(path) = &subject.path {
        let pattern = Pattern::covering(path);
        if pattern.is_everything() {
            let help =
                "Name a file or folder; a policy that never applies belongs under `disable` in .volary/config.yaml.";
            reader.report(place("path"), format!("`path: {path}` covers the whole tree"), help);
        } else if path.split('/').any(|part| part == "..") || path.starts_with('/') {
            reader.report(place("path"), format!("`path: {path}` is not relative to the root"), "");
        }
        subject.pattern = Some(pattern);
    }
    if let Some(module) = &subject.module
        && !module.starts_with("module.")
    {
        subject.module = Some(format!("module.{module}").into());
    }
    for (key, text) in [("resource", &subject.resource), ("module", &subject.module)] {
        if text.as_ref().is_some_and(|text| text.contains('*')) {
            reader.report(place(key), format!("`{key}` is an address, not a pattern"), "Use `path` for patterns.");
        }
    }
    let length =
        subject.fingerprint.as_ref().map(|text| (text.len(), text.bytes().all(|byte| byte.is_ascii_hexdigit())));
    if length.is_some_and(|length| length != (32, true)) {
        reader.report(place("fingerprint"), "a fingerprint has 32 hexadecimal digits", "");
    }
    if subject.path.is_none() && subject.resource.is_none() && subject.module.is_none() && subject.fingerprint.is_none()
    {
        reader.report(
            span,
            "`subject` does not say what is covered",
            "Name at least one of path, resource, module and fingerprint.",
        );
        return None;
    }
    Some(subject)
}

/// The record that would accept a finding until a day: its path and text. It covers this finding and nothing else.
pub fn request(finding: &Finding, reason: &str, owner: &str, until: Date, today: Date) -> (String, String) {
    let start = finding.fingerprint.get(..8).unwrap_or(&finding.fingerprint);
    let path = format!("{FOLDER}/{}-{start}.yaml", finding.policy.id);
    let address = match finding.instances.as_slice() {
        [one] => &one.address,
        _ => &finding.address,
    };
    let mut text = format!("# {}\n", one_line(&finding.policy.title));
    text.push_str(&format!("policy: {}\nsubject:\n", quote(&finding.policy.id)));
    text.push_str(&format!("  path: {}\n", quote(&escape_pattern(&finding.location.path))));
    // The address of a credential in text is made up from its surroundings; the fingerprint says it all.
    if &*finding.kind != "secret" && !address.is_empty() && !address.contains('*') {
        text.push_str(&format!("  resource: {}\n", quote(address)));
    }
    text.push_str(&format!("  fingerprint: \"{}\"\n", finding.fingerprint));
    text.push_str(&format!("reason: {}\nowner: {}\ncreated: {today}\nexpires: {until}\n", quote(reason), quote(owner)));
    (path, text)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A path as a pattern that matches just it.
fn escape_pattern(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for character in path.chars() {
        if matches!(character, '*' | '?' | '[' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// A text as YAML: plain where that is certainly read as the same text, else in double quotes.
fn quote(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.' | '/' | ' ' | ','))
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
