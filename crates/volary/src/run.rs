//! What every command that judges does first: find the tree, read the choices, gather the policies.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use volary_engine::{
    CONFIG_PATH as CONFIG, Checked, Guarded, GuardrailSettings, Pack, Settings, SourceTree, check, check_since,
    guardrails, guardrails_since,
};
use volary_governance::config::Config;
use volary_source::{DiskTree, GitTree, Limits, Tree, merge_base};

use crate::arguments::Judging;
use crate::cache;
use crate::expanded;
use crate::packs;
use crate::progress::TerminalProgress;
use crate::root::root_and_targets;

/// A tree with the policies and choices that it is judged by.
pub(crate) struct Session {
    pub(crate) settings: Settings,
    pub(crate) pack: Pack,
    root: PathBuf,
    targets: Vec<PathBuf>,
    tree: DiskTree,
}

/// The day that expiry dates are judged by: today in UTC, so that it is the same day on every machine.
pub(crate) fn today(at: Option<jiff::civil::Date>) -> jiff::civil::Date {
    at.unwrap_or_else(|| jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date())
}

impl Session {
    /// Opens the tree around the paths.
    pub(crate) fn open(judging: &Judging) -> Result<Self, String> {
        let (root, targets) = root_and_targets(&judging.paths)?;
        let tree = DiskTree::open(&root, &targets, Limits::default()).map_err(|problem| problem.message.to_string())?;
        let mut settings = Settings::new(today(judging.at));
        settings.binary = env!("CARGO_PKG_VERSION").into();
        settings.threads = judging.threads;
        if !judging.paths.is_empty() {
            settings.targets = judging.paths.iter().map(|path| path.display().to_string().into()).collect();
        }
        settings.scope = targets
            .iter()
            .filter_map(|target| target.strip_prefix(&root).ok())
            .map(|target| target.to_string_lossy().replace('\\', "/").into())
            .filter(|target: &Arc<str>| !target.is_empty())
            .collect();
        let mut folders = judging.policies.clone();
        if let Some(text) = read_text(&tree, CONFIG) {
            // What is wrong with the file is a problem of the report: the engine reads it too.
            let (config, _) = Config::parse(CONFIG, &text);
            settings.tier = config.tier.unwrap_or(settings.tier);
            settings.fail_on = config.fail_on.unwrap_or(settings.fail_on);
            settings.fail_on_undecided = config.fail_on_undecided.unwrap_or(false);
            folders.extend(config.policies.iter().map(|folder| root.join(&**folder)));
        }
        if let Some(tier) = judging.tier {
            settings.tier = tier;
        }
        let pack = packs::pack(judging.pack.as_deref(), &folders)?;
        Ok(Self { settings, pack, root, targets, tree })
    }

    /// Judges the tree as it is on disk.
    pub(crate) fn check(&self) -> Checked {
        check(&self.tree, &self.pack, &self.settings, &TerminalProgress::new())
    }

    /// Judges what changed since a revision: since the commit at which the two histories parted, so that what others did
    /// there in the meantime is not taken for this change.
    pub(crate) fn check_since(&self, reference: &str) -> Result<Checked, String> {
        let parted = merge_base(&self.root, reference, "HEAD").unwrap_or_else(|_| reference.to_owned());
        let base = GitTree::open(&self.root, &parted, &self.targets, Limits::default())
            .map_err(|problem| format!("{} {}", problem.message, problem.help))?;
        Ok(check_since(&self.tree, &base, reference, &self.pack, &self.settings, &TerminalProgress::new()))
    }

    /// Proves the guardrails, of what changed since a revision where one is given.
    pub(crate) fn guardrails(
        &self,
        sources: &[String],
        expanded: &[String],
        since: Option<&str>,
    ) -> Result<Guarded, String> {
        let mut settings = self.guardrail_settings(sources)?;
        for one in expanded {
            settings.expanded.push(expanded::read(one, &|path| self.inside(path))?);
        }
        let progress = TerminalProgress::new();
        let Some(reference) = since else {
            let mut guarded = guardrails(&self.tree, &settings, &progress);
            self.name_missing(&mut guarded);
            return Ok(guarded);
        };
        let parted = merge_base(&self.root, reference, "HEAD").unwrap_or_else(|_| reference.to_owned());
        let base = GitTree::open(&self.root, &parted, &self.targets, Limits::default())
            .map_err(|problem| format!("{} {}", problem.message, problem.help))?;
        let mut guarded = guardrails_since(&self.tree, &base, reference, &settings, &progress);
        self.name_missing(&mut guarded);
        Ok(guarded)
    }

    /// Says what brings sources that the configuration pins and the cache of this machine does not have.
    fn name_missing(&self, guarded: &mut Guarded) {
        let Some(text) = read_text(&self.tree, CONFIG) else { return };
        for (name, one) in Config::parse(CONFIG, &text).0.sources {
            let (Some(url), Some(commit)) = (&one.url, &one.commit) else { continue };
            if cache::folder(url, commit).is_ok_and(|folder| folder.is_dir()) {
                continue;
            }
            let plain = name.split_once('@').map_or(&*name, |(plain, _)| plain);
            let unread = guarded.answer.unread.iter_mut().filter(|unread| unread.name.eq_ignore_ascii_case(plain));
            for unread in unread {
                unread.reason = "its commit is not in the cache of this machine".into();
                unread.command = "volary sources fetch".into();
            }
        }
    }

