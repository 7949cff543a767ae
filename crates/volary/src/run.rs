//! What every command that judges does first: find the tree, read the choices, gather the policies.

use std::fs;
use std::path::{Path, PathBuf};

use volary_engine::{CONFIG_PATH as CONFIG, Checked, Pack, Settings, check, check_since};
use volary_governance::config::Config;
use volary_source::{DiskTree, GitTree, Limits, Tree, merge_base};

use crate::arguments::Judging;
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
            .filter(|target: &std::sync::Arc<str>| !target.is_empty())
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
