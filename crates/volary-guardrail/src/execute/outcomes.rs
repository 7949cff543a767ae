//! What may have become of a job or stage.

use crate::tri::Tri;

/// A set of results that are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Outcomes(u8);

impl Outcomes {
    /// No result yet.
    pub const NONE: Self = Self(0);
    /// It succeeded.
    pub const SUCCESS: Self = Self(1);
    /// It succeeded, and something in it that is tolerated failed.
    pub const ISSUES: Self = Self(2);
    /// It failed.
    pub const FAILED: Self = Self(4);
    /// It was cancelled.
    pub const CANCELLED: Self = Self(8);
    /// It was skipped because of its condition or because of what ran before.
    pub const SKIPPED: Self = Self(16);
    /// It is not part of the run.
    pub const MISSING: Self = Self(32);

    /// Both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of these is possible.
    pub fn may(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing but these is possible.
    pub fn only(self, other: Self) -> bool {
        self.0 != 0 && self.0 & !other.0 == 0
    }

    /// Whether it is one of these.
    pub fn is(self, other: Self) -> Tri {
        if self.only(other) {
            Tri::Yes
        } else if self.may(other) {
            Tri::Unknown
        } else {
            Tri::No
        }
    }

    /// It holds nobody up: it succeeded, with issues or without, or it is not part of the run.
    pub fn ok(self) -> Tri {
        self.is(Self::SUCCESS.or(Self::ISSUES).or(Self::MISSING))
    }

    /// The one result that is possible.
    pub fn single(self) -> Option<Self> {
        (self.0.count_ones() == 1).then_some(self)
    }
}

/// What is known of everything that ran before.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    /// All of it succeeded.
    pub ok: Tri,
    /// Some of it failed.
    pub failed: Tri,
    /// Some of it was cancelled.
    pub cancelled: Tri,
}

impl Default for Before {
    fn default() -> Self {
        Self { ok: Tri::Yes, failed: Tri::No, cancelled: Tri::No }
    }
}

impl Before {
    /// With another one that ran before.
    pub fn add(&mut self, outcomes: Outcomes) {
        self.ok = self.ok.and(outcomes.ok());
        self.failed = self.failed.or(outcomes.is(Outcomes::FAILED));
        self.cancelled = self.cancelled.or(outcomes.is(Outcomes::CANCELLED));
    }

    /// With everything that ran before another one.
    pub fn merge(&mut self, other: &Self) {
        self.ok = self.ok.and(other.ok);
        self.failed = self.failed.or(other.failed);
        self.cancelled = self.cancelled.or(other.cancelled);
    }
}
