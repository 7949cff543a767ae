//! `.gitignore` files, from the root of the tree down.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use volary_model::{Problem, ProblemKind};

use crate::path::escape;
use crate::problem::problem;

/// The most bytes of one `.gitignore` that are read; what people write is a thousandth of it.
const MOST: u64 = 1024 * 1024;

/// The rules of a folder and, behind them, those of the folders above. Only files named `.gitignore` count, also outside a
/// git repository; a user's own global rules do not, because they differ from machine to machine.
#[derive(Clone, Default)]
pub(crate) struct Rules(Option<Arc<Node>>);

struct Node {
    own: Gitignore,
    above: Rules,
}

impl Rules {
    /// These rules with those of `folder` (relative to the root) added, where it has a `.gitignore`. As in git, one that
    /// is a symbolic link does not count.
    pub(crate) fn enter(&self, root: &Path, folder: &Path, problems: &mut Vec<Problem>) -> Self {
        let file = root.join(folder).join(".gitignore");
        if !fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_file()) {
            return self.clone();
        }
        let shown = || escape(folder.join(".gitignore").as_os_str());
        let mut report = |message: String| {
            problems.push(Problem {
                fails: false,
                ..problem(shown(), ProblemKind::Unreadable, message, "More files than meant may be judged.")
            });
        };
        let text = match crate::disk::read_limited(&file, MOST) {
            Ok(Some(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(None) => {
                report("the ignore rules are larger than 1 MiB and were left aside".into());
                return self.clone();
            }
            Err(error) => {
                report(format!("the ignore rules could not be read: {}", crate::problem::without_code(&error)));
                return self.clone();
            }
        };
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.trim_start_matches('\u{FEFF}').lines() {
            // A line that is no valid pattern is passed over, as git does.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(own) if own.is_empty() => self.clone(),
            Ok(own) => Self(Some(Arc::new(Node { own, above: self.clone() }))),
            Err(error) => {
                report(format!("the ignore rules could not be used: {error}"));
                self.clone()
            }
        }
    }

    /// Whether the rules ignore a path relative to the root. The nearest file that says anything decides.
    pub(crate) fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let mut rules = self;
        while let Some(node) = &rules.0 {
            match node.own.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => rules = &node.above,
            }
        }
        false
    }
}
