//! What the repository has decided: configuration, exceptions, baseline, owners.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_governance::platform::{Answers, PATH as PLATFORM_PATH};
use volary_governance::{Baseline, CodeOwners, Exceptions, Scope, decide, parse_config};
use volary_model::{Files, Finding, NotJudged, PolicyInfo, Problem, Undecided};
use volary_source::{FileEntry, Tree};

use crate::pack::{LoadedPack, Pack};
use crate::settings::Settings;

/// The choices of a repository.
pub const CONFIG_PATH: &str = ".volary/config.yaml";
/// The findings that were there when the tool came.
pub const BASELINE_PATH: &str = ".volary/baseline.jsonl";
const EXCEPTIONS_FOLDER: &str = ".volary/exceptions";

/// The records of a tree.
pub(crate) struct Records {
    records: volary_governance::Records,
}

impl Records {
    /// Reads the records; what is wrong with them are problems of the report.
    pub(crate) fn read(tree: &dyn Tree, settings: &Settings) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut records = volary_governance::Records::default();
        if let Some(text) = text(tree, CONFIG_PATH, &mut problems) {
            let (config, more) = parse_config(CONFIG_PATH, &text);
            records.config = config;
            problems.extend(more);
        }
        let mut exceptions = Vec::new();
        for entry in tree.folder(EXCEPTIONS_FOLDER) {
            if (entry.path.ends_with(".yaml") || entry.path.ends_with(".yml"))
                && let Some(text) = text(tree, &entry.path, &mut problems)
            {
                exceptions.push((entry.path.clone(), text));
            }
        }
        let (parsed, more) = Exceptions::parse(exceptions.iter().map(|(path, text)| (&**path, text.as_str())));
        records.exceptions = parsed;
        problems.extend(more);
        let (baseline, more) = baseline(tree);
        records.baseline = baseline;
        problems.extend(more);
        if let Some((path, flavour)) = CodeOwners::locate(|path| tree.exists(path))
            && let Some(text) = text(tree, path, &mut problems)
        {
            let owners = CodeOwners::parse(&text, flavour);
            problems.extend(owners.problems(path));
            records.owners = Some(owners);
        }
        records.scope = Scope { targets: settings.scope.clone(), policies: None, known: None };
        (Self { records }, problems)
    }

    /// The files that are judged; those that the configuration excludes are listed with its pattern.
    pub(crate) fn select(
        &self,
        files: Vec<FileEntry>,
        not_judged: &mut BTreeMap<Arc<str>, Vec<Arc<str>>>,
    ) -> Vec<FileEntry> {
        let (kept, excluded): (Vec<FileEntry>, Vec<FileEntry>) =
            files.into_iter().partition(|file| !self.records.config.excludes(&file.path));
        for file in excluded {
            if let Some(pattern) = self.records.config.excluded_by(&file.path) {
                let reason = format!("excluded by `{pattern}` in {CONFIG_PATH}");
                not_judged.entry(reason.into()).or_default().push(file.path);
            }
        }
        kept
    }

    /// The answers about the platform's settings.
    pub(crate) fn answers(&self, tree: &dyn Tree) -> (Answers, Vec<Problem>) {
        let mut problems = Vec::new();
        match text(tree, PLATFORM_PATH, &mut problems) {
            Some(text) => {
                let (answers, more) = Answers::parse(PLATFORM_PATH, &text);
                problems.extend(more);
                (answers, problems)
            }
            None => (Answers::default(), problems),
        }
    }

    /// The owners of a path.
    pub(crate) fn owners(&self, path: &str) -> Vec<Arc<str>> {
        self.records.owners.as_ref().map(|owners| owners.owners(path).to_vec()).unwrap_or_default()
    }

    /// Decides what becomes of findings that no policy of a pack made; nothing is said of records about others.
    pub(crate) fn decide_only(
        &mut self,
        findings: &mut Vec<Finding>,
        files: &Files,
        settings: &Settings,
    ) -> Vec<Problem> {
        let config = &self.records.config;
        findings.retain(|finding| config.disabled(&finding.policy).is_none());
        for finding in findings.iter_mut() {
            if let Some(severity) = config.severity_of(&finding.policy) {
                finding.severity = severity;
            }
        }
        let judged: Vec<Arc<PolicyInfo>> = findings.iter().map(|finding| finding.policy.clone()).collect();
        self.records.scope.policies = Some(Scope::names(judged.iter().map(AsRef::as_ref)));
        decide(findings, &self.records, files, settings.today)
    }

    /// Decides what becomes of the findings. Policies that the configuration switches off are listed as not judged.
    pub(crate) fn decide(
        &mut self,
        findings: &mut Vec<Finding>,
        undecided: &mut Vec<Undecided>,
        files: &Files,
        settings: &Settings,
        pack: Option<(&Pack, &LoadedPack)>,
    ) -> (Vec<Problem>, Vec<NotJudged>) {
        let config = &self.records.config;
        let mut off: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| config.disabled(&finding.policy).is_some()) {
            off.entry(finding.policy.id.clone()).or_default().push(finding.location.path.clone());
        }
        findings.retain(|finding| config.disabled(&finding.policy).is_none());
        undecided.retain(|one| config.disabled(&one.policy).is_none());
        for finding in findings.iter_mut() {
            if let Some(severity) = config.severity_of(&finding.policy) {
                finding.severity = severity;
            }
        }
        let not_judged = off
            .into_iter()
            .map(|(policy, paths)| NotJudged {
                reason: format!("policy {policy} is switched off in {CONFIG_PATH}").into(),
                paths,
            })
            .collect();
        if let Some((pack, loaded)) = pack {
            let of_tier = loaded.iter().filter(|policy| policy.info.tier <= settings.tier).map(|policy| &*policy.info);
            self.records.scope.policies = Some(Scope::names(of_tier));
            // Compiling everything is worth it only where a record could name a policy that there is not.
            if !self.records.exceptions.is_empty() {
                let all = pack.load_all().infos();
                self.records.scope.known = Some(Scope::names(all.iter().map(AsRef::as_ref)));
            }
        }
        (decide(findings, &self.records, files, settings.today), not_judged)
    }
}

/// The baseline of a tree.
pub(crate) fn baseline(tree: &dyn Tree) -> (Baseline, Vec<Problem>) {
    let mut problems = Vec::new();
    match text(tree, BASELINE_PATH, &mut problems) {
        Some(text) => {
            let (baseline, more) = Baseline::parse(BASELINE_PATH, &text);
            problems.extend(more);
            (baseline, problems)
        }
        None => (Baseline::default(), problems),
    }
}

fn text(tree: &dyn Tree, path: &str, problems: &mut Vec<Problem>) -> Option<String> {
    if !tree.exists(path) {
        return None;
    }
    match tree.read(path) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}
