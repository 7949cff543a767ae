//! `version_at_least`: the version is this one or newer.

use std::sync::Arc;

use volary_model::{Data, Value};

use super::scalar::text_of;
use super::{Answer, Spec, Takes, WrongType};
use crate::truth::Truth;
use crate::version::Version;

pub(crate) const SPEC: Spec = Spec {
    name: "version_at_least",
    takes: Takes::Text,
    argument: "a version",
    meaning: "The version is this one or newer, compared number by number; a name before it (`TLSv1.2`) is skipped.",
    examples: &[
        ("{version_at_least: 1.9}", "\"1.10\"", "true"),
        ("{version_at_least: 1.10}", "\"1.9\"", "false"),
        ("{version_at_least: 1.2}", "\"TLSv1.2\"", "true"),
        ("{version_at_least: 1.2.0}", "\"1.2.0-rc1\"", "false"),
        ("{version_at_least: 14}", "15", "true"),
        ("{version_at_least: 1}", "absent", "false"),
        ("{version_at_least: 1}", "\"\"", "wrong type"),
        ("{version_at_least: 1}", "\"latest\"", "wrong type"),
        ("{version_at_least: 1}", "[]", "wrong type"),
        ("{version_at_least: 1}", "unknown", "unknown"),
    ],
};

/// The oldest version that holds.
#[derive(Debug)]
pub(crate) struct Least {
    pub(crate) text: Arc<str>,
    version: Version,
}

impl Least {
    pub(crate) fn new(text: Arc<str>) -> Option<Self> {
        Some(Self { version: Version::parse(&text)?, text })
    }

    pub(crate) fn test(&self, value: &Value) -> Answer {
        if matches!(value.data, Data::Unknown(_)) {
            return Ok(Truth::Unknown);
        }
        let text = text_of(value)?;
        Version::parse(&text).map(|version| Truth::from(version >= self.version)).ok_or(WrongType)
    }
}
