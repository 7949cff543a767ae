//! The ways in which people weaken guardrails, by class and platform.

mod azure;
pub(crate) mod common;
mod github;
mod gitlab;
mod jenkins;
mod platform;
mod shell;
mod suppress;
mod tool;

use volary_pipeline::Platform;

use crate::files::Change;
use crate::site::Site;

/// One way.
pub(crate) struct Way {
    /// 1 to 15.
    pub(crate) class: u8,
    /// A class that names the same change as well.
    pub(crate) also: Option<u8>,
    pub(crate) name: &'static str,
    pub(crate) apply: fn(&Site<'_>) -> Vec<Change>,
}

/// A way that makes one change at most.
macro_rules! way {
    ($class:literal, $name:literal, $apply:expr) => {
        $crate::ways::Way { class: $class, also: None, name: $name, apply: |site| ($apply)(site).into_iter().collect() }
    };
    ($class:literal or $also:literal, $name:literal, $apply:expr) => {
        $crate::ways::Way {
            class: $class,
            also: Some($also),
            name: $name,
            apply: |site| ($apply)(site).into_iter().collect(),
        }
    };
}
pub(crate) use way;

/// Every way of a platform.
pub(crate) fn ways(platform: Platform) -> Vec<Way> {
    let mut all = match platform {
        Platform::GitHub => github::ways(),
        Platform::Azure => azure::ways(),
        Platform::GitLab => gitlab::ways(),
        Platform::Jenkins => jenkins::ways(),
    };
    all.extend(shell::ways(platform));
    all.extend(tool::ways());
    all.extend(suppress::ways());
    all.extend(platform::ways(platform));
    all.sort_by_key(|way| way.class);
    all
}
