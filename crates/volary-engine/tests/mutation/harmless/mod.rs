//! Edits that take no force from anything.

mod history;
mod moves;
mod text;
mod yaml;

use volary_pipeline::Platform;

pub(crate) use history::history;

use crate::files::Change;
use crate::site::Site;

/// One kind of edit.
pub(crate) struct Harmless {
    pub(crate) name: &'static str,
    pub(crate) apply: fn(&Site<'_>) -> Option<Change>,
}

/// Every kind of a platform.
pub(crate) fn harmless(platform: Platform) -> Vec<Harmless> {
    let mut all = text::edits(platform);
    if platform != Platform::Jenkins {
        all.extend(yaml::edits(platform));
    }
    all.extend(moves::edits(platform));
    all
}