    /// Choices for guardrails, with the other repositories.
    pub(crate) fn guardrail_settings(&self, sources: &[String]) -> Result<GuardrailSettings, String> {
        let mut settings = GuardrailSettings::new(self.settings.clone());
        settings.sources = self.sources(sources)?;
        Ok(settings)
    }

    /// The tree.
    pub(crate) fn tree(&self) -> &DiskTree {
        &self.tree
    }

    /// The path in the tree of a file that is named from where the command was started, or from the root.
    fn inside(&self, path: &Path) -> Option<String> {
        let from = |folder: &Path| {
            let found = folder.join(path).canonicalize().ok()?;
            let root = self.root.canonicalize().ok()?;
            let inside = found.strip_prefix(root).ok()?;
            found.is_file().then(|| inside.to_string_lossy().replace('\\', "/"))
        };
        from(Path::new("")).or_else(|| from(&self.root))
    }

    /// Where other repositories were read from, by the name that they are given.
    pub(crate) fn origins(&self, named: &[String]) -> Vec<(String, String)> {
        let mut origins: Vec<(String, String)> = named
            .iter()
            .filter_map(|one| one.split_once('='))
            .map(|(name, path)| (name.to_owned(), path.to_owned()))
            .collect();
        let config = read_text(&self.tree, CONFIG).map(|text| Config::parse(CONFIG, &text).0);
        for (name, one) in config.map(|config| config.sources).unwrap_or_default() {
            let commit = one.commit.as_deref().map(|commit| commit.get(..12).unwrap_or(commit));
            let origin = match (&one.url, commit) {
                (Some(url), Some(commit)) => format!("{url} at commit {commit}"),
                (_, Some(commit)) => format!("{} at commit {commit}", one.path),
                _ => one.path.to_string(),
            };
            origins.push((name.to_string(), origin));
        }
        origins
    }

    /// Other repositories: those of the arguments, those of the configuration, and folders that are repositories of their
    /// own among the paths.
    fn sources(&self, named: &[String]) -> Result<Vec<SourceTree>, String> {
        let mut found = Vec::new();
        for one in named {
            let (name, path) = one
                .split_once('=')
                .filter(|(name, path)| !name.is_empty() && !path.is_empty())
                .ok_or_else(|| format!("--source {one}: write NAME=PATH"))?;
            let (path, commit) = match path.rsplit_once('@') {
                Some((before, commit)) if !Path::new(path).exists() && !commit.contains('/') => (before, Some(commit)),
                _ => (path, None),
            };
            found.push(source(name, Path::new(path), commit)?);
        }
        if let Some(text) = read_text(&self.tree, CONFIG) {
            let (config, _) = Config::parse(CONFIG, &text);
            for (name, one) in &config.sources {
                // A source of the configuration that is not here (on another machine) is simply not read.
                let folder = match (&one.url, &one.commit) {
                    (Some(url), Some(commit)) => cache::folder(url, commit).ok(),
                    _ => Some(self.root.join(&*one.path)),
                };
                found.extend(folder.and_then(|folder| source(name, &folder, one.commit.as_deref()).ok()));
            }
        }
        if self.targets.len() > 1 {
            for target in self.targets.iter().filter(|target| target.is_dir()) {
                let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let mut one = source(&name, target, None)?;
                if let Ok(shown) = target.strip_prefix(&self.root) {
                    one.shown = shown.to_string_lossy().replace('\\', "/").into();
                }
                found.push(one);
            }
        }
        Ok(found)
    }

    /// A path as reports show it, where it is given as an absolute one.
    pub(crate) fn relative(&self, path: &str) -> String {
        Path::new(path).strip_prefix(&self.root).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
    }

    /// A text of the tree, also one that ignore rules leave out.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        read_text(&self.tree, path)
    }

    /// Writes a record below `.volary`, completely or not at all.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let target = self.root.join(path);
        write_whole(&target, text).map_err(|error| format!("{path} could not be written: {error}"))
    }
}

/// A repository in a folder, at a commit where one is given.
pub(crate) fn source(name: &str, path: &Path, commit: Option<&str>) -> Result<SourceTree, String> {
    let told = |problem: volary_model::Problem| format!("source {name}: {} {}", problem.message, problem.help);
    if !path.is_dir() {
        return Err(format!("source {name}: {} is no folder", path.display()));
    }
    let path = std::path::absolute(path).map_err(|error| format!("source {name}: {error}"))?;
    let tree: Arc<dyn Tree> = match commit {
        Some(commit) => {
            Arc::new(GitTree::open(&path, commit, std::slice::from_ref(&path), Limits::default()).map_err(told)?)
        }
        None => Arc::new(DiskTree::open(&path, std::slice::from_ref(&path), Limits::default()).map_err(told)?),
    };
    Ok(SourceTree { name: name.into(), tree, shown: name.into() })
}

fn read_text(tree: &DiskTree, path: &str) -> Option<String> {
    if !tree.exists(path) {
        return None;
    }
    String::from_utf8(tree.read(path).ok()?).ok()
}

fn write_whole(target: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = target.with_extension("new");
    fs::write(&draft, text)?;
    fs::rename(&draft, target).inspect_err(|_| {
        let _ = fs::remove_file(&draft);
    })
}
