//! `older_than`: the moment lies further back than this.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};
use volary_model::{Data, Value};

use super::{Answer, Spec, Takes, WrongType};
use crate::evaluate::Scope;
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "older_than",
    takes: Takes::Text,
    argument: "a duration: `90d`, `12h`, `2w`",
    meaning: "The date or time (RFC 3339, UTC where it names no zone) lies further back than this, seen from the clock \
              of the run; without a clock it is not known.",
    examples: &[
        ("{older_than: 90d}", "\"2000-01-01T00:00:00Z\"", "true"),
        ("{older_than: 90d}", "\"2000-01-01\"", "true"),
        ("{older_than: 90d}", "\"2999-01-01T00:00:00Z\"", "false"),
        ("{older_than: 90d}", "absent", "false"),
        ("{older_than: 90d}", "\"\"", "wrong type"),
        ("{older_than: 90d}", "\"soon\"", "wrong type"),
        ("{older_than: 90d}", "[]", "wrong type"),
        ("{older_than: 90d}", "unknown", "unknown"),
    ],
};

/// How far back, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age {
    seconds: i64,
}

impl Age {
    /// Reads `90d`, `12h`, `2w`, `30m`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let unit = match text.chars().next_back()? {
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        let number: i64 = text[..text.len() - 1].trim().parse().ok().filter(|number| *number >= 0)?;
        Some(Self { seconds: number.checked_mul(unit)? })
    }

    pub(crate) fn test(self, value: &Value, scope: &Scope<'_>) -> Answer {
        let text = match &value.data {
            Data::Text(text) => text,
            Data::Unknown(_) => return Ok(Truth::Unknown),
            _ => return Err(WrongType),
        };
        let then = moment(text).ok_or(WrongType)?;
        Ok(scope.clock().map_or(Truth::Unknown, |now| Truth::from(now.saturating_sub(then) > self.seconds)))
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seconds {
            seconds if seconds % 86_400 == 0 => write!(f, "{}d", seconds / 86_400),
            seconds if seconds % 3600 == 0 => write!(f, "{}h", seconds / 3600),
            seconds => write!(f, "{}m", seconds / 60),
        }
    }
}

/// Seconds since 1970 of a date or time.
fn moment(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    let time = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0))).ok()?;
    TimeZone::UTC.to_timestamp(time).ok().map(Timestamp::as_second)
}
