//! Kleene's strong three-valued logic.

use std::fmt;

/// The answer of a condition. Unknown means: values that fit what is known would disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It depends on something that is not known.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Where a thing is not certain to be there: its truth cannot count as more than unknown.
    #[must_use]
    pub(crate) fn at_most_unknown(self) -> Self {
        self.min(Self::Unknown)
    }

    /// The dual of [`Truth::at_most_unknown`].
    #[must_use]
    pub(crate) fn at_least_unknown(self) -> Self {
        self.max(Self::Unknown)
    }

    /// Whether it is [`Truth::True`].
    pub fn is_true(self) -> bool {
        self == Self::True
    }

    /// Whether it is [`Truth::False`].
    pub fn is_false(self) -> bool {
        self == Self::False
    }

    /// Unknown where `possible`, else false.
    pub(crate) fn unknown_if(possible: bool) -> Self {
        if possible { Self::Unknown } else { Self::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::False => "does not hold",
            Self::Unknown => "not known",
            Self::True => "holds",
        })
    }
}
